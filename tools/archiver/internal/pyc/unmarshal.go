// This file reads marshal data.

package pyc

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"unsafe"
)

// maxDepth is the limit of nested objects (MAX_MARSHAL_STACK_DEPTH in
// Python/marshal.c, its value on Linux, 3.11 to 3.15).
const maxDepth = 2000

const flagRef = 0x80

// An Error says where marshal data is wrong and what was expected there.
type Error struct {
	Offset int    // in the marshal data
	Msg    string // what was found and expected
}

func (e *Error) Error() string {
	return fmt.Sprintf("marshal data at offset %d: %s", e.Offset, e.Msg)
}

// A Decoder reads marshal data. It uses its memory again: what it returns is valid
// until it reads other data. The zero Decoder is ready; it is for one goroutine.
type Decoder struct {
	objects arena[Object]
	items   arena[*Object]
	refs    []*Object
}

// Unmarshal reads the one object in data, as marshal.loads of CPython v does,
// but bytes after the object are an error. Texts are parts of data, which must not
// change while they are in use.
func (dec *Decoder) Unmarshal(v Version, data []byte) (d *Data, err error) {
	if !v.Known() {
		return nil, fmt.Errorf("marshal data of CPython %v: not a known version", v)
	}
	dec.objects.reset()
	dec.items.reset()
	r := reader{
		version: v, data: unsafe.String(unsafe.SliceData(data), len(data)),
		objects: &dec.objects, items: &dec.items, refs: dec.refs[:0],
	}
	defer func() {
		dec.refs = r.refs
		// Errors unwind the recursion. Only *Error is ours.
		if x := recover(); x != nil {
			e, ok := x.(*Error)
			if !ok {
				panic(x)
			}
			d, err = nil, e
		}
	}()
	root := r.object("object")
	if r.pos != len(r.data) {
		r.fail(r.pos, "%d bytes after the object, want the end", len(r.data)-r.pos)
	}
	return &Data{Root: root, Objects: int(r.nextID)}, nil
}

// UnmarshalCode is Unmarshal for data that must hold a code object.
func (dec *Decoder) UnmarshalCode(v Version, data []byte) (*Data, error) {
	d, err := dec.Unmarshal(v, data)
	if err != nil {
		return nil, err
	}
	if d.Root.Kind != CodeKind {
		return nil, &Error{0, "have " + d.Root.Kind.String() + ", want code"}
	}
	return d, nil
}

// An arena hands out memory in small pieces, all of which are free after a reset.
type arena[T any] struct {
	blocks [][]T
	block  int // index of the block in use
	free   []T // of this block
}

const arenaBlock = 1024

func (a *arena[T]) reset() { a.block, a.free = -1, nil }

// take returns n elements. They are not zero.
func (a *arena[T]) take(n int) []T {
	if n > arenaBlock {
		return make([]T, n)
	}
	if n > len(a.free) {
		if a.block++; a.block >= len(a.blocks) {
			a.blocks = append(a.blocks, make([]T, arenaBlock))
			a.block = len(a.blocks) - 1
		}
		a.free = a.blocks[a.block]
	}
	part := a.free[:n:n]
	a.free = a.free[n:]
	return part
}

type reader struct {
	version Version
	data    string
	pos     int
	depth   int
	// owed is the number of items that containers being read have declared and
	// not read yet. Each takes a byte at least, so that no declared length, nor
	// the sum of them, can be larger than the data.
	owed    int
	refs    []*Object // by number of TYPE_REF; nil while not to be referred to
	nextID  int32
	objects *arena[Object]
	items   *arena[*Object]
}

func (r *reader) fail(offset int, format string, args ...any) {
	panic(&Error{offset, fmt.Sprintf(format, args...)})
}

// bytes takes the next n bytes.
func (r *reader) bytes(n int, what string) string {
	if n > len(r.data)-r.pos {
		r.fail(r.pos, "data ends after %d bytes, want %d of %s", len(r.data)-r.pos, n, what)
	}
	s := r.data[r.pos : r.pos+n]
	r.pos += n
	return s
}

func (r *reader) byte(what string) byte { return r.bytes(1, what)[0] }

func (r *reader) int32(what string) int32 {
	s := r.bytes(4, what)
	return int32(uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24)
}

func (r *reader) uint64(what string) uint64 {
	lo, hi := uint32(r.int32(what)), uint32(r.int32(what))
	return uint64(lo) | uint64(hi)<<32
}

