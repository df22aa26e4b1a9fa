//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

// WithCwd sets the working directory of the hooks. The default, "", is the caller's. A directory that can't be entered
// fails each hook with [ErrSpawn].
func WithCwd(path string) Option {
	return func(r *runner) error {
		if path == "" {
			return r.set("cwd", func(errmsg *C.char, size C.size_t) C.int {
				return C.ocihooks_runner_set_cwd(r.c, nil, errmsg, size)
			})
		}
		return r.setText("cwd", path, func(path, errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_cwd(r.c, path, errmsg, size)
		})
	}
}

// WithCwdMayFail sets whether hooks run in the caller's working directory if theirs can't be entered for lack of
// permission. Default: no.
func WithCwdMayFail(on bool) Option {
	return func(r *runner) error {
		return r.set("cwd may fail", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_cwd_may_fail(r.c, number(on), errmsg, size)
		})
	}
}

// WithEnvironment sets the complete environment of hooks that specify none: "KEY=value" entries, passed on unchanged.
// An empty or nil list is an empty environment.
func WithEnvironment(list []string) Option {
	return func(r *runner) error {
		texts, free, err := cList("environment", list)
		if err != nil {
			return err
		}
		defer free()
		return r.set("environment", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_environment(r.c, C.OCIHOOKS_ENVIRONMENT_LIST, texts, errmsg, size)
		})
	}
}

// WithInheritedEnvironment gives the caller's environment to hooks that specify none. This is the default.
func WithInheritedEnvironment() Option {
	return func(r *runner) error {
		return r.set("environment", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_environment(r.c, C.OCIHOOKS_ENVIRONMENT_INHERIT, nil, errmsg, size)
		})
	}
}

// WithInheritedEnvironmentWithoutLoader is [WithInheritedEnvironment] without the variables of the dynamic loader, LD_*
// (see CVE-2025-23266).
func WithInheritedEnvironmentWithoutLoader() Option {
	return func(r *runner) error {
		const environment = C.OCIHOOKS_ENVIRONMENT_INHERIT_WITHOUT_LOADER
		return r.set("environment", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_environment(r.c, environment, nil, errmsg, size)
		})
	}
}

// WithPhaseVariable names an environment variable that holds the phase. It replaces an inherited variable. A variable
// of that name in the hook's environment, or in [WithEnvironment]'s list, is kept. The name must not be empty or
// contain '='. Default: no such variable.
func WithPhaseVariable(name string) Option {
	return func(r *runner) error {
		return r.setText("phase variable", name, func(name, errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_phase_variable(r.c, name, errmsg, size)
		})
	}
}

// WithRlimit sets a resource limit of the hooks, for example syscall.RLIMIT_NOFILE (setrlimit(2)). Each option sets one
// resource. hard must not be less than soft. Default: the caller's limits. A limit that the kernel rejects fails each
// hook with [ErrSpawn].
func WithRlimit(resource int, soft, hard uint64) Option {
	return func(r *runner) error {
		return r.set("rlimit", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_rlimit(r.c, C.int(resource), C.uint64_t(soft), C.uint64_t(hard), errmsg, size)
		})
	}
}

// WithNoNewPrivileges sets whether hooks, and the programs that they execute, are prevented from gaining privileges
// (PR_SET_NO_NEW_PRIVS). Default: no.
func WithNoNewPrivileges(on bool) Option {
	return func(r *runner) error {
		return r.set("no new privileges", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_no_new_privileges(r.c, number(on), errmsg, size)
		})
	}
}

func (r *runner) setText(option, text string, setter func(text, errmsg *C.char, size C.size_t) C.int) error {
	pointer, err := cString(option, text)
	if err != nil {
		return err
	}
	return r.set(option, func(errmsg *C.char, size C.size_t) C.int { return setter(pointer, errmsg, size) })
}

// WithOldCalls sets whether the library makes no system call that is newer than Linux 5.4, for a seccomp profile that kills
// the process for a call that it does not know. Default: no.
func WithOldCalls(on bool) Option {
	return func(r *runner) error {
		return r.set("old calls", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_old_calls(r.c, number(on), errmsg, size)
		})
	}
}
