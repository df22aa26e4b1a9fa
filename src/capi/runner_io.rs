//! The runner's options for streams and descriptors.

use std::ffi::{c_char, c_int};
use std::os::fd::BorrowedFd;

use super::constants::{ocihooks_output as output, ocihooks_stream as stream};
use super::runner::{ocihooks_runner, refused, set};
use crate::error::Error;
use crate::run::{Output, Stream};

/// Sets the destination of one of the hooks' streams.
///
/// Daemons should open their own log: once the hook has ended, a write to a captured stream fails with EPIPE or kills
/// the writer by SIGPIPE.
///
/// @param runner       the runner; not NULL.
/// @param stream       an ocihooks_stream.
/// @param output       an ocihooks_output. Default: OCIHOOKS_OUTPUT_CAPTURE.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or stream or output is unknown.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_output(
    runner: Option<&mut ocihooks_runner>,
    stream: c_int,
    output: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    const OUTPUTS: [(c_int, Output<'_>); 4] = [
        (output::OCIHOOKS_OUTPUT_CAPTURE as c_int, Output::Capture),
        (output::OCIHOOKS_OUTPUT_DISCARD as c_int, Output::Discard),
        (output::OCIHOOKS_OUTPUT_INHERIT as c_int, Output::Inherit),
        (output::OCIHOOKS_OUTPUT_MEMORY as c_int, Output::Memory),
    ];
    set(runner, errmsg, errmsg_size, |options| {
        let stream = stream_of(stream)?;
        let found = OUTPUTS.iter().find(|(number, _)| *number == output);
        let rule = "an ocihooks_output is 0, 1, 2 or 3";
        let (_, output) = found.ok_or_else(|| refused("output", &output, rule))?;
        options.output(stream, *output);
        Ok(())
    })
}

/// Sends one of the hooks' streams to a descriptor. A closed descriptor fails each hook with OCIHOOKS_ERR_SPAWN or
/// OCIHOOKS_ERR_SYSTEM.
///
/// @param runner       the runner; not NULL.
/// @param stream       an ocihooks_stream.
/// @param fd           the descriptor; not negative. The caller owns it and must keep it open while phases run with
///                     the runner.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, stream is unknown, or fd is negative.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_output_fd(
    runner: Option<&mut ocihooks_runner>,
    stream: c_int,
    fd: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        let stream = stream_of(stream)?;
        options.output(stream, Output::Descriptor(descriptor("fd", fd)?));
        Ok(())
    })
}

/// Captures a stream of the hooks, and writes it to a descriptor as well: the report and errors have the hook's words,
/// and so has the caller's log.
///
/// The run never waits for the descriptor. Output that it does not take at once, because a pipe or a socket is full,
/// is left out there, and the report has a warning of the kind OCIHOOKS_WARNING_OUTPUT with the number of bytes. Only a
/// regular file is written to as any write does. A pipe without a reader raises no SIGPIPE in the caller. Before Linux
/// 6.4, another process that fills the same pipe at the same moment can make one write wait.
///
/// @param runner       the runner; not NULL.
/// @param stream       an ocihooks_stream.
/// @param fd           the descriptor; not negative. It stays yours, and has to stay open while phases run with it.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, stream is unknown, or fd is negative.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_output_tee(
    runner: Option<&mut ocihooks_runner>,
    stream: c_int,
    fd: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        let stream = stream_of(stream)?;
        options.output(stream, Output::Tee(descriptor("fd", fd)?));
        Ok(())
    })
}

/// Sets how much of each captured stream the report keeps: half for the first part of the output, half for the last.
///
/// @param runner       the runner; not NULL.
/// @param bytes        the limit in bytes. Default: 65536.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_capture_limit(
    runner: Option<&mut ocihooks_runner>,
    bytes: usize,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        options.capture_limit(bytes);
        Ok(())
    })
}

/// Sets how much captured output the report keeps for all hooks of a phase together.
///
/// Hooks keep running when the limit is reached. All of their output is still read, counted, and passed to an output
/// callback; the report keeps less of it. A stream may use at most half of the remaining bytes. It may always use
/// 1024 bytes, or its own limit if that is lower (ocihooks_runner_set_capture_limit()): half for the first part, half
/// for the last.
///
/// @param runner       the runner; not NULL.
/// @param bytes        the limit in bytes. Default: 16777216.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_phase_capture_limit(
    runner: Option<&mut ocihooks_runner>,
    bytes: usize,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        options.phase_capture_limit(bytes);
        Ok(())
    })
}

