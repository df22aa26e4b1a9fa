/*
 * Every system call of a run fails, one after another, with errors that a kernel or a seccomp profile may return. The
 * run has to end in time, with success or a typed error, and without leaving a descriptor, child or zombie. The hooks
 * inherit the filter and may fail because of it, for example by exiting with 127.
 */
#include "seccomp.h"

#include <sys/stat.h>

#ifndef SYS_clone3
#define SYS_clone3 435
#endif

struct call {
  const char *name;
  long number;
};

#define CALL(name) #name, SYS_##name

static const struct call CALLS[] = {
#ifndef __SANITIZE_ADDRESS__ /* a refused mapping ends the program */
  {CALL(mmap)},
#endif
  {CALL(clone)},          {CALL(clone3)},       {CALL(brk)},
  {CALL(pipe2)},          {CALL(memfd_create)}, {CALL(ppoll)},
  {CALL(fcntl)},          {CALL(waitid)},       {CALL(read)},
  {CALL(ioctl)},          {CALL(lseek)},        {CALL(openat)},
  {CALL(prlimit64)},      {CALL(setpgid)},      {CALL(dup3)},
  {CALL(chdir)},          {CALL(prctl)},        {CALL(rt_sigaction)},
  {CALL(rt_sigprocmask)}, {CALL(execve)},       {CALL(pidfd_send_signal)},
  {CALL(kill)},           {CALL(getdents64)},   {CALL(close_range)},
};
static const int ERRORS[] = {ENOMEM, EAGAIN, EPERM, EINVAL, ENOSYS, EIO, EMFILE};

#define COUNT(list) (sizeof list / sizeof *list)

static struct denial denials[2];
static size_t denied = 1;
static const char *hooks_json;
static size_t state_size;

/* Whether this may be an error of the library itself. */
static int untyped;

/* With fstat, which is never denied, unlike fcntl. */
static int count_descriptors(void)
{
  struct stat status;
  int count = 0;
  for (int fd = 0; fd < 256; fd++)
    count += fstat(fd, &status) == 0;
  return count;
}

static void with_denial(void)
{
  ocihooks *hooks = test_parse(hooks_json);
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  char *state = state_of(state_size);
  alarm(TEST_SECONDS / 4); /* long before the whole program's limit */
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, 1000, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_cwd(runner, "/", NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_no_new_privileges(runner, 1, NULL, 0), OCIHOOKS_OK);
  int before = count_descriptors();
  if (!deny(denials, denied))
    SKIP("no seccomp filter permitted");
  int code =
    ocihooks_run(hooks, "createRuntime", state, state_size, runner, &report, test_message, sizeof test_message);
  if (!untyped || code != OCIHOOKS_ERR_INTERNAL) {
    CHECK(code <= OCIHOOKS_OK && code != OCIHOOKS_ERR_INTERNAL && code != OCIHOOKS_ERR_INVALID_ARGUMENT);
    CHECK_INT(ocihooks_report_code(report), code);
  }
  CHECK((code == OCIHOOKS_OK) == (test_message[0] == '\0'));
  CHECK(code != OCIHOOKS_OK || ocihooks_report_hook_exit_code(report, 0) == 0);
  CHECK_INT(count_descriptors(), before);
  CHECK(no_children());
  free_all(hooks, runner, report);
  free(state);
}

/* All errors of all calls, in one situation. */
static void deny_each(const char *json, size_t size)
{
  hooks_json = json;
  state_size = size;
  for (size_t call = 0; call < COUNT(CALLS); call++)
    for (size_t error = 0; error < COUNT(ERRORS); error++) {
      int before = test_failures_of_case;
      denials[0] = (struct denial){CALLS[call].number, ERRORS[error], ANY, 0};
      in_child(with_denial);
      if (test_failures_of_case > before)
        printf("  with %s: %s\n", CALLS[call].name, strerror(ERRORS[error]));
    }
}

static void a_hook_that_succeeds(void)
{
  deny_each("{\"createRuntime\":[{\"path\":\"/bin/true\"},{\"path\":\"/bin/true\"}]}", 200);
}

/* More than a pipe holds. */
static void a_large_state(void)
{
  deny_each("{\"createRuntime\":[{\"path\":\"/bin/true\"}]}", 200000);
}

static void a_hook_that_fails(void)
{
  deny_each("{\"createRuntime\":[{\"path\":\"/bin/false\"}]}", 200);
}

static void a_hook_that_can_not_be_executed(void)
{
  deny_each("{\"createRuntime\":[{\"path\":\"/nowhere/hook\"}]}", 200);
}

/* After a failed wait the hook still runs, and must not survive unseen. */
static void a_hook_that_outlives_a_failed_wait(void)
{
  static const long WAITS[] = {SYS_ppoll, SYS_waitid, SYS_pidfd_send_signal, SYS_kill, SYS_read, SYS_ioctl};
  hooks_json = "{\"createRuntime\":[{\"path\":\"/bin/sleep\",\"args\":[\"sleep\",\"30\"]}]}";
  state_size = 200;
  for (size_t call = 0; call < COUNT(WAITS); call++) {
    denials[0] = (struct denial){WAITS[call], call % 2 ? EPERM : ENOMEM, ANY, 0};
    in_child(with_denial);
  }
}

/* Without waits and sleeps the library polls the clock. */
static void a_hook_that_outlives_a_failed_wait_without_sleep(void)
{
  hooks_json = "{\"createRuntime\":[{\"path\":\"/bin/sleep\",\"args\":[\"sleep\",\"30\"]}]}";
  state_size = 200;
  denials[0] = (struct denial){SYS_ppoll, ENOMEM, ANY, 0};
  denials[1] = (struct denial){SYS_clock_nanosleep, EPERM, ANY, 0};
  denied = 2;
  in_child(with_denial);
}

/* The library then can't measure time. A clock in the vDSO can't be denied, and runs then succeed. */
static void without_a_clock_nothing_is_left_either(void)
{
  hooks_json = "{\"createRuntime\":[{\"path\":\"/bin/true\"}]}";
  state_size = 200;
  denials[0] = (struct denial){SYS_clock_gettime, EPERM, ANY, 0};
  denied = 1;
  untyped = 1;
  in_child(with_denial);
}

int main(void)
{
  alarm(2 * TEST_SECONDS); /* about 700 runs */
  RUN(a_hook_that_succeeds);
  RUN(a_large_state);
  RUN(a_hook_that_fails);
  RUN(a_hook_that_can_not_be_executed);
  RUN(a_hook_that_outlives_a_failed_wait);
  RUN(a_hook_that_outlives_a_failed_wait_without_sleep);
  RUN(without_a_clock_nothing_is_left_either);
  return test_end();
}
