/* Entering a container on older kernels: without the pidfd's ioctls (6.11), pidfds of threads (6.9), close_range (5.9).
   */
#include "seccomp.h"
#include "container.h"

#include <ftw.h>
#include <sys/ioctl.h>

static struct box box;
static char place[64];

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
  (void)status, (void)type, (void)ftw;
  return remove(path);
}

static const char *run_phase(const char *phase, const char *path, const char *const *args)
{
  static char output[1024];
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_container_pidfd(runner, box.pidfd, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_add_command(hooks, phase, path, args, NULL, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, phase, STATE, strlen(STATE), runner, &report, test_message, sizeof test_message),
            OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  ocihooks_report_hook_output(report, 0, OCIHOOKS_STDOUT, output, sizeof output);
  free_all(hooks, runner, report);
  return output;
}

static void run_both(void)
{
  static const char script[] =
    "hostname; pwd; for fd in 2 3 4 5 6 7; do [ -e /proc/self/fd/$fd ] && echo $fd; done; true";
  const char *inside[] = {"sh", "-c", script, NULL}, *outside[] = {"hostname", NULL};
  char busybox[200];
  int open_before = open_descriptors();
  CHECK_TEXT(run_phase("startContainer", "/bin/sh", inside), BOX_NAME "\n/tmp\n2\n");
  snprintf(busybox, sizeof busybox, "%s/root/bin/busybox", place);
  CHECK_TEXT(run_phase("createContainer", busybox, outside), BOX_NAME "\n");
  CHECK_INT(open_descriptors(), open_before);
}

static void without_new_calls(void)
{
  enum { IOCTLS = 10, CALLS = IOCTLS + 2 };
  struct denial old[CALLS] = {{SYS_pidfd_open, EINVAL, 1, O_EXCL}, {SYS_close_range, ENOSYS, ANY, 0}};
  for (unsigned i = 0; i < IOCTLS; i++) /* PIDFD_GET_CGROUP_NAMESPACE and the requests behind it */
    old[2 + i] = (struct denial){SYS_ioctl, ENOTTY, 1, _IO(0xFF, i + 1)};
  if (!deny(old, CALLS))
    SKIP("no seccomp filter can be set up here");
  run_both();
}

static void as_before_linux_6_11(void)
{
  box.pivot = 1;
  if (!box_start(&box, ALL_BUT_USER)) {
    box_stop(&box);
    SKIP("no namespaces can be made here");
  }
  run_both();
  in_child(without_new_calls);
  box_stop(&box);
}

int main(void)
{
  snprintf(place, sizeof place, "/tmp/ocihooks-test-XXXXXX");
  if (mkdtemp(place) == NULL)
    return 1;
  if (box_make_root_in(&box, place))
    RUN(as_before_linux_6_11);
  nftw(place, remove_one, 8, FTW_DEPTH | FTW_PHYS);
  return test_end();
}
