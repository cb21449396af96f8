// Archiver makes PyCDS archives, memory images of Python bytecode, and inspects
// them. 'archiver help' says how.
package main

import (
	"os"
	"runtime/debug"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/cmd"
)

func main() {
	// Nearly all that is allocated lives to the end, so that most collections find
	// nothing. All of it is about four times the archive.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	os.Exit(cmd.Main(os.Args[1:], os.Stdout, os.Stderr))
}
