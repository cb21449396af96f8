package bundle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

const (
	header = `{"magic": 3627, "hexversion": 51250928, "optimize": 0, "cache_tag": "cpython-314"}`
	good   = `{"path": "_main/a.py", "size": 5, "sha256": "00ff", "error": null, "code_size": 4}`
	bad    = `{"path": "_main/b.py", "size": 7, "sha256": "01", "error": {"type": "SyntaxError", "msg": "invalid syntax", "line": 3, "offset": 4, "text": "def \ud800("}, "code_size": 0}`
)

func sized(json string) string {
	return string(binary.LittleEndian.AppendUint32(nil, uint32(len(json)))) + json
}

var sample = Magic + sized(header) + sized(good) + "code" + sized(bad) + "\x00\x00\x00\x00"

func TestReadAll(t *testing.T) {
	for _, r := range []io.Reader{strings.NewReader(sample), iotest.OneByteReader(strings.NewReader(sample))} {
		h, recs, err := ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if *h != (Header{3627, 0x030e06f0, 0, "cpython-314"}) {
			t.Errorf("header is %+v", *h)
		}
		if v, err := h.Version(); v != 14 || err != nil {
			t.Errorf("version is %v, %v", v, err)
		}
		if len(recs) != 2 {
			t.Fatalf("%d records, want 2", len(recs))
		}
		a, b := recs[0], recs[1]
		if a.Path != "_main/a.py" || a.Size != 5 || a.SHA256 != "00ff" || a.Error != nil || string(a.Code) != "code" {
			t.Errorf("first record is %+v", a)
		}
		if b.Path != "_main/b.py" || b.Error == nil || b.Error.Error() != "line 3: SyntaxError: invalid syntax" || b.Error.Offset != 4 || len(b.Code) != 0 {
			t.Errorf("second record is %+v", b)
		}
	}
}

func TestErrors(t *testing.T) {
	end := "\x00\x00\x00\x00"
	for _, c := range []struct{ data, want string }{
		{"", "offset 0: file ends after 0 of 17 bytes of magic line"},
		{strings.Replace(sample, "bytecode 1", "bytecode 2", 1), `offset 0: have "pycds-bytecode 2\n", want the magic line`},
		{Magic + end, "offset 17: have the end mark, want the header"},
		{Magic + sized("[]"), "offset 21: header: json: cannot unmarshal array"},
		{Magic + "\xff\xff\xff\xff", "offset 17: size of header is 4294967295, want at most"},
		{sample + "x", "have bytes after the end mark, want the end of the file"},
		{Magic + sized(header), "file ends after 0 of 4 bytes of size of record"},
		{Magic + sized(header) + sized(good) + "co", "file ends after 2 of 4 bytes of code of _main/a.py"},
		{Magic + sized(header) + sized(strings.Replace(good, "_main/a.py", "", 1)), "record has no path"},
		{Magic + sized(header) + sized(strings.Replace(good, `size": 4`, `size": 0`, 1)), "want either an error or code"},
		{Magic + sized(header) + sized(strings.Replace(bad, `size": 0`, `size": 4`, 1)), "want either an error or code"},
		{Magic + sized(header) + sized(strings.Replace(good, `size": 4`, `size": -1`, 1)), "code_size is -1, want 0 to"},
		{Magic + sized(header) + sized(strings.Replace(good, `size": 4`, `size": 1000000000`, 1)) + "code", "file ends after 4 of 1000000000 bytes"},
	} {
		_, _, err := ReadAll(strings.NewReader(c.data))
		var e *FormatError
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.80q:\n got %v\nwant %s", c.data, err, c.want)
		}
	}
	broken := errors.New("broken disk")
	if _, _, err := ReadAll(io.MultiReader(strings.NewReader(sample[:40]), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("a read error is reported as %v", err)
	}
}

// TestCut cuts the bundle everywhere.
func TestCut(t *testing.T) {
	for n := range len(sample) {
		if _, _, err := ReadAll(strings.NewReader(sample[:n])); err == nil {
			t.Errorf("%d of %d bytes: no error", n, len(sample))
		}
	}
}

// TestCompileTool reads what tools/compiler/compile.py writes.
func TestCompileTool(t *testing.T) {
	list := filepath.SplitList(os.Getenv("PYCDS_TEST_PYTHONS"))
	if len(list) == 0 {
		t.Skip("PYCDS_TEST_PYTHONS is not set: set it to the paths of CPython 3.11 to 3.15, separated by colons")
	}
	for _, interpreter := range list {
		dir := t.TempDir()
		files := map[string]string{
			"good.py": "x = 1\n",
			"bad.py":  "def (:\n",
			"params":  "--output=" + dir + "/out\n--optimize\n1\n--lenient\n" + dir + "/good.py\t_main/good.py\n" + dir + "/bad.py\t_main/bäd.py\n",
		}
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command(interpreter, "-S", "-s", "-P", "-B", "../../../compiler/compile.py", "@"+filepath.Join(dir, "params"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", interpreter, err, out)
		}
		data, err := os.ReadFile(filepath.Join(dir, "out"))
		if err != nil {
			t.Fatal(err)
		}
		h, recs, err := ReadAll(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		v, err := h.Version()
		if err != nil || h.Optimize != 1 || byte(h.Hexversion>>16) != byte(v) {
			t.Errorf("%s: header is %+v, version %v, %v", interpreter, *h, v, err)
		}
		if len(recs) != 2 || len(recs[0].Code) == 0 || recs[0].Size != 6 || recs[1].Path != "_main/bäd.py" ||
			recs[1].Error == nil || recs[1].Error.Line != 1 || recs[1].Error.Text != "def (:" {
			t.Errorf("%s: records are %+v", interpreter, recs)
		}
	}
}

func FuzzReadAll(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(Magic + sized(header)))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _, err := ReadAll(bytes.NewReader(data))
		var e *FormatError
		if err != nil && (!errors.As(err, &e) || e.Offset < 0 || e.Offset > int64(len(data))) {
			t.Fatalf("error without a place in the data: %v", err)
		}
	})
}
