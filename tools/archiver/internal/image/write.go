// This file writes the objects of an image, and the bind and reloc blocks.

package image

import (
	"fmt"
	"slices"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/layout"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/parallel"
)

// A writer fills the buffer of an archive.
type writer struct {
	*planner
	header   Header
	headSize int
	sections [len(sectionOrder)]Section
	starts   [2][sectionCount]uint32 // offsets of the sections in the file, as planner.sizes
	buf      []byte                  // the file
	memo     []byte                  // memo blocks
	memos    []MemoEntry             // their entries
	sources  int                     // index in memos of the first source
	entries  []ModuleEntry           // in the order of the modules

	codeOrder []int // of layout.CodeSlots, the indexes in the order of the offsets
}

// A moduleWriter writes modules, one after the other.
type moduleWriter struct {
	*writer
	m     *modulePlan
	codes uint32 // of m, so far
	slots        // of m

	// Scratch, all zero between modules.
	targets []uint32 // by number of symbol; the last is RelocBase
	owners  []uint32 // by number of string
}

func newModuleWriter(w *writer) *moduleWriter {
	return &moduleWriter{
		writer:  w,
		targets: make([]uint32, len(w.symbols.table)+1),
		owners:  make([]uint32, len(w.interns)),
	}
}

// slots are the pointers of a module in the order of the file, each as
// owner<<32 | offset in the file.
type slots struct {
	strings    []uint64 // owner: number of the interned string
	frozensets []uint64 // owner: index in modulePlan.frozensets
	filenames  []uint32 // offsets alone
	relocs     []uint64 // owner: number of the symbol, or one past the last for the base
}

func (s *slots) reset() {
	s.strings, s.frozensets = s.strings[:0], s.frozensets[:0]
	s.filenames, s.relocs = s.filenames[:0], s.relocs[:0]
}

func pair(owner, offset uint32) uint64 { return uint64(owner)<<32 | uint64(offset) }

// offset returns the offset in the file of a place of the module.
func (w *moduleWriter) offset(p place) uint32 {
	return w.m.starts[p.kind] + p.offset
}

// internedStrings writes what belongs to all modules. These strings' type
// pointers are in no reloc block: the loader sets them when it interns a string.
func (w *writer) internedStrings() {
	const chunk = 4096
	parallel.Each((len(w.interns)+chunk-1)/chunk, func() func(int) {
		return func(i int) {
			for _, s := range w.interns[i*chunk : min((i+1)*chunk, len(w.interns))] {
				at := s.offset
				w.str(w.buf[at:], s.node)
				w.putSymbol(at+layout.TypeOffset, SymUnicodeType)
			}
		}
	})
}

func (w *writer) str(dst []byte, n *graph.Node) {
	if n.ASCII {
		w.layout.PutASCII(dst, n.Data)
	} else {
		w.layout.PutStr(dst, n.CodePoints(), n.MaxChar())
	}
}

// module writes a module's objects and blocks and returns its entry, without the
// name and the path.
func (w *moduleWriter) module(m *modulePlan) ModuleEntry {
	if !hasObjects(m.Kind) {
		return ModuleEntry{Kind: m.Kind, Root: m.Root}
	}
	w.m, w.codes = m, 0
	w.reset()
	file := m.file
	tuples := make([]uint32, len(m.frozensets))
	// In the order of the file, so that the slots are.
	for _, kind := range [...]uint32{sectionTables, SectionConst, SectionStr, SectionPatched, SectionCode, sectionFunctions} {
		if kind == SectionStr {
			w.layout.PutASCII(w.buf[file:], "")
			w.setType(file, SymUnicodeType)
			continue
		}
		for i, at := range m.places {
			if at.kind == kind {
				w.object(m.Graph.Nodes[i], w.offset(at))
			}
		}
		for i, f := range m.frozensets {
			if f.tuple.kind == kind {
				tuples[i] = w.offset(f.tuple)
				w.tuple(f.node.Elems, tuples[i])
			}
		}
	}

	e := ModuleEntry{
		Kind:         m.Kind,
		Root:         m.Root,
		Code:         w.offset(m.places[m.Graph.Root.Index]),
		File:         file,
		FileCapacity: uint32(m.capacity),
		Bind:         w.starts[0][SectionBind] + uint32(m.bind),
		BindSize:     uint32(m.bindBytes),
		Reloc:        w.starts[0][SectionReloc] + uint32(m.reloc),
		RelocSize:    uint32(m.relocBytes),
	}
	if m.Package {
		e.Flags |= FlagPackage
	}
	e.BindChecksum = w.fill(e.Bind, e.BindSize, w.bindBlock(&e, tuples, w.block(e.Bind, e.BindSize)))
	e.RelocChecksum = w.fill(e.Reloc, e.RelocSize, w.relocBlock(w.block(e.Reloc, e.RelocSize)))
	return e
}

// block returns an empty slice with room for a block in its place.
func (w *writer) block(at, size uint32) []byte { return w.buf[at : at : at+size] }

// fill checks that a block fills its place, and returns its checksum.
func (w *writer) fill(at, size uint32, block []byte) uint64 {
	if align(len(block), 8) != int(size) {
		panic(fmt.Sprintf("block at %#x has %d bytes, planned are %d", at, len(block), size))
	}
	return fold(w.buf[at : at+size])
}

// object writes the object of a node that is in a section.
func (w *moduleWriter) object(n *graph.Node, at uint32) {
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
		w.tuple(n.Elems, at)
	case graph.Slice:
		l.PutSlice(dst)
		w.setType(at, SymSliceType)
		for i, offset := range layout.SliceSlots {
			w.setPointer(at+uint32(offset), n.Elems[i])
		}
	case graph.CodeKind:
		w.code(n.Code, at)
	}
}

