package cmd

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/image"
)

// record returns a training record of CPython 3.13.1 with more members.
func record(more string) string {
	return `{"format": 1, "sys_version": "3.13.1 (main) [GCC]", "failure": null, "warnings": [], "functions": [], "interned": [], "missing": []` + more + `}`
}

func regexJSON(pattern, flags, rest string) string {
	return fmt.Sprintf(`{"pattern": %s, "flags": %s, "result_flags": 32, %s}`, pattern, flags, rest)
}

func sourceJSON(text, filename, mode, code string) string {
	return fmt.Sprintf(`{"text": %s, "filename": %s, "mode": %q, "flags": 0, "code": %q}`, text, filename, mode,
		base64.StdEncoding.EncodeToString([]byte(code)))
}

const trained = `"groups": 1, "groupindex": [["x", 1]], "code": [14, 4294967295]`

// trainedRecord has everything that is kept, and everything that is not.
func trainedRecord() string {
	code := string(moduleCode("<string>", "json"))
	other := string(moduleCode("<string>", "re"))
	return record(`, "modules": ["re", "absent", "lib", "re", "app"],
	"regexes": [` + strings.Join([]string{
		regexJSON(`"b(?P<x>.)"`, "2", trained),
		regexJSON(`"\ud800"`, "0", trained),
		regexJSON(`"b(?P<x>.)"`, "2", trained), // again
		regexJSON(`"debug"`, "128", trained),
		regexJSON(`"wide"`, "4294967296", trained),
		regexJSON(`"two"`, "0", trained),
		regexJSON(`"two"`, "0", strings.ReplaceAll(trained, "14", "15")),
		regexJSON(`"group"`, "0", strings.ReplaceAll(trained, `"x", 1`, `"x", 2`)),
		`{"pattern_hex": "ff", "flags": 0, "result_flags": 0, "groups": 0, "groupindex": [], "code": [1]}`,
		regexJSON(`"a(?P<x>.)"`, "0", trained),
	}, ",\n") + `],
	"sources": [` + strings.Join([]string{
		sourceJSON(`"import json"`, `"<string>"`, "exec", code),
		sourceJSON(`"import json"`, `"<string>"`, "exec", code),
		sourceJSON(`"import json"`, `"<other>"`, "exec", code),
		sourceJSON(`"import json"`, `"/tmp/x.py"`, "exec", string(moduleCode("/tmp/x.py"))),
		sourceJSON(`"import json"`, `"<string>"`, "func_type", code),
		sourceJSON(`"import re"`, `"<string>"`, "exec", "garbage"),
		sourceJSON(`"two"`, `"<string>"`, "exec", code),
		sourceJSON(`"two"`, `"<string>"`, "exec", other),
		sourceJSON(`"nul\u0000"`, `"<string>"`, "exec", code),
		sourceJSON(`""`, `""`, "eval", string(moduleCode(""))),
	}, ",\n") + `]`)
}

