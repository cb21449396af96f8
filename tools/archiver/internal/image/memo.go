// This file writes memos: what a program's imports compute the same way each time.

package image

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// A Regex is a regular expression and what it compiles to.
type Regex struct {
	Bytes       bool   // the pattern is bytes, else a str
	Text        string // the pattern; that of a str in UTF-8
	Flags       uint32 // as given to re._compiler.compile()
	ResultFlags uint32 // as given to _sre.compile(), like the following
	Groups      uint32 // number of capturing groups, without group 0
	Code        []uint32
	Names       []RegexName // in the order of groupindex
}

// A RegexName is a named group.
type RegexName struct {
	Name  string
	Group uint32
}

// A Source is a source text and the code that it compiles to.
type Source struct {
	Text   string
	Mode   uint32 // ModeExec...
	Flags  uint32 // in effect when it is compiled
	Module string // name of the module of kind ModuleGenerated; its path is the filename
}

// Flags of the module re whose effect compiling does not keep: what LOCALE means
// changes, DEBUG prints (Lib/re/_constants.py).
const (
	regexLocale = 4
	regexDebug  = 128
)

// Check says why x cannot be in an archive.
func (x *Regex) Check() error {
	switch {
	case !x.Bytes && !utf8.ValidString(x.Text):
		return fmt.Errorf("pattern is not UTF-8")
	case uint64(len(x.Text)) > math.MaxInt32 || len(x.Code) == 0 || uint64(len(x.Code)) > math.MaxInt32/wordSize:
		return fmt.Errorf("pattern has %d bytes and %d words of code", len(x.Text), len(x.Code))
	case (x.Flags|x.ResultFlags)&(regexLocale|regexDebug) != 0:
		return fmt.Errorf("flags are %#x and %#x, want neither LOCALE nor DEBUG", x.Flags, x.ResultFlags)
	}
	seen := make(map[string]bool, len(x.Names))
	for _, n := range x.Names {
		if !isText(n.Name) || seen[n.Name] || n.Group == 0 || n.Group > x.Groups {
			return fmt.Errorf("group %d is named %q, want 1 to %d and each name once, in UTF-8", n.Group, n.Name, x.Groups)
		}
		seen[n.Name] = true
	}
	return nil
}

// Check says why s cannot be in an archive.
func (s *Source) Check() error {
	switch {
	case !utf8.ValidString(s.Text) || strings.Contains(s.Text, "\x00"):
		return fmt.Errorf("source is not UTF-8 without NUL")
	case uint64(len(s.Text)) > math.MaxInt32:
		return fmt.Errorf("source has %d bytes", len(s.Text))
	case s.Mode < ModeExec || s.Mode > ModeSingle:
		return fmt.Errorf("unknown mode %d", s.Mode)
	}
	return nil
}

// checkMemos refuses memos that could not be read back.
func checkMemos(in *Input) error {
	type regexKey struct {
		bytes bool
		text  string
		flags uint32
	}
	regexes := make(map[regexKey]bool, len(in.Regexes))
	for i := range in.Regexes {
		x := &in.Regexes[i]
		if err := x.Check(); err != nil {
			return fmt.Errorf("regular expression %q: %w", x.Text, err)
		}
		key := regexKey{x.Bytes, x.Text, x.Flags}
		if regexes[key] {
			return fmt.Errorf("regular expression %q with flags %#x is given twice", x.Text, x.Flags)
		}
		regexes[key] = true
	}
	generated := make(map[string]*Module)
	for i := range in.Modules {
		if m := &in.Modules[i]; m.Kind == ModuleGenerated {
			generated[m.Name] = m
		}
	}
	type sourceKey struct {
		text, filename string
		mode, flags    uint32
	}
	sources := make(map[sourceKey]bool, len(in.Sources))
	for i := range in.Sources {
		s := &in.Sources[i]
		if err := s.Check(); err != nil {
			return fmt.Errorf("source %s: %w", s.Module, err)
		}
		m := generated[s.Module]
		if m == nil {
			return fmt.Errorf("source %s: there is no generated module of that name that is not another source's", s.Module)
		}
		delete(generated, s.Module)
		key := sourceKey{s.Text, m.Path, s.Mode, s.Flags}
		if sources[key] {
			return fmt.Errorf("source %s is given twice", s.Module)
		}
		sources[key] = true
	}
	for name := range generated {
		return fmt.Errorf("generated module %s belongs to no source", name)
	}
	return nil
}

