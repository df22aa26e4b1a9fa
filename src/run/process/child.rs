//! What runs in the child between clone and execve.
//!
//! The child shares the parent's memory and its thread's errno, and the parent runs on: so nothing here
//! allocates, panics or calls libc. Every system call is made by hand, and its answer is the errno itself.

use std::ffi::{c_int, c_void};
use std::ptr;

use syscalls::raw;

use super::executable::{self, Executable};
use super::kernel::answer;
use super::plan::{Join, Mission, Plan};
use super::signals::{KernelAction, SET_BYTES, SignalSet, signals_in};
use super::stack::Slot;
use super::{close, enter};
use crate::run::container::NamespaceKind;
use crate::run::environment::ExecImage;
use crate::run::options::Resource;
use crate::run::step::Step;

/// The status a child exits with whose hook was never executed. The slot says so, not this number.
const EXIT_NOT_EXECUTED: usize = 127;

/// The child's entry.
pub(super) extern "C" fn main(mission: *mut c_void) -> c_int {
    // SAFETY: the parent keeps it alive and unchanged until it has seen this process dead.
    let mission = unsafe { &*mission.cast::<Mission>() };
    let slot = mission.stack.slot();
    let Err((step, errno)) = follow(&mission.plan, slot);
    slot.put(step, errno);
    loop {
        // SAFETY: ends this process; the parent is another one.
        unsafe { raw::syscall1(libc::SYS_exit_group as usize, EXIT_NOT_EXECUTED) };
    }
}

/// The descriptor of a program that is executed by one: the first that is no stream.
const EXECUTABLE: usize = 3;

/// What can't come back: execve either fails or replaces the program.
enum Never {}

/// The steps, in the one order that works: cgroup and group first, so that a kill reaches whatever follows;
/// handlers before the mask, so that none of the host's ever runs here; descriptors last of what can fail
/// by their number; limits behind what they could hinder.
fn follow(plan: &Plan, slot: &Slot) -> Result<Never, (Step, i32)> {
    let at = |step| move |errno| (step, errno);
    join_cgroup(plan).map_err(at(Step::Cgroup))?;
    let program = match &plan.join {
        Some(join) => enter_container(join, &plan.image, slot)?,
        None => None,
    };
    // SAFETY: plain numbers.
    answer(unsafe { raw::syscall2(libc::SYS_setpgid as usize, 0, 0) }).map_err(at(Step::ProcessGroup))?;
    reset_signals(plan.reset).map_err(at(Step::Signals))?;
    put_stdio(plan).map_err(at(Step::Stdio))?;
    let first_closed = put_program(program).map_err(at(Step::Execute))?;
    close::all_from(first_closed).map_err(at(Step::CloseDescriptors))?;
    enter_directory(plan).map_err(at(Step::WorkingDirectory))?;
    for limit in &plan.resources {
        set_limit(limit).map_err(at(Step::ResourceLimit))?;
    }
    if plan.no_new_privileges {
        let (option, on) = (libc::PR_SET_NO_NEW_PRIVS as usize, 1);
        // SAFETY: plain numbers.
        answer(unsafe { raw::syscall5(libc::SYS_prctl as usize, option, on, 0, 0, 0) })
            .map_err(at(Step::NoNewPrivileges))?;
    }
    unblock_signals().map_err(at(Step::Signals))?;
    Err((Step::Execute, execute(&plan.image, program.is_some())))
}

/// Enters the container: as a process of its pid namespace, then its other namespaces, then its root; last of all, what
/// only the rights to do all that are good for is given up. Returns the program, where it is opened on this side.
fn enter_container(join: &Join, image: &ExecImage, slot: &Slot) -> Result<Option<Executable>, (Step, i32)> {
    enter::hide().map_err(|errno| (Step::Credentials, errno))?;
    let mut in_user_namespace = false;
    if join.has(NamespaceKind::Pid) {
        in_user_namespace = enter::pid_namespace(join)?;
        enter::be_born(slot).map_err(|errno| (Step::PidNamespace, errno))?;
    }
    // By the process that goes on: the one before it shares its descriptors with the host.
    // SAFETY: the image's path ends with NUL.
    let program = join.opens_program.then(|| unsafe { executable::open(image.path()) }).transpose();
    let program = program.map_err(|errno| (Step::Execute, errno))?;
    enter::namespaces(join, in_user_namespace)?;
    enter::root(join).map_err(|errno| (Step::RootDirectory, errno))?;
    enter::credentials(join).map_err(|errno| (Step::Credentials, errno))?;
    Ok(program)
}

