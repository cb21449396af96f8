// This file numbers the strings that the modules of an archive share.

package image

import (
	"hash/maphash"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/parallel"
)

// internShards is the number of pieces of work that finding equal strings is divided into.
const internShards = 16

// internSeed decides which piece a string is part of, and nothing else.
var internSeed = maphash.MakeSeed()

// internRefs are the interned strings of a module, in the order of its nodes.
type internRefs struct {
	nodes  []*graph.Node
	shards []uint8
	texts  []*internText // set by planner.findTexts
}

// An internText is a string of the archive.
type internText struct {
	number uint32
	size   int  // of the object
	module int  // that had it last, counted from 1
	fixed  bool // the interpreter has it at a constant address
}

func (r *internRefs) add(n *graph.Node) {
	r.nodes = append(r.nodes, n)
	r.shards = append(r.shards, uint8(maphash.String(internSeed, n.Data)%internShards))
}

// findTexts gives equal strings of the modules one internText.
func (p *planner) findTexts() {
	for _, m := range p.modules {
		m.interned.texts = make([]*internText, len(m.interned.nodes))
	}
	parallel.Each(internShards, func() func(int) {
		var arena []internText
		return func(shard int) {
			texts := make(map[string]*internText)
			for _, m := range p.modules {
				for i, s := range m.interned.shards {
					if s != uint8(shard) {
						continue
					}
					n := m.interned.nodes[i]
					t := texts[n.Data]
					if t == nil {
						if len(arena) == 0 {
							arena = make([]internText, 256)
						}
						t, arena = &arena[0], arena[1:]
						t.size = p.layout.StrSize(n.Len(), n.MaxChar())
						t.fixed = m.places[n.Index].kind == atFixed
						texts[n.Data] = t
					}
					m.interned.texts[i] = t
				}
			}
		}
	})
}

// numberTexts numbers the strings in the order of the modules, but the interpreter's
// own first.
func (p *planner) numberTexts() {
	interns := make([]internPlan, 0, len(p.interns))
	for _, fixed := range []bool{true, false} {
		for _, s := range p.interns {
			if s.text.fixed == fixed {
				s.text.number = uint32(len(interns))
				interns = append(interns, s)
			}
		}
		if fixed {
			p.nfixed = len(interns)
		}
	}
	p.interns = interns
	parallel.Each(len(p.modules), func() func(int) {
		return func(i int) {
			m := p.modules[i]
			for k, n := range m.interned.nodes {
				m.places[n.Index].offset = m.interned.texts[k].number
			}
			m.interned = internRefs{}
		}
	})
}
