package ocihooks

// Document is what a text is that [Read] reads.
type Document int

// The documents.
const (
	// DocumentHooks is the runtime-spec's "hooks" object, as [Parse] reads it.
	DocumentHooks Document = 0
	// DocumentConfig is a whole config.json, as [ParseConfig] reads it.
	DocumentConfig Document = 1
	// DocumentLibcontainer is the "hooks" object in libcontainer's dialect, as [ParseLibcontainer] reads it.
	DocumentLibcontainer Document = 2
	// DocumentHookFile is a hook file, as those of a hooks.d: for [Lint].
	DocumentHookFile Document = 3
	// DocumentCDI is a CDI document, or a containerEdits object of one, in JSON: for [Lint].
	DocumentCDI Document = 4
)

// ReadFlag says how [Read] reads a document.
type ReadFlag int

// The flags of [Read].
const (
	// ReadStrict is the absence of flags: a hook that the runtime-spec forbids makes the document invalid.
	ReadStrict ReadFlag = 0
	// ReadLenient keeps such a hook, and lets it fail when its turn comes: for documents that somebody else accepted
	// before. [Hooks.Warnings] tells of each, and the Hooks are lenient then, see [Hooks.SetLenient].
	ReadLenient ReadFlag = 1
)

// StateCheck is what the text has to be that hooks get on their stdin.
type StateCheck int

// The checks, for [WithStateCheck].
const (
	// StateCheckSpec asks for a state as the runtime-spec has it. The default.
	StateCheckSpec StateCheck = 0
	// StateCheckJSON takes any JSON, as a config.json for hooks that edit one.
	StateCheckJSON StateCheck = 1
	// StateCheckOff takes anything, also nothing.
	StateCheckOff StateCheck = 2
)
