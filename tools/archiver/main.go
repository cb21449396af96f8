// Archiver makes PyCDS archives, memory images of Python bytecode, and inspects
// them. 'archiver help' says how.
package main

import (
	"os"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/cmd"
)

func main() {
	os.Exit(cmd.Main(os.Args[1:], os.Stdout, os.Stderr))
}
