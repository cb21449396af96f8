// This file writes the objects of an image, and the bind and reloc blocks.

package image

import (
	"slices"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/layout"
)

// A writer fills the buffer of an archive.
type writer struct {
	planner    *planner
	layout     *layout.Layout
	header     Header
	sysVersion string
	headSize   int
	kinds      []uint32                     // of the sections, in order
	starts     [sectionFunctions + 1]uint32 // offsets of the sections in the file
	buf        []byte                       // head and objects
	bind       []byte                       // bind blocks
	memo       []byte                       // memo blocks
	memos      []MemoEntry                  // their entries
	sources    int                          // index in memos of the first source
	reloc      []byte                       // reloc blocks
	entries    []ModuleEntry                // in the order of the modules
	codes      uint32                       // code objects so far
	slots                                   // of the module at work
}

// slots are the pointers of a module, each as owner<<32 | offset in the file.
type slots struct {
	strings    []uint64 // owner: number of the interned string
	frozensets []uint64 // owner: index in modulePlan.frozensets
	filenames  []uint32 // offsets alone
	relocs     []uint64 // owner: number of the symbol, or RelocBase
}

func (s *slots) reset() {
	s.strings, s.frozensets = s.strings[:0], s.frozensets[:0]
	s.filenames, s.relocs = s.filenames[:0], s.relocs[:0]
}

func pair(owner, offset uint32) uint64 { return uint64(owner)<<32 | uint64(offset) }

// offset returns the offset in the file of a place in a section.
func (w *writer) offset(p place) uint32 { return w.starts[p.kind] + p.offset }

// internedStrings writes what belongs to all modules. These strings' type
// pointers are in no reloc block: the loader sets them when it interns a string.
func (w *writer) internedStrings() {
	for _, s := range w.planner.interns {
		at := w.offset(s.place)
		w.str(w.buf[at:], s.node)
		w.putSymbol(at+layout.TypeOffset, SymUnicodeType)
	}
}

func (w *writer) str(dst []byte, n *graph.Node) {
	if n.ASCII {
		w.layout.PutASCII(dst, n.Data)
	} else {
		w.layout.PutStr(dst, n.CodePoints(), n.MaxChar())
	}
}

// module writes a module's objects and blocks.
func (w *writer) module(m *modulePlan) {
	if !hasObjects(m.Kind) {
		w.entries = append(w.entries, ModuleEntry{Kind: m.Kind, Root: m.Root})
		return
	}
	w.reset()
	file := w.offset(m.file)
	w.layout.PutASCII(w.buf[file:], "")
	w.setType(file, SymUnicodeType)
	for _, n := range m.Graph.Nodes {
		if at := m.places[n.Index]; at.kind <= sectionFunctions {
			w.object(m, n, w.offset(at))
		}
	}
	tuples := make([]uint32, len(m.frozensets))
	for i, f := range m.frozensets {
		tuples[i] = w.offset(f.tuple)
		w.tuple(m, f.node.Elems, tuples[i])
	}

	e := ModuleEntry{
		Kind:         m.Kind,
		Root:         m.Root,
		Code:         w.offset(m.places[m.Graph.Root.Index]),
		File:         file,
		FileCapacity: uint32(m.capacity),
		Bind:         uint32(len(w.bind)),
		Reloc:        uint32(len(w.reloc)),
	}
	if m.Package {
		e.Flags |= FlagPackage
	}
	w.bindBlock(&e, tuples)
	e.BindSize = uint32(len(w.bind)) - e.Bind
	e.BindChecksum = fold(w.bind[e.Bind:])
	w.relocBlock()
	e.RelocSize = uint32(len(w.reloc)) - e.Reloc
	e.RelocChecksum = fold(w.reloc[e.Reloc:])
	w.entries = append(w.entries, e)
}

// object writes the object of a node that is in a section.
func (w *writer) object(m *modulePlan, n *graph.Node, at uint32) {
	dst, l := w.buf[at:], w.layout
	switch n.Kind {
	case graph.Int:
		l.PutInt(dst, n.Small, n.Big)
		w.setType(at, SymLongType)
	case graph.Float:
		l.PutFloat(dst, n.Real)
		w.setType(at, SymFloatType)
	case graph.Complex:
		l.PutComplex(dst, n.Real, n.Imag)
		w.setType(at, SymComplexType)
	case graph.Bytes:
		l.PutBytes(dst, n.Data)
		w.setType(at, SymBytesType)
	case graph.Str:
		w.str(dst, n)
		w.setType(at, SymUnicodeType)
	case graph.Tuple:
		w.tuple(m, n.Elems, at)
	case graph.Slice:
		l.PutSlice(dst)
		w.setType(at, SymSliceType)
		for i, offset := range layout.SliceSlots {
			w.setPointer(m, at+uint32(offset), n.Elems[i])
		}
	case graph.CodeKind:
		w.code(m, n.Code, at)
	}
}

