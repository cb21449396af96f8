package resolve

// This file lists what is known of names that are not archived: extension modules,
// namespace packages, and names that stock would search for in vain. What is not
// sure is left out, and costs a search at run time.

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// A table makes the lists of a Result.
type table struct {
	finder   *finder
	in       *Input
	roots    []string
	archived map[string]*reached // what the archive has code of
}

// fill makes the lists. The names tried are those that a run of the program looked for in
// vain: what it could not see may have them.
func (t *table) fill(res *Result, tried []string) {
	extensions := map[string]Known{}
	missing := map[string]bool{}
	names := map[string]bool{} // seen
	addExtension := func(name string) {
		if p, ok := t.extension(name); ok {
			extensions[name] = Known{name, p.root, []string{p.path}}
		}
	}
	addMissing := func(names []string) {
		for _, name := range names {
			if _, seen := missing[name]; !seen {
				missing[name] = t.missing(name)
			}
		}
	}
	for _, file := range t.in.Files {
		if name := t.extensionName(file); name != "" {
			addExtension(name)
		}
	}
	for _, r := range t.archived {
		for _, name := range r.scan.Names {
			if !names[name] {
				names[name] = true
				addExtension(name)
			}
		}
		addMissing(r.scan.Modules)
	}
	addMissing(tried)
	namespaces := map[string]Known{}
	need := func(name string) {
		for p := parent(name); p != ""; p = parent(p) {
			if paths, ok := t.namespace(p); ok {
				namespaces[p] = Known{p, Runfiles, paths}
			}
		}
	}
	for name := range t.archived {
		need(name)
	}
	for name := range extensions {
		need(name)
	}
	maps.DeleteFunc(missing, func(_ string, is bool) bool { return !is })
	byName := func(a, b Known) int { return cmp.Compare(a.Name, b.Name) }
	res.Extensions = slices.SortedFunc(maps.Values(extensions), byName)
	res.Namespaces = slices.SortedFunc(maps.Values(namespaces), byName)
	res.Missing = slices.Sorted(maps.Keys(missing))
}

// unsure reports whether a directory of unknown content, or a path entry that is no
// directory, can have a say in what the name stands for.
func (t *table) unsure(name string) bool {
	f := t.finder
	dirs, last := f.syspath, name
	if p := parent(name); p != "" {
		if t.unsure(p) {
			return true
		}
		dirs, last = f.find(p).dirs, name[len(p)+1:]
	}
	for _, d := range dirs {
		if f.inTree(d) || f.inTree(d.child(last)) {
			return true
		}
		switch path.Ext(d.path) {
		case ".egg", ".pyz", ".whl", ".zip":
			return true // zipimport may look into it
		}
	}
	return false
}

// inTree reports whether p is one of the trees or in one.
func (f *finder) inTree(p place) bool {
	if len(f.trees) == 0 {
		return false
	}
	for p.path != "" {
		if f.trees[p] {
			return true
		}
		p.path = p.path[:max(strings.LastIndexByte(p.path, '/'), 0)]
	}
	return false
}

// extension returns the file of the extension module that a name stands for. One
// that is a package is left to stock.
func (t *table) extension(name string) (place, bool) {
	loc := t.finder.find(name)
	if loc.kind != file || loc.ispkg || !t.hasExtSuffix(loc.file.path) || !utf8.ValidString(name) || t.unsure(name) {
		return place{}, false
	}
	return loc.file, true
}

func (t *table) hasExtSuffix(file string) bool {
	return slices.ContainsFunc(t.in.ABI.ExtSuffixes, func(s string) bool { return strings.HasSuffix(file, s) })
}

