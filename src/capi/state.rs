//! Writing and rewriting a state, for C.

use std::ffi::{c_char, c_int};

use super::guard::guard;
use super::ptr;
use crate::error::Error;
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
/// @param annotations  a NULL-terminated array of UTF-8 texts, in which each key is followed by its value; NULL for
///                     none.
/// @param buf          receives the state, NUL-terminated and truncated to fit; may be NULL.
/// @param buf_size     the size of buf in bytes.
/// @param state_len    receives the length of the whole state in bytes, without the NUL; may be NULL. The state was
///                     truncated if this length is not less than buf_size. Unchanged on failure.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  a required text is NULL, a text is not UTF-8, or the last key has no value.
/// @retval OCIHOOKS_ERR_INVALID_STATE     the runtime-spec forbids the state, or an annotation key appears twice.
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
    annotations: *const *const c_char,
    buf: *mut c_char,
    buf_size: usize,
    state_len: *mut usize,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        // SAFETY: the header requires NUL-terminated strings, a NULL-terminated array of them, a buffer of its size and
        // room for its length; or NULL for each.
        unsafe {
            let list = ptr::strings(annotations, "annotations")?.unwrap_or_default();
            let parts = StateParts {
                oci_version: ptr::text(ptr::string(oci_version), "oci_version")?,
                id: ptr::text(ptr::string(id), "id")?,
                status: ptr::text(ptr::string(status), "status")?,
                pid: (pid != 0).then_some(pid),
                bundle: ptr::text(ptr::string(bundle), "bundle")?,
                annotations: &pairs(&list)?,
            };
            hand_over(&parts.to_json()?, buf, buf_size, state_len);
        }
        Ok(())
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
/// @param buf          receives the new state, NUL-terminated and truncated to fit; may be NULL. It must not overlap
///                     state.
/// @param buf_size     the size of buf in bytes.
/// @param new_len      receives the length of the whole new state in bytes, without the NUL; may be NULL. The state
///                     was truncated if this length is not less than buf_size. Unchanged on failure.
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
            hand_over(&for_phase(state, phase, (pid != 0).then_some(pid))?, buf, buf_size, new_len);
        }
        Ok(())
    })
}

fn pairs(list: &[String]) -> Result<Vec<(&str, &str)>, Error> {
    let pairs = list.chunks_exact(2);
    match pairs.remainder() {
        [] => Ok(pairs.map(|pair| (pair[0].as_str(), pair[1].as_str())).collect()),
        _ => Err(Error::InvalidArgument("annotations: the last key has no value".into())),
    }
}

/// # Safety
/// `buf` is NULL or has `buf_size` writable bytes; `length` is NULL or has room for a number.
unsafe fn hand_over(text: &str, buf: *mut c_char, buf_size: usize, length: *mut usize) {
    // SAFETY: as this function requires. The length is written and not borrowed, because a C variable may be
    // uninitialized.
    unsafe {
        ptr::put(ptr::cut_text(text.as_bytes(), buf_size), buf, buf_size);
        if !length.is_null() {
            length.write(text.len());
        }
    }
}
