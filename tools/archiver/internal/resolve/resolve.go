package resolve

// This file names the first-party files and puts the result together.

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/abi"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
)

// A Source is one source file.
type Source struct {
	Root Root
	Path string

	// Reason is "", or says why the source has no code.
	Reason string

	// ExtendsPath is for an __init__ file: it sets __path__ with
	// pkgutil.extend_path or pkg_resources.declare_namespace.
	ExtendsPath bool

	// UsesPath is for an __init__ file: it mentions __path__, so that more may be
	// on it than the package's directory.
	UsesPath bool
}

func (s *Source) place() place { return place{s.Root, s.Path} }

// A Module is a module to archive.
type Module struct {
	Name    string
	Package bool
	Source  *Source
	Eager   bool // imported by the body of the main module, or by bodies that this runs
}

// Pkg returns the module's __package__.
func (m *Module) Pkg() string {
	if m.Package {
		return m.Name
	}
	return parent(m.Name)
}

// An Input is what there is to choose from.
type Input struct {
	ABI     *abi.ABI
	Roots   []string  // import roots below the runfiles directory, in the order of sys.path
	Sources []*Source // compiled files of the runfiles, Paths unique
	Stdlib  []*Source // compiled files of the standard library, Paths unique
	Files   []string  // all other files of the runfiles that are known
	Trees   []string  // directories in the runfiles of which it is not known what is in them

	// StdlibFiles are other files of the standard library's directory: extension
	// modules.
	StdlibFiles []string

	Main string // path of the file that the program starts with, or ""

	// Tried returns names that the program is known to look for in vain, in addition to
	// what its code imports. It is called once, when all else is done; nil if there are none.
	Tried func() ([]string, error)

	// Scan returns what each module imports. It is called with many modules at
	// a time, so that it can use all cores.
	Scan func([]*Module) ([]Scanned, error)
}

// Scanned is what reading a module's code told.
type Scanned struct {
	// Maybe is of modules of the program only, and without a dot only if Dynamic.
	graph.ImportSet

	// Dynamic reports whether the module mentions an import function, so that
	// any of its string constants may be a module name.
	Dynamic bool

	// Prefixes are the string constants that end in a dot, without it, as in
	// import_module("encodings." + name).
	Prefixes []string
}

// A Skipped file is not archived.
type Skipped struct {
	Root   Root
	Path   string
	Reason string
}

// A Shadowed file is not archived, since another is found under its name.
type Shadowed struct {
	Path string
	Name string
	By   string
}

// A Known is what a name that is not archived stands for.
type Known struct {
	Name  string
	Root  Root
	Paths []string // an extension module's file, or a namespace package's portions in order
}

// A Result is what to archive, and what not and why. Skipped and Shadowed are
// sorted by path, the last three by name.
type Result struct {
	Modules  []*Module
	Skipped  []Skipped
	Shadowed []Shadowed

	Extensions []Known
	Namespaces []Known  // those with all portions in the runfiles
	Missing    []string // names that nothing answers
}

