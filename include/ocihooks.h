/*
 * libocihooks: runs OCI lifecycle hooks.
 *
 * Contents, in the order of use; constants and types come first:
 *
 *   Version, texts and phases:
 *     ocihooks_version ocihooks_strerror ocihooks_phase_count ocihooks_phase_name ocihooks_phase_namespace
 *   Hook map:
 *     ocihooks_new ocihooks_clone ocihooks_merge ocihooks_add_command ocihooks_set_lenient ocihooks_add_callback
 *     ocihooks_count ocihooks_hooks_phase_count ocihooks_hooks_phase_name ocihooks_warning_count ocihooks_warning
 *     ocihooks_free
 *   JSON:
 *     ocihooks_parse ocihooks_parse_config ocihooks_parse_libcontainer ocihooks_read ocihooks_to_json
 *     ocihooks_to_libcontainer
 *   State:
 *     ocihooks_state_new ocihooks_state_for_phase
 *   Runner:
 *     ocihooks_runner_new ocihooks_runner_set_cwd ocihooks_runner_set_cwd_may_fail ocihooks_runner_set_environment
 *     ocihooks_runner_set_phase_variable ocihooks_runner_set_failure_policy ocihooks_runner_set_rlimit
 *     ocihooks_runner_set_no_new_privileges ocihooks_runner_set_output ocihooks_runner_set_output_fd
 *     ocihooks_runner_set_output_tee ocihooks_runner_set_capture_limit ocihooks_runner_set_phase_capture_limit
 *     ocihooks_runner_set_cancel_fd ocihooks_runner_add_cancel_fd ocihooks_runner_set_cgroup_fd
 *     ocihooks_runner_set_state_check ocihooks_runner_set_default_timeout_ms ocihooks_runner_set_budget_ms
 *     ocihooks_runner_set_grace_ms ocihooks_runner_set_process_group ocihooks_runner_set_die_with_caller
 *     ocihooks_runner_set_old_calls ocihooks_runner_set_container_pidfd ocihooks_runner_set_container_pid
 *     ocihooks_runner_set_container_namespaces ocihooks_runner_set_observer ocihooks_runner_set_output_callback
 *     ocihooks_runner_free
 *   Run:
 *     ocihooks_run ocihooks_reap_left_behind
 *   Report:
 *     ocihooks_report_json ocihooks_report_code ocihooks_report_duration_ns ocihooks_report_phase
 *     ocihooks_report_message ocihooks_report_count ocihooks_report_warning_count ocihooks_report_warning
 *     ocihooks_report_warning_hook ocihooks_report_warning_kind ocihooks_report_hook_kind ocihooks_report_hook_outcome
 *     ocihooks_report_hook_failed ocihooks_report_hook_exit_code ocihooks_report_hook_signal
 *     ocihooks_report_hook_core_dumped ocihooks_report_hook_errno ocihooks_report_hook_pid
 *     ocihooks_report_hook_duration_ns ocihooks_report_hook_user_time_ns ocihooks_report_hook_system_time_ns
 *     ocihooks_report_hook_path ocihooks_report_hook_message ocihooks_report_hook_error ocihooks_report_hook_output
 *     ocihooks_report_hook_output_bytes ocihooks_report_hook_output_truncated ocihooks_report_free
 *   Hook files, filters, CDI and lint:
 *     ocihooks_hooksd_new ocihooks_hooksd_add_stage ocihooks_hooksd_add_dir ocihooks_hooksd_add_file
 *     ocihooks_hooksd_set_strict ocihooks_hooksd_set_check_host ocihooks_hooksd_refresh ocihooks_hooksd_count
 *     ocihooks_hooksd_name ocihooks_hooksd_file ocihooks_hooksd_violation_count ocihooks_hooksd_violation
 *     ocihooks_hooksd_violations_json ocihooks_hooksd_match ocihooks_hooksd_explain ocihooks_filter
 *     ocihooks_report_config ocihooks_runner_set_filter_limit ocihooks_runner_set_filter_may_write_nothing
 *     ocihooks_config_set_hooks ocihooks_add_cdi_edits ocihooks_lint ocihooks_hooksd_free
 *
 * Errors: a function that can fail returns an ocihooks_code, which is 0 or negative. It describes the failure in the
 * caller's errmsg buffer, NUL-terminated, truncated between characters, and empty on success. errmsg may be NULL with
 * size 0. The library keeps no global error.
 *
 * Messages and warnings are single lines that are safe to print. They quote text from other sources: paths, phases,
 * keys, values, messages of callbacks, the last lines of a hook. The library escapes the following characters of such
 * text as JSON does, for example ESC as \u001b:
 *
 *   - control characters (C0, DEL, C1)
 *   - U+2028 and U+2029
 *   - the explicit directional characters U+202A to U+202E and U+2066 to U+2069
 *
 * Other accessors return such text unchanged.
 *
 * Memory: memory never changes owner across the API. Handles have a _free function, which accepts NULL. Text is
 * written into buffers of the caller. NULL and undersized buffers are safe: a buf or errmsg that is NULL receives
 * nothing, and a text that is too long is truncated.
 *
 * Threads: threads may share a handle as long as none modifies or frees it. Calls without a common handle may run
 * concurrently.
 *
 * Cancellation: pthread_cancel takes effect on a thread only after the library function that the thread is in has
 * returned. The thread's cancel state and type are then as they were before the call.
 *
 * Text is UTF-8, in both directions. "config.md" and "runtime.md" are chapters of the OCI runtime-spec.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from src/capi by cbindgen; run `make header` to update it.
 */

#ifndef OCIHOOKS_H
#define OCIHOOKS_H

#include <stddef.h>
#include <stdint.h>

/**
 * Result codes: every function that can fail returns 0 or one of these negative numbers. A number never gets a new
 * meaning.
 *
 * Functions take and return int; the enum exists for its names.
 */
typedef enum ocihooks_code {
  /**
   * Success.
   */
  OCIHOOKS_OK = 0,
  /**
   * An argument is invalid: NULL where that is not allowed, a name that is empty or not UTF-8, or a value that the
   * option does not take.
   */
  OCIHOOKS_ERR_INVALID_ARGUMENT = -1,
  /**
   * The text is not JSON, or not UTF-8. The message gives line and column.
   */
  OCIHOOKS_ERR_INVALID_JSON = -2,
  /**
   * The JSON describes hooks that the runtime-spec forbids. The message lists the first 100 violations by JSON
   * pointer, then the number of the others.
   */
  OCIHOOKS_ERR_INVALID_HOOKS = -3,
  /**
   * The container's state violates the runtime-spec. No hook was run.
   */
  OCIHOOKS_ERR_INVALID_STATE = -4,
  /**
   * The phase is neither one of the six of the runtime-spec nor in the map.
   */
  OCIHOOKS_ERR_UNKNOWN_PHASE = -5,
  /**
   * execve, or a step before it, failed in the child. The message names the step and the errno.
   */
  OCIHOOKS_ERR_SPAWN = -6,
  /**
   * A hook exited with a status other than 0.
   */
  OCIHOOKS_ERR_EXIT = -7,
  /**
   * A signal killed a hook.
   */
  OCIHOOKS_ERR_SIGNAL = -8,
  /**
   * A hook or the phase exceeded its time limit.
   */
  OCIHOOKS_ERR_TIMEOUT = -9,
  /**
   * A callback hook returned a value other than 0.
   */
  OCIHOOKS_ERR_CALLBACK = -10,
  /**
   * A cancel descriptor became readable.
   */
  OCIHOOKS_ERR_CANCELED = -11,
  /**
   * No child could be created, or a system call of the library itself failed, for example with EMFILE or EAGAIN.
   */
  OCIHOOKS_ERR_SYSTEM = -12,
  /**
   * The library has a defect, which was caught before it could reach the caller.
   */
  OCIHOOKS_ERR_INTERNAL = -13,
  /**
   * The host reaped the hook, and the kernel no longer knows its exit status.
   */
  OCIHOOKS_ERR_LOST = -14,
  /**
   * A hook used the terminal from a background process group, was stopped by SIGTTIN or SIGTTOU, and was killed.
   */
  OCIHOOKS_ERR_STOPPED = -15,
  /**
   * A config.json violates the runtime-spec, as far as the library read it.
   */
  OCIHOOKS_ERR_INVALID_CONFIG = -16,
  /**
   * Hook files are invalid, and reading was strict. The message lists the first 100 violations.
   */
  OCIHOOKS_ERR_INVALID_FILES = -17,
  /**
   * A filter exited with status 0 but wrote no config.
   */
  OCIHOOKS_ERR_INVALID_OUTPUT = -18,
} ocihooks_code;

/**
 * The form of a document, see ocihooks_read() and ocihooks_lint().
 */
typedef enum ocihooks_document {
  /**
   * The runtime-spec's `hooks` object, as ocihooks_parse() reads it.
   */
  OCIHOOKS_DOCUMENT_HOOKS = 0,
  /**
   * A whole config.json, as ocihooks_parse_config() reads it.
   */
  OCIHOOKS_DOCUMENT_CONFIG = 1,
  /**
   * The `hooks` object in libcontainer's dialect, as ocihooks_parse_libcontainer() reads it.
   */
  OCIHOOKS_DOCUMENT_LIBCONTAINER = 2,
  /**
   * A hook file of a hooks.d directory; for ocihooks_lint() only.
   */
  OCIHOOKS_DOCUMENT_HOOK_FILE = 3,
  /**
   * A CDI document, or its containerEdits object, as JSON; for ocihooks_lint() only.
   */
  OCIHOOKS_DOCUMENT_CDI = 4,
} ocihooks_document;

/**
 * Flags of ocihooks_read().
 */
typedef enum ocihooks_read_flag {
  /**
   * Hooks that the runtime-spec forbids are kept, and each fails when its turn comes.
   */
  OCIHOOKS_READ_LENIENT = 1,
} ocihooks_read_flag;

/**
 * How a hook ended, as ocihooks_report_hook_outcome() returns it.
 */
typedef enum ocihooks_outcome {
  /**
   * The hook exited. ocihooks_report_hook_exit_code() returns the status.
   */
  OCIHOOKS_OUTCOME_EXITED = 0,
  /**
   * A signal that the library did not send killed the hook.
   */
  OCIHOOKS_OUTCOME_SIGNALED = 1,
  /**
   * The hook exceeded its time limit and was killed.
   */
  OCIHOOKS_OUTCOME_TIMED_OUT = 2,
  /**
   * The hook could not be started. ocihooks_report_hook_errno() returns the reason.
   */
  OCIHOOKS_OUTCOME_SPAWN_FAILED = 3,
  /**
   * The hook was killed, or not started, because a cancel descriptor became readable.
   */
  OCIHOOKS_OUTCOME_CANCELED = 4,
  /**
   * The callback returned. ocihooks_report_hook_exit_code() returns its value.
   */
  OCIHOOKS_OUTCOME_CALLBACK = 5,
  /**
   * The hook was not run, because an earlier hook ended the phase.
   */
  OCIHOOKS_OUTCOME_SKIPPED = 6,
  /**
   * The hook ended with an unknown status: the host reaped it, or a system call of the library failed while the
   * hook ran, and the hook was killed. ocihooks_report_hook_message() tells the two apart.
   */
  OCIHOOKS_OUTCOME_LOST = 7,
  /**
   * The hook used the terminal from a background process group, was stopped, and was killed.
   * ocihooks_report_hook_signal() returns SIGTTIN or SIGTTOU.
   */
  OCIHOOKS_OUTCOME_STOPPED = 8,
  /**
   * The runtime-spec forbids the hook, which a lenient map kept. It was not executed. ocihooks_report_hook_message()
   * names the violations.
   */
  OCIHOOKS_OUTCOME_INVALID = 9,
} ocihooks_outcome;

