package cmd

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/image"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/training"
)

// functionsGraph has functions by qualified name, "f.g" on line 1, the next on line 2...
func functionsGraph(interned bool, qualnames ...string) *graph.Module {
	text := func(s string) *graph.Node { return &graph.Node{Kind: graph.Str, Data: s, Interned: interned} }
	m := new(graph.Module)
	for i, q := range qualnames {
		name := q[strings.LastIndex(q, ".")+1:]
		m.Nodes = append(m.Nodes, text(q), &graph.Node{Kind: graph.CodeKind, Code: &graph.Code{
			Name: text(name), Qualname: text(q), FirstLineno: int32(i + 1),
		}})
	}
	return m
}

func TestMarkWritten(t *testing.T) {
	w := newWrittenTo(
		[]training.Functions{{Module: "lib", Lines: []int32{2, 7}}, {Module: "os", Lines: []int32{1}}, {Module: "cold", Lines: []int32{1}}},
		[]string{"pop", "self", "é", "näme"},
		map[string]uint64{"self": 0x950000},
	)
	for _, tt := range []struct {
		module image.Module
		want   []string
	}{
		{
			image.Module{Name: "lib", Hot: true, Graph: functionsGraph(true, "f", "C.ran", "C.pop", "self", "é", "näme", "C.<lambda>", "pop.<locals>.g")},
			[]string{"C.<lambda>", "C.pop", "C.ran", "näme"},
		},
		{image.Module{Name: "lib", Hot: true, Graph: functionsGraph(false, "pop", "g")}, []string{"g"}},
		{image.Module{Name: "other", Hot: true, Graph: functionsGraph(true, "f", "g")}, nil},
		{image.Module{Name: "cold", Graph: functionsGraph(true, "f", "pop")}, nil},
		{image.Module{Name: "os", Hot: true, Kind: image.ModuleFrozen, Graph: functionsGraph(true, "f", "g")}, []string{"f"}},
		{image.Module{Name: "encodings", Hot: true, Graph: functionsGraph(true, "f", "g")}, []string{"f", "g"}},
		{image.Module{Name: "<generated 0>", Hot: true, Kind: image.ModuleGenerated, Graph: functionsGraph(true, "f", "g")}, []string{"f", "g"}},
		{image.Module{Name: "missing", Hot: true, Kind: image.ModuleMissing}, nil},
	} {
		mods := []image.Module{tt.module}
		w.mark(mods)
		var have []string
		for n := range mods[0].Written {
			have = append(have, n.Code.Qualname.Data)
		}
		if slices.Sort(have); !slices.Equal(have, tt.want) {
			t.Errorf("%s: %q are written to, want %q", tt.module.Name, have, tt.want)
		}
	}
}

// TestTrainedFunctions checks that an archive depends on which functions run.
func TestTrainedFunctions(t *testing.T) {
	function := codeObject(1, "re.py", nil)
	archives := map[string]bool{}
	for _, functions := range []string{``, `{"module": "re", "lines": [2]}`, `{"module": "re", "lines": [1]}`} {
		dir := program(t)
		for name, data := range map[string]string{
			"abi.json": strings.NewReplacer(`"pie": true`, `"pie": false`, `"strings": {}`, `"strings": {"<module>": 9764864}`).Replace(abi313),
			"std":      string(makeBundle(t, header313, source{path: "json/__init__.py", imports: "re"}, source{path: "re.py", code: codeObject(0, "re.py", nil, function)})),
			"train":    strings.Replace(record(`, "modules": ["re"]`), `"functions": []`, `"functions": [`+functions+`]`, 1),
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if status, _, stderr := archiver(dir, buildArgs("--training=DIR/train")...); status != 0 {
			t.Fatal(stderr)
		}
		for _, args := range [][]string{{"verify", "DIR/app.pycds"}, verifyArgs("--training=DIR/train", "DIR/app.pycds")} {
			if status, _, stderr := archiver(dir, args...); status != 0 {
				t.Errorf("%v: %s", args, stderr)
			}
		}
		archives[string(readFile(t, dir, "app.pycds"))] = true
	}
	if len(archives) != 2 {
		t.Errorf("%d archives, want one without the function in the hot part and one with it", len(archives))
	}
}
