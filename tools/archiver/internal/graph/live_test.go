// This file compares the graph with what real interpreters make of the same
// marshal data. PYCDS_TEST_PYTHONS names the interpreters: paths, or commands
// that take the interpreter's arguments, separated by colons. With
// PYCDS_TEST_STDLIB=1 their whole standard libraries are compared, too.

package graph

import (
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/pyc"
)

// pythons returns the interpreters to test with.
func pythons(t *testing.T) []string {
	list := filepath.SplitList(os.Getenv("PYCDS_TEST_PYTHONS"))
	if len(list) == 0 {
		t.Skip("PYCDS_TEST_PYTHONS is not set: set it to the paths of CPython 3.11 to 3.15, separated by colons")
	}
	return list
}

// python runs an interpreter and returns its standard output.
func python(t *testing.T, interpreter, stdin string, args ...string) string {
	t.Helper()
	cmd := exec.Command(interpreter, append([]string{"-S", "-s", "-P", "-B"}, args...)...)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v", interpreter, strings.Join(args, " "), err)
	}
	return string(out)
}

func versionOf(t *testing.T, interpreter string) pyc.Version {
	t.Helper()
	out := python(t, interpreter, "", "-c",
		"from _frozen_importlib_external import MAGIC_NUMBER; print(int.from_bytes(MAGIC_NUMBER[:2], 'little'))")
	magic, err := strconv.Atoi(strings.TrimSpace(out))
	if err != nil {
		t.Fatal(err)
	}
	v, err := pyc.VersionOfMagic(uint16(magic))
	if err != nil {
		t.Fatalf("%s: %v", interpreter, err)
	}
	return v
}

func TestLive(t *testing.T) {
	for _, interpreter := range pythons(t) {
		v := versionOf(t, interpreter)
		t.Run(v.String(), func(t *testing.T) {
			sources, err := filepath.Glob("testdata/corpus*.py")
			if err != nil || len(sources) == 0 {
				t.Fatalf("no testdata/corpus*.py: %v", err)
			}
			// corpus_3_14.py is for 3.14 and later.
			var usable []string
			for _, s := range sources {
				minor := 0
				if i := strings.LastIndexByte(s, '_'); i >= 0 {
					minor, _ = strconv.Atoi(strings.TrimSuffix(s[i+1:], ".py"))
				}
				if minor <= int(v) {
					usable = append(usable, s)
				}
			}
			if n := compareLive(t, interpreter, v, usable); n != len(usable) {
				t.Errorf("compared %d files, want %d", n, len(usable))
			}
		})
	}
}

func TestLiveStdlib(t *testing.T) {
	if os.Getenv("PYCDS_TEST_STDLIB") == "" {
		t.Skip("PYCDS_TEST_STDLIB is not set: set it to 1 to compare whole standard libraries, some minutes for each")
	}
	for _, interpreter := range pythons(t) {
		v := versionOf(t, interpreter)
		t.Run(v.String(), func(t *testing.T) {
			lib := strings.TrimSpace(python(t, interpreter, "", "-c", "import os; print(os.path.dirname(os.__file__))"))
			var sources []string
			filepath.WalkDir(lib, func(path string, d os.DirEntry, err error) error {
				if err == nil && d.Type().IsRegular() && strings.HasSuffix(path, ".py") {
					sources = append(sources, path)
				}
				return nil
			})
			t.Logf("%d of %d files compared", compareLive(t, interpreter, v, sources), len(sources))
		})
	}
}

