// Package layout knows how CPython lays out objects in memory: it writes ints,
// strings, tuples, code objects and so on as the structs of one CPython version,
// and reads them back. It knows bytes and offsets only, neither addresses nor
// what an image is.
//
// What differs between CPython versions is the table in version.go; nothing else
// in the archiver branches on the version. The facts are from the headers of
// each version (Include/cpython, Include/internal) and are compared with the
// memory of live interpreters by TestLive.
//
// All layouts are those of the default build (with the GIL, without Py_DEBUG) of
// a little-endian machine with 64-bit pointers: x86-64 and arm64.
//
// An object is the bytes from its ob_refcnt on. Writers take dst, which must be
// zero and have the object's size; they write everything but pointers to other
// objects. Where those are, an object's Slots say.
package layout
