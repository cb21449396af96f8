package graph

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/pyc"
)

var update = flag.Bool("update", false, "write the golden files")

// Marshal data by hand.

func word(n int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(n))) }

func num(n int) string     { return "i" + word(n) }
func text(s string) string { return "z" + string(rune(len(s))) + s }
func name(s string) string { return "Z" + string(rune(len(s))) + s }
func blob(s string) string { return "s" + word(len(s)) + s }

func tuple(items ...string) string { return "(" + word(len(items)) + strings.Join(items, "") }
func set(items ...string) string   { return ">" + word(len(items)) + strings.Join(items, "") }

func names(list ...string) string {
	items := make([]string, len(list))
	for i, s := range list {
		items[i] = name(s)
	}
	return tuple(items...)
}

// A testCode is a code object without arguments and local variables.
type testCode struct {
	bytecode string
	consts   string
	names    string
	filename string
	qualname string
}

func (c testCode) String() string {
	or := func(s, other string) string {
		if s == "" {
			return other
		}
		return s
	}
	return "c" + word(0) + word(0) + word(0) + word(1) + word(0) +
		blob(or(c.bytecode, "\x97\x00")) + or(c.consts, tuple()) + or(c.names, tuple()) +
		tuple() + blob("") + text(or(c.filename, "f.py")) + name("f") + text(or(c.qualname, "q.f")) +
		word(1) + blob("\x80\x00") + blob("")
}

func build(t *testing.T, v pyc.Version, data string, opts Options) *Module {
	t.Helper()
	m, err := FromPyc(v, []byte(data), opts)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// consts builds a module with the constants and returns these.
func consts(t *testing.T, v pyc.Version, items ...string) []*Node {
	t.Helper()
	return build(t, v, testCode{consts: tuple(items...)}.String(), Options{}).Root.Code.Consts.Elems
}

func TestMerge(t *testing.T) {
	nan := func(bits string) string { return "g" + bits + "\x00\x00\x00\x00\x00\xf8\x7f" }
	float1 := "g\x00\x00\x00\x00\x00\x00\xf0\x3f"
	zero := "g\x00\x00\x00\x00\x00\x00\x00\x00"
	minus := "g\x00\x00\x00\x00\x00\x00\x00\x80"
	big := "l" + word(5) + "\x00\x00\x00\x00\x00\x00\x00\x00\x08\x00"
	minusBig := "l" + word(-5) + "\x01\x00\x00\x00\x00\x00\x00\x00\x08\x00"
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"N", "N", true},
		{num(1), num(1), true},
		{num(1), "l" + word(1) + "\x01\x00", true},
		{num(1), "T", false},
		{num(1), float1, false},
		{num(0), "F", false},
		{zero, zero, true},
		{zero, minus, false},
		{nan("\x01"), nan("\x01"), true},
		{nan("\x01"), nan("\x02"), false},
		{float1, "y" + float1[1:] + zero[1:], false},
		{"y" + float1[1:] + zero[1:], "y" + float1[1:] + minus[1:], false},
		{big, big, true},
		{big, minusBig, false},
		{text("a b"), text("a b"), true},
		{text("a b"), "u" + word(3) + "a b", true},
		{text("a b"), name("a b"), true},
		{text("ab"), blob("ab"), false},
		{blob("ab"), blob("ab"), true},
		{tuple(num(1)), tuple(num(1)), true},
		{tuple(num(1)), tuple("T"), false},
		{tuple(num(1), num(2)), tuple(num(2), num(1)), false},
		{tuple(tuple(num(1))), tuple(tuple(num(1))), true},
		{set(num(1), num(2)), set(num(2), num(1)), true},
		{set(num(1), num(2)), tuple(num(1), num(2)), false},
		{":" + num(1) + "NN", ":" + num(1) + "NN", true},
		{":" + num(1) + "NN", tuple(num(1), "N", "N"), false},
		{testCode{}.String(), testCode{}.String(), false},
	} {
		list := consts(t, pyc.V314, c.a, c.b)
		if same := list[0] == list[1]; same != c.same {
			t.Errorf("%s and %s: one node is %v, want %v", Repr(list[0]), Repr(list[1]), same, c.same)
		}
	}
}

// TestCodeKeepsSharing: the compiler refers to equal code objects twice.
func TestCodeKeepsSharing(t *testing.T) {
	inner := testCode{}.String()
	data := testCode{consts: tuple("\xe3"+inner[1:], "r"+word(0))}.String()
	list := build(t, pyc.V314, data, Options{}).Root.Code.Consts.Elems
	if list[0] != list[1] {
		t.Error("a code object and a reference to it are two nodes")
	}
	a := build(t, pyc.V314, data, Options{})
	b := build(t, pyc.V314, testCode{consts: tuple(inner, inner)}.String(), Options{})
	if got, want := Diff(a, b), "consts[1]: <code q.f, line 1> and <code q.f, line 1> are shared with other places"; got != want {
		t.Errorf("Diff:\n got %s\nwant %s", got, want)
	}
}

