//! Directories of hook files: masking, order, unusable files, and reading changed files again.
#![cfg(feature = "hooksd")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use ocihooks::hooksd::{Container, HookFiles};
use ocihooks::{Code, Finding, Severity};
use serde_json::Value;

/// A directory that is removed with its value.
struct Root(PathBuf);

impl Root {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("ocihooks-dirs-{}-{number}", std::process::id()));
        fs::create_dir(&path).expect("a directory");
        Self(path)
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, content).expect("a file");
    }

    fn read(&self, directories: &[&str]) -> HookFiles {
        let mut files = HookFiles::new();
        directories.iter().for_each(|name| files.add_directory(self.0.join(name)));
        files
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).expect("the directory is ours");
    }
}

/// A file that always matches. The timeout identifies its hook.
fn hook(timeout: usize) -> String {
    format!(
        "{{\"version\":\"1.0.0\",\"hook\":{{\"path\":\"/bin/true\",\"timeout\":{timeout}}},\
         \"when\":{{\"always\":true}},\"stages\":[\"createRuntime\"]}}"
    )
}

/// The timeouts of the hooks that a container gets.
fn injected(files: &HookFiles) -> Vec<u64> {
    let hooks = files.match_container(&Container::default()).expect("tolerant");
    let hooks: Value = serde_json::from_str(&ocihooks::json::to_string(&hooks)).expect("JSON");
    let list = hooks["createRuntime"].as_array().cloned().unwrap_or_default();
    list.iter().map(|hook| hook["timeout"].as_u64().expect("a number")).collect()
}

fn rules(files: &HookFiles) -> Vec<&'static str> {
    files.violations().map(|finding: &Finding| finding.rule).collect()
}

#[test]
fn later_directories_mask_by_exact_name() {
    let root = Root::new();
    root.write("a/x.json", &hook(1));
    root.write("a/y.json", &hook(2));
    root.write("b/x.json", &hook(3));
    root.write("b/Y.json", &hook(4));
    let files = root.read(&["a", "missing", "b"]);
    assert_eq!(injected(&files), [3, 4, 2]);
    assert_eq!(files.names().collect::<Vec<_>>(), ["x.json", "Y.json", "y.json"]);
    assert_eq!(injected(&root.read(&["b", "a"])), [1, 4, 2]);
    assert_eq!(rules(&files), [""; 0]);
}

#[test]
fn links_to_nothing_mask_nothing_and_links_to_the_null_device_mask() {
    let root = Root::new();
    for name in ["null", "empty", "dangling", "broken", "direct"] {
        root.write(&format!("a/{name}.json"), &hook(name.len()));
    }
    fs::create_dir(root.0.join("b")).expect("a directory");
    root.write("nothing", "");
    root.write("b/broken.json", "{");
    root.write("b/direct.json", "");
    symlink("/dev/null", root.0.join("b/null.json")).expect("a link");
    symlink(root.0.join("nothing"), root.0.join("b/empty.json")).expect("a link");
    symlink("/nowhere/x.json", root.0.join("b/dangling.json")).expect("a link");
    let files = root.read(&["a", "b"]);
    assert_eq!(injected(&files), [6, 8]);
    assert_eq!(rules(&files), ["not-json", "dangling-link", "empty-file"]);
    let explained: Value = serde_json::from_str(&files.explain(&Container::default())).expect("JSON");
    let result = |name: &str, directory: &str| {
        let path = root.0.join(directory).join(name);
        let list = explained["files"].as_array().expect("a list");
        let file = list.iter().find(|file| file["file"] == path.to_str().expect("UTF-8")).expect("the file");
        file["result"].as_str().expect("a result").to_owned()
    };
    assert_eq!([result("null.json", "a"), result("null.json", "b")], ["masked", "mask"]);
    assert_eq!([result("broken.json", "a"), result("broken.json", "b")], ["injected", "unusable"]);
}

/// Every kind of unusable file, beside a usable one, whatever comes before it.
#[test]
fn what_cannot_be_used_takes_nothing_with_it() {
    let root = Root::new();
    root.write("a/a.json", "{\"version\": \"2\"}");
    fs::create_dir(root.0.join("a/b.json")).expect("a directory");
    symlink("c.json", root.0.join("a/c.json")).expect("a link");
    root.write("a/d.json", &hook(4));
    root.write("a/e.json", &" ".repeat(1024 * 1024 + 1));
    let fifo = std::process::Command::new("mkfifo").arg(root.0.join("a/f.json")).status().expect("mkfifo");
    assert!(fifo.success());
    root.write("a/z.json", &hook(5));
    let files = root.read(&["a"]);
    assert_eq!(injected(&files), [4, 5]);
    let expected =
        ["version-unknown", "not-a-regular-file", "link-loop", "file-too-large", "not-a-regular-file"];
    assert_eq!(rules(&files), expected);
    assert_eq!(files.violation_count(Severity::Error), 5);
    let mut strict = files.clone();
    strict.set_strict(true);
    let error = strict.match_container(&Container::default()).expect_err("strict");
    assert_eq!(error.code(), Code::InvalidFiles);
    assert!(error.to_string().contains("a/a.json:1:13: error: /version is an unknown version"), "{error}");
}

