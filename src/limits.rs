//! The limits that the library sets by itself, each with its reason.

use std::time::Duration;

/// How long a killed hook may take to die before it is left behind: tearing down a large process takes a while, and one
/// that hangs in the kernel (a dead disk or mount) may never come back.
pub(crate) const DEATH_TIME: Duration = Duration::from_secs(2);

/// How often a running hook is asked whether a signal has stopped it: soon enough for a person who waits, and seldom enough to
/// cost a hook of ten minutes some 10 ms of processor time.
pub(crate) const STOPPED_LOOK: Duration = Duration::from_millis(250);

/// How much of each captured stream is kept by default, in bytes: the first 32 KiB and the last 32 KiB.
pub(crate) const CAPTURE: usize = 64 * 1024;

/// How much captured output of a phase's hooks is kept together by default, in bytes.
pub(crate) const PHASE_CAPTURE: usize = 16 * 1024 * 1024;

/// How much of a last line a message quotes, in bytes: enough for any message that people read, and little, since each failure
/// that is a warning keeps a copy.
pub(crate) const QUOTED_LINE: usize = 512;

/// How deep arrays and objects may nest. Nothing here recurses; the limit is for others, who read what we write
/// back (Python's reader gives up at about 1000). The spec needs 6.
pub(crate) const JSON_DEPTH: usize = 512;

/// How much of an offending value is quoted, in characters: enough to recognise it, little enough
/// that five violations still fit a message buffer of 1 KiB.
pub(crate) const QUOTED_VALUE_CHARS: usize = 60;

/// How many violations of a document are kept: more than anybody mends at once. Two bytes of text can be a violation, which
/// takes some 150 bytes of memory; kept without a limit, the violations of a document would be a hundred times its size.
pub(crate) const VIOLATIONS: usize = 100;

/// How many wrong hooks of a document a lenient reader keeps: more than anybody has, and each takes some 500 bytes of memory,
/// while two bytes of text are enough for one.
pub(crate) const REFUSED: usize = 500;

/// How many warnings of reading are kept: one for each hook that was refused, and as many again.
pub(crate) const WARNINGS: usize = 2 * REFUSED;

/// How long an answer about the host's signal dispositions holds. Asking costs some 12 us; a host that changes
/// dispositions while a phase runs is rare, and one that does so within a hook's time can't be followed anyway.
pub(crate) const DISPOSITIONS_FRESH_FOR: Duration = Duration::from_millis(100);

/// The largest hook file that is read, in bytes. They have some 300; a list of a thousand patterns fits, and a file that was put
/// there by mistake is not read into memory.
#[cfg(feature = "hooksd")]
pub(crate) const HOOK_FILE: usize = 1024 * 1024;

/// How many properties an object of a hook file may have: names are compared one by one.
#[cfg(feature = "hooksd")]
pub(crate) const PROPERTIES: usize = 1000;

/// The largest config that a filter may write by default, in bytes. Configs have some 20 KiB.
#[cfg(feature = "hooksd")]
pub(crate) const FILTERED_CONFIG: usize = 16 * 1024 * 1024;
