/*
 * This program as a hook that reports its environment. A test's main() calls role_main() if it has arguments. Included
 * behind seccomp.h.
 */
#ifndef OCIHOOKS_TEST_ROLES_H
#define OCIHOOKS_TEST_ROLES_H

static char self[4096];

/* The hook: reports its open descriptors. */
static inline int list_descriptors(void)
{
  for (int fd = 0; fd < 70000; fd++)
    if (fcntl(fd, F_GETFD) >= 0)
      printf("%d ", fd);
  return 0;
}

/* The hook: reports signals that are blocked or not at their default. Uses the system call, because libc hides 32 and
   33. */
static inline int list_signals(void)
{
  unsigned long blocked[2] = {0}, action[8];
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, blocked, 8L);
  for (int signal = 1; signal <= 64; signal++) {
    action[0] = 0;
    syscall(SYS_rt_sigaction, signal, NULL, action, 8L);
    if (action[0] != 0)
      printf("%d ", signal);
  }
  printf("blocked: %lx", blocked[0]);
  return 0;
}

/* The hook: reports the number of ignored signals. It can't query dispositions, but can set them. */
static inline int count_ignored(void)
{
  int count = 0;
  for (int number = 1; number < 32; number++)
    count += number != SIGKILL && number != SIGSTOP && signal(number, SIG_DFL) == SIG_IGN;
  printf("%d ignored", count);
  return 0;
}

/* Runs this program as a hook in a role, and compares its output. */
static inline void check_hook_says(const char *role, const char *expected)
{
  const char *const args[] = {self, role, NULL};
  ocihooks *hooks = test_parse("{}");
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_add_command(hooks, "prestart", self, args, NULL, 10, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, &report, NULL, 0), OCIHOOKS_OK);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, expected);
  free_all(hooks, NULL, report);
}

/* The main() of the hook. Without arguments it prepares the test, by finding this program, and returns -1: continue. */
static inline int role_main(int argc, char **argv)
{
  if (argc > 1)
    return strcmp(argv[1], "list") == 0      ? list_descriptors()
           : strcmp(argv[1], "ignored") == 0 ? count_ignored()
                                             : list_signals();
  if (readlink("/proc/self/exe", self, sizeof self - 1) >= 0)
    return -1;
  printf("FAIL: needs /proc to find itself\n");
  return 1;
}

static inline void check_only_0_1_2_are_open(void)
{
  check_hook_says("list", "0 1 2 ");
}

#endif
