//! `run_hooks` of the `libcontainer` crate (youki), with a timeout on each hook.

use std::collections::HashMap;
use std::path::PathBuf;

use libcontainer::container::{ContainerStatus, State};
use libcontainer::hooks::run_hooks;
use libcontainer::oci_spec::runtime::{Hook, HookBuilder, State as OciState};
use ocihooks_bench_contestant::{Outcome, Task, serve};

const TIMEOUT_SECONDS: i64 = 5;

/// The crate takes its own state type, from which it writes the OCI state for each hook.
fn state(json: &[u8]) -> Outcome<State> {
    let oci: OciState = serde_json::from_slice(json)?;
    let bundle = PathBuf::from(oci.bundle());
    let mut state = State::new(oci.id(), ContainerStatus::Created, *oci.pid(), bundle);
    state.annotations = oci.annotations().clone();
    Ok(state)
}

fn hooks(task: &Task) -> Outcome<Vec<Hook>> {
    let hook = HookBuilder::default().path(&task.hook).timeout(TIMEOUT_SECONDS).build()?;
    Ok(vec![hook; task.hooks_per_phase])
}

fn main() -> Outcome {
    let task = Task::from_args()?;
    let state = state(&task.state)?;
    let hooks = hooks(&task)?;
    // The other contestants' hooks inherit the environment. This crate needs it in the hook.
    let environment: HashMap<String, String> = std::env::vars().collect();
    serve(|count| {
        for _ in 0..count / task.hooks_per_phase {
            run_hooks(Some(&hooks), Some(&state), None, None, Some(&environment))?;
        }
        Ok(())
    })
}