// Resolve names the modules of in.
func Resolve(in *Input) (*Result, error) {
	roots, err := cleanRoots(in.Roots)
	if err != nil {
		return nil, err
	}
	f := newFinder(in.ABI, roots)
	for _, list := range [][]*Source{in.Sources, in.Stdlib} {
		for _, s := range list {
			if err := checkPath(s.Path); err != nil {
				return nil, err
			}
			f.add(s.place())
			if s.ExtendsPath {
				f.extends[s.place()] = true
			}
		}
	}
	for _, p := range in.Files {
		if err := checkPath(p); err != nil {
			return nil, err
		}
		f.add(place{Runfiles, p})
	}
	for _, p := range in.StdlibFiles {
		if err := checkPath(p); err != nil {
			return nil, err
		}
		f.add(place{Stdlib, p})
	}
	for _, p := range in.Trees {
		if err := checkPath(p); err != nil {
			return nil, err
		}
		f.addTree(place{Runfiles, p})
	}

	res := new(Result)
	// The longest root that is a parent first: with nested roots that is the
	// shortest name.
	longest := slices.Clone(roots)
	slices.SortStableFunc(longest, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var first []*Module
	for _, s := range in.Sources {
		if m := res.name(f, longest, s); m != nil {
			first = append(first, m)
		}
	}
	slices.SortFunc(first, func(a, b *Module) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(res.Skipped, func(a, b Skipped) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(res.Shadowed, func(a, b Shadowed) int { return cmp.Compare(a.Path, b.Path) })

	c := &closure{finder: f, in: in, modules: map[string]*reached{}, stdlib: map[string]*Source{}}
	for _, s := range in.Stdlib {
		c.stdlib[s.Path] = s
	}
	if err := c.run(first); err != nil {
		return nil, err
	}
	for _, n := range slices.Sorted(maps.Keys(c.modules)) {
		if s := c.modules[n].Source; s.Root == Stdlib && s.Reason != "" {
			res.Skipped = append(res.Skipped, Skipped{Stdlib, s.Path, s.Reason})
		}
	}
	res.Modules = c.order(first)
	t := table{finder: f, in: in, roots: roots, archived: map[string]*reached{}}
	for _, m := range res.Modules {
		t.archived[m.Name] = c.modules[m.Name]
	}
	var tried []string
	if in.Tried != nil {
		if tried, err = in.Tried(); err != nil {
			return nil, err
		}
	}
	t.fill(res, tried)
	return res, nil
}

// name returns the module that a first-party source is, or notes why it is none. The roots
// are in the order of preference.
func (res *Result) name(f *finder, roots []string, s *Source) *Module {
	if s.Reason != "" {
		res.Skipped = append(res.Skipped, Skipped{s.Root, s.Path, s.Reason})
		return nil
	}
	var badName, badPart string
	var shadow *Shadowed
	for _, r := range roots {
		name, bad := moduleName(r, s.Path)
		switch {
		case name == "":
			continue
		case bad != "":
			if badName == "" {
				badName, badPart = name, bad
			}
			continue
		}
		loc := f.find(name)
		if loc.kind == file && loc.file == s.place() {
			return &Module{Name: name, Package: loc.ispkg, Source: s}
		}
		if shadow == nil {
			shadow = &Shadowed{Path: s.Path, Name: name, By: f.describe(name, loc)}
		}
	}
	switch {
	case shadow != nil:
		res.Shadowed = append(res.Shadowed, *shadow)
	case badName != "":
		res.Skipped = append(res.Skipped, Skipped{s.Root, s.Path,
			fmt.Sprintf("no import can name it: %q has a dot", badPart)})
	default:
		res.Skipped = append(res.Skipped, Skipped{s.Root, s.Path, "not below any import root"})
	}
	return nil
}

// describe says what name stands for, for Shadowed.By.
func (f *finder) describe(name string, loc *location) string {
	switch loc.kind {
	case internal:
		return "the interpreter's built-in or frozen module " + name
	case file:
		return loc.file.String()
	case namespace:
		return "the namespace package " + name // a file never loses against one
	}
	// Not found: then a parent stands for something else.
	for p := parent(name); p != ""; p = parent(p) {
		if loc := f.find(p); loc.kind != absent {
			return f.describe(p, loc)
		}
	}
	return "nothing"
}

// cleanRoots returns the roots in their order without repetition.
func cleanRoots(roots []string) ([]string, error) {
	var clean []string
	for _, r := range roots {
		c := path.Clean(r)
		if path.IsAbs(c) || c == ".." || strings.HasPrefix(c, "../") {
			return nil, fmt.Errorf("import root %q is not below the runfiles directory; give a path relative to it", r)
		}
		if c == "." {
			c = ""
		}
		if !slices.Contains(clean, c) {
			clean = append(clean, c)
		}
	}
	return clean, nil
}

// checkPath refuses paths that could not be compared with others.
func checkPath(p string) error {
	if p == "" || p == "." || path.IsAbs(p) || path.Clean(p) != p || p == ".." || strings.HasPrefix(p, "../") {
		return fmt.Errorf("path %q is not a clean path relative to the runfiles or stdlib directory", p)
	}
	return nil
}