/// Sets the cancel descriptor, which stops the run as soon as it is readable. Examples are an eventfd after a write,
/// a pipe or socket that holds a byte, and the pidfd of a container that has ended. The library never reads from it.
///
/// In every phase, the running hook is killed, the hooks after it are skipped, and the run returns
/// OCIHOOKS_ERR_CANCELED. A callback is not interrupted.
///
/// A pipe or socket that is closed at its other end without a byte stops nothing, because any process between fork
/// and exec may hold a copy of that end. The library ignores such a descriptor until the next hook. A descriptor that
/// is closed, or for which poll(2) reports an error, fails the hook with OCIHOOKS_ERR_SYSTEM.
///
/// @param runner       the runner; not NULL.
/// @param fd           the descriptor, which replaces all cancel descriptors of the runner; -1, the default, for
///                     none. The caller owns it and must keep it open while phases run with the runner.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or fd is less than -1.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_cancel_fd(
    runner: Option<&mut ocihooks_runner>,
    fd: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        options.cancel(optional_descriptor("fd", fd)?);
        Ok(())
    })
}

/// Adds a cancel descriptor to those of the runner. Any of them stops the run, as described for
/// ocihooks_runner_set_cancel_fd().
///
/// @param runner       the runner; not NULL.
/// @param fd           the descriptor; not negative. The caller owns it and must keep it open while phases run with
///                     the runner.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or fd is negative.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_add_cancel_fd(
    runner: Option<&mut ocihooks_runner>,
    fd: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        options.add_cancel(descriptor("fd", fd)?);
        Ok(())
    })
}

/// Sets the cgroup (version 2) that hooks start in.
///
/// When a hook is stopped, every process of the cgroup is killed. That includes processes that left the hook's
/// process group, and processes that earlier hooks left running. Therefore the hooks need a separate cgroup:
///
/// - The caller's own cgroup fails each hook with EBUSY.
/// - The root cgroup fails each hook with EINVAL.
/// - An ancestor of the caller's cgroup is not detected.
///
/// Before Linux 5.14, which introduced cgroup.kill, the processes are killed one by one, and those in descendant
/// cgroups are not killed.
///
/// A hook joins the cgroup after it has left the caller's memory, so the caller's memory is never charged to the
/// cgroup. If the cgroup's OOM killer kills a hook, the message says so. A cgroup that the kernel rejects fails each
/// hook with OCIHOOKS_ERR_SPAWN.
///
/// @param runner       the runner; not NULL.
/// @param fd           a descriptor of the cgroup's directory; -1, the default, for the caller's cgroup. The caller
///                     owns it and must keep it open while phases run with the runner.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or fd is less than -1.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_cgroup_fd(
    runner: Option<&mut ocihooks_runner>,
    fd: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        options.cgroup(optional_descriptor("fd", fd)?);
        Ok(())
    })
}

fn stream_of(number: c_int) -> Result<Stream, Error> {
    const STDOUT: c_int = stream::OCIHOOKS_STDOUT as c_int;
    const STDERR: c_int = stream::OCIHOOKS_STDERR as c_int;
    match number {
        STDOUT => Ok(Stream::Stdout),
        STDERR => Ok(Stream::Stderr),
        _ => Err(refused("stream", &number, "an ocihooks_stream is 1 or 2")),
    }
}

/// A descriptor of the host.
fn descriptor(parameter: &str, fd: c_int) -> Result<BorrowedFd<'static>, Error> {
    if fd < 0 {
        return Err(refused(parameter, &fd, "a descriptor is not negative"));
    }
    // SAFETY: not -1. The header requires the host to keep it open while phases run with it. If the host closes it, the
    // kernel returns EBADF, which is reported as any other errno.
    Ok(unsafe { BorrowedFd::borrow_raw(fd) })
}

/// A descriptor of the host; -1 means none.
pub(super) fn optional_descriptor(parameter: &str, fd: c_int) -> Result<Option<BorrowedFd<'static>>, Error> {
    match fd {
        -1 => Ok(None),
        0.. => descriptor(parameter, fd).map(Some),
        _ => Err(refused(parameter, &fd, "it has to be a descriptor, or -1 for none")),
    }
}
