// Running contenders interleaved and collecting what the kernel says of each run.

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// A sample is one run of one contender.
type sample struct {
	WallMS, CPUMS float64
	ImportMS      float64 `json:",omitempty"` // what the program itself says of its import block
	Faults        float64 // page faults, minor and major
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
	Failed  int // how many of Skipped should have worked
}

type series struct {
	Contender string
	Samples   []sample
}

// find returns the series of a contender, or nil.
func (r result) find(name string) *series {
	for i := range r.Series {
		if r.Series[i].Contender == name {
			return &r.Series[i]
		}
	}
	return nil
}

// measure warms each contender of p, leaves out those that fail, and then runs the
// others in turn for the given rounds; odd rounds go backwards, so that none always
// profits from its predecessor.
func measure(p program, rounds int, progress func(string)) (result, error) {
	r := result{Program: p.Name, Version: p.Version, Skipped: p.Skipped}
	all := p.Contenders
	p.Contenders = nil
	var want []byte
	for i, c := range all {
		progress(fmt.Sprintf("%s: warming %s", p, c.Name))
		out, err := warm(c)
		if err == nil && i > 0 && !bytes.Equal(out, want) {
			err = fmt.Errorf("%s prints %q, expected as %s: %q", c.Name, out, all[0].Name, want)
		}
		if err != nil && i == 0 {
			return r, fmt.Errorf("%s: %w", p, err)
		}
		if err != nil {
			r.Failed++
			r.Skipped = append(r.Skipped, skip{c.Name, "FAILED: " + err.Error()})
			continue
		}
		if i == 0 {
			want = out
		}
		p.Contenders = append(p.Contenders, c)
		r.Series = append(r.Series, series{Contender: c.Name})
	}
	for round := range rounds {
		progress(fmt.Sprintf("%s: round %d of %d", p, round+1, rounds))
		for i := range p.Contenders {
			if round%2 == 1 {
				i = len(p.Contenders) - 1 - i
			}
			_, s, err := runOnce(p.Contenders[i])
			if err != nil {
				return r, fmt.Errorf("%s: %w", p, err)
			}
			if round < memoryRounds {
				m, err := memoryOf(p.Contenders[i])
				if err != nil && !errors.Is(err, errNoWrite) {
					return r, fmt.Errorf("%s: %w", p, err)
				}
				s.PrivateDirtyKB, s.SharedKB = m.privateDirtyKB, m.cleanKB()
			}
			r.Series[i].Samples = append(r.Series[i].Samples, s)
		}
	}
	return r, nil
}

// warm runs a contender twice to warm caches: the first run also writes .pyc files
// where the contender does so. It returns what the program printed.
func warm(c contender) ([]byte, error) {
	if _, _, err := runOnce(c); err != nil {
		return nil, err
	}
	out, _, err := runOnce(c)
	return out, err
}

// runOnce runs a contender to its end; it returns what the program printed.
func runOnce(c contender) ([]byte, sample, error) {
	in, importTime, err := os.Pipe()
	if err != nil {
		return nil, sample{}, err
	}
	defer in.Close()
	cmd := exec.Command(c.Path, c.Args...)
	cmd.ExtraFiles = []*os.File{importTime}
	cmd.Env = c.environment("BENCH_IMPORT_FD=3") // the first of ExtraFiles
	var out, diag bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &diag
	start := time.Now()
	err = cmd.Start()
	importTime.Close()
	if err == nil {
		err = cmd.Wait()
	}
	wall := time.Since(start)
	if err != nil {
		return nil, sample{}, fmt.Errorf("%s: %s: %w\n%s", c.Name, c.Path, err, diag.Bytes())
	}
	imports, err := readImportMS(in)
	if err != nil {
		return nil, sample{}, fmt.Errorf("%s: %s: %w", c.Name, c.Path, err)
	}
	u := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return out.Bytes(), sample{
		WallMS:   wall.Seconds() * 1e3,
		CPUMS:    (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds() * 1e3,
		ImportMS: imports,
		Faults:   float64(u.Minflt + u.Majflt),
	}, nil
}

// readImportMS reads the nanoseconds that an ended program has written, 0 if none. A process
// that it left behind may hold the other end open.
func readImportMS(in *os.File) (float64, error) {
	if err := in.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
		return 0, err
	}
	text := make([]byte, 64)
	n, _ := in.Read(text)
	if n == 0 {
		return 0, nil
	}
	ns, err := strconv.ParseFloat(string(text[:n]), 64)
	if err != nil || ns <= 0 {
		return 0, fmt.Errorf("wrote %q to BENCH_IMPORT_FD, expected nanoseconds above 0", text[:n])
	}
	return ns / 1e6, nil
}
