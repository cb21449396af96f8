// Package pyc reads .pyc files and marshal data of CPython 3.11 to 3.15.
//
// The format is that of Python/marshal.c. One object is one type byte, whose
// top bit says "number me, a later TYPE_REF may mean me", and a payload of
// little-endian words. What differs between the versions read here:
//
//	version  marshal.version  new
//	3.11     4
//	3.12     4
//	3.13     4
//	3.14     5                ':' slice
//	3.15     6                '}' frozendict (never in a code object of the compiler)
//
// The fields of a code object are the same in all of them.
//
// The reader is made for hostile input: every error is an *Error with the
// offset, no length in the data is believed beyond the bytes that are there,
// and nesting is limited as in CPython.
package pyc
