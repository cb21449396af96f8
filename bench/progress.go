// What a long run shows meanwhile.

package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

func isTerminal(f *os.File) bool {
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}

// progress overwrites one line of a terminal and is silent elsewhere.
func progress(line string) {
	if isTerminal(os.Stderr) {
		fmt.Fprintf(os.Stderr, "\r\033[K%s", line)
	}
}

// A life says one line for each part of the work that is done.
type life struct {
	w     io.Writer
	show  bool
	total int
	done  int
	start time.Time
	now   func() time.Time // for the test
}

func newLife(w io.Writer, total int, show bool) *life {
	return &life{w: w, show: show, total: total, start: time.Now(), now: time.Now}
}

// sayDone says what is done and, from how long that took, how much longer all will take.
func (l *life) sayDone(name, result string) {
	l.done++
	if !l.show {
		return
	}
	left := l.now().Sub(l.start).Seconds() * float64(l.total-l.done) / float64(l.done)
	fmt.Fprintf(l.w, "bench: %d of %d, about %.0f s left: %s: %s\n", l.done, l.total, left, name, result)
}