// extensionName returns the name by which a file of the runfiles is found as an
// extension module, "" if there is none: that from the longest of the roots, as for
// sources.
func (t *table) extensionName(file string) string {
	if !t.hasExtSuffix(file) {
		return ""
	}
	best, length := "", -1
	for _, root := range t.roots {
		if root != "" && !isBelow(file, root) || len(root) <= length {
			continue
		}
		for _, s := range t.in.ABI.ExtSuffixes {
			stem, ok := strings.CutSuffix(file, s)
			if !ok {
				continue
			}
			name, bad := moduleName(root, stem+".so")
			if name == "" || bad != "" {
				continue
			}
			if loc := t.finder.find(name); loc.file == (place{Runfiles, file}) {
				best, length = name, len(root)
			}
		}
	}
	return best
}

// namespace returns the portions of the namespace package that a name stands for,
// if all are in the runfiles.
func (t *table) namespace(name string) ([]string, bool) {
	loc := t.finder.find(name)
	if loc.kind != namespace || !utf8.ValidString(name) || t.unsure(name) {
		return nil, false
	}
	var paths []string
	for _, d := range loc.dirs {
		if d.root != Runfiles || strings.Contains(d.path, "\n") {
			return nil, false
		}
		paths = append(paths, d.path)
	}
	return paths, true
}

// notMissing are names that other code than a finder answers, or that are looked for
// where the archiver does not look.
var notMissing = map[string]bool{"__main__": true, "sitecustomize": true, "usercustomize": true}

// missing reports whether it is certain that stock finds nothing for a module's
// name. Where the package that the name is in does not exist either, that is what
// an import fails with.
func (t *table) missing(name string) bool {
	f := t.finder
	if f.find(name).kind != absent || notMissing[name] || !utf8.ValidString(name) || t.unsure(name) {
		return false
	}
	if p := parent(name); p != "" {
		return t.plain(p)
	}
	// All of the standard library must be known, and the main file's directory, which
	// is on sys.path, too.
	if len(t.in.Stdlib) == 0 || len(t.in.StdlibFiles) == 0 && stdlibExtensions[name] {
		return false
	}
	return t.in.Main == "" || f.look(place{Runfiles, parentDir(t.in.Main)}, name).kind == absent
}

// plain reports whether a name is an archived regular package whose submodules are
// in its directory and nowhere else, and so are those of the packages it is in.
func (t *table) plain(name string) bool {
	for ; name != ""; name = parent(name) {
		r := t.archived[name]
		if r == nil || !r.Package || r.Source.ExtendsPath || r.Source.UsesPath {
			return false
		}
	}
	return true
}

// stdlibExtensions are the modules of the standard library that builds of CPython
// 3.11 to 3.15 for Linux may have as extension modules (Modules/Setup.stdlib.in,
// setup.py of 3.11). Without a list of files it is not known which ones exist.
var stdlibExtensions = func() map[string]bool {
	names := map[string]bool{}
	for _, n := range strings.Fields(`
		_asyncio _bisect _blake2 _bz2 _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp
		_codecs_kr _codecs_tw _contextvars _crypt _csv _ctypes _ctypes_test _curses
		_curses_panel _datetime _dbm _decimal _elementtree _gdbm _hashlib _heapq _hmac
		_interpchannels _interpqueues _interpreters _json _locale _lsprof _lzma _md5
		_multibytecodec _multiprocessing _opcode _pickle _posixshmem _posixsubprocess
		_queue _random _remote_debugging _sha1 _sha2 _sha256 _sha3 _sha512 _socket
		_sqlite3 _ssl _statistics _struct _testbuffer _testcapi _testclinic
		_testclinic_limited _testexternalinspection _testimportmultiple
		_testinternalcapi _testlimitedcapi _testmultiphase _testsinglephase _tkinter
		_types _typing _uuid _xxinterpchannels _xxsubinterpreters _xxtestfuzz _zoneinfo
		_zstd array audioop binascii cmath fcntl grp math mmap nis ossaudiodev pwd
		pyexpat readline resource select spwd syslog termios unicodedata xxlimited
		xxlimited_35 xxlimited_3_13 xxsubtype zlib`) {
		names[n] = true
	}
	return names
}()
