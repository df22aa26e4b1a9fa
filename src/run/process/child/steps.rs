//! The steps before execve, in the one order that works.

use core::ffi::{c_int, c_void};

use super::args::*;
use super::caller;
use super::cgroup;
use super::container::{self, OwnNamespaces};
use super::descriptors::{self, close_all_but};
use super::executable::{self, EXECUTABLE};
use super::numbers::*;
use super::report;
use super::syscall::raw;
use super::{Failed, Step, at, group, joiner_in_place, obstacle, signals, successor};

/// The exit status of a child that did not execute the hook. The parent relies on the report, never on this
/// number.
const EXIT_NOT_EXECUTED: usize = 127;

/// The entry point of a child that does the steps itself.
pub(in super::super) extern "C" fn main(args: *mut c_void) -> c_int {
    // SAFETY: the parent keeps it alive and unchanged until it has seen this process dead.
    follow(unsafe { &*args.cast::<ChildArgs>() })
}

/// Does all steps and executes the hook. If one fails, reports it to the parent, and ends the process.
pub(in super::super) fn follow(args: &ChildArgs) -> ! {
    let failed = match prepare(args) {
        Ok(is_open) => not_executed(args, is_open, executable::execute(&args.exec, is_open)),
        // It was refused before the container was entered, where its path meant something.
        Err(failed) if failed.step == Step::Execute as u32 => not_executed(args, false, failed.errno),
        Err(failed) => failed,
    };
    end(args, failed)
}

/// Adds to a failure of execve what stands in the way.
fn not_executed(args: &ChildArgs, is_open: bool, errno: i32) -> Failed {
    let found = obstacle::find(&args.exec, is_open, errno);
    let Failed { step, errno } = at(Step::Execute)(errno);
    Failed { step: found.map_or(step, |obstacle| report::with_obstacle(step, obstacle)), errno }
}

/// Reports a failure, and ends the process.
pub(super) fn end(args: &ChildArgs, failed: Failed) -> ! {
    report::failed(args, failed.step, failed.errno);
    loop {
        // SAFETY: this ends this process; the parent is another one.
        let _ = unsafe { raw(SYS_exit_group, [EXIT_NOT_EXECUTED]) };
    }
}

/// Does everything but execve; returns whether the executable is open.
///
/// The process leaves the host's process group first, unless the hook is to stay there: from then on a stop
/// reaches it, and signals to the host's group don't. It joins the cgroup next, so that the cgroup accounts
/// for everything after that. It unblocks signals last.
fn prepare(args: &ChildArgs) -> Result<bool, Failed> {
    let orders = &args.orders;
    // Both put the process's memory in danger. If that is the host's memory, the host is in danger.
    let in_danger = orders.has(ENTERS_CONTAINER) || orders.cgroup >= 0;
    if in_danger && !orders.has(OWN_MEMORY) {
        return Err(Failed { step: report::JOINER_REFUSED, errno: 0 });
    }
    if orders.region.end != 0 && cfg!(joiner) {
        joiner_in_place::free_all_but(&orders.region).map_err(at(Step::Memory))?;
    }
    let enters = orders.has(ENTERS_CONTAINER);
    if enters {
        container::hide().map_err(at(Step::Credentials))?;
    }
    let has_left = group::leave(args)?;
    caller::die_with(orders).map_err(at(Step::DieWithCaller))?;
    // A hook that stays in the group also receives the group's signals.
    let discarded = match has_left {
        true => report::unless_refused(args, Step::Signals, signals::discard())?.unwrap_or(0),
        false => 0,
    };
    if signals::has(discarded, SIGTERM) && report::is_asked_to_end(args) {
        signals::raise(SIGTERM).map_err(at(Step::Signals))?;
    }
    cgroup::join(orders).map_err(at(Step::Cgroup))?;
    descriptors::put_stdio(args).map_err(at(Step::Stdio))?;
    let is_open = enters && enter_container(args)?;
    let kept = [if is_open { EXECUTABLE } else { NO_DESCRIPTOR }, orders.channel];
    close_all_but(orders, &kept).map_err(at(Step::CloseDescriptors))?;
    if orders.channel >= 0 {
        descriptors::close_on_exec(orders.channel).map_err(at(Step::CloseDescriptors))?;
    }
    enter_directory(args).map_err(at(Step::WorkingDirectory))?;
    orders.limits().iter().try_for_each(set_limit).map_err(at(Step::ResourceLimit))?;
    if orders.has(NO_NEW_PRIVILEGES) {
        // SAFETY: plain numbers.
        unsafe { raw(SYS_prctl, [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0]) }.map_err(at(Step::NoNewPrivileges))?;
    }
    report::unless_refused(args, Step::Signals, signals::reset(orders.reset | discarded))?;
    signals::unblock().map_err(at(Step::Signals))?;
    Ok(is_open)
}

