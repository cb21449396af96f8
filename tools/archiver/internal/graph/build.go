// This file builds the canonical graph out of marshal data.

package graph

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/pyc"
)

// Options are the properties of the target interpreter, other than its version,
// that decide how its code constructor treats constants.
type Options struct {
	// FreeThreaded is for interpreters built with --disable-gil: they intern
	// every str constant.
	FreeThreaded bool
}

// FromPyc is [Builder.FromPyc] for one module.
func FromPyc(v pyc.Version, data []byte, opts Options) (*Module, error) {
	return new(Builder).FromPyc(v, data, opts)
}

// A Builder builds graphs, one after the other. It keeps what memory it needs
// meanwhile. The zero Builder is ready; it is for one goroutine.
type Builder struct {
	decoder pyc.Decoder
	builder builder
}

// FromPyc builds the graph of the module whose code object is the marshal data
// (without the header of a .pyc file), made by CPython v. Errors that concern
// the data are of type *pyc.Error. The graph has parts of data, which must not change
// while it is in use.
func (r *Builder) FromPyc(v pyc.Version, data []byte, opts Options) (*Module, error) {
	d, err := r.decoder.UnmarshalCode(v, data)
	if err != nil {
		return nil, err
	}
	b := &r.builder
	b.reset(d.Objects)
	b.traits, b.opts, b.data, b.filename = traitsOf[v], opts, data, d.Root.Code.Filename.Text
	root, err := b.node(d.Root)
	if err != nil {
		return nil, err
	}
	m := &Module{Version: v, Filename: b.filename, Root: root, Nodes: make([]*Node, 0, b.serial)}
	for _, n := range b.nodes {
		if n != nil {
			n.seen = false
		}
	}
	m.number(root)
	return m, nil
}

// A builder makes one node of each value. While it works, Node.Index is the
// order of creation, so that a tuple's value is the Indexes of its items.
type builder struct {
	traits   *traits
	opts     Options
	data     []byte
	filename string

	nodes  []*Node // by pyc.Object.ID; &building while it is made
	serial int32

	// What is left of memory for nodes and their elements, to be had in pieces.
	arena []Node
	elems []*Node

	strs   map[string]*Node
	bytes  map[string]*Node
	ints   map[int64]*Node
	groups map[string]*Node // other kinds, by groupKey or bits
	key    []byte           // scratch
	stack  []*Node          // items of the groups that are being made
}

// reset makes the builder ready for n objects.
func (b *builder) reset(n int) {
	b.serial, b.stack = 0, b.stack[:0]
	b.nodes = slices.Grow(b.nodes[:0], n)[:n]
	clear(b.nodes)
	resetMap(&b.strs)
	resetMap(&b.bytes)
	resetMap(&b.ints)
	resetMap(&b.groups)
}

// resetMap makes a map empty. Clearing one that was large takes long.
func resetMap[K comparable](m *map[K]*Node) {
	if *m == nil || len(*m) > 2000 {
		*m = make(map[K]*Node)
	} else {
		clear(*m)
	}
}

// building marks an object whose node is not complete.
var building Node

// kinds maps marshal's types to the graph's. A list, set, dict or frozendict
// cannot be a constant.
var kinds = [...]Kind{
	pyc.None: None, pyc.False: False, pyc.True: True, pyc.Ellipsis: Ellipsis,
	pyc.StopIteration: StopIteration, pyc.Int: Int, pyc.Float: Float,
	pyc.Complex: Complex, pyc.Bytes: Bytes, pyc.Str: Str, pyc.Tuple: Tuple,
	pyc.FrozenSet: FrozenSet, pyc.Slice: Slice, pyc.CodeKind: CodeKind,
}

func (b *builder) node(o *pyc.Object) (*Node, error) {
	switch n := b.nodes[o.ID]; n {
	case nil:
	case &building:
		return nil, &pyc.Error{Offset: o.Offset, Msg: fmt.Sprintf("%v contains itself, which no constant can", o.Kind)}
	default:
		return n, nil
	}
	b.nodes[o.ID] = &building
	n, err := b.make(o)
	if err != nil {
		return nil, err
	}
	b.nodes[o.ID] = n
	return n, nil
}

