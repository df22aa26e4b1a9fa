//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

import (
	"encoding/json"
	"runtime"
	"sync"
)

// HookFiles are hook files that were read: those of directories as engines have them (hooks.d), and those that the
// caller has in memory. docs/hooksd.md has the rules. Any goroutine may call any method at any time.
type HookFiles struct {
	mu  sync.RWMutex
	set *C.ocihooks_hooksd
}

var errFilesClosed = invalidArgument("the hook files are closed")

// NewHookFiles makes a set without files. stages are those that the caller offers besides the runtime-spec's, as
// podman's "precreate".
func NewHookFiles(stages ...string) (*HookFiles, error) {
	files := &HookFiles{}
	err := call(func(errmsg *C.char, size C.size_t) C.int { return C.ocihooks_hooksd_new(&files.set, errmsg, size) })
	if err != nil {
		return nil, err
	}
	runtime.SetFinalizer(files, (*HookFiles).Close)
	for _, stage := range stages {
		if err := files.addStage(stage); err != nil {
			files.Close()
			return nil, err
		}
	}
	return files, nil
}

// Close frees the files; whatever else is done with them gives an error. Close may be called again. It always returns
// nil.
func (f *HookFiles) Close() error {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	runtime.SetFinalizer(f, nil)
	C.ocihooks_hooksd_free(f.set)
	f.set = nil
	return nil
}

