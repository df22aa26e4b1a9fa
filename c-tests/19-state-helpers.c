/* Making a state from its parts, and fitting one to a phase. */
#include "test.h"
#include "helpers.h"

static char text[4096];
static size_t length;

static int build(const char *status, int pid, const char *const *annotations)
{
  length = 0;
  return ocihooks_state_new("1.2.0", "c1", status, pid, "/b", annotations, text, sizeof text, &length, test_message,
                            sizeof test_message);
}

static int fit(const char *state, const char *phase, int pid)
{
  length = 0;
  return ocihooks_state_for_phase(state, strlen(state), phase, pid, text, sizeof text, &length, test_message,
                                  sizeof test_message);
}

static void a_state_is_made_of_its_parts(void)
{
  CHECK_INT(build("creating", 0, NULL), OCIHOOKS_OK);
  CHECK_TEXT(text, "{\"ociVersion\":\"1.2.0\",\"id\":\"c1\",\"status\":\"creating\",\"bundle\":\"/b\"}");
  CHECK_INT(length, strlen(text));
  CHECK_TEXT(test_message, "");
  CHECK_INT(build("created", 7, NULL), OCIHOOKS_OK);
  CHECK_HAS(text, "\"status\":\"created\",\"pid\":7,\"bundle\"");
}

static void text_is_escaped(void)
{
  const char *annotations[] = {"b", "\"\\\n\x01\x7f", "a/\xc3\xa4", "", NULL};
  CHECK_INT(build("creating", 0, annotations), OCIHOOKS_OK);
  CHECK_HAS(text, "\"annotations\":{\"b\":\"\\\"\\\\\\n\\u0001\x7f\",\"a/\xc3\xa4\":\"\"}}");
}

static void what_the_spec_forbids_is_refused(void)
{
  const char *odd[] = {"a", NULL}, *twice[] = {"a/b", "1", "a/b", "2", NULL}, *latin[] = {"a", "\xff", NULL};
  CHECK_INT(build("running", 0, NULL), OCIHOOKS_ERR_INVALID_STATE);
  CHECK_TEXT(test_message, "invalid state: /pid must be there");
  CHECK_INT(build("", 0, NULL), OCIHOOKS_ERR_INVALID_STATE);
  CHECK_TEXT(test_message, "invalid state: /status must be a string that is not empty, not \"\"");
  CHECK_INT(build("created", -3, NULL), OCIHOOKS_ERR_INVALID_STATE);
  CHECK_INT(build("creating", 0, odd), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(build("creating", 0, twice), OCIHOOKS_ERR_INVALID_STATE);
  CHECK_TEXT(test_message, "invalid state: /annotations/a~1b must not be there twice");
  CHECK_INT(build("creating", 0, latin), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(build(NULL, 0, NULL), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(length, 0);
}

static void a_small_buffer_is_filled(void)
{
  char small[12];
  CHECK_INT(ocihooks_state_new("1", "c", "creating", 0, "/b", NULL, small, sizeof small, &length, NULL, 0),
            OCIHOOKS_OK);
  CHECK_TEXT(small, "{\"ociVersio");
  CHECK(length > sizeof small);
  CHECK_INT(ocihooks_state_new("1", "c", "creating", 0, "/b", NULL, NULL, 0, NULL, NULL, 0), OCIHOOKS_OK);
}

/* What stands between status and pid, and behind them, is kept to the letter. */
static void a_state_is_fitted_to_a_phase(void)
{
  const char *state =
    " {\"status\" : \"created\",\"ociVersion\":\"1.2.0\", \"id\":\"\\u0063\",\"x\":[1.50e3 ,{\"pid\":1}],"
    "\"pid\":77,\"bundle\":\"/b\"}\n";
  CHECK_INT(fit(state, "poststart", 1), OCIHOOKS_OK);
  CHECK_TEXT(text,
             " {\"status\" : \"running\",\"ociVersion\":\"1.2.0\", \"id\":\"\\u0063\",\"x\":[1.50e3 ,{\"pid\":1}],"
             "\"pid\":1,\"bundle\":\"/b\"}\n");
  CHECK_INT(length, strlen(text));
  CHECK_INT(fit(state, "createContainer", 0), OCIHOOKS_OK);
  CHECK_TEXT(text, state);
  CHECK_INT(fit(state, "x-checkpoint", 0), OCIHOOKS_OK);
  CHECK_TEXT(text, state);
}

static void what_is_missing_is_added(void)
{
  CHECK_INT(fit("{\"ociVersion\":\"1\",\"id\":\"c\",\"bundle\":\"/b\" }", "startContainer", 3), OCIHOOKS_OK);
  CHECK_TEXT(text, "{\"ociVersion\":\"1\",\"id\":\"c\",\"bundle\":\"/b\",\"status\":\"created\",\"pid\":3 }");
}

static void what_is_no_state_stays_none(void)
{
  CHECK_INT(fit("{\"ociVersion\":\"1\"}", "poststart", 3), OCIHOOKS_ERR_INVALID_STATE);
  CHECK_TEXT(test_message, "invalid state: /id must be there; /bundle must be there");
  CHECK_INT(fit("{}", "poststart", 3), OCIHOOKS_ERR_INVALID_STATE);
  CHECK_INT(fit("[]", "poststart", 3), OCIHOOKS_ERR_INVALID_STATE);
  CHECK_INT(fit("", "poststart", 3), OCIHOOKS_ERR_INVALID_STATE);
  CHECK_INT(fit("{\"status\":1,\"status\":2}", "poststart", 3), OCIHOOKS_ERR_INVALID_STATE);
  CHECK_INT(ocihooks_state_for_phase(NULL, 0, "poststop", 0, text, sizeof text, NULL, NULL, 0),
            OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_state_for_phase(STATE, strlen(STATE), NULL, 0, text, sizeof text, NULL, NULL, 0),
            OCIHOOKS_ERR_INVALID_ARGUMENT);
}

/* What comes out is what a run takes. */
static void hooks_get_it(void)
{
  ocihooks_report *report = NULL;
  ocihooks *hooks = test_parse("{\"poststop\": [{\"path\": \"/bin/cat\"}]}");
  CHECK_INT(fit(STATE, "poststop", 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "poststop", text, length, NULL, &report, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_warning_count(report), 0);
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDOUT), text);
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

int main(void)
{
  RUN(a_state_is_made_of_its_parts);
  RUN(text_is_escaped);
  RUN(what_the_spec_forbids_is_refused);
  RUN(a_small_buffer_is_filled);
  RUN(a_state_is_fitted_to_a_phase);
  RUN(what_is_missing_is_added);
  RUN(what_is_no_state_stays_none);
  RUN(hooks_get_it);
  return test_end();
}
