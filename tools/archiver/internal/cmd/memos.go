package cmd

// This file turns a training record into memos, an order of modules, and hints.

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/image"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/pyc"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/training"
)

// memos are what an archive has of a training run. Lists are in the record's order.
type memos struct {
	regexes   []image.Regex
	sources   []image.Source
	generated []image.Module // of sources, in the same order
	order     []string       // names of modules
	missing   []string       // names that nothing had
	written   *writtenTo     // nil: nothing is known
	dropped   []manifestDropped
	training  *manifestTraining
}

// startMemos reads the memos while the caller goes on; it returns a function that waits for
// the result.
func startMemos(in *inputs) func() (*memos, error) {
	var m *memos
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		m, err = readMemos(in)
	}()
	return func() (*memos, error) {
		<-done
		return m, err
	}
}

// readMemos reads the record that the options name; without one there is nothing.
func readMemos(in *inputs) (*memos, error) {
	name := in.opts.training
	if name == "" {
		return &memos{}, nil
	}
	r, err := training.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if r.SysVersion != in.abi.SysVersion {
		return nil, fmt.Errorf("training record %s was made by CPython %q, toolchain has %q; run the training with the toolchain's interpreter",
			name, r.SysVersion, in.abi.SysVersion)
	}
	m := &memos{training: &manifestTraining{Warnings: append([]string{}, r.Warnings...)}}
	if r.Failure != nil {
		// What a run did before it failed need not be what the program does.
		m.training.Failure = *r.Failure
		return m, nil
	}
	m.order, m.missing = r.Modules, r.Missing
	m.written = newWrittenTo(r.Functions, r.Interned, in.abi.Strings)
	m.addRegexes(r.Regexes)
	version := pyc.Version(in.abi.Version.Minor)
	b := new(graph.Builder)
	m.addSources(r.Sources, func(code []byte) (*graph.Module, error) {
		return b.FromPyc(version, code, graph.Options{FreeThreaded: in.abi.FreeThreaded()})
	})
	slices.SortStableFunc(m.dropped, compareDropped)
	return m, nil
}

func (m *memos) drop(kind string, number int, text string, reason error) {
	const limit = 120 // enough to find it
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit]) + "..."
	}
	m.dropped = append(m.dropped, manifestDropped{Kind: kind, Number: number, Text: text, Reason: reason.Error()})
}

// errTwoResults is why a key is dropped that was seen with different results:
// something else than the key decides.
var errTwoResults = errors.New("compiled to different results")

// distinct keeps the first of the items with equal keys, unless they differ.
type distinct[K comparable, V any] struct {
	numbers map[K]int  // of the first
	differ  map[K]bool // there are two results
	equal   func(a, b V) bool
	items   map[K]V
	keys    []K
}

func newDistinct[K comparable, V any](equal func(a, b V) bool) *distinct[K, V] {
	return &distinct[K, V]{numbers: map[K]int{}, differ: map[K]bool{}, items: map[K]V{}, equal: equal}
}

func (d *distinct[K, V]) add(number int, key K, item V) {
	first, ok := d.items[key]
	if !ok {
		d.items[key], d.numbers[key] = item, number
		d.keys = append(d.keys, key)
	} else if !d.equal(first, item) {
		d.differ[key] = true
	}
}

type regexKey struct {
	bytes bool
	text  string
	flags uint32
}

func (m *memos) addRegexes(list []training.Regex) {
	all := newDistinct[regexKey](func(a, b *image.Regex) bool { return reflect.DeepEqual(a, b) })
	for i := range list {
		r := &list[i]
		x, err := newRegex(r)
		if err != nil {
			text := fmt.Sprintf("%q", r.Bytes)
			if r.Pattern != nil {
				text = r.Pattern.Value
			}
			m.drop("regex", i, text, err)
			continue
		}
		all.add(i, regexKey{x.Bytes, x.Text, x.Flags}, x)
	}
	for _, k := range all.keys {
		if all.differ[k] {
			m.drop("regex", all.numbers[k], k.text, errTwoResults)
		} else {
			m.regexes = append(m.regexes, *all.items[k])
		}
	}
}

