// What is measured of a run, and how samples become the figures that reports show.

package main

import (
	"fmt"
	"strconv"
	"strings"
)

// A metric is one figure of a sample.
type metric struct {
	Key    string // in the JSON file
	Title  string // in the table
	Name   string // on the page
	Unit   string // "" for a count
	About  string // one sentence for the page
	Digits int    // after the point
	Spread bool   // whether the table shows quartiles
	Plain  bool   // neither more nor less of it is better: it has no ratio
	of     func(sample) float64
}

var (
	wallTime = metric{Key: "wall", Title: "wall", Name: "Wall time", Unit: "ms", Digits: 1, Spread: true,
		About: "The whole process, from starting the program to its end.", of: func(s sample) float64 { return s.WallMS }}
	importTime = metric{Key: "import", Title: "import", Name: "Import phase", Unit: "ms", Digits: 1, Spread: true,
		About: "The program's import block alone, as the program itself measures it.", of: func(s sample) float64 { return s.ImportMS }}
)

var metrics = []metric{
	wallTime,
	{Key: "cpu", Title: "cpu", Name: "CPU time", Unit: "ms", Digits: 1, Spread: true,
		About: "User and system time of the program and its children.", of: func(s sample) float64 { return s.CPUMS }},
	importTime,
	{Key: "faults", Title: "page faults", Name: "Page faults",
		About: "Minor and major, of the program and its children.", of: func(s sample) float64 { return s.Faults }},
	{Key: "private_dirty", Title: "private", Name: "Private dirty memory", Unit: "MB", Digits: 1,
		About: "From smaps, when the program has done its work: what each further process costs.", of: func(s sample) float64 { return s.PrivateDirtyKB / 1024 }},
	{Key: "shared", Title: "shared", Name: "Shared memory", Unit: "MB", Digits: 1, Plain: true,
		About: "Clean pages of files at the same moment, which processes share.", of: func(s sample) float64 { return s.SharedKB / 1024 }},
}

// heading is the title with its unit.
func (m metric) heading() string { return strings.TrimSpace(m.Title + " " + m.Unit) }

func (m metric) format(v float64) string {
	return strconv.FormatFloat(v, 'f', m.Digits, 64)
}

// A summary is what the samples of one contender say of one metric.
type summary struct {
	Median, Q1, Q3 float64
	// Ratio is the median over the rounds of the first contender's figure over this one's:
	// above 1 this one is better.
	// Nil where the difference is inside the noise, for the first contender, and for a plain metric.
	Ratio *float64 `json:",omitempty"`
}

// measured says whether the program's samples hold the metric at all.
func (r result) measured(m metric) bool {
	for _, s := range r.Series {
		if s.measured(m) {
			return true
		}
	}
	return false
}

func (s series) measured(m metric) bool { return len(s.column(m.of)) > 0 }

func (r result) summary(s series, m metric) summary {
	base, x := r.Series[0].column(m.of), s.column(m.of)
	sum := summary{Median: median(x), Q1: quantile(x, 0.25), Q3: quantile(x, 0.75)}
	if !m.Plain && len(base) > 0 && differ(base, x) {
		ratio := median(ratios(base, x))
		sum.Ratio = &ratio
	}
	return sum
}

// column leaves out samples without the figure.
func (s series) column(field func(sample) float64) []float64 {
	var x []float64
	for _, v := range s.Samples {
		if f := field(v); f != 0 {
			x = append(x, f)
		}
	}
	return x
}

// ratioText is "~" where nothing may be claimed.
func (s summary) ratioText() string { return ratioText(s.Ratio) }

func ratioText(ratio *float64) string {
	if ratio == nil {
		return "~"
	}
	return fmt.Sprintf("%.2fx", *ratio)
}
