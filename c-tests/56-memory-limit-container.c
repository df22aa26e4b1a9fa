/*
 * Hooks that enter a container, in a cgroup with a memory limit, by a large host. A joiner that is a copy of the host is the
 * largest process of the cgroup: the OOM killer takes it, and not the hook that is over the limit.
 */
#include "fork.h"
#include "helpers.h"
#include "container.h"
#include "limited.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

#define MIB ((size_t)1024 * 1024)
#define HOST_SIZE (200 * MIB)
#define HOG_SIZE (64 * MIB)

enum { HOGS = 10 };

static char self[4096];
static struct box box = {.pivot = 1, .pid = -1, .pidfd = -1};
static struct limited group;
static atomic_int hogs_are_done, short_hooks, killed_hooks;

/* Touches so much memory that it counts; 0 where there is not enough. */
static int touch(size_t size)
{
  char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (size_t i = 0; memory != MAP_FAILED && i < size; i += 4096)
    *(volatile char *)(memory + i) = 1;
  return memory != MAP_FAILED;
}

static ocihooks_runner *runner_in_group(void)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_cgroup_fd(runner, group.fd), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_container_pidfd(runner, box.pidfd), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, 40000), OCIHOOKS_OK);
  return runner;
}

static void *run_short_hooks(void *failed)
{
  ocihooks *hooks = test_parse("{\"startContainer\":[{\"path\":\"/bin/true\"}]}");
  ocihooks_runner *runner = runner_in_group();
  while (!hogs_are_done) {
    char message[512];
    int code = ocihooks_run(hooks, "startContainer", STATE, strlen(STATE), runner, NULL, message, sizeof message);
    killed_hooks += code == OCIHOOKS_ERR_SIGNAL; /* while the memory of another that was killed is not free yet */
    if (code != OCIHOOKS_OK && code != OCIHOOKS_ERR_SIGNAL && ++*(int *)failed == 1)
      printf("  a short hook: %s\n", message);
    short_hooks++;
  }
  free_all(hooks, runner, NULL);
  return NULL;
}

/* Over the limit, and outside of the container: there it is this very program. */
static void check_hog_is_killed(void)
{
  const char *const args[] = {self, "hog", NULL};
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = runner_in_group();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_add_command(hooks, "createRuntime", self, args, NULL, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), runner, &report, test_message, sizeof test_message),
            OCIHOOKS_ERR_SIGNAL);
  CHECK_HAS(test_message, "killed by signal 9 (SIGKILL): out of memory in its cgroup");
  free_all(hooks, runner, report);
}

static void a_large_host(void)
{
  pthread_t thread;
  int failed = 0, kills = limited_kills(&group);
  if (!touch(HOST_SIZE))
    SKIP("not enough memory");
  CHECK_INT(pthread_create(&thread, NULL, run_short_hooks, &failed), 0);
  for (int i = 0; i < HOGS; i++)
    check_hog_is_killed();
  hogs_are_done = 1;
  CHECK_INT(pthread_join(thread, NULL), 0);
  CHECK_INT(failed, 0);
  CHECK(short_hooks > 0);
  CHECK(killed_hooks * 5 <= short_hooks);
  CHECK(kills < 0 || limited_kills(&group) - kills >= HOGS);
}

static void a_hook_that_enters_a_container_is_as_small_as_it_is(void)
{
  if (!limited_make(&group, "33554432"))
    SKIP("no cgroup with a memory limit can be made here");
  if (box_start(&box, ALL_BUT_USER))
    in_child(a_large_host);
  else
    printf("  SKIPPED: no namespaces can be made here\n");
  box_stop(&box);
  limited_remove(&group);
}

int main(int argc, char **argv)
{
  if (argc > 1)
    return strcmp(argv[1], "hog") == 0 && touch(HOG_SIZE) ? 3 : 4;
  if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
    return 1;
  place_make();
  if (!box_make_root_in(&box, place))
    return test_end();
  RUN(a_hook_that_enters_a_container_is_as_small_as_it_is);
  return test_end();
}
