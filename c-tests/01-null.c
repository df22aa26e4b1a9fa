/* NULL for every argument, invalid options, and the texts that need no handle. */
#include "test.h"

#include "helpers.h"

#include <limits.h>
#include <sys/resource.h>

#define INVALID OCIHOOKS_ERR_INVALID_ARGUMENT
#define MESSAGE test_message, sizeof test_message

/* A call that returns -1, with a message buffer and without one. */
#define CHECK_INVALID(...)                            \
  do {                                                \
    test_message[0] = '\0';                           \
    CHECK_INT(CALL(__VA_ARGS__, MESSAGE), INVALID);   \
    CHECK_HAS(test_message, "invalid argument: ");    \
    CHECK_INT(CALL(__VA_ARGS__, NULL, 0), INVALID);   \
    CHECK_INT(CALL(__VA_ARGS__, NULL, 100), INVALID); \
  } while (0)
#define CALL(function, ...) function(__VA_ARGS__)

static int do_nothing(const char *phase, const char *state, size_t state_len, char *errmsg, size_t errmsg_size,
                      void *userdata)
{
  (void)phase, (void)state, (void)state_len, (void)errmsg, (void)errmsg_size, (void)userdata;
  return 0;
}

static void making_a_map_needs_a_place_for_it(void)
{
  ocihooks *hooks = NULL;
  CHECK_INVALID(ocihooks_new, NULL);
  CHECK_INVALID(ocihooks_parse, "{}", 2, NULL);
  CHECK_INVALID(ocihooks_parse_config, "{}", 2, NULL);
  CHECK_INVALID(ocihooks_parse_libcontainer, "{}", 2, NULL);
  CHECK_INVALID(ocihooks_read, OCIHOOKS_DOCUMENT_HOOKS, 0, "{}", 2, NULL);
  CHECK_INVALID(ocihooks_clone, NULL, &hooks);
  CHECK(hooks == NULL);
  hooks = test_parse("{}");
  CHECK_INVALID(ocihooks_clone, hooks, NULL);
  ocihooks_free(hooks);
}

static void there_is_no_text_at_null(void)
{
  int marker;
  ocihooks *hooks = (ocihooks *)(void *)&marker;
  CHECK_INVALID(ocihooks_parse, NULL, 0, &hooks);
  CHECK(hooks == NULL);
  CHECK_INVALID(ocihooks_parse, NULL, 10, &hooks);
  CHECK_INVALID(ocihooks_parse_config, NULL, 0, &hooks);
  CHECK_INVALID(ocihooks_parse_libcontainer, NULL, 0, &hooks);
  CHECK_INVALID(ocihooks_parse, "{}", SIZE_MAX, &hooks);
  CHECK_INT(ocihooks_parse("", 0, &hooks, MESSAGE), OCIHOOKS_ERR_INVALID_JSON);
  CHECK(hooks == NULL);
}

static void filling_a_map_needs_it_a_phase_and_a_hook(void)
{
  ocihooks *hooks = test_parse("{}");
  CHECK_INVALID(ocihooks_add_command, NULL, "prestart", "/a", NULL, NULL, 0);
  CHECK_INVALID(ocihooks_add_command, hooks, NULL, "/a", NULL, NULL, 0);
  CHECK_INVALID(ocihooks_add_command, hooks, "prestart", NULL, NULL, NULL, 0);
  CHECK_INVALID(ocihooks_add_callback, NULL, "prestart", do_nothing, NULL, NULL);
  CHECK_INVALID(ocihooks_add_callback, hooks, NULL, do_nothing, NULL, NULL);
  CHECK_INVALID(ocihooks_add_callback, hooks, "prestart", NULL, NULL, NULL);
  CHECK_INVALID(ocihooks_merge, NULL, hooks);
  CHECK_INVALID(ocihooks_merge, hooks, NULL);
  CHECK_INVALID(ocihooks_merge, NULL, NULL);
  CHECK_OWN(json_of(hooks), "{}");
  ocihooks_free(hooks);
}

static void a_run_needs_a_map_a_phase_and_a_state(void)
{
  int marker;
  ocihooks_report *report = (ocihooks_report *)(void *)&marker;
  ocihooks *hooks = test_parse("{}");
  CHECK_INVALID(ocihooks_run, NULL, "prestart", STATE, strlen(STATE), NULL, &report);
  CHECK(report == NULL);
  CHECK_INVALID(ocihooks_run, hooks, NULL, STATE, strlen(STATE), NULL, NULL);
  CHECK_INVALID(ocihooks_run, hooks, "\xff", STATE, strlen(STATE), NULL, NULL);
  CHECK_INVALID(ocihooks_run, hooks, "prestart", NULL, 0, NULL, NULL);
  CHECK_INVALID(ocihooks_run, hooks, "prestart", NULL, 10, NULL, NULL);
  CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, NULL, MESSAGE), OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  ocihooks_free(hooks);
}

