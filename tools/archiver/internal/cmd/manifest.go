package cmd

// This file writes and reads manifests: what is in an archive and what is not, as
// JSON for people and tools.

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/resolve"
)

// A manifest describes one archive. All lists are sorted: modules by name, dropped
// memos by kind and number, the others by path.
type manifest struct {
	Label    string             `json:"label"`    // target the archive belongs to
	Python   string             `json:"python"`   // version of the interpreter, "3.14.6"
	Optimize int                `json:"optimize"` // 0, 1 or 2
	Counts   manifestCounts     `json:"counts"`
	Modules  []manifestModule   `json:"modules"`
	Skipped  []manifestSkipped  `json:"skipped"`
	Shadowed []manifestShadowed `json:"shadowed"`
	Training *manifestTraining  `json:"training"` // null if the archive was built without a training
	Dropped  []manifestDropped  `json:"dropped"`
}

// manifestCounts are sizes: files, modules and memos, and bytes of the archive.
type manifestCounts struct {
	Modules    int `json:"modules"`
	Stdlib     int `json:"stdlib"` // of Modules
	Extensions int `json:"extensions"`
	Namespaces int `json:"namespaces"`
	Missing    int `json:"missing"` // names that are known not to exist
	Regexes    int `json:"regexes"`
	Sources    int `json:"sources"`
	Skipped    int `json:"skipped"`
	Shadowed   int `json:"shadowed"`
	Dropped    int `json:"dropped"`
	Bytes      int `json:"bytes"`
}

// manifestTraining is what there is to say of the training run. If it failed, the
// archive has no memos and the order of modules is that of reading the code.
type manifestTraining struct {
	Failure  string   `json:"failure"` // "" if there was none
	Warnings []string `json:"warnings"`
}

// A manifestDropped is something that the training run recorded and the archive
// does not have. Number is its index in the record's list of the kind.
type manifestDropped struct {
	Kind   string `json:"kind"` // "regex" or "source"
	Number int    `json:"number"`
	Text   string `json:"text"` // its beginning
	Reason string `json:"reason"`
}

func compareDropped(a, b manifestDropped) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Number, b.Number))
}

// A manifestModule is an archived module. Root is "runfiles" or "stdlib": what
// Path is relative to.
type manifestModule struct {
	Name string `json:"name"`
	Path string `json:"path"`
	Root string `json:"root"`
}

// A manifestSkipped is a file without code in the archive.
type manifestSkipped struct {
	Path   string `json:"path"`
	Root   string `json:"root"`
	Reason string `json:"reason"`
}

// A manifestShadowed is a file that the program cannot import as Name, because By
// is found first.
type manifestShadowed struct {
	Path string `json:"path"`
	Name string `json:"name"`
	By   string `json:"by"`
}

func newManifest(in *inputs, res *resolve.Result, memo *memos) *manifest {
	m := &manifest{
		Label:    in.opts.label,
		Python:   in.abi.Version.String(),
		Optimize: in.opts.optimize,
		Counts: manifestCounts{
			Modules: len(res.Modules), Skipped: len(res.Skipped), Shadowed: len(res.Shadowed),
			Extensions: len(res.Extensions), Namespaces: len(res.Namespaces), Missing: len(res.Missing),
			Regexes: len(memo.regexes), Sources: len(memo.sources), Dropped: len(memo.dropped),
		},
		Training: memo.training,
		Dropped:  memo.dropped,
	}
	for _, mod := range res.Modules {
		if mod.Source.Root == resolve.Stdlib {
			m.Counts.Stdlib++
		}
		m.Modules = append(m.Modules, manifestModule{mod.Name, mod.Source.Path, mod.Source.Root.String()})
	}
	slices.SortFunc(m.Modules, func(a, b manifestModule) int { return cmp.Compare(a.Name, b.Name) })
	for _, s := range res.Skipped {
		m.Skipped = append(m.Skipped, manifestSkipped{s.Path, s.Root.String(), s.Reason})
	}
	for _, s := range res.Shadowed {
		m.Shadowed = append(m.Shadowed, manifestShadowed(s))
	}
	return m
}

// encode returns the manifest as JSON with one entry of a list on one line, so
// that a diff of two manifests can be read.
func (m *manifest) encode() ([]byte, error) {
	var b bytes.Buffer
	var err error
	line := func(v any) []byte {
		var l bytes.Buffer
		e := json.NewEncoder(&l)
		e.SetEscapeHTML(false)
		if e := e.Encode(v); e != nil && err == nil {
			err = e
		}
		return bytes.TrimSuffix(l.Bytes(), []byte("\n"))
	}
	fmt.Fprintf(&b, "{\n \"label\": %s,\n \"python\": %s,\n \"optimize\": %d,\n \"counts\": %s",
		line(m.Label), line(m.Python), m.Optimize, line(m.Counts))
	writeList(&b, "modules", m.Modules, line)
	writeList(&b, "skipped", m.Skipped, line)
	writeList(&b, "shadowed", m.Shadowed, line)
	fmt.Fprintf(&b, ",\n \"training\": %s", line(m.Training))
	writeList(&b, "dropped", m.Dropped, line)
	b.WriteString("\n}\n")
	return b.Bytes(), err
}

func writeList[T any](b *bytes.Buffer, key string, items []T, line func(any) []byte) {
	fmt.Fprintf(b, ",\n %q: [", key)
	for i, v := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, "\n  %s", line(v))
	}
	b.WriteString("]")
}

func readManifest(name string) (*manifest, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	m := new(manifest)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("%s: not a manifest: %w", name, err)
	}
	return m, nil
}
