// This file makes an archive out of modules.

package image

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/abi"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/layout"
)

// Input is what an archive is made of. Nothing else decides its bytes.
type Input struct {
	ABI      *abi.ABI
	Optimize int      // sys.flags.optimize the modules are compiled for
	Modules  []Module // in the order their objects shall have: that of import, where known
	Main     string   // name of the module that the program's main file is, "" if it is none
	Regexes  []Regex  // each pattern with its flags once
	Sources  []Source // each text with its filename, mode and flags once
}

// Module is one module of an archive, or what else is known of a name.
type Module struct {
	Name    string // dotted
	Kind    uint32 // ModuleSource...
	Package bool   // only of kind ModuleSource
	Root    uint32 // RootRunfiles or RootStdlib
	Path    string // '/'-separated, relative to the root; see loader/format.h for each kind
	Graph   *graph.Module
}

// hasObjects reports whether modules of a kind have code.
func hasObjects(kind uint32) bool { return kind == ModuleSource || kind == ModuleGenerated }

// The base is one of baseSlots multiples of baseStep from baseMin on: where no
// kernel puts a mapping that was not asked for there, below what valgrind and
// other instruments take, and so that huge pages are possible.
const (
	baseMin   = 0x0800_0000_0000
	baseStep  = 2 << 20
	baseSlots = 0x0200_0000_0000 / baseStep
)

// maxFileSize is what offsets of 32 bits reach.
const maxFileSize = 1<<32 - PageSize

// firstCodeVersion is the co_version of the first code object. The interpreter
// counts from 1 up and does not come near.
const firstCodeVersion = 0x40000000

// Build returns the bytes of an archive. Its errors name the module.
func Build(in Input) ([]byte, error) {
	a := in.ABI
	l, err := layout.For(a.Version.Minor, a.Version.Micro)
	if err != nil {
		return nil, err
	}
	if err := check(&in, l); err != nil {
		return nil, err
	}
	p := planner{layout: l, symbols: newSymbolSet(l), strings: make(map[string]uint32)}
	p.symbols.use(SymUnicodeType) // path strings
	for i := range in.Modules {
		m := &in.Modules[i]
		if err := p.module(m); err != nil {
			return nil, fmt.Errorf("module %s: %w; leave it out of the archive", m.Name, err)
		}
	}
	p.symbols.finish(a)

	w := writer{planner: &p, layout: l}
	w.memoBlocks(&in)
	if err := w.begin(&in); err != nil {
		return nil, err
	}
	w.internedStrings()
	for i := range p.modules {
		w.module(&p.modules[i])
	}
	return w.finish(&in)
}

func check(in *Input, l *layout.Layout) error {
	a := in.ABI
	if a.FreeThreaded() || a.Debug() {
		return fmt.Errorf("interpreter %s has abi_flags %q, want none: no object layout is known for free-threaded and debug builds; use the default build",
			a.Version, a.AbiFlags)
	}
	if int64(a.SmallIntMin) != l.SmallIntMin || int64(a.SmallIntMax) != l.SmallIntMax {
		return fmt.Errorf("interpreter %s has small ints %d to %d, want %d to %d: package layout does not know this build",
			a.Version, a.SmallIntMin, a.SmallIntMax, l.SmallIntMin, l.SmallIntMax)
	}
	seen := make(map[string]bool, len(in.Modules))
	for i := range in.Modules {
		m := &in.Modules[i]
		if seen[m.Name] {
			return fmt.Errorf("module %s is given twice", m.Name)
		}
		seen[m.Name] = true
		if err := checkModule(m.Kind, m.Package, m.Root, m.Name, m.Path); err != nil {
			return err
		}
		switch {
		case (m.Graph != nil) != hasObjects(m.Kind):
			return fmt.Errorf("module %s: kind %d with code: %t", m.Name, m.Kind, m.Graph != nil)
		case m.Graph != nil && int(m.Graph.Version) != l.Minor:
			return fmt.Errorf("module %s: bytecode of CPython %v, interpreter is %s; compile with the interpreter", m.Name, m.Graph.Version, a.Version)
		}
	}
	if in.Main != "" && !seen[in.Main] {
		return fmt.Errorf("main module %s is not among the modules", in.Main)
	}
	return checkMemos(in)
}

