//! Hooks as filters of a config, and a config with other hooks.

use std::ffi::{c_char, c_int};

use super::guard::guard_written;
use super::map::ocihooks;
use super::ptr;
use super::report::{ocihooks_report, write};
use super::run::report_of;
use super::runner::{ocihooks_runner, set};
use crate::json;
use crate::run::Runner;

/// Runs a phase as filters of a config, as podman does with its stage "precreate". Each hook gets the config on its stdin,
/// compact, and writes the new one to its stdout; that is the next hook's stdin. The last one is in the report:
/// ocihooks_report_config().
///
/// A hook without "env" has an empty environment, unless the runner names another. Engines set the runner's working directory to
/// the bundle. A filter has to write one JSON object with a member. Unknown properties and the text of numbers stay. The first
/// failure ends the phase, and there is no new config. Callbacks get the config as their state, and leave it as it is.
///
/// @param hooks        the map; not NULL.
/// @param phase        the phase's name; not NULL. One that is not in the map leaves the config as it is.
/// @param config       the config, a JSON object; not NULL.
/// @param config_len   its length in bytes.
/// @param runner       how to run; NULL for the defaults.
/// @param report       where the report goes: yours, to be freed with ocihooks_report_free(). It is made on failure too, once
///                     the phase has begun; NULL where it had not. May itself be NULL: not wanted.
/// @param errmsg       where a message goes, as ocihooks_run() writes it; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK. No hook was run: OCIHOOKS_ERR_INVALID_ARGUMENT, OCIHOOKS_ERR_INVALID_JSON or
///         OCIHOOKS_ERR_INVALID_CONFIG (the config is no JSON object). A hook failed: OCIHOOKS_ERR_INVALID_OUTPUT (it exited with
///         0, and wrote no config), or as ocihooks_run(). And OCIHOOKS_ERR_INTERNAL.
///
/// Any number of threads may run filters of one map, with one runner, at once, while nobody changes either.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_filter(
    hooks: Option<&ocihooks>,
    phase: *const c_char,
    config: *const c_char,
    config_len: usize,
    runner: Option<&ocihooks_runner>,
    report: *mut *mut ocihooks_report,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    report_of(report, errmsg, errmsg_size, || {
        let map = &ptr::given(hooks, "hooks")?.hooks;
        // SAFETY: the header asks for a NUL-ended string and so many bytes, or NULL.
        let (phase, config) =
            unsafe { (ptr::text(ptr::string(phase), "phase")?, ptr::bytes(config, config_len, "config")?) };
        let default = Runner::new();
        Ok(runner.map_or(&default, |chosen| &chosen.runner).filter(map, phase, config))
    })
}

/// Writes the config that ocihooks_filter() made, compact JSON, as snprintf does it; empty for a run, and after a failure.
///
/// @param report    the report; NULL gives an empty string.
/// @param buf       where the text goes; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_config(
    report: Option<&ocihooks_report>,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    write(report, buf, buf_size, |report| Some(String::from_utf8_lossy(report.config.as_deref()?)))
}

/// Sets the largest config that a filter may write. A larger one fails the hook with OCIHOOKS_ERR_INVALID_OUTPUT.
///
/// @param runner       the runner; not NULL.
/// @param bytes        how much, in bytes. Default: 16777216.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_filter_limit(
    runner: Option<&mut ocihooks_runner>,
    bytes: usize,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        options.filter_limit(bytes);
        Ok(())
    })
}

/// Says whether a filter that writes nothing leaves the config as it is. Default: no, it fails with
/// OCIHOOKS_ERR_INVALID_OUTPUT.
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
pub unsafe extern "C" fn ocihooks_runner_set_filter_may_write_nothing(
    runner: Option<&mut ocihooks_runner>,
    on: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        options.filter_may_write_nothing(on != 0);
        Ok(())
    })
}

/// Writes a config.json with these hooks in the place of its own. All else stays byte for byte.
///
/// @param config       the config, a JSON object; not NULL.
/// @param config_len   its length in bytes.
/// @param hooks        the hooks; not NULL. Callbacks are left out.
/// @param buf          where the text goes, NUL-ended and cut to fit; may be NULL. Empty after a failure.
/// @param buf_size     the size of buf in bytes.
/// @param length       the length of the whole text in bytes, without the NUL: it was cut if that is not less than buf_size.
///                     0 after a failure. May be NULL.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT; OCIHOOKS_ERR_INVALID_JSON; OCIHOOKS_ERR_INVALID_CONFIG (no object, or
///         a key that is there twice); OCIHOOKS_ERR_INTERNAL.
///
/// Any thread may call it, while none changes the hooks.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_config_set_hooks(
    config: *const c_char,
    config_len: usize,
    hooks: Option<&ocihooks>,
    buf: *mut c_char,
    buf_size: usize,
    length: *mut usize,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard_written(buf, buf_size, length, errmsg, errmsg_size, || {
        // SAFETY: the header asks for so many bytes, or NULL.
        let config = unsafe { ptr::bytes(config, config_len, "config")? };
        json::set_config_hooks(config, &ptr::given(hooks, "hooks")?.hooks)
    })
}
