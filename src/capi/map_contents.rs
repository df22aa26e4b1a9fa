//! The contents of a hook map, and the warnings of reading it.

use std::ffi::c_char;

use super::guard::{guard_text, guard_value};
use super::map::ocihooks;
use super::ptr;

/// Counts the hooks of a phase, both commands and callbacks.
///
/// @param hooks  the map; NULL counts 0.
/// @param phase  the name of the phase; NULL and phases that are not in the map count 0.
/// @return the number of hooks.
///
/// Any thread may call it, as long as no other thread modifies the map.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_count(hooks: Option<&ocihooks>, phase: *const c_char) -> usize {
    guard_value(0, || {
        // SAFETY: the header requires a NUL-terminated string, or NULL.
        let phase = unsafe { ptr::string(phase) }.and_then(|phase| phase.to_str().ok());
        hooks.zip(phase).map_or(0, |(map, phase)| map.hooks.count(phase))
    })
}

/// Counts the phases of a map: those of the six that have hooks, and all that the runtime-spec does not define. A map
/// that was read from the wrong document has none; ocihooks_warning() may name the right one.
///
/// @param hooks  the map; NULL counts 0.
/// @return the number of phases.
///
/// Any thread may call it, as long as no other thread modifies the map.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooks_phase_count(hooks: Option<&ocihooks>) -> usize {
    guard_value(0, || hooks.map_or(0, |map| map.hooks.phases().count()))
}

/// Writes the name of a phase of a map. The six come first, in lifecycle order, then the others in the map's order.
///
/// @param hooks     the map; NULL gives an empty string.
/// @param index     the index of the phase, from 0; an index out of range gives an empty string.
/// @param buf       receives the name, NUL-terminated and truncated to fit; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole name in bytes, without the NUL.
///
/// Any thread may call it, as long as no other thread modifies the map.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooks_phase_name(
    hooks: Option<&ocihooks>,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    guard_text(buf, buf_size, || Some(hooks?.hooks.phases().nth(index)?.into()))
}

/// Counts the warnings of a map. They report oddities of the document that it was read from, and of commands that
/// ocihooks_add_command() appended to a lenient map:
///
/// - hooks of a lenient map that will fail, because the runtime-spec forbids them
/// - names that differ from the runtime-spec's only in case, such as "CreateRuntime" or "Path", which are not
///   recognized
/// - a document without phases that looks like another form; the warning names the function that reads that form
///
/// A map keeps at most 1001 warnings, the last of which reports further ones. A copy has them as well, and
/// ocihooks_merge() adds those of the other map.
///
/// @param hooks  the map; NULL counts 0.
/// @return the number of warnings.
///
/// Any thread may call it, as long as no other thread modifies the map.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_warning_count(hooks: Option<&ocihooks>) -> usize {
    guard_value(0, || hooks.map_or(0, |map| map.hooks.warnings().len()))
}

/// Writes a warning of a map: a single line that is safe to print.
///
/// @param hooks     the map; NULL gives an empty string.
/// @param index     the index of the warning, from 0; an index out of range gives an empty string.
/// @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL.
///
/// Any thread may call it, as long as no other thread modifies the map.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_warning(
    hooks: Option<&ocihooks>,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    guard_text(buf, buf_size, || Some(hooks?.hooks.warnings().get(index)?.into()))
}
