// The second mode: instructions executed, as valgrind's callgrind counts them. They
// hardly depend on what else the machine does, so a committed file keeps them.

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
)

// A count is one contender's instructions, all its processes together.
type count struct {
	Program, Version, Contender string
	Instructions                uint64
}

func (c count) key() string { return c.Program + " " + c.Version + " " + c.Contender }

// countAll runs each contender once to warm caches, as measure does, and once counted.
func countAll(programs []program, progress func(string)) ([]count, error) {
	if _, err := exec.LookPath("valgrind"); err != nil {
		return nil, fmt.Errorf("-instructions needs valgrind: %w (install the package valgrind)", err)
	}
	var counts []count
	for _, p := range programs {
		for _, c := range p.Contenders {
			progress(fmt.Sprintf("%s: counting %s", p, c.Name))
			if _, _, err := runOnce(c); err != nil {
				return nil, fmt.Errorf("%s: %w", p, err)
			}
			n, err := countOnce(c)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", p, c.Name, err)
			}
			counts = append(counts, count{p.Name, p.Version, c.Name, n})
		}
	}
	return counts, nil
}

// countOnce counts one run. Processes that exec write their count when they call
// execve, the others at their end. A process that execs twice (env, then the
// interpreter of a stub) leaves the count of the last exec: the first one's is lost,
// which for env is 0.15 million instructions.
func countOnce(c contender) (uint64, error) {
	dir, err := os.MkdirTemp("", "bench-callgrind-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command("valgrind", "--tool=callgrind", "-q", "--trace-children=yes", "--dump-before=execve",
		"--callgrind-out-file="+filepath.Join(dir, "out.%p"), c.Path)
	cmd.Args = append(cmd.Args, c.Args...)
	cmd.Env = append(c.environment(), "PYTHONHASHSEED=0")
	var diag bytes.Buffer
	cmd.Stderr = &diag
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", cmd, err, diag.Bytes())
	}
	files, err := filepath.Glob(filepath.Join(dir, "out.*"))
	if err != nil {
		return 0, err
	}
	if len(files) == 0 {
		return 0, fmt.Errorf("%s: wrote no figures into %s", cmd, dir)
	}
	var sum uint64
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		n, err := callgrindTotal(text)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
		sum += n
	}
	return sum, nil
}

// callgrindTotal takes the total from a callgrind file: the line "totals: N" at its
// end, whose first number is of the event Ir, instructions.
func callgrindTotal(text []byte) (uint64, error) {
	const want = "\ntotals:"
	i := bytes.LastIndex(text, []byte(want))
	if i < 0 {
		return 0, fmt.Errorf("no line %q in %d bytes: is it callgrind's, and complete?", "totals:", len(text))
	}
	line, _, _ := strings.Cut(string(text[i+len(want):]), "\n")
	fields := strings.Fields(line)
	if len(fields) == 0 {
		return 0, errors.New("the line \"totals:\" holds no number")
	}
	n, err := strconv.ParseUint(fields[0], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("the line \"totals:\": %w", err)
	}
	return n, nil
}

const countsHeader = `# Instructions in millions, all processes of a program together, and stock's over this one's.
# Rewritten by: ./tools/bazel run -c opt //bench -- -instructions -update
`

// formatCounts writes the committed file: fields parted by tabs.
func formatCounts(counts []count) string {
	var text strings.Builder
	text.WriteString(countsHeader)
	base := count{}
	for _, c := range counts {
		if c.Program != base.Program || c.Version != base.Version {
			base = c
		}
		fmt.Fprintf(&text, "%s\t%s\t%s\t%.1f\t%.2fx\n", c.Program, c.Version, c.Contender,
			float64(c.Instructions)/1e6, float64(base.Instructions)/float64(c.Instructions))
	}
	return text.String()
}

// parseCounts reads what formatCounts wrote, to a tenth of a million.
func parseCounts(text string) ([]count, error) {
	var counts []count
	for n, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 5 {
			return nil, fmt.Errorf("line %d: %d fields, expected program, version, contender, millions, ratio", n+1, len(fields))
		}
		millions, err := strconv.ParseFloat(fields[3], 64)
		if err != nil || millions <= 0 {
			return nil, fmt.Errorf("line %d: %q instructions, expected millions above 0", n+1, fields[3])
		}
		counts = append(counts, count{fields[0], fields[1], fields[2], uint64(math.Round(millions * 1e6))})
	}
	return counts, nil
}

// drift says for each counted contender how it differs from the kept figures by more
// than tolerance (0.02 is 2%), and which are not kept at all. Kept ones that were not
// counted are none of its business: -only leaves programs out.
func drift(kept, counted []count, tolerance float64) []string {
	byKey := map[string]uint64{}
	for _, c := range kept {
		byKey[c.key()] = c.Instructions
	}
	var diffs []string
	for _, c := range counted {
		want, ok := byKey[c.key()]
		if !ok {
			diffs = append(diffs, fmt.Sprintf("%s: %.1f million, not in the file", c.key(), float64(c.Instructions)/1e6))
			continue
		}
		change := float64(c.Instructions)/float64(want) - 1
		if math.Abs(change) > tolerance {
			diffs = append(diffs, fmt.Sprintf("%s: %.1f million, was %.1f (%+.1f%%)", c.key(), float64(c.Instructions)/1e6, float64(want)/1e6, 100*change))
		}
	}
	return diffs
}

// merge replaces the kept figures of the programs that were counted.
func merge(kept, counted []count) []count {
	var merged []count
	done := map[string]bool{}
	of := func(c count) string { return c.Program + " " + c.Version }
	for _, c := range counted {
		done[of(c)] = true
	}
	for _, c := range kept {
		if !done[of(c)] {
			merged = append(merged, c)
		}
	}
	return append(merged, counted...)
}

func writeCounts(w io.Writer, counts []count) {
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprint(tw, "program\tversion\tcontender\tmillion instructions\tratio\n")
	fmt.Fprint(tw, strings.TrimPrefix(formatCounts(counts), countsHeader))
	tw.Flush()
}

// runInstructions counts, and compares with the file or rewrites it.
func runInstructions(w io.Writer, programs []program, file string, update bool, tolerance float64) error {
	counts, err := countAll(programs, progress)
	progress("")
	if err != nil {
		return err
	}
	writeCounts(w, counts)
	for _, p := range programs {
		for _, s := range p.Skipped {
			fmt.Fprintf(w, "skipped: %s %s: %s: %s\n", p.Name, p.Version, s.Contender, s.Reason)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil && !(update && errors.Is(err, os.ErrNotExist)) {
		return err
	}
	kept, err := parseCounts(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if update {
		return os.WriteFile(file, []byte(formatCounts(merge(kept, counts))), 0o666)
	}
	if diffs := drift(kept, counts, tolerance); len(diffs) > 0 {
		return fmt.Errorf("%s differs by more than %.1f%%; -update accepts:\n%s", file, 100*tolerance, strings.Join(diffs, "\n"))
	}
	return nil
}
