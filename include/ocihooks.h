/*
 * libocihooks: runs OCI lifecycle hooks.
 *
 * Contents, in the order of use; numbers and types come first:
 *
 *   Version, texts and phases:
 *     ocihooks_version ocihooks_strerror ocihooks_phase_count ocihooks_phase_name ocihooks_phase_namespace
 *   Hook map:
 *     ocihooks_new ocihooks_clone ocihooks_merge ocihooks_count ocihooks_add_command ocihooks_add_callback
 *     ocihooks_free
 *   JSON:
 *     ocihooks_parse ocihooks_parse_config ocihooks_parse_libcontainer ocihooks_to_json ocihooks_to_libcontainer
 *   State:
 *     ocihooks_state_new ocihooks_state_for_phase
 *   Runner:
 *     ocihooks_runner_new ocihooks_runner_set_cwd ocihooks_runner_set_cwd_may_fail ocihooks_runner_set_environment
 *     ocihooks_runner_set_phase_variable ocihooks_runner_set_failure_policy ocihooks_runner_set_rlimit
 *     ocihooks_runner_set_no_new_privileges ocihooks_runner_set_output ocihooks_runner_set_output_fd
 *     ocihooks_runner_set_capture_limit ocihooks_runner_set_phase_capture_limit ocihooks_runner_set_cancel_fd
 *     ocihooks_runner_add_cancel_fd ocihooks_runner_set_cgroup_fd ocihooks_runner_set_default_timeout_ms
 *     ocihooks_runner_set_budget_ms ocihooks_runner_set_grace_ms ocihooks_runner_set_process_group
 *     ocihooks_runner_set_die_with_caller ocihooks_runner_set_container_pidfd ocihooks_runner_set_container_pid
 *     ocihooks_runner_set_container_namespaces ocihooks_runner_set_observer ocihooks_runner_set_output_callback
 *     ocihooks_runner_free
 *   Run:
 *     ocihooks_run ocihooks_reap_left_behind
 *   Report:
 *     ocihooks_report_json ocihooks_report_code ocihooks_report_duration_ns ocihooks_report_phase
 *     ocihooks_report_message ocihooks_report_count ocihooks_report_warning_count ocihooks_report_warning
 *     ocihooks_report_hook_kind ocihooks_report_hook_outcome ocihooks_report_hook_exit_code ocihooks_report_hook_signal
 *     ocihooks_report_hook_errno ocihooks_report_hook_pid ocihooks_report_hook_duration_ns
 *     ocihooks_report_hook_user_time_ns ocihooks_report_hook_system_time_ns ocihooks_report_hook_path
 *     ocihooks_report_hook_message ocihooks_report_hook_output ocihooks_report_hook_output_bytes
 *     ocihooks_report_hook_output_truncated ocihooks_report_free
 *   Hook files, filters, CDI and lint:
 *     ocihooks_hooksd_new ocihooks_hooksd_add_stage ocihooks_hooksd_add_dir ocihooks_hooksd_add_file
 *     ocihooks_hooksd_set_strict ocihooks_hooksd_set_check_host ocihooks_hooksd_refresh ocihooks_hooksd_count
 *     ocihooks_hooksd_name ocihooks_hooksd_file ocihooks_hooksd_violation_count ocihooks_hooksd_violation
 *     ocihooks_hooksd_violations_json ocihooks_hooksd_match ocihooks_hooksd_explain ocihooks_filter
 *     ocihooks_report_config ocihooks_runner_set_filter_limit ocihooks_runner_set_filter_may_write_nothing
 *     ocihooks_config_set_hooks ocihooks_add_cdi_edits ocihooks_lint ocihooks_hooksd_free
 *
 * Errors: a function that can fail returns an ocihooks_code, 0 or negative, and writes a message about this very
 * call into the caller's errmsg, which may be NULL with size 0; a message is always NUL-ended, cut between
 * characters, and empty on success. Nothing global keeps an error.
 *
 * Messages and warnings are single lines that are safe to print. The library writes these characters of other people's
 * text (paths, phases, keys, values, what a callback says, the last line of a hook) as JSON escapes them, ESC as \u001b:
 * control characters (C0, DEL, C1), U+2028, U+2029, and the explicit directional characters U+202A to U+202E and U+2066
 * to U+2069. Other accessors return such text exactly as it came.
 *
 * Memory: the library never hands out memory that the caller frees, nor takes any: handles have their own _free
 * function, which takes NULL; text goes into the caller's buffers.
 *
 * Threads: nothing is global. A handle that nobody changes may be used by any number of threads at once.
 *
 * Cancellation: pthread_cancel has no effect on a thread while it is in a function of the library. It has its effect when
 * the function has returned. The thread's cancel state and type are then as they were before the call.
 *
 * Text in and out is UTF-8. "config.md" and "runtime.md" are chapters of the OCI runtime-spec.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from src/capi by cbindgen: `make header` writes it anew.
 */

#ifndef OCIHOOKS_H
#define OCIHOOKS_H

#include <stddef.h>
#include <stdint.h>

/**
 * What every function that can fail returns: 0, or a negative number that is never used again for
 * something else. The enum exists for its names; functions take and return int.
 */
typedef enum ocihooks_code {
  /**
   * It went well.
   */
  OCIHOOKS_OK = 0,
  /**
   * NULL where that is not allowed, a name that is empty or not UTF-8, a bad option.
   */
  OCIHOOKS_ERR_INVALID_ARGUMENT = -1,
  /**
   * Not JSON, or not UTF-8: the message says line and column.
   */
  OCIHOOKS_ERR_INVALID_JSON = -2,
  /**
   * JSON, but the runtime-spec forbids it: the message names the first 100 faults, by JSON pointer, and says how
   * many more there are.
   */
  OCIHOOKS_ERR_INVALID_HOOKS = -3,
  /**
   * The container's state is not what the runtime-spec asks for; no hook was run.
   */
  OCIHOOKS_ERR_INVALID_STATE = -4,
  /**
   * Not one of the six phases, and not in the map either.
   */
  OCIHOOKS_ERR_UNKNOWN_PHASE = -5,
  /**
   * There was a child, but a step before execve, or execve itself, failed: the message says which step
   * and which errno.
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
   * A hook, or the phase, went over its time limit.
   */
  OCIHOOKS_ERR_TIMEOUT = -9,
  /**
   * A callback hook returned something other than 0.
   */
  OCIHOOKS_ERR_CALLBACK = -10,
  /**
   * A cancel descriptor had something to read.
   */
  OCIHOOKS_ERR_CANCELED = -11,
  /**
   * No child could be made, or a call of the library's own failed: EMFILE, EAGAIN ...
   */
  OCIHOOKS_ERR_SYSTEM = -12,
  /**
   * A defect of the library, caught at the boundary.
   */
  OCIHOOKS_ERR_INTERNAL = -13,
  /**
   * The host reaped the hook itself, and the kernel can't tell the status any more.
   */
  OCIHOOKS_ERR_LOST = -14,
  /**
   * A hook wanted the terminal from a background process group: it was stopped for that (SIGTTIN, SIGTTOU), and killed.
   */
  OCIHOOKS_ERR_STOPPED = -15,
  /**
   * A config.json is not what the runtime-spec asks for, as far as it was looked at.
   */
  OCIHOOKS_ERR_INVALID_CONFIG = -16,
  /**
   * Hook files can't be used, and that is to fail: the message names the first 100 violations.
   */
  OCIHOOKS_ERR_INVALID_FILES = -17,
  /**
   * A filter exited well, and wrote no config.
   */
  OCIHOOKS_ERR_INVALID_OUTPUT = -18,
} ocihooks_code;

/**
 * How a hook ended: what ocihooks_report_hook_outcome() returns.
 */
typedef enum ocihooks_outcome {
  /**
   * It exited; ocihooks_report_hook_exit_code() has the status.
   */
  OCIHOOKS_OUTCOME_EXITED = 0,
  /**
   * A signal that the library did not send killed it.
   */
  OCIHOOKS_OUTCOME_SIGNALED = 1,
  /**
   * It went over its limit and was killed.
   */
  OCIHOOKS_OUTCOME_TIMED_OUT = 2,
  /**
   * It could not be started; ocihooks_report_hook_errno() says why.
   */
  OCIHOOKS_OUTCOME_SPAWN_FAILED = 3,
  /**
   * It was stopped, or not started, because a cancel descriptor had something to read.
   */
  OCIHOOKS_OUTCOME_CANCELED = 4,
  /**
   * A callback returned; ocihooks_report_hook_exit_code() has what.
   */
  OCIHOOKS_OUTCOME_CALLBACK = 5,
  /**
   * It was not run, because an earlier hook ended the phase.
   */
  OCIHOOKS_OUTCOME_SKIPPED = 6,
  /**
   * It ended, but its status can't be known: the host reaped it, or a call of the library's own failed while
   * it ran, and it was killed; ocihooks_report_hook_message() says which.
   */
  OCIHOOKS_OUTCOME_LOST = 7,
  /**
   * It wanted the terminal from a background process group, was stopped for that, and killed;
   * ocihooks_report_hook_signal() has SIGTTIN or SIGTTOU.
   */
  OCIHOOKS_OUTCOME_STOPPED = 8,
} ocihooks_outcome;