func (b *builder) new(k Kind) *Node {
	if len(b.arena) == 0 {
		b.arena = make([]Node, 1024)
	}
	n := &b.arena[0]
	b.arena = b.arena[1:]
	n.Kind, n.Index = k, b.serial
	b.serial++
	return n
}

// make returns the node of o's value: the one that exists, or a new one.
func (b *builder) make(o *pyc.Object) (*Node, error) {
	kind := kinds[o.Kind]
	switch kind {
	case Str:
		n := b.strs[o.Text]
		if n == nil {
			n = b.new(Str)
			n.Data, n.ASCII = o.Text, o.ASCII
			n.Interned = isSingleton(o.Text)
			b.strs[o.Text] = n
		}
		n.Interned = n.Interned || o.Interned
		return n, nil
	case Bytes:
		n := b.bytes[o.Text]
		if n == nil {
			n = b.new(Bytes)
			n.Data = o.Text
			b.bytes[o.Text] = n
		}
		return n, nil
	case Int:
		if o.Big == nil {
			n := b.ints[o.Small]
			if n == nil {
				n = b.new(Int)
				n.Small = o.Small
				b.ints[o.Small] = n
			}
			return n, nil
		}
		b.key = append(b.key[:0], byte(Int), byte(o.Big.Sign()))
		b.key = append(b.key, o.Big.Bytes()...)
	case CodeKind:
		return b.code(o)
	case Tuple, FrozenSet, Slice:
		return b.group(kind, o)
	case Float, Complex:
		b.key = append(b.key[:0], byte(kind))
		b.key = binary.LittleEndian.AppendUint64(b.key, o.Real)
		b.key = binary.LittleEndian.AppendUint64(b.key, o.Imag)
	case None, True, False, Ellipsis, StopIteration:
		b.key = append(b.key[:0], byte(kind))
	default:
		return nil, &pyc.Error{Offset: o.Offset, Msg: fmt.Sprintf("have %v, want a type that can be a constant", o.Kind)}
	}
	n := b.groups[string(b.key)]
	if n == nil {
		n = b.new(kind)
		n.Big, n.Real, n.Imag = o.Big, o.Real, o.Imag
		b.groups[string(b.key)] = n
	}
	return n, nil
}

// isSingleton reports whether CPython has one object of the str for good: the
// empty one and those of one character below 256 (Objects/unicodeobject.c,
// get_latin1_char).
func isSingleton(text string) bool {
	switch len(text) {
	case 0, 1:
		return true
	case 2:
		return text[0] == 0xc2 || text[0] == 0xc3 // U+0080 to U+00FF
	}
	return false
}

// group makes the node of a tuple, frozenset or slice. Its value is its kind
// and the nodes in it, for a frozenset without regard to their order.
func (b *builder) group(kind Kind, o *pyc.Object) (*Node, error) {
	start := len(b.stack)
	for _, item := range o.Items {
		n, err := b.node(item)
		if err != nil {
			return nil, err
		}
		b.stack = append(b.stack, n)
	}
	elems := b.stack[start:]
	b.stack = b.stack[:start]
	ordered := elems
	if kind == FrozenSet {
		ordered = slices.SortedFunc(slices.Values(elems), func(x, y *Node) int { return int(x.Index - y.Index) })
		for i := 1; i < len(ordered); i++ {
			if ordered[i] == ordered[i-1] {
				return nil, &pyc.Error{Offset: o.Offset, Msg: "frozenset has an element twice"}
			}
		}
	}
	b.key = append(b.key[:0], byte(kind))
	for _, n := range ordered {
		b.key = binary.AppendUvarint(b.key, uint64(n.Index))
	}
	n := b.groups[string(b.key)]
	if n == nil {
		n = b.new(kind)
		n.Elems = b.keep(elems)
		b.groups[string(b.key)] = n
	}
	return n, nil
}

