// This file decides where the objects of a module go.

package image

import (
	"fmt"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/layout"
)

// A place is where a pointer to a node points to.
type place struct {
	kind   uint32 // of section, or one of the following
	offset uint32 // from the start of the module's part, or as said there
}

// Parts of sections that are planned as sections: on a page that is used in one way lies
// nothing that is used in another.
const (
	// Functions, of section code. Module and class bodies, in the first part, run at
	// import and are written to then, as are the functions that Module.Written has.
	sectionFunctions = SectionLast + 1 + iota

	// Tables of code objects that are read for tracebacks, debuggers and exceptions
	// alone, of section const.
	sectionTables

	sectionCount
)

// Places outside the sections.
const (
	atSymbol    = 100 + iota // offset is the symbol's key
	atInterned               // offset is the string's number
	atFixed                  // likewise; the interpreter's own object is pointed to
	atFrozenset              // offset is the index in modulePlan.frozensets
)

// A modulePlan is the places of the nodes of one module, and the sizes of its parts
// of the sections. Planning and writing a module needs no other module.
type modulePlan struct {
	*Module
	places     []place // by graph.Node.Index
	frozensets []frozensetPlan
	interned   internRefs
	symbols    []uint32      // keys of the symbols that pointers lead to, each once
	capacity   int           // of the path string
	fileSize   int           // of the path string's object
	codes      []*graph.Node // code objects, whose places planner.assignCode finds
	sizes      [sectionCount]int

	// Numbers of pointers.
	slots, frozensetSlots, filenameSlots, relocs int
	based                                        bool // some lead into the image
	prelinked                                    bool // some are to the interpreter's own strings

	// Set by planner.assign for each archive.
	starts     [sectionCount]uint32 // of the module's parts of the sections: in them, later in the file
	file       uint32               // path string, likewise
	nstrings   int                  // different ones
	firstCode  uint32               // number of the first code object
	bind       int                  // offset of the bind block in its section
	reloc      int                  // and of the reloc block
	bindBytes  int
	relocBytes int
}

// A frozensetPlan is a frozenset and the place of its tuple of elements.
type frozensetPlan struct {
	node  *graph.Node
	tuple place
}

// codeOptimized is CO_OPTIMIZED, which functions have and bodies of modules and
// classes do not (Include/cpython/code.h).
const codeOptimized = 1

// pathReserve is what a path string has room for besides the module's path: the
// directory the path is relative to, with a final slash.
const pathReserve = 257

// A modulePlanner plans modules, one after the other.
type modulePlanner struct {
	layout  *layout.Layout
	symbols *symbolSet // for their keys
	plan    *modulePlan
	fixed   map[string]uint64 // as planner.fixed
	used    []bool            // by key of symbol: is in plan.symbols
	texts   *textSet          // of all modules so far
}

// module plans a module. An error says what the image cannot hold.
func (p *modulePlanner) module(m *Module) (*modulePlan, error) {
	plan := &modulePlan{Module: m}
	if !hasObjects(m.Kind) {
		return plan, nil
	}
	p.plan = plan
	g := m.Graph
	plan.places = make([]place, len(g.Nodes))
	sets := false
	tables := p.tables(g)
	// Which section a tuple is in depends on the strings in it.
	for _, n := range g.Nodes {
		if isInterned(n) {
			plan.places[n.Index] = p.internedStr(n)
		}
	}
	for _, n := range g.Nodes {
		var err error
		if tables[n.Index] {
			plan.places[n.Index], err = p.alloc(sectionTables, p.layout.BytesSize(len(n.Data)), 0)
		} else {
			plan.places[n.Index], err = p.node(n)
		}
		if err != nil {
			return nil, err
		}
		sets = sets || n.Kind == graph.FrozenSet
	}
	if sets {
		o := frozensetOrder{planner: p, seen: make([]bool, len(g.Nodes))}
		for _, n := range g.Nodes {
			o.visit(n)
		}
	}
	// The capacity uses up what alignment would leave.
	room := len(m.Path)
	if !hasFullPath(m.Kind) {
		room += pathReserve
	}
	plan.fileSize = align(p.layout.StrSize(room, 0), layout.PointerSize)
	plan.capacity = plan.fileSize - p.layout.StrSize(0, 0)
	p.count()
	return plan, nil
}

