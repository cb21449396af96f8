package cmd

// This file reads parameter files, which build systems use where a command line
// would be too long.

import (
	"os"
	"strings"
)

// expandParams replaces each argument @FILE by the lines of FILE. An empty line
// is an empty argument. Lines are not expanded again.
func expandParams(args []string) ([]string, error) {
	var all []string
	for _, a := range args {
		name, ok := strings.CutPrefix(a, "@")
		if !ok {
			all = append(all, a)
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if text := strings.TrimSuffix(string(data), "\n"); text != "" {
			all = append(all, strings.Split(text, "\n")...)
		}
	}
	return all, nil
}
