package main

import (
	"errors"
	"testing"
)

func TestParseSmaps(t *testing.T) {
	const text = `55d0c0a00000-7ffd5f5fe000 ---p 00000000 00:00 0                          [rollup]
Rss:               10488 kB
Pss:                6150 kB
Shared_Clean:       1872 kB
Shared_Dirty:          0 kB
Private_Clean:      3256 kB
Private_Dirty:      5360 kB
Locked:                0 kB
`
	got, err := parseSmaps([]byte(text))
	if want := (memory{pssKB: 6150, privateDirtyKB: 5360, privateCleanKB: 3256, sharedCleanKB: 1872}); got != want || err != nil {
		t.Errorf("parseSmaps = %+v, %v, want %+v", got, err, want)
	}
	if m, err := parseSmaps([]byte("Private_Dirty: 5360 kB\n")); err == nil {
		t.Errorf("parseSmaps of one line = %+v, want an error", m)
	}
}

func TestMemoryOf(t *testing.T) {
	m, err := memoryOf(contender{Name: "writes", Path: "/bin/pwd"})
	if err != nil || m.privateDirtyKB <= 0 || m.cleanKB() <= 0 {
		t.Errorf("memoryOf(/bin/pwd) = %+v, %v, want figures above 0", m, err)
	}
	if m, err := memoryOf(contender{Name: "silent", Path: "/bin/true"}); !errors.Is(err, errNoWrite) {
		t.Errorf("memoryOf(/bin/true) = %+v, %v, want %v", m, err, errNoWrite)
	}
}
