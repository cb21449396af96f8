// This file finds the modules that a module's code may import.

package graph

import (
	"bytes"
	"maps"
	"slices"
	"strings"
)

// An ImportSet is the absolute dotted names a module may import, each list
// sorted and without repetition. A name need not exist.
type ImportSet struct {
	// Names come from import statements: the module, every package on the way
	// to it, and for `from a import b` also a.b, which may be a module. Lazy
	// imports (PEP 810) are included.
	Names []string

	// Modules is the part of Names that must be modules: of `from a.b import c`
	// a and a.b, but not a.b.c.
	Modules []string

	// Eager is the part of Names that is imported when the module's body runs: no
	// function is needed.
	Eager []string

	// Maybe are the str constants that could name a module, as in
	// importlib.import_module("a.b"): dotted ASCII identifiers, and relative
	// names such as ".b" resolved against the package. One that is also in
	// Names is left out. Most are not modules: compare with what exists.
	Maybe []string
}

// An ImportScan says what Imports looks for.
type ImportScan struct {
	// Package is what relative imports start from (__package__); with "" they are
	// left out, since they fail at run time, too.
	Package string

	// Dotted asks for the constants with a dot in them, and Words for the others.
	Dotted, Words bool
}

// codeOptimized is CO_OPTIMIZED, which functions have and bodies of modules and
// classes do not (Include/cpython/code.h).
const codeOptimized = 1

// Imports scans the bytecode and constants of m.
func Imports(m *Module, o ImportScan) ImportSet {
	s := importScan{
		ImportScan: o, traits: traitsOf[m.Version],
		names: map[string]bool{}, modules: map[string]bool{}, eager: map[string]bool{}, maybe: map[string]bool{},
	}
	for _, n := range m.Nodes {
		if n.Kind == CodeKind {
			s.code(n.Code)
		}
	}
	if o.Dotted || o.Words {
		s.constants(m)
	}
	for name := range s.names {
		delete(s.maybe, name)
	}
	return ImportSet{Names: sorted(s.names), Modules: sorted(s.modules), Eager: sorted(s.eager), Maybe: sorted(s.maybe)}
}

func sorted(set map[string]bool) []string {
	list := slices.AppendSeq(make([]string, 0, len(set)), maps.Keys(set))
	slices.Sort(list)
	return list
}

type importScan struct {
	ImportScan
	traits                       *traits
	names, modules, eager, maybe map[string]bool
}

// code looks at every IMPORT_NAME of c. The compiler emits an import as
//
//	push level; push fromlist; IMPORT_NAME
//
// with nothing in between (Python/codegen.c, up to 3.13 Python/compile.c). What
// IMPORT_FROM takes is in fromlist, too. A zero code unit is an inline cache.
func (s *importScan) code(c *Code) {
	if bytes.IndexByte(c.Bytecode, s.traits.importName) < 0 {
		return // as most functions
	}
	var (
		ext       int
		op, oparg [3]int // this instruction and the two before
	)
	for i := 0; i+1 < len(c.Bytecode); i += 2 {
		code, arg := c.Bytecode[i], ext<<8|int(c.Bytecode[i+1])
		if code == 0 {
			continue
		}
		if code == s.traits.extendedArg {
			ext = arg & 0xffffff
			continue
		}
		ext = 0
		op = [3]int{int(code), op[0], op[1]}
		oparg = [3]int{arg, oparg[0], oparg[1]}
		if code == s.traits.importName {
			s.importName(c, op, oparg)
		}
	}
}

// importName notes what an IMPORT_NAME imports.
func (s *importScan) importName(c *Code, op, oparg [3]int) {
	name, ok := item(c.Names, oparg[0]>>s.traits.nameShift)
	if !ok {
		return
	}
	level := 0 // unless the code is not the compiler's
	if n, ok := s.constant(c, op[2], oparg[2]); ok && n.Kind == Int && n.Big == nil {
		level = int(n.Small)
	}
	module := resolve(s.Package, level, name.Data)
	if module == "" {
		return
	}
	eager := c.Flags&codeOptimized == 0
	add(s.names, module)
	add(s.modules, module)
	if eager {
		add(s.eager, module)
	}
	if list, ok := s.constant(c, op[1], oparg[1]); ok {
		for _, e := range list.Elems {
			if e.Kind == Str && e.Data != "*" {
				full := join(module, e.Data)
				add(s.names, full)
				if eager {
					add(s.eager, full)
				}
			}
		}
	}
}

// constant returns the constant an instruction pushes.
func (s *importScan) constant(c *Code, op, arg int) (*Node, bool) {
	switch {
	case op == 0:
	case op == int(s.traits.loadConst):
		return item(c.Consts, arg)
	case op == int(s.traits.loadSmallInt):
		return &Node{Kind: Int, Small: int64(arg)}, true
	}
	return nil, false
}

func item(tuple *Node, i int) (*Node, bool) {
	if i < 0 || i >= len(tuple.Elems) {
		return nil, false
	}
	return tuple.Elems[i], true
}

// add enters name and the packages it is in.
func add(names map[string]bool, name string) {
	for name != "" && !names[name] {
		names[name] = true
		i := strings.LastIndexByte(name, '.')
		if i < 0 {
			return
		}
		name = name[:i]
	}
}

// constants looks at the str constants of all code objects of m.
func (s *importScan) constants(m *Module) {
	done := make([]bool, len(m.Nodes))
	var visit func(n *Node)
	visit = func(n *Node) {
		if done[n.Index] {
			return
		}
		done[n.Index] = true
		if n.Kind == Str {
			s.guess(n)
		}
		for _, e := range n.Elems {
			visit(e)
		}
	}
	for _, n := range m.Nodes {
		if n.Kind == CodeKind {
			visit(n.Code.Consts)
		}
	}
}

func (s *importScan) guess(n *Node) {
	if !n.ASCII || !s.Words && strings.IndexByte(n.Data, '.') < 0 {
		return
	}
	name := strings.TrimLeft(n.Data, ".")
	if !isDotted(name) {
		return
	}
	full := resolve(s.Package, len(n.Data)-len(name), name)
	if full == "" {
		return
	}
	if dotted := strings.Contains(full, "."); dotted && s.Dotted || !dotted && s.Words {
		s.maybe[full] = true
	}
}

// resolve makes the absolute name of an import, as importlib._bootstrap does in
// _resolve_name; "" if there is none. Level 0 is an absolute import.
func resolve(pkg string, level int, name string) string {
	if level <= 0 {
		return name
	}
	for ; level > 1; level-- {
		i := strings.LastIndexByte(pkg, '.')
		if i < 0 {
			return ""
		}
		pkg = pkg[:i]
	}
	if pkg == "" {
		return ""
	}
	return join(pkg, name)
}

func join(pkg, name string) string {
	if name == "" {
		return pkg
	}
	return pkg + "." + name
}

// isDotted reports whether s is ASCII identifiers with dots in between.
func isDotted(s string) bool {
	start := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_':
			start = false
		case '0' <= c && c <= '9' && !start:
		case c == '.' && !start:
			start = true
		default:
			return false
		}
	}
	return !start
}
