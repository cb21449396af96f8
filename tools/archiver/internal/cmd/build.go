package cmd

// This file is the verb build: bundles in, archive and manifest out.

import (
	"cmp"
	"flag"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/image"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/resolve"
)

var buildVerb = &verb{
	name:  "build",
	short: "make an archive out of bytecode bundles",
	long: `Makes an archive of the modules in the bundles and of the modules of the standard
library that they may import. Paths of modules are relative to the runfiles
directory and those of standard library bundles to the standard library's
directory, both with '/'.`,
	run: runBuild,
}

// options are the flags that say what an archive is made of.
type options struct {
	abi      string
	label    string
	main     string
	training string
	optimize int
	roots    list
	bundles  list
	stdlib   list
	files    list
	trees    list
	stdfiles list
}

// register defines the flags. Build needs them; verify rebuilds with them.
func (o *options) register(fs *flag.FlagSet) {
	fs.StringVar(&o.abi, "abi", "", "the interpreter's `abi.json`, from tools/compiler/probe.py")
	fs.StringVar(&o.label, "label", "", "`name` of the target, for messages and the manifest")
	fs.StringVar(&o.main, "main", "", "`path` of the file that the program starts with; it is archived like the others, and decides the order of modules")
	fs.StringVar(&o.training, "training", "", "what a training run recorded, JSON `file` from tools/compiler/train.py: order of modules, missing names, functions that run, memos")
	fs.IntVar(&o.optimize, "optimize", 0, "`level` the bundles are compiled with: 0, 1 (-O) or 2 (-OO)")
	fs.Var(&o.roots, "import_root", "`directory` on sys.path, \"\" for the runfiles directory itself; repeated, in the order of sys.path")
	fs.Var(&o.bundles, "bundle", "bytecode bundle `file` of a library, from tools/compiler/compile.py; repeated")
	fs.Var(&o.stdlib, "stdlib_bundle", "bytecode bundle `file` of the standard library; repeated")
	fs.Var(&o.files, "file", "`path` of another file in the runfiles that imports may find: extension modules, .pyc, sources in no bundle, and any other file, since a directory is a namespace package; repeated")
	fs.Var(&o.trees, "tree", "`path` of a directory in the runfiles whose files are not known; repeated")
	fs.Var(&o.stdfiles, "stdlib_file", "`path` of another file of the standard library: extension modules, as in lib-dynload/_ssl.so; repeated")
}

func (o *options) validate(v *verb) error {
	switch {
	case o.abi == "":
		return usagef("%s: want --abi", v.name)
	case o.optimize < 0 || o.optimize > 2:
		return usagef("%s: --optimize is %d, want 0, 1 or 2", v.name, o.optimize)
	case len(o.bundles) == 0 && len(o.stdlib) == 0:
		return usagef("%s: want --bundle or --stdlib_bundle", v.name)
	case len(o.bundles) > 0 && len(o.roots) == 0:
		return usagef("%s: want --import_root, else no module can be imported", v.name)
	}
	return nil
}

func runBuild(v *verb, e *env, args []string) error {
	var o options
	var out, list string
	fs := v.flags(e)
	o.register(fs)
	fs.StringVar(&out, "output", "", "archive `file` to write")
	fs.StringVar(&list, "manifest", "", "JSON `file` to write: what is in the archive, what is not and why")
	if err := v.parse(fs, args, 0); err != nil {
		return err
	}
	if err := o.validate(v); err != nil {
		return err
	}
	if out == "" {
		return usagef("%s: want --output", v.name)
	}
	// Nearly all that is allocated, four times the archive, lives to the end: collections
	// take a sixth of the time and find little.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	in, m, err := o.input(e)
	if err != nil {
		return o.wrap(err)
	}
	e.step("laying out %d modules", len(in.Modules))
	data, seal, err := image.BuildUnsealed(*in)
	if err != nil {
		return o.wrap(err)
	}
	sealed := make(chan struct{})
	go func() {
		seal()
		close(sealed)
	}()
	m.Counts.Bytes = len(data)
	files := []output{{out, data, image.SealSize, sealed}}
	if list != "" {
		text, err := m.encode()
		if err != nil {
			return o.wrap(err)
		}
		files = append(files, output{name: list, data: text})
	}
	if err := writeAll(files); err != nil {
		return o.wrap(err)
	}
	e.step("%d modules, %d bytes", m.Counts.Modules, m.Counts.Bytes)
	return nil
}

