package cmd

// This file reads bytecode bundles and checks that they go together.

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path"
	"slices"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/abi"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/bundle"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/parallel"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/pyc"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/resolve"
)

// A compiled file is one record of a bundle, and what has been made of it.
type compiled struct {
	record *bundle.Record
	bundle string // file name, for messages

	graph builtGraph // zero until it is made
	scans map[scanKey]resolve.Scanned
}

// inputs are the records of all bundles by root and path.
type inputs struct {
	opts  *options
	abi   *abi.ABI
	files [2]map[string]*compiled // index: resolve.Root
}

// readInputs reads abi.json and all bundles that the cache, which may be nil, does not have.
func readInputs(o *options, kept *cache) (*inputs, error) {
	a, err := kept.readABI(o.abi)
	if err != nil {
		return nil, err
	}
	in := &inputs{opts: o, abi: a}
	names := slices.Concat(o.bundles, o.stdlib)
	read := make([]*bundleFile, len(names))
	parallel.Each(len(names), func() func(int) {
		return func(i int) {
			key := bundleKey{name: names[i], minor: a.Version.Minor, freeThreaded: a.FreeThreaded()}
			read[i] = kept.bundle(key, readBundle)
		}
	})
	in.files = [2]map[string]*compiled{{}, {}}
	for i := range read {
		root := resolve.Runfiles
		if i >= len(o.bundles) {
			root = resolve.Stdlib
		}
		if err := in.add(root, read[i]); err != nil {
			return nil, err
		}
	}
	if in.opts.main != "" && in.files[resolve.Runfiles][in.opts.main] == nil {
		return nil, fmt.Errorf("main %q is in no bundle; have the library it belongs to compiled, or correct --main", in.opts.main)
	}
	return in, nil
}

// A bundleFile is a bundle that was read.
type bundleFile struct {
	name   string
	header *bundle.Header
	files  []*compiled
	err    error
}

func readBundle(name string) *bundleFile {
	b := &bundleFile{name: name}
	f, err := os.Open(name)
	if err != nil {
		b.err = err
		return b
	}
	defer f.Close()
	var records []*bundle.Record
	if b.header, records, err = bundle.ReadAll(f); err != nil {
		b.err = fmt.Errorf("%s: %w", name, err)
	}
	for _, r := range records {
		b.files = append(b.files, &compiled{record: r, bundle: name})
	}
	return b
}

// add checks a bundle and enters its records.
func (in *inputs) add(root resolve.Root, b *bundleFile) error {
	if b.err != nil {
		return b.err
	}
	if err := in.check(b.header); err != nil {
		what := "bundle " + b.name
		if len(b.files) > 0 {
			what = in.module(root, b.files[0].record.Path)
		}
		return fmt.Errorf("%s: %w", what, err)
	}
	for _, c := range b.files {
		r := c.record
		old := in.files[root][r.Path]
		switch {
		case old == nil:
			in.files[root][r.Path] = c
		case old.record.SHA256 != r.SHA256:
			return fmt.Errorf("duplicate %s: %s is in %s (sha256 %.12s) and in %s (sha256 %.12s); remove one of them",
				in.module(root, r.Path), r.Path, old.bundle, old.record.SHA256, b.name, r.SHA256)
		}
		// Else two libraries have the same source.
	}
	return nil
}

// check compares how a bundle was compiled with the interpreter it is for. Another
// micro version of a final release is as good: its .pyc files are, too.
func (in *inputs) check(h *bundle.Header) error {
	a := in.abi
	toolchain := fmt.Sprintf("%d.%d", a.Version.Major, a.Version.Minor)
	const todo = "rebuild with the toolchain's interpreter"
	if want := abi.MagicNumber(a.PycMagic); int(h.Magic) != want {
		v, err := pyc.VersionOfMagic(h.Magic)
		if err != nil {
			return fmt.Errorf("pyc magic %d is no known CPython, toolchain is %s (%d); %s", h.Magic, toolchain, want, todo)
		}
		return fmt.Errorf("pyc magic %d is CPython %v, toolchain is %s; %s", h.Magic, v, toolchain, todo)
	}
	if h.Hexversion>>16 != a.Hexversion>>16 || a.ExactBuild() && h.Hexversion != a.Hexversion {
		return fmt.Errorf("compiled by CPython of hexversion %#08x, toolchain has %#08x; %s", h.Hexversion, a.Hexversion, todo)
	}
	if h.Optimize != in.opts.optimize {
		return fmt.Errorf("compiled with optimize %d, the archive has --optimize %d; compile with the same", h.Optimize, in.opts.optimize)
	}
	return nil
}

// module names a file's module in a message, before names are resolved.
func (in *inputs) module(root resolve.Root, file string) string {
	roots := in.opts.roots
	if root == resolve.Stdlib {
		roots = []string{""}
	}
	return fmt.Sprintf("module %q", resolve.Spelling(roots, file))
}

// sources returns what resolve needs to know of the files below root, sorted.
func (in *inputs) sources(root resolve.Root) []*resolve.Source {
	var list []*resolve.Source
	for p, c := range in.files[root] {
		s := &resolve.Source{Root: root, Path: p}
		if e := c.record.Error; e != nil {
			s.Reason = "does not compile: " + e.Error()
		}
		// Both functions set __path__ of the package that calls them.
		if path.Base(p) == "__init__.py" {
			s.ExtendsPath = bytes.Contains(c.record.Code, []byte("extend_path")) ||
				bytes.Contains(c.record.Code, []byte("declare_namespace"))
			s.UsesPath = bytes.Contains(c.record.Code, []byte("__path__"))
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *resolve.Source) int { return cmp.Compare(a.Path, b.Path) })
	return list
}
