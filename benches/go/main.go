// Go's os/exec, with the state on stdin, both outputs captured, a separate process group and a timeout.
//
// Arguments: HOOK STATE MIB HOOKS_PER_PHASE (the last is ignored). The protocol: for each line "N" on stdin, run N
// hooks and answer one line with the nanoseconds that they took.
package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

const timeout = 5 * time.Second

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 4 {
		return fmt.Errorf("arguments: HOOK STATE MIB HOOKS_PER_PHASE")
	}
	state, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	mebibytes, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	if err := touchMemory(mebibytes << 20); err != nil {
		return err
	}
	return serve(args[0], state)
}

// touchMemory maps private memory in small pages and writes to it, so that a fork has to copy its page tables.
func touchMemory(size int) error {
	if size == 0 {
		return nil
	}
	memory, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	if err != nil {
		return err
	}
	if err := syscall.Madvise(memory, syscall.MADV_NOHUGEPAGE); err != nil {
		return err
	}
	for offset := 0; offset < size; offset += os.Getpagesize() {
		memory[offset] = 1
	}
	return nil
}

// serve answers batches until stdin ends.
func serve(hook string, state []byte) error {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		count, err := strconv.Atoi(lines.Text())
		if err != nil {
			return err
		}
		begin := time.Now()
		for i := 0; i < count; i++ {
			if err := runHook(hook, state); err != nil {
				return err
			}
		}
		fmt.Println(time.Since(begin).Nanoseconds())
	}
	return lines.Err()
}

func runHook(hook string, state []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, hook)
	cmd.Stdin = bytes.NewReader(state)
	cmd.Stdout = &stdout
	cmd.Stderr = &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd.Run()
}
