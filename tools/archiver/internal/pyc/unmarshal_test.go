package pyc

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
)

// show returns an object as text: kinds and values, "=N" before an object that
// is referred to again as "@N".
func show(o *Object) string {
	s := shower{count: map[*Object]int{}, name: map[*Object]int{}}
	s.visit(o)
	return s.text(o)
}

type shower struct {
	count, name map[*Object]int
}

func (s *shower) visit(o *Object) {
	s.count[o]++
	if s.count[o] == 1 {
		for _, item := range o.Items {
			s.visit(item)
		}
	}
}

func (s *shower) text(o *Object) string {
	if n, ok := s.name[o]; ok {
		return fmt.Sprintf("@%d", n)
	}
	prefix := ""
	if s.count[o] > 1 {
		s.name[o] = len(s.name)
		prefix = fmt.Sprintf("=%d ", s.name[o])
	}
	switch o.Kind {
	case Int:
		if o.Big != nil {
			return prefix + "big " + o.Big.String()
		}
		return prefix + fmt.Sprint("int ", o.Small)
	case Float:
		return prefix + fmt.Sprint("float ", math.Float64frombits(o.Real))
	case Complex:
		return prefix + fmt.Sprint("complex ", math.Float64frombits(o.Real), " ", math.Float64frombits(o.Imag))
	case Bytes:
		return prefix + fmt.Sprintf("bytes %q", o.Text)
	case Str:
		kind := "str"
		if o.Interned {
			kind += " interned"
		}
		if o.ASCII {
			kind += " ascii"
		}
		return prefix + fmt.Sprintf("%s %+q", kind, CodePoints(o.Text))
	case CodeKind:
		return prefix + "code " + o.Code.Qualname.Text
	}
	if o.Items == nil {
		return prefix + o.Kind.String()
	}
	var parts []string
	for _, item := range o.Items {
		parts = append(parts, s.text(item))
	}
	return prefix + o.Kind.String() + "(" + strings.Join(parts, ", ") + ")"
}

// code is the marshal data of a small code object, f(x) with the constants None
// and 1, without references.
const code = "c" +
	"\x01\x00\x00\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00" + // argcount, posonlyargcount, kwonlyargcount
	"\x02\x00\x00\x00" + "\x03\x00\x00\x00" + // stacksize, flags
	"s\x04\x00\x00\x00\x97\x00\x53\x00" + // code
	")\x02Ni\x01\x00\x00\x00" + // consts
	")\x01Z\x04name" + // names
	")\x01Z\x01x" + "s\x01\x00\x00\x00\x26" + // localsplusnames, localspluskinds
	"z\x04f.py" + "Z\x01f" + "z\x03C.f" + // filename, name, qualname
	"\x07\x00\x00\x00" + // firstlineno
	"s\x02\x00\x00\x00\x80\x00" + "s\x00\x00\x00\x00" // linetable, exceptiontable

