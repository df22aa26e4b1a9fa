//! Writing and rewriting a state, for C.

use std::ffi::{c_char, c_int};

use super::guard::guard;
use super::ptr;
use crate::state::{StateParts, for_phase};

/// Writes a container's state from its parts (runtime.md, "State") as compact JSON. The texts are escaped as JSON
/// requires.
///
/// @param oci_version  the version of the runtime-spec, UTF-8; neither NULL nor empty.
/// @param id           the container's ID, UTF-8; neither NULL nor empty.
/// @param status       "creating", "created", "running", "stopped", or a status that the runtime defines; neither
///                     NULL nor empty.
/// @param pid          the container's process ID; 0 omits it, which is an error for a container that is created or
///                     running.
/// @param bundle       the absolute path of the bundle, UTF-8; neither NULL nor empty.
/// @param annotation_keys    annotation_count keys, UTF-8; NULL if annotation_count is 0. All are written, duplicates
///                     included.
/// @param annotation_values  annotation_count values, UTF-8; NULL if annotation_count is 0.
/// @param annotation_count   the number of annotations.
/// @param members      a JSON object whose members are appended to the state, for example crun's "root"; NULL for none.
/// @param members_len  the length of members in bytes.
/// @param buf          receives the state, NUL-terminated. NULL asks for the length only.
/// @param buf_size     the size of buf in bytes. A size that is too small gives OCIHOOKS_ERR_INVALID_ARGUMENT; buf then
///                     holds an empty string, because part of a state is of no use.
/// @param state_len    receives the length of the state in bytes, without the NUL, also if buf is too small; may be NULL.
///                     Unchanged on any other failure.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  a required text is NULL, a text is not UTF-8, members is not a JSON
///                                        object, or buf is too small.
/// @retval OCIHOOKS_ERR_INVALID_STATE     ocihooks_run() would refuse the state.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_state_new(
    oci_version: *const c_char,
    id: *const c_char,
    status: *const c_char,
    pid: c_int,
    bundle: *const c_char,
    annotation_keys: *const *const c_char,
    annotation_values: *const *const c_char,
    annotation_count: usize,
    members: *const c_char,
    members_len: usize,
    buf: *mut c_char,
    buf_size: usize,
    state_len: *mut usize,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        // SAFETY: the header requires NUL-terminated strings, two arrays of annotation_count of them, members_len
        // bytes, a buffer of its size and room for its length; or NULL for each.
        unsafe {
            let keys = ptr::texts(annotation_keys, annotation_count, "annotation_keys")?;
            let values = ptr::texts(annotation_values, annotation_count, "annotation_values")?;
            let annotations: Vec<(&str, &str)> = keys.into_iter().zip(values).collect();
            let parts = StateParts {
                oci_version: ptr::text(ptr::string(oci_version), "oci_version")?,
                id: ptr::text(ptr::string(id), "id")?,
                status: ptr::text(ptr::string(status), "status")?,
                pid: (pid != 0).then_some(pid),
                bundle: ptr::text(ptr::string(bundle), "bundle")?,
                annotations: &annotations,
                members: (!members.is_null())
                    .then(|| ptr::bytes(members, members_len, "members"))
                    .transpose()?,
            };
            ptr::hand_over(&parts.to_json()?, buf, buf_size, state_len)
        }
    })
}

/// Rewrites a state for a phase (runtime.md, "State"), as the hooks of that phase expect it.
///
/// "status" becomes the first status that the runtime-spec expects in the phase, unless it already is one of them.
/// "pid" becomes the given process ID. Either member is added if it is missing. All other bytes are kept.
///
/// @param state        the state, JSON; not NULL.
/// @param state_len    the length of state in bytes.
/// @param phase        the name of the phase; not NULL. In a phase that the runtime-spec does not define, "status" is
///                     kept.
/// @param pid          the process ID; 0 keeps "pid".
/// @param buf          receives the new state, NUL-terminated; it must not overlap state. NULL asks for the length only.
/// @param buf_size     the size of buf in bytes. A size that is too small gives OCIHOOKS_ERR_INVALID_ARGUMENT, and buf then
///                     holds an empty string.
/// @param new_len      receives the length of the new state in bytes, without the NUL, also if buf is too small; may be
///                     NULL. Unchanged on any other failure.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  state or phase is NULL, or phase is not UTF-8.
/// @retval OCIHOOKS_ERR_INVALID_STATE     state is not JSON, or the runtime-spec forbids the new state.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_state_for_phase(
    state: *const c_char,
    state_len: usize,
    phase: *const c_char,
    pid: c_int,
    buf: *mut c_char,
    buf_size: usize,
    new_len: *mut usize,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        // SAFETY: the header requires bytes of the given length, a NUL-terminated string, a buffer of its size and room
        // for its length; or NULL for each.
        unsafe {
            let state = ptr::bytes(state, state_len, "state")?;
            let phase = ptr::text(ptr::string(phase), "phase")?;
            ptr::hand_over(&for_phase(state, phase, (pid != 0).then_some(pid))?, buf, buf_size, new_len)
        }
    })
}
