/*
 * A host whose children get a different time namespace: unshare(CLONE_NEWTIME). Linux 5.10 and 6.1 refuse a child there
 * that shares memory, also with vfork; 6.18 permits it. Hooks have to run, each with its deadline.
 */
#include "ways.h"
#include "helpers.h"
#include "lease.h"

#include <sched.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

static char program[512];

#define UNSHARE_TIME()                            \
  do {                                            \
    if (unshare(CLONE_NEWTIME) != 0)              \
      SKIP("no time namespace can be made here"); \
  } while (0)

static void hooks_in_the_namespace_of_the_children(void)
{
  char expected[80] = "";
  ocihooks_report *report = NULL;
  UNSHARE_TIME();
  CHECK(readlink("/proc/self/ns/time_for_children", expected, sizeof expected - 2) > 0);
  strcat(expected, "\n");
  for (int i = 0; i < 3; i++) {
    CHECK_INT(test_shell("readlink /proc/self/ns/time; exit 0", 20, NULL, &report), OCIHOOKS_OK);
    CHECK_TEXT(test_message, "");
    CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, expected);
    ocihooks_report_free(report);
  }
  CHECK_INT(test_shell("exit 7", 20, NULL, NULL), OCIHOOKS_ERR_EXIT);
  CHECK_INT(test_shell("sleep 1000", 1, NULL, NULL), OCIHOOKS_ERR_TIMEOUT);
  CHECK(has_no_child());
}

static void a_hook_runs(void)
{
  in_every_way(hooks_in_the_namespace_of_the_children);
}

static void a_stuck_execve(void)
{
  pid_t holder = atoi(file_text("/proc/sys/fs/lease-break-time")) >= 20 ? lease_holder(program) : 0;
  if (holder == 0)
    SKIP("no leases here, or they are broken too soon");
  ocihooks *hooks = test_parse("{}");
  ocihooks_report *report = NULL;
  if (unshare(CLONE_NEWTIME) == 0) {
    CHECK_INT(ocihooks_add_command(hooks, "prestart", program, NULL, NULL, 1, NULL, 0), OCIHOOKS_OK);
    CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, &report, test_message, sizeof test_message),
              OCIHOOKS_ERR_TIMEOUT);
    CHECK_HAS(test_message, "timed out after 1 s");
    CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_TIMED_OUT);
    CHECK(!is_dead(holder)); /* otherwise the execve did not block */
  } else {
    printf("  SKIPPED: no time namespace can be made here\n");
  }
  kill(holder, SIGKILL);
  CHECK_INT(waitpid(holder, NULL, 0), holder);
  CHECK(has_no_child());
  free_all(hooks, NULL, report);
}

static void the_deadline_holds_on_the_way_to_execve(void)
{
  in_every_way(a_stuck_execve);
}

int main(void)
{
  place_make();
  snprintf(program, sizeof program, "%s", place_write("hook", "#!/bin/sh\nexit 0\n", 0755));
  RUN(a_hook_runs);
  RUN(the_deadline_holds_on_the_way_to_execve);
  return test_end();
}
