/* The runner's failure options in every phase, and the observer. */
#include "fork.h"

enum { STOPS, GOES_ON };

/* Three hooks of which the second fails: the results of the third hook and of the run. */
static void check_policy(int policy, const char *phase, int expected)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  char warning[256];
  CHECK_INT(ocihooks_runner_set_failure_policy(runner, policy, NULL, 0), OCIHOOKS_OK);
  test_add_shell(hooks, phase, "exit 0", 0);
  test_add_shell(hooks, phase, "exit 3", 0);
  test_add_shell(hooks, phase, "exit 0", 0);
  int code = ocihooks_run(hooks, phase, STATE, strlen(STATE), runner, &report, test_message, sizeof test_message);
  CHECK_INT(code, expected == STOPS ? OCIHOOKS_ERR_EXIT : OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_code(report), code);
  CHECK_INT(ocihooks_report_hook_exit_code(report, 1), 3);
  CHECK_INT(ocihooks_report_hook_outcome(report, 2),
            expected == STOPS ? OCIHOOKS_OUTCOME_SKIPPED : OCIHOOKS_OUTCOME_EXITED);
  size_t last = ocihooks_report_warning_count(report);
  ocihooks_report_warning(report, last - 1, warning, sizeof warning);
  CHECK((strstr(warning, "hook #1: /bin/sh: exited with status 3") != NULL) == (expected == GOES_ON));
  CHECK((strstr(test_message, "hook #1: /bin/sh: exited with status 3") != NULL) == (expected == STOPS));
  if (test_failures_of_case > 0)
    printf("  in %s with policy %d\n", phase, policy);
  free_all(hooks, runner, report);
}

/* The six phases and a vendor's, with a column for each policy. field note 11 */
static void every_policy_does_in_every_phase_what_it_says(void)
{
  static const struct {
    const char *phase;
    int of_policy[4];
  } TABLE[] = {
    {"prestart", {STOPS, STOPS, STOPS, GOES_ON}},        {"createRuntime", {STOPS, STOPS, STOPS, GOES_ON}},
    {"createContainer", {STOPS, STOPS, STOPS, GOES_ON}}, {"startContainer", {STOPS, STOPS, STOPS, GOES_ON}},
    {"poststart", {STOPS, GOES_ON, STOPS, GOES_ON}},     {"poststop", {GOES_ON, GOES_ON, STOPS, GOES_ON}},
    {"vendor.phase", {STOPS, STOPS, STOPS, GOES_ON}},
  };
  for (size_t row = 0; row < sizeof TABLE / sizeof *TABLE; row++)
    for (int policy = OCIHOOKS_FAILURE_POLICY_SPEC; policy <= OCIHOOKS_FAILURE_POLICY_KEEP_GOING; policy++)
      check_policy(policy, TABLE[row].phase, TABLE[row].of_policy[policy]);
}

/* A hook that can't be executed, one that is killed and one that times out are failures like others. */
static void keep_going_goes_on_after_every_kind_of_failure(void)
{
  static const char HOOKS[] =
    "{\"prestart\":[{\"path\":\"/nowhere/hook\"},"
    "{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"kill -9 $$\"]},"
    "{\"path\":\"/bin/sleep\",\"args\":[\"sleep\",\"30\"],\"timeout\":1},{\"path\":\"/bin/true\"}]}";
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_failure_policy(runner, OCIHOOKS_FAILURE_POLICY_KEEP_GOING, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_run(HOOKS, "prestart", runner, &report), OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_SPAWN_FAILED);
  CHECK_INT(ocihooks_report_hook_outcome(report, 1), OCIHOOKS_OUTCOME_SIGNALED);
  CHECK_INT(ocihooks_report_hook_outcome(report, 2), OCIHOOKS_OUTCOME_TIMED_OUT);
  CHECK_INT(ocihooks_report_hook_exit_code(report, 3), 0);
  CHECK_INT(ocihooks_report_warning_count(report), 3);
  free_all(NULL, runner, report);
}

/* The observer's events, one per line. */
static char events[2048];
static int destroyed;

static void observe(int event, const char *phase, size_t index, const char *path, int outcome, const char *message,
                    uint64_t duration_ns, void *userdata)
{
  CHECK(userdata == events);
  CHECK((duration_ns > 0) == (event == OCIHOOKS_EVENT_AFTER));
  size_t at = strlen(events);
  snprintf(events + at, sizeof events - at, "%s %s %zu %s %d '%s'\n",
           event == OCIHOOKS_EVENT_BEFORE ? "before" : "after", phase, index, path == NULL ? "(null)" : path, outcome,
           message);
}

static void destroy(void *userdata)
{
  CHECK(userdata == events);
  destroyed++;
}

static int fail_with_7(const char *phase, const char *state, size_t state_len, char *errmsg, size_t errmsg_size,
                       void *userdata)
{
  (void)phase, (void)state, (void)state_len;
  size_t at = strlen(events);
  snprintf(events + at, sizeof events - at, "callback\n");
  snprintf(errmsg, errmsg_size, "%s", (const char *)userdata);
  return 7;
}

