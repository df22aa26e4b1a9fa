//! What is to be said of one file, collected while it is read.

use super::{HookFile, Read};
use crate::finding::{Finding, Severity};
use crate::json::{Document, Node};
use crate::limits;
use crate::violation::{Violation, Violations};

/// Reads one file, and collects what is to be said of it.
pub(super) struct FileReader<'d, 'a> {
    pub document: &'d Document<'a>,
    pub name: &'d str,
    findings: Vec<Finding>,
    /// How many findings are not kept.
    left_out: usize,
    broken: bool,
}

impl<'d, 'a> FileReader<'d, 'a> {
    pub fn new(document: &'d Document<'a>, name: &'d str) -> FileReader<'d, 'a> {
        FileReader { document, name, findings: Vec::new(), left_out: 0, broken: false }
    }

    /// Remembers that the file can't be used because of this value.
    pub fn error(&mut self, value: Node<'a>, pointer: &str, rule: &'static str, message: impl Into<String>) {
        self.find(Severity::Error, value, pointer, rule, message, "");
    }

    /// Remembers what somebody should know of this value.
    pub fn warning(
        &mut self,
        value: Node<'a>,
        pointer: &str,
        rule: &'static str,
        message: impl Into<String>,
        hint: &'static str,
    ) {
        self.find(Severity::Warning, value, pointer, rule, message, hint);
    }

    pub fn find(
        &mut self,
        severity: Severity,
        value: Node<'a>,
        pointer: &str,
        rule: &'static str,
        message: impl Into<String>,
        hint: &'static str,
    ) {
        self.broken |= severity == Severity::Error;
        if self.findings.len() == limits::VIOLATIONS {
            self.left_out += 1;
            return;
        }
        let violation = Violation::new(pointer, value.text(), "");
        let finding = Finding::of_file(severity, rule, self.name, message);
        self.findings.push(Finding {
            pointer: violation.pointer,
            position: Some(self.document.position(value)),
            value: violation.value,
            hint,
            ..finding
        });
    }

    /// Remembers the violations of a hook.
    pub fn violations(&mut self, violations: Violations) {
        self.broken = true;
        self.findings.extend(Finding::of_violations(self.name, violations));
    }

    /// Whether the file can be used, as far as it was read.
    pub fn right_so_far(&self) -> bool {
        !self.broken
    }

    /// What came of it.
    pub fn finish(mut self, file: Option<HookFile>) -> Read {
        if self.left_out > 0 {
            let severity = if self.broken { Severity::Error } else { Severity::Warning };
            let message = format!("has {} more findings", self.left_out);
            self.findings.push(Finding::of_file(severity, "more-violations", self.name, message));
        }
        Read { file: file.filter(|_| !self.broken), findings: self.findings }
    }
}