static void handles_that_are_null_give_nothing(void)
{
  char text[8] = "before";
  CHECK_INT(ocihooks_count(NULL, "prestart"), 0);
  CHECK_INT(ocihooks_count(NULL, NULL), 0);
  ocihooks *hooks = test_parse("{\"prestart\":[{\"path\":\"/a\"}]}");
  CHECK_INT(ocihooks_count(hooks, NULL), 0);
  ocihooks_free(hooks);
  CHECK_INT(ocihooks_to_json(NULL, text, sizeof text), 0);
  CHECK_TEXT(text, "");
  strcpy(text, "before");
  CHECK_INT(ocihooks_to_libcontainer(NULL, text, sizeof text), 0);
  CHECK_TEXT(text, "");
  CHECK_INT(ocihooks_to_json(NULL, NULL, 0), 0);
  ocihooks_free(NULL);
  ocihooks_runner_free(NULL);
  ocihooks_report_free(NULL);
  CHECK_INVALID(ocihooks_runner_new, NULL);
}

/* All accessors of a missing hook. */
static void check_no_hook(const ocihooks_report *report, size_t index)
{
  char text[8] = "before";
  CHECK_INT(ocihooks_report_hook_kind(report, index), -1);
  CHECK_INT(ocihooks_report_hook_outcome(report, index), -1);
  CHECK_INT(ocihooks_report_hook_exit_code(report, index), -1);
  CHECK_INT(ocihooks_report_hook_signal(report, index), 0);
  CHECK_INT(ocihooks_report_hook_errno(report, index), 0);
  CHECK_INT(ocihooks_report_hook_pid(report, index), 0);
  CHECK_INT(ocihooks_report_hook_duration_ns(report, index), 0);
  CHECK_INT(ocihooks_report_hook_user_time_ns(report, index), 0);
  CHECK_INT(ocihooks_report_hook_system_time_ns(report, index), 0);
  CHECK_INT(ocihooks_report_hook_output_bytes(report, index, OCIHOOKS_STDOUT), 0);
  CHECK_INT(ocihooks_report_hook_output_truncated(report, index, OCIHOOKS_STDERR), 0);
  CHECK_INT(ocihooks_report_hook_path(report, index, text, sizeof text), 0);
  CHECK_TEXT(text, "");
  strcpy(text, "before");
  CHECK_INT(ocihooks_report_hook_message(report, index, text, sizeof text), 0);
  CHECK_TEXT(text, "");
  strcpy(text, "before");
  CHECK_INT(ocihooks_report_hook_output(report, index, OCIHOOKS_STDOUT, text, sizeof text), 0);
  CHECK_TEXT(text, "");
}

static void a_report_that_is_null_has_no_hooks(void)
{
  char text[8] = "before";
  CHECK_INT(ocihooks_report_code(NULL), INVALID);
  CHECK_INT(ocihooks_report_count(NULL), 0);
  CHECK_INT(ocihooks_report_warning_count(NULL), 0);
  CHECK_INT(ocihooks_report_duration_ns(NULL), 0);
  CHECK_INT(ocihooks_report_json(NULL, text, sizeof text) + ocihooks_report_json(NULL, NULL, 0), 0);
  CHECK_TEXT(text, "");
  CHECK_INT(ocihooks_report_phase(NULL, text, sizeof text), 0);
  CHECK_INT(ocihooks_report_message(NULL, text, sizeof text), 0);
  CHECK_INT(ocihooks_report_warning(NULL, 0, text, sizeof text), 0);
  check_no_hook(NULL, 0);
}

static void a_hook_beyond_the_last_is_not_there(void)
{
  char text[8] = "before";
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("echo out; echo err >&2", 0, NULL, &report), OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_count(report), 1);
  check_no_hook(report, 1);
  check_no_hook(report, SIZE_MAX);
  CHECK_INT(ocihooks_report_hook_output(report, 0, 0, text, sizeof text), 0);
  CHECK_TEXT(text, "");
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, 3), 0);
  CHECK_INT(ocihooks_report_hook_output_truncated(report, 0, -1), 0);
  CHECK_INT(ocihooks_report_warning(report, 0, text, sizeof text), 0);
  ocihooks_report_free(report);
}

