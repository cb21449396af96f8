package main

import (
	"reflect"
	"strings"
	"testing"
)

func TestCallgrindTotal(t *testing.T) {
	const head = "# callgrind format\nversion: 1\ncmd:  python\ndesc: Trigger: Program termination\nevents: Ir\nsummary: 7\n\nfn=(1) totals: 3\n1 7\n"
	for _, c := range []struct {
		text string
		want uint64
	}{
		{head + "\ntotals: 20106465\n", 20106465},
		{head + "\ntotals: 12 34 56\n", 12},
		{head + "\ntotals: 12", 12},
	} {
		if got, err := callgrindTotal([]byte(c.text)); got != c.want || err != nil {
			t.Errorf("callgrindTotal = %d, %v, want %d", got, err, c.want)
		}
	}
	for _, bad := range []string{"", head, head + "\ntotals: \n", head + "\ntotals: many\n"} {
		if n, err := callgrindTotal([]byte(bad)); err == nil {
			t.Errorf("callgrindTotal(%q) = %d, want an error", bad, n)
		}
	}
}

var someCounts = []count{
	{"hello", "pbs_3.14", "stock", 200_000_000},
	{"hello", "pbs_3.14", "pycds", 50_000_000},
	{"flask", "pbs_3.14", "stock", 900_000_000},
}

func TestCountsFile(t *testing.T) {
	text := formatCounts(someCounts)
	if !strings.Contains(text, "hello\tpbs_3.14\tpycds\t50.0\t4.00x\n") {
		t.Errorf("formatCounts = %q, want a line for pycds with 50.0 million and 4.00x", text)
	}
	back, err := parseCounts(text)
	if err != nil || !reflect.DeepEqual(back, someCounts) {
		t.Errorf("parseCounts = %v, %v, want %v", back, err, someCounts)
	}
	for _, bad := range []string{"hello\tx\tstock\t3", "hello\tx\tstock\tmany\t1.00x", "hello\tx\tstock\t0\t1.00x"} {
		if _, err := parseCounts(bad); err == nil {
			t.Errorf("parseCounts(%q) takes it, want an error", bad)
		}
	}
}

func TestDrift(t *testing.T) {
	if diffs := drift(someCounts, someCounts[:1], 0.02); diffs != nil {
		t.Errorf("drift of equal figures: %v", diffs)
	}
	counted := []count{
		{"hello", "pbs_3.14", "stock", 203_000_000},
		{"hello", "pbs_3.14", "pycds", 55_000_000},
		{"hello", "pbs_3.14", "pex", 1},
	}
	diffs := drift(someCounts, counted, 0.02)
	if len(diffs) != 2 || !strings.Contains(diffs[0], "pycds: 55.0 million, was 50.0 (+10.0%)") || !strings.Contains(diffs[1], "pex") {
		t.Errorf("drift = %q, want pycds by +10.0%% and pex as not in the file", diffs)
	}
	if diffs := drift(someCounts, []count{{"hello", "pbs_3.14", "pycds", 40_000_000}}, 0.02); len(diffs) != 1 {
		t.Errorf("drift = %q, want to hear of fewer instructions too", diffs)
	}
}

func TestMerge(t *testing.T) {
	counted := []count{{"hello", "pbs_3.14", "stock", 1}}
	want := []count{someCounts[2], counted[0]}
	if got := merge(someCounts, counted); !reflect.DeepEqual(got, want) {
		t.Errorf("merge = %v, want %v: the counted program's old contenders gone, others kept", got, want)
	}
}
