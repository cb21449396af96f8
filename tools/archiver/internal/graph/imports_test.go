package graph

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/pyc"
)

func TestImportsOfBytecode(t *testing.T) {
	// Each instruction is an opcode of one version and its argument.
	for _, c := range []struct {
		v        pyc.Version
		pkg      string
		bytecode []byte
		want     string // what is no module has a question mark
	}{
		// import a.b
		{pyc.V311, "", []byte{100, 0, 100, 1, 108, 0}, "a a.b"},
		{pyc.V313, "", []byte{83, 0, 83, 1, 75, 0}, "a a.b"},
		{pyc.V314, "", []byte{94, 0, 82, 1, 73, 0}, "a a.b"},
		{pyc.V315, "", []byte{93, 0, 80, 7, 72, 0}, "a a.b"},
		// lazy import a.b
		{pyc.V315, "", []byte{93, 0, 80, 7, 72, 1}, "a a.b"},
		// from a.b import x, y
		{pyc.V314, "", []byte{94, 0, 82, 2, 73, 0}, "a a.b a.b.x? a.b.y?"},
		{pyc.V315, "", []byte{93, 0, 81, 2, 72, 0}, "a a.b a.b.x? a.b.y?"},
		// from .a.b import x, y; from ..a.b import *; from . import x, y
		{pyc.V314, "p.q", []byte{94, 1, 82, 2, 73, 0}, "p p.q p.q.a p.q.a.b p.q.a.b.x? p.q.a.b.y?"},
		{pyc.V311, "p.q", []byte{100, 4, 100, 3, 108, 0}, "p p.a p.a.b"},
		{pyc.V314, "p.q", []byte{94, 1, 82, 2, 73, 2}, "p p.q p.q.x? p.q.y?"},
		// The same beyond the top, and without a package.
		{pyc.V314, "p.q", []byte{94, 3, 82, 1, 73, 0}, ""},
		{pyc.V314, "", []byte{94, 1, 82, 1, 73, 0}, ""},
		// EXTENDED_ARG before IMPORT_NAME, caches in between.
		{pyc.V314, "", []byte{94, 0, 0, 0, 82, 1, 0, 0, 69, 0, 73, 0}, "a a.b"},
		// An argument out of range.
		{pyc.V314, "", []byte{94, 0, 82, 1, 69, 9, 73, 0}, ""},
		// No constants before it.
		{pyc.V314, "", []byte{73, 0}, "a a.b"},
	} {
		m := build(t, c.v, testCode{
			bytecode: string(c.bytecode),
			consts:   tuple(num(0), "N", tuple(text("x"), text("y")), tuple(text("*")), num(2)),
			names:    names("a.b", "c", ""),
		}.String(), Options{})
		s := Imports(m, ImportScan{Package: c.pkg})
		for i, name := range s.Names {
			if !slices.Contains(s.Modules, name) {
				s.Names[i] += "?"
			}
		}
		if got := strings.Join(s.Names, " "); got != c.want {
			t.Errorf("%v % x in %q:\n got %s\nwant %s", c.v, c.bytecode, c.pkg, got, c.want)
		}
	}
}

func TestMaybe(t *testing.T) {
	m := build(t, pyc.V314, testCode{
		bytecode: "\x5e\x00\x52\x00\x49\x00",
		consts: tuple("N", text("json"), text("os.path"), tuple(text("in.tuple"), set(text("in.set"))), text("a b"), text("1x"),
			text("x."), text("x..y"), text(".rel"), text("..up"), text("...over"), text("."), text(""), text("imported")),
		names: names("imported", "only_a_name"),
	}.String(), Options{})
	s := Imports(m, ImportScan{Package: "p.q", Dotted: true, Words: true})
	if got, want := strings.Join(s.Maybe, " "), "in.set in.tuple json os.path p.q.rel p.up"; got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if got := strings.Join(s.Names, " "); got != "imported" {
		t.Errorf("Names are %s", got)
	}
	for _, o := range []ImportScan{{Package: "p.q", Dotted: true}, {Package: "p.q", Words: true}, {Package: "p.q"}} {
		want := slices.DeleteFunc(slices.Clone(s.Maybe), func(n string) bool {
			if strings.Contains(n, ".") {
				return !o.Dotted
			}
			return !o.Words
		})
		if got := Imports(m, o).Maybe; !slices.Equal(got, want) {
			t.Errorf("%+v: %q, want %q", o, got, want)
		}
	}
}

// TestOpcodes compares the table with the opcode module of live interpreters.
func TestOpcodes(t *testing.T) {
	for _, interpreter := range pythons(t) {
		v := versionOf(t, interpreter)
		tr := traitsOf[v]
		out := python(t, interpreter, "", "-c",
			"import opcode; print(*[opcode.opmap.get(n, 0) for n in ('IMPORT_NAME', 'LOAD_CONST', 'LOAD_SMALL_INT', 'EXTENDED_ARG', 'CACHE')])")
		want := fmt.Sprintln(tr.importName, tr.loadConst, tr.loadSmallInt, tr.extendedArg, 0)
		if out != want {
			t.Errorf("CPython %v has opcodes %swant %s", v, out, want)
		}
	}
}

// TestImportsLive scans the corpus as live interpreters compile it.
func TestImportsLive(t *testing.T) {
	want := strings.Fields("__future__ __future__.annotations a a.b a.b.c extended extended.other extended.other.thing extended.package extended.package.module " +
		"lazily lazily.inner lazily.other lazily.other.p lazily.other.q pkg pkg.mod " +
		"top top.above top.above.deep top.above.deep.three top.sub top.sub.extended_sibling top.sub.extended_sibling.other " +
		"top.sub.sibling top.sub.sibling.one top.sub.sibling.two")
	want15 := strings.Fields("eager eager.inner eager.module eager.other eager.other.name2 " +
		"late late.module late.other late.third late.third.more late.third.name")
	maybe := strings.Fields("dotted.module.name importlib_name os.path top.sub.relative top.too.relative")
	for _, interpreter := range pythons(t) {
		v := versionOf(t, interpreter)
		scan := func(source string) ImportSet {
			dir := t.TempDir()
			python(t, interpreter, source, "testdata/dump_code.py", dir)
			data, err := os.ReadFile(filepath.Join(dir, "0.marshal"))
			if err != nil {
				t.Fatal(err)
			}
			return Imports(build(t, v, string(data), Options{}), ImportScan{Package: "top.sub", Dotted: true, Words: true})
		}
		s := scan("testdata/corpus.py")
		if !slices.Equal(s.Names, want) {
			t.Errorf("%v:\n got %s\nwant %s", v, strings.Join(s.Names, " "), strings.Join(want, " "))
		}
		for _, name := range maybe {
			if !slices.Contains(s.Maybe, name) {
				t.Errorf("%v: %s is not in Maybe: %s", v, name, strings.Join(s.Maybe, " "))
			}
		}
		if v >= pyc.V315 {
			if s := scan("testdata/corpus_3_15.py"); !slices.Equal(s.Names, want15) {
				t.Errorf("%v:\n got %s\nwant %s", v, strings.Join(s.Names, " "), strings.Join(want15, " "))
			}
		}
	}
}
