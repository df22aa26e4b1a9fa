//! JSON pointers (RFC 6901), which name the places of violations.

/// Appends a key to a pointer, and escapes `~` and `/` in it (RFC 6901, section 3).
pub(crate) fn step(parent: &str, key: &str) -> String {
    format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_escaped() {
        assert_eq!(step("/a", "b/c~d"), "/a/b~1c~0d");
    }
}