/**
 * The kind of a hook, as ocihooks_report_hook_kind() returns it.
 */
typedef enum ocihooks_kind {
  /**
   * A program.
   */
  OCIHOOKS_KIND_COMMAND = 0,
  /**
   * A function of the host.
   */
  OCIHOOKS_KIND_CALLBACK = 1,
} ocihooks_kind;

/**
 * The subject of a warning, as ocihooks_report_warning_kind() returns it.
 */
typedef enum ocihooks_warning_kind {
  /**
   * The state has a status that the runtime-spec does not expect in the phase.
   */
  OCIHOOKS_WARNING_STATE = 0,
  /**
   * A hook failed and did not end the phase. The text is that of ocihooks_report_hook_error().
   */
  OCIHOOKS_WARNING_HOOK_FAILED = 1,
  /**
   * A hook survived SIGKILL and was left behind, see ocihooks_reap_left_behind().
   */
  OCIHOOKS_WARNING_LEFT_BEHIND = 2,
  /**
   * A signal stopped a hook, and the library continued it.
   */
  OCIHOOKS_WARNING_CONTINUED = 3,
  /**
   * Part of a hook's output could not be read or passed on.
   */
  OCIHOOKS_WARNING_OUTPUT = 4,
  /**
   * The kernel or a seccomp profile refused an optional step before the hook, which ran without it.
   */
  OCIHOOKS_WARNING_STEP_SKIPPED = 5,
} ocihooks_warning_kind;

/**
 * The output streams of a hook. Each number is that of the stream's descriptor.
 */
typedef enum ocihooks_stream {
  /**
   * Standard output.
   */
  OCIHOOKS_STDOUT = 1,
  /**
   * Standard error.
   */
  OCIHOOKS_STDERR = 2,
} ocihooks_stream;

/**
 * The namespaces that the hooks of a phase run in, as ocihooks_phase_namespace() returns them.
 */
typedef enum ocihooks_namespace {
  /**
   * The runtime's namespaces.
   */
  OCIHOOKS_NAMESPACE_RUNTIME = 0,
  /**
   * The container's namespaces.
   */
  OCIHOOKS_NAMESPACE_CONTAINER = 1,
} ocihooks_namespace;

/**
 * The destination of a hook's stream, for ocihooks_runner_set_output().
 */
typedef enum ocihooks_output {
  /**
   * The report, which keeps the first and the last part. The default.
   */
  OCIHOOKS_OUTPUT_CAPTURE = 0,
  /**
   * /dev/null.
   */
  OCIHOOKS_OUTPUT_DISCARD = 1,
  /**
   * The caller's stream of the same number.
   */
  OCIHOOKS_OUTPUT_INHERIT = 2,
  /**
   * A file in memory of 1 MiB, and the report from there once the hook has ended. A process that the hook left
   * behind may write on, up to that size: the kernel refuses more with EPERM, and raises no signal. A shell's
   * `> /dev/stderr` would truncate the file and fails with EPERM; `>&2` works.
   */
  OCIHOOKS_OUTPUT_MEMORY = 3,
} ocihooks_output;

/**
 * The environment of hooks that specify none, for ocihooks_runner_set_environment().
 */
typedef enum ocihooks_environment {
  /**
   * The caller's environment. The default, as in runc and crun.
   */
  OCIHOOKS_ENVIRONMENT_INHERIT = 0,
  /**
   * The caller's environment without the variables of the dynamic loader, LD_* (see CVE-2025-23266).
   */
  OCIHOOKS_ENVIRONMENT_INHERIT_WITHOUT_LOADER = 1,
  /**
   * Only the entries of the given list.
   */
  OCIHOOKS_ENVIRONMENT_LIST = 2,
} ocihooks_environment;

/**
 * The effect of a failed hook on the hooks after it, for ocihooks_runner_set_failure_policy().
 */
typedef enum ocihooks_failure_policy {
  /**
   * The rules of runtime-spec 1.3: the first failure ends the phase, except in poststop. There every hook runs,
   * failures become warnings, and the run returns OCIHOOKS_OK. The default.
   */
  OCIHOOKS_FAILURE_POLICY_SPEC = 0,
  /**
   * The rules of runtime-spec 1.2 and earlier: as OCIHOOKS_FAILURE_POLICY_SPEC, but poststart follows the rules of
   * poststop.
   */
  OCIHOOKS_FAILURE_POLICY_SPEC_BEFORE_1_3 = 1,
  /**
   * The first failure ends the phase, whichever it is.
   */
  OCIHOOKS_FAILURE_POLICY_FAIL_FAST = 2,
  /**
   * Every phase follows the rules of poststop.
   */
  OCIHOOKS_FAILURE_POLICY_KEEP_GOING = 3,
} ocihooks_failure_policy;

/**
 * The process group that hooks run in, for ocihooks_runner_set_process_group().
 */
typedef enum ocihooks_process_group {
  /**
   * OCIHOOKS_PROCESS_GROUP_CALLER if the calling process is in the foreground of its terminal when the phase
   * begins, as a command that a user typed is; otherwise OCIHOOKS_PROCESS_GROUP_OWN. The default.
   */
  OCIHOOKS_PROCESS_GROUP_AUTO = 0,
  /**
   * A new group. A stop reaches the hook and its children. ^C and ^Z reach the caller alone. A hook that uses the
   * caller's terminal fails.
   */
  OCIHOOKS_PROCESS_GROUP_OWN = 1,
  /**
   * The caller's group. The hook shares the terminal, ^C and ^Z with the caller, as under any shell. A stop
   * reaches the hook by its pidfd, and the cgroup if one is set, but not the hook's children.
   */
  OCIHOOKS_PROCESS_GROUP_CALLER = 2,
  /**
   * A new session without a terminal, so opening /dev/tty fails at once. A stop reaches the hook and its children.
   */
  OCIHOOKS_PROCESS_GROUP_SESSION = 3,
} ocihooks_process_group;

/**
 * The check of the text that hooks get on stdin, see ocihooks_runner_set_state_check().
 */
typedef enum ocihooks_state_check {
  /**
   * The text must be a state of the runtime-spec (runtime.md, "State"). The default.
   */
  OCIHOOKS_STATE_CHECK_SPEC = 0,
  /**
   * The text must be JSON, for example the config.json that a filter edits.
   */
  OCIHOOKS_STATE_CHECK_JSON = 1,
  /**
   * There is no check: any bytes, or none.
   */
  OCIHOOKS_STATE_CHECK_OFF = 2,
} ocihooks_state_check;

/**
 * The events that an observer receives, see ocihooks_runner_set_observer().
 */
typedef enum ocihooks_event {
  /**
   * A hook is about to run.
   */
  OCIHOOKS_EVENT_BEFORE = 0,
  /**
   * A hook has ended.
   */
  OCIHOOKS_EVENT_AFTER = 1,
} ocihooks_event;

/**
 * How much a finding matters: for ocihooks_hooksd_violation_count().
 */
typedef enum ocihooks_severity {
  /**
   * The file or the value can't be used.
   */
  OCIHOOKS_SEVERITY_ERROR = 0,
  /**
   * It is used, and does something else than its author may think.
   */
  OCIHOOKS_SEVERITY_WARNING = 1,
  /**
   * It is worth knowing.
   */
  OCIHOOKS_SEVERITY_NOTE = 2,
} ocihooks_severity;

/**
 * A hook map: phases, each with its ordered list of hooks.
 *
 * ocihooks_new(), ocihooks_clone() and the ocihooks_parse functions create it, and ocihooks_free() frees it. Threads
 * may share a map as long as none modifies it. A run does not modify it.
 */
typedef struct ocihooks ocihooks;

/**
 * A set of hook files: those of directories, as engines use them (hooks.d), and those in the caller's memory.
 *
 * ocihooks_hooksd_new() creates it, and ocihooks_hooksd_free() frees it. Threads may share a set as long as none
 * modifies it. docs/hooksd.md has the rules of directories and documents.
 */
typedef struct ocihooks_hooksd ocihooks_hooksd;

/**
 * The report of a run: what happened, hook by hook.
 *
 * ocihooks_run() creates it, and ocihooks_report_free() frees it. It never changes, so threads may share it. The
 * functions that read it accept NULL and treat it as a report without hooks.
 */
typedef struct ocihooks_report ocihooks_report;

/**
 * A runner: the options of a run, each with its default.
 *
 * ocihooks_runner_new() creates it, and ocihooks_runner_free() frees it. Threads may share a runner as long as none
 * modifies it. A run does not modify it.
 *
 * A setter that fails leaves the runner unchanged. Its message names the value and the violated rule.
 */
typedef struct ocihooks_runner ocihooks_runner;

/**
 * A hook that is a function of the host.
 *
 * The callback runs on the thread that called ocihooks_run(), and no time limit interrupts it. It may run phases of
 * the same map, but must not modify the map. It must return normally: longjmp, pthread_exit and C++ exceptions must
 * not leave it. It runs with the thread's cancellation disabled and must keep it disabled.
 *
 * @param phase        the name of the phase; valid during the call.
 * @param state        the container's state: state_len bytes of JSON, then a NUL; valid during the call.
 * @param state_len    the length of state in bytes.
 * @param errmsg       receives the reason of a failure, NUL-terminated, which becomes part of the run's error
 *                     message.
 * @param errmsg_size  the size of errmsg in bytes.
 * @param userdata     the pointer that was given to ocihooks_add_callback().
 * @return 0 on success; any other value means that the hook failed.
 */
typedef int (*ocihooks_callback)(const char *phase,
                                 const char *state,
                                 size_t state_len,
                                 char *errmsg,
                                 size_t errmsg_size,
                                 void *userdata);

/**
 * Frees the userdata of a callback; NULL if there is nothing to free.
 *
 * It must return normally, as an ocihooks_callback must, and also runs with the thread's cancellation disabled. It
 * must not use the handle that is being freed. If a runner's setter calls it, it may use that runner.
 *
 * @param userdata  the pointer that was given with the callback.
 */
typedef void (*ocihooks_destroy)(void *userdata);

/**
 * Is called before and after each hook, on the thread that called ocihooks_run().
 *
 * It must return normally: longjmp, pthread_exit and C++ exceptions must not leave it. It runs with the thread's
 * cancellation disabled and must keep it disabled. All texts are valid during the call only.
 *
 * @param event        an ocihooks_event.
 * @param phase        the name of the phase.
 * @param index        the hook's index in the phase, from 0.
 * @param path         the hook's path; NULL for a callback.
 * @param outcome      an ocihooks_outcome; -1 with OCIHOOKS_EVENT_BEFORE.
 * @param message      the cause of a failure; empty on success and with OCIHOOKS_EVENT_BEFORE.
 * @param duration_ns  the hook's run time in nanoseconds; 0 with OCIHOOKS_EVENT_BEFORE.
 * @param userdata     the pointer that was given to ocihooks_runner_set_observer().
 */
typedef void (*ocihooks_observer)(int event,
                                  const char *phase,
                                  size_t index,
                                  const char *path,
                                  int outcome,
                                  const char *message,
                                  uint64_t duration_ns,
                                  void *userdata);

/**
 * Receives captured output as it arrives, on the thread that called ocihooks_run(). It receives all output, however
 * little of it the report keeps.
 *
 * It must return normally: longjmp, pthread_exit and C++ exceptions must not leave it. It runs with the thread's
 * cancellation disabled and must keep it disabled.
 *
 * @param index     the hook's index in the phase, from 0.
 * @param stream    an ocihooks_stream.
 * @param data      the output, size bytes without a terminating NUL; valid during the call only.
 * @param size      the number of bytes.
 * @param userdata  the pointer that was given to ocihooks_runner_set_output_callback().
 */
