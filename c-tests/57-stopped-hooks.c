/*
 * Hooks without any limit that a signal stops: each is continued or ended. ^Z stops both host and hook, and a shell
 * continues both.
 */
#include "fork.h"
#include "helpers.h"
#include "process_group.h"

static int cancel_pipe[2];
static volatile sig_atomic_t stops;

static void take_stop(int signal)
{
  stops += signal == SIGTSTP;
}
/* The user's input once the hook runs. */
static const char *keys;

static void type_keys(size_t index, int stream, const char *data, size_t size, void *userdata)
{
  (void)index, (void)stream, (void)data, (void)size, (void)userdata;
  pty_type(keys);
}

static ocihooks_runner *runner_that_types(int group, const char *what)
{
  ocihooks_runner *runner = runner_of(group);
  keys = what;
  CHECK_INT(ocihooks_runner_set_output_callback(runner, type_keys, NULL, NULL, test_message, sizeof test_message),
            OCIHOOKS_OK);
  return runner;
}
/* The body of a job in the test's session. The test is the shell. */
static void in_job(void (*body)(void))
{
  test_failures_of_case = 0;
  body();
  fflush(stdout);
  _exit(test_failures_of_case);
}

/* Starts a job in a group that is not orphaned, because the kernel stops only such groups. */
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

/* ^Z reaches both. This host handles it and keeps running, so the library has to continue the hook. */
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

/* In the background, a read of the terminal stops the whole job, as under any shell. */
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
/* A SIGSTOP, such as the hook's own, does not block the run. */
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

/* The hook has reported its pid. Waits until it is stopped, and cancels. */
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

/* A stopped hook can handle SIGTERM, because it is continued afterwards. */
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

ON_A_TERMINAL(ctrl_z_that_the_host_handles_stops_no_hook, ctrl_z_with_caller)
ON_A_TERMINAL(a_job_in_the_background_is_stopped_as_a_whole, caller_in_the_background)

int main(int argc, char **argv)
{
  if (argc > 1)
    return hook(argv[1]);
  if (!find_self())
    return 1;
  RUN(ctrl_z_that_the_host_handles_stops_no_hook);
  RUN(a_job_in_the_background_is_stopped_as_a_whole);
  RUN(a_stop_is_continued);
  RUN(a_stopped_hook_has_its_grace);
  return test_end();
}
