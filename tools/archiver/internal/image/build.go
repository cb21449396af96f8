// This file makes an archive out of modules.

package image

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/abi"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/layout"
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/parallel"
)

// Input is what an archive is made of. Nothing but it decides the archive's bytes, and of
// it not Kept.
type Input struct {
	ABI      *abi.ABI
	Optimize int      // sys.flags.optimize the modules are compiled for
	Modules  []Module // in the order their objects shall have: that of import, where known
	Main     string   // name of the module that the program's main file is, "" if it is none
	Regexes  []Regex  // each pattern with its flags once
	Sources  []Source // each text with its filename, mode and flags once

	// Kept, if it is not nil, has what earlier builds have left, and gets what this one
	// leaves.
	Kept *Kept
}

// Module is one module of an archive, or what else is known of a name.
type Module struct {
	Name    string // dotted
	Kind    uint32 // ModuleSource...
	Package bool   // only of kind ModuleSource
	Hot     bool   // the program imports it as it starts; affects no more than where objects lie
	Root    uint32 // RootRunfiles or RootStdlib
	Path    string // '/'-separated, relative to the root; see loader/format.h for each kind
	Graph   *graph.Module

	// Written are functions' code objects of Graph that the program's imports write to. Like
	// Hot, on which it depends, it affects no more than where objects lie.
	Written map[*graph.Node]bool
}

// hasObjects reports whether modules of a kind have code.
func hasObjects(kind uint32) bool { return kind == ModuleSource || hasFullPath(kind) }

// hasFullPath reports whether the path of modules of a kind is co_filename as it is.
func hasFullPath(kind uint32) bool { return kind == ModuleGenerated || kind == ModuleFrozen }

// The base is near one of baseSlots multiples of a huge page's size from baseMin on:
// where no kernel puts a mapping that was not asked for there, below what valgrind and
// other instruments take. It is where the hot part can be in huge pages.
const (
	baseMin   = 0x0800_0000_0000
	baseSlots = 0x0200_0000_0000 / HugePageSize
)

// maxFileSize is what offsets of 32 bits reach.
const maxFileSize = 1<<32 - PageSize

// firstCodeVersion is the co_version of the first code object. The interpreter
// counts from 1 up and does not come near.
const firstCodeVersion = 0x40000000

// Build returns the bytes of an archive. Its errors name the module.
func Build(in Input) ([]byte, error) {
	data, seal, err := BuildUnsealed(in)
	if err != nil {
		return nil, err
	}
	seal()
	return data, nil
}

// SealSize is the number of bytes at the start of an archive that its seal writes.
const SealSize = prefixSize

// BuildUnsealed is Build, but the first SealSize bytes are complete only when seal has
// returned. It reads all others, once, so that they can be written to a file meanwhile.
func BuildUnsealed(in Input) (data []byte, seal func(), err error) {
	a := in.ABI
	l, err := layout.For(a.Version.Minor, a.Version.Micro)
	if err != nil {
		return nil, nil, err
	}
	if err := check(&in, l); err != nil {
		return nil, nil, err
	}
	kept := in.Kept.take(a)
	p, err := plan(in.Modules, a, l, &kept)
	if err != nil {
		return nil, nil, err
	}
	w := writer{planner: p, codeOrder: codeOrder(l)}
	w.memoBlocks(&in)
	if err := w.begin(&in); err != nil {
		return nil, nil, err
	}
	w.internedStrings()
	parallel.Each(len(p.modules), func() func(int) {
		mw := newModuleWriter(&w)
		return func(i int) { w.entries[i] = mw.module(p.modules[i]) }
	})
	w.head(&in)
	in.Kept.keep(kept, p)
	buf, headSize := w.buf, w.headSize
	return buf, func() { writePrefix(buf, headSize) }, nil
}

func check(in *Input, l *layout.Layout) error {
	a := in.ABI
	if a.FreeThreaded() || a.Debug() {
		return fmt.Errorf("interpreter %s has abi_flags %q, want none: no object layout is known for free-threaded and debug builds; use the default build",
			a.Version, a.AbiFlags)
	}
	if int64(a.SmallIntMin) != l.SmallIntMin || int64(a.SmallIntMax) != l.SmallIntMax {
		return fmt.Errorf("interpreter %s has small ints %d to %d, want %d to %d: package layout does not know this build",
			a.Version, a.SmallIntMin, a.SmallIntMax, l.SmallIntMin, l.SmallIntMax)
	}
	seen := make(map[string]bool, len(in.Modules))
	for i := range in.Modules {
		m := &in.Modules[i]
		if seen[m.Name] {
			return fmt.Errorf("module %s is given twice", m.Name)
		}
		seen[m.Name] = true
		if err := checkModule(m.Kind, m.Package, m.Root, m.Name, m.Path); err != nil {
			return err
		}
		switch {
		case (m.Graph != nil) != hasObjects(m.Kind):
			return fmt.Errorf("module %s: kind %d with code: %t", m.Name, m.Kind, m.Graph != nil)
		case m.Graph != nil && int(m.Graph.Version) != l.Minor:
			return fmt.Errorf("module %s: bytecode of CPython %v, interpreter is %s; compile with the interpreter", m.Name, m.Graph.Version, a.Version)
		}
	}
	if in.Main != "" && !seen[in.Main] {
		return fmt.Errorf("main module %s is not among the modules", in.Main)
	}
	return checkMemos(in)
}

// checkModule says what is wrong with what the table of modules has of a module.
func checkModule(kind uint32, ispkg bool, root uint32, name, path string) error {
	if !isText(name) || !isText(path) && path != "" {
		return fmt.Errorf("module %q with path %q: want UTF-8 without NUL, the name not empty", name, path)
	}
	switch {
	case kind < ModuleSource || kind > ModuleFrozen:
		return fmt.Errorf("module %s: unknown kind %d", name, kind)
	case root != RootRunfiles && root != RootStdlib:
		return fmt.Errorf("module %s: unknown root %d", name, root)
	case root != RootRunfiles && kind != ModuleSource && kind != ModuleExtension:
		return fmt.Errorf("module %s: kind %d with root %d, want 0", name, kind, root)
	case ispkg && kind != ModuleSource:
		return fmt.Errorf("module %s: kind %d is marked as a package, want only kind 1 to be", name, kind)
	case (path == "") != (kind == ModuleMissing) && kind != ModuleGenerated:
		return fmt.Errorf("module %s: kind %d with path %q, want one unless the kind is %d", name, kind, path, ModuleMissing)
	}
	return nil
}

// isText reports whether a name or path can be in the table of names.
func isText(s string) bool {
	return s != "" && utf8.ValidString(s) && !strings.Contains(s, "\x00")
}
