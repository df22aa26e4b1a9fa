//go:build !linux || !cgo

package ocihooks

import (
	"io"
	"os"
	"time"
)

// runner is never created, because every run fails before it looks at its options.
type runner struct{}

func unsupported(*runner) error { return errUnsupported }

// WithBudget takes no effect here.
func WithBudget(limit time.Duration) Option { return unsupported }

// WithCancelFD takes no effect here.
func WithCancelFD(fd int) Option { return unsupported }

// WithCaptureLimit takes no effect here.
func WithCaptureLimit(bytes uint) Option { return unsupported }

// WithCapturedOutput takes no effect here.
func WithCapturedOutput(stream Stream) Option { return unsupported }

// WithCgroupFD takes no effect here.
func WithCgroupFD(fd int) Option { return unsupported }

// WithContainerNamespaces takes no effect here.
func WithContainerNamespaces(flags int) Option { return unsupported }

// WithContainerPID takes no effect here.
func WithContainerPID(pid int) Option { return unsupported }

// WithContainerPIDFD takes no effect here.
func WithContainerPIDFD(fd int) Option { return unsupported }

// WithCwd takes no effect here.
func WithCwd(path string) Option { return unsupported }

// WithCwdMayFail takes no effect here.
func WithCwdMayFail(on bool) Option { return unsupported }

// WithDefaultTimeout takes no effect here.
func WithDefaultTimeout(limit time.Duration) Option { return unsupported }

// WithDiscardedOutput takes no effect here.
func WithDiscardedOutput(stream Stream) Option { return unsupported }

// WithEnvironment takes no effect here.
func WithEnvironment(list []string) Option { return unsupported }

// WithFailurePolicy takes no effect here.
func WithFailurePolicy(policy FailurePolicy) Option { return unsupported }

// WithFilterLimit takes no effect here.
func WithFilterLimit(bytes uint) Option { return unsupported }

// WithFilterMayWriteNothing takes no effect here.
func WithFilterMayWriteNothing(on bool) Option { return unsupported }

// WithGrace takes no effect here.
func WithGrace(limit time.Duration) Option { return unsupported }

// WithDieWithCaller takes no effect here.
func WithDieWithCaller(on bool) Option { return unsupported }

// WithProcessGroup takes no effect here.
func WithProcessGroup(group ProcessGroup) Option { return unsupported }

// WithInheritedEnvironment takes no effect here.
func WithInheritedEnvironment() Option { return unsupported }

// WithInheritedEnvironmentWithoutLoader takes no effect here.
func WithInheritedEnvironmentWithoutLoader() Option { return unsupported }

// WithInheritedOutput takes no effect here.
func WithInheritedOutput(stream Stream) Option { return unsupported }

// WithMemoryOutput takes no effect here.
func WithMemoryOutput(stream Stream) Option { return unsupported }

// WithNoNewPrivileges takes no effect here.
func WithNoNewPrivileges(on bool) Option { return unsupported }

// WithObserver takes no effect here.
func WithObserver(observer func(Event)) Option { return unsupported }

// WithOldCalls takes no effect here.
func WithOldCalls(on bool) Option { return unsupported }

// WithOutputFile takes no effect here.
func WithOutputFile(stream Stream, file *os.File) Option { return unsupported }

// WithOutputTee takes no effect here.
func WithOutputTee(stream Stream, file *os.File) Option { return unsupported }

// WithPhaseCaptureLimit takes no effect here.
func WithPhaseCaptureLimit(bytes uint) Option { return unsupported }

// WithPhaseVariable takes no effect here.
func WithPhaseVariable(name string) Option { return unsupported }

// WithRlimit takes no effect here.
func WithRlimit(resource int, soft, hard uint64) Option { return unsupported }

// WithStateCheck takes no effect here.
func WithStateCheck(check StateCheck) Option { return unsupported }

// WithStderr takes no effect here.
func WithStderr(writer io.Writer) Option { return unsupported }

// WithStdout takes no effect here.
func WithStdout(writer io.Writer) Option { return unsupported }
