// Command bench runs the same programs built by different means side by side and
// reports medians as ratios to stock: a figure of one run is comparable only with
// the figures of the same run.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/bazelbuild/rules_go/go/runfiles"
)

type options struct {
	suite, only      string
	rounds           int
	json, html       string
	instructions     bool
	instructionsFile string
	update           bool
	tolerance        float64
	codeDataShare    string
}

func main() {
	var o options
	flag.StringVar(&o.suite, "suite", "", "runfiles `path` of the suite file: lines of program, version, contender, executable")
	flag.StringVar(&o.only, "only", "", "only the programs that match this `regexp`, by name and version, e.g. '^(hello|flask) pbs_3.14$'")
	flag.IntVar(&o.rounds, "rounds", 21, "measured rounds; each runs every contender once")
	flag.StringVar(&o.json, "json", "", "write every figure to this `file`")
	flag.StringVar(&o.html, "html", "", "write a page with charts to this `file`")
	flag.BoolVar(&o.instructions, "instructions", false, "count instructions with valgrind instead, once each, and fail if they drifted from the file")
	flag.StringVar(&o.instructionsFile, "instructions_file", "", "the `file` of -instructions; default bench/instructions.txt in the workspace")
	flag.BoolVar(&o.update, "update", false, "with -instructions: rewrite the file")
	flag.Float64Var(&o.tolerance, "tolerance", 0.02, "with -instructions: what is no drift yet, as a `share`")
	flag.StringVar(&o.codeDataShare, "code_data_share", "", "`folder` with PyCDS, made by: pip install --target=FOLDER code-data-share")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: ./tools/bazel run -c opt //bench -- [flags]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	if flag.NArg() > 0 {
		return fmt.Errorf("argument %q: expected flags only", flag.Arg(0))
	}
	if o.rounds < 3 {
		return fmt.Errorf("-rounds %d: expected 3 or more, a median of fewer says nothing", o.rounds)
	}
	programs, err := chosenPrograms(o)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if o.codeDataShare != "" {
		o.codeDataShare = userPath(o.codeDataShare)
	}
	if err := addPyCDS(programs, o.codeDataShare, work, progress); err != nil {
		return err
	}
	if o.instructions {
		file := userPath(o.instructionsFile)
		if o.instructionsFile == "" {
			file = filepath.Join(os.Getenv("BUILD_WORKSPACE_DIRECTORY"), "bench", "instructions.txt")
		}
		return runInstructions(os.Stdout, programs, file, o.update, o.tolerance)
	}
	var results []result
	for _, p := range programs {
		r, err := measure(p, o.rounds, progress)
		if err != nil {
			return err
		}
		results = append(results, r)
	}
	progress("")
	writeTable(os.Stdout, results, o.rounds)
	if o.json != "" {
		if err := writeJSON(userPath(o.json), results, o.rounds); err != nil {
			return err
		}
	}
	if o.html != "" {
		var text bytes.Buffer
		if err := writeHTML(&text, results, o.rounds); err != nil {
			return err
		}
		return os.WriteFile(userPath(o.html), text.Bytes(), 0o666)
	}
	return nil
}

// chosenPrograms reads the suite and keeps what -only matches.
func chosenPrograms(o options) ([]program, error) {
	match, err := regexp.Compile(o.only)
	if err != nil {
		return nil, fmt.Errorf("-only %q: %w", o.only, err)
	}
	path, err := runfiles.Rlocation(o.suite)
	if err != nil {
		return nil, fmt.Errorf("-suite %q: %w", o.suite, err)
	}
	programs, err := readSuite(path)
	if err != nil {
		return nil, err
	}
	var chosen []program
	for _, p := range programs {
		if match.MatchString(p.Name + " " + p.Version) {
			chosen = append(chosen, p)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("-only %q matches none of the %d programs", o.only, len(programs))
	}
	return chosen, nil
}

// userPath takes a relative path from where the user called `bazel run`.
func userPath(path string) string {
	if dir := os.Getenv("BUILD_WORKING_DIRECTORY"); dir != "" && !filepath.IsAbs(path) {
		return filepath.Join(dir, path)
	}
	return path
}

// progress overwrites one line of a terminal and is silent elsewhere.
func progress(line string) {
	if st, err := os.Stderr.Stat(); err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return
	}
	fmt.Fprintf(os.Stderr, "\r\033[K%s", line)
}
