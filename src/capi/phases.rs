//! The phases of the runtime-spec, for C.

use std::ffi::{CStr, c_char, c_int};
use std::ptr::null;

use super::constants::ocihooks_namespace;
use super::guard::{guard, guard_value};
use super::ptr;
use crate::error::{Code, Error};
use crate::phase::{Namespace, Phase};

/// The names of the phase table, NUL-terminated for C, in lifecycle order.
const NAMES: [&CStr; Phase::COUNT] =
    [c"prestart", c"createRuntime", c"createContainer", c"startContainer", c"poststart", c"poststop"];

/// Returns the number of phases that the runtime-spec defines.
///
/// @return 6.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_phase_count() -> usize {
    guard_value(0, || Phase::COUNT)
}

/// Returns the name of a phase of the runtime-spec.
///
/// @param index  the phase's position in the lifecycle, from 0 (prestart) to 5 (poststop).
/// @return static text; NULL if index is 6 or more.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_phase_name(index: usize) -> *const c_char {
    guard_value(null(), || NAMES.get(index).map_or(null(), |name| name.as_ptr()))
}

/// Returns the namespaces that the hooks of a phase run in (config.md, "POSIX-platform Hooks").
///
/// @param phase        the name of the phase, as the runtime-spec spells it; not NULL.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_NAMESPACE_RUNTIME     the hooks run in the runtime's namespaces.
/// @retval OCIHOOKS_NAMESPACE_CONTAINER   the hooks run in the container's namespaces.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  phase is NULL or not UTF-8.
/// @retval OCIHOOKS_ERR_UNKNOWN_PHASE     the runtime-spec does not define the phase.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_phase_namespace(
    phase: *const c_char,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    let mut namespace = ocihooks_namespace::OCIHOOKS_NAMESPACE_RUNTIME;
    let code = guard(errmsg, errmsg_size, || {
        // SAFETY: the header requires a NUL-terminated string, or NULL.
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
