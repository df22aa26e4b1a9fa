//go:build linux && cgo

package ocihooks

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func descriptors(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	return len(entries)
}

// everyEnd runs phases that end in every possible way.
func everyEnd(t *testing.T) {
	hooks := shell(t, CreateRuntime, "echo ready", "exit 3")
	function := empty(t)
	must(t, function.AddFunc(Prestart, func(context.Context, Phase, []byte) error { panic("no") }))
	background := context.Background()
	done, cancelDone := context.WithCancel(background)
	cancelDone()
	after, cancelAfter := context.WithCancel(background)
	defer cancelAfter()
	during, cancel := context.WithCancel(background)
	defer cancel()
	must(t, hooks.AddCommand(Poststop, Command{Path: "/bin/true"}))
	for _, ctx := range []context.Context{background, done, after, during} {
		hooks.Run(ctx, Poststop, creating)
		hooks.Run(ctx, CreateRuntime, creating, onReady(cancel))
		hooks.Run(ctx, CreateRuntime, `{}`)
		hooks.Run(ctx, "nonsense", creating, WithStdout(os.Stdout))
		hooks.Run(ctx, CreateRuntime, creating, WithBudget(-1))
		func() {
			defer func() { recover() }()
			function.Run(ctx, Prestart, creating)
		}()
	}
	must(t, function.Close())
	must(t, hooks.Close())
}

func TestNoDescriptorsAndNoGoroutinesAreLeft(t *testing.T) {
	everyEnd(t)
	files, goroutines := descriptors(t), runtime.NumGoroutine()
	for i := 0; i < 20; i++ {
		everyEnd(t)
	}
	equal(t, "descriptors", descriptors(t), files)
	// A finished goroutine may still exist, before and after. A leak in each round would add twenty more.
	for deadline := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > goroutines; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, where there were %d", runtime.NumGoroutine(), goroutines)
		}
	}
}

// TestNoMemoryIsLeft measures the whole process, because Go does not manage the library's memory.
func TestNoMemoryIsLeft(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a few seconds")
	}
	big := `{"prestart": [{"path": "/` + strings.Repeat("x", 1<<20) + `"}]}`
	once := func() {
		hooks := parse(t, big)
		_, err := hooks.Run(context.Background(), Prestart, creating, WithEnvironment([]string{"A=" + big}))
		wants(t, err, ErrSpawn)
		if _, err := Parse([]byte(big[:len(big)-3])); err == nil {
			t.Error("no error")
		}
		must(t, hooks.Close())
	}
	for i := 0; i < 20; i++ {
		once()
	}
	before := resident(t)
	for i := 0; i < 200; i++ {
		once()
	}
	grown := resident(t) - before
	t.Logf("grew by %d MiB", grown>>20)
	if grown > 60<<20 { // a leak of 1 MB in each round would be 200 MB
		t.Errorf("the process grew by %d bytes", grown)
	}
}

func resident(t *testing.T) int {
	runtime.GC()
	content, err := os.ReadFile("/proc/self/statm")
	must(t, err)
	pages, err := strconv.Atoi(strings.Fields(string(content))[1])
	must(t, err)
	return pages * os.Getpagesize()
}

func TestOutOfDescriptors(t *testing.T) {
	hooks := shell(t, CreateRuntime, "exit 0")
	var old syscall.Rlimit
	must(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old))
	none := old
	none.Cur = 0
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	must(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none))
	_, pipeErr := hooks.Run(ctx, CreateRuntime, creating)
	_, libraryErr := hooks.Run(context.Background(), CreateRuntime, creating)
	must(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old))
	for _, err := range []error{pipeErr, libraryErr} {
		wants(t, err, ErrSystem)
		if !errors.Is(err, syscall.EMFILE) {
			t.Errorf("%v is no EMFILE", err)
		}
	}
}

func TestNothingIsLeftBehindWhereEveryHookDied(t *testing.T) {
	if count := ReapLeftBehind(); count != 0 {
		t.Errorf("%d hooks are said to be left behind", count)
	}
}
