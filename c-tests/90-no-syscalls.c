/*
 * System calls that an older kernel or a seccomp profile lacks are removed one by one and all together. The same
 * promises hold. Hooks inherit the filter, so they are simple: this program itself.
 */
#include "seccomp.h"
#include "roles.h"

#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

static void do_nothing(int signal)
{
  (void)signal;
}

/* The kernel's form: an action of zeroes except the handler, which is SIG_IGN or never called. */
static void dispose_of(int signal, void (*handler)(int))
{
  unsigned long action[8] = {(unsigned long)(uintptr_t)handler};
  CHECK_INT(syscall(SYS_rt_sigaction, signal, action, NULL, 8L), 0);
}

static void check_signals_are_at_their_default(void)
{
  sigset_t some, before;
  sigemptyset(&some);
  sigaddset(&some, SIGHUP);
  sigaddset(&some, SIGTERM);
  CHECK_INT(sigprocmask(SIG_BLOCK, &some, &before), 0);
  for (int signal = 32; signal <= 64; signal++)
    dispose_of(signal, signal % 2 ? do_nothing : SIG_IGN);
  dispose_of(SIGPIPE, SIG_IGN);
  dispose_of(SIGUSR1, do_nothing);
  check_hook_says("signals", "blocked: 0");
  for (int signal = 32; signal <= 64; signal++)
    dispose_of(signal, SIG_DFL);
  dispose_of(SIGPIPE, SIG_DFL);
  dispose_of(SIGUSR1, SIG_DFL);
  CHECK_INT(sigprocmask(SIG_SETMASK, &before, NULL), 0);
}

static void open_500_inheritable_ones(void)
{
  for (int i = 0; i < 500; i++)
    CHECK(dup(0) >= 0);
}

static void check_statuses_are_exact(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("exit 3", 10, NULL, &report), OCIHOOKS_ERR_EXIT);
  CHECK_INT(ocihooks_report_hook_exit_code(report, 0), 3);
  ocihooks_report_free(report);
  CHECK_INT(test_shell("kill -9 $$", 10, NULL, &report), OCIHOOKS_ERR_SIGNAL);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), 9);
  ocihooks_report_free(report);
  CHECK_INT(test_run("{\"prestart\":[{\"path\":\"/nowhere/hook\"}]}", "prestart", NULL, &report), OCIHOOKS_ERR_SPAWN);
  CHECK_INT(ocihooks_report_hook_errno(report, 0), ENOENT);
  ocihooks_report_free(report);
}