// samples are well-formed data and what they are. They seed the fuzz test, too.
var samples = []struct {
	data string
	want string
}{
	{"N", "None"},
	{"T", "True"},
	{"F", "False"},
	{".", "Ellipsis"},
	{"S", "StopIteration"},
	{"i\x00\x00\x00\x00", "int 0"},
	{"i\xff\xff\xff\xff", "int -1"},
	{"i\xff\xff\xff\x7f", "int 2147483647"},
	{"I\x00\x00\x00\x00\x00\x00\x00\x80", "int -9223372036854775808"},
	{"l\x00\x00\x00\x00", "int 0"},
	{"l\x01\x00\x00\x00\x05\x00", "int 5"},
	{"l\xff\xff\xff\xff\x05\x00", "int -5"},
	{"l\x03\x00\x00\x00\x01\x00\x00\x00\x02\x00", "int 2147483649"},
	{"l\x05\x00\x00\x00\xff\x7f\xff\x7f\xff\x7f\xff\x7f\x07\x00", "int 9223372036854775807"},
	{"l\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x08\x00", "big 9223372036854775808"},
	{"l\xfb\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00\x08\x00", "int -9223372036854775808"},
	{"l\xfb\xff\xff\xff\x01\x00\x00\x00\x00\x00\x00\x00\x08\x00", "big -9223372036854775809"},
	{"g\x00\x00\x00\x00\x00\x00\xf8\x3f", "float 1.5"},
	{"g\x00\x00\x00\x00\x00\x00\x00\x80", "float -0"},
	{"y\x00\x00\x00\x00\x00\x00\xf0\x3f\x00\x00\x00\x00\x00\x00\x00\xc0", "complex 1 -2"},
	{"f\x031.5", "float 1.5"},
	{"f\x05-1e99", "float -1e+99"},
	{"f\x041e99", "float 1e+99"},
	{"f\x03inf", "float +Inf"},
	{"x\x011\x02-2", "complex 1 -2"},
	{"s\x03\x00\x00\x00a\x00\xff", `bytes "a\x00\xff"`},
	{"z\x00", `str ascii []`},
	{"z\x02ab", `str ascii ['a' 'b']`},
	{"Z\x02ab", `str interned ascii ['a' 'b']`},
	{"a\x01\x00\x00\x00a", `str ascii ['a']`},
	{"A\x01\x00\x00\x00a", `str interned ascii ['a']`},
	{"z\x01\xe9", `str ['\u00e9']`}, // CPython reads Latin-1, too
	{"u\x02\x00\x00\x00\xc3\xa9", `str ['\u00e9']`},
	{"t\x02\x00\x00\x00\xc3\xa9", `str interned ['\u00e9']`},
	{"u\x03\x00\x00\x00\xed\xa0\x80", fmt.Sprintf("str %+q", []rune{0xd800})},
	{"u\x06\x00\x00\x00\xed\xa0\xbd\xed\xb8\x80", fmt.Sprintf("str %+q", []rune{0xd83d, 0xde00})},
	{"u\x04\x00\x00\x00\xf0\x9f\x98\x80", `str ['\U0001f600']`},
	{"u\x03\x00\x00\x00\xef\xbf\xbd", `str ['\ufffd']`},
	{")\x00", "tuple"},
	{"(\x02\x00\x00\x00NT", "tuple(None, True)"},
	{")\x03\xe9\x01\x00\x00\x00r\x00\x00\x00\x00N", "tuple(=0 int 1, @0, None)"},
	{"\xa9\x02\xfa\x01ar\x01\x00\x00\x00", "tuple(=0 str ascii ['a'], @0)"},
	{"\xdb\x01\x00\x00\x00r\x00\x00\x00\x00", "=0 list(@0)"},
	{"[\x00\x00\x00\x00", "list"},
	{"<\x01\x00\x00\x00N", "set(None)"},
	{">\x02\x00\x00\x00NT", "frozenset(None, True)"},
	{"\xa8\x02\x00\x00\x00\xbe\x01\x00\x00\x00Nr\x01\x00\x00\x00", "tuple(=0 frozenset(None), @0)"},
	{"{NT0", "dict(None, True)"},
	{"{0", "dict"},
	{"}NT0", "frozendict(None, True)"},
	{":i\x01\x00\x00\x00NN", "slice(int 1, None, None)"},
	{")\x02\xba\xe9\x01\x00\x00\x00r\x01\x00\x00\x00Nr\x00\x00\x00\x00", "tuple(=0 slice(=1 int 1, @1, None), @0)"},
	{code, "code C.f"},
}

func TestUnmarshal(t *testing.T) {
	for _, s := range samples {
		d, err := new(Decoder).Unmarshal(V315, []byte(s.data))
		if err != nil {
			t.Errorf("%q: %v", s.data, err)
			continue
		}
		if got := show(d.Root); got != s.want {
			t.Errorf("%q:\n got %s\nwant %s", s.data, got, s.want)
		}
	}
}

func TestCodeFields(t *testing.T) {
	for v := V311; v <= V315; v++ {
		d, err := new(Decoder).UnmarshalCode(v, []byte(code))
		if err != nil {
			t.Fatal(err)
		}
		c := d.Root.Code
		got := fmt.Sprintf("%d %d %d %d %d %s %s %s %s %s %s %s %s %d %s %s",
			c.ArgCount, c.PosOnlyArgCount, c.KwOnlyArgCount, c.StackSize, c.Flags,
			hex.EncodeToString([]byte(c.Bytecode.Text)), show(c.Consts), show(c.Names),
			show(c.LocalsPlusNames), show(c.LocalsPlusKinds), c.Filename.Text, c.Name.Text,
			c.Qualname.Text, c.FirstLineno, show(c.LineTable), show(c.ExceptionTable))
		want := `1 0 0 2 3 97005300 tuple(None, int 1) tuple(str interned ascii ['n' 'a' 'm' 'e']) ` +
			`tuple(str interned ascii ['x']) bytes "&" f.py f C.f 7 bytes "\x80\x00" bytes ""`
		if got != want {
			t.Errorf("%v:\n got %s\nwant %s", v, got, want)
		}
	}
}

