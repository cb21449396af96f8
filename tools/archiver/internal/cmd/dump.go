package cmd

// This file is the verb dump.

import (
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/image"
)

var dumpVerb = &verb{
	name:  "dump",
	args:  " ARCHIVE",
	short: "print what is in an archive",
	long: `Prints an archive's header, sections and modules. With --manifest also prints
which files are not in the archive, and why.`,
	run: runDump,
}

func runDump(v *verb, e *env, args []string) error {
	var o image.DumpOptions
	var list string
	fs := v.flags(e)
	fs.StringVar(&list, "manifest", "", "JSON `file` that build wrote with the archive")
	fs.BoolVar(&o.Slots, "slots", false, "print the slots of bind and reloc blocks")
	fs.BoolVar(&o.Strings, "strings", false, "print symbols and interned strings")
	if err := v.parse(fs, args, 1); err != nil {
		return err
	}
	name := fs.Arg(0)
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	f, err := image.Open(data)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := f.Dump(e.stdout, o); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if list == "" {
		return nil
	}
	m, err := readManifest(list)
	if err != nil {
		return err
	}
	return m.dump(e)
}

// dump prints what is not in the archive.
func (m *manifest) dump(e *env) error {
	w := tabwriter.NewWriter(e.stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintf(w, "\nskipped %d files\n", len(m.Skipped))
	for _, s := range m.Skipped {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", s.Root, s.Path, s.Reason)
	}
	fmt.Fprintf(w, "\nshadowed %d files\n", len(m.Shadowed))
	for _, s := range m.Shadowed {
		fmt.Fprintf(w, "  %s\tas %s\tby %s\n", s.Path, s.Name, s.By)
	}
	if m.Training != nil {
		fmt.Fprintf(w, "\ntraining\n")
		if m.Training.Failure != "" {
			fmt.Fprintf(w, "  failed: %s\n", m.Training.Failure)
		}
		for _, s := range m.Training.Warnings {
			fmt.Fprintf(w, "  warning: %s\n", s)
		}
		fmt.Fprintf(w, "\ndropped %d memos\n", len(m.Dropped))
		for _, d := range m.Dropped {
			fmt.Fprintf(w, "  %s\t%d\t%q\t%s\n", d.Kind, d.Number, d.Text, d.Reason)
		}
	}
	return w.Flush()
}
