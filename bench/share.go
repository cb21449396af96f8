// The third mode: many processes of one program at once, and what memory they take together.

package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/tabwriter"
)

// sharers matches the contenders whose processes are compared.
var sharers = regexp.MustCompile("^py_cds_binary")

// A crowd is the memory of a contender's processes, all alive and done with their work.
type crowd struct {
	Contender string
	Processes int
	memory
}

// runShare compares, for each program, n processes of each contender.
func runShare(w io.Writer, programs []program, n int, progress func(string)) error {
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintf(w, "Memory of %d processes at once, each with its work done, in MB: of all, and for each.\n"+
		"pss counts a page that k processes have as a k-th for each. A ratio is the first contender's figure over this one's.\n\n", n)
	fmt.Fprintln(tw, "program\tcontender\tpss\teach\tratio\tprivate dirty\teach\tratio\tshared clean\teach")
	for _, p := range programs {
		var first crowd
		for i, c := range p.Contenders {
			if i > 0 && !sharers.MatchString(c.Name) {
				continue
			}
			progress(fmt.Sprintf("%s: %d processes of %s", p, n, c.Name))
			m, err := crowdOf(c, n)
			if err != nil {
				return fmt.Errorf("%s: %w", p, err)
			}
			if i == 0 {
				first = m
			}
			fmt.Fprintln(tw, p.String()+"\t"+strings.Join(crowdRow(first, m), "\t"))
		}
	}
	progress("")
	return tw.Flush()
}

// crowdRow are the cells of a table's row; first is what the ratios are taken to.
func crowdRow(first, m crowd) []string {
	cells := []string{m.Contender}
	each := 1024 * float64(m.Processes)
	add := func(kb, base float64, withRatio bool) {
		cells = append(cells, fmt.Sprintf("%.1f", kb/1024), fmt.Sprintf("%.1f", kb/each))
		switch {
		case !withRatio:
		case m.Contender == first.Contender:
			cells = append(cells, "")
		default:
			cells = append(cells, fmt.Sprintf("%.2fx", base/kb))
		}
	}
	add(m.pssKB, first.pssKB, true)
	add(m.privateDirtyKB, first.privateDirtyKB, true)
	add(m.sharedCleanKB, 0, false)
	return cells
}

// crowdOf starts n processes, waits until all have done their work, and reads their memory.
// One run before writes caches.
func crowdOf(c contender, n int) (sum crowd, err error) {
	if _, _, err := runOnce(c); err != nil {
		return sum, err
	}
	sum = crowd{Contender: c.Name, Processes: n}
	var all []*held
	defer func() {
		for _, h := range all {
			err = errors.Join(err, h.release())
		}
	}()
	for range n {
		h, err := start(c)
		if err != nil {
			return sum, err
		}
		all = append(all, h)
	}
	for _, h := range all {
		if err := h.wait(); err != nil {
			return sum, err
		}
	}
	for _, h := range all {
		m, err := h.memory()
		if err != nil {
			return sum, fmt.Errorf("%s: %w", c.Name, err)
		}
		sum.add(m)
	}
	return sum, nil
}
