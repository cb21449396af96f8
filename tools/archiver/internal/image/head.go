// This file lays out the file and writes its head.

package image

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/layout"
)

// order returns the numbers of the modules sorted by name, which is their order
// in the table.
func order(modules []*modulePlan) []int {
	o := make([]int, len(modules))
	for i := range o {
		o[i] = i
	}
	slices.SortFunc(o, func(x, y int) int {
		return bytes.Compare([]byte(modules[x].Name), []byte(modules[y].Name))
	})
	return o
}

// sectionOrder is the order of the sections in the file. What imports write to is at the
// end and together, so that it can be read into huge pages.
var sectionOrder = [...]struct {
	kind uint32
	part int // 1: hot
}{
	{SectionHead, 0}, {SectionBind, 0}, {SectionMemo, 0}, {SectionReloc, 0},
	{SectionConst, 0}, {SectionStr, 0}, {SectionPatched, 0}, {SectionCode, 0},
	{SectionConst, 1}, {SectionStr, 1}, {SectionPatched, 1}, {SectionCode, 1},
}

// parts returns what is planned as a section and makes one, in the order of the file.
func parts(kind uint32) []uint32 {
	switch kind {
	case SectionConst:
		return []uint32{sectionTables, SectionConst}
	case SectionCode:
		return []uint32{SectionCode, sectionFunctions}
	}
	return []uint32{kind}
}

// place turns offsets in parts of sections into offsets in the file.
func (w *writer) place() {
	for _, m := range w.modules {
		hot := m.part()
		for kind := range m.starts {
			m.starts[kind] += w.starts[w.part(kind, hot)][kind]
		}
		m.file += w.starts[hot][SectionStr]
	}
	for i := range w.interns {
		s := &w.interns[i]
		s.offset += w.starts[s.hot][SectionStr]
	}
}

// begin lays out the head and the sections of objects and makes the buffer.
func (w *writer) begin(in *Input) error {
	p, a := w.planner, in.ABI
	names := 0
	for i := range p.modules {
		names += len(p.modules[i].Name) + len(p.modules[i].Path)
	}
	at := prefixSize + headerSize
	table := func(count, size int) Table {
		t := Table{uint32(at), uint32(count)}
		at += align(count*size, 8)
		return t
	}
	h := &w.header
	*h = Header{
		PyVersion:       a.PyVersion(),
		PycMagic:        a.PycMagic,
		PointerSize:     uint32(a.PointerSize),
		Optimize:        uint32(in.Optimize),
		TypeOffset:      layout.TypeOffset,
		StrLengthOffset: layout.StrLengthOffset,
		StrDataOffset:   uint32(w.layout.StrASCII),
	}
	if a.ExactBuild() || w.layout.ExactBuild {
		h.AbiFlags |= AbiExactBuild
	}
	h.SysVersion = table(len(a.SysVersion), 1)
	h.Sections = table(len(sectionOrder), sectionSize)
	h.Symbols = table(len(p.symbols.table), symbolSize)
	h.Index = table(indexCount(indexed(in.Modules)), wordSize)
	h.Modules = table(len(p.modules), moduleSize)
	h.Strings = table(len(p.interns), wordSize)
	h.Fixed = table(p.nfixed, addressSize)
	h.Names = table(names, 1)
	h.Memos = table(len(w.memos), memoSize)
	memoIndex := 0
	if len(w.memos) > 0 {
		memoIndex = indexCount(len(w.memos))
	}
	h.MemoIndex = table(memoIndex, wordSize)
	w.headSize = at

	// The base depends on what the archive holds, so that archives of different
	// programs have different ones in all likelihood.
	key := make([]byte, 0, names+8*len(p.sizes))
	for _, i := range order(p.modules) {
		key = append(append(key, p.modules[i].Name...), 0)
	}
	p.sizes[0][SectionHead] = at
	p.sizes[0][SectionMemo] = len(w.memo)
	for part := range p.sizes {
		for kind := SectionConst; kind <= SectionCode; kind++ {
			key = le.AppendUint64(key, uint64(p.sizes[part][kind]))
		}
	}
	at = 0
	for i, o := range sectionOrder {
		at = align(at, PageSize)
		sizes, starts := &p.sizes[o.part], &w.starts[o.part]
		if o.part == 1 && h.Hot == 0 {
			h.Hot = uint32(at)
		}
		start := at
		for _, kind := range parts(o.kind) {
			if sizes[kind] > 0 {
				at = align(at, PageSize)
			}
			starts[kind] = uint32(at)
			at += sizes[kind]
		}
		if at > maxFileSize {
			return fmt.Errorf("archive needs %d bytes, more than it can have (%d); archive fewer modules", at, maxFileSize)
		}
		w.sections[i] = Section{Kind: o.kind, Offset: uint32(start), Size: uint32(at - start)}
	}
	at = align(at, PageSize)
	h.HotSize = uint32(at) - h.Hot
	if h.HotSize == 0 {
		h.Hot = 0
	}
	h.Base = baseMin + fold(key)%baseSlots*HugePageSize + uint64(-h.Hot%HugePageSize)
	w.buf = make([]byte, at)
	w.place()
	copy(w.buf[w.starts[0][SectionMemo]:], w.memo)
	w.entries = make([]ModuleEntry, len(p.modules))
	return nil
}

