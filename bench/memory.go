// Memory at the end of a program's work. The program is not changed for it: its
// standard output is a full pipe, so that it stops where it first writes, which for
// a program that prints little is when the interpreter flushes at exit, with
// everything it imported and made still there.

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// errNoWrite: the program ended before it was seen to block.
var errNoWrite = errors.New("writes nothing to its standard output, at which its memory could be read")

// A memory is the sum over a program's processes, in kB.
type memory struct {
	privateDirtyKB float64
	sharedKB       float64 // pages of files, unchanged: processes share them
}

// memoryOf starts the contender and reads its memory when it blocks on writing.
func memoryOf(c contender) (memory, error) {
	in, out, err := os.Pipe()
	if err != nil {
		return memory{}, err
	}
	defer in.Close()
	if err := fill(out); err != nil {
		out.Close()
		return memory{}, err
	}
	cmd := exec.Command(c.Path)
	cmd.Env = c.environment()
	cmd.Stdout = out
	err = cmd.Start()
	out.Close()
	if err != nil {
		return memory{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			return memory{}, fmt.Errorf("%s: %s: %w", c.Name, c.Path, errors.Join(errNoWrite, err))
		case <-time.After(5 * time.Millisecond):
		}
		pids := processes(cmd.Process.Pid)
		if !anyWrites(pids) {
			continue
		}
		m, err := readMemory(pids)
		go io.Copy(io.Discard, in)
		return m, errors.Join(err, <-ended)
	}
}

// fill writes to a pipe until it takes no more, and leaves it blocking.
func fill(pipe *os.File) error {
	raw, err := pipe.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		if failed = syscall.SetNonblock(int(fd), true); failed != nil {
			return
		}
		for page := make([]byte, 4096); failed == nil; {
			_, failed = syscall.Write(int(fd), page)
		}
		if failed == syscall.EAGAIN {
			failed = syscall.SetNonblock(int(fd), false)
		}
	})
	return errors.Join(err, failed)
}

// processes lists a process and its descendants.
func processes(pid int) []int {
	pids := []int{pid}
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for _, child := range strings.Fields(string(text)) {
		if n, err := strconv.Atoi(child); err == nil {
			pids = append(pids, processes(n)...)
		}
	}
	return pids
}

// anyWrites says whether one of them is blocked in write(1, ...).
func anyWrites(pids []int) bool {
	want := fmt.Sprintf("%d 0x1 ", syscall.SYS_WRITE)
	for _, pid := range pids {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/syscall", pid))
		if err == nil && strings.HasPrefix(string(text), want) {
			return true
		}
	}
	return false
}

func readMemory(pids []int) (memory, error) {
	var sum memory
	for _, pid := range pids {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		if err != nil {
			return sum, err
		}
		m, err := parseSmaps(text)
		if err != nil {
			return sum, fmt.Errorf("smaps_rollup: %w", err)
		}
		sum.privateDirtyKB += m.privateDirtyKB
		sum.sharedKB += m.sharedKB
	}
	return sum, nil
}

// parseSmaps reads lines as "Private_Dirty:     5120 kB" (proc_pid_smaps(5)).
func parseSmaps(text []byte) (memory, error) {
	var m memory
	found := 0
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 || fields[2] != "kB" {
			continue
		}
		var to *float64
		switch fields[0] {
		case "Private_Dirty:":
			to = &m.privateDirtyKB
		case "Private_Clean:", "Shared_Clean:":
			to = &m.sharedKB
		default:
			continue
		}
		kb, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			return m, fmt.Errorf("%q: %w", lines.Text(), err)
		}
		*to += kb
		found++
	}
	if found != 3 {
		return m, fmt.Errorf("%d of the lines Private_Dirty, Private_Clean, Shared_Clean, expected 3", found)
	}
	return m, nil
}
