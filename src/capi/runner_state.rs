//! The runner's option about the state.

use std::ffi::{c_char, c_int};

use super::constants::ocihooks_state_check as check;
use super::runner::{ocihooks_runner, refused, set};
use crate::run::StateCheck;

/// Sets the requirements for the text that hooks receive on stdin, which is the state argument of ocihooks_run(). It
/// serves tests, and hooks that receive another text, for example filters of a config.json. An unchecked text causes
/// no warnings about status or bundle.
///
/// @param runner       the runner; not NULL.
/// @param state_check  an ocihooks_state_check. Default: OCIHOOKS_STATE_CHECK_SPEC.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or state_check is unknown.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_state_check(
    runner: Option<&mut ocihooks_runner>,
    state_check: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    const CHECKS: [(check, StateCheck); 3] = [
        (check::OCIHOOKS_STATE_CHECK_SPEC, StateCheck::Spec),
        (check::OCIHOOKS_STATE_CHECK_JSON, StateCheck::Json),
        (check::OCIHOOKS_STATE_CHECK_OFF, StateCheck::Off),
    ];
    set(runner, errmsg, errmsg_size, |options| {
        let found = CHECKS.iter().find(|(name, _)| *name as c_int == state_check);
        let rule = "an ocihooks_state_check is 0, 1 or 2";
        let (_, chosen) = found.ok_or_else(|| refused("state_check", &state_check, rule))?;
        options.state_check(*chosen);
        Ok(())
    })
}
