package layout

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// An object is a line of testdata/objects.py.
type object struct {
	Kind     string
	Memory   string
	Value    json.RawMessage
	Points   []rune
	Length   int
	Name     string
	Bytecode string
	Kinds    string
	Flags    uint32
	Numbers  []int32
}

// TestLive compares objects of live interpreters with what this package writes,
// byte for byte but for pointers, reference counts and hashes. PYCDS_TEST_PYTHONS
// is the interpreters, separated by colons.
func TestLive(t *testing.T) {
	list := filepath.SplitList(os.Getenv("PYCDS_TEST_PYTHONS"))
	if len(list) == 0 {
		t.Skip("PYCDS_TEST_PYTHONS is not set: set it to the paths of CPython 3.11 to 3.15, separated by colons")
	}
	for _, python := range list {
		out := python3(t, python, "-c", "import sys; print(*sys.version_info[1:3], sys._stdlib_dir)")
		var minor, micro int
		var dir string
		if _, err := fmt.Sscan(out, &minor, &micro, &dir); err != nil {
			t.Fatal(err)
		}
		t.Run(fmt.Sprintf("3.%d.%d", minor, micro), func(t *testing.T) {
			l, err := For(minor, micro)
			if err != nil {
				t.Fatal(err)
			}
			compareLive(t, l, python, dir)
		})
	}
}

func python3(t *testing.T, python string, args ...string) string {
	t.Helper()
	cmd := exec.Command(python, append([]string{"-S", "-E"}, args...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", python, err, errs.String())
	}
	return out.String()
}

func compareLive(t *testing.T, l *Layout, python, dir string) {
	files := []string{}
	for _, name := range []string{"typing", "dataclasses", "argparse", "ast", "enum", "inspect", "asyncio/tasks", "contextlib", "statistics", "pickle"} {
		files = append(files, filepath.Join(dir, name+".py"))
	}
	slots := fmt.Sprintf(`{"kinds": %d, "bytecode": %d}`, l.Code.LocalsPlusKinds, l.Code.Bytecode)
	out := python3(t, python, append([]string{"testdata/objects.py", slots}, files...)...)
	counts := map[string]int{}
	in := bufio.NewScanner(strings.NewReader(out))
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		var o object
		if err := json.Unmarshal(in.Bytes(), &o); err != nil {
			t.Fatal(err)
		}
		counts[o.Kind]++
		if o.Kind == "gc" {
			if o.Length != 1<<0|1<<1 {
				t.Errorf("types with a GC head: %#b, want tuple and slice", o.Length)
			}
			continue
		}
		have, skip := write(t, l, &o)
		want, err := hex.DecodeString(o.Memory)
		if err != nil {
			t.Fatal(err)
		}
		if len(have) != len(want) {
			t.Errorf("%s %s has %d bytes, live %d", o.Kind, o.Name, len(have), len(want))
			continue
		}
		// ob_refcnt and ob_type.
		skip = append(skip, [2]int{0, 16})
		for _, s := range skip {
			clear(have[s[0]:s[1]])
			clear(want[s[0]:s[1]])
		}
		for i := range want {
			if have[i] != want[i] {
				t.Errorf("%s %s %s: byte %d is %#02x, live %#02x\n%x\n%x", o.Kind, o.Name, o.Value, i, have[i], want[i], have, want)
				break
			}
		}
	}
	t.Log(counts)
	if counts["code"] < 500 || counts["gc"] != 1 {
		t.Errorf("too few objects compared: %v", counts)
	}
}

