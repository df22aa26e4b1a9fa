// run-phase CONFIG.json PHASE STATE.json
//
// Runs the hooks of one phase of an OCI runtime configuration, as a container runtime would, and prints what happened,
// hook by hook. A file named "-" is stdin.
//
// Exit status: 0 if the phase succeeded, 1 if it failed or a file could not be read, 2 for wrong usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: run-phase CONFIG.json PHASE STATE.json   (- for STATE.json: stdin)")
		os.Exit(2)
	}
	if err := runPhase(os.Args[1], ocihooks.Phase(os.Args[2]), os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func runPhase(configPath string, phase ocihooks.Phase, statePath string) error {
	config, err := readFile(configPath)
	if err != nil {
		return err
	}
	state, err := readFile(statePath)
	if err != nil {
		return err
	}
	hooks, err := ocihooks.ParseConfig(config)
	if err != nil {
		return fmt.Errorf("run-phase: %s: %w", configPath, err)
	}
	defer hooks.Close()

	// A failure has a report as well, unless the phase never began: invalid state, unknown phase.
	report, err := hooks.Run(context.Background(), phase, state)
	if report != nil {
		printReport(os.Stdout, report)
	}
	if err == nil {
		fmt.Printf("ok, %s\n", duration(report.Duration))
	}
	return err
}

// readFile reads a file; "-" is stdin.
func readFile(path string) ([]byte, error) {
	file, name := os.Stdin, "stdin"
	if path != "-" {
		opened, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("run-phase: cannot open %s: %s", path, reason(err))
		}
		defer opened.Close()
		file, name = opened, path
	}
	content, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("run-phase: cannot read %s: %s", name, reason(err))
	}
	return content, nil
}

// reason returns the errno's text with a capital first letter, as in C.
func reason(err error) string {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return err.Error()
	}
	text := []byte(errno.Error())
	text[0] -= 'a' - 'A'
	return string(text)
}
