/*
 * For tests that change state irrevocably (limits, user id, filters, descriptors): a case's body in a forked child.
 * Also checks of state that every run must leave unchanged: descriptors and children.
 */
#ifndef OCIHOOKS_TEST_FORK_H
#define OCIHOOKS_TEST_FORK_H

#include "descriptors.h"
#include "test.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* A user that is not root. */
#define NOBODY 65534

/* Runs a body in a forked child, which does not inherit the alarm. Its failed checks count here. */
static inline void in_child(void (*body)(void))
{
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    alarm(TEST_SECONDS);
    test_failures_of_case = 0;
    body();
    fflush(stdout);
    _exit(test_failures_of_case > 100 ? 100 : test_failures_of_case);
  }
  int status = 0;
  CHECK_INT(waitpid(pid, &status, 0), pid);
  CHECK_INT(WIFSIGNALED(status) ? WTERMSIG(status) : 0, 0);
  if (WIFEXITED(status))
    test_failures_of_case += WEXITSTATUS(status);
}

/* Drops root irrevocably. Returns 0 without root. */
static inline int become_nobody(void)
{
  return geteuid() == 0 && setgroups(0, NULL) == 0 && setgid(NOBODY) == 0 && setuid(NOBODY) == 0;
}

/* Whether this process has neither a zombie nor a living child. */
static inline int no_children(void)
{
  return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD;
}

/* Frees a test's handles. Each may be NULL. */
static inline void free_all(ocihooks *hooks, ocihooks_runner *runner, ocihooks_report *report)
{
  ocihooks_free(hooks);
  ocihooks_runner_free(runner);
  ocihooks_report_free(report);
}

static inline ocihooks_runner *new_runner(void)
{
  ocihooks_runner *runner = NULL;
  if (ocihooks_runner_new(&runner, test_message, sizeof test_message) != OCIHOOKS_OK) {
    printf("FAIL: %s\n", test_message);
    exit(1);
  }
  return runner;
}

/* A valid state of `size` bytes (at least 130). The caller frees it. */
static inline char *state_of(size_t size)
{
  static const char HEAD[] =
    "{\"ociVersion\":\"1.2.0\",\"id\":\"c1\",\"status\":\"created\",\"pid\":1,\"bundle\":\"/b\","
    "\"annotations\":{\"a\":\"";
  char *state = malloc(size + 1);
  memset(state, 'x', size);
  memcpy(state, HEAD, sizeof HEAD - 1);
  memcpy(state + size - 3, "\"}}", 4);
  return state;
}

/* Runs hooks given as JSON, in createRuntime, with a state of the given size. */
static inline int run_with_state_of(size_t size, const char *json, const ocihooks_runner *runner,
                                    ocihooks_report **report)
{
  ocihooks *hooks = test_parse(json);
  char *state = state_of(size);
  int code = ocihooks_run(hooks, "createRuntime", state, size, runner, report, test_message, sizeof test_message);
  free(state);
  ocihooks_free(hooks);
  return code;
}

/* A hook that counts the bytes on its stdin, and one that ignores its stdin. */
#define COUNTING_HOOK "{\"createRuntime\":[{\"path\":\"/usr/bin/wc\",\"args\":[\"wc\",\"-c\"],\"timeout\":20}]}"
#define DEAF_HOOK "{\"createRuntime\":[{\"path\":\"/bin/true\",\"timeout\":20}]}"

/* field notes 1 and 2: a state arrives complete, and a hook that ignores it succeeds. */
static inline void check_state_arrives(size_t size, const ocihooks_runner *runner)
{
  ocihooks_report *report = NULL;
  CHECK_INT(run_with_state_of(size, COUNTING_HOOK, runner, &report), OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  char *count = test_output(report, 0, OCIHOOKS_STDOUT);
  CHECK_INT(atol(count), size);
  free(count);
  ocihooks_report_free(report);
  CHECK_INT(run_with_state_of(size, DEAF_HOOK, runner, NULL), OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
}

/* Compares a hook's output on a stream, and frees the copy. */
#define CHECK_OUTPUT(report, index, stream, expected)   \
  do {                                                  \
    char *output_ = test_output(report, index, stream); \
    CHECK_TEXT(output_, expected);                      \
    free(output_);                                      \
  } while (0)

#endif
