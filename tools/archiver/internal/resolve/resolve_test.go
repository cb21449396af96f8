package resolve

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/abi"
)

var testABI = &abi.ABI{
	ExtSuffixes: []string{".cpython-313-x86_64-linux-gnu.so", ".abi3.so", ".so"},
	Frozen:      []string{"io", "os"},
	Builtin:     []string{"_imp", "sys", "time"},
}

// sources turns "path", "path!reason", "path+" (extends its __path__) and "path~" (uses
// its __path__) into Sources.
func sources(root Root, paths string) []*Source {
	var list []*Source
	for _, p := range strings.Fields(paths) {
		s := &Source{Root: root, Path: p}
		if p, ok := strings.CutSuffix(p, "+"); ok {
			s.Path, s.ExtendsPath = p, true
		}
		if p, ok := strings.CutSuffix(p, "~"); ok {
			s.Path, s.UsesPath = p, true
		}
		if p, reason, ok := strings.Cut(p, "!"); ok {
			s.Path, s.Reason = p, reason
		}
		list = append(list, s)
	}
	return list
}

// input makes an Input whose modules import what imports says: "a: b c" lines. A
// name with "?" is a Maybe, one with "()" is imported in a function, one with
// ".*" is a prefix, one with "*" follows `from`, and a line "a!: ..." makes a dynamic.
func input(roots []string, src, files, stdlib, imports string) *Input {
	scans := map[string]Scanned{}
	for _, line := range strings.Split(imports, "\n") {
		name, list, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		name, dynamic := strings.CutSuffix(name, "!")
		s := Scanned{Dynamic: dynamic}
		for _, n := range strings.Fields(list) {
			if n, ok := strings.CutSuffix(n, "?"); ok {
				s.Maybe = append(s.Maybe, n)
			} else if n, ok := strings.CutSuffix(n, ".*"); ok {
				s.Prefixes = append(s.Prefixes, n)
			} else if n, ok := strings.CutSuffix(n, "*"); ok {
				s.Names = append(s.Names, n)
			} else if n, ok := strings.CutSuffix(n, "()"); ok {
				s.Names = append(s.Names, n)
				s.Modules = append(s.Modules, withParents(n)...)
			} else {
				s.Names = append(s.Names, n)
				s.Eager = append(s.Eager, n)
				s.Modules = append(s.Modules, withParents(n)...)
			}
		}
		scans[name] = s
	}
	return &Input{
		ABI:     testABI,
		Roots:   roots,
		Sources: sources(Runfiles, src),
		Files:   strings.Fields(files),
		Stdlib:  sources(Stdlib, stdlib),
		Scan: func(mods []*Module) ([]Scanned, error) {
			list := make([]Scanned, len(mods))
			for i, m := range mods {
				list[i] = scans[m.Name]
			}
			return list, nil
		},
	}
}

