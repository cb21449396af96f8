// This file numbers the symbols that an image uses.

package image

import (
	"fmt"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/abi"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/layout"
)

// A symbolSet collects the symbols used while an image is planned. A symbol's
// key is its place in the order of the table: by kind, then by argument.
type symbolSet struct {
	layout *layout.Layout
	used   []bool   // by key
	number []uint32 // by key, once numbered
	table  []Symbol
}

const firstArgKey = SymEmptyTuple + 1

func newSymbolSet(l *layout.Layout) *symbolSet {
	n := firstArgKey + int(l.SmallIntMax-l.SmallIntMin+1) + 256
	return &symbolSet{layout: l, used: make([]bool, n), number: make([]uint32, n)}
}

func (s *symbolSet) use(key uint32) { s.used[key] = true }

// smallInt returns the key of a small int.
func (s *symbolSet) smallInt(v int64) uint32 {
	return firstArgKey + uint32(v-s.layout.SmallIntMin)
}

// latin1 returns the key of a one-character str.
func (s *symbolSet) latin1(r rune) uint32 {
	return firstArgKey + uint32(s.layout.SmallIntMax-s.layout.SmallIntMin+1) + uint32(r)
}

// symbol returns the kind and the argument of the symbol of a key.
func (s *symbolSet) symbol(key int) (kind uint32, arg int32) {
	if key < firstArgKey {
		return uint32(key), 0
	}
	key -= firstArgKey
	if n := int(s.layout.SmallIntMax - s.layout.SmallIntMin + 1); key >= n {
		return SymLatin1, int32(key - n)
	}
	return SymSmallInt, int32(int64(key) + s.layout.SmallIntMin)
}

// finish numbers the symbols in the order of their keys.
func (s *symbolSet) finish(a *abi.ABI) {
	for key, used := range s.used {
		if used {
			kind, arg := s.symbol(key)
			s.number[key] = uint32(len(s.table))
			s.table = append(s.table, Symbol{kind, arg, a.Symbol(symbolName(kind, arg))})
		}
	}
}

// symbolName returns a symbol's name as abi.json has it.
func symbolName(kind uint32, arg int32) string {
	switch {
	case kind == SymSmallInt || kind == SymLatin1:
		return fmt.Sprintf("%s:%d", symbolNames[kind], arg)
	case kind > 0 && kind < uint32(len(symbolNames)):
		return symbolNames[kind]
	}
	return fmt.Sprintf("symbol %d:%d", kind, arg)
}
