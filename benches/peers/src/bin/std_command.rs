//! `std::process::Command` by hand: a separate process group, the state through a pipe, both outputs captured. It has
//! no deadline, because the standard library lacks one.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use ocihooks_bench_contestant::{Outcome, Task, serve};

fn run_hook(task: &Task) -> Outcome {
    let mut child = Command::new(&task.hook)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // A hook that ignores its stdin may have ended already, which is fine.
    match child.stdin.take().map(|mut stdin| stdin.write_all(&task.state)) {
        Some(Err(error)) if error.kind() != std::io::ErrorKind::BrokenPipe => return Err(error.into()),
        _ => {}
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("the hook failed: {}", output.status).into());
    }
    Ok(())
}

fn main() -> Outcome {
    let task = Task::from_args()?;
    serve(|count| (0..count).try_for_each(|_| run_hook(&task)))
}
