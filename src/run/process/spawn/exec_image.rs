//! The path, argument vector and environment of a hook, laid out as execve requires.

use std::ffi::c_char;
use std::num::NonZeroUsize;
use std::os::unix::ffi::OsStrExt as _;
use std::ptr;

use super::environment::{environment, process_environment};
use crate::hook::Command;
use crate::run::process::child::ExecPointers;
use crate::run::runner::Runner;

/// Strings for execve, each ended by NUL, in one block; and the NULL-ended lists of pointers to them.
///
/// The first list begins with three of the library's own entries, before the hook's arguments. The joiner
/// takes these as its arguments.
#[derive(Debug)]
pub(in crate::run::process) struct ExecImage {
    /// Never changed after the pointers were made.
    _text: Vec<u8>,
    pointers: Vec<*const c_char>,
    /// The string of the first entry.
    first: Vec<u8>,
    envp: Option<usize>,
    has_directory: bool,
}

/// The indices of the first list.
const FIRST: usize = 0;
const DIRECTORY: usize = 1;
const PATH: usize = 2;
const ARGV: usize = 3;

impl ExecImage {
    /// Lays out a command for a phase.
    pub fn new(command: &Command, phase: &str, runner: &Runner<'_>) -> Self {
        let mut strings = Strings::new();
        strings.end_list(); // the first entry's string comes later
        let directory = command.dir.as_ref().or(runner.working_directory.as_ref());
        strings.push(directory.map_or(&b""[..], |directory| directory.as_os_str().as_bytes()));
        strings.push(command.path.as_os_str().as_bytes());
        match command.args.as_deref() {
            None | Some([]) => strings.push(command.path.as_os_str().as_bytes()),
            Some(args) => args.iter().for_each(|arg| strings.push(arg.as_bytes())),
        }
        strings.end_list();
        let envp = environment(command, phase, runner, &mut strings);
        strings.lay_out(envp, directory.is_some())
    }

    /// The pointers that the child executes the hook with.
    pub fn pointers(&self) -> ExecPointers {
        ExecPointers {
            path: self.pointers[PATH],
            argv: &raw const self.pointers[ARGV],
            envp: self.envp(),
            directory: self.directory(),
        }
    }

    pub fn envp(&self) -> *const *const c_char {
        match self.envp {
            Some(start) => &raw const self.pointers[start],
            // The kernel reads the list in execve. If another thread changes the environment meanwhile,
            // execve may answer EFAULT.
            None => process_environment(),
        }
    }

    /// The working directory to enter, or NULL.
    pub fn directory(&self) -> *const c_char {
        if self.has_directory { self.pointers[DIRECTORY] } else { ptr::null() }
    }

    /// The first list from its beginning: `first`, ended by NUL; the working directory or an empty string;
    /// the path; the hook's arguments.
    pub fn argv_from(&mut self, first: Vec<u8>) -> *const *const c_char {
        debug_assert_eq!(first.last(), Some(&0));
        self.first = first;
        self.pointers[FIRST] = self.first.as_ptr().cast();
        self.pointers.as_ptr()
    }
}

/// Strings while they are collected: where each starts in the text, and where lists end.
pub(super) struct Strings {
    text: Vec<u8>,
    pub starts: Vec<Option<Start>>,
}

/// The offset of a string, counted from 1. So a list of these becomes a list of pointers in the same memory.
pub(super) type Start = NonZeroUsize;

/// Initial capacities in bytes and in strings, enough for most commands: growing costs more than unused room.
const USUAL_TEXT: usize = 512;
const USUAL_STRINGS: usize = 16;

impl Strings {
    fn new() -> Self {
        Self { text: Vec::with_capacity(USUAL_TEXT), starts: Vec::with_capacity(USUAL_STRINGS) }
    }

    pub fn push(&mut self, string: &[u8]) {
        self.starts.push(Start::new(self.text.len() + 1));
        self.text.extend_from_slice(string);
        self.text.push(0);
    }

    pub fn end_list(&mut self) {
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
