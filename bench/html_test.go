package main

import (
	"bytes"
	"encoding/xml"
	"math"
	"strings"
	"testing"
)

func TestAxis(t *testing.T) {
	for _, c := range []struct{ top, step, limit float64 }{
		{5, 1, 5},
		{5.1, 2, 6},
		{100, 20, 100},
		{43, 10, 50},
		{0.7, 0.2, 0.8},
		{9500, 2000, 10000},
	} {
		step, limit := axis(c.top)
		if math.Abs(step-c.step) > 1e-9 || math.Abs(limit-c.limit) > 1e-9 {
			t.Errorf("axis(%v) = %v, %v, want %v, %v", c.top, step, limit, c.step, c.limit)
		}
	}
}

func TestDigits(t *testing.T) {
	for step, want := range map[float64]int{0.1: 1, 0.05: 2, 1: 0, 200: 0} {
		if got := digits(step); got != want {
			t.Errorf("digits(%v) = %d, want %d", step, got, want)
		}
	}
}

// twoSeries is a program whose second contender is twice as fast.
func twoSeries() []result {
	r := result{Program: "hello <1>", Version: "3.14", Series: []series{{Contender: "stock"}, {Contender: "py_cds_binary"}}}
	for i := range 10 {
		r.Series[0].Samples = append(r.Series[0].Samples, sample{WallMS: 100 + float64(i), Faults: 5})
		r.Series[1].Samples = append(r.Series[1].Samples, sample{WallMS: 50 + float64(i)/2, Faults: 5})
	}
	return []result{r}
}

func TestChart(t *testing.T) {
	c := newChart(twoSeries(), metrics[0])
	if len(c.Panels) != 1 || len(c.Panels[0].Bars) != 2 {
		t.Fatalf("newChart = %+v, want one panel of two bars", c)
	}
	p := c.Panels[0]
	stock, ours := p.Bars[0], p.Bars[1]
	if math.Abs(stock.Width/ours.Width-2) > 1e-9 {
		t.Errorf("widths %v and %v, want 2:1", stock.Width, ours.Width)
	}
	if ours.Text != "52.2 (2.00x)" {
		t.Errorf("text %q, want the median and 2.00x", ours.Text)
	}
	if stock.Class != "base" || ours.Class != "ours" {
		t.Errorf("classes %q and %q, want base and ours", stock.Class, ours.Class)
	}
	for _, b := range p.Bars {
		if b.X+b.Width > labelWidth+barsWidth || b.Y+rowHeight > p.Height || b.Q1 > b.Q3 {
			t.Errorf("bar %+v leaves the panel %vx%v", b, p.Width, p.Height)
		}
	}
	if c := newChart(twoSeries(), importTime); len(c.Panels) != 0 {
		t.Error("a chart of import times, of which there is no sample")
	}
}

func TestPage(t *testing.T) {
	results := twoSeries()
	flask := twoSeries()[0]
	flask.Program = "flask"
	var text bytes.Buffer
	if err := writeHTML(&text, append(results, flask), 10); err != nil {
		t.Fatal(err)
	}
	// Wall time and page faults of both programs, and the summary of whole processes; the legend has no height.
	if n := strings.Count(text.String(), "<svg viewBox"); n != 5 {
		t.Errorf("%d panels, want 5", n)
	}
	for _, outside := range []string{"http:", "https:", "<script", "<link", "hello <1>", "NaN", "ZgotmplZ"} {
		if strings.Contains(text.String(), outside) {
			t.Errorf("the page contains %q", outside)
		}
	}
	for rest := text.String(); ; {
		i := strings.Index(rest, "<svg")
		if i < 0 {
			break
		}
		svg, after, _ := strings.Cut(rest[i:], "</svg>")
		if err := xml.Unmarshal([]byte(svg+"</svg>"), new(struct{})); err != nil {
			t.Errorf("a chart is not well formed: %v: %s", err, svg)
		}
		rest = after
	}
}
