package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/bundle"
)

// program is a directory with the bundles of a small program.
func program(t *testing.T) string {
	return writeFiles(t, map[string]string{
		"abi.json": abi313,
		"app": string(makeBundle(t, header313,
			source{path: "_main/app.py", imports: "lib.x json simplejson"},
			source{path: "_main/bad.name.py"},
			source{path: "_main/py2.py", err: &bundle.SourceError{Type: "SyntaxError", Msg: "Missing parentheses", Line: 3}},
		)),
		"lib": string(makeBundle(t, header313,
			source{path: "lib~1/lib/__init__.py"},
			source{path: "lib~1/lib/x.py"},
			source{path: "lib~1/lib/fast.py"},
		)),
		"std": string(makeBundle(t, header313,
			source{path: "json/__init__.py", imports: "re _json"},
			source{path: "re.py"},
			source{path: "unused.py"},
		)),
	})
}

// buildArgs returns the command line that builds it, with more arguments.
func buildArgs(more ...string) []string {
	return append([]string{
		"build", "--abi", "DIR/abi.json", "--label", "//app:main", "--main=_main/app.py",
		"--import_root=", "--import_root=_main", "--import_root=lib~1",
		"--bundle=DIR/app", "--bundle=DIR/lib", "--stdlib_bundle=DIR/std",
		"--file=lib~1/lib/fast.abi3.so", "--stdlib_file=lib-dynload/_json.so",
		"--output=DIR/app.pycds", "--manifest=DIR/app.json",
	}, more...)
}