// write returns the object that l writes, and what of it cannot be compared.
func write(t *testing.T, l *Layout, o *object) (b []byte, skip [][2]int) {
	text := func(s string) string {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	pointers := func(offsets ...int) {
		for _, at := range offsets {
			skip = append(skip, [2]int{at, at + 8})
		}
	}
	switch o.Kind {
	case "int":
		v, _ := new(big.Int).SetString(strings.Trim(string(o.Value), `"`), 10)
		small, value := int64(0), v
		if v.IsInt64() {
			small, value = v.Int64(), nil
		}
		b = make([]byte, l.IntSize(small, value))
		l.PutInt(b, small, value)
		s, big, n, err := l.ReadInt(b)
		if err != nil || s != small || n != len(b) || (big == nil) != (value == nil) || big != nil && big.Cmp(v) != 0 {
			t.Errorf("int %v is read as %d %v: %v", v, s, big, err)
		}
	case "float":
		var bits uint64
		if err := json.Unmarshal(o.Value, &bits); err != nil {
			t.Fatal(err)
		}
		b = make([]byte, FloatSize)
		l.PutFloat(b, bits)
	case "complex":
		b = make([]byte, ComplexSize)
		l.PutComplex(b, 1<<63, 0x4004000000000000)
	case "bytes":
		data := text(strings.Trim(string(o.Value), `"`))
		b = make([]byte, l.BytesSize(len(data)))
		l.PutBytes(b, data)
		if s, n, err := l.ReadBytes(b); err != nil || s != data || n != len(b) {
			t.Errorf("bytes %q is read as %q: %v", data, s, err)
		}
	case "str":
		var top rune
		for _, r := range o.Points {
			top = max(top, r)
		}
		b = make([]byte, l.StrSize(len(o.Points), top))
		if top < 128 {
			l.PutASCII(b, string(o.Points))
		} else {
			l.PutStr(b, o.Points, top)
		}
		s, points, ascii, n, err := l.ReadStr(b)
		if ascii {
			points = []rune(s)
		}
		if err != nil || string(points) != string(o.Points) || n != len(b) || ascii != (top < 128) {
			t.Errorf("str %q is read as %q: %v", o.Points, points, err)
		}
		// Live strings are not statically allocated. A wide one of 3.11 shares
		// its characters as wchar_t with wstr, where an image has NULL.
		if l.StrState&strStatically != 0 && l.Minor > 11 {
			b[strState] &^= strStatically
		}
		if l.Minor == 11 && top > 0xffff {
			pointers(40, 64)
		}
		// The state's bits are in its first byte; CPython does not set the rest.
		skip = append(skip, [2]int{strState + 1, strState + 8})
	case "tuple":
		b = make([]byte, l.TupleSize(o.Length))
		l.PutTuple(b, o.Length)
		for i := range o.Length {
			pointers(l.TupleItems + 8*i)
		}
	case "slice":
		b = make([]byte, SliceSize)
		l.PutSlice(b)
		pointers(SliceSlots[:]...)
	case "code":
		f := CodeFields{
			ArgCount: o.Numbers[0], PosOnlyArgCount: o.Numbers[1], KwOnlyArgCount: o.Numbers[2],
			StackSize: o.Numbers[3], FirstLineno: o.Numbers[4], Flags: o.Flags,
			Kinds: text(o.Kinds), Bytecode: []byte(text(o.Bytecode)),
		}
		b = make([]byte, l.CodeSize(len(f.Bytecode)))
		l.PutCode(b, &f)
		g, n, err := l.ReadCode(b)
		if err != nil || n != len(b) || !bytes.Equal(g.Bytecode, f.Bytecode) || g.StackSize != f.StackSize || g.Flags != f.Flags {
			t.Errorf("code %s is read as %+v: %v", o.Name, g, err)
		}
		slots := l.CodeSlots()
		pointers(slots[:]...)
		c := &l.Code
		if c.Version != 0 {
			skip = append(skip, [2]int{c.Version, c.Version + 4})
		}
		// co_code was asked for, so that a live code object has it cached; the
		// fields in question are pointers that are NULL in an image.
		pointers(cachedCode(l))
		if l.Minor >= 14 {
			pointers(184) // _co_unique_id is not set in builds with the GIL
		}
		// Padding after _co_firsttraceable.
		skip = append(skip, [2]int{c.FirstTraceable + 4, c.FirstTraceable + 8})
	default:
		t.Fatalf("unknown kind %s", o.Kind)
	}
	return b, skip
}

// cachedCode is the offset of _co_code (3.11) or _co_cached.
func cachedCode(l *Layout) int {
	switch l.Minor {
	case 11, 12:
		return 152
	}
	return 160
}
