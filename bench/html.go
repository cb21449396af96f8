// The page: charts as inline SVG and the table, in one file that needs no network.

package main

import (
	_ "embed"
	"html/template"
	"io"
	"math"
	"strings"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// Geometry of a chart, in SVG user units (CSS pixels).
const (
	labelWidth = 190.0 // program or contender, left of the bars
	barsWidth  = 470.0 // the axis
	valueWidth = 140.0 // median and ratio, right of the bars
	rowHeight  = 20.0
	groupGap   = 30.0 // above each program, its name included
	axisHeight = 24.0
)

// A chart is one metric of all programs.
type chart struct {
	Title, About  string
	Width, Height float64
	AxisY         float64
	Ticks         []tick
	Groups        []group
}

type tick struct {
	X    float64
	Text string
}

// A group is one program's bars.
type group struct {
	Name string
	Y    float64 // of the name's base line
	Bars []bar
}

// A bar is one contender: its median, the quartiles as a whisker.
type bar struct {
	Contender     string
	Class         string // for the style sheet
	Y, Middle     float64
	X, Width      float64
	Q1, Q3        float64
	TextX         float64
	Text, Tooltip string
}

// writeHTML writes the page.
func writeHTML(w io.Writer, results []result, rounds int) error {
	data := struct {
		Explain string
		Charts  []chart
		Header  []string
		Rows    []pageRow
		Skipped []string
	}{Explain: explain(rounds), Header: tableHeader(), Skipped: skippedLines(results)}
	for _, m := range metrics {
		if c, ok := newChart(results, m); ok {
			data.Charts = append(data.Charts, c)
		}
	}
	for _, r := range results {
		for i, s := range r.Series {
			data.Rows = append(data.Rows, pageRow{First: i == 0, Class: class(r, i), Cells: tableRow(r, s)})
		}
	}
	return page.Execute(w, data)
}

type pageRow struct {
	First bool // of its program
	Class string
	Cells []string
}

// class names a contender's role to the style sheet.
func class(r result, i int) string {
	switch {
	case i == 0:
		return "base"
	case strings.HasPrefix(r.Series[i].Contender, "py_cds_binary"):
		return "ours"
	default:
		return "other"
	}
}

// newChart lays a metric's bars out; false if no program has the metric.
func newChart(results []result, m metric) (chart, bool) {
	c := chart{Title: strings.TrimSpace(m.Title + " " + m.Unit), About: m.About, Width: labelWidth + barsWidth + valueWidth}
	top := 0.0
	for _, r := range results {
		if r.measured(m) {
			for _, s := range r.Series {
				sum := r.summary(s, m)
				top = max(top, sum.Median, sum.Q3)
			}
		}
	}
	if top == 0 {
		return c, false
	}
	step, limit := axis(top)
	x := func(v float64) float64 { return labelWidth + v/limit*barsWidth }
	for i := 0; float64(i)*step <= limit*(1+1e-9); i++ {
		v := float64(i) * step
		c.Ticks = append(c.Ticks, tick{x(v), metric{Digits: digits(step)}.format(v)})
	}
	y := 0.0
	for _, r := range results {
		if !r.measured(m) {
			continue
		}
		y += groupGap
		g := group{Name: r.Program + " " + r.Version, Y: y - 8}
		for i, s := range r.Series {
			sum := r.summary(s, m)
			b := bar{
				Contender: s.Contender, Class: class(r, i),
				Y: y, Middle: y + rowHeight/2, X: labelWidth, Width: x(sum.Median) - labelWidth,
				Q1: x(sum.Q1), Q3: x(sum.Q3), TextX: x(max(sum.Median, sum.Q3)) + 6,
				Text:    m.format(sum.Median),
				Tooltip: s.Contender + ": median " + m.format(sum.Median) + " " + m.Unit + ", quartiles " + m.format(sum.Q1) + " to " + m.format(sum.Q3),
			}
			if i > 0 {
				b.Text += "  " + sum.ratioText()
			}
			g.Bars = append(g.Bars, b)
			y += rowHeight
		}
		c.Groups = append(c.Groups, g)
	}
	c.AxisY = y + 4
	c.Height = c.AxisY + axisHeight
	return c, true
}

// axis chooses a step of 1, 2 or 5 times a power of ten with at most eight steps up
// to top, and the axis's end: the first step at or above top.
func axis(top float64) (step, limit float64) {
	power := math.Pow(10, math.Floor(math.Log10(top/8)))
	for _, factor := range []float64{1, 2, 5, 10} {
		step = factor * power
		if top/step <= 8 {
			break
		}
	}
	return step, math.Ceil(top/step-1e-9) * step
}

// digits is how many decimals the multiples of step need.
func digits(step float64) int {
	return int(max(0, -math.Floor(math.Log10(step)+1e-9)))
}
