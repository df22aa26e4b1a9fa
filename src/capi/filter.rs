//! Hooks as filters of a config, and a config with other hooks.

use std::ffi::{c_char, c_int};

use super::guard::guard;
use super::map::ocihooks;
use super::ptr;
use super::report::{ocihooks_report, write};
use super::run::report_of;
use super::runner::{ocihooks_runner, set};
use crate::json;
use crate::run::Runner;

/// Runs a phase as filters of a config, as podman does with its stage "precreate". Each hook receives the config on
/// stdin as compact JSON and writes a new one to stdout, which the next hook receives. ocihooks_report_config()
/// returns the last one.
///
/// A hook that specifies no environment has an empty one, unless the runner sets another. Engines set the runner's
/// working directory to the bundle. A filter must write one JSON object with at least one member. Unknown properties
/// and the text of numbers are kept. The first failure ends the phase, and there is no new config. Callbacks receive
/// the config as their state and leave it unchanged.
///
/// @param hooks        the map; not NULL.
/// @param phase        the name of the phase; not NULL. A phase that is not in the map leaves the config unchanged.
/// @param config       the config, a JSON object; not NULL.
/// @param config_len   the length of config in bytes.
/// @param runner       the options; NULL for the defaults.
/// @param report       receives the report; NULL if the caller wants none. A run that fails creates a report as well,
///                     if the phase had begun; otherwise *report is NULL. The caller frees the report with
///                     ocihooks_report_free().
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  an argument is NULL or not UTF-8. No hook was run.
/// @retval OCIHOOKS_ERR_INVALID_JSON      config is not JSON. No hook was run.
/// @retval OCIHOOKS_ERR_INVALID_CONFIG    config is not a JSON object. No hook was run.
/// @retval OCIHOOKS_ERR_INVALID_OUTPUT    a hook exited with status 0 but wrote no config.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
/// @return the codes of ocihooks_run() for a hook that failed.
///
/// Threads may run filters concurrently with the same map and the same runner, as long as none modifies either.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
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

/// Writes the config that ocihooks_filter() made, as compact JSON. It is empty for a report of ocihooks_run(), and
/// after a failure.
///
/// @param report    the report; NULL gives an empty string.
/// @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
///         than buf_size.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_config(
    report: Option<&ocihooks_report>,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    write(report, buf, buf_size, |report| Some(String::from_utf8_lossy(report.config.as_deref()?)))
}

/// Sets the size of the largest config that a filter may write. A larger one fails the hook with
/// OCIHOOKS_ERR_INVALID_OUTPUT.
///
/// @param runner       the runner; not NULL.
/// @param bytes        the limit in bytes. Default: 16777216.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
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

/// Sets whether a filter that writes nothing leaves the config unchanged. Default: no, so it fails with
/// OCIHOOKS_ERR_INVALID_OUTPUT.
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

/// Writes a config.json with the given hooks instead of its own. All other bytes are kept.
///
/// @param config       the config, a JSON object; not NULL.
/// @param config_len   the length of config in bytes.
/// @param hooks        the hooks; not NULL. Callbacks are omitted.
/// @param buf          receives the text, NUL-terminated. NULL asks for the length only.
/// @param buf_size     the size of buf in bytes. A size that is too small gives OCIHOOKS_ERR_INVALID_ARGUMENT, and
///                     buf then holds an empty string.
/// @param length       receives the length of the text in bytes, without the NUL, also if buf is too small; may
///                     be NULL. Unchanged on any other failure.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  config or hooks is NULL.
/// @retval OCIHOOKS_ERR_INVALID_JSON      config is not JSON.
/// @retval OCIHOOKS_ERR_INVALID_CONFIG    config is not an object, or has a key twice.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// Any thread may call it, as long as no other thread modifies the hooks.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
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
    guard(errmsg, errmsg_size, || {
        // SAFETY: the header asks for so many bytes, or NULL.
        let config = unsafe { ptr::bytes(config, config_len, "config")? };
        let text = json::set_config_hooks(config, &ptr::given(hooks, "hooks")?.hooks)?;
        // SAFETY: the header requires a buffer of its size and room for its length, or NULL for each.
        unsafe { ptr::hand_over(&text, buf, buf_size, length) }
    })
}
