package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAddContenders(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"code_data_share-3.14", "pex", "nuitka"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	// Stands for the program and, told so, for a tool.
	const flat = `case $BENCH_TOOL in
pex) echo no; echo no use; exit 3;;
nuitka) mkdir -p $BENCH_OUT/dist; printf '#!/bin/sh\necho %s\n' $SAY >$BENCH_OUT/dist/program; chmod +x $BENCH_OUT/dist/program;;
*) echo a;;
esac`
	const missing = "PyCDS of PyPI: traces nothing; pex: exit status 3: no use; PyInstaller: contenders.sh got no pyinstaller"
	for _, c := range []struct{ say, nuitka, folder, contenders, skipped string }{
		{"a", "^hello ", folder, "stock; python file.py; Nuitka", missing},
		{"b", "^hello ", folder, "stock; python file.py", missing + `; Nuitka: builds, but prints "b\n", expected "a\n"`},
		{"a", "", folder, "stock; python file.py", missing + "; Nuitka: not in -nuitka, since it takes minutes"},
		{"a", "", "", "stock; python file.py", "PyCDS of PyPI: no -contenders; pex: no -contenders; PyInstaller: no -contenders; Nuitka: no -contenders"},
	} {
		p := program{Name: "hello", Version: "pbs_3.14", Contenders: []contender{shell("stock", "echo a"), shell(flatName, flat).with("SAY=" + c.say)}}
		if err := addContenders(&p, options{contenders: c.folder, nuitka: c.nuitka}, t.TempDir()+"/", func(string) {}); err != nil {
			t.Fatal(err)
		}
		var contenders, skipped []string
		for _, got := range p.Contenders {
			contenders = append(contenders, got.Name)
		}
		for _, got := range p.Skipped {
			skipped = append(skipped, got.Contender+": "+got.Reason)
		}
		if got := strings.Join(contenders, "; "); got != c.contenders {
			t.Errorf("%+v: contenders %q, want %q", c, got, c.contenders)
		}
		if got := strings.Join(skipped, "; "); got != c.skipped {
			t.Errorf("%+v: skipped %q, want %q", c, got, c.skipped)
		}
	}
}

func TestCompareLimitsContenders(t *testing.T) {
	p := program{Name: "hello", Version: "pbs_3.14", Contenders: []contender{shell("stock", "echo a")}}
	if err := addContenders(&p, options{compare: "^(pex|py_cds_binary)$"}, t.TempDir()+"/", func(string) {}); err != nil {
		t.Fatal(err)
	}
	if got := p.Skipped; len(got) != 1 || got[0].Contender != "pex" {
		t.Errorf("skipped %v, want pex alone", got)
	}
}
