//! A phase, run.

use std::ffi::{c_char, c_int};
use std::ptr::null_mut;

use super::guard::{guard, guard_value};
use super::map::ocihooks;
use super::ptr;
use super::report::ocihooks_report;
use super::runner::ocihooks_runner;
use crate::error::Error;
use crate::run::{Report, RunError, Runner, reap_left_behind};

/// Runs a phase: its hooks in order, each with the container's state on its stdin (runtime.md, "Lifecycle").
///
/// A command runs as a child with descriptors 0, 1 and 2 and no other, no signal blocked, every signal at its
/// default, and a process group of its own. It succeeds by exiting with 0; what it left running neither delays
/// the return nor is killed. Its own timeout, the runner's and the phase's budget bound the time: then the group is
/// killed. One that hangs in the kernel and does not die of SIGKILL within 2 seconds is left behind, with a warning, and
/// reaped by a later run or by ocihooks_reap_left_behind().
/// Without any limit, a run takes as long as its hooks do. The first failure ends the phase; in poststop every hook
/// runs, failures become warnings of the report, and the code is OCIHOOKS_OK. The runner can say otherwise.
///
/// The call changes nothing of the process: no signal handler or disposition, no working directory, umask,
/// environment, thread, child or descriptor of the library's is left. All signals may be blocked in the calling
/// thread for the moment of the clone. A thread that is canceled during the call (pthread_cancel) ends after it: the
/// hooks run to their ends. To stop them, set a cancel descriptor.
///
/// @param hooks        the map; not NULL.
/// @param phase        the phase's name; not NULL. One of the six, or one that is in the map.
/// @param state        the state, JSON (runtime.md, "State"); not NULL. Handed on byte for byte.
/// @param state_len    its length in bytes.
/// @param runner       how to run; NULL for the defaults.
/// @param report       where the report goes: yours, to be freed with ocihooks_report_free(). It is made on failure
///                     too, once the phase has begun; NULL where it had not. May itself be NULL: not wanted.
/// @param errmsg       where a message goes, as "error running createRuntime hook #1: /usr/bin/setup-network: exited
///                     with status 3: LAST LINE OF ITS STDERR"; hooks are counted from 0. Of a line, 512 bytes at most. Empty on
///                     success. May be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK. No hook was run: OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, or a phase that is not UTF-8),
///         OCIHOOKS_ERR_UNKNOWN_PHASE, OCIHOOKS_ERR_INVALID_STATE. A hook failed: OCIHOOKS_ERR_SPAWN, OCIHOOKS_ERR_EXIT,
///         OCIHOOKS_ERR_SIGNAL, OCIHOOKS_ERR_TIMEOUT, OCIHOOKS_ERR_CALLBACK, OCIHOOKS_ERR_CANCELED, OCIHOOKS_ERR_LOST,
///         OCIHOOKS_ERR_SYSTEM. And OCIHOOKS_ERR_INTERNAL.
///
/// Any number of threads may run phases of one map, with one runner, at once, while nobody changes either. A
/// freshly forked child may call it. No other thread may change the environment (setenv) meanwhile.
///
/// # Safety
/// Pointers are NULL or as described.
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
        // SAFETY: the header asks for a NUL-ended string and so many bytes, or NULL.
        let (phase, state) =
            unsafe { (ptr::text(ptr::string(phase), "phase")?, ptr::bytes(state, state_len, "state")?) };
        let default = Runner::new();
        Ok(runner.map_or(&default, |chosen| &chosen.runner).run(map, phase, state))
    })
}

/// Runs something that makes a report, and hands that out where it is wanted; the place is NULL or has room for a pointer, as
/// the header asks.
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
            // SAFETY: room for a pointer, which the host keeps until the call returns.
            unsafe { report.write(Box::into_raw(Box::new(ocihooks_report::new(made)))) };
        }
        result
    })
}

/// Reaps the hooks that were left behind, since they had not died of SIGKILL in time, and are dead by now. Never waits.
/// Each run does the same when it begins: a host that makes no further run, and wants no zombie, calls this.
///
/// The library keeps a pidfd for each such hook until it is reaped. In a child that the host forked, there are none.
///
/// @return how many are still there; 0 where all are gone.
///
/// Any thread may call it at any time.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_reap_left_behind() -> usize {
    guard_value(0, reap_left_behind)
}
