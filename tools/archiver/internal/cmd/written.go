package cmd

// This file finds the functions that a program's imports write to: those that run, and those
// with names that the process has as other objects when it imports their modules.

import (
	"slices"
	"unicode/utf8"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/image"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/training"
)

// A writtenTo is what training knows of such functions.
type writtenTo struct {
	lines map[string]map[int32]bool // by module: the first lines of functions that ran
	names map[string]bool           // as other objects
}

// newWrittenTo leaves out names that images point to the interpreter's own strings for: those
// in fixed, and single characters.
func newWrittenTo(functions []training.Functions, interned []string, fixed map[string]uint64) *writtenTo {
	w := &writtenTo{lines: map[string]map[int32]bool{}, names: map[string]bool{}}
	for _, f := range functions {
		lines := make(map[int32]bool, len(f.Lines))
		for _, line := range f.Lines {
			lines[line] = true
		}
		w.lines[f.Module] = lines
	}
	for _, name := range interned {
		if fixed[name] == 0 && utf8.RuneCountInString(name) > 1 {
			w.names[name] = true
		}
	}
	return w
}

// mark sets Written of the modules that the program imports. Of two kinds, both small, it is
// all functions: most of generated ones run, and startModules run before training starts.
func (w *writtenTo) mark(mods []image.Module) {
	for i := range mods {
		m := &mods[i]
		if !m.Hot || m.Graph == nil {
			continue
		}
		lines := w.lines[m.Name]
		all := m.Kind == image.ModuleGenerated || slices.Contains(startModules, m.Name)
		m.Written = map[*graph.Node]bool{}
		for _, n := range m.Graph.Nodes {
			if c := n.Code; c != nil && (all || lines[c.FirstLineno] || w.has(c.Name) || w.has(c.Qualname)) {
				m.Written[n] = true
			}
		}
	}
}

func (w *writtenTo) has(n *graph.Node) bool { return n.Interned && w.names[n.Data] }
