// Package parallel does independent pieces of work on all cores.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Each calls a function for every i below n, on as many cores as there are. Each
// core has a function of its own, which start returns, so that it can keep scratch
// memory. The order of the calls is not fixed: what they do must not depend on it.
func Each(n int, start func() func(i int)) {
	cores := min(runtime.GOMAXPROCS(0), n)
	if cores <= 1 {
		if n > 0 {
			do := start()
			for i := range n {
				do(i)
			}
		}
		return
	}
	var next atomic.Int64
	var done sync.WaitGroup
	for range cores {
		done.Go(func() {
			do := start()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	done.Wait()
}
