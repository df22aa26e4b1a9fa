//! Hook files: read from directories or memory, and listed.

use std::ffi::{CStr, OsStr, c_char, c_int};
use std::os::unix::ffi::OsStrExt;
use std::sync::OnceLock;

use super::guard::{guard, guard_text, guard_value};
use super::ptr;
use crate::error::Error;
use crate::hooksd::HookFiles;

/// Hook files that were read: those of directories as engines have them (hooks.d), and those that the caller has in memory.
///
/// Made by ocihooks_hooksd_new() and freed by ocihooks_hooksd_free(). While nobody changes it, any number of threads may use
/// it at once. docs/hooksd.md has the rules of directories and documents.
#[derive(Debug, Default)]
pub struct ocihooks_hooksd {
    pub(super) files: HookFiles,
    /// What is asked for by its place, made when the first is asked for: a search each time would take quadratic time.
    used: OnceLock<Vec<(String, String)>>,
    pub(super) violations: OnceLock<[Vec<String>; 3]>,
}

impl ocihooks_hooksd {
    /// The names and paths of the files that can inject a hook, in the order of injection.
    fn used(&self) -> &[(String, String)] {
        self.used.get_or_init(|| self.files.names().zip(self.files.paths().map(str::to_owned)).collect())
    }
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

/// Makes a set without hook files.
///
/// @param set          where the set goes: yours, to be freed with ocihooks_hooksd_free(). NULL after a failure.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK, OCIHOOKS_ERR_INVALID_ARGUMENT (set is NULL) or OCIHOOKS_ERR_INTERNAL.
///
/// Any thread may call it.
///
/// # Safety
/// Pointers are NULL or as described.
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
/// @param set  the set; NULL is fine.
///
/// No other thread may use the set any more.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_free(set: *mut ocihooks_hooksd) {
    // SAFETY: NULL, or made by ocihooks_hooksd_new(). Nobody uses it any more.
    guard_value((), || unsafe { ptr::free(set) });
}

/// Offers a stage that the runtime-spec does not know, as podman's "precreate". Hooks of that stage become a phase of that
/// name. Offered "prestart", hooks of that stage stay there; else they go to createRuntime.
///
/// @param set          the set; not NULL, and without files so far.
/// @param stage        the stage's name; not NULL, not empty.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, an empty name or one that is not UTF-8, or files were read
///         before); then nothing was changed.
///
/// No other thread may use the set meanwhile.
///
/// # Safety
/// Pointers are NULL or as described.
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

/// Reads the hook files of a directory. A file masks one of the same name that was read before. A missing directory is empty.
/// Files that can't be used are violations, and so is a directory that can't be read; all other files are used.
///
/// @param set          the set; not NULL.
/// @param dir          the directory; not NULL, not empty. It need not be UTF-8.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// No other thread may use the set meanwhile.
///
/// # Safety
/// Pointers are NULL or as described.
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

/// Reads a hook file that the caller has in memory. It masks a file of the same name that was read before. One that can't be
/// used is a violation; an empty one masks, and injects nothing.
///
/// @param set          the set; not NULL.
/// @param name         the file's name, which says its place in the order; not NULL. It ends in ".json", and has no slash.
/// @param json         the text; not NULL. It is not needed any more after the call.
/// @param json_len     its length in bytes.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT; then nothing was changed.
///
/// No other thread may use the set meanwhile.
///
/// # Safety
/// Pointers are NULL or as described.
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

/// Says whether ocihooks_hooksd_match() fails where a file can't be used. Default: no, the other files are used.
///
/// @param set          the set; not NULL.
/// @param on           0: no; anything else: yes.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT (set is NULL).
///
/// No other thread may use the set meanwhile.
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

/// Says whether the hooks' programs are looked for on this host. What is found is a warning, and the hook stays. Programs of
/// startContainer are in the container, and not looked for. Default: no.
///
/// @param set          the set; not NULL.
/// @param on           0: no; anything else: yes, for the files that were read and those to come.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT (set is NULL).
///
/// No other thread may use the set meanwhile.
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

/// Lists the directories again, and reads the files that have changed since: by device, inode, size and times. A file that can't
/// be used any more keeps its last good version, with a warning. Files from memory stay.
///
/// @param set          the set; not NULL.
/// @param changed      1 where anything has changed, else 0; may be NULL.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT (set is NULL).
///
/// No other thread may use the set meanwhile.
///
/// # Safety
/// Pointers are NULL or as described.
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

/// Returns how many files can inject a hook; 0 for NULL. Masked files and files that can't be used are not among them.
///
/// Any thread may call it, while none changes the set.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_hooksd_count(set: Option<&ocihooks_hooksd>) -> usize {
    guard_value(0, || set.map_or(0, |set| set.files.count()))
}

/// Writes the name of a file, as snprintf does it. The files are those of ocihooks_hooksd_count(), in the order of injection.
///
/// @param set       the set; NULL gives an empty string.
/// @param index     which file, from 0; one that is not there gives an empty string.
/// @param buf       where the text goes; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL. What is not UTF-8 becomes U+FFFD.
///
/// Any thread may call it, while none changes the set.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_name(
    set: Option<&ocihooks_hooksd>,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    guard_text(buf, buf_size, || Some(set?.used().get(index)?.0.as_str().into()))
}

/// Writes the path of a file, as snprintf does it: the directory as it was given, and the name. Of a file from memory it is
/// the name.
///
/// @param set       the set; NULL gives an empty string.
/// @param index     which file, from 0; one that is not there gives an empty string.
/// @param buf       where the text goes; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL. What is not UTF-8 becomes U+FFFD.
///
/// Any thread may call it, while none changes the set.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_file(
    set: Option<&ocihooks_hooksd>,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    guard_text(buf, buf_size, || Some(set?.used().get(index)?.1.as_str().into()))
}
