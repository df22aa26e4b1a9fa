/* A phase: order, arguments, environment, what a failure does to the rest, callbacks, the report. */
#include "test.h"

#include <signal.h>
#include <unistd.h>

#define ALL_FAIL(phase) "{\"" phase "\":[{\"path\":\"/bin/true\"},{\"path\":\"/bin/false\"},{\"path\":\"/bin/false\"},{\"path\":\"/bin/true\"}]}"

/* The output of the one hook in createRuntime, to be freed. */
static char *output_of(const char *json)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_run(json, "createRuntime", NULL, &report), OCIHOOKS_OK);
  char *text = test_output(report, 0, OCIHOOKS_STDOUT);
  ocihooks_report_free(report);
  return text;
}

static void check_output(const char *json, const char *expected)
{
  char *text = output_of(json);
  CHECK_TEXT(text, expected);
  free(text);
}

static void check_outcomes(const ocihooks_report *report, const char *expected)
{
  char letters[16] = "";
  for (size_t i = 0; i < ocihooks_report_count(report); i++)
    letters[i] = (char)('0' + ocihooks_report_hook_outcome(report, i));
  CHECK_TEXT(letters, expected);
}

static void the_first_failure_ends_a_phase(void)
{
  const char *phases[][2] = {{"prestart", ALL_FAIL("prestart")},
                             {"createRuntime", ALL_FAIL("createRuntime")},
                             {"createContainer", ALL_FAIL("createContainer")},
                             {"startContainer", ALL_FAIL("startContainer")},
                             {"poststart", ALL_FAIL("poststart")},
                             {"vendor/phase", ALL_FAIL("vendor/phase")}};
  for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
    ocihooks_report *report = NULL;
    char message[256];
    CHECK_INT(test_run(phases[i][1], phases[i][0], NULL, &report), OCIHOOKS_ERR_EXIT);
    snprintf(message, sizeof message, "error running %s hook #1: /bin/false: exited with status 1", phases[i][0]);
    CHECK_TEXT(test_message, message);
    check_outcomes(report, "0066");
    CHECK_INT(ocihooks_report_code(report), OCIHOOKS_ERR_EXIT);
    ocihooks_report_free(report);
  }
}

/* field note 11 */
static void poststop_runs_all_and_warns(void)
{
  ocihooks_report *report = NULL;
  char warning[256];
  CHECK_INT(test_run(ALL_FAIL("poststop"), "poststop", NULL, &report), OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  check_outcomes(report, "0000");
  CHECK_INT(ocihooks_report_warning_count(report), 3); /* one is about the state */
  ocihooks_report_warning(report, 0, warning, sizeof warning);
  CHECK_TEXT(warning, "state: status is \"created\"; the spec expects \"stopped\" in poststop");
  ocihooks_report_warning(report, 2, warning, sizeof warning);
  CHECK_TEXT(warning, "error running poststop hook #2: /bin/false: exited with status 1");
  ocihooks_report_free(report);
}

static void an_unknown_phase_is_an_error_and_a_known_one_may_be_empty(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_run("{}", "Prestart", NULL, &report), OCIHOOKS_ERR_UNKNOWN_PHASE);
  CHECK(report == NULL);
  CHECK_INT(test_run("{}", "prestart", NULL, &report), OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_count(report), 0);
  ocihooks_report_free(report);
}

/* field note 13: args is the whole argv; and no PATH is searched. */
static void args_are_the_whole_argv(void)
{
  check_output("{\"createRuntime\":[{\"path\":\"/bin/sh\",\"args\":[\"name\",\"-c\",\"echo $0 $#\",\"zero\",\"a b\",\"\"]}]}", "zero 2\n");
  for (int empty = 0; empty < 2; empty++) {
    char *text = output_of(empty ? "{\"createRuntime\":[{\"path\":\"/bin/cat\",\"args\":[]}]}" : "{\"createRuntime\":[{\"path\":\"/bin/cat\"}]}");
    CHECK_TEXT(text, STATE);
    free(text);
  }
}

/* field note 12: order and duplicates stay, and entries without '='. */
static void the_environment_is_as_given(void)
{
  check_output("{\"createRuntime\":[{\"path\":\"/usr/bin/env\",\"env\":[\"B=2\",\"A=1\",\"B=3\"]}]}", "B=2\nA=1\nB=3\n");
  check_output("{\"createRuntime\":[{\"path\":\"/usr/bin/env\",\"env\":[]}]}", "");
  setenv("OCIHOOKS_TEST", "inherited", 1);
  char *text = output_of("{\"createRuntime\":[{\"path\":\"/usr/bin/env\"}]}");
  CHECK_HAS(text, "OCIHOOKS_TEST=inherited\n");
  free(text);
}

