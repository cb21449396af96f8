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

	program map[*compiled]*builtGraph // of the program's files
	ready   chan struct{}             // is closed when they are made
}

// A builtGraph is a graph or why there is none.
type builtGraph struct {
	graph *graph.Module
	err   error
}

// startGraphs makes the graphs of the program's files, nearly all of which will be asked
// for, while the caller goes on.
func startGraphs(in *inputs) *graphs {
	g := &graphs{
		in: in, version: pyc.Version(in.abi.Version.Minor), done: map[string]*graph.Module{},
		program: map[*compiled]*builtGraph{}, ready: make(chan struct{}),
	}
	var files []*compiled
	for _, c := range in.files[resolve.Runfiles] {
		if c.record.Error == nil {
			files = append(files, c)
			g.program[c] = new(builtGraph)
		}
	}
	go func() {
		defer close(g.ready)
		parallel.Each(len(files), func() func(int) {
			b := new(graph.Builder)
			return func(i int) { *g.program[files[i]] = g.build(b, files[i]) }
		})
	}()
	return g
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
	<-g.ready
	scans := make([]resolve.Scanned, len(mods))
	made := make([]builtGraph, len(mods))
	parallel.Each(len(mods), func() func(int) {
		b := new(graph.Builder)
		return func(i int) {
			s := mods[i].Source
			c := g.in.files[s.Root][s.Path]
			if p := g.program[c]; p != nil {
				made[i] = *p
			} else {
				made[i] = g.build(b, c)
			}
			if made[i].err == nil {
				scans[i] = scanImports(made[i].graph, mods[i])
			}
		}
	})
	for i, m := range mods {
		if err := made[i].err; err != nil { // always the first one, whichever core met it
			return nil, g.wrap(m.Name, g.in.files[m.Source.Root][m.Source.Path], m.Source.Path, err)
		}
		g.done[m.Name] = made[i].graph
	}
	return scans, nil
}

// wrap says of which module an error of build is.
func (g *graphs) wrap(name string, c *compiled, path string, err error) error {
	return fmt.Errorf("module %q: %s in bundle %s: %w; rebuild with the toolchain's interpreter", name, path, c.bundle, err)
}

func (g *graphs) build(b *graph.Builder, c *compiled) builtGraph {
	m, err := b.FromPyc(g.version, c.record.Code, graph.Options{FreeThreaded: g.in.abi.FreeThreaded()})
	return builtGraph{m, err}
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
