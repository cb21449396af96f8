package cmd

// This file makes object graphs of modules, on all cores.

import (
	"fmt"
	"strings"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/parallel"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/pyc"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/resolve"
)

// graphs holds the object graphs of the modules that were asked for.
type graphs struct {
	in      *inputs
	version pyc.Version
	done    map[string]*graph.Module // by module name
}

// importFunctions are names of functions that import a module named by a string.
var importFunctions = map[string]bool{
	"__import__":    true,
	"find_spec":     true,
	"import_module": true,
	"resolve_name":  true,
}

// scan is resolve.Input.Scan. It keeps the graphs.
func (g *graphs) scan(mods []*resolve.Module) ([]resolve.Scanned, error) {
	scans := make([]resolve.Scanned, len(mods))
	made := make([]*graph.Module, len(mods))
	errs := make([]error, len(mods))
	parallel.Each(len(mods), func() func(int) {
		b := new(graph.Builder)
		return func(i int) {
			if made[i], errs[i] = g.build(b, mods[i]); errs[i] == nil {
				scans[i] = scanImports(made[i], mods[i])
			}
		}
	})
	for i, m := range mods {
		if errs[i] != nil { // always the first one, whichever core met it
			return nil, errs[i]
		}
		g.done[m.Name] = made[i]
	}
	return scans, nil
}

func (g *graphs) build(b *graph.Builder, m *resolve.Module) (*graph.Module, error) {
	c := g.in.files[m.Source.Root][m.Source.Path]
	mod, err := b.FromPyc(g.version, c.record.Code, graph.Options{FreeThreaded: g.in.abi.FreeThreaded()})
	if err != nil {
		return nil, fmt.Errorf("module %q: %s in bundle %s: %w; rebuild with the toolchain's interpreter",
			m.Name, m.Source.Path, c.bundle, err)
	}
	return mod, nil
}

func scanImports(m *graph.Module, mod *resolve.Module) resolve.Scanned {
	var dynamic bool
	var prefixes []string
	for _, n := range m.Nodes {
		if n.Kind != graph.Str {
			continue
		}
		dynamic = dynamic || importFunctions[n.Data]
		if p, ok := strings.CutSuffix(n.Data, "."); ok && p != "" && !strings.ContainsAny(p, " /\n") {
			prefixes = append(prefixes, p)
		}
	}
	program := mod.Source.Root == resolve.Runfiles
	return resolve.Scanned{
		ImportSet: graph.Imports(m, graph.ImportScan{Package: mod.Pkg(), Dotted: program, Words: program && dynamic}),
		Dynamic:   dynamic,
		Prefixes:  prefixes,
	}
}
