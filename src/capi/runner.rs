//! How to run: a handle, and the options about the process and the order.

use std::ffi::{c_char, c_int};

use super::constants::{ocihooks_environment as env, ocihooks_failure_policy as policy};
use super::guard::{guard, guard_value};
use super::ptr;
use crate::error::Error;
use crate::hook::broken_by_text;
use crate::run::{Environment, FailurePolicy, Resource, Runner};

/// How to run a phase: options, each with its default.
///
/// Made by ocihooks_runner_new() and freed by ocihooks_runner_free(). While nobody changes it, any number of
/// threads may run phases with it at once. Every setter returns OCIHOOKS_OK, or OCIHOOKS_ERR_INVALID_ARGUMENT for a
/// NULL runner or a value that the option does not take: then nothing was changed.
#[derive(Debug)]
pub struct ocihooks_runner {
    pub(super) runner: Runner<'static>,
}

/// Makes a runner with the defaults: what NULL means to ocihooks_run().
///
/// @param runner       where the runner goes: yours, to be freed with ocihooks_runner_free(). NULL after a failure.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK, OCIHOOKS_ERR_INVALID_ARGUMENT (runner is NULL) or OCIHOOKS_ERR_INTERNAL.
///
/// Any thread may call it.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_new(
    runner: *mut *mut ocihooks_runner,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        // SAFETY: the caller's promise.
        unsafe { ptr::hand_out(runner, "runner", || Ok(ocihooks_runner { runner: Runner::new() })) }
    })
}

/// Frees a runner.
///
/// @param runner  the runner; NULL is fine.
///
/// No other thread may use the runner any more.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_free(runner: *mut ocihooks_runner) {
    // SAFETY: the caller's promise.
    guard_value((), || unsafe { ptr::free(runner) });
}

/// Changes an option.
///
/// # Safety
/// The pointer is NULL, or a runner that nobody else uses.
pub(super) unsafe fn set(
    runner: *mut ocihooks_runner,
    change: impl FnOnce(&mut Runner<'static>) -> Result<(), Error>,
) -> c_int {
    guard(std::ptr::null_mut(), 0, || {
        // SAFETY: the caller's promise.
        change(unsafe { &mut ptr::handle_mut(runner, "runner")?.runner })
    })
}

pub(super) fn bad_option(name: &str, value: c_int) -> Error {
    Error::InvalidArgument(format!("{value} is no {name}"))
}

/// Sets the hooks' working directory. Default: the caller's own.
///
/// @param runner  the runner; not NULL.
/// @param path    the directory, UTF-8; NULL for the default.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT. A directory that can't be entered fails each hook with
///         OCIHOOKS_ERR_SPAWN.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_cwd(runner: *mut ocihooks_runner, path: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        set(runner, |options| {
            let path = ptr::optional_string(path, "path")?.map(str::to_owned);
            if path.as_deref() == Some("") {
                return Err(Error::InvalidArgument("path is empty".into()));
            }
            options.working_directory(path);
            Ok(())
        })
    }
}

/// Says whether a working directory that can't be entered for lack of permission (EACCES, EPERM: it happens
/// in user namespaces) is passed over, and the hook run in the caller's. Default: no.
///
/// @param runner  the runner; not NULL.
/// @param on      0: no; anything else: yes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_cwd_may_fail(runner: *mut ocihooks_runner, on: c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        set(runner, |options| {
            options.working_directory_may_fail(on != 0);
            Ok(())
        })
    }
}

