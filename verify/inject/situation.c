/*
 * The situations of a run. Each is a function that sets the differences from the defaults: one hook, in createRuntime,
 * with a small state. The environment names the machine's resources: INJECT_HOOK (hook.c), INJECT_FOLDER (to write to),
 * INJECT_CGROUP (a directory), INJECT_BOX and INJECT_ROOT (a container's pid and root).
 */
#include "subject.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <unistd.h>

static struct situation *now;
static char message[4096];

static void good(int code, const char *what)
{
  if (code != OCIHOOKS_OK) {
    printf("broken situation: %s: %s\n", what, message);
    exit(1);
  }
}

#define GOOD(call) good(call, #call)

static const char *given(const char *variable)
{
  const char *value = getenv(variable);
  if (value != NULL && *value != '\0')
    return value;
  printf("skipped no %s\n", variable);
  exit(0);
}

/* A state of `size` bytes, at least 200. */
static void state_of(size_t size)
{
  static const char head[] =
    "{\"ociVersion\":\"1.2.0\",\"id\":\"c1\",\"status\":\"created\",\"pid\":1,\"bundle\":\"/b\","
    "\"annotations\":{\"a\":\"";
  now->state_size = size;
  now->state = malloc(size + 1);
  memset(now->state, 'x', size);
  memcpy(now->state, head, sizeof head - 1);
  memcpy(now->state + size - 3, "\"}}", 4);
}

/* Appends a hook that records its environment. The file's name is the hook's view of it; ours is below `root`. */
static void hook_at(const char *path, const char *mode, const char *root, const char *folder, int timeout)
{
  int place = now->found[0][0] != '\0';
  char file[256];
  snprintf(file, sizeof file, "%s/found.%d", folder, place);
  snprintf(now->found[place], sizeof now->found[place], "%s%s", root, file);
  const char *const args[] = {"hook", mode, file, NULL};
  GOOD(ocihooks_add_command(now->hooks, now->phase, path, args, NULL, timeout, message, sizeof message));
}

static void hook(const char *mode)
{
  hook_at(given("INJECT_HOOK"), mode, "", given("INJECT_FOLDER"), 0);
}

static void defaults(void)
{
  hook("quick");
}

static void two_hooks(void)
{
  hook("quick"), hook("quick");
}

static void exit_3(void)
{
  hook("three");
}

static void loud(void)
{
  hook("loud");
}

static void discarded(void)
{
  GOOD(ocihooks_runner_set_output(now->runner, OCIHOOKS_STDOUT, OCIHOOKS_OUTPUT_DISCARD, message, sizeof message));
  GOOD(ocihooks_runner_set_output(now->runner, OCIHOOKS_STDERR, OCIHOOKS_OUTPUT_DISCARD, message, sizeof message));
  hook("quick");
}

/* A host descriptor below 3, which is duplicated, and an inherited one. */
static void handed_over(void)
{
  GOOD(ocihooks_runner_set_output_fd(now->runner, OCIHOOKS_STDOUT, 2, message, sizeof message));
  GOOD(ocihooks_runner_set_output(now->runner, OCIHOOKS_STDERR, OCIHOOKS_OUTPUT_INHERIT, message, sizeof message));
  hook("quick");
}

/* The library's own descriptors land below 3, and have to be moved. */
static void no_streams(void)
{
  close(0);
  hook("quick");
}

static void middle_state(void)
{
  state_of(20000), hook("quick");
}

static void large_state(void)
{
  state_of(200000), hook("quick");
}

/* RLIMIT_FSIZE is below the state's size, so the library feeds the state. */
static void fed_state(void)
{
  const struct rlimit limit = {8192, 8192};
  setrlimit(RLIMIT_FSIZE, &limit);
  large_state();
}

static void timeout_with_grace(void)
{
  GOOD(ocihooks_runner_set_default_timeout_ms(now->runner, 40, message, sizeof message));
  GOOD(ocihooks_runner_set_grace_ms(now->runner, 20, message, sizeof message));
  hook("stay");
}

/* The hook runs up to its timeout in the disturbed run only. */
static void long_hook(void)
{
  GOOD(ocihooks_runner_set_default_timeout_ms(now->runner, 3000, message, sizeof message));
  hook("later");
}

static void options(void)
{
  setenv("LD_INJECT", "a loader's variable", 1);
  GOOD(ocihooks_runner_set_cwd(now->runner, "/usr", message, sizeof message));
  GOOD(ocihooks_runner_set_rlimit(now->runner, RLIMIT_NOFILE, 100, 200, message, sizeof message));
  GOOD(ocihooks_runner_set_no_new_privileges(now->runner, 1, message, sizeof message));
  const int without_loader = OCIHOOKS_ENVIRONMENT_INHERIT_WITHOUT_LOADER;
  GOOD(ocihooks_runner_set_environment(now->runner, without_loader, NULL, message, sizeof message));
  GOOD(ocihooks_runner_set_budget_ms(now->runner, 15000, message, sizeof message));
  hook("quick");
}

