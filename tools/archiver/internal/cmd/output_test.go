package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Late bytes are written when they are ready, and the others are those that were given.
func TestWriteAllLate(t *testing.T) {
	data := make([]byte, 2*writeSize+100)
	for i := range data {
		data[i] = byte(i % 251)
	}
	want := bytes.Clone(data)
	copy(want, "late")
	for _, late := range []int{4, writeSize + 1, len(data)} {
		data := bytes.Clone(data)
		ready := make(chan struct{})
		go func() {
			time.Sleep(10 * time.Millisecond) // so that a write that does not wait is seen
			copy(data, "late")
			close(ready)
		}()
		name := filepath.Join(t.TempDir(), "out")
		if err := writeAll([]output{{name, data, late, ready}, {name: name + "2", data: want[:5]}}); err != nil {
			t.Fatal(err)
		}
		for file, want := range map[string][]byte{name: want, name + "2": want[:5]} {
			if have, err := os.ReadFile(file); err != nil || !bytes.Equal(have, want) {
				t.Errorf("late %d: %s: %v, %d bytes, want %d others", late, file, err, len(have), len(want))
			}
		}
	}
}
