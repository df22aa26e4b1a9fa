/*
 * The process group of a hook, for each choice: who may read the terminal, whom ^C and ^Z reach, and that nothing hangs. A hook
 * that is stopped is seen by the library, since without a limit nothing else would end the wait.
 */
#include "fork.h"
#include "helpers.h"
#include "pty.h"

static char self[4096];

/* The hook: reads a line from its terminal. */
static int read_terminal(void)
{
  char line[64];
  int terminal = open("/dev/tty", O_RDWR);
  if (terminal < 0)
    return printf("open: %s\n", strerror(errno)) < 0;
  ssize_t size = read(terminal, line, sizeof line - 1);
  line[size < 0 ? 0 : size] = '\0';
  return printf("read: %s", size < 0 ? strerror(errno) : line) < 0;
}

/* The hook: switches the terminal's echo off, as a question for a password does. */
static int change_terminal(void)
{
  struct termios terms;
  int terminal = open("/dev/tty", O_RDWR);
  if (terminal < 0 || tcgetattr(terminal, &terms) != 0)
    return printf("open: %s\n", strerror(errno)) < 0;
  terms.c_lflag &= ~(tcflag_t)ECHO;
  int answer = tcsetattr(terminal, TCSANOW, &terms);
  return printf("change: %s\n", answer == 0 ? "done" : strerror(errno)) < 0;
}

/* The hook: says which group and session it is in. */
static int say_group(void)
{
  const char *group = getpgrp() == getpid() ? "own" : getpgrp() == getpgid(getppid()) ? "caller" : "another";
  return printf("group: %s, session: %s\n", group, getsid(0) == getpid() ? "own" : "caller") < 0;
}

/* The hook: says that it runs, and waits; it ends where it was stopped and goes on. */
static int wait_for_signal(void)
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

/* The hook: stops itself, and says that it goes on. */
static int stop_itself(void)
{
  kill(getpid(), SIGSTOP);
  return printf("goes on\n") < 0;
}

static int hook(const char *role)
{
  return strcmp(role, "read") == 0     ? read_terminal()
         : strcmp(role, "change") == 0 ? change_terminal()
         : strcmp(role, "group") == 0  ? say_group()
         : strcmp(role, "wait") == 0   ? wait_for_signal()
         : strcmp(role, "stop") == 0   ? stop_itself()
                                       : 1;
}

/* What the user types once the hook runs. */
static const char *keys;

static void type_keys(size_t index, int stream, const char *data, size_t size, void *userdata)
{
  (void)index, (void)stream, (void)data, (void)size, (void)userdata;
  pty_type(keys);
}

static ocihooks_runner *runner_of(int group)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_process_group(runner, group, test_message, sizeof test_message), OCIHOOKS_OK);
  return runner;
}

/* Runs the hook in a role without any limit; the report is to be freed. */
static ocihooks_report *run_role(const char *role, ocihooks_runner *runner, int expected)
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

static void check_says(const char *role, int group, const char *expected)
{
  ocihooks_report *report = run_role(role, runner_of(group), OCIHOOKS_OK);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, expected);
  ocihooks_report_free(report);
}

static void check_is_stopped(const char *role, int signal, const char *message)
{
  ocihooks_report *report = run_role(role, runner_of(OCIHOOKS_PROCESS_GROUP_OWN), OCIHOOKS_ERR_STOPPED);
  CHECK_HAS(test_message, message);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_STOPPED);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), signal);
  ocihooks_report_free(report);
}

static void own_in_the_foreground(void)
{
  CHECK(pty_take());
  check_says("group", OCIHOOKS_PROCESS_GROUP_OWN, "group: own, session: caller\n");
  check_is_stopped("read", SIGTTIN, ": stopped by SIGTTIN: it reads the terminal");
  check_is_stopped("change", SIGTTOU, ": stopped by SIGTTOU: it writes to the terminal or changes its settings");
}

static void caller_in_the_foreground(void)
{
  CHECK(pty_take());
  check_says("group", OCIHOOKS_PROCESS_GROUP_CALLER, "group: caller, session: caller\n");
  pty_type("hello\n");
  check_says("read", OCIHOOKS_PROCESS_GROUP_CALLER, "read: hello\n");
  check_says("change", OCIHOOKS_PROCESS_GROUP_CALLER, "change: done\n");
}

static void session_in_the_foreground(void)
{
  CHECK(pty_take());
  check_says("group", OCIHOOKS_PROCESS_GROUP_SESSION, "group: own, session: own\n");
  check_says("read", OCIHOOKS_PROCESS_GROUP_SESSION, "open: No such device or address\n");
  check_says("change", OCIHOOKS_PROCESS_GROUP_SESSION, "open: No such device or address\n");
}

/* As under any shell in the foreground; a group of its own elsewhere. */
static void automatic_in_the_foreground(void)
{
  CHECK(pty_take());
  check_says("group", OCIHOOKS_PROCESS_GROUP_AUTO, "group: caller, session: caller\n");
  pty_type("hello\n");
  check_says("read", OCIHOOKS_PROCESS_GROUP_AUTO, "read: hello\n");
}