// codeOrder returns the indexes of a code object's slots in the order of their offsets.
func codeOrder(l *layout.Layout) []int {
	offsets := l.CodeSlots()
	order := make([]int, len(offsets))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return offsets[a] - offsets[b] })
	return order
}

func (w *moduleWriter) tuple(items []*graph.Node, at uint32) {
	w.layout.PutTuple(w.buf[at:], len(items))
	w.setType(at, SymTupleType)
	slot := at + uint32(w.layout.TupleItems)
	for _, e := range items {
		w.setPointer(slot, e)
		slot += layout.PointerSize
	}
}

func (w *moduleWriter) code(c *graph.Code, at uint32) {
	w.layout.PutCode(w.buf[at:], &layout.CodeFields{
		ArgCount:        c.ArgCount,
		PosOnlyArgCount: c.PosOnlyArgCount,
		KwOnlyArgCount:  c.KwOnlyArgCount,
		StackSize:       c.StackSize,
		FirstLineno:     c.FirstLineno,
		Flags:           c.Flags,
		Kinds:           c.LocalsPlusKinds.Data,
		Version:         firstCodeVersion + w.m.firstCode + w.codes,
		Bytecode:        c.Bytecode,
	})
	w.codes++
	w.setType(at, SymCodeType)
	refs, offsets := c.Refs(), w.layout.CodeSlots()
	for _, i := range w.codeOrder {
		slot := at + uint32(offsets[i])
		if refs[i] != nil {
			w.setPointer(slot, refs[i])
			continue
		}
		w.setOffset(slot, w.m.file)
		w.filenames = append(w.filenames, slot)
	}
}

// setPointer writes the pointer to a node and records its slot.
func (w *moduleWriter) setPointer(slot uint32, n *graph.Node) {
	switch p := w.m.places[n.Index]; p.kind {
	case atSymbol:
		w.setSymbol(slot, p.offset)
	case atInterned:
		w.setOffset(slot, w.interns[p.offset].offset)
		w.strings = append(w.strings, pair(p.offset, slot))
	case atFixed:
		le.PutUint64(w.buf[slot:], w.fixed[n.Data])
		w.strings = append(w.strings, pair(p.offset, slot))
	case atFrozenset:
		w.frozensets = append(w.frozensets, pair(p.offset, slot))
	default:
		w.setOffset(slot, w.offset(p))
	}
}

func (w *moduleWriter) setType(object uint32, key uint32) { w.setSymbol(object+layout.TypeOffset, key) }

func (w *moduleWriter) setSymbol(slot, key uint32) {
	w.putSymbol(slot, key)
	w.relocs = append(w.relocs, pair(w.symbols.number[key], slot))
}

func (w *writer) putSymbol(slot, key uint32) {
	s := w.symbols
	le.PutUint64(w.buf[slot:], s.table[s.number[key]].Address)
}

func (w *moduleWriter) setOffset(slot, target uint32) {
	le.PutUint64(w.buf[slot:], w.header.Base+uint64(target))
	w.relocs = append(w.relocs, pair(uint32(len(w.symbols.table)), slot))
}

// bindBlock appends the module's bind block to b and sets the entry's counts.
func (w *moduleWriter) bindBlock(e *ModuleEntry, tuples []uint32, b []byte) []byte {
	var owners []uint32
	for _, s := range w.strings {
		owner := s >> 32
		if w.owners[owner] == 0 {
			owners = append(owners, uint32(owner))
		}
		w.owners[owner]++
	}
	slices.Sort(owners)
	e.Nstrings, e.Nslots = uint32(len(owners)), uint32(len(w.strings))
	for _, o := range owners {
		b = le.AppendUint32(b, o)
	}
	start := uint32(0)
	for _, o := range owners {
		b = le.AppendUint32(b, start)
		w.owners[o], start = start, start+w.owners[o]
	}
	b = le.AppendUint32(b, start)
	b, slots := extend(b, len(w.strings))
	for _, s := range w.strings {
		owner := s >> 32
		le.PutUint32(slots[wordSize*w.owners[owner]:], uint32(s))
		w.owners[owner]++
	}
	for _, o := range owners {
		w.owners[o] = 0
	}

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
	return b
}

// relocBlock appends the module's reloc block to b.
func (w *moduleWriter) relocBlock(b []byte) []byte {
	for _, s := range w.relocs {
		w.targets[s>>32]++
	}
	groups := len(w.m.symbols)
	if w.m.based {
		groups++
	}
	b, words := extend(b, 2*groups+len(w.relocs))
	at := uint32(0)
	for target, count := range w.targets {
		if count == 0 {
			continue
		}
		number := uint32(target)
		if target == len(w.targets)-1 {
			number = RelocBase
		}
		le.PutUint32(words[wordSize*at:], number)
		le.PutUint32(words[wordSize*(at+1):], count)
		w.targets[target] = at + 2
		at += 2 + count
	}
	for _, s := range w.relocs {
		le.PutUint32(words[wordSize*w.targets[s>>32]:], uint32(s))
		w.targets[s>>32]++
	}
	clear(w.targets)
	return b
}

// extend appends n words to b and returns these, too.
func extend(b []byte, n int) (all, words []byte) {
	start := len(b)
	b = b[:start+wordSize*n]
	return b, b[start:]
}

func appendOffsets(b []byte, slots []uint64) []byte {
	for _, s := range slots {
		b = le.AppendUint32(b, uint32(s))
	}
	return b
}

func pad8(b []byte) []byte { return append(b, make([]byte, align(len(b), 8)-len(b))...) }
