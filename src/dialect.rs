//! What the two JSON forms of hooks say differently: one table.

use crate::hook::Timeout;

/// A JSON form of hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// The runtime-spec's: `timeout` in seconds; what is absent or empty is left out.
    Spec,
    /// libcontainer's: `timeout` in nanoseconds, `dir`, everything written, `null` where empty.
    Libcontainer,
}

impl Dialect {
    /// Whether a hook's `dir` is its working directory, or a property nobody knows.
    pub fn has_dir(self) -> bool {
        self == Self::Libcontainer
    }

    /// Whether what is absent is written as `null` and an empty phase too.
    pub fn writes_all(self) -> bool {
        self == Self::Libcontainer
    }

    /// A positive `timeout` in this dialect's unit; `None` where it is more than can be kept.
    pub fn timeout(self, number: i64) -> Option<Timeout> {
        let timeout = match self {
            Self::Spec => Timeout::from_seconds(number),
            Self::Libcontainer => Timeout::from_nanos(number),
        };
        timeout.ok()
    }

    /// The number that says a timeout in this dialect's unit.
    pub fn number(self, timeout: Timeout) -> u64 {
        match self {
            Self::Spec => timeout.as_seconds(),
            Self::Libcontainer => timeout.as_nanos(),
        }
    }

    /// What a `timeout` of the other dialect, as it is written there, is in this one: one that is wrong stays so. What is no
    /// integer stays as it is, and so does one that is too large in either unit.
    pub fn rescaled(self, written: &str) -> String {
        let nanos = i64::try_from(Timeout::NANOS_PER_SECOND).unwrap_or(i64::MAX);
        let scaled = written.parse::<i64>().map(|number| match self {
            Self::Spec => number.div_euclid(nanos) + i64::from(number.rem_euclid(nanos) > 0),
            Self::Libcontainer => number.saturating_mul(nanos),
        });
        scaled.map_or_else(|_| written.to_owned(), |number| number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_that_is_wrong_in_one_dialect_is_wrong_in_the_other() {
        for (spec, libcontainer) in [
            ("0", "0"),
            ("-3", "-3000000000"),
            ("2147483648", "2147483648000000000"),
            ("9223372036854775807", "9223372036854775807"),
            ("99999999999999999999", "99999999999999999999"),
            ("1.5", "1.5"),
            ("[ ]", "[ ]"),
        ] {
            assert_eq!(Dialect::Libcontainer.rescaled(spec), libcontainer);
        }
        for (libcontainer, spec) in [
            ("0", "0"),
            ("-1", "0"),
            ("-1000000000", "-1"),
            ("2147483647000000001", "2147483648"),
            ("1", "1"),
        ] {
            assert_eq!(Dialect::Spec.rescaled(libcontainer), spec);
        }
    }
}
