package training

import (
	"reflect"
	"strings"
	"testing"
)

const head = `{"format": 1, "sys_version": "3.13.1 (main)", "failure": null, "warnings": ["slow"],
	"functions": [{"lines": [3, 14], "module": "re"}], "interned": ["é", "pop"], "missing": ["é", "a.b"], "modules": ["app", "re"]`

func TestRead(t *testing.T) {
	r, err := Read(strings.NewReader(head + `,
	 "regexes": [
	  {"pattern": "a(?P<x>\\d)", "pattern_hex": null, "flags": 2, "result_flags": 34, "groups": 1,
	   "groupindex": [["x", 1]], "code": [14, 4294967295]},
	  {"pattern": null, "pattern_hex": "61ff", "flags": 0, "result_flags": 0, "groups": 0, "groupindex": [], "code": [1]}],
	 "sources": [{"text": "x = 1\n", "filename": "<string>", "mode": "exec", "flags": 0, "code": "4wA="}]}`))
	if err != nil {
		t.Fatal(err)
	}
	hexed := "61ff"
	want := &Record{
		Format: 1, SysVersion: "3.13.1 (main)", Warnings: []string{"slow"},
		Functions: []Functions{{"re", []int32{3, 14}}}, Interned: []string{"é", "pop"}, Missing: []string{"é", "a.b"}, Modules: []string{"app", "re"},
		Regexes: []Regex{
			{Pattern: &Text{`a(?P<x>\d)`, true}, Flags: 2, ResultFlags: 34, Groups: 1,
				GroupIndex: []GroupName{{Text{"x", true}, 1}}, Code: []uint32{14, 0xffffffff}},
			{PatternHex: &hexed, GroupIndex: []GroupName{}, Code: []uint32{1}, Bytes: []byte("a\xff")},
		},
		Sources: []Source{{Text: Text{"x = 1\n", true}, Filename: Text{"<string>", true}, Mode: "exec", Code: []byte{0xe3, 0}}},
	}
	if !reflect.DeepEqual(r, want) {
		t.Errorf("have %+v\nwant %+v", r, want)
	}
}

func TestText(t *testing.T) {
	for _, tt := range []struct {
		json, want string
		valid      bool
	}{
		{`"plain"`, "plain", true},
		{`"\ud83d\udc0d"`, "\U0001f40d", true},
		{`"\ud83d\udc0d\ud83d\udc0d."`, "\U0001f40d\U0001f40d.", true},
		{`"\ufffd"`, "\ufffd", true},
		{`"\\ud800"`, `\ud800`, true},
		{`"\ue000\ud7ff"`, "\ue000\ud7ff", true},
		{`"\ud800"`, "", false},
		{`"\uDFFF"`, "", false},
		{`"\udc0d\ud83d"`, "", false},
		{`"\ud83dx\udc0d"`, "", false},
		{`"\ud83d\ud83d\udc0d"`, "", false},
		{`"\\\ud800"`, "", false},
		{"\"\xed\xa0\x80\"", "", false},
	} {
		var have Text
		if err := have.UnmarshalJSON([]byte(tt.json)); err != nil || have != (Text{tt.want, tt.valid}) {
			t.Errorf("%s is %+v (%v), want %q %t", tt.json, have, err, tt.want, tt.valid)
		}
	}
}

func TestReadErrors(t *testing.T) {
	lists := `{"format": 1, "sys_version": "3", "functions": [], "interned": []`
	regex := func(fields string) string { return head + `, "regexes": [{` + fields + `}]}` }
	for _, tt := range []struct{ json, want string }{
		{``, "EOF"},
		{`[]`, "cannot unmarshal array"},
		{head, "unexpected EOF"},
		{head + `}{}`, "something follows"},
		{`{"format": 2, "sys_version": "3"}`, "format is 2, want 1"},
		{`{"format": 1}`, "sys_version is missing"},
		{`{"format": 1, "sys_version": "3"}`, "the list functions is not there"},
		{`{"format": 1, "sys_version": "3", "functions": []}`, "the list interned is not there"},
		{lists + `}`, "the list missing is not there"},
		{lists + `, "missing": ["a", "a..b"]}`, `missing[1] is "a..b", want a dotted name`},
		{lists + `, "missing": [""]}`, `missing[0] is ""`},
		{lists + `, "missing": ["a/b"]}`, `missing[0] is "a/b"`},
		{lists + `, "functions": [{"lines": ["1"]}]}`, "cannot unmarshal string"},
		{head + `, "colour": 1}`, `unknown field "colour"`},
		{regex(`"code": [1]`), "regexes[0]: want either pattern or pattern_hex"},
		{regex(`"pattern": "a", "pattern_hex": "61", "code": [1]`), "regexes[0]: want either"},
		{regex(`"pattern": "a"`), "regexes[0] has no code"},
		{regex(`"pattern": "a", "code": [-1]`), "cannot unmarshal number -1"},
		{regex(`"pattern": "a", "code": [4294967296]`), "cannot unmarshal number 4294967296"},
		{regex(`"pattern_hex": "6", "code": [1]`), "regexes[0]: pattern_hex: "},
		{regex(`"pattern": "a", "code": [1], "groupindex": [["x"]]`), "item with 1 parts"},
		{head + `, "sources": [{"text": "", "filename": "", "mode": "exec"}]}`, "sources[0] has no code"},
		{head + `, "sources": [{"code": "*"}]}`, "illegal base64"},
	} {
		if _, err := Read(strings.NewReader(tt.json)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.json, err, tt.want)
		}
	}
	if _, err := ReadFile("absent.json"); err == nil {
		t.Error("no error for a file that does not exist")
	}
}
