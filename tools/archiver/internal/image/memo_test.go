package image

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

func TestMemosReadBack(t *testing.T) {
	in := sampleInput(t, 14)
	f, err := Open(sampleArchive(t, 14))
	if err != nil {
		t.Fatal(err)
	}
	var regexes []Regex
	for i := range f.Regexes {
		regexes = append(regexes, f.Regexes[i].Regex)
	}
	var sources []Source
	for i := range f.Sources {
		sources = append(sources, f.Sources[i].Source)
	}
	if !reflect.DeepEqual(regexes, in.Regexes) || !reflect.DeepEqual(sources, in.Sources) {
		t.Errorf("have %+v %+v\nwant %+v %+v", regexes, sources, in.Regexes, in.Sources)
	}
	// What loader/format.h says of the key.
	if have, want := f.Regexes[0].Key, fold([]byte(in.Regexes[0].Text))^MemoRegex^2<<8; have != want {
		t.Errorf("key is %#x, want %#x", have, want)
	}
	if have, want := f.Sources[0].Key, fold([]byte(in.Sources[0].Text))^MemoSource^0x1000000<<8; have != want {
		t.Errorf("key is %#x, want %#x", have, want)
	}
}

// TestGeneratedPath checks that the path string has room for the filename as it is
// and, beyond alignment, for nothing else.
func TestGeneratedPath(t *testing.T) {
	f, err := Open(sampleArchive(t, 13))
	if err != nil {
		t.Fatal(err)
	}
	for i := range f.Modules {
		m := &f.Modules[i]
		if m.Kind != ModuleGenerated {
			continue
		}
		if spare := int(m.FileCapacity) - len(m.PathText); spare < 0 || spare > 7 {
			t.Errorf("%s: path string of %q has room for %d bytes", m.NameText, m.PathText, m.FileCapacity)
		}
	}
}

func TestMemoBuildErrors(t *testing.T) {
	for _, tt := range []struct {
		change func(*Input)
		want   string
	}{
		{func(in *Input) { in.Regexes[0].Text = "\xff" }, "pattern is not UTF-8"},
		{func(in *Input) { in.Regexes[0].Code = nil }, "0 words of code"},
		{func(in *Input) { in.Regexes[0].Flags |= regexDebug }, "neither LOCALE nor DEBUG"},
		{func(in *Input) { in.Regexes[0].ResultFlags |= regexLocale }, "neither LOCALE nor DEBUG"},
		{func(in *Input) { in.Regexes[0].Names[1].Group = 4 }, `group 4 is named "m", want 1 to 3`},
		{func(in *Input) { in.Regexes[0].Names[1].Group = 0 }, `group 0 is named "m"`},
		{func(in *Input) { in.Regexes[0].Names[1].Name = "n" }, `group 3 is named "n"`},
		{func(in *Input) { in.Regexes[2].Bytes = false }, `regular expression "a" with flags 0x0 is given twice`},
		{func(in *Input) { in.Sources[0].Text = "a\x00" }, "source <generated 0>: source is not UTF-8 without NUL"},
		{func(in *Input) { in.Sources[0].Mode = 4 }, "unknown mode 4"},
		{func(in *Input) { in.Sources[0].Module = "pkg" }, "source pkg: there is no generated module"},
		{func(in *Input) { in.Sources[0].Module = "<generated 1>" }, "source <generated 1>: there is no generated module"},
		{func(in *Input) { in.Sources = in.Sources[:1] }, "generated module <generated 1> belongs to no source"},
		{func(in *Input) {
			in.Modules[7].Path = ""
			in.Sources[0] = Source{Mode: ModeEval, Module: "<generated 0>"}
		}, "source <generated 1> is given twice"},
	} {
		in := sampleInput(t, 13)
		tt.change(&in)
		if _, err := Build(in); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Build: %v, want %q", err, tt.want)
		}
	}
}

