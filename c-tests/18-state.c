/* The hooks' state is validated, then passed on byte for byte. */
#include "test.h"

#include "helpers.h"

/* A state with one changed property. `status` and `pid` are text appended behind it. */
#define WITH(rest) "{\"ociVersion\":\"1.2.0\",\"id\":\"c1\",\"bundle\":\"/b\"," rest "}"

static const char *trace; /* a file that the hook creates */

static int run(const char *state, size_t size, const char *phase, ocihooks_report **report)
{
  ocihooks *hooks = test_parse("{}");
  char script[600];
  snprintf(script, sizeof script, "touch %s", trace);
  test_add_shell(hooks, phase, script, 0);
  unlink(trace);
  int code = ocihooks_run(hooks, phase, state, size, NULL, report, test_message, sizeof test_message);
  ocihooks_free(hooks);
  return code;
}

/* A refused state: no hook runs, the report is missing, and the message has this part. */
static void check_refused(const char *state, const char *part)
{
  int marker;
  ocihooks_report *report = (ocihooks_report *)(void *)&marker;
  CHECK_INT(run(state, strlen(state), "createRuntime", &report), OCIHOOKS_ERR_INVALID_STATE);
  CHECK(report == NULL);
  CHECK_INT(access(trace, F_OK), -1);
  CHECK_HAS(test_message, part);
}

static void what_is_no_json_object_is_no_state(void)
{
  static const char *texts[] = {"",   " ",    "{",  "nul",  "{\"id\":\"a\"} x", "{\"a\":\"\xff\"}",
                                "[]", "null", "17", "\"x\""};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    check_refused(texts[i], "invalid state: ");
}

static void no_state_is_an_invalid_argument(void)
{
  CHECK_INT(run(NULL, 0, "createRuntime", NULL), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(access(trace, F_OK), -1);
}

static void every_fault_of_a_state_is_named(void)
{
  check_refused("{}", "/ociVersion must be there; /id must be there; /status must be there; /bundle must be there");
  check_refused("{\n\"ociVersion\": 1,\n \"id\": \"\", \"status\": \"running\",\n\"bundle\": null}", "");
  CHECK_HAS(test_message, "/ociVersion (line 2, column 15) must be a string that is not empty, not 1");
  CHECK_HAS(test_message, "/id (line 3, column 8) must be a string that is not empty, not \"\"");
  CHECK_HAS(test_message, "/pid must be there");
  CHECK_HAS(test_message, "/bundle (line 4, column 11)");
}

static void a_pid_is_asked_for_where_the_spec_does(void)
{
  check_refused(WITH("\"status\":\"created\""), "/pid must be there");
  check_refused(WITH("\"status\":\"running\""), "/pid must be there");
  check_refused(WITH("\"status\":\"created\",\"pid\":0"), "/pid ");
  check_refused(WITH("\"status\":\"created\",\"pid\":-1"), "/pid ");
  check_refused(WITH("\"status\":\"created\",\"pid\":1.5"), "/pid ");
  check_refused(WITH("\"status\":\"created\",\"pid\":\"7\""), "/pid ");
  static const char *fine[] = {WITH("\"status\":\"creating\""), WITH("\"status\":\"stopped\",\"pid\":0"),
                               WITH("\"status\":\"paused\""), WITH("\"status\":\"created\",\"pid\":1")};
  for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
    CHECK_INT(run(fine[i], strlen(fine[i]), "createRuntime", NULL), OCIHOOKS_OK);
    CHECK_INT(access(trace, F_OK), 0);
  }
}

static void keys_that_stand_twice_are_named(void)
{
  check_refused(WITH("\"status\":\"creating\",\"id\":\"c2\""), "/id (line 1, column 72) must not be there twice");
}

static void no_byte_behind_the_length_is_read(void)
{
  static const char text[] = WITH("\"status\":\"creating\"") "garbage";
  CHECK_INT(run(text, strlen(text) - strlen("garbage"), "createRuntime", NULL), OCIHOOKS_OK);
  CHECK_INT(run(text, strlen(text), "createRuntime", NULL), OCIHOOKS_ERR_INVALID_STATE);
}

/* Each `cat` hook returns the whole state. */
static void check_passed_on(const char *state, size_t size, int hook_count)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = NULL;
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_capture_limit(runner, 2 * size + 16, NULL, 0), OCIHOOKS_OK);
  test_add_shell(hooks, "poststop", "head -c 1 >/dev/null", 0); /* moves only its own place */
  for (int i = 0; i < hook_count; i++)
    test_add_shell(hooks, "poststop", "exec cat", 0);
  CHECK_INT(ocihooks_run(hooks, "poststop", state, size, runner, &report, test_message, sizeof test_message),
            OCIHOOKS_OK);
  for (int i = 1; i <= hook_count; i++) {
    char *output = test_output(report, (size_t)i, OCIHOOKS_STDOUT);
    CHECK_INT(ocihooks_report_hook_output_bytes(report, (size_t)i, OCIHOOKS_STDOUT), size);
    CHECK(memcmp(output, state, size) == 0);
    free(output);
  }
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
  ocihooks_free(hooks);
}

