//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

// WithContainerPIDFD names the container, by a pidfd of its init or of any process in its namespaces. The hooks of
// [CreateContainer] and [StartContainer] then run in it; those of other phases are not concerned. -1, the default, is no
// container.
//
// The descriptor stays the caller's, and has to stay open while the phase runs. A namespace that can't be joined fails
// each hook with [ErrSpawn], before it is executed. The goroutine has to be locked to its thread (runtime.LockOSThread)
// where that thread's namespaces are not the process's.
func WithContainerPIDFD(fd int) Option {
	return func(r *runner) error {
		return r.set("container pidfd", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_container_pidfd(r.c, C.int(fd), errmsg, size)
		})
	}
}

// WithContainerPID is [WithContainerPIDFD] by a process id; 0, the default, is no container. It has to be that process's
// while the phase runs: of a child that was not reaped, or of a process that the caller otherwise keeps alive.
func WithContainerPID(pid int) Option {
	return func(r *runner) error {
		return r.set("container pid", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_container_pid(r.c, C.int(pid), errmsg, size)
		})
	}
}

// WithContainerNamespaces says which kinds of the container's namespaces hooks join, of those that differ from the
// caller's: syscall.CLONE_NEWNS and the like, joined by |; 0, the default, for every kind.
func WithContainerNamespaces(flags int) Option {
	return func(r *runner) error {
		return r.set("container namespaces", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_container_namespaces(r.c, C.int(flags), errmsg, size)
		})
	}
}

// WithCgroupFD sets the cgroup (version 2) that hooks start in, by a descriptor of its directory; -1, the default, for
// the caller's own. It stays the caller's, and has to stay open while the phase runs.
//
// When a hook is stopped, the whole cgroup is killed: give hooks one of their own, never one that the caller is in. What
// the kernel refuses fails each hook with [ErrSpawn].
func WithCgroupFD(fd int) Option {
	return func(r *runner) error {
		return r.set("cgroup", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_cgroup_fd(r.c, C.int(fd), errmsg, size)
		})
	}
}
