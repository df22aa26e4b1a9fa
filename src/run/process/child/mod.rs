//! The code that runs between clone and the hook's execve.
//!
//! The rule of this folder: **no allocation, no libc, no panic.** Its code is compiled twice. In the library
//! it runs in a child that shares the host's memory, or in a fork. In `joiner.rs`, a freestanding program of
//! a few KB, it runs in a process that has left the host's memory.
//!
//! A child that shares the host's memory shares its fate: an OOM kill, a core dump or a ptrace of the child
//! reaches the host. So that child does nothing that could lead to one of these. Joining a cgroup or a
//! namespace could, and needs separate memory: the `steps` refuse both in shared memory.
//!
//! | file | what it is |
//! |---|---|
//! | `args` | the child's arguments: numbers and pointers |
//! | `text` | the same as text, which the joiner gets as its first argument |
//! | `steps` | the order of the steps |
//! | `group`, `caller`, `cgroup`, `signals`, `descriptors`, `container`, `executable`, `successor` | the steps |
//! | `execute_joiner` | the child that only executes the joiner |
//! | `joiner_in_place` | the fork that becomes the joiner without execve |
//! | `report` | how a failure, or a successor, reaches the parent |
//! | `obstacle` | why the hook could not be executed, beyond the errno |
//! | `syscall`, `numbers` | system calls by hand, and the kernel's numbers |
//! | `joiner` | the joiner's entry point; `joiner.ld` lays the program out, and `build.rs` compiles it |

mod args;
mod caller;
mod cgroup;
mod container;
mod descriptors;
mod executable;
mod execute_joiner;
mod group;
mod joiner_in_place;
mod numbers;
mod obstacle;
mod report;
mod signals;
mod steps;
mod successor;
mod syscall;
mod text;

use crate::step::Step;

// The library and the joiner each use a part of these.
#[allow(unused_imports)]
pub(super) use {
    args::{
        ASKS_PIDFD, COMPARES_PLACE, ChildArgs, ContainerEntry, DIRECTORY_MAY_FAIL, ENTERS_CONTAINER,
        ExecPointers, HAS_DIRECTORY, LEADS_SESSION, LIMITS, Limit, NAMESPACES, NO_DESCRIPTOR,
        NO_NEW_PRIVILEGES, NamespaceEntry, OLD_CALLS, OPENS_EXECUTABLE, OWN_MEMORY, Orders, Region,
        STAYS_IN_GROUP,
    },
    execute_joiner::execute_joiner,
    joiner_in_place::become_joiner,
    numbers::FIRST_FREE,
    report::{ChildMessage, ChildReport, END, MESSAGE_BYTES, Message},
    signals::{KernelAction, SET_BYTES, SignalSet, signals_in},
    steps::{follow, main},
    syscall::{answer, arg, call_number, int, raw},
    text::{decode, encode},
};

/// The number of the step that failed, and the errno.
#[derive(Clone, Copy)]
struct Failed {
    step: u32,
    errno: i32,
}

/// Turns an errno into the failure of a step.
fn at(step: Step) -> impl Fn(i32) -> Failed {
    move |errno| Failed { step: step as u32, errno }
}
