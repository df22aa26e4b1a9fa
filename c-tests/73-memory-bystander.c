/*
 * A hook of a large host, in a cgroup whose memory another process nearly fills. The OOM killer kills the largest
 * process, which must be that one and not the hook. A child that shares or copies the host's memory is the largest
 * before its execve.
 */
#include "fork.h"
#include "helpers.h"
#include "container.h"
#include "limited.h"

#include <sys/mman.h>
#include <sys/prctl.h>

#define MIB ((size_t)1024 * 1024)
#define HOST_SIZE (200 * MIB)
#define BYSTANDER_SIZE (24 * MIB)

static struct box box = {.pivot = 1, .pid = -1, .pidfd = -1};
static struct limited group;

/* Touches a significant amount of memory. Returns 0 if the machine lacks it. */
static int touch(size_t size)
{
  char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (size_t i = 0; memory != MAP_FAILED && i < size; i += 4096)
    *(volatile char *)(memory + i) = 1;
  return memory != MAP_FAILED;
}

/* A process that fills the cgroup except for some pages, or 0 on failure. */
static pid_t start_bystander(void)
{
  int ready[2];
  char byte;
  if (pipe2(ready, O_CLOEXEC) != 0 ||
      !limited_write(group.fd, group.version == 1 ? "memory.limit_in_bytes" : "memory.max", "67108864"))
    return 0;
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    alarm(TEST_SECONDS);
    if (limited_write(group.fd, "cgroup.procs", "0") && touch(BYSTANDER_SIZE) && write(ready[1], "!", 1) == 1)
      for (;;)
        pause();
    _exit(1);
  }
  close(ready[1]);
  int good = read(ready[0], &byte, 1) == 1 && limited_tighten(&group, 256 * 1024);
  close(ready[0]);
  return good ? pid : 0;
}

/* The host: one hook whose arguments exceed the available memory. Returns 0 on success, and 9 if the hook was killed.
   */
static int run_hook(const char *phase)
{
  enum { COUNT = 10, SIZE = 60000 };
  const char *args[COUNT + 2] = {"true"};
  char *text = malloc(SIZE + 1);
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = new_runner();
  memset(text, 'x', SIZE);
  text[SIZE] = '\0';
  for (int i = 1; i <= COUNT; i++)
    args[i] = text;
  args[COUNT + 1] = NULL;
  alarm(TEST_SECONDS);
  if (!touch(HOST_SIZE) || ocihooks_runner_set_cgroup_fd(runner, group.fd, NULL, 0) != OCIHOOKS_OK ||
      ocihooks_runner_set_container_pidfd(runner, box.pidfd, NULL, 0) != OCIHOOKS_OK ||
      ocihooks_add_command(hooks, phase, "/bin/true", args, NULL, 40, NULL, 0) != OCIHOOKS_OK)
    return 1;
  int code = ocihooks_run(hooks, phase, STATE, strlen(STATE), runner, NULL, test_message, sizeof test_message);
  printf("%s%s%s", code == OCIHOOKS_OK ? "" : "  ", test_message, code == OCIHOOKS_OK ? "" : "\n");
  fflush(stdout);
  return code == OCIHOOKS_OK ? 0 : code == OCIHOOKS_ERR_SIGNAL ? SIGKILL : 2;
}

/*
 * One success is enough, because the OOM killer may kill the hook too if the memory of the first victim is not free at
 * once. It never kills the host.
 */
static void check_bystander_is_taken(const char *phase)
{
  enum { ROUNDS = 8 };
  int taken = 0;
  for (int i = 0; i < ROUNDS && !taken && test_failures_of_case == 0; i++) {
    int status = 0, killed = 0;
    pid_t bystander = start_bystander();
    CHECK(bystander > 0);
    fflush(stdout);
    pid_t host = bystander > 0 ? fork() : -1;
    if (host == 0)
      _exit(run_hook(phase));
    if (host > 0) {
      CHECK_INT(waitpid(host, &status, 0), host);
      CHECK_INT(WIFSIGNALED(status) ? WTERMSIG(status) : 0, 0);
      CHECK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == SIGKILL);
      killed = waitpid(bystander, NULL, WNOHANG) == bystander;
    }
    taken = killed && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (bystander > 0 && !killed) {
      kill(bystander, SIGKILL);
      waitpid(bystander, NULL, 0);
    }
  }
  CHECK(taken);
}

static void the_hook_is_smaller_than_the_bystander(void)
{
  if (!limited_make(&group, "67108864"))
    SKIP("no cgroup with a memory limit can be made here");
  check_bystander_is_taken("createRuntime");
  limited_remove(&group);
}

static void the_hook_that_enters_a_container_is_smaller_too(void)
{
  if (!limited_make(&group, "67108864"))
    SKIP("no cgroup with a memory limit can be made here");
  if (box_start(&box, ALL_BUT_USER))
    check_bystander_is_taken("startContainer");
  else
    printf("  SKIPPED: no namespaces can be made here\n");
  box_stop(&box);
  limited_remove(&group);
}

int main(void)
{
  place_make();
  if (!box_make_root_in(&box, place))
    return test_end();
  RUN(the_hook_is_smaller_than_the_bystander);
  RUN(the_hook_that_enters_a_container_is_smaller_too);
  return test_end();
}