// tables returns, by index, the nodes that are tables of code objects and nothing else.
func (p *modulePlanner) tables(g *graph.Module) []bool {
	var table, other = make([]bool, len(g.Nodes)), make([]bool, len(g.Nodes))
	for _, n := range g.Nodes {
		for _, e := range n.Elems {
			other[e.Index] = true
		}
		if n.Code == nil {
			continue
		}
		for _, t := range []*graph.Node{n.Code.LocalsPlusKinds, n.Code.LineTable, n.Code.ExceptionTable} {
			table[t.Index] = t.Kind == graph.Bytes && t.Data != ""
		}
	}
	for i := range table {
		table[i] = table[i] && !other[i]
	}
	return table
}

// count counts the pointers that the writer will write.
func (p *modulePlanner) count() {
	plan := p.plan
	p.toSymbol(SymUnicodeType) // the path string's
	for _, n := range plan.Graph.Nodes {
		if plan.places[n.Index].kind >= sectionCount {
			continue
		}
		p.toSymbol(typeSymbols[n.Kind])
		p.toNodes(n.Elems)
		if n.Code != nil {
			refs := n.Code.Refs()
			for _, r := range refs {
				if r != nil {
					continue
				}
				plan.filenameSlots++
				plan.relocs++
				plan.based = true
			}
			p.toNodes(refs[:])
		}
	}
	for _, f := range plan.frozensets {
		p.toSymbol(SymTupleType)
		p.toNodes(f.node.Elems)
	}
	for _, key := range plan.symbols {
		p.used[key] = false
	}
}

// typeSymbols are the types of the nodes that are objects of the image.
var typeSymbols = [...]uint32{
	graph.Int: SymLongType, graph.Float: SymFloatType, graph.Complex: SymComplexType,
	graph.Bytes: SymBytesType, graph.Str: SymUnicodeType, graph.Tuple: SymTupleType,
	graph.Slice: SymSliceType, graph.CodeKind: SymCodeType,
}

func (p *modulePlanner) toSymbol(key uint32) {
	p.plan.relocs++
	if !p.used[key] {
		p.used[key] = true
		p.plan.symbols = append(p.plan.symbols, key)
	}
}

func (p *modulePlanner) toNodes(nodes []*graph.Node) {
	plan := p.plan
	for _, n := range nodes {
		if n == nil {
			continue
		}
		switch at := plan.places[n.Index]; at.kind {
		case atSymbol:
			p.toSymbol(at.offset)
		case atFrozenset:
			plan.frozensetSlots++
		case atFixed:
			plan.slots++
		case atInterned:
			plan.slots++
			fallthrough
		default:
			plan.relocs++
			plan.based = true
		}
	}
}

// alloc takes size bytes of the module's part of a section, after gap bytes.
func (p *modulePlanner) alloc(kind uint32, size, gap int) (place, error) {
	return p.plan.alloc(kind, size, gap), nil
}

func (m *modulePlan) alloc(kind uint32, size, gap int) place {
	at := m.sizes[kind] + gap
	m.sizes[kind] = at + align(size, layout.PointerSize)
	return place{kind, uint32(at)}
}

func symbol(key uint32) (place, error) { return place{atSymbol, key}, nil }

