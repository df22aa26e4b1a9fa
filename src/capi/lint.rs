//! CDI's hooks, and what is to be said of documents.

use std::ffi::{c_char, c_int};

use super::constants::ocihooks_document as document;
use super::guard::{guard, guard_written};
use super::map::ocihooks;
use super::ptr;
use super::runner::refused;
use crate::cdi;
use crate::error::Error;
use crate::finding::Finding;
use crate::lint::{DocumentKind, Linter};

/// Appends the hooks of a CDI containerEdits object to a map, each to the phase of its hookName; prestart stays prestart. What
/// else the object has is ignored. CDI files are YAML: the caller reads them, and hands over the object as JSON.
///
/// @param hooks        the map; not NULL.
/// @param edits        the object, UTF-8; not NULL. It is not needed any more after the call.
/// @param edits_len    its length in bytes.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK, or OCIHOOKS_ERR_INVALID_ARGUMENT, OCIHOOKS_ERR_INVALID_JSON, OCIHOOKS_ERR_INVALID_HOOKS (the message
///         names the first 100 violations) or OCIHOOKS_ERR_INTERNAL; then nothing was added.
///
/// No other thread may use the map meanwhile.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_add_cdi_edits(
    hooks: Option<&mut ocihooks>,
    edits: *const c_char,
    edits_len: usize,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        let hooks = &mut ptr::given(hooks, "hooks")?.hooks;
        // SAFETY: the header asks for so many bytes, or NULL.
        cdi::add_edits(hooks, unsafe { ptr::bytes(edits, edits_len, "edits")? })
    })
}

/// Writes what is to be said of a document, as a compact JSON list like that of ocihooks_hooksd_violations_json(): errors are
/// what the library refuses, warnings do something else than their author may think, notes are worth knowing. "[]" is a document
/// without findings. A text that is not JSON is an error in the list.
///
/// @param kind           an ocihooks_document: what the document is meant to be.
/// @param name           the file's name, for the findings; NULL for none.
/// @param document       the text; not NULL.
/// @param document_len   its length in bytes.
/// @param stages         the stages that the caller offers to hook files, NULL-ended; NULL for none.
/// @param check_host     whether the hooks' programs are looked for on this host, but for those of startContainer. 0: no;
///                       anything else: yes.
/// @param buf            where the text goes, NUL-ended and cut to fit; may be NULL. Empty after a failure.
/// @param buf_size       the size of buf in bytes.
/// @param length         the length of the whole text in bytes, without the NUL: it was cut if that is not less than buf_size.
///                       0 after a failure. May be NULL.
/// @param errmsg         where a message goes; may be NULL.
/// @param errmsg_size    the size of errmsg in bytes.
/// @return OCIHOOKS_OK, whatever the findings are; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, a kind that is none, or text that is
///         not UTF-8); OCIHOOKS_ERR_INTERNAL.
///
/// Any thread may call it.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_lint(
    kind: c_int,
    name: *const c_char,
    document: *const c_char,
    document_len: usize,
    stages: *const *const c_char,
    check_host: c_int,
    buf: *mut c_char,
    buf_size: usize,
    length: *mut usize,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard_written(buf, buf_size, length, errmsg, errmsg_size, || {
        let kind = kind_of(kind)?;
        // SAFETY: the header asks for a NUL-ended string, so many bytes, and a NULL-ended list of strings, or NULL.
        let (name, document, stages) = unsafe {
            (
                ptr::optional_text(ptr::string(name), "name")?.unwrap_or_default(),
                ptr::bytes(document, document_len, "document")?,
                ptr::strings(stages, "stages")?.unwrap_or_default(),
            )
        };
        let mut linter = Linter::new();
        for stage in &stages {
            linter.add_stage(stage);
        }
        Ok(Finding::list_to_json(&linter.check_host(check_host != 0).lint(kind, name, document)))
    })
}

fn kind_of(number: c_int) -> Result<DocumentKind, Error> {
    const HOOKS: c_int = document::OCIHOOKS_DOCUMENT_HOOKS as c_int;
    const CONFIG: c_int = document::OCIHOOKS_DOCUMENT_CONFIG as c_int;
    const HOOK_FILE: c_int = document::OCIHOOKS_DOCUMENT_HOOK_FILE as c_int;
    const CDI: c_int = document::OCIHOOKS_DOCUMENT_CDI as c_int;
    match number {
        HOOKS => Ok(DocumentKind::Hooks),
        CONFIG => Ok(DocumentKind::Config),
        HOOK_FILE => Ok(DocumentKind::HookFile),
        CDI => Ok(DocumentKind::Cdi),
        _ => Err(refused("kind", &number, "0, 1, 3 and 4 name documents that can be linted")),
    }
}
