package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bazelbuild/rules_go/go/runfiles"
)

const good = `site=minimal
exit=quick
gc=defer
import_root=
import_root=_main
interpreter=py/bin/python3.14
interpreter_arg=-X
interpreter_arg=importtime=a b
main=_main/app.py
archive=_main/app.pycds
loader=rules/loader.so
import_all=1
`

// canonical is good as it is written.
const canonical = `interpreter=py/bin/python3.14
interpreter_arg=-X
interpreter_arg=importtime=a b
main=_main/app.py
import_root=
import_root=_main
import_all=1
archive=_main/app.pycds
loader=rules/loader.so
site=minimal
gc=defer
exit=quick
`

// launch runs the command with a template, a configuration and more flags.
func launch(t *testing.T, template, conf string, flags ...string) (dir string, status int, stderr string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range map[string]string{"template": template, "config": conf} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs bytes.Buffer
	status = run(append([]string{
		"--template", filepath.Join(dir, "template"),
		"--config=" + filepath.Join(dir, "config"),
		"--output", filepath.Join(dir, "app"),
	}, flags...), &out, &errs)
	if out.Len() > 0 {
		t.Errorf("stdout: %s", &out)
	}
	return dir, status, strings.ReplaceAll(errs.String(), dir+"/", "")
}

func TestConfigure(t *testing.T) {
	dir, status, stderr := launch(t, "\x7fELF...", good)
	if status != 0 || stderr != "" {
		t.Fatalf("status %d: %s", status, stderr)
	}
	app := filepath.Join(dir, "app")
	got, err := os.ReadFile(app)
	if err != nil {
		t.Fatal(err)
	}
	want := "\x7fELF..." + canonical
	want += string(binary.LittleEndian.AppendUint64(nil, uint64(len(canonical)))) + "PYCDSLCH"
	if string(got) != want {
		t.Errorf("got:\n%q\nwant:\n%q", got, want)
	}
	info, err := os.Stat(app)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != 0o755 {
		t.Errorf("mode %v, want -rwxr-xr-x", info.Mode())
	}
	if files, _ := filepath.Glob(app + "*"); len(files) != 1 {
		t.Errorf("files left: %v", files)
	}
}

// TestEarly wants the key early for an interpreter in a libpython.so alone.
func TestEarly(t *testing.T) {
	const key = "early=_main/app.early\n"
	linked, err := runfiles.Rlocation(os.Getenv("LINKED"))
	if err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(t.TempDir(), "python")
	if err := os.WriteFile(plain, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		interpreter string
		want        bool
	}{
		{"", false},
		{plain, false},
		{filepath.Join(t.TempDir(), "none"), false},
		{linked, true},
		{os.Args[0], false},
	} {
		dir, status, stderr := launch(t, "\x7fELF", good+key, "--interpreter", tt.interpreter)
		if status != 0 {
			t.Errorf("%s: status %d: %s", tt.interpreter, status, stderr)
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, "app"))
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Contains(text, []byte(key)); got != tt.want {
			t.Errorf("%q: early is written: %v, want %v", tt.interpreter, got, tt.want)
		}
	}
}