// indexed returns the number of modules that the index has.
func indexed(modules []Module) int {
	n := 0
	for i := range modules {
		if modules[i].Kind != ModuleGenerated {
			n++
		}
	}
	return n
}

func (w *writer) head(in *Input) {
	p, h := w.planner, &w.header
	copy(w.buf[h.SysVersion.Offset:], in.ABI.SysVersion)
	for i := range w.sections {
		put(w.buf, h.Sections, i, sectionSize, &w.sections[i])
	}
	for i := range p.symbols.table {
		put(w.buf, h.Symbols, i, symbolSize, &p.symbols.table[i])
	}
	for i, s := range p.interns {
		le.PutUint32(w.buf[int(h.Strings.Offset)+wordSize*i:], s.offset)
	}
	for i, s := range p.interns[:p.nfixed] {
		le.PutUint64(w.buf[int(h.Fixed.Offset)+addressSize*i:], p.fixed[s.node.Data])
	}
	name := h.Names.Offset
	mask := uint64(h.Index.Count) - 1
	numbers := make(map[string]uint32, len(in.Sources))
	for number, i := range order(p.modules) {
		m, e := p.modules[i], &w.entries[i]
		e.Name, e.NameSize = name, uint32(len(m.Name))
		if m.Path != "" || m.Kind == ModuleGenerated {
			e.Path, e.PathSize = name+e.NameSize, uint32(len(m.Path))
		}
		name += e.NameSize + e.PathSize
		copy(w.buf[e.Name:], m.Name)
		copy(w.buf[e.Path:], m.Path)
		if m.Name == in.Main {
			h.Main = uint32(number) + 1
		}
		put(w.buf, h.Modules, number, moduleSize, e)
		if m.Kind == ModuleGenerated {
			numbers[m.Name] = uint32(number)
			continue
		}
		w.index(h.Index, fold([]byte(m.Name))&mask, uint32(number))
	}
	w.memoTables(in, numbers)
	encode(w.buf[prefixSize:], h)
}

// writePrefix writes the prefix of an archive that is complete otherwise.
func writePrefix(buf []byte, headSize int) {
	pre := Prefix{
		FormatVersion: FormatVersion,
		HeaderSize:    uint32(prefixSize + headerSize),
		FileSize:      uint64(len(buf)),
		FileChecksum:  fold(buf[prefixSize:]),
		HeadChecksum:  fold(buf[prefixSize:headSize]),
		HeadSize:      uint64(headSize),
	}
	copy(pre.Magic[:], Magic)
	encode(buf, &pre)
}

// put writes entry i of a table.
func put(buf []byte, t Table, i, size int, entry any) {
	encode(buf[int(t.Offset)+i*size:], entry)
}

func encode(dst []byte, v any) {
	if _, err := binary.Encode(dst, le, v); err != nil {
		panic(err) // the structs have fixed sizes, and dst was made for them
	}
}

func decode(src []byte, v any) {
	if _, err := binary.Decode(src, le, v); err != nil {
		panic(err)
	}
}