static void automatic_without_a_terminal(void)
{
  CHECK(setsid() >= 0);
  check_says("group", OCIHOOKS_PROCESS_GROUP_AUTO, "group: own, session: caller\n");
}

static void automatic_in_a_background_group(void)
{
  CHECK_INT(setpgid(0, 0), 0);
  check_says("group", OCIHOOKS_PROCESS_GROUP_AUTO, "group: own, session: caller\n");
}

static void automatic_in_the_background(void)
{
  CHECK(pty_take());
  in_child(automatic_in_a_background_group);
}

/* What a foreground program does: its handler writes into the pipe that cancels. */
static int cancel_pipe[2];
static volatile sig_atomic_t interrupts, stops;

static void take_interrupt(int signal)
{
  interrupts += signal == SIGINT;
  if (write(cancel_pipe[1], "!", 1) != 1)
    abort();
}

static void take_stop(int signal)
{
  stops += signal == SIGTSTP;
}

static ocihooks_runner *runner_that_types(int group, const char *what)
{
  ocihooks_runner *runner = runner_of(group);
  keys = what;
  CHECK_INT(ocihooks_runner_set_output_callback(runner, type_keys, NULL, NULL, test_message, sizeof test_message),
            OCIHOOKS_OK);
  return runner;
}

/* ^C reaches the host alone, which says stop: the hook and its group are killed. */
static void ctrl_c_with_own(void)
{
  CHECK(pty_take() && pipe(cancel_pipe) == 0);
  signal(SIGINT, take_interrupt);
  ocihooks_runner *runner = runner_that_types(OCIHOOKS_PROCESS_GROUP_OWN, CTRL_C);
  CHECK_INT(ocihooks_runner_set_cancel_fd(runner, cancel_pipe[0], test_message, sizeof test_message), OCIHOOKS_OK);
  ocihooks_report *report = run_role("wait", runner, OCIHOOKS_ERR_CANCELED);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_CANCELED);
  CHECK_INT(interrupts, 1);
  ocihooks_report_free(report);
}

/* ^C reaches both. */
static void ctrl_c_with_caller(void)
{
  CHECK(pty_take() && pipe(cancel_pipe) == 0);
  signal(SIGINT, take_interrupt);
  ocihooks_report *report =
    run_role("wait", runner_that_types(OCIHOOKS_PROCESS_GROUP_CALLER, CTRL_C), OCIHOOKS_ERR_SIGNAL);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGINT);
  CHECK_INT(interrupts, 1);
  ocihooks_report_free(report);
}

/* What a job of the test's session does; the test is the shell. */
static void in_job(void (*body)(void))
{
  test_failures_of_case = 0;
  body();
  fflush(stdout);
  _exit(test_failures_of_case);
}

/* Starts a job, in a group that is not orphaned: the kernel stops no other. */
static pid_t start_job(void (*body)(void))
{
  fflush(stdout);
  pid_t job = fork();
  if (job == 0) {
    setpgid(0, 0);
    in_job(body);
  }
  setpgid(job, job);
  return job;
}

static void put_in_foreground(pid_t job)
{
  int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
  CHECK_INT(tcsetpgrp(terminal, job), 0);
  close(terminal);
}

/* ^Z reaches both. This host handles it and runs on, so nobody else would continue the hook. */
static void ctrl_z_in_job(void)
{
  signal(SIGTSTP, take_stop);
  put_in_foreground(getpgrp());
  ocihooks_report *report = run_role("wait", runner_that_types(OCIHOOKS_PROCESS_GROUP_CALLER, CTRL_Z), OCIHOOKS_OK);
  CHECK_INT(stops, 1);
  CHECK_INT(ocihooks_report_warning_count(report), 1);
  CHECK_HAS(warning_of(report, 0), "createRuntime hook #0: was stopped by SIGTSTP, and continued");
  ocihooks_report_free(report);
}

static void ctrl_z_with_caller(void)
{
  int status = 0;
  CHECK(pty_take());
  signal(SIGTTOU, SIG_IGN);
  pid_t job = start_job(ctrl_z_in_job);
  CHECK_INT(waitpid(job, &status, 0), job);
  CHECK_INT(status, 0);
}

static void read_in_job(void)
{
  check_says("read", OCIHOOKS_PROCESS_GROUP_CALLER, "read: hello\n");
}

/* In the background, a read of the terminal stops the whole job, as it does under any shell. */
static void caller_in_the_background(void)
{
  int status = 0;
  CHECK(pty_take());
  signal(SIGTTOU, SIG_IGN);
  pid_t job = start_job(read_in_job);
  CHECK_INT(waitpid(job, &status, WUNTRACED), job);
  CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTIN);
  pty_type("hello\n");
  put_in_foreground(job);
  CHECK_INT(kill(-job, SIGCONT), 0);
  CHECK_INT(waitpid(job, &status, 0), job);
  CHECK_INT(status, 0);
}