// builtWith builds the test program with a training record and opens the archive.
func builtWith(t *testing.T, text string) (dir string, f *image.File, m *manifest) {
	t.Helper()
	dir = program(t)
	if err := os.WriteFile(filepath.Join(dir, "train"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := archiver(dir, buildArgs("--training=DIR/train")...); status != 0 {
		t.Fatal(stderr)
	}
	f, err := image.Open(readFile(t, dir, "app.pycds"))
	if err != nil {
		t.Fatal(err)
	}
	if m, err = readManifest(filepath.Join(dir, "app.json")); err != nil {
		t.Fatal(err)
	}
	return dir, f, m
}

// inOrder returns the names of the modules with objects, in the order of these.
func inOrder(f *image.File) []string {
	mods := slices.DeleteFunc(slices.Clone(f.Modules), func(m image.FileModule) bool { return m.Code == 0 })
	slices.SortFunc(mods, func(a, b image.FileModule) int { return int(a.Bind) - int(b.Bind) })
	var names []string
	for _, m := range mods {
		names = append(names, m.NameText)
	}
	return names
}

func TestTraining(t *testing.T) {
	dir, f, m := builtWith(t, trainedRecord())
	var have []string
	for _, x := range f.Regexes {
		have = append(have, fmt.Sprintf("%q %t %d %v", x.Text, x.Bytes, x.Flags, x.Names))
	}
	want := []string{`"b(?P<x>.)" false 2 [{x 1}]`, `"\xff" true 0 []`, `"a(?P<x>.)" false 0 [{x 1}]`}
	if !slices.Equal(have, want) {
		t.Errorf("regular expressions: %q, want %q", have, want)
	}
	have = nil
	for _, s := range f.Sources {
		have = append(have, fmt.Sprintf("%q %q %d %s", s.Text, s.Filename, s.Mode, s.Module))
	}
	want = []string{`"import json" "<string>" 1 <generated 0>`, `"" "" 2 <generated 1>`}
	if !slices.Equal(have, want) {
		t.Errorf("sources: %q, want %q", have, want)
	}
	have, want = inOrder(f), []string{"re", "lib", "app", "json", "lib.x", "<generated 0>", "<generated 1>"}
	if !slices.Equal(have, want) {
		t.Errorf("order is %q, want %q", have, want)
	}

	have = nil
	for _, d := range m.Dropped {
		have = append(have, fmt.Sprintf("%s %d %s: %s", d.Kind, d.Number, d.Text, d.Reason))
	}
	want = []string{
		`regex 1 : the pattern has lone surrogates`,
		`regex 3 debug: flags are 0x80 and 0x20, want neither LOCALE nor DEBUG`,
		`regex 4 wide: flags is 4294967296, want 32 bits`,
		`regex 5 two: compiled to different results`,
		`regex 7 group: group 2 is named "x", want 1 to 1 and each name once, in UTF-8`,
		`source 2 import json: the code has co_filename "<string>", want "<other>"`,
		`source 3 import json: the filename is an absolute path, which differs between machines`,
		`source 4 import json: the mode is "func_type"`,
		`source 5 import re: `,
		`source 6 two: compiled to different results`,
		"source 8 nul\x00: source is not UTF-8 without NUL",
	}
	if !slices.EqualFunc(have, want, strings.HasPrefix) {
		t.Errorf("dropped:\n%s\nwant:\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
	}
	if c := m.Counts; c.Regexes != 3 || c.Sources != 2 || c.Dropped != len(want) || c.Modules != 5 {
		t.Errorf("counts are %+v", c)
	}

	for _, args := range [][]string{{"verify", "DIR/app.pycds"}, verifyArgs("--training=DIR/train", "DIR/app.pycds")} {
		if status, _, stderr := archiver(dir, args...); status != 0 {
			t.Errorf("%v: %s", args, stderr)
		}
	}
	if status, _, stderr := archiver(dir, verifyArgs("DIR/app.pycds")...); status != 1 {
		t.Errorf("verify without the training is good: %s", stderr)
	}
	_, stdout, _ := archiver(dir, "dump", "--manifest=DIR/app.json", "DIR/app.pycds")
	for _, text := range []string{"5 memos\n", "  regex bytes ", "  source eval ", "dropped 11 memos\n", "compiled to different results"} {
		if !strings.Contains(stdout, text) {
			t.Errorf("no %q in:\n%s", text, stdout)
		}
	}
}

// TestTrainedMissing checks that names that a run looked for in vain are known to be missing,
// if nothing has them.
func TestTrainedMissing(t *testing.T) {
	trained := strings.Replace(record(""), `"missing": []`, `"missing": ["bottleneck", "json", "lib.fast", "lib.faster", "lib.x", "os", "simplejson"]`, 1)
	for _, tt := range []struct {
		text string
		want []string
	}{
		{record(""), []string{"simplejson"}}, // what code imports
		{trained, []string{"bottleneck", "lib.faster", "simplejson"}},
		{strings.Replace(trained, `"failure": null`, `"failure": "it ended"`, 1), []string{"simplejson"}},
	} {
		_, f, m := builtWith(t, tt.text)
		var have []string
		for _, mod := range f.Modules {
			if mod.Kind == image.ModuleMissing {
				have = append(have, mod.NameText)
			}
		}
		if !slices.Equal(have, tt.want) || m.Counts.Missing != len(tt.want) {
			t.Errorf("missing are %q, in the manifest %d, want %q", have, m.Counts.Missing, tt.want)
		}
	}
}

func TestFailedTraining(t *testing.T) {
	failed := strings.Replace(trainedRecord(), `"failure": null, "warnings": []`, `"failure": "ImportError: no x", "warnings": ["slow"]`, 1)
	dir, f, m := builtWith(t, failed)
	if len(f.Regexes)+len(f.Sources) != 0 || m.Training.Failure != "ImportError: no x" || m.Training.Warnings[0] != "slow" {
		t.Errorf("%d %d %+v", len(f.Regexes), len(f.Sources), m.Training)
	}
	with := readFile(t, dir, "app.pycds")
	if status, _, stderr := archiver(dir, buildArgs()...); status != 0 {
		t.Fatal(stderr)
	}
	if string(with) != string(readFile(t, dir, "app.pycds")) {
		t.Error("a failed training changes the archive")
	}
}

func TestTrainingErrors(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", "//app:main: DIR/train: not a training record: EOF; run the training again"},
		{record(`, "format": 3`), "//app:main: DIR/train: not a training record: format is 3, want 1"},
		{strings.Replace(record(""), `, "missing": []`, "", 1), "//app:main: DIR/train: not a training record: the list missing is not there"},
		{strings.Replace(record(""), "3.13.1", "3.13.2", 1),
			`//app:main: training record DIR/train was made by CPython "3.13.2 (main) [GCC]", toolchain has "3.13.1 (main) [GCC]"`},
	} {
		dir := program(t)
		if err := os.WriteFile(filepath.Join(dir, "train"), []byte(tt.text), 0o644); err != nil {
			t.Fatal(err)
		}
		status, _, stderr := archiver(dir, buildArgs("--training=DIR/train")...)
		if status != 1 || !strings.HasPrefix(stderr, "archiver: "+tt.want) {
			t.Errorf("status %d, stderr %q, want %q", status, stderr, tt.want)
		}
	}
}
