//! Running a phase.

use std::ffi::{c_char, c_int};
use std::ptr::null_mut;

use super::guard::{guard, guard_value};
use super::map::ocihooks;
use super::ptr;
use super::report::ocihooks_report;
use super::runner::ocihooks_runner;
use crate::error::Error;
use crate::run::{Report, RunError, Runner, reap_left_behind};

/// Runs a phase: its hooks in order, each with the container's state on stdin (runtime.md, "Lifecycle").
///
/// A command runs as a child with descriptors 0, 1 and 2 only, no blocked signals, and all signal dispositions at
/// their default. ocihooks_runner_set_process_group() sets its process group. A command succeeds if it exits with
/// status 0. Processes that it left running neither delay the return nor are killed.
///
/// A hook's own timeout or the runner's default, and the budget of the phase, limit the time. Without them, a run
/// takes as long as its hooks. When a limit expires, the hook is killed, together with its process group unless that
/// is the caller's. A hook that hangs in the kernel and survives SIGKILL for 2 seconds is left behind with a warning.
/// A later run, or ocihooks_reap_left_behind(), reaps it.
///
/// The first failure ends the phase. In poststop, every hook runs, failures become warnings in the report, and the
/// run returns OCIHOOKS_OK. ocihooks_runner_set_failure_policy() changes these rules.
///
/// The call leaves the process unchanged: signal handlers and dispositions, working directory, umask and environment
/// stay as they are, and no thread, child or descriptor of the library remains. The calling thread may have all
/// signals blocked during clone. A pthread_cancel during the call takes effect after the hooks have ended; use a
/// cancel descriptor to stop them.
///
/// @param hooks        the map; not NULL.
/// @param phase        the name of the phase, UTF-8; not NULL. It is one of the six, or in the map.
/// @param state        the container's state as JSON (runtime.md, "State"), unless ocihooks_runner_set_state_check()
///                     allows another text; not NULL. The hooks receive it byte for byte.
/// @param state_len    the length of state in bytes.
/// @param runner       the options; NULL for the defaults.
/// @param report       receives the report; NULL if the caller wants none. A run that fails creates a report as well,
///                     if the phase had begun; otherwise *report is NULL. The caller frees the report with
///                     ocihooks_report_free().
/// @param errmsg       receives the error message, for example "error running createRuntime hook #1:
///                     /usr/bin/setup-network: exited with status 3: LAST LINE OF STDERR"; empty on success. Hooks
///                     are counted from 0, and the last line is truncated to 512 bytes. May be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  hooks, phase or state is NULL, or phase is not UTF-8. No hook was run.
/// @retval OCIHOOKS_ERR_INVALID_STATE     state is not JSON, or the runtime-spec forbids it. No hook was run.
/// @retval OCIHOOKS_ERR_UNKNOWN_PHASE     the phase is neither one of the six nor in the map. No hook was run.
/// @retval OCIHOOKS_ERR_SPAWN             execve, or a step before it, failed in the child.
/// @retval OCIHOOKS_ERR_EXIT              a hook exited with a status other than 0.
/// @retval OCIHOOKS_ERR_SIGNAL            a signal killed a hook.
/// @retval OCIHOOKS_ERR_TIMEOUT           a hook or the phase exceeded its time limit.
/// @retval OCIHOOKS_ERR_CALLBACK          a callback returned a value other than 0.
/// @retval OCIHOOKS_ERR_CANCELED          a cancel descriptor became readable.
/// @retval OCIHOOKS_ERR_SYSTEM            no child could be created, or a system call of the library failed.
/// @retval OCIHOOKS_ERR_STOPPED           a hook used the terminal from a background process group.
/// @retval OCIHOOKS_ERR_INVALID_HOOKS     a hook of a lenient map violates the runtime-spec.
/// @retval OCIHOOKS_ERR_LOST              the host reaped a hook, and its status is unknown.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// Threads may run phases concurrently with the same map and the same runner, as long as none modifies either. A
/// child may call it right after fork. No other thread may change the environment (setenv(3)) during the call.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_run(
    hooks: Option<&ocihooks>,
    phase: *const c_char,
    state: *const c_char,
    state_len: usize,
    runner: Option<&ocihooks_runner>,
    report: *mut *mut ocihooks_report,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    report_of(report, errmsg, errmsg_size, || {
        let map = &ptr::given(hooks, "hooks")?.hooks;
        // SAFETY: the header requires a NUL-terminated string and bytes of the given length, or NULL.
        let (phase, state) =
            unsafe { (ptr::text(ptr::string(phase), "phase")?, ptr::bytes(state, state_len, "state")?) };
        let default = Runner::new();
        Ok(runner.map_or(&default, |chosen| &chosen.runner).run(map, phase, state))
    })
}

/// Runs something that makes a report, and hands that out where it is wanted; the place is NULL or has room for a
/// pointer, as the header asks.
pub(super) fn report_of(
    report: *mut *mut ocihooks_report,
    errmsg: *mut c_char,
    errmsg_size: usize,
    run: impl FnOnce() -> Result<Result<Report, Box<RunError>>, Error>,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        if !report.is_null() {
            // SAFETY: room for a pointer. It is written to and not borrowed: the run's callbacks may look at it.
            unsafe { report.write(null_mut()) };
        }
        let (made, result) = match run()? {
            Ok(report) => (Some(report), Ok(())),
            Err(failed) => (failed.report, Err(failed.error)),
        };
        if let Some(made) = made.filter(|_| !report.is_null()) {
            // SAFETY: room for a pointer, valid until the call returns.
            unsafe { report.write(Box::into_raw(Box::new(ocihooks_report::new(made)))) };
        }
        result
    })
}

/// Reaps hooks that were left behind because they survived SIGKILL, and that have died since. It never waits.
///
/// Every run begins with the same work. A host that makes no further run calls this function to avoid zombies. The
/// library keeps a pidfd for each such hook until it is reaped. A child that the host forks has no such hooks.
///
/// @return the number of hooks that are still left behind; 0 if there are none.
///
/// Any thread may call it at any time.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_reap_left_behind() -> usize {
    guard_value(0, reap_left_behind)
}