func TestFrozenSetKeepsOrder(t *testing.T) {
	list := consts(t, pyc.V314, set(num(8), num(0), num(16)), set(num(0), num(8), num(16)))
	if got := Repr(list[1]); got != "frozenset(8, 0, 16)" {
		t.Errorf("have %s, want the order of the first", got)
	}
}

func TestInterned(t *testing.T) {
	slice := ":" + text("sl") + text("s l") + "N"
	data := testCode{
		consts:   tuple(text("abc_1"), text("a b"), text("a.b"), tuple(text("tup"), text("t p")), set(text("set"), text("s t")), slice, name("mar shal"), text("")),
		names:    tuple(text("a.b"), name("x")),
		qualname: "q q",
	}.String()
	for _, c := range []struct {
		v    pyc.Version
		opts Options
		want string // the interned strings
	}{
		{pyc.V311, Options{}, "abc_1|a.b|tup|set|mar shal||x|f"},
		{pyc.V312, Options{}, "abc_1|a.b|tup|set|mar shal||x|f"},
		{pyc.V313, Options{}, "abc_1|a.b|tup|set|mar shal||x|f|q q"},
		{pyc.V314, Options{}, "abc_1|a.b|tup|set|mar shal||x|f|q q"},
		{pyc.V314, Options{FreeThreaded: true}, "abc_1|a b|a.b|tup|t p|set|s t|sl|s l|mar shal||x|f|q q"},
	} {
		in := data
		if c.v < pyc.V314 {
			in = strings.Replace(data, slice, tuple(), 1)
		}
		var got []string
		for _, n := range build(t, c.v, in, c.opts).Nodes {
			if n.Interned {
				got = append(got, n.Data)
			}
		}
		if g := strings.Join(got, "|"); g != c.want {
			t.Errorf("%v %+v:\n got %s\nwant %s", c.v, c.opts, g, c.want)
		}
	}
}

// TestSingletons: marshal's mark on these depends on the compiling process.
func TestSingletons(t *testing.T) {
	eAcute := "u" + word(2) + "\xc3\xa9"
	aMacron := "u" + word(2) + "\xc4\x81"
	for _, n := range consts(t, pyc.V312, text("*"), text(""), eAcute) {
		if !n.Interned {
			t.Errorf("%s is not interned", Repr(n))
		}
	}
	for _, n := range consts(t, pyc.V312, text("**"), aMacron) {
		if n.Interned {
			t.Errorf("%s is interned", Repr(n))
		}
	}
}

func TestFilename(t *testing.T) {
	same := testCode{filename: "m.py"}.String()
	other := testCode{filename: "other.py"}.String()
	m := build(t, pyc.V314, testCode{filename: "m.py", consts: tuple(same, other, text("m.py"))}.String(), Options{})
	list := m.Root.Code.Consts.Elems
	if m.Filename != "m.py" || m.Root.Code.Filename != nil || list[0].Code.Filename != nil {
		t.Error("the module's file name is in the graph")
	}
	if f := list[1].Code.Filename; f == nil || f.Data != "other.py" {
		t.Errorf("another file name is %s", Repr(f))
	}
}

// TestOrder: the nodes do not depend on how the data share and repeat.
func TestOrder(t *testing.T) {
	item := tuple(num(1), text("a b"))
	repeated := testCode{consts: tuple(item, item, text("a b"), num(1))}.String()
	shared := testCode{consts: tuple(
		"\xa8"+word(2)+"\xe9"+word(1)+"\xfa\x03a b", "r"+word(0), "r"+word(2), "r"+word(1))}.String()
	a, b := build(t, pyc.V314, repeated, Options{}), build(t, pyc.V314, shared, Options{})
	if d := Diff(a, b); d != "" {
		t.Error(d)
	}
	var x, y bytes.Buffer
	if err := Dump(&x, a); err != nil {
		t.Fatal(err)
	}
	if err := Dump(&y, b); err != nil {
		t.Fatal(err)
	}
	if x.String() != y.String() {
		t.Errorf("dumps differ:\n%s\n%s", &x, &y)
	}
	for i, n := range a.Nodes {
		if int(n.Index) != i {
			t.Errorf("node %d has Index %d", i, n.Index)
		}
	}
}

func TestDiff(t *testing.T) {
	base := testCode{consts: tuple(num(1), testCode{names: names("a", "b")}.String(), tuple(num(1), num(2)))}
	with := func(f func(*testCode)) string {
		c := base
		f(&c)
		return c.String()
	}
	for want, data := range map[string]string{
		"":                                  base.String(),
		"consts[0]: 1 and 3":                with(func(c *testCode) { c.consts = strings.Replace(c.consts, num(1), num(3), 1) }),
		"consts[1].names[1]: 'b' and 'c'":   with(func(c *testCode) { c.consts = strings.Replace(c.consts, name("b"), name("c"), 1) }),
		"names: tuple of 0 and of 1":        with(func(c *testCode) { c.names = names("x") }),
		"bytecode: byte 1 is 0x00 and 0x01": with(func(c *testCode) { c.bytecode = "\x97\x01" }),
		"length of bytecode: 2 and 4":       with(func(c *testCode) { c.bytecode = "\x97\x00\x00\x00" }),
		"consts[2][1]: 2 and 1":             with(func(c *testCode) { c.consts = strings.Replace(c.consts, num(2), num(1), 1) }),
	} {
		a, b := build(t, pyc.V314, base.String(), Options{}), build(t, pyc.V314, data, Options{})
		if got := Diff(a, b); got != want {
			t.Errorf("Diff:\n got %s\nwant %s", got, want)
		}
		if Equal(a, b) != (want == "") {
			t.Errorf("Equal is %v where Diff is %q", Equal(a, b), want)
		}
	}
}

