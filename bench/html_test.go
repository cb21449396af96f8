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
		{8, 1, 8},
		{8.1, 2, 10},
		{100, 20, 100},
		{43, 10, 50},
		{0.7, 0.1, 0.7},
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
	r := result{Program: "hello <1>", Version: "3.14", Series: []series{{Contender: "stock"}, {Contender: "pycds"}}}
	for i := range 10 {
		r.Series[0].Samples = append(r.Series[0].Samples, sample{WallMS: 100 + float64(i), Faults: 5})
		r.Series[1].Samples = append(r.Series[1].Samples, sample{WallMS: 50 + float64(i)/2, Faults: 5})
	}
	return []result{r}
}

func TestChart(t *testing.T) {
	c, ok := newChart(twoSeries(), metrics[0])
	if !ok || len(c.Groups) != 1 || len(c.Groups[0].Bars) != 2 {
		t.Fatalf("newChart = %+v, %v, want one group of two bars", c, ok)
	}
	stock, ours := c.Groups[0].Bars[0], c.Groups[0].Bars[1]
	if math.Abs(stock.Width/ours.Width-2) > 1e-9 {
		t.Errorf("widths %v and %v, want 2:1", stock.Width, ours.Width)
	}
	if ours.Text != "52.2  2.00x" {
		t.Errorf("text %q, want the median and 2.00x", ours.Text)
	}
	for _, b := range c.Groups[0].Bars {
		if b.X+b.Width > labelWidth+barsWidth || b.Y+rowHeight > c.Height {
			t.Errorf("bar %+v leaves the chart %vx%v", b, c.Width, c.Height)
		}
	}
	if _, ok := newChart(twoSeries(), metrics[1]); ok {
		t.Error("a chart of CPU time, of which there is no sample")
	}
}

func TestPage(t *testing.T) {
	var text bytes.Buffer
	if err := writeHTML(&text, twoSeries(), 10); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(text.String(), "<svg"); n != 2 {
		t.Errorf("%d charts, want 2: wall time and page faults", n)
	}
	for _, outside := range []string{"http:", "https:", "<script", "<link", "hello <1>"} {
		if strings.Contains(text.String(), outside) {
			t.Errorf("the page contains %q", outside)
		}
	}
	svg := text.String()[strings.Index(text.String(), "<svg"):]
	svg = svg[:strings.Index(svg, "</svg>")+len("</svg>")]
	if err := xml.Unmarshal([]byte(svg), new(struct{})); err != nil {
		t.Errorf("the chart is not well formed: %v", err)
	}
}
