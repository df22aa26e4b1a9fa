//go:build !linux || !cgo

package ocihooks

import (
	"context"
	"syscall"
)

// Programs for any platform can import the package. Builds that can't call the library return this error from every
// call.
//
// In Go 1.21 and later, ENOSYS is errors.ErrUnsupported.
var errUnsupported error = &Error{
	Code:    ErrSystem,
	Message: "libocihooks needs Linux and a build with cgo",
	cause:   syscall.ENOSYS,
}

// handle is never created.
type handle struct{}

// Error returns the code's number.
func (c Code) Error() string { return "libocihooks: code " + name(int(c), nil) }

// Version returns "", because no library is linked.
func Version() string { return "" }

// ReapLeftBehind returns 0, because no hook was run.
func ReapLeftBehind() int { return 0 }

// Phases returns the phases of the runtime-spec, in lifecycle order.
func Phases() []Phase {
	return []Phase{Prestart, CreateRuntime, CreateContainer, StartContainer, Poststart, Poststop}
}

// Namespace is not supported here.
func (p Phase) Namespace() (Namespace, error) { return 0, errUnsupported }

// New is not supported here.
func New() (*Hooks, error) { return nil, errUnsupported }

// Parse is not supported here.
func Parse(json []byte) (*Hooks, error) { return nil, errUnsupported }

// ParseConfig is not supported here.
func ParseConfig(json []byte) (*Hooks, error) { return nil, errUnsupported }

// ParseLibcontainer is not supported here.
func ParseLibcontainer(json []byte) (*Hooks, error) { return nil, errUnsupported }

// Read is not supported here.
func Read(document Document, flags ReadFlag, json []byte) (*Hooks, error) { return nil, errUnsupported }

// Close does nothing and returns nil.
func (h *Hooks) Close() error { return nil }

// Clone is not supported here.
func (h *Hooks) Clone() (*Hooks, error) { return nil, errUnsupported }

// Merge is not supported here.
func (h *Hooks) Merge(from *Hooks) error { return errUnsupported }

// Count returns 0.
func (h *Hooks) Count(phase Phase) int { return 0 }

// Phases returns nil.
func (h *Hooks) Phases() []Phase { return nil }

// Warnings returns nil.
func (h *Hooks) Warnings() []string { return nil }

// SetLenient is not supported here.
func (h *Hooks) SetLenient(on bool) error { return errUnsupported }

// AddCommand is not supported here.
func (h *Hooks) AddCommand(phase Phase, command Command) error { return errUnsupported }

// AddFunc is not supported here.
func (h *Hooks) AddFunc(phase Phase, function Func) error { return errUnsupported }

// UnmarshalJSON is not supported here.
func (h *Hooks) UnmarshalJSON(json []byte) error { return errUnsupported }

// MarshalJSON is not supported here.
func (h *Hooks) MarshalJSON() ([]byte, error) { return nil, errUnsupported }

// MarshalLibcontainer is not supported here.
func (h *Hooks) MarshalLibcontainer() ([]byte, error) { return nil, errUnsupported }

// Run is not supported here.
func (h *Hooks) Run(ctx context.Context, phase Phase, state any, options ...Option) (*Report, error) {
	return nil, errUnsupported
}

// Filter is not supported here.
func (h *Hooks) Filter(ctx context.Context, phase Phase, config []byte, options ...Option) (*Report, error) {
	return nil, errUnsupported
}

// AddCDIEdits is not supported here.
func (h *Hooks) AddCDIEdits(edits []byte) error { return errUnsupported }

// SetConfigHooks is not supported here.
func SetConfigHooks(config []byte, hooks *Hooks) ([]byte, error) { return nil, errUnsupported }

// Lint is not supported here.
func Lint(document Document, text []byte, options LintOptions) ([]Finding, error) {
	return nil, errUnsupported
}

// State is the state of a container.
type State struct {
	OCIVersion  string
	ID          string
	Status      string
	PID         int
	Bundle      string
	Annotations map[string]string
	Members     any
}

// MarshalJSON is not supported here.
func (s State) MarshalJSON() ([]byte, error) { return nil, errUnsupported }

// StateForPhase is not supported here.
func StateForPhase(state any, phase Phase, pid int) ([]byte, error) { return nil, errUnsupported }

// reportJSON stands in the type of a report, which no run returns here.
type reportJSON struct{}

func (*reportJSON) bytes(int) []byte { return nil }