// show writes a result down: modules as name=path, a package with a slash.
func show(res *Result) string {
	var lines []string
	for _, m := range res.Modules {
		l := m.Name
		if m.Package {
			l += "/"
		}
		lines = append(lines, l+"="+m.Source.place().String())
	}
	slices.Sort(lines)
	for _, s := range res.Skipped {
		lines = append(lines, fmt.Sprintf("skipped %s: %s", place{s.Root, s.Path}, s.Reason))
	}
	for _, s := range res.Shadowed {
		lines = append(lines, fmt.Sprintf("shadowed %s as %s by %s", s.Path, s.Name, s.By))
	}
	return strings.Join(lines, "\n")
}

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		name       string
		roots      []string
		src, files string
		stdlib     string
		want       string
	}{
		{
			name: "module and package", roots: []string{"", "_main"},
			src:  "_main/app.py _main/pkg/__init__.py _main/pkg/sub.py",
			want: "app=_main/app.py pkg.sub=_main/pkg/sub.py pkg/=_main/pkg/__init__.py",
		},
		{
			name: "only the runfiles directory is a root", roots: []string{""},
			src:  "_main/app.py _main/pkg/__init__.py",
			want: "_main.app=_main/app.py _main.pkg/=_main/pkg/__init__.py",
		},
		{
			name: "the longest of nested roots names a file", roots: []string{"", "_main/src", "_main"},
			src:  "_main/src/a/b.py _main/c.py",
			want: "a.b=_main/src/a/b.py c=_main/c.py",
		},
		{
			name: "a shorter root names what the longest does not find", roots: []string{"_main", "first", "_main/src"},
			src:  "_main/src/a.py first/a.py",
			want: "a=first/a.py src.a=_main/src/a.py",
		},
		{
			name: "a package wins over a module of its directory", roots: []string{"r"},
			src:  "r/a.py r/a/__init__.py",
			want: "a/=r/a/__init__.py | shadowed r/a.py as a by r/a/__init__.py",
		},
		{
			name: "a module wins over a namespace directory", roots: []string{"r", "s"},
			src:  "r/a/x.py s/a.py",
			want: "a=s/a.py | shadowed r/a/x.py as a.x by s/a.py",
		},
		{
			name: "an earlier root wins", roots: []string{"r", "s"},
			src:  "s/a.py r/a.py",
			want: "a=r/a.py | shadowed s/a.py as a by r/a.py",
		},
		{
			name: "namespace portions of several roots", roots: []string{"r", "s", "t"},
			src:  "r/n/a.py s/n/b.py s/n/a.py t/n/p/__init__.py",
			want: "n.a=r/n/a.py n.b=s/n/b.py n.p/=t/n/p/__init__.py | shadowed s/n/a.py as n.a by r/n/a.py",
		},
		{
			name: "namespace in a namespace", roots: []string{"r", "s"},
			src:  "r/n/m/a.py s/n/m/b.py",
			want: "n.m.a=r/n/m/a.py n.m.b=s/n/m/b.py",
		},
		{
			name: "a package hides portions in other roots", roots: []string{"r", "s"},
			src:  "r/n/b.py s/n/__init__.py s/n/a.py",
			want: "n.a=s/n/a.py n/=s/n/__init__.py | shadowed r/n/b.py as n.b by s/n/__init__.py",
		},
		{
			name: "pkgutil-style packages have all directories", roots: []string{"r", "s", "t"},
			src: "r/n/__init__.py+ r/n/a.py s/n/__init__.py s/n/b.py s/n/a.py t/n/c.py",
			want: "n.a=r/n/a.py n.b=s/n/b.py n.c=t/n/c.py n/=r/n/__init__.py" +
				" | shadowed s/n/__init__.py as n by r/n/__init__.py | shadowed s/n/a.py as n.a by r/n/a.py",
		},
		{
			name: "extension modules win over sources beside them", roots: []string{"r"},
			src: "r/a.py r/b.py r/c.py r/d.py r/p/__init__.py r/p/x.py",
			files: "r/a.cpython-313-x86_64-linux-gnu.so r/b.abi3.so r/c.so r/d.cpython-312-x86_64-linux-gnu.so" +
				" r/p/__init__.cpython-313-x86_64-linux-gnu.so",
			want: "d=r/d.py p.x=r/p/x.py | shadowed r/a.py as a by r/a.cpython-313-x86_64-linux-gnu.so" +
				" | shadowed r/b.py as b by r/b.abi3.so | shadowed r/c.py as c by r/c.so" +
				" | shadowed r/p/__init__.py as p by r/p/__init__.cpython-313-x86_64-linux-gnu.so",
		},
		{
			name: "sources win over bytecode files, both win over later roots", roots: []string{"r", "s"},
			src: "r/a.py s/b.py s/c.py", files: "r/a.pyc r/b.pyc r/c.py",
			want: "a=r/a.py | shadowed s/b.py as b by r/b.pyc | shadowed s/c.py as c by r/c.py",
		},
		{
			name: "a source without code hides later roots", roots: []string{"r", "s"},
			src:  "r/a.py!line-1 s/a.py",
			want: "skipped r/a.py: line-1 | shadowed s/a.py as a by r/a.py",
		},
		{
			name: "frozen and built-in modules come first", roots: []string{"r"},
			src: "r/os.py r/sys.py r/os2.py",
			want: "os2=r/os2.py | shadowed r/os.py as os by the interpreter's built-in or frozen module os" +
				" | shadowed r/sys.py as sys by the interpreter's built-in or frozen module sys",
		},
		{
			name: "the standard library comes last", roots: []string{"r"},
			src: "r/json/x.py r/queue.py", stdlib: "json/__init__.py queue.py",
			want: "queue=r/queue.py | shadowed r/json/x.py as json.x by stdlib json/__init__.py",
		},
		{
			name: "a part of a name is without dots", roots: []string{"", "my-repo"},
			src:  "my-repo/a-b.py my-repo/2.py my-repo/a.b/c.py",
			want: "2=my-repo/2.py a-b=my-repo/a-b.py | skipped my-repo/a.b/c.py: no import can name it: \"a.b\" has a dot",
		},
		{
			name: "files below no root", roots: []string{"r"},
			src:  "s/a.py r/__init__.py",
			want: "skipped r/__init__.py: not below any import root | skipped s/a.py: not below any import root",
		},
		{
			name: "roots are cleaned", roots: []string{"./r/", "r", "."},
			src:  "r/a.py",
			want: "a=r/a.py",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := input(tt.roots, tt.src, tt.files, tt.stdlib, "")
			res, err := Resolve(in)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			mods, notes, _ := strings.Cut(tt.want, " | ")
			if strings.HasPrefix(mods, "skipped ") || strings.HasPrefix(mods, "shadowed ") {
				mods, notes = "", tt.want
			}
			want = strings.Fields(mods)
			slices.Sort(want)
			if notes != "" {
				want = append(want, strings.Split(notes, " | ")...)
			}
			if got, want := show(res), strings.Join(want, "\n"); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func TestShuffledInputs(t *testing.T) {
	in := input([]string{"r", "s"}, "r/n/a.py s/n/b.py s/n/a.py r/z.py", "", "json/__init__.py re.py", "z: json n.b\nn.b: re")
	want, err := Resolve(in)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(in.Sources)
	slices.Reverse(in.Stdlib)
	got, err := Resolve(in)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := order(got), order(want); got != want {
		t.Errorf("reversed inputs give %s, want %s", got, want)
	}
	if got, want := show(got), show(want); got != want {
		t.Errorf("reversed inputs give\n%s\nwant\n%s", got, want)
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		roots      []string
		src, files string
		want       string
	}{
		{[]string{"../x"}, "", "", `import root "../x" is not below the runfiles directory`},
		{[]string{"/x"}, "", "", `import root "/x" is not below the runfiles directory`},
		{nil, "../a.py", "", `path "../a.py" is not a clean path`},
		{nil, "a//b.py", "", `path "a//b.py" is not a clean path`},
		{nil, "", "/a.so", `path "/a.so" is not a clean path`},
	} {
		_, err := Resolve(input(tt.roots, tt.src, tt.files, "", ""))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v %q %q: error %v, want %q", tt.roots, tt.src, tt.files, err, tt.want)
		}
	}
	in := input([]string{""}, "a.py", "", "", "")
	in.Scan = func([]*Module) ([]Scanned, error) { return nil, fmt.Errorf("scan failed") }
	if _, err := Resolve(in); err == nil || err.Error() != "scan failed" {
		t.Errorf("error %v, want that of Scan", err)
	}
}

// order returns the names of the modules in order.
func order(res *Result) string {
	var names []string
	for _, m := range res.Modules {
		names = append(names, m.Name)
	}
	return strings.Join(names, " ")
}

func TestStdlibClosure(t *testing.T) {
	const stdlib = "json/__init__.py json/decoder.py json/encoder.py json/tool.py re.py enum.py os.py stat.py" +
		" logging/__init__.py logging/handlers.py logging/config.py string.py _strptime.py locale.py" +
		" importlib/__init__.py importlib/_bootstrap.py bad.py!SyntaxError doctest.py"
	for _, tt := range []struct {
		name, imports string
		want          string
	}{
		{"nothing", "", ""},
		{"recursive with packages", "a: json.decoder\njson: json.encoder", "json json.decoder json.encoder"},
		{"from pkg import sub", "a: logging logging.handlers logging.Logger", "logging logging.handlers"},
		{"through a frozen module", "a: os\nos: stat", "stat"},
		{"in functions of the program", "a: json.tool()\njson: re", "json json.tool re"},
		{"in functions of the standard library", "a: re\nre: enum()\nenum: string", "enum re string"},
		{"but only one step deep", "a: re\nre: enum()\nenum: string()", "enum re"},
		{"imports of C code", "a: time\n_strptime: locale", "_strptime locale"},
		{"a word is not a module", "a: string?", ""},
		{"but where an import function is called it may be", "a!: string? nothing?", "string"},
		{"in the standard library it is not", "a: re\nre!: string?", "re"},
		{"dotted constants", "a: logging.handlers.SysLogHandler? json.nothing?", "logging logging.handlers"},
		{"all modules of a package", "a!: json.* nothing.* re.*", "json json.decoder json.encoder json.tool"},
		{"if an import function is called", "a: json.*", ""},
		{"never imported from a file", "a: importlib importlib._bootstrap", "importlib"},
		{"self-tests", "a: re\nre: doctest", "re"},
		{"tests of the program", "a: doctest", "doctest"},
		{"unknown", "a: nowhere.x", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res, err := Resolve(input([]string{"r"}, "r/a.py", "", stdlib, tt.imports))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range res.Modules {
				if m.Source.Root == Stdlib {
					got = append(got, m.Name)
				}
			}
			slices.Sort(got)
			if got := strings.Join(got, " "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestStdlibWithoutCode(t *testing.T) {
	res, err := Resolve(input([]string{"r"}, "r/a.py", "", "bad.py!SyntaxError other.py!SyntaxError", "a: bad"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := show(res), "a=r/a.py\nskipped stdlib bad.py: SyntaxError"; got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestOrder(t *testing.T) {
	in := input([]string{"r"}, "r/main.py r/p/__init__.py r/p/x.py r/p/y.py r/lone.py r/aaa.py", "", "re.py enum.py copy.py",
		"main: aaa() p.y re\np: p.x\np.y: main\nre: enum\nlone: copy")
	in.Main = "r/main.py"
	res, err := Resolve(in)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := order(res), "main p p.x p.y re enum aaa lone copy"; got != want {
		t.Errorf("with main: %s, want %s", got, want)
	}
	in.Main = ""
	if res, err = Resolve(in); err != nil {
		t.Fatal(err)
	}
	if got, want := order(res), "aaa lone copy main p p.x p.y re enum"; got != want {
		t.Errorf("without: %s, want %s", got, want)
	}
}

func TestPkg(t *testing.T) {
	for _, tt := range []struct {
		m    Module
		want string
	}{
		{Module{Name: "a"}, ""},
		{Module{Name: "a.b"}, "a"},
		{Module{Name: "a.b", Package: true}, "a.b"},
	} {
		if got := tt.m.Pkg(); got != tt.want {
			t.Errorf("Pkg() of %+v = %q, want %q", tt.m, got, tt.want)
		}
	}
}

func TestCImports(t *testing.T) {
	for c, names := range cImports {
		if !slices.IsSorted(names) {
			t.Errorf("cImports[%q] is not sorted: %q", c, names)
		}
	}
	if !slices.IsSorted(codecs) {
		t.Errorf("codecs is not sorted: %q", codecs)
	}
}

func TestSpelling(t *testing.T) {
	for _, tt := range []struct {
		roots []string
		file  string
		want  string
	}{
		{[]string{"", "r/", "r/s"}, "r/s/a/b.py", "a.b"},
		{[]string{"."}, "r/s/__init__.py", "r.s"},
		{[]string{"x"}, "r/a.py", "r/a.py"},
		{nil, "r/a.py", "r/a.py"},
	} {
		if got := Spelling(tt.roots, tt.file); got != tt.want {
			t.Errorf("Spelling(%q, %q) = %q, want %q", tt.roots, tt.file, got, tt.want)
		}
	}
}
