//! Very many files. The test counts work, because times depend on the machine.
#![cfg(feature = "hooksd")]

use ocihooks::hooksd::{Container, HookFiles};

/// The resident memory of this process. The test is a separate program, so that this is its own.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("proc");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
    let kilobytes: u64 =
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number");
    kilobytes * 1024
}

fn files(count: usize) -> HookFiles {
    let mut files = HookFiles::new();
    for number in 0..count {
        let json = format!(
            "{{\"version\":\"1.0.0\",\"hook\":{{\"path\":\"/bin/hook-{number}\"}},\
             \"when\":{{\"commands\":[\"^/bin/{}$\"]}},\"stages\":[\"poststop\"]}}",
            number % 1000
        );
        files.add_file(&format!("{number:06}.json"), json.as_bytes()).expect("a name");
    }
    files
}

#[test]
fn memory_is_linear_in_the_number_of_files() {
    let before = resident_bytes();
    let few = files(3_000);
    let for_few = resident_bytes() - before;
    let many = files(30_000);
    let for_many = resident_bytes() - before - for_few;
    assert!(for_many < 15 * for_few, "{for_few} bytes for 3,000 files, {for_many} for 30,000");
    assert!(for_many < 150_000_000, "{for_many} bytes");
    let container = Container { command: Some("/bin/7".into()), ..Container::default() };
    assert_eq!(few.match_container(&container).expect("tolerant").count("poststop"), 3);
    assert_eq!(many.match_container(&container).expect("tolerant").count("poststop"), 30);
}
