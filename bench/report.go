// The table that people read, and the file that programs read.

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
)

// explain says how to read the figures, on the terminal and on the page.
func explain(rounds int) string {
	return fmt.Sprintf("Medians of %d interleaved rounds, with quartiles for wall time. A ratio is the first contender's figure over this one's, "+
		"so more than 1 is better; ~ is a difference inside the noise (sign test at 1%%).", rounds)
}

// writeTable prints medians and ratios to the program's first contender.
func writeTable(w io.Writer, results []result, rounds int) {
	fmt.Fprintf(w, "%s\n\n", explain(rounds))
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, strings.Join(tableHeader(), "\t"))
	for _, r := range results {
		for _, s := range r.Series {
			fmt.Fprintln(tw, strings.Join(tableRow(r, s), "\t"))
		}
	}
	tw.Flush()
	if lines := skippedLines(results); len(lines) > 0 {
		fmt.Fprintf(w, "\nSkipped:\n%s\n", strings.Join(lines, "\n"))
	}
}

func skippedLines(results []result) []string {
	var lines []string
	for _, r := range results {
		for _, s := range r.Skipped {
			lines = append(lines, fmt.Sprintf("%s %s: %s: %s", r.Program, r.Version, s.Contender, s.Reason))
		}
	}
	return lines
}

func tableHeader() []string {
	cells := []string{"program", "version", "contender"}
	for i, m := range metrics {
		cells = append(cells, strings.TrimSpace(m.Title+" "+m.Unit))
		if i == 0 {
			cells = append(cells, "quartiles")
		}
		cells = append(cells, "ratio")
	}
	return cells
}

func tableRow(r result, s series) []string {
	cells := []string{r.Program, r.Version, s.Contender}
	for i, m := range metrics {
		if !r.measured(m) {
			cells = append(cells, "-", "")
			continue
		}
		sum := r.summary(s, m)
		cells = append(cells, m.format(sum.Median))
		if i == 0 {
			cells = append(cells, m.format(sum.Q1)+"-"+m.format(sum.Q3))
		}
		if s.Contender == r.Series[0].Contender {
			cells = append(cells, "")
		} else {
			cells = append(cells, sum.ratioText())
		}
	}
	return cells
}

// writeJSON writes for each program and contender its summaries by metric and the samples themselves.
func writeJSON(path string, results []result, rounds int) error {
	type contenderJSON struct {
		Contender string
		Metrics   map[string]summary
		Samples   []sample
	}
	type programJSON struct {
		Program, Version string
		Contenders       []contenderJSON
		Skipped          []skip `json:",omitempty"`
	}
	doc := struct {
		Rounds   int
		Programs []programJSON
	}{Rounds: rounds}
	for _, r := range results {
		p := programJSON{Program: r.Program, Version: r.Version, Skipped: r.Skipped}
		for _, s := range r.Series {
			c := contenderJSON{s.Contender, map[string]summary{}, s.Samples}
			for _, m := range metrics {
				if r.measured(m) {
					c.Metrics[m.Key] = r.summary(s, m)
				}
			}
			p.Contenders = append(p.Contenders, c)
		}
		doc.Programs = append(doc.Programs, p)
	}
	data, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o666)
}
