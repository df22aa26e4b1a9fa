/*
 * The kinds of hooks of the soak test with their expected results, in one table. Each run is compared with its row.
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

#define STATE_HEAD \
  "{\"ociVersion\":\"1.2.0\",\"id\":\"c1\",\"status\":\"running\",\"pid\":1,\"bundle\":\"/b\",\"annotations\":{\"a\":\""
#define STATE_TAIL "\"}}"
#define LARGE_STATE 300000
#define DAEMON_STATUS 42

/* Not compared. */
#define ANY (-2)

/* The cgroup of a hook. Each has a memory limit. One has room for all its hooks. The others take one hook at a time,
   which may exceed the limit, or be stopped, because a stop kills the whole cgroup. */
enum group { NO_GROUP, ROOMY, TIGHT, TINY, GROUPS };

/* Further arguments of a hook, and the bytes of each. Together they exceed the tiny cgroup. */
#define MANY_ARGS 10
#define LONG_ARG 60000

/* The hook's path in the container's root. */
#define INSIDE "/hook"

struct kind {
  const char *name;
  int weight;       /* out of the sum of all weights */
  const char *role; /* the hook's arguments; NULL: not one of our commands */
  const char *number;
  int discard, large, cancels, timeout_ms, budget_ms, grace_ms, many_args;
  int leaves; /* how a child ended: by itself, or killed */
  enum group group;
  const char *phase; /* the phase of a hook that enters a container; NULL: a phase with the kind's name */
  int out_of_memory; /* whether the message has to say so; otherwise it must not */
  ocihooks_callback callback;
  int code, outcome, exit_code, signal, error;
  const char *output; /* the expected stdout; NULL: not compared */
  unsigned long long bytes;
};

enum { NOTHING, DAEMON, KILLED };

static int callback_ok(const char *phase, const char *state, size_t size, char *text, size_t text_size, void *userdata)
{
  (void)phase, (void)text, (void)text_size, (void)userdata;
  return strlen(state) == size ? 0 : 1;
}

static int callback_fails(const char *phase, const char *state, size_t size, char *text, size_t text_size,
                          void *userdata)
{
  (void)phase, (void)state, (void)size, (void)userdata;
  snprintf(text, text_size, "no");
  return 3;
}

#define ROW(label, times) .name = label, .weight = times
#define HOOK(what, value) .role = what, .number = value
#define ENTERS(when, which) .phase = when, .group = which
#define GIVES(c, o, e, s, n) \
  .code = OCIHOOKS_##c, .outcome = OCIHOOKS_OUTCOME_##o, .exit_code = e, .signal = s, .error = n

