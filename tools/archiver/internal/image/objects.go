// This file reads the objects of a module back into its graph, following every
// pointer.

package image

import (
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/layout"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/pyc"
)

// Layout returns the object layout of the interpreter the archive is for.
func (f *File) Layout() (*layout.Layout, error) {
	v, err := f.version()
	if err != nil {
		return nil, err
	}
	return layout.For(v.Minor, v.Micro)
}

// Graph reads module m's objects. Every pointer must be in the module's reloc
// block, but those to the interpreter's own strings, and lead to the start of an object, of a type that may be there, in the
// section where it belongs.
func (f *File) Graph(m *FileModule) (*graph.Module, error) {
	g, _, err := f.graph(m)
	return g, err
}

// graph also returns Module.Written.
func (f *File) graph(m *FileModule) (*graph.Module, map[*graph.Node]bool, error) {
	l, err := f.Layout()
	if err != nil {
		return nil, nil, err
	}
	bind, err := f.Bind(m)
	if err != nil {
		return nil, nil, err
	}
	relocs, err := f.Relocs(m)
	if err != nil {
		return nil, nil, err
	}
	r := objectReader{
		file: f, layout: l, module: m,
		targets:    make(map[uint32]uint32),
		owners:     make(map[uint32]slotOwner),
		nodes:      make(map[uint32]*graph.Node),
		symbols:    make(map[uint32]*graph.Node),
		frozensets: make([]*graph.Node, len(bind.Frozensets)),
		bind:       bind,
		written:    make(map[*graph.Node]bool),
	}
	if err := r.readSlots(relocs); err != nil {
		return nil, nil, err
	}
	root, err := r.object(m.Code)
	if err != nil {
		return nil, nil, err
	}
	if root.Kind != graph.CodeKind {
		return nil, nil, bad(uint64(m.Code), "module %s has %v for its code", m.NameText, root.Kind)
	}
	g := &graph.Module{Version: pyc.Version(l.Minor), Filename: m.PathText, Root: root}
	number(g, root, make(map[*graph.Node]bool))
	return g, r.written, nil
}

