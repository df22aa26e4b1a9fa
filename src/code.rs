//! The codes of the C API: their numbers and their texts.

/// The numbers of the C API's `ocihooks_code`. They are explicit, and never reused for another meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
#[non_exhaustive]
pub enum Code {
    /// Success.
    Ok = 0,
    /// NULL where not allowed, a name that is empty or not UTF-8, a bad option.
    InvalidArgument = -1,
    /// Not JSON, or not UTF-8.
    InvalidJson = -2,
    /// JSON, but the spec forbids it.
    InvalidHooks = -3,
    /// The state violates the spec.
    InvalidState = -4,
    /// Neither one of the six phases, nor in the map.
    UnknownPhase = -5,
    /// A child was made, but a step before its execve or the execve itself failed.
    Spawn = -6,
    /// The hook exited with a status other than 0.
    Exit = -7,
    /// A signal killed the hook.
    Signal = -8,
    /// The hook or the phase exceeded its time limit.
    Timeout = -9,
    /// A callback returned something other than 0.
    Callback = -10,
    /// The host canceled the run.
    Canceled = -11,
    /// No child could be made, or a call of the parent's failed.
    System = -12,
    /// A defect of the library.
    Internal = -13,
    /// The host reaped the hook, so its status can't be known.
    Lost = -14,
    /// The hook wanted the terminal from the background.
    Stopped = -15,
    /// A config.json that violates the runtime-spec.
    InvalidConfig = -16,
    /// Invalid hook files.
    InvalidFiles = -17,
    /// A filter that wrote no config.
    InvalidOutput = -18,
}

impl Code {
    /// Every code, in the order of the header.
    pub const ALL: [Self; 19] = [
        Self::Ok,
        Self::InvalidArgument,
        Self::InvalidJson,
        Self::InvalidHooks,
        Self::InvalidState,
        Self::UnknownPhase,
        Self::Spawn,
        Self::Exit,
        Self::Signal,
        Self::Timeout,
        Self::Callback,
        Self::Canceled,
        Self::System,
        Self::Internal,
        Self::Lost,
        Self::Stopped,
        Self::InvalidConfig,
        Self::InvalidFiles,
        Self::InvalidOutput,
    ];

    /// A short description, the same for every failure of that kind.
    pub fn text(self) -> &'static std::ffi::CStr {
        match self {
            Self::Ok => c"success",
            Self::InvalidArgument => c"invalid argument",
            Self::InvalidJson => c"invalid JSON",
            Self::InvalidHooks => c"hooks that the runtime-spec forbids",
            Self::InvalidState => c"invalid container state",
            Self::UnknownPhase => c"unknown phase",
            Self::Spawn => c"hook could not be executed",
            Self::Exit => c"hook exited with a status other than 0",
            Self::Signal => c"hook was killed by a signal",
            Self::Timeout => c"hook timed out",
            Self::Callback => c"callback hook failed",
            Self::Canceled => c"canceled",
            Self::System => c"system call failed",
            Self::Internal => c"internal error",
            Self::Lost => c"exit status of the hook was lost",
            Self::Stopped => c"hook was stopped by the terminal",
            Self::InvalidConfig => c"invalid config",
            Self::InvalidFiles => c"hook files that can't be used",
            Self::InvalidOutput => c"filter wrote no config",
        }
    }

    /// The number.
    pub fn as_raw(self) -> i32 {
        self as i32
    }
}