// size reads the length of something whose every element takes at least unit
// bytes of the data.
func (r *reader) size(unit int, what string) int {
	at := r.pos
	if len(r.data)-at < 4 {
		r.bytes(4, "length of "+what) // fails
	}
	return r.checkSize(at, int(r.int32(what)), unit, what)
}

func (r *reader) checkSize(at, n, unit int, what string) int {
	if n < 0 {
		r.fail(at, "length of %s is %d, want 0 or more", what, n)
	}
	if left := (len(r.data) - r.pos - r.owed) / unit; n > left {
		r.fail(at, "length of %s is %d, %d can be in the rest of the data", what, n, max(left, 0))
	}
	return n
}

func (r *reader) new(kind Kind, offset int) *Object {
	o := &r.objects.take(1)[0]
	*o = Object{Kind: kind, Offset: offset, ID: r.nextID}
	r.nextID++
	return o
}

// ref gives o the next reference number if flag asks for one.
func (r *reader) ref(flag bool, o *Object) {
	if flag {
		r.refs = append(r.refs, o)
	}
}

// object reads one object that must be there.
func (r *reader) object(what string) *Object {
	at := r.pos
	o := r.objectOrNull(what)
	if o == nil {
		r.fail(at, "have the end mark '0', want %s", what)
	}
	return o
}

// objectOrNull reads one object; nil is the mark at the end of a dict.
func (r *reader) objectOrNull(what string) *Object {
	at := r.pos
	code := r.byte(what)
	r.depth++
	if r.depth > maxDepth {
		r.fail(at, "objects nested deeper than %d", maxDepth)
	}
	o := r.typed(at, code&^flagRef, code&flagRef != 0)
	r.depth--
	return o
}

// typed reads the object of type t whose type byte is at offset at. Which
// objects can be referred to before they are complete is as in CPython.
func (r *reader) typed(at int, t byte, flag bool) *Object {
	switch t {
	case '0':
		return nil
	case 'N':
		return r.new(None, at)
	case 'F':
		return r.new(False, at)
	case 'T':
		return r.new(True, at)
	case '.':
		return r.new(Ellipsis, at)
	case 'S':
		return r.new(StopIteration, at)
	case 'r':
		return r.reference(at)
	case '(':
		return r.sequence(Tuple, at, flag, r.size(1, "tuple"))
	case ')':
		return r.sequence(Tuple, at, flag, r.checkSize(r.pos, int(r.byte("length of tuple")), 1, "tuple"))
	case '[':
		return r.sequence(List, at, flag, r.size(1, "list"))
	case '<':
		return r.sequence(Set, at, flag, r.size(1, "set"))
	case '>':
		return r.sequence(FrozenSet, at, flag, r.size(1, "frozenset"))
	case '{':
		return r.dict(Dict, at, flag)
	case '}':
		if r.version >= V315 {
			return r.dict(FrozenDict, at, flag)
		}
	case ':':
		if r.version >= V314 {
			return r.slice(at, flag)
		}
	case 'c':
		return r.code(at, flag)
	default:
		if o := r.scalar(at, t); o != nil {
			r.ref(flag, o)
			return o
		}
	}
	r.fail(at, "type byte %q is no type of CPython %v", t, r.version)
	return nil
}

// scalar reads a number, bytes or str; nil if t is none of these.
func (r *reader) scalar(at int, t byte) *Object {
	switch t {
	case 'i':
		o := r.new(Int, at)
		o.Small = int64(r.int32("int"))
		return o
	case 'I':
		o := r.new(Int, at)
		o.Small = int64(r.uint64("int"))
		return o
	case 'l':
		return r.long(at)
	case 'g':
		o := r.new(Float, at)
		o.Real = r.uint64("float")
		return o
	case 'y':
		o := r.new(Complex, at)
		o.Real = r.uint64("real part")
		o.Imag = r.uint64("imaginary part")
		return o
	case 'f':
		o := r.new(Float, at)
		o.Real = r.floatText("float")
		return o
	case 'x':
		o := r.new(Complex, at)
		o.Real = r.floatText("real part")
		o.Imag = r.floatText("imaginary part")
		return o
	case 's':
		o := r.new(Bytes, at)
		o.Text = r.bytes(r.size(1, "bytes"), "bytes")
		return o
	case 'a', 'A':
		return r.str(at, latin1(r.bytes(r.size(1, "str"), "str")), t == 'A')
	case 'z', 'Z':
		n := int(r.byte("length of str"))
		return r.str(at, latin1(r.bytes(n, "str")), t == 'Z')
	case 'u', 't':
		n := r.size(1, "str")
		start := r.pos
		s := r.bytes(n, "str")
		if i := invalid(s); i >= 0 {
			r.fail(start+i, "byte %#02x is not UTF-8", s[i])
		}
		return r.str(at, s, t == 't')
	}
	return nil
}

