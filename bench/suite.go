// The suite: which programs there are and how each contender starts them.

package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/bazelbuild/rules_go/go/runfiles"
)

// A program is one Python program under one interpreter, built by every contender.
type program struct {
	Name       string
	Version    string
	Contenders []contender
	Skipped    []skip
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
	Env  []string // added to the environment
}

// readSuite reads tab-separated lines: program, version, contender, rlocation path
// of the executable, and any number of NAME=VALUE; or "-" for the executable and a reason.
func readSuite(path string) ([]program, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var programs []program
	scanner := bufio.NewScanner(f)
	for n := 1; scanner.Scan(); n++ {
		fields := strings.Split(scanner.Text(), "\t")
		if len(fields) < 4 {
			return nil, fmt.Errorf("%s:%d: %d fields, expected program, version, contender, executable", path, n, len(fields))
		}
		if k := len(programs) - 1; k < 0 || programs[k].Name != fields[0] || programs[k].Version != fields[1] {
			programs = append(programs, program{Name: fields[0], Version: fields[1]})
		}
		p := &programs[len(programs)-1]
		if fields[3] == "-" {
			p.Skipped = append(p.Skipped, skip{fields[2], strings.Join(fields[4:], " ")})
			continue
		}
		exe, err := runfiles.Rlocation(fields[3])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		// The real path: beside it lies the program's own runfiles tree, whereas
		// bench's holds every program's repositories, each a sys.path entry more.
		if exe, err = filepath.EvalSymlinks(exe); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		p.Contenders = append(p.Contenders, contender{Name: fields[2], Path: exe, Env: fields[4:]})
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return programs, nil
}