// compareLive compiles the sources and compares. It returns how many compiled.
func compareLive(t *testing.T, interpreter string, v pyc.Version, sources []string) int {
	dir := t.TempDir()
	script, err := filepath.Abs("testdata/dump_code.py")
	if err != nil {
		t.Fatal(err)
	}
	python(t, interpreter, strings.Join(sources, "\n"), script, dir)
	compared, merged, size := 0, 0, 0
	var spent time.Duration
	for i, source := range sources {
		base := filepath.Join(dir, strconv.Itoa(i))
		data, err := os.ReadFile(base + ".marshal")
		if err != nil {
			reason, err := os.ReadFile(base + ".skip")
			if err != nil {
				t.Fatalf("%s: %v", source, err)
			}
			t.Logf("%s is left out: %s", source, reason)
			continue
		}
		want, err := os.ReadFile(base + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		m, err := FromPyc(v, data, Options{})
		spent += time.Since(start)
		size += len(data)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if m.Filename != fmt.Sprintf("file %d", i) {
			t.Errorf("%s: Filename is %q", source, m.Filename)
		}
		d := liveDump{}
		d.code("", m.Root.Code)
		merged += d.compare(t, source, strings.SplitAfter(string(want), "\n"))
		compared++
	}
	t.Logf("CPython %v: %d files, %d bytes of marshal data in %v; %d strings or constants are one where the interpreter has several",
		v, compared, size, spent, merged)
	return compared
}

// A liveDump makes the lines of testdata/dump_code.py out of the graph, with
// nodes in the place of identities.
type liveDump struct {
	lines []string
	nodes [][]*Node
}

func (d *liveDump) add(path, text string, nodes []*Node) {
	d.lines = append(d.lines, path+"\t"+text)
	d.nodes = append(d.nodes, nodes)
}

func (d *liveDump) line(path string, n *Node) {
	var nodes []*Node
	text := liveRender(n, &nodes)
	d.add(path, text, nodes)
}

func (d *liveDump) code(path string, c *Code) {
	for i, n := range c.numbers() {
		if numberNames[i] != "length of bytecode" {
			d.add(path+"."+numberNames[i], fmt.Sprint(n), nil)
		}
	}
	d.add(path+".bytecode", hex.EncodeToString(c.Bytecode), nil)
	d.line(path+".names", c.Names)
	var nodes []*Node
	d.add(path+".localsplusnames", liveRenderAll(c.LocalsPlusNames.Elems, &nodes), nil)
	d.nodes[len(d.nodes)-1] = nodes
	d.line(path+".name", c.Name)
	d.line(path+".qualname", c.Qualname)
	d.line(path+".linetable", c.LineTable)
	d.line(path+".exceptiontable", c.ExceptionTable)
	// Bits of co_localspluskinds, Include/internal/pycore_code.h.
	for _, k := range []struct {
		name string
		bit  byte
	}{{"varnames", 0x20}, {"cellvars", 0x40}, {"freevars", 0x80}} {
		var names []string
		for i, n := range c.LocalsPlusNames.Elems {
			if c.LocalsPlusKinds.Data[i]&k.bit != 0 {
				names = append(names, hex.EncodeToString([]byte(n.Data)))
			}
		}
		d.add(path+"."+k.name, strings.Join(names, " "), nil)
	}
	for i, n := range c.Consts.Elems {
		at := fmt.Sprintf("%s.consts[%d]", path, i)
		d.line(at, n)
		if n.Code != nil {
			d.code(at, n.Code)
		}
	}
}

func liveRender(n *Node, nodes *[]*Node) string {
	if n.Kind != CodeKind {
		*nodes = append(*nodes, n)
	}
	switch n.Kind {
	case Int:
		if n.Big != nil {
			return "int " + n.Big.String()
		}
		return fmt.Sprint("int ", n.Small)
	case Float:
		return fmt.Sprintf("float %016x", n.Real)
	case Complex:
		return fmt.Sprintf("complex %016x%016x", n.Real, n.Imag)
	case Bytes:
		return "bytes " + hex.EncodeToString([]byte(n.Data))
	case Str:
		singleton := n.Len() == 0 || n.Len() == 1 && n.MaxChar() < 0x100
		if n.Interned && !singleton {
			return "str interned " + hex.EncodeToString([]byte(n.Data))
		}
		return "str " + hex.EncodeToString([]byte(n.Data))
	case Tuple, Slice:
		return fmt.Sprintf("%v (%s)", n.Kind, liveRenderAll(n.Elems, nodes))
	case FrozenSet:
		var parts []string
		for _, e := range n.Elems {
			parts = append(parts, liveRender(e, new([]*Node)))
		}
		slices.Sort(parts)
		return "frozenset {" + strings.Join(parts, ", ") + "}"
	}
	return n.Kind.String()
}

func liveRenderAll(list []*Node, nodes *[]*Node) string {
	var parts []string
	for _, e := range list {
		parts = append(parts, liveRender(e, nodes))
	}
	return strings.Join(parts, ", ")
}

// compare reports the first line that differs, and objects that are one in the
// interpreter and several here. It returns how many objects of the interpreter
// share a node with an earlier one.
func (d *liveDump) compare(t *testing.T, source string, want []string) int {
	want = want[:len(want)-1] // after the last newline
	nodeOf := map[string]*Node{}
	objectOf := map[*Node]string{}
	merged := 0
	for i, w := range want {
		path, rest, _ := strings.Cut(strings.TrimSuffix(w, "\n"), "\t")
		text, ids, _ := strings.Cut(rest, "\t")
		if i >= len(d.lines) {
			t.Errorf("%s: %d lines, want %d", source, len(d.lines), len(want))
			return merged
		}
		if got, want := d.lines[i], path+"\t"+text; got != want {
			t.Errorf("%s:\n got %s\nwant %s", source, got, want)
			return merged
		}
		if ids == "" {
			continue
		}
		for k, id := range strings.Split(ids, ",") {
			n := d.nodes[i][k]
			if o, ok := nodeOf[id]; ok && o != n {
				t.Errorf("%s: %s: %s is one object with another place, two nodes here", source, path, Repr(n))
				return merged
			}
			nodeOf[id] = n
			if o, ok := objectOf[n]; ok && o != id {
				merged++
				if testing.Verbose() {
					t.Logf("%s: %s: %s is two objects, one node", source, path, Repr(n))
				}
			} else {
				objectOf[n] = id
			}
		}
	}
	return merged
}