func TestErrors(t *testing.T) {
	for want, data := range map[string]string{
		"tuple contains itself":          testCode{consts: tuple("\xa8" + word(1) + "r" + word(0))}.String(),
		"have list, want a type":         testCode{consts: tuple("[" + word(0))}.String(),
		"have dict, want a type":         testCode{consts: tuple("{0")}.String(),
		"frozenset has an element twice": testCode{consts: tuple(set(num(1), num(1)))}.String(),
		"have None, want code":           "N",
	} {
		_, err := FromPyc(pyc.V314, []byte(data), Options{})
		var e *pyc.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", data, err, want)
		}
	}
}

// TestSharedGroups: a tuple that holds the one before twice has 2^n paths.
func TestSharedGroups(t *testing.T) {
	const n = 500
	items := []string{"\xa8" + word(1) + text("x y")} // reference 0
	for i := range n {
		items = append(items, "\xa8"+word(2)+"r"+word(i)+"r"+word(i))
	}
	start := time.Now()
	a := build(t, pyc.V314, testCode{consts: tuple(items...)}.String(), Options{})
	b := build(t, pyc.V314, testCode{consts: tuple(items...)}.String(), Options{})
	items[0] = strings.Replace(items[0], "x y", "x z", 1)
	c := build(t, pyc.V314, testCode{consts: tuple(items...)}.String(), Options{})
	if !Equal(a, b) || Diff(a, c) != "consts[0][0]: 'x y' and 'x z'" {
		t.Errorf("Diff is %q", Diff(a, c))
	}
	Imports(a, ImportScan{Words: true, Dotted: true})
	Repr(a.Root.Code.Consts)
	t.Logf("%d nodes in %v", len(a.Nodes), time.Since(start))
}

func TestStr(t *testing.T) {
	for _, c := range []struct {
		data string
		len  int
		max  rune
		repr string
	}{
		{text(""), 0, 0, `''`},
		{text("a'b"), 3, 'b', `'a\'b'`},
		{"u" + word(2) + "\xc3\xa9", 1, 0xe9, `'é'`},
		{"u" + word(4) + "a\xed\xa0\x80", 2, 0xd800, `'a\ud800'`},
		{"u" + word(4) + "\xf0\x9f\x98\x80", 1, 0x1f600, `'😀'`},
	} {
		n := consts(t, pyc.V314, c.data)[0]
		if n.Len() != c.len || n.MaxChar() != c.max || len(n.CodePoints()) != c.len || Repr(n) != c.repr {
			t.Errorf("%q: Len %d, MaxChar %#x, Repr %s; want %d, %#x, %s", c.data, n.Len(), n.MaxChar(), Repr(n), c.len, c.max, c.repr)
		}
	}
}

func TestDumpGolden(t *testing.T) {
	data := testCode{
		consts: tuple("N", num(-5), "y"+strings.Repeat("\x00", 16), set(text("a b"), num(1)),
			":"+num(1)+"NN", testCode{qualname: "f.<locals>.g", filename: "x"}.String(), ".", blob("\x00a"), tuple(num(-5))),
		names: names("a", "b"),
	}.String()
	var got bytes.Buffer
	if err := Dump(&got, build(t, pyc.V314, data, Options{})); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "dump.golden")
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("dump differs from %s; to accept, run go test -run TestDumpGolden -update\n%s", golden, &got)
	}
}

func FuzzFromPyc(f *testing.F) {
	inner := testCode{names: names("a", "b.c"), bytecode: "\x5e\x00\x52\x00\x49\x00\x48\x01"}.String()
	f.Add([]byte(testCode{}.String()))
	f.Add([]byte(inner))
	f.Add([]byte(testCode{consts: tuple("N", num(1), set(text("x"), text("y")), ":NNN", inner)}.String()))
	f.Add([]byte(testCode{consts: tuple("\xa8"+word(1)+"r"+word(0), "r"+word(0))}.String()))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := FromPyc(pyc.V314, data, Options{})
		if err != nil {
			return
		}
		again, err := FromPyc(pyc.V314, data, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if d := Diff(m, again); d != "" {
			t.Fatal(d)
		}
		if a, b := Imports(m, ImportScan{Package: "p.q", Dotted: true, Words: true}), Imports(again, ImportScan{Package: "p.q", Dotted: true, Words: true}); !reflect.DeepEqual(a, b) {
			t.Fatalf("Imports: %v and %v", a, b)
		}
		var out bytes.Buffer
		if err := Dump(&out, m); err != nil {
			t.Fatal(err)
		}
	})
}
