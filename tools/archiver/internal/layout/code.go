// This file writes code objects.

package layout

// CodeFields is what a code object holds besides pointers.
type CodeFields struct {
	ArgCount, PosOnlyArgCount, KwOnlyArgCount int32
	StackSize, FirstLineno                    int32
	Flags                                     uint32

	// Kinds is the contents of co_localspluskinds.
	Kinds string

	// Version is co_version: what the interpreter knows a function's code by
	// when it specializes calls; 0 for none. Two live code objects must not have
	// one version. The interpreter counts from 1 up.
	Version uint32

	// Bytecode is code units of two bytes with zeroed inline caches.
	Bytecode []byte
}

// Bits of an entry of co_localspluskinds (Include/internal/pycore_code.h).
const (
	fastLocal = 0x20
	fastCell  = 0x40
	fastFree  = 0x80
)

// CodeSize returns the size of a code object with n bytes of bytecode.
func (l *Layout) CodeSize(n int) int { return l.Code.Bytecode + n }

// CodeSlots returns the offsets of the pointers of a code object: consts, names,
// localsplusnames, localspluskinds, filename, name, qualname, linetable,
// exceptiontable.
func (l *Layout) CodeSlots() [9]int {
	c := &l.Code
	return [...]int{c.Consts, c.Names, c.LocalsPlusNames, c.LocalsPlusKinds,
		c.Filename, c.Name, c.Qualname, c.LineTable, c.ExceptionTable}
}

// PutCode writes a code object but for its CodeSlots, as Objects/codeobject.c,
// init_code, leaves it.
func (l *Layout) PutCode(dst []byte, f *CodeFields) {
	c := &l.Code
	l.putVarHead(dst, len(f.Bytecode)/2)
	put := func(offset int, v int32) {
		if offset != 0 {
			le.PutUint32(dst[offset:], uint32(v))
		}
	}
	var locals, plain, cells, free int32
	for i := range len(f.Kinds) {
		k := f.Kinds[i]
		if k&fastLocal != 0 {
			locals++
		} else if k&fastCell != 0 {
			plain++
		}
		if k&fastCell != 0 {
			cells++
		} else if k&fastFree != 0 {
			free++
		}
	}
	n := int32(len(f.Kinds))
	put(c.Flags, int32(f.Flags))
	put(c.ArgCount, f.ArgCount)
	put(c.PosOnlyArgCount, f.PosOnlyArgCount)
	put(c.KwOnlyArgCount, f.KwOnlyArgCount)
	put(c.StackSize, f.StackSize)
	put(c.FirstLineno, f.FirstLineno)
	put(c.NLocalsPlus, n)
	put(c.NLocals, locals)
	put(c.NPlainCellVars, plain)
	put(c.NCellVars, cells)
	put(c.NFreeVars, free)
	put(c.FrameSize, n+f.StackSize+int32(c.FrameSpecials))
	put(c.Version, int32(f.Version))
	put(c.FirstTraceable, int32(c.firstTraceable(f.Bytecode)))
	if c.Warmup != 0 {
		le.PutUint16(dst[c.Warmup:], warmup)
	}
	code := dst[c.Bytecode:]
	copy(code, f.Bytecode)
	c.quicken(code[:len(f.Bytecode)])
}

// warmup is QUICKENING_INITIAL_WARMUP_VALUE, -8.
const warmup = 1<<16 - 8

// firstTraceable returns the index of the RESUME at the start of the function,
// the number of code units if there is none. Its argument is 0; other RESUMEs
// are after it, but for the one that 3.15 has before a generator expression's
// RETURN_GENERATOR.
func (c *Code) firstTraceable(code []byte) int {
	for i := 0; i+1 < len(code); i += 2 {
		if code[i] == c.Resume && code[i+1] == 0 {
			return i / 2
		}
	}
	return len(code) / 2
}

// quicken makes of compiled bytecode that of a new code object.
func (c *Code) quicken(code []byte) {
	for i := 0; i+1 < len(code); {
		op := code[i]
		next := i + 2
		if n := c.Caches[op]; n != 0 {
			if next+1 < len(code) {
				le.PutUint16(code[next:], c.Counter[op])
			}
			next += 2 * int(n)
		} else if c.Super != nil && next < len(code) {
			// The next instruction's opcode is not changed yet.
			if s, ok := c.Super[[2]byte{op, code[next]}]; ok {
				code[i] = s
			}
		}
		i = next
	}
}

// unquicken is the inverse of quicken: it makes the bytecode of a new code object
// that of the compiler. Counters are only cleared where they have their initial
// value.
func (c *Code) unquicken(code []byte) {
	base := make(map[byte]byte, len(c.Super))
	for pair, s := range c.Super {
		base[s] = pair[0]
	}
	for i := 0; i+1 < len(code); {
		if b, ok := base[code[i]]; ok {
			code[i] = b
		}
		op := code[i]
		i += 2
		if n := c.Caches[op]; n != 0 {
			if i+1 < len(code) && le.Uint16(code[i:]) == c.Counter[op] {
				le.PutUint16(code[i:], 0)
			}
			i += 2 * int(n)
		}
	}
}
