/* Setters explain a refusal: the message names the value and the rule, in a buffer of any size. */
#include "test.h"

#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>

enum { INVALID = OCIHOOKS_ERR_INVALID_ARGUMENT };

static void observe(int event, const char *phase, size_t index, const char *path, int outcome, const char *message,
                    uint64_t duration_ns, void *userdata)
{
  (void)event, (void)phase, (void)index, (void)path, (void)outcome, (void)message, (void)duration_ns, (void)userdata;
}

static void see(size_t index, int stream, const char *data, size_t size, void *userdata)
{
  (void)index, (void)stream, (void)data, (void)size, (void)userdata;
}

static const char *const LIST[] = {"A=1", NULL}, *const BAD_LIST[] = {"A=\xff", NULL};

/* A name, the message without "invalid argument: ", and the call. */
#define REFUSALS(X)                                                                                                  \
  X(cwd_empty, "path is \"\": a directory has a name", set_cwd, "")                                                  \
  X(cwd_bytes, "path is not UTF-8", set_cwd, "/\xff")                                                                \
  X(environment_below, "environment is -1: an ocihooks_environment is 0, 1 or 2", set_environment, -1, NULL)         \
  X(environment_above, "environment is 3: an ocihooks_environment is 0, 1 or 2", set_environment, 3, LIST)           \
  X(environment_list, "environment is 0: a list goes with OCIHOOKS_ENVIRONMENT_LIST only", set_environment, 0, LIST) \
  X(environment_bytes, "list is not UTF-8", set_environment, 2, BAD_LIST)                                            \
  X(variable_empty, "name is \"\": a variable's name is not empty and has no '='", set_phase_variable, "")           \
  X(variable_equals, "name is \"A=B\": a variable's name is not empty and has no '='", set_phase_variable, "A=B")    \
  X(variable_escape, "name is \"\\u001b=\": a variable's name is not empty and has no '='", set_phase_variable,      \
    "\033=")                                                                                                         \
  X(variable_bytes, "name is not UTF-8", set_phase_variable, "\xff")                                                 \
  X(policy_below, "failure_policy is -1: an ocihooks_failure_policy is 0, 1, 2 or 3", set_failure_policy, -1)        \
  X(policy_above, "failure_policy is 4: an ocihooks_failure_policy is 0, 1, 2 or 3", set_failure_policy, 4)          \
  X(resource, "resource is -1: an RLIMIT_ number is not negative", set_rlimit, -1, 1, 1)                             \
  X(soft, "soft is 8, hard is 7: a soft limit is not above the hard one", set_rlimit, RLIMIT_CPU, 8, 7)              \
  X(stream_below, "stream is 0: an ocihooks_stream is 1 or 2", set_output, 0, 0)                                     \
  X(stream_above, "stream is 3: an ocihooks_stream is 1 or 2", set_output_fd, 3, 1)                                  \
  X(output_below, "output is -1: an ocihooks_output is 0, 1, 2 or 3", set_output, OCIHOOKS_STDOUT, -1)               \
  X(output_above, "output is 4: an ocihooks_output is 0, 1, 2 or 3", set_output, OCIHOOKS_STDERR, 4)                 \
  X(output_fd, "fd is -1: a descriptor is not negative", set_output_fd, OCIHOOKS_STDERR, -1)                         \
  X(output_tee, "fd is -1: a descriptor is not negative", set_output_tee, OCIHOOKS_STDERR, -1)                       \
  X(tee_stream, "stream is 0: an ocihooks_stream is 1 or 2", set_output_tee, 0, 1)                                   \
  X(cancel_added, "fd is -1: a descriptor is not negative", add_cancel_fd, -1)                                       \
  X(cancel, "fd is -2: it has to be a descriptor, or -1 for none", set_cancel_fd, -2)                                \
  X(cgroup, "fd is -2147483648: it has to be a descriptor, or -1 for none", set_cgroup_fd, INT_MIN)                  \
  X(pidfd, "pidfd is -2: it has to be a descriptor, or -1 for none", set_container_pidfd, -2)                        \
  X(pid, "pid is -1: it has to be a process id, or 0 for none", set_container_pid, -1)                               \
  X(namespaces, "flags is 0x20100: only namespaces' CLONE_NEW flags are known", set_container_namespaces,            \
    CLONE_NEWNS | CLONE_VM)

