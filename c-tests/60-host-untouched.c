/* A run leaves its host unchanged. The host is compared with itself before and after runs of every kind. */
#include "test.h"

#include "helpers.h"

#include <dirent.h>
#include <sys/syscall.h>

enum { SIGNALS = 64, TEXT = 32 * 1024, INHERITABLE = 500 };

extern char **environ;

/* The kernel's form, because libc's hides signals 32 and 33. */
struct kernel_action {
  unsigned long words[8];
};

/* The properties of a process that a library could change. */
struct host {
  struct kernel_action actions[SIGNALS + 1];
  char descriptors[TEXT], threads[TEXT], directory[4096], signals[1024];
  char **environment;
  mode_t mask;
  int no_child, pending;
  pid_t group, session;
};

/* The entries of a directory of /proc, with their link targets. */
static void list(const char *path, char *text)
{
  size_t size = 0;
  DIR *directory = opendir(path);
  for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
    char link[512], target[256] = "";
    snprintf(link, sizeof link, "%s/%s", path, entry->d_name);
    if (readlink(link, target, sizeof target - 1) >= 0 || *entry->d_name != '.')
      size += (size_t)snprintf(text + size, TEXT - size, "%s %s\n", entry->d_name, target);
  }
  if (directory != NULL)
    closedir(directory);
}

/* The signal lines of /proc/self/status: blocked, ignored, caught. */
static void signal_lines(char *text, size_t size)
{
  const char *begin = strstr(file_text("/proc/self/status"), "SigBlk:");
  const char *last = begin == NULL ? NULL : strstr(begin, "SigCgt:");
  snprintf(text, size, "%.*s", last == NULL ? 0 : (int)(last - begin + (long)strcspn(last, "\n")), begin);
}

/* Pending signals except SIGCHLD, which every child raises. */
static int has_pending_signals(void)
{
  sigset_t pending;
  sigpending(&pending);
  sigdelset(&pending, SIGCHLD);
  return !sigisemptyset(&pending);
}

static struct host *look(void)
{
  struct host *host = calloc(1, sizeof *host);
  for (int signal = 1; signal <= SIGNALS; signal++)
    syscall(SYS_rt_sigaction, signal, NULL, &host->actions[signal], (size_t)8);
  list("/proc/self/fd", host->descriptors);
  list("/proc/self/task", host->threads);
  signal_lines(host->signals, sizeof host->signals);
  CHECK(getcwd(host->directory, sizeof host->directory) != NULL);
  host->environment = environ;
  host->mask = umask(0);
  umask(host->mask);
  host->no_child = has_no_child();
  host->pending = has_pending_signals();
  host->group = getpgid(0);
  host->session = getsid(0);
  return host;
}

static void check_same(struct host *before)
{
  struct host *after = look();
  CHECK_INT(memcmp(before->actions, after->actions, sizeof before->actions), 0);
  CHECK_TEXT(after->descriptors, before->descriptors);
  CHECK_TEXT(after->threads, before->threads);
  CHECK_TEXT(after->signals, before->signals);
  CHECK_TEXT(after->directory, before->directory);
  CHECK(after->environment == before->environment); /* field note 19 */
  CHECK_INT(after->mask, before->mask);
  CHECK(after->no_child);
  CHECK_INT(after->pending, before->pending);
  CHECK_INT(after->group, before->group);
  CHECK_INT(after->session, before->session);
  free(after);
  free(before);
}

/* One shell hook with a time limit in milliseconds, and a state of that size. */
static void run(const char *script, uint64_t timeout, size_t size, int expected)
{
  char *state = large_state(size);
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = NULL;
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, timeout, NULL, 0), OCIHOOKS_OK);
  test_add_shell(hooks, "own", script, 0);
  CHECK_INT(ocihooks_run(hooks, "own", state, strlen(state), runner, &report, test_message, sizeof test_message),
            expected);
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
  ocihooks_free(hooks);
  free(state);
}

static void runs_of_every_kind(void)
{
  struct host *before = look();
  run("cat", 0, 100, OCIHOOKS_OK);
  run("cat", 30000, 200000, OCIHOOKS_OK);
  run("exit 3", 30000, 200000, OCIHOOKS_ERR_EXIT);
  run("kill -KILL $$", 0, 100, OCIHOOKS_ERR_SIGNAL);
  run("sleep 60 & sleep 60", 50, 200000, OCIHOOKS_ERR_TIMEOUT); /* field note 4 */
  run("head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2", 0, 100, OCIHOOKS_OK);
  run("kill -USR1 0; exit 0", 0, 100, OCIHOOKS_ERR_SIGNAL); /* to its own group only */
  CHECK_INT(test_run("{\"prestart\":[{\"path\":\"/nonexistent\"}]}", "prestart", NULL, NULL), OCIHOOKS_ERR_SPAWN);
  CHECK_INT(test_run("{}", "own", NULL, NULL), OCIHOOKS_ERR_UNKNOWN_PHASE);
  check_same(before);
}

static void a_plain_host_stays_as_it_was(void)
{
  runs_of_every_kind();
}

static void catch_signal(int signal)
{
  (void)signal;
}

