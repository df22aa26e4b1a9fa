/* Hooks in the container's namespaces: the joined namespaces, the resolution of paths, the hooks' view. */
#include "test.h"
#include "helpers.h"
#include "container.h"

#include <sys/prctl.h>

static struct box box;
static const char *const namespaces[] = {"user", "cgroup", "ipc", "uts", "net", "pid", "time", "mnt"};

enum { KINDS = sizeof namespaces / sizeof namespaces[0] };

/* The container, in a separate root. Returns 0 if containers are refused. */
static int start(int flags, int pivot)
{
  box.pivot = pivot;
  return box_start(&box, flags);
}

#define START(flags, pivot)                   \
  do {                                        \
    if (!start(flags, pivot)) {               \
      box_stop(&box);                         \
      SKIP("no namespaces can be made here"); \
    }                                         \
  } while (0)

static ocihooks_runner *runner_for_box(void)
{
  ocihooks_runner *runner = NULL;
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_container_pidfd(runner, box.pidfd, NULL, 0), OCIHOOKS_OK);
  return runner;
}

/* Runs one command of a phase in the container and returns its stdout. The caller frees it. */
static char *run_in_box(const char *phase, const char *path, const char *const *args, int expected)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = runner_for_box();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_add_command(hooks, phase, path, args, NULL, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, phase, STATE, strlen(STATE), runner, &report, test_message, sizeof test_message),
            expected);
  if (expected == OCIHOOKS_OK)
    CHECK_TEXT(test_message, "");
  char *output = test_output(report, 0, OCIHOOKS_STDOUT);
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
  ocihooks_free(hooks);
  return output;
}

static char *shell_in_box(const char *phase, const char *script)
{
  const char *args[] = {"sh", "-c", script, NULL};
  return run_in_box(phase, "/bin/sh", args, OCIHOOKS_OK);
}

/* A process's namespace by its name in /proc. */
static const char *namespace_of(pid_t pid, const char *kind)
{
  static char names[2][64];
  static unsigned next;
  char path[64], *name = names[next++ % 2];
  snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)pid, kind);
  ssize_t size = readlink(path, name, sizeof names[0] - 1);
  name[size < 0 ? 0 : size] = '\0';
  return name;
}

/* The hooks' namespaces are the container's, and ours stay ours. createContainer comes before pivot_root. */
static void check_namespaces(const char *phase, int flags, int pivot)
{
  char own[KINDS][64], script[64];
  for (int i = 0; i < KINDS; i++)
    snprintf(own[i], sizeof own[i], "%s", namespace_of(getpid(), namespaces[i]));
  START(flags, pivot);
  for (int i = 0; i < KINDS; i++) {
    char expected[80];
    snprintf(script, sizeof script, "readlink /proc/self/ns/%s", namespaces[i]);
    snprintf(expected, sizeof expected, "%s\n", namespace_of(box.pid, namespaces[i]));
    CHECK_OWN(shell_in_box(phase, script), expected);
    CHECK_TEXT(namespace_of(getpid(), namespaces[i]), own[i]);
  }
  box_stop(&box);
}

static void hooks_join_what_differs(void)
{
  check_namespaces("startContainer", ALL_BUT_USER, 1);
  check_namespaces("createContainer", ALL_BUT_USER | CLONE_NEWCGROUP, 0);
  check_namespaces("startContainer", CLONE_NEWNS | CLONE_NEWUTS, 1);
}

static void hooks_join_a_user_namespace(void)
{
  check_namespaces("startContainer", ALL_BUT_USER | CLONE_NEWUSER, 1);
  check_namespaces("createContainer", ALL_BUT_USER | CLONE_NEWUSER, 0);
}

