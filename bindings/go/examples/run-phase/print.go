package main

import (
	"bytes"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

const (
	tailLines = 5
	lineBytes = 200
)

func printReport(out io.Writer, report *ocihooks.Report) {
	plural := "s"
	if len(report.Hooks) == 1 {
		plural = ""
	}
	fmt.Fprintf(out, "%s: %d hook%s\n", report.Phase, len(report.Hooks), plural)
	for index := range report.Hooks {
		printHook(out, index, &report.Hooks[index])
	}
	for _, warning := range report.Warnings {
		fmt.Fprintf(out, "  warning: %s\n", printable([]byte(warning.Text)))
	}
}

func printHook(out io.Writer, index int, hook *ocihooks.HookReport) {
	mark, text := "ok  ", "exited 0, "+duration(hook.Duration)
	switch {
	case hook.Outcome == ocihooks.OutcomeSkipped:
		mark, text = "skip", "skipped"
	case hook.Cause != "": // every failure has a cause, and nothing else does
		mark, text = "FAIL", string(printable([]byte(hook.Cause)))+", "+duration(hook.Duration)
	}
	fmt.Fprintf(out, "  %s  #%d %s: %s\n", mark, index, printable([]byte(hook.Path)), text)
	printOutput(out, "stdout", hook.Stdout)
	printOutput(out, "stderr", hook.Stderr)
}

// printOutput prints the last lines of a hook's output.
func printOutput(out io.Writer, label string, output ocihooks.Captured) {
	if len(output.Bytes) == 0 {
		return
	}
	// A final newline ends the last line without starting another.
	lines := bytes.Split(bytes.TrimSuffix(output.Bytes, []byte("\n")), []byte("\n"))
	if len(lines) > tailLines {
		lines = lines[len(lines)-tailLines:]
		fmt.Fprintf(out, "          %s: [... the end of %d bytes:]\n", label, output.Total)
	}
	for _, line := range lines {
		fmt.Fprintf(out, "          %s: %s\n", label, shorten(line))
	}
}

// shorten truncates a long line between characters.
func shorten(line []byte) []byte {
	if len(line) <= lineBytes {
		return printable(line)
	}
	cut := lineBytes
	for cut > 0 && !utf8.RuneStart(line[cut]) {
		cut--
	}
	return append(printable(line[:cut]), "..."...)
}

// printable replaces characters that could move the terminal's cursor or ring its bell.
func printable(text []byte) []byte {
	harmless := make([]byte, len(text))
	for i, char := range text {
		if char < ' ' && char != '\t' || char == 0x7f {
			char = '?'
		}
		harmless[i] = char
	}
	return harmless
}

func duration(taken time.Duration) string {
	switch {
	case taken < time.Millisecond:
		return fmt.Sprintf("%d us", taken.Microseconds())
	case taken < time.Second:
		return fmt.Sprintf("%.2f ms", float64(taken)/1e6)
	}
	return fmt.Sprintf("%.2f s", taken.Seconds())
}