static void handlers_and_ignored_signals_stay(void)
{
  struct sigaction action, before[SIGNALS + 1];
  memset(before, 0, sizeof before); /* a disposition that can't be changed is not preceded by one */
  struct kernel_action ignore, before_32, before_33;
  memset(&action, 0, sizeof action);
  memset(&ignore, 0, sizeof ignore);
  ignore.words[0] = (unsigned long)SIG_IGN;
  action.sa_handler = catch_signal;
  action.sa_flags = SA_RESTART;
  sigaddset(&action.sa_mask, SIGHUP);
  for (int signal = 1; signal <= SIGNALS; signal++)
    if (signal != SIGALRM)
      sigaction(signal, &action, &before[signal]);
  signal(SIGPIPE, SIG_DFL);
  signal(SIGQUIT, SIG_IGN);
  syscall(SYS_rt_sigaction, 32, &ignore, &before_32, (size_t)8);
  syscall(SYS_rt_sigaction, 33, &ignore, &before_33, (size_t)8);
  runs_of_every_kind();
  syscall(SYS_rt_sigaction, 32, &before_32, NULL, (size_t)8);
  syscall(SYS_rt_sigaction, 33, &before_33, NULL, (size_t)8);
  for (int signal = 1; signal <= SIGNALS; signal++)
    if (signal != SIGALRM)
      sigaction(signal, &before[signal], NULL);
}

static void blocked_signals_stay_blocked(void)
{
  sigset_t some, before;
  for (int all = 0; all <= 1; all++) {
    sigfillset(&some);
    if (!all) {
      sigemptyset(&some);
      sigaddset(&some, SIGUSR1);
      sigaddset(&some, SIGPIPE);
    }
    sigprocmask(SIG_SETMASK, &some, &before);
    runs_of_every_kind();
    sigprocmask(SIG_SETMASK, &before, NULL);
  }
}

static void open_descriptors_stay_open(void)
{
  int opened[INHERITABLE];
  for (int i = 0; i < INHERITABLE; i++)
    opened[i] = open("/dev/null", O_RDONLY);
  CHECK(opened[INHERITABLE - 1] > INHERITABLE);
  runs_of_every_kind();
  for (int i = 0; i < INHERITABLE; i++)
    close(opened[i]);
}

static void cwd_and_umask_stay(void)
{
  const mode_t before = umask(0123);
  CHECK_INT(chdir("/usr"), 0);
  runs_of_every_kind();
  CHECK_INT(chdir("/"), 0);
  umask(before);
}

static void other_children_stay_the_hosts_to_reap(void)
{
  int status = 0;
  pid_t dead = fork();
  if (dead == 0)
    _exit(7);
  siginfo_t info;
  CHECK_INT(waitid(P_PID, (id_t)dead, &info, WEXITED | WNOWAIT), 0); /* it is a zombie now */
  run("cat", 0, 100, OCIHOOKS_OK);
  run("sleep 60", 50, 100, OCIHOOKS_ERR_TIMEOUT);
  CHECK_INT(waitpid(dead, &status, 0), dead);
  CHECK_INT(WEXITSTATUS(status), 7);
  CHECK(has_no_child());
}

static volatile sig_atomic_t caught;

static void count_signal(int signal)
{
  (void)signal;
  caught++;
}

static void no_sigpipe_is_raised(void)
{
  /* field note 2: by default it would kill the host, which is this test */
  void (*before)(int) = signal(SIGPIPE, SIG_DFL);
  char *state = large_state(200000);
  ocihooks *hooks = test_parse("{\"poststop\":[{\"path\":\"/bin/true\"}]}");
  for (int times = 0; times < 50; times++)
    CHECK_INT(ocihooks_run(hooks, "poststop", state, strlen(state), NULL, NULL, NULL, 0), OCIHOOKS_OK);
  signal(SIGPIPE, count_signal);
  caught = 0;
  CHECK_INT(ocihooks_run(hooks, "poststop", state, strlen(state), NULL, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(caught, 0);
  signal(SIGPIPE, before);
  ocihooks_free(hooks);
  free(state);
}

static void nothing_is_written_to_the_hosts_streams(void)
{
  int saved[3], file = open(place_write("streams", "", 0600), O_RDWR | O_CLOEXEC | O_APPEND);
  fflush(stdout);
  for (int fd = 1; fd <= 2; fd++) {
    saved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    dup2(file, fd);
  }
  run("echo out; echo err >&2", 0, 100, OCIHOOKS_OK);
  CHECK_INT(test_run("{\"prestart\":[{\"path\":\"/nonexistent\"}]}", "prestart", NULL, NULL), OCIHOOKS_ERR_SPAWN);
  fflush(stdout);
  for (int fd = 1; fd <= 2; fd++) {
    dup2(saved[fd], fd);
    close(saved[fd]);
  }
  close(file);
  CHECK_TEXT(file_text(place_path("streams")), "");
}

int main(void)
{
  alarm(TEST_SECONDS);
  place_make();
  CHECK_INT(chdir("/"), 0);
  RUN(a_plain_host_stays_as_it_was);
  RUN(handlers_and_ignored_signals_stay);
  RUN(blocked_signals_stay_blocked);
  RUN(open_descriptors_stay_open);
  RUN(cwd_and_umask_stay);
  RUN(other_children_stay_the_hosts_to_reap);
  RUN(no_sigpipe_is_raised);
  RUN(nothing_is_written_to_the_hosts_streams);
  return test_end();
}
