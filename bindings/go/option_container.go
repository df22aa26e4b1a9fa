//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

// WithContainerPIDFD sets the container, by a pidfd of its init process or of any other process in its namespaces. The
// hooks of [CreateContainer] and [StartContainer] then run in the container's namespaces; the other phases are
// unaffected. The default is -1, no container.
//
// The caller owns the descriptor and must keep it open while the phase runs. A namespace that can't be joined fails
// each hook with [ErrSpawn] before the hook is executed. If the thread's namespaces differ from the process's, the
// goroutine must be locked to that thread (runtime.LockOSThread).
func WithContainerPIDFD(fd int) Option {
	return func(r *runner) error {
		return r.set("container pidfd", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_container_pidfd(r.c, C.int(fd), errmsg, size)
		})
	}
}

// WithContainerPID sets the container as [WithContainerPIDFD] does, but by a process ID; the default is 0, no
// container. The ID must identify the same process while the phase runs: a child that has not been reaped, or a process
// that the caller keeps alive by other means.
func WithContainerPID(pid int) Option {
	return func(r *runner) error {
		return r.set("container pid", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_container_pid(r.c, C.int(pid), errmsg, size)
		})
	}
}

// WithContainerNamespaces restricts the kinds of namespaces that hooks join, among those in which the container differs
// from the caller: syscall.CLONE_NEWNS and the like, combined with |. The default is 0, every kind.
func WithContainerNamespaces(flags int) Option {
	return func(r *runner) error {
		return r.set("container namespaces", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_container_namespaces(r.c, C.int(flags), errmsg, size)
		})
	}
}

// WithCgroupFD sets the cgroup (version 2) that hooks start in, by a descriptor of its directory. The default is -1,
// the caller's cgroup. The caller owns the descriptor and must keep it open while the phase runs.
//
// When a hook is stopped, every process of the cgroup is killed. Therefore the hooks need a separate cgroup, never one
// that contains the caller. A cgroup that the kernel rejects fails each hook with [ErrSpawn].
func WithCgroupFD(fd int) Option {
	return func(r *runner) error {
		return r.set("cgroup", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_cgroup_fd(r.c, C.int(fd), errmsg, size)
		})
	}
}
