//! What a hook is executed with: its argument vector and environment, laid out as execve wants them.

use std::ffi::{CStr, c_char};
use std::num::NonZeroUsize;
use std::ptr;

use super::options::Environment;
use super::runner::Runner;
use crate::hook::Command;

unsafe extern "C" {
    /// The process's environment, as POSIX has it.
    static environ: *const *const c_char;
}

/// The variables that tell the dynamic loader what to load.
const LOADER_PREFIX: &[u8] = b"LD_";

/// Strings for execve, each ended by NUL, in one block; and the NULL-ended lists of pointers to them.
///
/// The first list begins with three places of the library's own, before the hook's arguments: the program that a child
/// may execute first takes them as its arguments.
#[derive(Debug)]
pub(super) struct ExecImage {
    /// Never touched after the pointers were made.
    _text: Vec<u8>,
    pointers: Vec<*const c_char>,
    /// What the first place points to.
    first: Vec<u8>,
    envp: Option<usize>,
    has_directory: bool,
}

/// The places of the first list.
const FIRST: usize = 0;
const DIRECTORY: usize = 1;
const PATH: usize = 2;
const ARGV: usize = 3;

impl ExecImage {
    /// Lays out a command for a phase.
    pub fn new(command: &Command, phase: &str, runner: &Runner<'_>) -> ExecImage {
        let mut strings = Strings::new();
        strings.end_list(); // the first place's own text comes later
        let directory = command.dir.as_ref().or(runner.working_directory.as_ref());
        strings.push(directory.map_or("", |directory| directory.as_str()).as_bytes());
        strings.push(command.path.as_bytes());
        match command.args.as_deref() {
            None | Some([]) => strings.push(command.path.as_bytes()),
            Some(args) => args.iter().for_each(|arg| strings.push(arg.as_bytes())),
        }
        strings.end_list();
        let envp = environment(command, phase, runner, &mut strings);
        strings.lay_out(envp, directory.is_some())
    }

    pub fn path(&self) -> *const c_char {
        self.pointers[PATH]
    }

    pub fn argv(&self) -> *const *const c_char {
        &raw const self.pointers[ARGV]
    }

    pub fn envp(&self) -> *const *const c_char {
        match self.envp {
            Some(start) => &raw const self.pointers[start],
            // SAFETY: reading the pointer itself. What it points to is read by the kernel, in execve, which
            // answers EFAULT where another thread changes the environment under it.
            None => unsafe { environ },
        }
    }

    /// The working directory to enter, or NULL.
    pub fn directory(&self) -> *const c_char {
        if self.has_directory { self.pointers[DIRECTORY] } else { ptr::null() }
    }

    /// The first list from its beginning: this text, ended by NUL; the working directory or an empty string; the path;
    /// the hook's arguments.
    pub fn argv_from(&mut self, first: Vec<u8>) -> *const *const c_char {
        debug_assert_eq!(first.last(), Some(&0));
        self.first = first;
        self.pointers[FIRST] = self.first.as_ptr().cast();
        self.pointers.as_ptr()
    }
}

/// Adds the environment; `None` when it is the process's own, which is not copied.
fn environment(command: &Command, phase: &str, runner: &Runner<'_>, strings: &mut Strings) -> Option<usize> {
    let variable = runner.phase_variable.as_deref();
    let start = strings.starts.len();
    let explicit = match (&command.env, &runner.environment) {
        (Some(list), _) | (None, Environment::List(list)) => Some(list),
        (None, Environment::Inherit) if variable.is_none() => return None,
        (None, Environment::Inherit | Environment::InheritWithoutLoader) => None,
    };
    let mut told = false;
    let is_variable = |entry: &[u8]| variable.is_some_and(|name| names(entry, name.as_bytes()));
    if let Some(list) = explicit {
        list.iter().for_each(|entry| strings.push(entry.as_bytes()));
        told = list.iter().any(|entry| is_variable(entry.as_bytes()));
    } else {
        let loader = runner.environment == Environment::InheritWithoutLoader;
        for entry in own_environment() {
            let left_out = is_variable(entry) || (loader && entry.starts_with(LOADER_PREFIX));
            if !left_out {
                strings.push(entry);
            }
        }
    }
    if let (Some(name), false) = (variable, told) {
        strings.push(format!("{name}={phase}").as_bytes());
    }
    strings.end_list();
    Some(start)
}

/// Whether an entry sets the variable of that name.
fn names(entry: &[u8], name: &[u8]) -> bool {
    entry.strip_prefix(name).is_some_and(|rest| rest.first() == Some(&b'='))
}

/// The process's own entries, to the letter.
fn own_environment() -> impl Iterator<Item = &'static [u8]> {
    // SAFETY: reading the pointer; NULL after clearenv().
    let mut next = unsafe { environ };
    std::iter::from_fn(move || {
        // SAFETY: the list ends with NULL, and is not NULL itself; the caller's threads don't change the
        // environment meanwhile, which is what POSIX asks of every reader of it.
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

/// Strings as they are collected: where each starts in the text, and where lists end.
struct Strings {
    text: Vec<u8>,
    starts: Vec<Option<Start>>,
}

/// Where a string starts, counted from 1: a list of these becomes one of pointers in its place.
type Start = NonZeroUsize;

/// Room for what most commands come to, in bytes and in strings: growing costs more than what stays unused.
const USUAL_TEXT: usize = 512;
const USUAL_STRINGS: usize = 16;

impl Strings {
    fn new() -> Strings {
        Strings { text: Vec::with_capacity(USUAL_TEXT), starts: Vec::with_capacity(USUAL_STRINGS) }
    }

    fn push(&mut self, string: &[u8]) {
        self.starts.push(Start::new(self.text.len() + 1));
        self.text.extend_from_slice(string);
        self.text.push(0);
    }

    fn end_list(&mut self) {
        self.starts.push(None);
    }

    fn lay_out(self, envp: Option<usize>, has_directory: bool) -> ExecImage {
        let base = self.text.as_ptr();
        let pointer =
            |start: Option<Start>| start.map_or(ptr::null(), |at| base.wrapping_add(at.get() - 1).cast());
        let pointers = self.starts.into_iter().map(pointer).collect();
        ExecImage { _text: self.text, pointers, first: Vec::new(), envp, has_directory }
    }
}