// number lists n and what it refers to in g.Nodes, in order of first visit.
func number(g *graph.Module, n *graph.Node, seen map[*graph.Node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	n.Index = int32(len(g.Nodes))
	g.Nodes = append(g.Nodes, n)
	for _, e := range n.Elems {
		number(g, e, seen)
	}
	if n.Code != nil {
		for _, e := range n.Code.Refs() {
			if e != nil {
				number(g, e, seen)
			}
		}
	}
}

// A slotOwner says what a bind block makes of a slot.
type slotOwner struct {
	kind   byte   // ownerString, ownerFrozenset or ownerFilename
	number uint32 // of the string, or index of the frozenset
}

const (
	ownerString = iota + 1
	ownerFrozenset
	ownerFilename
)

// building marks an object that is being read.
var building graph.Node

// maxDepth is above the nesting that marshal can hold (Python/marshal.c,
// MAX_MARSHAL_STACK_DEPTH), with room for the frozensets' tuples.
const maxDepth = 10000

type objectReader struct {
	file       *File
	layout     *layout.Layout
	module     *FileModule
	bind       *Bind
	targets    map[uint32]uint32 // reloc targets by slot
	owners     map[uint32]slotOwner
	nodes      map[uint32]*graph.Node // by offset of the object
	symbols    map[uint32]*graph.Node // by number
	frozensets []*graph.Node
	written    map[*graph.Node]bool // functions in the hot part
	depth      int
}

func (r *objectReader) bad(offset uint32, format string, args ...any) error {
	return bad(uint64(offset), "module "+r.module.NameText+": "+format, args...)
}

func (r *objectReader) readSlots(relocs []Reloc) error {
	limit := uint32(len(r.file.data) - layout.PointerSize)
	for _, g := range relocs {
		for _, slot := range g.Slots {
			if slot > limit {
				return r.bad(slot, "slot to relocate is not in the file")
			}
			if _, twice := r.targets[slot]; twice {
				return r.bad(slot, "slot is relocated twice")
			}
			r.targets[slot] = g.Target
		}
	}
	add := func(slot uint32, o slotOwner) error {
		if _, twice := r.owners[slot]; twice {
			return r.bad(slot, "slot is bound twice")
		}
		r.owners[slot] = o
		return nil
	}
	for i, s := range r.bind.Strings {
		for _, slot := range r.bind.Slots[r.bind.SlotStarts[i]:r.bind.SlotStarts[i+1]] {
			if err := add(slot, slotOwner{ownerString, s}); err != nil {
				return err
			}
		}
	}
	slots := r.bind.FrozensetSlots
	for i, s := range r.bind.Frozensets {
		for _, slot := range slots[:s.SlotCount] {
			if err := add(slot, slotOwner{ownerFrozenset, uint32(i)}); err != nil {
				return err
			}
		}
		slots = slots[s.SlotCount:]
	}
	for _, slot := range r.bind.FilenameSlots {
		if err := add(slot, slotOwner{kind: ownerFilename}); err != nil {
			return err
		}
	}
	return nil
}

// word returns the pointer at a slot whose object is in the file.
func (r *objectReader) word(slot uint32) uint64 { return le.Uint64(r.file.data[slot:]) }

// pointer returns the node that a slot points to. It returns nil for a module's
// own path string.
func (r *objectReader) pointer(slot uint32) (*graph.Node, error) {
	f := r.file
	owner, value := r.owners[slot], r.word(slot)
	if owner.kind == ownerFrozenset {
		if _, ok := r.targets[slot]; ok || value != 0 {
			return nil, r.bad(slot, "pointer to a frozenset is %#x, want 0 and no relocation", value)
		}
		return r.frozenset(owner.number)
	}
	target, ok := r.targets[slot]
	if owner.kind == ownerString && int(owner.number) < len(f.Fixed) {
		if want := f.Fixed[owner.number]; ok || value != want {
			return nil, r.bad(slot, "pointer to string %d is %#x, want %#x and no relocation", owner.number, value, want)
		}
		return r.interned(f.Strings[owner.number])
	}
	if !ok {
		return nil, r.bad(slot, "pointer %#x has no relocation", value)
	}
	if target != RelocBase {
		if owner.kind != 0 {
			return nil, r.bad(slot, "pointer to symbol %d is bound as a string", target)
		}
		if want := f.Symbols[target].Address; value != want {
			return nil, r.bad(slot, "pointer to symbol %s is %#x, want %#x", f.symbolName(target), value, want)
		}
		return r.symbol(slot, target)
	}
	offset := value - f.Header.Base
	if offset >= uint64(len(f.data)) {
		return nil, r.bad(slot, "pointer is %#x, want base %#x and at most %#x", value, f.Header.Base, len(f.data))
	}
	at := uint32(offset)
	switch owner.kind {
	case ownerFilename:
		if at != r.module.File {
			return nil, r.bad(slot, "co_filename points to %#x, want the path string %#x", at, r.module.File)
		}
		return nil, nil
	case ownerString:
		if want := f.Strings[owner.number]; at != want {
			return nil, r.bad(slot, "pointer to string %d is to %#x, want %#x", owner.number, at, want)
		}
		return r.interned(at)
	}
	if s, ok := f.section(offset, offset+1); !ok || s.Kind != SectionConst && s.Kind != SectionPatched && s.Kind != SectionCode {
		return nil, r.bad(slot, "pointer is to %#x, which is in no section of the module's objects", at)
	}
	return r.object(at)
}

// symbol returns the node of a symbol that can be a constant.
func (r *objectReader) symbol(slot, number uint32) (*graph.Node, error) {
	if n := r.symbols[number]; n != nil {
		return n, nil
	}
	n := new(graph.Node)
	switch s := r.file.Symbols[number]; s.Kind {
	case SymNone:
		n.Kind = graph.None
	case SymTrue:
		n.Kind = graph.True
	case SymFalse:
		n.Kind = graph.False
	case SymEllipsis:
		n.Kind = graph.Ellipsis
	case SymEmptyStr:
		n.Kind, n.ASCII = graph.Str, true
	case SymEmptyBytes:
		n.Kind = graph.Bytes
	case SymEmptyTuple:
		n.Kind = graph.Tuple
	case SymSmallInt:
		n.Kind, n.Small = graph.Int, int64(s.Arg)
	case SymLatin1:
		n.Kind, n.ASCII = graph.Str, s.Arg < 128
		n.Data = string(pyc.AppendCodePoint(nil, rune(s.Arg)))
	default:
		return nil, r.bad(slot, "pointer is to symbol %s, want an object", r.file.symbolName(number))
	}
	r.symbols[number] = n
	return n, nil
}

func (r *objectReader) frozenset(i uint32) (*graph.Node, error) {
	if n := r.frozensets[i]; n != nil {
		if n == &building {
			return nil, r.bad(r.module.Bind, "frozenset %d contains itself", i)
		}
		return n, nil
	}
	r.frozensets[i] = &building
	at := r.bind.Frozensets[i].Tuple
	elems, err := r.tuple(at)
	if err != nil {
		return nil, err
	}
	n := &graph.Node{Kind: graph.FrozenSet, Elems: elems}
	r.frozensets[i] = n
	return n, nil
}

// memory returns the bytes from an object's start to the end of its section.
func (r *objectReader) memory(at uint32, kinds ...uint32) ([]byte, error) {
	s, ok := r.file.section(uint64(at), uint64(at)+layout.SizeOffset)
	if ok && at%layout.PointerSize == 0 {
		for _, k := range kinds {
			if s.Kind == k {
				return r.file.data[at : s.Offset+s.Size], nil
			}
		}
	}
	return nil, r.bad(at, "an object may not be there")
}

// typeOf returns the kind of the symbol that an object's ob_type points to.
func (r *objectReader) typeOf(at uint32) (uint32, error) {
	slot := at + layout.TypeOffset
	target, ok := r.targets[slot]
	if !ok || target == RelocBase {
		return 0, r.bad(slot, "no object starts at %#x: no relocation to a type", at)
	}
	s := r.file.Symbols[target]
	if have := r.word(slot); have != s.Address {
		return 0, r.bad(slot, "type pointer is %#x, want %#x (%s)", have, s.Address, r.file.symbolName(target))
	}
	return s.Kind, nil
}

// object reads the module's object at an offset.
func (r *objectReader) object(at uint32) (*graph.Node, error) {
	switch n := r.nodes[at]; n {
	case nil:
	case &building:
		return nil, r.bad(at, "object contains itself")
	default:
		return n, nil
	}
	if r.depth++; r.depth > maxDepth {
		return nil, r.bad(at, "objects are nested deeper than %d", maxDepth)
	}
	defer func() { r.depth-- }()
	r.nodes[at] = &building
	kind, err := r.typeOf(at)
	if err != nil {
		return nil, err
	}
	n, err := r.typed(at, kind)
	if err != nil {
		return nil, err
	}
	r.nodes[at] = n
	return n, nil
}

func (r *objectReader) typed(at, kind uint32) (*graph.Node, error) {
	switch kind {
	case SymCodeType:
		return r.code(at)
	case SymTupleType:
		elems, err := r.tuple(at)
		return &graph.Node{Kind: graph.Tuple, Elems: elems}, err
	case SymSliceType:
		return r.slice(at)
	}
	mem, err := r.memory(at, SectionConst)
	if err != nil {
		return nil, err
	}
	n := new(graph.Node)
	switch kind {
	case SymLongType:
		n.Kind = graph.Int
		n.Small, n.Big, _, err = r.layout.ReadInt(mem)
	case SymFloatType:
		n.Kind = graph.Float
		n.Real, _, err = r.layout.ReadFloat(mem)
	case SymComplexType:
		n.Kind = graph.Complex
		n.Real, n.Imag, _, err = r.layout.ReadComplex(mem)
	case SymBytesType:
		n.Kind = graph.Bytes
		n.Data, _, err = r.layout.ReadBytes(mem)
	case SymUnicodeType:
		return r.str(at, mem)
	default:
		return nil, r.bad(at, "object has type %s, which no object has", symbolName(kind, 0))
	}
	if err != nil {
		return nil, r.bad(at, "%v", err)
	}
	return n, nil
}

func (r *objectReader) str(at uint32, mem []byte) (*graph.Node, error) {
	text, points, ascii, _, err := r.layout.ReadStr(mem)
	if err != nil {
		return nil, r.bad(at, "%v", err)
	}
	if !ascii {
		var b []byte
		for _, p := range points {
			b = pyc.AppendCodePoint(b, p)
		}
		text = string(b)
	}
	return &graph.Node{Kind: graph.Str, Data: text, ASCII: ascii}, nil
}

// interned reads a string that belongs to all modules.
func (r *objectReader) interned(at uint32) (*graph.Node, error) {
	if n := r.nodes[at]; n != nil {
		return n, nil
	}
	mem, err := r.memory(at, SectionStr)
	if err != nil {
		return nil, err
	}
	n, err := r.str(at, mem)
	if err != nil {
		return nil, err
	}
	n.Interned = true
	r.nodes[at] = n
	return n, nil
}

// stringTexts returns the texts of the first n interned strings.
func (f *File) stringTexts(n int) ([]string, error) {
	l, err := f.Layout()
	if err != nil {
		return nil, err
	}
	r := objectReader{file: f, layout: l, module: &FileModule{NameText: "(all)"}, nodes: make(map[uint32]*graph.Node)}
	texts := make([]string, n)
	for i := range texts {
		s, err := r.interned(f.Strings[i])
		if err != nil {
			return nil, err
		}
		texts[i] = s.Data
	}
	return texts, nil
}

func (r *objectReader) tuple(at uint32) ([]*graph.Node, error) {
	mem, err := r.memory(at, SectionConst, SectionPatched)
	if err != nil {
		return nil, err
	}
	if kind, err := r.typeOf(at); err != nil || kind != SymTupleType {
		return nil, r.bad(at, "no tuple is there: %v", err)
	}
	n, _, err := r.layout.ReadTuple(mem)
	if err != nil {
		return nil, r.bad(at, "%v", err)
	}
	elems := make([]*graph.Node, n)
	for i := range elems {
		if elems[i], err = r.element(at + uint32(r.layout.TupleItems+i*layout.PointerSize)); err != nil {
			return nil, err
		}
	}
	return elems, nil
}

func (r *objectReader) slice(at uint32) (*graph.Node, error) {
	mem, err := r.memory(at, SectionConst, SectionPatched)
	if err != nil {
		return nil, err
	}
	if len(mem) < layout.SliceSize {
		return nil, r.bad(at, "slice needs %d bytes, %d are left", layout.SliceSize, len(mem))
	}
	n := &graph.Node{Kind: graph.Slice}
	for _, offset := range layout.SliceSlots {
		e, err := r.element(at + uint32(offset))
		if err != nil {
			return nil, err
		}
		n.Elems = append(n.Elems, e)
	}
	return n, nil
}

// element is pointer for slots that are no co_filename.
func (r *objectReader) element(slot uint32) (*graph.Node, error) {
	n, err := r.pointer(slot)
	if err == nil && n == nil {
		return nil, r.bad(slot, "pointer to the path string outside of co_filename")
	}
	return n, err
}

func (f *File) symbolName(number uint32) string {
	return symbolName(f.Symbols[number].Kind, f.Symbols[number].Arg)
}
