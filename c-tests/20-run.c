/* A phase: its hooks in order, and the effect of a failure on later hooks. */
#include "test.h"

#include "helpers.h"

static const char *log_path; /* hooks and callbacks write a line each */

static void add_logging(ocihooks *hooks, const char *phase, const char *word, int status)
{
  char script[700];
  snprintf(script, sizeof script, "echo %s >>%s; exit %d", word, log_path, status);
  test_add_shell(hooks, phase, script, 0);
}

static int run(const ocihooks *hooks, const char *phase, const ocihooks_runner *runner, ocihooks_report **report)
{
  unlink(log_path);
  return ocihooks_run(hooks, phase, STATE, strlen(STATE), runner, report, test_message, sizeof test_message);
}

/* A callback's arguments. */
struct call {
  const char *word;
  int returns;
  const char *says;
  char phase[32];
  char state[256];
  size_t state_len;
};

static int log_call(const char *phase, const char *state, size_t state_len, char *errmsg, size_t errmsg_size,
                    void *userdata)
{
  struct call *call = userdata;
  FILE *file = fopen(log_path, "a");
  fprintf(file, "%s\n", call->word);
  fclose(file);
  snprintf(call->phase, sizeof call->phase, "%s", phase);
  snprintf(call->state, sizeof call->state, "%s", state);
  call->state_len = state_len;
  if (call->says != NULL)
    snprintf(errmsg, errmsg_size, "%s", call->says);
  return call->returns;
}

static void add_call(ocihooks *hooks, const char *phase, struct call *call)
{
  CHECK_INT(ocihooks_add_callback(hooks, phase, log_call, call, NULL, NULL, 0), OCIHOOKS_OK);
}