/// Enters the container, as a process of its pid namespace; returns whether the executable was opened
/// beforehand. The host's descriptors are closed first, so that a path like /proc/self/fd/9 leads to none of
/// them.
#[inline(never)]
fn enter_container(args: &ChildArgs) -> Result<bool, Failed> {
    let orders = &args.orders;
    close_all_but(orders, &kept_for_container(orders)).map_err(at(Step::CloseDescriptors))?;
    let executable = match orders.has(OPENS_EXECUTABLE) {
        // SAFETY: the path ends with NUL.
        true => unsafe { executable::open_executable(args.exec.path) }.map_err(at(Step::Execute))?,
        false => NO_DESCRIPTOR,
    };
    let own = OwnNamespaces::open(orders).map_err(at(Step::PidNamespace))?;
    container::enter(orders, &own)?;
    if orders.container.joins(CLONE_NEWPID) {
        close_all_but(orders, &[executable, orders.channel, orders.caller])
            .map_err(at(Step::CloseDescriptors))?;
        successor::clone_successor(orders).map_err(at(Step::PidNamespace))?;
        // The session of the process that made this one is not the host's either. A new session would cost as
        // much as joining all the namespaces. It would also let this process acquire a controlling terminal
        // by opening one.
        group::lead(args)?;
    }
    caller::die_with(orders).map_err(at(Step::DieWithCaller))?;
    if executable >= 0 {
        executable::put(executable).map_err(at(Step::Execute))?;
    }
    Ok(executable >= 0)
}

/// The descriptors that stay open until the container is entered.
fn kept_for_container(orders: &Orders) -> [i32; NAMESPACES + 4] {
    let entry = &orders.container;
    let mut kept = [NO_DESCRIPTOR; NAMESPACES + 4];
    let namespaces = entry.namespaces().iter().map(|namespace| namespace.fd);
    let single = [entry.root, entry.directory, orders.channel, orders.caller];
    for (place, fd) in kept.iter_mut().zip(single.into_iter().chain(namespaces)) {
        *place = fd;
    }
    kept
}

fn enter_directory(args: &ChildArgs) -> Result<(), i32> {
    let directory = args.exec.directory;
    if directory.is_null() {
        return Ok(());
    }
    // SAFETY: a NUL-ended path; the parent does not share this process's working directory.
    match unsafe { raw(SYS_chdir, [directory as usize]) } {
        Err(EACCES | EPERM) if args.orders.has(DIRECTORY_MAY_FAIL) => Ok(()),
        other => other.map(drop),
    }
}

fn set_limit(limit: &Limit) -> Result<(), i32> {
    let new = [limit.soft, limit.hard];
    let resource = usize::try_from(limit.resource).unwrap_or(usize::MAX);
    // SAFETY: prlimit64 of this process, with a struct of two 64-bit numbers.
    unsafe { raw(SYS_prlimit64, [0, resource, new.as_ptr() as usize, 0]) }.map(drop)
}
