/*
 * A child that did not die of SIGKILL in time, and was left behind: a process in a frozen cgroup (version 1), or one in
 * an uninterruptible wait for a file system. A later run has to reap it once it is dead.
 */
#include "fork.h"
#include "helpers.h"
#include "container.h"

#include <linux/fuse.h>
#include <sys/prctl.h>

static struct box box = {.pivot = 1, .pid = -1, .pidfd = -1};
static char freezer[1300], stuck[600];
static pid_t daemon_pid;

/* Runs one hook that is left behind, and returns its pid. */
static pid_t leave_behind(const char *phase, const char *path, const ocihooks_runner *runner)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_add_command(hooks, phase, path, NULL, NULL, 1, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, phase, STATE, strlen(STATE), runner, &report, test_message, sizeof test_message),
            OCIHOOKS_ERR_TIMEOUT);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_TIMED_OUT);
  CHECK_HAS(warning_of(report, 0), "left behind");
  pid_t pid = ocihooks_report_hook_pid(report, 0);
  CHECK(pid > 0 && !is_dead(pid));
  free_all(hooks, NULL, report);
  return pid;
}

/* They are dead now. The next run, or a call, reaps them and closes their descriptors. */
static void check_are_reaped(const pid_t *pids, int count, int descriptors, int by_run)
{
  for (int i = 0; i < count; i++)
    CHECK(dies_soon(pids[i]));
  if (by_run)
    CHECK_INT(test_shell("exit 0", 20, NULL, NULL), OCIHOOKS_OK);
  else
    CHECK_INT(ocihooks_reap_left_behind(), 0);
  for (int i = 0; i < count; i++)
    CHECK(kill(pids[i], 0) != 0 && errno == ESRCH);
  CHECK(has_no_child());
  CHECK_INT(open_descriptors(), descriptors);
}

static int set_frozen(const char *state)
{
  char path[1400];
  snprintf(path, sizeof path, "%s/freezer.state", freezer);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  int good = fd >= 0 && write(fd, state, strlen(state)) == (ssize_t)strlen(state);
  if (fd >= 0)
    close(fd);
  return good;
}

/* Creates a cgroup in the freezer's hierarchy, which it mounts if needed. */
static int make_freezer(void)
{
  char line[2048], at[1024], type[64], options[512], own[512];
  int found = 0;
  FILE *mounts = fopen("/proc/self/mounts", "re");
  while (mounts != NULL && !found && fgets(line, sizeof line, mounts) != NULL)
    found = sscanf(line, "%*s %1023s %63s %511s", at, type, options) == 3 && strcmp(type, "cgroup") == 0 &&
            strstr(options, "freezer") != NULL;
  if (mounts != NULL)
    fclose(mounts);
  snprintf(own, sizeof own, "%s", place_path("freezer"));
  if (!found) {
    snprintf(at, sizeof at, "%s", own);
    if (mkdir(own, 0755) != 0 || mount("none", own, "cgroup", 0, "freezer") != 0)
      return 0;
  }
  snprintf(freezer, sizeof freezer, "%s/ocihooks-test-%d", at, (int)getpid());
  return mkdir(freezer, 0755) == 0;
}

static void remove_freezer(void)
{
  set_frozen("THAWED");
  for (int i = 0; i < 200 && rmdir(freezer) != 0 && errno == EBUSY; i++)
    nap();
  umount2(place_path("freezer"), MNT_DETACH);
}

static void frozen_hooks(const char *phase, int container)
{
  enum { COUNT = 2 };
  pid_t pids[COUNT];
  ocihooks_runner *runner = new_runner();
  int group = open(freezer, O_RDONLY | O_DIRECTORY | O_CLOEXEC), descriptors = open_descriptors();
  CHECK_INT(ocihooks_runner_set_cgroup_fd(runner, group, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_container_pidfd(runner, container, NULL, 0), OCIHOOKS_OK);
  CHECK(set_frozen("FROZEN"));
  for (int i = 0; i < COUNT; i++)
    pids[i] = leave_behind(phase, "/bin/true", runner);
  CHECK(set_frozen("THAWED"));
  check_are_reaped(pids, COUNT, descriptors, 1);
  ocihooks_runner_free(runner);
}

static void frozen_in_the_runtimes_namespaces(void)
{
  frozen_hooks("createRuntime", -1);
}

static void frozen_on_the_way_into_a_container(void)
{
  frozen_hooks("startContainer", box.pidfd);
}

static void a_frozen_child_is_reaped_later(void)
{
  if (!make_freezer())
    SKIP("no cgroup of the freezer (version 1) can be made here");
  in_child(frozen_in_the_runtimes_namespaces);
  if (box_start(&box, ALL_BUT_USER))
    in_child(frozen_on_the_way_into_a_container);
  else
    printf("  SKIPPED: no namespaces can be made here\n");
  box_stop(&box);
  remove_freezer();
}

/* Reads every request of the file system and answers only the first. Other callers wait uninterruptibly. */
static void serve(int device, int ready)
{
  static char request[256 * 1024];
  struct {
    struct fuse_out_header header;
    struct fuse_init_out init;
  } answer;
  alarm(TEST_SECONDS);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) {
    const struct fuse_in_header *header = (const struct fuse_in_header *)request;
    if (read(device, request, sizeof request) < (ssize_t)sizeof *header)
      _exit(1);
    if (header->opcode != FUSE_INIT)
      continue;
    memset(&answer, 0, sizeof answer);
    answer.header.len = sizeof answer;
    answer.header.unique = header->unique;
    answer.init.major = FUSE_KERNEL_VERSION;
    answer.init.minor = FUSE_KERNEL_MINOR_VERSION;
    answer.init.max_write = 4096;
    if (write(device, &answer, sizeof answer) != (ssize_t)sizeof answer || write(ready, "!", 1) != 1)
      _exit(1);
  }
}

/* Mounts the file system. Only its daemon holds the device, so killing it releases all waiting processes. */
static int stick(void)
{
  char options[128], byte;
  int ready[2], device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  snprintf(stuck, sizeof stuck, "%s/stuck", place);
  snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
  if (device < 0 || pipe2(ready, O_CLOEXEC) != 0 || mkdir(stuck, 0755) != 0 ||
      mount("none", stuck, "fuse", MS_NOSUID | MS_NODEV, options) != 0)
    return 0;
  daemon_pid = fork();
  if (daemon_pid == 0)
    serve(device, ready[1]);
  close(device);
  close(ready[1]);
  int good = read(ready[0], &byte, 1) == 1;
  close(ready[0]);
  return good;
}

static void a_hook_on_it(void)
{
  char path[700];
  int descriptors = open_descriptors();
  snprintf(path, sizeof path, "%s/hook", stuck);
  pid_t pid = leave_behind("createRuntime", path, NULL);
  CHECK_INT(ocihooks_reap_left_behind(), 1);
  kill(daemon_pid, SIGKILL);
  check_are_reaped(&pid, 1, descriptors, 0);
}

static void a_child_that_waits_for_a_file_system_is_reaped_later(void)
{
  if (stick())
    in_child(a_hook_on_it);
  else
    printf("  SKIPPED: no FUSE file system can be mounted here\n");
  umount2(stuck, MNT_DETACH);
  if (daemon_pid > 0) {
    kill(daemon_pid, SIGKILL);
    waitpid(daemon_pid, NULL, 0);
  }
}

int main(void)
{
  place_make();
  if (!box_make_root_in(&box, place))
    return test_end();
  RUN(a_frozen_child_is_reaped_later);
  RUN(a_child_that_waits_for_a_file_system_is_reaped_later);
  return test_end();
}
