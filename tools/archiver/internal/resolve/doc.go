// Package resolve decides what goes into an archive and under which names.
//
// # Names of first-party files
//
// A file's logical path is relative to the runfiles directory. The import roots
// are the entries that the program's sys.path will have there, in order; after
// them comes the standard library. A name is found as importlib's PathFinder
// and FileFinder find it (Lib/importlib/_bootstrap_external.py): in the first
// entry that has
//
//  1. a directory of that name with an __init__ file,
//  2. an extension module, a .py or a .pyc file of that name (in this order),
//
// and if no entry has one, in all directories of that name together: a namespace
// package. Names that the interpreter answers from its built-in and frozen
// modules come before all of that.
//
// One file can be imported under several names where one root is inside another:
// `_main/a/b.py` is a.b from the root `_main` and _main.a.b from the root "". It is
// archived under one of them, that of the longest root from which it is found.
// Under the others it is imported from its source, as without an archive.
//
// A file that no name finds is not archived. The result says what is in its way.
//
// # Standard library
//
// Of the standard library only those modules are archived that the program is
// likely to import. From first-party modules all imports are followed: import
// statements anywhere in the code, string constants that name a module, and a
// table of imports made by C code. From modules of the standard library those are
// followed that run with the module's body, and those inside functions one step
// deep: what a function imports counts, with all that this imports by its body.
// Without the limit nearly every program reaches pydoc, tkinter and asyncio.
//
// # Names without code
//
// So that they need not be searched for at run time, the result also lists
//
//   - extension modules: all of the program's that a name finds, and those of the
//     standard library that archived modules import;
//   - namespace packages that archived or extension modules are in, if all of their
//     portions are in the runfiles;
//   - missing names: what archived modules import, or a training run looked for, and
//     nothing answers, neither in the roots nor in the standard library nor in the
//     interpreter. Of what code imports only names that must be modules count: of
//     `from a import b`, b may be an attribute. At the top level the files of the
//     standard library must be given, and the main file's directory, which is on
//     sys.path too, must not have the name. A name in a package counts only if that
//     and the packages around it are archived and do not mention __path__.
//
// A directory whose content is not known (Input.Trees) and a zip file on the path
// make every name uncertain that they may answer; such a name is not listed. So are
// extension modules that are packages, which are rare.
//
// # Order
//
// The modules come in the order in which the program will import them, as far as
// static reading can tell, so that code that runs together lies together: first
// depth first from the main module along the imports of module bodies, packages
// before their submodules; then what functions of these import, in the same way;
// then what this does not reach, by name. What a training run saw goes before this
// (package cmd).
package resolve
