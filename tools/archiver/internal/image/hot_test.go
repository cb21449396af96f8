package image

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
)

// TestHot checks what lies in the hot part: of modules that the program imports all that
// imports write to, and nothing of others.
func TestHot(t *testing.T) {
	for _, minor := range minors {
		for _, prelinked := range []bool{true, false} {
			t.Run(fmt.Sprintf("3.%d prelinked %t", minor, prelinked), func(t *testing.T) { testHot(t, minor, prelinked) })
		}
	}
}

func testHot(t *testing.T, minor int, prelinked bool) {
	in := sampleInput(t, minor)
	if !prelinked {
		in.ABI.Strings, in.ABI.Symbols = nil, nil
	}
	in.Modules[0].Hot, in.Modules[1].Hot = true, true
	_, f := mustBuild(t, in)
	for _, name := range []string{"pkg", "pkg.all", "json"} {
		number, _ := f.Lookup(name)
		m := &f.Modules[number]
		relocs, err := f.Relocs(m)
		if err != nil {
			t.Fatal(err)
		}
		hot := name != "json"
		if f.isHot(m.Code) != hot || f.isHot(m.File) != hot {
			t.Errorf("%s: body at %#x, path at %#x, hot is %#x", name, m.Code, m.File, f.Header.Hot)
		}
		for _, g := range relocs {
			for _, slot := range g.Slots {
				if f.isHot(slot) && !hot {
					t.Errorf("%s: pointer at %#x is in the hot part", name, slot)
				}
				if !f.isHot(slot) && hot && !prelinked {
					t.Errorf("%s: pointer at %#x, which imports write to, is not in the hot part", name, slot)
				}
			}
		}
	}
	if !prelinked {
		return
	}
	// Objects of pkg.all that are not hot, all of them or some.
	cold := coldTypes(t, f, "pkg.all")
	immortal := mustLayout(t, minor).Immortal()
	for _, tt := range []struct {
		kind uint32
		want bool
	}{
		{SymBytesType, true}, // tables
		{SymFloatType, immortal},
		{SymCodeType, immortal}, // functions
	} {
		if cold[tt.kind] != tt.want {
			t.Errorf("objects of %s outside of the hot part: %t, want %t", symbolName(tt.kind, 0), cold[tt.kind], tt.want)
		}
	}
}

// mustBuild returns an archive's bytes, and what verifying them gives.
func mustBuild(t testing.TB, in Input) ([]byte, *File) {
	t.Helper()
	data, err := Build(in)
	if err != nil {
		t.Fatal(err)
	}
	f, err := verifySources(data, in)
	if err != nil {
		t.Fatal(err)
	}
	return data, f
}

// TestBlocksInOrder checks that bind and reloc blocks are in the order of the modules: the
// loader prepares modules in that order.
func TestBlocksInOrder(t *testing.T) {
	in := sampleInput(t, minors[0])
	slices.Reverse(in.Modules)
	_, f := mustBuild(t, in)
	bind, reloc := uint32(0), uint32(0)
	for _, module := range in.Modules {
		number, ok := f.Lookup(module.Name)
		if !ok {
			continue
		}
		m := &f.Modules[number]
		if m.BindSize == 0 {
			continue
		}
		if m.Bind <= bind || m.Reloc < reloc {
			t.Errorf("%s: blocks at %#x and %#x, want them after %#x and %#x", module.Name, m.Bind, m.Reloc, bind, reloc)
		}
		bind, reloc = m.Bind, m.Reloc
	}
	if bind == 0 {
		t.Error("no module has a bind block")
	}
}

// coldTypes returns of which types a module has objects outside of the hot part.
func coldTypes(t *testing.T, f *File, name string) map[uint32]bool {
	number, _ := f.Lookup(name)
	relocs, err := f.Relocs(&f.Modules[number])
	if err != nil {
		t.Fatal(err)
	}
	cold := map[uint32]bool{}
	for _, g := range relocs {
		for _, slot := range g.Slots {
			if g.Target != RelocBase && !f.isHot(slot) {
				cold[f.Symbols[g.Target].Kind] = true
			}
		}
	}
	return cold
}

// TestHotFunctions checks that of the functions those that imports write to are hot, where
// not all are or none.
func TestHotFunctions(t *testing.T) {
	for _, minor := range minors {
		for _, prelinked := range []bool{true, false} {
			for _, hot := range []bool{true, false} {
				name := fmt.Sprintf("3.%d prelinked %t hot %t", minor, prelinked, hot)
				t.Run(name, func(t *testing.T) { testHotFunctions(t, minor, prelinked, hot) })
			}
		}
	}
}

func testHotFunctions(t *testing.T, minor int, prelinked, hot bool) {
	l := mustLayout(t, minor)
	function := func(name string, consts ...*graph.Node) *graph.Node { return sampleCode(l, name, tuple(consts...)) }
	inner, outer, last, idle := function("inner"), function("outer"), function("last"), function("idle")
	outer.Code.Consts, idle.Code.Consts = tuple(function("idle inner"), inner), tuple(last)
	g := finishGraph(l, sampleCode(l, "<module>", tuple(function("first idle"), outer, idle)))
	in := sampleInput(t, minor)
	if !prelinked {
		in.ABI.Strings, in.ABI.Symbols = nil, nil
	}
	in.Modules[1].Graph, in.Modules[1].Hot, in.Modules[2].Hot = g, hot, true
	without, err := Build(in)
	if err != nil {
		t.Fatal(err)
	}
	// Bodies and functions of other modules count for nothing.
	in.Modules[1].Written = map[*graph.Node]bool{inner: true, outer: true, last: true, g.Root: true}
	in.Modules[2].Written = map[*graph.Node]bool{idle: true}
	data, f := mustBuild(t, in)
	if !hot || !prelinked || !l.Immortal() {
		if !bytes.Equal(data, without) {
			t.Error("the functions that are written to change the archive")
		}
		return
	}
	number, _ := f.Lookup("pkg.all")
	_, written, err := f.graph(&f.Modules[number])
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for n := range written {
		names = append(names, n.Code.Name.Data)
	}
	if slices.Sort(names); !slices.Equal(names, []string{"inner", "last", "outer"}) {
		t.Errorf("hot functions are %q", names)
	}
	if before, err := Open(without); err != nil || before.Header.HotSize > f.Header.HotSize {
		t.Errorf("the hot part has shrunk: %v", err)
	}
}