typedef void (*ocihooks_output_callback)(size_t index, int stream, const char *data, size_t size, void *userdata);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/* ---- Version, texts and phases ---- */

/**
 * Returns the version of the library.
 *
 * @return static text such as "0.1.0"; never NULL.
 *
 * Any thread may call it.
 */
const char *ocihooks_version(void);

/**
 * Describes a result code in a few words, which are the same for every failure with that code. The message of the
 * failed call has the details.
 *
 * @param code  any number.
 * @return static text, never NULL; "unknown error code" for a number that is not an ocihooks_code.
 *
 * Any thread may call it.
 */
const char *ocihooks_strerror(int code);

/**
 * Returns the number of phases that the runtime-spec defines.
 *
 * @return 6.
 *
 * Any thread may call it.
 */
size_t ocihooks_phase_count(void);

/**
 * Returns the name of a phase of the runtime-spec.
 *
 * @param index  the phase's position in the lifecycle, from 0 (prestart) to 5 (poststop).
 * @return static text; NULL if index is 6 or more.
 *
 * Any thread may call it.
 */
const char *ocihooks_phase_name(size_t index);

/**
 * Returns the namespaces that the hooks of a phase run in (config.md, "POSIX-platform Hooks").
 *
 * @param phase        the name of the phase, as the runtime-spec spells it; not NULL.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_NAMESPACE_RUNTIME     the hooks run in the runtime's namespaces.
 * @retval OCIHOOKS_NAMESPACE_CONTAINER   the hooks run in the container's namespaces.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  phase is NULL or not UTF-8.
 * @retval OCIHOOKS_ERR_UNKNOWN_PHASE     the runtime-spec does not define the phase.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * Any thread may call it.
 */
int ocihooks_phase_namespace(const char *phase, char *errmsg, size_t errmsg_size);

/* ---- Hook map ---- */

/**
 * Creates an empty hook map.
 *
 * @param hooks        receives the new map, or NULL on failure; not NULL. The caller frees the map with
 *                     ocihooks_free().
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  hooks is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * Any thread may call it.
 */
int ocihooks_new(struct ocihooks **hooks, char *errmsg, size_t errmsg_size);

/**
 * Copies a hook map. The two maps share their callbacks. A callback is destroyed when the last map that holds it is
 * freed.
 *
 * @param hooks        the map to copy; not NULL.
 * @param copy         receives the copy, or NULL on failure; not NULL. The caller frees the copy with
 *                     ocihooks_free().
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  hooks or copy is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * Any thread may call it, as long as no other thread modifies the map.
 */
int ocihooks_clone(const struct ocihooks *hooks, struct ocihooks **copy, char *errmsg, size_t errmsg_size);

/**
 * Appends the hooks of one map to those of another, phase by phase. Members that are not phases (see
 * ocihooks_parse()) are added as well.
 *
 * @param hooks        the map to append to; not NULL.
 * @param from         the map whose hooks are appended; not NULL, and not modified. It may be the same map as hooks.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  a map is NULL, or both maps have a member of the same name that the
 *                                        runtime-spec does not define, with values that can't be joined. hooks is
 *                                        unchanged.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use hooks during the call, and none may modify from.
 */
int ocihooks_merge(struct ocihooks *hooks, const struct ocihooks *from, char *errmsg, size_t errmsg_size);

/**
 * Appends a command to a phase (config.md, "POSIX-platform Hooks"). The map keeps copies of all texts.
 *
 * @param hooks            the map; not NULL.
 * @param phase            the name of the phase, UTF-8; neither NULL nor empty. A phase that is not in the map is
 *                         created, even if the runtime-spec does not define it.
 * @param path             the absolute path of the program, UTF-8; not NULL. PATH is not searched.
 * @param args             the complete argument vector, beginning with the program's name: a NULL-terminated array
 *                         of UTF-8 texts. NULL or an empty array means path alone.
 * @param env              the complete environment: a NULL-terminated array of "KEY=value" entries, UTF-8, passed to
 *                         the program unchanged. NULL leaves the environment to the runner; an empty array is an
 *                         empty environment.
 * @param timeout_seconds  the time limit in seconds; 0 for none.
 * @param errmsg           receives the error message; may be NULL.
 * @param errmsg_size      the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  hooks, phase or path is NULL; a text is not UTF-8; phase is empty; or the
 *                                        map has a member of that name whose value is not a list of hooks.
 * @retval OCIHOOKS_ERR_INVALID_HOOKS     the runtime-spec forbids the command: the path is empty or relative, or the
 *                                        timeout is negative. A lenient map accepts it, see
 *                                        ocihooks_set_lenient().
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the map during the call.
 */
int ocihooks_add_command(struct ocihooks *hooks,
                         const char *phase,
                         const char *path,
                         const char *const *args,
                         const char *const *env,
                         int timeout_seconds,
                         char *errmsg,
                         size_t errmsg_size);

/**
 * Makes a map lenient or strict, which concerns hooks that are appended later. Default: strict. A map that was read
 * leniently is lenient.
 *
 * ocihooks_add_command() appends a hook that the runtime-spec forbids to a lenient map. Such a hook counts, it is
 * written like any other, and ocihooks_warning() reports it. It fails when its turn comes, with
 * OCIHOOKS_ERR_INVALID_HOOKS; in poststop, the hooks after it run.
 *
 * @param hooks        the map; not NULL.
 * @param on           0 for strict; any other value for lenient. Hooks that are in the map stay unchanged.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  hooks is NULL.
 *
 * No other thread may use the map during the call.
 */
int ocihooks_set_lenient(struct ocihooks *hooks, int on, char *errmsg, size_t errmsg_size);

/**
 * Appends a function of the host to a phase. It runs in order with the commands. ocihooks_to_json() leaves it out.
 *
 * @param hooks        the map; not NULL.
 * @param phase        the name of the phase, UTF-8; neither NULL nor empty. A phase that is not in the map is
 *                     created, even if the runtime-spec does not define it.
 * @param callback     the function; not NULL. Threads that run the phase may call it concurrently.
 * @param userdata     the pointer that callback receives; may be NULL. The map owns it after success; the caller
 *                     keeps it after a failure.
 * @param destroy      called once with userdata, when the last map that holds the callback is freed; may be NULL. It
 *                     is not called if this call fails.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  hooks, phase or callback is NULL; phase is empty or not UTF-8; or the map
 *                                        has a member of that name whose value is not a list of hooks.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the map during the call.
 */
int ocihooks_add_callback(struct ocihooks *hooks,
                          const char *phase,
                          ocihooks_callback callback,
                          void *userdata,
                          ocihooks_destroy destroy,
                          char *errmsg,
                          size_t errmsg_size);

/**
 * Counts the hooks of a phase, both commands and callbacks.
 *
 * @param hooks  the map; NULL counts 0.
 * @param phase  the name of the phase; NULL and phases that are not in the map count 0.
 * @return the number of hooks.
 *
 * Any thread may call it, as long as no other thread modifies the map.
 */
size_t ocihooks_count(const struct ocihooks *hooks, const char *phase);

/**
 * Counts the phases of a map: those of the six that have hooks, and all that the runtime-spec does not define. A map
 * that was read from the wrong document has none; ocihooks_warning() may name the right one.
 *
 * @param hooks  the map; NULL counts 0.
 * @return the number of phases.
 *
 * Any thread may call it, as long as no other thread modifies the map.
 */
size_t ocihooks_hooks_phase_count(const struct ocihooks *hooks);

/**
 * Writes the name of a phase of a map. The six come first, in lifecycle order, then the others in the map's order.
 *
 * @param hooks     the map; NULL gives an empty string.
 * @param index     the index of the phase, from 0; an index out of range gives an empty string.
 * @param buf       receives the name, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole name in bytes, without the NUL.
 *
 * Any thread may call it, as long as no other thread modifies the map.
 */
size_t ocihooks_hooks_phase_name(const struct ocihooks *hooks, size_t index, char *buf, size_t buf_size);

/**
 * Counts the warnings of a map. They report oddities of the document that it was read from, and of commands that
 * ocihooks_add_command() appended to a lenient map:
 *
 * - hooks of a lenient map that will fail, because the runtime-spec forbids them
 * - names that differ from the runtime-spec's only in case, such as "CreateRuntime" or "Path", which are not
 *   recognized
 * - a document without phases that looks like another form; the warning names the function that reads that form
 *
 * A map keeps at most 1001 warnings, the last of which reports further ones. A copy has them as well, and
 * ocihooks_merge() adds those of the other map.
 *
 * @param hooks  the map; NULL counts 0.
 * @return the number of warnings.
 *
 * Any thread may call it, as long as no other thread modifies the map.
 */
size_t ocihooks_warning_count(const struct ocihooks *hooks);

/**
 * Writes a warning of a map: a single line that is safe to print.
 *
 * @param hooks     the map; NULL gives an empty string.
 * @param index     the index of the warning, from 0; an index out of range gives an empty string.
 * @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL.
 *
 * Any thread may call it, as long as no other thread modifies the map.
 */
size_t ocihooks_warning(const struct ocihooks *hooks, size_t index, char *buf, size_t buf_size);

/**
 * Frees a hook map. A callback is destroyed when the last map that holds it is freed.
 *
 * @param hooks  the map; NULL does nothing.
 *
 * No other thread may use the map during the call or afterwards.
 */
void ocihooks_free(struct ocihooks *hooks);

/* ---- JSON ---- */

/**
 * Reads the runtime-spec's `hooks` object (config.md, "POSIX-platform Hooks").
 *
 * The map is lossless:
 *
 * - Unknown properties of a hook are kept for ocihooks_to_json().
 * - An unknown member of the object whose value is a list of valid hooks becomes a phase, which can be run.
 * - An unknown member with any other value is kept unchanged and is not a phase.
 * - null as the value of a phase, args, env or timeout means the same as an absent member.
 *
 * The call and the map take at most 24 bytes of memory for each byte of the text plus 1 MB, whether the text is
 * valid or not.
 *
 * @param json         the text, UTF-8; not NULL. The map keeps no reference to it.
 * @param json_len     the length of json in bytes.
 * @param hooks        receives the new map, or NULL on failure; not NULL. The caller frees the map with
 *                     ocihooks_free().
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  json or hooks is NULL.
 * @retval OCIHOOKS_ERR_INVALID_JSON      json is not UTF-8, not JSON, or nested deeper than 512 levels.
 * @retval OCIHOOKS_ERR_INVALID_HOOKS     the runtime-spec forbids the hooks. The message lists the first 100
 *                                        violations with JSON pointer, line, column, rule and value, then "; and N
 *                                        more".
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * Any thread may call it.
 */
int ocihooks_parse(const char *json, size_t json_len, struct ocihooks **hooks, char *errmsg, size_t errmsg_size);

/**
 * Reads the hooks of a complete config.json (config.md, "POSIX-platform Hooks"). The rest of the document is checked
 * to be JSON and otherwise ignored. A config without hooks gives an empty map.
 *
 * @param json         the text, UTF-8; not NULL. The map keeps no reference to it.
 * @param json_len     the length of json in bytes.
 * @param hooks        receives the new map, or NULL on failure; not NULL. The caller frees the map with
 *                     ocihooks_free().
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return the codes of ocihooks_parse(), for the same reasons.
 *
 * Any thread may call it.
 */
