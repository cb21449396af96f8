// Package graph turns the marshal data of one module into its canonical object
// graph: what the module's code object refers to, without the accidents of the
// process that compiled it.
//
// # Canonical form
//
// Marshal data repeats or shares equal constants depending on reference
// counts. In the graph one value is one node:
//
//   - Equal constants of one type are one node: 1, 1.0 and True are three, 0.0
//     and -0.0 are two, NaNs are compared by bits. CPython's compiler merges
//     constants the same way over a whole module (Python/compile.c,
//     merge_consts_recursive), so that `is` answers as it does under stock.
//   - Code objects are never merged: one in the data is one in the graph. (The
//     compiler itself may refer to one code object twice, for instance out of
//     the two copies of a finally block. That sharing is kept.)
//   - A str has one node for each value. It is interned if the data say so or if
//     CPython's code constructor interns it at any place the value occurs
//     (Objects/codeobject.c: names, localsplusnames, constants of ASCII name
//     characters, also inside tuples and frozensets; from 3.13 on also name and
//     qualname). Stock CPython may hold an interned and a plain copy of the same
//     value in one module, for instance the name `os.path` of an import and the
//     constant "os.path", and up to 3.12 two equal qualnames. Here they are one
//     object, interned if one of them is; only an `is` between two such strings,
//     which the language leaves open, can tell. In the standard libraries of 3.11
//     to 3.15 that is 30 to 330 strings in about 600 modules.
//     The empty string and the strings of one character below 256 are singletons of
//     the interpreter and always marked interned: what the data say of them depends
//     on what else the compiling process did.
//   - A frozenset's elements keep the order of the data. CPython sorts them by
//     their own marshal bytes (Python/marshal.c, w_complex_object, since 3.11),
//     so it does not depend on the hash seed, and since a set of ints is iterated
//     in an order that depends on the order of insertion, it must be stock's.
//     Two frozensets with the same elements are one node whatever the order.
//     (Stock makes two of a frozenset of strings that two functions use, when
//     it interns the strings.)
//
// # Order
//
// Module.Nodes lists every node once, in the order of the first visit of a
// depth-first walk from the root: a node, then what it refers to. References of
// a code object are visited in the order of [Code.Refs]. Only the values decide
// the order.
//
// # File name
//
// A code object's co_filename is not part of the graph, the archiver sets it.
// Code.Filename is nil where it is the module's own, that is the one of the
// root's code object, and a Str where some tool gave a code object another.
package graph
