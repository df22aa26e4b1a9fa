/*
 * Calls that a container's seccomp profile refuses, where the hook can do without: an older call stands in, or the step
 * is skipped with a warning. The hook inherits the filter, so it makes few calls.
 */
#include "seccomp.h"
#include "helpers.h"

#include <sys/resource.h>

struct refusal {
  const char *name;
  long numbers[2]; /* 0: no second one */
  const char *warning;
};

static const struct refusal refusals[] = {
  {"ppoll", {SYS_ppoll, 0}, NULL},
#ifdef SYS_poll
  {"ppoll and poll", {SYS_ppoll, SYS_poll}, NULL},
#endif
  {"setpgid", {SYS_setpgid, 0}, "createRuntime hook #0: could not be given a process group: %s; it ran without"},
  {"rt_sigpending",
   {SYS_rt_sigpending, 0},
   "createRuntime hook #0: could not be given default signals: %s; it ran without"},
  {"rt_sigaction",
   {SYS_rt_sigaction, 0},
   "createRuntime hook #0: could not be given default signals: %s; it ran without"},
  {"dup3", {SYS_dup3, 0}, NULL},
#ifdef SYS_pipe
  {"pipe2", {SYS_pipe2, 0}, NULL},
#endif
};
enum { REFUSALS = sizeof refusals / sizeof *refusals };

static const struct refusal *refused;
static int error;
static const char *environment;

static void with_refusal(void)
{
  static const char json[] = "{\"createRuntime\":[{\"path\":\"/bin/cat\"}]}";
  char expected[256], errno_text[128], warning[256];
  ocihooks *hooks = test_parse(json);
  ocihooks_report *report = NULL;
  struct denial denials[2] = {{refused->numbers[0], error, ANY, 0}, {refused->numbers[1], error, ANY, 0}};
  if (environment != NULL)
    setenv("OCIHOOKS_CHILD", environment, 1);
  alarm(TEST_SECONDS / 4);
  if (!deny(denials, refused->numbers[1] != 0 ? 2 : 1))
    SKIP("no seccomp filter permitted");
  int code =
    ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), NULL, &report, test_message, sizeof test_message);
  CHECK_TEXT(test_message, "");
  CHECK_INT(code, OCIHOOKS_OK);
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDOUT), STATE);
  CHECK_INT(ocihooks_report_warning_count(report), refused->warning != NULL);
  if (refused->warning != NULL) {
    snprintf(errno_text, sizeof errno_text, "%s (errno %d)", strerror(error), error);
    snprintf(expected, sizeof expected, refused->warning, errno_text);
    ocihooks_report_warning(report, 0, warning, sizeof warning);
    CHECK_TEXT(warning, expected);
    CHECK_INT(ocihooks_report_warning_kind(report, 0), OCIHOOKS_WARNING_STEP_SKIPPED);
    CHECK_INT(ocihooks_report_warning_hook(report, 0), 0);
  }
  CHECK(no_children());
  free_all(hooks, NULL, report);
}

static void refuse_each(void)
{
  static const int errors[] = {EPERM, ENOSYS};
  for (size_t i = 0; i < REFUSALS; i++)
    for (size_t e = 0; e < 2; e++) {
      int before = test_failures_of_case;
      refused = &refusals[i];
      error = errors[e];
      in_child(with_refusal);
      if (test_failures_of_case > before)
        printf("  with %s: %s\n", refused->name, strerror(error));
    }
}

static void a_hook_runs_without_each(void)
{
  environment = NULL;
  refuse_each();
}

static void a_hook_runs_without_each_in_a_fork(void)
{
  environment = "fork";
  refuse_each();
}

/* A hook that stays in its caller's group is stopped by its pidfd, and the caller lives. */
static void a_timeout_without_setpgid(void)
{
  const struct denial denial = {SYS_setpgid, EPERM, ANY, 0};
  ocihooks_report *report = NULL;
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, 300, NULL, 0), OCIHOOKS_OK);
  if (!deny(&denial, 1))
    SKIP("no seccomp filter permitted");
  CHECK_INT(test_shell("exec sleep 30", 0, runner, &report), OCIHOOKS_ERR_TIMEOUT);
  CHECK(no_children());
  free_all(NULL, runner, report);
}

static void a_timeout_reaches_a_hook_without_a_group(void)
{
  in_child(a_timeout_without_setpgid);
}

/* A profile that kills for a call that it does not know. */
static int kill_for(const long *numbers, size_t count)
{
  struct sock_filter code[16] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
  struct sock_fprog program = {1, code};
  for (size_t i = 0; i < count; i++) {
    code[program.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)numbers[i], 0, 1);
    code[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  }
  code[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void under_a_profile_that_kills(void)
{
  static const long newer[] = {435 /* clone3 */, 436 /* close_range */, SYS_memfd_create};
  enum { LARGE = 200000 };
  ocihooks *hooks = test_parse("{\"createRuntime\":[{\"path\":\"/bin/cat\"},{\"path\":\"/bin/true\"}]}");
  ocihooks_report *report = NULL;
  ocihooks_runner *runner = new_runner();
  char *state = state_of(LARGE);
  CHECK_INT(ocihooks_runner_set_old_calls(runner, 1, NULL, 0), OCIHOOKS_OK);
  for (int i = 0; i < 20; i++)
    CHECK(dup(0) >= 0);
  if (!kill_for(newer, 3))
    SKIP("no seccomp filter permitted");
  CHECK_INT(ocihooks_run(hooks, "createRuntime", state, LARGE, runner, &report, test_message, sizeof test_message),
            OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT), LARGE);
  free_all(hooks, runner, report);
  free(state);
}

static void old_calls_suffice(void)
{
  in_child(under_a_profile_that_kills);
}

/* 0, 1, 2, two pipes of output and the pidfd: eight, which suffice. */
static void with_eight_descriptors(void)
{
  const struct rlimit eight = {8, 8};
  static const char json[] = "{\"createRuntime\":[{\"path\":\"/bin/cat\"},{\"path\":\"/bin/cat\"}]}";
  ocihooks_report *report = NULL;
  for (int fd = 3; fd < 256; fd++)
    close(fd);
  CHECK_INT(setrlimit(RLIMIT_NOFILE, &eight), 0);
  CHECK_INT(test_run(json, "createRuntime", NULL, &report), OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  for (size_t i = 0; i < 2; i++)
    CHECK_OWN(test_output(report, i, OCIHOOKS_STDOUT), STATE);
  ocihooks_report_free(report);
}

static void eight_descriptors_suffice(void)
{
  in_child(with_eight_descriptors);
}

int main(void)
{
  alarm(2 * TEST_SECONDS);
  RUN(a_hook_runs_without_each);
  RUN(a_hook_runs_without_each_in_a_fork);
  RUN(a_timeout_reaches_a_hook_without_a_group);
  RUN(old_calls_suffice);
  RUN(eight_descriptors_suffice);
  return test_end();
}