static void a_state_is_passed_on_to_the_letter(void)
{
  static const char *states[] = {
    "\n { \"status\" :\t\"stopped\",\r\n\"ociVersion\":\"1.2.0\", \"id\":\"c1\",\"bundle\":\"\\/b\" } \n\n",
    WITH(
      "\"status\":\"\\u0073topped\",\"x\":\"\\u00e9\\/\\ud83d\\ude00 \xc3\xa9\",\"n\":1.50,\"m\":9007199254740993,\"o\":1e400"),
    WITH("\"status\":\"stopped\",\"pid\":null,\"annotations\":{\"b\":\"\\u0000\",\"a\":\"\"},\"owner\":\"\",\"z\":[ ]"),
  };
  for (size_t i = 0; i < sizeof states / sizeof *states; i++)
    check_passed_on(states[i], strlen(states[i]), 2);
}

static void a_state_of_any_size_is_passed_on_whole(void)
{
  /* Sizes around those of a page and a pipe, and far beyond. */
  static const size_t sizes[] = {4000, 4096 - 3, 4096, 65536 - 4, 65536 - 3, 65536 - 2, 70000, 1 << 20, 5 << 20};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    char *state = large_state(sizes[i]);
    check_passed_on(state, strlen(state), 2);
    free(state);
  }
}

static void check_warning(const char *phase, const char *state, const char *expected)
{
  ocihooks_report *report = NULL;
  CHECK_INT(run(state, strlen(state), phase, &report), OCIHOOKS_OK);
  CHECK_INT(access(trace, F_OK), 0);
  CHECK_INT(ocihooks_report_warning_count(report), *expected == '\0' ? 0 : 1);
  CHECK_TEXT(warning_of(report, 0), expected);
  ocihooks_report_free(report);
}

static void a_status_that_does_not_suit_the_phase_is_a_warning(void)
{
  check_warning("createRuntime", WITH("\"status\":\"running\",\"pid\":1"), /* field note 8 */
                "state: status is \"running\"; the spec expects \"creating\" or \"created\" in createRuntime");
  check_warning("prestart", WITH("\"status\":\"stopped\""),
                "state: status is \"stopped\"; the spec expects \"creating\" or \"created\" in prestart");
  check_warning("startContainer", WITH("\"status\":\"starting\""),
                "state: status is \"starting\"; the spec expects \"created\" in startContainer");
  check_warning("poststart", WITH("\"status\":\"created\",\"pid\":1"),
                "state: status is \"created\"; the spec expects \"running\" in poststart");
  check_warning("poststop", WITH("\"status\":\"running\",\"pid\":1"),
                "state: status is \"running\"; the spec expects \"stopped\" in poststop");
}

static void a_status_that_suits_the_phase_is_none(void)
{
  static const char *at_create[] = {"prestart", "createRuntime", "createContainer"};
  for (size_t i = 0; i < 3; i++) {
    check_warning(at_create[i], WITH("\"status\":\"creating\""), "");
    check_warning(at_create[i], WITH("\"status\":\"created\",\"pid\":1"), "");
  }
  check_warning("startContainer", WITH("\"status\":\"created\",\"pid\":1"), "");
  check_warning("poststart", WITH("\"status\":\"running\",\"pid\":1"), "");
  check_warning("poststop", WITH("\"status\":\"stopped\""), "");
  check_warning("own", WITH("\"status\":\"anything\""), "");
}

int main(void)
{
  alarm(TEST_SECONDS);
  place_make();
  char path[512];
  snprintf(path, sizeof path, "%s", place_path("trace"));
  trace = path;
  RUN(what_is_no_json_object_is_no_state);
  RUN(no_state_is_an_invalid_argument);
  RUN(every_fault_of_a_state_is_named);
  RUN(a_pid_is_asked_for_where_the_spec_does);
  RUN(keys_that_stand_twice_are_named);
  RUN(no_byte_behind_the_length_is_read);
  RUN(a_state_is_passed_on_to_the_letter);
  RUN(a_state_of_any_size_is_passed_on_whole);
  RUN(a_status_that_does_not_suit_the_phase_is_a_warning);
  RUN(a_status_that_suits_the_phase_is_none);
  return test_end();
}
