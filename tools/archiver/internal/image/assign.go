// This file puts the modules' parts together: where each begins, and the strings that
// all modules share.

package image

import (
	"fmt"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/abi"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/layout"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/parallel"
)

// A planner holds the plan of an archive.
type planner struct {
	layout  *layout.Layout
	symbols *symbolSet
	sizes   [2][sectionCount]int // by whether the part is hot, and by kind of section
	modules []*modulePlan
	interns []internPlan      // the interned strings, by number
	fixed   map[string]uint64 // the interpreter's own strings: addresses by text
	nfixed  int               // how many of interns are among them: these have the lowest numbers

	prelinked bool // some pointers are to the interpreter's own strings
	before    int  // number of modules in archives before; see internText
}

// An internPlan is an interned string and its place.
type internPlan struct {
	node   *graph.Node
	text   *internText
	hot    int    // the part of section str: 1 if hot
	offset uint32 // in the part, later in the file
}

// plan plans all modules that have no plan yet.
func plan(modules []Module, a *abi.ABI, l *layout.Layout, kept *Kept) (*planner, error) {
	p := &planner{
		layout: l, symbols: newSymbolSet(l), modules: make([]*modulePlan, len(modules)), fixed: a.Strings,
		before: kept.count,
	}
	var todo []int
	for i := range modules {
		if p.modules[i] = kept.plan(&modules[i]); p.modules[i] == nil {
			todo = append(todo, i)
		}
	}
	errs := make([]error, len(modules))
	texts := textSets{sets: []*textSet{kept.texts}}
	parallel.Each(len(todo), func() func(int) {
		mp := modulePlanner{layout: l, symbols: p.symbols, fixed: p.fixed, used: make([]bool, len(p.symbols.used)), texts: texts.add()}
		return func(k int) {
			i := todo[k]
			p.modules[i], errs[i] = mp.module(&modules[i])
		}
	})
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("module %s: %w; leave it out of the archive", modules[i].Name, err)
		}
	}
	for _, m := range p.modules {
		p.prelinked = p.prelinked || m.prelinked
	}
	texts.merge()
	p.assign()
	p.numberTexts()
	p.symbols.finish(a)
	return p, nil
}

// assign gives every module its parts of the sections, and finds the places of the strings
// and the numbers of code objects, in the order of the modules.
func (p *planner) assign() {
	p.symbols.use(SymUnicodeType) // the interned strings'
	codes := 0
	for i, m := range p.modules {
		p.assignCode(m)
		hot := m.part()
		for kind, size := range m.sizes {
			sizes := &p.sizes[p.part(kind, hot)]
			m.starts[kind] = uint32(sizes[kind])
			sizes[kind] += size
		}
		p.assignTexts(i)
		if !hasObjects(m.Kind) {
			continue
		}
		m.file = p.str(hot, m.fileSize)
		for _, key := range m.symbols {
			p.symbols.use(key)
		}
		m.firstCode = uint32(codes)
		codes += len(m.codes)
		m.bind, m.reloc = p.sizes[0][SectionBind], p.sizes[0][SectionReloc]
		m.bindBytes, m.relocBytes = m.blockSizes()
		p.sizes[0][SectionBind] += m.bindBytes
		p.sizes[0][SectionReloc] += m.relocBytes
	}
}

// assignCode finds the places of a module's code objects in its parts.
func (p *planner) assignCode(m *modulePlan) {
	m.sizes[SectionCode], m.sizes[sectionFunctions] = 0, 0
	apart := m.Hot && !p.writesFunctions()
	for _, n := range m.codes {
		kind := uint32(SectionCode)
		if isFunction(n) && !(apart && m.Written[n]) {
			kind = sectionFunctions
		}
		m.places[n.Index] = m.alloc(kind, p.layout.CodeSize(len(n.Code.Bytecode)), 0)
	}
}

// isFunction reports whether a code object is a function's, not a body's.
func isFunction(n *graph.Node) bool { return n.Code.Flags&codeOptimized != 0 }

// part returns 1 for a module that the program's imports run, 0 for others.
func (m *Module) part() int {
	if m.Hot {
		return 1
	}
	return 0
}

// part returns the part of a kind of section that a module's objects go to. Hot is
// only what is written to.
func (p *planner) part(kind, hot int) int {
	switch {
	case kind == SectionStr || kind == SectionPatched || kind == SectionCode,
		kind == sectionTables && p.relocates(),
		(kind == sectionFunctions || kind == SectionConst) && p.writesFunctions():
		return hot
	}
	return 0
}

// writesFunctions reports whether imports write to all functions, and all constants: to
// pointers or reference counts.
func (p *planner) writesFunctions() bool { return p.relocates() || !p.layout.Immortal() }

// relocates reports whether imports write to all objects, whose pointers to types they
// relocate: nothing of the interpreter is at a constant address, as its strings show.
func (p *planner) relocates() bool { return !p.prelinked }

func (p *planner) str(hot, size int) uint32 {
	at := p.sizes[hot][SectionStr]
	p.sizes[hot][SectionStr] += align(size, layout.PointerSize)
	return uint32(at)
}

// blockSizes returns the sizes of the bind and reloc blocks; see writer.bindBlock and
// writer.relocBlock.
func (m *modulePlan) blockSizes() (bind, reloc int) {
	groups := len(m.symbols)
	if m.based {
		groups++
	}
	bind = 2*m.nstrings + 1 + m.slots + 2*len(m.frozensets) + m.frozensetSlots + m.filenameSlots
	return align(wordSize*bind, 8), align(wordSize*(2*groups+m.relocs), 8)
}