/**
 * What a hook is: what ocihooks_report_hook_kind() returns.
 */
typedef enum ocihooks_kind {
  /**
   * A program.
   */
  OCIHOOKS_KIND_COMMAND = 0,
  /**
   * A function of the host's.
   */
  OCIHOOKS_KIND_CALLBACK = 1,
} ocihooks_kind;

/**
 * A hook's output streams; the numbers are those of their descriptors.
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
 * The namespaces that a phase's hooks run in.
 */
typedef enum ocihooks_namespace {
  /**
   * Those of the runtime.
   */
  OCIHOOKS_NAMESPACE_RUNTIME = 0,
  /**
   * Those of the container.
   */
  OCIHOOKS_NAMESPACE_CONTAINER = 1,
} ocihooks_namespace;

/**
 * Where a stream of a hook goes: for ocihooks_runner_set_output().
 */
typedef enum ocihooks_output {
  /**
   * Into the report, the first and the last part of it. The default.
   */
  OCIHOOKS_OUTPUT_CAPTURE = 0,
  /**
   * Nowhere: the hook gets /dev/null.
   */
  OCIHOOKS_OUTPUT_DISCARD = 1,
  /**
   * To the caller's own stream of that number.
   */
  OCIHOOKS_OUTPUT_INHERIT = 2,
} ocihooks_output;

/**
 * The environment of hooks without one of their own: for ocihooks_runner_set_environment().
 */
typedef enum ocihooks_environment {
  /**
   * The caller's own. The default, as in runc and crun.
   */
  OCIHOOKS_ENVIRONMENT_INHERIT = 0,
  /**
   * The caller's own without the dynamic loader's variables, LD_* (see CVE-2025-23266).
   */
  OCIHOOKS_ENVIRONMENT_INHERIT_WITHOUT_LOADER = 1,
  /**
   * Only the list that is given.
   */
  OCIHOOKS_ENVIRONMENT_LIST = 2,
} ocihooks_environment;

/**
 * What a failing hook does to those behind it: for ocihooks_runner_set_failure_policy().
 */
typedef enum ocihooks_failure_policy {
  /**
   * What runtime-spec 1.3 says: the first failure ends the phase; in poststop every hook runs,
   * failures are warnings, and the run returns OCIHOOKS_OK. The default.
   */
  OCIHOOKS_FAILURE_POLICY_SPEC = 0,
  /**
   * The same, but poststart is as poststop: runtime-spec 1.2 and earlier.
   */
  OCIHOOKS_FAILURE_POLICY_SPEC_BEFORE_1_3 = 1,
  /**
   * The first failure ends any phase.
   */
  OCIHOOKS_FAILURE_POLICY_FAIL_FAST = 2,
  /**
   * Any phase is as poststop.
   */
  OCIHOOKS_FAILURE_POLICY_KEEP_GOING = 3,
} ocihooks_failure_policy;

/**
 * The process group that hooks run in: for ocihooks_runner_set_process_group().
 */
typedef enum ocihooks_process_group {
  /**
   * OCIHOOKS_PROCESS_GROUP_CALLER where the calling process is in the foreground of its terminal when the phase begins, as
   * a command that a user typed; OCIHOOKS_PROCESS_GROUP_OWN elsewhere. The default.
   */
  OCIHOOKS_PROCESS_GROUP_AUTO = 0,
  /**
   * A new group. A stop reaches the hook and its children; ^C and ^Z reach the caller alone. A hook that wants the caller's
   * terminal fails.
   */
  OCIHOOKS_PROCESS_GROUP_OWN = 1,
  /**
   * The caller's group: the terminal, ^C and ^Z are for both, as under any shell. A stop reaches the hook by its pidfd, and
   * its cgroup where one is set, but not the hook's children.
   */
  OCIHOOKS_PROCESS_GROUP_CALLER = 2,
  /**
   * A new session, without a terminal: opening /dev/tty fails at once. A stop reaches the hook and its children.
   */
  OCIHOOKS_PROCESS_GROUP_SESSION = 3,
} ocihooks_process_group;

/**
 * What an observer is told of: for ocihooks_runner_set_observer().
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
 * What a document is meant to be: for ocihooks_lint().
 */
typedef enum ocihooks_document {
  /**
   * A hooks object of the runtime-spec.
   */
  OCIHOOKS_DOCUMENT_HOOKS = 0,
  /**
   * A config.json of the runtime-spec.
   */
  OCIHOOKS_DOCUMENT_CONFIG = 1,
  /**
   * A hook file, as those of a hooks.d.
   */
  OCIHOOKS_DOCUMENT_HOOK_FILE = 2,
  /**
   * A CDI document, or a containerEdits object of one, in JSON.
   */
  OCIHOOKS_DOCUMENT_CDI = 3,
} ocihooks_document;

/**
 * The hook map: phases, each with its ordered list of hooks.
 *
 * Made by ocihooks_new(), ocihooks_clone() or one of the ocihooks_parse functions, and freed by ocihooks_free().
 * While nobody changes it, any number of threads may use it at once; a run does not change it.
 */
typedef struct ocihooks ocihooks;

/**
 * Hook files that were read: those of directories as engines have them (hooks.d), and those that the caller has in memory.
 *
 * Made by ocihooks_hooksd_new() and freed by ocihooks_hooksd_free(). While nobody changes it, any number of threads may use
 * it at once. docs/hooksd.md has the rules of directories and documents.
 */
typedef struct ocihooks_hooksd ocihooks_hooksd;

/**
 * What happened in a run, hook by hook.
 *
 * Made by ocihooks_run() and freed by ocihooks_report_free(). Nothing changes it: any number of threads may read
 * it at once. Its functions take NULL for a report without hooks.
 */
typedef struct ocihooks_report ocihooks_report;

/**
 * How to run a phase: options, each with its default.
 *
 * Made by ocihooks_runner_new() and freed by ocihooks_runner_free(). While nobody changes it, any number of
 * threads may run phases with it at once. Every setter returns OCIHOOKS_OK, or OCIHOOKS_ERR_INVALID_ARGUMENT for a
 * NULL runner or a value that the option does not take: then nothing was changed, and the message names the value and
 * the rule.
 */
typedef struct ocihooks_runner ocihooks_runner;

/**
 * A hook that is a function of the host's. 0: it went well. Else it failed, and what it wrote into errmsg
 * (NUL-ended, errmsg_size bytes of room) joins the error's text.
 *
 * phase is the phase's name; state the container's state, state_len bytes of JSON with a NUL behind them. Both
 * are only good during the call. It runs on the thread that called ocihooks_run(), and no time limit interrupts
 * it. It may run phases of the same map, but not change the map.
 *
 * It must return: no longjmp, no pthread_exit and no C++ exception may leave it. It runs with the thread's cancellation
 * disabled, and must not enable it.
 */
typedef int (*ocihooks_callback)(const char *phase,
                                 const char *state,
                                 size_t state_len,
                                 char *errmsg,
                                 size_t errmsg_size,
                                 void *userdata);

/**
 * Frees what a callback was given as userdata; NULL where there is nothing to free. It must return, as an
 * ocihooks_callback must, and runs with cancellation disabled, too. It must not use a handle that is being freed. A runner
 * whose setter calls it may be used.
 */
typedef void (*ocihooks_destroy)(void *userdata);

/**
 * Is told before and after each hook, on the thread that called ocihooks_run().
 *
 * event is an ocihooks_event; index counts from 0; path is NULL for a callback. With OCIHOOKS_EVENT_AFTER, outcome
 * is an ocihooks_outcome, message the cause of a failure (empty for a success), duration_ns the hook's time in
 * nanoseconds; before, they are -1, "" and 0. Texts are only good during the call. It must return: no longjmp, no
 * pthread_exit and no C++ exception may leave it. It runs with cancellation disabled, and must not enable it.
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
 * Is given captured output as it comes: the hook's index, an ocihooks_stream, and size bytes that are only good
 * during the call. It gets all of it, however little the report keeps. It must return: no longjmp, no pthread_exit
 * and no C++ exception may leave it. It runs with cancellation disabled, and must not enable it.
 */
typedef void (*ocihooks_output_callback)(size_t index, int stream, const char *data, size_t size, void *userdata);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/* ---- Version, texts and phases ---- */

