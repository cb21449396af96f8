package image

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/layout"
)

var update = flag.Bool("update", false, "rewrite the files in testdata that hold dumps")

func TestDump(t *testing.T) {
	for _, minor := range minors {
		f, err := Verify(sampleArchive(t, minor))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := f.Dump(&out, DumpOptions{Strings: true, Slots: true}); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", fmt.Sprintf("sample_3.%d.txt", minor))
		if *update {
			if err := os.WriteFile(file, out.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), want) {
			t.Errorf("dump differs from %s; if it should, run: go test ./tools/archiver/internal/image -update\n%s", file, out.String())
		}
	}
}

func TestRoundTrip(t *testing.T) {
	for _, minor := range minors {
		in := sampleInput(t, minor)
		data := sampleArchive(t, minor)
		f, err := verifySources(data, in)
		if err != nil {
			t.Errorf("3.%d: %v", minor, err)
			continue
		}
		for i := range in.Modules {
			m := &in.Modules[i]
			number, ok := f.Lookup(m.Name)
			if m.Kind == ModuleGenerated {
				if ok {
					t.Errorf("3.%d: %s is in the index", minor, m.Name)
				}
				continue
			}
			if !ok {
				t.Fatalf("3.%d: no %s", minor, m.Name)
			}
			have := f.Modules[number]
			if have.PathText != m.Path || have.Root != m.Root || have.Flags&FlagPackage != 0 != m.Package {
				t.Errorf("3.%d: %s is %+v", minor, m.Name, have)
			}
		}
		if _, ok := f.Lookup("absent"); ok {
			t.Errorf("3.%d: found a module that is not there", minor)
		}
	}
}

func TestEmpty(t *testing.T) {
	for _, minor := range minors {
		data, err := Build(Input{ABI: sampleABI(t, minor), Optimize: 2})
		if err != nil {
			t.Fatal(err)
		}
		f, err := Verify(data)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := f.Lookup("x"); ok || f.Header.Optimize != 2 {
			t.Errorf("3.%d: %+v", minor, f.Header)
		}
	}
}

// TestDeterministic builds in other orders of everything that has none.
func TestDeterministic(t *testing.T) {
	for _, minor := range minors {
		want := sampleArchive(t, minor)
		for range 5 {
			if !bytes.Equal(sampleArchive(t, minor), want) {
				t.Fatalf("3.%d: the same input gives another archive", minor)
			}
		}
		in := sampleInput(t, minor)
		slices.Reverse(in.Modules)
		other, err := Build(in)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(other, want) {
			t.Errorf("3.%d: the order of modules does not matter, but it is said to be that of memory", minor)
		}
		if _, err := Verify(other); err != nil {
			t.Error(err)
		}
	}
}

// TestCores builds with one core and with many.
func TestCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, minor := range minors {
		l, _ := layout.For(minor, 3)
		in := sampleInput(t, minor)
		for i := range 300 {
			name := fmt.Sprintf("m%d", i*7%300)
			g := smallGraph(l, name)
			if i%10 == 0 {
				g = sampleGraph(l)
			}
			in.Modules = append(in.Modules, Module{Name: name, Kind: ModuleSource, Path: name + ".py", Graph: g})
		}
		var want []byte
		for _, cores := range []int{1, 8, 3} {
			runtime.GOMAXPROCS(cores)
			data, err := Build(in)
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = data
			} else if !bytes.Equal(data, want) {
				t.Errorf("3.%d: %d cores make another archive than one", minor, cores)
			}
		}
		if _, err := verifySources(want, in); err != nil {
			t.Error(err)
		}
		// With several bad modules the error is of the first.
		for _, i := range []int{250, 30, 299} {
			bad := sampleCode(l, "m", tuple(&graph.Node{Kind: graph.StopIteration}))
			in.Modules[i].Graph = finishGraph(l, bad)
		}
		want30 := "module " + in.Modules[30].Name + ": "
		if _, err := Build(in); err == nil || !strings.HasPrefix(err.Error(), want30) {
			t.Errorf("Build: %v, want %q", err, want30)
		}
	}
}

func TestBuildErrors(t *testing.T) {
	l, _ := layout.For(13, 3)
	for _, test := range []struct {
		change func(*Input)
		want   string
	}{
		{func(in *Input) { in.Modules[1].Name = "pkg" }, "module pkg is given twice"},
		{func(in *Input) { in.Modules[1].Path = "" }, "want one unless"},
		{func(in *Input) { in.Modules[1].Kind = 0 }, "module pkg.all: unknown kind 0"},
		{func(in *Input) { in.Modules[1].Kind = ModuleMissing }, "module pkg.all: kind 4"},
		{func(in *Input) { in.Modules[1].Graph = nil }, "module pkg.all: kind 1 with code: false"},
		{func(in *Input) { in.Modules[4].Root = RootStdlib }, "module space: kind 3 with root 1"},
		{func(in *Input) { in.Modules[4].Package = true }, "module space: kind 3 is marked as a package"},
		{func(in *Input) { in.Main = "nobody" }, "main module nobody is not among"},
		{func(in *Input) { in.Modules[1].Path = "a\x00b" }, "without NUL"},
		{func(in *Input) { in.Modules[1].Name = "\xff" }, "want UTF-8"},
		{func(in *Input) { in.Modules[1].Root = 7 }, "module pkg.all: unknown root 7"},
		{func(in *Input) { in.Modules[1].Graph.Version = 12 }, "bytecode of CPython 3.12"},
		{func(in *Input) { in.ABI.AbiFlags = "t" }, "free-threaded"},
		{func(in *Input) { in.ABI.Version.Minor = 10 }, "no object layout for CPython 3.10"},
		{func(in *Input) { in.ABI.SmallIntMax = 1024 }, "small ints"},
		{func(in *Input) {
			in.Modules[1].Graph = finishGraph(l, sampleCode(l, "m", tuple(&graph.Node{Kind: graph.StopIteration})))
		}, "module pkg.all: constant of type StopIteration"},
		{func(in *Input) {
			in.Modules[1].Graph = finishGraph(l, sampleCode(l, "m", tuple(&graph.Node{Kind: graph.Slice})))
		}, "module pkg.all: slice constant"},
	} {
		in := sampleInput(t, 13)
		test.change(&in)
		if _, err := Build(in); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Build: %v, want %q", err, test.want)
		}
	}
}

