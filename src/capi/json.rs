//! JSON in and out, for C.

use std::ffi::{c_char, c_int};

use super::constants::{ocihooks_document as of, ocihooks_read_flag};
use super::guard::{guard, guard_text};
use super::map::ocihooks;
use super::ptr;
use super::runner::refused;
use crate::error::Error;
use crate::hooks::Hooks;
use crate::json::{self as core, Form, Mode};

/// Reads the runtime-spec's `hooks` object (config.md, "POSIX-platform Hooks").
///
/// Nothing is lost: unknown properties of a hook, and unknown members of the object, are kept for
/// ocihooks_to_json(). An unknown member that is a list of valid hooks is a phase that can be run; any other
/// value is kept as it is, and is no phase. null for a phase, args, env or timeout reads as absent.
///
/// The call and the map take at most 24 bytes of memory for each byte of the text, valid or not, and 1 MB besides.
///
/// @param json         the text, UTF-8; not NULL. It is not needed any more after the call.
/// @param json_len     its length in bytes.
/// @param hooks        where the new map goes: yours, to be freed with ocihooks_free(). NULL after a failure.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (json or hooks is NULL); OCIHOOKS_ERR_INVALID_JSON (not
///         UTF-8, not JSON, or nested deeper than 512 levels); OCIHOOKS_ERR_INVALID_HOOKS (the message names the
///         first 100 faults: JSON pointer, line and column, rule, value; then "; and N more"); OCIHOOKS_ERR_INTERNAL.
///
/// Any thread may call it.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_parse(
    json: *const c_char,
    json_len: usize,
    hooks: *mut *mut ocihooks,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    // SAFETY: the header asks for what `parse` does.
    guard(errmsg, errmsg_size, || unsafe { parse(core::parse, json, json_len, hooks) })
}

/// Reads the hooks of a whole config.json. The rest of it is checked to be JSON, and skipped; a config
/// without hooks gives an empty map.
///
/// @param json         the text, UTF-8; not NULL. It is not needed any more after the call.
/// @param json_len     its length in bytes.
/// @param hooks        where the new map goes: yours, to be freed with ocihooks_free(). NULL after a failure.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return as ocihooks_parse().
///
/// Any thread may call it.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_parse_config(
    json: *const c_char,
    json_len: usize,
    hooks: *mut *mut ocihooks,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    // SAFETY: the header asks for what `parse` does.
    guard(errmsg, errmsg_size, || unsafe { parse(core::parse_config, json, json_len, hooks) })
}

/// Reads hooks in libcontainer's dialect, as runc keeps them in its state: as ocihooks_parse(), but "timeout" is
/// in nanoseconds, and "dir" is the hook's working directory. For hooks that are saved at create and run at
/// delete, by another process. It is lenient, as ocihooks_read() with OCIHOOKS_READ_LENIENT, because the container exists and
/// has to be deleted, whatever its hooks are.
///
/// @param json         the text, UTF-8; not NULL. It is not needed any more after the call.
/// @param json_len     its length in bytes.
/// @param hooks        where the new map goes: yours, to be freed with ocihooks_free(). NULL after a failure.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return as ocihooks_parse(), but for hooks that are wrong: they are kept.
///
/// Any thread may call it.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_parse_libcontainer(
    json: *const c_char,
    json_len: usize,
    hooks: *mut *mut ocihooks,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    // SAFETY: the header asks for what `parse` does.
    guard(errmsg, errmsg_size, || unsafe { parse(core::parse_libcontainer, json, json_len, hooks) })
}

