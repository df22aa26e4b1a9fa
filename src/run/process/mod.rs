//! One command: a child made, fed, watched until its deadline, reaped.
//!
//! `hook` runs one from beginning to end, with what the phase keeps in `phase_resources`; `watch` waits for it, and
//! `cancel` is how the host says stop meanwhile. Each room has its own duty, and uses those above it only:
//!
//! | room | its duty |
//! |---|---|
//! | `child` | what runs between clone and execve |
//! | `system` | deadlines, descriptors, the host's signals, calls that failed |
//! | `pidfd` | a process by its pidfd, and all that a pidfd is asked |
//! | `cgroup` | the cgroup of the hooks: checked, killed, its OOM kills counted |
//! | `container` | the namespaces that hooks join |
//! | `streams` | stdin, stdout, stderr |
//! | `end` | killing, waiting, reaping |
//! | `spawn` | making the child |

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