/* field note 21. All members of the group hold the pipe, so its end of file shows that all are dead. */
static void check_a_timeout_kills_the_group(void)
{
  int ends[2];
  ocihooks_runner *runner = new_runner();
  CHECK_INT(pipe(ends), 0);
  CHECK_INT(ocihooks_runner_set_output_fd(runner, OCIHOOKS_STDOUT, ends[1], NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, 300, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("sleep 10 & sleep 10", 0, runner, NULL), OCIHOOKS_ERR_TIMEOUT);
  close(ends[1]);
  struct pollfd end = {ends[0], POLLIN, 0};
  CHECK_INT(poll(&end, 1, 3000), 1);
  CHECK((end.revents & POLLHUP) != 0);
  close(ends[0]);
  ocihooks_runner_free(runner);
}

static void check_all_promises(void)
{
  check_state_arrives(1 << 20, NULL);
  check_state_arrives(60000, NULL);
  check_statuses_are_exact();
  check_a_timeout_kills_the_group();
  check_signals_are_at_their_default();
  CHECK(no_children());
  open_500_inheritable_ones();
  int before = open_descriptors();
  check_only_0_1_2_are_open();
  CHECK_INT(open_descriptors(), before);
}

enum { CLONE3, PIDFD_OPEN, CLOSE_RANGE, MEMFD_CREATE, WAITID, PIDFD_SEND_SIGNAL, CALLS };

/* 3 is P_PIDFD. The errors are those of a kernel without the call. */
static struct denial calls[CALLS] = {
  {SYS_clone3, ENOSYS, ANY, 0},       {SYS_pidfd_open, ENOSYS, ANY, 0}, {SYS_close_range, ENOSYS, ANY, 0},
  {SYS_memfd_create, ENOSYS, ANY, 0}, {SYS_waitid, EINVAL, 0, 3},       {SYS_pidfd_send_signal, ENOSYS, ANY, 0},
};

static const struct denial *denied;
static size_t denied_count;

static void with_denials(void)
{
  if (!deny(denied, denied_count))
    SKIP("no seccomp filter permitted");
  check_all_promises();
}

static void without(const struct denial *list, size_t count)
{
  denied = list;
  denied_count = count;
  in_child(with_denials);
}

static void with_every_call_all_promises_are_kept(void)
{
  in_child(check_all_promises);
}
static void without_clone3(void)
{
  without(&calls[CLONE3], 1);
}
static void without_pidfd_open(void)
{
  without(&calls[PIDFD_OPEN], 1);
}
static void without_close_range(void)
{
  without(&calls[CLOSE_RANGE], 1);
}
static void without_memfd_create(void)
{
  without(&calls[MEMFD_CREATE], 1);
}
static void without_waitid_by_pidfd(void)
{
  without(&calls[WAITID], 1);
}
static void without_pidfd_send_signal(void)
{
  without(&calls[PIDFD_SEND_SIGNAL], 1);
}
static void without_all_of_them(void)
{
  without(calls, CALLS);
}

/* The error of a seccomp profile that is older than the call. */
static void with_all_of_them_not_permitted(void)
{
  struct denial refused[CALLS];
  memcpy(refused, calls, sizeof refused);
  for (size_t i = 0; i < CALLS; i++)
    refused[i].error = EPERM;
  without(refused, CALLS);
}

static void with_all_of_them_unknown_to_a_profile(void)
{
  struct denial refused[CALLS];
  memcpy(refused, calls, sizeof refused);
  for (size_t i = 0; i < CALLS; i++)
    refused[i].error = ENOSYS;
  without(refused, CALLS);
}

/* /proc may be missing inside of a new container, and with it the list of descriptors. */
static void in_a_place_without_proc(void)
{
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount("none", "/proc", "tmpfs", 0, NULL) != 0)
    SKIP("no mount namespace permitted");
  CHECK(access("/proc/self", F_OK) != 0);
  with_denials();
}

static void without_all_of_them_and_without_proc(void)
{
  denied = calls;
  denied_count = CALLS;
  in_child(in_a_place_without_proc);
}

/* Even waitid is missing, which would verify the owner of the pid before the kill. */
static void with_neither_pidfd_signals_nor_waitid(void)
{
  const struct denial both[] = {{SYS_pidfd_send_signal, ENOSYS, ANY, 0}, {SYS_waitid, EPERM, ANY, 0}};
  if (!deny(both, 2))
    SKIP("no seccomp filter permitted");
  check_a_timeout_kills_the_group();
}

static void without_pidfd_signals_and_waitid(void)
{
  in_child(with_neither_pidfd_signals_nor_waitid);
}

/* A profile that refuses to report the host's dispositions: all are reset. */
static void with_dispositions_unknown(void)
{
  const struct denial asking = {SYS_rt_sigaction, EPERM, 1, 0};
  signal(SIGHUP, SIG_IGN);
  if (!deny(&asking, 1))
    SKIP("no seccomp filter permitted");
  check_hook_says("ignored", "0 ignored");
}

static void without_asking_for_dispositions(void)
{
  in_child(with_dispositions_unknown);
}

int main(int argc, char **argv)
{
  int role = role_main(argc, argv);
  if (role >= 0)
    return role;
  alarm(TEST_SECONDS);
  RUN(with_every_call_all_promises_are_kept);
  RUN(without_clone3);
  RUN(without_pidfd_open);
  RUN(without_close_range);
  RUN(without_memfd_create);
  RUN(without_waitid_by_pidfd);
  RUN(without_pidfd_send_signal);
  RUN(without_pidfd_signals_and_waitid);
  RUN(without_asking_for_dispositions);
  RUN(without_all_of_them);
  RUN(with_all_of_them_not_permitted);
  RUN(with_all_of_them_unknown_to_a_profile);
  RUN(without_all_of_them_and_without_proc);
  return test_end();
}
