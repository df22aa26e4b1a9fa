//! One command: a child is made, fed, watched until its deadline, and reaped.
//!
//! `hook` runs a command from beginning to end, with the resources that `phase_resources` keeps for the
//! phase. `watch` waits for the command, and `cancel` lets the host stop it meanwhile. Each folder has one
//! duty, and uses only those above it:
//!
//! | folder | its duty |
//! |---|---|
//! | `child` | the code that runs between clone and execve |
//! | `system` | deadlines, descriptors, the host's signals, failed calls |
//! | `pidfd` | a process by its pidfd, and all questions to a pidfd |
//! | `cgroup` | the cgroup of the hooks: checks it, kills it, counts its OOM kills |
//! | `container` | the namespaces that hooks join |
//! | `streams` | stdin, stdout, stderr |
//! | `end` | kills, waits, reaps |
//! | `spawn` | makes the child |

mod caller;
mod cancel;
mod cgroup;
mod child;
mod container;
mod end;
mod hook;
mod phase_resources;
mod pidfd;
mod spawn;
mod streams;
mod system;
mod watch;

pub(super) use cancel::is_canceled;
pub(super) use hook::{Job, Limits, run};
pub(super) use phase_resources::PhaseResources;
pub use spawn::left_behind::reap as reap_left_behind;
pub(super) use system::deadline::Deadline;
#[cfg(feature = "hooksd")]
pub(crate) use system::mount::is_noexec as is_noexec_mount;
