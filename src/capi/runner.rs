//! How to run: a handle, and the options about the process and the order.

use std::ffi::{c_char, c_int};
use std::fmt::Display;
use std::sync::Arc;

use super::callback::UserData;
use super::constants::{ocihooks_environment as env, ocihooks_failure_policy as policy};
use super::guard::{guard, guard_value};
use super::ptr;
use crate::error::Error;
use crate::printable::quoted;
use crate::run::{Environment, FailurePolicy, Resource, Runner};

/// How to run a phase: options, each with its default.
///
/// Made by ocihooks_runner_new() and freed by ocihooks_runner_free(). While nobody changes it, any number of
/// threads may run phases with it at once. Every setter returns OCIHOOKS_OK, or OCIHOOKS_ERR_INVALID_ARGUMENT for a
/// NULL runner or a value that the option does not take: then nothing was changed, and the message names the value and
/// the rule.
#[derive(Debug, Default)]
pub struct ocihooks_runner {
    pub(super) runner: Runner<'static>,
    /// What came with the observer and with the output callback. The runner's functions hold it too: a setter that
    /// replaces one ends its borrow of the runner before it lets go of the last reference, and so calls `destroy`.
    pub(super) observer_data: Option<Arc<UserData>>,
    pub(super) output_data: Option<Arc<UserData>>,
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
        // SAFETY: the header asks for a place for the runner, or NULL.
        unsafe { ptr::hand_out(runner, "runner", || Ok(ocihooks_runner::default())) }
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
    // SAFETY: NULL, or made by ocihooks_runner_new(). Nobody uses it any more.
    guard_value((), || unsafe { ptr::free(runner) });
}

/// Changes an option.
pub(super) fn set(
    runner: Option<&mut ocihooks_runner>,
    errmsg: *mut c_char,
    errmsg_size: usize,
    change: impl FnOnce(&mut Runner<'static>) -> Result<(), Error>,
) -> c_int {
    guard(errmsg, errmsg_size, || change(&mut ptr::given(runner, "runner")?.runner))
}

/// The refusal of a parameter's value, with the rule that it breaks.
#[cold]
pub(super) fn refused(parameter: &str, value: &dyn Display, rule: &str) -> Error {
    Error::InvalidArgument(format!("{parameter} is {value}: {rule}"))
}

/// Sets the hooks' working directory. Default: the caller's own.
///
/// @param runner       the runner; not NULL.
/// @param path         the directory, UTF-8; NULL for the default.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT. A directory that can't be entered fails each hook with
///         OCIHOOKS_ERR_SPAWN.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_cwd(
    runner: Option<&mut ocihooks_runner>,
    path: *const c_char,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        // SAFETY: the header asks for a NUL-ended string, or NULL.
        let path = ptr::optional_text(unsafe { ptr::string(path) }, "path")?;
        if path == Some("") {
            return Err(refused("path", &quoted(""), "a directory has a name"));
        }
        options.working_directory(path.map(str::to_owned));
        Ok(())
    })
}

/// Says whether a working directory that can't be entered for lack of permission (EACCES, EPERM: it happens
/// in user namespaces) is passed over, and the hook run in the caller's. Default: no.
///
/// @param runner       the runner; not NULL.
/// @param on           0: no; anything else: yes.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_cwd_may_fail(
    runner: Option<&mut ocihooks_runner>,
    on: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        options.working_directory_may_fail(on != 0);
        Ok(())
    })
}

/// Sets the environment of hooks that have none of their own.
///
/// @param runner       the runner; not NULL.
/// @param environment  an ocihooks_environment. Default: OCIHOOKS_ENVIRONMENT_INHERIT.
/// @param list         with OCIHOOKS_ENVIRONMENT_LIST: "KEY=value" entries, NULL-ended, UTF-8, copied, and passed on as
///                     they are; NULL is a list of none. With the others: NULL.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_environment(
    runner: Option<&mut ocihooks_runner>,
    environment: c_int,
    list: *const *const c_char,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    const INHERIT: c_int = env::OCIHOOKS_ENVIRONMENT_INHERIT as c_int;
    const WITHOUT_LOADER: c_int = env::OCIHOOKS_ENVIRONMENT_INHERIT_WITHOUT_LOADER as c_int;
    const LIST: c_int = env::OCIHOOKS_ENVIRONMENT_LIST as c_int;
    set(runner, errmsg, errmsg_size, |options| {
        // SAFETY: the header asks for a NULL-ended list of NUL-ended strings, or NULL.
        let list = unsafe { ptr::strings(list, "list")? };
        options.environment(match (environment, list) {
            (INHERIT, None) => Environment::Inherit,
            (WITHOUT_LOADER, None) => Environment::InheritWithoutLoader,
            (LIST, list) => Environment::List(list.unwrap_or_default()),
            (INHERIT | WITHOUT_LOADER, Some(_)) => {
                return Err(refused(
                    "environment",
                    &environment,
                    "a list goes with OCIHOOKS_ENVIRONMENT_LIST only",
                ));
            }
            _ => return Err(refused("environment", &environment, "an ocihooks_environment is 0, 1 or 2")),
        });
        Ok(())
    })
}

