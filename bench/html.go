// The page: charts as inline SVG and the tables, in one file that needs no network.

package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strings"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// Geometry of a panel, in SVG user units (CSS pixels).
const (
	labelWidth = 168.0 // contender, left of the bars
	barsWidth  = 220.0 // the axis
	valueWidth = 112.0 // median and ratio, right of the bars
	rowHeight  = 20.0
	panelTop   = 4.0
	axisHeight = 22.0
)

// A chart is one metric of all programs.
type chart struct {
	Title, About string
	Better       string // "shorter" or "longer" bars are; "" for neither
	Panels       []panel
}

// A panel is one program's bars, on an axis of their own: programs differ too much for one.
type panel struct {
	Name          string
	Width, Height float64
	Top, AxisY    float64
	LabelX        float64
	One           float64 // where a line marks a ratio of 1; 0 for none
	Ticks         []tick
	Bars          []bar
	scale         float64 // pixels of the axis for 1
}

func (p panel) x(v float64) float64 { return labelWidth + v*p.scale }

type tick struct {
	X    float64
	Text string
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

// A value is what a bar shows.
type value struct {
	contender      string
	median, q1, q3 float64
	text, tooltip  string
}

// writeHTML writes the page.
func writeHTML(w io.Writer, results []result, rounds int) error {
	data := struct {
		Explain      string
		ExplainMeans string
		Means        []chart
		MeansHeader  []string
		MeansRows    []pageRow
		Charts       []chart
		Header       []string
		Rows         []pageRow
		Skipped      []string
	}{Explain: explain(rounds), ExplainMeans: explainMeans(), MeansHeader: meansHeader, Header: tableHeader(), Skipped: skippedLines(results)}
	all := means(results)
	data.Means = meansCharts(all)
	version := ""
	for _, m := range all {
		data.MeansRows = append(data.MeansRows, pageRow{First: m.Version != version, Class: class(m.Contender, false), Cells: meansRow(m)})
		version = m.Version
	}
	for _, m := range metrics {
		if c := newChart(results, m); len(c.Panels) > 0 {
			data.Charts = append(data.Charts, c)
		}
	}
	for _, r := range results {
		for i, s := range r.Series {
			data.Rows = append(data.Rows, pageRow{First: i == 0, Class: class(s.Contender, i == 0), Cells: tableRow(r, s)})
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
func class(contender string, first bool) string {
	switch {
	case first:
		return "base"
	case contender == oursName:
		return "ours"
	case strings.HasPrefix(contender, oursName):
		return "variant"
	default:
		return "other"
	}
}

// newChart has a panel for each program that has the metric.
func newChart(results []result, m metric) chart {
	c := chart{Title: m.Name, About: m.About, Better: "shorter"}
	if m.Unit != "" {
		c.Title += ", " + m.Unit
	}
	if m.Plain {
		c.Better = ""
	}
	for _, r := range results {
		var values []value
		for i, s := range r.Series {
			if !s.measured(m) {
				continue
			}
			sum := r.summary(s, m)
			v := value{
				contender: s.Contender,
				median:    sum.Median, q1: sum.Q1, q3: sum.Q3,
				text:    m.format(sum.Median),
				tooltip: strings.TrimSpace(fmt.Sprintf("median %s %s", m.format(sum.Median), m.Unit)) + ", quartiles " + m.format(sum.Q1) + " to " + m.format(sum.Q3),
			}
			if i > 0 && !m.Plain {
				v.text += " (" + sum.ratioText() + ")"
			}
			values = append(values, v)
		}
		if len(values) > 0 {
			c.Panels = append(c.Panels, newPanel(r.Program+" "+r.Version, values, r.Series[0].Contender))
		}
	}
	return c
}

// meansCharts show the geometric means, a panel for each version.
func meansCharts(all []mean) []chart {
	var charts []chart
	for _, what := range []struct {
		title string
		of    func(mean) *ratio
	}{
		{"Import phase, times as fast as stock", func(m mean) *ratio { return m.Import }},
		{"Whole process, times as fast as stock", func(m mean) *ratio { return m.Whole }},
	} {
		c := chart{Title: what.title, Better: "longer"}
		values := map[string][]value{}
		var versions []string
		for _, m := range all {
			r := what.of(m)
			if r == nil {
				continue
			}
			if values[m.Version] == nil {
				versions = append(versions, m.Version)
			}
			text := r.text()
			if n := len(r.Programs); n < len(thirdParty) {
				text += fmt.Sprintf(" (of %d)", n)
			}
			values[m.Version] = append(values[m.Version], value{m.Contender, r.Value, r.Q1, r.Q3, text,
				fmt.Sprintf("%.2f, quartiles %.2f to %.2f, over %s", r.Value, r.Q1, r.Q3, strings.Join(r.Programs, ", "))})
		}
		for _, v := range versions {
			p := newPanel(v, values[v], "")
			p.One = p.x(1)
			c.Panels = append(c.Panels, p)
		}
		if len(c.Panels) > 0 {
			charts = append(charts, c)
		}
	}
	return charts
}

// newPanel lays bars out; first is the contender that ratios are taken to.
func newPanel(name string, values []value, first string) panel {
	p := panel{Name: name, Width: labelWidth + barsWidth + valueWidth, Top: panelTop, LabelX: labelWidth - 8}
	top := 0.0
	for _, v := range values {
		top = max(top, v.median, v.q3)
	}
	step, limit := axis(top)
	p.scale = barsWidth / limit
	for i := 0; float64(i)*step <= limit*(1+1e-9); i++ {
		v := float64(i) * step
		p.Ticks = append(p.Ticks, tick{p.x(v), metric{Digits: digits(step)}.format(v)})
	}
	y := panelTop
	for _, v := range values {
		p.Bars = append(p.Bars, bar{
			Contender: v.contender, Class: class(v.contender, v.contender == first),
			Y: y, Middle: y + rowHeight/2, X: labelWidth, Width: p.x(v.median) - labelWidth,
			Q1: p.x(v.q1), Q3: p.x(v.q3), TextX: p.x(max(v.median, v.q3)) + 6,
			Text: v.text, Tooltip: v.contender + ": " + v.tooltip,
		})
		y += rowHeight
	}
	p.AxisY = y + 2
	p.Height = p.AxisY + axisHeight
	return p
}

// axis chooses a step of 1, 2 or 5 times a power of ten with at most five steps up
// to top, and the axis's end: the first step at or above top.
func axis(top float64) (step, limit float64) {
	const most = 5
	power := math.Pow(10, math.Floor(math.Log10(top/most)))
	for _, factor := range []float64{1, 2, 5, 10} {
		step = factor * power
		if top/step <= most {
			break
		}
	}
	return step, math.Ceil(top/step-1e-9) * step
}

// digits is how many decimals the multiples of step need.
func digits(step float64) int {
	return int(max(0, -math.Floor(math.Log10(step)+1e-9)))
}
