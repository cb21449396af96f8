package cmd

// This file is the verb verify.

import (
	"fmt"
	"os"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/image"
)

var verifyVerb = &verb{
	name:  "verify",
	args:  " ARCHIVE",
	short: "check an archive",
	long: `Checks that every field, checksum and pointer of an archive is what build writes.
With --abi and the other flags that the archive was built with, also checks that
building it again gives the same bytes.`,
	run: runVerify,
}

func runVerify(v *verb, e *env, args []string) error {
	var o options
	var stamp string
	fs := v.flags(e)
	o.register(fs)
	fs.StringVar(&stamp, "stamp", "", "`file` to write, empty, if the archive is good")
	if err := v.parse(fs, args, 1); err != nil {
		return err
	}
	name := fs.Arg(0)
	rebuild := o.abi != "" || o.training != "" || len(o.bundles)+len(o.stdlib) > 0
	if rebuild {
		if err := o.validate(v); err != nil {
			return err
		}
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return o.wrap(err)
	}
	f, err := image.Verify(data)
	if err == nil && rebuild {
		var in *image.Input
		if in, _, err = o.input(e); err != nil {
			return o.wrap(err)
		}
		e.step("building %d modules again", len(in.Modules))
		err = f.VerifySources(*in)
	}
	if err != nil {
		return o.wrap(fmt.Errorf("%s: %w; build the archive again", name, err))
	}
	if stamp != "" {
		return o.wrap(writeAll([]output{{name: stamp}}))
	}
	return nil
}