/**
 * Returns the version of the library, as "0.1.0". The text is static.
 *
 * Any thread may call it.
 */
const char *ocihooks_version(void);

/**
 * Returns a short description of a code, the same for every failure of that kind. The message of a call
 * says more.
 *
 * @param code  any number.
 * @return static text, never NULL; "unknown error code" for a number that is none.
 *
 * Any thread may call it.
 */
const char *ocihooks_strerror(int code);

/**
 * Returns how many phases the runtime-spec knows: 6.
 *
 * Any thread may call it.
 */
size_t ocihooks_phase_count(void);

/**
 * Returns the name of a phase of the runtime-spec.
 *
 * @param index  its place in the lifecycle, from 0 (prestart) to 5 (poststop).
 * @return static text, or NULL for an index that is too large.
 *
 * Any thread may call it.
 */
const char *ocihooks_phase_name(size_t index);

/**
 * Returns the namespaces that a phase's hooks run in (config.md, "POSIX-platform Hooks").
 *
 * @param phase        the name, as the runtime-spec spells it; not NULL.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_NAMESPACE_RUNTIME or OCIHOOKS_NAMESPACE_CONTAINER; OCIHOOKS_ERR_INVALID_ARGUMENT for
 *         NULL or a name that is not UTF-8; OCIHOOKS_ERR_UNKNOWN_PHASE for a phase that the spec does not
 *         know.
 *
 * Any thread may call it.
 */
int ocihooks_phase_namespace(const char *phase, char *errmsg, size_t errmsg_size);

/* ---- Hook map ---- */

/**
 * Makes a hook map without hooks.
 *
 * @param hooks        where the new map goes: yours, to be freed with ocihooks_free(). NULL after a failure.
 * @param errmsg       where a message goes, NUL-ended and cut between characters; empty on success. May be
 *                     NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK, OCIHOOKS_ERR_INVALID_ARGUMENT (hooks is NULL) or OCIHOOKS_ERR_INTERNAL.
 *
 * Any thread may call it.
 */
int ocihooks_new(struct ocihooks **hooks, char *errmsg, size_t errmsg_size);

/**
 * Copies a hook map. Callbacks are shared by both; the last map that is freed destroys them.
 *
 * @param hooks        the map to copy; not NULL.
 * @param copy         where the copy goes: yours, to be freed with ocihooks_free(). NULL after a failure.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK, OCIHOOKS_ERR_INVALID_ARGUMENT (hooks or copy is NULL) or OCIHOOKS_ERR_INTERNAL.
 *
 * Any thread may call it, while none changes the map.
 */
int ocihooks_clone(const struct ocihooks *hooks, struct ocihooks **copy, char *errmsg, size_t errmsg_size);

/**
 * Appends the hooks of one map to those of another, phase by phase. Members of from that are no phase (see
 * ocihooks_parse()) are added too.
 *
 * @param hooks        the map to append to; not NULL.
 * @param from         the map whose hooks are appended; not NULL, and not changed. May be hooks itself.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, or both maps hold a member of one name which the
 *         spec does not know and the two can't be joined: then nothing was changed); OCIHOOKS_ERR_INTERNAL.
 *
 * No other thread may use hooks meanwhile, and none may change from.
 */
int ocihooks_merge(struct ocihooks *hooks, const struct ocihooks *from, char *errmsg, size_t errmsg_size);

/**
 * Counts the hooks of a phase, commands and callbacks.
 *
 * @param hooks  the map; NULL counts 0.
 * @param phase  the phase's name; NULL, or one that is not in the map, counts 0.
 * @return how many.
 *
 * Any thread may call it, while none changes the map.
 */
size_t ocihooks_count(const struct ocihooks *hooks, const char *phase);

/**
 * Appends a command to a phase (config.md, "POSIX-platform Hooks").
 *
 * @param hooks            the map; not NULL.
 * @param phase            the phase's name; not NULL, not empty, UTF-8. One that the spec does not know is made.
 * @param path             the program's absolute path, UTF-8; not NULL. PATH is not searched.
 * @param args             the whole argument vector, the program's name first, NULL-ended, UTF-8. NULL, or a list of
 *                         none, means path alone.
 * @param env              the whole environment as "KEY=value", NULL-ended, UTF-8, passed on as it is. NULL
 *                         leaves it to the runner; a list of none is an empty environment.
 * @param timeout_seconds  the time limit in seconds; 0 for none.
 * @param errmsg           where a message goes; may be NULL.
 * @param errmsg_size      the size of errmsg in bytes.
 * @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, not UTF-8, an empty phase name, or one that the map
 *         holds with a value that is no list of hooks); OCIHOOKS_ERR_INVALID_HOOKS (what the spec forbids: an
 *         empty or relative path, a negative timeout); OCIHOOKS_ERR_INTERNAL.
 *
 * All text is copied. No other thread may use the map meanwhile.
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
 * Appends a function of the host's to a phase. It runs in order with the commands, and is never written by
 * ocihooks_to_json().
 *
 * @param hooks        the map; not NULL.
 * @param phase        the phase's name; not NULL, not empty, UTF-8. One that the spec does not know is made.
 * @param callback     the function; not NULL. It may be called by every thread that runs the phase, at once.
 * @param userdata     handed to it; may be NULL.
 * @param destroy      called once with userdata, when the last map that holds the callback is freed; may be
 *                     NULL. After a failure of this call it is not called: userdata is still yours.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, a phase name that is empty or not UTF-8, or one that the
 *         map holds with a value that is no list of hooks); OCIHOOKS_ERR_INTERNAL.
 *
 * No other thread may use the map meanwhile.
 */
int ocihooks_add_callback(struct ocihooks *hooks,
                          const char *phase,
                          ocihooks_callback callback,
                          void *userdata,
                          ocihooks_destroy destroy,
                          char *errmsg,
                          size_t errmsg_size);

/**
 * Frees a hook map. A callback is destroyed with the last map that holds it.
 *
 * @param hooks  the map; NULL is fine.
 *
 * No other thread may use the map any more.
 */
void ocihooks_free(struct ocihooks *hooks);

/* ---- JSON ---- */

/**
 * Reads the runtime-spec's `hooks` object (config.md, "POSIX-platform Hooks").
 *
 * Nothing is lost: unknown properties of a hook, and unknown members of the object, are kept for
 * ocihooks_to_json(). An unknown member that is a list of valid hooks is a phase that can be run; any other
 * value is kept as it is, and is no phase. null for a phase, args, env or timeout reads as absent.
 *
 * The call and the map take at most 24 bytes of memory for each byte of the text, valid or not, and 1 MB besides.
 *
 * @param json         the text, UTF-8; not NULL. It is not needed any more after the call.
 * @param json_len     its length in bytes.
 * @param hooks        where the new map goes: yours, to be freed with ocihooks_free(). NULL after a failure.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (json or hooks is NULL); OCIHOOKS_ERR_INVALID_JSON (not
 *         UTF-8, not JSON, or nested deeper than 512 levels); OCIHOOKS_ERR_INVALID_HOOKS (the message names the
 *         first 100 faults: JSON pointer, line and column, rule, value; then "; and N more"); OCIHOOKS_ERR_INTERNAL.
 *
 * Any thread may call it.
 */
int ocihooks_parse(const char *json, size_t json_len, struct ocihooks **hooks, char *errmsg, size_t errmsg_size);

/**
 * Reads the hooks of a whole config.json. The rest of it is checked to be JSON, and skipped; a config
 * without hooks gives an empty map.
 *
 * @param json         the text, UTF-8; not NULL. It is not needed any more after the call.
 * @param json_len     its length in bytes.
 * @param hooks        where the new map goes: yours, to be freed with ocihooks_free(). NULL after a failure.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return as ocihooks_parse().
 *
 * Any thread may call it.
 */
int ocihooks_parse_config(const char *json, size_t json_len, struct ocihooks **hooks, char *errmsg, size_t errmsg_size);

/**
 * Reads hooks in libcontainer's dialect, as runc keeps them in its state: as ocihooks_parse(), but "timeout" is
 * in nanoseconds, and "dir" is the hook's working directory. For hooks that are saved at create and run at
 * delete, by another process.
 *
 * @param json         the text, UTF-8; not NULL. It is not needed any more after the call.
 * @param json_len     its length in bytes.
 * @param hooks        where the new map goes: yours, to be freed with ocihooks_free(). NULL after a failure.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return as ocihooks_parse().
 *
 * Any thread may call it.
 */
int ocihooks_parse_libcontainer(const char *json,
                                size_t json_len,
                                struct ocihooks **hooks,
                                char *errmsg,
                                size_t errmsg_size);