/* Root inside, without other groups. */
static void a_hook_is_root_of_the_user_namespace(void)
{
  START(ALL_BUT_USER | CLONE_NEWUSER, 1);
  CHECK_OWN(shell_in_box("startContainer", "id -u; id -g; grep Groups: /proc/self/status"), "0\n0\nGroups:\t \n");
  CHECK_OWN_HAS(shell_in_box("startContainer", "cat /proc/self/uid_map"), "65535");
  box_stop(&box);
}

/* Resolved outside, executed inside: the container's root has no such file. */
static void createcontainer_is_opened_outside(void)
{
  const char *script = place_write("outside", "#!/bin/sh\nhostname\nls /bin/busybox\necho \"$0 $1\"\n", 0755);
  const char *args[] = {"outside", "one", NULL}, *applet[] = {"hostname", NULL};
  START(ALL_BUT_USER, 1);
  CHECK_OWN(run_in_box("createContainer", script, args, OCIHOOKS_OK), BOX_NAME "\n/bin/busybox\n/dev/fd/3 one\n");
  /* An unreadable program, which only the library's kind of descriptor can open. */
  char copy[600], command[1300];
  snprintf(copy, sizeof copy, "%s/copy", place);
  snprintf(command, sizeof command, "cp $(command -v busybox) %s && chmod 0111 %s", copy, copy);
  CHECK_INT(system(command), 0);
  CHECK_OWN(run_in_box("createContainer", copy, applet, OCIHOOKS_OK), BOX_NAME "\n");
  free(run_in_box("createContainer", "/bin/only-in-box", NULL, OCIHOOKS_ERR_SPAWN));
  CHECK_TEXT(test_message, "error running createContainer hook #0: /bin/only-in-box: could not be executed: "
                           "No such file or directory (errno 2)");
  box_stop(&box);
}

static void startcontainer_is_resolved_inside(void)
{
  char inside[600];
  snprintf(inside, sizeof inside, "%s/bin/only-in-box", box.root);
  CHECK_INT(symlink("busybox", inside), 0);
  const char *args[] = {"hostname", NULL};
  START(ALL_BUT_USER, 1);
  /* field note 17: the path is the container's */
  CHECK_OWN(run_in_box("startContainer", "/bin/only-in-box", args, OCIHOOKS_OK), BOX_NAME "\n");
  CHECK_OWN(shell_in_box("startContainer", "pwd; ls -d /proc/1/root/bin"), "/tmp\n/proc/1/root/bin\n");
  free(run_in_box("startContainer", own_path(), NULL, OCIHOOKS_ERR_SPAWN));
  CHECK_HAS(test_message, "could not be executed: No such file or directory (errno 2)");
  box_stop(&box);
}

/* ../.. from the root is the root, and an absolute link begins there. */
static void a_link_never_leads_out(void)
{
  char marker[600], body[800], link[600], target[600];
  snprintf(marker, sizeof marker, "%s/was-outside", place);
  snprintf(body, sizeof body, "#!/bin/sh\n: > %s\n", marker);
  const char *outside = place_write("evil", body, 0755);
  snprintf(link, sizeof link, "%s/bin/absolute", box.root);
  CHECK_INT(symlink(outside, link), 0);
  snprintf(link, sizeof link, "%s/bin/relative", box.root);
  snprintf(target, sizeof target, "../../../../../../../../../..%s", outside);
  CHECK_INT(symlink(target, link), 0);
  snprintf(link, sizeof link, "%s/bin/twin", box.root);
  CHECK_INT(symlink("../../../../../../../../bin/busybox", link), 0);
  const char *args[] = {"hostname", NULL};
  START(ALL_BUT_USER, 1);
  free(run_in_box("startContainer", "/bin/absolute", NULL, OCIHOOKS_ERR_SPAWN));
  CHECK_HAS(test_message, "could not be executed: No such file or directory (errno 2)");
  free(run_in_box("startContainer", "/bin/relative", NULL, OCIHOOKS_ERR_SPAWN));
  CHECK_HAS(test_message, "could not be executed: No such file or directory (errno 2)");
  CHECK_INT(access(marker, F_OK), -1);
  CHECK_OWN(run_in_box("startContainer", "/bin/twin", args, OCIHOOKS_OK), BOX_NAME "\n");
  box_stop(&box);
}

