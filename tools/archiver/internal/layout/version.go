// This file is the table of CPython versions.

package layout

import "fmt"

// A Layout is the object layout of one CPython version. Offsets and sizes are
// bytes from the start of the object; 0 for a field that the version lacks.
type Layout struct {
	Minor    int // 14 for CPython 3.14
	MinMicro int // first release of the minor version with this layout

	// ExactBuild says that another release of the same minor version may need
	// another layout, so that an archive must not be used with it.
	ExactBuild bool

	// Head is the first word of an object: its reference count, and from 3.14 on
	// the flags beside it (Include/object.h, PyObject_HEAD_INIT). From 3.12 on
	// it is that of an immortal object (PEP 683); before, objects have a count
	// that cannot reach zero.
	Head uint64

	// SmallIntMin and SmallIntMax are the ints of which the runtime has one
	// object (Include/internal, _PY_NSMALLNEGINTS and _PY_NSMALLPOSINTS).
	SmallIntMin, SmallIntMax int64

	// IntTag is the offset of an int's lv_tag (Include/cpython/longintrepr.h);
	// 0 says that ob_size is the number of digits, negative for negative ints.
	IntTag int

	// StrState is the bits of a str's state that are set in every str of an
	// image (Include/cpython/unicodeobject.h). From 3.12.6 on it has
	// statically_allocated: the interpreter may intern the string, and would
	// free it at exit otherwise. Up to 3.12.6 it must not: interning would then
	// look into the runtime's static strings only, so that there would be two
	// interned strings of one value; an immortal string is not freed anyway
	// (Objects/unicodeobject.c, _PyUnicode_InternInPlace, _PyUnicode_ClearInterned;
	// changed by gh-113993).
	StrState uint32
	// StrASCII and StrCompact are where the characters of a str start: after
	// PyASCIIObject if all are below 128, else after PyCompactUnicodeObject.
	StrASCII, StrCompact int

	// TupleHash is the offset of a tuple's ob_hash, which is -1 at first, and
	// TupleItems that of its first item (Include/cpython/tupleobject.h).
	TupleHash, TupleItems int

	// SliceType says that slices can be constants.
	SliceType bool

	Code Code
}

// Immortal reports whether objects are immortal, so that using one does not write to it.
func (l *Layout) Immortal() bool { return l.Minor >= 12 }

// Code is the offsets of the fields of PyCodeObject (Include/cpython/code.h) and
// the facts of Objects/codeobject.c, init_code, and Python/specialize.c,
// _PyCode_Quicken, that decide what a new code object holds.
type Code struct {
	// Pointers to other objects.
	Consts, Names, ExceptionTable, LocalsPlusNames, LocalsPlusKinds int
	Filename, Name, Qualname, LineTable                             int

	// int
	Flags, ArgCount, PosOnlyArgCount, KwOnlyArgCount, StackSize, FirstLineno int
	NLocalsPlus, NLocals, NCellVars, NFreeVars, FirstTraceable               int

	NPlainCellVars int // int; 3.11: cells that are not arguments
	Warmup         int // short; 3.11: counts up to 0, then the code is quickened
	FrameSize      int // int; words of a frame
	Version        int // uint32; unique in a process, see CodeFields.Version

	// Bytecode is the offset of the code units, which end the object.
	Bytecode int

	// FrameSpecials is FRAME_SPECIALS_SIZE: words of a frame besides local
	// variables and stack (Include/internal/pycore_frame.h, from 3.14 on
	// pycore_interpframe_structs.h).
	FrameSpecials int

	// Resume is the opcode of RESUME.
	Resume byte

	// Caches is the number of code units after an instruction that are its
	// inline cache, by opcode (Include/internal/pycore_opcode_metadata.h).
	Caches [256]uint8
	// Counter is what the first of these units holds in a new code object.
	Counter [256]uint16
	// Super maps a pair of instructions to the opcode that the first of them gets
	// in a new code object.
	Super map[[2]byte]byte
}

// For returns the layout of CPython 3.minor.micro.
func For(minor, micro int) (*Layout, error) {
	for _, l := range layouts {
		if l.Minor == minor && l.MinMicro <= micro {
			return l, nil
		}
	}
	return nil, fmt.Errorf("no object layout for CPython 3.%d.%d, have 3.%d to 3.%d; use a toolchain with one of these",
		minor, micro, layouts[len(layouts)-1].Minor, layouts[0].Minor)
}

// Bits of a str's state. The bit after ascii was "ready" up to 3.11 and is
// statically_allocated since.
const (
	strInterned   = 3 << 0 // not set in an image, interning sets it
	strKindShift  = 2
	strKind       = 7 << strKindShift
	strCompact    = 1 << 5
	strASCII      = 1 << 6
	strReady      = 1 << 7
	strStatically = 1 << 7
)

// Reference counts.
const (
	head311 = 1 << 30           // far from 0 and from overflow
	head312 = 1<<32 - 1         // _Py_IMMORTAL_REFCNT
	head314 = (4|1)<<48 | 3<<30 // _Py_STATIC_IMMORTAL_INITIAL_REFCNT
)

