// This file maps archives into live interpreters. PYCDS_TEST_PYTHONS names the
// interpreters: paths, or commands that take the interpreter's arguments,
// separated by colons. With PYCDS_TEST_STDLIB=1 archives are of their whole
// standard libraries, else of a part.

package image

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/abi"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/pyc"
)

// pythons returns the interpreters to test with.
func pythons(t testing.TB) []string {
	list := filepath.SplitList(os.Getenv("PYCDS_TEST_PYTHONS"))
	if len(list) == 0 {
		t.Skip("PYCDS_TEST_PYTHONS is not set: set it to the paths of CPython 3.11 to 3.15, separated by colons")
	}
	return list
}

// A stdlib is the modules of an interpreter's standard library.
type stdlib struct {
	python string
	dir    string
	names  []string
	list   string // lines name<TAB>file
	files  map[string]string
}

// findStdlib lists modules; all says whether every one but tests, else a few.
func findStdlib(t testing.TB, python string, all bool) *stdlib {
	t.Helper()
	s := &stdlib{python: python, files: make(map[string]string)}
	s.dir = strings.TrimSpace(run(t, "", python, "-I", "-S", "-c", "import sys; print(sys._stdlib_dir)"))
	for _, pattern := range []string{
		"__hello__.py", "_py*.py", "a*.py", "[cd]*.py", "enum.py", "func*.py", "inspect.py", "l*.py",
		"[pt]*.py", "asyncio/*.py", "collections/*.py", "concurrent/futures/*.py", "json/*.py", "re/*.py",
	} {
		found, err := filepath.Glob(filepath.Join(s.dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range found {
			s.add(file)
		}
	}
	if all {
		err := filepath.WalkDir(s.dir, func(path string, d os.DirEntry, err error) error {
			if d.IsDir() && (d.Name() == "test" || d.Name() == "tests" || d.Name() == "site-packages" || d.Name() == "dist-packages" || strings.ContainsAny(d.Name(), "-.")) && path != s.dir {
				return filepath.SkipDir
			}
			if strings.HasSuffix(path, ".py") {
				s.add(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name := range s.files {
		s.names = append(s.names, name)
	}
	sort.Strings(s.names)
	for _, name := range s.names {
		s.list += name + "\t" + s.files[name] + "\n"
	}
	return s
}

func (s *stdlib) add(file string) {
	rel, _ := filepath.Rel(s.dir, file)
	name := strings.TrimSuffix(strings.ReplaceAll(strings.TrimSuffix(rel, ".py"), "/", "."), ".__init__")
	s.files[name] = file
}

// modules compiles the library and builds the graphs.
func (s *stdlib) modules(t testing.TB, a *abi.ABI) []Module {
	t.Helper()
	dir := t.TempDir()
	run(t, s.list, s.python, "-I", "-S", "testdata/live.py", "compile", "0", dir)
	var modules []Module
	for _, name := range s.names {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		g, err := graph.FromPyc(pyc.Version(a.Version.Minor), data, graph.Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		rel, _ := filepath.Rel(s.dir, s.files[name])
		modules = append(modules, Module{
			Name:    name,
			Kind:    ModuleSource,
			Package: strings.HasSuffix(rel, "__init__.py"),
			Root:    RootStdlib,
			Path:    rel,
			Graph:   g,
		})
	}
	return modules
}

func run(t testing.TB, stdin, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out.String(), errs.String())
	}
	return out.String()
}

func readABI(t testing.TB, python string) *abi.ABI {
	t.Helper()
	file := filepath.Join(t.TempDir(), "abi.json")
	run(t, "", python, "-I", "-S", "../../../compiler/probe.py", file)
	a, err := abi.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestLive maps archives into live interpreters; see testdata/live.py.
func TestLive(t *testing.T) {
	all := os.Getenv("PYCDS_TEST_STDLIB") != ""
	for _, python := range pythons(t) {
		a := readABI(t, python)
		t.Run(fmt.Sprintf("%v_%x", a.Version, fold([]byte(a.SysVersion))>>48), func(t *testing.T) {
			s := findStdlib(t, python, all)
			in := Input{ABI: a, Modules: s.modules(t, a)}
			data, err := Build(in)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := verifySources(data, in); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "stdlib.pycds")
			check := func(what string, data []byte, modes ...string) {
				if err := os.WriteFile(file, data, 0o666); err != nil {
					t.Fatal(err)
				}
				for _, mode := range modes {
					t.Logf("%s, %s: %d bytes: %s", what, mode, len(data), run(t, s.list, python, "-S", "testdata/live.py", "check", file, s.dir, mode))
				}
			}
			check("this build", data, "base", "elsewhere")
			if len(a.Strings) == 0 {
				return
			}
			// An interpreter that has the strings at other addresses.
			other := *a
			other.Strings = make(map[string]uint64)
			for text, address := range a.Strings {
				other.Strings[text] = address + 1<<30
			}
			in.ABI = &other
			if data, err = Build(in); err != nil {
				t.Fatal(err)
			}
			check("other build", data, "base")
		})
	}
}
