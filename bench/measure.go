// Running contenders interleaved and collecting what the kernel says of each run.

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"time"
)

// A sample is one run of one contender.
type sample struct {
	WallMS, CPUMS float64
	Faults        float64 // page faults, minor and major
	MaxRSSKB      float64
	// Of a run apart, for the first memoryRounds samples only.
	PrivateDirtyKB float64 `json:",omitempty"`
	SharedKB       float64 `json:",omitempty"`
}

// memoryRounds is how many samples have memory: it varies little, and fewer than
// eight could not show a difference.
const memoryRounds = 9

// A result is a program's samples, one slice per contender.
type result struct {
	Program string
	Version string
	Series  []series
	Skipped []skip
}

type series struct {
	Contender string
	Samples   []sample
}

// measure runs each contender of p twice to warm caches (the first run also
// writes .pyc files where the contender does so), checks that all print the same,
// and then runs them in turn for the given rounds; odd rounds go backwards, so
// that none always profits from its predecessor.
func measure(p program, rounds int, progress func(string)) (result, error) {
	r := result{Program: p.Name, Version: p.Version, Skipped: p.Skipped}
	var want []byte
	for i, c := range p.Contenders {
		r.Series = append(r.Series, series{Contender: c.Name})
		for range 2 {
			out, _, err := runOnce(c)
			if err != nil {
				return r, fmt.Errorf("%s %s: %w", p.Name, p.Version, err)
			}
			if i == 0 {
				want = out
			} else if !bytes.Equal(out, want) {
				return r, fmt.Errorf("%s %s: %s prints %q, expected as %s: %q", p.Name, p.Version, c.Name, out, p.Contenders[0].Name, want)
			}
		}
	}
	for round := range rounds {
		progress(fmt.Sprintf("%s %s: round %d of %d", p.Name, p.Version, round+1, rounds))
		for i := range p.Contenders {
			if round%2 == 1 {
				i = len(p.Contenders) - 1 - i
			}
			_, s, err := runOnce(p.Contenders[i])
			if err != nil {
				return r, fmt.Errorf("%s %s: %w", p.Name, p.Version, err)
			}
			if round < memoryRounds {
				m, err := memoryOf(p.Contenders[i])
				if err != nil && !errors.Is(err, errNoWrite) {
					return r, fmt.Errorf("%s %s: %w", p.Name, p.Version, err)
				}
				s.PrivateDirtyKB, s.SharedKB = m.privateDirtyKB, m.sharedKB
			}
			r.Series[i].Samples = append(r.Series[i].Samples, s)
		}
	}
	return r, nil
}

var ownEnv = regexp.MustCompile("^(RUNFILES_|JAVA_RUNFILES=|PYTHON|PYCDS)")

// environment leaves out what would decide what is measured: bench's own runfiles,
// which must not be taken for the program's, and settings such as PYTHONDONTWRITEBYTECODE.
func (c contender) environment() []string {
	var env []string
	for _, e := range os.Environ() {
		if !ownEnv.MatchString(e) {
			env = append(env, e)
		}
	}
	return append(env, c.Env...)
}

func runOnce(c contender) ([]byte, sample, error) {
	cmd := exec.Command(c.Path)
	cmd.Env = c.environment()
	var out, diag bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &diag
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return nil, sample{}, fmt.Errorf("%s: %s: %w\n%s", c.Name, c.Path, err, diag.Bytes())
	}
	u := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return out.Bytes(), sample{
		WallMS:   wall.Seconds() * 1e3,
		CPUMS:    (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds() * 1e3,
		Faults:   float64(u.Minflt + u.Majflt),
		MaxRSSKB: float64(u.Maxrss),
	}, nil
}