/* Every setter, with a value that it accepts. */
#define SETTINGS(X)                                                                   \
  X(takes_cwd, "", set_cwd, "/")                                                      \
  X(takes_cwd_may_fail, "", set_cwd_may_fail, 1)                                      \
  X(takes_environment, "", set_environment, OCIHOOKS_ENVIRONMENT_LIST, LIST)          \
  X(takes_phase_variable, "", set_phase_variable, "PHASE")                            \
  X(takes_failure_policy, "", set_failure_policy, OCIHOOKS_FAILURE_POLICY_KEEP_GOING) \
  X(takes_rlimit, "", set_rlimit, RLIMIT_CPU, 1000, UINT64_MAX)                       \
  X(takes_no_new_privileges, "", set_no_new_privileges, 1)                            \
  X(takes_old_calls, "", set_old_calls, 0)                                            \
  X(takes_output, "", set_output, OCIHOOKS_STDOUT, OCIHOOKS_OUTPUT_DISCARD)           \
  X(takes_output_fd, "", set_output_fd, OCIHOOKS_STDERR, 2)                           \
  X(takes_output_tee, "", set_output_tee, OCIHOOKS_STDERR, 2)                         \
  X(takes_capture_limit, "", set_capture_limit, SIZE_MAX)                             \
  X(takes_phase_capture_limit, "", set_phase_capture_limit, 0)                        \
  X(takes_cancel_fd, "", set_cancel_fd, -1)                                           \
  X(takes_another_cancel_fd, "", add_cancel_fd, 0)                                    \
  X(takes_cgroup_fd, "", set_cgroup_fd, -1)                                           \
  X(takes_default_timeout, "", set_default_timeout_ms, UINT64_MAX)                    \
  X(takes_budget, "", set_budget_ms, 0)                                               \
  X(takes_grace, "", set_grace_ms, 1)                                                 \
  X(takes_container_pidfd, "", set_container_pidfd, -1)                               \
  X(takes_container_pid, "", set_container_pid, 0)                                    \
  X(takes_container_namespaces, "", set_container_namespaces, CLONE_NEWNS)            \
  X(takes_observer, "", set_observer, observe, NULL, NULL)                            \
  X(takes_output_callback, "", set_output_callback, see, NULL, NULL)

#define DEFINE(name, says, setter, ...)                                        \
  static int name(ocihooks_runner *runner, char *errmsg, size_t errmsg_size)   \
  {                                                                            \
    return ocihooks_runner_##setter(runner, __VA_ARGS__, errmsg, errmsg_size); \
  }
#define LISTED(name, says, setter, ...) {#name, name, says},

REFUSALS(DEFINE)
SETTINGS(DEFINE)

struct call {
  const char *name;
  int (*call)(ocihooks_runner *runner, char *errmsg, size_t errmsg_size);
  const char *says;
};

static const struct call refusals[] = {REFUSALS(LISTED)}, settings[] = {SETTINGS(LISTED)};
enum { REFUSED = sizeof refusals / sizeof *refusals, TAKEN = sizeof settings / sizeof *settings };

static ocihooks_runner *new_runner(void)
{
  ocihooks_runner *runner = NULL;
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  return runner;
}

static void check_refused(const struct call *of, ocihooks_runner *runner, const char *says)
{
  char expected[256], errmsg[256] = "before";
  snprintf(expected, sizeof expected, "invalid argument: %s", says);
  int failures = test_failures_of_case;
  CHECK_INT(of->call(runner, errmsg, sizeof errmsg), INVALID);
  CHECK_TEXT(errmsg, expected);
  if (test_failures_of_case != failures)
    printf("  that was %s\n", of->name);
}

static void a_refusal_names_the_value_and_the_rule(void)
{
  ocihooks_runner *runner = new_runner();
  for (size_t i = 0; i < REFUSED; i++)
    check_refused(&refusals[i], runner, refusals[i].says);
  CHECK_INT(test_shell("pwd; exit 0", 0, runner, NULL), OCIHOOKS_OK); /* the refused calls changed nothing */
  ocihooks_runner_free(runner);
}

static void every_setter_names_a_missing_runner(void)
{
  for (size_t i = 0; i < TAKEN; i++)
    check_refused(&settings[i], NULL, "runner is NULL");
  for (size_t i = 0; i < REFUSED; i++)
    check_refused(&refusals[i], NULL, "runner is NULL");
}

static void every_setter_leaves_an_empty_message_on_success(void)
{
  ocihooks_runner *runner = new_runner();
  for (size_t i = 0; i < TAKEN; i++) {
    char errmsg[8] = "before";
    CHECK_INT(settings[i].call(runner, errmsg, sizeof errmsg), OCIHOOKS_OK);
    CHECK_TEXT(errmsg, "");
  }
  ocihooks_runner_free(runner);
}

static void no_setter_needs_a_buffer(void)
{
  ocihooks_runner *runner = new_runner();
  for (size_t i = 0; i < TAKEN; i++)
    CHECK_INT(settings[i].call(runner, NULL, 0), OCIHOOKS_OK);
  for (size_t i = 0; i < REFUSED; i++) {
    char errmsg[2] = "x";
    CHECK_INT(refusals[i].call(runner, NULL, 0), INVALID);
    CHECK_INT(refusals[i].call(runner, NULL, 10), INVALID);
    CHECK_INT(refusals[i].call(runner, errmsg, 0), INVALID);
    CHECK_TEXT(errmsg, "x");
  }
  ocihooks_runner_free(runner);
}

static void a_buffer_of_one_byte_holds_the_nul(void)
{
  ocihooks_runner *runner = new_runner();
  for (size_t i = 0; i < REFUSED; i++) {
    char errmsg[3] = "xy";
    CHECK_INT(refusals[i].call(runner, errmsg, 1), INVALID);
    CHECK_INT(errmsg[0], '\0');
    CHECK_INT(errmsg[1], 'y');
  }
  ocihooks_runner_free(runner);
}

int main(void)
{
  RUN(a_refusal_names_the_value_and_the_rule);
  RUN(every_setter_names_a_missing_runner);
  RUN(every_setter_leaves_an_empty_message_on_success);
  RUN(no_setter_needs_a_buffer);
  RUN(a_buffer_of_one_byte_holds_the_nul);
  return test_end();
}
