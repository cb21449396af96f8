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

func main() {
	suite := flag.String("suite", "", "runfiles `path` of the suite file: lines of program, version, contender, executable")
	only := flag.String("only", "", "run only the programs that match this `regexp`, e.g. 'hello|flask'")
	rounds := flag.Int("rounds", 21, "measured rounds; each runs every contender once")
	jsonOut := flag.String("json", "", "write every figure to this `file`")
	htmlOut := flag.String("html", "", "write a page with charts to this `file`")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: bazel run //bench -- [flags]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if err := run(*suite, *only, *rounds, *jsonOut, *htmlOut); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(suite, only string, rounds int, jsonOut, htmlOut string) error {
	if rounds < 3 {
		return fmt.Errorf("-rounds %d: expected 3 or more, a median of fewer says nothing", rounds)
	}
	match, err := regexp.Compile(only)
	if err != nil {
		return fmt.Errorf("-only %q: %w", only, err)
	}
	path, err := runfiles.Rlocation(suite)
	if err != nil {
		return fmt.Errorf("-suite %q: %w", suite, err)
	}
	programs, err := readSuite(path)
	if err != nil {
		return err
	}
	var results []result
	for _, p := range programs {
		if !match.MatchString(p.Name) {
			continue
		}
		r, err := measure(p, rounds, progress)
		if err != nil {
			return err
		}
		results = append(results, r)
	}
	progress("")
	if len(results) == 0 {
		return fmt.Errorf("-only %q matches none of the %d programs", only, len(programs))
	}
	writeTable(os.Stdout, results, rounds)
	if jsonOut != "" {
		if err := writeJSON(userPath(jsonOut), results, rounds); err != nil {
			return err
		}
	}
	if htmlOut != "" {
		var text bytes.Buffer
		if err := writeHTML(&text, results, rounds); err != nil {
			return err
		}
		return os.WriteFile(userPath(htmlOut), text.Bytes(), 0o666)
	}
	return nil
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