// change makes a call that changes the files.
func (f *HookFiles) change(fn func(errmsg *C.char, size C.size_t) C.int) error {
	if f == nil {
		return errFilesClosed
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.set == nil {
		return errFilesClosed
	}
	return call(fn)
}

// read makes calls that change nothing.
func (f *HookFiles) read(fn func() error) error {
	if f == nil {
		return errFilesClosed
	}
	f.mu.RLock()
	defer f.mu.RUnlock()
	if f.set == nil {
		return errFilesClosed
	}
	return fn()
}

func (f *HookFiles) addStage(stage string) error {
	name, err := cString("stage", stage)
	if err != nil {
		return err
	}
	return f.change(func(errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_hooksd_add_stage(f.set, name, errmsg, size)
	})
}

// AddDir reads the hook files of a directory. A file masks one of the same name that was read before. A missing
// directory is empty. Files that can't be used are violations, and all others are used.
func (f *HookFiles) AddDir(dir string) error {
	name, err := cString("dir", dir)
	if err != nil {
		return err
	}
	return f.change(func(errmsg *C.char, size C.size_t) C.int { return C.ocihooks_hooksd_add_dir(f.set, name, errmsg, size) })
}

// AddFile reads a hook file that the caller has in memory. Its name ends in ".json" and has no slash; else that is
// [ErrInvalidArgument].
func (f *HookFiles) AddFile(name string, content []byte) error {
	text, err := cString("name", name)
	if err != nil {
		return err
	}
	return f.change(func(errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_hooksd_add_file(f.set, text, cBytes(content), C.size_t(len(content)), errmsg, size)
	})
}

// SetStrict says whether Match fails where a file can't be used. Default: no, the other files are used.
func (f *HookFiles) SetStrict(on bool) error {
	return f.change(func(errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_hooksd_set_strict(f.set, number(on), errmsg, size)
	})
}

// SetCheckHost says whether the hooks' programs are looked for on this host. What is found is a warning, and the hook
// stays. Default: no.
func (f *HookFiles) SetCheckHost(on bool) error {
	return f.change(func(errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_hooksd_set_check_host(f.set, number(on), errmsg, size)
	})
}

// Refresh lists the directories again, and reads the files that have changed. It returns whether anything has changed.
// A file that can't be used any more keeps its last good version, with a warning.
func (f *HookFiles) Refresh() (bool, error) {
	var changed C.int
	err := f.change(func(errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_hooksd_refresh(f.set, &changed, errmsg, size)
	})
	return changed != 0, err
}

// Count returns how many files can inject a hook.
func (f *HookFiles) Count() int {
	count := 0
	f.read(func() error {
		count = int(C.ocihooks_hooksd_count(f.set))
		return nil
	})
	return count
}

// Name returns the name of a file, counted from 0 in the order of injection; empty where there is none.
func (f *HookFiles) Name(index int) string {
	return f.text(func(buf *C.char, size C.size_t) C.size_t {
		return C.ocihooks_hooksd_name(f.set, C.size_t(index), buf, size)
	})
}

// File returns the path of a file, in the same order; of one from memory its name.
func (f *HookFiles) File(index int) string {
	return f.text(func(buf *C.char, size C.size_t) C.size_t {
		return C.ocihooks_hooksd_file(f.set, C.size_t(index), buf, size)
	})
}

func (f *HookFiles) text(accessor func(buf *C.char, size C.size_t) C.size_t) string {
	var text []byte
	f.read(func() error {
		text = readText(textSize, accessor)
		return nil
	})
	return string(text)
}

// ViolationCount returns how many violations of a severity the directories and files have.
func (f *HookFiles) ViolationCount(severity Severity) int {
	count := 0
	f.read(func() error {
		count = int(C.ocihooks_hooksd_violation_count(f.set, C.int(severity)))
		return nil
	})
	return count
}

// Violation returns a violation as one line, counted from 0 within its severity; empty where there is none.
func (f *HookFiles) Violation(severity Severity, index int) string {
	return f.text(func(buf *C.char, size C.size_t) C.size_t {
		return C.ocihooks_hooksd_violation(f.set, C.int(severity), C.size_t(index), buf, size)
	})
}

// Violations returns all violations.
func (f *HookFiles) Violations() ([]Finding, error) {
	var text []byte
	err := f.read(func() error {
		text = readText(textSize, func(buf *C.char, size C.size_t) C.size_t {
			return C.ocihooks_hooksd_violations_json(f.set, buf, size)
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return findings(text)
}

func findings(text []byte) ([]Finding, error) {
	var list []Finding
	err := json.Unmarshal(text, &list)
	return list, err
}

// Match returns the hooks that the files add to a container, in the order of injection. The config's own are not among
// them: [Hooks.Merge] appends these to those. Hooks of offered stages are phases. Errors are [ErrInvalidJSON] and
// [ErrInvalidConfig] of the config, and [ErrInvalidFiles] where strict and a file can't be used.
func (f *HookFiles) Match(container Container) (*Hooks, error) {
	annotations, free, err := container.annotations()
	if err != nil {
		return nil, err
	}
	defer free()
	var hooks *Hooks
	err = f.read(func() (err error) {
		hooks, err = newHooks(func(hooks **C.ocihooks, errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_hooksd_match(f.set, cBytes(container.Config), C.size_t(len(container.Config)), annotations,
				number(container.HasBindMounts), hooks, errmsg, size)
		})
		return err
	})
	return hooks, err
}

// Explain returns what becomes of every file for a container, as JSON: docs/hooksd.md, "Asking why".
func (f *HookFiles) Explain(container Container) ([]byte, error) {
	annotations, free, err := container.annotations()
	if err != nil {
		return nil, err
	}
	defer free()
	var text []byte
	err = f.read(func() (err error) {
		text, err = readWritten(messageSize, func(buf *C.char, size C.size_t, length *C.size_t, errmsg *C.char, errmsgSize C.size_t) C.int {
			return C.ocihooks_hooksd_explain(f.set, cBytes(container.Config), C.size_t(len(container.Config)), annotations,
				number(container.HasBindMounts), buf, size, length, errmsg, errmsgSize)
		})
		return err
	})
	return text, err
}

// annotations are keys and values in turn; NULL for those of the config.
func (c Container) annotations() (list **C.char, free func(), err error) {
	if c.Annotations == nil {
		return nil, func() {}, nil
	}
	texts := make([]string, 0, 2*len(c.Annotations))
	for key, value := range c.Annotations {
		texts = append(texts, key, value)
	}
	return cList("annotations", texts)
}
