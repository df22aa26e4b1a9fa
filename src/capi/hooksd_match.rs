//! What hook files mean for a container.

use std::ffi::{c_char, c_int};

use super::guard::{guard, guard_written};
use super::hooksd::ocihooks_hooksd;
use super::map::ocihooks;
use super::ptr;
use crate::error::Error;
use crate::hooksd::Container;

/// The container, as C describes it.
///
/// # Safety
/// The pointers are NULL, or so many readable bytes and a NULL-ended list of strings.
unsafe fn container(
    config: *const c_char,
    config_len: usize,
    annotations: *const *const c_char,
    has_bind_mounts: c_int,
) -> Result<Container, Error> {
    // SAFETY: what this function asks for.
    let (config, list) =
        unsafe { (ptr::bytes(config, config_len, "config")?, ptr::strings(annotations, "annotations")?) };
    Container::from_config(config, list.map(pairs).transpose()?, has_bind_mounts != 0)
}

/// Keys and values that stand in turn, as pairs.
fn pairs(list: Vec<String>) -> Result<Vec<(String, String)>, Error> {
    let mut strings = list.into_iter();
    let mut pairs = Vec::new();
    while let Some(key) = strings.next() {
        let value = strings
            .next()
            .ok_or_else(|| Error::InvalidArgument("annotations ends with a key that has no value".into()))?;
        pairs.push((key, value));
    }
    Ok(pairs)
}

/// Makes a map of the hooks that the files add to a container, in the order of injection. The config's own hooks are not among
/// them: ocihooks_merge() appends these to those. Hooks of offered stages are phases of the map.
///
/// @param set              the set; not NULL.
/// @param config           the container's config.json, of which process.args[0] and annotations are looked at; not NULL.
/// @param config_len       its length in bytes.
/// @param annotations      keys and values in turn, NULL-ended, in place of the config's annotations; NULL for those.
/// @param has_bind_mounts  whether the user asked for bind mounts: 0: no; anything else: yes.
/// @param hooks            where the map goes: yours, to be freed with ocihooks_free(). NULL after a failure.
/// @param errmsg           where a message goes; may be NULL.
/// @param errmsg_size      the size of errmsg in bytes.
/// @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, annotations that are not UTF-8, or a key without a value);
///         OCIHOOKS_ERR_INVALID_JSON or OCIHOOKS_ERR_INVALID_CONFIG (the config); OCIHOOKS_ERR_INVALID_FILES (strict, and a
///         file can't be used: the message names the first 100 violations); OCIHOOKS_ERR_INTERNAL.
///
/// Any thread may call it, while none changes the set.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_match(
    set: Option<&ocihooks_hooksd>,
    config: *const c_char,
    config_len: usize,
    annotations: *const *const c_char,
    has_bind_mounts: c_int,
    hooks: *mut *mut ocihooks,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        let make = || {
            let files = &ptr::given(set, "set")?.files;
            // SAFETY: the header asks for what `container` does.
            let container = unsafe { container(config, config_len, annotations, has_bind_mounts)? };
            Ok(ocihooks { hooks: files.match_container(&container)? })
        };
        // SAFETY: the header asks for a place for the map, or NULL.
        unsafe { ptr::hand_out(hooks, "hooks", make) }
    })
}

/// Writes what becomes of every file for a container, as one compact JSON object: {"files": [...], "violations": [...]}. A
/// file has name, file, and result: "injected", "not-matched", "no-stage", "masked", "mask" or "unusable". With it come
/// maskedBy, conditions (each with whether it was met, its patterns and the value that it saw) and injected (phase and index).
///
/// @param set              the set; not NULL.
/// @param config           the container's config.json; not NULL.
/// @param config_len       its length in bytes.
/// @param annotations      as for ocihooks_hooksd_match().
/// @param has_bind_mounts  as for ocihooks_hooksd_match().
/// @param buf              where the text goes, NUL-ended and cut to fit; may be NULL. Empty after a failure.
/// @param buf_size         the size of buf in bytes.
/// @param length           the length of the whole text in bytes, without the NUL: it was cut if that is not less than
///                         buf_size. 0 after a failure. May be NULL.
/// @param errmsg           where a message goes; may be NULL.
/// @param errmsg_size      the size of errmsg in bytes.
/// @return as ocihooks_hooksd_match(), but for OCIHOOKS_ERR_INVALID_FILES: violations are in the text.
///
/// Any thread may call it, while none changes the set.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_explain(
    set: Option<&ocihooks_hooksd>,
    config: *const c_char,
    config_len: usize,
    annotations: *const *const c_char,
    has_bind_mounts: c_int,
    buf: *mut c_char,
    buf_size: usize,
    length: *mut usize,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard_written(buf, buf_size, length, errmsg, errmsg_size, || {
        let files = &ptr::given(set, "set")?.files;
        // SAFETY: the header asks for what `container` does.
        let container = unsafe { container(config, config_len, annotations, has_bind_mounts)? };
        Ok(files.explain(&container))
    })
}
