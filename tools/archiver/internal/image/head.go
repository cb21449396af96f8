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
	w.kinds = []uint32{SectionHead, SectionConst, SectionStr, SectionPatched, SectionCode, SectionBind, SectionMemo, SectionReloc}
	h.SysVersion = table(len(a.SysVersion), 1)
	h.Sections = table(len(w.kinds), sectionSize)
	h.Symbols = table(len(p.symbols.table), symbolSize)
	h.Index = table(indexCount(indexed(in.Modules)), wordSize)
	h.Modules = table(len(p.modules), moduleSize)
	h.Strings = table(len(p.interns), wordSize)
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
	w.starts[SectionHead] = 0
	p.sizes[SectionHead] = at
	functions := align(p.sizes[SectionCode], PageSize)
	p.sizes[SectionCode] = functions + p.sizes[sectionFunctions]
	for _, kind := range w.kinds[:5] {
		at = align(at, PageSize)
		if kind != SectionHead {
			w.starts[kind] = uint32(at)
			at += p.sizes[kind]
		}
		key = le.AppendUint64(key, uint64(p.sizes[kind]))
		if at > maxFileSize {
			return fmt.Errorf("objects need %d bytes, more than an archive can have (%d); archive fewer modules", at, maxFileSize)
		}
	}
	w.starts[sectionFunctions] = w.starts[SectionCode] + uint32(functions)
	h.Base = baseMin + fold(key)%baseSlots*baseStep
	p.sizes[SectionMemo] = len(w.memo)
	for _, kind := range w.kinds[5:] {
		at = align(at, PageSize)
		w.starts[kind] = uint32(at)
		at += p.sizes[kind]
	}
	if at > maxFileSize {
		return fmt.Errorf("archive needs %d bytes, more than it can have (%d); archive fewer modules", at, maxFileSize)
	}
	w.buf = make([]byte, align(at, PageSize))
	copy(w.buf[w.starts[SectionMemo]:], w.memo)
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
	for i, kind := range w.kinds {
		put(w.buf, h.Sections, i, sectionSize, &Section{Kind: kind, Offset: w.starts[kind], Size: uint32(p.sizes[kind])})
	}
	for i := range p.symbols.table {
		put(w.buf, h.Symbols, i, symbolSize, &p.symbols.table[i])
	}
	for i, s := range p.interns {
		le.PutUint32(w.buf[int(h.Strings.Offset)+wordSize*i:], w.offset(s.place))
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
	pre := Prefix{
		FormatVersion: FormatVersion,
		HeaderSize:    uint32(prefixSize + headerSize),
		FileSize:      uint64(len(w.buf)),
		FileChecksum:  fold(w.buf[prefixSize:]),
		HeadChecksum:  fold(w.buf[prefixSize:w.headSize]),
		HeadSize:      uint64(w.headSize),
	}
	copy(pre.Magic[:], Magic)
	encode(w.buf, &pre)
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
