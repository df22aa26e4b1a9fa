//! The hook map: creating, filling, merging and freeing it.

use std::ffi::{c_char, c_int};

use super::guard::{guard, guard_value};
use super::ptr;
use crate::hook::Command;
use crate::hooks::Hooks;

/// A hook map: phases, each with its ordered list of hooks.
///
/// ocihooks_new(), ocihooks_clone() and the ocihooks_parse functions create it, and ocihooks_free() frees it. Threads
/// may share a map as long as none modifies it. A run does not modify it.
#[derive(Debug)]
pub struct ocihooks {
    pub(super) hooks: Hooks,
}

/// Creates an empty hook map.
///
/// @param hooks        receives the new map, or NULL on failure; not NULL. The caller frees the map with
///                     ocihooks_free().
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  hooks is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_new(
    hooks: *mut *mut ocihooks,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        // SAFETY: the header requires room for a pointer, or NULL.
        unsafe { ptr::hand_out(hooks, "hooks", || Ok(ocihooks { hooks: Hooks::new() })) }
    })
}

/// Copies a hook map. The two maps share their callbacks. A callback is destroyed when the last map that holds it is
/// freed.
///
/// @param hooks        the map to copy; not NULL.
/// @param copy         receives the copy, or NULL on failure; not NULL. The caller frees the copy with
///                     ocihooks_free().
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  hooks or copy is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// Any thread may call it, as long as no other thread modifies the map.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_clone(
    hooks: Option<&ocihooks>,
    copy: *mut *mut ocihooks,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        // SAFETY: the header requires room for a pointer, or NULL.
        unsafe {
            ptr::hand_out(copy, "copy", || Ok(ocihooks { hooks: ptr::given(hooks, "hooks")?.hooks.clone() }))
        }
    })
}

/// Appends the hooks of one map to those of another, phase by phase. Members that are not phases (see
/// ocihooks_parse()) are added as well.
///
/// @param hooks        the map to append to; not NULL.
/// @param from         the map whose hooks are appended; not NULL, and not modified. It may be the same map as hooks.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  a map is NULL, or both maps have a member of the same name that the
///                                        runtime-spec does not define, with values that can't be joined. hooks is
///                                        unchanged.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use hooks during the call, and none may modify from.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_merge(
    hooks: *mut ocihooks,
    from: *const ocihooks,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        // The arguments are pointers, and `from` is copied, because both may be the same map.
        // SAFETY: each is a map or NULL. The first borrow ends with the copy, before the second begins.
        unsafe {
            let other = ptr::given(from.as_ref(), "from")?.hooks.clone();
            ptr::given(hooks.as_mut(), "hooks")?.hooks.merge(&other)
        }
    })
}

/// Frees a hook map. A callback is destroyed when the last map that holds it is freed.
///
/// @param hooks  the map; NULL does nothing.
///
/// No other thread may use the map during the call or afterwards.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_free(hooks: *mut ocihooks) {
    // SAFETY: NULL, or created by a function that returns a map. The header forbids any further use.
    guard_value((), || unsafe { ptr::free(hooks) });
}

/// Appends a command to a phase (config.md, "POSIX-platform Hooks"). The map keeps copies of all texts.
///
/// @param hooks            the map; not NULL.
/// @param phase            the name of the phase, UTF-8; neither NULL nor empty. A phase that is not in the map is
///                         created, even if the runtime-spec does not define it.
/// @param path             the absolute path of the program, UTF-8; not NULL. PATH is not searched.
/// @param args             the complete argument vector, beginning with the program's name: a NULL-terminated array
///                         of UTF-8 texts. NULL or an empty array means path alone.
/// @param env              the complete environment: a NULL-terminated array of "KEY=value" entries, UTF-8, passed to
///                         the program unchanged. NULL leaves the environment to the runner; an empty array is an
///                         empty environment.
/// @param timeout_seconds  the time limit in seconds; 0 for none.
/// @param errmsg           receives the error message; may be NULL.
/// @param errmsg_size      the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  hooks, phase or path is NULL; a text is not UTF-8; phase is empty; or the
///                                        map has a member of that name whose value is not a list of hooks.
/// @retval OCIHOOKS_ERR_INVALID_HOOKS     the runtime-spec forbids the command: the path is empty or relative, or the
///                                        timeout is negative. A lenient map accepts it, see
///                                        ocihooks_set_lenient().
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the map during the call.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_add_command(
    hooks: Option<&mut ocihooks>,
    phase: *const c_char,
    path: *const c_char,
    args: *const *const c_char,
    env: *const *const c_char,
    timeout_seconds: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        let map = &mut ptr::given(hooks, "hooks")?.hooks;
        // SAFETY: the header requires NUL-terminated strings and NULL-terminated arrays of them, or NULL.
        let (phase, path, args, env) = unsafe {
            (
                ptr::text(ptr::string(phase), "phase")?,
                ptr::text(ptr::string(path), "path")?,
                ptr::strings(args, "args")?,
                ptr::strings(env, "env")?,
            )
        };
        let mut command = Command::new(path);
        (command.args, command.env) = (args, env);
        map.add_command(phase, command, (timeout_seconds != 0).then_some(timeout_seconds.into()))
    })
}

/// Makes a map lenient or strict, which concerns hooks that are appended later. Default: strict. A map that was read
/// leniently is lenient.
///
/// ocihooks_add_command() appends a hook that the runtime-spec forbids to a lenient map. Such a hook counts, it is
/// written like any other, and ocihooks_warning() reports it. It fails when its turn comes, with
/// OCIHOOKS_ERR_INVALID_HOOKS; in poststop, the hooks after it run.
///
/// @param hooks        the map; not NULL.
/// @param on           0 for strict; any other value for lenient. Hooks that are in the map stay unchanged.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  hooks is NULL.
///
/// No other thread may use the map during the call.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_set_lenient(
    hooks: Option<&mut ocihooks>,
    on: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        ptr::given(hooks, "hooks")?.hooks.set_lenient(on != 0);
        Ok(())
    })
}
