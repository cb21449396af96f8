package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// built is a program with its archive.
func built(t *testing.T) string {
	t.Helper()
	dir := program(t)
	if status, _, stderr := archiver(dir, buildArgs()...); status != 0 {
		t.Fatal(stderr)
	}
	return dir
}

// verifyArgs returns the command line that verifies it against its sources.
func verifyArgs(more ...string) []string {
	args := []string{"verify"}
	for _, a := range buildArgs()[1:] {
		if !strings.HasPrefix(a, "--output") && !strings.HasPrefix(a, "--manifest") {
			args = append(args, a)
		}
	}
	return append(args, more...)
}

func TestVerify(t *testing.T) {
	dir := built(t)
	for _, args := range [][]string{
		{"verify", "DIR/app.pycds"},
		{"verify", "--stamp", "DIR/stamp", "DIR/app.pycds"},
		verifyArgs("DIR/app.pycds"),
	} {
		if status, stdout, stderr := archiver(dir, args...); status != 0 || stdout != "" || stderr != "" {
			t.Errorf("%v: status %d, stdout %q, stderr %q", args, status, stdout, stderr)
		}
	}
	if len(readFile(t, dir, "stamp")) != 0 {
		t.Error("stamp is not empty")
	}
}

func TestVerifyErrors(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(archive []byte) []byte
		args   []string
		status int
		want   string
	}{
		{"absent", nil, []string{"verify", "DIR/absent"}, 1, "open DIR/absent: no such file or directory"},
		{"no archive given", nil, []string{"verify"}, 2, "verify: want ARCHIVE after the flags"},
		{"two archives", nil, []string{"verify", "a", "b"}, 2, `verify: unexpected argument "b"`},
		{"empty", func([]byte) []byte { return nil }, nil, 1, "DIR/app.pycds: bad archive at offset 0x0: "},
		{"cut short", func(b []byte) []byte { return b[:len(b)-1] }, nil, 1, "DIR/app.pycds: bad archive at offset "},
		{"last byte", func(b []byte) []byte { b[len(b)-1] ^= 1; return b }, nil, 1, "DIR/app.pycds: bad archive at offset "},
		{"header", func(b []byte) []byte { b[100] ^= 1; return b }, nil, 1, "DIR/app.pycds: bad archive at offset "},
		{"bundles without abi", nil, []string{"verify", "--bundle=DIR/app", "DIR/app.pycds"}, 2, "verify: want --abi"},
		{"training without abi", nil, []string{"verify", "--training=DIR/train", "DIR/app.pycds"}, 2, "verify: want --abi"},
		{"other sources", nil, verifyArgs("--bundle=DIR/more", "DIR/app.pycds"), 1, "//app:main: DIR/app.pycds: archive lacks module extra"},
		{"other optimize", nil, verifyArgs("--optimize=1", "DIR/app.pycds"), 1, `//app:main: module "app": compiled with optimize 0`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := built(t)
			more := makeBundle(t, header313, source{path: "_main/extra.py"})
			if err := os.WriteFile(filepath.Join(dir, "more"), more, 0o644); err != nil {
				t.Fatal(err)
			}
			if tt.change != nil {
				archive := tt.change(readFile(t, dir, "app.pycds"))
				if err := os.WriteFile(filepath.Join(dir, "app.pycds"), archive, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			args := tt.args
			if args == nil {
				args = []string{"verify", "--stamp=DIR/stamp", "DIR/app.pycds"}
			}
			status, stdout, stderr := archiver(dir, args...)
			if status != tt.status || stdout != "" || !strings.HasPrefix(stderr, "archiver: "+tt.want) {
				t.Errorf("status %d, stdout %q, stderr %q, want %q", status, stdout, stderr, tt.want)
			}
			if _, err := os.Stat(filepath.Join(dir, "stamp")); err == nil {
				t.Error("a stamp was written")
			}
		})
	}
}

func TestDump(t *testing.T) {
	dir := built(t)
	status, stdout, stderr := archiver(dir, "dump", "--manifest=DIR/app.json", "DIR/app.pycds")
	if status != 0 || stderr != "" {
		t.Fatalf("status %d, stderr %q", status, stderr)
	}
	for _, want := range []string{
		"8 modules", "  module lib.x ", "  missing simplejson\n", "  extension _json stdlib:\"lib-dynload/_json.so\"\n", "  main app\n",
		"skipped 2 files\n  runfiles  _main/bad.name.py  no import can name it",
		"shadowed 1 files\n  lib~1/lib/fast.py  as lib.fast  by lib~1/lib/fast.abi3.so\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in:\n%s", want, stdout)
		}
	}
	plain := stdout[:strings.Index(stdout, "\nskipped")]
	if _, stdout, _ := archiver(dir, "dump", "DIR/app.pycds"); stdout != plain {
		t.Errorf("without manifest:\n%s\nwant:\n%s", stdout, plain)
	}
	if _, stdout, _ := archiver(dir, "dump", "--strings", "--slots", "DIR/app.pycds"); len(stdout) <= len(plain) {
		t.Errorf("--strings --slots print no more:\n%s", stdout)
	}
}

func TestDumpErrors(t *testing.T) {
	dir := built(t)
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"dump", "DIR/absent"}, "open DIR/absent: no such file"},
		{[]string{"dump", "DIR/app.json"}, "DIR/app.json: bad archive at offset 0x0: "},
		{[]string{"dump", "--manifest=DIR/absent", "DIR/app.pycds"}, "open DIR/absent: no such file"},
		{[]string{"dump", "--manifest=DIR/app.pycds", "DIR/app.pycds"}, "DIR/app.pycds: not a manifest: "},
	} {
		if status, _, stderr := archiver(dir, tt.args...); status != 1 || !strings.HasPrefix(stderr, "archiver: "+tt.want) {
			t.Errorf("%v: status %d, stderr %q, want %q", tt.args, status, stderr, tt.want)
		}
	}
}
