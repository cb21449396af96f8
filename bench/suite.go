// The suite: which programs there are and how each contender starts them.

package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/bazelbuild/rules_go/go/runfiles"
)

// Names that rules of bench, or the issue of figures, attach something to; see programs.bzl.
const (
	oursName = "py_cds_binary"
	flatName = "python file.py"
)

// A program is one Python program under one interpreter, built by every contender.
type program struct {
	Name       string
	Version    string
	Contenders []contender
	Skipped    []skip
}

func (p program) String() string { return p.Name + " " + p.Version }

// find returns the contender of a name, or nil.
func (p program) find(name string) *contender {
	for i := range p.Contenders {
		if p.Contenders[i].Name == name {
			return &p.Contenders[i]
		}
	}
	return nil
}

// A skip is a contender that cannot be had for a program, and why.
type skip struct {
	Contender, Reason string
}

// A contender is one way to start a program. The first of a program is the one
// that ratios are taken to.
type contender struct {
	Name string
	Path string   // executable, outside the runfiles tree of bench
	Args []string // its arguments
	Env  []string // added to the environment
}

// with returns the contender with more environment.
func (c contender) with(env ...string) contender {
	c.Env = append(c.Env[:len(c.Env):len(c.Env)], env...)
	return c
}

var ownEnv = regexp.MustCompile("^(RUNFILES_|JAVA_RUNFILES=|PYTHON|PYCDS|PEX_|BENCH_)")

// environment leaves out what would decide what is measured: bench's own runfiles,
// which must not be taken for the program's, and settings such as PYTHONDONTWRITEBYTECODE.
// The contender's own settings win over more.
func (c contender) environment(more ...string) []string {
	var env []string
	for _, e := range os.Environ() {
		if !ownEnv.MatchString(e) {
			env = append(env, e)
		}
	}
	return append(append(env, more...), c.Env...)
}

// readSuite reads what suite.bzl writes and finds the executables in bench's runfiles.
func readSuite(path string) (programs []program, unbuilt []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	return parseSuite(bufio.NewScanner(f), path, func(file string) (string, error) {
		exe, err := runfiles.Rlocation(file)
		if err != nil {
			return "", err
		}
		// The real path: beside it lies the program's own runfiles tree, whereas
		// bench's holds every program's repositories, each a sys.path entry more.
		return filepath.EvalSymlinks(exe)
	})
}

// parseSuite reads tab-separated lines: program, version, contender, rlocation path of the
// executable, and any number of NAME=VALUE; or "-" for the executable and a reason; or a
// program that was not built and "-".
func parseSuite(lines *bufio.Scanner, path string, find func(string) (string, error)) (programs []program, unbuilt []string, err error) {
	for n := 1; lines.Scan(); n++ {
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) == 2 && fields[1] == "-" {
			unbuilt = append(unbuilt, fields[0])
			continue
		}
		if len(fields) < 4 {
			return nil, nil, fmt.Errorf("%s:%d: %d fields, expected program, version, contender, executable", path, n, len(fields))
		}
		if k := len(programs) - 1; k < 0 || programs[k].Name != fields[0] || programs[k].Version != fields[1] {
			programs = append(programs, program{Name: fields[0], Version: fields[1]})
		}
		p := &programs[len(programs)-1]
		if fields[3] == "-" {
			p.Skipped = append(p.Skipped, skip{fields[2], strings.Join(fields[4:], " ")})
			continue
		}
		exe, err := find(fields[3])
		if err != nil {
			return nil, nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		p.Contenders = append(p.Contenders, contender{Name: fields[2], Path: exe, Env: fields[4:]})
	}
	if err := lines.Err(); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return programs, unbuilt, nil
}

// choose keeps the programs that only matches by name and version, and of their contenders
// the first and those that compare matches by name.
func choose(programs []program, unbuilt []string, only, compare string) ([]program, error) {
	matchProgram, err := regexp.Compile(only)
	if err != nil {
		return nil, fmt.Errorf("-only %q: %w", only, err)
	}
	matchContender, err := regexp.Compile(compare)
	if err != nil {
		return nil, fmt.Errorf("-compare %q: %w", compare, err)
	}
	var chosen []program
	var names []string
	for _, p := range programs {
		names = append(names, p.String())
		if !matchProgram.MatchString(p.String()) {
			continue
		}
		q := program{Name: p.Name, Version: p.Version}
		for i, c := range p.Contenders {
			if i == 0 || matchContender.MatchString(c.Name) {
				q.Contenders = append(q.Contenders, c)
			}
		}
		for _, s := range p.Skipped {
			if matchContender.MatchString(s.Contender) || s.Contender == "all" {
				q.Skipped = append(q.Skipped, s)
			}
		}
		chosen = append(chosen, q)
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("-only %q matches none of: %s. Not built: %s. Bazel's flags --//bench:program=NAME and --//bench:version=X, once for each, say what is built",
			only, strings.Join(names, ", "), strings.Join(unbuilt, ", "))
	}
	return chosen, nil
}