/// Sets the environment of hooks that have none of their own.
///
/// @param runner       the runner; not NULL.
/// @param environment  an ocihooks_environment. Default: OCIHOOKS_ENVIRONMENT_INHERIT.
/// @param list         with OCIHOOKS_ENVIRONMENT_LIST: "KEY=value" entries, NULL-ended, UTF-8, copied, and passed on as
///                     they are; NULL is a list of none. With the others: NULL.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_environment(
    runner: *mut ocihooks_runner,
    environment: c_int,
    list: *const *const c_char,
) -> c_int {
    const INHERIT: c_int = env::OCIHOOKS_ENVIRONMENT_INHERIT as c_int;
    const WITHOUT_LOADER: c_int = env::OCIHOOKS_ENVIRONMENT_INHERIT_WITHOUT_LOADER as c_int;
    const LIST: c_int = env::OCIHOOKS_ENVIRONMENT_LIST as c_int;
    // SAFETY: the caller's promise.
    unsafe {
        set(runner, |options| {
            let list = ptr::strings(list, "list")?;
            options.environment(match (environment, list) {
                (INHERIT, None) => Environment::Inherit,
                (WITHOUT_LOADER, None) => Environment::InheritWithoutLoader,
                (LIST, list) => Environment::List(list.unwrap_or_default()),
                _ => return Err(bad_option("environment", environment)),
            });
            Ok(())
        })
    }
}

/// Names a variable that tells every hook its phase, which it can't know otherwise. It replaces an inherited
/// one; one that the hook's or the runner's own list sets stays as it is. Default: no such variable.
///
/// @param runner  the runner; not NULL.
/// @param name    the variable's name, UTF-8, not empty and without '='; NULL for the default.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_phase_variable(
    runner: *mut ocihooks_runner,
    name: *const c_char,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        set(runner, |options| {
            let name = ptr::optional_string(name, "name")?;
            if name
                .is_some_and(|name| name.is_empty() || name.contains('=') || broken_by_text(name).is_some())
            {
                return Err(Error::InvalidArgument("no variable has that name".into()));
            }
            options.phase_variable(name.map(str::to_owned));
            Ok(())
        })
    }
}

/// Sets what a failing hook does to those behind it.
///
/// @param runner          the runner; not NULL.
/// @param failure_policy  an ocihooks_failure_policy. Default: OCIHOOKS_FAILURE_POLICY_SPEC.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_failure_policy(
    runner: *mut ocihooks_runner,
    failure_policy: c_int,
) -> c_int {
    const POLICIES: [(c_int, FailurePolicy); 4] = [
        (policy::OCIHOOKS_FAILURE_POLICY_SPEC as c_int, FailurePolicy::Spec),
        (policy::OCIHOOKS_FAILURE_POLICY_SPEC_BEFORE_1_3 as c_int, FailurePolicy::SpecBefore13),
        (policy::OCIHOOKS_FAILURE_POLICY_FAIL_FAST as c_int, FailurePolicy::FailFast),
        (policy::OCIHOOKS_FAILURE_POLICY_KEEP_GOING as c_int, FailurePolicy::KeepGoing),
    ];
    // SAFETY: the caller's promise.
    unsafe {
        set(runner, |options| {
            let found = POLICIES.iter().find(|(number, _)| *number == failure_policy);
            let (_, policy) = found.ok_or_else(|| bad_option("failure policy", failure_policy))?;
            options.failure_policy(*policy);
            Ok(())
        })
    }
}

/// Sets a resource limit of the hooks (setrlimit(2)); one call a resource. Default: the caller's own limits.
///
/// @param runner    the runner; not NULL.
/// @param resource  RLIMIT_NOFILE, RLIMIT_CPU ...
/// @param soft      the soft limit; UINT64_MAX for none.
/// @param hard      the hard limit; UINT64_MAX for none. Not below soft.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT. What the kernel refuses fails each hook with
///         OCIHOOKS_ERR_SPAWN.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_rlimit(
    runner: *mut ocihooks_runner,
    resource: c_int,
    soft: u64,
    hard: u64,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        set(runner, |options| {
            if resource < 0 || soft > hard {
                return Err(bad_option("resource limit", resource));
            }
            options.resource(Resource { resource, soft, hard });
            Ok(())
        })
    }
}

/// Says whether hooks, and what they execute, are kept from gaining privileges (PR_SET_NO_NEW_PRIVS). Default:
/// no.
///
/// @param runner  the runner; not NULL.
/// @param on      0: no; anything else: yes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_no_new_privileges(
    runner: *mut ocihooks_runner,
    on: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        set(runner, |options| {
            options.no_new_privileges(on != 0);
            Ok(())
        })
    }
}
