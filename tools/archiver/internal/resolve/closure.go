package resolve

// This file follows imports: which modules of the standard library the program
// may import, and in which order it will import all of them.

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// A reached module is one that the program may import.
type reached struct {
	Module
	frozen  bool     // answered by the interpreter itself; its source is only read
	imports []string // names in c.modules, in the order of Scanned
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
	for _, names := range [][]string{cImports[""], codecs} {
		for _, n := range names {
			c.reach(n)
		}
	}
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
			c.follow(r, &scans[i])
		}
	}
	return nil
}

func (c *closure) push(r *reached) {
	c.modules[r.Name] = r
	if r.Source.Reason == "" {
		c.todo = append(c.todo, r)
	}
}

// follow notes what r imports.
func (c *closure) follow(r *reached, s *Scanned) {
	add := func(name string) {
		for _, n := range withParents(name) {
			if c.reach(n) && !slices.Contains(r.imports, n) {
				r.imports = append(r.imports, n)
			}
		}
	}
	for _, n := range s.Names {
		add(n)
		for _, n := range cImports[n] {
			add(n)
		}
	}
	for _, n := range s.Maybe {
		// A single word that no import function is near is just a word.
		if !strings.Contains(n, ".") && !(s.Dynamic && r.Source.Root == Runfiles) {
			continue
		}
		// "logging.handlers.SysLogHandler" names a class in a module, but the
		// first word of a constant alone is no module's name.
		name := n
		for c.finder.find(name).kind == absent && strings.Contains(name, ".") {
			name = parent(name)
		}
		if name == n || strings.Contains(name, ".") {
			add(name)
		}
	}
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

// order returns the modules to archive.
func (c *closure) order(first []*Module) []*Module {
	var (
		list []*Module
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
		if !r.frozen && r.Source.Reason == "" {
			list = append(list, &r.Module)
		}
		for _, n := range r.imports {
			walk(n)
		}
	}
	for _, m := range first {
		if m.Source.Path == c.in.Main {
			walk(m.Name)
		}
	}
	for _, m := range first {
		walk(m.Name)
	}
	for _, n := range slices.SortedFunc(maps.Keys(c.modules), cmp.Compare[string]) {
		walk(n)
	}
	return list
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
