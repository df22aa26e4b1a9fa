/*
 * A container whose process has lost its first thread while another lives. It has namespaces, but /proc names none of
 * them. A hook that joins nothing for that reason would run on the host.
 */
#include "seccomp.h"
#include "helpers.h"
#include "container.h"
#include "inmate.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

static struct box box = {.pivot = 1, .pid = -1, .pidfd = -1};
static const char *const KINDS[] = {"mnt", "pid", "uts", "ipc", "net"};
static const char SCRIPT[] = "for kind in mnt pid uts ipc net; do readlink /proc/self/ns/$kind; done";

/* Controls the first thread's end: on command, and after this number of turns. Shared with the container. */
struct end {
  atomic_int told, turns;
};

static struct end *end;

static void *live(void *ready)
{
  if (write(*(int *)ready, "!", 1) == 1)
    for (;;)
      pause();
  return NULL;
}

static int lose_the_first_thread(int ready)
{
  pthread_t thread;
  if (pthread_create(&thread, NULL, live, &ready) != 0)
    return 1;
  while (!end->told)
    sched_yield();
  for (volatile int turn = 0; turn < end->turns; turn++)
    continue;
  syscall(SYS_exit, 0);
  return 1;
}

/* Runs the container's shell, which exists on the host too and needs no loader. */
static ocihooks_report *run_in(const struct inmate *inmate, const char *phase, int *code)
{
  const char *const args[] = {"sh", "-c", SCRIPT, NULL};
  char program[600];
  snprintf(program, sizeof program, "%s/bin/busybox", strcmp(phase, "startContainer") == 0 ? "" : box.root);
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_container_pidfd(runner, inmate->pidfd, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_add_command(hooks, phase, program, args, NULL, 20, NULL, 0), OCIHOOKS_OK);
  *code = ocihooks_run(hooks, phase, STATE, strlen(STATE), runner, &report, test_message, sizeof test_message);
  free_all(hooks, runner, NULL);
  return report;
}

static void check_refused(const struct inmate *inmate, const char *phase)
{
  int code;
  ocihooks_report *report = run_in(inmate, phase, &code);
  CHECK_INT(code, OCIHOOKS_ERR_SPAWN);
  CHECK_HAS(test_message, "could not ");
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_SPAWN_FAILED);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, "");
  ocihooks_report_free(report);
}

static void a_container_without_its_first_thread(void)
{
  char path[64], name[64];
  struct inmate inmate;
  end->told = end->turns = 0;
  if (!inmate_start(&inmate, &box, ALL_BUT_USER, lose_the_first_thread))
    SKIP("no process in the container's namespaces");
  end->told = 1;
  CHECK(dies_soon(inmate.pid)); /* its first thread */
  struct pollfd living = {inmate.pidfd, POLLIN, 0};
  CHECK_INT(poll(&living, 1, 0), 0);
  snprintf(path, sizeof path, "/proc/%d/ns/mnt", (int)inmate.pid);
  CHECK_INT(readlink(path, name, sizeof name), -1);
  check_refused(&inmate, "startContainer");
  check_refused(&inmate, "createContainer");
  inmate_stop(&inmate);
}

/* The namespaces of the box, by the script's names. */
static void namespaces_of_box(char *text, size_t size)
{
  size_t length = 0;
  for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
    char path[64], name[64];
    snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)box.pid, KINDS[i]);
    ssize_t count = readlink(path, name, sizeof name);
    length += (size_t)snprintf(text + length, size - length, "%.*s\n", (int)(count < 0 ? 0 : count), name);
  }
}

/* The thread ends while the library opens one namespace after the other. It has to join none or all. */
static void a_container_that_loses_its_first_thread_meanwhile(void)
{
  enum { ROUNDS = 150 };
  char expected[512];
  int refused = 0;
  namespaces_of_box(expected, sizeof expected);
  for (int round = 0; round < ROUNDS && test_failures_of_case == 0; round++) {
    struct inmate inmate;
    int code;
    end->told = 0;
    end->turns = round * round * 20;
    if (!inmate_start(&inmate, &box, ALL_BUT_USER, lose_the_first_thread))
      SKIP("no process in the container's namespaces");
    end->told = 1;
    ocihooks_report *report = run_in(&inmate, "createContainer", &code);
    if (code == OCIHOOKS_OK)
      CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, expected);
    else
      CHECK_INT(code, OCIHOOKS_ERR_SPAWN);
    refused += code != OCIHOOKS_OK;
    ocihooks_report_free(report);
    inmate_stop(&inmate);
  }
  printf("  refused in %d of %d rounds\n", refused, ROUNDS);
}

/* As before Linux 6.11: the pidfd opens no namespaces, so /proc has to. */
static int without_ioctls(void)
{
  enum { IOCTLS = 10 };
  struct denial denied[IOCTLS];
  for (unsigned i = 0; i < IOCTLS; i++) /* PIDFD_GET_CGROUP_NAMESPACE and the requests behind it */
    denied[i] = (struct denial){SYS_ioctl, ENOTTY, 1, _IO(0xFF, i + 1)};
  return deny(denied, IOCTLS);
}

static void without_its_first_thread_by_proc(void)
{
  if (!without_ioctls())
    SKIP("no seccomp filter can be set up here");
  a_container_without_its_first_thread();
}

static void loses_its_first_thread_by_proc(void)
{
  if (!without_ioctls())
    SKIP("no seccomp filter can be set up here");
  a_container_that_loses_its_first_thread_meanwhile();
}

#define IN_A_BOX(body)                        \
  do {                                        \
    if (!box_start(&box, ALL_BUT_USER)) {     \
      box_stop(&box);                         \
      SKIP("no namespaces can be made here"); \
    }                                         \
    in_child(body);                           \
    box_stop(&box);                           \
  } while (0)

static void a_hook_does_not_run_on_the_host(void)
{
  IN_A_BOX(a_container_without_its_first_thread);
}

static void a_hook_does_not_run_on_the_host_where_only_proc_tells(void)
{
  IN_A_BOX(without_its_first_thread_by_proc);
}

static void a_hook_does_not_run_between_container_and_host(void)
{
  IN_A_BOX(a_container_that_loses_its_first_thread_meanwhile);
}

static void a_hook_does_not_run_between_them_where_only_proc_tells(void)
{
  IN_A_BOX(loses_its_first_thread_by_proc);
}

int main(void)
{
  place_make();
  end = mmap(NULL, sizeof *end, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (end == MAP_FAILED || !box_make_root_in(&box, place))
    return test_end();
  RUN(a_hook_does_not_run_on_the_host);
  RUN(a_hook_does_not_run_on_the_host_where_only_proc_tells);
  RUN(a_hook_does_not_run_between_container_and_host);
  RUN(a_hook_does_not_run_between_them_where_only_proc_tells);
  return test_end();
}
