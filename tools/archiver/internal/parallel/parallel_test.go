package parallel

import (
	"runtime"
	"sync"
	"testing"
)

func TestEach(t *testing.T) {
	for _, cores := range []int{1, 2, 8} {
		old := runtime.GOMAXPROCS(cores)
		for _, n := range []int{0, 1, 2, 7, 1000} {
			calls := make([]int, n)
			var mu sync.Mutex
			starts := 0
			Each(n, func() func(int) {
				mu.Lock()
				starts++
				mu.Unlock()
				return func(i int) { calls[i]++ }
			})
			for i, c := range calls {
				if c != 1 {
					t.Errorf("%d cores: %d of %d was called %d times", cores, i, n, c)
				}
			}
			if starts > cores || starts > n {
				t.Errorf("%d cores: started %d times for %d", cores, starts, n)
			}
		}
		runtime.GOMAXPROCS(old)
	}
}
