/* Hosts of hooks in a container: those that stop a hook on its way in, that ignore SIGCHLD, or that run out of
   descriptors. */
#include "seccomp.h"
#include "helpers.h"
#include "container.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

static struct box box;

#define START()                               \
  do {                                        \
    box.pivot = 1;                            \
    if (!box_start(&box, ALL_BUT_USER)) {     \
      box_stop(&box);                         \
      SKIP("no namespaces can be made here"); \
    }                                         \
  } while (0)

/* Runs `sh -c script` in the container. */
static int run_inside(const char *script, ocihooks_runner *runner, ocihooks_report **report)
{
  ocihooks *hooks = test_parse("{}");
  CHECK_INT(ocihooks_runner_set_container_pidfd(runner, box.pidfd, NULL, 0), OCIHOOKS_OK);
  test_add_shell(hooks, "startContainer", script, 20);
  int code =
    ocihooks_run(hooks, "startContainer", STATE, strlen(STATE), runner, report, test_message, sizeof test_message);
  ocihooks_free(hooks);
  return code;
}

/* A thread that cancels this number of nanoseconds after the start of the run. */
struct cancel {
  int descriptor;
  double after;
};

static void *cancel_later(void *argument)
{
  const struct cancel *cancel = argument;
  double end = now() + cancel->after;
  while (now() < end)
    ;
  CHECK_INT(eventfd_write(cancel->descriptor, 1), 0);
  return NULL;
}

/* The timeout may expire at any moment: before there is a process, while it is not yet the hook, or while there are
   two. */
static void stopped_at_any_moment(void)
{
  enum { TIMES = 400 };
  for (int i = 0; i < TIMES && test_failures_of_case == 0; i++) {
    struct cancel cancel = {eventfd(0, EFD_CLOEXEC), i * 2e-6};
    ocihooks_report *report = NULL;
    ocihooks_runner *runner = new_runner();
    pthread_t thread;
    CHECK_INT(ocihooks_runner_set_cancel_fd(runner, cancel.descriptor, NULL, 0), OCIHOOKS_OK);
    CHECK_INT(ocihooks_runner_set_grace_ms(runner, 10, NULL, 0), OCIHOOKS_OK);
    CHECK_INT(pthread_create(&thread, NULL, cancel_later, &cancel), 0);
    CHECK_INT(run_inside("exec sleep 1000", runner, &report), OCIHOOKS_ERR_CANCELED);
    CHECK_HAS(test_message, "canceled");
    CHECK_INT(pthread_join(thread, NULL), 0);
    CHECK(no_children());
    close(cancel.descriptor);
    ocihooks_report_free(report);
    ocihooks_runner_free(runner);
  }
}

static void a_hook_that_is_stopped_on_its_way_in_was_stopped(void)
{
  START();
  in_child(stopped_at_any_moment);
  box_stop(&box);
}

/* Whether the kernel reports how a reaped process ended (Linux 6.15). */
static int kernel_can_tell(void)
{
  struct {
    uint64_t mask, cgroup;
    uint32_t ids[11];
    int32_t exit_code;
  } info = {8, 0, {0}, 0};
  pid_t pid = fork();
  if (pid == 0)
    _exit(3);
  int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
  waitpid(pid, NULL, 0);
  int told = ioctl(pidfd, _IOWR(0xFF, 11, info), &info) == 0 && (info.mask & 8) != 0 && info.exit_code == 3 << 8;
  close(pidfd);
  return told;
}

static void with_sigchld_ignored(void)
{
  enum { TIMES = 30 };
  ocihooks_runner *runner = new_runner();
  int can_tell = kernel_can_tell();
  signal(SIGCHLD, SIG_IGN);
  for (int i = 0; i < TIMES && test_failures_of_case == 0; i++) {
    ocihooks_report *report = NULL;
    int code = run_inside("exit 3", runner, &report);
    if (can_tell || code != OCIHOOKS_ERR_LOST) {
      CHECK_INT(code, OCIHOOKS_ERR_EXIT);
      CHECK_INT(ocihooks_report_hook_exit_code(report, 0), 3);
    }
    CHECK(no_children());
    ocihooks_report_free(report);
  }
  ocihooks_runner_free(runner);
}

static void the_status_is_right_or_lost_with_sigchld_ignored(void)
{
  START();
  in_child(with_sigchld_ignored);
  box_stop(&box);
}

static void with_no_waitid(void)
{
  const struct denial denied[] = {{SYS_waitid, EPERM, ANY, 0}};
  ocihooks_runner *runner = new_runner();
  if (!deny(denied, 1))
    SKIP("no seccomp filter can be set up here");
  CHECK_INT(run_inside("exit 3", runner, NULL), OCIHOOKS_ERR_EXIT);
  CHECK_INT(run_inside("exit 0", runner, NULL), OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  CHECK(no_children());
  ocihooks_runner_free(runner);
}

static void waitid_is_not_needed(void)
{
  START();
  in_child(with_no_waitid);
  box_stop(&box);
}

/* A thread that exhausts the descriptors some time after the start of the run. */
static void *limit_later(void *argument)
{
  const double *after = argument;
  struct rlimit limit;
  for (double end = now() + *after; now() < end;)
    ;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = 8; /* poll needs a limit of at least the number of its descriptors */
  CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
  return NULL;
}

static void descriptors_run_out_at_any_moment(void)
{
  enum { TIMES = 200 };
  struct rlimit limit;
  CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
  for (int i = 0; i < TIMES && test_failures_of_case == 0; i++) {
    double after = i * 4e-6;
    ocihooks_report *report = NULL;
    ocihooks_runner *runner = new_runner();
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, limit_later, &after), 0);
    int code = run_inside("exit 0", runner, &report);
    CHECK_INT(pthread_join(thread, NULL), 0);
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
    if (code != OCIHOOKS_OK)
      CHECK_HAS(test_message, "(errno ");
    CHECK(no_children());
    ocihooks_report_free(report);
    ocihooks_runner_free(runner);
  }
}

/* Credentials identify processes for which no descriptor is available. Group 0 would be the host's own. */
static void descriptors_run_out_without_credentials(void)
{
  const struct denial denied[] = {{SYS_setsockopt, EPERM, ANY, 0}};
  setpgid(0, 0);
  if (!deny(denied, 1))
    SKIP("no seccomp filter can be set up here");
  descriptors_run_out_at_any_moment();
}

static void where_descriptors_run_out_the_error_is_told_and_nothing_is_left(void)
{
  START();
  in_child(descriptors_run_out_at_any_moment);
  in_child(descriptors_run_out_without_credentials);
  box_stop(&box);
}

int main(void)
{
  place_make();
  if (!box_make_root_in(&box, place))
    return test_end();
  RUN(a_hook_that_is_stopped_on_its_way_in_was_stopped);
  RUN(the_status_is_right_or_lost_with_sigchld_ignored);
  RUN(waitid_is_not_needed);
  RUN(where_descriptors_run_out_the_error_is_told_and_nothing_is_left);
  return test_end();
}
