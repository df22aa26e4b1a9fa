//! Hook files.

pub mod pattern;
