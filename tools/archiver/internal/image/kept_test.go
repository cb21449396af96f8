package image

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/layout"
)

func mustLayout(t *testing.T, minor int) *layout.Layout {
	t.Helper()
	l, err := layout.For(minor, 3)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// keptInputs are archives that are built one after the other. They share the ABI and most
// graphs.
func keptInputs(t *testing.T, minor int) []Input {
	l := mustLayout(t, minor)
	first := sampleInput(t, minor)
	for i := range 60 { // enough for several cores
		name := fmt.Sprintf("m%d", i)
		first.Modules = append(first.Modules, Module{
			Name: name, Kind: ModuleSource, Path: "_main/" + name + ".py", Hot: i%3 == 0, Graph: smallGraph(l, name),
		})
	}
	edited := first
	edited.Modules = slices.Clone(first.Modules)
	edited.Modules[1].Graph = smallGraph(l, "m7") // a string that another module has
	edited.Modules[20].Graph = sampleGraph(l)
	reversed := first
	reversed.Modules = slices.Clone(first.Modules)
	slices.Reverse(reversed.Modules)
	moved := first
	moved.Modules = slices.Clone(first.Modules)
	for i := range moved.Modules[9:] {
		m := &moved.Modules[9+i]
		m.Hot = !m.Hot
		m.Path = "a/longer/" + m.Path
	}
	ran := first
	ran.Modules = slices.Clone(moved.Modules)
	for i := range ran.Modules {
		if m := &ran.Modules[i]; m.Graph != nil {
			m.Hot, m.Written = true, functionsOf(m.Graph)
		}
	}
	twice := first
	twice.Modules = append(slices.Clone(first.Modules), Module{
		Name: "alias", Kind: ModuleSource, Path: first.Modules[0].Path, Graph: first.Modules[0].Graph,
	})
	few := first
	few.Modules = slices.Clone(first.Modules[:9])
	other := sampleInput(t, minor) // other ABI, graphs
	other.ABI.Strings = nil
	return []Input{first, first, edited, reversed, moved, ran, moved, twice, few, first, other, first}
}

// functionsOf returns all functions of a graph, as Module.Written.
func functionsOf(g *graph.Module) map[*graph.Node]bool {
	written := map[*graph.Node]bool{}
	for _, n := range g.Nodes {
		if n.Kind == graph.CodeKind && isFunction(n) {
			written[n] = true
		}
	}
	return written
}

func TestKeptChangesNoByte(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	for _, minor := range minors {
		var kept Kept
		for i, in := range keptInputs(t, minor) {
			want, err := Build(in)
			if err != nil {
				t.Fatal(err)
			}
			in.Kept = &kept
			have, err := Build(in)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(have, want) {
				t.Errorf("3.%d: archive %d has other bytes after others", minor, i)
			}
		}
	}
}

func TestKeptPlansAreUsed(t *testing.T) {
	inputs := keptInputs(t, 14)
	var kept Kept
	build := func(in Input) {
		in.Kept = &kept
		if _, err := Build(in); err != nil {
			t.Fatal(err)
		}
	}
	build(inputs[0])
	key := inputs[0].Modules[2].planKey()
	plan := kept.plans[key]
	if plan == nil {
		t.Fatal("no plan is kept")
	}
	build(inputs[2])
	if kept.plans[key] != plan {
		t.Error("an unchanged module is planned again")
	}
	if kept.plans[inputs[0].Modules[1].planKey()] != nil {
		t.Error("the plan of a changed module is kept")
	}
	// An archive with few of the strings drops them all.
	build(inputs[8])
	if kept.texts != nil {
		t.Errorf("%d strings are kept of an archive that has few", kept.texts.len())
	}
}

func TestKeptAfterAnError(t *testing.T) {
	inputs := keptInputs(t, 13)
	var kept Kept
	bad := inputs[0]
	bad.Modules = slices.Clone(bad.Modules)
	bad.Modules[2].Graph = sampleGraph(mustLayout(t, 14))
	bad.Modules[2].Graph.Version = inputs[0].Modules[0].Graph.Version // a slice, which 3.13 cannot have
	for i, in := range []Input{inputs[0], bad, inputs[0]} {
		in.Kept = &kept
		have, err := Build(in)
		if i == 1 {
			if err == nil {
				t.Fatal("an archive of 3.13 has a slice")
			}
			continue
		}
		in.Kept = nil
		want, wantErr := Build(in)
		if err != nil || wantErr != nil {
			t.Fatal(err, wantErr)
		}
		if !bytes.Equal(have, want) {
			t.Errorf("archive %d has other bytes", i)
		}
	}
}
