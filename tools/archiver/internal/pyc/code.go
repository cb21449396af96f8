// This file reads code objects out of marshal data.

package pyc

// Bits of co_flags (Include/cpython/code.h) that say which arguments follow the
// named ones.
const (
	flagVarArgs     = 0x4
	flagVarKeywords = 0x8
)

// kindLocal is the bit of a local variable in co_localspluskinds
// (CO_FAST_LOCAL in Include/internal/pycore_code.h).
const kindLocal = 0x20

// code reads a code object and checks what CPython checks before it makes one
// (Objects/codeobject.c, _PyCode_Validate).
func (r *reader) code(at int, flag bool) *Object {
	o := r.new(CodeKind, at)
	slot := len(r.refs)
	r.ref(flag, nil)

	c := new(Code)
	o.Code = c
	c.ArgCount = r.count("co_argcount")
	c.PosOnlyArgCount = r.count("co_posonlyargcount")
	c.KwOnlyArgCount = r.count("co_kwonlyargcount")
	c.StackSize = r.count("co_stacksize")
	c.Flags = r.count("co_flags")
	c.Bytecode = r.field(Bytes, "co_code")
	c.Consts = r.field(Tuple, "co_consts")
	c.Names = r.names("co_names")
	c.LocalsPlusNames = r.names("co_localsplusnames")
	c.LocalsPlusKinds = r.field(Bytes, "co_localspluskinds")
	c.Filename = r.field(Str, "co_filename")
	c.Name = r.field(Str, "co_name")
	c.Qualname = r.field(Str, "co_qualname")
	c.FirstLineno = r.int32("co_firstlineno")
	c.LineTable = r.field(Bytes, "co_linetable")
	c.ExceptionTable = r.field(Bytes, "co_exceptiontable")
	r.checkCode(at, c)

	if flag {
		r.refs[slot] = o
	}
	return o
}

// count reads a field that is never negative.
func (r *reader) count(what string) int32 {
	at := r.pos
	n := r.int32(what)
	if n < 0 {
		r.fail(at, "%s is %d, want 0 or more", what, n)
	}
	return n
}

func (r *reader) field(kind Kind, what string) *Object {
	at := r.pos
	o := r.object(what)
	if o.Kind != kind {
		r.fail(at, "%s is %v, want %v", what, o.Kind, kind)
	}
	return o
}

func (r *reader) names(what string) *Object {
	at := r.pos
	o := r.field(Tuple, what)
	for i, item := range o.Items {
		// An item is nil if the tuple is the one being read around this code
		// object.
		if item == nil || item.Kind != Str {
			r.fail(at, "%s[%d] is not a str", what, i)
		}
	}
	return o
}

func (r *reader) checkCode(at int, c *Code) {
	if n := len(c.Bytecode.Text); n == 0 || n%2 != 0 {
		r.fail(at, "co_code has %d bytes, want code units of 2, one at least", n)
	}
	if c.PosOnlyArgCount > c.ArgCount {
		r.fail(at, "co_posonlyargcount is %d, co_argcount %d, want at most that", c.PosOnlyArgCount, c.ArgCount)
	}
	kinds := c.LocalsPlusKinds.Text
	if len(kinds) != len(c.LocalsPlusNames.Items) {
		r.fail(at, "co_localspluskinds has %d bytes, co_localsplusnames %d items, want as many", len(kinds), len(c.LocalsPlusNames.Items))
	}
	locals := int64(0)
	for i := 0; i < len(kinds); i++ {
		if kinds[i]&kindLocal != 0 {
			locals++
		}
	}
	args := int64(c.ArgCount) + int64(c.KwOnlyArgCount)
	if c.Flags&flagVarArgs != 0 {
		args++
	}
	if c.Flags&flagVarKeywords != 0 {
		args++
	}
	if locals < args {
		r.fail(at, "%d local variables for %d arguments", locals, args)
	}
}
