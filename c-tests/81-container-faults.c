/* Failures on the way into a container, and the limits of a hook's effects on its caller. */
#include "test.h"
#include "helpers.h"
#include "container.h"

#include <grp.h>
#include <sys/prctl.h>

static struct box box;

#define START(flags)                          \
  do {                                        \
    box.pivot = 1;                            \
    if (!box_start(&box, flags)) {            \
      box_stop(&box);                         \
      SKIP("no namespaces can be made here"); \
    }                                         \
  } while (0)

/* Runs `sh -c script` in startContainer, by a pidfd. */
static int run_by(int pidfd, const char *script, int timeout, ocihooks_report **report)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = NULL;
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_container_pidfd(runner, pidfd, NULL, 0), OCIHOOKS_OK);
  test_add_shell(hooks, "startContainer", script, timeout);
  int code =
    ocihooks_run(hooks, "startContainer", STATE, strlen(STATE), runner, report, test_message, sizeof test_message);
  ocihooks_runner_free(runner);
  ocihooks_free(hooks);
  return code;
}

/* A process's pid namespace by its name in /proc, empty if the process is missing. */
static const char *pid_namespace_of(pid_t pid)
{
  static char name[64];
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/ns/pid", (int)pid);
  ssize_t size = readlink(path, name, sizeof name - 1);
  name[size < 0 ? 0 : size] = '\0';
  return name;
}

/* The number of the container's processes, including its init and zombies. */
static int processes_inside(void)
{
  enum { HIGHEST = 400000 };
  char inside[64];
  int count = 0;
  snprintf(inside, sizeof inside, "%s", pid_namespace_of(box.pid));
  for (pid_t pid = 2; pid < HIGHEST; pid++)
    count += kill(pid, 0) == 0 && strcmp(pid_namespace_of(pid), inside) == 0;
  return count;
}

static void a_timeout_reaches_into_the_pid_namespace(void)
{
  ocihooks_report *report = NULL;
  START(ALL_BUT_USER);
  CHECK_INT(run_by(box.pidfd, "sleep 1000 & sleep 1000 & sleep 1000", 1, &report), OCIHOOKS_ERR_TIMEOUT);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_TIMED_OUT);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGKILL);
  pid_t pid = ocihooks_report_hook_pid(report, 0);
  CHECK(pid > 0 && is_dead(pid));
  ocihooks_report_free(report);
  for (double end = now() + SOON; now() < end && processes_inside() > 1; nap())
    ;
  CHECK_INT(processes_inside(), 1);
  /* Whether the container is the only child, without zombies. */
  CHECK_INT(waitpid(-1, NULL, WNOHANG), 0);
  box_stop(&box);
  CHECK(has_no_child());
}

/* Checks that joining fails, its reason, and that no hook ran and no process was left. */
static void check_refused(int pidfd, const char *cause, int error)
{
  char expected[300];
  ocihooks_report *report = NULL;
  int open_before = open_descriptors();
  CHECK_INT(run_by(pidfd, "echo ran", 0, &report), OCIHOOKS_ERR_SPAWN);
  snprintf(expected, sizeof expected, "error running startContainer hook #0: /bin/sh: %s: ", cause);
  CHECK_HAS(test_message, expected);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_SPAWN_FAILED);
  CHECK_INT(ocihooks_report_hook_errno(report, 0), error);
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDOUT), "");
  ocihooks_report_free(report);
  CHECK_INT(open_descriptors(), open_before);
}

static void a_pidfd_that_is_closed(void)
{
  check_refused(777, "could not join the container's user namespace", EBADF);
}

static void a_container_that_is_gone(void)
{
  START(ALL_BUT_USER);
  int pidfd = dup(box.pidfd);
  box_stop(&box);
  check_refused(pidfd, "could not join the container's user namespace", ESRCH);
  close(pidfd);
}

/* Its init is dead, but was not reaped. */
static void a_container_that_is_a_zombie(void)
{
  siginfo_t info;
  START(ALL_BUT_USER);
  kill(box.pid, SIGKILL);
  CHECK_INT(waitid(P_PID, (id_t)box.pid, &info, WEXITED | WNOWAIT), 0);
  check_refused(box.pidfd, "could not join the container's user namespace", ESRCH);
  box_stop(&box);
}