int ocihooks_parse_config(const char *json, size_t json_len, struct ocihooks **hooks, char *errmsg, size_t errmsg_size);

/**
 * Reads hooks in libcontainer's dialect, as runc keeps them in its state. It differs from ocihooks_parse() in two
 * members: "timeout" is in nanoseconds, and "dir" is the hook's working directory.
 *
 * Reading is lenient, as in ocihooks_read() with OCIHOOKS_READ_LENIENT, because the container exists and has to be
 * deleted, whatever its hooks are.
 *
 * A runtime uses it when one process saves the hooks at create and another runs them at delete.
 *
 * @param json         the text, UTF-8; not NULL. The map keeps no reference to it.
 * @param json_len     the length of json in bytes.
 * @param hooks        receives the new map, or NULL on failure; not NULL. The caller frees the map with
 *                     ocihooks_free().
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return the codes of ocihooks_parse(), for the same reasons. Invalid hooks are kept and give no error.
 *
 * Any thread may call it.
 */
int ocihooks_parse_libcontainer(const char *json,
                                size_t json_len,
                                struct ocihooks **hooks,
                                char *errmsg,
                                size_t errmsg_size);

/**
 * Reads a document of any form, strictly or leniently.
 *
 * In lenient reading, a hook that the runtime-spec forbids does not make the document invalid. The map keeps it: it
 * counts, it is written unchanged, and ocihooks_warning() reports it. It fails when its turn comes, with
 * OCIHOOKS_ERR_INVALID_HOOKS and OCIHOOKS_OUTCOME_INVALID. The hooks before it run, and in poststop also those after
 * it. The map is lenient from then on, see ocihooks_set_lenient(). Lenient reading is meant for documents that another
 * program accepted before.
 *
 * A document with more than 500 such hooks is invalid. So is one whose hooks object, or one of its phases, has the
 * wrong type or a duplicate key.
 *
 * @param document     an ocihooks_document: the form of the text.
 * @param flags        0 or OCIHOOKS_READ_LENIENT.
 * @param json         the text, UTF-8; not NULL. The map keeps no reference to it.
 * @param json_len     the length of json in bytes.
 * @param hooks        receives the new map, or NULL on failure; not NULL. The caller frees the map with
 *                     ocihooks_free().
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return the codes of ocihooks_parse(), for the same reasons, and OCIHOOKS_ERR_INVALID_ARGUMENT for an unknown document
 *         or flag.
 *
 * Any thread may call it.
 */
int ocihooks_read(int document,
                  int flags,
                  const char *json,
                  size_t json_len,
                  struct ocihooks **hooks,
                  char *errmsg,
                  size_t errmsg_size);

/**
 * Writes the runtime-spec's `hooks` object (config.md, "POSIX-platform Hooks") as compact JSON.
 *
 * The six phases come first, in lifecycle order, and are omitted if empty. Unknown phases follow in the map's order.
 * Callbacks and libcontainer's "dir" are omitted. A timeout that is not a whole number of seconds is rounded up.
 *
 * @param hooks     the map; NULL gives an empty string.
 * @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
 *         than buf_size.
 *
 * Any thread may call it, as long as no other thread modifies the map.
 */
size_t ocihooks_to_json(const struct ocihooks *hooks, char *buf, size_t buf_size);

/**
 * Writes libcontainer's dialect as compact JSON, for ocihooks_parse_libcontainer() or runc to read.
 *
 * All six phases are written, an empty one as null, and "timeout" is in nanoseconds. Callbacks are omitted. A
 * property "dir" that a hook got from ocihooks_parse() is omitted as well, because it would take effect in this
 * dialect.
 *
 * @param hooks     the map; NULL gives an empty string.
 * @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
 *         than buf_size.
 *
 * Any thread may call it, as long as no other thread modifies the map.
 */
size_t ocihooks_to_libcontainer(const struct ocihooks *hooks, char *buf, size_t buf_size);

/* ---- State ---- */

/**
 * Writes a container's state from its parts (runtime.md, "State") as compact JSON. The texts are escaped as JSON
 * requires.
 *
 * @param oci_version  the version of the runtime-spec, UTF-8; neither NULL nor empty.
 * @param id           the container's ID, UTF-8; neither NULL nor empty.
 * @param status       "creating", "created", "running", "stopped", or a status that the runtime defines; neither
 *                     NULL nor empty.
 * @param pid          the container's process ID; 0 omits it, which is an error for a container that is created or
 *                     running.
 * @param bundle       the absolute path of the bundle, UTF-8; neither NULL nor empty.
 * @param annotation_keys    annotation_count keys, UTF-8; NULL if annotation_count is 0. All are written, duplicates
 *                     included.
 * @param annotation_values  annotation_count values, UTF-8; NULL if annotation_count is 0.
 * @param annotation_count   the number of annotations.
 * @param members      a JSON object whose members are appended to the state, for example crun's "root"; NULL for none.
 * @param members_len  the length of members in bytes.
 * @param buf          receives the state, NUL-terminated. NULL asks for the length only.
 * @param buf_size     the size of buf in bytes. A size that is too small gives OCIHOOKS_ERR_INVALID_ARGUMENT; buf then
 *                     holds an empty string, because part of a state is of no use.
 * @param state_len    receives the length of the state in bytes, without the NUL, also if buf is too small; may be NULL.
 *                     Unchanged on any other failure.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  a required text is NULL, a text is not UTF-8, members is not a JSON
 *                                        object, or buf is too small.
 * @retval OCIHOOKS_ERR_INVALID_STATE     ocihooks_run() would refuse the state.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * Any thread may call it.
 */
int ocihooks_state_new(const char *oci_version,
                       const char *id,
                       const char *status,
                       int pid,
                       const char *bundle,
                       const char *const *annotation_keys,
                       const char *const *annotation_values,
                       size_t annotation_count,
                       const char *members,
                       size_t members_len,
                       char *buf,
                       size_t buf_size,
                       size_t *state_len,
                       char *errmsg,
                       size_t errmsg_size);

/**
 * Rewrites a state for a phase (runtime.md, "State"), as the hooks of that phase expect it.
 *
 * "status" becomes the first status that the runtime-spec expects in the phase, unless it already is one of them.
 * "pid" becomes the given process ID. Either member is added if it is missing. All other bytes are kept.
 *
 * @param state        the state, JSON; not NULL.
 * @param state_len    the length of state in bytes.
 * @param phase        the name of the phase; not NULL. In a phase that the runtime-spec does not define, "status" is
 *                     kept.
 * @param pid          the process ID; 0 keeps "pid".
 * @param buf          receives the new state, NUL-terminated; it must not overlap state. NULL asks for the length only.
 * @param buf_size     the size of buf in bytes. A size that is too small gives OCIHOOKS_ERR_INVALID_ARGUMENT, and buf then
 *                     holds an empty string.
 * @param new_len      receives the length of the new state in bytes, without the NUL, also if buf is too small; may be
 *                     NULL. Unchanged on any other failure.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  state or phase is NULL, or phase is not UTF-8.
 * @retval OCIHOOKS_ERR_INVALID_STATE     state is not JSON, or the runtime-spec forbids the new state.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * Any thread may call it.
 */
int ocihooks_state_for_phase(const char *state,
                             size_t state_len,
                             const char *phase,
                             int pid,
                             char *buf,
                             size_t buf_size,
                             size_t *new_len,
                             char *errmsg,
                             size_t errmsg_size);

/* ---- Runner ---- */

/**
 * Creates a runner with the defaults, which a NULL runner means in ocihooks_run() as well.
 *
 * @param runner       receives the new runner, or NULL on failure; not NULL. The caller frees the runner with
 *                     ocihooks_runner_free().
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * Any thread may call it.
 */
int ocihooks_runner_new(struct ocihooks_runner **runner, char *errmsg, size_t errmsg_size);

