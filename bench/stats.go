// Medians, their spread, and whether a difference is more than noise.

package main

import (
	"math"
	"slices"
)

func median(x []float64) float64 { return quantile(x, 0.5) }

// quantile interpolates linearly between the sorted samples; NaN for none.
func quantile(x []float64, q float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(x))
	pos := q * float64(len(s)-1)
	i := int(pos)
	if i+1 == len(s) {
		return s[i]
	}
	return s[i] + (pos-float64(i))*(s[i+1]-s[i])
}

// ratios pairs the samples of each round: times of one round share the machine's mood, and
// where that changes from one second to the next, medians of times do not.
func ratios(a, b []float64) []float64 {
	x := make([]float64, min(len(a), len(b)))
	for i := range x {
		x[i] = a[i] / b[i]
	}
	return x
}

// differ says whether paired samples differ beyond noise: a two-sided sign test at
// 1%. It asks nothing of the distribution.
func differ(a, b []float64) bool {
	n, less := 0, 0
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			n++
			if a[i] < b[i] {
				less++
			}
		}
	}
	k := min(less, n-less)
	p, term := 0.0, math.Pow(0.5, float64(n)) // binomial tail, from C(n,0)/2^n
	for i := 0; i <= k; i++ {
		p += term
		term *= float64(n-i) / float64(i+1)
	}
	return 2*p < 0.01
}