/**
 * Writes the runtime-spec's `hooks` object, compact: the phases in lifecycle order, unknown ones behind them
 * in theirs, the six left out where they are empty. Callbacks are left out, and so is libcontainer's "dir"; a
 * time limit that is not whole seconds is rounded up.
 *
 * @param hooks     the map; NULL gives an empty string.
 * @param buf       where the text goes, NUL-ended and cut to fit, as snprintf does it; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL: it was cut if that is not less than buf_size.
 *
 * Any thread may call it, while none changes the map.
 */
size_t ocihooks_to_json(const struct ocihooks *hooks, char *buf, size_t buf_size);

/**
 * Writes libcontainer's dialect, compact, for ocihooks_parse_libcontainer() or runc to read: all six phases,
 * null for an empty one, "timeout" in nanoseconds. Callbacks are left out; a property "dir" of a hook that came
 * by ocihooks_parse() is left out too, since it would take effect here.
 *
 * @param hooks     the map; NULL gives an empty string.
 * @param buf       where the text goes, NUL-ended and cut to fit, as snprintf does it; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL: it was cut if that is not less than buf_size.
 *
 * Any thread may call it, while none changes the map.
 */
size_t ocihooks_to_libcontainer(const struct ocihooks *hooks, char *buf, size_t buf_size);

/* ---- State ---- */

/**
 * Writes a container's state from its parts, compact and escaped as JSON asks (runtime.md, "State").
 *
 * @param oci_version  the version of the runtime-spec, UTF-8; not NULL, not empty.
 * @param id           the container's id, UTF-8; not NULL, not empty.
 * @param status       "creating", "created", "running", "stopped", or one of the runtime's own; not NULL, not empty.
 * @param pid          the container's process id; 0 leaves it out, which a container that is created or running does
 *                     not allow.
 * @param bundle       the bundle's absolute path, UTF-8; not NULL, not empty.
 * @param annotations  keys and values in turn, NULL-ended, UTF-8; NULL for none.
 * @param buf          where the state goes, NUL-ended and cut to fit, as snprintf does it; may be NULL.
 * @param buf_size     the size of buf in bytes.
 * @param state_len    where the length of the whole state goes, in bytes, without the NUL: it was cut if that is not less
 *                     than buf_size. May be NULL. Untouched on failure.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, not UTF-8, a key without a value);
 *         OCIHOOKS_ERR_INVALID_STATE (what the spec forbids, or an annotation that is there twice);
 *         OCIHOOKS_ERR_INTERNAL.
 *
 * Any thread may call it.
 */
int ocihooks_state_new(const char *oci_version,
                       const char *id,
                       const char *status,
                       int pid,
                       const char *bundle,
                       const char *const *annotations,
                       char *buf,
                       size_t buf_size,
                       size_t *state_len,
                       char *errmsg,
                       size_t errmsg_size);

/**
 * Rewrites a state for a phase: "status" becomes the first that the spec expects there, unless it is one of those
 * already, and "pid" the given one, as the phase's hooks are to see it. A member that is missing is added. All else is
 * kept byte for byte.
 *
 * @param state        the state, JSON; not NULL.
 * @param state_len    its length in bytes.
 * @param phase        the phase's name; not NULL. In one that the spec does not know, "status" stays.
 * @param pid          the process id; 0: it stays as it is.
 * @param buf          where the new state goes, NUL-ended and cut to fit, as snprintf does it; may be NULL. Not state
 *                     itself.
 * @param buf_size     the size of buf in bytes.
 * @param new_len      where the length of the whole new state goes, in bytes, without the NUL: it was cut if that is not
 *                     less than buf_size. May be NULL. Untouched on failure.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, not UTF-8); OCIHOOKS_ERR_INVALID_STATE (what the spec
 *         forbids in the new state); OCIHOOKS_ERR_INTERNAL.
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
 * Makes a runner with the defaults: what NULL means to ocihooks_run().
 *
 * @param runner       where the runner goes: yours, to be freed with ocihooks_runner_free(). NULL after a failure.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK, OCIHOOKS_ERR_INVALID_ARGUMENT (runner is NULL) or OCIHOOKS_ERR_INTERNAL.
 *
 * Any thread may call it.
 */
int ocihooks_runner_new(struct ocihooks_runner **runner, char *errmsg, size_t errmsg_size);

/**
 * Sets the hooks' working directory. Default: the caller's own.
 *
 * @param runner       the runner; not NULL.
 * @param path         the directory, UTF-8; NULL for the default.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT. A directory that can't be entered fails each hook with
 *         OCIHOOKS_ERR_SPAWN.
 */
int ocihooks_runner_set_cwd(struct ocihooks_runner *runner, const char *path, char *errmsg, size_t errmsg_size);

/**
 * Says whether a working directory that can't be entered for lack of permission (EACCES, EPERM: it happens
 * in user namespaces) is passed over, and the hook run in the caller's. Default: no.
 *
 * @param runner       the runner; not NULL.
 * @param on           0: no; anything else: yes.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_cwd_may_fail(struct ocihooks_runner *runner, int on, char *errmsg, size_t errmsg_size);

/**
 * Sets the environment of hooks that have none of their own.
 *
 * @param runner       the runner; not NULL.
 * @param environment  an ocihooks_environment. Default: OCIHOOKS_ENVIRONMENT_INHERIT.
 * @param list         with OCIHOOKS_ENVIRONMENT_LIST: "KEY=value" entries, NULL-ended, UTF-8, copied, and passed on as
 *                     they are; NULL is a list of none. With the others: NULL.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_environment(struct ocihooks_runner *runner,
                                    int environment,
                                    const char *const *list,
                                    char *errmsg,
                                    size_t errmsg_size);

/**
 * Names a variable that tells every hook its phase, which it can't know otherwise. It replaces an inherited
 * one; one that the hook's or the runner's own list sets stays as it is. Default: no such variable.
 *
 * @param runner       the runner; not NULL.
 * @param name         the variable's name, UTF-8, not empty and without '='; NULL for the default.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_phase_variable(struct ocihooks_runner *runner,
                                       const char *name,
                                       char *errmsg,
                                       size_t errmsg_size);

/**
 * Sets what a failing hook does to those behind it.
 *
 * @param runner          the runner; not NULL.
 * @param failure_policy  an ocihooks_failure_policy. Default: OCIHOOKS_FAILURE_POLICY_SPEC.
 * @param errmsg          where a message goes; may be NULL.
 * @param errmsg_size     the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_failure_policy(struct ocihooks_runner *runner,
                                       int failure_policy,
                                       char *errmsg,
                                       size_t errmsg_size);

/**
 * Sets a resource limit of the hooks (setrlimit(2)); one call a resource. Default: the caller's own limits.
 *
 * @param runner       the runner; not NULL.
 * @param resource     RLIMIT_NOFILE, RLIMIT_CPU ...
 * @param soft         the soft limit; UINT64_MAX for none.
 * @param hard         the hard limit; UINT64_MAX for none. Not below soft.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT. What the kernel refuses fails each hook with
 *         OCIHOOKS_ERR_SPAWN.
 */
int ocihooks_runner_set_rlimit(struct ocihooks_runner *runner,
                               int resource,
                               uint64_t soft,
                               uint64_t hard,
                               char *errmsg,
                               size_t errmsg_size);

/**
 * Says whether hooks, and what they execute, are kept from gaining privileges (PR_SET_NO_NEW_PRIVS). Default:
 * no.
 *
 * @param runner       the runner; not NULL.
 * @param on           0: no; anything else: yes.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_no_new_privileges(struct ocihooks_runner *runner, int on, char *errmsg, size_t errmsg_size);

/**
 * Says where a stream of the hooks goes.
 *
 * @param runner       the runner; not NULL.
 * @param stream       an ocihooks_stream.
 * @param output       an ocihooks_output. Default: OCIHOOKS_OUTPUT_CAPTURE. What a process that a hook left behind
 *                     writes to a captured stream later on fails with EPIPE, or kills it by SIGPIPE: a daemon opens its
 *                     own log.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_output(struct ocihooks_runner *runner,
                               int stream,
                               int output,
                               char *errmsg,
                               size_t errmsg_size);

/**
 * Sends a stream of the hooks to a descriptor.
 *
 * @param runner       the runner; not NULL.
 * @param stream       an ocihooks_stream.
 * @param fd           the descriptor; not negative. It stays yours, and has to stay open while phases run with it.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT. One that is closed fails each hook with
 *         OCIHOOKS_ERR_SPAWN or OCIHOOKS_ERR_SYSTEM.
 */
int ocihooks_runner_set_output_fd(struct ocihooks_runner *runner, int stream, int fd, char *errmsg, size_t errmsg_size);

