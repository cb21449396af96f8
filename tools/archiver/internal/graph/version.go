// This file holds what differs between CPython versions for this package.

package graph

import "github.com/rules-pycds/rules_pycds/tools/archiver/internal/pyc"

// A traits is what the package must know of one CPython version. Opcode numbers
// are those of the opcode module (Lib/opcode.py, from 3.13 on
// Lib/_opcode_metadata.py), 0 where the version has no such instruction.
type traits struct {
	// internsNames says that the code constructor interns co_name and
	// co_qualname (Objects/codeobject.c, init_code, from 3.13 on).
	internsNames bool

	importName   byte
	loadConst    byte // argument: index into co_consts
	loadSmallInt byte // argument: the int
	extendedArg  byte

	// nameShift is how far IMPORT_NAME's argument is to be shifted right to
	// get the index into co_names. 3.15 keeps there whether the import is
	// lazy (PEP 810).
	nameShift uint
}

var traitsOf = map[pyc.Version]*traits{
	pyc.V311: {importName: 108, loadConst: 100, extendedArg: 144},
	pyc.V312: {importName: 108, loadConst: 100, extendedArg: 144},
	pyc.V313: {internsNames: true, importName: 75, loadConst: 83, extendedArg: 71},
	pyc.V314: {internsNames: true, importName: 73, loadConst: 82, loadSmallInt: 94, extendedArg: 69},
	pyc.V315: {internsNames: true, importName: 72, loadConst: 81, loadSmallInt: 93, extendedArg: 67, nameShift: 2},
}