// wrap puts the target's name before an error.
func (o *options) wrap(err error) error {
	if err == nil || o.label == "" {
		return err
	}
	return fmt.Errorf("%s: %w", o.label, err)
}

// input returns what to build the archive from, and the manifest without the
// archive's size.
func (o *options) input(e *env) (*image.Input, *manifest, error) {
	e.step("reading %d bundles", len(o.bundles)+len(o.stdlib))
	in, err := readInputs(o, e.cache)
	if err != nil {
		return nil, nil, err
	}
	g := startGraphs(in)
	memos := startMemos(in)
	e.step("following imports")
	res, err := resolve.Resolve(&resolve.Input{
		ABI:         in.abi,
		Roots:       o.roots,
		Sources:     in.sources(resolve.Runfiles),
		Stdlib:      in.sources(resolve.Stdlib),
		Files:       o.files,
		Trees:       o.trees,
		StdlibFiles: o.stdfiles,
		Main:        o.main,
		Scan:        g.scan,
		Tried: func() ([]string, error) {
			memo, err := memos()
			if err != nil {
				return nil, err
			}
			return memo.missing, nil
		},
	})
	memo, memoErr := memos()
	if err := cmp.Or(memoErr, err); err != nil {
		return nil, nil, err
	}
	var main string
	mods := make([]image.Module, len(res.Modules))
	for i, m := range res.Modules {
		mods[i] = image.Module{Name: m.Name, Kind: image.ModuleSource, Package: m.Package, Hot: m.Eager, Path: m.Source.Path, Graph: g.done[m.Name]}
		if m.Source.Root == resolve.Stdlib {
			mods[i].Root = image.RootStdlib
		} else if o.main != "" && m.Source.Path == o.main {
			main = m.Name
		}
	}
	memo.sortModules(mods)
	for i := range mods {
		mods[i].Hot = mods[i].Hot || slices.Contains(startModules, mods[i].Name)
	}
	frozen, err := frozenModules(in, g)
	if err != nil {
		return nil, nil, err
	}
	mods = append(append(append(frozen, mods...), knownModules(res)...), memo.generated...)
	if memo.written != nil {
		memo.written.mark(mods)
	}
	return &image.Input{
		ABI:      in.abi,
		Optimize: o.optimize,
		Modules:  mods,
		Main:     main,
		Regexes:  memo.regexes,
		Sources:  memo.sources,
		Kept:     e.cache.kept(),
	}, newManifest(in, res, memo), nil
}

// startModules are modules that the interpreter imports before the program, which are not
// frozen.
var startModules = []string{"encodings", "encodings.aliases", "encodings.utf_8"}

// frozenModules returns the frozen modules that the interpreter imports at each start.
func frozenModules(in *inputs, g *graphs) ([]image.Module, error) {
	if in.opts.optimize != 0 {
		return nil, nil // frozen modules are compiled without -O
	}
	var mods []image.Module
	b := new(graph.Builder)
	for _, name := range in.abi.Start {
		path := strings.ReplaceAll(name, ".", "/") + ".py"
		c := in.files[resolve.Stdlib][path]
		if c == nil || c.record.Error != nil {
			continue
		}
		if !c.graph.made() {
			c.graph = g.build(b, c)
		}
		if err := c.graph.err; err != nil {
			return nil, g.wrap(name, c, path, err)
		}
		mods = append(mods, image.Module{Name: name, Kind: image.ModuleFrozen, Path: "<frozen " + name + ">", Hot: true, Graph: c.graph.graph})
	}
	return mods, nil
}

// knownModules returns what the archive has of names that it has no code for.
func knownModules(res *resolve.Result) []image.Module {
	var mods []image.Module
	for _, k := range res.Extensions {
		m := image.Module{Name: k.Name, Kind: image.ModuleExtension, Path: k.Paths[0]}
		if k.Root == resolve.Stdlib {
			m.Root = image.RootStdlib
		}
		mods = append(mods, m)
	}
	for _, k := range res.Namespaces {
		mods = append(mods, image.Module{Name: k.Name, Kind: image.ModuleNamespace, Path: strings.Join(k.Paths, "\n")})
	}
	for _, name := range res.Missing {
		mods = append(mods, image.Module{Name: name, Kind: image.ModuleMissing})
	}
	return mods
}
