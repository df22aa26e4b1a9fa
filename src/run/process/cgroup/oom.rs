//! The number of processes that the OOM killer has killed in a cgroup, as the cgroup counts them.

use std::fs::File;
use std::io::Read;
use std::os::fd::{AsRawFd, BorrowedFd};

use crate::run::process::system::descriptor::open_at;

/// The files with the count, of version 2 and of version 1 (Linux 4.13).
const FILES: [&std::ffi::CStr; 2] = [c"memory.events", c"memory.oom_control"];

/// The key of the line with the count.
const KEY: &str = "oom_kill";

/// Reads the count; `None` if the cgroup has no memory controller.
pub(in crate::run::process) fn kills(directory: BorrowedFd<'_>) -> Option<u64> {
    let file = FILES.iter().find_map(|name| open_at(directory.as_raw_fd(), name, libc::O_RDONLY).ok())?;
    let mut text = String::new();
    File::from(file).read_to_string(&mut text).ok()?;
    count(&text)
}

fn count(text: &str) -> Option<u64> {
    let value = |line: &str| line.strip_prefix(KEY)?.strip_prefix(' ')?.trim().parse().ok();
    text.lines().find_map(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_the_line_of_that_very_name() {
        assert_eq!(count("low 0\noom 7\noom_kill 3\noom_group_kill 1\n"), Some(3));
        assert_eq!(count("oom_kill_disable 0\nunder_oom 0\noom_kill 12\n"), Some(12));
        assert_eq!(count("oom_kill_disable 0\nunder_oom 0\n"), None);
    }
}
