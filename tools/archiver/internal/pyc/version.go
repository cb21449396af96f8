// This file names the CPython versions the archiver knows and reads the
// header that importlib puts before the marshal data of a .pyc file.

package pyc

import (
	"encoding/binary"
	"fmt"
)

// Version is the minor number of a CPython 3 release: 14 is CPython 3.14.
type Version uint8

// The versions whose bytecode the archiver reads.
const (
	V311 Version = 11
	V312 Version = 12
	V313 Version = 13
	V314 Version = 14
	V315 Version = 15
)

// String returns the version as Python prints it, "3.14".
func (v Version) String() string { return fmt.Sprintf("3.%d", uint8(v)) }

// Known reports whether the archiver reads bytecode of v.
func (v Version) Known() bool { return magicOf(v) != nil }

// Magic returns the pyc magic number of the final releases of v, 0 if v is
// not known.
func (v Version) Magic() uint16 {
	if m := magicOf(v); m != nil {
		return m.final
	}
	return 0
}

// A magicRange is the pyc magic numbers CPython set aside for one minor
// version. Numbers below final belong to alphas, betas and release candidates,
// whose bytecode differs from the release's.
type magicRange struct {
	version     Version
	first, last uint16
	final       uint16
}

// magics holds the ranges. From 3.11 on, 3.n starts at 2900+50n
// (Lib/importlib/_bootstrap_external.py; from 3.14 on
// Include/internal/pycore_magic_number.h). The final numbers are those of
// importlib.util.MAGIC_NUMBER of 3.11.7, 3.12.3, 3.13.1, 3.14.6 and 3.15.0.
var magics = [...]magicRange{
	{V311, 3450, 3499, 3495},
	{V312, 3500, 3549, 3531},
	{V313, 3550, 3599, 3571},
	{V314, 3600, 3649, 3627},
	{V315, 3650, 3699, 3666},
}

func magicOf(v Version) *magicRange {
	for i := range magics {
		if magics[i].version == v {
			return &magics[i]
		}
	}
	return nil
}

// VersionOfMagic returns the CPython version whose final releases write the
// pyc magic number. A number of a pre-release, of an older or a newer CPython
// is an error.
func VersionOfMagic(magic uint16) (Version, error) {
	for i := range magics {
		m := &magics[i]
		if magic < m.first || magic > m.last {
			continue
		}
		if magic != m.final {
			return 0, fmt.Errorf("pyc magic %d is a pre-release of CPython %v, final releases have %d; compile with a final release", magic, m.version, m.final)
		}
		return m.version, nil
	}
	return 0, fmt.Errorf("pyc magic %d is no CPython from %v to %v; compile with one of these", magic, magics[0].version, magics[len(magics)-1].version)
}

// CheckMagic returns an error unless magic is that of the final releases of
// want.
func CheckMagic(magic uint16, want Version) error {
	v, err := VersionOfMagic(magic)
	if err != nil {
		return err
	}
	if v != want {
		return fmt.Errorf("pyc magic %d is CPython %v, toolchain is %v; rebuild with CPython %v", magic, v, want, want)
	}
	return nil
}

// headerSize is the number of bytes before the marshal data: magic, flags and
// two words that hold the source's time and size or its hash (PEP 552).
const headerSize = 16

// A Header is what precedes the marshal data in a .pyc file (PEP 552). All
// words are little-endian.
type Header struct {
	Magic uint16  // magic number, before the '\r' '\n' that follow it
	Flags uint32  // bit 0: hash-based; bit 1: check the source
	Info  [8]byte // source mtime and size, or the source's SipHash
}

// ReadHeader splits the contents of a .pyc file into its header and the
// marshal data. It does not ask whether the version is known.
func ReadHeader(data []byte) (Header, []byte, error) {
	var h Header
	if len(data) < headerSize {
		return h, nil, fmt.Errorf("pyc header at offset 0: file has %d bytes, header has %d", len(data), headerSize)
	}
	if data[2] != '\r' || data[3] != '\n' {
		return h, nil, fmt.Errorf("pyc header at offset 2: have bytes %#02x %#02x, want 0x0d 0x0a; not a .pyc file", data[2], data[3])
	}
	h.Magic = binary.LittleEndian.Uint16(data)
	h.Flags = binary.LittleEndian.Uint32(data[4:])
	if h.Flags&^3 != 0 {
		return h, nil, fmt.Errorf("pyc header at offset 4: have flags %#x, want 0 to 3", h.Flags)
	}
	copy(h.Info[:], data[8:headerSize])
	return h, data[headerSize:], nil
}
