//! The header by cbindgen, into OUT_DIR, and the SONAME.

/// The version of the ABI. It changes when programs have to be linked anew, whatever the crate's version.
const SOVERSION: u32 = 0;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_CAPI").is_some() {
        println!("cargo::rustc-link-arg-cdylib=-Wl,-soname,libocihooks.so.{SOVERSION}");
        header();
    }
}

#[cfg(not(feature = "capi"))]
fn header() {}

#[cfg(feature = "capi")]
fn header() {
    println!("cargo::rerun-if-changed=src/capi");
    println!("cargo::rerun-if-changed=cbindgen.toml");
    let root = std::path::PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = std::path::PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml is valid");
    // The C face only: the core has nothing to say to C.
    let header = cbindgen::Builder::new()
        .with_config(config)
        .with_src(root.join("src/capi/mod.rs"))
        .generate()
        .expect("src/capi can be said in C");
    let mut text = Vec::new();
    header.write(&mut text);
    // Rust's section about the promises of a caller: the text above it says the same to C.
    let text = without_safety_sections(&String::from_utf8(text).expect("a header is UTF-8"));
    std::fs::write(out.join("ocihooks.h"), text).expect("OUT_DIR can be written to");
}

/// Leaves out the lines from `# Safety` to the end of its comment.
#[cfg(feature = "capi")]
fn without_safety_sections(header: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut skipping = false;
    for line in header.lines() {
        if line.trim() == "* # Safety" {
            skipping = true;
            kept.pop_if(|last| last.trim() == "*");
        }
        skipping &= line.trim() != "*/";
        if !skipping {
            kept.push(line);
        }
    }
    kept.join("\n") + "\n"
}
