//go:build linux && cgo

package ocihooks

import (
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestOptionsReachTheHook(t *testing.T) {
	for _, one := range []struct {
		what, script, expected string
		options                []Option
	}{
		{"cwd", "pwd", "/usr\n", []Option{WithCwd("/usr")}},
		{"the later option counts", "pwd", "/\n", []Option{WithCwd("/usr"), WithCwd("/")}},
		{"environment", "echo $A $CASE_HOST", "1\n", []Option{WithEnvironment([]string{"A=1"})}},
		{"no environment", "echo ${CASE_HOST:-none}", "none\n", []Option{WithEnvironment(nil)}},
		{"inherited", "echo $CASE_HOST $LD_CASE_HOST", "host loader\n", []Option{WithEnvironment(nil), WithInheritedEnvironment()}},
		{"without loader", "echo $CASE_HOST $LD_CASE_HOST", "host\n", []Option{WithInheritedEnvironmentWithoutLoader()}},
		{"phase variable", "echo $PHASE", "createRuntime\n", []Option{WithPhaseVariable("PHASE")}},
		{"rlimit", "ulimit -S -n; ulimit -H -n", "31\n32\n", []Option{WithRlimit(syscall.RLIMIT_NOFILE, 31, 32)}},
		{"no new privileges", "grep NoNewPrivs /proc/self/status | tr -dc 01", "1", []Option{WithNoNewPrivileges(true)}},
		{"own group", "echo $(($(cut -d' ' -f5 /proc/$$/stat) == $$))", "1\n", []Option{WithProcessGroup(ProcessGroupOwn)}},
		{"caller's group", "echo $(($(cut -d' ' -f5 /proc/$$/stat) == $$))", "0\n", []Option{WithProcessGroup(ProcessGroupCaller)}},
		{"own session", "echo $(($(cut -d' ' -f6 /proc/$$/stat) == $$))", "1\n", []Option{WithProcessGroup(ProcessGroupSession)}},
		{"dies with caller", "echo x", "x\n", []Option{WithDieWithCaller(true)}},
		{"discarded", "echo x", "", []Option{WithDiscardedOutput(Stdout)}},
		{"captured again", "echo x", "x\n", []Option{WithDiscardedOutput(Stdout), WithCapturedOutput(Stdout)}},
		{"capture limit", "echo abcdefgh", "ab\n[... 5 bytes left out ...]\nh\n", []Option{WithCaptureLimit(4)}},
		{"no container", "echo x", "x\n", []Option{WithContainerPID(0), WithContainerPIDFD(-1), WithContainerNamespaces(0)}},
		{"no cancel descriptor", "echo x", "x\n", []Option{WithCancelFD(-1)}},
		{"no cgroup", "echo x", "x\n", []Option{WithCgroupFD(-1)}},
	} {
		t.Run(one.what, func(t *testing.T) {
			equal(t, "output", writes(t, one.script, one.options...), one.expected)
		})
	}
}

func TestOptionsThatAreRefused(t *testing.T) {
	closed, err := os.Open("/dev/null")
	must(t, err)
	must(t, closed.Close())
	hooks := shell(t, CreateRuntime, "exit 0")
	for what, option := range map[string]Option{
		"nil":               nil,
		"cwd":               WithCwd("a\x00b"),
		"cwd UTF-8":         WithCwd("\xff"),
		"environment":       WithEnvironment([]string{"A=\x00"}),
		"phase variable":    WithPhaseVariable("A=B"),
		"no phase variable": WithPhaseVariable(""),
		"rlimit":            WithRlimit(syscall.RLIMIT_NOFILE, 2, 1),
		"policy":            WithFailurePolicy(99),
		"process group":     WithProcessGroup(4),
		"timeout":           WithDefaultTimeout(-1),
		"budget":            WithBudget(-time.Hour),
		"grace":             WithGrace(math.MinInt64),
		"stream":            WithDiscardedOutput(7),
		"closed file":       WithOutputFile(Stdout, closed),
		"nil file":          WithOutputFile(Stdout, nil),
		"observer":          WithObserver(nil),
		"pidfd":             WithContainerPIDFD(-2),
		"pid":               WithContainerPID(-2),
		"cgroup":            WithCgroupFD(-2),
		"cancel descriptor": WithCancelFD(-2),
	} {
		report, err := hooks.Run(context.Background(), CreateRuntime, creating, option)
		if !errors.Is(err, ErrInvalidArgument) || report != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err = hooks.Run(nil, CreateRuntime, creating) //nolint:staticcheck // this tests a nil context
	wants(t, err, ErrInvalidArgument)
}

func TestRefusalsSayWhy(t *testing.T) {
	hooks := shell(t, CreateRuntime, "exit 0")
	for expected, option := range map[string]Option{
		`cwd: invalid argument: path is not UTF-8`:                                                           WithCwd("\xff"),
		`phase variable: invalid argument: name is "A=B": a variable's name is not empty and has no '='`:     WithPhaseVariable("A=B"),
		`failure policy: invalid argument: failure_policy is 99: an ocihooks_failure_policy is 0, 1, 2 or 3`: WithFailurePolicy(99),
		`rlimit: invalid argument: soft is 2, hard is 1: a soft limit is not above the hard one`:             WithRlimit(syscall.RLIMIT_NOFILE, 2, 1),
		`output: invalid argument: stream is 7: an ocihooks_stream is 1 or 2`:                                WithDiscardedOutput(7),
		`output file: invalid argument: fd is -1: a descriptor is not negative`:                              WithOutputFile(Stdout, nil),
		`cancel descriptor: invalid argument: fd is -2: it has to be a descriptor, or -1 for none`:           WithCancelFD(-2),
		`cgroup: invalid argument: fd is -2: it has to be a descriptor, or -1 for none`:                      WithCgroupFD(-2),
		`container pidfd: invalid argument: pidfd is -2: it has to be a descriptor, or -1 for none`:          WithContainerPIDFD(-2),
		`container pid: invalid argument: pid is -2: it has to be a process id, or 0 for none`:               WithContainerPID(-2),
		`container namespaces: invalid argument: flags is 0x1: only namespaces' CLONE_NEW flags are known`:   WithContainerNamespaces(1),
	} {
		_, err := hooks.Run(context.Background(), CreateRuntime, creating, option)
		wants(t, err, ErrInvalidArgument)
		equal(t, "message", err.Error(), expected)
	}
}

func TestTimes(t *testing.T) {
	for what, option := range map[string]Option{"timeout": WithDefaultTimeout(1), "budget": WithBudget(50 * time.Millisecond)} {
		report, err := shell(t, CreateRuntime, "exec sleep 1000").Run(context.Background(), CreateRuntime, creating, option)
		if !errors.Is(err, ErrTimeout) || report.Hooks[0].Outcome != OutcomeTimedOut {
			t.Errorf("%s: %v", what, err)
		}
		wants(t, err, context.DeadlineExceeded)
	}
	_, err := shell(t, CreateRuntime, "exec sleep 1000").Run(context.Background(), CreateRuntime, creating,
		WithDefaultTimeout(time.Nanosecond))
	if !strings.HasSuffix(err.Error(), "timed out after 0.001 s") {
		t.Errorf("not rounded up to a millisecond: %v", err)
	}
}

func TestPolicies(t *testing.T) {
	for _, one := range []struct {
		policy  FailurePolicy
		phase   Phase
		goesOn  bool
		warning int
	}{
		{PolicySpec, Poststart, false, 0},
		{PolicySpec, Poststop, true, 1},
		{PolicySpecBefore13, Poststart, true, 1},
		{PolicyFailFast, Poststop, false, 0},
		{PolicyKeepGoing, Prestart, true, 1},
	} {
		state := State{OCIVersion: "1.2.0", ID: "a", PID: 1, Bundle: "/b", Status: map[Phase]string{
			Prestart: "creating", Poststart: "running", Poststop: "stopped",
		}[one.phase]}
		hooks := shell(t, one.phase, "exit 1", "exit 0")
		report, err := hooks.Run(context.Background(), one.phase, state, WithFailurePolicy(one.policy))
		equal(t, "goes well", err == nil, one.goesOn)
		equal(t, "second hook runs", report.Hooks[1].Outcome == OutcomeExited, one.goesOn)
		equal(t, "warnings", len(report.Warnings), one.warning)
	}
}

func TestContainerOptionsReachTheLibrary(t *testing.T) {
	hooks := shell(t, CreateContainer, "exit 0")
	_, err := hooks.Run(context.Background(), CreateContainer, creating, WithContainerPID(1<<22+1))
	wants(t, err, ErrSpawn)
	file, err := os.Open("/dev/null")
	must(t, err)
	defer file.Close()
	_, err = hooks.Run(context.Background(), CreateContainer, creating, WithContainerPIDFD(int(file.Fd())))
	wants(t, err, ErrSpawn)
	_, err = hooks.Run(context.Background(), CreateContainer, creating, WithContainerPID(os.Getpid()),
		WithContainerNamespaces(syscall.CLONE_NEWNS))
	must(t, err) // the default is the caller's directory
	_, err = hooks.Run(context.Background(), CreateContainer, creating, WithCgroupFD(int(file.Fd())))
	wants(t, err, ErrSpawn)
}