// memoBlocks makes the section of memos. Numbers of modules are not known yet.
func (w *writer) memoBlocks(in *Input) {
	w.memos = make([]MemoEntry, 0, len(in.Regexes)+len(in.Sources))
	add := func(kind, flags uint32, text string, size int, block func(b []byte) []byte) {
		at := len(w.memo)
		w.memo = pad8(block(append(w.memo, make([]byte, size)...)))
		w.memos = append(w.memos, MemoEntry{
			Kind: kind, Block: uint32(at), BlockSize: uint32(len(w.memo) - at), Key: memoKey(kind, flags, text),
		})
	}
	for i := range in.Regexes {
		x := &in.Regexes[i]
		add(MemoRegex, x.Flags, x.Text, regexSize, func(b []byte) []byte {
			head := RegexBlock{
				Flags: x.Flags, ResultFlags: x.ResultFlags, Groups: x.Groups,
				Ncode: uint32(len(x.Code)), Nnames: uint32(len(x.Names)), TextSize: uint32(len(x.Text)),
			}
			if x.Bytes {
				head.IsBytes = 1
			}
			encode(b[len(b)-regexSize:], &head)
			for _, c := range x.Code {
				b = le.AppendUint32(b, c)
			}
			for _, n := range x.Names {
				b = le.AppendUint32(b, n.Group)
				b = le.AppendUint32(b, uint32(len(n.Name)))
			}
			b = append(b, x.Text...)
			for _, n := range x.Names {
				b = append(b, n.Name...)
			}
			return b
		})
	}
	w.sources = len(w.memos)
	paths := make(map[string]string, len(in.Sources))
	for i := range in.Modules {
		if m := &in.Modules[i]; m.Kind == ModuleGenerated {
			paths[m.Name] = m.Path
		}
	}
	for i := range in.Sources {
		s := &in.Sources[i]
		filename := paths[s.Module]
		add(MemoSource, s.Flags, s.Text, sourceSize, func(b []byte) []byte {
			encode(b[len(b)-sourceSize:], &SourceBlock{
				Mode: s.Mode, Flags: s.Flags, TextSize: uint32(len(s.Text)), FilenameSize: uint32(len(filename)),
			})
			return append(append(b, s.Text...), filename...)
		})
	}
}

// memoTables writes the tables of memos, once the blocks are in the buffer and the
// modules have numbers.
func (w *writer) memoTables(in *Input, numbers map[string]uint32) {
	h := &w.header
	mask := uint64(h.MemoIndex.Count) - 1
	for i := range w.memos {
		e := &w.memos[i]
		e.Block += w.starts[0][SectionMemo]
		block := w.buf[e.Block : e.Block+e.BlockSize]
		if i >= w.sources {
			le.PutUint32(block[sourceModuleOffset:], numbers[in.Sources[i-w.sources].Module])
		}
		e.BlockChecksum = fold(block)
		put(w.buf, h.Memos, i, memoSize, e)
		w.index(h.MemoIndex, e.Key&mask, uint32(i))
	}
}

// index enters a number in an index with open addressing.
func (w *writer) index(t Table, slot uint64, number uint32) {
	for mask := uint64(t.Count) - 1; ; slot = (slot + 1) & mask {
		entry := w.buf[uint64(t.Offset)+uint64(wordSize)*slot:]
		if le.Uint32(entry) == 0 {
			le.PutUint32(entry, number+1)
			return
		}
	}
}
