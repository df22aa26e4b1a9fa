//! Lint: what is to be said of hooks, beyond whether they can be used.
pub(crate) mod host;