/**
 * Sets how much of each captured stream is kept: half of it the first part, half the last.
 *
 * @param runner       the runner; not NULL.
 * @param bytes        how much, in bytes. Default: 65536.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_capture_limit(struct ocihooks_runner *runner, size_t bytes, char *errmsg, size_t errmsg_size);

/**
 * Sets how much captured output of all hooks of a phase is kept together. When it is used up, the hooks behind run as before,
 * and all of their output is read, counted, and given to an output callback; the report keeps less of it.
 *
 * @param runner       the runner; not NULL.
 * @param bytes        how much, in bytes. Default: 16777216. A stream gets at most half of what is left. It always gets 1024
 *                     bytes, or its own limit where that is lower (ocihooks_runner_set_capture_limit()): half of them the first
 *                     part, half the last.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_phase_capture_limit(struct ocihooks_runner *runner,
                                            size_t bytes,
                                            char *errmsg,
                                            size_t errmsg_size);

/**
 * Sets the cancel descriptor: something to read means stop now (an eventfd that was written to, a byte in a pipe or a
 * socket, a container's pidfd once that has ended). The hook that runs is killed, those behind it are skipped, in every
 * phase, and the run returns OCIHOOKS_ERR_CANCELED. A callback is not interrupted. Nothing is read from the descriptor.
 *
 * A pipe or a socket that ends without a byte stops nothing: close() is no signal, since any process that is between fork
 * and exec holds a copy of the other side. Such a descriptor is not looked at again before the next hook. One that is
 * closed, or that poll reports an error of, fails the hook with OCIHOOKS_ERR_SYSTEM.
 *
 * @param runner       the runner; not NULL.
 * @param fd           the descriptor, in place of all that were set or added before; -1, the default, for none. It stays
 *                     yours, and has to stay open while phases run with it.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_cancel_fd(struct ocihooks_runner *runner,
                                  int fd,
                                  char *errmsg,
                                  size_t errmsg_size);

/**
 * Adds a cancel descriptor to those that the runner has: any of them stops a run, as ocihooks_runner_set_cancel_fd() says.
 *
 * @param runner       the runner; not NULL.
 * @param fd           the descriptor; not negative. It stays yours, and has to stay open while phases run with it.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_add_cancel_fd(struct ocihooks_runner *runner,
                                  int fd,
                                  char *errmsg,
                                  size_t errmsg_size);

/**
 * Sets the cgroup (version 2) that hooks start in. When one is stopped, the whole cgroup is killed, which also reaches
 * what left the hook's process group and what earlier hooks left running. So give hooks a separate cgroup. One that holds
 * the caller fails each hook with EBUSY, the root of all with EINVAL; a cgroup above the caller's is not noticed. Before Linux
 * 5.14, where there is no cgroup.kill, its processes are killed one by one, and not those in cgroups below it.
 *
 * A hook joins it in memory of its own: the caller's memory counts for nobody in there. Where the OOM killer of the cgroup
 * takes a hook, the message says so.
 *
 * @param runner       the runner; not NULL.
 * @param fd           a descriptor of the cgroup's directory; -1, the default, for the caller's own cgroup. It stays
 *                     yours, and has to stay open while phases run with it.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT. What the kernel refuses fails each hook with
 *         OCIHOOKS_ERR_SPAWN.
 */
int ocihooks_runner_set_cgroup_fd(struct ocihooks_runner *runner,
                                  int fd,
                                  char *errmsg,
                                  size_t errmsg_size);

/**
 * Sets the time limit of hooks that have none of their own. Default: none.
 *
 * @param runner       the runner; not NULL.
 * @param milliseconds the limit in milliseconds; 0 for none.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_default_timeout_ms(struct ocihooks_runner *runner,
                                           uint64_t milliseconds,
                                           char *errmsg,
                                           size_t errmsg_size);

/**
 * Sets the time limit of a whole phase. The hook that runs then is killed; those behind it are not started.
 * Default: none.
 *
 * @param runner       the runner; not NULL.
 * @param milliseconds the limit in milliseconds; 0 for none.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_budget_ms(struct ocihooks_runner *runner,
                                  uint64_t milliseconds,
                                  char *errmsg,
                                  size_t errmsg_size);

/**
 * Sets how long a hook has between SIGTERM and SIGKILL when its time is up or it is canceled. The time comes
 * on top of the limit. Default: none, SIGKILL at once.
 *
 * @param runner       the runner; not NULL.
 * @param milliseconds the time in milliseconds; 0 for none.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_grace_ms(struct ocihooks_runner *runner,
                                 uint64_t milliseconds,
                                 char *errmsg,
                                 size_t errmsg_size);

/**
 * Sets the process group that hooks run in, which decides who has the terminal and whom ^C and ^Z reach. Default:
 * OCIHOOKS_PROCESS_GROUP_AUTO. Hooks that enter a container lead a new session, whatever is set here.
 *
 * @param runner         the runner; not NULL.
 * @param process_group  an ocihooks_process_group.
 * @param errmsg         where a message goes; may be NULL.
 * @param errmsg_size    the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 *
 * A signal that stops a hook (SIGSTOP, SIGTSTP) holds up no run: the hook is continued, and a warning says so. A hook that
 * wants the terminal from a background group (SIGTTIN, SIGTTOU) fails with OCIHOOKS_ERR_STOPPED.
 */
int ocihooks_runner_set_process_group(struct ocihooks_runner *runner,
                                      int process_group,
                                      char *errmsg,
                                      size_t errmsg_size);

/**
 * Says whether the kernel kills a hook when its caller dies (PR_SET_PDEATHSIG with SIGKILL). Default: no; a hook outlives a
 * caller that is killed.
 *
 * @param runner       the runner; not NULL.
 * @param on           0: no; anything else: yes.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 *
 * The kernel watches the thread that called ocihooks_run(). That thread waits for the hook, so it ends early only with its
 * process, or when another thread calls execve(2). The setting concerns the hook itself and not its children, and a program
 * that is set-user-ID or has file capabilities loses it (prctl(2)).
 */
int ocihooks_runner_set_die_with_caller(struct ocihooks_runner *runner,
                                        int on,
                                        char *errmsg,
                                        size_t errmsg_size);

/**
 * Names the container, by a pidfd of its init or of any process in its namespaces. The hooks of createContainer and
 * startContainer then run in it (config.md, "POSIX-platform Hooks"); those of other phases are not concerned.
 *
 * A hook joins each namespace of that process that a child of the calling thread would not be in, but remains the
 * caller's child. It has a separate session, without a controlling terminal. In a user namespace it becomes root, without
 * supplementary groups where these can be given up. The executable of createContainer is resolved and opened in the
 * caller's namespaces, then executed in the container's; a script is opened again there, as /dev/fd/3, by its interpreter,
 * which is the container's. The executable of startContainer is resolved in the container, from its root. There the
 * working directory is that of the process, or the root if that directory lies outside of it. In createContainer it is the
 * root of the mount namespace. The runner's working directory goes before both.
 *
 * A small program in memory joins the namespaces (memfd_create(2), execveat(2)); it holds nothing of the caller's. Where it
 * can't be executed, a fork does the same, and the time grows with the caller's memory.
 *
 * @param runner       the runner; not NULL.
 * @param pidfd        the descriptor; -1, the default, for none. It stays yours, and has to stay open while phases run
 *                     with it.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT. A namespace that can't be joined fails each hook with
 *         OCIHOOKS_ERR_SPAWN, before it is executed; the message names the namespace and the errno.
 *
 * Before Linux 6.11, and for the root directory of startContainer, /proc has to be mounted in the caller's namespaces.
 */
int ocihooks_runner_set_container_pidfd(struct ocihooks_runner *runner,
                                        int pidfd,
                                        char *errmsg,
                                        size_t errmsg_size);

/**
 * As ocihooks_runner_set_container_pidfd(), by a process id. It has to be that process's while phases run with it: of a
 * child that was not reaped, or of a process that the caller otherwise keeps alive.
 *
 * @param runner       the runner; not NULL.
 * @param pid          the process id; 0, the default, for none.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return as ocihooks_runner_set_container_pidfd().
 */
int ocihooks_runner_set_container_pid(struct ocihooks_runner *runner, int pid, char *errmsg, size_t errmsg_size);

