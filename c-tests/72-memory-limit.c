/*
 * Hooks in a cgroup with a memory limit. If a child shares the host's memory while it is in that cgroup, the OOM killer
 * kills the host, which is outside of it.
 */
#include "ways.h"
#include "limited.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

#define MIB ((size_t)1024 * 1024)
#define HOST_SIZE (200 * MIB)
#define HOG_SIZE (64 * MIB)

enum { HOGS = 12, SHORT_THREADS = 3, ROUNDS = 3 };

static char self[4096];
static struct limited group;
static atomic_int hogs_are_done, short_hooks;

/* Touches a significant amount of memory. Returns 0 if the machine lacks it. */
static int touch(size_t size)
{
  char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return 0;
  for (size_t i = 0; i < size; i += 4096)
    *(volatile char *)(memory + i) = 1;
  return 1;
}

static ocihooks_runner *runner_in_group(void)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_cgroup_fd(runner, group.fd, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, 40000, NULL, 0), OCIHOOKS_OK);
  return runner;
}

static void check_is_killed(const char *path, const char *const *args)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = runner_in_group();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_add_command(hooks, "createRuntime", path, args, NULL, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), runner, &report, test_message,
                         sizeof test_message),
            OCIHOOKS_ERR_SIGNAL);
  CHECK_HAS(test_message, "killed by signal 9 (SIGKILL): out of memory in its cgroup");
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_SIGNALED);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGKILL);
  free_all(hooks, runner, report);
}

/*
 * A thread that runs hooks with minimal memory. The OOM killer may kill one before the memory of its previous victim is
 * free (seen on Linux 6.1). That hook is then reported as killed, like any other.
 */
static void *run_short_hooks(void *failed)
{
  ocihooks *hooks = test_parse("{\"createRuntime\":[{\"path\":\"/bin/true\"}]}");
  ocihooks_runner *runner = runner_in_group();
  while (!hogs_are_done) {
    char message[512];
    int code = ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), runner, NULL, message, sizeof message);
    short_hooks++;
    if (code != OCIHOOKS_OK && strstr(message, "killed by signal 9 (SIGKILL)") == NULL && ++*(int *)failed == 1)
      printf("  a short hook: %s\n", message);
  }
  free_all(hooks, runner, NULL);
  return NULL;
}

static void a_large_host(void)
{
  const char *const hog[] = {self, "hog", NULL};
  pthread_t threads[SHORT_THREADS];
  int failed[SHORT_THREADS] = {0}, kills = limited_kills(&group);
  if (!touch(HOST_SIZE))
    SKIP("not enough memory");
  for (int i = 0; i < SHORT_THREADS; i++)
    CHECK_INT(pthread_create(&threads[i], NULL, run_short_hooks, &failed[i]), 0);
  for (int i = 0; i < HOGS; i++)
    check_is_killed(self, hog);
  hogs_are_done = 1;
  for (int i = 0; i < SHORT_THREADS; i++) {
    CHECK_INT(pthread_join(threads[i], NULL), 0);
    CHECK_INT(failed[i], 0);
  }
  CHECK(short_hooks > 0);
  CHECK(kills < 0 || limited_kills(&group) - kills >= HOGS);
}

/* The host is our child, which may die. */
static void a_hook_over_the_limit_beside_short_ones_dies_alone(void)
{
  if (!limited_make(&group, "33554432"))
    SKIP("no cgroup with a memory limit can be made here");
  in_every_way(a_large_host);
  limited_remove(&group);
}

static void a_large_host_with_large_arguments(void)
{
  enum { COUNT = 10, SIZE = 60000 };
  const char *args[COUNT + 2] = {"true"};
  char *text = malloc(SIZE + 1);
  memset(text, 'x', SIZE);
  text[SIZE] = '\0';
  for (int i = 1; i <= COUNT; i++)
    args[i] = text;
  args[COUNT + 1] = NULL;
  if (!touch(HOST_SIZE))
    SKIP("not enough memory");
  int kills = limited_kills(&group);
  for (int i = 0; i < ROUNDS; i++)
    check_is_killed("/bin/true", args);
  CHECK(kills < 0 || limited_kills(&group) - kills >= ROUNDS);
  free(text);
}

static void arguments_over_the_limit_kill_the_hook_alone(void)
{
  if (!limited_make(&group, "262144"))
    SKIP("no cgroup with a memory limit can be made here");
  in_every_way(a_large_host_with_large_arguments);
  limited_remove(&group);
}

int main(int argc, char **argv)
{
  if (argc > 1)
    return strcmp(argv[1], "hog") == 0 && touch(HOG_SIZE) ? 3 : 4;
  if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
    return 1;
  RUN(a_hook_over_the_limit_beside_short_ones_dies_alone);
  RUN(arguments_over_the_limit_kill_the_hook_alone);
  return test_end();
}
