package resolve

// This file follows imports: which modules of the standard library the program
// may import, and in which order it will import all of them.

import (
	"maps"
	"slices"
	"strings"
)

// A reached module is one that the program may import.
type reached struct {
	Module
	frozen      bool // answered by the interpreter itself; its source is only read
	scan        Scanned
	eager, lazy []string // names in closure.modules that its body or a function imports
}

type closure struct {
	finder  *finder
	in      *Input
	stdlib  map[string]*Source // by path
	modules map[string]*reached
	todo    []*reached // found, but not scanned
}

// run finds everything reachable from the first-party modules.
func (c *closure) run(first []*Module) error {
	for _, m := range first {
		c.push(&reached{Module: *m})
	}
	if err := c.scan(); err != nil {
		return err
	}
	// One step through functions of the standard library, and of C code.
	for _, name := range slices.Sorted(maps.Keys(c.modules)) {
		if r := c.modules[name]; r.Source.Root == Stdlib {
			r.lazy = c.follow(r.lazy, lazyNames(r)...)
		}
	}
	c.follow(nil, cImports[""]...)
	c.follow(nil, codecs...)
	if c.modules["sysconfig"] != nil {
		c.follow(nil, c.sysconfigData()...)
	}
	return c.scan()
}

// sysconfigData returns the modules that sysconfig imports by a name made of the ABI
// flags and the platform (Lib/sysconfig, _get_sysconfigdata_name).
func (c *closure) sysconfigData() []string {
	var names []string
	for _, p := range slices.Sorted(maps.Keys(c.stdlib)) {
		if name, ok := strings.CutSuffix(p, ".py"); ok && strings.HasPrefix(name, "_sysconfigdata_") {
			names = append(names, name)
		}
	}
	return names
}

// scan reads the modules found so far, and those that they import by their bodies.
func (c *closure) scan() error {
	for len(c.todo) > 0 {
		wave := c.todo
		c.todo = nil
		mods := make([]*Module, len(wave))
		for i, r := range wave {
			mods[i] = &r.Module
		}
		scans, err := c.in.Scan(mods)
		if err != nil {
			return err
		}
		for i, r := range wave {
			r.scan = scans[i]
			if r.Source.Root == Stdlib {
				r.scan.drop(selfTest)
			}
			r.eager = c.follow(nil, r.scan.Eager...)
			if r.Source.Root == Runfiles {
				r.lazy = c.follow(nil, lazyNames(r)...)
				r.lazy = c.follow(r.lazy, c.constants(r)...)
			}
		}
	}
	return nil
}

// selfTest is what modules of the standard library import where they are run as
// scripts that test themselves, and nowhere else.
const selfTest = "doctest"

func (s *Scanned) drop(name string) {
	is := func(n string) bool { return n == name }
	s.Names = slices.DeleteFunc(slices.Clone(s.Names), is)
	s.Eager = slices.DeleteFunc(slices.Clone(s.Eager), is)
}

// lazyNames returns what only functions of r import.
func lazyNames(r *reached) []string {
	return slices.DeleteFunc(slices.Clone(r.scan.Names), func(n string) bool {
		return slices.Contains(r.scan.Eager, n)
	})
}

// constants returns the module names among r's string constants.
func (c *closure) constants(r *reached) []string {
	var names []string
	for _, n := range r.scan.Maybe {
		dotted := strings.Contains(n, ".")
		if !dotted && !r.scan.Dynamic {
			continue // a word that no import function is near is just a word
		}
		// "logging.handlers.SysLogHandler" names a class in a module, but the
		// first word of a constant alone is no module's name.
		for c.finder.find(n).kind == absent && strings.Contains(n, ".") {
			n = parent(n)
		}
		if !dotted || strings.Contains(n, ".") {
			names = append(names, n)
		}
	}
	for _, n := range r.scan.Prefixes {
		if r.scan.Dynamic {
			names = append(names, c.submodules(n)...)
		}
	}
	return names
}

// submodules returns the modules of a package of the standard library.
func (c *closure) submodules(pkg string) []string {
	loc := c.finder.find(pkg)
	if !loc.ispkg || loc.file.root != Stdlib {
		return nil
	}
	var names []string
	for p := range c.stdlib {
		if name, bad := moduleName("", p); bad == "" && parent(name) == pkg {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// follow adds to list those of names, of their packages and of what C modules
// among them import that are in c.modules or can be.
func (c *closure) follow(list []string, names ...string) []string {
	add := func(name string) {
		if !c.reach(name) {
			return
		}
		for _, n := range withParents(name) {
			if c.reach(n) && !slices.Contains(list, n) {
				list = append(list, n)
			}
		}
	}
	for _, n := range names {
		add(n)
		for _, n := range cImports[n] {
			add(n)
		}
	}
	return list
}

// reach notes the module of that name if there is code for it.
func (c *closure) reach(name string) bool {
	if _, ok := c.modules[name]; ok {
		return true
	}
	loc := c.finder.find(name)
	switch {
	case loc.kind == file && loc.file.root == Stdlib:
		if s := c.stdlib[loc.file.path]; s != nil {
			c.push(&reached{Module: Module{Name: name, Package: loc.ispkg, Source: s}})
			return true
		}
	case loc.kind == internal:
		// A frozen module was compiled from this source and imports the same.
		dir := strings.ReplaceAll(name, ".", "/")
		for _, p := range []string{dir + "/__init__.py", dir + ".py"} {
			if s := c.stdlib[p]; s != nil {
				c.push(&reached{Module: Module{Name: name, Package: p == dir+"/__init__.py", Source: s}, frozen: true})
				return true
			}
		}
	}
	return false
}

func (c *closure) push(r *reached) {
	c.modules[r.Name] = r
	if r.Source.Reason == "" {
		c.todo = append(c.todo, r)
	}
}

// order returns the modules to archive.
func (c *closure) order(first []*Module) []*Module {
	var (
		list []*reached
		done = map[string]bool{}
		walk func(name string)
	)
	walk = func(name string) {
		r := c.modules[name]
		if r == nil || done[name] {
			return
		}
		done[name] = true
		walk(parent(name))
		list = append(list, r)
		for _, n := range r.eager {
			walk(n)
		}
	}
	next := 0
	walkLazy := func() {
		for ; next < len(list); next++ {
			for _, n := range list[next].lazy {
				walk(n)
			}
		}
	}
	for _, m := range first {
		if m.Source.Path == c.in.Main {
			walk(m.Name)
		}
	}
	for _, r := range list {
		r.Eager = true
	}
	walkLazy()
	for _, m := range first {
		walk(m.Name)
	}
	walkLazy()
	for _, n := range slices.Sorted(maps.Keys(c.modules)) {
		walk(n)
	}
	var mods []*Module
	for _, r := range list {
		if !r.frozen && r.Source.Reason == "" {
			mods = append(mods, &r.Module)
		}
	}
	return mods
}

// withParents returns "a", "a.b", "a.b.c" for "a.b.c".
func withParents(name string) []string {
	var list []string
	for i := range len(name) {
		if name[i] == '.' {
			list = append(list, name[:i])
		}
	}
	return append(list, name)
}
