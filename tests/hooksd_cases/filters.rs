//! Cases of filters: the configs that they write.

use ocihooks::{Code, Error, Hooks, Outcome, Report, RunError, Runner};
use serde_json::Value;

use super::{Case, run_all};

/// Cases in which the peer accepts output that is not a config, each with the error's description of it.
const REFUSED_HERE: [(&str, &str); 2] =
    [("filter-null", "no object: null"), ("filter-empty-object", "an empty object")];

#[test]
fn filters_make_the_config() {
    run_all("filter", 10, run);
}

pub fn hooks(list: &Value) -> Hooks {
    let list = if list.is_null() { "[]".to_owned() } else { list.to_string() };
    ocihooks::json::parse(format!("{{\"precreate\": {list}}}").as_bytes()).expect("valid hooks")
}

fn run(case: &Case) -> Result<(), String> {
    let config = case.config.to_string();
    let ran = Runner::new().filter(&hooks(&case.filter_hooks), "precreate", config.as_bytes());
    if let Some((_, what)) = REFUSED_HERE.iter().find(|(name, _)| *name == case.name) {
        let error = ran.err().ok_or("taken")?.error.to_string();
        return if error.ends_with(what) { Ok(()) } else { Err(error) };
    }
    let peer = &case.peer[0];
    let by_rule = case.name == "filter-grandchild-holds-stdout"; // here it succeeds
    match (ran, peer.get("filterError").filter(|_| !by_rule)) {
        (Ok(report), None) => {
            let config = report.config.ok_or("no config")?;
            let config: Value = serde_json::from_slice(&config).map_err(|error| error.to_string())?;
            if config == peer["configAfter"] { Ok(()) } else { Err(config.to_string()) }
        }
        (Err(_), Some(_)) => Ok(()),
        (ran, error) => Err(format!("{ran:?}, the peer: {error:?}")),
    }
}

fn filter(script: &str, config: &str) -> Result<Report, Box<RunError>> {
    let hook = serde_json::json!([{"path": "/bin/sh", "args": ["sh", "-c", script], "timeout": 20}]);
    Runner::new().filter(&hooks(&hook), "precreate", config.as_bytes())
}

fn cause(ran: Result<Report, Box<RunError>>) -> String {
    let failed = ran.expect_err("it must fail");
    assert_eq!(failed.report.expect("it has begun").config, None);
    match failed.error {
        Error::Hook(error) => error.outcome.to_string(),
        other => other.to_string(),
    }
}

#[test]
fn a_filter_gets_a_compact_config_and_no_environment() {
    let report = filter(
        "read -r line; echo \"{\\\"line\\\": \\\"${#line}\\\", \\\"env\\\": \\\"$HOME\\\"}\"",
        "{ \"a\" : 1.50 }",
    );
    assert_eq!(report.expect("it succeeds").config.expect("a config"), br#"{"line":"10","env":""}"#);
    let report =
        filter("exec /bin/cat", " {\n \"big\" : 12345678901234567890.50 , \"x\": [ ] }").expect("cat");
    assert_eq!(report.config.expect("a config"), br#"{"big":12345678901234567890.50,"x":[]}"#);
    assert_eq!(report.hooks[0].outcome, Outcome::Exited(0));
}

#[test]
fn what_is_no_config_is_named() {
    for (script, what) in [
        ("echo null", "no object: null"),
        ("echo '[1, 2]'", "no object: [1, 2]"),
        ("echo '{ }'", "an empty object"),
        (":", "nothing"),
        ("echo '{\"a\":1} x'", "no JSON at line 1, column 9: trailing characters"),
        ("echo '{\"a\":'", "no JSON at line 2, column 1: EOF while parsing a value"),
        ("printf '{\"a\":\"\\377\"}'", "no JSON at line 1, column 7: not UTF-8"),
    ] {
        assert_eq!(cause(filter(script, "{}")), format!("wrote no config to stdout, but {what}"), "{script}");
    }
}

#[test]
fn the_size_of_a_config_is_limited() {
    let hooks = |bytes: usize| {
        let script = format!("printf '{{\"a\":\"%{}s\"}}' x", bytes - 8);
        hooks(&serde_json::json!([{"path": "/bin/sh", "args": ["sh", "-c", script]}]))
    };
    let mut runner = Runner::new();
    runner.filter_limit(100_000);
    let report = runner.filter(&hooks(100_000), "precreate", b"{}").expect("it fits");
    assert_eq!(report.config.expect("a config").len(), 100_000);
    assert!(report.hooks[0].stdout.truncated(), "the report keeps the first and the last part only");
    let failed = runner.filter(&hooks(100_001), "precreate", b"{}").expect_err("it is too large");
    assert_eq!(failed.error.code(), Code::InvalidOutput);
    let Error::Hook(error) = failed.error else { panic!("{}", failed.error) };
    assert_eq!(error.outcome, Outcome::WroteNoConfig("more than 100000 bytes".into()));
}

#[test]
fn options_and_arguments() {
    let nothing = hooks(&serde_json::json!([{"path": "/bin/true"}]));
    let mut runner = Runner::new();
    runner.filter_may_write_nothing(true);
    let report = runner.filter(&nothing, "precreate", br#"{"a": 1}"#).expect("unchanged");
    assert_eq!(report.config.expect("a config"), br#"{"a":1}"#);
    // A later failure leaves no config, and the hooks after it do not run.
    let three = hooks(&serde_json::json!([
        {"path": "/bin/cat"}, {"path": "/bin/false"}, {"path": "/bin/cat"}
    ]));
    let failed = Runner::new().filter(&three, "precreate", br#"{"a": 1}"#).expect_err("the second fails");
    let report = failed.report.expect("it has begun");
    assert_eq!((report.config.as_ref(), &report.hooks[2].outcome), (None, &Outcome::Skipped));
    let refuse = |config: &[u8]| {
        Runner::new().filter(&nothing, "precreate", config).expect_err("refused").error.code()
    };
    assert_eq!(
        [refuse(b"[]"), refuse(b""), refuse(b"{")],
        [Code::InvalidConfig, Code::InvalidJson, Code::InvalidJson]
    );
    let report = Runner::new().filter(&nothing, "elsewhere", b"{}").expect("no filters");
    assert_eq!(report.config.expect("a config"), b"{}");
}
