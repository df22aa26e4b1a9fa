"""The programs and cases that a tool can't run, with reasons: tool, program, case. ALL is the whole program.

Cases have their programs' names. An unknown case is a failure.
"""
ALL = "all of it"

CLEARED = "the host clears its environment, from which the library recognizes Valgrind"
DIES = "Valgrind ends the child if the kernel refuses an execve late: no errno reaches the parent"
FORKED = "two threads run while the host forks: the child's leak check finds their memory"
LIMITED = "the limit would apply to Valgrind too"
MEMORY = "the measured memory would include the tool's"
NO_MEMORY_FILE = "Valgrind can't execute a memfd: the hook has not begun when its time is up, so it has no state to query"
NO_PIDFD_OPEN = "Valgrind before 3.21 lacks pidfd_open and setns, which name processes and join containers"
NO_RLIMIT = "Valgrind refuses with EPERM to lower the hard limit of descriptors"
PENDING = "Valgrind omits a sigaction that changes nothing, with which the library discards pending signals that are ignored"
SIGNAL_64 = "Valgrind keeps signal 64 for itself"
SLOW = "its time bound assumes a program at full speed"
STORM = "signals arrive faster than Valgrind delivers them"
DENIED = "Valgrind needs the denied calls"
MY_ENVIRONMENT = "Valgrind hides its variables from executed programs"

MEMCHECK = {
    "15-limits": {"a_hundred_thousand_hooks_are_read_and_written": SLOW},
    "17-memory": {ALL: MEMORY},
    "21-argv-env": {
        "an_absent_env_is_the_callers": MY_ENVIRONMENT,
        "an_environment_that_was_cleared_is_empty": CLEARED,
        "a_change_of_the_environment_between_runs_is_seen": CLEARED,
    },
    "22-spawn-errors": {
        "a_script_whose_interpreter_is_missing": DIES,
        "a_file_that_is_open_for_writing": DIES,
        "arguments_beyond_what_the_kernel_takes": DIES,
        "an_interpreter_that_is_a_script_in_a_circle": DIES,
    },
    "25-cases": {"limits-nofile": NO_RLIMIT},
    "30-timeouts": {"signals_that_the_host_gets_do_not_disturb_a_run": STORM},
    "33-asked-early": {"a_hook_in_a_cgroup_is_asked_too": NO_MEMORY_FILE},
    "50-clean-room": {"no_signal_is_ignored_not_even_32_and_33": SIGNAL_64},
    "51-options-process": {"limits_are_the_hooks_and_not_the_callers": NO_RLIMIT},
    "61-threads": {"a_freshly_forked_child_of_a_host_with_threads_runs_hooks": FORKED},
    "64-signal-storm": {ALL: STORM},
    "65-group-signals": {
        "an_ignored_signal_kills_no_hook": PENDING,
        "no_signal_reaches_a_hook_in_a_container": PENDING,
    },
    "66-core-dumps": {ALL: STORM},
    "71-cgroup-without-kill": {
        "what_is_listed_is_killed_and_nobody_else": NO_PIDFD_OPEN,
        "a_long_list_and_one_that_is_wrong": NO_PIDFD_OPEN,
        "success_kills_nobody": SLOW,
    },
    "73-memory-bystander": {ALL: MEMORY},
    "80-container": {ALL: NO_PIDFD_OPEN},
    "81-container-faults": {ALL: NO_PIDFD_OPEN},
    "82-container-hosts": {"where_descriptors_run_out_the_error_is_told_and_nothing_is_left": LIMITED},
    "84-terminal": {
        "a_hook_of_startcontainer_has_no_terminal": NO_PIDFD_OPEN,
        "a_hook_of_createcontainer_has_no_terminal": NO_PIDFD_OPEN,
    },
    "86-directory-outside": {ALL: NO_PIDFD_OPEN},
    "87-not-a-program": {ALL: NO_PIDFD_OPEN},
    "88-pid-for-children": {ALL: NO_PIDFD_OPEN},
    "91-container-no-syscalls": {ALL: NO_PIDFD_OPEN},
    "92-denials": {ALL: DENIED},
    "93-exhaustion": {
        "without_descriptors_the_error_is_typed_and_nothing_leaks": LIMITED,
        "without_descriptors_and_memory_files_nothing_leaks_either": LIMITED,
        "without_processes_the_error_is_typed_and_nothing_leaks": LIMITED,
        "a_limited_file_size_kills_nobody_and_the_state_is_complete": LIMITED,
    },
}

NO_PROC = "the hook is the test itself, and AddressSanitizer can't start without /proc"

ASAN_LOCKS = "AddressSanitizer forks with locked mutexes: the child waits forever for a lock that another thread holds"

ADDRESS = {
    "17-memory": {ALL: MEMORY},
    "52-closing": {"a_descriptor_above_the_limit_is_closed_too": NO_PROC},
    "61-threads": {"a_freshly_forked_child_of_a_host_with_threads_runs_hooks": ASAN_LOCKS},
    "90-no-syscalls": {"without_all_of_them_and_without_proc": NO_PROC},
}

LEFT_OUT = {"memcheck": MEMCHECK, "asan": ADDRESS, "asan-rust": ADDRESS}