func newRegex(r *training.Regex) (*image.Regex, error) {
	x := &image.Regex{Code: r.Code}
	if r.Pattern != nil {
		if !r.Pattern.Valid {
			return nil, errors.New("the pattern has lone surrogates")
		}
		x.Text = r.Pattern.Value
	} else {
		x.Bytes, x.Text = true, string(r.Bytes)
	}
	for _, f := range []struct {
		name string
		from int64
		to   *uint32
	}{{"flags", r.Flags, &x.Flags}, {"result_flags", r.ResultFlags, &x.ResultFlags}, {"groups", r.Groups, &x.Groups}} {
		if err := toUint32(f.name, f.from, f.to); err != nil {
			return nil, err
		}
	}
	for _, g := range r.GroupIndex {
		n := image.RegexName{Name: g.Name.Value}
		if err := toUint32("number of group "+n.Name, g.Group, &n.Group); err != nil {
			return nil, err
		}
		x.Names = append(x.Names, n)
	}
	return x, x.Check()
}

func toUint32(name string, from int64, to *uint32) error {
	if from < 0 || from > math.MaxUint32 {
		return fmt.Errorf("%s is %d, want 32 bits", name, from)
	}
	*to = uint32(from)
	return nil
}

type sourceKey struct {
	text, filename string
	mode, flags    uint32
}

func (m *memos) addSources(list []training.Source, build func([]byte) (*graph.Module, error)) {
	type compiled struct {
		image.Source
		graph *graph.Module
	}
	all := newDistinct[sourceKey](func(a, b compiled) bool { return graph.Diff(a.graph, b.graph) == "" })
	for i := range list {
		r := &list[i]
		s, err := newSource(r)
		if err != nil {
			m.drop("source", i, r.Text.Value, err)
			continue
		}
		g, err := build(r.Code)
		if err == nil && g.Filename != r.Filename.Value {
			err = fmt.Errorf("the code has co_filename %q, want %q", g.Filename, r.Filename.Value)
		}
		if err != nil {
			m.drop("source", i, r.Text.Value, err)
			continue
		}
		all.add(i, sourceKey{s.Text, r.Filename.Value, s.Mode, s.Flags}, compiled{*s, g})
	}
	for _, k := range all.keys {
		if all.differ[k] {
			m.drop("source", all.numbers[k], k.text, errTwoResults)
			continue
		}
		c := all.items[k]
		c.Module = fmt.Sprintf("<generated %d>", len(m.sources))
		m.sources = append(m.sources, c.Source)
		m.generated = append(m.generated, image.Module{
			Name: c.Module, Kind: image.ModuleGenerated, Path: k.filename, Graph: c.graph, Hot: true,
		})
	}
}

func newSource(r *training.Source) (*image.Source, error) {
	modes := map[string]uint32{"exec": image.ModeExec, "eval": image.ModeEval, "single": image.ModeSingle}
	s := &image.Source{Text: r.Text.Value, Mode: modes[r.Mode]}
	switch {
	case !r.Text.Valid || !r.Filename.Valid || strings.Contains(r.Filename.Value, "\x00"):
		return nil, errors.New("the source or the filename has lone surrogates or NUL")
	case s.Mode == 0:
		return nil, fmt.Errorf("the mode is %q", r.Mode)
	case path.IsAbs(r.Filename.Value):
		// It was the path in the training's sandbox, and is another at run time.
		return nil, errors.New("the filename is an absolute path, which differs between machines")
	}
	if err := toUint32("flags", r.Flags, &s.Flags); err != nil {
		return nil, err
	}
	return s, s.Check()
}

// sortModules moves the modules that were trained to the front, in their order, and marks
// them as hot.
func (m *memos) sortModules(mods []image.Module) {
	rank := make(map[string]int, len(m.order))
	for i, name := range m.order {
		if _, ok := rank[name]; !ok {
			rank[name] = i
		}
	}
	if len(rank) == 0 {
		return // as resolve guessed
	}
	for i := range mods {
		_, mods[i].Hot = rank[mods[i].Name]
	}
	place := func(m *image.Module) int {
		if r, ok := rank[m.Name]; ok {
			return r
		}
		return math.MaxInt
	}
	slices.SortStableFunc(mods, func(a, b image.Module) int { return cmp.Compare(place(&a), place(&b)) })
}
