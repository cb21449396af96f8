// This file holds the types that marshal data is read into.

package pyc

import "math/big"

// A Kind is the Python type of an object, independent of the several encodings
// marshal has for some types.
type Kind uint8

// The kinds marshal data can hold.
const (
	None Kind = iota + 1
	False
	True
	Ellipsis
	StopIteration
	Int
	Float
	Complex
	Bytes
	Str
	Tuple
	List
	Set
	FrozenSet
	Dict
	FrozenDict
	Slice
	CodeKind
)

var kindNames = [...]string{
	None: "None", False: "False", True: "True", Ellipsis: "Ellipsis",
	StopIteration: "StopIteration", Int: "int", Float: "float",
	Complex: "complex", Bytes: "bytes", Str: "str", Tuple: "tuple",
	List: "list", Set: "set", FrozenSet: "frozenset", Dict: "dict",
	FrozenDict: "frozendict", Slice: "slice", CodeKind: "code",
}

// String returns the kind's name in Python.
func (k Kind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return "invalid"
}

// An Object is one object of the data. Two references to one object of the
// data (TYPE_REF) are the same *Object. A list, dict, set or tuple can contain
// itself.
type Object struct {
	Kind     Kind
	Interned bool // Str: marshal says the string is interned
	ASCII    bool // Str: every code point is below 128

	ID     int32 // position in Data.Objects
	Offset int   // of the type byte

	Small      int64    // Int, where Big is nil
	Big        *big.Int // Int that does not fit Small
	Real, Imag uint64   // IEEE 754 bits; Float has Real only

	// Text is the contents of a Bytes, or the code points of a Str in UTF-8
	// where surrogates are encoded as other code points of three bytes.
	Text string

	// Items is the items of a Tuple, List, Set or FrozenSet in the order of
	// the data; keys and values in turn of a Dict or FrozenDict; start, stop and
	// step of a Slice.
	Items []*Object

	Code *Code
}

// Code is a code object's fields in the order of the data
// (Python/marshal.c, r_object, TYPE_CODE; 3.11 to 3.15).
type Code struct {
	ArgCount        int32
	PosOnlyArgCount int32
	KwOnlyArgCount  int32
	StackSize       int32
	Flags           int32
	Bytecode        *Object // Bytes
	Consts          *Object // Tuple
	Names           *Object // Tuple of Str
	LocalsPlusNames *Object // Tuple of Str
	LocalsPlusKinds *Object // Bytes, as many as LocalsPlusNames
	Filename        *Object // Str
	Name            *Object // Str
	Qualname        *Object // Str
	FirstLineno     int32
	LineTable       *Object // Bytes
	ExceptionTable  *Object // Bytes
}

// Data is the result of [Decoder.Unmarshal].
type Data struct {
	Root    *Object
	Objects int // number of objects; IDs are below it
}