static void hooks_run_in_their_order(void)
{
  ocihooks *hooks = test_parse("{}");
  add_logging(hooks, "createRuntime", "b", 0);
  add_logging(hooks, "createRuntime", "a", 0);
  add_logging(hooks, "prestart", "of another phase", 0);
  add_logging(hooks, "createRuntime", "b", 0);
  CHECK_INT(run(hooks, "createRuntime", NULL, NULL), OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  CHECK_TEXT(file_text(log_path), "b\na\nb\n");
  ocihooks_free(hooks);
}

static void callbacks_run_in_order_with_commands(void)
{
  struct call first = {"call 1", 0, NULL, "", "", 0}, second = {"call 2", 0, "not to be seen", "", "", 0};
  ocihooks *hooks = test_parse("{}");
  add_call(hooks, "createRuntime", &first);
  add_logging(hooks, "createRuntime", "command", 0);
  add_call(hooks, "createRuntime", &second);
  CHECK_INT(run(hooks, "createRuntime", NULL, NULL), OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  CHECK_TEXT(file_text(log_path), "call 1\ncommand\ncall 2\n");
  CHECK_TEXT(second.phase, "createRuntime");
  CHECK_TEXT(second.state, STATE); /* NUL-terminated behind its length */
  CHECK_INT(second.state_len, strlen(STATE));
  ocihooks_free(hooks);
}

static void a_phase_without_hooks_succeeds(void)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_report *report = NULL;
  CHECK_INT(run(hooks, "poststart", NULL, &report), OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_count(report), 0);
  CHECK_INT(ocihooks_report_code(report), OCIHOOKS_OK);
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

static void a_failure_ends_every_phase_but_poststop(void)
{
  static const char *phases[] = {"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "own"};
  for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
    ocihooks *hooks = test_parse("{}");
    ocihooks_report *report = NULL;
    char expected[128];
    add_logging(hooks, phases[i], "first", 0);
    add_logging(hooks, phases[i], "second", 3);
    add_logging(hooks, phases[i], "third", 0);
    CHECK_INT(run(hooks, phases[i], NULL, &report), OCIHOOKS_ERR_EXIT);
    CHECK_TEXT(file_text(log_path), "first\nsecond\n");
    snprintf(expected, sizeof expected, "error running %s hook #1: /bin/sh: exited with status 3", phases[i]);
    CHECK_TEXT(test_message, expected);
    CHECK_INT(ocihooks_report_count(report), 3);
    CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_EXITED);
    CHECK_INT(ocihooks_report_hook_exit_code(report, 1), 3);
    CHECK_INT(ocihooks_report_hook_outcome(report, 2), OCIHOOKS_OUTCOME_SKIPPED);
    ocihooks_report_free(report);
    ocihooks_free(hooks);
  }
}

static void in_poststop_every_hook_runs_and_failures_are_warnings(void)
{
  struct call call = {"call", 7, "no luck", "", "", 0}; /* field note 11 */
  static const char state[] = "{\"ociVersion\":\"1.2.0\",\"id\":\"c1\",\"status\":\"stopped\",\"bundle\":\"/b\"}";
  ocihooks *hooks = test_parse("{\"poststop\":[{\"path\":\"/nonexistent\"}]}");
  ocihooks_report *report = NULL;
  add_logging(hooks, "poststop", "first", 3);
  add_call(hooks, "poststop", &call);
  test_add_shell(hooks, "poststop", "kill -KILL $$", 0);
  test_add_shell(hooks, "poststop", "sleep 60", 1);
  add_logging(hooks, "poststop", "last", 0);
  unlink(log_path);
  CHECK_INT(ocihooks_run(hooks, "poststop", state, strlen(state), NULL, &report, test_message, sizeof test_message),
            OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  CHECK_TEXT(file_text(log_path), "first\ncall\nlast\n");
  CHECK_INT(ocihooks_report_code(report), OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_warning_count(report), 5);
  CHECK_TEXT(warning_of(report, 0), "error running poststop hook #0: /nonexistent: could not be executed: "
                                    "No such file or directory (errno 2)");
  CHECK_TEXT(warning_of(report, 1), "error running poststop hook #1: /bin/sh: exited with status 3");
  CHECK_TEXT(warning_of(report, 2), "error running poststop hook #2: callback returned 7: no luck");
  CHECK_TEXT(warning_of(report, 3), "error running poststop hook #3: /bin/sh: killed by signal 9 (SIGKILL)");
  CHECK_TEXT(warning_of(report, 4), "error running poststop hook #4: /bin/sh: timed out after 1 s");
  CHECK_INT(ocihooks_report_hook_outcome(report, 5), OCIHOOKS_OUTCOME_EXITED);
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

static void a_callback_that_fails_ends_the_phase(void)
{
  static const struct {
    int returns;
    const char *says, *expected;
  } cases[] = {
    {7, "no luck", "error running prestart hook #0: callback returned 7: no luck"},
    {-1, NULL, "error running prestart hook #0: callback returned -1"},
    {1, "", "error running prestart hook #0: callback returned 1"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct call call = {"call", cases[i].returns, cases[i].says, "", "", 0};
    ocihooks *hooks = test_parse("{}");
    ocihooks_report *report = NULL;
    add_call(hooks, "prestart", &call);
    add_logging(hooks, "prestart", "never", 0);
    CHECK_INT(run(hooks, "prestart", NULL, &report), OCIHOOKS_ERR_CALLBACK);
    CHECK_TEXT(test_message, cases[i].expected);
    CHECK_TEXT(file_text(log_path), "call\n");
    CHECK_INT(ocihooks_report_hook_kind(report, 0), OCIHOOKS_KIND_CALLBACK);
    CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_CALLBACK);
    CHECK_INT(ocihooks_report_hook_exit_code(report, 0), cases[i].returns);
    CHECK_INT(ocihooks_report_hook_outcome(report, 1), OCIHOOKS_OUTCOME_SKIPPED);
    ocihooks_report_free(report);
    ocihooks_free(hooks);
  }
}

static void a_phase_that_nobody_knows_is_an_error(void)
{
  static const char *phases[] = {"own", "Prestart", "", "prestart "};
  ocihooks *hooks = test_parse("{\"prestart\":[{\"path\":\"/bin/true\"}]}");
  for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
    int marker;
    ocihooks_report *report = (ocihooks_report *)(void *)&marker;
    CHECK_INT(run(hooks, phases[i], NULL, &report), OCIHOOKS_ERR_UNKNOWN_PHASE);
    CHECK_HAS(test_message, phases[i]);
    CHECK(report == NULL);
  }
  ocihooks_free(hooks);
}

static void the_same_phase_can_be_run_again(void)
{
  ocihooks *hooks = test_parse("{}");
  add_logging(hooks, "prestart", "again", 5);
  for (int times = 0; times < 3; times++) {
    CHECK_INT(run(hooks, "prestart", NULL, NULL), OCIHOOKS_ERR_EXIT);
    CHECK_TEXT(file_text(log_path), "again\n");
  }
  ocihooks_free(hooks);
}

int main(void)
{
  alarm(TEST_SECONDS);
  place_make();
  char path[512];
  snprintf(path, sizeof path, "%s", place_path("log"));
  log_path = path;
  RUN(hooks_run_in_their_order);
  RUN(callbacks_run_in_order_with_commands);
  RUN(a_phase_without_hooks_succeeds);
  RUN(a_failure_ends_every_phase_but_poststop);
  RUN(in_poststop_every_hook_runs_and_failures_are_warnings);
  RUN(a_callback_that_fails_ends_the_phase);
  RUN(a_phase_that_nobody_knows_is_an_error);
  RUN(the_same_phase_can_be_run_again);
  return test_end();
}