/* clang-format off */
static const struct kind kinds[] = {
  {ROW("exits with 0", 20), HOOK("exit", "0"), GIVES(OK, EXITED, 0, 0, 0), .output = ""},
  {ROW("exits with 7", 8), HOOK("exit", "7"), GIVES(ERR_EXIT, EXITED, 7, 0, 0), .output = ""},
  {ROW("exits with 127, discarded", 6), HOOK("exit", "127"), .discard = 1, GIVES(ERR_EXIT, EXITED, 127, 0, 0), .output = ""},
  {ROW("dies of SIGTERM", 6), HOOK("signal", "15"), GIVES(ERR_SIGNAL, SIGNALED, -1, 15, 0), .output = ""},
  {ROW("dies of SIGKILL, discarded", 4), HOOK("signal", "9"), .discard = 1, GIVES(ERR_SIGNAL, SIGNALED, -1, 9, 0), .output = ""},
  {ROW("times out", 2), HOOK("wait", "0"), .timeout_ms = 3, GIVES(ERR_TIMEOUT, TIMED_OUT, -1, SIGKILL, 0), .output = ""},
  /* A hook that the budget stops before it begins has no signal. */
  {ROW("runs out of budget", 2), HOOK("wait", "0"), .budget_ms = 3, GIVES(ERR_TIMEOUT, TIMED_OUT, -1, ANY, 0), .output = ""},
  {ROW("times out, with grace", 2), HOOK("wait", "0"), .timeout_ms = 3, .grace_ms = 20000,
   GIVES(ERR_TIMEOUT, TIMED_OUT, -1, SIGTERM, 0), .output = ""},
  {ROW("is canceled", 7), HOOK("wait", "1"), .cancels = 1, GIVES(ERR_CANCELED, CANCELED, -1, SIGKILL, 0)},
  {ROW("is canceled with its child", 1), HOOK("tree", "0"), .cancels = 1, .leaves = KILLED,
   GIVES(ERR_CANCELED, CANCELED, -1, SIGKILL, 0)},
  {ROW("is missing", 10), GIVES(ERR_SPAWN, SPAWN_FAILED, -1, 0, ENOENT), .output = ""},
  {ROW("is a callback", 8), .callback = callback_ok, GIVES(OK, CALLBACK, 0, 0, 0), .output = ""},
  {ROW("is a callback that fails", 6), .callback = callback_fails, GIVES(ERR_CALLBACK, CALLBACK, 3, 0, 0), .output = ""},
  {ROW("reads a large state", 5), HOOK("count", "0"), .large = 1, GIVES(OK, EXITED, 0, 0, 0), .output = "300000", .bytes = 6},
  {ROW("does not read a large state", 3), HOOK("signal", "1"), .large = 1, GIVES(ERR_SIGNAL, SIGNALED, -1, 1, 0), .output = ""},
  {ROW("writes much", 5), HOOK("output", "100000"), GIVES(OK, EXITED, 0, 0, 0), .bytes = 100000},
  {ROW("writes much, discarded", 4), HOOK("output", "100000"), .discard = 1, GIVES(OK, EXITED, 0, 0, 0), .output = ""},
  {ROW("leaves a daemon", 1), HOOK("daemon", "10"), .leaves = DAEMON, GIVES(OK, EXITED, 0, 0, 0)},

  {ROW("runs in a cgroup", 6), HOOK("exit", "0"), .group = ROOMY, GIVES(OK, EXITED, 0, 0, 0), .output = ""},
  {ROW("dies of SIGKILL in a cgroup", 2), HOOK("signal", "9"), .group = ROOMY, GIVES(ERR_SIGNAL, SIGNALED, -1, 9, 0), .output = ""},
  {ROW("reads a large state in a cgroup", 2), HOOK("count", "0"), .group = ROOMY, .large = 1, GIVES(OK, EXITED, 0, 0, 0),
   .output = "300000", .bytes = 6},
  {ROW("is missing, in a cgroup", 1), .group = ROOMY, GIVES(ERR_SPAWN, SPAWN_FAILED, -1, 0, ENOENT), .output = ""},
  {ROW("is out of memory", 1), HOOK("memory", "0"), .group = TIGHT, .out_of_memory = 1,
   GIVES(ERR_SIGNAL, SIGNALED, -1, SIGKILL, 0), .output = ""},
  /* The kernel charges the arguments before the hook has separate memory. */
  {ROW("is out of memory by its arguments", 1), HOOK("exit", "0"), .many_args = MANY_ARGS, .group = TINY, .out_of_memory = 1,
   GIVES(ERR_SIGNAL, SIGNALED, -1, SIGKILL, 0), .output = ""},
  {ROW("times out in a cgroup", 1), HOOK("wait", "0"), .group = TIGHT, .timeout_ms = 3,
   GIVES(ERR_TIMEOUT, TIMED_OUT, -1, SIGKILL, 0), .output = ""},
  {ROW("is canceled in a cgroup with its child", 1), HOOK("tree", "0"), .group = TIGHT, .cancels = 1, .leaves = KILLED,
   GIVES(ERR_CANCELED, CANCELED, -1, SIGKILL, 0)},

  /* The host name has to be the container's. */
  {ROW("enters a container", 5), HOOK("name", "0"), ENTERS("createContainer", NO_GROUP), GIVES(OK, EXITED, 0, 0, 0),
   .output = "box", .bytes = 3},
  {ROW("enters a container, and its root", 2), HOOK("exit", "7"), ENTERS("startContainer", NO_GROUP),
   GIVES(ERR_EXIT, EXITED, 7, 0, 0), .output = ""},
  {ROW("is missing, in a container", 1), ENTERS("startContainer", NO_GROUP), GIVES(ERR_SPAWN, SPAWN_FAILED, -1, 0, ENOENT),
   .output = ""},
  {ROW("reads a large state in a container", 1), HOOK("count", "0"), ENTERS("createContainer", NO_GROUP), .large = 1,
   GIVES(OK, EXITED, 0, 0, 0), .output = "300000", .bytes = 6},
  {ROW("times out in a container", 1), HOOK("wait", "0"), ENTERS("createContainer", NO_GROUP), .timeout_ms = 3,
   GIVES(ERR_TIMEOUT, TIMED_OUT, -1, SIGKILL, 0), .output = ""},
  {ROW("is canceled in a container", 1), HOOK("wait", "1"), ENTERS("startContainer", NO_GROUP), .cancels = 1,
   GIVES(ERR_CANCELED, CANCELED, -1, SIGKILL, 0)},
  {ROW("enters a container, in a cgroup", 2), HOOK("name", "0"), ENTERS("startContainer", ROOMY), GIVES(OK, EXITED, 0, 0, 0),
   .output = "box", .bytes = 3},
  {ROW("is out of memory in a container", 1), HOOK("memory", "0"), ENTERS("createContainer", TIGHT), .out_of_memory = 1,
   GIVES(ERR_SIGNAL, SIGNALED, -1, SIGKILL, 0), .output = ""},
};
/* clang-format on */

#define KINDS (sizeof kinds / sizeof *kinds)

#endif
