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
/// The map is lossless:
///
/// - Unknown properties of a hook are kept for ocihooks_to_json().
/// - An unknown member of the object whose value is a list of valid hooks becomes a phase, which can be run.
/// - An unknown member with any other value is kept unchanged and is not a phase.
/// - null as the value of a phase, args, env or timeout means the same as an absent member.
///
/// The call and the map take at most 24 bytes of memory for each byte of the text plus 1 MB, whether the text is
/// valid or not.
///
/// @param json         the text, UTF-8; not NULL. The map keeps no reference to it.
/// @param json_len     the length of json in bytes.
/// @param hooks        receives the new map, or NULL on failure; not NULL. The caller frees the map with
///                     ocihooks_free().
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  json or hooks is NULL.
/// @retval OCIHOOKS_ERR_INVALID_JSON      json is not UTF-8, not JSON, or nested deeper than 512 levels.
/// @retval OCIHOOKS_ERR_INVALID_HOOKS     the runtime-spec forbids the hooks. The message lists the first 100
///                                        violations with JSON pointer, line, column, rule and value, then "; and N
///                                        more".
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_parse(
    json: *const c_char,
    json_len: usize,
    hooks: *mut *mut ocihooks,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    // SAFETY: the header requires the same as `parse`.
    guard(errmsg, errmsg_size, || unsafe { parse(core::parse, json, json_len, hooks) })
}

/// Reads the hooks of a complete config.json (config.md, "POSIX-platform Hooks"). The rest of the document is checked
/// to be JSON and otherwise ignored. A config without hooks gives an empty map.
///
/// @param json         the text, UTF-8; not NULL. The map keeps no reference to it.
/// @param json_len     the length of json in bytes.
/// @param hooks        receives the new map, or NULL on failure; not NULL. The caller frees the map with
///                     ocihooks_free().
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return the codes of ocihooks_parse(), for the same reasons.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_parse_config(
    json: *const c_char,
    json_len: usize,
    hooks: *mut *mut ocihooks,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    // SAFETY: the header requires the same as `parse`.
    guard(errmsg, errmsg_size, || unsafe { parse(core::parse_config, json, json_len, hooks) })
}

/// Reads hooks in libcontainer's dialect, as runc keeps them in its state. It differs from ocihooks_parse() in two
/// members: "timeout" is in nanoseconds, and "dir" is the hook's working directory.
///
/// Reading is lenient, as in ocihooks_read() with OCIHOOKS_READ_LENIENT, because the container exists and has to be
/// deleted, whatever its hooks are.
///
/// A runtime uses it when one process saves the hooks at create and another runs them at delete.
///
/// @param json         the text, UTF-8; not NULL. The map keeps no reference to it.
/// @param json_len     the length of json in bytes.
/// @param hooks        receives the new map, or NULL on failure; not NULL. The caller frees the map with
///                     ocihooks_free().
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return the codes of ocihooks_parse(), for the same reasons. Invalid hooks are kept and give no error.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_parse_libcontainer(
    json: *const c_char,
    json_len: usize,
    hooks: *mut *mut ocihooks,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    // SAFETY: the header requires the same as `parse`.
    guard(errmsg, errmsg_size, || unsafe { parse(core::parse_libcontainer, json, json_len, hooks) })
}

/// Reads a document of any form, strictly or leniently.
///
/// In lenient reading, a hook that the runtime-spec forbids does not make the document invalid. The map keeps it: it
/// counts, it is written unchanged, and ocihooks_warning() reports it. It fails when its turn comes, with
/// OCIHOOKS_ERR_INVALID_HOOKS and OCIHOOKS_OUTCOME_INVALID. The hooks before it run, and in poststop also those after
/// it. The map is lenient from then on, see ocihooks_set_lenient(). Lenient reading is meant for documents that another
/// program accepted before.
///
/// A document with more than 500 such hooks is invalid. So is one whose hooks object, or one of its phases, has the
/// wrong type or a duplicate key.
///
/// @param document     an ocihooks_document: the form of the text.
/// @param flags        0 or OCIHOOKS_READ_LENIENT.
/// @param json         the text, UTF-8; not NULL. The map keeps no reference to it.
/// @param json_len     the length of json in bytes.
/// @param hooks        receives the new map, or NULL on failure; not NULL. The caller frees the map with
///                     ocihooks_free().
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return the codes of ocihooks_parse(), for the same reasons, and OCIHOOKS_ERR_INVALID_ARGUMENT for an unknown document
///         or flag.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
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

/// Writes the runtime-spec's `hooks` object (config.md, "POSIX-platform Hooks") as compact JSON.
///
/// The six phases come first, in lifecycle order, and are omitted if empty. Unknown phases follow in the map's order.
/// Callbacks and libcontainer's "dir" are omitted. A timeout that is not a whole number of seconds is rounded up.
///
/// @param hooks     the map; NULL gives an empty string.
/// @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
///         than buf_size.
///
/// Any thread may call it, as long as no other thread modifies the map.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_to_json(
    hooks: Option<&ocihooks>,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    guard_text(buf, buf_size, || Some(core::to_string(&hooks?.hooks).into()))
}

/// Writes libcontainer's dialect as compact JSON, for ocihooks_parse_libcontainer() or runc to read.
///
/// All six phases are written, an empty one as null, and "timeout" is in nanoseconds. Callbacks are omitted. A
/// property "dir" that a hook got from ocihooks_parse() is omitted as well, because it would take effect in this
/// dialect.
///
/// @param hooks     the map; NULL gives an empty string.
/// @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
///         than buf_size.
///
/// Any thread may call it, as long as no other thread modifies the map.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_to_libcontainer(
    hooks: Option<&ocihooks>,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    guard_text(buf, buf_size, || Some(core::to_libcontainer(&hooks?.hooks).into()))
}

/// # Safety
/// `json` is NULL or has `json_len` bytes; `hooks` is NULL or has room for a pointer.
unsafe fn parse(
    read: impl FnOnce(&[u8]) -> Result<Hooks, Error>,
    json: *const c_char,
    json_len: usize,
    hooks: *mut *mut ocihooks,
) -> Result<(), Error> {
    // SAFETY: as this function requires; no reference to the bytes outlives it.
    unsafe {
        ptr::hand_out(hooks, "hooks", || Ok(ocihooks { hooks: read(ptr::bytes(json, json_len, "json")?)? }))
    }
}
