//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
// #include "callback.h"
import "C"

import (
	"io"
	"os"
)

// WithStdout hands the hooks' standard output to writer as it comes, besides the report: all of it, however little the
// report keeps. It is written to on the goroutine that called Run, and a slow writer holds up the hook.
//
// A nil writer discards the stream, as os/exec has it. A writer that fails does not fail the hook: see [OutputError]. An *os.File is a writer as any other; [WithOutputFile]
// gives it to the hooks themselves.
func WithStdout(writer io.Writer) Option { return withWriter(Stdout, writer) }

// WithStderr is [WithStdout] for standard error.
func WithStderr(writer io.Writer) Option { return withWriter(Stderr, writer) }

func withWriter(stream Stream, writer io.Writer) Option {
	return func(r *runner) error {
		if writer == nil {
			r.run.writers[stream] = nil
			return r.setOutput(stream, C.OCIHOOKS_OUTPUT_DISCARD)
		}
		// Only what is captured gets here.
		if err := r.setOutput(stream, C.OCIHOOKS_OUTPUT_CAPTURE); err != nil {
			return err
		}
		r.run.writers[stream] = writer
		return r.set("output callback", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_go_set_output_callback(r.c, errmsg, size)
		})
	}
}

// WithOutputFile gives a file to the hooks as their stream. Nothing of it is in the report then, and with Stderr no last
// line of it in an error. Reading and writing do not pass through this process. The file stays the caller's; file.Fd is
// called, and the file must not be closed while the phase runs.
func WithOutputFile(stream Stream, file *os.File) Option {
	return func(r *runner) error {
		r.files = append(r.files, file)
		return r.set("output file", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_output_fd(r.c, C.int(stream), C.int(file.Fd()), errmsg, size)
		})
	}
}

// WithCapturedOutput keeps the first and the last part of a stream in the report. The default.
func WithCapturedOutput(stream Stream) Option {
	return func(r *runner) error { return r.setOutput(stream, C.OCIHOOKS_OUTPUT_CAPTURE) }
}

// WithDiscardedOutput gives the hooks /dev/null as a stream.
func WithDiscardedOutput(stream Stream) Option {
	return func(r *runner) error { return r.setOutput(stream, C.OCIHOOKS_OUTPUT_DISCARD) }
}

// WithInheritedOutput gives the hooks the caller's own stream, descriptor 1 or 2. As with [WithOutputFile], nothing of it
// is in the report.
func WithInheritedOutput(stream Stream) Option {
	return func(r *runner) error { return r.setOutput(stream, C.OCIHOOKS_OUTPUT_INHERIT) }
}

// WithOutputTee keeps a stream in the report, and writes it to a file as well. The run never waits for the file: what a full
// pipe or socket does not take at once is left out there, and a warning of the kind [WarningOutput] tells how much. The file
// stays the caller's, as with [WithOutputFile].
func WithOutputTee(stream Stream, file *os.File) Option {
	return func(r *runner) error {
		r.files = append(r.files, file)
		return r.set("output tee", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_output_tee(r.c, C.int(stream), C.int(file.Fd()), errmsg, size)
		})
	}
}

// WithMemoryOutput gives the hooks a file in memory of 1 MiB as a stream, from which the report is filled when the hook has
// ended. A process that the hook left behind may write on up to that size; more is refused with EPERM, and raises no signal.
func WithMemoryOutput(stream Stream) Option {
	return func(r *runner) error { return r.setOutput(stream, C.OCIHOOKS_OUTPUT_MEMORY) }
}

// WithCaptureLimit sets how much of each captured stream is kept, in bytes: half of it the first part, half the last.
// Default: 65536.
func WithCaptureLimit(bytes uint) Option {
	return func(r *runner) error {
		return r.set("capture limit", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_capture_limit(r.c, C.size_t(bytes), errmsg, size)
		})
	}
}

// WithPhaseCaptureLimit sets how much captured output of all hooks of a phase is kept together, in bytes. A stream gets at
// most half of what is left, and always 1024 bytes, or its own limit where that is lower. Default: 16777216.
func WithPhaseCaptureLimit(bytes uint) Option {
	return func(r *runner) error {
		return r.set("phase capture limit", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_phase_capture_limit(r.c, C.size_t(bytes), errmsg, size)
		})
	}
}

func (r *runner) setOutput(stream Stream, output C.int) error {
	return r.set("output", func(errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_runner_set_output(r.c, C.int(stream), output, errmsg, size)
	})
}