func (r *reader) str(at int, text string, interned bool) *Object {
	o := r.new(Str, at)
	o.Text, o.Interned, o.ASCII = text, interned, isASCII(text)
	return o
}

// long reads an int of any size: a count whose sign is the int's, then digits of
// 15 bits, the lowest first.
func (r *reader) long(at int) *Object {
	count := int64(r.int32("length of int"))
	n := int(max(count, -count))
	r.checkSize(at+1, n, 2, "int")
	digits := r.bytes(2*n, "int")
	o := r.new(Int, at)
	if n == 0 {
		return o
	}
	// Digits of 15 bits into bytes, the highest first.
	buf := make([]byte, (15*n+7)/8)
	var acc uint32
	bits, k := 0, len(buf)
	for i := 0; i < n; i++ {
		d := uint32(digits[2*i]) | uint32(digits[2*i+1])<<8
		if d > 0x7fff {
			r.fail(at+5+2*i, "digit of int is %#x, want at most 0x7fff", d)
		}
		if i == n-1 && d == 0 {
			r.fail(at+5+2*i, "highest digit of int is 0")
		}
		acc |= d << bits
		for bits += 15; bits >= 8; bits -= 8 {
			k--
			buf[k] = byte(acc)
			acc >>= 8
		}
	}
	if bits > 0 {
		k--
		buf[k] = byte(acc)
	}
	b := new(big.Int).SetBytes(buf)
	if count < 0 {
		b.Neg(b)
	}
	if b.IsInt64() {
		o.Small = b.Int64()
	} else {
		o.Big = b
	}
	return o
}

// floatText reads a float written as text, which marshal versions 0 and 1 do.
func (r *reader) floatText(what string) uint64 {
	at := r.pos
	s := r.bytes(int(r.byte("length of "+what)), what)
	for i := 0; i < len(s); i++ {
		// ParseFloat knows more notations than Python: hexadecimal and '_'.
		if s[i] == '_' || s[i] == 'x' || s[i] == 'X' {
			r.fail(at, "%q is not a float", s)
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		r.fail(at, "%q is not a float", s)
	}
	return math.Float64bits(f)
}

func (r *reader) reference(at int) *Object {
	n := int(r.int32("number of a reference"))
	if n < 0 || n >= len(r.refs) {
		r.fail(at, "reference %d, want 0 to %d", n, len(r.refs)-1)
	}
	if r.refs[n] == nil {
		r.fail(at, "reference %d is to an object that is not complete", n)
	}
	return r.refs[n]
}

// itemNames are what messages call the items of a sequence.
var itemNames = [...]string{
	Tuple: "item of tuple", List: "item of list", Set: "item of set", FrozenSet: "item of frozenset",
}

// sequence reads n items. A frozenset can be referred to when it is complete
// (unless it is empty), the others at once.
func (r *reader) sequence(kind Kind, at int, flag bool, n int) *Object {
	o := r.new(kind, at)
	slot := len(r.refs)
	late := kind == FrozenSet && n > 0
	if late {
		r.ref(flag, nil)
	} else {
		r.ref(flag, o)
	}
	if n > 0 {
		o.Items = r.items.take(n)
		clear(o.Items) // an item may be read while others are not
		r.owed += n
		for i := range o.Items {
			r.owed--
			o.Items[i] = r.object(itemNames[kind])
		}
	}
	if late && flag {
		r.refs[slot] = o
	}
	return o
}

func (r *reader) dict(kind Kind, at int, flag bool) *Object {
	o := r.new(kind, at)
	slot := len(r.refs)
	if kind == Dict {
		r.ref(flag, o)
	} else {
		r.ref(flag, nil)
	}
	for {
		key := r.objectOrNull("key of dict")
		if key == nil {
			break
		}
		o.Items = append(o.Items, key, r.object("value of dict"))
	}
	if flag {
		r.refs[slot] = o
	}
	return o
}

func (r *reader) slice(at int, flag bool) *Object {
	o := r.new(Slice, at)
	slot := len(r.refs)
	r.ref(flag, nil)
	o.Items = r.items.take(3)
	clear(o.Items)
	for i := range o.Items {
		o.Items[i] = r.object("part of slice")
	}
	if flag {
		r.refs[slot] = o
	}
	return o
}
