//! A state, read value by value: what the spec asks of each of its members.

use super::{MAX_PID, OBJECT, STATUSES_WITH_PID};
use crate::error::Error;
use crate::json::{self, Document, Kind, Node};
use crate::json_pointer;
use crate::violation::{Violation, Violations};

const MISSING: &str = "must be there";
const TEXT: &str = "must be a string that is not empty";
const PID: &str = "must be an integer above zero";
const OPTIONAL_PID: &str = "must be an integer from 0 on";
const LARGEST_PID: &str = "must be at most 2147483647";
const STRING: &str = "must be a string";

/// Reads a state, and remembers what is wrong with it.
pub(super) struct Reader<'r, 'a> {
    pub document: &'r Document<'a>,
    pub members: &'r [json::Member<'a>],
    pub violations: Violations,
}

impl<'a> Reader<'_, 'a> {
    /// Reads what the spec knows; returns the status and the bundle.
    pub fn read(&mut self) -> Result<(String, String), Error> {
        if let Some(violation) = self.document.duplicate(self.members, "") {
            self.violations.push(violation);
        }
        self.text("ociVersion");
        self.text("id");
        let status = self.text("status");
        self.pid(STATUSES_WITH_PID.contains(&status.as_str()));
        let bundle = self.text("bundle");
        self.annotations()?;
        Ok((status, bundle))
    }

    fn text(&mut self, key: &str) -> String {
        let Some(value) = self.member(key, true) else { return String::new() };
        let text = value.string().unwrap_or_default();
        if text.is_empty() {
            self.violation(value, key, TEXT);
        }
        text
    }

    /// `null` is as absent where it is not required: some runtimes write it.
    fn pid(&mut self, required: bool) {
        let Some(value) = self.member("pid", required) else { return };
        let written = value.text();
        let digits = written.bytes().all(|byte| byte.is_ascii_digit());
        let broken = match written.parse::<i64>() {
            _ if value.kind() == Kind::Null && !required => None,
            Ok(0) if !required => None,
            Ok(number) if (1..=i64::from(MAX_PID)).contains(&number) => None,
            Ok(1..) => Some(LARGEST_PID),
            Err(_) if digits => Some(LARGEST_PID),
            _ => Some(if required { PID } else { OPTIONAL_PID }),
        };
        if let Some(rule) = broken {
            self.violation(value, "pid", rule);
        }
    }

    /// As the spec's schema has them; `null` is as absent.
    fn annotations(&mut self) -> Result<(), Error> {
        let Some(value) = self.member("annotations", false) else { return Ok(()) };
        match value.kind() {
            Kind::Null => return Ok(()),
            Kind::Object => {}
            _ => {
                self.violation(value, "annotations", OBJECT);
                return Ok(());
            }
        }
        for (key, value) in self.document.members(value)? {
            if value.kind() != Kind::String {
                let pointer = json_pointer::step("/annotations", &key);
                self.violations.push(self.document.violation(value, &pointer, STRING));
            }
        }
        Ok(())
    }

    fn member(&mut self, key: &str, required: bool) -> Option<Node<'a>> {
        let found = self.members.iter().find(|(name, _)| name == key).map(|(_, value)| *value);
        if found.is_none() && required {
            self.violations.push(Violation::new(json_pointer::step("", key), "", MISSING));
        }
        found
    }

    fn violation(&mut self, value: Node<'a>, key: &str, rule: &'static str) {
        self.violations.push(self.document.violation(value, &json_pointer::step("", key), rule));
    }
}
