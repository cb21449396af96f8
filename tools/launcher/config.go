package main

// This file checks a launcher's configuration. The launcher itself trusts it.

import (
	"fmt"
	"path"
	"strings"
)

// A key is one name of the configuration.
type key struct {
	name     string
	repeated bool
	check    func(value string) error
}

// keys are all names, in the order in which they are written. Paths are relative
// to the runfiles directory.
var keys = []key{
	{"interpreter", false, checkInterpreter},       // the Python to run; an absolute path is one of the host
	{"interpreter_arg", true, checkText},           // arguments before the program, in order
	{"main", false, checkPath},                     // the file to run
	{"main_module", false, checkModule},            // or the module to run, as python -m
	{"import_root", true, checkRoot},               // entries of sys.path, in order; "" is the runfiles directory
	{"import_all", false, oneOf("0", "1")},         // 1: also every directory at the top of the runfiles
	{"archive", false, checkPath},                  // the program's archive
	{"loader", false, checkPath},                   // the loader's shared object
	{"early", false, checkPath},                    // a folder with the loader for an interpreter in a libpython.so
	{"site", false, oneOf("minimal", "full")},      // how much of the module site runs
	{"gc", false, oneOf("defer", "freeze", "off")}, // what the cyclic collector does while imports run
	{"exit", false, oneOf("quick", "now", "full")}, // when the finalization is left out
}

// A config is the values of each key.
type config map[string][]string

// parseConfig reads lines "key=value". Empty lines are left out.
func parseConfig(text string) (config, error) {
	c := config{}
	for i, line := range strings.Split(text, "\n") {
		if line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fmt.Errorf("line %d: %q has no '='; want key=value", i+1, line)
		}
		k := findKey(name)
		if k == nil {
			return nil, fmt.Errorf("line %d: unknown key %q, want one of %s", i+1, name, keyNames())
		}
		if len(c[name]) > 0 && !k.repeated {
			return nil, fmt.Errorf("line %d: %s is given twice, %q and %q", i+1, name, c[name][0], value)
		}
		if i := strings.IndexAny(value, "\x00\r\n"); i >= 0 {
			return nil, fmt.Errorf("%s %q has the character %q, which a configuration cannot hold", name, value, value[i])
		}
		if err := k.check(value); err != nil {
			return nil, fmt.Errorf("line %d: %s is %q: %w", i+1, name, value, err)
		}
		c[name] = append(c[name], value)
	}
	return c, c.validate()
}

// validate checks which keys there are.
func (c config) validate() error {
	has := func(name string) bool { return len(c[name]) > 0 }
	switch {
	case !has("interpreter"):
		return fmt.Errorf("interpreter is missing")
	case !has("main") && !has("main_module"):
		return fmt.Errorf("main and main_module are missing; want one of them")
	case has("main") && has("main_module"):
		return fmt.Errorf("main is %q and main_module is %q; want one of them", c["main"][0], c["main_module"][0])
	case has("archive") != has("loader"):
		return fmt.Errorf("archive and loader belong together; want both or none")
	case has("early") && !has("loader"):
		return fmt.Errorf("early is %q without a loader; want both or loader alone", c["early"][0])
	}
	return nil
}

// text returns the configuration as the launcher reads it: the same for the same
// values, whatever the order of the keys was.
func (c config) text() string {
	var b strings.Builder
	for _, k := range keys {
		for _, v := range c[k.name] {
			fmt.Fprintf(&b, "%s=%s\n", k.name, v)
		}
	}
	return b.String()
}

func findKey(name string) *key {
	for i := range keys {
		if keys[i].name == name {
			return &keys[i]
		}
	}
	return nil
}

func keyNames() string {
	var names []string
	for _, k := range keys {
		names = append(names, k.name)
	}
	return strings.Join(names, ", ")
}

func checkText(v string) error {
	if v == "" {
		return fmt.Errorf("want a value")
	}
	return nil
}

// checkRoot allows what a py_library's imports may be: sys.path gets it as it is.
func checkRoot(v string) error {
	if c := path.Clean(v); path.IsAbs(c) || c == ".." || strings.HasPrefix(c, "../") {
		return fmt.Errorf("want a path relative to the runfiles directory")
	}
	return nil
}

func checkInterpreter(v string) error {
	if path.IsAbs(v) {
		return nil
	}
	return checkPath(v)
}

func checkPath(v string) error {
	if v == "" || v == "." || v == ".." || path.IsAbs(v) || path.Clean(v) != v || strings.HasPrefix(v, "../") {
		return fmt.Errorf("want a clean path relative to the runfiles directory")
	}
	return nil
}

func checkModule(v string) error {
	for _, part := range strings.Split(v, ".") {
		if part == "" || strings.ContainsAny(part, "/ \t") {
			return fmt.Errorf("want a dotted module name")
		}
	}
	return nil
}

func oneOf(values ...string) func(string) error {
	return func(v string) error {
		for _, want := range values {
			if v == want {
				return nil
			}
		}
		return fmt.Errorf("want one of %s", strings.Join(values, ", "))
	}
}
