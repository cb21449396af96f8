// This file prints archives as text.

package image

import (
	"bufio"
	"fmt"
	"io"
)

var sectionNames = [...]string{
	SectionHead: "head", SectionBind: "bind", SectionReloc: "reloc", SectionConst: "const",
	SectionStr: "str", SectionPatched: "patched", SectionCode: "code", SectionMemo: "memo",
}

var rootNames = [...]string{RootRunfiles: "runfiles", RootStdlib: "stdlib"}

var moduleKinds = [...]string{
	ModuleSource: "module", ModuleExtension: "extension", ModuleNamespace: "namespace",
	ModuleMissing: "missing", ModuleGenerated: "generated", ModuleFrozen: "frozen",
}

var modeNames = [...]string{ModeExec: "exec", ModeEval: "eval", ModeSingle: "single"}

// A DumpOptions says what Dump prints besides the map.
type DumpOptions struct {
	Strings bool // interned strings and symbols
	Slots   bool // offsets in bind and reloc blocks
}

// Dump prints a map of an archive: header, sections, symbols, modules. The text
// is for people and for comparing archives with diff; it has no fixed form.
func (f *File) Dump(w io.Writer, o DumpOptions) error {
	out := bufio.NewWriter(w)
	h := &f.Header
	fmt.Fprintf(out, "archive format %d, %d bytes\n", f.Prefix.FormatVersion, f.Prefix.FileSize)
	fmt.Fprintf(out, "checksums file %#016x head %#016x\n", f.Prefix.FileChecksum, f.Prefix.HeadChecksum)
	fmt.Fprintf(out, "python %q py_version %#08x pyc_magic %d abi_flags %#x optimize %d\n",
		f.SysVersion, h.PyVersion, h.PycMagic&0xffff, h.AbiFlags, h.Optimize)
	constant := 0
	for _, s := range f.Symbols {
		if s.Address != 0 {
			constant++
		}
	}
	fmt.Fprintf(out, "base %#x, %d of %d symbols at constant addresses\n", h.Base, constant, len(f.Symbols))

	fmt.Fprintf(out, "\nsections\n")
	for _, s := range f.Sections {
		fmt.Fprintf(out, "  %-8s %#010x %9d bytes\n", sectionNames[s.Kind], s.Offset, s.Size)
	}
	if o.Strings {
		fmt.Fprintf(out, "\nsymbols\n")
		for i := range f.Symbols {
			fmt.Fprintf(out, "  %4d %-16s %#x\n", i, f.symbolName(uint32(i)), f.Symbols[i].Address)
		}
		if err := f.dumpStrings(out); err != nil {
			return err
		}
	}

	fmt.Fprintf(out, "\n%d modules, %d interned strings, %d at constant addresses\n", len(f.Modules), len(f.Strings), len(f.Fixed))
	if h.Main != 0 {
		fmt.Fprintf(out, "  main %s\n", f.Modules[h.Main-1].NameText)
	}
	for i := range f.Modules {
		if err := f.dumpModule(out, &f.Modules[i], o); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "\n%d memos\n", len(f.Regexes)+len(f.Sources))
	for i := range f.Regexes {
		x, kind := &f.Regexes[i], "str"
		if x.Bytes {
			kind = "bytes"
		}
		fmt.Fprintf(out, "  regex %s %#x+%d flags %#x result %#x groups %d code %d %+q\n",
			kind, x.Block, x.BlockSize, x.Flags, x.ResultFlags, x.Groups, len(x.Code), x.Text)
		for _, n := range x.Names {
			fmt.Fprintf(out, "    group %d %+q\n", n.Group, n.Name)
		}
	}
	for i := range f.Sources {
		s := &f.Sources[i]
		fmt.Fprintf(out, "  source %s %#x+%d flags %#x as %s in %+q: %+q\n",
			modeNames[s.Mode], s.Block, s.BlockSize, s.Flags, s.Module, s.Filename, s.Text)
	}
	return out.Flush()
}

func (f *File) dumpStrings(out *bufio.Writer) error {
	texts, err := f.stringTexts(len(f.Strings))
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nstrings\n")
	for i, text := range texts {
		fixed := ""
		if i < len(f.Fixed) {
			fixed = fmt.Sprintf(" %#x", f.Fixed[i])
		}
		fmt.Fprintf(out, "  %4d %#010x %+q%s\n", i, f.Strings[i], text, fixed)
	}
	return nil
}

func (f *File) dumpModule(out *bufio.Writer, m *FileModule, o DumpOptions) error {
	kind := moduleKinds[m.Kind]
	if m.Flags&FlagPackage != 0 {
		kind = "package"
	}
	switch m.Kind {
	case ModuleMissing:
		fmt.Fprintf(out, "  %s %s\n", kind, m.NameText)
		return nil
	case ModuleExtension, ModuleNamespace:
		fmt.Fprintf(out, "  %s %s %s:%+q\n", kind, m.NameText, rootNames[m.Root], m.PathText)
		return nil
	}
	relocs, err := f.Relocs(m)
	if err != nil {
		return err
	}
	pointers := 0
	for _, g := range relocs {
		pointers += len(g.Slots)
	}
	if hasFullPath(m.Kind) {
		fmt.Fprintf(out, "  %s %s %+q\n", kind, m.NameText, m.PathText)
	} else {
		fmt.Fprintf(out, "  %s %s %s:%s\n", kind, m.NameText, rootNames[m.Root], m.PathText)
	}
	fmt.Fprintf(out, "    code %#x path %#x+%d strings %d slots %d frozensets %d pointers %d bind %d reloc %d bytes\n",
		m.Code, m.File, m.FileCapacity, m.Nstrings, m.Nslots, m.Nfrozensets, pointers, m.BindSize, m.RelocSize)
	if !o.Slots {
		return nil
	}
	b, err := f.Bind(m)
	if err != nil {
		return err
	}
	for i, s := range b.Strings {
		fmt.Fprintf(out, "    string %d %#x\n", s, b.Slots[b.SlotStarts[i]:b.SlotStarts[i+1]])
	}
	slots := b.FrozensetSlots
	for _, s := range b.Frozensets {
		fmt.Fprintf(out, "    frozenset %#x %#x\n", s.Tuple, slots[:s.SlotCount])
		slots = slots[s.SlotCount:]
	}
	fmt.Fprintf(out, "    filename %#x\n", b.FilenameSlots)
	for _, g := range relocs {
		target := "base"
		if g.Target != RelocBase {
			target = f.symbolName(g.Target)
		}
		fmt.Fprintf(out, "    reloc %s %#x\n", target, g.Slots)
	}
	return nil
}
