//! Making a state, for C.

use std::ffi::{c_char, c_int};

use super::guard::guard;
use super::ptr;
use crate::error::Error;
use crate::state::{StateParts, for_phase};

/// Writes a container's state from its parts, compact and escaped as JSON asks (runtime.md, "State").
///
/// @param oci_version  the version of the runtime-spec, UTF-8; not NULL, not empty.
/// @param id           the container's id, UTF-8; not NULL, not empty.
/// @param status       "creating", "created", "running", "stopped", or one of the runtime's own; not NULL, not empty.
/// @param pid          the container's process id; 0 leaves it out, which a container that is created or running does
///                     not allow.
/// @param bundle       the bundle's absolute path, UTF-8; not NULL, not empty.
/// @param annotations  keys and values in turn, NULL-ended, UTF-8; NULL for none.
/// @param buf          where the state goes, NUL-ended and cut to fit, as snprintf does it; may be NULL.
/// @param buf_size     the size of buf in bytes.
/// @param state_len    where the length of the whole state goes, in bytes, without the NUL: it was cut if that is not less
///                     than buf_size. May be NULL. Untouched on failure.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, not UTF-8, a key without a value);
///         OCIHOOKS_ERR_INVALID_STATE (what the spec forbids, or an annotation that is there twice);
///         OCIHOOKS_ERR_INTERNAL.
///
/// Any thread may call it.
///
/// # Safety
/// Pointers are NULL or as described.
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
        // SAFETY: the header asks for NUL-ended strings, a NULL-ended list of them, a buffer of its size and a place for
        // its length; or NULL.
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

/// Rewrites a state for a phase: "status" becomes the first that the spec expects there, unless it is one of those
/// already, and "pid" the given one, as the phase's hooks are to see it. A member that is missing is added. All else is
/// kept byte for byte.
///
/// @param state        the state, JSON; not NULL.
/// @param state_len    its length in bytes.
/// @param phase        the phase's name; not NULL. In one that the spec does not know, "status" stays.
/// @param pid          the process id; 0: it stays as it is.
/// @param buf          where the new state goes, NUL-ended and cut to fit, as snprintf does it; may be NULL. Not state
///                     itself.
/// @param buf_size     the size of buf in bytes.
/// @param new_len      where the length of the whole new state goes, in bytes, without the NUL: it was cut if that is not
///                     less than buf_size. May be NULL. Untouched on failure.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, not UTF-8); OCIHOOKS_ERR_INVALID_STATE (what the spec
///         forbids in the new state); OCIHOOKS_ERR_INTERNAL.
///
/// Any thread may call it.
///
/// # Safety
/// Pointers are NULL or as described.
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
        // SAFETY: the header asks for so many bytes, a NUL-ended string, a buffer of its size and a place for its length; or
        // NULL.
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
/// `buf` is NULL, or has `buf_size` bytes to write to; `length` is NULL, or has room for a number.
unsafe fn hand_over(text: &str, buf: *mut c_char, buf_size: usize, length: *mut usize) {
    // SAFETY: as this function asks. The length is written and not borrowed: a C variable may be uninitialized.
    unsafe {
        ptr::put(ptr::cut_text(text.as_bytes(), buf_size), buf, buf_size);
        if !length.is_null() {
            length.write(text.len());
        }
    }
}