// verifySources is all that there is to check.
func verifySources(data []byte, in Input) (*File, error) {
	f, err := Verify(data)
	if err != nil {
		return nil, err
	}
	return f, f.VerifySources(in)
}

// seal makes the checksums right again, so that what they guard is looked at.
func seal(data []byte) {
	f := &File{data: data}
	f.read(&f.Prefix, 0)
	f.read(&f.Header, uint64(prefixSize))
	if f.Prefix.HeadSize <= uint64(len(data)) && f.Prefix.HeadSize >= uint64(prefixSize) {
		entries, err := readTable[ModuleEntry](f, "modules", f.Header.Modules, moduleSize)
		for i := range entries {
			e := &entries[i]
			if err == nil && e.Bind != 0 && uint64(e.Bind)+uint64(e.BindSize) <= uint64(len(data)) && uint64(e.Reloc)+uint64(e.RelocSize) <= uint64(len(data)) {
				e.BindChecksum = fold(data[e.Bind : e.Bind+e.BindSize])
				e.RelocChecksum = fold(data[e.Reloc : e.Reloc+e.RelocSize])
				put(data, f.Header.Modules, i, moduleSize, e)
			}
		}
		memos, err := readTable[MemoEntry](f, "memos", f.Header.Memos, memoSize)
		for i := range memos {
			e := &memos[i]
			if err == nil && uint64(e.Block)+uint64(e.BlockSize) <= uint64(len(data)) {
				e.BlockChecksum = fold(data[e.Block : e.Block+e.BlockSize])
				put(data, f.Header.Memos, i, memoSize, e)
			}
		}
		f.Prefix.HeadChecksum = fold(data[prefixSize:f.Prefix.HeadSize])
	}
	f.Prefix.FileChecksum = fold(data[prefixSize:])
	encode(data, &f.Prefix)
}

// TestDamage changes every byte of an archive in turn. Verify must see it, with
// and without checksums in its way.
func TestDamage(t *testing.T) {
	for _, minor := range minors {
		good := sampleArchive(t, minor)
		data := bytes.Clone(good)
		others, step := 0, 1
		if testing.Short() {
			step = 37
		}
		for i := 0; i < len(data); i += step {
			if i%64 != 0 && data[i] == 0 && bytes.Count(data[i/64*64:min(i/64*64+64, len(data))], []byte{0}) == 64 {
				continue // one byte stands for 64 in gaps
			}
			data[i] ^= 0x41
			if _, err := Verify(data); err == nil {
				t.Errorf("3.%d: change at %#x is not seen", minor, i)
			}
			// With right checksums it may be an archive of something else, but
			// reading it must end well.
			sealed := bytes.Clone(data)
			seal(sealed)
			if _, err := Verify(sealed); err == nil {
				others++
			}
			data[i] ^= 0x41
		}
		if limit := len(data) / step / 4; others > limit {
			t.Errorf("3.%d: %d changes make other archives, want at most %d", minor, others, limit)
		}
		for _, n := range []int{0, 1, 64, 200, len(data) / 2, len(data) - 1} {
			if _, err := Verify(data[:n]); err == nil {
				t.Errorf("3.%d: %d bytes are an archive", minor, n)
			}
		}
	}
}

func TestErrorsCarryOffsets(t *testing.T) {
	data := sampleArchive(t, 14)
	data[8] = 9
	_, err := Open(data)
	var e *FormatError
	if !errors.As(err, &e) || e.Offset != 8 || !strings.Contains(err.Error(), "format version is 9, want 2") {
		t.Errorf("Open: %v", err)
	}
}

// FuzzVerify edits archives and makes their checksums right. Each edit is an
// offset in three bytes and a value.
func FuzzVerify(f *testing.F) {
	good := make([][]byte, len(minors))
	for i, minor := range minors {
		good[i] = sampleArchive(f, minor)
		f.Add(byte(i), []byte{0, 0x10, 8, 0xff, 0, 0x40, 16, 0x20})
		file, err := Open(good[i])
		if err != nil {
			f.Fatal(err)
		}
		// A field of each memo's entry and of its block.
		for n := range file.Header.Memos.Count {
			entry := file.Header.Memos.Offset + n*uint32(memoSize) + 4*(n%6)
			block := le.Uint32(good[i][file.Header.Memos.Offset+n*uint32(memoSize)+4:]) + 4*(n%6)
			f.Add(byte(i), []byte{byte(entry >> 16), byte(entry >> 8), byte(entry), 8})
			f.Add(byte(i), []byte{byte(block >> 16), byte(block >> 8), byte(block), 3})
		}
	}
	f.Fuzz(func(t *testing.T, which byte, edits []byte) {
		data := bytes.Clone(good[int(which)%len(good)])
		for ; len(edits) >= 4; edits = edits[4:] {
			at := int(edits[0])<<16 | int(edits[1])<<8 | int(edits[2])
			data[at%len(data)] = edits[3]
		}
		seal(data)
		if file, err := Verify(data); err == nil {
			if err := file.Dump(&bytes.Buffer{}, DumpOptions{Strings: true, Slots: true}); err != nil {
				t.Errorf("verified, but: %v", err)
			}
		}
	})
}
