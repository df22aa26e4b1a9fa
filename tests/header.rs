//! include/ocihooks.h is what the source generates. `make header` writes it anew.

/// What build.rs made of src/capi.
const GENERATED: &str = include_str!(concat!(env!("OUT_DIR"), "/ocihooks.h"));

#[test]
fn the_committed_header_is_the_generated_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/include/ocihooks.h");
    if std::env::var_os("OCIHOOKS_WRITE_HEADER").is_some() {
        std::fs::write(path, GENERATED).expect("include/ocihooks.h can be written");
    }
    let committed = std::fs::read_to_string(path).expect("include/ocihooks.h is there");
    let differs = committed.lines().zip(GENERATED.lines()).position(|(old, new)| old != new);
    assert!(
        committed == GENERATED,
        "differs from line {:?} on: run `make header`",
        differs.map(|line| line + 1)
    );
}

#[test]
fn nothing_of_rust_leaks_into_the_header() {
    for rust in ["# Safety", "[`", "::", "Option", "&mut", "usize", "Runner_"] {
        assert!(!GENERATED.contains(rust), "the header says {rust:?}");
    }
}
