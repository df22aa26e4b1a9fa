//! The hook map: made, filled, joined, freed.

use std::ffi::{c_char, c_int};

use super::guard::{guard, guard_value};
use super::ptr;
use crate::hook::Command;
use crate::hooks::Hooks;

/// The hook map: phases, each with its ordered list of hooks.
///
/// Made by ocihooks_new(), ocihooks_clone() or one of the ocihooks_parse functions, and freed by ocihooks_free().
/// While nobody changes it, any number of threads may use it at once; a run does not change it.
#[derive(Debug)]
pub struct ocihooks {
    pub(super) hooks: Hooks,
}

/// Makes a hook map without hooks.
///
/// @param hooks        where the new map goes: yours, to be freed with ocihooks_free(). NULL after a failure.
/// @param errmsg       where a message goes, NUL-ended and cut between characters; empty on success. May be
///                     NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK, OCIHOOKS_ERR_INVALID_ARGUMENT (hooks is NULL) or OCIHOOKS_ERR_INTERNAL.
///
/// Any thread may call it.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_new(
    hooks: *mut *mut ocihooks,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        // SAFETY: the header asks for a place for the map, or NULL.
        unsafe { ptr::hand_out(hooks, "hooks", || Ok(ocihooks { hooks: Hooks::new() })) }
    })
}

/// Copies a hook map. Callbacks are shared by both; the last map that is freed destroys them.
///
/// @param hooks        the map to copy; not NULL.
/// @param copy         where the copy goes: yours, to be freed with ocihooks_free(). NULL after a failure.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK, OCIHOOKS_ERR_INVALID_ARGUMENT (hooks or copy is NULL) or OCIHOOKS_ERR_INTERNAL.
///
/// Any thread may call it, while none changes the map.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_clone(
    hooks: Option<&ocihooks>,
    copy: *mut *mut ocihooks,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        // SAFETY: the header asks for a place for the copy, or NULL.
        unsafe {
            ptr::hand_out(copy, "copy", || Ok(ocihooks { hooks: ptr::given(hooks, "hooks")?.hooks.clone() }))
        }
    })
}

/// Appends the hooks of one map to those of another, phase by phase. Members of from that are no phase (see
/// ocihooks_parse()) are added too.
///
/// @param hooks        the map to append to; not NULL.
/// @param from         the map whose hooks are appended; not NULL, and not changed. May be hooks itself.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, or both maps hold a member of one name which the
///         spec does not know and the two can't be joined: then nothing was changed); OCIHOOKS_ERR_INTERNAL.
///
/// No other thread may use hooks meanwhile, and none may change from.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_merge(
    hooks: *mut ocihooks,
    from: *const ocihooks,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        // Pointers and not references, and a copy, because both may be the same map.
        // SAFETY: each is a map or NULL. The first borrow ends with the copy, before the second begins.
        unsafe {
            let other = ptr::given(from.as_ref(), "from")?.hooks.clone();
            ptr::given(hooks.as_mut(), "hooks")?.hooks.merge(&other)
        }
    })
}

/// Frees a hook map. A callback is destroyed with the last map that holds it.
///
/// @param hooks  the map; NULL is fine.
///
/// No other thread may use the map any more.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_free(hooks: *mut ocihooks) {
    // SAFETY: NULL, or made by one of the functions that hand a map out. Nobody uses it any more.
    guard_value((), || unsafe { ptr::free(hooks) });
}

/// Appends a command to a phase (config.md, "POSIX-platform Hooks").
///
/// @param hooks            the map; not NULL.
/// @param phase            the phase's name; not NULL, not empty, UTF-8. One that the spec does not know is made.
/// @param path             the program's absolute path, UTF-8; not NULL. PATH is not searched.
/// @param args             the whole argument vector, the program's name first, NULL-ended, UTF-8. NULL, or a list of
///                         none, means path alone.
/// @param env              the whole environment as "KEY=value", NULL-ended, UTF-8, passed on as it is. NULL
///                         leaves it to the runner; a list of none is an empty environment.
/// @param timeout_seconds  the time limit in seconds; 0 for none.
/// @param errmsg           where a message goes; may be NULL.
/// @param errmsg_size      the size of errmsg in bytes.
/// @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, not UTF-8, an empty phase name, or one that the map
///         holds with a value that is no list of hooks); OCIHOOKS_ERR_INVALID_HOOKS (what the spec forbids: an
///         empty or relative path, a negative timeout; a lenient map takes it, see ocihooks_set_lenient());
///         OCIHOOKS_ERR_INTERNAL.
///
/// All text is copied. No other thread may use the map meanwhile.
///
/// # Safety
/// Pointers are NULL or as described.
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
        // SAFETY: the header asks for NUL-ended strings and NULL-ended lists of them, or NULL.
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

/// Says whether a map is lenient: whether ocihooks_add_command() keeps a hook that the spec forbids. Such a hook is counted
/// and written as any other, ocihooks_warning() tells of it, and it fails when its turn comes, with
/// OCIHOOKS_ERR_INVALID_HOOKS: in poststop the hooks behind it run. For hooks that somebody else accepted before. Default: not
/// lenient; a map that ocihooks_read() made with OCIHOOKS_READ_LENIENT is, and one by ocihooks_parse_libcontainer().
///
/// @param hooks        the map; not NULL.
/// @param on           0: not lenient; anything else: lenient. The hooks that are in the map stay as they are.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT (hooks is NULL).
///
/// No other thread may use the map meanwhile.
///
/// # Safety
/// Pointers are NULL or as described.
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