/**
 * Says which kinds of the container's namespaces hooks join, of those that differ from the caller's. Without the mount
 * namespace the caller's root stays, too.
 *
 * @param runner       the runner; not NULL.
 * @param flags        CLONE_NEWUSER, CLONE_NEWNS ..., joined by |; 0, the default, for every kind.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_container_namespaces(struct ocihooks_runner *runner,
                                             int flags,
                                             char *errmsg,
                                             size_t errmsg_size);

/**
 * Sets a function that is told before and after each hook that is run. Default: none.
 *
 * @param runner       the runner; not NULL.
 * @param observer     the function; NULL for none. Every thread that runs a phase calls it, at once.
 * @param userdata     handed to it; may be NULL.
 * @param destroy      called once with userdata, when the option is changed or the runner is freed; may be NULL.
 *                     After a failure of this call it is not called: userdata is still yours.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_observer(struct ocihooks_runner *runner,
                                 ocihooks_observer observer,
                                 void *userdata,
                                 ocihooks_destroy destroy,
                                 char *errmsg,
                                 size_t errmsg_size);

/**
 * Sets a function that gets captured output as it comes, besides the report. Default: none.
 *
 * @param runner       the runner; not NULL.
 * @param callback     the function; NULL for none. Every thread that runs a phase calls it, at once.
 * @param userdata     handed to it; may be NULL.
 * @param destroy      called once with userdata, when the option is changed or the runner is freed; may be NULL.
 *                     After a failure of this call it is not called: userdata is still yours.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
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
 * @param runner  the runner; NULL is fine.
 *
 * No other thread may use the runner any more.
 */
void ocihooks_runner_free(struct ocihooks_runner *runner);

/* ---- Run ---- */

/**
 * Runs a phase: its hooks in order, each with the container's state on its stdin (runtime.md, "Lifecycle").
 *
 * A command runs as a child with descriptors 0, 1 and 2 and no other, no signal blocked, every signal at its
 * default, and a process group of its own. It succeeds by exiting with 0; what it left running neither delays
 * the return nor is killed. Its own timeout, the runner's and the phase's budget bound the time: then the group is
 * killed. One that hangs in the kernel and does not die of SIGKILL within 2 seconds is left behind, with a warning, and
 * reaped by a later run or by ocihooks_reap_left_behind().
 * Without any limit, a run takes as long as its hooks do. The first failure ends the phase; in poststop every hook
 * runs, failures become warnings of the report, and the code is OCIHOOKS_OK. The runner can say otherwise.
 *
 * The call changes nothing of the process: no signal handler or disposition, no working directory, umask,
 * environment, thread, child or descriptor of the library's is left. All signals may be blocked in the calling
 * thread for the moment of the clone. A thread that is canceled during the call (pthread_cancel) ends after it: the
 * hooks run to their ends. To stop them, set a cancel descriptor.
 *
 * @param hooks        the map; not NULL.
 * @param phase        the phase's name; not NULL. One of the six, or one that is in the map.
 * @param state        the state, JSON (runtime.md, "State"); not NULL. Handed on byte for byte.
 * @param state_len    its length in bytes.
 * @param runner       how to run; NULL for the defaults.
 * @param report       where the report goes: yours, to be freed with ocihooks_report_free(). It is made on failure
 *                     too, once the phase has begun; NULL where it had not. May itself be NULL: not wanted.
 * @param errmsg       where a message goes, as "error running createRuntime hook #1: /usr/bin/setup-network: exited
 *                     with status 3: LAST LINE OF ITS STDERR"; hooks are counted from 0. Of a line, 512 bytes at most. Empty on
 *                     success. May be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK. No hook was run: OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, or a phase that is not UTF-8),
 *         OCIHOOKS_ERR_UNKNOWN_PHASE, OCIHOOKS_ERR_INVALID_STATE. A hook failed: OCIHOOKS_ERR_SPAWN, OCIHOOKS_ERR_EXIT,
 *         OCIHOOKS_ERR_SIGNAL, OCIHOOKS_ERR_TIMEOUT, OCIHOOKS_ERR_CALLBACK, OCIHOOKS_ERR_CANCELED, OCIHOOKS_ERR_LOST,
 *         OCIHOOKS_ERR_SYSTEM. And OCIHOOKS_ERR_INTERNAL.
 *
 * Any number of threads may run phases of one map, with one runner, at once, while nobody changes either. A
 * freshly forked child may call it. No other thread may change the environment (setenv) meanwhile.
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
 * Reaps the hooks that were left behind, since they had not died of SIGKILL in time, and are dead by now. Never waits.
 * Each run does the same when it begins: a host that makes no further run, and wants no zombie, calls this.
 *
 * The library keeps a pidfd for each such hook until it is reaped. In a child that the host forked, there are none.
 *
 * @return how many are still there; 0 where all are gone.
 *
 * Any thread may call it at any time.
 */
size_t ocihooks_reap_left_behind(void);

/* ---- Report ---- */

/**
 * Writes the report as one compact JSON object: phase, code, message (of a failure), durationNs, hooks, warnings.
 * A hook has index, kind, path, outcome, exitCode or signal or errno, message (of a failure), pid, durationNs,
 * stdout, stdoutBytes, stdoutTruncated, the same for stderr, userTimeNs and systemTimeNs. Bytes of output that are
 * not UTF-8 become U+FFFD.
 *
 * @param report    the report; NULL gives an empty string.
 * @param buf       where the text goes, NUL-ended and cut to fit, as snprintf does it; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL: it was cut if that is not less than buf_size.
 */
size_t ocihooks_report_json(const struct ocihooks_report *report, char *buf, size_t buf_size);

/**
 * Returns the code that the run returned; OCIHOOKS_ERR_INVALID_ARGUMENT for a NULL report.
 */
int ocihooks_report_code(const struct ocihooks_report *report);

/**
 * Returns how long the phase took, in nanoseconds of monotonic time.
 */
uint64_t ocihooks_report_duration_ns(const struct ocihooks_report *report);

/**
 * Writes the phase's name, as snprintf does it.
 *
 * @param report    the report; NULL gives an empty string.
 * @param buf       where the text goes; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL.
 */
size_t ocihooks_report_phase(const struct ocihooks_report *report, char *buf, size_t buf_size);

/**
 * Writes the run's error message, whole, as snprintf does it; empty where the run returned OCIHOOKS_OK.
 *
 * @param report    the report; NULL gives an empty string.
 * @param buf       where the text goes; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL.
 */
size_t ocihooks_report_message(const struct ocihooks_report *report, char *buf, size_t buf_size);

/**
 * Returns how many hooks the phase has; each has its entry, run or not.
 */
size_t ocihooks_report_count(const struct ocihooks_report *report);

/**
 * Returns how many warnings there are: failures that did not end the phase, and what is odd about the state.
 */
size_t ocihooks_report_warning_count(const struct ocihooks_report *report);

/**
 * Writes a warning, as snprintf does it.
 *
 * @param report    the report; NULL gives an empty string.
 * @param index     which warning, from 0; one that is not there gives an empty string.
 * @param buf       where the text goes; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL.
 */
size_t ocihooks_report_warning(const struct ocihooks_report *report, size_t index, char *buf, size_t buf_size);

/**
 * Returns what a hook is, an ocihooks_kind; -1 where there is no such hook. index counts from 0.
 */
int ocihooks_report_hook_kind(const struct ocihooks_report *report, size_t index);

/**
 * Returns how a hook ended, an ocihooks_outcome; -1 where there is no such hook.
 */
int ocihooks_report_hook_outcome(const struct ocihooks_report *report, size_t index);

/**
 * Returns the status that a hook exited with, or what a callback returned; -1 for any other outcome, or
 * where there is no such hook. A callback may return -1 itself: ask for the outcome first.
 */
int ocihooks_report_hook_exit_code(const struct ocihooks_report *report, size_t index);

/**
 * Returns the signal that killed a hook; with OCIHOOKS_OUTCOME_TIMED_OUT and OCIHOOKS_OUTCOME_CANCELED the one that
 * it died of then. 0 where no signal killed it, or there is no such hook.
 */
int ocihooks_report_hook_signal(const struct ocihooks_report *report, size_t index);

/**
 * Returns the errno that kept a hook from being started; 0 for any other outcome, or where there is no such
 * hook. ocihooks_report_hook_message() says what it came from.
 */
int ocihooks_report_hook_errno(const struct ocihooks_report *report, size_t index);

/**
 * Returns the process id that a hook had; 0 where it had none, or there is no such hook. The number may be
 * another process's by now.
 */
int ocihooks_report_hook_pid(const struct ocihooks_report *report, size_t index);

/**
 * Returns how long a hook took, in nanoseconds of monotonic time, from before its clone to its end.
 */
uint64_t ocihooks_report_hook_duration_ns(const struct ocihooks_report *report, size_t index);

/**
 * Returns the processor time that a hook, and the children it waited for, spent in user mode, in nanoseconds.
 */
uint64_t ocihooks_report_hook_user_time_ns(const struct ocihooks_report *report, size_t index);

/**
 * Returns the processor time that a hook, and the children it waited for, spent in the kernel, in nanoseconds.
 */
uint64_t ocihooks_report_hook_system_time_ns(const struct ocihooks_report *report, size_t index);

/**
 * Writes a hook's path, as snprintf does it; empty for a callback.
 *
 * @param report    the report; NULL gives an empty string.
 * @param index     which hook, from 0; one that is not there gives an empty string.
 * @param buf       where the text goes; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL.
 */
