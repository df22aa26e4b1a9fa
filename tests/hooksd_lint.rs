//! The findings of lint about each kind of document, by rule and place.
#![cfg(feature = "hooksd")]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use ocihooks::lint::{DocumentKind, Linter};
use ocihooks::{Finding, Position, Severity};

fn lint(kind: DocumentKind, json: &str) -> Vec<Finding> {
    Linter::new().lint(kind, "file.json", json.as_bytes())
}

/// Severity, rule and pointer of each finding.
fn said(kind: DocumentKind, json: &str) -> Vec<String> {
    let said =
        |finding: &Finding| format!("{} {} {}", finding.severity.name(), finding.rule, finding.pointer);
    lint(kind, json).iter().map(said).collect()
}

#[test]
fn hooks_objects() {
    let kind = DocumentKind::Hooks;
    assert_eq!(said(kind, r#"{"createRuntime": [{"path": "/a", "timeout": 1}]}"#), [""; 0]);
    assert_eq!(
        said(kind, r#"{"prestart": [{"path": "a"}], "Poststop": [], "x-own": 1, "poststop": [7]}"#),
        [
            "error hook-path-relative /prestart/0/path",
            "error wrong-type /poststop/0",
            "warning prestart-deprecated /prestart",
            "warning no-timeout /prestart/0",
            "warning phase-case /Poststop",
            "note phase-unknown /x-own"
        ]
    );
    assert_eq!(said(kind, "[]"), ["error wrong-type "]);
    assert_eq!(said(kind, "{"), ["error not-json "]);
    assert_eq!(said(kind, r#"{"ociVersion": "1.2.0", "hooks": {}}"#)[0], "warning wrong-document ");
}

#[test]
fn configs() {
    let kind = DocumentKind::Config;
    assert_eq!(
        said(kind, r#"{"ociVersion": "1.2.0", "hooks": {"poststop": [{"path": "/a"}]}, "Hooks": {}}"#),
        ["warning no-timeout /hooks/poststop/0", "warning property-case /Hooks"]
    );
    assert_eq!(said(kind, "{}"), ["warning oci-version-missing /ociVersion"]);
    assert_eq!(
        said(kind, r#"{"poststop": []}"#),
        ["warning wrong-document ", "warning oci-version-missing /ociVersion"]
    );
}

#[test]
fn hook_files() {
    let kind = DocumentKind::HookFile;
    let file = |hook: &str, when: &str, stages: &str| {
        format!("{{\"version\": \"1.0.0\", \"hook\": {hook}, \"when\": {when}, \"stages\": {stages}}}")
    };
    let (hook, always) = ("{\"path\": \"/a\", \"timeout\": 1}", "{\"always\": true}");
    assert_eq!(said(kind, &file(hook, always, "[\"poststop\"]")), [""; 0]);
    assert_eq!(
        said(
            kind,
            &file(
                "{\"path\": \"/a\"}",
                "{\"always\": false, \"images\": []}",
                "[\"prestart\", \"createRuntime\"]"
            )
        ),
        [
            "error unknown-condition /when/images",
            "warning never-matches /when/always",
            "warning stage-duplicate /stages/1",
            "warning no-timeout /hook",
            "warning prestart-deprecated /stages/0"
        ]
    );
    assert_eq!(
        said(kind, &file(hook, "{}", "[\"precreate\"]")),
        ["warning never-matches /when", "warning stage-unknown /stages/0", "note no-stage /stages"]
    );
    assert_eq!(
        said(kind, &file(hook, "{\"commands\": [\"(\", \"\\\\pL\"]}", "[]")),
        ["error pattern-invalid /when/commands/0", "error pattern-unsupported /when/commands/1"]
    );
    let missing = lint(kind, r#"{"hook": {"path": "/a"}, "stages": [], "cmds": ["."]}"#);
    assert_eq!((missing[0].rule, missing[0].hint.is_empty()), ("version-missing", false));
    assert_eq!(
        said(
            kind,
            r#"{"hook": "/a", "stages": [], "stage": [], "Cmd": ["x"], "when": {}, "arguments": "x"}"#
        ),
        [
            "warning property-case /Cmd",
            "warning unknown-property /when",
            "error wrong-type /arguments",
            "error both-names /stage"
        ]
    );
    assert_eq!(Linter::new().lint(kind, "A.JSON", b"{")[0].rule, "not-json");
}

#[test]
fn places_are_exact() {
    let json = "{\n  \"version\": \"1.0.0\",\n  \"hook\": {\"path\": \"a\"}, \"when\": {\"always\": 1},\n \"stages\": [\"x\"]}";
    let findings = lint(DocumentKind::HookFile, json);
    let places: Vec<_> =
        findings.iter().map(|finding| (finding.rule, finding.position, &*finding.value)).collect();
    let at = |line, column| Some(Position { line, column });
    assert_eq!(
        places,
        [
            ("hook-path-relative", at(3, 20), "\"a\""),
            ("wrong-type", at(3, 45), "1"),
            ("stage-unknown", at(4, 13), "\"x\"")
        ]
    );
}

#[test]
fn cdi_documents() {
    let kind = DocumentKind::Cdi;
    let json = r#"{"cdiVersion": "0.6.0", "kind": "a.b/c", "devices": [{"name": "0", "containerEdits": {"hooks": [
        {"hookName": "createContainer", "path": "/a"}]}}],
        "containerEdits": {"hooks": [{"hookName": "prestart", "path": "b", "timeout": 1}, {"hookName": "x", "path": "/c"}]}}"#;
    assert_eq!(
        said(kind, json),
        [
            "error hook-path-relative /containerEdits/hooks/0/path",
            "error wrong-type /containerEdits/hooks/1/hookName",
            "warning prestart-deprecated /containerEdits/hooks/0/hookName",
            "warning no-timeout /containerEdits/hooks/1",
            "warning no-timeout /devices/0/containerEdits/hooks/0"
        ]
    );
    assert_eq!(
        said(kind, r#"{"hooks": [{"hookName": "poststop", "path": "/a"}]}"#),
        ["warning no-timeout /hooks/0"]
    );
    assert_eq!(said(kind, r#"{"ociVersion": "1.2.0"}"#), ["warning wrong-document "]);
}

/// The host is searched for programs of the runtime's namespaces, and never for those of startContainer.
#[test]
fn the_host_is_asked_on_request() {
    let root = std::env::temp_dir().join(format!("ocihooks-lint-{}", std::process::id()));
    fs::create_dir(&root).expect("a directory");
    let write = |name: &str, content: &str, mode: u32| {
        let path = root.join(name);
        fs::write(&path, content).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
        path.to_str().expect("UTF-8").to_owned()
    };
    let open = root.join("open");
    fs::create_dir(&open).expect("a directory");
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).expect("a mode");
    let cases = [
        ("/bin/sh".to_owned(), vec![]),
        ("/nowhere/x".to_owned(), vec!["program-missing"]),
        (root.to_str().expect("UTF-8").to_owned(), vec!["program-not-regular"]),
        (write("plain", "x", 0o644), vec!["program-not-executable"]),
        (write("writable", "x", 0o757), vec!["program-writable"]),
        (write("script", "#! /bin/sh -e\n", 0o755), vec![]),
        (write("lost", "#!/nowhere/python\n", 0o755), vec!["interpreter-missing"]),
        (
            write("badly", &format!("#!{}", root.join("plain").display()), 0o755),
            vec!["interpreter-not-executable"],
        ),
        (write("open/x", "x", 0o755), vec!["directory-writable"]),
    ];
    for (path, rules) in cases {
        for (phase, expected) in [("poststop", rules), ("startContainer", vec![])] {
            let json = format!("{{\"{phase}\": [{{\"path\": \"{path}\", \"timeout\": 1}}]}}");
            let findings = Linter::new().check_host(true).lint(DocumentKind::Hooks, "", json.as_bytes());
            let found: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
            assert_eq!(found, expected, "{path}");
            assert!(findings.iter().all(|it| it.severity == Severity::Warning && it.position.is_some()));
        }
    }
    fs::remove_dir_all(&root).expect("the directory is ours");
}