static void a_signal_is_told_by_number_and_name(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("kill -TERM $$", 0, NULL, &report), OCIHOOKS_ERR_SIGNAL);
  CHECK_TEXT(test_message, "error running createRuntime hook #0: /bin/sh: killed by signal 15 (SIGTERM)");
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGTERM);
  CHECK_INT(ocihooks_report_hook_exit_code(report, 0), -1);
  ocihooks_report_free(report);
}

/* ---- callbacks ---- */

static char trace[256];

static int note(const char *phase, const char *state, size_t state_len, char *errmsg, size_t errmsg_size, void *userdata)
{
  CHECK_TEXT(phase, "createRuntime");
  CHECK(state_len == strlen(STATE) && strcmp(state, STATE) == 0);
  strcat(trace, (const char *)userdata);
  if (strcmp(userdata, "bad") != 0)
    return 0;
  snprintf(errmsg, errmsg_size, "no bridge");
  return 7;
}

static void callbacks_run_in_order_with_commands(void)
{
  ocihooks_report *report = NULL;
  char json[4096];
  ocihooks *hooks = test_parse("{}");
  trace[0] = '\0';
  ocihooks_add_callback(hooks, "createRuntime", note, "one ", NULL, NULL, 0);
  test_add_shell(hooks, "createRuntime", "exit 0", 0);
  ocihooks_add_callback(hooks, "createRuntime", note, "bad", NULL, NULL, 0);
  ocihooks_add_callback(hooks, "createRuntime", note, "never", NULL, NULL, 0);
  CHECK_INT(ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), NULL, &report, test_message, sizeof test_message), OCIHOOKS_ERR_CALLBACK);
  CHECK_TEXT(trace, "one bad");
  CHECK_TEXT(test_message, "error running createRuntime hook #2: callback returned 7: no bridge");
  check_outcomes(report, "5056");
  ocihooks_report_json(report, json, sizeof json);
  CHECK_HAS(json, "{\"index\":2,\"kind\":\"callback\",\"outcome\":\"callback\",\"exitCode\":7,\"message\":\"callback returned 7: no bridge\"");
  CHECK_HAS(json, "{\"index\":3,\"kind\":\"callback\",\"outcome\":\"skipped\"}");
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

static int run_inner(const char *phase, const char *state, size_t state_len, char *errmsg, size_t errmsg_size, void *userdata)
{
  (void)phase;
  return ocihooks_run(userdata, "poststart", state, state_len, NULL, NULL, errmsg, errmsg_size);
}

static void a_callback_may_run_another_phase_of_its_map(void)
{
  ocihooks *hooks = test_parse("{\"poststart\":[{\"path\":\"/bin/false\"}]}");
  ocihooks_add_callback(hooks, "prestart", run_inner, hooks, NULL, NULL, 0);
  CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, NULL, test_message, sizeof test_message), OCIHOOKS_ERR_CALLBACK);
  CHECK_TEXT(test_message, "error running prestart hook #0: callback returned -7: error running poststart hook #0: /bin/false: exited with status 1");
  ocihooks_free(hooks);
}

/* field note 15: equal hooks are hooks like others. */
static void equal_hooks_run_as_often_as_they_stand_there(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_run("{\"prestart\":[{\"path\":\"/bin/true\"},{\"path\":\"/bin/true\"}]}", "prestart", NULL, &report), OCIHOOKS_OK);
  CHECK(ocihooks_report_hook_pid(report, 0) != ocihooks_report_hook_pid(report, 1));
  ocihooks_report_free(report);
}

int main(void)
{
  alarm(60);
  RUN(the_first_failure_ends_a_phase);
  RUN(poststop_runs_all_and_warns);
  RUN(an_unknown_phase_is_an_error_and_a_known_one_may_be_empty);
  RUN(args_are_the_whole_argv);
  RUN(the_environment_is_as_given);
  RUN(a_signal_is_told_by_number_and_name);
  RUN(callbacks_run_in_order_with_commands);
  RUN(a_callback_may_run_another_phase_of_its_map);
  RUN(equal_hooks_run_as_often_as_they_stand_there);
  return test_end();
}
