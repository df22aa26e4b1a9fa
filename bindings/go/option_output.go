//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
// #include "callback.h"
import "C"

import (
	"io"
	"os"
)

// WithStdout passes the hooks' standard output to writer as it arrives, in addition to the report. The writer receives
// all output, however little of it the report keeps. It is called on the goroutine that called Run, and a slow writer
// delays the hook.
//
// A nil writer discards the stream, as in os/exec. A writer that fails does not fail the hook: see [OutputError]. An
// *os.File is treated as any other writer; [WithOutputFile] passes it to the hooks themselves.
func WithStdout(writer io.Writer) Option { return withWriter(Stdout, writer) }

// WithStderr is [WithStdout] for standard error.
func WithStderr(writer io.Writer) Option { return withWriter(Stderr, writer) }

func withWriter(stream Stream, writer io.Writer) Option {
	return func(r *runner) error {
		if writer == nil {
			r.run.writers[stream] = nil
			return r.setOutput(stream, C.OCIHOOKS_OUTPUT_DISCARD)
		}
		// Only captured output reaches the callback.
		if err := r.setOutput(stream, C.OCIHOOKS_OUTPUT_CAPTURE); err != nil {
			return err
		}
		r.run.writers[stream] = writer
		return r.set("output callback", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_go_set_output_callback(r.c, errmsg, size)
		})
	}
}

// WithOutputFile passes a file to the hooks as their stream. The output does not pass through this process: the report
// has none of it, and with Stderr an error lacks its last line. The caller owns the file and must keep it open while
// the phase runs. The option calls file.Fd.
func WithOutputFile(stream Stream, file *os.File) Option {
	return func(r *runner) error {
		r.files = append(r.files, file)
		return r.set("output file", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_output_fd(r.c, C.int(stream), C.int(file.Fd()), errmsg, size)
		})
	}
}

// WithCapturedOutput keeps the first and the last part of a stream in the report. This is the default.
func WithCapturedOutput(stream Stream) Option {
	return func(r *runner) error { return r.setOutput(stream, C.OCIHOOKS_OUTPUT_CAPTURE) }
}

// WithDiscardedOutput sends a stream of the hooks to /dev/null.
func WithDiscardedOutput(stream Stream) Option {
	return func(r *runner) error { return r.setOutput(stream, C.OCIHOOKS_OUTPUT_DISCARD) }
}

// WithInheritedOutput passes the caller's descriptor 1 or 2 to the hooks. The report has none of the output, as with
// [WithOutputFile].
func WithInheritedOutput(stream Stream) Option {
	return func(r *runner) error { return r.setOutput(stream, C.OCIHOOKS_OUTPUT_INHERIT) }
}

// WithOutputTee keeps a stream in the report and also writes it to a file. The run never waits for the file: bytes that a
// full pipe or socket does not take at once are omitted there, and a warning of the kind [WarningOutput] counts them. The
// caller owns the file, as with [WithOutputFile].
func WithOutputTee(stream Stream, file *os.File) Option {
	return func(r *runner) error {
		r.files = append(r.files, file)
		return r.set("output tee", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_output_tee(r.c, C.int(stream), C.int(file.Fd()), errmsg, size)
		})
	}
}

// WithMemoryOutput gives the hooks a file in memory of 1 MiB as a stream. The report reads it when the hook has ended. A
// process that the hook left behind may write up to that size; further writes fail with EPERM and raise no signal.
func WithMemoryOutput(stream Stream) Option {
	return func(r *runner) error { return r.setOutput(stream, C.OCIHOOKS_OUTPUT_MEMORY) }
}

// WithCaptureLimit sets how many bytes of each captured stream the report keeps: half for the first part of the output,
// half for the last. Default: 65536.
func WithCaptureLimit(bytes uint) Option {
	return func(r *runner) error {
		return r.set("capture limit", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_capture_limit(r.c, C.size_t(bytes), errmsg, size)
		})
	}
}

// WithPhaseCaptureLimit sets how many bytes of captured output the report keeps for all hooks of a phase together. A
// stream may use at most half of the remaining bytes. It may always use 1024 bytes, or its own limit if that is lower.
// Default: 16777216.
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
