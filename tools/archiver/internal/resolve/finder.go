package resolve

// This file finds modules by name the way importlib's path-based finder does.

import (
	"path"
	"slices"
	"strings"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/abi"
)

// A Root says what a path is relative to.
type Root uint8

const (
	Runfiles Root = iota // the runfiles directory
	Stdlib               // the directory of the standard library
)

// String returns the root's name in the manifest.
func (r Root) String() string {
	if r == Stdlib {
		return "stdlib"
	}
	return "runfiles"
}

// A place is a file or directory.
type place struct {
	root Root
	path string // clean, '/'-separated; "" is the root itself
}

func (p place) child(name string) place {
	if p.path == "" {
		return place{p.root, name}
	}
	return place{p.root, p.path + "/" + name}
}

// String returns the place for a message: the stdlib's files need the prefix,
// since their paths look like anybody's.
func (p place) String() string {
	if p.root == Stdlib {
		return "stdlib " + p.path
	}
	return p.path
}

type kind uint8

const (
	absent    kind = iota
	internal       // built in or frozen
	file           // a source, extension module or other file
	namespace      // directories without __init__
)

// A location is what a module name stands for.
type location struct {
	kind  kind
	file  place   // for kind file
	dirs  []place // where submodules are searched; nil if it is not a package
	ispkg bool    // file is an __init__ file
}

// A finder answers module names over a set of files.
type finder struct {
	syspath  []place
	suffixes []string // of module files, in the order of search
	internal map[string]bool
	files    map[place]bool
	dirs     map[place]bool
	trees    map[place]bool // directories of unknown content
	extends  map[place]bool // __init__ files that extend their __path__ over sys.path

	// stems are what names a directory may have: of its files and directories what
	// is before the first dot. A look into a directory that cannot have the name
	// would cost several strings.
	stems map[place]map[string]bool
	top   map[string][]place // by stem, the entries of syspath that may have it
	memo  map[string]*location
}

func newFinder(a *abi.ABI, roots []string) *finder {
	f := &finder{
		// importlib._bootstrap_external._get_supported_file_loaders
		suffixes: append(slices.Clone(a.ExtSuffixes), ".py", ".pyc"),
		internal: map[string]bool{},
		files:    map[place]bool{},
		dirs:     map[place]bool{},
		trees:    map[place]bool{},
		extends:  map[place]bool{},
		stems:    map[place]map[string]bool{},
		memo:     map[string]*location{},
	}
	for _, r := range roots {
		f.syspath = append(f.syspath, place{Runfiles, r})
	}
	f.syspath = append(f.syspath, place{Stdlib, ""}, place{Stdlib, "lib-dynload"})
	for _, names := range [][]string{a.Builtin, a.Frozen, aliases} {
		for _, n := range names {
			f.internal[n] = true
		}
	}
	return f
}

// add makes a file known, and the directories it is in.
func (f *finder) add(p place) {
	f.files[p] = true
	f.addStem(p)
	f.addDir(place{p.root, path.Dir(p.path)})
}

// addTree makes a directory known, but not what is in it.
func (f *finder) addTree(p place) {
	f.trees[p] = true
	f.addDir(p)
}

func (f *finder) addDir(p place) {
	for ; p.path != "." && !f.dirs[p]; p.path = path.Dir(p.path) {
		f.dirs[p] = true
		f.addStem(p)
	}
}

// addStem notes what name p may have in its directory.
func (f *finder) addStem(p place) {
	dir := place{p.root, parentDir(p.path)}
	if f.stems[dir] == nil {
		f.stems[dir] = map[string]bool{}
	}
	stem, _, _ := strings.Cut(path.Base(p.path), ".")
	f.stems[dir][stem] = true
	f.top = nil
}

// parentDir returns the directory of a path, "" for the root.
func parentDir(p string) string {
	if d := path.Dir(p); d != "." {
		return d
	}
	return ""
}

// nothing is what most words stand for.
var nothing = &location{}

// find returns what the dotted name stands for.
func (f *finder) find(name string) *location {
	if f.top == nil {
		f.indexTop()
	}
	first, _, _ := strings.Cut(name, ".")
	if _, ok := f.top[first]; !ok {
		return nothing
	}
	if loc, ok := f.memo[name]; ok {
		return loc
	}
	loc := f.findNew(name)
	f.memo[name] = loc
	return loc
}

func (f *finder) indexTop() {
	f.top = map[string][]place{}
	for _, d := range f.syspath {
		for stem := range f.stems[d] {
			f.top[stem] = append(f.top[stem], d)
		}
	}
	for name := range f.internal {
		first, _, _ := strings.Cut(name, ".")
		f.top[first] = append(f.top[first], nil...)
	}
	clear(f.memo)
}

func (f *finder) findNew(name string) *location {
	dirs, last := f.top[name], name
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		parent := f.find(name[:i])
		if parent.kind == absent {
			return parent
		}
		dirs, last = parent.dirs, name[i+1:]
	}
	if f.internal[name] {
		return &location{kind: internal}
	}
	var portions []place
	for _, d := range dirs {
		loc := f.look(d, last)
		switch loc.kind {
		case file:
			if loc.ispkg && f.extends[loc.file] {
				loc.dirs = f.extend(loc.dirs, dirs, last)
			}
			return loc
		case namespace:
			portions = append(portions, loc.dirs...)
		}
	}
	if portions != nil {
		return &location{kind: namespace, dirs: portions}
	}
	return nothing
}

// look answers for one directory, as FileFinder.find_spec.
func (f *finder) look(dir place, name string) *location {
	if !f.stems[dir][name] {
		return nothing
	}
	sub := dir.child(name)
	isdir := f.dirs[sub]
	if isdir {
		for _, s := range f.suffixes {
			if p := sub.child("__init__" + s); f.files[p] {
				return &location{kind: file, file: p, dirs: []place{sub}, ispkg: true}
			}
		}
	}
	for _, s := range f.suffixes {
		if p := dir.child(name + s); f.files[p] {
			return &location{kind: file, file: p}
		}
	}
	if isdir {
		return &location{kind: namespace, dirs: []place{sub}}
	}
	return nothing
}

// extend is pkgutil.extend_path: the package's own directory, then all other
// directories of its name on the path that it was found on.
func (f *finder) extend(own, search []place, name string) []place {
	dirs := slices.Clone(own)
	for _, d := range search {
		for _, p := range f.look(d, name).dirs {
			if !slices.Contains(dirs, p) {
				dirs = append(dirs, p)
			}
		}
	}
	return dirs
}
