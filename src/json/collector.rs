//! The findings of one document, collected while it is read.

use super::{Document, Node};
use crate::finding::{Finding, Severity};
use crate::limits;
use crate::violation::{Violation, Violations};

/// Collects the findings of one document: the first of them, and how many more there are.
pub(crate) struct Collector<'d, 'a> {
    pub document: &'d Document<'a>,
    pub name: &'d str,
    findings: Vec<Finding>,
    /// How many findings are not kept.
    left_out: usize,
    broken: bool,
}

impl<'d, 'a> Collector<'d, 'a> {
    pub fn new(document: &'d Document<'a>, name: &'d str) -> Self {
        Collector { document, name, findings: Vec::new(), left_out: 0, broken: false }
    }

    /// Remembers that the document can't be used because of this value.
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
        self.add(Finding { severity, hint, ..self.finding(value, pointer, rule, message) });
    }

    /// A warning about a value, to be added by the caller.
    pub fn finding(
        &self,
        value: Node<'a>,
        pointer: &str,
        rule: &'static str,
        message: impl Into<String>,
    ) -> Finding {
        let Violation { pointer, value: shown, .. } = Violation::new(pointer, value.text(), "");
        let finding = Finding::of_file(Severity::Warning, rule, self.name, message);
        Finding { pointer, position: Some(self.document.position(value)), value: shown, ..finding }
    }

    /// Remembers the violations of a hook, or of hooks.
    pub fn violations(&mut self, violations: Violations) {
        self.broken |= !violations.is_empty();
        self.left_out += violations.left_out;
        for violation in violations.kept {
            self.add(Finding::of_violation(self.name, violation));
        }
    }

    /// Remembers what was found elsewhere.
    pub fn add(&mut self, finding: Finding) {
        self.broken |= finding.severity == Severity::Error;
        if self.findings.len() < limits::VIOLATIONS {
            self.findings.push(finding);
        } else {
            self.left_out += 1;
        }
    }

    /// Whether the document can be used, as far as it was read.
    pub fn right_so_far(&self) -> bool {
        !self.broken
    }

    /// All of them, and how many more there are.
    pub fn finish(mut self) -> Vec<Finding> {
        if self.left_out > 0 {
            let severity = if self.broken { Severity::Error } else { Severity::Warning };
            let message = format!("has {} more findings", self.left_out);
            self.findings.push(Finding::of_file(severity, "more-violations", self.name, message));
        }
        self.findings
    }
}
