/*
 * A file system that never answers, like one behind a dead network. The deadline holds for every file of a hook on it.
 * Here it is FUSE, whose requests stay unread.
 */
#include "test.h"
#include "helpers.h"
#include "container.h"

static struct box box;
static char stuck[600];
static int device = -1;

/* Mounts it. Returns 0 if that is refused. */
static int stick(void)
{
  char options[128];
  snprintf(stuck, sizeof stuck, "%s/stuck", place);
  device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (device < 0 || (mkdir(stuck, 0755) != 0 && errno != EEXIST))
    return 0;
  snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
  return mount("none", stuck, "fuse", MS_NOSUID | MS_NODEV, options) == 0;
}

static void unstick(void)
{
  umount2(stuck, MNT_DETACH);
  if (device >= 0)
    close(device);
}

#define STICK()                                        \
  do {                                                 \
    if (!stick()) {                                    \
      unstick();                                       \
      SKIP("no FUSE file system can be mounted here"); \
    }                                                  \
  } while (0)

static void check_times_out(const char *phase, const char *path, const ocihooks_runner *runner)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_report *report = NULL;
  int before = open_descriptors();
  CHECK_INT(ocihooks_add_command(hooks, phase, path, NULL, NULL, 1, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, phase, STATE, strlen(STATE), runner, &report, test_message, sizeof test_message),
            OCIHOOKS_ERR_TIMEOUT);
  CHECK_HAS(test_message, "timed out after 1 s");
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGKILL);
  CHECK_INT(open_descriptors(), before);
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

static void a_program_on_it_times_out(void)
{
  char path[700];
  STICK();
  snprintf(path, sizeof path, "%s/hook", stuck);
  check_times_out("createRuntime", path, NULL);
  unstick();
  CHECK(has_no_child());
}

static void a_working_directory_on_it_times_out(void)
{
  char path[700];
  ocihooks_runner *runner = NULL;
  STICK();
  snprintf(path, sizeof path, "%s/directory", stuck);
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_cwd(runner, path, NULL, 0), OCIHOOKS_OK);
  check_times_out("createRuntime", "/bin/true", runner);
  ocihooks_runner_free(runner);
  unstick();
  CHECK(has_no_child());
}

/* createContainer's program is opened on the host's side, before the child enters the container. */
static void a_program_on_it_that_enters_a_container_times_out(void)
{
  char path[700];
  ocihooks_runner *runner = NULL;
  box.pivot = 1;
  if (!box_make_root_in(&box, place))
    return;
  if (!box_start(&box, ALL_BUT_USER)) {
    box_stop(&box);
    SKIP("no namespaces can be made here");
  }
  if (!stick()) {
    unstick();
    box_stop(&box);
    SKIP("no FUSE file system can be mounted here");
  }
  snprintf(path, sizeof path, "%s/hook", stuck);
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_container_pidfd(runner, box.pidfd, NULL, 0), OCIHOOKS_OK);
  check_times_out("createContainer", path, runner);
  ocihooks_runner_free(runner);
  unstick();
  box_stop(&box);
  CHECK(has_no_child());
}

int main(void)
{
  alarm(TEST_SECONDS); /* a hang is a failure */
  place_make();
  RUN(a_program_on_it_times_out);
  RUN(a_working_directory_on_it_times_out);
  RUN(a_program_on_it_that_enters_a_container_times_out);
  return test_end();
}
