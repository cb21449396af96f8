// Package bundle reads bytecode bundles: what the compile action of one
// py_library writes (tools/compiler/compile.py) and the archiver reads.
//
// # Format
//
//	bundle = magic-line header record* end
//	magic-line = "pycds-bytecode 1\n"
//	header = size JSON           see Header
//	record = size JSON code      see Record; code is "code_size" bytes of
//	                             marshal data of one code object, without the
//	                             header of a .pyc file
//	end    = size                with size 0
//	size   = uint32, little-endian, number of bytes of the JSON
//
// JSON is UTF-8 on one line. Records are in the order of the action's inputs.
// The bytes are a function of the sources, their paths, the options and the
// interpreter.
package bundle

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/pyc"
)

// Magic is the first line of a bundle. Its number changes with the format.
const Magic = "pycds-bytecode 1\n"

// jsonLimit and codeLimit bound one record, so that a damaged size does not
// take all memory. Source lines in errors are cut by the writer.
const (
	jsonLimit = 1 << 20
	codeLimit = 1 << 30
)

// A Header says which interpreter compiled the bundle, and how.
type Header struct {
	Magic      uint16 `json:"magic"`      // pyc magic number, without the '\r' '\n'
	Hexversion uint32 `json:"hexversion"` // sys.hexversion: 0x030e06f0 is 3.14.6
	Optimize   int    `json:"optimize"`   // 0, 1 or 2, as of -O
	CacheTag   string `json:"cache_tag"`  // sys.implementation.cache_tag, "cpython-314"
}

// Version returns the interpreter's minor version.
func (h *Header) Version() (pyc.Version, error) { return pyc.VersionOfMagic(h.Magic) }

// A Record is one source file and its bytecode.
type Record struct {
	// Path is the file's logical path, as the rule gave it. It is also the
	// co_filename that the code was compiled with.
	Path string `json:"path"`

	// Size is the source's length in bytes.
	Size int64 `json:"size"`

	// SHA256 is the source's SHA-256 in lower-case hexadecimal.
	SHA256 string `json:"sha256"`

	// Error is nil, or says why the source does not compile; there is no Code
	// then.
	Error *SourceError `json:"error"`

	// CodeSize is the number of bytes of Code.
	CodeSize int64 `json:"code_size"`

	// Code is the marshal data of the module's code object.
	Code []byte `json:"-"`
}

// A SourceError is the exception that compile() raised. Line, Offset and Text
// are zero where the exception has none.
type SourceError struct {
	Type   string `json:"type"`   // "SyntaxError"
	Msg    string `json:"msg"`    // the message without the place
	Line   int    `json:"line"`   // from 1
	Offset int    `json:"offset"` // column in characters, from 1
	Text   string `json:"text"`   // the source line
}

func (e *SourceError) Error() string {
	if e.Line == 0 {
		return e.Type + ": " + e.Msg
	}
	return fmt.Sprintf("line %d: %s: %s", e.Line, e.Type, e.Msg)
}

// A FormatError says where a bundle is wrong.
type FormatError struct {
	Offset int64 // in the bundle
	Msg    string
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("bytecode bundle at offset %d: %s", e.Offset, e.Msg)
}

// A Reader reads the records of a bundle one after the other.
type Reader struct {
	Header Header

	r   *bufio.Reader
	off int64
}

// NewReader reads the header of the bundle in r.
func NewReader(r io.Reader) (*Reader, error) {
	b := &Reader{r: bufio.NewReaderSize(r, 64<<10)}
	line, err := b.bytes(int64(len(Magic)), "magic line")
	if err != nil {
		return nil, err
	}
	if string(line) != Magic {
		return nil, &FormatError{0, fmt.Sprintf("have %q, want the magic line %q", line, Magic)}
	}
	if ok, err := b.json(&b.Header, "header"); err != nil {
		return nil, err
	} else if !ok {
		return nil, &FormatError{int64(len(Magic)), "have the end mark, want the header"}
	}
	return b, nil
}

// Next returns the next record, or io.EOF after the last. Anything else than the
// end mark at the end is an error: a bundle that was cut is not taken for a
// shorter one.
func (b *Reader) Next() (*Record, error) {
	at := b.off
	rec := new(Record)
	ok, err := b.json(rec, "record")
	if err != nil {
		return nil, err
	}
	if !ok {
		if _, err := b.r.ReadByte(); err != io.EOF {
			return nil, &FormatError{b.off, "have bytes after the end mark, want the end of the file"}
		}
		return nil, io.EOF
	}
	switch {
	case rec.Path == "":
		return nil, &FormatError{at, "record has no path"}
	case rec.CodeSize < 0 || rec.CodeSize > codeLimit:
		return nil, &FormatError{at, fmt.Sprintf("%s: code_size is %d, want 0 to %d", rec.Path, rec.CodeSize, codeLimit)}
	case (rec.Error == nil) != (rec.CodeSize > 0):
		return nil, &FormatError{at, fmt.Sprintf("%s: code_size is %d; want either an error or code", rec.Path, rec.CodeSize)}
	}
	rec.Code, err = b.bytes(rec.CodeSize, "code of "+rec.Path)
	return rec, err
}

// json reads a size and a JSON value of that size into v. It returns false if
// the size is 0.
func (b *Reader) json(v any, what string) (bool, error) {
	at := b.off
	head, err := b.bytes(4, "size of "+what)
	if err != nil {
		return false, err
	}
	n := binary.LittleEndian.Uint32(head)
	if n == 0 {
		return false, nil
	}
	if n > jsonLimit {
		return false, &FormatError{at, fmt.Sprintf("size of %s is %d, want at most %d", what, n, jsonLimit)}
	}
	data, err := b.bytes(int64(n), what)
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return false, &FormatError{at + 4, fmt.Sprintf("%s: %v", what, err)}
	}
	return true, nil
}

// bytes reads n bytes. It asks for memory as bytes arrive.
func (b *Reader) bytes(n int64, what string) ([]byte, error) {
	const chunk = 1 << 20
	buf := make([]byte, min(n, chunk))
	have := int64(0)
	for {
		k, err := io.ReadFull(b.r, buf[have:])
		have += int64(k)
		b.off += int64(k)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, &FormatError{b.off, fmt.Sprintf("file ends after %d of %d bytes of %s", have, n, what)}
		}
		if err != nil {
			return nil, fmt.Errorf("bytecode bundle at offset %d: %s: %w", b.off, what, err)
		}
		if have == n {
			return buf, nil
		}
		buf = append(buf, make([]byte, min(n-have, have))...)
	}
}

// ReadAll reads all records of the bundle in r.
func ReadAll(r io.Reader) (*Header, []*Record, error) {
	b, err := NewReader(r)
	if err != nil {
		return nil, nil, err
	}
	var recs []*Record
	for {
		rec, err := b.Next()
		if err == io.EOF {
			h := b.Header // alone, without the reader's memory
			return &h, recs, nil
		}
		if err != nil {
			return nil, nil, err
		}
		recs = append(recs, rec)
	}
}
