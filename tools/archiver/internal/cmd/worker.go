package cmd

// This file is the persistent worker: one process for many builds, which keeps what they
// have in common.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// workerFlag is what Bazel starts a worker with.
const workerFlag = "--persistent_worker"

// A workRequest is a message of Bazel's JSON worker protocol (worker_protocol.proto).
type workRequest struct {
	Arguments []string `json:"arguments"`
	Inputs    []struct {
		Path   string `json:"path"`
		Digest string `json:"digest"`
	} `json:"inputs"`
	RequestID int `json:"requestId"`
}

// A workResponse is the answer.
type workResponse struct {
	ExitCode  int    `json:"exitCode"`
	Output    string `json:"output"`
	RequestID int    `json:"requestId"`
}

// serve answers requests, one after the other, until in ends.
func serve(in io.Reader, out io.Writer) error {
	requests, responses := json.NewDecoder(in), json.NewEncoder(out)
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // see collector
	kept := new(cache)
	var g collector
	for {
		var q workRequest
		if err := requests.Decode(&q); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("work request: %w; want Bazel's JSON worker protocol", err)
		}
		g.busy()
		digests := make(map[string]string, len(q.Inputs))
		for _, i := range q.Inputs {
			digests[i.Path] = i.Digest
		}
		var text bytes.Buffer
		kept.begin(digests)
		status := exit(run(&env{stdout: &text, stderr: &text, cache: kept}, q.Arguments), &text)
		kept.end()
		if err := responses.Encode(workResponse{status, text.String(), q.RequestID}); err != nil {
			return err
		}
		g.idle()
	}
}

const (
	// Bazel is busy with an archive for a while after the answer: it reads it for its
	// digest, and may copy it into a cache.
	collectAfter = 2 * time.Second

	// What the next request would take is given back if it does not come soon.
	freeAfter = time.Minute
)

// A collector collects the garbage of builds, which collect none, between them.
type collector struct {
	timers []*time.Timer
	live   atomic.Uint64 // bytes after the last collection
}

// idle has collections happen unless busy is called before.
func (g *collector) idle() {
	g.timers = []*time.Timer{
		time.AfterFunc(collectAfter, func() { g.collect(runtime.GC) }),
		time.AfterFunc(freeAfter, func() { g.collect(debug.FreeOSMemory) }),
	}
}

// busy puts collections off, but not for ever.
func (g *collector) busy() {
	for _, t := range g.timers {
		t.Stop()
	}
	if heap() > 2*max(g.live.Load(), 256<<20) {
		g.collect(runtime.GC)
	}
}

func (g *collector) collect(how func()) {
	how()
	g.live.Store(heap())
}

// heap returns the size of the heap in bytes.
func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
