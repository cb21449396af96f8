package cmd

// This file keeps the bundles of a request for a worker's next one: after an edit all but
// one are the same, and to read them, to make graphs of them and to plan where these go is
// most of the work.

import (
	"sync"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/abi"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/image"
)

// A bundleKey is all that a bundle's files and their graphs depend on.
type bundleKey struct {
	name         string
	digest       string
	minor        int // of the interpreter's version
	freeThreaded bool
}

// A cache has the bundles of the last request. A nil *cache has and keeps nothing.
type cache struct {
	digests map[string]string // of the files of this request, by name

	abi       *abi.ABI // of the last request
	abiDigest string
	plans     image.Kept

	mu         sync.Mutex
	last, next map[bundleKey]*bundleFile // of the last request, of this one
}

// begin starts a request, whose input files have these digests.
func (c *cache) begin(digests map[string]string) {
	c.digests, c.next = digests, map[bundleKey]*bundleFile{}
}

// end ends it. What it did not use is forgotten, so that the cache is never larger than
// what one archive takes.
func (c *cache) end() {
	c.digests, c.last, c.next = nil, c.next, nil
}

// readABI is abi.ReadFile. It returns the same one as long as the file is the same.
func (c *cache) readABI(name string) (*abi.ABI, error) {
	if c == nil || c.digests[name] == "" {
		return abi.ReadFile(name)
	}
	if d := c.digests[name]; c.abi == nil || d != c.abiDigest {
		a, err := abi.ReadFile(name)
		if err != nil {
			return nil, err
		}
		c.abi, c.abiDigest = a, d
	}
	return c.abi, nil
}

// kept is image.Input.Kept.
func (c *cache) kept() *image.Kept {
	if c == nil {
		return nil
	}
	return &c.plans
}

// bundle returns the bundle of a key without digest, which read reads. It may be called on
// several cores at a time.
func (c *cache) bundle(k bundleKey, read func(name string) *bundleFile) *bundleFile {
	if c == nil || c.digests[k.name] == "" {
		return read(k.name)
	}
	k.digest = c.digests[k.name]
	c.mu.Lock()
	b := c.last[k]
	c.mu.Unlock()
	if b == nil {
		b = read(k.name)
	}
	if b.err == nil {
		c.mu.Lock()
		c.next[k] = b
		c.mu.Unlock()
	}
	return b
}