// Adaptive counters. A counter is (value << bits of backoff) | backoff; those of
// POP_JUMP_IF_* are histories of taken jumps.
const (
	adaptive312 = 1<<4 | 1     // adaptive_counter_warmup
	adaptive315 = 1<<3 | 1     // the same, with 3 bits of backoff
	branches    = 0x5555       // alternating
	jump313     = 16<<4 | 4    // JUMP_BACKWARD_INITIAL_VALUE, _BACKOFF
	jump314     = 4095<<4 | 12 // the same
	jump315     = 4000<<3 | 6  // the same
	resume315   = 8190<<3 | 6  // RESUME_INITIAL_VALUE, _BACKOFF
)

// layouts is the table, newest first.
var layouts = []*Layout{
	{
		Minor: 15, Head: head314,
		SmallIntMin: -5, SmallIntMax: 1024,
		IntTag:   16,
		StrState: strCompact | strStatically, StrASCII: 40, StrCompact: 56,
		TupleHash: 24, TupleItems: 32,
		SliceType: true,
		Code:      code314(128, caches315),
	},
	{
		Minor: 14, Head: head314,
		SmallIntMin: -5, SmallIntMax: 256,
		IntTag:   16,
		StrState: strCompact | strStatically, StrASCII: 40, StrCompact: 56,
		TupleHash: 24, TupleItems: 32,
		SliceType: true,
		Code:      code314(128, caches314),
	},
	{
		Minor: 13, Head: head312,
		SmallIntMin: -5, SmallIntMax: 256,
		IntTag:   16,
		StrState: strCompact | strStatically, StrASCII: 40, StrCompact: 56,
		TupleItems: 24,
		Code: code312(Code{
			FirstTraceable: 184, Bytecode: 200,
			FrameSpecials: 9, Resume: 149,
		}, caches313),
	},
	{
		Minor: 12, MinMicro: 7, ExactBuild: true, Head: head312,
		SmallIntMin: -5, SmallIntMax: 256,
		IntTag:   16,
		StrState: strCompact | strStatically, StrASCII: 40, StrCompact: 56,
		TupleItems: 24,
		Code:       code3120,
	},
	{
		Minor: 12, ExactBuild: true, Head: head312,
		SmallIntMin: -5, SmallIntMax: 256,
		IntTag:   16,
		StrState: strCompact, StrASCII: 40, StrCompact: 56,
		TupleItems: 24,
		Code:       code3120,
	},
	{
		Minor: 11, Head: head311,
		SmallIntMin: -5, SmallIntMax: 256,
		StrState: strCompact | strReady, StrASCII: 48, StrCompact: 72,
		TupleItems: 24,
		Code: Code{
			Consts: 24, Names: 32, ExceptionTable: 40,
			Flags: 48, Warmup: 52,
			ArgCount: 56, PosOnlyArgCount: 60, KwOnlyArgCount: 64, StackSize: 68, FirstLineno: 72,
			NLocalsPlus: 76, NLocals: 80, NPlainCellVars: 84, NCellVars: 88, NFreeVars: 92,
			LocalsPlusNames: 96, LocalsPlusKinds: 104,
			Filename: 112, Name: 120, Qualname: 128, LineTable: 136,
			FirstTraceable: 168, Bytecode: 184,
			Resume: 151,
			Caches: cacheSizes(caches311),
		},
	},
}

var code3120 = func() Code {
	c := code312(Code{
		FirstTraceable: 176, Bytecode: 192,
		FrameSpecials: 9, Resume: 151,
	}, caches312)
	// Superinstructions (Python/specialize.c, _PyCode_Quicken; gone in 3.13).
	const loadConst, loadFast, storeFast = 100, 124, 125
	c.Super = map[[2]byte]byte{
		{loadConst, loadFast}:  84,  // LOAD_CONST__LOAD_FAST
		{loadFast, loadConst}:  86,  // LOAD_FAST__LOAD_CONST
		{loadFast, loadFast}:   88,  // LOAD_FAST__LOAD_FAST
		{storeFast, loadFast}:  154, // STORE_FAST__LOAD_FAST
		{storeFast, storeFast}: 158, // STORE_FAST__STORE_FAST
	}
	return c
}()

// code312 completes c with what 3.12 and later have in common.
func code312(c Code, caches []cache) Code {
	c.Consts, c.Names, c.ExceptionTable = 24, 32, 40
	c.Flags = 48
	c.ArgCount, c.PosOnlyArgCount, c.KwOnlyArgCount, c.StackSize, c.FirstLineno = 52, 56, 60, 64, 68
	c.NLocalsPlus, c.FrameSize, c.NLocals, c.NCellVars, c.NFreeVars, c.Version = 72, 76, 80, 84, 88, 92
	c.LocalsPlusNames, c.LocalsPlusKinds = 96, 104
	c.Filename, c.Name, c.Qualname, c.LineTable = 112, 120, 128, 136
	c.Caches = cacheSizes(caches)
	for _, e := range caches {
		c.Counter[e.opcode] = e.counter
	}
	return c
}

// code314 is the code object of 3.14 and 3.15.
func code314(resume byte, caches []cache) Code {
	return code312(Code{
		FirstTraceable: 192, Bytecode: 208,
		FrameSpecials: 10, Resume: resume,
	}, caches)
}

func cacheSizes(caches []cache) (sizes [256]uint8) {
	for _, e := range caches {
		sizes[e.opcode] = e.units
	}
	return sizes
}