// TestMemoBounds changes words of memos, with checksums made right.
func TestMemoBounds(t *testing.T) {
	good := sampleArchive(t, 14)
	f, err := Open(good)
	if err != nil {
		t.Fatal(err)
	}
	h := &f.Header
	entry := func(i, field int) uint32 { return h.Memos.Offset + uint32(i*memoSize+4*field) }
	regex := func(field int) uint32 { return f.Regexes[0].Block + uint32(4*field) }
	source := func(field int) uint32 { return f.Sources[0].Block + uint32(4*field) }
	for _, tt := range []struct {
		at    uint32
		value uint32
		want  string
	}{
		{entry(0, 0), 0, "kind 0, want 1 or 2"},
		{entry(5, 0), 3, "kind 3, want 1 or 2"},
		{entry(4, 0), 1, "is_bytes"},
		{entry(0, 1), f.Regexes[0].Block + 4, "want multiples of 8 in section memo"},
		{entry(0, 1), 0xfffffff8, "want multiples of 8 in section memo"},
		{entry(0, 2), f.Regexes[0].BlockSize - 8, "needs"},
		{entry(0, 2), f.Regexes[0].BlockSize + 8, "too many"},
		{entry(0, 2), 0x10000000, "want multiples of 8 in section memo"},
		{entry(0, 3), 1, "reserved word"},
		{entry(0, 4), 1, "memo 0 has key"},
		{regex(0), 2, "is_bytes 2"},
		{regex(1), 3, "memo 0 has key"},
		{regex(2), 128, "neither LOCALE nor DEBUG"},
		{regex(3), 2, "group 3 is named"},
		{entry(1, 0), 2, "unknown mode 0"},
		{regex(4), 0xffffffff, "needs"},
		{regex(5), 0xffffffff, "needs"},
		{regex(6), 0xffffffff, "needs"},
		{regex(7), 1, "reserved word"},
		{regex(8 + 3 + 1), 0xffffffff, "needs"},
		{source(0), 4, "unknown mode 4"},
		{source(2), 2, "want a generated one"},
		{source(2), uint32(len(f.Modules)), "want a generated one"},
		{source(3), 0xffffffff, "needs"},
		{source(4), 0xffffffff, "needs"},
		{source(4), 7, "source has filename"},
		{source(5), 1, "reserved word"},
		{h.MemoIndex.Offset + 4*uint32(f.Regexes[0].Key&uint64(h.MemoIndex.Count-1)), 0, "memo_index has 5 memos"},
	} {
		data := bytes.Clone(good)
		le.PutUint32(data[tt.at:], tt.value)
		seal(data)
		if _, err := Open(data); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%#x at %#x: %v, want %q", tt.value, tt.at, err, tt.want)
		}
	}
	data := bytes.Clone(good)
	copy(data[entry(3, 0):], good[entry(4, 0):entry(5, 0)])
	copy(data[entry(4, 0):], good[entry(3, 0):entry(4, 0)])
	seal(data)
	if _, err := Open(data); err == nil || !strings.Contains(err.Error(), "kind 1 after 2") {
		t.Errorf("memos in another order: %v", err)
	}
	data = bytes.Clone(good)
	data[f.Regexes[0].Block+40] ^= 1
	if _, err := Open(data); err == nil {
		t.Error("a changed block is not seen")
	}
}

// TestMemoIndex fills an index so that probes wrap around.
func TestMemoIndex(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 4, 7, 8, 100} {
		in := Input{ABI: sampleABI(t, 12)}
		for i := range n {
			in.Regexes = append(in.Regexes, Regex{Text: strings.Repeat("x", i), Code: []uint32{1}})
		}
		data, err := Build(in)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Verify(data)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Regexes) != n || (f.Header.MemoIndex.Count == 0) != (n == 0) {
			t.Errorf("%d memos: have %d and an index of %d", n, len(f.Regexes), f.Header.MemoIndex.Count)
		}
	}
}
