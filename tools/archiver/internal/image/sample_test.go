package image

// This file makes small modules out of nothing, for tests without an interpreter.

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/abi"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/layout"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/pyc"
)

var minors = []int{11, 12, 13, 14, 15}

// sampleABI is that of no real build: a few symbols have addresses.
func sampleABI(t testing.TB, minor int) *abi.ABI {
	t.Helper()
	l, err := layout.For(minor, 3)
	if err != nil {
		t.Fatal(err)
	}
	return &abi.ABI{
		Version:     abi.Version{Major: 3, Minor: minor, Micro: 3, Level: "final"},
		Hexversion:  3<<24 | uint32(minor)<<16 | 3<<8 | 0xf0,
		SysVersion:  fmt.Sprintf("3.%d.3 (sample) [C]", minor),
		PycMagic:    0x0a0d0000 | uint32(pyc.Version(minor).Magic()),
		PointerSize: 8,
		SmallIntMin: int32(l.SmallIntMin),
		SmallIntMax: int32(l.SmallIntMax),
		Symbols: map[string]uint64{
			"none": 0x900000, "unicode_type": 0x910000, "tuple_type": 0x920000,
			"small_int:1": 0x930000, "latin1:97": 0x940000,
		},
		Strings: map[string]uint64{"self": 0x950000, "<module>": 0x950040, "not in the sample": 0x950080},
	}
}

func str(s string, interned bool) *graph.Node {
	ascii := true
	for _, r := range s {
		ascii = ascii && r < 128
	}
	return &graph.Node{Kind: graph.Str, Data: s, ASCII: ascii, Interned: interned}
}

func tuple(elems ...*graph.Node) *graph.Node { return &graph.Node{Kind: graph.Tuple, Elems: elems} }

func bytesNode(s string) *graph.Node { return &graph.Node{Kind: graph.Bytes, Data: s} }

// sampleCode is a code object whose instructions are RESUME and, with a cache,
// LOAD_GLOBAL.
func sampleCode(l *layout.Layout, name string, consts *graph.Node, vars ...*graph.Node) *graph.Node {
	var flags uint32
	if name != "<module>" {
		flags = codeOptimized
	}
	var global byte
	for op, n := range l.Code.Caches {
		if n >= 4 && (global == 0 || n < l.Code.Caches[global]) {
			global = byte(op)
		}
	}
	code := append([]byte{l.Code.Resume, 0}, make([]byte, 2*int(l.Code.Caches[l.Code.Resume]))...)
	code = append(append(code, global, 0), make([]byte, 2*int(l.Code.Caches[global]))...)
	kinds := ""
	for range vars {
		kinds += "\x20"
	}
	return &graph.Node{Kind: graph.CodeKind, Code: &graph.Code{
		ArgCount: int32(len(vars)), StackSize: 3, Flags: flags, FirstLineno: 1,
		Bytecode:        code,
		Consts:          consts,
		Names:           tuple(str("print", true), str("a", true)),
		LocalsPlusNames: tuple(vars...), LocalsPlusKinds: bytesNode(kinds),
		Name: str(name, true), Qualname: str(name, true),
		LineTable: bytesNode("\x80\x00line"), ExceptionTable: bytesNode(""),
	}}
}

// sampleGraph holds an object of every type.
func sampleGraph(l *layout.Layout) *graph.Module {
	one := &graph.Node{Kind: graph.Int, Small: 1}
	huge := new(big.Int).Lsh(big.NewInt(-5), 100)
	inner := &graph.Node{Kind: graph.FrozenSet, Elems: []*graph.Node{str("red", true), one}}
	consts := []*graph.Node{
		{Kind: graph.None}, {Kind: graph.True}, {Kind: graph.False}, {Kind: graph.Ellipsis},
		one,
		{Kind: graph.Int, Small: -1 << 40},
		{Kind: graph.Int, Big: huge},
		{Kind: graph.Float, Real: 0x3ff8000000000000},
		{Kind: graph.Complex, Real: 0x8000000000000000, Imag: 0x3ff0000000000000},
		bytesNode(""), bytesNode("raw\x00bytes"),
		str("", false), str("é", false), str("a", true),
		str("two words", false), str("caf\u00e9 noir", false), str("\u20ac uro", false), str("\U0001f40d snake", false),
		str("name", true), str("n\u00e4me", true),
		tuple(), tuple(one, tuple(one, str("two words", false))), tuple(str("red", true), one),
		inner,
		{Kind: graph.FrozenSet, Elems: []*graph.Node{tuple(inner)}},
		{Kind: graph.FrozenSet},
		sampleCode(l, "function", tuple(str("doc string", false)), str("self", true), str("name", true)),
	}
	if l.SliceType {
		none := consts[0]
		consts = append(consts, &graph.Node{Kind: graph.Slice, Elems: []*graph.Node{none, one, none}})
	}
	return finishGraph(l, sampleCode(l, "<module>", tuple(consts...)))
}

func smallGraph(l *layout.Layout, name string) *graph.Module {
	return finishGraph(l, sampleCode(l, "<module>", tuple(str(name, true), &graph.Node{Kind: graph.None})))
}

func finishGraph(l *layout.Layout, root *graph.Node) *graph.Module {
	g := &graph.Module{Version: pyc.Version(l.Minor), Root: root}
	number(g, root, make(map[*graph.Node]bool))
	return g
}

func sampleInput(t testing.TB, minor int) Input {
	t.Helper()
	l, err := layout.For(minor, 3)
	if err != nil {
		t.Fatal(err)
	}
	return Input{ABI: sampleABI(t, minor), Main: "pkg.all", Modules: []Module{
		{Name: "pkg", Kind: ModuleSource, Package: true, Root: RootRunfiles, Path: "_main/pkg/__init__.py", Graph: smallGraph(l, "pkg")},
		{Name: "pkg.all", Kind: ModuleSource, Root: RootRunfiles, Path: "_main/pkg/all.py", Graph: sampleGraph(l)},
		{Name: "json", Kind: ModuleSource, Root: RootStdlib, Path: "json/__init__.py", Graph: smallGraph(l, "json")},
		{Name: "_ssl", Kind: ModuleExtension, Root: RootStdlib, Path: "lib-dynload/_ssl.cpython-3x.so"},
		{Name: "space", Kind: ModuleNamespace, Path: "a/space\nb/space"},
		{Name: "simplejson", Kind: ModuleMissing},
		{Name: "os", Kind: ModuleFrozen, Path: "<frozen os>", Graph: smallGraph(l, "os")},
		{Name: "<generated 0>", Kind: ModuleGenerated, Path: "<string>", Graph: smallGraph(l, "x")},
		{Name: "<generated 1>", Kind: ModuleGenerated, Graph: smallGraph(l, "y")},
	}, Regexes: []Regex{
		{Text: "(?P<n>\u20ac)(.)(?P<m>x)", Flags: 2, ResultFlags: 34, Groups: 3, Code: []uint32{14, 0xffffffff, 1},
			Names: []RegexName{{"n", 1}, {"m", 3}}},
		{Text: "a", Code: []uint32{1}},
		{Text: "a", Code: []uint32{2}, Bytes: true},
		{Text: "a\x00\xff", Code: []uint32{3}, Flags: 1, Bytes: true},
	}, Sources: []Source{
		{Text: "x = '\u20ac'", Mode: ModeExec, Flags: 0x1000000, Module: "<generated 0>"},
		{Text: "", Mode: ModeEval, Module: "<generated 1>"},
	}}
}

func sampleArchive(t testing.TB, minor int) []byte {
	t.Helper()
	data, err := Build(sampleInput(t, minor))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
