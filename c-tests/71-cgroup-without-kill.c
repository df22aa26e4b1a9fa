/*
 * A cgroup without cgroup.kill, as before Linux 5.14: a stop kills the processes in cgroup.procs, one by one. A
 * directory with only that file represents it. The hook's child joins by writing a 0 over the one there. The kernel
 * also lists 0 for a process of another pid namespace.
 */
#include "test.h"

#include "helpers.h"

#define TIMEOUT_MS 200 /* for a hook that exceeds it */
#define AMPLE_MS 60000 /* for a hook that ends by itself */
#define MEMBERS 3

static pid_t sleeping_child(void)
{
  pid_t child = fork();
  if (child == 0)
    for (setsid();;)
      pause();
  return child;
}

static void end(pid_t child)
{
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

/* Runs a hook in a cgroup with this list, for at most this time. Returns the code. */
static int run_listed(const char *listed, const char *script, int timeout_ms)
{
  place_write("cgroup.procs", listed, 0600);
  int directory = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC), before = open_descriptors();
  ocihooks_runner *runner = NULL;
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_cgroup_fd(runner, directory, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, timeout_ms, NULL, 0), OCIHOOKS_OK);
  int code = test_shell(script, 0, runner, NULL);
  CHECK_INT(open_descriptors(), before);
  ocihooks_runner_free(runner);
  close(directory);
  return code;
}

static void what_is_listed_is_killed_and_nobody_else(void)
{
  pid_t members[MEMBERS], stranger = sleeping_child();
  char listed[128] = "0\n";
  for (int i = 0; i < MEMBERS; i++) {
    members[i] = sleeping_child();
    snprintf(listed + strlen(listed), sizeof listed - strlen(listed), "%d\n", (int)members[i]);
  }
  CHECK_INT(run_listed(listed, "exec sleep 300", TIMEOUT_MS), OCIHOOKS_ERR_TIMEOUT);
  for (int i = 0; i < MEMBERS; i++) {
    CHECK(dies_soon(members[i]));
    end(members[i]);
  }
  CHECK(!is_dead(stranger));
  end(stranger);
}

static void success_kills_nobody(void)
{
  pid_t member = sleeping_child();
  char listed[64];
  snprintf(listed, sizeof listed, "0\n%d\n", (int)member);
  CHECK_INT(run_listed(listed, "exit 0", AMPLE_MS), OCIHOOKS_OK);
  CHECK(!is_dead(member));
  end(member);
}

/* More than one read of the file returns, and lines that are not pids. */
static void a_long_list_and_one_that_is_wrong(void)
{
  enum { LINES = 20000, LINE = 11 };
  pid_t member = sleeping_child();
  char *listed = malloc((LINES + 2) * (size_t)LINE + 1);
  int length = snprintf(listed, LINE + 1, "0\n");
  for (int i = 0; i < LINES; i++) /* above every pid */
    length += snprintf(listed + length, LINE + 1, "%d\n", 1000000000 + i);
  snprintf(listed + length, 2 * LINE + 1, "%d\n", (int)member);
  CHECK_INT(run_listed(listed, "exec sleep 300", TIMEOUT_MS), OCIHOOKS_ERR_TIMEOUT);
  CHECK(dies_soon(member));
  end(member);
  free(listed);
  CHECK_INT(run_listed("0\n-1\n99999999999999999999\nx\n\n", "exec sleep 300", TIMEOUT_MS), OCIHOOKS_ERR_TIMEOUT);
}

int main(void)
{
  alarm(2 * TEST_SECONDS);
  place_make();
  RUN(what_is_listed_is_killed_and_nobody_else);
  RUN(success_kills_nobody);
  RUN(a_long_list_and_one_that_is_wrong);
  return test_end();
}
