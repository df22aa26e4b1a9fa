package ocihooks

// ProcessGroup is the process group that hooks run in. It decides who may use the terminal, and whom ^C and ^Z reach.
type ProcessGroup int

// The process groups, for [WithProcessGroup].
const (
	// ProcessGroupAuto is [ProcessGroupCaller] if the calling process is in the foreground of its terminal when the
	// phase begins; otherwise it is [ProcessGroupOwn]. The default.
	ProcessGroupAuto ProcessGroup = 0
	// ProcessGroupOwn is a new group. A stop reaches the hook and its children. ^C reaches the caller alone.
	ProcessGroupOwn ProcessGroup = 1
	// ProcessGroupCaller is the caller's group, which shares the terminal. A stop reaches the hook and its cgroup, but
	// not the hook's children.
	ProcessGroupCaller ProcessGroup = 2
	// ProcessGroupSession is a new session without a terminal.
	ProcessGroupSession ProcessGroup = 3
)
