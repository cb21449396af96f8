package cmd

import (
	"fmt"
	"testing"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/pyc"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/resolve"
)

// shortString returns marshal data of an ASCII str.
func shortString(s string) []byte {
	return append([]byte{'z', byte(len(s))}, s...)
}

func TestScanImports(t *testing.T) {
	const codeOptimized = 1
	function := codeObject(codeOptimized, "m.py", []string{"re"}, shortString("encodings."), shortString("two words."))
	class := codeObject(0, "m.py", []string{"enum"}, shortString("queue"))
	for _, tt := range []struct {
		name string
		root resolve.Root
		code []byte
		want resolve.Scanned
	}{
		{
			"body, class and function",
			resolve.Runfiles,
			codeObject(0, "m.py", []string{"json"}, function, class, shortString("a.b")),
			resolve.Scanned{
				ImportSet: graph.ImportSet{
					Names: []string{"enum", "json", "re"}, Modules: []string{"enum", "json", "re"},
					Eager: []string{"enum", "json"}, Maybe: []string{"a.b"},
				},
				Prefixes: []string{"encodings"},
			},
		},
		{
			"import function",
			resolve.Runfiles,
			codeObject(0, "m.py", nil, codeObject(codeOptimized, "m.py", []string{"__import__"}), shortString("queue")),
			resolve.Scanned{
				ImportSet: graph.ImportSet{Names: []string{"__import__"}, Modules: []string{"__import__"}, Maybe: []string{"queue"}},
				Dynamic:   true,
			},
		},
		{
			"of the standard library no constants",
			resolve.Stdlib,
			codeObject(0, "m.py", []string{"__import__"}, shortString("queue"), shortString("a.b")),
			resolve.Scanned{
				ImportSet: graph.ImportSet{Names: []string{"__import__"}, Modules: []string{"__import__"}, Eager: []string{"__import__"}},
				Dynamic:   true,
			},
		},
	} {
		m, err := graph.FromPyc(pyc.V313, tt.code, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprintf("%+v", scanImports(m, &resolve.Module{Name: "m", Source: &resolve.Source{Root: tt.root}})), fmt.Sprintf("%+v", tt.want); got != want {
			t.Errorf("%s:\n%s, want\n%s", tt.name, got, want)
		}
	}
}
