//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

import (
	"syscall"
	"time"
)

// readReport copies the library's report. The Go report takes it over, to write it as JSON on request.
func readReport(report *C.ocihooks_report, current *run) *Report {
	read := &Report{
		Code:        Code(C.ocihooks_report_code(report)),
		Duration:    time.Duration(C.ocihooks_report_duration_ns(report)),
		OutputError: current.outputError,
		Hooks:       make([]HookReport, C.ocihooks_report_count(report)),
	}
	read.Phase = Phase(readText(textSize, func(buf *C.char, size C.size_t) C.size_t {
		return C.ocihooks_report_phase(report, buf, size)
	}))
	read.Message = string(readText(textSize, func(buf *C.char, size C.size_t) C.size_t {
		return C.ocihooks_report_message(report, buf, size)
	}))
	read.Config = readText(textSize, func(buf *C.char, size C.size_t) C.size_t {
		return C.ocihooks_report_config(report, buf, size)
	})
	read.json = newReportJSON(report)
	for i := range read.Hooks {
		read.Hooks[i] = readHook(report, C.size_t(i))
	}
	read.readWarnings(report)
	read.joinFunctionErrors(current.functionErrors)
	return read
}

func (r *Report) readWarnings(report *C.ocihooks_report) {
	for i := C.size_t(0); i < C.ocihooks_report_warning_count(report); i++ {
		r.Warnings = append(r.Warnings, Warning{
			Kind: WarningKind(C.ocihooks_report_warning_kind(report, i)),
			Hook: int(C.ocihooks_report_warning_hook(report, i)),
			Text: string(readText(textSize, func(buf *C.char, size C.size_t) C.size_t {
				return C.ocihooks_report_warning(report, i, buf, size)
			})),
		})
	}
}

// joinFunctionErrors gives each called function hook its error. The errors are in call order.
func (r *Report) joinFunctionErrors(errors []error) {
	for i := range r.Hooks {
		if r.Hooks[i].Outcome == OutcomeCallback && len(errors) > 0 {
			r.Hooks[i].Err, errors = errors[0], errors[1:]
		}
	}
}

func readHook(report *C.ocihooks_report, i C.size_t) HookReport {
	return HookReport{
		Kind:     Kind(C.ocihooks_report_hook_kind(report, i)),
		Outcome:  Outcome(C.ocihooks_report_hook_outcome(report, i)),
		ExitCode: int(C.ocihooks_report_hook_exit_code(report, i)),
		Signal:   syscall.Signal(C.ocihooks_report_hook_signal(report, i)),
		Errno:    syscall.Errno(C.ocihooks_report_hook_errno(report, i)),
		PID:      int(C.ocihooks_report_hook_pid(report, i)),
		Path: string(readText(textSize, func(buf *C.char, size C.size_t) C.size_t {
			return C.ocihooks_report_hook_path(report, i, buf, size)
		})),
		Cause: string(readText(textSize, func(buf *C.char, size C.size_t) C.size_t {
			return C.ocihooks_report_hook_message(report, i, buf, size)
		})),
		Message: string(readText(textSize, func(buf *C.char, size C.size_t) C.size_t {
			return C.ocihooks_report_hook_error(report, i, buf, size)
		})),
		Failed:     C.ocihooks_report_hook_failed(report, i) != 0,
		CoreDumped: C.ocihooks_report_hook_core_dumped(report, i) != 0,
		Duration:   time.Duration(C.ocihooks_report_hook_duration_ns(report, i)),
		UserTime:   time.Duration(C.ocihooks_report_hook_user_time_ns(report, i)),
		SystemTime: time.Duration(C.ocihooks_report_hook_system_time_ns(report, i)),
		Stdout:     readCaptured(report, i, Stdout),
		Stderr:     readCaptured(report, i, Stderr),
	}
}

func readCaptured(report *C.ocihooks_report, i C.size_t, stream Stream) Captured {
	number := C.int(stream)
	read := Captured{
		Total:     uint64(C.ocihooks_report_hook_output_bytes(report, i, number)),
		Truncated: C.ocihooks_report_hook_output_truncated(report, i, number) != 0,
	}
	if read.Total == 0 {
		return read
	}
	size := textSize // used if output was omitted, because only the library knows the kept length then
	if !read.Truncated {
		size = int(read.Total)
	}
	read.Bytes = readText(size, func(buf *C.char, size C.size_t) C.size_t {
		return C.ocihooks_report_hook_output(report, i, number, buf, size)
	})
	return read
}
