package main

import (
	"math"
	"slices"
	"testing"
)

// timed is a program whose contenders take the given times, wall and import, give or take a round's mood.
func timed(program, version string, wall map[string]float64, imports map[string]float64) result {
	r := result{Program: program, Version: version}
	for _, c := range []string{"stock", "pex", "py_cds_binary"} {
		if wall[c] == 0 {
			continue
		}
		s := series{Contender: c}
		for i := range 11 {
			mood := 1 + float64(i%3)/10
			s.Samples = append(s.Samples, sample{WallMS: wall[c] * mood, ImportMS: imports[c] * mood})
		}
		r.Series = append(r.Series, s)
	}
	return r
}

func TestMeans(t *testing.T) {
	type times = map[string]float64
	results := []result{
		timed("hello", "pbs_3.14", times{"stock": 1000, "py_cds_binary": 1}, nil), // not of the six
		timed("flask", "pbs_3.14", times{"stock": 80, "pex": 160, "py_cds_binary": 40}, times{"stock": 60, "py_cds_binary": 15}),
		timed("boto3", "pbs_3.14", times{"stock": 160, "py_cds_binary": 20}, times{"stock": 90, "py_cds_binary": 90}),
		timed("flask", "pbs_3.11", times{"stock": 10, "py_cds_binary": 10}, times{"stock": 10, "py_cds_binary": 10}),
	}
	got := means(results)
	var names []string
	for _, m := range got {
		names = append(names, m.Version+" "+m.Contender)
	}
	if want := []string{"pbs_3.14 pex", "pbs_3.14 py_cds_binary", "pbs_3.11 py_cds_binary"}; !slices.Equal(names, want) {
		t.Fatalf("means of %q, want %q", names, want)
	}
	pex, ours, equal := got[0], got[1], got[2]
	for _, c := range []struct {
		what string
		got  *ratio
		want float64
		n    int
	}{
		{"whole process of two programs, 2x and 8x", ours.Whole, 4, 2},
		{"import phase, 4x and 1x", ours.Import, 2, 2},
		{"whole process of pex, one program", pex.Whole, 0.5, 1},
		{"pex over py_cds_binary", pex.OursOver, 4, 1},
	} {
		if c.got == nil || math.Abs(c.got.Value-c.want) > 1e-9 || len(c.got.Programs) != c.n || !c.got.Certain {
			t.Errorf("%s: %+v, want %v over %d programs", c.what, c.got, c.want, c.n)
		}
	}
	if pex.Import != nil {
		t.Errorf("import phase of pex: %+v, want none: it was not measured", pex.Import)
	}
	if equal.Whole.Certain || equal.Whole.text() != "~" {
		t.Errorf("equal times: %+v, want no claim", equal.Whole)
	}
}

func TestMeansOfNone(t *testing.T) {
	if got := means([]result{{Program: "flask", Version: "deb_3.15"}, timed("hello", "x", map[string]float64{"stock": 1}, nil)}); got != nil {
		t.Errorf("means = %+v, want none", got)
	}
}
