// This file compares two graphs.

package graph

import (
	"bytes"
	"fmt"
)

// Equal reports whether a and b are the same graph, identities included. The
// file names the modules were compiled with do not matter.
func Equal(a, b *Module) bool { return Diff(a, b) == "" }

// Diff returns the first difference between a and b as "path: what", where the
// path starts at the module's code object ("consts[3].names[1]"), or "" if there
// is none.
func Diff(a, b *Module) string {
	if a.Version != b.Version {
		return fmt.Sprintf("version: %v and %v", a.Version, b.Version)
	}
	d := differ{other: make([]*Node, len(a.Nodes)), used: make([]bool, len(b.Nodes))}
	return d.node("", a.Root, b.Root)
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
	if o := d.other[x.Index]; o != nil || d.used[y.Index] {
		if o != y {
			return at(path, "%s and %s are shared with other places", Repr(x), Repr(y))
		}
		return ""
	}
	d.other[x.Index] = y
	d.used[y.Index] = true

	if !sameScalar(x, y) {
		return at(path, "%s and %s", Repr(x), Repr(y))
	}
	if x.Code != nil {
		return d.code(path, x.Code, y.Code)
	}
	if len(x.Elems) != len(y.Elems) {
		return at(path, "%v of %d and of %d", x.Kind, len(x.Elems), len(y.Elems))
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
	for _, f := range [...]struct {
		name string
		x, y int64
	}{
		{"argcount", int64(x.ArgCount), int64(y.ArgCount)},
		{"posonlyargcount", int64(x.PosOnlyArgCount), int64(y.PosOnlyArgCount)},
		{"kwonlyargcount", int64(x.KwOnlyArgCount), int64(y.KwOnlyArgCount)},
		{"stacksize", int64(x.StackSize), int64(y.StackSize)},
		{"flags", int64(x.Flags), int64(y.Flags)},
		{"firstlineno", int64(x.FirstLineno), int64(y.FirstLineno)},
		{"bytecode", int64(len(x.Bytecode)), int64(len(y.Bytecode))},
	} {
		if f.x != f.y {
			return at(path+f.name, "%d and %d", f.x, f.y)
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
