//! The joiner, the SONAME, and the header by cbindgen; all of it in OUT_DIR.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The version of the ABI. It changes when programs have to be linked anew, whatever the crate's version.
const SOVERSION: u32 = 0;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    joiner();
    if env::var_os("CARGO_FEATURE_CAPI").is_some() {
        println!("cargo::rustc-link-arg-cdylib=-Wl,-soname,libocihooks.so.{SOVERSION}");
        header();
    }
}

/// A directory that cargo names.
fn directory(name: &str) -> PathBuf {
    PathBuf::from(env::var_os(name).expect("cargo sets it"))
}

/// The architectures that the joiner has an entry for.
const JOINER_ARCHITECTURES: [&str; 2] = ["x86_64", "aarch64"];

/// Builds the joiner, a freestanding program, by the same compiler, for the target. Where it can't be built, an empty file
/// stands for it, and the library forks instead.
fn joiner() {
    const SOURCE: &str = "src/run/process/child";
    println!("cargo::rerun-if-changed={SOURCE}");
    println!("cargo::rerun-if-changed=src/step.rs");
    let root = directory("CARGO_MANIFEST_DIR");
    let joiner = directory("OUT_DIR").join("joiner");
    println!("cargo::rustc-env=OCIHOOKS_JOINER={}", joiner.display());
    let architecture = env::var("CARGO_CFG_TARGET_ARCH").expect("cargo sets it");
    let built = if JOINER_ARCHITECTURES.contains(&architecture.as_str()) {
        compile(&root.join(SOURCE), &joiner)
    } else {
        Err(format!("it has no entry for {architecture}"))
    };
    if let Err(why) = built {
        fs::write(&joiner, "").expect("OUT_DIR can be written to");
        for line in why.lines().take(20) {
            println!(
                "cargo::warning=the joiner, which hooks in a cgroup or a container need, could not be built: {line}"
            );
        }
        println!("cargo::warning=hooks in a cgroup or a container will be made by fork");
    }
}

/// Compiles and links it: code and constants in one piece, nothing of the C library or Rust's standard library.
fn compile(source: &Path, joiner: &Path) -> Result<(), String> {
    let variable = |name: &str| env::var(name).unwrap_or_default();
    let mut rustc = Command::new(variable("RUSTC"));
    rustc.args([
        "--edition=2024",
        "--crate-name=joiner",
        "--crate-type=bin",
        "--cap-lints=allow",
        "--cfg=joiner",
    ]);
    rustc.args(["--target", &variable("TARGET")]);
    for option in ["panic=abort", "opt-level=s", "codegen-units=1", "strip=symbols", "relocation-model=pie"] {
        rustc.args(["-C", option]);
    }
    // Calls go straight to their function: a table of addresses would have to be relocated.
    rustc.args(["-C", "relro-level=off", "-C", "default-linker-libraries=no"]);
    let script = source.join("joiner.ld");
    let layout = format!("-Wl,--no-dynamic-linker,--build-id=none,--gc-sections,-T,{}", script.display());
    for argument in ["-nostartfiles", "-nostdlib", "-static-pie", &layout] {
        rustc.arg(format!("-Clink-arg={argument}"));
    }
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        rustc.arg("-C").arg(format!("linker={}", Path::new(&linker).display()));
    }
    // Of the caller's flags only where the compiler's own libraries are: others may want a runtime.
    let flags = variable("CARGO_ENCODED_RUSTFLAGS");
    rustc.args(flags.split('\u{1f}').filter(|flag| flag.starts_with("--sysroot=")));
    let done = rustc
        .arg("-o")
        .arg(joiner)
        .arg(source.join("joiner.rs"))
        .output()
        .map_err(|error| error.to_string())?;
    if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).into_owned()) }
}

#[cfg(not(feature = "capi"))]
fn header() {}

#[cfg(feature = "capi")]
fn header() {
    println!("cargo::rerun-if-changed=src/capi");
    println!("cargo::rerun-if-changed=cbindgen.toml");
    let (root, out) = (directory("CARGO_MANIFEST_DIR"), directory("OUT_DIR"));
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
    fs::write(out.join("ocihooks.h"), text).expect("OUT_DIR can be written to");
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
