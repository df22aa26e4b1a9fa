//! What hook files mean for a container.

use std::ffi::{c_char, c_int};

use super::guard::guard;
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

/// Creates a map of the hooks that the files add to a container, in the order of injection. The config's own hooks
/// are not included: ocihooks_merge() appends the map to them. Hooks of offered stages are phases of the map.
///
/// @param set              the set; not NULL.
/// @param config           the container's config.json, of which process.args[0] and annotations are read; not NULL.
/// @param config_len       the length of config in bytes.
/// @param annotations      a NULL-terminated array in which each key is followed by its value, instead of the
///                         config's annotations; NULL for those.
/// @param has_bind_mounts  whether the user requested bind mounts: 0 for no; any other value for yes.
/// @param hooks            receives the map, or NULL on failure; not NULL. The caller frees the map with
///                         ocihooks_free().
/// @param errmsg           receives the error message; may be NULL.
/// @param errmsg_size      the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  a required argument is NULL, an annotation is not UTF-8, or a key has no
///                                        value.
/// @retval OCIHOOKS_ERR_INVALID_JSON      config is not JSON.
/// @retval OCIHOOKS_ERR_INVALID_CONFIG    config violates the runtime-spec.
/// @retval OCIHOOKS_ERR_INVALID_FILES     the set is strict, and a file is unusable. The message lists the first 100
///                                        violations.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// Any thread may call it, as long as no other thread modifies the set.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
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

/// Writes the result of every file for a container, as one compact JSON object: {"files": [...], "violations":
/// [...]}. A file has name, file, and result: "injected", "not-matched", "no-stage", "masked", "mask" or "unusable".
/// Further members are maskedBy, conditions (each with whether it was met, its patterns, and the value that it saw)
/// and injected (phase and index).
///
/// @param set              the set; not NULL.
/// @param config           the container's config.json; not NULL.
/// @param config_len       the length of config in bytes.
/// @param annotations      as for ocihooks_hooksd_match().
/// @param has_bind_mounts  as for ocihooks_hooksd_match().
/// @param buf              receives the text, NUL-terminated. NULL asks for the length only.
/// @param buf_size         the size of buf in bytes. A size that is too small gives OCIHOOKS_ERR_INVALID_ARGUMENT, and
///                         buf then holds an empty string.
/// @param length           receives the length of the text in bytes, without the NUL, also if buf is too small; may
///                         be NULL. Unchanged on any other failure.
/// @param errmsg           receives the error message; may be NULL.
/// @param errmsg_size      the size of errmsg in bytes.
/// @return the codes of ocihooks_hooksd_match() except OCIHOOKS_ERR_INVALID_FILES, because the text lists the
///         violations.
///
/// Any thread may call it, as long as no other thread modifies the set.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
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
    guard(errmsg, errmsg_size, || {
        let files = &ptr::given(set, "set")?.files;
        // SAFETY: the header asks for what `container` does.
        let container = unsafe { container(config, config_len, annotations, has_bind_mounts)? };
        // SAFETY: the header requires a buffer of its size and room for its length, or NULL for each.
        unsafe { ptr::hand_over(&files.explain(&container), buf, buf_size, length) }
    })
}
