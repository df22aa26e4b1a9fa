/* The host is as it was, and the hook starts in a clean room. The program is its own hook: see main(). */
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MANY 500
#define SIGNALS 64

static char self[4096];

/* The kernel's view: libc hides 32 and 33. The handler comes first on every architecture we know. */
struct kernel_action {
  unsigned long word[8];
};

static long raw_action(int signal, const struct kernel_action *new_action, struct kernel_action *old_action)
{
  return syscall(SYS_rt_sigaction, signal, new_action, old_action, 8);
}

/* Counts what /proc/self/NAME lists, without the descriptor that lists it. */
static int entries(const char *name)
{
  char path[64];
  snprintf(path, sizeof path, "/proc/self/%s", name);
  DIR *list = opendir(path);
  int count = 0;
  while (readdir(list) != NULL)
    count++;
  closedir(list);
  return count - 2 - (strcmp(name, "fd") == 0);
}

/* ---- the hook's side: prints what it finds ---- */

static int hook(void)
{
  unsigned long long mask = 0;
  char cwd[4096];
  int changed = 0, open_count = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &mask, 8);
  for (int signal = 1; signal <= SIGNALS; signal++) {
    struct kernel_action action = {{0}};
    raw_action(signal, NULL, &action);
    changed += action.word[0] != 0;
  }
  for (int fd = 0; fd < 4096; fd++)
    open_count += fcntl(fd, F_GETFD) >= 0;
  mode_t mask_of_files = umask(0);
  printf("fds %d mask %llx changed %d group %d umask %o cwd %s\n", open_count, mask, changed, getpgrp() == getpid(),
         (unsigned)mask_of_files, getcwd(cwd, sizeof cwd));
  return 0;
}

/* ---- the host's side ---- */

static int run_self(ocihooks_report **report)
{
  const char *args[] = {"hook", NULL};
  ocihooks *hooks = test_parse("{}");
  ocihooks_add_command(hooks, "createRuntime", self, args, NULL, 10, NULL, 0);
  int code = ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), NULL, report, test_message, sizeof test_message);
  ocihooks_free(hooks);
  return code;
}

static void handler(int signal)
{
  (void)signal;
}

struct host {
  unsigned long long mask;
  struct kernel_action actions[SIGNALS];
  int descriptors, threads;
  char cwd[4096];
  mode_t umask;
};

static void look(struct host *host)
{
  memset(host, 0, sizeof *host);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &host->mask, 8);
  for (int signal = 1; signal <= SIGNALS; signal++)
    raw_action(signal, NULL, &host->actions[signal - 1]);
  host->descriptors = entries("fd");
  host->threads = entries("task");
  CHECK(getcwd(host->cwd, sizeof host->cwd) != NULL);
  host->umask = umask(0);
  umask(host->umask);
}

static void check_same(const struct host *before, const struct host *after)
{
  CHECK(before->mask == after->mask);
  CHECK(memcmp(before->actions, after->actions, sizeof before->actions) == 0);
  CHECK_INT(after->descriptors, before->descriptors);
  CHECK_INT(after->threads, before->threads);
  CHECK_TEXT(after->cwd, before->cwd);
  CHECK_INT(after->umask, before->umask);
  CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

/* field notes 3, 4: all signals blocked, some caught, some ignored (the two that libc hides as well), and
   descriptors that nobody marked close-on-exec. */
static void make_a_mess(int *opened)
{
  unsigned long long all = ~0ULL;
  struct kernel_action ignore = {{(unsigned long)SIG_IGN}};
  signal(SIGUSR1, handler);
  signal(SIGALRM, handler);
  signal(SIGHUP, SIG_IGN);
  raw_action(32, &ignore, NULL);
  raw_action(33, &ignore, NULL);
  raw_action(50, &ignore, NULL);
  signal(SIGPIPE, SIG_DFL);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, 8);
  for (int i = 0; i < MANY; i++)
    opened[i] = open("/dev/null", O_RDONLY);
  umask(027);
  CHECK_INT(chdir("/usr"), 0);
}

static void a_hook_starts_in_a_clean_room_and_leaves_no_trace(void)
{
  int opened[MANY];
  struct host before, after;
  ocihooks_report *report = NULL;
  make_a_mess(opened);
  look(&before);
  CHECK_INT(run_self(&report), OCIHOOKS_OK);
  look(&after);
  check_same(&before, &after);
  char *seen = test_output(report, 0, OCIHOOKS_STDOUT);
  CHECK_TEXT(seen, "fds 3 mask 0 changed 0 group 1 umask 27 cwd /usr\n");
  free(seen);
  ocihooks_report_free(report);
  for (int i = 0; i < MANY; i++)
    close(opened[i]);
}

static void failures_leave_no_trace_either(void)
{
  struct host before, after;
  look(&before);
  for (int i = 0; i < 20; i++) {
    CHECK_INT(test_run("{\"createRuntime\":[{\"path\":\"/no/such\"}]}", "createRuntime", NULL, NULL), OCIHOOKS_ERR_SPAWN);
    CHECK_INT(test_shell("exit 3", 0, NULL, NULL), OCIHOOKS_ERR_EXIT);
  }
  look(&after);
  check_same(&before, &after);
}

/* field note 2: SIGPIPE at its default would end this program. */
static void a_state_that_nobody_reads_raises_no_sigpipe(void)
{
  size_t size = 200 * 1024;
  char *state = malloc(size + 256);
  char *end = state + sprintf(state, "{\"ociVersion\":\"1.2.0\",\"id\":\"c\",\"status\":\"stopped\",\"bundle\":\"/b\",\"x\":\"");
  memset(end, 'x', size);
  strcpy(end + size, "\"}");
  ocihooks *hooks = test_parse("{\"poststop\":[{\"path\":\"/bin/true\"}]}");
  for (int i = 0; i < 20; i++)
    CHECK_INT(ocihooks_run(hooks, "poststop", state, strlen(state), NULL, NULL, NULL, 0), OCIHOOKS_OK);
  ocihooks_free(hooks);
  free(state);
}

/* The library's descriptors land on 0, 1 and 2 then, where the hook's streams go. */
static void a_host_without_standard_streams_works(void)
{
  pid_t pid = fork();
  if (pid == 0) {
    close(0);
    close(1);
    close(2);
    ocihooks_report *report = NULL;
    int code = test_shell("cat; echo out; echo err >&2", 5, NULL, &report);
    char *out = test_output(report, 0, OCIHOOKS_STDOUT), *err = test_output(report, 0, OCIHOOKS_STDERR);
    _exit(code == OCIHOOKS_OK && strcmp(out, STATE "out\n") == 0 && strcmp(err, "err\n") == 0 ? 0 : 1);
  }
  int status = -1;
  waitpid(pid, &status, 0);
  CHECK_INT(status, 0);
}

int main(int argc, char **argv)
{
  alarm(60);
  if (argc == 1 && strcmp(argv[0], "hook") == 0)
    return hook();
  CHECK(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
  RUN(a_hook_starts_in_a_clean_room_and_leaves_no_trace);
  RUN(failures_leave_no_trace_either);
  RUN(a_state_that_nobody_reads_raises_no_sigpipe);
  RUN(a_host_without_standard_streams_works);
  return test_end();
}
