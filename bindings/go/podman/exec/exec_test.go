//go:build linux && cgo

package exec

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	osexec "os/exec"
	"testing"
	"time"

	rspec "github.com/opencontainers/runtime-spec/specs-go"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

const state = `{"ociVersion": "1.2.0", "id": "web-1", "status": "creating", "bundle": "/b"}`

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func shell(script string) *rspec.Hook {
	return &rspec.Hook{Path: "/bin/sh", Args: []string{"sh", "-c", script}}
}

func TestRun(t *testing.T) {
	var stdout, stderr bytes.Buffer
	hook := shell("cat; echo $HOME; echo err >&2")
	hookErr, err := Run(context.Background(), hook, []byte(state), &stdout, &stderr, DefaultPostKillTimeout)
	must(t, hookErr)
	must(t, err)
	if stdout.String() != state+"\n" || stderr.String() != "err\n" {
		t.Errorf("it writes %q and %q", &stdout, &stderr)
	}
}

func TestErrorsOfRun(t *testing.T) {
	hookErr, err := Run(context.Background(), shell("exit 3"), []byte(state), nil, nil, 0)
	var exited *osexec.ExitError
	if err != hookErr || err.Error() != "executing [sh -c exit 3]: exit status 3" || !errors.As(err, &exited) || exited.ExitCode() != 3 {
		t.Errorf("an exit gives %v, %v", hookErr, err)
	}
	hookErr, err = Run(context.Background(), &rspec.Hook{Path: "/does/not/exist"}, []byte(state), nil, nil, 0)
	if err != hookErr || err.Error() != "fork/exec /does/not/exist: no such file or directory" || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing program gives %v, %v", hookErr, err)
	}
	one := 1
	hook := shell("exec sleep 60")
	hook.Timeout = &one
	hookErr, err = Run(context.Background(), hook, []byte(state), nil, nil, 0)
	if err != context.DeadlineExceeded || hookErr.Error() != "executing [sh -c exec sleep 60]: signal: killed" {
		t.Errorf("a timeout gives %v, %v", hookErr, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err = Run(ctx, shell("exit 0"), []byte(state), nil, nil, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended gives %v", err)
	}
	zero := 0
	hook.Timeout = &zero
	if _, err = Run(context.Background(), hook, []byte(state), nil, nil, 0); !errors.Is(err, ocihooks.ErrInvalidHooks) {
		t.Errorf("a timeout of 0 gives %v", err)
	}
	if _, err = Run(context.Background(), shell("exit 0"), nil, nil, nil, 0); !errors.Is(err, ocihooks.ErrInvalidState) {
		t.Errorf("no state gives %v", err)
	}
}

func TestRunInADirectory(t *testing.T) {
	var stdout bytes.Buffer
	_, err := RunWithOptions(context.Background(), RunOptions{Hook: shell("pwd"), Dir: "/", State: []byte(state), Stdout: &stdout})
	must(t, err)
	if stdout.String() != "/\n" {
		t.Errorf("it runs in %q", &stdout)
	}
}

// otherText are cases in which podman's package has no error, or one of another text: each has its rule in words.
var otherText = map[string]string{
	"filter-null":         "unmarshal output from config-filter hook 0: wrote no config to stdout, but no object: null",
	"filter-empty-object": "unmarshal output from config-filter hook 0: wrote no config to stdout, but an empty object",
	"filter-no-output":    "unmarshal output from config-filter hook 0: wrote no config to stdout, but nothing",
	"filter-two-docs": "unmarshal output from config-filter hook 0: wrote no config to stdout, but no JSON at line 1, column 48: " +
		"trailing characters",
	"filter-grandchild-holds-stdout": "",
}

func TestFilterCasesOfPodman(t *testing.T) {
	content, err := os.ReadFile("../../../../tests/cases/hooksd/cases.json")
	must(t, err)
	var all struct {
		Cases []struct {
			Name, Kind  string
			FilterHooks []rspec.Hook
			Config      rspec.Spec
			Peer        []struct{ FilterError, FilterHookError string }
		}
	}
	must(t, json.Unmarshal(content, &all))
	ran := 0
	for _, given := range all.Cases {
		if given.Kind != "filter" {
			continue
		}
		ran++
		config := given.Config
		_, err := RuntimeConfigFilter(context.Background(), given.FilterHooks, &config, time.Second)
		expected, other := otherText[given.Name]
		if !other {
			expected = given.Peer[0].FilterError
		}
		if told := text(err); told != expected {
			t.Errorf("%s: %q, not %q", given.Name, told, expected)
		}
		if config.Root == nil || config.Root.Path != "rootfs" || config.Version != "1.0.0" {
			t.Errorf("%s: the config is %+v", given.Name, config)
		}
	}
	if ran != 10 {
		t.Errorf("%d cases", ran)
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