func (w *writer) tuple(m *modulePlan, items []*graph.Node, at uint32) {
	w.layout.PutTuple(w.buf[at:], len(items))
	w.setType(at, SymTupleType)
	slot := at + uint32(w.layout.TupleItems)
	for _, e := range items {
		w.setPointer(m, slot, e)
		slot += layout.PointerSize
	}
}

func (w *writer) code(m *modulePlan, c *graph.Code, at uint32) {
	w.layout.PutCode(w.buf[at:], &layout.CodeFields{
		ArgCount:        c.ArgCount,
		PosOnlyArgCount: c.PosOnlyArgCount,
		KwOnlyArgCount:  c.KwOnlyArgCount,
		StackSize:       c.StackSize,
		FirstLineno:     c.FirstLineno,
		Flags:           c.Flags,
		Kinds:           c.LocalsPlusKinds.Data,
		Version:         firstCodeVersion + w.codes,
		Bytecode:        c.Bytecode,
	})
	w.codes++
	w.setType(at, SymCodeType)
	refs := c.Refs()
	for i, offset := range w.layout.CodeSlots() {
		slot := at + uint32(offset)
		if refs[i] != nil {
			w.setPointer(m, slot, refs[i])
			continue
		}
		w.setOffset(slot, w.offset(m.file))
		w.filenames = append(w.filenames, slot)
	}
}

// setPointer writes the pointer to a node and records its slot.
func (w *writer) setPointer(m *modulePlan, slot uint32, n *graph.Node) {
	switch p := m.places[n.Index]; p.kind {
	case atSymbol:
		w.setSymbol(slot, p.offset)
	case atInterned:
		w.setOffset(slot, w.offset(w.planner.interns[p.offset].place))
		w.strings = append(w.strings, pair(p.offset, slot))
	case atFrozenset:
		w.frozensets = append(w.frozensets, pair(p.offset, slot))
	default:
		w.setOffset(slot, w.offset(p))
	}
}

func (w *writer) setType(object uint32, key uint32) { w.setSymbol(object+layout.TypeOffset, key) }

func (w *writer) setSymbol(slot, key uint32) {
	w.putSymbol(slot, key)
	w.relocs = append(w.relocs, pair(w.planner.symbols.number[key], slot))
}

func (w *writer) putSymbol(slot, key uint32) {
	s := w.planner.symbols
	le.PutUint64(w.buf[slot:], s.table[s.number[key]].Address)
}

func (w *writer) setOffset(slot, target uint32) {
	le.PutUint64(w.buf[slot:], w.header.Base+uint64(target))
	w.relocs = append(w.relocs, pair(RelocBase, slot))
}

// bindBlock appends the module's bind block and sets the entry's counts.
func (w *writer) bindBlock(e *ModuleEntry, tuples []uint32) {
	slices.Sort(w.strings)
	b := w.bind
	var starts []uint32
	for i, s := range w.strings {
		if owner := uint32(s >> 32); i == 0 || owner != uint32(w.strings[i-1]>>32) {
			b = le.AppendUint32(b, owner)
			starts = append(starts, uint32(i))
		}
	}
	e.Nstrings = uint32(len(starts))
	for _, s := range starts {
		b = le.AppendUint32(b, s)
	}
	e.Nslots = uint32(len(w.strings))
	b = le.AppendUint32(b, e.Nslots)
	b = appendOffsets(b, w.strings)

	slices.Sort(w.frozensets)
	e.Nfrozensets = uint32(len(tuples))
	e.NfrozensetSlots = uint32(len(w.frozensets))
	next := 0
	for i, tuple := range tuples {
		first := next
		for next < len(w.frozensets) && uint32(w.frozensets[next]>>32) == uint32(i) {
			next++
		}
		b = le.AppendUint32(b, tuple)
		b = le.AppendUint32(b, uint32(next-first))
	}
	b = appendOffsets(b, w.frozensets)

	e.NfilenameSlots = uint32(len(w.filenames))
	for _, f := range w.filenames {
		b = le.AppendUint32(b, f)
	}
	w.bind = pad8(b)
}

// relocBlock appends the module's reloc block.
func (w *writer) relocBlock() {
	slices.Sort(w.relocs)
	b := w.reloc
	for i := 0; i < len(w.relocs); {
		target := uint32(w.relocs[i] >> 32)
		n := i
		for n < len(w.relocs) && uint32(w.relocs[n]>>32) == target {
			n++
		}
		b = le.AppendUint32(b, target)
		b = le.AppendUint32(b, uint32(n-i))
		b = appendOffsets(b, w.relocs[i:n])
		i = n
	}
	w.reloc = pad8(b)
}

func appendOffsets(b []byte, slots []uint64) []byte {
	for _, s := range slots {
		b = le.AppendUint32(b, uint32(s))
	}
	return b
}

func pad8(b []byte) []byte { return append(b, make([]byte, align(len(b), 8)-len(b))...) }
