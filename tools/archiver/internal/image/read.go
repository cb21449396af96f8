// This file reads the head of an archive and the modules' blocks. It trusts
// nothing: every number is checked before it is used.

package image

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/layout"
)

// A FormatError says what is wrong with an archive, and where.
type FormatError struct {
	Offset uint64 // in the file
	Msg    string // what the bytes there are, and what they should be
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("bad archive at offset %#x: %s", e.Offset, e.Msg)
}

func bad(offset uint64, format string, args ...any) error {
	return &FormatError{offset, fmt.Sprintf(format, args...)}
}

// A File is an archive's head, checked, and its bytes.
type File struct {
	Prefix     Prefix
	Header     Header
	SysVersion string
	Sections   []Section
	Symbols    []Symbol
	Index      []uint32
	Modules    []FileModule // sorted by name
	Strings    []uint32     // offsets of the interned strings
	Fixed      []uint64     // addresses of the first of them in the interpreter
	Regexes    []FileRegex
	Sources    []FileSource

	data []byte
}

// A FileModule is a module of an archive.
type FileModule struct {
	ModuleEntry
	NameText string
	PathText string
}

// A Bind is a module's bind block.
type Bind struct {
	Strings        []uint32 // numbers
	SlotStarts     []uint32
	Slots          []uint32
	Frozensets     []Frozenset
	FrozensetSlots []uint32
	FilenameSlots  []uint32
}

// A Reloc is a group of a reloc block.
type Reloc struct {
	Target uint32 // number of a symbol, or RelocBase
	Slots  []uint32
}

