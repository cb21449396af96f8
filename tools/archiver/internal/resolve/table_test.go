package resolve

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// showTable writes down what a result knows of names without code.
func showTable(res *Result) string {
	var parts []string
	for _, k := range res.Extensions {
		parts = append(parts, fmt.Sprintf("%s=%s", k.Name, place{k.Root, k.Paths[0]}))
	}
	for _, k := range res.Namespaces {
		parts = append(parts, fmt.Sprintf("%s=[%s]", k.Name, strings.Join(k.Paths, " ")))
	}
	for _, n := range res.Missing {
		parts = append(parts, "no "+n)
	}
	return strings.Join(parts, " ")
}

func TestTable(t *testing.T) {
	const so = ".cpython-313-x86_64-linux-gnu.so"
	for _, tt := range []struct {
		name       string
		roots      []string // r if nil
		src, files string
		trees      string
		stdlib     string
		stdfiles   string
		main       string
		imports    string // see input
		tried      string
		want       string
	}{
		{
			name: "extension modules of the program, imported or not",
			src:  "r/p/__init__.py", files: "r/p/fast.abi3.so r/top" + so + " r/p.libs/libz.so elsewhere/x.so r/libc.so.6",
			want: "p.fast=r/p/fast.abi3.so top=r/top" + so,
		},
		{
			name: "the first suffix wins", src: "r/a.py", files: "r/x.so r/x.abi3.so r/x" + so,
			want: "x=r/x" + so,
		},
		{
			name: "a package wins over an extension module", src: "r/x/__init__.py", files: "r/x.so", want: "",
		},
		{
			name: "an extension module wins over a source", src: "r/x.py", files: "r/x.so", want: "x=r/x.so",
		},
		{
			name: "an extension package is stock's", src: "r/a.py", files: "r/x/__init__.so", want: "",
		},
		{
			name: "the longest root names an extension module", roots: []string{"", "r", "r/s"},
			src: "r/a.py", files: "r/s/x.so r/y.so",
			want: "x=r/s/x.so y=r/y.so",
		},
		{
			name: "and an import another name", roots: []string{"", "r"},
			src: "r/a.py", files: "r/x.so", imports: "a: r.x",
			want: "r.x=r/x.so x=r/x.so r=[r]",
		},
		{
			name: "of the standard library only what is imported",
			src:  "r/a.py", stdlib: "ssl.py json.py", stdfiles: "lib-dynload/_ssl.so lib-dynload/_json.so lib-dynload/_x.so lib-dynload/mmap.so",
			imports: "a: ssl mmap()\nssl: _ssl\njson: _json",
			want:    "_ssl=stdlib lib-dynload/_ssl.so mmap=stdlib lib-dynload/mmap.so",
		},
		{
			name: "the program shadows the standard library's extension module",
			src:  "r/a.py r/_ssl.py", stdlib: "ssl.py", stdfiles: "lib-dynload/_ssl.so", imports: "a: _ssl", want: "",
		},
		{
			name: "a built-in module is no extension module",
			src:  "r/a.py", stdfiles: "lib-dynload/time.so", stdlib: "x.py", imports: "a: time", want: "",
		},
		{
			name: "namespace packages with their portions in order", roots: []string{"s", "r"},
			src: "r/n/a.py s/n/m/b.py r/n/m/c.py", files: "t/n/d.py",
			want: "n=[s/n r/n] n.m=[s/n/m r/n/m]",
		},
		{
			name: "a namespace package of which nothing is archived",
			src:  "r/a.py r/n/b.py!reason", want: "",
		},
		{
			name: "a namespace package of an extension module", src: "r/a.py", files: "r/n/x.so",
			want: "n.x=r/n/x.so n=[r/n]",
		},
		{
			name: "a portion in the standard library", src: "r/n/a.py", stdlib: "n/b.py", want: "",
		},
		{
			name: "a namespace package in a package", src: "r/p/__init__.py r/p/n/a.py", want: "p.n=[r/p/n]",
		},
		{
			name: "missing modules", src: "r/a.py r/p/__init__.py r/p/b.py", stdlib: "json.py",
			imports: "a: simplejson p.fast json os time\np.b: p._speedups() ujson.x()",
			want:    "no p._speedups no p.fast no simplejson no ujson",
		},
		{
			name: "only names of modules", src: "r/a.py r/p/__init__.py", stdlib: "json.py",
			imports: "a: simplejson p.attribute* simplejson.attribute*",
			want:    "no simplejson",
		},
		{
			name: "names that were looked for", src: "r/a.py r/p/__init__.py r/p/b.py r/p/q/__init__.py~ r/app/main.py", stdlib: "json.py",
			main: "r/app/main.py", files: "r/x.so r/app/helper.py r/n/y.txt", imports: "a: simplejson",
			tried: "bottleneck p.fast simplejson a p.b json os time x helper n __main__ sitecustomize p.q.deep x.deep nowhere.deep",
			want:  "x=r/x.so app=[r/app] no bottleneck no p.fast no simplejson",
		},
		{
			name: "not without the standard library", src: "r/a.py r/p/__init__.py",
			imports: "a: simplejson p.fast", want: "no p.fast",
		},
		{
			name: "its extension modules may not be known", src: "r/a.py", stdlib: "json.py",
			imports: "a: _ssl msvcrt", want: "no msvcrt",
		},
		{
			name: "or are", src: "r/a.py", stdlib: "json.py", stdfiles: "lib-dynload/_json.so",
			imports: "a: _ssl msvcrt", want: "no _ssl no msvcrt",
		},
		{
			name: "names that others answer", src: "r/a.py", stdlib: "json.py",
			imports: "a: __main__ sitecustomize usercustomize", want: "",
		},
		{
			name: "beside the main file", src: "r/a.py r/app/main.py", stdlib: "json.py", main: "r/app/main.py",
			files: "r/app/helper.py r/app/data/x.txt", imports: "a: helper data other", want: "app=[r/app] no other",
		},
		{
			name: "a directory is a namespace package", src: "r/a.py", stdlib: "json.py",
			files: "r/data/x.txt", imports: "a: data", want: "",
		},
		{
			name: "in a package that extends its path", src: "r/a.py r/p/__init__.py+ r/p/q/__init__.py", stdlib: "json.py",
			imports: "a: p.x p.q.x", want: "",
		},
		{
			name: "in a package that has to do with its path", src: "r/a.py r/p/__init__.py~ r/p/q/__init__.py", stdlib: "json.py",
			imports: "a: p.x p.q.x", want: "",
		},
		{
			name: "in what is no archived regular package", src: "r/a.py r/m.py r/n/b.py r/bad/__init__.py!reason", stdlib: "json.py",
			imports: "a: m.x n.x bad.x os.x time.x", want: "n=[r/n]",
		},
		{
			name: "a missing source of a file that does not compile", src: "r/a.py r/bad.py!reason", stdlib: "json.py",
			imports: "a: bad", want: "",
		},
		{
			name: "imports of what is not archived", src: "r/a.py", stdlib: "json.py os.py",
			imports: "a: os\nos: nt", want: "",
		},
		{
			name: "a tree on the path", src: "r/a.py r/p/__init__.py", stdlib: "json.py", trees: "r", files: "r/x.so",
			imports: "a: gone p.gone", want: "",
		},
		{
			name: "a tree in a package", src: "r/a.py r/p/__init__.py", stdlib: "json.py", trees: "r/p/gen",
			imports: "a: gone p.gen p.gen.gone p.gone", want: "no gone no p.gone",
		},
		{
			name: "a tree that may make a regular package", roots: []string{"s", "r"},
			src: "r/n/a.py", trees: "s/n", want: "",
		},
		{
			name: "a zip file on the path", roots: []string{"r", "x.zip"}, src: "r/a.py r/p/__init__.py", stdlib: "json.py",
			imports: "a: gone p.gone", want: "",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			roots := tt.roots
			if roots == nil {
				roots = []string{"r"}
			}
			in := input(roots, tt.src, tt.files, tt.stdlib, tt.imports)
			in.Trees, in.StdlibFiles, in.Main = strings.Fields(tt.trees), strings.Fields(tt.stdfiles), tt.main
			in.Tried = func() ([]string, error) { return strings.Fields(tt.tried), nil }
			res, err := Resolve(in)
			if err != nil {
				t.Fatal(err)
			}
			if got := showTable(res); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestTriedErrors(t *testing.T) {
	in := input([]string{"r"}, "r/a.py", "", "", "")
	want := errors.New("no record")
	in.Tried = func() ([]string, error) { return nil, want }
	if _, err := Resolve(in); err != want {
		t.Errorf("Resolve: %v, want %v", err, want)
	}
}

func TestTableErrors(t *testing.T) {
	for _, change := range []func(*Input){
		func(in *Input) { in.Trees = []string{"../x"} },
		func(in *Input) { in.StdlibFiles = []string{"/lib/x.so"} },
	} {
		in := input([]string{"r"}, "r/a.py", "", "", "")
		change(in)
		if _, err := Resolve(in); err == nil || !strings.Contains(err.Error(), "is not a clean path") {
			t.Errorf("Resolve: %v", err)
		}
	}
}
