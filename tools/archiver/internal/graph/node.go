// This file holds the types of the object graph.

package graph

import (
	"math/big"
	"unicode/utf8"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/pyc"
)

// A Kind is the Python type of a node.
type Kind uint8

// The kinds. None to StopIteration are singletons of the interpreter.
const (
	None Kind = iota + 1
	False
	True
	Ellipsis
	StopIteration // the exception class; marshal can hold it, no compiler emits it
	Int
	Float
	Complex
	Bytes
	Str
	Tuple
	FrozenSet
	Slice // from CPython 3.14 on
	CodeKind
)

var kindNames = [...]string{
	None: "None", False: "False", True: "True", Ellipsis: "Ellipsis",
	StopIteration: "StopIteration", Int: "int", Float: "float",
	Complex: "complex", Bytes: "bytes", Str: "str", Tuple: "tuple",
	FrozenSet: "frozenset", Slice: "slice", CodeKind: "code",
}

// String returns the kind's name in Python.
func (k Kind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return "invalid"
}

// A Node is one Python object. Nodes are read-only once built.
type Node struct {
	Kind Kind

	// Interned is for Str: the string must be the interpreter's interned one.
	Interned bool

	// ASCII is for Str: every code point is below 128.
	ASCII bool

	// seen is used while the graph is built.
	seen bool

	// Index is the node's position in Module.Nodes.
	Index int32

	// Small is the value of an Int for which Big is nil.
	Small int64

	// Big is the value of an Int that does not fit Small, else nil.
	Big *big.Int

	// Real and Imag are the IEEE 754 bits of a Float (Real) or Complex.
	Real, Imag uint64

	// Data is the contents of a Bytes, or the code points of a Str in UTF-8
	// where a surrogate is encoded as any other code point of three bytes
	// (Python's "surrogatepass").
	Data string

	// Elems is the items of a Tuple, the elements of a FrozenSet in order of
	// insertion, or start, stop and step of a Slice.
	Elems []*Node

	// Code is set for CodeKind.
	Code *Code
}

// Code is the fields of a code object, named as in CPython's PyCodeObject.
type Code struct {
	ArgCount        int32 // without keyword-only, *args, **kwargs
	PosOnlyArgCount int32
	KwOnlyArgCount  int32
	StackSize       int32
	Flags           uint32
	FirstLineno     int32

	// Bytecode is code units of two bytes, as in the data: not specialized,
	// inline caches zero.
	Bytecode []byte

	Consts          *Node // Tuple
	Names           *Node // Tuple of Str
	LocalsPlusNames *Node // Tuple of Str
	LocalsPlusKinds *Node // Bytes, one for each of LocalsPlusNames
	Filename        *Node // nil: the module's
	Name            *Node // Str
	Qualname        *Node // Str
	LineTable       *Node // Bytes
	ExceptionTable  *Node // Bytes
}

// Refs returns the nodes a code object refers to, in a fixed order. Filename is
// nil where it is the module's.
func (c *Code) Refs() [9]*Node {
	return [...]*Node{
		c.Consts, c.Names, c.LocalsPlusNames, c.LocalsPlusKinds, c.Filename,
		c.Name, c.Qualname, c.LineTable, c.ExceptionTable,
	}
}

// refNames are the names of the fields in the order of Refs, for paths.
var refNames = [9]string{
	"consts", "names", "localsplusnames", "localspluskinds", "filename",
	"name", "qualname", "linetable", "exceptiontable",
}

// A Module is the object graph of one module.
type Module struct {
	Version pyc.Version

	// Filename is the co_filename of the root as it was compiled.
	Filename string

	// Root is the module's code object.
	Root *Node

	// Nodes is every node of the graph; the root is the first. See "Order" in
	// the package's comment.
	Nodes []*Node
}

// Len returns the number of code points of a Str, of bytes of a Bytes, of
// elements of a Tuple, FrozenSet or Slice, and 0 for other kinds.
func (n *Node) Len() int {
	switch n.Kind {
	case Bytes:
		return len(n.Data)
	case Str:
		if n.ASCII {
			return len(n.Data)
		}
		count := 0
		for i := 0; i < len(n.Data); i++ {
			if utf8.RuneStart(n.Data[i]) {
				count++
			}
		}
		return count
	}
	return len(n.Elems)
}

// CodePoints returns the code points of a Str. Surrogates are possible.
func (n *Node) CodePoints() []rune { return pyc.CodePoints(n.Data) }

// MaxChar returns the largest code point of a Str, 0 if it is empty. It decides
// how wide CPython stores the string: below 128, 256, 65536 or more.
func (n *Node) MaxChar() rune {
	var m rune
	if n.ASCII {
		for i := 0; i < len(n.Data); i++ {
			m = max(m, rune(n.Data[i]))
		}
		return m
	}
	for _, r := range n.CodePoints() {
		m = max(m, r)
	}
	return m
}
