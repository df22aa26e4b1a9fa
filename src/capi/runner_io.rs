//! The runner's options about streams and descriptors.

use std::ffi::{c_char, c_int};
use std::os::fd::BorrowedFd;

use super::constants::{ocihooks_output as output, ocihooks_stream as stream};
use super::runner::{ocihooks_runner, refused, set};
use crate::error::Error;
use crate::run::{Output, Stream};

/// Says where a stream of the hooks goes.
///
/// @param runner       the runner; not NULL.
/// @param stream       an ocihooks_stream.
/// @param output       an ocihooks_output. Default: OCIHOOKS_OUTPUT_CAPTURE. What a process that a hook left behind
///                     writes to a captured stream later on fails with EPIPE, or kills it by SIGPIPE: a daemon opens its
///                     own log.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_output(
    runner: Option<&mut ocihooks_runner>,
    stream: c_int,
    output: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    const OUTPUTS: [(c_int, Output<'_>); 3] = [
        (output::OCIHOOKS_OUTPUT_CAPTURE as c_int, Output::Capture),
        (output::OCIHOOKS_OUTPUT_DISCARD as c_int, Output::Discard),
        (output::OCIHOOKS_OUTPUT_INHERIT as c_int, Output::Inherit),
    ];
    set(runner, errmsg, errmsg_size, |options| {
        let stream = stream_of(stream)?;
        let found = OUTPUTS.iter().find(|(number, _)| *number == output);
        let rule = "an ocihooks_output is 0, 1 or 2";
        let (_, output) = found.ok_or_else(|| refused("output", &output, rule))?;
        options.output(stream, *output);
        Ok(())
    })
}

/// Sends a stream of the hooks to a descriptor.
///
/// @param runner       the runner; not NULL.
/// @param stream       an ocihooks_stream.
/// @param fd           the descriptor; not negative. It stays yours, and has to stay open while phases run with it.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT. One that is closed fails each hook with
///         OCIHOOKS_ERR_SPAWN or OCIHOOKS_ERR_SYSTEM.
///
/// # Safety
/// The pointer is NULL or as described.
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

/// Sets how much of each captured stream is kept: half of it the first part, half the last.
///
/// @param runner       the runner; not NULL.
/// @param bytes        how much, in bytes. Default: 65536.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
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

/// Sets how much captured output of all hooks of a phase is kept together. When it is used up, the hooks behind run as before,
/// and all of their output is read, counted, and given to an output callback; the report keeps less of it.
///
/// @param runner       the runner; not NULL.
/// @param bytes        how much, in bytes. Default: 16777216. A stream gets at most half of what is left. It always gets 1024
///                     bytes, or its own limit where that is lower (ocihooks_runner_set_capture_limit()): half of them the first
///                     part, half the last.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
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

/// Sets the cancel descriptor: something to read means stop now (an eventfd that was written to, a byte in a pipe or a
/// socket, a container's pidfd once that has ended). The hook that runs is killed, those behind it are skipped, in every
/// phase, and the run returns OCIHOOKS_ERR_CANCELED. A callback is not interrupted. Nothing is read from the descriptor.
///
/// A pipe or a socket that ends without a byte stops nothing: close() is no signal, since any process that is between fork
/// and exec holds a copy of the other side. Such a descriptor is not looked at again before the next hook. One that is
/// closed, or that poll reports an error of, fails the hook with OCIHOOKS_ERR_SYSTEM.
///
/// @param runner       the runner; not NULL.
/// @param fd           the descriptor, in place of all that were set or added before; -1, the default, for none. It stays
///                     yours, and has to stay open while phases run with it.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
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

/// Adds a cancel descriptor to those that the runner has: any of them stops a run, as ocihooks_runner_set_cancel_fd() says.
///
/// @param runner       the runner; not NULL.
/// @param fd           the descriptor; not negative. It stays yours, and has to stay open while phases run with it.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
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

/// Sets the cgroup (version 2) that hooks start in. When one is stopped, the whole cgroup is killed, which also reaches
/// what left the hook's process group and what earlier hooks left running. So give hooks a separate cgroup. One that holds
/// the caller fails each hook with EBUSY, the root of all with EINVAL; a cgroup above the caller's is not noticed. Before Linux
/// 5.14, where there is no cgroup.kill, its processes are killed one by one, and not those in cgroups below it.
///
/// A hook joins it in memory of its own: the caller's memory counts for nobody in there. Where the OOM killer of the cgroup
/// takes a hook, the message says so.
///
/// @param runner       the runner; not NULL.
/// @param fd           a descriptor of the cgroup's directory; -1, the default, for the caller's own cgroup. It stays
///                     yours, and has to stay open while phases run with it.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT. What the kernel refuses fails each hook with
///         OCIHOOKS_ERR_SPAWN.
///
/// # Safety
/// The pointer is NULL or as described.
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

/// A descriptor of the host's.
fn descriptor(parameter: &str, fd: c_int) -> Result<BorrowedFd<'static>, Error> {
    if fd < 0 {
        return Err(refused(parameter, &fd, "a descriptor is not negative"));
    }
    // SAFETY: not -1. The host keeps it open while phases run with it, as the header asks. Where it does not, the kernel
    // answers EBADF, which is an error like others.
    Ok(unsafe { BorrowedFd::borrow_raw(fd) })
}

/// A descriptor of the host's; -1 is none.
pub(super) fn optional_descriptor(parameter: &str, fd: c_int) -> Result<Option<BorrowedFd<'static>>, Error> {
    match fd {
        -1 => Ok(None),
        0.. => descriptor(parameter, fd).map(Some),
        _ => Err(refused(parameter, &fd, "it has to be a descriptor, or -1 for none")),
    }
}
