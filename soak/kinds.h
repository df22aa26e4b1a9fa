/*
 * The kinds of hooks of the soak test, and what each must give: one table. One run of one kind, compared with its row.
 */
#ifndef OCIHOOKS_SOAK_KINDS_H
#define OCIHOOKS_SOAK_KINDS_H

#define _GNU_SOURCE
#include <ocihooks.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATE_HEAD "{\"ociVersion\":\"1.2.0\",\"id\":\"c1\",\"status\":\"running\",\"pid\":1,\"bundle\":\"/b\",\"annotations\":{\"a\":\""
#define STATE_TAIL "\"}}"
#define LARGE_STATE 300000
#define DAEMON_STATUS 42

/* Not compared. */
#define ANY (-2)

struct kind {
  const char *name;
  int weight;       /* of all weights together */
  const char *role; /* the hook's arguments; NULL: it is no command of ours */
  const char *number;
  int discard, large, cancels, timeout_ms, budget_ms, grace_ms;
  int leaves;       /* a child: ended by itself, or killed */
  ocihooks_callback callback;
  int code, outcome, exit_code, signal, error;
  const char *output; /* on stdout; NULL: not compared */
  unsigned long long bytes;
};

enum { NOTHING, DAEMON, KILLED };

static int callback_ok(const char *phase, const char *state, size_t size, char *text, size_t text_size, void *userdata)
{
  (void)phase, (void)text, (void)text_size, (void)userdata;
  return strlen(state) == size ? 0 : 1;
}

static int callback_fails(const char *phase, const char *state, size_t size, char *text, size_t text_size, void *userdata)
{
  (void)phase, (void)state, (void)size, (void)userdata;
  snprintf(text, text_size, "no");
  return 3;
}

#define ROW(label, times) .name = label, .weight = times
#define HOOK(what, value) .role = what, .number = value
#define GIVES(c, o, e, s, n) .code = OCIHOOKS_##c, .outcome = OCIHOOKS_OUTCOME_##o, .exit_code = e, .signal = s, .error = n

static const struct kind kinds[] = {
  {ROW("exits with 0", 20), HOOK("exit", "0"), GIVES(OK, EXITED, 0, 0, 0), .output = ""},
  {ROW("exits with 7", 8), HOOK("exit", "7"), GIVES(ERR_EXIT, EXITED, 7, 0, 0), .output = ""},
  {ROW("exits with 127, discarded", 6), HOOK("exit", "127"), .discard = 1, GIVES(ERR_EXIT, EXITED, 127, 0, 0), .output = ""},
  {ROW("dies of SIGTERM", 6), HOOK("signal", "15"), GIVES(ERR_SIGNAL, SIGNALED, -1, 15, 0), .output = ""},
  {ROW("dies of SIGKILL, discarded", 4), HOOK("signal", "9"), .discard = 1, GIVES(ERR_SIGNAL, SIGNALED, -1, 9, 0), .output = ""},
  {ROW("times out", 2), HOOK("wait", "0"), .timeout_ms = 3, GIVES(ERR_TIMEOUT, TIMED_OUT, -1, SIGKILL, 0), .output = ""},
  /* Where the budget is used up before the hook begins there is no signal. */
  {ROW("runs out of budget", 2), HOOK("wait", "0"), .budget_ms = 3, GIVES(ERR_TIMEOUT, TIMED_OUT, -1, ANY, 0), .output = ""},
  {ROW("times out, with grace", 2), HOOK("wait", "0"), .timeout_ms = 3, .grace_ms = 20000,
   GIVES(ERR_TIMEOUT, TIMED_OUT, -1, SIGTERM, 0), .output = ""},
  {ROW("is canceled", 7), HOOK("wait", "1"), .cancels = 1, GIVES(ERR_CANCELED, CANCELED, -1, SIGKILL, 0)},
  {ROW("is canceled with its child", 1), HOOK("tree", "0"), .cancels = 1, .leaves = KILLED,
   GIVES(ERR_CANCELED, CANCELED, -1, SIGKILL, 0)},
  {ROW("is not there", 10), GIVES(ERR_SPAWN, SPAWN_FAILED, -1, 0, ENOENT), .output = ""},
  {ROW("is a callback", 8), .callback = callback_ok, GIVES(OK, CALLBACK, 0, 0, 0), .output = ""},
  {ROW("is a callback that fails", 6), .callback = callback_fails, GIVES(ERR_CALLBACK, CALLBACK, 3, 0, 0), .output = ""},
  {ROW("reads a large state", 5), HOOK("count", "0"), .large = 1, GIVES(OK, EXITED, 0, 0, 0), .output = "300000", .bytes = 6},
  {ROW("does not read a large state", 3), HOOK("signal", "1"), .large = 1, GIVES(ERR_SIGNAL, SIGNALED, -1, 1, 0), .output = ""},
  {ROW("writes much", 5), HOOK("output", "100000"), GIVES(OK, EXITED, 0, 0, 0), .bytes = 100000},
  {ROW("writes much, discarded", 4), HOOK("output", "100000"), .discard = 1, GIVES(OK, EXITED, 0, 0, 0), .output = ""},
  {ROW("leaves a daemon", 1), HOOK("daemon", "10"), .leaves = DAEMON, GIVES(OK, EXITED, 0, 0, 0)},
};

#define KINDS (sizeof kinds / sizeof *kinds)

#endif
