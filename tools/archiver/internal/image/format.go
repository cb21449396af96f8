// This file repeats loader/format.h, in the same order; see there for what
// each field means.

package image

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// Constants of the format.
const (
	Magic         = "\x89PYCDS\r\n"
	FormatVersion = 2
	PageSize      = 4096
	HugePageSize  = 2 << 20

	foldSeed       = 0x9e3779b97f4a7c15
	foldMultiplier = 0xd6e8feb86659fd93
)

// Prefix is what every reader of any version understands.
type Prefix struct {
	Magic         [8]uint8
	FormatVersion uint32
	HeaderSize    uint32
	FileSize      uint64
	FileChecksum  uint64
	HeadChecksum  uint64
	HeadSize      uint64
	Reserved      [2]uint64
}

// Table is Count entries at Offset.
type Table struct {
	Offset uint32
	Count  uint32
}

// Header follows the prefix.
type Header struct {
	PyVersion       uint32
	PycMagic        uint32
	AbiFlags        uint32
	PointerSize     uint32
	Optimize        uint32
	TypeOffset      uint32
	StrLengthOffset uint32
	StrDataOffset   uint32
	Base            uint64
	SysVersion      Table
	Sections        Table
	Symbols         Table
	Index           Table
	Modules         Table
	Strings         Table
	Names           Table
	Memos           Table
	MemoIndex       Table
	Fixed           Table
	Main            uint32
	Hot             uint32
	HotSize         uint32
	Reserved        uint32
}

// Bits of Header.AbiFlags.
const (
	AbiFreeThreaded = 1
	AbiDebug        = 2
	AbiExactBuild   = 4
)

// Section is a part of the file.
type Section struct {
	Kind     uint32
	Reserved uint32
	Offset   uint32
	Size     uint32
}

// Kinds of sections.
const (
	SectionHead    = 1
	SectionBind    = 2
	SectionReloc   = 3
	SectionConst   = 4
	SectionStr     = 5
	SectionPatched = 6
	SectionCode    = 7
	SectionMemo    = 8
	SectionLast    = SectionMemo // not in the format
)

// Symbol is an object of the runtime.
type Symbol struct {
	Kind    uint32
	Arg     int32
	Address uint64
}

// Kinds of symbols.
const (
	SymNone        = 1
	SymTrue        = 2
	SymFalse       = 3
	SymEllipsis    = 4
	SymUnicodeType = 5
	SymBytesType   = 6
	SymLongType    = 7
	SymFloatType   = 8
	SymComplexType = 9
	SymTupleType   = 10
	SymCodeType    = 11
	SymSliceType   = 12
	SymEmptyStr    = 13
	SymEmptyBytes  = 14
	SymEmptyTuple  = 15
	SymSmallInt    = 16
	SymLatin1      = 17
	SymLast        = 17
)

// ModuleEntry is an entry of the table of modules.
type ModuleEntry struct {
	Name            uint32
	NameSize        uint32
	Kind            uint32
	Flags           uint32
	Root            uint32
	Path            uint32
	PathSize        uint32
	Code            uint32
	File            uint32
	FileCapacity    uint32
	Bind            uint32
	BindSize        uint32
	Nstrings        uint32
	Nslots          uint32
	Nfrozensets     uint32
	NfrozensetSlots uint32
	NfilenameSlots  uint32
	Reloc           uint32
	RelocSize       uint32
	Reserved        uint32
	BindChecksum    uint64
	RelocChecksum   uint64
}

// Values of ModuleEntry.Kind, Flags and Root.
const (
	ModuleSource    = 1
	ModuleExtension = 2
	ModuleNamespace = 3
	ModuleMissing   = 4
	ModuleGenerated = 5
	ModuleFrozen    = 6
	FlagPackage     = 1
	RootRunfiles    = 0
	RootStdlib      = 1
)