/**
 * Sets the working directory of the hooks. Default: the caller's. A directory that can't be entered fails each hook
 * with OCIHOOKS_ERR_SPAWN.
 *
 * @param runner       the runner; not NULL.
 * @param path         the directory, UTF-8, not empty; NULL restores the default.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or path is empty or not UTF-8.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_cwd(struct ocihooks_runner *runner, const char *path, char *errmsg, size_t errmsg_size);

/**
 * Sets whether hooks run in the caller's working directory if theirs can't be entered for lack of permission
 * (EACCES, EPERM). This happens in user namespaces. Default: no.
 *
 * @param runner       the runner; not NULL.
 * @param on           0 for no; any other value for yes.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_cwd_may_fail(struct ocihooks_runner *runner, int on, char *errmsg, size_t errmsg_size);

/**
 * Sets the environment of hooks that specify none.
 *
 * @param runner       the runner; not NULL.
 * @param environment  an ocihooks_environment. Default: OCIHOOKS_ENVIRONMENT_INHERIT.
 * @param list         with OCIHOOKS_ENVIRONMENT_LIST, a NULL-terminated array of "KEY=value" entries, UTF-8, which
 *                     are copied and passed to the hooks unchanged; NULL means an empty array. With any other
 *                     environment, NULL.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, environment is unknown, an entry is not UTF-8, or list is
 *                                        given without OCIHOOKS_ENVIRONMENT_LIST.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_environment(struct ocihooks_runner *runner,
                                    int environment,
                                    const char *const *list,
                                    char *errmsg,
                                    size_t errmsg_size);

/**
 * Names an environment variable that holds the phase, which the state does not contain. Default: no such variable.
 *
 * The variable replaces an inherited one. A variable of that name in the hook's environment, or in the runner's
 * list, is kept.
 *
 * @param runner       the runner; not NULL.
 * @param name         the name of the variable, UTF-8, not empty and without '='; NULL restores the default.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or name is empty, contains '=' or is not UTF-8.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_phase_variable(struct ocihooks_runner *runner,
                                       const char *name,
                                       char *errmsg,
                                       size_t errmsg_size);

/**
 * Sets the effect of a failed hook on the hooks after it (runtime.md, "Lifecycle").
 *
 * @param runner          the runner; not NULL.
 * @param failure_policy  an ocihooks_failure_policy. Default: OCIHOOKS_FAILURE_POLICY_SPEC.
 * @param errmsg          receives the error message; may be NULL.
 * @param errmsg_size     the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or failure_policy is unknown.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_failure_policy(struct ocihooks_runner *runner,
                                       int failure_policy,
                                       char *errmsg,
                                       size_t errmsg_size);

/**
 * Sets a resource limit of the hooks (setrlimit(2)). Each call sets one resource. Default: the caller's limits. A
 * limit that the kernel rejects fails each hook with OCIHOOKS_ERR_SPAWN.
 *
 * @param runner       the runner; not NULL.
 * @param resource     RLIMIT_NOFILE, RLIMIT_CPU ...; not negative.
 * @param soft         the soft limit, in the resource's unit; UINT64_MAX for none.
 * @param hard         the hard limit, in the resource's unit; UINT64_MAX for none. Not less than soft.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, resource is negative, or soft exceeds hard.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_rlimit(struct ocihooks_runner *runner,
                               int resource,
                               uint64_t soft,
                               uint64_t hard,
                               char *errmsg,
                               size_t errmsg_size);

/**
 * Sets whether hooks, and the programs that they execute, are prevented from gaining privileges
 * (PR_SET_NO_NEW_PRIVS, prctl(2)). Default: no.
 *
 * @param runner       the runner; not NULL.
 * @param on           0 for no; any other value for yes.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_no_new_privileges(struct ocihooks_runner *runner, int on, char *errmsg, size_t errmsg_size);

/**
 * Sets the destination of one of the hooks' streams.
 *
 * Daemons should open their own log: once the hook has ended, a write to a captured stream fails with EPIPE or kills
 * the writer by SIGPIPE.
 *
 * @param runner       the runner; not NULL.
 * @param stream       an ocihooks_stream.
 * @param output       an ocihooks_output. Default: OCIHOOKS_OUTPUT_CAPTURE.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or stream or output is unknown.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_output(struct ocihooks_runner *runner,
                               int stream,
                               int output,
                               char *errmsg,
                               size_t errmsg_size);

/**
 * Sends one of the hooks' streams to a descriptor. A closed descriptor fails each hook with OCIHOOKS_ERR_SPAWN or
 * OCIHOOKS_ERR_SYSTEM.
 *
 * @param runner       the runner; not NULL.
 * @param stream       an ocihooks_stream.
 * @param fd           the descriptor; not negative. The caller owns it and must keep it open while phases run with
 *                     the runner.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, stream is unknown, or fd is negative.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_output_fd(struct ocihooks_runner *runner, int stream, int fd, char *errmsg, size_t errmsg_size);

/**
 * Captures a stream of the hooks, and writes it to a descriptor as well: the report and errors have the hook's words,
 * and so has the caller's log.
 *
 * The run never waits for the descriptor. Output that it does not take at once, because a pipe or a socket is full,
 * is left out there, and the report has a warning of the kind OCIHOOKS_WARNING_OUTPUT with the number of bytes. Only a
 * regular file is written to as any write does. A pipe without a reader raises no SIGPIPE in the caller. Before Linux
 * 6.4, another process that fills the same pipe at the same moment can make one write wait.
 *
 * @param runner       the runner; not NULL.
 * @param stream       an ocihooks_stream.
 * @param fd           the descriptor; not negative. It stays yours, and has to stay open while phases run with it.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, stream is unknown, or fd is negative.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_output_tee(struct ocihooks_runner *runner,
                                   int stream,
                                   int fd,
                                   char *errmsg,
                                   size_t errmsg_size);

/**
 * Sets how much of each captured stream the report keeps: half for the first part of the output, half for the last.
 *
 * @param runner       the runner; not NULL.
 * @param bytes        the limit in bytes. Default: 65536.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_capture_limit(struct ocihooks_runner *runner, size_t bytes, char *errmsg, size_t errmsg_size);

/**
 * Sets how much captured output the report keeps for all hooks of a phase together.
 *
 * Hooks keep running when the limit is reached. All of their output is still read, counted, and passed to an output
 * callback; the report keeps less of it. A stream may use at most half of the remaining bytes. It may always use
 * 1024 bytes, or its own limit if that is lower (ocihooks_runner_set_capture_limit()): half for the first part, half
 * for the last.
 *
 * @param runner       the runner; not NULL.
 * @param bytes        the limit in bytes. Default: 16777216.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_phase_capture_limit(struct ocihooks_runner *runner,
                                            size_t bytes,
                                            char *errmsg,
                                            size_t errmsg_size);

/**
 * Sets the cancel descriptor, which stops the run as soon as it is readable. Examples are an eventfd after a write,
 * a pipe or socket that holds a byte, and the pidfd of a container that has ended. The library never reads from it.
 *
 * In every phase, the running hook is killed, the hooks after it are skipped, and the run returns
 * OCIHOOKS_ERR_CANCELED. A callback is not interrupted.
 *
 * A pipe or socket that is closed at its other end without a byte stops nothing, because any process between fork
 * and exec may hold a copy of that end. The library ignores such a descriptor until the next hook. A descriptor that
 * is closed, or for which poll(2) reports an error, fails the hook with OCIHOOKS_ERR_SYSTEM.
 *
 * @param runner       the runner; not NULL.
 * @param fd           the descriptor, which replaces all cancel descriptors of the runner; -1, the default, for
 *                     none. The caller owns it and must keep it open while phases run with the runner.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or fd is less than -1.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_cancel_fd(struct ocihooks_runner *runner, int fd, char *errmsg, size_t errmsg_size);

/**
 * Adds a cancel descriptor to those of the runner. Any of them stops the run, as described for
 * ocihooks_runner_set_cancel_fd().
 *
 * @param runner       the runner; not NULL.
 * @param fd           the descriptor; not negative. The caller owns it and must keep it open while phases run with
 *                     the runner.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or fd is negative.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_add_cancel_fd(struct ocihooks_runner *runner, int fd, char *errmsg, size_t errmsg_size);

/**
 * Sets the cgroup (version 2) that hooks start in.
 *
 * When a hook is stopped, every process of the cgroup is killed. That includes processes that left the hook's
 * process group, and processes that earlier hooks left running. Therefore the hooks need a separate cgroup:
 *
 * - The caller's own cgroup fails each hook with EBUSY.
 * - The root cgroup fails each hook with EINVAL.
 * - An ancestor of the caller's cgroup is not detected.
 *
 * Before Linux 5.14, which introduced cgroup.kill, the processes are killed one by one, and those in descendant
 * cgroups are not killed.
 *
 * A hook joins the cgroup after it has left the caller's memory, so the caller's memory is never charged to the
 * cgroup. If the cgroup's OOM killer kills a hook, the message says so. A cgroup that the kernel rejects fails each
 * hook with OCIHOOKS_ERR_SPAWN.
 *
 * @param runner       the runner; not NULL.
 * @param fd           a descriptor of the cgroup's directory; -1, the default, for the caller's cgroup. The caller
 *                     owns it and must keep it open while phases run with the runner.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or fd is less than -1.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_cgroup_fd(struct ocihooks_runner *runner, int fd, char *errmsg, size_t errmsg_size);

/**
 * Sets the requirements for the text that hooks receive on stdin, which is the state argument of ocihooks_run(). It
 * serves tests, and hooks that receive another text, for example filters of a config.json. An unchecked text causes
 * no warnings about status or bundle.
 *
 * @param runner       the runner; not NULL.
 * @param state_check  an ocihooks_state_check. Default: OCIHOOKS_STATE_CHECK_SPEC.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or state_check is unknown.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_state_check(struct ocihooks_runner *runner, int state_check, char *errmsg, size_t errmsg_size);

/**
 * Sets the time limit of hooks that specify none (config.md, "POSIX-platform Hooks", `timeout`). Default: no limit.
 *
 * @param runner        the runner; not NULL.
 * @param milliseconds  the limit in milliseconds; 0 for none.
 * @param errmsg        receives the error message; may be NULL.
 * @param errmsg_size   the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_default_timeout_ms(struct ocihooks_runner *runner,
                                           uint64_t milliseconds,
                                           char *errmsg,
                                           size_t errmsg_size);

/**
 * Sets the time limit of a whole phase. When it expires, the running hook is killed, and the hooks after it are not
 * started. Default: no limit.
 *
 * @param runner        the runner; not NULL.
 * @param milliseconds  the limit in milliseconds; 0 for none.
 * @param errmsg        receives the error message; may be NULL.
 * @param errmsg_size   the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_budget_ms(struct ocihooks_runner *runner,
                                  uint64_t milliseconds,
                                  char *errmsg,
                                  size_t errmsg_size);

/**
 * Sets the time between SIGTERM and SIGKILL for a hook that has timed out or is canceled. This time is added to the
 * limit. Default: none, so that SIGKILL is sent immediately.
 *
 * @param runner        the runner; not NULL.
 * @param milliseconds  the time in milliseconds; 0 for none.
 * @param errmsg        receives the error message; may be NULL.
 * @param errmsg_size   the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_grace_ms(struct ocihooks_runner *runner,
                                 uint64_t milliseconds,
                                 char *errmsg,
                                 size_t errmsg_size);

/**
 * Sets the process group that hooks run in. It decides who may use the terminal, and whom ^C and ^Z reach.
 *
 * A hook that enters a container always leads a new session. If a signal stops a hook (SIGSTOP, SIGTSTP), the
 * library continues it and adds a warning, so that the run does not hang. A hook that uses the terminal from a
 * background group (SIGTTIN, SIGTTOU) fails with OCIHOOKS_ERR_STOPPED.
 *
 * @param runner         the runner; not NULL.
 * @param process_group  an ocihooks_process_group. Default: OCIHOOKS_PROCESS_GROUP_AUTO.
 * @param errmsg         receives the error message; may be NULL.
 * @param errmsg_size    the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or process_group is unknown.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_process_group(struct ocihooks_runner *runner,
                                      int process_group,
                                      char *errmsg,
                                      size_t errmsg_size);

/**
 * Sets whether the kernel kills a hook with SIGKILL when its caller dies (PR_SET_PDEATHSIG, prctl(2)). Default: no,
 * so a hook outlives a caller that is killed.
 *
 * The kernel watches the thread that called ocihooks_run(). That thread waits for the hook, so it ends early only
 * with its process, or when another thread calls execve(2). The setting affects the hook but not its children. A
 * program that is set-user-ID or has file capabilities loses it.
 *
 * @param runner       the runner; not NULL.
 * @param on           0 for no; any other value for yes.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_die_with_caller(struct ocihooks_runner *runner, int on, char *errmsg, size_t errmsg_size);

/**
 * Sets whether the library makes no system call that is newer than Linux 5.4, for a seccomp profile that kills the
 * process for a call that it does not know. Default: no; a newer call that is refused with an errno then has an older
 * stand-in.
 *
 * With yes, the library does without clone3(2) and close_range(2), and without memfd_create(2) for the state. It closes
 * descriptors one by one. docs/system-calls.md lists the calls that are left. Containers and cgroups still use
 * memfd_create(2) and execveat(2).
 *
 * @param runner       the runner; not NULL.
 * @param on           0 for no; any other value for yes.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_old_calls(struct ocihooks_runner *runner, int on, char *errmsg, size_t errmsg_size);

/**
 * Sets the container, by a pidfd of its init process or of any other process in its namespaces. The hooks of
 * createContainer and startContainer then run in the container's namespaces (config.md, "POSIX-platform Hooks"). The
 * other phases are unaffected.
 *
 * A hook joins each namespace of that process that differs from the namespace of the calling thread's children. It
 * remains the caller's child. It runs in a separate session without a controlling terminal. In a user namespace it
 * becomes root, and drops its supplementary groups if it is allowed to.
 *
 * The executable and the working directory depend on the phase:
 *
 * - createContainer: the executable is resolved and opened in the caller's namespaces, then executed in the
 *   container's. A script's interpreter is the container's and opens the script as /dev/fd/3. The working directory
 *   is the root of the mount namespace.
 * - startContainer: the executable is resolved in the container, from its root. The working directory is that of the
 *   process, or the container's root if that directory lies outside of it.
 *
 * A working directory that the runner sets takes precedence in both.
 *
 * A small program in memory joins the namespaces (memfd_create(2), execveat(2)) and holds no memory of the caller.
 * If it can't be executed, a forked child joins them instead, which takes longer the more memory the caller has.
 *
 * A namespace that can't be joined fails each hook with OCIHOOKS_ERR_SPAWN before the hook is executed. The message
 * names the namespace and the errno. /proc must be mounted in the caller's namespaces before Linux 6.11, and for the
 * root directory of startContainer in any version.
 *
 * @param runner       the runner; not NULL.
 * @param pidfd        the descriptor; -1, the default, for no container. The caller owns it and must keep it open
 *                     while phases run with the runner.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or pidfd is less than -1.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_container_pidfd(struct ocihooks_runner *runner, int pidfd, char *errmsg, size_t errmsg_size);

/**
 * Sets the container as ocihooks_runner_set_container_pidfd() does, but by a process ID.
 *
 * @param runner       the runner; not NULL.
 * @param pid          the process ID; 0, the default, for no container. It must identify the same process while
 *                     phases run with the runner: a child that has not been reaped, or a process that the caller
 *                     keeps alive by other means.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or pid is negative.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_container_pid(struct ocihooks_runner *runner, int pid, char *errmsg, size_t errmsg_size);

/**
 * Restricts the kinds of namespaces that hooks join, among those in which the container differs from the caller.
 * Hooks keep the caller's root directory if the mount namespace is not among them.
 *
 * @param runner       the runner; not NULL.
 * @param flags        CLONE_NEWUSER, CLONE_NEWNS ..., combined with |; 0, the default, for every kind.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or flags contains a bit that is not a namespace's CLONE_NEW
 *                                        flag.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_container_namespaces(struct ocihooks_runner *runner,
                                             int flags,
                                             char *errmsg,
                                             size_t errmsg_size);

/**
 * Sets a function that is called before and after each hook that runs. Default: none.
 *
 * @param runner       the runner; not NULL.
 * @param observer     the function; NULL for none. Threads that run phases with the runner may call it concurrently.
 * @param userdata     the pointer that observer receives; may be NULL. The runner owns it after success; the caller
 *                     keeps it after a failure.
 * @param destroy      called once with userdata, when the option is changed or the runner is freed; may be NULL. It
 *                     is not called if this call fails.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_observer(struct ocihooks_runner *runner,
                                 ocihooks_observer observer,
                                 void *userdata,
                                 ocihooks_destroy destroy,
                                 char *errmsg,
                                 size_t errmsg_size);

/**
 * Sets a function that receives captured output as it arrives, in addition to the report. Default: none.
 *
 * @param runner       the runner; not NULL.
 * @param callback     the function; NULL for none. Threads that run phases with the runner may call it concurrently.
 * @param userdata     the pointer that callback receives; may be NULL. The runner owns it after success; the caller
 *                     keeps it after a failure.
 * @param destroy      called once with userdata, when the option is changed or the runner is freed; may be NULL. It
 *                     is not called if this call fails.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_output_callback(struct ocihooks_runner *runner,
                                        ocihooks_output_callback callback,
                                        void *userdata,
                                        ocihooks_destroy destroy,
                                        char *errmsg,
                                        size_t errmsg_size);

/**
 * Frees a runner.
 *
 * @param runner  the runner; NULL does nothing.
 *
 * No other thread may use the runner during the call or afterwards.
 */
