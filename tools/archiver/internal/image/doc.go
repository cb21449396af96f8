// Package image writes and reads archives: memory images of the code objects of
// a program's modules.
//
// The wire format is loader/format.h; format.go repeats it and a test compares
// the two. An archive is
//
//	head      prefix, header, tables: what every start reads
//	const     objects that nothing writes to            }
//	str       interned strings, path strings            } objects, see
//	patched   tuples that hold the image's interned     } package layout
//	          strings or sets                           }
//	code      code objects: bodies, then functions      }
//	bind      for each module: what its first import does to the image
//	memo      regular expressions and sources, with what they compile to
//	reloc     for each module: where its pointers are
//
// each starting on a page. All versions have the same sections; on 3.11, whose
// objects are not immortal, every section is written to.
//
// # Objects
//
// Interned strings belong to all modules. Everything else belongs to one module,
// so that a module can be relocated without looking at another. Within a section
// objects are in the order of the modules, and within a module in the order of
// graph.Module.Nodes. Objects start at multiples of 8; a tuple or slice has its
// PyGC_Head before it. Gaps are zero.
//
// None, small ints, the empty tuple and the like are not in the image: pointers
// to them are symbols. Frozensets are not either, since their order depends on
// the process's hash seed: the image has a tuple of the elements, from which the
// loader makes them.
//
// # Pointers
//
// A pointer into the image is base + offset, whatever the base the image will
// have. A pointer to a symbol is the symbol's address, 0 where it is not
// constant. A pointer to a frozenset is 0. A pointer to an interned string that the
// interpreter has at a constant address is that address; the image has the string
// nevertheless, for interpreters that have not.
package image
