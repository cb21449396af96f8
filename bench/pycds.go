// PyCDS, which rules_pycds is named after: the package code-data-share of PyPI. The
// build does not fetch it; who has it unpacked in a folder gets it as a contender.

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	pycdsName = "PyCDS of PyPI"
	flatName  = "python file.py" // suite.bzl
)

// addPyCDS gives each program another contender, the file run with PyCDS, or the reason
// why not. folder is where code-data-share is; work is for its archives.
func addPyCDS(programs []program, folder, work string, progress func(string)) error {
	site := filepath.Join(work, "site")
	if err := os.Mkdir(site, 0o777); err != nil {
		return err
	}
	// What the package's pycds.pth does, which works in site-packages only.
	start := []byte("import cds; cds.init_from_env()\n")
	if err := os.WriteFile(filepath.Join(site, "sitecustomize.py"), start, 0o666); err != nil {
		return err
	}
	for i := range programs {
		p := &programs[i]
		if folder == "" {
			p.Skipped = append(p.Skipped, skip{pycdsName, "no -code_data_share"})
			continue
		}
		progress(fmt.Sprintf("%s %s: archive of %s", p.Name, p.Version, pycdsName))
		c, err := newPyCDS(*p, site, folder, filepath.Join(work, fmt.Sprint(i)))
		if err != nil {
			p.Skipped = append(p.Skipped, skip{pycdsName, err.Error()})
			continue
		}
		p.Contenders = append(p.Contenders, c)
	}
	return nil
}

// newPyCDS traces the program and dumps an archive, as the package's documentation says.
func newPyCDS(p program, site, folder, prefix string) (contender, error) {
	for _, flat := range p.Contenders {
		if flat.Name != flatName {
			continue
		}
		list, archive := prefix+".lst", prefix+".img"
		c := contender{Name: pycdsName, Path: flat.Path, Env: append(flat.Env[:len(flat.Env):len(flat.Env)], "BENCH_PATH="+site+":"+folder)}
		with := func(env ...string) contender {
			return contender{c.Name, c.Path, append(c.Env[:len(c.Env):len(c.Env)], env...)}
		}
		if err := quiet(with("PYCDSMODE=TRACE", "PYCDSLIST="+list)); err != nil {
			return c, err
		}
		if _, err := os.Stat(list); err != nil {
			return c, fmt.Errorf("traces nothing")
		}
		if err := quiet(with(fmt.Sprintf("BENCH_CODE=import cds.dump; cds.dump.run_dump(%q, %q)", list, archive))); err != nil {
			return c, err
		}
		return with("PYCDSMODE=SHARE", "PYCDSARCHIVE="+archive), nil
	}
	return contender{}, fmt.Errorf("needs the contender %q", flatName)
}

// quiet runs a preparation; an error is one line, the last that it said.
func quiet(c contender) error {
	cmd := exec.Command(c.Path)
	cmd.Env = c.environment()
	said, err := cmd.CombinedOutput()
	if err == nil && !strings.Contains(string(said), "Error in sitecustomize") {
		return nil
	}
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	if err == nil {
		return fmt.Errorf("%s", lines[min(1, len(lines)-1)])
	}
	return fmt.Errorf("%w: %s", err, lines[len(lines)-1])
}
