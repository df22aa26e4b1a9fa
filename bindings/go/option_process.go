//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

// WithCwd sets the hooks' working directory. The default, "", is the caller's own. A directory that can't be entered
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

// WithCwdMayFail says whether a working directory that can't be entered for lack of permission is passed over, and the
// hook run in the caller's. Default: no.
func WithCwdMayFail(on bool) Option {
	return func(r *runner) error {
		return r.set("cwd may fail", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_cwd_may_fail(r.c, number(on), errmsg, size)
		})
	}
}

// WithEnvironment sets the whole environment of hooks that have none of their own: "KEY=value", passed on as they are.
// An empty list, or nil, is an empty environment.
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

// WithInheritedEnvironment gives hooks that have no environment of their own the caller's. The default.
func WithInheritedEnvironment() Option {
	return func(r *runner) error {
		return r.set("environment", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_environment(r.c, C.OCIHOOKS_ENVIRONMENT_INHERIT, nil, errmsg, size)
		})
	}
}

// WithInheritedEnvironmentWithoutLoader is [WithInheritedEnvironment] without the dynamic loader's variables, LD_* (see
// CVE-2025-23266).
func WithInheritedEnvironmentWithoutLoader() Option {
	return func(r *runner) error {
		const environment = C.OCIHOOKS_ENVIRONMENT_INHERIT_WITHOUT_LOADER
		return r.set("environment", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_environment(r.c, environment, nil, errmsg, size)
		})
	}
}

// WithPhaseVariable names a variable that tells every hook its phase. It replaces an inherited one; one that the hook's
// or the option's own list sets stays as it is. The name is not empty, and has no '='. Default: no such variable.
func WithPhaseVariable(name string) Option {
	return func(r *runner) error {
		return r.setText("phase variable", name, func(name, errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_phase_variable(r.c, name, errmsg, size)
		})
	}
}

// WithRlimit sets a resource limit of the hooks, as syscall.RLIMIT_NOFILE (setrlimit(2)); one option a resource. hard is
// not below soft. Default: the caller's own limits. What the kernel refuses fails each hook with [ErrSpawn].
func WithRlimit(resource int, soft, hard uint64) Option {
	return func(r *runner) error {
		return r.set("rlimit", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_rlimit(r.c, C.int(resource), C.uint64_t(soft), C.uint64_t(hard), errmsg, size)
		})
	}
}

// WithNoNewPrivileges says whether hooks, and what they execute, are kept from gaining privileges
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
