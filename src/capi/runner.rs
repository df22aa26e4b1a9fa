//! The runner: its handle, and the options for the process and the order of hooks.

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

/// A runner: the options of a run, each with its default.
///
/// ocihooks_runner_new() creates it, and ocihooks_runner_free() frees it. Threads may share a runner as long as none
/// modifies it. A run does not modify it.
///
/// A setter that fails leaves the runner unchanged. Its message names the value and the violated rule.
#[derive(Debug, Default)]
pub struct ocihooks_runner {
    pub(super) runner: Runner<'static>,
    /// The userdata of the observer and of the output callback. The runner's functions hold references to it as well.
    /// The last reference calls `destroy`, so a setter ends its borrow of the runner before it drops that reference.
    pub(super) observer_data: Option<Arc<UserData>>,
    pub(super) output_data: Option<Arc<UserData>>,
}

/// Creates a runner with the defaults, which a NULL runner means in ocihooks_run() as well.
///
/// @param runner       receives the new runner, or NULL on failure; not NULL. The caller frees the runner with
///                     ocihooks_runner_free().
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_new(
    runner: *mut *mut ocihooks_runner,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        // SAFETY: the header requires room for a pointer, or NULL.
        unsafe { ptr::hand_out(runner, "runner", || Ok(ocihooks_runner::default())) }
    })
}

/// Frees a runner.
///
/// @param runner  the runner; NULL does nothing.
///
/// No other thread may use the runner during the call or afterwards.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_free(runner: *mut ocihooks_runner) {
    // SAFETY: NULL, or created by ocihooks_runner_new(). The header forbids any further use.
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

/// The error for a parameter's value, with the rule that it violates.
#[cold]
pub(super) fn refused(parameter: &str, value: &dyn Display, rule: &str) -> Error {
    Error::InvalidArgument(format!("{parameter} is {value}: {rule}"))
}

/// Sets the working directory of the hooks. Default: the caller's. A directory that can't be entered fails each hook
/// with OCIHOOKS_ERR_SPAWN.
///
/// @param runner       the runner; not NULL.
/// @param path         the directory, UTF-8, not empty; NULL restores the default.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or path is empty or not UTF-8.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_cwd(
    runner: Option<&mut ocihooks_runner>,
    path: *const c_char,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        // SAFETY: the header requires a NUL-terminated string, or NULL.
        let path = ptr::optional_text(unsafe { ptr::string(path) }, "path")?;
        if path == Some("") {
            return Err(refused("path", &quoted(""), "a directory has a name"));
        }
        options.working_directory(path.map(Into::into));
        Ok(())
    })
}

/// Sets whether hooks run in the caller's working directory if theirs can't be entered for lack of permission
/// (EACCES, EPERM). This happens in user namespaces. Default: no.
///
/// @param runner       the runner; not NULL.
/// @param on           0 for no; any other value for yes.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
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

/// Sets the environment of hooks that specify none.
///
/// @param runner       the runner; not NULL.
/// @param environment  an ocihooks_environment. Default: OCIHOOKS_ENVIRONMENT_INHERIT.
/// @param list         with OCIHOOKS_ENVIRONMENT_LIST, a NULL-terminated array of "KEY=value" entries, UTF-8, which
///                     are copied and passed to the hooks unchanged; NULL means an empty array. With any other
///                     environment, NULL.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, environment is unknown, an entry is not UTF-8, or list is
///                                        given without OCIHOOKS_ENVIRONMENT_LIST.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
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
        // SAFETY: the header requires a NULL-terminated array of NUL-terminated strings, or NULL.
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

/// Names an environment variable that holds the phase, which the state does not contain. Default: no such variable.
///
/// The variable replaces an inherited one. A variable of that name in the hook's environment, or in the runner's
/// list, is kept.
///
/// @param runner       the runner; not NULL.
/// @param name         the name of the variable, UTF-8, not empty and without '='; NULL restores the default.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or name is empty, contains '=' or is not UTF-8.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_phase_variable(
    runner: Option<&mut ocihooks_runner>,
    name: *const c_char,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        // SAFETY: the header requires a NUL-terminated string, or NULL.
        let name = ptr::optional_text(unsafe { ptr::string(name) }, "name")?;
        if let Some(name) = name.filter(|name| name.is_empty() || name.contains('=')) {
            return Err(refused("name", &quoted(name), "a variable's name is not empty and has no '='"));
        }
        options.phase_variable(name.map(str::to_owned));
        Ok(())
    })
}

/// Sets the effect of a failed hook on the hooks after it (runtime.md, "Lifecycle").
///
/// @param runner          the runner; not NULL.
/// @param failure_policy  an ocihooks_failure_policy. Default: OCIHOOKS_FAILURE_POLICY_SPEC.
/// @param errmsg          receives the error message; may be NULL.
/// @param errmsg_size     the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or failure_policy is unknown.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
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

/// Sets a resource limit of the hooks (setrlimit(2)). Each call sets one resource. Default: the caller's limits. A
/// limit that the kernel rejects fails each hook with OCIHOOKS_ERR_SPAWN.
///
/// @param runner       the runner; not NULL.
/// @param resource     RLIMIT_NOFILE, RLIMIT_CPU ...; not negative.
/// @param soft         the soft limit, in the resource's unit; UINT64_MAX for none.
/// @param hard         the hard limit, in the resource's unit; UINT64_MAX for none. Not less than soft.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, resource is negative, or soft exceeds hard.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
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

/// Sets whether hooks, and the programs that they execute, are prevented from gaining privileges
/// (PR_SET_NO_NEW_PRIVS, prctl(2)). Default: no.
///
/// @param runner       the runner; not NULL.
/// @param on           0 for no; any other value for yes.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
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
