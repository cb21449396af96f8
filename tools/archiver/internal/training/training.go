// Package training reads what a training run recorded (tools/compiler/train.py):
// the order in which a program's modules started to run, which of their functions ran,
// the names that it looked for in vain, the regular expressions that it compiled and the
// sources that it compiled from strings.
//
// The file is one JSON object:
//
//	format       1
//	sys_version  sys.version of the interpreter that ran
//	failure      null, or why the run did not get to its end
//	warnings     what people should know, a list of texts
//	functions    see Functions
//	interned     names that the interpreter and extension modules intern
//	missing      dotted names that finders were asked for and none of them had
//	modules      dotted names, in the order in which their bodies started to run as far as
//	             that is always the same, then the others
//	regexes      see Regex
//	sources      see Source
package training

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

// Format is the version of the file that this package reads.
const Format = 1

// A Record is a training run.
type Record struct {
	Format     int         `json:"format"`
	SysVersion string      `json:"sys_version"`
	Failure    *string     `json:"failure"`
	Warnings   []string    `json:"warnings"`
	Functions  []Functions `json:"functions"`
	Interned   []string    `json:"interned"`
	Missing    []string    `json:"missing"`
	Modules    []string    `json:"modules"`
	Regexes    []Regex     `json:"regexes"`
	Sources    []Source    `json:"sources"`
}

// Functions are those of a module that ran: the first lines of their code objects.
type Functions struct {
	Module string  `json:"module"`
	Lines  []int32 `json:"lines"`
}

// A Regex is a call of re._compiler.compile(pattern, flags) and what that gave to
// _sre.compile().
type Regex struct {
	Pattern     *Text       `json:"pattern"`      // nil if it is bytes
	PatternHex  *string     `json:"pattern_hex"`  // the bytes, nil if it is a str
	Flags       int64       `json:"flags"`        // as given
	ResultFlags int64       `json:"result_flags"` // as given to _sre.compile()
	Groups      int64       `json:"groups"`       // of capturing groups, without group 0
	GroupIndex  []GroupName `json:"groupindex"`   // in the order of the dict
	Code        []uint32    `json:"code"`

	Bytes []byte `json:"-"` // what PatternHex says
}

// A GroupName is one item of groupindex: [name, number].
type GroupName struct {
	Name  Text
	Group int64
}

// A Source is a call of compile(), exec() or eval() with a str.
type Source struct {
	Text     Text   `json:"text"`
	Filename Text   `json:"filename"`
	Mode     string `json:"mode"`  // "exec", "eval" or "single"
	Flags    int64  `json:"flags"` // PyCF_* and CO_FUTURE_* in effect, given or inherited
	Code     []byte `json:"code"`  // marshal data of the code object; base64 in the file
}

// A Text is a str of Python. Lone surrogates, which have no UTF-8, make it invalid
// rather than another text: Value is "" then.
type Text struct {
	Value string
	Valid bool
}

// UnmarshalJSON reads a JSON string. Go's own decoder puts U+FFFD for what is not
// text.
func (t *Text) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &t.Value); err != nil {
		return err
	}
	if t.Valid = utf8.Valid(data) && !hasLoneSurrogate(data); !t.Valid {
		t.Value = ""
	}
	return nil
}

// hasLoneSurrogate reports whether the JSON string has an escape \udXXX that is not
// one of a pair.
func hasLoneSurrogate(data []byte) bool {
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		i++
		high := surrogate(data[i:])
		if high == 0 {
			continue
		}
		low := uint16(0)
		if i+5 < len(data) && data[i+5] == '\\' {
			low = surrogate(data[i+6:])
		}
		if high != 0xd800 || low != 0xdc00 {
			return true
		}
		i += 10
	}
	return false
}

// surrogate returns 0xd800 or 0xdc00 for the escape (without the backslash) of a
// high or low surrogate, else 0.
func surrogate(escape []byte) uint16 {
	var b [2]byte
	if len(escape) < 5 || escape[0] != 'u' {
		return 0
	}
	if _, err := hex.Decode(b[:], escape[1:5]); err != nil || b[0]&0xf8 != 0xd8 {
		return 0
	}
	return uint16(b[0]&0xfc) << 8
}

// UnmarshalJSON reads [name, number].
func (g *GroupName) UnmarshalJSON(data []byte) error {
	pair := []any{&g.Name, &g.Group}
	if err := json.Unmarshal(data, &pair); err != nil {
		return err
	}
	if len(pair) != 2 {
		return fmt.Errorf("groupindex has an item with %d parts, want [name, number]", len(pair))
	}
	return nil
}

// ReadFile reads the file of that name and checks that it has what Record says.
func ReadFile(name string) (*Record, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: not a training record: %w; run the training again", name, err)
	}
	return r, nil
}

// Read reads a record.
func Read(in io.Reader) (*Record, error) {
	d := json.NewDecoder(in)
	d.DisallowUnknownFields()
	r := new(Record)
	if err := d.Decode(r); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("something follows the JSON object")
	}
	return r, r.check()
}

func (r *Record) check() error {
	if r.Format != Format {
		return fmt.Errorf("format is %d, want %d", r.Format, Format)
	}
	if r.SysVersion == "" {
		return errors.New("sys_version is missing")
	}
	for _, list := range []struct {
		name   string
		absent bool
	}{{"functions", r.Functions == nil}, {"interned", r.Interned == nil}, {"missing", r.Missing == nil}} {
		if list.absent {
			return fmt.Errorf("the list %s is not there", list.name)
		}
	}
	for i, name := range r.Missing {
		if slices.Contains(strings.Split(name, "."), "") || strings.Contains(name, "/") {
			return fmt.Errorf("missing[%d] is %q, want a dotted name", i, name)
		}
	}
	for i := range r.Regexes {
		x := &r.Regexes[i]
		if (x.Pattern == nil) == (x.PatternHex == nil) {
			return fmt.Errorf("regexes[%d]: want either pattern or pattern_hex", i)
		}
		if len(x.Code) == 0 {
			return fmt.Errorf("regexes[%d] has no code", i)
		}
		if x.PatternHex != nil {
			var err error
			if x.Bytes, err = hex.DecodeString(*x.PatternHex); err != nil {
				return fmt.Errorf("regexes[%d]: pattern_hex: %w", i, err)
			}
		}
	}
	for i := range r.Sources {
		if s := &r.Sources[i]; len(s.Code) == 0 {
			return fmt.Errorf("sources[%d] has no code", i)
		}
	}
	return nil
}
