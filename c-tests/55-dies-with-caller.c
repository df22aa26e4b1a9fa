/*
 * A hook that dies with its host (PR_SET_PDEATHSIG), whatever kills the host. In a container's pid namespace the hook
 * is not the process that the host created, and it dies too.
 */
#include "ways.h"
#include "helpers.h"
#include "container.h"

#include <poll.h>

static struct box box = {.pid = -1, .pidfd = -1};
static const char *phase;
static int output[2];
static int dies, enters;

/* The host, which is killed while its hook runs. Only the hook also holds the pipe. */
static void host(void)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = new_runner();
  close(output[0]);
  CHECK_INT(ocihooks_runner_set_die_with_caller(runner, dies, test_message, sizeof test_message), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_output_fd(runner, OCIHOOKS_STDOUT, output[1], test_message, sizeof test_message),
            OCIHOOKS_OK);
  if (enters)
    CHECK_INT(ocihooks_runner_set_container_pidfd(runner, box.pidfd, test_message, sizeof test_message), OCIHOOKS_OK);
  test_add_shell(hooks, phase, "echo $$; exec sleep 1000", 0);
  ocihooks_run(hooks, phase, STATE, strlen(STATE), runner, NULL, test_message, sizeof test_message);
  printf("  the hook ended: %s\n", test_message);
  _exit(1);
}

/* Starts a host, kills it once its hook runs, and returns the pid that the hook reported. */
static pid_t kill_host(void)
{
  char number[32] = "";
  CHECK_INT(pipe(output), 0);
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0)
    host();
  close(output[1]);
  CHECK(read(output[0], number, sizeof number - 1) > 0);
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  return atoi(number);
}

/* Whether the hook's output ends within this number of seconds. */
static int ends_in(double seconds)
{
  struct pollfd end = {output[0], POLLIN, 0};
  return poll(&end, 1, (int)(seconds * 1000)) == 1;
}

static void a_host_that_is_killed(void)
{
  kill_host();
  CHECK(ends_in(SOON));
  close(output[0]);
}

static void check_in_container(int flags)
{
  enters = dies = 1;
  if (!box_start(&box, flags)) {
    box_stop(&box);
    SKIP("no namespaces can be made here");
  }
  phase = "startContainer";
  in_every_way(a_host_that_is_killed);
  phase = "createContainer";
  in_ways(WAYS_COUNT - 1, a_host_that_is_killed); /* not without execveat, because the program is open */
  box_stop(&box);
}

static void a_hook_dies_with_its_host(void)
{
  phase = "createRuntime", dies = 1, enters = 0;
  in_ways(2, a_host_that_is_killed);
}

static void in_a_container_it_dies_as_well(void)
{
  check_in_container(ALL_BUT_USER);
  check_in_container(ALL_BUT_USER | CLONE_NEWUSER);
  check_in_container(CLONE_NEWNS | CLONE_NEWUTS);
}

/* By default the hook outlives the host, as with every other runtime. The test ends it. */
static void by_default_it_lives_on(void)
{
  phase = "createRuntime", dies = 0, enters = 0;
  pid_t hook = kill_host();
  CHECK(!ends_in(0.2));
  CHECK(hook > 1 && kill(hook, SIGKILL) == 0);
  CHECK(ends_in(SOON));
  close(output[0]);
}

int main(void)
{
  place_make();
  RUN(a_hook_dies_with_its_host);
  RUN(by_default_it_lives_on);
  if (!box_make_root_in(&box, place))
    return test_end();
  RUN(in_a_container_it_dies_as_well);
  return test_end();
}
