//! All that a child reads until it executes its program, kept in one place until the child is dead.

use std::os::fd::RawFd;
use std::ptr;

use super::exec_plan::ExecPlan;
use super::joiner_in_place::{self, JoinerInPlace};
use super::stack::Stack;
use crate::run::process::child::{self, ChildArgs, ExecPointers, OWN_MEMORY, Region};
use crate::run::process::system::failure::SystemFailure;

/// What a child is handed, and what it reads until it is another program: the parent neither changes nor frees it before
/// it has seen the child dead.
#[derive(Debug)]
pub(in crate::run::process) struct PreparedChild {
    pub args: ChildArgs,
    pub plan: ExecPlan,
    pub stack: Stack,
    /// The joiner, laid out for a fork.
    pub in_place: Option<JoinerInPlace>,
}

/// How a child begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run::process) enum ChildEntry {
    /// It does the steps itself, in the host's memory.
    StepsInSharedMemory,
    /// It does the steps itself, in a copy of the host's memory.
    Steps,
    /// It executes the joiner.
    ExecuteJoiner(RawFd),
    /// It becomes the joiner without execve, in a copy of the host's memory, which is freed.
    BecomeJoiner,
}

// SAFETY: its pointers are into memory of its own, but for the process's environment, which nobody reads through it but
// the kernel.
unsafe impl Send for PreparedChild {}

impl PreparedChild {
    pub fn new(mut plan: ExecPlan, stack: Stack, entry: ChildEntry) -> Result<PreparedChild, SystemFailure> {
        let (mut joiner, mut joiner_argv, mut laid_out) = (-1, ptr::null(), None);
        plan.orders.region = Region::NONE;
        plan.orders.flags &= !OWN_MEMORY;
        plan.orders.flags |= if entry == ChildEntry::StepsInSharedMemory { 0 } else { OWN_MEMORY };
        match entry {
            ChildEntry::StepsInSharedMemory | ChildEntry::Steps => {}
            ChildEntry::BecomeJoiner => laid_out = Some(JoinerInPlace::new(&mut plan)?),
            ChildEntry::ExecuteJoiner(descriptor) => {
                let mut text = Vec::new();
                child::encode(&plan.orders, &mut text);
                (joiner, joiner_argv) = (descriptor, plan.image.argv_from(text));
            }
        }
        let image = &plan.image;
        let exec = ExecPointers {
            path: image.path(),
            argv: image.argv(),
            envp: image.envp(),
            directory: image.directory(),
        };
        let report = if plan.orders.channel < 0 { ptr::from_ref(stack.report()) } else { ptr::null() };
        let state = if plan.state.is_empty() { ptr::null() } else { plan.state.as_ptr() };
        let (orders, state_bytes) = (plan.orders, plan.state.len());
        let rseq = if laid_out.is_some() { joiner_in_place::rseq_area() } else { 0 };
        let args = ChildArgs { orders, exec, report, state, state_bytes, rseq, joiner, joiner_argv };
        Ok(PreparedChild { args, plan, stack, in_place: laid_out })
    }
}