// keep returns a copy of elems that stays.
func (b *builder) keep(elems []*Node) []*Node {
	if len(elems) > cap(b.elems) {
		b.elems = make([]*Node, max(8192, len(elems)))
	}
	kept := b.elems[:len(elems):len(elems)]
	b.elems = b.elems[len(elems):]
	copy(kept, elems)
	return kept
}

func (b *builder) code(o *pyc.Object) (*Node, error) {
	p := o.Code
	n := b.new(CodeKind)
	c := &Code{
		ArgCount:        p.ArgCount,
		PosOnlyArgCount: p.PosOnlyArgCount,
		KwOnlyArgCount:  p.KwOnlyArgCount,
		StackSize:       p.StackSize,
		Flags:           uint32(p.Flags),
		FirstLineno:     p.FirstLineno,
		Bytecode:        b.bytecode(p.Bytecode),
	}
	n.Code = c
	for _, f := range [...]struct {
		to   **Node
		from *pyc.Object
	}{
		{&c.Consts, p.Consts},
		{&c.Names, p.Names},
		{&c.LocalsPlusNames, p.LocalsPlusNames},
		{&c.LocalsPlusKinds, p.LocalsPlusKinds},
		{&c.Filename, p.Filename},
		{&c.Name, p.Name},
		{&c.Qualname, p.Qualname},
		{&c.LineTable, p.LineTable},
		{&c.ExceptionTable, p.ExceptionTable},
	} {
		if f.to == &c.Filename && f.from.Text == b.filename {
			continue
		}
		var err error
		if *f.to, err = b.node(f.from); err != nil {
			return nil, err
		}
	}
	b.intern(c)
	return n, nil
}

// bytecode returns the part of the data that the object was read from: a type byte, a
// length of four bytes, and the bytes.
func (b *builder) bytecode(o *pyc.Object) []byte {
	start := o.Offset + 5
	return b.data[start : start+len(o.Text) : start+len(o.Text)]
}

// intern marks the strings that CPython's code constructor interns
// (Objects/codeobject.c, _PyCode_New and init_code).
func (b *builder) intern(c *Code) {
	for _, tuple := range [...]*Node{c.Names, c.LocalsPlusNames} {
		for _, s := range tuple.Elems {
			s.Interned = true
		}
	}
	b.internConstants(c.Consts)
	if b.traits.internsNames {
		c.Name.Interned = true
		c.Qualname.Interned = true
		if c.Filename != nil {
			c.Filename.Interned = true
		}
	}
}

// internConstants is CPython's intern_constants (intern_string_constants up to
// 3.12).
func (b *builder) internConstants(n *Node) {
	switch n.Kind {
	case Str:
		if !n.Interned && (b.opts.FreeThreaded || allNameChars(n)) {
			n.Interned = true
		}
	case Slice:
		if b.opts.FreeThreaded {
			b.internItems(n)
		}
	case Tuple, FrozenSet:
		b.internItems(n)
	}
}

func (b *builder) internItems(n *Node) {
	if n.seen {
		return
	}
	n.seen = true
	for _, e := range n.Elems {
		b.internConstants(e)
	}
}

// allNameChars reports whether s is of ASCII letters, digits and '_' only.
func allNameChars(s *Node) bool {
	for i := 0; i < len(s.Data); i++ {
		c := s.Data[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_') {
			return false
		}
	}
	return true
}

// number lists n and what it refers to in m.Nodes, in order of first visit.
func (m *Module) number(n *Node) {
	if n.seen {
		return
	}
	n.seen = true
	n.Index = int32(len(m.Nodes))
	m.Nodes = append(m.Nodes, n)
	for _, e := range n.Elems {
		m.number(e)
	}
	if n.Code != nil {
		for _, e := range n.Code.Refs() {
			if e != nil {
				m.number(e)
			}
		}
	}
}
