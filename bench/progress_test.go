package main

import (
	"strings"
	"testing"
	"time"
)

func TestLife(t *testing.T) {
	var w strings.Builder
	l := newLife(&w, 4, true)
	l.now = func() time.Time { return l.start.Add(time.Duration(l.done) * 10 * time.Second) }
	l.sayDone("hello 3.14", "stock 60 ms")
	l.sayDone("flask 3.14", "stock 160 ms")
	const want = "bench: 1 of 4, about 30 s left: hello 3.14: stock 60 ms\nbench: 2 of 4, about 20 s left: flask 3.14: stock 160 ms\n"
	if w.String() != want {
		t.Errorf("said %q, want %q", w.String(), want)
	}
	silent := newLife(&w, 1, false)
	silent.sayDone("x", "y")
	if w.String() != want {
		t.Errorf("said %q, though it should not", w.String())
	}
}
