// Launcher makes the executable of one program: the launcher's template with the
// program's configuration after it.
//
//	launcher --template FILE --config FILE [--interpreter FILE] --output FILE
//
// The output is the template's bytes; the configuration, lines key=value; its size
// as a little-endian uint64; and the 8 bytes of the trailer. config.go says which
// keys there are.
package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// trailer ends a configured launcher.
const trailer = "PYCDSLCH"

// Exit statuses.
const (
	exitOK    = 0
	exitBad   = 1
	exitUsage = 2
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	fs := flag.NewFlagSet("launcher", flag.ContinueOnError)
	fs.SetOutput(stdout)
	fs.Usage = func() {
		fmt.Fprintf(stdout, "Usage: launcher --template FILE --config FILE [--interpreter FILE] --output FILE\n\nMakes the executable of one program.\n\nFlags:\n")
		fs.PrintDefaults()
		fmt.Fprintf(stdout, "\nKeys of the configuration: %s\n", keyNames())
	}
	template := fs.String("template", "", "the launcher's executable `file`")
	conf := fs.String("config", "", "`file` of lines key=value")
	interpreter := fs.String("interpreter", "", "the Python to run, as a `file`; the key early is left out unless it is in a libpython.so")
	output := fs.String("output", "", "executable `file` to write")
	usage := func(err error) int {
		fmt.Fprintf(stderr, "launcher: %v\nRun 'launcher --help' for usage.\n", err)
		return exitUsage
	}
	help := fs.Usage
	fs.Usage = func() {}
	fs.SetOutput(io.Discard)
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		fs.SetOutput(stdout)
		help()
		return exitOK
	} else if err != nil {
		return usage(err)
	}
	switch {
	case fs.NArg() > 0:
		return usage(fmt.Errorf("unexpected argument %q", fs.Arg(0)))
	case *template == "" || *conf == "" || *output == "":
		return usage(errors.New("want --template, --config and --output"))
	}
	if err := configure(*template, *conf, *interpreter, *output); err != nil {
		fmt.Fprintf(stderr, "launcher: %v\n", err)
		return exitBad
	}
	return exitOK
}

// configure writes the executable.
func configure(template, conf, interpreter, output string) error {
	exe, err := os.ReadFile(template)
	if err != nil {
		return err
	}
	if len(exe) == 0 {
		return fmt.Errorf("%s: template is empty; want the launcher's executable", template)
	}
	if bytes.HasSuffix(exe, []byte(trailer)) {
		return fmt.Errorf("%s: template has a configuration already; want the launcher as it was built", template)
	}
	text, err := os.ReadFile(conf)
	if err != nil {
		return err
	}
	c, err := parseConfig(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", conf, err)
	}
	if !usesLibpython(interpreter) {
		delete(c, "early")
	}
	exe = append(exe, c.text()...)
	exe = binary.LittleEndian.AppendUint64(exe, uint64(len(c.text())))
	exe = append(exe, trailer...)
	if err := write(output, exe); err != nil {
		return fmt.Errorf("writing %s: %w", output, err)
	}
	return nil
}

// usesLibpython says whether the interpreter, a file, is in a libpython.so. One that
// is no ELF file, such as a script around an interpreter, may be, but nobody knows.
func usesLibpython(interpreter string) bool {
	f, err := elf.Open(interpreter)
	if err != nil {
		return false
	}
	defer f.Close()
	needed, _ := f.ImportedLibraries()
	return slices.ContainsFunc(needed, func(name string) bool {
		return strings.HasPrefix(path.Base(name), "libpython3.")
	})
}

// write replaces the file at once, so that a program is complete or absent.
func write(name string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".tmp*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Chmod(0o755); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