/* A stop takes the hook by its pidfd: the host is in the same group, and lives. */
static void a_timeout_with_caller(void)
{
  ocihooks_runner *runner = runner_of(OCIHOOKS_PROCESS_GROUP_CALLER);
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, 100, test_message, sizeof test_message), OCIHOOKS_OK);
  ocihooks_report *report = run_role("wait", runner, OCIHOOKS_ERR_TIMEOUT);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGKILL);
  ocihooks_report_free(report);
}

/* Somebody's SIGSTOP, the hook's own say, holds up nobody. */
static void a_stop_is_continued(void)
{
  static const int groups[] = {OCIHOOKS_PROCESS_GROUP_AUTO, OCIHOOKS_PROCESS_GROUP_OWN, OCIHOOKS_PROCESS_GROUP_CALLER,
                               OCIHOOKS_PROCESS_GROUP_SESSION};
  for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
    ocihooks_report *report = run_role("stop", runner_of(groups[i]), OCIHOOKS_OK);
    CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, "goes on\n");
    CHECK_INT(ocihooks_report_warning_count(report), 1);
    CHECK_HAS(warning_of(report, 0), "createRuntime hook #0: was stopped by SIGSTOP, and continued");
    ocihooks_report_free(report);
  }
}

/* The hook has said its number: waits until it is stopped, and cancels. */
static void cancel_when_stopped(size_t index, int stream, const char *data, size_t size, void *userdata)
{
  (void)index, (void)stream, (void)size, (void)userdata;
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/stat", atoi(data));
  const char *state = NULL;
  for (double end = now() + SOON; now() < end && (state == NULL || state[2] != 'T'); nap())
    state = strrchr(file_text(path), ')');
  CHECK(state != NULL && state[2] == 'T');
  CHECK_INT(write(cancel_pipe[1], "!", 1), 1);
}

/* A hook that is stopped when it is asked to end can answer: it is continued behind the SIGTERM. */
static void a_stopped_hook_has_its_grace(void)
{
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(pipe(cancel_pipe), 0);
  CHECK_INT(ocihooks_runner_set_grace_ms(runner, 20000, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_cancel_fd(runner, cancel_pipe[0], NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_output(runner, OCIHOOKS_STDERR, OCIHOOKS_OUTPUT_DISCARD, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_output_callback(runner, cancel_when_stopped, NULL, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("trap 'exit 9' TERM; echo $$; kill -STOP $$; exit 8", 0, runner, &report),
            OCIHOOKS_ERR_CANCELED);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), 0); /* it handled the SIGTERM */
  free_all(NULL, runner, report);
  close(cancel_pipe[0]);
  close(cancel_pipe[1]);
}

static void a_group_that_is_none(void)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_process_group(runner, 4, test_message, sizeof test_message),
            OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_HAS(test_message, "4");
  ocihooks_runner_free(runner);
}

#define ON_A_TERMINAL(name, body)                \
  static void name(void)                         \
  {                                              \
    if (!pty_is_there())                         \
      SKIP("no pseudoterminal can be had here"); \
    in_child(body);                              \
  }

ON_A_TERMINAL(an_own_group_is_kept_from_the_terminal, own_in_the_foreground)
ON_A_TERMINAL(the_callers_group_has_the_terminal, caller_in_the_foreground)
ON_A_TERMINAL(a_session_has_no_terminal, session_in_the_foreground)
ON_A_TERMINAL(in_the_foreground_the_default_is_the_callers_group, automatic_in_the_foreground)
ON_A_TERMINAL(in_the_background_the_default_is_an_own_group, automatic_in_the_background)
ON_A_TERMINAL(ctrl_c_reaches_the_host_of_an_own_group, ctrl_c_with_own)
ON_A_TERMINAL(ctrl_c_reaches_the_callers_group, ctrl_c_with_caller)
ON_A_TERMINAL(ctrl_z_that_the_host_handles_stops_no_hook, ctrl_z_with_caller)
ON_A_TERMINAL(a_job_in_the_background_is_stopped_as_a_whole, caller_in_the_background)

static void without_a_terminal_the_default_is_an_own_group(void)
{
  in_child(automatic_without_a_terminal);
}

static void a_timeout_spares_the_host(void)
{
  in_child(a_timeout_with_caller);
}

int main(int argc, char **argv)
{
  if (argc > 1)
    return hook(argv[1]);
  if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
    return 1;
  RUN(an_own_group_is_kept_from_the_terminal);
  RUN(the_callers_group_has_the_terminal);
  RUN(a_session_has_no_terminal);
  RUN(in_the_foreground_the_default_is_the_callers_group);
  RUN(in_the_background_the_default_is_an_own_group);
  RUN(without_a_terminal_the_default_is_an_own_group);
  RUN(ctrl_c_reaches_the_host_of_an_own_group);
  RUN(ctrl_c_reaches_the_callers_group);
  RUN(ctrl_z_that_the_host_handles_stops_no_hook);
  RUN(a_job_in_the_background_is_stopped_as_a_whole);
  RUN(a_timeout_spares_the_host);
  RUN(a_stop_is_continued);
  RUN(a_stopped_hook_has_its_grace);
  RUN(a_group_that_is_none);
  return test_end();
}
