package cmd

// This file writes outputs so that nothing half-written is left.

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// An output is a file to write.
type output struct {
	name string
	data []byte

	// The first late bytes may change until ready is closed; nil if there are none.
	late  int
	ready <-chan struct{}
}

// writeAll writes all files or, if it can, none: each is written beside its final
// place first.
func writeAll(files []output) (err error) {
	var temps []string
	defer func() {
		for _, t := range temps {
			if rm := os.Remove(t); rm != nil && !errors.Is(rm, os.ErrNotExist) && err == nil {
				err = rm
			}
		}
	}()
	for _, f := range files {
		temp, err := writeTemp(f)
		if temp != "" {
			temps = append(temps, temp)
		}
		if err != nil {
			return fmt.Errorf("writing %s: %w", f.name, err)
		}
	}
	for i, f := range files {
		if err := os.Rename(temps[i], f.name); err != nil {
			return fmt.Errorf("writing %s: %w", f.name, err)
		}
	}
	return nil
}

// writeSize is the number of bytes written at a time. For one write of all a kernel takes
// pages for the file as large as it has, which in a virtual machine can be memory that the
// host must find first: ten times slower than small ones.
const writeSize = 1 << 20

func writeTemp(f output) (name string, err error) {
	t, err := os.CreateTemp(filepath.Dir(f.name), filepath.Base(f.name)+".tmp*")
	if err != nil {
		return "", err
	}
	defer func() {
		if cerr := t.Close(); err == nil {
			err = cerr
		}
	}()
	at := int64(f.late)
	for data := range slices.Chunk(f.data[f.late:], writeSize) {
		n, err := t.WriteAt(data, at)
		if err != nil {
			return t.Name(), err
		}
		at += int64(n)
	}
	if f.ready != nil {
		<-f.ready
		if _, err := t.WriteAt(f.data[:f.late], 0); err != nil {
			return t.Name(), err
		}
	}
	return t.Name(), t.Chmod(0o644)
}
