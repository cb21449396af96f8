package abi

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// good is a small but valid abi.json.
const good = `{
 "version": [3, 14, 6, "final", 0],
 "hexversion": 51250928,
 "sys_version": "3.14.6 (main) [GCC]",
 "pyc_magic": 168627755,
 "cache_tag": "cpython-314",
 "pointer_size": 8,
 "abi_flags": "",
 "ext_suffixes": [".cpython-314-x86_64-linux-gnu.so", ".abi3.so", ".so"],
 "frozen": ["abc", "os"],
 "start": ["os"],
 "builtin": ["_imp", "sys"],
 "pie": false,
 "small_int_min": -5,
 "small_int_max": 256,
 "symbols": {"none": 4096, "small_int:-5": 4104, "latin1:97": 4112},
 "strings": {"__init__": 8192, "<module>": 8256}
}`

func TestRead(t *testing.T) {
	a, err := Read(strings.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := a.Version, (Version{3, 14, 6, "final", 0}); got != want {
		t.Errorf("Version = %v, want %v", got, want)
	}
	if got, want := a.PyVersion(), uint32(0x030e0000); got != want {
		t.Errorf("PyVersion() = %#x, want %#x", got, want)
	}
	if got, want := MagicNumber(a.PycMagic), 3627; got != want {
		t.Errorf("MagicNumber = %d, want %d", got, want)
	}
	if a.FreeThreaded() || a.Debug() || a.ExactBuild() {
		t.Errorf("flags of %+v: want none", a)
	}
	if got := a.Symbol("small_int:-5"); got != 4104 {
		t.Errorf("Symbol(small_int:-5) = %d, want 4104", got)
	}
	if got := a.Symbol("true"); got != 0 {
		t.Errorf("Symbol(true) = %d, want 0", got)
	}
	if got := a.Strings["<module>"]; got != 8256 {
		t.Errorf("Strings[<module>] = %d, want 8256", got)
	}
	for n, want := range map[int64]bool{-6: false, -5: true, 256: true, 257: false} {
		if got := a.SmallInt(n); got != want {
			t.Errorf("SmallInt(%d) = %v, want %v", n, got, want)
		}
	}
}

func TestFlags(t *testing.T) {
	text := strings.Replace(good, `"abi_flags": ""`, `"abi_flags": "td"`, 1)
	text = strings.Replace(text, `"final", 0`, `"beta", 2`, 1)
	a, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if !a.FreeThreaded() || !a.Debug() || !a.ExactBuild() {
		t.Errorf("FreeThreaded, Debug, ExactBuild = %v, %v, %v, want all", a.FreeThreaded(), a.Debug(), a.ExactBuild())
	}
	if got, want := a.Version.String(), "3.14.6b2"; got != want {
		t.Errorf("Version.String() = %q, want %q", got, want)
	}
}

func TestReadErrors(t *testing.T) {
	for _, tt := range []struct{ old, new, want string }{
		{`[3, 14, 6, "final", 0]`, `[3, 14]`, "version: 2 elements, want 5"},
		{`[3, 14, 6, "final", 0]`, `[3, 10, 6, "final", 0]`, "version is 3.10.6, want CPython 3.11 or later"},
		{`"final"`, `"rolling"`, `release level is "rolling"`},
		{`51250928`, `50000000`, "hexversion is 0x02faf080, want 0x030e0000"},
		{`"sys_version"`, `"sys_verzion"`, `unknown field "sys_verzion"`},
		{`"3.14.6 (main) [GCC]"`, `""`, "sys_version is empty"},
		{`168627755`, `3627`, "pyc_magic is 0x00000e2b, want 0x0a0d"},
		{`"cpython-314"`, `""`, "cache_tag is empty"},
		{`"pointer_size": 8`, `"pointer_size": 4`, "pointer_size is 4, want 8"},
		{`"abi_flags": ""`, `"abi_flags": "m"`, `abi_flags is "m"`},
		{`".abi3.so"`, `"abi3.so"`, `"abi3.so" does not start with a dot`},
		{`["abc", "os"]`, `["os", "abc"]`, `frozen[1]: "abc" is not after "os"`},
		{`["os"]`, `["os", "abc"]`, `start[1] is "abc", want a name of frozen`},
		{`["os"]`, `["io"]`, `start[0] is "io", want a name of frozen`},
		{`["_imp", "sys"]`, `[]`, "builtin is empty"},
		{`["_imp", "sys"]`, `["", "sys"]`, "builtin[0] is empty"},
		{`"small_int_max": 256`, `"small_int_max": 0`, "small ints are -5 to 0"},
		{`"none"`, `"nothing"`, `unknown symbol "nothing"`},
		{`"small_int:-5"`, `"small_int:-6"`, `symbol "small_int:-6": want a number from -5 to 256`},
		{`"small_int:-5"`, `"small_int:05"`, `symbol "small_int:05": want a number`},
		{`"latin1:97"`, `"latin1:256"`, `symbol "latin1:256": want a number from 0 to 255`},
		{`4096`, `0`, `symbol "none" has address 0`},
		{`4096`, `4097`, `symbol "none" has address 0x1001, want a multiple of 8`},
		{`4096`, `4104`, `symbol "none" and symbol "small_int:-5" have the same address 0x1008`},
		{`"pie": false`, `"pie": true`, `pie is true, but symbol "latin1:97"`},
		{`"symbols": {"none": 4096, "small_int:-5": 4104, "latin1:97": 4112}`, `"symbols": null`, "symbols is missing"},
		{`{"__init__": 8192, "<module>": 8256}`, `null`, "strings is missing"},
		{`"__init__"`, `""`, `string "" has fewer than two characters`},
		{`"__init__"`, `"a"`, `string "a" has fewer than two characters`},
		{`"__init__"`, `"caf\u00e9"`, `string "café" is not ASCII`},
		{`8192`, `0`, `string "__init__" has address 0`},
		{`8192`, `8196`, `string "__init__" has address 0x2004, want a multiple of 8`},
		{`8192`, `8256`, `string "<module>" and string "__init__" have the same address 0x2040`},
		{`8192`, `4096`, `symbol "none" and string "__init__" have the same address 0x1000`},
		{`8256}`, `8256`, "not an abi.json"},
		{"8256}\n}", "8256}\n} {}", "text after the object"},
	} {
		text := strings.Replace(good, tt.old, tt.new, 1)
		if text == good {
			t.Fatalf("%q is not in the good text", tt.old)
		}
		_, err := Read(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s -> %s: error %v, want %q", tt.old, tt.new, err, tt.want)
		}
	}
}

func TestReadFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "abi.json")
	if _, err := ReadFile(name); !os.IsNotExist(err) {
		t.Errorf("absent file: error %v, want not exist", err)
	}
	if err := os.WriteFile(name, []byte("{}"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := ReadFile(name)
	if err == nil || !strings.HasPrefix(err.Error(), name+": ") || !strings.Contains(err.Error(), "probe.py") {
		t.Errorf("bad file: error %v, want its name and what to do", err)
	}
	if err := os.WriteFile(name, []byte(good), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(name); err != nil {
		t.Error(err)
	}
}

func TestVersionJSON(t *testing.T) {
	v := Version{3, 15, 0, "candidate", 1}
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if want := `[3,15,0,"candidate",1]`; string(data) != want {
		t.Errorf("Marshal = %s, want %s", data, want)
	}
	if want := "3.15.0rc1"; v.String() != want {
		t.Errorf("String() = %s, want %s", v, want)
	}
}