/// Reads a document of any form, strictly or not: what the three functions above do, with every choice.
///
/// With OCIHOOKS_READ_LENIENT, a hook that breaks a rule of the spec does not make the document invalid. It is kept: it counts,
/// it is written as it came, ocihooks_warning() tells of it, and it fails when its turn comes, with
/// OCIHOOKS_ERR_INVALID_HOOKS and OCIHOOKS_OUTCOME_INVALID. The hooks before it run, and in poststop those behind it too. The map
/// is then lenient, see ocihooks_set_lenient(). For documents that somebody else accepted before. A document with more than 500
/// such hooks is invalid, and so is one whose hooks object, or a phase of it, has the wrong type or a key twice.
///
/// @param document     an ocihooks_document: what the text is.
/// @param flags        0, or OCIHOOKS_READ_LENIENT.
/// @param json         the text, UTF-8; not NULL. It is not needed any more after the call.
/// @param json_len     its length in bytes.
/// @param hooks        where the new map goes: yours, to be freed with ocihooks_free(). NULL after a failure.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return as ocihooks_parse(); OCIHOOKS_ERR_INVALID_ARGUMENT also for a document or a flag that does not exist.
///
/// Any thread may call it.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_read(
    document: c_int,
    flags: c_int,
    json: *const c_char,
    json_len: usize,
    hooks: *mut *mut ocihooks,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        let read = |json: &[u8]| core::read(form(document)?, mode(flags)?, json);
        // SAFETY: the header asks for what `parse` does.
        unsafe { parse(read, json, json_len, hooks) }
    })
}

/// The form that an ocihooks_document names.
fn form(document: c_int) -> Result<Form, Error> {
    const FORMS: [(of, Form); 3] = [
        (of::OCIHOOKS_DOCUMENT_HOOKS, Form::Hooks),
        (of::OCIHOOKS_DOCUMENT_CONFIG, Form::Config),
        (of::OCIHOOKS_DOCUMENT_LIBCONTAINER, Form::Libcontainer),
    ];
    let found = FORMS.iter().find(|(name, _)| *name as c_int == document);
    found
        .map(|(_, form)| *form)
        .ok_or_else(|| refused("document", &document, "an ocihooks_document is 0, 1 or 2"))
}

/// What the flags of ocihooks_read() mean.
fn mode(flags: c_int) -> Result<Mode, Error> {
    const LENIENT: c_int = ocihooks_read_flag::OCIHOOKS_READ_LENIENT as c_int;
    match flags {
        0 => Ok(Mode::Strict),
        LENIENT => Ok(Mode::Lenient),
        _ => Err(refused("flags", &flags, "only OCIHOOKS_READ_LENIENT is a flag")),
    }
}

/// Writes the runtime-spec's `hooks` object, compact: the phases in lifecycle order, unknown ones behind them
/// in theirs, the six left out where they are empty. Callbacks are left out, and so is libcontainer's "dir"; a
/// time limit that is not whole seconds is rounded up.
///
/// @param hooks     the map; NULL gives an empty string.
/// @param buf       where the text goes, NUL-ended and cut to fit, as snprintf does it; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL: it was cut if that is not less than buf_size.
///
/// Any thread may call it, while none changes the map.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_to_json(
    hooks: Option<&ocihooks>,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    guard_text(buf, buf_size, || Some(core::to_string(&hooks?.hooks).into()))
}

/// Writes libcontainer's dialect, compact, for ocihooks_parse_libcontainer() or runc to read: all six phases,
/// null for an empty one, "timeout" in nanoseconds. Callbacks are left out; a property "dir" of a hook that came
/// by ocihooks_parse() is left out too, since it would take effect here.
///
/// @param hooks     the map; NULL gives an empty string.
/// @param buf       where the text goes, NUL-ended and cut to fit, as snprintf does it; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL: it was cut if that is not less than buf_size.
///
/// Any thread may call it, while none changes the map.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_to_libcontainer(
    hooks: Option<&ocihooks>,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    guard_text(buf, buf_size, || Some(core::to_libcontainer(&hooks?.hooks).into()))
}

/// # Safety
/// `json` is NULL, or has so many bytes; `hooks` is NULL, or has room for a pointer.
unsafe fn parse(
    read: impl FnOnce(&[u8]) -> Result<Hooks, Error>,
    json: *const c_char,
    json_len: usize,
    hooks: *mut *mut ocihooks,
) -> Result<(), Error> {
    // SAFETY: as this function asks; the bytes are not needed any more when it returns.
    unsafe {
        ptr::hand_out(hooks, "hooks", || Ok(ocihooks { hooks: read(ptr::bytes(json, json_len, "json")?)? }))
    }
}
