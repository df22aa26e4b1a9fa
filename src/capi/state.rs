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
/// @param annotation_keys    the annotations' keys, UTF-8, as many as annotation_count says; NULL where that is 0. All are
///                     written, also two that are the same.
/// @param annotation_values  their values, UTF-8, as many.
/// @param annotation_count   how many there are.
/// @param members      a JSON object, whose members are written behind the others: crun's "root" is one. NULL for none.
/// @param members_len  its length in bytes.
/// @param buf          where the state goes, with a NUL behind. NULL: the call says the length only.
/// @param buf_size     the size of buf in bytes. One that is too small is OCIHOOKS_ERR_INVALID_ARGUMENT: state_len is set then,
///                     and buf is an empty string, because nothing could be done with part of a state.
/// @param state_len    where the length of the state goes, in bytes, without the NUL. May be NULL. Untouched on any other
///                     failure.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, not UTF-8, members that are no JSON object, a buffer that is too
///         small); OCIHOOKS_ERR_INVALID_STATE (what ocihooks_run() refuses); OCIHOOKS_ERR_INTERNAL.
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
        // SAFETY: the header asks for NUL-ended strings, two lists of so many of them, bytes of their length, a buffer of its
        // size and a place for its length; or NULL.
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
            hand_over(&parts.to_json()?, buf, buf_size, state_len)
        }
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
/// @param buf          where the new state goes, with a NUL behind; not state itself. NULL: the call says the length only.
/// @param buf_size     the size of buf in bytes. One that is too small is OCIHOOKS_ERR_INVALID_ARGUMENT: new_len is set then,
///                     and buf is an empty string.
/// @param new_len      where the length of the new state goes, in bytes, without the NUL. May be NULL. Untouched on any other
///                     failure.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, not UTF-8, a buffer that is too small);
///         OCIHOOKS_ERR_INVALID_STATE (what the spec forbids in the new state); OCIHOOKS_ERR_INTERNAL.
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
            hand_over(&for_phase(state, phase, (pid != 0).then_some(pid))?, buf, buf_size, new_len)
        }
    })
}

/// # Safety
/// `buf` is NULL, or has that size; `length` is NULL, or has room for a number.
unsafe fn hand_over(text: &str, buf: *mut c_char, buf_size: usize, length: *mut usize) -> Result<(), Error> {
    let fits = text.len() < buf_size;
    // SAFETY: as this function asks. The length is written and not borrowed: a C variable may be uninitialized.
    unsafe {
        if !length.is_null() {
            length.write(text.len());
        }
        ptr::put(if fits { text.as_bytes() } else { b"" }, buf, buf_size);
    }
    if fits || buf.is_null() {
        return Ok(());
    }
    let needed = text.len() + 1;
    Err(Error::InvalidArgument(format!("buf_size is {buf_size}: the state takes {needed}, with its NUL")))
}
