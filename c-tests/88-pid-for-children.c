/*
 * A host whose children get another pid or time namespace than its own: unshare(CLONE_NEWPID), unshare(CLONE_NEWTIME).
 * A hook has to join the namespaces that the host's children lack, not those that the host lacks.
 */
#include "fork.h"
#include "helpers.h"
#include "container.h"

#include <sched.h>
#include <sys/prctl.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

static struct box box = {.pivot = 1, .pid = -1, .pidfd = -1};

/* A child that waits until it is killed: the first in a new pid namespace, which ends with it. */
static pid_t sleeper(void)
{
  pid_t pid = fork();
  if (pid != 0)
    return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;)
    pause();
}

static void stop(pid_t pid)
{
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
}

/* Runs the container's shell in a phase and returns its output. The caller frees it. */
static char *run_script(const char *phase, const char *script, int *code)
{
  const char *const args[] = {"sh", "-c", script, NULL};
  char program[600];
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  snprintf(program, sizeof program, "%s/bin/busybox", strcmp(phase, "startContainer") == 0 ? "" : box.root);
  CHECK_INT(ocihooks_runner_set_container_pidfd(runner, box.pidfd, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_add_command(hooks, phase, program, args, NULL, 20, NULL, 0), OCIHOOKS_OK);
  *code = ocihooks_run(hooks, phase, STATE, strlen(STATE), runner, &report, test_message, sizeof test_message);
  char *said = test_output(report, 0, OCIHOOKS_STDOUT);
  free_all(hooks, runner, report);
  return said;
}

/* A hook runs in the namespaces of the container's process. If it can't join one, it does not run, and the message
   names the kind. */
static void check_hooks(const char *kind, int may_be_refused, int count)
{
  static const char *const phases[] = {"startContainer", "createContainer"};
  char path[64], expected[80] = "", script[64], named[64];
  snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)box.pid, kind);
  CHECK(readlink(path, expected, sizeof expected - 2) > 0);
  strcat(expected, "\n");
  snprintf(script, sizeof script, "readlink /proc/self/ns/%s", kind);
  snprintf(named, sizeof named, "the container's %s namespace: ", kind);
  for (int i = 0; i < count; i++) {
    int code;
    char *said = run_script(phases[i % 2], script, &code);
    if (code == OCIHOOKS_ERR_SPAWN && may_be_refused) {
      CHECK_HAS(test_message, named);
      CHECK_TEXT(said, "");
    } else {
      CHECK_INT(code, OCIHOOKS_OK);
      CHECK_TEXT(test_message, "");
      CHECK_TEXT(said, expected);
    }
    free(said);
  }
}

#define UNSHARE(flag)                             \
  do {                                            \
    if (unshare(flag) != 0)                       \
      SKIP("no such namespace can be made here"); \
  } while (0)

#define START(flags)                          \
  do {                                        \
    if (!box_start(&box, flags)) {            \
      box_stop(&box);                         \
      SKIP("no namespaces can be made here"); \
    }                                         \
  } while (0)

/* Its init is the first process in the namespace of the host's children. */
static void born_in_the_childrens_namespace(void)
{
  UNSHARE(CLONE_NEWPID);
  START(CLONE_NEWNS | CLONE_NEWUTS);
  check_hooks("pid", 0, 4);
  box_stop(&box);
}

static void a_container_in_the_childrens_pid_namespace(void)
{
  in_child(born_in_the_childrens_namespace);
}

/* It is in the host's own pid namespace, unlike the host's children. */
static void born_before(void)
{
  START(CLONE_NEWNS | CLONE_NEWUTS);
  pid_t first = unshare(CLONE_NEWPID) == 0 ? sleeper() : -1;
  if (first > 0) {
    check_hooks("pid", 1, 4);
    stop(first);
  } else {
    printf("  SKIPPED: no pid namespace can be made here\n");
  }
  box_stop(&box);
}

/* The same, but a hook would be the first and the last process of the new namespace. */
static void born_before_and_nobody_behind(void)
{
  START(CLONE_NEWNS | CLONE_NEWUTS);
  if (unshare(CLONE_NEWPID) == 0)
    check_hooks("pid", 1, 1);
  box_stop(&box);
}

static void a_container_in_the_hosts_own_pid_namespace(void)
{
  in_child(born_before);
  in_child(born_before_and_nobody_behind);
}

/* Its pid namespace is a sibling of that of the host's children, so neither contains the other. */
static void born_beside(void)
{
  START(ALL_BUT_USER);
  pid_t first = unshare(CLONE_NEWPID) == 0 ? sleeper() : -1;
  if (first > 0) {
    check_hooks("pid", 1, 4);
    stop(first);
  }
  box_stop(&box);
}

static void a_container_beside_the_childrens_pid_namespace(void)
{
  in_child(born_beside);
}

static void born_before_in_time(void)
{
  START(CLONE_NEWNS | CLONE_NEWPID);
  if (unshare(CLONE_NEWTIME) == 0)
    check_hooks("time", 1, 4);
  else
    printf("  SKIPPED: no time namespace can be made here\n");
  box_stop(&box);
}

static void a_container_in_the_hosts_own_time_namespace(void)
{
  in_child(born_before_in_time);
}

static void born_in_the_childrens_time(void)
{
  UNSHARE(CLONE_NEWTIME);
  START(CLONE_NEWNS | CLONE_NEWPID);
  check_hooks("time", 0, 4);
  box_stop(&box);
}

static void a_container_in_the_childrens_time_namespace(void)
{
  in_child(born_in_the_childrens_time);
}

int main(void)
{
  place_make();
  if (!box_make_root_in(&box, place))
    return test_end();
  RUN(a_container_in_the_childrens_pid_namespace);
  RUN(a_container_in_the_hosts_own_pid_namespace);
  RUN(a_container_beside_the_childrens_pid_namespace);
  RUN(a_container_in_the_hosts_own_time_namespace);
  RUN(a_container_in_the_childrens_time_namespace);
  return test_end();
}
