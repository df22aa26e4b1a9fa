//! The events and the output that a host can observe while a phase runs.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::run::report::HookReport;

/// An event in a phase.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A hook is about to run.
    Before {
        /// The phase's name.
        phase: &'a str,
        /// The hook's place in the phase, from 0.
        index: usize,
        /// The hook's path; `None` for a callback.
        path: Option<&'a Path>,
    },
    /// A hook has ended.
    After {
        /// The phase's name.
        phase: &'a str,
        /// The hook's place in the phase, from 0.
        index: usize,
        /// The hook's report.
        hook: &'a HookReport,
    },
}

/// One of a hook's two output streams; the numbers are their descriptors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout = 1,
    /// Standard error.
    Stderr = 2,
}

type EventFn<'a> = dyn Fn(Event<'_>) + Send + Sync + 'a;
type OutputFn<'a> = dyn Fn(usize, Stream, &[u8]) + Send + Sync + 'a;

/// The host's functions for events, and for output as it comes.
#[derive(Clone, Default)]
pub(in crate::run) struct Observer<'a> {
    pub event: Option<Arc<EventFn<'a>>>,
    pub output: Option<Arc<OutputFn<'a>>>,
}

impl Observer<'_> {
    /// Whether the host has set a function that may run while hooks do.
    pub fn is_set(&self) -> bool {
        self.event.is_some() || self.output.is_some()
    }

    pub fn notify(&self, event: Event<'_>) {
        if let Some(function) = &self.event {
            function(event);
        }
    }
}

impl fmt::Debug for Observer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer")
            .field("event", &self.event.is_some())
            .field("output", &self.output.is_some())
            .finish()
    }
}