void ocihooks_runner_free(struct ocihooks_runner *runner);

/* ---- Run ---- */

/**
 * Runs a phase: its hooks in order, each with the container's state on stdin (runtime.md, "Lifecycle").
 *
 * A command runs as a child with descriptors 0, 1 and 2 only, no blocked signals, and all signal dispositions at
 * their default. ocihooks_runner_set_process_group() sets its process group. A command succeeds if it exits with
 * status 0. Processes that it left running neither delay the return nor are killed.
 *
 * A hook's own timeout or the runner's default, and the budget of the phase, limit the time. Without them, a run
 * takes as long as its hooks. When a limit expires, the hook is killed, together with its process group unless that
 * is the caller's. A hook that hangs in the kernel and survives SIGKILL for 2 seconds is left behind with a warning.
 * A later run, or ocihooks_reap_left_behind(), reaps it.
 *
 * The first failure ends the phase. In poststop, every hook runs, failures become warnings in the report, and the
 * run returns OCIHOOKS_OK. ocihooks_runner_set_failure_policy() changes these rules.
 *
 * The call leaves the process unchanged: signal handlers and dispositions, working directory, umask and environment
 * stay as they are, and no thread, child or descriptor of the library remains. The calling thread may have all
 * signals blocked during clone. A pthread_cancel during the call takes effect after the hooks have ended; use a
 * cancel descriptor to stop them.
 *
 * @param hooks        the map; not NULL.
 * @param phase        the name of the phase, UTF-8; not NULL. It is one of the six, or in the map.
 * @param state        the container's state as JSON (runtime.md, "State"), unless ocihooks_runner_set_state_check()
 *                     allows another text; not NULL. The hooks receive it byte for byte.
 * @param state_len    the length of state in bytes.
 * @param runner       the options; NULL for the defaults.
 * @param report       receives the report; NULL if the caller wants none. A run that fails creates a report as well,
 *                     if the phase had begun; otherwise *report is NULL. The caller frees the report with
 *                     ocihooks_report_free().
 * @param errmsg       receives the error message, for example "error running createRuntime hook #1:
 *                     /usr/bin/setup-network: exited with status 3: LAST LINE OF STDERR"; empty on success. Hooks
 *                     are counted from 0, and the last line is truncated to 512 bytes. May be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  hooks, phase or state is NULL, or phase is not UTF-8. No hook was run.
 * @retval OCIHOOKS_ERR_INVALID_STATE     state is not JSON, or the runtime-spec forbids it. No hook was run.
 * @retval OCIHOOKS_ERR_UNKNOWN_PHASE     the phase is neither one of the six nor in the map. No hook was run.
 * @retval OCIHOOKS_ERR_SPAWN             execve, or a step before it, failed in the child.
 * @retval OCIHOOKS_ERR_EXIT              a hook exited with a status other than 0.
 * @retval OCIHOOKS_ERR_SIGNAL            a signal killed a hook.
 * @retval OCIHOOKS_ERR_TIMEOUT           a hook or the phase exceeded its time limit.
 * @retval OCIHOOKS_ERR_CALLBACK          a callback returned a value other than 0.
 * @retval OCIHOOKS_ERR_CANCELED          a cancel descriptor became readable.
 * @retval OCIHOOKS_ERR_SYSTEM            no child could be created, or a system call of the library failed.
 * @retval OCIHOOKS_ERR_STOPPED           a hook used the terminal from a background process group.
 * @retval OCIHOOKS_ERR_INVALID_HOOKS     a hook of a lenient map violates the runtime-spec.
 * @retval OCIHOOKS_ERR_LOST              the host reaped a hook, and its status is unknown.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * Threads may run phases concurrently with the same map and the same runner, as long as none modifies either. A
 * child may call it right after fork. No other thread may change the environment (setenv(3)) during the call.
 */
int ocihooks_run(const struct ocihooks *hooks,
                 const char *phase,
                 const char *state,
                 size_t state_len,
                 const struct ocihooks_runner *runner,
                 struct ocihooks_report **report,
                 char *errmsg,
                 size_t errmsg_size);

/**
 * Reaps hooks that were left behind because they survived SIGKILL, and that have died since. It never waits.
 *
 * Every run begins with the same work. A host that makes no further run calls this function to avoid zombies. The
 * library keeps a pidfd for each such hook until it is reaped. A child that the host forks has no such hooks.
 *
 * @return the number of hooks that are still left behind; 0 if there are none.
 *
 * Any thread may call it at any time.
 */
size_t ocihooks_reap_left_behind(void);

/* ---- Report ---- */

/**
 * Writes the report as one compact JSON object with these members:
 *
 * - phase, code, durationNs, hooks and warnings; message if the run failed.
 * - For each hook: index, kind, path, outcome, pid, durationNs, userTimeNs and systemTimeNs; exitCode, signal or
 *   errno, as the outcome requires; coreDumped if it dumped core; message if it failed.
 * - For each hook: stdout, stdoutBytes and stdoutTruncated, and the same for stderr. Bytes that are not UTF-8 become
 *   U+FFFD.
 *
 * @param report    the report; NULL gives an empty string.
 * @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
 *         than buf_size.
 *
 * Any thread may call it.
 */
size_t ocihooks_report_json(const struct ocihooks_report *report, char *buf, size_t buf_size);

/**
 * Returns the code that the run returned.
 *
 * @param report  the report; NULL gives OCIHOOKS_ERR_INVALID_ARGUMENT.
 * @return an ocihooks_code.
 *
 * Any thread may call it.
 */
int ocihooks_report_code(const struct ocihooks_report *report);

/**
 * Returns how long the phase took.
 *
 * @param report  the report; NULL gives 0.
 * @return the monotonic time in nanoseconds.
 *
 * Any thread may call it.
 */
uint64_t ocihooks_report_duration_ns(const struct ocihooks_report *report);

/**
 * Writes the name of the phase.
 *
 * @param report    the report; NULL gives an empty string.
 * @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
 *         than buf_size.
 *
 * Any thread may call it.
 */
size_t ocihooks_report_phase(const struct ocihooks_report *report, char *buf, size_t buf_size);

/**
 * Writes the complete error message of the run; it is empty if the run returned OCIHOOKS_OK.
 *
 * @param report    the report; NULL gives an empty string.
 * @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
 *         than buf_size.
 *
 * Any thread may call it.
 */
size_t ocihooks_report_message(const struct ocihooks_report *report, char *buf, size_t buf_size);

/**
 * Returns the number of hooks in the phase. Every hook has an entry, including those that were not run.
 *
 * @param report  the report; NULL gives 0.
 * @return the number of hooks.
 *
 * Any thread may call it.
 */
size_t ocihooks_report_count(const struct ocihooks_report *report);

/**
 * Returns the number of warnings. They report failures that did not end the phase, and oddities of the state.
 *
 * @param report  the report; NULL gives 0.
 * @return the number of warnings.
 *
 * Any thread may call it.
 */
size_t ocihooks_report_warning_count(const struct ocihooks_report *report);

/**
 * Writes a warning.
 *
 * @param report    the report; NULL gives an empty string.
 * @param index     the warning's index, from 0; an index that is too large gives an empty string.
 * @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
 *         than buf_size.
 *
 * Any thread may call it.
 */
size_t ocihooks_report_warning(const struct ocihooks_report *report, size_t index, char *buf, size_t buf_size);

/**
 * Returns the index of the hook that a warning concerns.
 *
 * @param report  the report; NULL gives -1.
 * @param index   the warning's index, from 0; an index that is too large gives -1.
 * @return the hook's index, from 0; -1 if the warning concerns the whole phase.
 *
 * Any thread may call it.
 */
int ocihooks_report_warning_hook(const struct ocihooks_report *report, size_t index);

/**
 * Returns the kind of a warning.
 *
 * @param report  the report; NULL gives -1.
 * @param index   the warning's index, from 0; an index that is too large gives -1.
 * @return an ocihooks_warning_kind, or -1.
 *
 * Any thread may call it.
 */
int ocihooks_report_warning_kind(const struct ocihooks_report *report, size_t index);

/**
 * Returns the kind of a hook.
 *
 * @param report  the report; NULL gives -1.
 * @param index   the hook's index, from 0; an index that is too large gives -1.
 * @return an ocihooks_kind, or -1.
 *
 * Any thread may call it.
 */
int ocihooks_report_hook_kind(const struct ocihooks_report *report, size_t index);

/**
 * Returns how a hook ended.
 *
 * @param report  the report; NULL gives -1.
 * @param index   the hook's index, from 0; an index that is too large gives -1.
 * @return an ocihooks_outcome, or -1.
 *
 * Any thread may call it.
 */
int ocihooks_report_hook_outcome(const struct ocihooks_report *report, size_t index);

/**
 * Returns whether a hook failed, whatever the effect on the phase.
 *
 * @param report  the report; NULL gives 0.
 * @param index   the hook's index, from 0; an index that is too large gives 0.
 * @return 1 if the hook failed; 0 if it succeeded or was not run.
 *
 * Any thread may call it.
 */
int ocihooks_report_hook_failed(const struct ocihooks_report *report, size_t index);

