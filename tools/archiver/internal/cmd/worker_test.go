package cmd

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ask sends requests to one worker and returns its answers.
func ask(t *testing.T, requests ...string) []workResponse {
	t.Helper()
	var out bytes.Buffer
	if err := serve(strings.NewReader(strings.Join(requests, "\n")), &out); err != nil {
		t.Fatal(err)
	}
	var answers []workResponse
	for d := json.NewDecoder(&out); d.More(); {
		var a workResponse
		if err := d.Decode(&a); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, a)
	}
	if len(answers) != len(requests) {
		t.Fatalf("%d answers to %d requests", len(answers), len(requests))
	}
	return answers
}

// request returns a request with arguments and, in pairs, names and digests of inputs, as
// Bazel writes it. In arguments and names, DIR stands for dir.
func request(t *testing.T, dir string, id int, args []string, inputs ...string) string {
	t.Helper()
	type input struct {
		Path   string `json:"path"`
		Digest string `json:"digest"`
	}
	q := struct {
		Arguments []string `json:"arguments"`
		Inputs    []input  `json:"inputs"`
		RequestID int      `json:"requestId,omitempty"`
	}{RequestID: id}
	for _, a := range args {
		q.Arguments = append(q.Arguments, strings.ReplaceAll(a, "DIR", dir))
	}
	for i := 0; i < len(inputs); i += 2 {
		q.Inputs = append(q.Inputs, input{strings.ReplaceAll(inputs[i], "DIR", dir), inputs[i+1]})
	}
	data, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// alone builds the program in dir in a process of its own, and returns the archive.
func alone(t *testing.T, dir string) string {
	t.Helper()
	if status, _, stderr := archiver(dir, buildArgs("--output=DIR/alone")...); status != 0 {
		t.Fatal(stderr)
	}
	return string(readFile(t, dir, "alone"))
}

func TestWorkerBuildsTheSame(t *testing.T) {
	dir := program(t)
	edited := writeFiles(t, map[string]string{
		"app": string(makeBundle(t, header313, source{path: "_main/app.py", imports: "lib.x os re"})),
	})
	want := alone(t, dir)
	unchanged := []string{"DIR/lib", "l", "DIR/std", "s", "DIR/abi.json", "i"}
	to := func(name string) []string { return buildArgs("--output=DIR/" + name) }
	other := func(name string) []string {
		args := to(name)
		for i := range args {
			args[i] = strings.Replace(args[i], "--bundle=DIR/app", "--bundle="+edited+"/app", 1)
		}
		return args
	}
	for i, a := range ask(t,
		request(t, dir, 0, to("one"), append(unchanged, "DIR/app", "a")...),
		request(t, dir, 7, other("two"), append(unchanged, edited+"/app", "b")...),
		request(t, dir, 0, to("three"), append(unchanged, "DIR/app", "a")...),
		request(t, dir, 0, to("four")), // no digests: nothing to know it by
		request(t, dir, 0, to("five"), append(unchanged, "DIR/app", "a")...),
	) {
		if a.ExitCode != 0 || a.Output != "" || a.RequestID != []int{0, 7, 0, 0, 0}[i] {
			t.Errorf("request %d: %+v", i, a)
		}
	}
	for _, name := range []string{"one", "three", "four", "five"} {
		if string(readFile(t, dir, name)) != want {
			t.Errorf("archive %s of the worker has other bytes", name)
		}
	}
	app := readFile(t, edited, "app")
	if err := os.WriteFile(filepath.Join(dir, "app"), app, 0o644); err != nil {
		t.Fatal(err)
	}
	if string(readFile(t, dir, "two")) != alone(t, dir) {
		t.Error("after an edit the archive of the worker has other bytes")
	}
}

func TestWorkerReadsWhatChanged(t *testing.T) {
	dir := program(t)
	bundles := func(app, lib string) []string { return []string{"DIR/app", app, "DIR/lib", lib, "DIR/std", "s"} }
	// The worker knows a bundle by its digest alone: what it does not read need not be there.
	kept := new(cache)
	send := func(inputs []string) (status int, stderr string) {
		digests := map[string]string{}
		for i := 0; i < len(inputs); i += 2 {
			digests[strings.ReplaceAll(inputs[i], "DIR", dir)] = inputs[i+1]
		}
		args := buildArgs()
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "DIR", dir)
		}
		var text bytes.Buffer
		kept.begin(digests)
		defer kept.end()
		status = exit(run(&env{stdout: &text, stderr: &text, cache: kept}, args), &text)
		return status, strings.ReplaceAll(text.String(), dir, "DIR")
	}
	if status, stderr := send(bundles("a", "l")); status != 0 {
		t.Fatal(stderr)
	}
	if err := os.Remove(filepath.Join(dir, "lib")); err != nil {
		t.Fatal(err)
	}
	if status, stderr := send(bundles("b", "l")); status != 0 {
		t.Errorf("a bundle with the same digest is read again: %s", stderr)
	}
	const want = "archiver: //app:main: open DIR/lib: no such file or directory\n"
	if status, stderr := send(bundles("b", "m")); status != 1 || stderr != want {
		t.Errorf("a bundle with another digest: status %d, %q, want %q", status, stderr, want)
	}
	// That request used what it could, and no more is kept.
	if status, stderr := send(bundles("b", "l")); status != 1 || stderr != want {
		t.Errorf("a bundle that the last request did not use is kept: status %d, %q", status, stderr)
	}
}

func TestWorkerErrors(t *testing.T) {
	dir := program(t)
	answers := ask(t,
		request(t, dir, 0, []string{"build"}),
		request(t, dir, 0, buildArgs("--main=_main/no.py")),
		request(t, dir, 0, buildArgs()),
	)
	for i, want := range []workResponse{
		{2, "archiver: build: want --abi\nRun 'archiver help' for usage.\n", 0},
		{1, "archiver: //app:main: main \"_main/no.py\" is in no bundle; have the library it belongs to compiled, or correct --main\n", 0},
		{},
	} {
		if answers[i] != want {
			t.Errorf("answer %d is %+v, want %+v", i, answers[i], want)
		}
	}
	err := serve(strings.NewReader("build\n"), new(bytes.Buffer))
	if err == nil || !strings.HasSuffix(err.Error(), "; want Bazel's JSON worker protocol") {
		t.Errorf("error is %v", err)
	}
}