/// Executes the hook. Returns only where that fails, with the errno.
fn execute(image: &ExecImage, is_open: bool) -> i32 {
    let (path, argv, envp) = (image.path() as usize, image.argv() as usize, image.envp() as usize);
    // SAFETY: three lists as execve wants them; they live until this process is dead or another program.
    let failed = answer(unsafe {
        if is_open {
            let (nothing, flags) = (c"".as_ptr() as usize, libc::AT_EMPTY_PATH as usize);
            raw::syscall5(libc::SYS_execveat as usize, EXECUTABLE, nothing, argv, envp, flags)
        } else {
            raw::syscall3(libc::SYS_execve as usize, path, argv, envp)
        }
    });
    failed.err().unwrap_or(0)
}

/// Moves this process into the cgroup: nothing of the hook runs outside of it.
fn join_cgroup(plan: &Plan) -> Result<(), i32> {
    if plan.cgroup < 0 {
        return Ok(());
    }
    let myself = c"0".as_ptr() as usize;
    // SAFETY: a buffer of one byte.
    answer(unsafe { raw::syscall3(libc::SYS_write as usize, plan.cgroup as usize, myself, 1) }).map(drop)
}

fn reset_signals(changed: SignalSet) -> Result<(), i32> {
    let default: KernelAction = [0; 8];
    for signal in signals_in(changed) {
        let action = ptr::from_ref(&default) as usize;
        // SAFETY: an action of zeroes is SIG_DFL without flags; the table is this process's own.
        answer(unsafe { raw::syscall4(libc::SYS_rt_sigaction as usize, signal, action, 0, SET_BYTES) })?;
    }
    Ok(())
}

fn unblock_signals() -> Result<(), i32> {
    let none: SignalSet = 0;
    let set = ptr::from_ref(&none) as usize;
    // SAFETY: a set of the size announced; the mask is this process's own.
    answer(unsafe {
        raw::syscall4(libc::SYS_rt_sigprocmask as usize, libc::SIG_SETMASK as usize, set, 0, SET_BYTES)
    })
    .map(drop)
}

/// Puts the streams in their places. A stream that is in its place already only has to survive execve.
fn put_stdio(plan: &Plan) -> Result<(), i32> {
    for (to, source) in plan.stdio.into_iter().enumerate() {
        let from = source as usize;
        // SAFETY: plain numbers.
        answer(unsafe {
            if from == to {
                raw::syscall3(libc::SYS_fcntl as usize, to, libc::F_SETFD as usize, 0)
            } else {
                raw::syscall3(libc::SYS_dup3 as usize, from, to, 0)
            }
        })?;
    }
    Ok(())
}

/// Puts an open program where it stays open, a script even in the hook. Returns the first descriptor to close.
fn put_program(program: Option<Executable>) -> Result<usize, i32> {
    let Some(Executable { fd: from, script }) = program else { return Ok(EXECUTABLE) };
    let (close_on_exec, flags) =
        if script { (0, 0) } else { (libc::FD_CLOEXEC as usize, libc::O_CLOEXEC as usize) };
    // SAFETY: plain numbers.
    answer(unsafe {
        if from == EXECUTABLE {
            raw::syscall3(libc::SYS_fcntl as usize, from, libc::F_SETFD as usize, close_on_exec)
        } else {
            raw::syscall3(libc::SYS_dup3 as usize, from, EXECUTABLE, flags)
        }
    })?;
    Ok(EXECUTABLE + 1)
}

fn enter_directory(plan: &Plan) -> Result<(), i32> {
    let directory = plan.image.directory();
    if directory.is_null() {
        return Ok(());
    }
    // SAFETY: a NUL-ended path; no working directory is shared with the parent.
    match answer(unsafe { raw::syscall1(libc::SYS_chdir as usize, directory as usize) }) {
        Err(libc::EACCES | libc::EPERM) if plan.directory_may_fail => Ok(()),
        other => other.map(drop),
    }
}

fn set_limit(limit: &Resource) -> Result<(), i32> {
    let new = [limit.soft, limit.hard];
    let (resource, new) = (limit.resource as usize, ptr::from_ref(&new) as usize);
    // SAFETY: prlimit64 on this process, with a struct of two 64-bit numbers.
    answer(unsafe { raw::syscall4(libc::SYS_prlimit64 as usize, 0, resource, new, 0) }).map(drop)
}
