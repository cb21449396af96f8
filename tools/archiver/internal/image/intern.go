// This file numbers the strings that the modules of an archive share.

package image

import (
	"hash/maphash"
	"sync"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/parallel"
)

// An internText is an interned string, first as one core sees it, then in the archive.
type internText struct {
	same   *internText // the archive's; itself, if it is that
	number uint32
	size   int  // of the object
	module int  // that had it last, counted from 1 over all archives of a Kept
	fixed  bool // the interpreter has it at a constant address
}

// internRefs are the interned strings of a module, in the order of its nodes.
type internRefs struct {
	nodes []*graph.Node
	texts []*internText
}

// textShards is the number of parts of a textSet, which are merged at the same time.
const textShards = 16

// textSeed decides which string is in which part, and nothing else.
var textSeed = maphash.MakeSeed()

// A textSet is the strings of the modules that one core plans.
type textSet struct {
	shards [textShards]map[string]*internText
	arena  []internText
}

func newTextSet() *textSet {
	set := new(textSet)
	for i := range set.shards {
		set.shards[i] = make(map[string]*internText)
	}
	return set
}

func (s *textSet) len() int {
	n := 0
	for _, shard := range s.shards {
		n += len(shard)
	}
	return n
}

// text returns the set's entry of a string.
func (p *modulePlanner) text(n *graph.Node) *internText {
	set := p.texts
	shard := set.shards[maphash.String(textSeed, n.Data)%textShards]
	t := shard[n.Data]
	if t == nil {
		if len(set.arena) == 0 {
			set.arena = make([]internText, 512)
		}
		t, set.arena = &set.arena[0], set.arena[1:]
		t.same = t
		t.size = p.layout.StrSize(n.Len(), n.MaxChar())
		t.fixed = p.fixed[n.Data] != 0
		shard[n.Data] = t
	}
	return t
}

// textSets are those of all cores.
type textSets struct {
	mu   sync.Mutex
	sets []*textSet
	used bool // the first has a core
}

// add returns the set of one more core; the first has the kept strings.
func (s *textSets) add() *textSet {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.used {
		s.used = true
		return s.sets[0]
	}
	set := newTextSet()
	s.sets = append(s.sets, set)
	return set
}

// merge has equal strings of different cores point to the same one, and adds all to the
// first set.
func (s *textSets) merge() {
	parallel.Each(textShards, func() func(int) {
		return func(i int) {
			all := s.sets[0].shards[i]
			for _, set := range s.sets[1:] {
				for text, t := range set.shards[i] {
					if same := all[text]; same != nil {
						t.same = same
					} else {
						all[text] = t
					}
				}
			}
		}
	})
}

// assignTexts finds the places of module i's strings that no module before has.
func (p *planner) assignTexts(i int) {
	m, number := p.modules[i], p.before+i+1
	m.nstrings = 0
	for k, t := range m.interned.texts {
		t = t.same
		if t.module <= p.before {
			p.interns = append(p.interns, internPlan{m.interned.nodes[k], t, m.part(), p.str(m.part(), t.size)})
		}
		if t.module != number {
			t.module = number
			m.nstrings++
		}
	}
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
				m.places[n.Index].offset = m.interned.texts[k].same.number
			}
		}
	})
}
