/* The initial state of a hook, for any state of its host. This program is the hook, and reports its state. */
#include "test.h"

#include "helpers.h"

#include <sys/syscall.h>

#define ROLE "see-the-room"

enum { MOST_DESCRIPTORS = 4096, INHERITABLE = 500, SIGNALS = 64 };

/* The kernel's form, because libc's hides signals 32 and 33. The handler comes first on every architecture but MIPS. */
struct kernel_action {
  unsigned long words[8];
};

static long change_action(int signal, const struct kernel_action *new, struct kernel_action *old)
{
  return syscall(SYS_rt_sigaction, signal, new, old, (size_t)8);
}

static void print_status_line(const char *name)
{
  const char *line = strstr(file_text("/proc/self/status"), name);
  if (line != NULL)
    printf("%.*s\n", (int)strcspn(line, "\n"), line);
}

/* The hook: one line per property. Only the working directory depends on the run. */
static int see_the_room(void)
{
  char directory[4096];
  const mode_t mask = umask(0);
  printf("fds:");
  for (int fd = 0; fd < MOST_DESCRIPTORS; fd++)
    if (fcntl(fd, F_GETFD) != -1)
      printf(" %d", fd);
  printf("\n");
  print_status_line("SigPnd:");
  print_status_line("SigBlk:");
  print_status_line("SigIgn:");
  print_status_line("SigCgt:");
  printf("own group: %d\n", getpgid(0) == getpid());
  printf("session of its own: %d\n", getsid(0) != getsid(getppid()));
  printf("umask: %03o\n", (unsigned)mask);
  printf("cwd: %s\n", getcwd(directory, sizeof directory));
  for (int fd = 0; fd <= 2; fd++)
    printf("%d blocks: %d\n", fd, (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0);
  return 0;
}

/* Runs this program as a hook and compares its report. */
static void check_room(const char *mask, const char *directory)
{
  const char *args[] = {ROLE, NULL};
  char expected[4096];
  ocihooks *hooks = test_parse("{}");
  ocihooks_report *report = NULL;
  for (int i = 0; i < 2; i++) /* a second hook would find leftovers of the first */
    CHECK_INT(ocihooks_add_command(hooks, "prestart", own_path(), args, NULL, 30, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, &report, test_message, sizeof test_message),
            OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  snprintf(
    expected, sizeof expected,
    "fds: 0 1 2\nSigPnd:\t0000000000000000\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n"
    "SigCgt:\t0000000000000000\nown group: 1\nsession of its own: 0\numask: %s\ncwd: %s\n0 blocks: 1\n1 blocks: 1\n"
    "2 blocks: 1\n",
    mask, directory);
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDOUT), expected);
  CHECK_OWN(test_output(report, 1, OCIHOOKS_STDOUT), expected);
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

static void catch_signal(int signal)
{
  (void)signal;
}

static void a_hook_of_a_plain_host_starts_clean(void)
{
  umask(022);
  CHECK_INT(chdir("/"), 0);
  check_room("022", "/");
}

static void no_signal_is_blocked(void)
{
  sigset_t all, before; /* field notes 3, 4 */
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  kill(getpid(), SIGUSR2); /* pending in the host, but in no hook */
  check_room("022", "/");
  signal(SIGUSR2, SIG_IGN); /* removes it */
  signal(SIGUSR2, SIG_DFL);
  sigprocmask(SIG_SETMASK, &before, NULL);
}

static void no_signal_is_ignored_not_even_32_and_33(void)
{
  struct kernel_action ignore, before[SIGNALS + 1];
  memset(before, 0, sizeof before); /* a disposition that can't be changed is not preceded by one */
  memset(&ignore, 0, sizeof ignore);
  ignore.words[0] = (unsigned long)SIG_IGN;
  for (int signal = 1; signal <= SIGNALS; signal++)
    if (signal != SIGCHLD) /* ignoring it has further effects */
      change_action(signal, &ignore, &before[signal]);
  CHECK_HAS(file_text("/proc/self/status"), "SigIgn:\tfffffffffffaf"); /* 9 and 19 can't be ignored, 17 was left out */
  check_room("022", "/");
  for (int signal = 1; signal <= SIGNALS; signal++)
    if (signal != SIGCHLD)
      change_action(signal, &before[signal], NULL);
}

static void no_handler_is_left(void)
{
  struct sigaction action, before[SIGNALS + 1];
  memset(before, 0, sizeof before);
  memset(&action, 0, sizeof action);
  action.sa_handler = catch_signal;
  for (int signal = 1; signal <= SIGNALS; signal++)
    if (signal != SIGALRM)
      sigaction(signal, &action, &before[signal]);
  check_room("022", "/");
  for (int signal = 1; signal <= SIGNALS; signal++)
    if (signal != SIGALRM)
      sigaction(signal, &before[signal], NULL);
}

static void no_descriptor_is_inherited(void)
{
  int opened[INHERITABLE];
  for (int i = 0; i < INHERITABLE; i++)
    opened[i] = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */
  const int high = fcntl(0, F_DUPFD, 1000);
  CHECK(opened[INHERITABLE - 1] > INHERITABLE);
  check_room("022", "/");
  for (int i = 0; i < INHERITABLE; i++)
    close(opened[i]);
  close(high);
}

static void working_directory_and_umask_are_the_callers(void)
{
  const mode_t before = umask(0);
  CHECK_INT(chdir(place), 0);
  char directory[4096];
  CHECK(getcwd(directory, sizeof directory) != NULL);
  check_room("000", directory);
  umask(0177);
  CHECK_INT(chdir("/dev"), 0);
  check_room("177", "/dev");
  umask(before);
  CHECK_INT(chdir("/"), 0);
}

/* A host without standard streams can't print, so it returns 0 or the number of the failed check. */
static int without_streams(int closed_until)
{
  ocihooks_report *report = NULL;
  for (int fd = 0; fd <= closed_until; fd++)
    close(fd);
  if (test_shell("cat; echo error >&2; exit 5", 30, NULL, &report) != OCIHOOKS_ERR_EXIT)
    return 1;
  char *output = test_output(report, 0, OCIHOOKS_STDOUT), *errors = test_output(report, 0, OCIHOOKS_STDERR);
  if (strcmp(output, STATE) != 0 || strcmp(errors, "error\n") != 0)
    return 2;
  free(output);
  free(errors);
  ocihooks_report_free(report);
  for (int fd = 0; fd <= closed_until; fd++)
    if (fcntl(fd, F_GETFD) != -1)
      return 3;
  ocihooks *hooks = test_parse("{}");
  const char *args[] = {ROLE, NULL};
  ocihooks_add_command(hooks, "prestart", own_path(), args, NULL, 30, NULL, 0);
  if (ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, &report, NULL, 0) != OCIHOOKS_OK)
    return 4;
  output = test_output(report, 0, OCIHOOKS_STDOUT);
  const int clean = strncmp(output, "fds: 0 1 2\n", 11) == 0;
  free(output);
  ocihooks_report_free(report);
  ocihooks_free(hooks);
  return clean ? 0 : 5;
}

static void a_host_without_standard_streams_has_hooks_with_them(void)
{
  for (int closed_until = 0; closed_until <= 2; closed_until++) {
    int status = -1;
    fflush(stdout);
    pid_t host = fork();
    if (host == 0)
      _exit(without_streams(closed_until));
    CHECK_INT(waitpid(host, &status, 0), host);
    CHECK_INT(status, 0); /* 256 times the check's number */
  }
}

int main(int argc, char **argv)
{
  if (argc > 0 && strcmp(argv[0], ROLE) == 0)
    return see_the_room();
  alarm(TEST_SECONDS);
  place_make();
  RUN(a_hook_of_a_plain_host_starts_clean);
  RUN(no_signal_is_blocked);
  RUN(no_signal_is_ignored_not_even_32_and_33);
  RUN(no_handler_is_left);
  RUN(no_descriptor_is_inherited);
  RUN(working_directory_and_umask_are_the_callers);
  RUN(a_host_without_standard_streams_has_hooks_with_them);
  return test_end();
}
