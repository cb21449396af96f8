// The table that people read.

package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// writeTable prints medians with the interquartile range, and ratios to the
// program's first contender; "~" where the difference is inside the noise.
func writeTable(w io.Writer, results []result, rounds int) {
	fmt.Fprintf(w, "Medians of %d interleaved rounds; wall time in ms with its quartiles; ratio = first contender / this one, ~ inside the noise.\n\n", rounds)
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "program\tversion\tcontender\twall ms\tquartiles\tratio\tcpu ms\tpage faults\tratio\tmax rss MB")
	for _, r := range results {
		base := r.Series[0]
		for _, s := range r.Series {
			wall := s.column(wallMS)
			fmt.Fprintf(tw, "%s\t%s\t%s\t%.1f\t%.1f-%.1f\t%s\t%.1f\t%.0f\t%s\t%.1f\n",
				r.Program, r.Version, s.Contender, median(wall), quantile(wall, 0.25), quantile(wall, 0.75),
				ratio(base.column(wallMS), wall), median(s.column(cpuMS)),
				median(s.column(faults)), ratio(base.column(faults), s.column(faults)),
				median(s.column(maxRSSKB))/1024)
		}
	}
	tw.Flush()
}

func wallMS(s sample) float64   { return s.WallMS }
func cpuMS(s sample) float64    { return s.CPUMS }
func faults(s sample) float64   { return s.Faults }
func maxRSSKB(s sample) float64 { return s.MaxRSSKB }

func (s series) column(field func(sample) float64) []float64 {
	x := make([]float64, len(s.Samples))
	for i, v := range s.Samples {
		x[i] = field(v)
	}
	return x
}

func ratio(base, x []float64) string {
	if !differ(base, x) {
		return "~"
	}
	return fmt.Sprintf("%.2fx", median(base)/median(x))
}