func readFile(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestBuild(t *testing.T) {
	dir := program(t)
	status, stdout, stderr := archiver(dir, buildArgs()...)
	if status != 0 || stdout != "" || stderr != "" {
		t.Fatalf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	archive := readFile(t, dir, "app.pycds")
	m, err := readManifest(filepath.Join(dir, "app.json"))
	if err != nil {
		t.Fatal(err)
	}
	if m.Counts.Bytes != len(archive) {
		t.Errorf("manifest has %d bytes, archive %d", m.Counts.Bytes, len(archive))
	}
	got := string(readFile(t, dir, "app.json"))
	got = got[:strings.Index(got, `"bytes"`)] + got[strings.Index(got, "},\n"):]
	const want = `{
 "label": "//app:main",
 "python": "3.13.1",
 "optimize": 0,
 "counts": {"modules":5,"stdlib":2,"extensions":2,"namespaces":0,"missing":1,"regexes":0,"sources":0,"skipped":2,"shadowed":1,"dropped":0,},
 "modules": [
  {"name":"app","path":"_main/app.py","root":"runfiles"},
  {"name":"json","path":"json/__init__.py","root":"stdlib"},
  {"name":"lib","path":"lib~1/lib/__init__.py","root":"runfiles"},
  {"name":"lib.x","path":"lib~1/lib/x.py","root":"runfiles"},
  {"name":"re","path":"re.py","root":"stdlib"}],
 "skipped": [
  {"path":"_main/bad.name.py","root":"runfiles","reason":"no import can name it: \"bad.name\" has a dot"},
  {"path":"_main/py2.py","root":"runfiles","reason":"does not compile: line 3: SyntaxError: Missing parentheses"}],
 "shadowed": [
  {"path":"lib~1/lib/fast.py","name":"lib.fast","by":"lib~1/lib/fast.abi3.so"}],
 "training": null,
 "dropped": []
}
`
	if got != want {
		t.Errorf("manifest:\n%s\nwant:\n%s", got, want)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "app.*")); len(files) != 2 {
		t.Errorf("files left: %v", files)
	}
}

// TestTrees checks that nothing is said to be missing that a tree may have.
func TestTrees(t *testing.T) {
	dir := program(t)
	if status, _, stderr := archiver(dir, buildArgs("--tree=_main")...); status != 0 {
		t.Fatal(stderr)
	}
	m, err := readManifest(filepath.Join(dir, "app.json"))
	if err != nil {
		t.Fatal(err)
	}
	if m.Counts.Missing != 0 || m.Counts.Modules != 5 {
		t.Errorf("counts are %+v", m.Counts)
	}
}

func TestBuildIsDeterministic(t *testing.T) {
	dir := program(t)
	if status, _, stderr := archiver(dir, buildArgs()...); status != 0 {
		t.Fatal(stderr)
	}
	archive, manifest := readFile(t, dir, "app.pycds"), readFile(t, dir, "app.json")
	// Another order of the bundles and other places of all files.
	other := program(t)
	args := buildArgs()
	for i, a := range args {
		switch a {
		case "--bundle=DIR/app":
			args[i] = "--bundle=DIR/lib"
		case "--bundle=DIR/lib":
			args[i] = "--bundle=DIR/app"
		}
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, cores := range []int{1, 8, 2} {
		runtime.GOMAXPROCS(cores)
		if status, _, stderr := archiver(other, args...); status != 0 {
			t.Fatal(stderr)
		}
		if !bytes.Equal(readFile(t, other, "app.pycds"), archive) {
			t.Error("archives differ")
		}
		if !bytes.Equal(readFile(t, other, "app.json"), manifest) {
			t.Error("manifests differ")
		}
	}
}

func TestParams(t *testing.T) {
	dir := program(t)
	args := buildArgs()
	text := strings.ReplaceAll(strings.Join(args[1:], "\n")+"\n", "DIR", dir)
	text = strings.Replace(text, "--import_root=\n", "--import_root\n\n", 1) // an empty argument
	if err := os.WriteFile(filepath.Join(dir, "params"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := archiver(dir, "build", "@DIR/params"); status != 0 {
		t.Fatal(stderr)
	}
	if status, _, stderr := archiver(dir, "build", "@DIR/absent"); status != 1 || !strings.Contains(stderr, "DIR/absent: no such file") {
		t.Errorf("absent file: status %d, %q", status, stderr)
	}
}

func TestBuildErrors(t *testing.T) {
	old := bundle.Header{Magic: 3531, Hexversion: 0x030c03f0, CacheTag: "cpython-312"}
	unknown := bundle.Header{Magic: 1, Hexversion: 0x030d01f0}
	minor := bundle.Header{Magic: magic313, Hexversion: 0x030e01f0}
	level2 := header313
	level2.Optimize = 2
	x := source{path: "lib~1/foo/bar.py"}
	garbage := x
	garbage.code = []byte("garbage")
	changed := source{path: "_main/app.py", sha: strings.Repeat("0123456789abcdef", 4)}
	good := makeBundle(t, header313, x)
	for _, tt := range []struct {
		name   string
		bundle []byte
		args   []string
		want   string
	}{
		{"another version", makeBundle(t, old, x), nil,
			`//app:main: module "foo.bar": pyc magic 3531 is CPython 3.12, toolchain is 3.13; rebuild with the toolchain's interpreter`},
		{"no version", makeBundle(t, unknown, x), nil,
			`//app:main: module "foo.bar": pyc magic 1 is no known CPython, toolchain is 3.13 (3571); rebuild with`},
		{"another hexversion", makeBundle(t, minor, x), nil,
			`//app:main: module "foo.bar": compiled by CPython of hexversion 0x030e01f0, toolchain has 0x030d01f0; rebuild with`},
		{"another level", makeBundle(t, level2, x), nil,
			`//app:main: module "foo.bar": compiled with optimize 2, the archive has --optimize 0; compile with the same`},
		{"empty bundle of another version", makeBundle(t, old), nil,
			`//app:main: bundle DIR/more: pyc magic 3531 is CPython 3.12`},
		{"foreign code", makeBundle(t, header313, garbage), nil,
			`//app:main: module "foo.bar": lib~1/foo/bar.py in bundle DIR/more: `},
		{"no bundle", []byte("PK\x03\x04 this is a wheel, not a bundle"), nil,
			`//app:main: DIR/more: bytecode bundle at offset 0: have "PK`},
		{"bundle cut short", good[:len(good)-7], nil,
			`//app:main: DIR/more: bytecode bundle at offset `},
		{"duplicate module", makeBundle(t, header313, changed), nil,
			`//app:main: duplicate module "app": _main/app.py is in DIR/app (sha256 `},
		{"bad path", makeBundle(t, header313, source{path: "../up.py"}), nil,
			`//app:main: path "../up.py" is not a clean path relative to the runfiles`},
		{"absent bundle", nil, []string{"--bundle=DIR/absent"},
			`//app:main: open DIR/absent: no such file or directory`},
		{"absent abi.json", nil, []string{"--abi=DIR/absent"},
			`//app:main: open DIR/absent: no such file or directory`},
		{"bad abi.json", nil, []string{"--abi=DIR/app"},
			`//app:main: DIR/app: not an abi.json: `},
		{"unknown main", nil, []string{"--main=_main/nowhere.py"},
			`//app:main: main "_main/nowhere.py" is in no bundle; have the library`},
		{"unclean root", nil, []string{"--import_root=../x"},
			`//app:main: import root "../x" is not below the runfiles directory`},
		{"output not writable", nil, []string{"--output=DIR/absent/app.pycds"},
			`//app:main: writing DIR/absent/app.pycds: open DIR/absent/app.pycds.tmp`},
		{"manifest not writable", nil, []string{"--manifest=DIR/absent/app.json"},
			`//app:main: writing DIR/absent/app.json: open DIR/absent/app.json.tmp`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := program(t)
			args := buildArgs(tt.args...)
			if tt.bundle != nil {
				if err := os.WriteFile(filepath.Join(dir, "more"), tt.bundle, 0o644); err != nil {
					t.Fatal(err)
				}
				args = append(args, "--bundle=DIR/more")
			}
			status, stdout, stderr := archiver(dir, args...)
			if status != 1 || stdout != "" || !strings.HasPrefix(stderr, "archiver: "+tt.want) {
				t.Errorf("status %d, stdout %q, stderr:\n%s\nwant:\n%s", status, stdout, stderr, "archiver: "+tt.want)
			}
			if files, _ := filepath.Glob(filepath.Join(dir, "app.*")); len(files) != 0 {
				t.Errorf("files left: %v", files)
			}
		})
	}
}

func TestSameSourceTwice(t *testing.T) {
	dir := program(t)
	if status, _, stderr := archiver(dir, buildArgs("--bundle=DIR/lib")...); status != 0 {
		t.Errorf("status %d: %s", status, stderr)
	}
}

func TestMicroVersions(t *testing.T) {
	dir := program(t)
	h := header313
	h.Hexversion = 0x030d05f0
	if err := os.WriteFile(filepath.Join(dir, "more"), makeBundle(t, h, source{path: "_main/y.py"}), 0o644); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := archiver(dir, buildArgs("--bundle=DIR/more")...); status != 0 {
		t.Errorf("status %d: %s", status, stderr)
	}
}

func TestUsage(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct {
		args []string
		want string
	}{
		{nil, "no verb"},
		{[]string{"biuld"}, `unknown verb "biuld", want build, verify, dump or help`},
		{[]string{"build", "--colour"}, "build: flag provided but not defined: -colour"},
		{[]string{"build"}, "build: want --abi"},
		{[]string{"build", "--abi=x"}, "build: want --bundle or --stdlib_bundle"},
		{[]string{"build", "--abi=x", "--bundle=b"}, "build: want --import_root"},
		{[]string{"build", "--abi=x", "--bundle=b", "--import_root="}, "build: want --output"},
		{[]string{"build", "--abi=x", "--stdlib_bundle=b", "--optimize=3"}, "build: --optimize is 3, want 0, 1 or 2"},
		{[]string{"build", "extra"}, `build: unexpected argument "extra"`},
	} {
		status, stdout, stderr := archiver(dir, tt.args...)
		if status != 2 || stdout != "" || !strings.HasPrefix(stderr, "archiver: "+tt.want) {
			t.Errorf("%q: status %d, stdout %q, stderr %q, want %q", tt.args, status, stdout, stderr, tt.want)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"help"}, "Verbs:\n  build "},
		{[]string{"--help"}, "Verbs:\n  build "},
		{[]string{"help", "build"}, "Usage: archiver build [flags]\n"},
		{[]string{"build", "--help"}, "  -import_root directory\n"},
	} {
		status, stdout, stderr := archiver(t.TempDir(), tt.args...)
		if status != 0 || stderr != "" || !strings.Contains(stdout, tt.want) {
			t.Errorf("%q: status %d, stdout %q, stderr %q, want %q", tt.args, status, stdout, stderr, tt.want)
		}
	}
}
