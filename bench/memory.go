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

// A memory is the sum over processes, in kB, of lines of smaps_rollup.
type memory struct {
	pssKB          float64 // each page divided by how many processes have it
	privateDirtyKB float64
	privateCleanKB float64
	sharedCleanKB  float64
}

func (m *memory) add(n memory) {
	m.pssKB += n.pssKB
	m.privateDirtyKB += n.privateDirtyKB
	m.privateCleanKB += n.privateCleanKB
	m.sharedCleanKB += n.sharedCleanKB
}

// cleanKB is pages of files, unchanged, which another process of the program would share.
func (m memory) cleanKB() float64 { return m.privateCleanKB + m.sharedCleanKB }

// memoryOf starts the contender and reads its memory when it blocks on writing.
func memoryOf(c contender) (memory, error) {
	h, err := start(c)
	if err != nil {
		return memory{}, err
	}
	if err := h.wait(); err != nil {
		return memory{}, errors.Join(err, h.release())
	}
	m, err := h.memory()
	return m, errors.Join(err, h.release())
}

// A held is a program that cannot write to its standard output.
type held struct {
	contender contender
	process   *os.Process
	in        *os.File   // the pipe's other end
	ended     chan error // what Wait returns
}

// start starts a contender with its standard output a full pipe. The caller releases it.
func start(c contender) (*held, error) {
	in, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer out.Close()
	if err := fill(out); err != nil {
		in.Close()
		return nil, err
	}
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Env = c.environment()
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		in.Close()
		return nil, err
	}
	h := &held{c, cmd.Process, in, make(chan error, 1)}
	go func() {
		h.ended <- cmd.Wait()
		close(h.ended)
	}()
	return h, nil
}

// wait returns when the program is blocked; errNoWrite if it ended before.
func (h *held) wait() error {
	for !anyWrites(processes(h.process.Pid)) {
		select {
		case err := <-h.ended:
			return fmt.Errorf("%s: %s: %w", h.contender.Name, h.contender.Path, errors.Join(errNoWrite, err))
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

func (h *held) memory() (memory, error) { return readMemory(processes(h.process.Pid)) }

// release lets the program go on, and returns how it ended.
func (h *held) release() error {
	go func() {
		io.Copy(io.Discard, h.in)
		h.in.Close()
	}()
	return <-h.ended
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
		sum.add(m)
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
		case "Pss:":
			to = &m.pssKB
		case "Private_Dirty:":
			to = &m.privateDirtyKB
		case "Private_Clean:":
			to = &m.privateCleanKB
		case "Shared_Clean:":
			to = &m.sharedCleanKB
		default:
			continue
		}
		kb, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			return m, fmt.Errorf("%q: %w", lines.Text(), err)
		}
		*to = kb
		found++
	}
	if found != 4 {
		return m, fmt.Errorf("%d of the lines Pss, Private_Dirty, Private_Clean, Shared_Clean, expected 4", found)
	}
	return m, nil
}