static ocihooks_runner *observed_runner(void)
{
  ocihooks_runner *runner = new_runner();
  events[0] = '\0';
  destroyed = 0;
  CHECK_INT(ocihooks_runner_set_observer(runner, observe, events, destroy, NULL, 0), OCIHOOKS_OK);
  return runner;
}

static void the_observer_is_told_in_order_what_is_known(void)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = observed_runner();
  static char text[] = "its text";
  test_add_shell(hooks, "poststart", "exit 0", 0);
  CHECK_INT(ocihooks_add_callback(hooks, "poststart", fail_with_7, text, NULL, NULL, 0), 0);
  test_add_shell(hooks, "poststart", "exit 3", 0);
  CHECK_INT(ocihooks_runner_set_failure_policy(runner, OCIHOOKS_FAILURE_POLICY_KEEP_GOING, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "poststart", STATE, strlen(STATE), runner, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_TEXT(events, "before poststart 0 /bin/sh -1 ''\n"
                     "after poststart 0 /bin/sh 0 ''\n"
                     "before poststart 1 (null) -1 ''\n"
                     "callback\n"
                     "after poststart 1 (null) 5 'callback returned 7: its text'\n"
                     "before poststart 2 /bin/sh -1 ''\n"
                     "after poststart 2 /bin/sh 0 'exited with status 3'\n");
  CHECK_INT(destroyed, 0);
  free_all(hooks, runner, NULL);
  CHECK_INT(destroyed, 1);
}

/* Every "before" has its "after", and skipped hooks have no events. */
static void the_observer_is_told_of_failures_and_not_of_skipped_hooks(void)
{
  static const char HOOKS[] = "{\"prestart\":[{\"path\":\"/nowhere/hook\"},{\"path\":\"/bin/true\"}]}";
  ocihooks_runner *runner = observed_runner();
  CHECK_INT(test_run(HOOKS, "prestart", runner, NULL), OCIHOOKS_ERR_SPAWN);
  CHECK_TEXT(events, "before prestart 0 /nowhere/hook -1 ''\n"
                     "after prestart 0 /nowhere/hook 3 'could not be executed: No such file or directory (errno 2)'\n");
  ocihooks_runner_free(runner);
}

static void an_observer_that_is_replaced_is_destroyed_once(void)
{
  ocihooks_runner *runner = observed_runner();
  CHECK_INT(ocihooks_runner_set_observer(runner, observe, events, destroy, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(destroyed, 1);
  CHECK_INT(ocihooks_runner_set_observer(runner, NULL, NULL, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(destroyed, 2);
  CHECK_INT(test_shell("exit 0", 0, runner, NULL), OCIHOOKS_OK);
  CHECK_TEXT(events, "");
  ocihooks_runner_free(runner);
  CHECK_INT(destroyed, 2);
  CHECK_INT(ocihooks_runner_set_observer(NULL, observe, events, destroy, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(destroyed, 2);
}

struct held {
  ocihooks_runner *runner;
  int code;
};

/* A garbage collector's finalizer may use the runner whose option was changed. */
static void run_by_the_runner(void *userdata)
{
  struct held *held = userdata;
  held->code = test_shell("exit 3", 0, held->runner, NULL);
  CHECK_INT(ocihooks_runner_set_failure_policy(held->runner, OCIHOOKS_FAILURE_POLICY_KEEP_GOING, NULL, 0), OCIHOOKS_OK);
}

static void see_nothing(size_t index, int stream, const char *data, size_t size, void *userdata)
{
  (void)index, (void)stream, (void)data, (void)size, (void)userdata;
}

static void what_destroys_an_observer_may_use_its_runner(void)
{
  struct held held[2] = {{new_runner(), OCIHOOKS_OK}, {new_runner(), OCIHOOKS_OK}};
  CHECK_INT(ocihooks_runner_set_observer(held[0].runner, observe, &held[0], run_by_the_runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_output_callback(held[1].runner, see_nothing, &held[1], run_by_the_runner, NULL, 0), 0);
  CHECK_INT(ocihooks_runner_set_observer(held[0].runner, NULL, NULL, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_output_callback(held[1].runner, NULL, NULL, NULL, NULL, 0), OCIHOOKS_OK);
  for (int i = 0; i < 2; i++) {
    CHECK_INT(held[i].code, OCIHOOKS_ERR_EXIT);
    CHECK_INT(test_shell("exit 3", 0, held[i].runner, NULL), OCIHOOKS_OK);
    ocihooks_runner_free(held[i].runner);
  }
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(every_policy_does_in_every_phase_what_it_says);
  RUN(keep_going_goes_on_after_every_kind_of_failure);
  RUN(the_observer_is_told_in_order_what_is_known);
  RUN(the_observer_is_told_of_failures_and_not_of_skipped_hooks);
  RUN(an_observer_that_is_replaced_is_destroyed_once);
  RUN(what_destroys_an_observer_may_use_its_runner);
  return test_end();
}