static void a_process_that_is_not_there(void)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = NULL;
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_container_pid(runner, 2147483646, NULL, 0), OCIHOOKS_OK);
  test_add_shell(hooks, "createContainer", "exit 0", 0);
  CHECK_INT(ocihooks_run(hooks, "createContainer", STATE, strlen(STATE), runner, NULL, test_message,
                         sizeof test_message),
            OCIHOOKS_ERR_SPAWN);
  CHECK_HAS(test_message, "could not join the container's user namespace: No such process (errno 3)");
  ocihooks_runner_free(runner);
  ocihooks_free(hooks);
}

static int run_as_nobody(void (*body)(void))
{
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    test_failures_of_case = 0;
    /* A process that dropped privileges is undumpable, and root owns its children's /proc files. */
    if (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0 || prctl(PR_SET_DUMPABLE, 1) != 0)
      _exit(111);
    body();
    fflush(stdout);
    _exit(test_failures_of_case);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 112;
}

static void refused_to_nobody(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(run_by(box.pidfd, "echo ran", 0, &report), OCIHOOKS_ERR_SPAWN);
  CHECK_HAS(test_message, "could not join the container's user namespace: ");
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDOUT), "");
  ocihooks_report_free(report);
}

static void a_privilege_that_is_missing(void)
{
  if (geteuid() != 0)
    SKIP("only root can drop its privileges");
  START(ALL_BUT_USER);
  CHECK_INT(run_as_nobody(refused_to_nobody), 0);
  box_stop(&box);
}

/* The caller is unchanged: dumpable, in its namespaces, with its descriptors, threads and children. */
static void the_host_is_left_as_it_was(void)
{
  static const char script[] = "exit 0";
  char before[64], after[64];
  START(ALL_BUT_USER | CLONE_NEWUSER);
  ssize_t size = readlink("/proc/self/ns/pid_for_children", before, sizeof before);
  int open_before = open_descriptors();
  CHECK_INT(prctl(PR_GET_DUMPABLE), 1);
  for (int i = 0; i < 20; i++)
    CHECK_INT(run_by(box.pidfd, script, 0, NULL), OCIHOOKS_OK);
  CHECK_INT(prctl(PR_GET_DUMPABLE), 1);
  CHECK_INT(open_descriptors(), open_before);
  CHECK_INT(readlink("/proc/self/ns/pid_for_children", after, sizeof after), size);
  CHECK(memcmp(before, after, (size_t)size) == 0);
  CHECK_HAS(file_text("/proc/self/status"), "\nThreads:\t1\n");
  CHECK_INT(geteuid(), getuid());
  CHECK_INT(waitpid(-1, NULL, WNOHANG), 0); /* the container's init only */
  box_stop(&box);
}

/* A user namespace that an unprivileged user created: its hooks run as that user. */
static void rootless(void)
{
  ocihooks_report *report = NULL;
  START(ALL_BUT_USER | CLONE_NEWUSER);
  CHECK_INT(run_by(box.pidfd, "id -u; cat /proc/self/uid_map", 0, &report), OCIHOOKS_OK);
  char *output = test_output(report, 0, OCIHOOKS_STDOUT);
  CHECK(strncmp(output, "0\n", 2) == 0);
  CHECK_HAS(output, "65534");
  free(output);
  ocihooks_report_free(report);
  box_stop(&box);
}

static void a_container_of_an_unprivileged_user(void)
{
  char command[1200];
  if (geteuid() != 0) {
    rootless();
    return;
  }
  snprintf(command, sizeof command, "chmod 711 %s && chown -R 65534:65534 %s", place, box.root);
  CHECK_INT(system(command), 0);
  CHECK_INT(run_as_nobody(rootless), 0);
}

int main(void)
{
  place_make();
  if (!box_make_root_in(&box, place))
    return test_end();
  RUN(a_timeout_reaches_into_the_pid_namespace);
  RUN(a_pidfd_that_is_closed);
  RUN(a_container_that_is_gone);
  RUN(a_container_that_is_a_zombie);
  RUN(a_process_that_is_not_there);
  RUN(a_privilege_that_is_missing);
  RUN(the_host_is_left_as_it_was);
  RUN(a_container_of_an_unprivileged_user);
  return test_end();
}
