//! Options of filters.

use crate::limits;

/// The options that concern only filters.
#[derive(Debug, Clone, Copy)]
pub(in crate::run) struct FilterOptions {
    /// The largest config that a filter may write, in bytes.
    pub limit: usize,
    /// Whether a filter that writes nothing leaves the config unchanged.
    pub may_write_nothing: bool,
}

impl Default for FilterOptions {
    fn default() -> Self {
        Self { limit: limits::FILTERED_CONFIG, may_write_nothing: false }
    }
}
