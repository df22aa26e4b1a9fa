//! The phases of the spec, for C.

use std::ffi::{CStr, c_char, c_int};
use std::ptr::null;

use super::constants::ocihooks_namespace;
use super::guard::{guard, guard_value};
use super::ptr;
use crate::error::{Code, Error};
use crate::phase::{Namespace, Phase};

/// The table's names, NUL-ended for C, in lifecycle order.
const NAMES: [&CStr; Phase::COUNT] =
    [c"prestart", c"createRuntime", c"createContainer", c"startContainer", c"poststart", c"poststop"];

/// Returns how many phases the runtime-spec knows: 6.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_phase_count() -> usize {
    guard_value(0, || Phase::COUNT)
}

/// Returns the name of a phase of the runtime-spec.
///
/// @param index  its place in the lifecycle, from 0 (prestart) to 5 (poststop).
/// @return static text, or NULL for an index that is too large.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_phase_name(index: usize) -> *const c_char {
    guard_value(null(), || NAMES.get(index).map_or(null(), |name| name.as_ptr()))
}

/// Returns the namespaces that a phase's hooks run in (config.md, "POSIX-platform Hooks").
///
/// @param phase        the name, as the runtime-spec spells it; not NULL.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_NAMESPACE_RUNTIME or OCIHOOKS_NAMESPACE_CONTAINER; OCIHOOKS_ERR_INVALID_ARGUMENT for
///         NULL or a name that is not UTF-8; OCIHOOKS_ERR_UNKNOWN_PHASE for a phase that the spec does not
///         know.
///
/// Any thread may call it.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_phase_namespace(
    phase: *const c_char,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    let mut namespace = ocihooks_namespace::OCIHOOKS_NAMESPACE_RUNTIME;
    let code = guard(errmsg, errmsg_size, || {
        // SAFETY: the header asks for a NUL-ended string, or NULL.
        let name = ptr::text(unsafe { ptr::string(phase) }, "phase")?;
        let known = Phase::from_name(name).ok_or_else(|| Error::UnknownPhase(name.to_owned()))?;
        namespace = match known.namespace() {
            Namespace::Runtime => ocihooks_namespace::OCIHOOKS_NAMESPACE_RUNTIME,
            Namespace::Container => ocihooks_namespace::OCIHOOKS_NAMESPACE_CONTAINER,
        };
        Ok(())
    });
    if code == Code::Ok.as_raw() { namespace as c_int } else { code }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_for_c_are_the_tables() {
        let names: Vec<_> = Phase::all().map(Phase::name).collect();
        assert_eq!(NAMES.map(|name| name.to_str().unwrap_or_default()).as_slice(), names);
    }
}
