// This file reads memos.

package image

import (
	"math"
)

// A FileRegex is a memo of a regular expression.
type FileRegex struct {
	MemoEntry
	Regex
}

// A FileSource is a memo of a source text. Filename is what the block has.
type FileSource struct {
	MemoEntry
	Source
	Filename string
}

// readMemos reads the table of memos and the blocks: an archive has few.
func (f *File) readMemos() error {
	t := f.Header.Memos
	entries, err := readTable[MemoEntry](f, "memos", t, memoSize)
	if err != nil {
		return err
	}
	used := make([]bool, len(f.Modules))
	for i, e := range entries {
		at := uint64(t.Offset) + uint64(i*memoSize)
		switch {
		case !f.inSection(SectionMemo, uint64(e.Block), uint64(e.BlockSize)) || e.Block%8 != 0 || e.BlockSize%8 != 0:
			return bad(at+4, "memo %d has block at %#x with %d bytes, want multiples of 8 in section memo", i, e.Block, e.BlockSize)
		case e.Reserved != 0:
			return bad(at+12, "memo %d has reserved word %#x, want 0", i, e.Reserved)
		case i > 0 && e.Kind < entries[i-1].Kind:
			return bad(at, "memo %d has kind %d after %d", i, e.Kind, entries[i-1].Kind)
		}
		block := f.data[e.Block : e.Block+e.BlockSize]
		if have := fold(block); have != e.BlockChecksum {
			return bad(uint64(e.Block), "block of memo %d has checksum %#x, want %#x", i, have, e.BlockChecksum)
		}
		var flags uint32
		var text string
		switch e.Kind {
		case MemoRegex:
			x, err := readRegex(e, block)
			if err != nil {
				return err
			}
			flags, text = x.Flags, x.Text
			f.Regexes = append(f.Regexes, FileRegex{e, *x})
		case MemoSource:
			s, err := f.readSource(e, block, used)
			if err != nil {
				return err
			}
			flags, text = s.Flags, s.Text
			f.Sources = append(f.Sources, *s)
		default:
			return bad(at, "memo %d has kind %d, want %d or %d", i, e.Kind, MemoRegex, MemoSource)
		}
		if want := memoKey(e.Kind, flags, text); e.Key != want {
			return bad(at+16, "memo %d has key %#x, want %#x", i, e.Key, want)
		}
	}
	for i := range f.Modules {
		if f.Modules[i].Kind == ModuleGenerated && !used[i] {
			return bad(uint64(f.Header.Modules.Offset)+uint64(i*moduleSize), "generated module %s belongs to no memo", f.Modules[i].NameText)
		}
	}
	return f.checkMemoIndex(entries)
}

// cut returns the first n bytes of a block after checking that they are there.
func cut(e MemoEntry, block *[]byte, n uint64) ([]byte, error) {
	if n > uint64(len(*block)) {
		return nil, bad(uint64(e.Block), "memo's block has %d bytes, needs %d more", e.BlockSize, n-uint64(len(*block)))
	}
	part := (*block)[:n]
	*block = (*block)[n:]
	return part, nil
}

// padding checks that only padding is left of a block.
func padding(e MemoEntry, rest []byte) error {
	if len(rest) >= 8 {
		return bad(uint64(e.Block), "memo's block has %d bytes too many", len(rest))
	}
	for _, b := range rest {
		if b != 0 {
			return bad(uint64(e.Block), "memo's block is padded with %#x, want 0", rest)
		}
	}
	return nil
}

func readRegex(e MemoEntry, block []byte) (*Regex, error) {
	var h RegexBlock
	head, err := cut(e, &block, uint64(regexSize))
	if err != nil {
		return nil, err
	}
	decode(head, &h)
	if h.IsBytes > 1 || h.Reserved != 0 {
		return nil, bad(uint64(e.Block), "regular expression has is_bytes %d and reserved word %#x", h.IsBytes, h.Reserved)
	}
	x := &Regex{Bytes: h.IsBytes == 1, Flags: h.Flags, ResultFlags: h.ResultFlags, Groups: h.Groups}
	code, err := cut(e, &block, uint64(h.Ncode)*wordSize)
	if err != nil {
		return nil, err
	}
	x.Code = make([]uint32, h.Ncode)
	decode(code, x.Code)
	groups, err := cut(e, &block, uint64(h.Nnames)*uint64(groupNameSize))
	if err != nil {
		return nil, err
	}
	names := make([]GroupName, h.Nnames)
	decode(groups, names)
	text, err := cut(e, &block, uint64(h.TextSize))
	if err != nil {
		return nil, err
	}
	x.Text = string(text)
	for _, n := range names {
		name, err := cut(e, &block, uint64(n.Size))
		if err != nil {
			return nil, err
		}
		x.Names = append(x.Names, RegexName{string(name), n.Group})
	}
	if err := x.Check(); err != nil {
		return nil, bad(uint64(e.Block), "regular expression %q: %v", x.Text, err)
	}
	return x, padding(e, block)
}

func (f *File) readSource(e MemoEntry, block []byte, used []bool) (*FileSource, error) {
	var h SourceBlock
	head, err := cut(e, &block, uint64(sourceSize))
	if err != nil {
		return nil, err
	}
	decode(head, &h)
	if h.Reserved != 0 {
		return nil, bad(uint64(e.Block), "source has reserved word %#x, want 0", h.Reserved)
	}
	if h.Module >= uint32(len(f.Modules)) || used[h.Module] || f.Modules[h.Module].Kind != ModuleGenerated {
		return nil, bad(uint64(e.Block), "source has module %d, want a generated one that no other has", h.Module)
	}
	used[h.Module] = true
	text, err := cut(e, &block, uint64(h.TextSize))
	if err != nil {
		return nil, err
	}
	filename, err := cut(e, &block, uint64(h.FilenameSize))
	if err != nil {
		return nil, err
	}
	m := &f.Modules[h.Module]
	s := &FileSource{e, Source{string(text), h.Mode, h.Flags, m.NameText}, string(filename)}
	if err := s.Check(); err != nil {
		return nil, bad(uint64(e.Block), "%v", err)
	}
	if s.Filename != m.PathText {
		return nil, bad(uint64(e.Block), "source has filename %q, its module %q", s.Filename, m.PathText)
	}
	return s, padding(e, block)
}

// checkMemoIndex looks up every memo as the loader does: by its key, then by number
// in place of what the block has.
func (f *File) checkMemoIndex(entries []MemoEntry) error {
	t := f.Header.MemoIndex
	index, err := readTable[uint32](f, "memo_index", t, wordSize)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		if t.Count != 0 {
			return bad(uint64(t.Offset), "memo_index has %d entries, want none for no memo", t.Count)
		}
		return nil
	}
	if t.Count&(t.Count-1) != 0 || int(t.Count) <= len(entries) || t.Count > math.MaxInt32 {
		return bad(uint64(t.Offset), "memo_index has %d entries, want a power of two above the %d memos", t.Count, len(entries))
	}
	used := 0
	for _, number := range index {
		if number != 0 {
			used++
		}
	}
	if used != len(entries) {
		return bad(uint64(t.Offset), "memo_index has %d memos, want %d", used, len(entries))
	}
	mask := t.Count - 1
	for i, e := range entries {
		slot := uint32(e.Key) & mask
		for index[slot] != 0 && index[slot] != uint32(i)+1 {
			slot = (slot + 1) & mask
		}
		if index[slot] == 0 {
			return bad(uint64(t.Offset), "memo_index does not lead to memo %d", i)
		}
	}
	return nil
}