// Open reads an archive's head and memos. It does not look at objects and the
// modules' blocks.
func Open(data []byte) (*File, error) {
	f := &File{data: data}
	if err := f.readPrefix(); err != nil {
		return nil, err
	}
	f.read(&f.Header, uint64(prefixSize))
	for _, step := range []func() error{f.readTables, f.checkHeader, f.checkSections, f.checkSymbols, f.checkStrings, f.readModules, f.checkIndex, f.readMemos} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// isHot reports whether an offset is in the part that the program's imports write to.
func (f *File) isHot(offset uint32) bool { return f.Header.HotSize > 0 && offset >= f.Header.Hot }

// read decodes a struct whose bytes are known to be in the file.
func (f *File) read(v any, offset uint64) {
	decode(f.data[offset:], v)
}

func (f *File) readPrefix() error {
	p, size := &f.Prefix, uint64(len(f.data))
	if size < uint64(prefixSize+headerSize) {
		return bad(0, "file has %d bytes, want at least %d", size, prefixSize+headerSize)
	}
	f.read(p, 0)
	switch {
	case string(p.Magic[:]) != Magic:
		return bad(0, "magic is %q, want %q: not an archive", p.Magic[:], Magic)
	case p.FormatVersion != FormatVersion:
		return bad(8, "format version is %d, want %d; rebuild the archive with this archiver", p.FormatVersion, FormatVersion)
	case p.HeaderSize != uint32(prefixSize+headerSize):
		return bad(12, "header has %d bytes, want %d", p.HeaderSize, prefixSize+headerSize)
	case p.FileSize != size || size > maxFileSize+PageSize || size%PageSize != 0:
		return bad(16, "file size is %d, file has %d bytes", p.FileSize, size)
	case p.HeadSize < uint64(p.HeaderSize) || p.HeadSize > size:
		return bad(40, "head size is %d, want %d to %d", p.HeadSize, p.HeaderSize, size)
	case p.Reserved != [2]uint64{}:
		return bad(48, "reserved words are %#x, want 0", p.Reserved)
	}
	if have := fold(f.data[prefixSize:p.HeadSize]); have != p.HeadChecksum {
		return bad(32, "head checksum is %#x, head has %#x", p.HeadChecksum, have)
	}
	return nil
}

// table checks that a table is in the head and returns its bytes.
func (f *File) table(name string, t Table, size int) ([]byte, error) {
	end := uint64(t.Offset) + uint64(t.Count)*uint64(size)
	if uint64(t.Offset) < uint64(f.Prefix.HeaderSize) || end > f.Prefix.HeadSize || t.Offset%8 != 0 && size > 1 {
		return nil, bad(uint64(t.Offset), "table %s has %d entries of %d bytes, head ends at %#x", name, t.Count, size, f.Prefix.HeadSize)
	}
	return f.data[t.Offset:end], nil
}

func readTable[T any](f *File, name string, t Table, size int) ([]T, error) {
	b, err := f.table(name, t, size)
	if err != nil {
		return nil, err
	}
	s := make([]T, t.Count)
	decode(b, s)
	return s, nil
}

func (f *File) readTables() (err error) {
	h := &f.Header
	version, err := f.table("sys_version", h.SysVersion, 1)
	if err != nil {
		return err
	}
	f.SysVersion = string(version)
	if f.Sections, err = readTable[Section](f, "sections", h.Sections, sectionSize); err != nil {
		return err
	}
	if f.Symbols, err = readTable[Symbol](f, "symbols", h.Symbols, symbolSize); err != nil {
		return err
	}
	if f.Index, err = readTable[uint32](f, "index", h.Index, wordSize); err != nil {
		return err
	}
	if f.Strings, err = readTable[uint32](f, "strings", h.Strings, wordSize); err != nil {
		return err
	}
	if f.Fixed, err = readTable[uint64](f, "fixed", h.Fixed, addressSize); err != nil {
		return err
	}
	_, err = f.table("names", h.Names, 1)
	return err
}

func (f *File) checkHeader() error {
	h, at := &f.Header, uint64(prefixSize)
	switch {
	case h.PyVersion>>24 != 3 || h.PyVersion&0xffff != 0:
		return bad(at, "py_version is %#x, want 0x03XX0000", h.PyVersion)
	case h.AbiFlags&^(AbiFreeThreaded|AbiDebug|AbiExactBuild) != 0:
		return bad(at+8, "abi_flags are %#x, want bits of %#x", h.AbiFlags, AbiFreeThreaded|AbiDebug|AbiExactBuild)
	case h.PointerSize != 8:
		return bad(at+12, "pointer_size is %d, want 8", h.PointerSize)
	case h.Optimize > 2:
		return bad(at+16, "optimize is %d, want 0 to 2", h.Optimize)
	case h.Reserved != 0:
		return bad(at+uint64(headerSize)-4, "reserved word is %#x, want 0", h.Reserved)
	case h.Base%PageSize != 0 || h.Base < baseMin || h.Base >= baseMin+(baseSlots+1)*HugePageSize:
		return bad(at+32, "base is %#x, want a multiple of %#x from %#x on", h.Base, PageSize, uint64(baseMin))
	}
	return nil
}

func (f *File) checkSections() error {
	end := uint64(0)
	seen := 0
	hot := f.Header.Hot
	switch at := uint64(prefixSize + headerSize - 12); {
	case hot%PageSize != 0 || f.Header.HotSize%PageSize != 0 || uint64(hot)+uint64(f.Header.HotSize) > uint64(len(f.data)):
		return bad(at, "hot part is %d bytes at %#x, want pages before %#x", f.Header.HotSize, hot, len(f.data))
	case (f.Header.Base+uint64(hot))%HugePageSize != 0 && hot != 0:
		return bad(at, "hot part is at %#x from the base %#x, want a multiple of %#x together", hot, f.Header.Base, HugePageSize)
	}
	for i, s := range f.Sections {
		at := uint64(f.Header.Sections.Offset) + uint64(i*sectionSize)
		if i >= len(sectionOrder) || s.Kind != sectionOrder[i].kind || s.Reserved != 0 {
			return bad(at, "section %d has kind %d, want the order of docs/format.md", i, s.Kind)
		}
		if isHot := s.Offset >= hot && hot != 0; s.Size > 0 && isHot != (sectionOrder[i].part == 1) {
			return bad(at+4, "section %d is at %#x, the hot part at %#x", i, s.Offset, hot)
		}
		seen++
		if uint64(s.Offset) < end || s.Offset%PageSize != 0 || uint64(s.Offset)+uint64(s.Size) > uint64(len(f.data)) {
			return bad(at+8, "section %d is %d bytes at %#x, want a page after %#x and before %#x", i, s.Size, s.Offset, end, len(f.data))
		}
		end = uint64(s.Offset) + uint64(s.Size)
	}
	if seen != len(sectionOrder) {
		return bad(uint64(f.Header.Sections.Offset), "%d sections, want %d", seen, len(sectionOrder))
	}
	return nil
}

// section returns the section that has the bytes from start to end.
func (f *File) section(start, end uint64) (Section, bool) {
	for _, s := range f.Sections {
		if uint64(s.Offset) <= start && end <= uint64(s.Offset)+uint64(s.Size) {
			return s, true
		}
	}
	return Section{}, false
}

func (f *File) inSection(kind uint32, start, size uint64) bool {
	s, ok := f.section(start, start+size)
	return ok && s.Kind == kind
}

func (f *File) checkSymbols() error {
	for i, s := range f.Symbols {
		at := uint64(f.Header.Symbols.Offset) + uint64(i*symbolSize)
		if s.Kind == 0 || s.Kind > SymLast {
			return bad(at, "symbol %d has kind %d, want 1 to %d", i, s.Kind, SymLast)
		}
		if s.Kind == SymLatin1 && uint32(s.Arg) > 255 || s.Kind < SymSmallInt && s.Arg != 0 {
			return bad(at+4, "symbol %d (%s) has argument %d", i, symbolNames[s.Kind], s.Arg)
		}
	}
	return nil
}

func (f *File) checkStrings() error {
	if len(f.Fixed) > len(f.Strings) {
		return bad(uint64(f.Header.Fixed.Offset), "%d strings have addresses, there are %d strings", len(f.Fixed), len(f.Strings))
	}
	for i, a := range f.Fixed {
		if a == 0 || a%layout.PointerSize != 0 {
			return bad(uint64(f.Header.Fixed.Offset)+uint64(i*addressSize), "string %d has address %#x, want a multiple of %d", i, a, layout.PointerSize)
		}
	}
	for i, s := range f.Strings {
		if !f.inSection(SectionStr, uint64(s), 1) || s%8 != 0 {
			return bad(uint64(f.Header.Strings.Offset)+uint64(i*wordSize), "string %d is at %#x, want a multiple of 8 in section str", i, s)
		}
	}
	return nil
}

func (f *File) readModules() error {
	entries, err := readTable[ModuleEntry](f, "modules", f.Header.Modules, moduleSize)
	if err != nil {
		return err
	}
	f.Modules = make([]FileModule, len(entries))
	for i, e := range entries {
		at := uint64(f.Header.Modules.Offset) + uint64(i*moduleSize)
		m := &f.Modules[i]
		m.ModuleEntry = e
		var ok bool
		if m.NameText, ok = f.name(e.Name, e.NameSize); !ok {
			return bad(at, "module %d has name at %#x with %d bytes, want UTF-8 in table names", i, e.Name, e.NameSize)
		}
		if i > 0 && f.Modules[i-1].NameText >= m.NameText {
			return bad(at, "module %q is not after %q", m.NameText, f.Modules[i-1].NameText)
		}
		if m.PathText, ok = f.name(e.Path, e.PathSize); !ok && (e.PathSize != 0 || e.Kind != ModuleMissing && e.Kind != ModuleGenerated) {
			return bad(at+20, "module %s has path at %#x with %d bytes, want UTF-8 in table names", m.NameText, e.Path, e.PathSize)
		}
		if err := checkModule(e.Kind, e.Flags&FlagPackage != 0, e.Root, m.NameText, m.PathText); err != nil {
			return bad(at+8, "%v", err)
		}
		if !hasObjects(e.Kind) {
			rest := e
			rest.Name, rest.NameSize, rest.Kind, rest.Root, rest.Path, rest.PathSize = 0, 0, 0, 0, 0, 0
			if rest != (ModuleEntry{}) {
				return bad(at, "%s %s has flags or objects, want none", moduleKinds[e.Kind], m.NameText)
			}
			continue
		}
		switch {
		case e.Flags&^FlagPackage != 0:
			return bad(at+12, "module %s has flags %#x, want bits of %#x", m.NameText, e.Flags, FlagPackage)
		case e.Reserved != 0:
			return bad(at+76, "module %s has reserved word %#x, want 0", m.NameText, e.Reserved)
		case !f.inSection(SectionCode, uint64(e.Code), 1) || e.Code%8 != 0:
			return bad(at+28, "module %s has code at %#x, want a multiple of 8 in section code", m.NameText, e.Code)
		case !f.inSection(SectionStr, uint64(e.File), uint64(f.Header.StrDataOffset)+uint64(e.FileCapacity)+1) || e.File%8 != 0:
			return bad(at+32, "module %s has path string at %#x for %d bytes, want it in section str", m.NameText, e.File, e.FileCapacity)
		case !f.inSection(SectionBind, uint64(e.Bind), uint64(e.BindSize)) || e.Bind%8 != 0 || e.BindSize%8 != 0:
			return bad(at+40, "module %s has bind block at %#x with %d bytes, want multiples of 8 in section bind", m.NameText, e.Bind, e.BindSize)
		case !f.inSection(SectionReloc, uint64(e.Reloc), uint64(e.RelocSize)) || e.Reloc%8 != 0 || e.RelocSize%8 != 0:
			return bad(at+68, "module %s has reloc block at %#x with %d bytes, want multiples of 8 in section reloc", m.NameText, e.Reloc, e.RelocSize)
		}
	}
	return f.checkMain()
}

func (f *File) checkMain() error {
	at, n := uint64(prefixSize+headerSize-8), f.Header.Main
	if n == 0 {
		return nil
	}
	if n > uint32(len(f.Modules)) {
		return bad(at, "main is module %d of %d", n, len(f.Modules))
	}
	if m := &f.Modules[n-1]; m.Kind != ModuleSource || m.Root != RootRunfiles {
		return bad(at, "main is %s %s, want a module of the runfiles", moduleKinds[m.Kind], m.NameText)
	}
	return nil
}

// name returns a text of the table of names.
func (f *File) name(offset, size uint32) (string, bool) {
	t := f.Header.Names
	if offset < t.Offset || uint64(offset)+uint64(size) > uint64(t.Offset)+uint64(t.Count) {
		return "", false
	}
	s := string(f.data[offset : offset+size])
	return s, isText(s)
}

func (f *File) checkIndex() error {
	at, n := uint64(f.Header.Index.Offset), len(f.Index)
	want := 0
	for i := range f.Modules {
		if f.Modules[i].Kind != ModuleGenerated {
			want++
		}
	}
	if n == 0 || n&(n-1) != 0 || n <= want {
		return bad(at, "index has %d entries, want a power of two above the %d modules", n, want)
	}
	used := 0
	for i, e := range f.Index {
		if e > uint32(len(f.Modules)) {
			return bad(at+uint64(i*wordSize), "index entry %d is module %d of %d", i, e, len(f.Modules))
		}
		if e != 0 {
			used++
		}
	}
	if used != want {
		return bad(at, "index has %d modules, want %d", used, want)
	}
	for i := range f.Modules {
		m := &f.Modules[i]
		if j, ok := f.Lookup(m.NameText); m.Kind == ModuleGenerated {
			if ok {
				return bad(at, "index leads to generated module %s", m.NameText)
			}
		} else if !ok || j != i {
			return bad(at, "index does not lead to module %s", m.NameText)
		}
	}
	return nil
}

// find returns the number of a module, of any kind.
func (f *File) find(name string) (int, bool) {
	return slices.BinarySearchFunc(f.Modules, name, func(m FileModule, name string) int {
		return strings.Compare(m.NameText, name)
	})
}

// Lookup returns the number of a module, as the loader finds it.
func (f *File) Lookup(name string) (int, bool) {
	mask := uint32(len(f.Index) - 1)
	for i := uint32(fold([]byte(name))) & mask; f.Index[i] != 0; i = (i + 1) & mask {
		if m := int(f.Index[i] - 1); f.Modules[m].NameText == name {
			return m, true
		}
	}
	return 0, false
}

// words returns the uint32s of a block whose bounds were checked.
func (f *File) words(offset, size uint32) []uint32 {
	w := make([]uint32, size/wordSize)
	f.read(w, uint64(offset))
	return w
}

// Bind reads a module's bind block.
func (f *File) Bind(m *FileModule) (*Bind, error) {
	block := f.data[m.Bind : m.Bind+m.BindSize]
	if have := fold(block); have != m.BindChecksum {
		return nil, bad(uint64(m.Bind), "bind block of %s has checksum %#x, want %#x", m.NameText, have, m.BindChecksum)
	}
	rest := f.words(m.Bind, m.BindSize)
	need := 2*uint64(m.Nstrings) + 1 + uint64(m.Nslots) + 2*uint64(m.Nfrozensets) + uint64(m.NfrozensetSlots) + uint64(m.NfilenameSlots)
	if uint64(len(rest)) != (need+1)/2*2 || need%2 != 0 && rest[need] != 0 {
		return nil, bad(uint64(m.Bind), "bind block of %s has %d words, want %d and zeros up to a multiple of 2", m.NameText, len(rest), need)
	}
	take := func(n uint32) []uint32 {
		w := rest[:n:n]
		rest = rest[n:]
		return w
	}
	b := &Bind{Strings: take(m.Nstrings), SlotStarts: take(m.Nstrings + 1), Slots: take(m.Nslots)}
	for range m.Nfrozensets {
		w := take(2)
		b.Frozensets = append(b.Frozensets, Frozenset{w[0], w[1]})
	}
	b.FrozensetSlots, b.FilenameSlots = take(m.NfrozensetSlots), take(m.NfilenameSlots)

	for i, s := range b.Strings {
		if s >= uint32(len(f.Strings)) || i > 0 && s <= b.Strings[i-1] {
			return nil, bad(uint64(m.Bind)+uint64(i*wordSize), "bind block of %s has string %d, want ascending numbers below %d", m.NameText, s, len(f.Strings))
		}
	}
	if b.SlotStarts[0] != 0 || b.SlotStarts[m.Nstrings] != m.Nslots || !slices.IsSorted(b.SlotStarts) {
		return nil, bad(uint64(m.Bind)+uint64(m.Nstrings*wordSize), "bind block of %s: slot_starts do not ascend from 0 to %d", m.NameText, m.Nslots)
	}
	total := uint64(0)
	for _, s := range b.Frozensets {
		total += uint64(s.SlotCount)
	}
	if total != uint64(m.NfrozensetSlots) {
		return nil, bad(uint64(m.Bind), "bind block of %s: frozensets have %d slots, want %d", m.NameText, total, m.NfrozensetSlots)
	}
	return b, nil
}

// Relocs reads a module's reloc block.
func (f *File) Relocs(m *FileModule) ([]Reloc, error) {
	block := f.data[m.Reloc : m.Reloc+m.RelocSize]
	if have := fold(block); have != m.RelocChecksum {
		return nil, bad(uint64(m.Reloc), "reloc block of %s has checksum %#x, want %#x", m.NameText, have, m.RelocChecksum)
	}
	w := f.words(m.Reloc, m.RelocSize)
	var groups []Reloc
	i := 0
	for i+1 < len(w) && w[i+1] != 0 {
		target, n := w[i], int(w[i+1])
		if n > len(w)-i-2 || target != RelocBase && target >= uint32(len(f.Symbols)) {
			return nil, bad(uint64(m.Reloc)+uint64(i*wordSize), "reloc block of %s has target %d with %d slots, %d words are left", m.NameText, target, n, len(w)-i-2)
		}
		groups = append(groups, Reloc{target, w[i+2 : i+2+n]})
		i += 2 + n
	}
	for ; i < len(w); i++ {
		if w[i] != 0 {
			return nil, bad(uint64(m.Reloc)+uint64(i*wordSize), "reloc block of %s has %#x after its end, want 0", m.NameText, w[i])
		}
	}
	return groups, nil
}
