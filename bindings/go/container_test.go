//go:build linux && cgo

package ocihooks

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// TestContainer runs all six phases with the container of the process OCIHOOKS_CONTAINER_PID, whose root contains
// busybox. Each hook must be in the namespaces that the runtime-spec requires.
func TestContainer(t *testing.T) {
	pid, err := strconv.Atoi(os.Getenv("OCIHOOKS_CONTAINER_PID"))
	if err != nil {
		t.Skip("no OCIHOOKS_CONTAINER_PID")
	}
	busybox, err := exec.LookPath("busybox")
	must(t, err)
	for _, phase := range Phases() {
		path, expected := busybox, namespaces(t, "self")
		switch phase {
		case StartContainer:
			path, expected = "/bin/busybox", namespaces(t, fmt.Sprint(pid))
		case CreateContainer:
			expected = namespaces(t, fmt.Sprint(pid))
		}
		hooks := empty(t)
		for _, kind := range kinds {
			args := []string{"busybox", "readlink", "/proc/self/ns/" + kind}
			must(t, hooks.AddCommand(phase, Command{Path: path, Args: args}))
		}
		state, err := StateForPhase([]byte(creating), phase, 1)
		must(t, err)
		report, err := hooks.Run(context.Background(), phase, state, WithContainerPID(pid))
		must(t, err)
		for i, kind := range kinds {
			equal(t, string(phase)+": "+kind, strings.TrimSpace(string(report.Hooks[i].Stdout.Bytes)), expected[i])
		}
	}
}

var kinds = []string{"user", "mnt", "pid", "uts", "ipc", "net", "cgroup"}

func namespaces(t *testing.T, pid string) []string {
	var links []string
	for _, kind := range kinds {
		link, err := os.Readlink("/proc/" + pid + "/ns/" + kind)
		must(t, err)
		links = append(links, link)
	}
	return links
}
