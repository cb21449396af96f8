package main

import (
	"strings"
	"testing"
)

// shell is a contender that runs a command.
func shell(name, command string) contender {
	return contender{Name: name, Path: "/bin/sh", Args: []string{"-c", command}}
}

func TestImportTime(t *testing.T) {
	out, s, err := runOnce(shell("writes", "echo done; printf 2500000 >&$BENCH_IMPORT_FD"))
	if err != nil || s.ImportMS != 2.5 || string(out) != "done\n" {
		t.Errorf("runOnce = %q, %+v, %v, want 2.5 ms of imports and the output", out, s, err)
	}
	if _, s, err := runOnce(shell("silent", "true")); err != nil || s.ImportMS != 0 {
		t.Errorf("runOnce = %+v, %v, want no import time", s, err)
	}
	if _, s, err := runOnce(shell("wild", "echo soon >&$BENCH_IMPORT_FD")); err == nil {
		t.Errorf("runOnce = %+v, want an error: that is no number", s)
	}
	// One that has no import phase says so in its own environment.
	lazy := shell("lazy", "test -z \"$BENCH_IMPORT_FD\"").with("BENCH_IMPORT_FD=")
	if _, _, err := runOnce(lazy); err != nil {
		t.Errorf("BENCH_IMPORT_FD is not empty: %v", err)
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("PYTHONDONTWRITEBYTECODE", "1")
	t.Setenv("PYCDS", "0")
	t.Setenv("BENCH_OTHER", "1")
	env := strings.Join(contender{Env: []string{"PYCDS_RELOCATE=1"}}.environment(), "\n")
	for _, unwanted := range []string{"PYTHONDONTWRITEBYTECODE", "PYCDS=0", "BENCH_OTHER"} {
		if strings.Contains(env, unwanted) {
			t.Errorf("the environment has %s", unwanted)
		}
	}
	if !strings.HasSuffix(env, "PYCDS_RELOCATE=1") {
		t.Error("the contender's own variable is missing")
	}
}

func TestMeasure(t *testing.T) {
	p := program{Name: "p", Version: "v", Contenders: []contender{shell("stock", "echo a"), shell("other", "echo a")}}
	r, err := measure(p, 3, func(string) {})
	if err != nil || len(r.Series) != 2 || len(r.Series[0].Samples) != 3 || r.find("other") != &r.Series[1] {
		t.Fatalf("measure = %+v, %v, want two series of three samples", r, err)
	}
	if s := r.Series[1].Samples[2]; s.WallMS <= 0 || s.Faults <= 0 || s.PrivateDirtyKB <= 0 || s.SharedKB <= 0 {
		t.Errorf("sample %+v, want figures above 0", s)
	}
	p.Contenders[1] = shell("other", "echo b")
	r, err = measure(p, 3, func(string) {})
	if err != nil || r.Failed != 1 || len(r.Series) != 1 || len(r.Skipped) != 1 || !strings.Contains(r.Skipped[0].Reason, `"b\n"`) {
		t.Errorf("measure = %+v, %v, want one that failed: the contenders print different things", r, err)
	}
	p.Contenders[0] = shell("stock", "exit 3")
	if _, err := measure(p, 3, func(string) {}); err == nil {
		t.Error("measure takes a stock that fails")
	}
}
