/*
 * A hook whose execve blocks. A dead network mount causes that, and so does a lease on the file, which a test can take.
 * The kernel makes execve wait until the lease is released, for /proc/sys/fs/lease-break-time seconds.
 */
#include "test.h"

#include "helpers.h"
#include "lease.h"

static char hook[512];

static int can_be_shown(void)
{
  return atoi(file_text("/proc/sys/fs/lease-break-time")) >= 10;
}

static void a_stuck_execve_ends_with_the_timeout(void)
{
  const pid_t holder = can_be_shown() ? lease_holder(hook) : 0;
  if (holder == 0)
    SKIP("no leases here, or they are broken too soon");
  ocihooks *hooks = test_parse("{}");
  ocihooks_report *report = NULL;
  const int descriptors = open_descriptors();
  CHECK_INT(ocihooks_add_command(hooks, "prestart", hook, NULL, NULL, 1, NULL, 0), OCIHOOKS_OK);
  const double begin = now();
  CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, &report, test_message, sizeof test_message),
            OCIHOOKS_ERR_TIMEOUT);
  CHECK(now() - begin < SOON);
  CHECK_HAS(test_message, "timed out after 1 s");
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_TIMED_OUT);
  CHECK(is_dead(ocihooks_report_hook_pid(report, 0)));
  CHECK_INT(open_descriptors(), descriptors);
  CHECK(!is_dead(holder)); /* otherwise the execve did not block */
  kill(holder, SIGKILL);
  CHECK_INT(waitpid(holder, NULL, 0), holder);
  CHECK(has_no_child());
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

static void other_hooks_can_run_after_it(void)
{
  const pid_t holder = can_be_shown() ? lease_holder(hook) : 0;
  if (holder == 0)
    SKIP("no leases here, or they are broken too soon");
  static const char stopped[] = "{\"ociVersion\":\"1.2.0\",\"id\":\"c1\",\"status\":\"stopped\",\"bundle\":\"/b\"}";
  ocihooks *hooks = test_parse("{}");
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_add_command(hooks, "poststop", hook, NULL, NULL, 1, NULL, 0), OCIHOOKS_OK);
  test_add_shell(hooks, "poststop", "cat; echo behind", 5);
  CHECK_INT(ocihooks_run(hooks, "poststop", stopped, strlen(stopped), NULL, &report, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_TIMED_OUT);
  CHECK_INT(ocihooks_report_hook_exit_code(report, 1), 0);
  CHECK_OWN_HAS(test_output(report, 1, OCIHOOKS_STDOUT), "}behind\n");
  kill(holder, SIGKILL);
  waitpid(holder, NULL, 0);
  CHECK(has_no_child());
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

static void when_the_file_is_free_again_the_hook_runs(void)
{
  ocihooks *hooks = test_parse("{}");
  CHECK_INT(ocihooks_add_command(hooks, "prestart", hook, NULL, NULL, 10, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, NULL, test_message, sizeof test_message),
            OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  ocihooks_free(hooks);
}

int main(void)
{
  alarm(TEST_SECONDS);
  place_make();
  snprintf(hook, sizeof hook, "%s", place_write("hook", "#!/bin/sh\nexit 0\n", 0755));
  RUN(a_stuck_execve_ends_with_the_timeout);
  RUN(other_hooks_can_run_after_it);
  RUN(when_the_file_is_free_again_the_hook_runs);
  return test_end();
}