// checkModule says what is wrong with what the table of modules has of a module.
func checkModule(kind uint32, ispkg bool, root uint32, name, path string) error {
	if !isText(name) || !isText(path) && path != "" {
		return fmt.Errorf("module %q with path %q: want UTF-8 without NUL, the name not empty", name, path)
	}
	switch {
	case kind < ModuleSource || kind > ModuleGenerated:
		return fmt.Errorf("module %s: unknown kind %d", name, kind)
	case root != RootRunfiles && root != RootStdlib:
		return fmt.Errorf("module %s: unknown root %d", name, root)
	case root != RootRunfiles && kind != ModuleSource && kind != ModuleExtension:
		return fmt.Errorf("module %s: kind %d with root %d, want 0", name, kind, root)
	case ispkg && kind != ModuleSource:
		return fmt.Errorf("module %s: kind %d is marked as a package, want only kind 1 to be", name, kind)
	case (path == "") != (kind == ModuleMissing) && kind != ModuleGenerated:
		return fmt.Errorf("module %s: kind %d with path %q, want one unless the kind is %d", name, kind, path, ModuleMissing)
	}
	return nil
}

// isText reports whether a name or path can be in the table of names.
func isText(s string) bool {
	return s != "" && utf8.ValidString(s) && !strings.Contains(s, "\x00")
}

// order returns the numbers of the modules sorted by name, which is their order
// in the table.
func order(modules []modulePlan) []int {
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
	w.sysVersion = a.SysVersion
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
	w.buf = make([]byte, align(at, PageSize))
	w.entries = make([]ModuleEntry, 0, len(p.modules))
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

// finish appends the blocks and writes the head.
func (w *writer) finish(in *Input) ([]byte, error) {
	p := w.planner
	p.sizes[SectionBind], p.sizes[SectionMemo], p.sizes[SectionReloc] = len(w.bind), len(w.memo), len(w.reloc)
	total := len(w.buf) + align(len(w.bind), PageSize) + align(len(w.memo), PageSize) + len(w.reloc)
	if total > maxFileSize {
		return nil, fmt.Errorf("archive needs %d bytes, more than it can have (%d); archive fewer modules", total, maxFileSize)
	}
	w.starts[SectionBind] = uint32(len(w.buf))
	w.buf = append(w.buf, w.bind...)
	w.pad()
	w.starts[SectionMemo] = uint32(len(w.buf))
	w.buf = append(w.buf, w.memo...)
	w.pad()
	w.starts[SectionReloc] = uint32(len(w.buf))
	w.buf = append(w.buf, w.reloc...)
	w.pad()
	w.head(in)
	return w.buf, nil
}

// pad fills the last page with zeros.
func (w *writer) pad() {
	w.buf = append(w.buf, make([]byte, align(len(w.buf), PageSize)-len(w.buf))...)
}

func (w *writer) head(in *Input) {
	p, h := w.planner, &w.header
	copy(w.buf[h.SysVersion.Offset:], w.sysVersion)
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
		m, e := &p.modules[i], &w.entries[i]
		e.Name, e.NameSize = name, uint32(len(m.Name))
		if m.Path != "" || m.Kind == ModuleGenerated {
			e.Path, e.PathSize = name+e.NameSize, uint32(len(m.Path))
		}
		name += e.NameSize + e.PathSize
		copy(w.buf[e.Name:], m.Name)
		copy(w.buf[e.Path:], m.Path)
		if hasObjects(m.Kind) {
			e.Bind += w.starts[SectionBind]
			e.Reloc += w.starts[SectionReloc]
		}
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