size_t ocihooks_report_hook_path(const struct ocihooks_report *report, size_t index, char *buf, size_t buf_size);

/**
 * Writes the cause of a hook's failure, as "exited with status 3" or "could not be executed: No such file or
 * directory (errno 2)", as snprintf does it; empty where it did not fail or was not run.
 *
 * @param report    the report; NULL gives an empty string.
 * @param index     which hook, from 0; one that is not there gives an empty string.
 * @param buf       where the text goes; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL.
 */
size_t ocihooks_report_hook_message(const struct ocihooks_report *report, size_t index, char *buf, size_t buf_size);

/**
 * Writes what was kept of a captured stream, raw, as snprintf does it: there may be NULs in it. Where something
 * was left out, a line "[... N bytes left out ...]" stands between the first part and the last.
 *
 * @param report    the report; NULL gives an empty string.
 * @param index     which hook, from 0; one that is not there gives an empty string.
 * @param stream    an ocihooks_stream; any other number gives an empty string.
 * @param buf       where the bytes go, with a NUL behind; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the number of all these bytes, without the NUL behind.
 */
size_t ocihooks_report_hook_output(const struct ocihooks_report *report,
                                   size_t index,
                                   int stream,
                                   char *buf,
                                   size_t buf_size);

/**
 * Returns how many bytes a hook wrote to a captured stream in all, kept or not.
 *
 * @param report  the report; NULL gives 0.
 * @param index   which hook, from 0; one that is not there gives 0.
 * @param stream  an ocihooks_stream; any other number gives 0.
 * @return how many.
 */
uint64_t ocihooks_report_hook_output_bytes(const struct ocihooks_report *report, size_t index, int stream);

/**
 * Returns 1 where something of a captured stream was left out, else 0.
 *
 * @param report  the report; NULL gives 0.
 * @param index   which hook, from 0; one that is not there gives 0.
 * @param stream  an ocihooks_stream; any other number gives 0.
 * @return 1 or 0.
 */
int ocihooks_report_hook_output_truncated(const struct ocihooks_report *report, size_t index, int stream);

/**
 * Frees a report.
 *
 * @param report  the report; NULL is fine.
 *
 * No other thread may use the report any more.
 */
void ocihooks_report_free(struct ocihooks_report *report);

/* ---- Hook files, filters, CDI and lint ---- */

/**
 * Makes a set without hook files.
 *
 * @param set          where the set goes: yours, to be freed with ocihooks_hooksd_free(). NULL after a failure.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK, OCIHOOKS_ERR_INVALID_ARGUMENT (set is NULL) or OCIHOOKS_ERR_INTERNAL.
 *
 * Any thread may call it.
 */
int ocihooks_hooksd_new(struct ocihooks_hooksd **set, char *errmsg, size_t errmsg_size);

/**
 * Offers a stage that the runtime-spec does not know, as podman's "precreate". Hooks of that stage become a phase of that
 * name. Offered "prestart", hooks of that stage stay there; else they go to createRuntime.
 *
 * @param set          the set; not NULL, and without files so far.
 * @param stage        the stage's name; not NULL, not empty.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, an empty name or one that is not UTF-8, or files were read
 *         before); then nothing was changed.
 *
 * No other thread may use the set meanwhile.
 */
int ocihooks_hooksd_add_stage(struct ocihooks_hooksd *set,
                              const char *stage,
                              char *errmsg,
                              size_t errmsg_size);

/**
 * Reads the hook files of a directory. A file masks one of the same name that was read before. A missing directory is empty.
 * Files that can't be used are violations, and so is a directory that can't be read; all other files are used.
 *
 * @param set          the set; not NULL.
 * @param dir          the directory; not NULL, not empty. It need not be UTF-8.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 *
 * No other thread may use the set meanwhile.
 */
int ocihooks_hooksd_add_dir(struct ocihooks_hooksd *set,
                            const char *dir,
                            char *errmsg,
                            size_t errmsg_size);

/**
 * Reads a hook file that the caller has in memory. It masks a file of the same name that was read before. One that can't be
 * used is a violation; an empty one masks, and injects nothing.
 *
 * @param set          the set; not NULL.
 * @param name         the file's name, which says its place in the order; not NULL. It ends in ".json", and has no slash.
 * @param json         the text; not NULL. It is not needed any more after the call.
 * @param json_len     its length in bytes.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT; then nothing was changed.
 *
 * No other thread may use the set meanwhile.
 */
int ocihooks_hooksd_add_file(struct ocihooks_hooksd *set,
                             const char *name,
                             const char *json,
                             size_t json_len,
                             char *errmsg,
                             size_t errmsg_size);

/**
 * Says whether ocihooks_hooksd_match() fails where a file can't be used. Default: no, the other files are used.
 *
 * @param set          the set; not NULL.
 * @param on           0: no; anything else: yes.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT (set is NULL).
 *
 * No other thread may use the set meanwhile.
 */
int ocihooks_hooksd_set_strict(struct ocihooks_hooksd *set, int on, char *errmsg, size_t errmsg_size);

/**
 * Says whether the hooks' programs are looked for on this host. What is found is a warning, and the hook stays. Programs of
 * startContainer are in the container, and not looked for. Default: no.
 *
 * @param set          the set; not NULL.
 * @param on           0: no; anything else: yes, for the files that were read and those to come.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT (set is NULL).
 *
 * No other thread may use the set meanwhile.
 */
int ocihooks_hooksd_set_check_host(struct ocihooks_hooksd *set,
                                   int on,
                                   char *errmsg,
                                   size_t errmsg_size);

/**
 * Lists the directories again, and reads the files that have changed since: by device, inode, size and times. A file that can't
 * be used any more keeps its last good version, with a warning. Files from memory stay.
 *
 * @param set          the set; not NULL.
 * @param changed      1 where anything has changed, else 0; may be NULL.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT (set is NULL).
 *
 * No other thread may use the set meanwhile.
 */
int ocihooks_hooksd_refresh(struct ocihooks_hooksd *set,
                            int *changed,
                            char *errmsg,
                            size_t errmsg_size);

/**
 * Returns how many files can inject a hook; 0 for NULL. Masked files and files that can't be used are not among them.
 *
 * Any thread may call it, while none changes the set.
 */
size_t ocihooks_hooksd_count(const struct ocihooks_hooksd *set);

/**
 * Writes the name of a file, as snprintf does it. The files are those of ocihooks_hooksd_count(), in the order of injection.
 *
 * @param set       the set; NULL gives an empty string.
 * @param index     which file, from 0; one that is not there gives an empty string.
 * @param buf       where the text goes; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL. What is not UTF-8 becomes U+FFFD.
 *
 * Any thread may call it, while none changes the set.
 */
size_t ocihooks_hooksd_name(const struct ocihooks_hooksd *set,
                            size_t index,
                            char *buf,
                            size_t buf_size);

/**
 * Writes the path of a file, as snprintf does it: the directory as it was given, and the name. Of a file from memory it is
 * the name.
 *
 * @param set       the set; NULL gives an empty string.
 * @param index     which file, from 0; one that is not there gives an empty string.
 * @param buf       where the text goes; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL. What is not UTF-8 becomes U+FFFD.
 *
 * Any thread may call it, while none changes the set.
 */
size_t ocihooks_hooksd_file(const struct ocihooks_hooksd *set,
                            size_t index,
                            char *buf,
                            size_t buf_size);

/**
 * Returns how many violations of a severity the directories and files have.
 *
 * @param set       the set; NULL has none.
 * @param severity  an ocihooks_severity; any other number has none.
 *
 * Any thread may call it, while none changes the set.
 */
size_t ocihooks_hooksd_violation_count(const struct ocihooks_hooksd *set, int severity);

/**
 * Writes a violation as one line, as snprintf does it: "FILE:LINE:COLUMN: error: POINTER MESSAGE: VALUE; HINT [RULE]". Parts
 * that a violation lacks are left out.
 *
 * @param set       the set; NULL gives an empty string.
 * @param severity  an ocihooks_severity; any other number gives an empty string.
 * @param index     which violation of that severity, from 0; one that is not there gives an empty string.
 * @param buf       where the text goes; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL.
 *
 * Any thread may call it, while none changes the set.
 */
size_t ocihooks_hooksd_violation(const struct ocihooks_hooksd *set,
                                 int severity,
                                 size_t index,
                                 char *buf,
                                 size_t buf_size);

/**
 * Writes all violations as one compact JSON list, as snprintf does it. Each has severity ("error", "warning" or "note"), rule (a
 * stable name in kebab case), file, pointer (RFC 6901), line and column (null where there is none), value, message and hint.
 *
 * @param set       the set; NULL gives an empty string.
 * @param buf       where the text goes; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL.
 *
 * Any thread may call it, while none changes the set.
 */
