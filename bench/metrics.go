// What is measured of a run, and how samples become the figures that reports show.

package main

import (
	"fmt"
	"strconv"
)

// A metric is one figure of a sample.
type metric struct {
	Key    string // in the JSON file
	Title  string // in the table
	Unit   string // "" for a count
	About  string // one sentence for the page
	Digits int    // after the point
	of     func(sample) float64
}

var metrics = []metric{
	{"wall", "wall", "ms", "From starting the program to its end.", 1, func(s sample) float64 { return s.WallMS }},
	{"cpu", "cpu", "ms", "User and system time of the program and its children.", 1, func(s sample) float64 { return s.CPUMS }},
	{"faults", "page faults", "", "Minor and major, of the program and its children.", 0, func(s sample) float64 { return s.Faults }},
	{"max_rss", "max rss", "MB", "The most that was resident at one time, shared pages included.", 1, func(s sample) float64 { return s.MaxRSSKB / 1024 }},
	{"private_dirty", "private", "MB", "Private dirty memory (smaps) when the program has done its work: what each further process costs.", 1, func(s sample) float64 { return s.PrivateDirtyKB / 1024 }},
	{"shared", "shared", "MB", "Clean pages of files at the same moment, which processes share.", 1, func(s sample) float64 { return s.SharedKB / 1024 }},
}

// A summary is what the samples of one contender say of one metric.
type summary struct {
	Median, Q1, Q3 float64
	// Ratio is the first contender's median over this one's: above 1 this one is better.
	// Nil where the difference is inside the noise, and for the first contender.
	Ratio *float64 `json:",omitempty"`
}

// measured says whether the program's samples hold the metric at all.
func (r result) measured(m metric) bool {
	for _, s := range r.Series {
		for _, v := range s.Samples {
			if m.of(v) != 0 {
				return true
			}
		}
	}
	return false
}

func (r result) summary(s series, m metric) summary {
	base, x := r.Series[0].column(m.of), s.column(m.of)
	sum := summary{Median: median(x), Q1: quantile(x, 0.25), Q3: quantile(x, 0.75)}
	if sum.Median != 0 && differ(base, x) {
		ratio := median(base) / sum.Median
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

func (m metric) format(v float64) string {
	return strconv.FormatFloat(v, 'f', m.Digits, 64)
}

// ratioText is "~" where nothing may be claimed.
func (s summary) ratioText() string {
	if s.Ratio == nil {
		return "~"
	}
	return fmt.Sprintf("%.2fx", *s.Ratio)
}
