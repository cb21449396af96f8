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

	ready chan struct{} // is closed when those of the program's files are made
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
		ready: make(chan struct{}),
	}
	var files []*compiled
	for _, c := range in.files[resolve.Runfiles] {
		if c.record.Error == nil && !c.graph.made() {
			files = append(files, c)
		}
	}
	go func() {
		defer close(g.ready)
		parallel.Each(len(files), func() func(int) {
			b := new(graph.Builder)
			return func(i int) { files[i].graph = g.build(b, files[i]) }
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
			c := g.file(mods[i])
			if made[i] = c.graph; !made[i].made() {
				made[i] = g.build(b, c)
			}
			if made[i].err != nil {
				return
			}
			var ok bool
			if scans[i], ok = c.scans[keyOfScan(mods[i])]; !ok {
				scans[i] = scanImports(made[i].graph, mods[i])
			}
		}
	})
	for i, m := range mods {
		c := g.file(m)
		c.graph = made[i]
		if err := made[i].err; err != nil { // always the first one, whichever core met it
			return nil, g.wrap(m.Name, c, m.Source.Path, err)
		}
		if c.scans == nil {
			c.scans = map[scanKey]resolve.Scanned{}
		}
		c.scans[keyOfScan(m)] = scans[i]
		g.done[m.Name] = made[i].graph
	}
	return scans, nil
}

// wrap says of which module an error of build is.
func (g *graphs) wrap(name string, c *compiled, path string, err error) error {
	return fmt.Errorf("module %q: %s in bundle %s: %w; rebuild with the toolchain's interpreter", name, path, c.bundle, err)
}

// file returns the file that a module is of.
func (g *graphs) file(m *resolve.Module) *compiled { return g.in.files[m.Source.Root][m.Source.Path] }

func (b *builtGraph) made() bool { return b.graph != nil || b.err != nil }

func (g *graphs) build(b *graph.Builder, c *compiled) builtGraph {
	m, err := b.FromPyc(g.version, c.record.Code, graph.Options{FreeThreaded: g.in.abi.FreeThreaded()})
	return builtGraph{m, err}
}

// A scanKey is all that a scan depends on beside the graph.
type scanKey struct {
	root resolve.Root
	pkg  string
}

func keyOfScan(m *resolve.Module) scanKey { return scanKey{m.Source.Root, m.Pkg()} }

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
