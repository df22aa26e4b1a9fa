/*
 * Shared by all C tests: checks that report their place, the state of a container, and short ways to run a phase. A
 * test program lists its cases in main() with RUN(case) and ends with `return test_end();`. It prints a line per case,
 * and "N passed, N failed".
 */
#ifndef OCIHOOKS_TEST_H
#define OCIHOOKS_TEST_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <ocihooks.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A state that suits the phases at create and startContainer. */
#define STATE "{\"ociVersion\":\"1.2.0\",\"id\":\"c1\",\"status\":\"created\",\"pid\":4242,\"bundle\":\"/b\"}"

static int test_failures_of_case;
static int test_passed;
static int test_failed;

/* This number of seconds, times the slowness of the machine that the environment declares, as for an emulator. */
static inline int test_seconds(int seconds)
{
  const char *slowness = getenv("OCIHOOKS_TEST_SLOWNESS");
  return slowness != NULL && atoi(slowness) > 0 ? seconds * atoi(slowness) : seconds;
}

/* A hang ends the program by SIGALRM after that time. */
#define TEST_SECONDS ((unsigned)test_seconds(60))

/* Counts a failure and continues, so that one run shows all failures. */
#define CHECK(condition)                                               \
  do {                                                                 \
    if (!(condition)) {                                                \
      test_failures_of_case++;                                         \
      printf("  %s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
    }                                                                  \
  } while (0)

#define CHECK_INT(actual, expected)                                                               \
  do {                                                                                            \
    long long actual_ = (long long)(actual), expected_ = (long long)(expected);                   \
    if (actual_ != expected_) {                                                                   \
      test_failures_of_case++;                                                                    \
      printf("  %s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #actual, actual_, expected_); \
    }                                                                                             \
  } while (0)

#define CHECK_TEXT(actual, expected)                                                                            \
  do {                                                                                                          \
    const char *actual_ = (actual), *expected_ = (expected);                                                    \
    if (strcmp(actual_, expected_) != 0) {                                                                      \
      test_failures_of_case++;                                                                                  \
      printf("  %s:%d: %s is\n    \"%s\", not\n    \"%s\"\n", __FILE__, __LINE__, #actual, actual_, expected_); \
    }                                                                                                           \
  } while (0)

#define CHECK_HAS(actual, part)                                                                                 \
  do {                                                                                                          \
    const char *actual_ = (actual), *part_ = (part);                                                            \
    if (strstr(actual_, part_) == NULL) {                                                                       \
      test_failures_of_case++;                                                                                  \
      printf("  %s:%d: %s is\n    \"%s\", without\n    \"%s\"\n", __FILE__, __LINE__, #actual, actual_, part_); \
    }                                                                                                           \
  } while (0)

/* Whether this run leaves out a case that its tool can't run. verify/sanitize/left_out.py has the reasons. */
static inline int test_left_out(const char *name)
{
  const char *list = getenv("OCIHOOKS_TEST_LEAVE_OUT");
  const size_t length = strlen(name);
  for (const char *at = list; at != NULL && (at = strstr(at, name)) != NULL; at += length)
    if ((at == list || at[-1] == ',') && (at[length] == ',' || at[length] == '\0'))
      return 1;
  return 0;
}

#define RUN(name)                                                           \
  do {                                                                      \
    if (test_left_out(#name)) {                                             \
      printf("left out: %s\n", #name);                                      \
      break;                                                                \
    }                                                                       \
    test_failures_of_case = 0;                                              \
    name();                                                                 \
    printf("%s %s\n", test_failures_of_case == 0 ? "ok  " : "FAIL", #name); \
    fflush(stdout);                                                         \
    if (test_failures_of_case == 0)                                         \
      test_passed++;                                                        \
    else                                                                    \
      test_failed++;                                                        \
  } while (0)

/* Prints SKIPPED for a case that this machine can't run, and counts it as passed. */
#define SKIP(reason)                   \
  do {                                 \
    printf("  SKIPPED: %s\n", reason); \
    return;                            \
  } while (0)

static inline int test_end(void)
{
  printf("%d passed, %d failed\n", test_passed, test_failed);
  return test_failed == 0 ? 0 : 1;
}

/* The message of the last call below. */
static char test_message[8192];

/* Reads a `hooks` object. Ends the program on failure, because the test needs it. */
static inline ocihooks *test_parse(const char *json)
{
  ocihooks *hooks = NULL;
  if (ocihooks_parse(json, strlen(json), &hooks, test_message, sizeof test_message) != OCIHOOKS_OK) {
    printf("FAIL: %s\n", test_message);
    exit(1);
  }
  return hooks;
}

/* Runs a phase of hooks given as JSON. */
static inline int test_run(const char *json, const char *phase, const ocihooks_runner *runner, ocihooks_report **report)
{
  ocihooks *hooks = test_parse(json);
  int code = ocihooks_run(hooks, phase, STATE, strlen(STATE), runner, report, test_message, sizeof test_message);
  ocihooks_free(hooks);
  return code;
}

/* Appends `/bin/sh -c script` to a phase. */
static inline void test_add_shell(ocihooks *hooks, const char *phase, const char *script, int timeout)
{
  const char *args[] = {"sh", "-c", NULL, NULL};
  args[2] = script;
  if (ocihooks_add_command(hooks, phase, "/bin/sh", args, NULL, timeout, test_message, sizeof test_message) != 0) {
    printf("FAIL: %s\n", test_message);
    exit(1);
  }
}

/* Runs one `/bin/sh -c script` in createRuntime. Timeout 0 means none. */
static inline int test_shell(const char *script, int timeout, const ocihooks_runner *runner, ocihooks_report **report)
{
  ocihooks *hooks = test_parse("{}");
  test_add_shell(hooks, "createRuntime", script, timeout);
  int code =
    ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), runner, report, test_message, sizeof test_message);
  ocihooks_free(hooks);
  return code;
}

/* A hook's captured output. The caller frees it. */
static inline char *test_output(const ocihooks_report *report, size_t index, int stream)
{
  size_t size = ocihooks_report_hook_output(report, index, stream, NULL, 0) + 1;
  char *text = malloc(size);
  ocihooks_report_hook_output(report, index, stream, text, size);
  return text;
}

#endif
