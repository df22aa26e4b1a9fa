//! Patterns of hook files: Go's RE2 syntax, matched without anchors.
//!
//! Files are written for Go's `regexp`, so a pattern must mean here what it means there. `translate` parses it by Go's grammar
//! and writes it anew from the few elements that mean the same in every engine: characters, classes of plain ranges, groups,
//! repetitions and look-around by name. `regex-lite` then runs it, in time linear in the text. A pattern that can't be written
//! so is refused by name; none is accepted with another meaning.

mod class;
mod class_syntax;
mod escape;
mod fold;
mod piece;
mod refusal;
mod translate;

pub use fold::Folding;
pub use refusal::Refusal;

use regex_lite::{Regex, RegexBuilder};

/// The longest pattern, in bytes. Those of hook files have some 20. Go's parser refuses a tree that is higher than 1000;
/// it factors alternatives, which makes trees higher than they are written, and with this limit, `MAX_GROUPS` and
/// `MAX_DEPTH` no pattern reaches 1000 by factoring.
pub const MAX_BYTES: usize = 32 * 1024;

/// How deep groups may nest, those that need no engine's nesting included.
const MAX_GROUPS: usize = 300;

/// How deep repetitions, sequences and alternatives may nest in each other. The engine's compiler recurses, on the stack of a
/// host's thread, which may be small.
const MAX_DEPTH: usize = 50;

/// The engine's own limit, which the translation's keeps patterns below: the engine counts up to four levels for one.
const ENGINE_DEPTH: u32 = 200;

/// How much memory the compiled pattern may take, in bytes. `x{1000}` takes 32 KiB. The time of a match is at most the number
/// of its states times the length of the text.
const MAX_COMPILED: usize = 512 * 1024;

/// A pattern that is ready to match.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: Box<str>,
    regex: Regex,
}

impl Pattern {
    /// Compiles a pattern of Go's syntax.
    ///
    /// # Errors
    /// The pattern is none of Go's, or can't be matched here exactly as Go matches it.
    pub fn new(text: &str, folding: &mut Folding) -> Result<Self, Refusal> {
        if text.len() > MAX_BYTES {
            return Err(Refusal::too_long());
        }
        let translated = translate::translate(text, folding)?;
        let mut builder = RegexBuilder::new(&translated);
        builder.size_limit(MAX_COMPILED).nest_limit(ENGINE_DEPTH);
        let regex = builder.build().map_err(|_| Refusal::too_large())?;
        Ok(Self { text: text.into(), regex })
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the pattern matches anywhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        // The engine keeps its working memory in a pool behind a lock. A copy has a pool that no other thread knows, so that a
        // child forked in the middle of another thread's match finds no lock taken.
        self.regex.clone().is_match(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Refusal {
        Pattern::new(text, &mut Folding::default()).expect_err("must be refused")
    }

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern, &mut Folding::default()).expect("a pattern").is_match(text)
    }

    #[test]
    fn refusals_name_the_part() {
        assert_eq!(refused("a\\p{Greek}b").to_string(), "has an unsupported Unicode class: \\p{Greek}");
        assert_eq!(
            refused("a**").to_string(),
            "is not a pattern of RE2: invalid nested repetition operator: **"
        );
        assert_eq!(refused("(a").to_string(), "is not a pattern of RE2: missing closing ): (a");
    }

    #[test]
    fn hostile_patterns_are_refused_within_bounds() {
        let groups = "(?:".repeat(2000) + "a" + &")".repeat(2000);
        let repeated = "(?:x{1000}y?){1000}".to_owned();
        let classes = "[^\\x00]{500}".repeat(500);
        let nested = "(?:a|b(?:".repeat(100) + "c" + &"))".repeat(100);
        let stacked = "a".to_owned() + &"*(?i)+(?i)".repeat(1000);
        for pattern in [groups, repeated, classes, nested, stacked, "a".repeat(1 << 20), "(".repeat(1 << 20)]
        {
            let refusal = refused(&pattern);
            assert!(refusal.to_string().len() < 200, "{refusal}");
        }
    }

    /// The engine's compiler recurses: the deepest pattern that is taken must fit a small stack.
    #[test]
    fn the_deepest_pattern_needs_little_stack() {
        let depth = MAX_DEPTH / 3;
        let pattern = "(?:a|b(?:".repeat(depth / 2) + "c" + &")+)*".repeat(depth / 2);
        let thread = std::thread::Builder::new().stack_size(256 * 1024);
        let done = thread.spawn(move || matches(&pattern, "a")).expect("a thread").join();
        assert!(done.expect("no overflow"));
    }

    #[test]
    fn a_long_text_takes_linear_time() {
        let text = "a".repeat(100_000);
        assert!(!matches("(a*)*(a|b)*c$", &text));
        assert!(!matches("(?:a?){100}b", &text[..10_000]));
    }
}