/// Names a variable that tells every hook its phase, which it can't know otherwise. It replaces an inherited
/// one; one that the hook's or the runner's own list sets stays as it is. Default: no such variable.
///
/// @param runner       the runner; not NULL.
/// @param name         the variable's name, UTF-8, not empty and without '='; NULL for the default.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_phase_variable(
    runner: Option<&mut ocihooks_runner>,
    name: *const c_char,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        // SAFETY: the header asks for a NUL-ended string, or NULL.
        let name = ptr::optional_text(unsafe { ptr::string(name) }, "name")?;
        if let Some(name) = name.filter(|name| name.is_empty() || name.contains('=')) {
            return Err(refused("name", &quoted(name), "a variable's name is not empty and has no '='"));
        }
        options.phase_variable(name.map(str::to_owned));
        Ok(())
    })
}

/// Sets what a failing hook does to those behind it.
///
/// @param runner          the runner; not NULL.
/// @param failure_policy  an ocihooks_failure_policy. Default: OCIHOOKS_FAILURE_POLICY_SPEC.
/// @param errmsg          where a message goes; may be NULL.
/// @param errmsg_size     the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_failure_policy(
    runner: Option<&mut ocihooks_runner>,
    failure_policy: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    const POLICIES: [(c_int, FailurePolicy); 4] = [
        (policy::OCIHOOKS_FAILURE_POLICY_SPEC as c_int, FailurePolicy::Spec),
        (policy::OCIHOOKS_FAILURE_POLICY_SPEC_BEFORE_1_3 as c_int, FailurePolicy::SpecBefore13),
        (policy::OCIHOOKS_FAILURE_POLICY_FAIL_FAST as c_int, FailurePolicy::FailFast),
        (policy::OCIHOOKS_FAILURE_POLICY_KEEP_GOING as c_int, FailurePolicy::KeepGoing),
    ];
    set(runner, errmsg, errmsg_size, |options| {
        let found = POLICIES.iter().find(|(number, _)| *number == failure_policy);
        let rule = "an ocihooks_failure_policy is 0, 1, 2 or 3";
        let (_, policy) = found.ok_or_else(|| refused("failure_policy", &failure_policy, rule))?;
        options.failure_policy(*policy);
        Ok(())
    })
}

/// Sets a resource limit of the hooks (setrlimit(2)); one call a resource. Default: the caller's own limits.
///
/// @param runner       the runner; not NULL.
/// @param resource     RLIMIT_NOFILE, RLIMIT_CPU ...
/// @param soft         the soft limit; UINT64_MAX for none.
/// @param hard         the hard limit; UINT64_MAX for none. Not below soft.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT. What the kernel refuses fails each hook with
///         OCIHOOKS_ERR_SPAWN.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_rlimit(
    runner: Option<&mut ocihooks_runner>,
    resource: c_int,
    soft: u64,
    hard: u64,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        if resource < 0 {
            return Err(refused("resource", &resource, "an RLIMIT_ number is not negative"));
        }
        if soft > hard {
            let limits = format!("{soft}, hard is {hard}");
            return Err(refused("soft", &limits, "a soft limit is not above the hard one"));
        }
        options.resource(Resource { resource, soft, hard });
        Ok(())
    })
}

/// Says whether hooks, and what they execute, are kept from gaining privileges (PR_SET_NO_NEW_PRIVS). Default:
/// no.
///
/// @param runner       the runner; not NULL.
/// @param on           0: no; anything else: yes.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_no_new_privileges(
    runner: Option<&mut ocihooks_runner>,
    on: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        options.no_new_privileges(on != 0);
        Ok(())
    })
}