/* The hook's write cancels it, because the descriptor becomes readable. */
static void canceled(void)
{
  now->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  inotify_add_watch(now->watch, given("INJECT_FOLDER"), IN_CLOSE_WRITE);
  GOOD(ocihooks_runner_set_cancel_fd(now->runner, now->watch, message, sizeof message));
  hook("stay");
}

static void not_executed(void)
{
  GOOD(ocihooks_add_command(now->hooks, now->phase, "/nowhere/hook", NULL, NULL, 0, message, sizeof message));
}

static void poststop(void)
{
  now->phase = "poststop";
  hook("three"), hook("quick");
}

/* The kernel reaps, so only the pidfd may still report the status. */
static void children_ignored(void)
{
  signal(SIGCHLD, SIG_IGN);
  hook("quick");
}

/* malloc maps every block above a page, and unmaps it at once when it is freed. */
static void memory(void)
{
  mallopt(M_MMAP_THRESHOLD, 4096);
  mallopt(M_TOP_PAD, 0);
  mallopt(M_TRIM_THRESHOLD, 0);
  state_of(20000), hook("loud");
}

static void in_cgroup(void)
{
  int directory = open(given("INJECT_CGROUP"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  GOOD(ocihooks_runner_set_cgroup_fd(now->runner, directory, message, sizeof message));
  GOOD(ocihooks_runner_set_default_timeout_ms(now->runner, 100, message, sizeof message));
  hook_at(given("INJECT_HOOK"), "quick", "", given("INJECT_FOLDER"), 15);
  hook("stay");
}

static void enter(const char *phase)
{
  GOOD(ocihooks_runner_set_container_pid(now->runner, atoi(given("INJECT_BOX")), message, sizeof message));
  now->phase = phase;
}

static void start_container(void)
{
  enter("startContainer");
  hook_at("/bin/hook", "quick", given("INJECT_ROOT"), "/tmp", 0);
}

static void create_container(void)
{
  enter("createContainer");
  hook("quick");
}

/* The interpreter opens the script again, inside. */
static void create_by_script(void)
{
  char script[512];
  snprintf(script, sizeof script, "%s/script", given("INJECT_FOLDER"));
  enter("createContainer");
  hook_at(script, "quick", "", given("INJECT_FOLDER"), 0);
}

static void not_executed_inside(void)
{
  enter("startContainer");
  not_executed();
}

static void timeout_inside(void)
{
  enter("createContainer");
  timeout_with_grace();
}

static void long_hook_inside(void)
{
  enter("createContainer");
  long_hook();
}

static void children_ignored_inside(void)
{
  enter("createContainer");
  children_ignored();
}

static const struct {
  const char *name;
  void (*make)(void);
} situations[] = {
  {"defaults", defaults},
  {"two-hooks", two_hooks},
  {"exit-3", exit_3},
  {"loud", loud},
  {"discarded", discarded},
  {"handed-over", handed_over},
  {"no-streams", no_streams},
  {"middle-state", middle_state},
  {"large-state", large_state},
  {"fed-state", fed_state},
  {"timeout", timeout_with_grace},
  {"long-hook", long_hook},
  {"options", options},
  {"canceled", canceled},
  {"not-executed", not_executed},
  {"poststop", poststop},
  {"children-ignored", children_ignored},
  {"memory", memory},
  {"cgroup", in_cgroup},
  {"start-container", start_container},
  {"create-container", create_container},
  {"create-by-script", create_by_script},
  {"not-executed-inside", not_executed_inside},
  {"timeout-inside", timeout_inside},
  {"long-hook-inside", long_hook_inside},
  {"children-ignored-inside", children_ignored_inside},
};

int situation_make(struct situation *situation, const char *name)
{
  now = situation;
  *now = (struct situation){.phase = "createRuntime", .watch = -1};
  GOOD(ocihooks_new(&now->hooks, message, sizeof message));
  GOOD(ocihooks_runner_new(&now->runner, message, sizeof message));
  for (size_t i = 0; i < sizeof situations / sizeof *situations; i++)
    if (strcmp(name, situations[i].name) == 0) {
      situations[i].make();
      if (now->state == NULL)
        state_of(200);
      return 1;
    }
  return 0;
}

/* Removes the results of an earlier run. */
void situation_before_run(struct situation *situation)
{
  char events[4096];
  for (int i = 0; i < MOST_HOOKS; i++)
    if (situation->found[i][0] != '\0')
      unlink(situation->found[i]);
  while (situation->watch >= 0 && read(situation->watch, events, sizeof events) > 0)
    ;
}

void situation_free(struct situation *situation)
{
  ocihooks_free(situation->hooks);
  ocihooks_runner_free(situation->runner);
  free(situation->state);
}
