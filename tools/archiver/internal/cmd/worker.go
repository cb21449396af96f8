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
	kept := new(cache)
	for {
		var q workRequest
		if err := requests.Decode(&q); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("work request: %w; want Bazel's JSON worker protocol", err)
		}
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
		// Nobody waits now; builds collect no garbage.
		runtime.GC()
	}
}
