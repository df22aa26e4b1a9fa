//! All that a child reads until it executes its program, kept in one place until the child is dead.

use std::ptr;

use super::exec_plan::{ChildEntry, ChildSetup, ExecPlan};
use super::joiner_in_place::{self, JoinerInPlace};
use super::stack::{Stack, StackSize};
use crate::run::process::child::{self, ChildArgs, NO_DESCRIPTOR};
use crate::run::process::system::failure::SystemFailure;

/// The child's arguments, and all the memory that it reads until it executes another program. The parent
/// neither changes nor frees it before it has seen the child dead.
#[derive(Debug)]
pub(in crate::run::process) struct PreparedChild {
    pub args: ChildArgs,
    pub plan: ExecPlan,
    pub stack: Stack,
    /// The joiner, laid out for a fork.
    pub in_place: Option<JoinerInPlace>,
}

// SAFETY: its pointers lead into memory that it owns, except for the process's environment, which only the
// kernel reads through it.
unsafe impl Send for PreparedChild {}

impl PreparedChild {
    /// Makes room for a plan. The plan is laid out later, once it is known how the child is made.
    pub fn new(plan: ExecPlan) -> Result<Box<Self>, SystemFailure> {
        let stack = Stack::new(StackSize::Small)?;
        Ok(Box::new(Self { args: ChildArgs::NONE, plan, stack, in_place: None }))
    }

    /// Lays out the plan for a child with that setup. Nothing is copied afterwards: the child reads it here.
    pub fn lay_out(&mut self, setup: &ChildSetup) -> Result<(), SystemFailure> {
        let size = match setup.entry {
            ChildEntry::Steps | ChildEntry::BecomeJoiner if self.plan.enters_container() => StackSize::Large,
            _ => StackSize::Small,
        };
        if self.stack.size() != size {
            self.stack = Stack::new(size)?;
        }
        let (plan, args) = (&mut self.plan, &mut self.args);
        args.orders = plan.orders(setup);
        args.exec = plan.image.pointers();
        args.report = if setup.channel.is_none() { ptr::from_ref(self.stack.report()) } else { ptr::null() };
        args.state = if plan.state.is_empty() { ptr::null() } else { plan.state.as_ptr() };
        args.state_bytes = plan.state.len();
        (args.joiner, args.joiner_argv, args.rseq, self.in_place) = (NO_DESCRIPTOR, ptr::null(), 0, None);
        match setup.entry {
            ChildEntry::StepsInSharedMemory | ChildEntry::Steps => {}
            ChildEntry::BecomeJoiner => {
                self.in_place = Some(JoinerInPlace::new(&mut plan.image, &mut args.orders)?);
                args.rseq = joiner_in_place::rseq_area();
            }
            ChildEntry::ExecuteJoiner(descriptor) => {
                let mut text = Vec::new();
                child::encode(&args.orders, &mut text);
                (args.joiner, args.joiner_argv) = (descriptor, plan.image.argv_from(text));
            }
        }
        Ok(())
    }
}
