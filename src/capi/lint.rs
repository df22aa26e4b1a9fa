//! CDI's hooks, and what is to be said of documents.

use std::ffi::{c_char, c_int};

use super::constants::ocihooks_document as document;
use super::guard::guard;
use super::map::ocihooks;
use super::ptr;
use super::runner::refused;
use crate::cdi;
use crate::error::Error;
use crate::finding::Finding;
use crate::lint::{DocumentKind, Linter};

/// Appends the hooks of a CDI containerEdits object to a map, each to the phase of its hookName. prestart stays
/// prestart, and other members of the object are ignored. CDI files are YAML, so the caller converts the object to
/// JSON.
///
/// @param hooks        the map; not NULL. Unchanged on failure.
/// @param edits        the object, UTF-8; not NULL. The map keeps no reference to it.
/// @param edits_len    the length of edits in bytes.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  an argument is NULL.
/// @retval OCIHOOKS_ERR_INVALID_JSON      edits is not JSON, or not UTF-8.
/// @retval OCIHOOKS_ERR_INVALID_HOOKS     the hooks are invalid. The message lists the first 100 violations.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the map during the call.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
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

/// Writes the findings about a document as a compact JSON list, in the form of ocihooks_hooksd_violations_json().
/// Errors are rejected by the library, warnings may differ from the author's intent, and notes are worth knowing.
/// "[]" means no findings. A text that is not JSON is an error in the list.
///
/// @param kind          an ocihooks_document: the intended form of the document.
/// @param name          the name of the file, for the findings; NULL for none.
/// @param document      the text; not NULL.
/// @param document_len  the length of document in bytes.
/// @param stages        a NULL-terminated array of the stages that the caller offers to hook files; NULL for none.
/// @param check_host    whether the hooks' programs, except those of startContainer, are searched for on this host: 0
///                      for no; any other value for yes.
/// @param buf           receives the text, NUL-terminated. NULL asks for the length only.
/// @param buf_size      the size of buf in bytes. A size that is too small gives OCIHOOKS_ERR_INVALID_ARGUMENT, and
///                      buf then holds an empty string.
/// @param length        receives the length of the text in bytes, without the NUL, also if buf is too small; may
///                      be NULL. Unchanged on any other failure.
/// @param errmsg        receives the error message; may be NULL.
/// @param errmsg_size   the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success, whatever the findings.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  document is NULL, kind is unknown, or a text is not UTF-8.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
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
    guard(errmsg, errmsg_size, || {
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
        let found = linter.check_host(check_host != 0).lint(kind, name, document);
        // SAFETY: the header requires a buffer of its size and room for its length, or NULL for each.
        unsafe { ptr::hand_over(&Finding::list_to_json(&found), buf, buf_size, length) }
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
