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
	return fmt.Sprintf("Medians of %d interleaved rounds, with quartiles for times. A ratio is the median over the rounds "+
		"of the first contender's figure over this one's, so more than 1 is better; ~ is a difference inside the noise (sign test at 1%%).", rounds)
}

// explainMeans says what the summary is.
func explainMeans() string {
	return "Geometric means of the ratios over " + strings.Join(thirdParty, ", ") + "; the number of them in brackets where not all could be had."
}

// writeTable prints medians and ratios to the program's first contender.
func writeTable(w io.Writer, results []result, rounds int) {
	fmt.Fprintf(w, "%s\n\n", explain(rounds))
	writeRows(w, tableHeader(), func(row func([]string)) {
		for _, r := range results {
			for _, s := range r.Series {
				row(tableRow(r, s))
			}
		}
	})
	if all := means(results); len(all) > 0 {
		fmt.Fprintf(w, "\n%s\n\n", explainMeans())
		writeRows(w, meansHeader, func(row func([]string)) {
			for _, m := range all {
				row(meansRow(m))
			}
		})
	}
	if lines := skippedLines(results); len(lines) > 0 {
		fmt.Fprintf(w, "\nSkipped:\n%s\n", strings.Join(lines, "\n"))
	}
}

func writeRows(w io.Writer, header []string, rows func(row func([]string))) {
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, strings.Join(header, "\t"))
	rows(func(cells []string) { fmt.Fprintln(tw, strings.Join(cells, "\t")) })
	tw.Flush()
}

var meansHeader = []string{"version", "contender", "import phase", "quartiles", "whole process", "quartiles", "py_cds_binary over it"}

func meansRow(m mean) []string {
	cells := []string{m.Version, m.Contender}
	for _, r := range []*ratio{m.Import, m.Whole} {
		if r == nil {
			cells = append(cells, "-", "")
			continue
		}
		text := r.text()
		if n := len(r.Programs); n < len(thirdParty) {
			text += fmt.Sprintf(" (of %d)", n)
		}
		cells = append(cells, text, fmt.Sprintf("%.2f-%.2f", r.Q1, r.Q3))
	}
	return append(cells, m.OursOver.text())
}

// skippedLines has one line for each contender and reason.
func skippedLines(results []result) []string {
	var order []skip
	where := map[skip][]string{}
	for _, r := range results {
		for _, s := range r.Skipped {
			if where[s] == nil {
				order = append(order, s)
			}
			where[s] = append(where[s], r.Program+" "+r.Version)
		}
	}
	var lines []string
	for _, s := range order {
		programs := "all"
		if len(where[s]) < len(results) {
			programs = strings.Join(where[s], ", ")
		}
		lines = append(lines, fmt.Sprintf("%s: %s (%s)", s.Contender, s.Reason, programs))
	}
	return lines
}

func tableHeader() []string {
	cells := []string{"program", "contender"}
	for _, m := range metrics {
		cells = append(cells, m.heading())
		if m.Spread {
			cells = append(cells, "quartiles")
		}
		if !m.Plain {
			cells = append(cells, "ratio")
		}
	}
	return cells
}

func tableRow(r result, s series) []string {
	cells := []string{r.Program + " " + r.Version, s.Contender}
	for _, m := range metrics {
		sum := r.summary(s, m)
		text, spread, ratio := "-", "", ""
		if s.measured(m) {
			text, spread = m.format(sum.Median), m.format(sum.Q1)+"-"+m.format(sum.Q3)
			if s.Contender != r.Series[0].Contender {
				ratio = sum.ratioText()
			}
		}
		cells = append(cells, text)
		if m.Spread {
			cells = append(cells, spread)
		}
		if !m.Plain {
			cells = append(cells, ratio)
		}
	}
	return cells
}

// oneLine is what a long run shows of a program as soon as it is done.
func oneLine(r result) string {
	if len(r.Series) == 0 {
		return "skipped"
	}
	cells := []string{fmt.Sprintf("%s %s ms", r.Series[0].Contender, wallTime.format(r.summary(r.Series[0], wallTime).Median))}
	for _, s := range r.Series[1:] {
		cells = append(cells, s.Contender+" "+r.summary(s, wallTime).ratioText())
	}
	return strings.Join(cells, ", ")
}

// writeJSON writes for each program and contender its summaries by metric and the samples
// themselves, and the geometric means.
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
		Means    []mean `json:",omitempty"`
	}{Rounds: rounds, Means: means(results)}
	for _, r := range results {
		p := programJSON{Program: r.Program, Version: r.Version, Skipped: r.Skipped}
		for _, s := range r.Series {
			c := contenderJSON{s.Contender, map[string]summary{}, s.Samples}
			for _, m := range metrics {
				if s.measured(m) {
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
