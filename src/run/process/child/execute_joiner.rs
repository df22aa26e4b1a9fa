//! The child that only executes the joiner. The joiner does the steps in separate memory.

use core::ffi::{c_int, c_void};

use super::args::ChildArgs;
use super::descriptors::{keep_open, make_stdin};
use super::executable::by_descriptor;
use super::numbers::*;
use super::report::JOINER_REFUSED;
use super::steps::end;
use super::{Failed, Step, at};

/// The child's entry point.
pub(in super::super) extern "C" fn execute_joiner(argument: *mut c_void) -> c_int {
    // SAFETY: the parent keeps it alive and unchanged until it has seen this process dead.
    let args = unsafe { &*argument.cast::<ChildArgs>() };
    let failed = match prepare_for_joiner(args) {
        Err(failed) => failed,
        Ok(()) => {
            // SAFETY: both lists live until this process is dead or another program.
            match unsafe { by_descriptor(args.joiner, args.joiner_argv as usize, args.exec.envp as usize) } {
                errno @ (E2BIG | ENOMEM) => at(Step::Execute)(errno),
                errno => Failed { step: JOINER_REFUSED, errno },
            }
        }
    };
    end(args, failed)
}

/// Makes stdin, which the joiner can't make, and clears close-on-exec on the joiner's descriptors.
pub(super) fn prepare_for_joiner(args: &ChildArgs) -> Result<(), Failed> {
    make_stdin(args).map_err(at(Step::Stdio))?;
    keep_what_is_needed(args).map_err(at(Step::CloseDescriptors))
}

/// Clears close-on-exec on the descriptors that the orders name; the joiner closes them.
fn keep_what_is_needed(args: &ChildArgs) -> Result<(), i32> {
    let orders = &args.orders;
    let entry = &orders.container;
    let single = [orders.cgroup, orders.channel, orders.caller, entry.root, entry.directory];
    let namespaces = entry.namespaces().iter().map(|namespace| namespace.fd);
    for fd in orders.stdio.into_iter().chain(single).chain(namespaces).filter(|fd| *fd >= 0) {
        keep_open(fd)?;
    }
    Ok(())
}
