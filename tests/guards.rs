//! Every exported function runs in a guard: a panic that leaves one aborts the host.

use std::fs;
use std::path::Path;

/// What an exported function may hand its body to: the guards, and the helpers that are one call of them.
const GUARDS: [&str; 8] = [
    "guard(errmsg,",
    "guard_value(",
    "guard_text(buf,",
    "guard_bytes(buf,",
    "set(runner,",
    "read(report,",
    "read_hook(report,",
    "write(report,",
];

#[test]
fn no_exported_function_lacks_a_guard() {
    let mut seen = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/capi")).expect("src/capi") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a source file");
        for function in text.split("#[unsafe(no_mangle)]").skip(1) {
            let body = function.split("\n}\n").next().unwrap_or_default();
            let name = body.split("fn ").nth(1).and_then(|rest| rest.split('(').next()).unwrap_or_default();
            assert!(
                GUARDS.iter().any(|guard| body.contains(guard)),
                "{name} in {} has no guard",
                path.display()
            );
            seen += 1;
        }
    }
    assert!(seen > 40, "only {seen} exported functions were found: has their form changed?");
}