#[test]
fn what_changes_is_read_again() {
    let root = Root::new();
    root.write("a/x.json", &hook(1));
    root.write("a/y.json", &hook(2));
    let mut files = root.read(&["a", "b"]);
    assert!(!files.refresh() && injected(&files) == [1, 2]);
    // The same size, in the same tick of the clock.
    root.write("a/x.json", &hook(3));
    assert!(files.refresh() && injected(&files) == [3, 2]);
    root.write("b/x.json", &hook(4));
    assert!(files.refresh() && injected(&files) == [4, 2]);
    fs::remove_dir_all(root.0.join("b")).expect("a directory");
    assert!(files.refresh() && injected(&files) == [3, 2]);
    // Another directory replaces a directory.
    root.write("new/z.json", &hook(5));
    fs::rename(root.0.join("a"), root.0.join("old")).expect("moved");
    fs::rename(root.0.join("new"), root.0.join("a")).expect("moved");
    assert!(files.refresh() && injected(&files) == [5]);
    assert!(!files.refresh() && rules(&files).is_empty());
}

#[test]
fn a_file_that_breaks_keeps_its_last_good_version() {
    let root = Root::new();
    root.write("a/x.json", &hook(1));
    root.write("b/x.json", &hook(2));
    let mut files = root.read(&["a", "b"]);
    root.write("b/x.json", "{");
    for changed in [true, false] {
        assert_eq!(files.refresh(), changed);
        assert_eq!((injected(&files), rules(&files)), (vec![2], vec!["not-json", "last-good-version"]));
    }
    root.write("b/x.json", &hook(3));
    assert!(files.refresh() && injected(&files) == [3] && rules(&files).is_empty());
    // A file that was never good masks nothing.
    let fresh = {
        root.write("b/x.json", "[");
        root.read(&["a", "b"])
    };
    assert_eq!(injected(&fresh), [1]);
}

#[test]
fn a_directory_that_cannot_be_read_keeps_what_was_read() {
    let root = Root::new();
    root.write("a/x.json", &hook(1));
    let mut files = root.read(&["a"]);
    fs::rename(root.0.join("a"), root.0.join("old")).expect("moved");
    fs::write(root.0.join("a"), "no directory").expect("a file");
    assert!(files.refresh());
    assert_eq!((injected(&files), rules(&files)), (vec![1], vec!["directory-unreadable"]));
}

#[test]
fn files_in_memory_stay_in_their_place() {
    let root = Root::new();
    root.write("b/x.json", &hook(3));
    let mut files = HookFiles::new();
    files.add_directory(root.0.join("a"));
    files.add_file("x.json", hook(2).as_bytes()).expect("a name");
    files.add_directory(root.0.join("b"));
    assert_eq!(injected(&files), [3]);
    fs::remove_file(root.0.join("b/x.json")).expect("a file");
    assert!(files.refresh() && injected(&files) == [2]);
    root.write("a/x.json", &hook(1));
    assert!(files.refresh() && injected(&files) == [2]);
    for name in ["x.JSON", "a/x.json", "x", ""] {
        assert_eq!(files.add_file(name, b"{}").expect_err("no name").code(), Code::InvalidArgument);
    }
    assert_eq!(files.add_stage("precreate").expect_err("too late").code(), Code::InvalidArgument);
}

/// The order and the masks of random names, against a model of a few lines.
#[test]
fn random_directories_are_as_the_model_says() {
    let names = ["a", "A", "b", "B", "é", "É", "ß", "σ", "Σ", "i0", "İ", "-", "_", "z", "Z1", "𐐀", "𐐨"];
    let mut state = 7_u64;
    let mut below = |most: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % most
    };
    for _ in 0..60 {
        let root = Root::new();
        let mut model: Vec<(String, u64)> = Vec::new();
        for (place, directory) in ["a", "b", "c"].into_iter().enumerate() {
            for (index, name) in names.iter().enumerate() {
                if below(3) > 0 {
                    continue;
                }
                let (file, timeout) = (format!("{name}.json"), 100 * (place + 1) + index);
                let kind = below(5);
                let content = if kind == 0 { "{".to_owned() } else { hook(timeout) };
                root.write(&format!("{directory}/{file}"), &content);
                if kind == 1 {
                    fs::remove_file(root.0.join(directory).join(&file)).expect("a file");
                    symlink("/dev/null", root.0.join(directory).join(&file)).expect("a link");
                }
                if kind > 0 {
                    model.retain(|(other, _)| *other != file);
                    model.push((file, if kind == 1 { 0 } else { timeout as u64 }));
                }
            }
        }
        let lower = |name: &str| -> Vec<char> {
            name.chars().map(|one| one.to_lowercase().next().expect("a character")).collect()
        };
        model.sort_by(|(one, _), (other, _)| (lower(one), one).cmp(&(lower(other), other)));
        let expected: Vec<u64> =
            model.into_iter().map(|(_, timeout)| timeout).filter(|timeout| *timeout > 0).collect();
        assert_eq!(injected(&root.read(&["a", "b", "c"])), expected);
    }
}

/// Names that are not UTF-8, and modes: nothing panics, and unreadable files are violations.
#[test]
fn names_that_are_no_text_are_names() {
    use std::os::unix::ffi::OsStrExt;
    let root = Root::new();
    root.write("a/x.json", &hook(1));
    fs::write(Path::new(&root.0).join("a").join(std::ffi::OsStr::from_bytes(b"\xff.json")), hook(2))
        .expect("a file");
    fs::set_permissions(root.0.join("a/x.json"), fs::Permissions::from_mode(0o600)).expect("a mode");
    let files = root.read(&["a"]);
    assert_eq!(injected(&files), [1, 2]);
}