func TestConfigErrors(t *testing.T) {
	for _, tt := range []struct{ old, new, want string }{
		{"site=minimal", "site", `line 1: "site" has no '='`},
		{"site=minimal", "sight=minimal", `line 1: unknown key "sight", want one of interpreter, interpreter_arg,`},
		{"gc=defer", "gc=on", `line 3: gc is "on": want one of defer, freeze, off`},
		{"exit=quick", "exit=soon", `line 2: exit is "soon": want one of quick, now, full`},
		{"site=minimal", "site=some", `line 1: site is "some": want one of minimal, full`},
		{"site=minimal", "site=full\nsite=full", `line 2: site is given twice, "full" and "full"`},
		{"import_all=1", "import_all=yes", `import_all is "yes": want one of 0, 1`},
		{"interpreter=py/bin/python3.14\n", "", "interpreter is missing"},
		{"interpreter=py/bin/python3.14", "interpreter=../py/bin/python3", `interpreter is "../py/bin/python3": want a clean path`},
		{"main=_main/app.py\n", "", "main and main_module are missing"},
		{"main=_main/app.py\n", "main=_main/app.py\nmain_module=app\n", `main is "_main/app.py" and main_module is "app"; want one of them`},
		{"main=_main/app.py", "main=/app.py", `main is "/app.py": want a clean path relative to the runfiles directory`},
		{"main=_main/app.py", "main=a\rb", `has the character '\r'`},
		{"main=_main/app.py", "main=a\x00b", `has the character '\x00'`},
		{"main=_main/app.py", "main_module=a..b", `main_module is "a..b": want a dotted module name`},
		{"import_root=_main", "import_root=/main", `import_root is "/main": want a path relative to`},
		{"import_root=_main", "import_root=a/../..", `import_root is "a/../..": want a path relative to`},
		{"interpreter_arg=-X", "interpreter_arg=", `interpreter_arg is "": want a value`},
		{"loader=rules/loader.so\n", "", "archive and loader belong together"},
		{"archive=_main/app.pycds\n", "", "archive and loader belong together"},
		{"loader=rules/loader.so", "loader=rules/loader.so\nearly=/early", `early is "/early": want a clean path`},
		{"archive=_main/app.pycds\nloader=rules/loader.so", "early=app.early", `early is "app.early" without a loader`},
	} {
		conf := strings.Replace(good, tt.old, tt.new, 1)
		if conf == good {
			t.Fatalf("%q is not in the good configuration", tt.old)
		}
		dir, status, stderr := launch(t, "\x7fELF", conf)
		if status != 1 || !strings.HasPrefix(stderr, "launcher: config: ") || !strings.Contains(stderr, tt.want) {
			t.Errorf("%q -> %q: status %d, %q, want %q", tt.old, tt.new, status, stderr, tt.want)
		}
		if files, _ := filepath.Glob(filepath.Join(dir, "app*")); len(files) != 0 {
			t.Errorf("%q -> %q: files left: %v", tt.old, tt.new, files)
		}
	}
}

func TestGoodConfigs(t *testing.T) {
	for _, conf := range []string{
		"interpreter=/usr/bin/python3\nmain=a.py\n",
		"interpreter=py\nmain_module=pkg.tool",
		"interpreter=py\nmain=a.py\nimport_root=_main/lib/\nimport_root=.",
	} {
		if _, status, stderr := launch(t, "\x7fELF", conf); status != 0 {
			t.Errorf("%q: status %d: %s", conf, status, stderr)
		}
	}
}

func TestTemplateErrors(t *testing.T) {
	if _, status, stderr := launch(t, "", good); status != 1 || stderr != "launcher: template: template is empty; want the launcher's executable\n" {
		t.Errorf("empty template: status %d: %q", status, stderr)
	}
	dir, _, _ := launch(t, "\x7fELF", good)
	app, err := os.ReadFile(filepath.Join(dir, "app"))
	if err != nil {
		t.Fatal(err)
	}
	if _, status, stderr := launch(t, string(app), good); status != 1 || !strings.Contains(stderr, "template has a configuration already") {
		t.Errorf("configured template: status %d: %q", status, stderr)
	}
}

func TestUsage(t *testing.T) {
	for _, tt := range []struct {
		args   []string
		status int
		want   string
	}{
		{nil, 2, "launcher: want --template, --config and --output\nRun 'launcher --help' for usage.\n"},
		{[]string{"--colour"}, 2, "flag provided but not defined: -colour"},
		{[]string{"x"}, 2, `unexpected argument "x"`},
		{[]string{"--template=/nonexistent/t", "--config=c", "--output=o"}, 1, "/nonexistent/t: no such file or directory"},
	} {
		var out, errs bytes.Buffer
		if status := run(tt.args, &out, &errs); status != tt.status || !strings.Contains(errs.String(), tt.want) || out.Len() > 0 {
			t.Errorf("%v: status %d, stdout %q, stderr %q; want %d, %q", tt.args, status, &out, &errs, tt.status, tt.want)
		}
	}
	var out, errs bytes.Buffer
	if status := run([]string{"--help"}, &out, &errs); status != 0 || errs.Len() > 0 || !strings.Contains(out.String(), "import_root") {
		t.Errorf("--help: status %d, stdout %q, stderr %q", status, &out, &errs)
	}
}

func TestOutputNotWritable(t *testing.T) {
	dir, _, _ := launch(t, "\x7fELF", good)
	var out, errs bytes.Buffer
	status := run([]string{
		"--template", filepath.Join(dir, "template"), "--config", filepath.Join(dir, "config"),
		"--output", filepath.Join(dir, "absent", "app"),
	}, &out, &errs)
	if status != 1 || !strings.Contains(errs.String(), "writing ") || !strings.Contains(errs.String(), "no such file or directory") {
		t.Errorf("status %d, stderr %q", status, &errs)
	}
}