/**
 * Returns the exit status of a command, or the value that a callback returned.
 *
 * @param report  the report; NULL gives -1.
 * @param index   the hook's index, from 0; an index that is too large gives -1.
 * @return the status or value; -1 for any other outcome. A callback may itself return -1, so check
 *         ocihooks_report_hook_outcome() first.
 *
 * Any thread may call it.
 */
int ocihooks_report_hook_exit_code(const struct ocihooks_report *report, size_t index);

/**
 * Returns the signal that killed a hook. For OCIHOOKS_OUTCOME_TIMED_OUT and OCIHOOKS_OUTCOME_CANCELED, this is the
 * signal that ended the hook then.
 *
 * @param report  the report; NULL gives 0.
 * @param index   the hook's index, from 0; an index that is too large gives 0.
 * @return the signal's number; 0 if no signal killed the hook.
 *
 * Any thread may call it.
 */
int ocihooks_report_hook_signal(const struct ocihooks_report *report, size_t index);

/**
 * Returns whether a hook dumped core when a signal that the library did not send killed it.
 *
 * @param report  the report; NULL gives 0.
 * @param index   the hook's index, from 0; an index that is too large gives 0.
 * @return 1 if the hook dumped core; 0 otherwise.
 *
 * Any thread may call it.
 */
int ocihooks_report_hook_core_dumped(const struct ocihooks_report *report, size_t index);

/**
 * Returns the errno that prevented a hook from starting. ocihooks_report_hook_message() names the failed step.
 *
 * @param report  the report; NULL gives 0.
 * @param index   the hook's index, from 0; an index that is too large gives 0.
 * @return the errno; 0 for any other outcome.
 *
 * Any thread may call it.
 */
int ocihooks_report_hook_errno(const struct ocihooks_report *report, size_t index);

/**
 * Returns the process ID that a hook had. The kernel may have given it to another process since.
 *
 * @param report  the report; NULL gives 0.
 * @param index   the hook's index, from 0; an index that is too large gives 0.
 * @return the process ID; 0 if the hook had none.
 *
 * Any thread may call it.
 */
int ocihooks_report_hook_pid(const struct ocihooks_report *report, size_t index);

/**
 * Returns how long a hook took, from before its clone to its end.
 *
 * @param report  the report; NULL gives 0.
 * @param index   the hook's index, from 0; an index that is too large gives 0.
 * @return the monotonic time in nanoseconds.
 *
 * Any thread may call it.
 */
uint64_t ocihooks_report_hook_duration_ns(const struct ocihooks_report *report, size_t index);

/**
 * Returns the processor time that a hook, and the children that it waited for, spent in user mode.
 *
 * @param report  the report; NULL gives 0.
 * @param index   the hook's index, from 0; an index that is too large gives 0.
 * @return the time in nanoseconds.
 *
 * Any thread may call it.
 */
uint64_t ocihooks_report_hook_user_time_ns(const struct ocihooks_report *report, size_t index);

/**
 * Returns the processor time that a hook, and the children that it waited for, spent in the kernel.
 *
 * @param report  the report; NULL gives 0.
 * @param index   the hook's index, from 0; an index that is too large gives 0.
 * @return the time in nanoseconds.
 *
 * Any thread may call it.
 */
uint64_t ocihooks_report_hook_system_time_ns(const struct ocihooks_report *report, size_t index);

/**
 * Writes the path of a hook; it is empty for a callback.
 *
 * @param report    the report; NULL gives an empty string.
 * @param index     the hook's index, from 0; an index that is too large gives an empty string.
 * @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
 *         than buf_size.
 *
 * Any thread may call it.
 */
size_t ocihooks_report_hook_path(const struct ocihooks_report *report, size_t index, char *buf, size_t buf_size);

/**
 * Writes the cause of a hook's failure, for example "exited with status 3" or "could not be executed: No such file
 * or directory (errno 2)". It is empty for a hook that succeeded or was not run.
 *
 * @param report    the report; NULL gives an empty string.
 * @param index     the hook's index, from 0; an index that is too large gives an empty string.
 * @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
 *         than buf_size.
 *
 * Any thread may call it.
 */
size_t ocihooks_report_hook_message(const struct ocihooks_report *report, size_t index, char *buf, size_t buf_size);

/**
 * Writes the complete error of a failed hook: phase, index, path, cause, and the last lines of its output. It is the
 * text that ocihooks_run() writes into errmsg if that hook ends the phase. It is empty for a hook that succeeded or
 * was not run.
 *
 * @param report    the report; NULL gives an empty string.
 * @param index     the hook's index, from 0; an index that is too large gives an empty string.
 * @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
 *         than buf_size.
 *
 * Any thread may call it.
 */
size_t ocihooks_report_hook_error(const struct ocihooks_report *report, size_t index, char *buf, size_t buf_size);

/**
 * Writes the kept bytes of a captured stream, unchanged. They may contain NULs. A line "[... N bytes left out ...]"
 * between the first and the last part marks omitted bytes.
 *
 * @param report    the report; NULL gives an empty string.
 * @param index     the hook's index, from 0; an index that is too large gives an empty string.
 * @param stream    an ocihooks_stream; any other number gives an empty string.
 * @param buf       receives the bytes and a terminating NUL, truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the number of all these bytes, without the terminating NUL. They were truncated if this number is not less
 *         than buf_size.
 *
 * Any thread may call it.
 */
size_t ocihooks_report_hook_output(const struct ocihooks_report *report,
                                   size_t index,
                                   int stream,
                                   char *buf,
                                   size_t buf_size);

/**
 * Returns how many bytes a hook wrote to a captured stream in total, whether kept or not.
 *
 * @param report  the report; NULL gives 0.
 * @param index   the hook's index, from 0; an index that is too large gives 0.
 * @param stream  an ocihooks_stream; any other number gives 0.
 * @return the number of bytes.
 *
 * Any thread may call it.
 */
uint64_t ocihooks_report_hook_output_bytes(const struct ocihooks_report *report, size_t index, int stream);

/**
 * Returns whether the report omits bytes of a captured stream.
 *
 * @param report  the report; NULL gives 0.
 * @param index   the hook's index, from 0; an index that is too large gives 0.
 * @param stream  an ocihooks_stream; any other number gives 0.
 * @return 1 if bytes were omitted; 0 otherwise.
 *
 * Any thread may call it.
 */
int ocihooks_report_hook_output_truncated(const struct ocihooks_report *report, size_t index, int stream);

/**
 * Frees a report.
 *
 * @param report  the report; NULL does nothing.
 *
 * No other thread may use the report during the call or afterwards.
 */
void ocihooks_report_free(struct ocihooks_report *report);

/* ---- Hook files, filters, CDI and lint ---- */

/**
 * Creates a set without hook files.
 *
 * @param set          receives the set, or NULL on failure; not NULL. The caller frees the set with
 *                     ocihooks_hooksd_free().
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  set is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * Any thread may call it.
 */
int ocihooks_hooksd_new(struct ocihooks_hooksd **set, char *errmsg, size_t errmsg_size);

/**
 * Offers a stage that the runtime-spec does not define, such as podman's "precreate". Hooks of that stage become a
 * phase of that name. If "prestart" is offered, its hooks stay there; otherwise they go to createRuntime.
 *
 * @param set          the set, without files so far; not NULL.
 * @param stage        the name of the stage; neither NULL nor empty.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  an argument is NULL, the name is empty or not UTF-8, or the set has files.
 *                                        The set is unchanged.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the set during the call.
 */
int ocihooks_hooksd_add_stage(struct ocihooks_hooksd *set, const char *stage, char *errmsg, size_t errmsg_size);

/**
 * Reads the hook files of a directory. A file masks an earlier file of the same name. A missing directory is empty.
 * Unusable files, and a directory that can't be read, are violations; all other files are used.
 *
 * @param set          the set; not NULL.
 * @param dir          the directory; neither NULL nor empty. It may be other bytes than UTF-8.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  an argument is NULL, or dir is empty.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the set during the call.
 */
int ocihooks_hooksd_add_dir(struct ocihooks_hooksd *set, const char *dir, char *errmsg, size_t errmsg_size);

/**
 * Reads a hook file from the caller's memory. It masks an earlier file of the same name. An unusable file is a
 * violation. An empty file masks and injects nothing.
 *
 * @param set          the set; not NULL.
 * @param name         the name of the file, which determines its order; not NULL. It ends in ".json" and has no
 *                     slash.
 * @param json         the text; not NULL. The set keeps no reference to it.
 * @param json_len     the length of json in bytes.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  an argument is NULL, or name is invalid. The set is unchanged.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the set during the call.
 */
int ocihooks_hooksd_add_file(struct ocihooks_hooksd *set,
                             const char *name,
                             const char *json,
                             size_t json_len,
                             char *errmsg,
                             size_t errmsg_size);

/**
 * Sets whether ocihooks_hooksd_match() fails if a file is unusable. Default: no, the other files are used.
 *
 * @param set          the set; not NULL.
 * @param on           0 for no; any other value for yes.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  set is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the set during the call.
 */
int ocihooks_hooksd_set_strict(struct ocihooks_hooksd *set, int on, char *errmsg, size_t errmsg_size);

/**
 * Sets whether the hooks' programs are searched for on this host. Findings are warnings, and the hooks are kept.
 * Programs of startContainer are in the container and are not searched for. Default: no.
 *
 * @param set          the set; not NULL.
 * @param on           0 for no; any other value for yes, for earlier and later files.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  set is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the set during the call.
 */
int ocihooks_hooksd_set_check_host(struct ocihooks_hooksd *set, int on, char *errmsg, size_t errmsg_size);

/**
 * Lists the directories again, and reads the files that have changed by device, inode, size or times. A file that
 * has become unusable keeps its last good version, with a warning. Files from memory stay.
 *
 * @param set          the set; not NULL.
 * @param changed      receives 1 if anything has changed, otherwise 0; may be NULL.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  set is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the set during the call.
 */
int ocihooks_hooksd_refresh(struct ocihooks_hooksd *set, int *changed, char *errmsg, size_t errmsg_size);

/**
 * Returns the number of files that can inject a hook. Masked and unusable files are not counted.
 *
 * @param set  the set; NULL counts 0.
 * @return the number of files.
 *
 * Any thread may call it, as long as no other thread modifies the set.
 */
size_t ocihooks_hooksd_count(const struct ocihooks_hooksd *set);

/**
 * Writes the name of a file. The files are those of ocihooks_hooksd_count(), in the order of injection. Bytes that
 * are not UTF-8 become U+FFFD.
 *
 * @param set       the set; NULL gives an empty string.
 * @param index     the index of the file, from 0; an index that is too large gives an empty string.
 * @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL.
 *
 * Any thread may call it, as long as no other thread modifies the set.
 */
size_t ocihooks_hooksd_name(const struct ocihooks_hooksd *set, size_t index, char *buf, size_t buf_size);

/**
 * Writes the path of a file: the directory as given, and the name. For a file from memory it is the name. Bytes that
 * are not UTF-8 become U+FFFD.
 *
 * @param set       the set; NULL gives an empty string.
 * @param index     the index of the file, from 0; an index that is too large gives an empty string.
 * @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL.
 *
 * Any thread may call it, as long as no other thread modifies the set.
 */
size_t ocihooks_hooksd_file(const struct ocihooks_hooksd *set, size_t index, char *buf, size_t buf_size);

/**
 * Returns the number of violations of a severity in the directories and files.
 *
 * @param set       the set; NULL counts 0.
 * @param severity  an ocihooks_severity; any other number counts 0.
 * @return the number of violations.
 *
 * Any thread may call it, as long as no other thread modifies the set.
 */
size_t ocihooks_hooksd_violation_count(const struct ocihooks_hooksd *set, int severity);