func TestUnmarshalErrors(t *testing.T) {
	edit := func(old, new string) string {
		if strings.Count(code, old) != 1 {
			t.Fatalf("%q is not once in the code", old)
		}
		return strings.Replace(code, old, new, 1)
	}
	for _, c := range []struct {
		v    Version
		data string
		want string
	}{
		{V314, "", "offset 0: data ends after 0 bytes, want 1 of object"},
		{V314, "NN", "offset 1: 1 bytes after the object, want the end"},
		{V314, "0", "offset 0: have the end mark '0', want object"},
		{V314, "?", "offset 0: type byte '?' is no type of CPython 3.14"},
		{V314, "}0", "offset 0: type byte '}' is no type of CPython 3.14"},
		{V313, ":NNN", "offset 0: type byte ':' is no type of CPython 3.13"},
		{V314, "i\x01\x02", "offset 1: data ends after 2 bytes, want 4 of int"},
		{V314, "s\x05\x00\x00\x00ab", "offset 1: length of bytes is 5, 2 can be in the rest of the data"},
		{V314, "s\xff\xff\xff\xff", "offset 1: length of bytes is -1, want 0 or more"},
		{V314, "(\xff\xff\xff\x7f", "offset 1: length of tuple is 2147483647, 0 can be"},
		{V314, "(\x02\x00\x00\x00(\x01\x00\x00\x00N", "offset 6: length of tuple is 1, 0 can be"},
		{V314, "l\x00\x00\x00\x80", "offset 1: length of int is 2147483648, 0 can be"},
		{V314, "l\x01\x00\x00\x00\x00\x80", "offset 5: digit of int is 0x8000, want at most 0x7fff"},
		{V314, "l\x01\x00\x00\x00\x00\x00", "offset 5: highest digit of int is 0"},
		{V314, "f\x031_5", `offset 1: "1_5" is not a float`},
		{V314, "f\x030x1", `offset 1: "0x1" is not a float`},
		{V314, "f\x01q", `offset 1: "q" is not a float`},
		{V314, "u\x02\x00\x00\x00a\xff", "offset 6: byte 0xff is not UTF-8"},
		{V314, "u\x02\x00\x00\x00\xc0\x80", "offset 5: byte 0xc0 is not UTF-8"},
		{V314, "u\x02\x00\x00\x00\xed\xa0", "offset 5: byte 0xed is not UTF-8"},
		{V314, "r\x00\x00\x00\x00", "offset 0: reference 0, want 0 to -1"},
		{V314, "\xbe\x01\x00\x00\x00r\x00\x00\x00\x00", "offset 5: reference 0 is to an object that is not complete"},
		{V314, "\xbar\x00\x00\x00\x00NN", "offset 1: reference 0 is to an object that is not complete"},
		{V314, ")\x010", "offset 2: have the end mark '0', want item of tuple"},
		{V314, "{N0", "offset 2: have the end mark '0', want value of dict"},
		{V314, strings.Repeat(")\x01", 3000) + "N", "offset 4000: objects nested deeper than 2000"},
		{V314, edit("s\x04\x00\x00\x00\x97\x00\x53\x00", "s\x03\x00\x00\x00\x97\x00\x53"), "co_code has 3 bytes"},
		{V314, edit(")\x01Z\x04name", ")\x01N"), "co_names[0] is not a str"},
		{V314, edit("s\x01\x00\x00\x00\x26", "s\x00\x00\x00\x00"), "co_localspluskinds has 0 bytes, co_localsplusnames 1 items"},
		{V314, edit("s\x01\x00\x00\x00\x26", "s\x01\x00\x00\x00\x80"), "0 local variables for 1 arguments"},
		{V314, edit("Z\x01f", "N"), "co_name is None, want str"},
		{V314, edit("c\x01", "c\xff"), "offset 0: 1 local variables for 255 arguments"},
		{V314, edit("c\x01\x00\x00\x00", "c\xff\xff\xff\xff"), "offset 1: co_argcount is -1, want 0 or more"},
	} {
		_, err := new(Decoder).Unmarshal(c.v, []byte(c.data))
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q:\n got %v\nwant %s", c.data, err, c.want)
		}
	}
	if _, err := new(Decoder).Unmarshal(10, []byte("N")); err == nil {
		t.Error("data of CPython 3.10: no error")
	}
	if _, err := new(Decoder).UnmarshalCode(V314, []byte("N")); err == nil {
		t.Error("None for a code object: no error")
	}
}

// TestCut cuts a well-formed code object everywhere.
func TestCut(t *testing.T) {
	for n := range len(code) {
		if _, err := new(Decoder).Unmarshal(V314, []byte(code[:n])); err == nil {
			t.Errorf("%d of %d bytes: no error", n, len(code))
		}
	}
}

func TestCodePoints(t *testing.T) {
	for _, r := range []rune{0, 'a', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x10ffff} {
		text := string(AppendCodePoint(nil, r))
		if i := invalid(text); i >= 0 {
			t.Errorf("%#x: encoded as % x, invalid at %d", r, text, i)
		}
		if got := CodePoints(text); len(got) != 1 || got[0] != r {
			t.Errorf("%#x: decoded as %x", r, got)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, s := range samples {
		f.Add([]byte(s.data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := new(Decoder).Unmarshal(V315, data)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(data) {
				t.Fatalf("error without a place in the data: %v", err)
			}
			return
		}
		if d.Objects > len(data) {
			t.Fatalf("%d objects out of %d bytes", d.Objects, len(data))
		}
	})
}