/* Phases of the runtime's namespaces are unaffected. */
static void other_phases_stay_outside(void)
{
  START(ALL_BUT_USER, 1);
  char *uts = shell_in_box("createRuntime", "readlink /proc/self/ns/uts");
  uts[strcspn(uts, "\n")] = '\0';
  CHECK_OWN(uts, namespace_of(getpid(), "uts"));
  box_stop(&box);
}

/* The streams and, in a script of createContainer, the script itself, but no descriptor of the host. */
static void a_hook_has_no_other_descriptor(void)
{
  static const char count[] =
    "#!/bin/sh\nfor fd in 0 1 2 3 4 5 6 7 8 9; do [ -e /proc/self/fd/$fd ] && echo $fd; done; true";
  int mine = open("/dev/null", O_RDONLY); /* not close-on-exec */
  const char *script = place_write("count", count, 0755);
  START(ALL_BUT_USER, 1);
  CHECK_OWN(shell_in_box("startContainer", count), "0\n1\n2\n");
  CHECK_OWN(run_in_box("createContainer", script, NULL, OCIHOOKS_OK), "0\n1\n2\n3\n");
  box_stop(&box);
  START(ALL_BUT_USER, 0);
  CHECK_OWN(shell_in_box("createContainer", count), "0\n1\n2\n");
  box_stop(&box);
  close(mine);
}

static void only_some_kinds(void)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_report *report = NULL;
  char expected[300];
  START(ALL_BUT_USER, 1);
  ocihooks_runner *runner = runner_for_box();
  test_add_shell(hooks, "startContainer", "hostname; readlink /proc/self/ns/mnt; readlink /proc/self/ns/pid", 0);
  CHECK_INT(ocihooks_runner_set_container_namespaces(runner, CLONE_NEWUTS, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "startContainer", STATE, strlen(STATE), runner, &report, test_message,
                         sizeof test_message),
            0);
  snprintf(expected, sizeof expected, BOX_NAME "\n%s\n%s\n", namespace_of(getpid(), "mnt"),
           namespace_of(getpid(), "pid"));
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDOUT), expected);
  CHECK_INT(ocihooks_runner_set_container_namespaces(runner, CLONE_VM, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_runner_set_container_pid(runner, -1, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_runner_set_container_pidfd(runner, -2, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
  ocihooks_free(hooks);
  box_stop(&box);
}

/* A container without differences: hooks run as without one. */
static void a_container_of_ones_own(void)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = NULL;
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_container_pid(runner, getpid(), NULL, 0), OCIHOOKS_OK);
  test_add_shell(hooks, "startContainer", "exit 0", 0);
  test_add_shell(hooks, "createContainer", "exit 0", 0);
  CHECK_INT(ocihooks_run(hooks, "startContainer", STATE, strlen(STATE), runner, NULL, test_message,
                         sizeof test_message),
            0);
  CHECK_INT(ocihooks_run(hooks, "createContainer", STATE, strlen(STATE), runner, NULL, test_message,
                         sizeof test_message),
            0);
  ocihooks_runner_free(runner);
  ocihooks_free(hooks);
}

int main(void)
{
  place_make();
  if (!box_make_root_in(&box, place))
    return test_end();
  RUN(hooks_join_what_differs);
  RUN(hooks_join_a_user_namespace);
  RUN(a_hook_is_root_of_the_user_namespace);
  RUN(createcontainer_is_opened_outside);
  RUN(startcontainer_is_resolved_inside);
  RUN(a_link_never_leads_out);
  RUN(other_phases_stay_outside);
  RUN(a_hook_has_no_other_descriptor);
  RUN(only_some_kinds);
  RUN(a_container_of_ones_own);
  return test_end();
}