/**
 * Writes a violation as one line: "FILE:LINE:COLUMN: error: POINTER MESSAGE: VALUE; HINT [RULE]". Parts that a
 * violation lacks are omitted.
 *
 * @param set       the set; NULL gives an empty string.
 * @param severity  an ocihooks_severity; any other number gives an empty string.
 * @param index     the index of the violation among those of that severity, from 0; an index that is too large gives
 *                  an empty string.
 * @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
 *         than buf_size.
 *
 * Any thread may call it, as long as no other thread modifies the set.
 */
size_t ocihooks_hooksd_violation(const struct ocihooks_hooksd *set,
                                 int severity,
                                 size_t index,
                                 char *buf,
                                 size_t buf_size);

/**
 * Writes all violations as one compact JSON list. Each has severity ("error", "warning" or "note"), rule (a stable
 * name in kebab case), file, pointer (RFC 6901), line and column (null if unknown), value, message and hint.
 *
 * @param set       the set; NULL gives an empty string.
 * @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
 *         than buf_size.
 *
 * Any thread may call it, as long as no other thread modifies the set.
 */
size_t ocihooks_hooksd_violations_json(const struct ocihooks_hooksd *set, char *buf, size_t buf_size);

/**
 * Creates a map of the hooks that the files add to a container, in the order of injection. The config's own hooks
 * are not included: ocihooks_merge() appends the map to them. Hooks of offered stages are phases of the map.
 *
 * @param set              the set; not NULL.
 * @param config           the container's config.json, of which process.args[0] and annotations are read; not NULL.
 * @param config_len       the length of config in bytes.
 * @param annotations      a NULL-terminated array in which each key is followed by its value, instead of the
 *                         config's annotations; NULL for those.
 * @param has_bind_mounts  whether the user requested bind mounts: 0 for no; any other value for yes.
 * @param hooks            receives the map, or NULL on failure; not NULL. The caller frees the map with
 *                         ocihooks_free().
 * @param errmsg           receives the error message; may be NULL.
 * @param errmsg_size      the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  a required argument is NULL, an annotation is not UTF-8, or a key has no
 *                                        value.
 * @retval OCIHOOKS_ERR_INVALID_JSON      config is not JSON.
 * @retval OCIHOOKS_ERR_INVALID_CONFIG    config violates the runtime-spec.
 * @retval OCIHOOKS_ERR_INVALID_FILES     the set is strict, and a file is unusable. The message lists the first 100
 *                                        violations.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * Any thread may call it, as long as no other thread modifies the set.
 */
int ocihooks_hooksd_match(const struct ocihooks_hooksd *set,
                          const char *config,
                          size_t config_len,
                          const char *const *annotations,
                          int has_bind_mounts,
                          struct ocihooks **hooks,
                          char *errmsg,
                          size_t errmsg_size);

/**
 * Writes the result of every file for a container, as one compact JSON object: {"files": [...], "violations":
 * [...]}. A file has name, file, and result: "injected", "not-matched", "no-stage", "masked", "mask" or "unusable".
 * Further members are maskedBy, conditions (each with whether it was met, its patterns, and the value that it saw)
 * and injected (phase and index).
 *
 * @param set              the set; not NULL.
 * @param config           the container's config.json; not NULL.
 * @param config_len       the length of config in bytes.
 * @param annotations      as for ocihooks_hooksd_match().
 * @param has_bind_mounts  as for ocihooks_hooksd_match().
 * @param buf              receives the text, NUL-terminated. NULL asks for the length only.
 * @param buf_size         the size of buf in bytes. A size that is too small gives OCIHOOKS_ERR_INVALID_ARGUMENT, and
 *                         buf then holds an empty string.
 * @param length           receives the length of the text in bytes, without the NUL, also if buf is too small; may
 *                         be NULL. Unchanged on any other failure.
 * @param errmsg           receives the error message; may be NULL.
 * @param errmsg_size      the size of errmsg in bytes.
 * @return the codes of ocihooks_hooksd_match() except OCIHOOKS_ERR_INVALID_FILES, because the text lists the
 *         violations.
 *
 * Any thread may call it, as long as no other thread modifies the set.
 */
int ocihooks_hooksd_explain(const struct ocihooks_hooksd *set,
                            const char *config,
                            size_t config_len,
                            const char *const *annotations,
                            int has_bind_mounts,
                            char *buf,
                            size_t buf_size,
                            size_t *length,
                            char *errmsg,
                            size_t errmsg_size);

/**
 * Runs a phase as filters of a config, as podman does with its stage "precreate". Each hook receives the config on
 * stdin as compact JSON and writes a new one to stdout, which the next hook receives. ocihooks_report_config()
 * returns the last one.
 *
 * A hook that specifies no environment has an empty one, unless the runner sets another. Engines set the runner's
 * working directory to the bundle. A filter must write one JSON object with at least one member. Unknown properties
 * and the text of numbers are kept. The first failure ends the phase, and there is no new config. Callbacks receive
 * the config as their state and leave it unchanged.
 *
 * @param hooks        the map; not NULL.
 * @param phase        the name of the phase; not NULL. A phase that is not in the map leaves the config unchanged.
 * @param config       the config, a JSON object; not NULL.
 * @param config_len   the length of config in bytes.
 * @param runner       the options; NULL for the defaults.
 * @param report       receives the report; NULL if the caller wants none. A run that fails creates a report as well,
 *                     if the phase had begun; otherwise *report is NULL. The caller frees the report with
 *                     ocihooks_report_free().
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  an argument is NULL or not UTF-8. No hook was run.
 * @retval OCIHOOKS_ERR_INVALID_JSON      config is not JSON. No hook was run.
 * @retval OCIHOOKS_ERR_INVALID_CONFIG    config is not a JSON object. No hook was run.
 * @retval OCIHOOKS_ERR_INVALID_OUTPUT    a hook exited with status 0 but wrote no config.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 * @return the codes of ocihooks_run() for a hook that failed.
 *
 * Threads may run filters concurrently with the same map and the same runner, as long as none modifies either.
 */
int ocihooks_filter(const struct ocihooks *hooks,
                    const char *phase,
                    const char *config,
                    size_t config_len,
                    const struct ocihooks_runner *runner,
                    struct ocihooks_report **report,
                    char *errmsg,
                    size_t errmsg_size);

/**
 * Writes the config that ocihooks_filter() made, as compact JSON. It is empty for a report of ocihooks_run(), and
 * after a failure.
 *
 * @param report    the report; NULL gives an empty string.
 * @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
 *         than buf_size.
 *
 * Any thread may call it.
 */
size_t ocihooks_report_config(const struct ocihooks_report *report, char *buf, size_t buf_size);

/**
 * Sets the size of the largest config that a filter may write. A larger one fails the hook with
 * OCIHOOKS_ERR_INVALID_OUTPUT.
 *
 * @param runner       the runner; not NULL.
 * @param bytes        the limit in bytes. Default: 16777216.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_filter_limit(struct ocihooks_runner *runner, size_t bytes, char *errmsg, size_t errmsg_size);

/**
 * Sets whether a filter that writes nothing leaves the config unchanged. Default: no, so it fails with
 * OCIHOOKS_ERR_INVALID_OUTPUT.
 *
 * @param runner       the runner; not NULL.
 * @param on           0 for no; any other value for yes.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the runner during the call.
 */
int ocihooks_runner_set_filter_may_write_nothing(struct ocihooks_runner *runner,
                                                 int on,
                                                 char *errmsg,
                                                 size_t errmsg_size);

/**
 * Writes a config.json with the given hooks instead of its own. All other bytes are kept.
 *
 * @param config       the config, a JSON object; not NULL.
 * @param config_len   the length of config in bytes.
 * @param hooks        the hooks; not NULL. Callbacks are omitted.
 * @param buf          receives the text, NUL-terminated. NULL asks for the length only.
 * @param buf_size     the size of buf in bytes. A size that is too small gives OCIHOOKS_ERR_INVALID_ARGUMENT, and
 *                     buf then holds an empty string.
 * @param length       receives the length of the text in bytes, without the NUL, also if buf is too small; may
 *                     be NULL. Unchanged on any other failure.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  config or hooks is NULL.
 * @retval OCIHOOKS_ERR_INVALID_JSON      config is not JSON.
 * @retval OCIHOOKS_ERR_INVALID_CONFIG    config is not an object, or has a key twice.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * Any thread may call it, as long as no other thread modifies the hooks.
 */
int ocihooks_config_set_hooks(const char *config,
                              size_t config_len,
                              const struct ocihooks *hooks,
                              char *buf,
                              size_t buf_size,
                              size_t *length,
                              char *errmsg,
                              size_t errmsg_size);

/**
 * Appends the hooks of a CDI containerEdits object to a map, each to the phase of its hookName. prestart stays
 * prestart, and other members of the object are ignored. CDI files are YAML, so the caller converts the object to
 * JSON.
 *
 * @param hooks        the map; not NULL. Unchanged on failure.
 * @param edits        the object, UTF-8; not NULL. The map keeps no reference to it.
 * @param edits_len    the length of edits in bytes.
 * @param errmsg       receives the error message; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  an argument is NULL.
 * @retval OCIHOOKS_ERR_INVALID_JSON      edits is not JSON, or not UTF-8.
 * @retval OCIHOOKS_ERR_INVALID_HOOKS     the hooks are invalid. The message lists the first 100 violations.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * No other thread may use the map during the call.
 */
int ocihooks_add_cdi_edits(struct ocihooks *hooks,
                           const char *edits,
                           size_t edits_len,
                           char *errmsg,
                           size_t errmsg_size);

/**
 * Writes the findings about a document as a compact JSON list, in the form of ocihooks_hooksd_violations_json().
 * Errors are rejected by the library, warnings may differ from the author's intent, and notes are worth knowing.
 * "[]" means no findings. A text that is not JSON is an error in the list.
 *
 * @param kind          an ocihooks_document: the intended form of the document.
 * @param name          the name of the file, for the findings; NULL for none.
 * @param document      the text; not NULL.
 * @param document_len  the length of document in bytes.
 * @param stages        a NULL-terminated array of the stages that the caller offers to hook files; NULL for none.
 * @param check_host    whether the hooks' programs, except those of startContainer, are searched for on this host: 0
 *                      for no; any other value for yes.
 * @param buf           receives the text, NUL-terminated. NULL asks for the length only.
 * @param buf_size      the size of buf in bytes. A size that is too small gives OCIHOOKS_ERR_INVALID_ARGUMENT, and
 *                      buf then holds an empty string.
 * @param length        receives the length of the text in bytes, without the NUL, also if buf is too small; may
 *                      be NULL. Unchanged on any other failure.
 * @param errmsg        receives the error message; may be NULL.
 * @param errmsg_size   the size of errmsg in bytes.
 * @retval OCIHOOKS_OK                    success, whatever the findings.
 * @retval OCIHOOKS_ERR_INVALID_ARGUMENT  document is NULL, kind is unknown, or a text is not UTF-8.
 * @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
 *
 * Any thread may call it.
 */
int ocihooks_lint(int kind,
                  const char *name,
                  const char *document,
                  size_t document_len,
                  const char *const *stages,
                  int check_host,
                  char *buf,
                  size_t buf_size,
                  size_t *length,
                  char *errmsg,
                  size_t errmsg_size);

/**
 * Frees a set of hook files.
 *
 * @param set  the set; NULL does nothing.
 *
 * No other thread may use the set during the call or afterwards.
 */
void ocihooks_hooksd_free(struct ocihooks_hooksd *set);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* OCIHOOKS_H */
