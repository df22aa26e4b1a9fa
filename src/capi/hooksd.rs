//! Hook files: read from directories or memory.

use std::ffi::{CStr, OsStr, c_char, c_int};
use std::os::unix::ffi::OsStrExt;
use std::sync::OnceLock;

use super::guard::{guard, guard_value};
use super::ptr;
use crate::error::Error;
use crate::hooksd::HookFiles;

/// A set of hook files: those of directories, as engines use them (hooks.d), and those in the caller's memory.
///
/// ocihooks_hooksd_new() creates it, and ocihooks_hooksd_free() frees it. Threads may share a set as long as none
/// modifies it. docs/hooksd.md has the rules of directories and documents.
#[derive(Debug, Default)]
pub struct ocihooks_hooksd {
    pub(super) files: HookFiles,
    /// What is asked for by its place, made when the first is asked for: a search each time would take quadratic time.
    pub(super) used: OnceLock<Vec<(String, String)>>,
    pub(super) violations: OnceLock<[Vec<String>; 3]>,
}

/// Changes the files.
fn change(
    set: Option<&mut ocihooks_hooksd>,
    errmsg: *mut c_char,
    errmsg_size: usize,
    change: impl FnOnce(&mut HookFiles) -> Result<(), Error>,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        let set = ptr::given(set, "set")?;
        set.used.take();
        set.violations.take();
        change(&mut set.files)
    })
}

/// Creates a set without hook files.
///
/// @param set          receives the set, or NULL on failure; not NULL. The caller frees the set with
///                     ocihooks_hooksd_free().
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  set is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_new(
    set: *mut *mut ocihooks_hooksd,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        // SAFETY: the header asks for a place for the set, or NULL.
        unsafe { ptr::hand_out(set, "set", || Ok(ocihooks_hooksd::default())) }
    })
}

/// Frees a set of hook files.
///
/// @param set  the set; NULL does nothing.
///
/// No other thread may use the set during the call or afterwards.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_free(set: *mut ocihooks_hooksd) {
    // SAFETY: NULL, or made by ocihooks_hooksd_new(). Nobody uses it any more.
    guard_value((), || unsafe { ptr::free(set) });
}

/// Offers a stage that the runtime-spec does not define, such as podman's "precreate". Hooks of that stage become a
/// phase of that name. If "prestart" is offered, its hooks stay there; otherwise they go to createRuntime.
///
/// @param set          the set, without files so far; not NULL.
/// @param stage        the name of the stage; neither NULL nor empty.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  an argument is NULL, the name is empty or not UTF-8, or the set has files.
///                                        The set is unchanged.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the set during the call.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_add_stage(
    set: Option<&mut ocihooks_hooksd>,
    stage: *const c_char,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    change(set, errmsg, errmsg_size, |files| {
        // SAFETY: the header asks for a NUL-ended string, or NULL.
        files.add_stage(ptr::text(unsafe { ptr::string(stage) }, "stage")?)
    })
}

/// Reads the hook files of a directory. A file masks an earlier file of the same name. A missing directory is empty.
/// Unusable files, and a directory that can't be read, are violations; all other files are used.
///
/// @param set          the set; not NULL.
/// @param dir          the directory; neither NULL nor empty. It may be other bytes than UTF-8.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  an argument is NULL, or dir is empty.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the set during the call.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_add_dir(
    set: Option<&mut ocihooks_hooksd>,
    dir: *const c_char,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    change(set, errmsg, errmsg_size, |files| {
        // SAFETY: the header asks for a NUL-ended string, or NULL.
        let dir = ptr::given(unsafe { ptr::string(dir) }, "dir")?;
        if dir.is_empty() {
            return Err(Error::InvalidArgument("dir is empty".into()));
        }
        files.add_directory(OsStr::from_bytes(CStr::to_bytes(dir)));
        Ok(())
    })
}

/// Reads a hook file from the caller's memory. It masks an earlier file of the same name. An unusable file is a
/// violation. An empty file masks and injects nothing.
///
/// @param set          the set; not NULL.
/// @param name         the name of the file, which determines its order; not NULL. It ends in ".json" and has no
///                     slash.
/// @param json         the text; not NULL. The set keeps no reference to it.
/// @param json_len     the length of json in bytes.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  an argument is NULL, or name is invalid. The set is unchanged.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the set during the call.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_add_file(
    set: Option<&mut ocihooks_hooksd>,
    name: *const c_char,
    json: *const c_char,
    json_len: usize,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    change(set, errmsg, errmsg_size, |files| {
        // SAFETY: the header asks for a NUL-ended string and so many bytes, or NULL.
        let (name, json) =
            unsafe { (ptr::text(ptr::string(name), "name")?, ptr::bytes(json, json_len, "json")?) };
        files.add_file(name, json)
    })
}

/// Sets whether ocihooks_hooksd_match() fails if a file is unusable. Default: no, the other files are used.
///
/// @param set          the set; not NULL.
/// @param on           0 for no; any other value for yes.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  set is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the set during the call.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_set_strict(
    set: Option<&mut ocihooks_hooksd>,
    on: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    change(set, errmsg, errmsg_size, |files| {
        files.set_strict(on != 0);
        Ok(())
    })
}

/// Sets whether the hooks' programs are searched for on this host. Findings are warnings, and the hooks are kept.
/// Programs of startContainer are in the container and are not searched for. Default: no.
///
/// @param set          the set; not NULL.
/// @param on           0 for no; any other value for yes, for earlier and later files.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  set is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the set during the call.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_set_check_host(
    set: Option<&mut ocihooks_hooksd>,
    on: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    change(set, errmsg, errmsg_size, |files| {
        files.set_check_host(on != 0);
        Ok(())
    })
}

/// Lists the directories again, and reads the files that have changed by device, inode, size or times. A file that
/// has become unusable keeps its last good version, with a warning. Files from memory stay.
///
/// @param set          the set; not NULL.
/// @param changed      receives 1 if anything has changed, otherwise 0; may be NULL.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  set is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the set during the call.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_refresh(
    set: Option<&mut ocihooks_hooksd>,
    changed: *mut c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    change(set, errmsg, errmsg_size, |files| {
        let has_changed = c_int::from(files.refresh());
        if !changed.is_null() {
            // SAFETY: room for an int.
            unsafe { changed.write(has_changed) };
        }
        Ok(())
    })
}
