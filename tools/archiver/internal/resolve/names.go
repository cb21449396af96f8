package resolve

// This file maps paths to module names.

import (
	"path"
	"strings"
)

// moduleName returns the dotted name that a source file has seen from an import
// root, "" if it is not below it. bad is a part of the path that no name has, since
// a dot separates parts, "" if there is none. A part need not be an identifier:
// import_module("app.migrations.0001_initial") works.
func moduleName(root, file string) (name, bad string) {
	rel := file
	if root != "" {
		if !isBelow(file, root) {
			return "", ""
		}
		rel = file[len(root)+1:]
	}
	rel = strings.TrimSuffix(rel, path.Ext(rel))
	if rel == "__init__" {
		return "", "" // the root itself is not a package
	}
	rel = strings.TrimSuffix(rel, "/__init__")
	parts := strings.Split(rel, "/")
	for _, p := range parts {
		if p == "" || strings.Contains(p, ".") {
			bad = p
			break
		}
	}
	return strings.Join(parts, "."), bad
}

// isBelow reports whether a path is of something in a directory.
func isBelow(p, dir string) bool {
	return len(p) > len(dir) && p[len(dir)] == '/' && p[:len(dir)] == dir
}

// parent returns the name of the package that a module is in, "" at top level.
func parent(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[:i]
	}
	return ""
}

// Spelling returns the name that a file would have if nothing shadowed it: the one
// from the longest of the roots that it is below, else its path.
func Spelling(roots []string, file string) string {
	best, length := file, -1
	for _, r := range roots {
		r = path.Clean(r)
		if r == "." {
			r = ""
		}
		if name, _ := moduleName(r, file); name != "" && len(r) > length {
			best, length = name, len(r)
		}
	}
	return best
}
