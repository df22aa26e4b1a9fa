/*
 * A hook that reports its process group and uses the terminal, and short ways to run it. This program is the hook: its
 * main() calls hook() if it has an argument. Included behind fork.h and helpers.h.
 */
#ifndef OCIHOOKS_TEST_PROCESS_GROUP_H
#define OCIHOOKS_TEST_PROCESS_GROUP_H

#include "pty.h"

static char self[4096];

/* The hook: reads a line from its terminal. */
static inline int read_terminal(void)
{
  char line[64];
  int terminal = open("/dev/tty", O_RDWR);
  if (terminal < 0)
    return printf("open: %s\n", strerror(errno)) < 0;
  ssize_t size = read(terminal, line, sizeof line - 1);
  line[size < 0 ? 0 : size] = '\0';
  return printf("read: %s", size < 0 ? strerror(errno) : line) < 0;
}

/* The hook: switches the terminal's echo off, like a password prompt. */
static inline int change_terminal(void)
{
  struct termios terms;
  int terminal = open("/dev/tty", O_RDWR);
  if (terminal < 0 || tcgetattr(terminal, &terms) != 0)
    return printf("open: %s\n", strerror(errno)) < 0;
  terms.c_lflag &= ~(tcflag_t)ECHO;
  int answer = tcsetattr(terminal, TCSANOW, &terms);
  return printf("change: %s\n", answer == 0 ? "done" : strerror(errno)) < 0;
}

/* The hook: reports its process group and session. */
static inline int say_group(void)
{
  const char *group = getpgrp() == getpid() ? "own" : getpgrp() == getpgid(getppid()) ? "caller" : "another";
  return printf("group: %s, session: %s\n", group, getsid(0) == getpid() ? "own" : "caller") < 0;
}

/* The hook: reports that it runs, and waits. It ends after it was stopped and continued. */
static inline int wait_for_signal(void)
{
  sigset_t goes_on;
  int signal;
  sigemptyset(&goes_on);
  sigaddset(&goes_on, SIGCONT);
  sigprocmask(SIG_BLOCK, &goes_on, NULL);
  if (printf("runs\n") < 0 || fflush(stdout) != 0)
    return 1;
  return sigwait(&goes_on, &signal);
}

/* The hook: stops itself, and reports that it was continued. */
static inline int stop_itself(void)
{
  kill(getpid(), SIGSTOP);
  return printf("goes on\n") < 0;
}

static inline int hook(const char *role)
{
  return strcmp(role, "read") == 0     ? read_terminal()
         : strcmp(role, "change") == 0 ? change_terminal()
         : strcmp(role, "group") == 0  ? say_group()
         : strcmp(role, "wait") == 0   ? wait_for_signal()
         : strcmp(role, "stop") == 0   ? stop_itself()
                                       : 1;
}
static inline ocihooks_runner *runner_of(int group)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_process_group(runner, group, test_message, sizeof test_message), OCIHOOKS_OK);
  return runner;
}

/* Runs the hook in a role without any limit. The caller frees the report. */
static inline ocihooks_report *run_role(const char *role, ocihooks_runner *runner, int expected)
{
  const char *const args[] = {self, role, NULL};
  ocihooks *hooks = test_parse("{}");
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_add_command(hooks, "createRuntime", self, args, NULL, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), runner, &report, test_message,
                         sizeof test_message),
            expected);
  CHECK(no_children());
  free_all(hooks, runner, NULL);
  return report;
}

static inline void check_says(const char *role, int group, const char *expected)
{
  ocihooks_report *report = run_role(role, runner_of(group), OCIHOOKS_OK);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, expected);
  ocihooks_report_free(report);
}

static inline int find_self(void)
{
  return readlink("/proc/self/exe", self, sizeof self - 1) >= 0;
}

#define ON_A_TERMINAL(name, body)                \
  static void name(void)                         \
  {                                              \
    if (!pty_is_there())                         \
      SKIP("no pseudoterminal can be had here"); \
    in_child(body);                              \
  }

#endif