size_t ocihooks_hooksd_violations_json(const struct ocihooks_hooksd *set,
                                       char *buf,
                                       size_t buf_size);

/**
 * Makes a map of the hooks that the files add to a container, in the order of injection. The config's own hooks are not among
 * them: ocihooks_merge() appends these to those. Hooks of offered stages are phases of the map.
 *
 * @param set              the set; not NULL.
 * @param config           the container's config.json, of which process.args[0] and annotations are looked at; not NULL.
 * @param config_len       its length in bytes.
 * @param annotations      keys and values in turn, NULL-ended, in place of the config's annotations; NULL for those.
 * @param has_bind_mounts  whether the user asked for bind mounts: 0: no; anything else: yes.
 * @param hooks            where the map goes: yours, to be freed with ocihooks_free(). NULL after a failure.
 * @param errmsg           where a message goes; may be NULL.
 * @param errmsg_size      the size of errmsg in bytes.
 * @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, annotations that are not UTF-8, or a key without a value);
 *         OCIHOOKS_ERR_INVALID_JSON or OCIHOOKS_ERR_INVALID_CONFIG (the config); OCIHOOKS_ERR_INVALID_FILES (strict, and a
 *         file can't be used: the message names the first 100 violations); OCIHOOKS_ERR_INTERNAL.
 *
 * Any thread may call it, while none changes the set.
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
 * Writes what becomes of every file for a container, as one compact JSON object: {"files": [...], "violations": [...]}. A
 * file has name, file, and result: "injected", "not-matched", "no-stage", "masked", "mask" or "unusable". With it come
 * maskedBy, conditions (each with whether it was met, its patterns and the value that it saw) and injected (phase and index).
 *
 * @param set              the set; not NULL.
 * @param config           the container's config.json; not NULL.
 * @param config_len       its length in bytes.
 * @param annotations      as for ocihooks_hooksd_match().
 * @param has_bind_mounts  as for ocihooks_hooksd_match().
 * @param buf              where the text goes, NUL-ended and cut to fit; may be NULL. Empty after a failure.
 * @param buf_size         the size of buf in bytes.
 * @param length           the length of the whole text in bytes, without the NUL: it was cut if that is not less than
 *                         buf_size. 0 after a failure. May be NULL.
 * @param errmsg           where a message goes; may be NULL.
 * @param errmsg_size      the size of errmsg in bytes.
 * @return as ocihooks_hooksd_match(), but for OCIHOOKS_ERR_INVALID_FILES: violations are in the text.
 *
 * Any thread may call it, while none changes the set.
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
 * Runs a phase as filters of a config, as podman does with its stage "precreate". Each hook gets the config on its stdin,
 * compact, and writes the new one to its stdout; that is the next hook's stdin. The last one is in the report:
 * ocihooks_report_config().
 *
 * A hook without "env" has an empty environment, unless the runner names another. Engines set the runner's working directory to
 * the bundle. A filter has to write one JSON object with a member. Unknown properties and the text of numbers stay. The first
 * failure ends the phase, and there is no new config. Callbacks get the config as their state, and leave it as it is.
 *
 * @param hooks        the map; not NULL.
 * @param phase        the phase's name; not NULL. One that is not in the map leaves the config as it is.
 * @param config       the config, a JSON object; not NULL.
 * @param config_len   its length in bytes.
 * @param runner       how to run; NULL for the defaults.
 * @param report       where the report goes: yours, to be freed with ocihooks_report_free(). It is made on failure too, once
 *                     the phase has begun; NULL where it had not. May itself be NULL: not wanted.
 * @param errmsg       where a message goes, as ocihooks_run() writes it; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK. No hook was run: OCIHOOKS_ERR_INVALID_ARGUMENT, OCIHOOKS_ERR_INVALID_JSON or
 *         OCIHOOKS_ERR_INVALID_CONFIG (the config is no JSON object). A hook failed: OCIHOOKS_ERR_INVALID_OUTPUT (it exited with
 *         0, and wrote no config), or as ocihooks_run(). And OCIHOOKS_ERR_INTERNAL.
 *
 * Any number of threads may run filters of one map, with one runner, at once, while nobody changes either.
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
 * Writes the config that ocihooks_filter() made, compact JSON, as snprintf does it; empty for a run, and after a failure.
 *
 * @param report    the report; NULL gives an empty string.
 * @param buf       where the text goes; may be NULL.
 * @param buf_size  the size of buf in bytes.
 * @return the length of the whole text in bytes, without the NUL.
 */
size_t ocihooks_report_config(const struct ocihooks_report *report,
                              char *buf,
                              size_t buf_size);

/**
 * Sets the largest config that a filter may write. A larger one fails the hook with OCIHOOKS_ERR_INVALID_OUTPUT.
 *
 * @param runner       the runner; not NULL.
 * @param bytes        how much, in bytes. Default: 16777216.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_filter_limit(struct ocihooks_runner *runner, size_t bytes, char *errmsg, size_t errmsg_size);

/**
 * Says whether a filter that writes nothing leaves the config as it is. Default: no, it fails with
 * OCIHOOKS_ERR_INVALID_OUTPUT.
 *
 * @param runner       the runner; not NULL.
 * @param on           0: no; anything else: yes.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
 */
int ocihooks_runner_set_filter_may_write_nothing(struct ocihooks_runner *runner,
                                                 int on,
                                                 char *errmsg,
                                                 size_t errmsg_size);

/**
 * Writes a config.json with these hooks in the place of its own. All else stays byte for byte.
 *
 * @param config       the config, a JSON object; not NULL.
 * @param config_len   its length in bytes.
 * @param hooks        the hooks; not NULL. Callbacks are left out.
 * @param buf          where the text goes, NUL-ended and cut to fit; may be NULL. Empty after a failure.
 * @param buf_size     the size of buf in bytes.
 * @param length       the length of the whole text in bytes, without the NUL: it was cut if that is not less than buf_size.
 *                     0 after a failure. May be NULL.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT; OCIHOOKS_ERR_INVALID_JSON; OCIHOOKS_ERR_INVALID_CONFIG (no object, or
 *         a key that is there twice); OCIHOOKS_ERR_INTERNAL.
 *
 * Any thread may call it, while none changes the hooks.
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
 * Appends the hooks of a CDI containerEdits object to a map, each to the phase of its hookName; prestart stays prestart. What
 * else the object has is ignored. CDI files are YAML: the caller reads them, and hands over the object as JSON.
 *
 * @param hooks        the map; not NULL.
 * @param edits        the object, UTF-8; not NULL. It is not needed any more after the call.
 * @param edits_len    its length in bytes.
 * @param errmsg       where a message goes; may be NULL.
 * @param errmsg_size  the size of errmsg in bytes.
 * @return OCIHOOKS_OK, or OCIHOOKS_ERR_INVALID_ARGUMENT, OCIHOOKS_ERR_INVALID_JSON, OCIHOOKS_ERR_INVALID_HOOKS (the message
 *         names the first 100 violations) or OCIHOOKS_ERR_INTERNAL; then nothing was added.
 *
 * No other thread may use the map meanwhile.
 */
int ocihooks_add_cdi_edits(struct ocihooks *hooks,
                           const char *edits,
                           size_t edits_len,
                           char *errmsg,
                           size_t errmsg_size);

/**
 * Writes what is to be said of a document, as a compact JSON list like that of ocihooks_hooksd_violations_json(): errors are
 * what the library refuses, warnings do something else than their author may think, notes are worth knowing. "[]" is a document
 * without findings. A text that is not JSON is an error in the list.
 *
 * @param kind           an ocihooks_document: what the document is meant to be.
 * @param name           the file's name, for the findings; NULL for none.
 * @param document       the text; not NULL.
 * @param document_len   its length in bytes.
 * @param stages         the stages that the caller offers to hook files, NULL-ended; NULL for none.
 * @param check_host     whether the hooks' programs are looked for on this host, but for those of startContainer. 0: no;
 *                       anything else: yes.
 * @param buf            where the text goes, NUL-ended and cut to fit; may be NULL. Empty after a failure.
 * @param buf_size       the size of buf in bytes.
 * @param length         the length of the whole text in bytes, without the NUL: it was cut if that is not less than buf_size.
 *                       0 after a failure. May be NULL.
 * @param errmsg         where a message goes; may be NULL.
 * @param errmsg_size    the size of errmsg in bytes.
 * @return OCIHOOKS_OK, whatever the findings are; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, a kind that is none, or text that is
 *         not UTF-8); OCIHOOKS_ERR_INTERNAL.
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
 * @param set  the set; NULL is fine.
 *
 * No other thread may use the set any more.
 */
void ocihooks_hooksd_free(struct ocihooks_hooksd *set);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* OCIHOOKS_H */
