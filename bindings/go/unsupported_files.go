//go:build !linux || !cgo

package ocihooks

// HookFiles are hook files that were read: none here.
type HookFiles struct {
	_ struct{} // as with cgo, it has fields that are not exported
}

// NewHookFiles is not supported here.
func NewHookFiles(stages ...string) (*HookFiles, error) { return nil, errUnsupported }

// Close does nothing, and returns nil.
func (f *HookFiles) Close() error { return nil }

// AddDir is not supported here.
func (f *HookFiles) AddDir(dir string) error { return errUnsupported }

// AddFile is not supported here.
func (f *HookFiles) AddFile(name string, content []byte) error { return errUnsupported }

// SetStrict is not supported here.
func (f *HookFiles) SetStrict(on bool) error { return errUnsupported }

// SetCheckHost is not supported here.
func (f *HookFiles) SetCheckHost(on bool) error { return errUnsupported }

// Refresh is not supported here.
func (f *HookFiles) Refresh() (bool, error) { return false, errUnsupported }

// Count returns 0.
func (f *HookFiles) Count() int { return 0 }

// Name returns an empty string.
func (f *HookFiles) Name(index int) string { return "" }

// File returns an empty string.
func (f *HookFiles) File(index int) string { return "" }

// ViolationCount returns 0.
func (f *HookFiles) ViolationCount(severity Severity) int { return 0 }

// Violation returns an empty string.
func (f *HookFiles) Violation(severity Severity, index int) string { return "" }

// Violations is not supported here.
func (f *HookFiles) Violations() ([]Finding, error) { return nil, errUnsupported }

// Match is not supported here.
func (f *HookFiles) Match(container Container) (*Hooks, error) { return nil, errUnsupported }

// Explain is not supported here.
func (f *HookFiles) Explain(container Container) ([]byte, error) { return nil, errUnsupported }
