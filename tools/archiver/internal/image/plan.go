// This file decides where every object goes.

package image

import (
	"fmt"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/layout"
)

// A place is where a pointer to a node points to.
type place struct {
	kind   uint32 // SectionConst to SectionCode, or one of the following
	offset uint32 // from the section's start, or as said there
}

// sectionFunctions is the second part of section code: functions. What is in the
// first part, module and class bodies, runs at import and is written to then; a
// page of it holds nothing else.
const sectionFunctions = SectionCode + 1

// Places outside the sections.
const (
	atSymbol    = 100 + iota // offset is the symbol's key
	atInterned               // offset is the string's number
	atFrozenset              // offset is the index in modulePlan.frozensets
)

// A modulePlan is the places of the nodes of one module.
type modulePlan struct {
	*Module
	places     []place // by graph.Node.Index
	frozensets []frozensetPlan
	file       place // path string
	capacity   int   // of the path string
	codes      int   // number of code objects
}

// A frozensetPlan is a frozenset and the place of its tuple of elements.
type frozensetPlan struct {
	node  *graph.Node
	tuple place
}

// A planner assigns places to the nodes of all modules.
type planner struct {
	layout  *layout.Layout
	symbols *symbolSet
	sizes   [sectionFunctions + 1]int // by kind of section
	strings map[string]uint32         // numbers of the interned strings
	interns []internPlan              // the interned strings, by number
	modules []modulePlan
}

// An internPlan is an interned string and its place.
type internPlan struct {
	node  *graph.Node
	place place
}

// codeOptimized is CO_OPTIMIZED, which functions have and bodies of modules and
// classes do not (Include/cpython/code.h).
const codeOptimized = 1

// pathReserve is what a path string has room for besides the module's path: the
// directory the path is relative to, with a final slash.
const pathReserve = 257

// module plans a module. An error says what the image cannot hold.
func (p *planner) module(m *Module) error {
	g := m.Graph
	if !hasObjects(m.Kind) {
		p.modules = append(p.modules, modulePlan{Module: m})
		return nil
	}
	plan := modulePlan{Module: m, places: make([]place, len(g.Nodes))}
	for _, n := range g.Nodes {
		var err error
		plan.places[n.Index], err = p.node(n)
		if err != nil {
			return err
		}
		if n.Kind == graph.CodeKind {
			plan.codes++
		} else if n.Kind == graph.FrozenSet && plan.frozensets == nil {
			plan.frozensets = make([]frozensetPlan, 0, 8)
		}
	}
	if plan.frozensets != nil {
		o := frozensetOrder{plan: &plan, planner: p, seen: make([]bool, len(g.Nodes))}
		for _, n := range g.Nodes {
			o.visit(n)
		}
	}
	// The capacity uses up what alignment would leave.
	room := len(m.Path)
	if m.Kind != ModuleGenerated { // a generated module's path is complete
		room += pathReserve
	}
	size := align(p.layout.StrSize(room, 0), layout.PointerSize)
	plan.capacity = size - p.layout.StrSize(0, 0)
	plan.file = p.alloc(SectionStr, size, 0)
	p.modules = append(p.modules, plan)
	return nil
}

// alloc takes size bytes of a section, after gap bytes.
func (p *planner) alloc(kind uint32, size, gap int) place {
	at := p.sizes[kind] + gap
	p.sizes[kind] = at + align(size, layout.PointerSize)
	return place{kind, uint32(at)}
}

func (p *planner) symbol(key uint32) (place, error) {
	return place{atSymbol, p.symbols.use(key)}, nil
}

func (p *planner) node(n *graph.Node) (place, error) {
	l := p.layout
	switch n.Kind {
	case graph.None:
		return p.symbol(SymNone)
	case graph.True:
		return p.symbol(SymTrue)
	case graph.False:
		return p.symbol(SymFalse)
	case graph.Ellipsis:
		return p.symbol(SymEllipsis)
	case graph.Int:
		if n.Big == nil && l.SmallIntMin <= n.Small && n.Small <= l.SmallIntMax {
			return place{atSymbol, p.symbols.smallInt(n.Small)}, nil
		}
		p.symbols.use(SymLongType)
		return p.alloc(SectionConst, l.IntSize(n.Small, n.Big), 0), nil
	case graph.Float:
		p.symbols.use(SymFloatType)
		return p.alloc(SectionConst, layout.FloatSize, 0), nil
	case graph.Complex:
		p.symbols.use(SymComplexType)
		return p.alloc(SectionConst, layout.ComplexSize, 0), nil
	case graph.Bytes:
		if n.Data == "" {
			return p.symbol(SymEmptyBytes)
		}
		p.symbols.use(SymBytesType)
		return p.alloc(SectionConst, l.BytesSize(len(n.Data)), 0), nil
	case graph.Str:
		return p.str(n)
	case graph.Tuple:
		if len(n.Elems) == 0 {
			return p.symbol(SymEmptyTuple)
		}
		p.symbols.use(SymTupleType)
		return p.alloc(groupSection(n), l.TupleSize(len(n.Elems)), layout.GCHeadSize), nil
	case graph.Slice:
		if !l.SliceType {
			return place{}, fmt.Errorf("slice constant in bytecode of CPython 3.%d, which has none", l.Minor)
		}
		p.symbols.use(SymSliceType)
		return p.alloc(groupSection(n), layout.SliceSize, layout.GCHeadSize), nil
	case graph.FrozenSet:
		return place{kind: atFrozenset}, nil // frozensetOrder completes it
	case graph.CodeKind:
		p.symbols.use(SymCodeType)
		kind := uint32(SectionCode)
		if n.Code.Flags&codeOptimized != 0 {
			kind = sectionFunctions
		}
		return p.alloc(kind, l.CodeSize(len(n.Code.Bytecode)), 0), nil
	}
	return place{}, fmt.Errorf("constant of type %v, which an archive cannot hold", n.Kind)
}

func (p *planner) str(n *graph.Node) (place, error) {
	// The runtime has one object for each of these, interned or not.
	if n.Data == "" {
		return p.symbol(SymEmptyStr)
	}
	if r, ok := latin1Char(n); ok {
		return place{atSymbol, p.symbols.latin1(r)}, nil
	}
	if n.Interned {
		if i, ok := p.strings[n.Data]; ok {
			return place{atInterned, i}, nil
		}
	}
	p.symbols.use(SymUnicodeType)
	size := p.layout.StrSize(n.Len(), n.MaxChar())
	if !n.Interned {
		return p.alloc(SectionConst, size, 0), nil
	}
	i := uint32(len(p.interns))
	p.strings[n.Data] = i
	p.interns = append(p.interns, internPlan{n, p.alloc(SectionStr, size, 0)})
	return place{atInterned, i}, nil
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
// pointers may be changed by a bind.
func groupSection(n *graph.Node) uint32 {
	for _, e := range n.Elems {
		if e.Kind == graph.FrozenSet || isInterned(e) {
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
	planner *planner
	plan    *modulePlan
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
	o.planner.symbols.use(SymTupleType)
	l := o.planner.layout
	tuple := o.planner.alloc(groupSection(n), l.TupleSize(len(n.Elems)), layout.GCHeadSize)
	o.plan.places[n.Index].offset = uint32(len(o.plan.frozensets))
	o.plan.frozensets = append(o.plan.frozensets, frozensetPlan{n, tuple})
}
