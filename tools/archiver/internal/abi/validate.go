package abi

// This file checks what an abi.json says before anything is laid out from it.

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// plainSymbols are the symbols without an argument.
var plainSymbols = []string{
	"none", "true", "false", "ellipsis",
	"unicode_type", "bytes_type", "long_type", "float_type", "complex_type",
	"tuple_type", "code_type", "slice_type",
	"empty_str", "empty_bytes", "empty_tuple",
}

const (
	smallIntPrefix = "small_int:"
	latin1Prefix   = "latin1:"
)

func (a *ABI) validate() error {
	v := a.Version
	if v.Major != 3 || v.Minor < 11 {
		return fmt.Errorf("version is %s, want CPython 3.11 or later", v)
	}
	if want := uint32(v.Major)<<24 | uint32(v.Minor)<<16; a.PyVersion() != want {
		return fmt.Errorf("hexversion is %#08x, want %#08x plus the release for version %s", a.Hexversion, want, v)
	}
	switch v.Level {
	case "alpha", "beta", "candidate", "final":
	default:
		return fmt.Errorf("version: release level is %q, want alpha, beta, candidate or final", v.Level)
	}
	// Every CPython magic ends in "\r\n", so that text-mode damage shows
	// (Include/internal/pycore_magic_number.h).
	if a.PycMagic>>16 != 0x0a0d || a.PycMagic&0xffff == 0 {
		return fmt.Errorf("pyc_magic is %#08x, want 0x0a0d and a number", a.PycMagic)
	}
	if a.SysVersion == "" {
		return fmt.Errorf("sys_version is empty or missing")
	}
	if a.CacheTag == "" {
		return fmt.Errorf("cache_tag is empty or missing")
	}
	if a.PointerSize != 8 {
		return fmt.Errorf("pointer_size is %d, want 8: only 64-bit interpreters can have archives", a.PointerSize)
	}
	for _, f := range a.AbiFlags {
		if f != 't' && f != 'd' {
			return fmt.Errorf("abi_flags is %q, want letters of \"td\": %q is unknown", a.AbiFlags, f)
		}
	}
	if len(a.ExtSuffixes) == 0 {
		return fmt.Errorf("ext_suffixes is empty or missing")
	}
	for _, s := range a.ExtSuffixes {
		if !strings.HasPrefix(s, ".") {
			return fmt.Errorf("ext_suffixes: %q does not start with a dot", s)
		}
	}
	for _, l := range []struct {
		key   string
		names []string
	}{{"frozen", a.Frozen}, {"builtin", a.Builtin}} {
		if len(l.names) == 0 {
			return fmt.Errorf("%s is empty or missing", l.key)
		}
		for i, n := range l.names {
			if n == "" {
				return fmt.Errorf("%s[%d] is empty", l.key, i)
			}
			if i > 0 && l.names[i-1] >= n {
				return fmt.Errorf("%s[%d]: %q is not after %q: the names must be sorted", l.key, i, n, l.names[i-1])
			}
		}
	}
	for i, n := range a.Start {
		if !slices.Contains(a.Frozen, n) || i > 0 && a.Start[i-1] >= n {
			return fmt.Errorf("start[%d] is %q, want a name of frozen after those before it", i, n)
		}
	}
	// CPython has had -5..256 since 2.6 and no release has fewer
	// (Include/internal/pycore_runtime_structs.h, _PY_NSMALLPOSINTS).
	if a.SmallIntMin > 0 || a.SmallIntMax < 1 {
		return fmt.Errorf("small ints are %d to %d, want a range with 0 and 1 in it", a.SmallIntMin, a.SmallIntMax)
	}
	owner := make(map[uint64]string, len(a.Symbols)+len(a.Strings))
	if err := a.validateAddresses("symbol", a.Symbols, a.validateSymbolName, owner); err != nil {
		return err
	}
	return a.validateAddresses("string", a.Strings, validateText, owner)
}

// validateAddresses checks the symbols or strings. owner has what is known to be at an
// address.
func (a *ABI) validateAddresses(what string, addresses map[string]uint64, validName func(string) error, owner map[uint64]string) error {
	if addresses == nil {
		return fmt.Errorf("%ss is missing", what)
	}
	names := make([]string, 0, len(addresses))
	for n := range addresses {
		names = append(names, n)
	}
	slices.Sort(names) // the first of several errors must not depend on map order
	for _, n := range names {
		if err := validName(n); err != nil {
			return err
		}
		addr := addresses[n]
		if addr == 0 {
			return fmt.Errorf("%s %q has address 0; leave it out if its address is not constant", what, n)
		}
		if addr%uint64(a.PointerSize) != 0 {
			return fmt.Errorf("%s %q has address %#x, want a multiple of %d", what, n, addr, a.PointerSize)
		}
		name := fmt.Sprintf("%s %q", what, n)
		if o, ok := owner[addr]; ok {
			return fmt.Errorf("%s and %s have the same address %#x", o, name, addr)
		}
		owner[addr] = name
	}
	if a.PIE && len(names) > 0 {
		return fmt.Errorf("pie is true, but %s %q has a constant address", what, names[0])
	}
	return nil
}

// validateText checks the text of a string with an address.
func validateText(text string) error {
	for i := range len(text) {
		if text[i] == 0 || text[i] >= utf8.RuneSelf {
			return fmt.Errorf("string %q is not ASCII without NUL", text)
		}
	}
	if len(text) < 2 {
		return fmt.Errorf("string %q has fewer than two characters: it is a symbol", text)
	}
	return nil
}

func (a *ABI) validateSymbolName(name string) error {
	if slices.Contains(plainSymbols, name) {
		return nil
	}
	lo, hi := int64(0), int64(0)
	arg, ok := strings.CutPrefix(name, smallIntPrefix)
	if ok {
		lo, hi = int64(a.SmallIntMin), int64(a.SmallIntMax)
	} else if arg, ok = strings.CutPrefix(name, latin1Prefix); ok {
		lo, hi = 0, 255
	} else {
		return fmt.Errorf("unknown symbol %q", name)
	}
	n, err := strconv.ParseInt(arg, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != arg || n < lo || n > hi {
		return fmt.Errorf("symbol %q: want a number from %d to %d", name, lo, hi)
	}
	return nil
}
