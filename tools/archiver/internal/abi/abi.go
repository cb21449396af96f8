// Package abi reads abi.json, the description of a CPython interpreter that
// tools/compiler/probe.py writes: its version, and the addresses of the objects
// an image points to, where those are constants.
package abi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// An ABI describes one interpreter build.
type ABI struct {
	Version     Version  `json:"version"`       // sys.version_info
	Hexversion  uint32   `json:"hexversion"`    // sys.hexversion
	SysVersion  string   `json:"sys_version"`   // sys.version
	PycMagic    uint32   `json:"pyc_magic"`     // importlib.util.MAGIC_NUMBER, little endian
	CacheTag    string   `json:"cache_tag"`     // sys.implementation.cache_tag
	PointerSize int      `json:"pointer_size"`  // bytes
	AbiFlags    string   `json:"abi_flags"`     // sys.abiflags: "t" free-threaded, "d" debug
	ExtSuffixes []string `json:"ext_suffixes"`  // _imp.extension_suffixes(), in the order of search
	Frozen      []string `json:"frozen"`        // names FrozenImporter answers, sorted
	Start       []string `json:"start"`         // of Frozen, sorted: what each start imports and has to unmarshal, and is as compiled
	Builtin     []string `json:"builtin"`       // sys.builtin_module_names, sorted
	PIE         bool     `json:"pie"`           // the executable is not ET_EXEC
	SmallIntMin int32    `json:"small_int_min"` // least int of which there is one object
	SmallIntMax int32    `json:"small_int_max"` // greatest int of which there is one object

	// Symbols maps a symbol's name to its address. A symbol whose address is
	// not the same in every process is absent. The names are those of
	// PYCDS_SYM_* in loader/format.h in lower case; "small_int:N" and
	// "latin1:N" carry the value or the code point.
	Symbols map[string]uint64 `json:"symbols"`

	// Strings maps the text of an interned string to the address that its object
	// has in every process: those of the interpreter's own identifiers. ASCII, of
	// two or more characters; empty where nothing has a constant address.
	Strings map[string]uint64 `json:"strings"`
}

// Version is sys.version_info: [3, 14, 6, "final", 0].
type Version struct {
	Major, Minor, Micro int
	Level               string // "alpha", "beta", "candidate" or "final"
	Serial              int
}

// UnmarshalJSON reads the five-element form.
func (v *Version) UnmarshalJSON(data []byte) error {
	fields := []any{&v.Major, &v.Minor, &v.Micro, &v.Level, &v.Serial}
	n := len(fields)
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	if len(fields) != n {
		return fmt.Errorf("version: %d elements, want %d", len(fields), n)
	}
	return nil
}

// MarshalJSON writes the five-element form.
func (v Version) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{v.Major, v.Minor, v.Micro, v.Level, v.Serial})
}

// String returns "3.14.6", or "3.15.0b2" for a pre-release.
func (v Version) String() string {
	s := fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Micro)
	switch v.Level {
	case "alpha", "beta":
		s += v.Level[:1] + strconv.Itoa(v.Serial)
	case "candidate":
		s += "rc" + strconv.Itoa(v.Serial)
	}
	return s
}

// PyVersion is hexversion with all but major and minor cleared, as the archive's
// header has it.
func (a *ABI) PyVersion() uint32 { return a.Hexversion & 0xffff0000 }

// FreeThreaded reports whether the interpreter was built with Py_GIL_DISABLED.
func (a *ABI) FreeThreaded() bool { return strings.Contains(a.AbiFlags, "t") }

// Debug reports whether the interpreter was built with Py_DEBUG.
func (a *ABI) Debug() bool { return strings.Contains(a.AbiFlags, "d") }

// ExactBuild reports whether the interpreter is a pre-release: its object
// layouts may change without a change of the version.
func (a *ABI) ExactBuild() bool { return a.Version.Level != "final" }

// Symbol returns the constant address of a symbol, 0 where it has none.
func (a *ABI) Symbol(name string) uint64 { return a.Symbols[name] }

// SmallInt reports whether the interpreter has one object for all ints of value n.
func (a *ABI) SmallInt(n int64) bool {
	return int64(a.SmallIntMin) <= n && n <= int64(a.SmallIntMax)
}

// MagicNumber is the part of a pyc magic that people know: 3627 for CPython 3.14.
func MagicNumber(magic uint32) int { return int(magic & 0xffff) }

// ReadFile reads and validates an abi.json.
func ReadFile(name string) (*ABI, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	a, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; rebuild it with tools/compiler/probe.py", name, err)
	}
	return a, nil
}

// Read reads and validates the text of an abi.json.
func Read(r io.Reader) (*ABI, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	a := new(ABI)
	if err := d.Decode(a); err != nil {
		return nil, fmt.Errorf("not an abi.json: %w", err)
	}
	if d.More() {
		return nil, errors.New("not an abi.json: text after the object")
	}
	if err := a.validate(); err != nil {
		return nil, err
	}
	return a, nil
}
