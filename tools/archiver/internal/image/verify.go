// This file checks archives.

package image

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/abi"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/layout"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/parallel"
)

// Verify checks an archive against itself. It reads every module's objects,
// following every pointer, builds an archive of what it read, and compares the
// bytes: so there is nothing in the file but what Build puts there, where it puts
// it.
func Verify(data []byte) (*File, error) {
	f, err := Open(data)
	if err != nil {
		return nil, err
	}
	if have := fold(data[prefixSize:]); have != f.Prefix.FileChecksum {
		return nil, bad(24, "file checksum is %#x, file has %#x", f.Prefix.FileChecksum, have)
	}
	in, err := f.input()
	if err != nil {
		return nil, err
	}
	want, err := Build(*in)
	if err != nil {
		return nil, fmt.Errorf("archive's contents do not make an archive: %w", err)
	}
	return f, f.compare(want)
}

// VerifySources checks that an archive is what Build makes of in.
func (f *File) VerifySources(in Input) error {
	built, err := Build(in)
	if err != nil {
		return err
	}
	differ := f.compare(built)
	if differ == nil {
		return nil
	}
	want, err := Open(built)
	if err != nil {
		return err
	}
	if err := f.diff(want); err != nil {
		return err
	}
	return differ
}

// diff reports the first module that the archives do not have in common.
func (f *File) diff(want *File) error {
	for i := range want.Modules {
		m := &want.Modules[i]
		number, ok := f.find(m.NameText)
		if !ok {
			return fmt.Errorf("archive lacks module %s", m.NameText)
		}
		have := &f.Modules[number]
		if have.Kind != m.Kind || have.PathText != m.PathText {
			return fmt.Errorf("archive has %s %s with path %q, want %s with path %q",
				moduleKinds[have.Kind], m.NameText, have.PathText, moduleKinds[m.Kind], m.PathText)
		}
		if !hasObjects(m.Kind) {
			continue
		}
		g, err := f.Graph(have)
		if err != nil {
			return err
		}
		source, err := want.Graph(m)
		if err != nil {
			return err
		}
		if d := graph.Diff(g, source); d != "" {
			return fmt.Errorf("module %s: archive and source differ: %s", m.NameText, d)
		}
	}
	if len(f.Modules) != len(want.Modules) {
		return fmt.Errorf("archive has %d modules, want %d", len(f.Modules), len(want.Modules))
	}
	return nil
}

// compare reports the first byte that is not as wanted.
func (f *File) compare(want []byte) error {
	n := min(len(f.data), len(want))
	for i := range n {
		if f.data[i] != want[i] {
			return bad(uint64(i), "byte is %#02x, want %#02x (%s)", f.data[i], want[i], f.where(uint64(i)))
		}
	}
	if len(f.data) != len(want) {
		return bad(uint64(n), "file has %d bytes, want %d", len(f.data), len(want))
	}
	return nil
}

// where describes an offset for people.
func (f *File) where(offset uint64) string {
	s, ok := f.section(offset, offset+1)
	if !ok {
		return "between sections"
	}
	return "section " + sectionNames[s.Kind]
}

// order returns the numbers of the modules in the order they were given, which is
// that of their bind blocks.
func (f *File) order() []int {
	o := make([]int, len(f.Modules))
	for i := range o {
		o[i] = i
	}
	slices.SortStableFunc(o, func(x, y int) int { return cmp.Compare(f.Modules[x].Bind, f.Modules[y].Bind) })
	return o
}

// input reads back what the archive was built from.
func (f *File) input() (*Input, error) {
	l, err := f.Layout()
	if err != nil {
		return nil, err
	}
	v, err := f.version()
	if err != nil {
		return nil, err
	}
	h := &f.Header
	a := &abi.ABI{
		Version:     v,
		Hexversion:  h.PyVersion,
		SysVersion:  f.SysVersion,
		PycMagic:    h.PycMagic,
		PointerSize: int(h.PointerSize),
		SmallIntMin: int32(l.SmallIntMin),
		SmallIntMax: int32(l.SmallIntMax),
		Symbols:     make(map[string]uint64, len(f.Symbols)),
		Strings:     make(map[string]uint64, len(f.Fixed)),
	}
	if h.AbiFlags&AbiFreeThreaded != 0 {
		a.AbiFlags += "t"
	}
	if h.AbiFlags&AbiDebug != 0 {
		a.AbiFlags += "d"
	}
	for _, s := range f.Symbols {
		if s.Address != 0 {
			a.Symbols[symbolName(s.Kind, s.Arg)] = s.Address
		}
	}
	texts, err := f.stringTexts(len(f.Fixed))
	if err != nil {
		return nil, err
	}
	for i, text := range texts {
		a.Strings[text] = f.Fixed[i]
	}
	in := &Input{ABI: a, Optimize: int(h.Optimize)}
	order := f.order()
	in.Modules = make([]Module, len(order))
	errs := make([]error, len(order))
	parallel.Each(len(order), func() func(int) {
		return func(i int) {
			m := &f.Modules[order[i]]
			mod := &in.Modules[i]
			*mod = Module{Name: m.NameText, Kind: m.Kind, Package: m.Flags&FlagPackage != 0, Root: m.Root, Path: m.PathText}
			if hasObjects(m.Kind) {
				mod.Graph, mod.Written, errs[i] = f.graph(m)
			}
			mod.Hot = f.isHot(m.File)
		}
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	if h.Main != 0 {
		in.Main = f.Modules[h.Main-1].NameText
	}
	for i := range f.Regexes {
		in.Regexes = append(in.Regexes, f.Regexes[i].Regex)
	}
	for i := range f.Sources {
		in.Sources = append(in.Sources, f.Sources[i].Source)
	}
	return in, nil
}

// release matches the release that sys.version starts with.
var release = regexp.MustCompile(`^3\.(\d{1,3})\.(\d{1,3})(a|b|rc|\+)?`)

// version returns the release that the archive is for.
func (f *File) version() (abi.Version, error) {
	m := release.FindStringSubmatch(f.SysVersion)
	if m == nil {
		return abi.Version{}, bad(uint64(f.Header.SysVersion.Offset), "sys_version is %q, want it to start with a release of CPython 3", f.SysVersion)
	}
	v := abi.Version{Major: 3, Level: "final"}
	v.Minor, _ = strconv.Atoi(m[1])
	v.Micro, _ = strconv.Atoi(m[2])
	if uint32(v.Minor) != f.Header.PyVersion>>16&0xff {
		return abi.Version{}, bad(uint64(prefixSize), "py_version is %#x, sys_version is %q", f.Header.PyVersion, f.SysVersion)
	}
	// The flag is set for pre-releases, and where layout asks for it.
	l, err := layout.For(v.Minor, v.Micro)
	if err != nil {
		return abi.Version{}, err
	}
	if f.Header.AbiFlags&AbiExactBuild != 0 && !l.ExactBuild {
		v.Level = "candidate"
	}
	return v, nil
}
