//! Hook files: hooks from directories, as engines have them in `hooks.d`.
//!
//! | module | what it is |
//! |--------|------------|
//! | `set` | [`HookFiles`]: all sources, masked by name, in the order of injection |
//! | `directory`, `file`, `name` | listing, reading, and ordering files |
//! | `candidate` | one file of one source |
//! | `document` | a file's document, of both versions |
//! | `condition`, `container` | when a hook is injected, and what that asks of a container |
//! | [`pattern`] | Go's RE2 |
//! | `matching`, `explain`, `refresh` | what is asked of the files |

mod candidate;
mod directory;
mod document;
mod explain;
mod file;
mod matching;
mod name;
pub mod pattern;
mod refresh;
mod set;

pub use document::container::Container;
pub use set::HookFiles;

pub(crate) use document::{Read, read as read_document};
pub(crate) use name::differs_by_case;
