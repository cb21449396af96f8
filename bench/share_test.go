package main

import (
	"errors"
	"slices"
	"testing"
)

func TestCrowd(t *testing.T) {
	one, err := crowdOf(contender{Name: "writes", Path: "/bin/pwd"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	four, err := crowdOf(contender{Name: "writes", Path: "/bin/pwd"}, 4)
	if err != nil {
		t.Fatal(err)
	}
	if four.Processes != 4 || four.privateDirtyKB < 2*one.privateDirtyKB || four.sharedCleanKB <= 0 || four.pssKB <= 0 {
		t.Errorf("one process %+v, four %+v: want about four times as much that is private", one, four)
	}
	if m, err := crowdOf(contender{Name: "silent", Path: "/bin/true"}, 2); !errors.Is(err, errNoWrite) {
		t.Errorf("crowdOf(/bin/true) = %+v, %v, want %v", m, err, errNoWrite)
	}
}

func TestCrowdRow(t *testing.T) {
	first := crowd{"stock", 2, memory{pssKB: 8192, privateDirtyKB: 4096, sharedCleanKB: 2048}}
	ours := crowd{"py_cds_binary", 2, memory{pssKB: 4096, privateDirtyKB: 4096, sharedCleanKB: 4096}}
	if got, want := crowdRow(first, first), []string{"stock", "8.0", "4.0", "", "4.0", "2.0", "", "2.0", "1.0"}; !slices.Equal(got, want) {
		t.Errorf("row %q, want %q", got, want)
	}
	if got, want := crowdRow(first, ours), []string{"py_cds_binary", "4.0", "2.0", "2.00x", "4.0", "2.0", "1.00x", "4.0", "2.0"}; !slices.Equal(got, want) {
		t.Errorf("row %q, want %q", got, want)
	}
}
