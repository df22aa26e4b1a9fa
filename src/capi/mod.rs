//! The C API: it converts pointers and calls the core, which does the work. The documentation of these functions
//! becomes that of the header.
//!
//! Handles are passed as references, and NULL as `None`. A function takes a raw pointer where a reference would be
//! unsound:
//!
//! - It frees the handle.
//! - Two arguments may be the same handle.
//! - The host's code may use the handle before the function returns.
//!
//! `guard` catches panics and writes the message or the buffer. `ptr` has the only pointer and buffer helpers.

#![allow(non_camel_case_types, reason = "the names are C's")]
#![expect(clippy::doc_markdown, reason = "the text is the header's, which writes C names without backticks")]
#![allow(rustdoc::broken_intra_doc_links, reason = "in the header, brackets are no links")]
#![cfg_attr(
    test,
    allow(
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        reason = "c_char is signed on some architectures"
    )
)]

mod callback;
mod constants;
#[cfg(feature = "hooksd")]
mod filter;
mod guard;
#[cfg(feature = "hooksd")]
mod hooksd;
#[cfg(feature = "hooksd")]
mod hooksd_list;
#[cfg(feature = "hooksd")]
mod hooksd_match;
#[cfg(feature = "hooksd")]
mod hooksd_violations;
mod json;
#[cfg(feature = "hooksd")]
mod lint;
mod map;
mod map_contents;
mod observer;
mod phases;
mod ptr;
mod report;
mod report_hook;
mod run;
mod runner;
mod runner_caller;
mod runner_calls;
mod runner_container;
mod runner_io;
mod runner_state;
mod runner_time;
mod state;
mod text;

pub use callback::*;
pub use constants::*;
#[cfg(feature = "hooksd")]
pub use filter::*;
#[cfg(feature = "hooksd")]
pub use hooksd::*;
#[cfg(feature = "hooksd")]
pub use hooksd_list::*;
#[cfg(feature = "hooksd")]
pub use hooksd_match::*;
#[cfg(feature = "hooksd")]
pub use hooksd_violations::*;
pub use json::*;
#[cfg(feature = "hooksd")]
pub use lint::*;
pub use map::*;
pub use map_contents::*;
pub use observer::*;
pub use phases::*;
pub use report::*;
pub use report_hook::*;
pub use run::*;
pub use runner::*;
pub use runner_caller::*;
pub use runner_calls::*;
pub use runner_container::*;
pub use runner_io::*;
pub use runner_state::*;
pub use runner_time::*;
pub use state::*;
pub use text::*;
