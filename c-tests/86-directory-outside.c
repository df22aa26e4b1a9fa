/*
 * A container whose process has its working directory outside of its root. A startContainer hook that began there could
 * read the host's files by relative paths. It has to begin in the root, or not at all.
 */
#include "ways.h"
#include "helpers.h"
#include "container.h"
#include "inmate.h"

#define SECRET "the host's own"

static struct box box = {.pid = -1, .pidfd = -1};
static struct inmate inmate;

/* Moves the process to its directory. The second argument is in the box. */
static int stay(int ready)
{
  while (write(ready, "!", 1) == 1)
    pause();
  return 1;
}

/* chroot without chdir: the directory stays beside the root. */
static int chroot_alone(int ready)
{
  return chdir(place) == 0 && chroot(box.root) == 0 ? stay(ready) : 1;
}

/* The old root is detached, but this process is still in one of its directories. */
static int pivot_and_stay_behind(int ready)
{
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0)
    return 1;
  int here = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return chdir(box.root) == 0 && syscall(SYS_pivot_root, ".", ".") == 0 && umount2(".", MNT_DETACH) == 0 &&
             chroot(".") == 0 && fchdir(here) == 0
           ? stay(ready)
           : 1;
}

/* A directory in the root, which the host later moves out. */
static int work_inside(int ready)
{
  return chroot(box.root) == 0 && chdir("/work") == 0 ? stay(ready) : 1;
}

/* Another mount inside of the root, which is valid. */
static int work_on_a_mount(int ready)
{
  return chroot(box.root) == 0 && chdir("/proc") == 0 ? stay(ready) : 1;
}

/* Runs the script in startContainer and returns its output, "" if it did not run. The caller frees it. */
static char *run_script(const char *script)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_container_pidfd(runner, inmate.pidfd, NULL, 0), OCIHOOKS_OK);
  test_add_shell(hooks, "startContainer", script, 20);
  int code =
    ocihooks_run(hooks, "startContainer", STATE, strlen(STATE), runner, &report, test_message, sizeof test_message);
  if (code != OCIHOOKS_OK)
    CHECK_INT(code, OCIHOOKS_ERR_SPAWN);
  char *said = test_output(report, 0, OCIHOOKS_STDOUT);
  free_all(hooks, runner, report);
  return said;
}

static void check_stays_inside(void)
{
  char script[1024];
  snprintf(script, sizeof script,
           "pwd; for up in . .. ../.. ../../.. ../../../..; do cat $up/secret $up%s/secret; done 2>/dev/null; exit 0",
           place);
  char *said = run_script(script);
  CHECK(strstr(said, SECRET) == NULL);
  if (said[0] != '\0')
    CHECK_TEXT(said, "/\n");
  free(said);
}

static void check_works_on_a_mount(void)
{
  CHECK_OWN(run_script("pwd; ls self/root/bin/busybox"), "/proc\nself/root/bin/busybox\n");
  CHECK_TEXT(test_message, "");
}

/* Starts the container's process in these namespaces of the box, and runs the body beside it. */
static void check_with(int (*process)(int ready), int flags, void (*body)(void))
{
  if (!box_start(&box, flags | CLONE_NEWNS)) {
    box_stop(&box);
    SKIP("no namespaces can be made here");
  }
  if (inmate_start(&inmate, &box, flags, process)) {
    char moved[600], work[600];
    snprintf(moved, sizeof moved, "%s/moved", place);
    snprintf(work, sizeof work, "%s/work", box.root);
    if (process == work_inside)
      CHECK_INT(rename(work, moved), 0);
    in_every_way(body);
    if (process == work_inside)
      CHECK_INT(rename(moved, work), 0);
  } else {
    CHECK(!"a process in the container's namespaces");
  }
  inmate_stop(&inmate);
  box_stop(&box);
}

static const int mounts_and_pids = CLONE_NEWNS | CLONE_NEWPID;

static void a_root_without_its_directory(void)
{
  check_with(chroot_alone, mounts_and_pids, check_stays_inside);
  check_with(chroot_alone, CLONE_NEWUTS, check_stays_inside);
  check_with(chroot_alone, mounts_and_pids | CLONE_NEWUSER, check_stays_inside);
}

static void a_directory_in_the_old_root(void)
{
  check_with(pivot_and_stay_behind, mounts_and_pids, check_stays_inside);
}

static void a_directory_that_was_moved_out(void)
{
  check_with(work_inside, CLONE_NEWUTS, check_stays_inside);
  check_with(work_inside, mounts_and_pids, check_stays_inside);
}

static void a_directory_on_another_mount_is_entered(void)
{
  check_with(work_on_a_mount, mounts_and_pids, check_works_on_a_mount);
}

int main(void)
{
  char command[1200];
  place_make();
  place_write("secret", SECRET "\n", 0644);
  if (!box_make_root_in(&box, place))
    return test_end();
  snprintf(command, sizeof command, "chmod 755 %s && mkdir %s/work", place, box.root);
  CHECK_INT(system(command), 0);
  RUN(a_root_without_its_directory);
  RUN(a_directory_in_the_old_root);
  RUN(a_directory_that_was_moved_out);
  RUN(a_directory_on_another_mount_is_entered);
  return test_end();
}