func (p *modulePlanner) node(n *graph.Node) (place, error) {
	l := p.layout
	switch n.Kind {
	case graph.None:
		return symbol(SymNone)
	case graph.True:
		return symbol(SymTrue)
	case graph.False:
		return symbol(SymFalse)
	case graph.Ellipsis:
		return symbol(SymEllipsis)
	case graph.Int:
		if n.Big == nil && l.SmallIntMin <= n.Small && n.Small <= l.SmallIntMax {
			return symbol(p.symbols.smallInt(n.Small))
		}
		return p.alloc(SectionConst, l.IntSize(n.Small, n.Big), 0)
	case graph.Float:
		return p.alloc(SectionConst, layout.FloatSize, 0)
	case graph.Complex:
		return p.alloc(SectionConst, layout.ComplexSize, 0)
	case graph.Bytes:
		if n.Data == "" {
			return symbol(SymEmptyBytes)
		}
		return p.alloc(SectionConst, l.BytesSize(len(n.Data)), 0)
	case graph.Str:
		return p.str(n)
	case graph.Tuple:
		if len(n.Elems) == 0 {
			return symbol(SymEmptyTuple)
		}
		return p.alloc(p.groupSection(n), l.TupleSize(len(n.Elems)), layout.GCHeadSize)
	case graph.Slice:
		if !l.SliceType {
			return place{}, fmt.Errorf("slice constant in bytecode of CPython 3.%d, which has none", l.Minor)
		}
		return p.alloc(p.groupSection(n), layout.SliceSize, layout.GCHeadSize)
	case graph.FrozenSet:
		return place{kind: atFrozenset}, nil // frozensetOrder completes it
	case graph.CodeKind:
		p.plan.codes = append(p.plan.codes, n)
		return place{kind: SectionCode}, nil // planner.assignCode completes it
	}
	return place{}, fmt.Errorf("constant of type %v, which an archive cannot hold", n.Kind)
}

func (p *modulePlanner) str(n *graph.Node) (place, error) {
	// The runtime has one object for each of these, interned or not.
	if n.Data == "" {
		return symbol(SymEmptyStr)
	}
	if r, ok := latin1Char(n); ok {
		return symbol(p.symbols.latin1(r))
	}
	if n.Interned {
		return p.plan.places[n.Index], nil
	}
	return p.alloc(SectionConst, p.layout.StrSize(n.Len(), n.MaxChar()), 0)
}

// internedStr returns the place of an interned string, which planner.numberTexts completes.
func (p *modulePlanner) internedStr(n *graph.Node) place {
	t, refs := p.text(n), &p.plan.interned
	refs.nodes, refs.texts = append(refs.nodes, n), append(refs.texts, t)
	if !t.fixed {
		return place{kind: atInterned}
	}
	p.plan.prelinked = true
	return place{kind: atFixed}
}

// latin1Char returns the character of a str that is one character below 256.
func latin1Char(n *graph.Node) (rune, bool) {
	if len(n.Data) == 1 {
		return rune(n.Data[0]), true
	}
	if len(n.Data) == 2 {
		if r := n.CodePoints(); len(r) == 1 && r[0] < 256 {
			return r[0], true
		}
	}
	return 0, false
}

// groupSection returns the section of a tuple or slice: patched if one of its
// pointers may be changed by a bind in the interpreter built for.
func (p *modulePlanner) groupSection(n *graph.Node) uint32 {
	for _, e := range n.Elems {
		if e.Kind == graph.FrozenSet || p.plan.places[e.Index].kind == atInterned {
			return SectionPatched
		}
	}
	return SectionConst
}

// isInterned reports whether n is an interned string of the image.
func isInterned(n *graph.Node) bool {
	if n.Kind != graph.Str || !n.Interned || n.Data == "" {
		return false
	}
	_, one := latin1Char(n)
	return !one
}

// A frozensetOrder lists the frozensets of a module, inner before outer.
type frozensetOrder struct {
	planner *modulePlanner
	seen    []bool
}

func (o *frozensetOrder) visit(n *graph.Node) {
	if o.seen[n.Index] {
		return
	}
	o.seen[n.Index] = true
	for _, e := range n.Elems {
		o.visit(e)
	}
	if n.Kind != graph.FrozenSet {
		return
	}
	p := o.planner
	tuple, _ := p.alloc(p.groupSection(n), p.layout.TupleSize(len(n.Elems)), layout.GCHeadSize)
	p.plan.places[n.Index].offset = uint32(len(p.plan.frozensets))
	p.plan.frozensets = append(p.plan.frozensets, frozensetPlan{n, tuple})
}
