package pyc

import (
	"strings"
	"testing"
)

func TestCheckMagic(t *testing.T) {
	for _, c := range []struct {
		magic uint16
		want  Version
		err   string // "" for none
	}{
		{3495, V311, ""},
		{3531, V312, ""},
		{3571, V313, ""},
		{3627, V314, ""},
		{3666, V315, ""},
		{3531, V314, "pyc magic 3531 is CPython 3.12, toolchain is 3.14; rebuild with CPython 3.14"},
		{3620, V314, "pyc magic 3620 is a pre-release of CPython 3.14, final releases have 3627"},
		{3439, V311, "pyc magic 3439 is no CPython from 3.11 to 3.15"},
		{3700, V315, "pyc magic 3700 is no CPython from 3.11 to 3.15"},
	} {
		err := CheckMagic(c.magic, c.want)
		if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("CheckMagic(%d, %v) = %v, want %q", c.magic, c.want, err, c.err)
		}
	}
	for v := V311; v <= V315; v++ {
		if got, err := VersionOfMagic(v.Magic()); got != v || err != nil {
			t.Errorf("VersionOfMagic(%d) = %v, %v, want %v", v.Magic(), got, err, v)
		}
	}
}

func TestReadHeader(t *testing.T) {
	const file = "\x2b\x0e\r\n\x03\x00\x00\x0012345678rest"
	h, rest, err := ReadHeader([]byte(file))
	if err != nil || h.Magic != 3627 || h.Flags != 3 || string(h.Info[:]) != "12345678" || string(rest) != "rest" {
		t.Errorf("ReadHeader = %+v, %q, %v", h, rest, err)
	}
	for data, want := range map[string]string{
		file[:15]:                    "file has 15 bytes, header has 16",
		"#!/bin/sh\nexit 0\n\n":      "offset 2: have bytes 0x2f 0x62, want 0x0d 0x0a",
		file[:4] + "\x04" + file[5:]: "offset 4: have flags 0x4, want 0 to 3",
	} {
		if _, _, err := ReadHeader([]byte(data)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ReadHeader(%q) = %v, want %q", data, err, want)
		}
	}
}
