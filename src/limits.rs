//! The limits that the library sets by itself, each with its reason.

use std::time::Duration;

/// How long a killed hook may take to die before it is left behind. Tearing down a large process takes a
/// while. A process that hangs in the kernel (a dead disk or mount) may never die.
pub(crate) const DEATH_TIME: Duration = Duration::from_secs(2);

/// The interval for checking whether a signal has stopped a running hook. It is short enough for a person who
/// waits. It is long enough to cost a hook of ten minutes only some 10 ms of processor time.
pub(crate) const STOPPED_CHECK: Duration = Duration::from_millis(250);

/// How much of each captured stream is kept by default, in bytes: the first 32 KiB and the last 32 KiB.
pub(crate) const CAPTURE: usize = 64 * 1024;

/// How much captured output of a phase's hooks is kept together by default, in bytes.
pub(crate) const PHASE_CAPTURE: usize = 16 * 1024 * 1024;

/// How many of its last lines a hook's error quotes: the cause often stands before a closing hint ("see --help", "exit status 2"),
/// and more lines make one line that nobody reads.
pub(crate) const QUOTED_LINES: usize = 4;

/// How much those lines have together, in bytes: enough for any message that people read, and little, since each failure that
/// is a warning keeps a copy. With phase and path it fits a message buffer of 1 KiB.
pub(crate) const QUOTED_OUTPUT: usize = 512;

/// The size of the file in memory that a stream can go to, in bytes: more than hooks write, and little for every
/// daemon that a host has. A process that has it open can take that much memory for as long as it lives.
pub(crate) const MEMORY_OUTPUT: u32 = 1024 * 1024;

/// How deep arrays and objects may nest. Nothing here recurses. The limit protects others who read our
/// output, such as Python's reader, which gives up at about 1000. The spec needs 6.
pub(crate) const JSON_DEPTH: usize = 512;

/// How much of an offending value is quoted, in characters. That is enough to recognise it. It is so little
/// that five violations still fit in a message buffer of 1 KiB.
pub(crate) const QUOTED_VALUE_CHARS: usize = 60;

/// How many violations of a document are kept, which is more than anybody fixes at once. Two bytes of text
/// can be a violation, which takes some 150 bytes of memory. Without a limit, the violations of a document
/// would be a hundred times its size.
pub(crate) const VIOLATIONS: usize = 100;

/// How many wrong hooks of a document a lenient reader keeps: more than anybody has. Each takes some 500 bytes of memory,
/// and two bytes of text are enough for one.
pub(crate) const REFUSED: usize = 500;

/// How many warnings of reading are kept: one for each refused hook, and as many again.
pub(crate) const WARNINGS: usize = 2 * REFUSED;

/// How long the host's signal dispositions stay cached. Reading them costs some 12 us. Few hosts change
/// dispositions while a phase runs, and a change during a hook can't be followed in any case.
pub(crate) const DISPOSITIONS_FRESH_FOR: Duration = Duration::from_millis(100);

/// The largest hook file that is read, in bytes. Hook files have some 300 bytes, and a list of a thousand
/// patterns fits. A file that was put there by mistake is not read into memory.
#[cfg(feature = "hooksd")]
pub(crate) const HOOK_FILE: usize = 1024 * 1024;

/// The maximum number of properties of an object in a hook file, because names are compared one by one.
#[cfg(feature = "hooksd")]
pub(crate) const PROPERTIES: usize = 1000;

/// The largest config that a filter may write by default, in bytes. Configs have some 20 KiB.
#[cfg(feature = "hooksd")]
pub(crate) const FILTERED_CONFIG: usize = 16 * 1024 * 1024;
