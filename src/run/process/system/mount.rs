//! The mount that a file is on.

use std::ffi::CString;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Whether the mount that a path is on is noexec; `false` if that can't be determined.
pub(crate) fn is_noexec(path: &Path) -> bool {
    let Ok(path) = CString::new(path.as_os_str().as_bytes()) else { return false };
    let mut answer = MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: a NUL-ended path, and room for the answer.
    if unsafe { libc::statvfs(path.as_ptr(), answer.as_mut_ptr()) } != 0 {
        return false;
    }
    // SAFETY: the call has filled it.
    let answer = unsafe { answer.assume_init() };
    answer.f_flag & libc::ST_NOEXEC != 0
}
