/* Never a hang: what a hook does with its stdin, its children and its time. */
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MIB (1024 * 1024)

/* Far more than what is asked for, far less than a hang. */
#define AT_ONCE 5.0

static double seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A valid state of a bit more than 1 MiB, to be freed. */
static char *large_state(void)
{
  char *state = malloc(MIB + 1024);
  char *end = state + sprintf(state, "{\"ociVersion\":\"1.2.0\",\"id\":\"c1\",\"status\":\"created\",\"pid\":7,"
                                     "\"bundle\":\"/b\",\"annotations\":{\"a\":\"");
  memset(end, 'x', MIB);
  strcpy(end + MIB, "\"}}");
  return state;
}

/* Runs a shell script in createRuntime with the large state. */
static int run_with_large_state(const char *script, int timeout, ocihooks_report **report)
{
  char *state = large_state();
  ocihooks *hooks = test_parse("{}");
  test_add_shell(hooks, "createRuntime", script, timeout);
  int code = ocihooks_run(hooks, "createRuntime", state, strlen(state), NULL, report, test_message, sizeof test_message);
  ocihooks_free(hooks);
  free(state);
  return code;
}

/* Whether a process is gone: dead processes may take a moment. */
static int is_gone(pid_t pid)
{
  for (double end = seconds() + AT_ONCE; seconds() < end; usleep(1000))
    if (kill(pid, 0) != 0 && errno == ESRCH)
      return 1;
  return 0;
}

/* field notes 1, 2 */
static void a_hook_that_never_reads_1_mib_of_state_succeeds(void)
{
  CHECK_INT(run_with_large_state("exit 0", 0, NULL), OCIHOOKS_OK);
  CHECK_INT(run_with_large_state("exec <&-; exit 0", 0, NULL), OCIHOOKS_OK);
}

static void a_large_state_arrives_complete(void)
{
  char *state = large_state();
  ocihooks_report *report = NULL;
  CHECK_INT(run_with_large_state("wc -c", 5, &report), OCIHOOKS_OK);
  char *counted = test_output(report, 0, OCIHOOKS_STDOUT);
  CHECK_INT(atol(counted), strlen(state));
  ocihooks_report_free(report);
  free(counted);
  free(state);
}

/* field notes 1, 9, 21: the grandchildren are in the hook's group, and die with it. */
static void a_timeout_takes_the_grandchildren(void)
{
  ocihooks_report *report = NULL;
  double start = seconds();
  int code = run_with_large_state("sleep 60 & echo $!; sh -c 'echo $$; sleep 61; :' & sleep 62", 1, &report);
  double taken = seconds() - start;
  CHECK_INT(code, OCIHOOKS_ERR_TIMEOUT);
  CHECK(taken >= 1.0 && taken <= 1.5);
  CHECK_TEXT(test_message, "error running createRuntime hook #0: /bin/sh: timed out after 1 s");
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_TIMED_OUT);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGKILL);
  char *pids = test_output(report, 0, OCIHOOKS_STDOUT);
  int first = 0, second = 0;
  CHECK_INT(sscanf(pids, "%d %d", &first, &second), 2);
  CHECK(first > 1 && is_gone(first));
  CHECK(second > 1 && is_gone(second));
  CHECK(is_gone(ocihooks_report_hook_pid(report, 0)));
  ocihooks_report_free(report);
  free(pids);
}

/* field notes 9, 16: success is the hook's own exit, not the closing of a pipe. */
static void a_daemon_does_not_delay_the_return(void)
{
  ocihooks_report *report = NULL;
  double start = seconds();
  CHECK_INT(test_shell("sleep 60 & echo $!; exit 0", 0, NULL, &report), OCIHOOKS_OK);
  CHECK(seconds() - start < AT_ONCE);
  char *text = test_output(report, 0, OCIHOOKS_STDOUT);
  pid_t daemon = atoi(text);
  CHECK(daemon > 1 && kill(daemon, 0) == 0);
  if (daemon > 1)
    kill(daemon, SIGKILL);
  ocihooks_report_free(report);
  free(text);
}

static void no_trick_of_a_hook_outlives_the_timeout(void)
{
  const char *tricks[] = {"trap '' TERM INT HUP; sleep 60", "kill -STOP $$", "exec setsid -w sleep 3",
                          "exec >&- 2>&- <&-; sleep 60", "while :; do :; done", "yes"};
  for (size_t i = 0; i < sizeof tricks / sizeof *tricks; i++) {
    ocihooks_report *report = NULL;
    double start = seconds();
    CHECK_INT(test_shell(tricks[i], 1, NULL, &report), OCIHOOKS_ERR_TIMEOUT);
    CHECK(seconds() - start < AT_ONCE);
    CHECK(is_gone(ocihooks_report_hook_pid(report, 0)));
    ocihooks_report_free(report);
  }
}

/* Holds a write lease on a file until it is killed: whoever opens the file waits for up to 45 s. */
static pid_t lease_holder(const char *path)
{
  int ready[2];
  char byte;
  CHECK_INT(pipe(ready), 0);
  pid_t pid = fork();
  if (pid == 0) {
    signal(SIGIO, SIG_IGN);
    int fd = open(path, O_RDWR);
    int held = fd >= 0 && fcntl(fd, F_SETLEASE, F_WRLCK) == 0;
    if (held && fcntl(fd, F_SETSIG, SIGIO) == 0 && write(ready[1], "x", 1) == 1)
      for (;;)
        pause();
    _exit(1);
  }
  close(ready[1]);
  int held = read(ready[0], &byte, 1) == 1;
  close(ready[0]);
  if (held)
    return pid;
  waitpid(pid, NULL, 0);
  return -1;
}

/* With vfork, the host would wait for the execve, and no deadline would count. */
static void a_stuck_execve_is_bounded(void)
{
  char path[] = "/tmp/ocihooks-lease-XXXXXX", json[256];
  int fd = mkstemp(path);
  CHECK(write(fd, "#!/bin/sh\n", 10) == 10);
  fchmod(fd, 0755);
  close(fd);
  pid_t holder = lease_holder(path);
  if (holder < 0) {
    unlink(path);
    SKIP("no file leases here");
  }
  snprintf(json, sizeof json, "{\"createRuntime\":[{\"path\":\"%s\",\"timeout\":1}]}", path);
  ocihooks_report *report = NULL;
  double start = seconds();
  CHECK_INT(test_run(json, "createRuntime", NULL, &report), OCIHOOKS_ERR_TIMEOUT);
  CHECK(seconds() - start < AT_ONCE);
  CHECK(is_gone(ocihooks_report_hook_pid(report, 0)));
  ocihooks_report_free(report);
  kill(holder, SIGKILL);
  waitpid(holder, NULL, 0);
  unlink(path);
}

/* field note 6: 0 is none in add_command; in JSON the spec forbids it. */
static void a_timeout_of_zero_is_none_in_add_command(void)
{
  CHECK_INT(test_shell("sleep 0.1", 0, NULL, NULL), OCIHOOKS_OK);
}

int main(void)
{
  alarm(120);
  RUN(a_hook_that_never_reads_1_mib_of_state_succeeds);
  RUN(a_large_state_arrives_complete);
  RUN(a_timeout_takes_the_grandchildren);
  RUN(a_daemon_does_not_delay_the_return);
  RUN(no_trick_of_a_hook_outlives_the_timeout);
  RUN(a_stuck_execve_is_bounded);
  RUN(a_timeout_of_zero_is_none_in_add_command);
  CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);
  return test_end();
}
