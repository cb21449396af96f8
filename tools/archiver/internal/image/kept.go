// This file keeps the plans of an archive's modules for the next archive.

package image

import (
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/abi"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
)

// Kept is what building an archive leaves for the next one: the plans of modules, which
// are used again where the same graph is given, for the same ABI. It changes no byte of
// an archive. The zero Kept is ready; it is for one Build at a time.
type Kept struct {
	abi   *abi.ABI
	plans map[planKey]*modulePlan
	texts *textSet // of the plans; some may be of none any more
	count int      // of modules in all archives
}

// A planKey is all that a plan depends on beside the ABI.
type planKey struct {
	graph *graph.Module
	kind  uint32
	path  int // its length
}

func (m *Module) planKey() planKey { return planKey{m.Graph, m.Kind, len(m.Path)} }

// take returns what k has for an ABI, and leaves nothing in k: what an archive that cannot
// be built makes of it is lost.
func (k *Kept) take(a *abi.ABI) Kept {
	var taken Kept
	if k != nil {
		taken, *k = *k, Kept{}
	}
	if taken.abi != a {
		return Kept{abi: a, texts: newTextSet()}
	}
	return taken
}

// plan returns the plan for a module, nil if there is none. A plan is used once in an archive.
func (k *Kept) plan(m *Module) *modulePlan {
	key := m.planKey()
	p := k.plans[key]
	if p != nil {
		delete(k.plans, key)
		p.Module = m
	}
	return p
}

// keep stores what take returned together with the plans of an archive.
func (k *Kept) keep(taken Kept, p *planner) {
	if k == nil || taken.texts.len() > 2*len(p.interns) {
		return // most strings are those of modules that have changed since
	}
	taken.plans = make(map[planKey]*modulePlan, len(p.modules))
	for _, m := range p.modules {
		if hasObjects(m.Kind) {
			taken.plans[m.planKey()] = m
		}
	}
	taken.count += len(p.modules)
	*k = taken
}
