// Command bench runs the same programs built by different means side by side and
// reports medians, and medians of the ratios to stock: a figure of one run is comparable only with
// the figures of the same run.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/bazelbuild/rules_go/go/runfiles"
)

type options struct {
	suite, only      string
	compare          string
	rounds           int
	json, html       string
	verbose          bool
	instructions     bool
	instructionsFile string
	update           bool
	tolerance        float64
	share            int
	contenders       string
	nuitka           string
}

// What the modes that take long do unless told otherwise.
const (
	countedPrograms   = "^(hello|requests|flask|boto3|scale 100) "
	countedContenders = "^(python file.py|py_cds_binary)$"
	sharedPrograms    = "^large "
)

const usage = `usage: ./tools/bazel run -c opt //bench [Bazel's flags] -- [flags]

Runs each program by every contender in turn and reports medians, their spread, and
ratios to the stock py_binary. Bazel's flags, given once for each value, say what is built:
  --//bench:version=X      interpreters, values of --//dev:python (pbs_3.11 and pbs_3.14)
  --//bench:program=NAME   programs (all but "scale 10000")

`

func main() {
	var o options
	flag.StringVar(&o.suite, "suite", "", "runfiles `path` of the suite file; set by Bazel")
	flag.StringVar(&o.only, "only", "", "only the programs that match this `regexp`, by name and version, e.g. '^(hello|flask) pbs_3.14$'")
	flag.StringVar(&o.compare, "compare", "", "only the contenders that match this `regexp`, and stock, e.g. '^py_cds_binary$'")
	flag.IntVar(&o.rounds, "rounds", 21, "measured rounds; each runs every contender once. Fewer than 8 can claim no difference")
	flag.StringVar(&o.json, "json", "", "write every figure to this `file`")
	flag.StringVar(&o.html, "html", "", "write a page with charts to this `file`")
	flag.BoolVar(&o.verbose, "v", false, "a line on stderr for each program that is done, on a terminal too")
	flag.BoolVar(&o.instructions, "instructions", false, "count instructions with valgrind instead, once each, and fail if they drifted from the file;\n"+
		"-only is '"+countedPrograms+"' and -compare '"+countedContenders+"' unless given")
	flag.StringVar(&o.instructionsFile, "instructions_file", "", "the `file` of -instructions; default bench/instructions.txt in the workspace")
	flag.BoolVar(&o.update, "update", false, "with -instructions: rewrite the file")
	flag.Float64Var(&o.tolerance, "tolerance", 0.02, "with -instructions: what is no drift yet, as a `share`")
	flag.IntVar(&o.share, "share", 0, "instead start this `number` of processes at once, stock and py_cds_binary, and report the memory\nof all of them; -only is '"+sharedPrograms+"' unless given")
	flag.StringVar(&o.contenders, "contenders", "", "`folder` with contenders from PyPI, made by bench/contenders.sh")
	flag.StringVar(&o.nuitka, "nuitka", "", "with -contenders: build the programs that match this `regexp` with Nuitka, which takes minutes each")
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), usage)
		flag.PrintDefaults()
	}
	flag.Parse()
	if err := run(os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, o options) error {
	if flag.NArg() > 0 {
		return fmt.Errorf("argument %q: expected flags only", flag.Arg(0))
	}
	if o.rounds < 3 {
		return fmt.Errorf("-rounds %d: expected 3 or more, a median of fewer says nothing", o.rounds)
	}
	if o.share < 0 {
		return fmt.Errorf("-share %d: expected 1 process or more", o.share)
	}
	o.setDefaults()
	path, err := runfiles.Rlocation(o.suite)
	if err != nil {
		return fmt.Errorf("-suite %q: %w", o.suite, err)
	}
	all, unbuilt, err := readSuite(path)
	if err != nil {
		return err
	}
	programs, err := choose(all, unbuilt, o.only, o.compare)
	if err != nil {
		return err
	}
	switch {
	case o.instructions:
		file := userPath(o.instructionsFile)
		if o.instructionsFile == "" {
			file = filepath.Join(os.Getenv("BUILD_WORKSPACE_DIRECTORY"), "bench", "instructions.txt")
		}
		return runInstructions(w, programs, file, o.update, o.tolerance)
	case o.share > 0:
		return runShare(w, programs, o.share, progress)
	default:
		return runTimes(w, programs, o)
	}
}

// setDefaults fills in what a mode chooses by itself.
func (o *options) setDefaults() {
	only, compare := "", ""
	if o.instructions {
		only, compare = countedPrograms, countedContenders
	} else if o.share > 0 {
		only = sharedPrograms
	}
	if o.only == "" {
		o.only = only
	}
	if o.compare == "" {
		o.compare = compare
	}
}

// runTimes measures the programs and writes the reports that were asked for.
func runTimes(w io.Writer, programs []program, o options) error {
	failed := 0
	done := newLife(os.Stderr, len(programs), o.verbose || !isTerminal(os.Stderr))
	var results []result
	for _, p := range programs {
		r, err := buildAndMeasure(p, o)
		if err != nil {
			return err
		}
		results = append(results, r)
		failed += r.Failed
		progress("")
		done.sayDone(p.String(), oneLine(r))
	}
	writeTable(w, results, o.rounds)
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
		if err := os.WriteFile(userPath(o.html), text.Bytes(), 0o666); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d contenders failed: see FAILED under Skipped", failed)
	}
	return nil
}

// buildAndMeasure keeps what it builds only while it measures: the tools copy interpreters and packages.
func buildAndMeasure(p program, o options) (result, error) {
	work, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(work)
	if err := addContenders(&p, o, work+string(filepath.Separator), progress); err != nil {
		return result{}, err
	}
	return measure(p, o.rounds, progress)
}

// userPath takes a relative path from where the user called `bazel run`.
func userPath(path string) string {
	if dir := os.Getenv("BUILD_WORKING_DIRECTORY"); dir != "" && !filepath.IsAbs(path) {
		return filepath.Join(dir, path)
	}
	return path
}
