package resolve

// This file lists what no bytecode shows: modules imported by C code.

// cImports maps a C module to the Python modules of the standard library that it
// imports by itself, at import or when one of its functions needs them; "" is the
// interpreter. Not listed are frozen modules (os, io, abc, codecs...). The names are
// those of modules of the standard library among the strings of the interpreters'
// binaries and extension modules, CPython 3.11 to 3.15; the file is the one that uses
// the name. A name that a version does not have is skipped. A missing entry costs
// time, never a result.
var cImports = map[string][]string{
	"": {
		"_pylong",            // Objects/longobject.c: long ints from and to str
		"annotationlib",      // annotations of 3.14 and later
		"copyreg",            // Objects/typeobject.c: object.__reduce_ex__
		"linecache",          // Python/pythonrun.c
		"string.templatelib", // Objects/templateobject.c
		"struct",             // Objects/memoryobject.c: formats that are not native
		"traceback",          // Python/pythonrun.c: uncaught exceptions
		"typing",             // Objects/typevarobject.c: generic classes and functions
		"warnings",           // Python/_warnings.c
	},
	"_asyncio": {
		"asyncio.base_futures", "asyncio.base_tasks", "asyncio.coroutines",
		"asyncio.events", "asyncio.exceptions", "traceback", "weakref",
	}, // Modules/_asynciomodule.c
	"_ctypes":       {"ctypes", "ctypes._layout"},                        // Modules/_ctypes
	"_curses":       {"curses"},                                          // Modules/_cursesmodule.c
	"_datetime":     {"_strptime"},                                       // Modules/_datetimemodule.c
	"_decimal":      {"collections", "numbers"},                          // Modules/_decimal/_decimal.c
	"_elementtree":  {"copy", "xml.etree.ElementPath"},                   // Modules/_elementtree.c
	"_interpqueues": {"concurrent.interpreters._queues"},                 // Modules/_interpqueuesmodule.c
	"_json":         {"json.decoder"},                                    // Modules/_json.c
	"_pickle":       {"_compat_pickle", "copyreg", "functools"},          // Modules/_pickle.c
	"_socket":       {"encodings.idna"},                                  // Modules/socketmodule.c: host names
	"_sqlite3":      {"functools", "sqlite3.dump"},                       // Modules/_sqlite
	"_sre":          {"re"},                                              // Modules/_sre
	"_zoneinfo":     {"weakref", "zoneinfo._common", "zoneinfo._tzpath"}, // Modules/_zoneinfo.c
	"array":         {"collections.abc"},                                 // Modules/arraymodule.c
	"time":          {"_strptime"},                                       // Modules/timemodule.c
}

// codecs are the modules that encodings.search_function imports for the encodings
// that programs commonly name. The interpreter itself has imported its own before
// an archive is open.
var codecs = []string{
	"encodings.ascii",
	"encodings.cp437", // file names in zip files
	"encodings.idna",
	"encodings.latin_1",
	"encodings.unicode_escape",
	"encodings.utf_16",
	"encodings.utf_8",
	"encodings.utf_8_sig",
}

// aliases are names in sys.modules from the start, for which there are source
// files that are never imported (Lib/importlib/__init__.py).
var aliases = []string{"importlib._bootstrap", "importlib._bootstrap_external"}