static void no_option_can_be_set_in_null(void)
{
  CHECK_INT(ocihooks_runner_set_cwd(NULL, "/", NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_cwd_may_fail(NULL, 1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_environment(NULL, OCIHOOKS_ENVIRONMENT_INHERIT, NULL, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_phase_variable(NULL, "A", NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_state_check(NULL, OCIHOOKS_STATE_CHECK_OFF, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_failure_policy(NULL, OCIHOOKS_FAILURE_POLICY_SPEC, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_rlimit(NULL, RLIMIT_CPU, 1, 1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_no_new_privileges(NULL, 1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_output(NULL, OCIHOOKS_STDOUT, OCIHOOKS_OUTPUT_CAPTURE, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_output_fd(NULL, OCIHOOKS_STDOUT, 1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_capture_limit(NULL, 1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_phase_capture_limit(NULL, 1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_cancel_fd(NULL, -1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_add_cancel_fd(NULL, 0, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_cgroup_fd(NULL, -1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(NULL, 1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_budget_ms(NULL, 1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_grace_ms(NULL, 1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_observer(NULL, NULL, NULL, NULL, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_output_callback(NULL, NULL, NULL, NULL, NULL, 0), INVALID);
}

static void values_that_an_option_does_not_take_are_refused(void)
{
  const char *list[] = {"A=1", NULL}, *bad_list[] = {"A=\xff", NULL};
  ocihooks_runner *runner = NULL;
  CHECK_INT(ocihooks_runner_new(&runner, MESSAGE), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_cwd(runner, "/\xff", NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_cwd(runner, "", NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_environment(runner, -1, NULL, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_environment(runner, 3, NULL, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_environment(runner, OCIHOOKS_ENVIRONMENT_INHERIT, list, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_environment(runner, OCIHOOKS_ENVIRONMENT_LIST, bad_list, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_phase_variable(runner, "", NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_phase_variable(runner, "A=B", NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_phase_variable(runner, "\xff", NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_failure_policy(runner, -1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_state_check(runner, -1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_state_check(runner, 3, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_failure_policy(runner, 4, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_rlimit(runner, -1, 1, 1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_rlimit(runner, RLIMIT_CPU, 2, 1, NULL, 0), INVALID);
  for (int stream = 0; stream <= 3; stream += 3) {
    CHECK_INT(ocihooks_runner_set_output(runner, stream, OCIHOOKS_OUTPUT_CAPTURE, NULL, 0), INVALID);
    CHECK_INT(ocihooks_runner_set_output_fd(runner, stream, 1, NULL, 0), INVALID);
  }
  CHECK_INT(ocihooks_runner_set_output(runner, OCIHOOKS_STDOUT, -1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_output(runner, OCIHOOKS_STDOUT, 4, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_output_fd(runner, OCIHOOKS_STDERR, -1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_cancel_fd(runner, -2, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_add_cancel_fd(runner, -1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_cgroup_fd(runner, -2, NULL, 0), INVALID);
  CHECK_INT(test_shell("pwd; exit 0", 0, runner, NULL), OCIHOOKS_OK); /* the refused calls changed nothing */
  ocihooks_runner_free(runner);
}

static void a_refused_value_leaves_the_option_as_it_was(void)
{
  ocihooks_runner *runner = NULL;
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_failure_policy(runner, OCIHOOKS_FAILURE_POLICY_KEEP_GOING, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_failure_policy(runner, 4, NULL, 0), INVALID);
  CHECK_INT(test_shell("exit 1", 0, runner, NULL), OCIHOOKS_OK);
  ocihooks_runner_free(runner);
}

static void every_code_has_a_text_of_its_own(void)
{
  CHECK_TEXT(ocihooks_strerror(OCIHOOKS_OK), "success");
  for (int code = 0; code >= OCIHOOKS_ERR_INVALID_OUTPUT; code--) {
    CHECK(*ocihooks_strerror(code) != '\0');
    CHECK(strcmp(ocihooks_strerror(code), "unknown error code") != 0);
    for (int other = 0; other > code; other--)
      CHECK(strcmp(ocihooks_strerror(code), ocihooks_strerror(other)) != 0);
  }
  static const int unknown[] = {1, OCIHOOKS_ERR_INVALID_OUTPUT - 1, INT_MIN, INT_MAX};
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
    CHECK_TEXT(ocihooks_strerror(unknown[i]), "unknown error code");
}

static void the_version_is_known(void)
{
  int major = -1, minor = -1, patch = -1;
  CHECK_INT(sscanf(ocihooks_version(), "%d.%d.%d", &major, &minor, &patch), 3);
  CHECK_TEXT(ocihooks_version(), "0.1.0");
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(making_a_map_needs_a_place_for_it);
  RUN(there_is_no_text_at_null);
  RUN(filling_a_map_needs_it_a_phase_and_a_hook);
  RUN(a_run_needs_a_map_a_phase_and_a_state);
  RUN(handles_that_are_null_give_nothing);
  RUN(a_report_that_is_null_has_no_hooks);
  RUN(a_hook_beyond_the_last_is_not_there);
  RUN(no_option_can_be_set_in_null);
  RUN(values_that_an_option_does_not_take_are_refused);
  RUN(a_refused_value_leaves_the_option_as_it_was);
  RUN(every_code_has_a_text_of_its_own);
  RUN(the_version_is_known);
  return test_end();
}
