//! Builds the joiner, sets the SONAME, and generates the header by cbindgen; all of it in `OUT_DIR`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The version of the ABI. It changes when programs have to be relinked, independently of the crate's version.
const SOVERSION: u32 = 0;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    joiner();
    if env::var_os("CARGO_FEATURE_CAPI").is_some() {
        println!("cargo::rustc-link-arg-cdylib=-Wl,-soname,libocihooks.so.{SOVERSION}");
        header();
    }
}

/// The directory in a variable that cargo sets.
fn directory(name: &str) -> PathBuf {
    PathBuf::from(env::var_os(name).expect("cargo sets it"))
}

/// The architectures that the joiner has an entry point for.
const JOINER_ARCHITECTURES: [&str; 2] = ["x86_64", "aarch64"];

/// Builds the joiner, a freestanding program, for the target with the same compiler. If it can't be built, an
/// empty file replaces it, and the library forks instead.
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

/// Compiles and links the joiner: code and constants in one piece, without the C library and Rust's standard
/// library.
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
    // Calls go straight to their function, because a table of addresses would have to be relocated.
    rustc.args(["-C", "relro-level=off", "-C", "default-linker-libraries=no"]);
    let script = source.join("joiner.ld");
    let layout = format!("-Wl,--no-dynamic-linker,--build-id=none,--gc-sections,-T,{}", script.display());
    for argument in ["-nostartfiles", "-nostdlib", "-static-pie", &layout] {
        rustc.arg(format!("-Clink-arg={argument}"));
    }
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        rustc.arg("-C").arg(format!("linker={}", Path::new(&linker).display()));
    }
    // Of the caller's flags only the place of the compiler's own libraries is used, because others may
    // require a runtime.
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
    // Reads src/capi only, because the core exports nothing to C.
    let header = cbindgen::Builder::new()
        .with_config(config)
        .with_src(root.join("src/capi/mod.rs"))
        .generate()
        .expect("src/capi can be said in C");
    let mut text = Vec::new();
    header.write(&mut text);
    // Removes Rust's sections about the caller's promises, because the text above each already says the same
    // for C.
    let text = without_safety_sections(&String::from_utf8(text).expect("a header is UTF-8"));
    let text = in_order_of_use(&text, &root.join("src/capi"));
    fs::write(out.join("ocihooks.h"), text).expect("OUT_DIR can be written to");
}

/// The sections of the header in the order in which a runtime uses them, each with its files in `src/capi`.
#[cfg(feature = "capi")]
const SECTIONS: [(&str, &[&str]); 8] = [
    ("Version, texts and phases", &["text", "phases"]),
    ("Hook map", &["map", "callback", "map_contents"]),
    ("JSON", &["json"]),
    ("State", &["state"]),
    (
        "Runner",
        &[
            "runner",
            "runner_io",
            "runner_state",
            "runner_time",
            "runner_caller",
            "runner_calls",
            "runner_container",
            "observer",
        ],
    ),
    ("Run", &["run"]),
    ("Report", &["report", "report_hook"]),
    (
        "Hook files, filters, CDI and lint",
        &["hooksd", "hooksd_list", "hooksd_violations", "hooksd_match", "filter", "lint"],
    ),
];

/// Puts the functions in the order of [`SECTIONS`], with a heading for each section, and a table of contents
/// at the top. Types come first, as cbindgen writes them, because C needs them declared.
#[cfg(feature = "capi")]
fn in_order_of_use(header: &str, source: &Path) -> String {
    let mut items: Vec<&str> = header.split("\n\n").collect();
    let (mut contents, mut functions) = (Vec::new(), Vec::new());
    for (title, files) in SECTIONS {
        functions.push(format!("/* ---- {title} ---- */"));
        let sources = files.iter().map(|file| source.join(file).with_extension("rs"));
        let texts: Vec<String> =
            sources.map(|path| fs::read_to_string(path).expect("a file of src/capi")).collect();
        let mut names: Vec<&str> = texts.iter().flat_map(|text| exported(text)).collect();
        names.sort_by_key(|name| name.ends_with("_free")); // stable: a handle is freed last
        for name in &names {
            let place = items.iter().position(|item| declares(item, name)).expect("cbindgen declares it");
            functions.push(items.remove(place).to_owned());
        }
        contents.push(format!(" *   {title}:\n{}", wrapped(&names)));
    }
    let opening = items.iter().position(|item| item.contains("extern \"C\" {")).expect("it is for C++, too");
    let closing = items.split_off(opening + 1);
    assert!(!closing.iter().any(|item| item.contains(");")), "SECTIONS lacks the file of a function");
    let whole = [items.join("\n\n"), functions.join("\n\n"), closing.join("\n\n")].join("\n\n");
    whole.replacen(" * @CONTENTS@\n", &contents.concat(), 1)
}

/// The names as lines of a comment, at most 120 columns each.
#[cfg(feature = "capi")]
fn wrapped(names: &[&str]) -> String {
    let mut lines = vec![String::from(" *    ")];
    for name in names {
        if lines.last().is_some_and(|line| line.len() + 1 + name.len() > 120) {
            lines.push(String::from(" *    "));
        }
        *lines.last_mut().expect("there is a line") += &format!(" {name}");
    }
    lines.join("\n") + "\n"
}

/// The functions that a file of `src/capi` exports, in source order.
#[cfg(feature = "capi")]
fn exported(source: &str) -> impl Iterator<Item = &str> {
    let signatures = source.split("#[unsafe(no_mangle)]").skip(1);
    signatures.filter_map(|text| text.split("fn ").nth(1)?.split('(').next())
}

/// Returns whether an item of the header declares a function.
#[cfg(feature = "capi")]
fn declares(item: &str, function: &str) -> bool {
    let declaration = item.rsplit("*/").next().unwrap_or_default();
    declaration.contains(&format!(" {function}(")) || declaration.contains(&format!("*{function}("))
}

/// Removes the lines from `# Safety` to the end of its comment.
#[cfg(feature = "capi")]
fn without_safety_sections(header: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut skipping = false;
    for line in header.lines() {
        if line.trim() == "* # Safety" {
            skipping = true;
            if kept.last().is_some_and(|last| last.trim() == "*") {
                kept.pop();
            }
        }
        skipping &= line.trim() != "*/";
        if !skipping {
            kept.push(line);
        }
    }
    kept.join("\n") + "\n"
}
