package main

import "testing"

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		x    []float64
		want float64
	}{
		{[]float64{3, 1, 2}, 2},
		{[]float64{4, 1, 3, 2}, 2.5},
		{[]float64{7}, 7},
	} {
		if got := median(c.x); got != c.want {
			t.Errorf("median(%v) = %v, want %v", c.x, got, c.want)
		}
	}
}

func TestRatiosSharePairsMood(t *testing.T) {
	// Every second round takes twice as long; one sample of b is from a round with no partner.
	a := []float64{10, 20, 10, 20, 10, 20, 10}
	b := []float64{5, 10, 5, 10, 5, 10, 5, 99}
	if got := median(ratios(a, b)); got != 2 {
		t.Errorf("median of %v = %v, want 2", ratios(a, b), got)
	}
	// The mood changes within the fifth and the sixth round: medians of times say 20 / 5 = 4.
	a = []float64{20, 10, 20, 10, 20, 10, 20}
	b = []float64{10, 5, 10, 5, 5, 5, 5}
	if got := median(ratios(a, b)); got != 2 {
		t.Errorf("median of %v = %v, want 2", ratios(a, b), got)
	}
}

func TestDiffer(t *testing.T) {
	base := []float64{10, 11, 12, 10, 11, 12, 10, 11, 12, 10}
	noisy := []float64{11, 10, 12, 11, 10, 12, 11, 10, 13, 9}
	lower := make([]float64, len(base))
	for i, v := range base {
		lower[i] = v - 2
	}
	if differ(base, noisy) {
		t.Error("noise is taken for a difference")
	}
	if !differ(base, lower) {
		t.Error("ten of ten lower is not taken for a difference")
	}
	if differ(base[:4], lower[:4]) {
		t.Error("four samples cannot reach 1%")
	}
}
