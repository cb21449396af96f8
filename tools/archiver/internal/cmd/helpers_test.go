package cmd

// This file makes inputs for the tests: bundles of tiny modules without a Python.

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/bundle"
)

// Facts of CPython 3.13.1, for which the tests' modules are.
const (
	magic313 = 3571
	hex313   = 0x030d01f0
	abi313   = `{
 "version": [3, 13, 1, "final", 0],
 "hexversion": 51184112,
 "sys_version": "3.13.1 (main) [GCC]",
 "pyc_magic": 168627699,
 "cache_tag": "cpython-313",
 "pointer_size": 8,
 "abi_flags": "",
 "ext_suffixes": [".cpython-313-x86_64-linux-gnu.so", ".abi3.so", ".so"],
 "frozen": ["abc", "os"],
 "builtin": ["_imp", "sys"],
 "pie": true,
 "small_int_min": -5,
 "small_int_max": 256,
 "symbols": {},
 "strings": {}
}`
)

var header313 = bundle.Header{Magic: magic313, Hexversion: hex313, CacheTag: "cpython-313"}

// Opcodes of CPython 3.13 (Include/opcode_ids.h).
const (
	opImportName  = 75
	opLoadConst   = 83
	opPopTop      = 32
	opResume      = 149
	opReturnConst = 103
)

// moduleCode returns marshal data of the module `import a; import b; ...`.
func moduleCode(path string, imports ...string) []byte {
	return codeObject(0, path, imports)
}

// codeObject returns marshal data of a code object that imports and has more
// constants, which are marshal data, too.
func codeObject(flags int, path string, imports []string, consts ...[]byte) []byte {
	var ops []byte
	ops = append(ops, opResume, 0)
	for i := range imports {
		ops = append(ops, opLoadConst, 1, opLoadConst, 0, opImportName, byte(i), opPopTop, 0)
	}
	ops = append(ops, opReturnConst, 0)

	var b bytes.Buffer
	long := func(n int) { binary.Write(&b, binary.LittleEndian, int32(n)) }
	bytesObj := func(data string) { b.WriteByte('s'); long(len(data)); b.WriteString(data) }
	name := func(s string) { b.WriteByte('Z'); b.WriteByte(byte(len(s))); b.WriteString(s) }
	tuple := func(n int) { b.WriteByte(')'); b.WriteByte(byte(n)) }

	// Python/marshal.c, w_complex_object: the fields of a code object.
	b.WriteByte('c')
	for _, n := range []int{0, 0, 0, 2, flags} { // counts of arguments, stack size, flags
		long(n)
	}
	bytesObj(string(ops))
	tuple(2 + len(consts))
	b.WriteByte('N')
	b.WriteByte('i')
	long(0)
	for _, c := range consts {
		b.Write(c)
	}
	tuple(len(imports))
	for _, n := range imports {
		name(n)
	}
	tuple(0)     // localsplusnames
	bytesObj("") // localspluskinds
	name(path)
	name("<module>")
	name("<module>")
	long(1)
	bytesObj("\xf8\x00\x01") // linetable
	bytesObj("")             // exceptiontable
	return b.Bytes()
}

// A source is a record of a test bundle.
type source struct {
	path    string
	imports string // names, space-separated
	err     *bundle.SourceError
	code    []byte // instead of what imports says
	sha     string // instead of what path and imports say
}

// makeBundle returns the bytes of a bundle.
func makeBundle(t *testing.T, h bundle.Header, sources ...source) []byte {
	t.Helper()
	b := bytes.NewBufferString(bundle.Magic)
	sized := func(v any) {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		binary.Write(b, binary.LittleEndian, uint32(len(data)))
		b.Write(data)
	}
	sized(h)
	for _, s := range sources {
		r := bundle.Record{Path: s.path, Error: s.err, SHA256: s.sha}
		if r.SHA256 == "" {
			r.SHA256 = fmt.Sprintf("%x", sha256.Sum256([]byte(s.path+s.imports)))
		}
		code := s.code
		if code == nil && s.err == nil {
			code = moduleCode(s.path, strings.Fields(s.imports)...)
		}
		r.CodeSize = int64(len(code))
		sized(r)
		b.Write(code)
	}
	binary.Write(b, binary.LittleEndian, uint32(0))
	return b.Bytes()
}

// writeFiles writes files into a new directory.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// archiver runs the command in dir. In args and texts, DIR stands for dir.
func archiver(dir string, args ...string) (status int, stdout, stderr string) {
	for i, a := range args {
		args[i] = strings.ReplaceAll(a, "DIR", dir)
	}
	var out, errs bytes.Buffer
	status = Main(args, &out, &errs)
	hide := func(b *bytes.Buffer) string { return strings.ReplaceAll(b.String(), dir, "DIR") }
	return status, hide(&out), hide(&errs)
}
