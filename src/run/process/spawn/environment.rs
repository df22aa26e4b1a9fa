//! A hook's environment: its own, the runner's, or the process's, with or without the loader's `LD_*`.

use std::ffi::{CStr, c_char};

use super::exec_image::Strings;
use crate::hook::Command;
use crate::run::runner::{Environment, Runner};

unsafe extern "C" {
    /// The process's environment, as POSIX has it.
    static environ: *const *const c_char;
}

/// The prefix of the variables that tell the dynamic loader what to load.
const LOADER_PREFIX: &[u8] = b"LD_";

/// The process's own list; NULL after `clearenv()`.
pub(super) fn process_environment() -> *const *const c_char {
    // SAFETY: reads the pointer itself.
    unsafe { environ }
}

/// Adds the environment, and returns its start; `None` if it is the process's own, which is not copied.
pub(super) fn environment(
    command: &Command,
    phase: &str,
    runner: &Runner<'_>,
    strings: &mut Strings,
) -> Option<usize> {
    let variable = runner.phase_variable.as_deref().filter(|_| !phase.is_empty());
    let start = strings.starts.len();
    let explicit = match (&command.env, runner.hook_environment()) {
        (Some(list), _) | (None, Environment::List(list)) => Some(list),
        (None, Environment::Inherit) if variable.is_none() => return None,
        (None, Environment::Inherit | Environment::InheritWithoutLoader) => None,
    };
    let mut is_set = false;
    let is_variable = |entry: &[u8]| variable.is_some_and(|name| names(entry, name.as_bytes()));
    if let Some(list) = explicit {
        list.iter().for_each(|entry| strings.push(entry.as_bytes()));
        is_set = list.iter().any(|entry| is_variable(entry.as_bytes()));
    } else {
        let loader = *runner.hook_environment() == Environment::InheritWithoutLoader;
        for entry in own_environment() {
            let left_out = is_variable(entry) || (loader && entry.starts_with(LOADER_PREFIX));
            if !left_out {
                strings.push(entry);
            }
        }
    }
    if let (Some(name), false) = (variable, is_set) {
        strings.push(format!("{name}={phase}").as_bytes());
    }
    strings.end_list();
    Some(start)
}

/// Whether an entry sets the variable with that name.
fn names(entry: &[u8], name: &[u8]) -> bool {
    entry.strip_prefix(name).is_some_and(|rest| rest.first() == Some(&b'='))
}

/// The process's own entries, unchanged.
fn own_environment() -> impl Iterator<Item = &'static [u8]> {
    // SAFETY: reads the pointer; NULL after clearenv().
    let mut next = unsafe { environ };
    std::iter::from_fn(move || {
        // SAFETY: the pointer is not NULL, and the list ends with NULL. The caller's threads don't change the
        // environment meanwhile, as POSIX requires for every reader of it.
        unsafe {
            if next.is_null() || (*next).is_null() {
                return None;
            }
            let entry = CStr::from_ptr(*next).to_bytes();
            next = next.add(1);
            Some(entry)
        }
    })
}
