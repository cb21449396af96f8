// This file compares two graphs.

package graph

import (
	"bytes"
	"fmt"
	"slices"
)

// Equal reports whether a and b are the same graph, identities included. The
// file names the modules were compiled with do not matter.
func Equal(a, b *Module) bool {
	if a.Version != b.Version || len(a.Nodes) != len(b.Nodes) {
		return false
	}
	// The order of Nodes depends on the graph alone: equal graphs have equal
	// nodes at equal positions.
	for i, x := range a.Nodes {
		y := b.Nodes[i]
		if !sameScalar(x, y) || !slices.EqualFunc(x.Elems, y.Elems, sameIndex) {
			return false
		}
		if x.Code != nil && !sameCode(x.Code, y.Code) {
			return false
		}
	}
	return true
}

func sameIndex(x, y *Node) bool {
	if x == nil || y == nil {
		return x == y
	}
	return x.Index == y.Index
}

func sameCode(x, y *Code) bool {
	xs, ys := x.Refs(), y.Refs()
	return x.numbers() == y.numbers() && bytes.Equal(x.Bytecode, y.Bytecode) &&
		slices.EqualFunc(xs[:], ys[:], sameIndex)
}

// Diff returns the first difference between a and b as "path: what", where the
// path starts at the module's code object ("consts[3].names[1]"), or "" if there
// is none.
func Diff(a, b *Module) string {
	if Equal(a, b) {
		return ""
	}
	if a.Version != b.Version {
		return fmt.Sprintf("version: %v and %v", a.Version, b.Version)
	}
	d := differ{other: make([]*Node, len(a.Nodes)), used: make([]bool, len(b.Nodes))}
	return d.node("", a.Root, b.Root)
}

// numberNames are the names of what numbers returns, for paths.
var numberNames = [...]string{
	"argcount", "posonlyargcount", "kwonlyargcount", "stacksize", "flags",
	"firstlineno", "length of bytecode",
}

func (c *Code) numbers() [len(numberNames)]int64 {
	return [...]int64{
		int64(c.ArgCount), int64(c.PosOnlyArgCount), int64(c.KwOnlyArgCount),
		int64(c.StackSize), int64(c.Flags), int64(c.FirstLineno), int64(len(c.Bytecode)),
	}
}

type differ struct {
	other []*Node // by Index in a: the node of b in its place
	used  []bool  // by Index in b: is in other
}

func (d *differ) node(path string, x, y *Node) string {
	if x == nil || y == nil {
		if x != y {
			return at(path, "%s and %s", Repr(x), Repr(y))
		}
		return ""
	}
	if !sameScalar(x, y) {
		return at(path, "%s and %s", Repr(x), Repr(y))
	}
	if len(x.Elems) != len(y.Elems) {
		return at(path, "%v of %d and of %d", x.Kind, len(x.Elems), len(y.Elems))
	}
	if o := d.other[x.Index]; o != nil || d.used[y.Index] {
		if o != y {
			return at(path, "%s and %s are shared with other places", Repr(x), Repr(y))
		}
		return ""
	}
	d.other[x.Index] = y
	d.used[y.Index] = true
	if x.Code != nil {
		return d.code(path, x.Code, y.Code)
	}
	for i := range x.Elems {
		if s := d.node(fmt.Sprintf("%s[%d]", path, i), x.Elems[i], y.Elems[i]); s != "" {
			return s
		}
	}
	return ""
}

// sameScalar compares all of two nodes but the references.
func sameScalar(x, y *Node) bool {
	if (x.Big == nil) != (y.Big == nil) || x.Big != nil && x.Big.Cmp(y.Big) != 0 {
		return false
	}
	return x.Kind == y.Kind && x.Interned == y.Interned && x.Small == y.Small &&
		x.Real == y.Real && x.Imag == y.Imag && x.Data == y.Data
}

func (d *differ) code(path string, x, y *Code) string {
	if path != "" {
		path += "."
	}
	m, n := x.numbers(), y.numbers()
	for i := range m {
		if m[i] != n[i] {
			return at(path+numberNames[i], "%d and %d", m[i], n[i])
		}
	}
	if !bytes.Equal(x.Bytecode, y.Bytecode) {
		i := 0
		for x.Bytecode[i] == y.Bytecode[i] {
			i++
		}
		return at(path+"bytecode", "byte %d is %#02x and %#02x", i, x.Bytecode[i], y.Bytecode[i])
	}
	xs, ys := x.Refs(), y.Refs()
	for i := range xs {
		if s := d.node(path+refNames[i], xs[i], ys[i]); s != "" {
			return s
		}
	}
	return ""
}

func at(path, format string, args ...any) string {
	if path == "" {
		path = "module"
	}
	return path + ": " + fmt.Sprintf(format, args...)
}
