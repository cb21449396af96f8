// Package cmd is the archiver's command line: its verbs, flags and messages.
package cmd

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

// Exit statuses of the archiver.
const (
	exitOK    = 0
	exitBad   = 1 // bad input, a bad archive, or a file that cannot be read or written
	exitUsage = 2
)

// A usageError is a wrong command line.
type usageError struct{ msg string }

func (e *usageError) Error() string { return e.msg }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// A verb is one command of the archiver.
type verb struct {
	name  string
	args  string // what follows the flags, for the usage line
	short string // one line for the list of verbs
	long  string // for --help
	run   func(v *verb, e *env, args []string) error
}

// env is where a verb writes to.
type env struct {
	stdout, stderr io.Writer
	progress       bool   // report the stages of long work on stderr
	cache          *cache // of a worker; nil in others
}

// step reports what is being done, to people only.
func (e *env) step(format string, args ...any) {
	if e.progress {
		fmt.Fprintf(e.stderr, "archiver: "+format+"\n", args...)
	}
}

func verbs() []*verb {
	return []*verb{buildVerb, verifyVerb, dumpVerb}
}

// Main runs the archiver with the arguments after the program's name and returns
// its exit status.
func Main(args []string, stdout, stderr io.Writer) int {
	e := &env{stdout: stdout, stderr: stderr, progress: isTerminal(stderr)}
	if len(args) == 1 && args[0] == workerFlag {
		return exit(serve(os.Stdin, stdout), stderr)
	}
	return exit(run(e, args), stderr)
}

// exit returns the exit status for an error, which it prints.
func exit(err error, stderr io.Writer) int {
	var usage *usageError
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "archiver: %v\nRun 'archiver help' for usage.\n", err)
		return exitUsage
	}
	fmt.Fprintf(stderr, "archiver: %v\n", err)
	return exitBad
}

func run(e *env, args []string) error {
	args, err := expandParams(args)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		return usagef("no verb")
	}
	name, args := args[0], args[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		if len(args) == 0 {
			return help(e.stdout)
		}
		name, args = args[0], []string{"--help"}
	}
	for _, v := range verbs() {
		if v.name == name {
			return v.run(v, e, args)
		}
	}
	return usagef("unknown verb %q, want build, verify, dump or help", name)
}

func help(w io.Writer) error {
	fmt.Fprint(w, "archiver makes and inspects PyCDS archives: memory images of Python bytecode.\n\nUsage: archiver VERB [flags] [arguments]\n\nVerbs:\n")
	for _, v := range verbs() {
		fmt.Fprintf(w, "  %-7s %s\n", v.name, v.short)
	}
	_, err := fmt.Fprint(w, `  help    this text

'archiver VERB --help' shows the flags of a verb. An argument @FILE stands for
the lines of FILE, one argument a line. 'archiver --persistent_worker' speaks Bazel's
JSON worker protocol.

Exit status: 0; 1 for bad input or a bad archive; 2 for wrong usage.
`)
	return err
}

// flags returns the verb's flag set, which prints its help to stdout.
func (v *verb) flags(e *env) *flag.FlagSet {
	fs := flag.NewFlagSet(v.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {
		fmt.Fprintf(e.stdout, "Usage: archiver %s [flags]%s\n\n%s\n\nFlags:\n", v.name, v.args, v.long)
		fs.SetOutput(e.stdout)
		fs.PrintDefaults()
		fs.SetOutput(io.Discard)
	}
	return fs
}

// parse parses args and checks the number of arguments after the flags.
func (v *verb) parse(fs *flag.FlagSet, args []string, want int) error {
	// flag calls Usage for errors, too; those have a message of their own.
	usage := fs.Usage
	fs.Usage = func() {}
	err := fs.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		usage()
		return err
	}
	if err != nil {
		return usagef("%s: %v", v.name, err)
	}
	if n := fs.NArg(); n != want {
		if n > want {
			return usagef("%s: unexpected argument %q", v.name, fs.Arg(want))
		}
		return usagef("%s: want%s after the flags", v.name, v.args)
	}
	return nil
}

// list is a flag that may be given many times.
type list []string

func (l *list) String() string { return "" }

func (l *list) Set(s string) error {
	*l = append(*l, s)
	return nil
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