// MemoEntry is an entry of the table of memos.
type MemoEntry struct {
	Kind          uint32
	Block         uint32
	BlockSize     uint32
	Reserved      uint32
	Key           uint64
	BlockChecksum uint64
}

// Kinds of memos.
const (
	MemoRegex  = 1
	MemoSource = 2
)

// RegexBlock begins the block of a regular expression.
type RegexBlock struct {
	IsBytes     uint32
	Flags       uint32
	ResultFlags uint32
	Groups      uint32
	Ncode       uint32
	Nnames      uint32
	TextSize    uint32
	Reserved    uint32
}

// GroupName is a named group of a regular expression.
type GroupName struct {
	Group uint32
	Size  uint32
}

// SourceBlock begins the block of a source text.
type SourceBlock struct {
	Mode         uint32
	Flags        uint32
	Module       uint32
	TextSize     uint32
	FilenameSize uint32
	Reserved     uint32
}

// Values of SourceBlock.Mode.
const (
	ModeExec   = 1
	ModeEval   = 2
	ModeSingle = 3
)

// Frozenset is an entry of a bind block.
type Frozenset struct {
	Tuple     uint32
	SlotCount uint32
}

// RelocBase is the target of pointers into the image.
const RelocBase = 0xffffffff

// Sizes of the structs, which have no padding.
const (
	prefixSize    = int(unsafe.Sizeof(Prefix{}))
	headerSize    = int(unsafe.Sizeof(Header{}))
	sectionSize   = int(unsafe.Sizeof(Section{}))
	symbolSize    = int(unsafe.Sizeof(Symbol{}))
	moduleSize    = int(unsafe.Sizeof(ModuleEntry{}))
	memoSize      = int(unsafe.Sizeof(MemoEntry{}))
	regexSize     = int(unsafe.Sizeof(RegexBlock{}))
	groupNameSize = int(unsafe.Sizeof(GroupName{}))
	sourceSize    = int(unsafe.Sizeof(SourceBlock{}))
	frozensetSize = int(unsafe.Sizeof(Frozenset{}))
	wordSize      = 4 // a uint32_t of a table or block
	addressSize   = 8 // a uint64_t of a table

	sourceModuleOffset = int(unsafe.Offsetof(SourceBlock{}.Module))
)

var le = binary.LittleEndian

// symbolNames are the names of kinds of symbols in abi.json and in dumps.
var symbolNames = [...]string{
	SymNone: "none", SymTrue: "true", SymFalse: "false", SymEllipsis: "ellipsis",
	SymUnicodeType: "unicode_type", SymBytesType: "bytes_type",
	SymLongType: "long_type", SymFloatType: "float_type",
	SymComplexType: "complex_type", SymTupleType: "tuple_type",
	SymCodeType: "code_type", SymSliceType: "slice_type",
	SymEmptyStr: "empty_str", SymEmptyBytes: "empty_bytes",
	SymEmptyTuple: "empty_tuple",
	SymSmallInt:   "small_int", SymLatin1: "latin1",
}

// fold is the checksum and the hash of names.
func fold(data []byte) uint64 {
	h := foldSeed ^ uint64(len(data))
	for ; len(data) >= 8; data = data[8:] {
		h = foldStep(h, le.Uint64(data))
	}
	if len(data) > 0 {
		var tail [8]byte
		copy(tail[:], data)
		h = foldStep(h, le.Uint64(tail[:]))
	}
	return h
}

func foldStep(h, w uint64) uint64 {
	h = (h ^ w) * foldMultiplier
	return h ^ h>>32
}

// memoKey is the key of a memo of a text and flags.
func memoKey(kind, flags uint32, text string) uint64 {
	return fold([]byte(text)) ^ uint64(kind) ^ uint64(flags)<<8
}

// indexCount returns the number of entries of the index of n modules: at most
// half of them are used, so that a miss ends soon.
func indexCount(n int) int { return 1 << bits.Len(uint(2*n)) }

func align(n, to int) int { return (n + to - 1) / to * to }
