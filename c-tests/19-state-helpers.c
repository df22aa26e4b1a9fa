/* Building a state from its parts, and fitting one to a phase. */
#include "test.h"
#include "helpers.h"

static char text[4096];
static size_t length;

/* Annotations alternate keys and values here. The library takes two lists. */
static int build_with(const char *status, int pid, const char *const *annotations, const char *members)
{
  const char *keys[8], *values[8];
  size_t count = 0;
  for (; annotations != NULL && annotations[2 * count] != NULL; count++) {
    keys[count] = annotations[2 * count];
    values[count] = annotations[2 * count + 1];
  }
  length = 0;
  return ocihooks_state_new("1.2.0", "c1", status, pid, "/b", keys, values, count, members,
                            members == NULL ? 0 : strlen(members), text, sizeof text, &length, test_message,
                            sizeof test_message);
}

static int build(const char *status, int pid, const char *const *annotations)
{
  return build_with(status, pid, annotations, NULL);
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
  const char *odd[] = {"a", NULL, NULL}, *latin[] = {"a", "\xff", NULL};
  CHECK_INT(build("running", 0, NULL), OCIHOOKS_ERR_INVALID_STATE);
  CHECK_TEXT(test_message, "invalid state: /pid must be there");
  CHECK_INT(build("", 0, NULL), OCIHOOKS_ERR_INVALID_STATE);
  CHECK_TEXT(test_message, "invalid state: /status must be a string that is not empty, not \"\"");
  CHECK_INT(build("created", -3, NULL), OCIHOOKS_ERR_INVALID_STATE);
  CHECK_INT(build("creating", -1, NULL), OCIHOOKS_ERR_INVALID_STATE);
  CHECK_TEXT(test_message, "invalid state: /pid must be an integer from 0 on, not -1");
  CHECK_INT(build("creating", 0, odd), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_TEXT(test_message, "invalid argument: annotation_values is NULL");
  CHECK_INT(build("creating", 0, latin), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(build(NULL, 0, NULL), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(length, 0);
}

/* Every state that a run accepts is accepted. */
static void annotations_may_come_twice(void)
{
  const char *twice[] = {"a", "1", "a", "2", "", "", NULL};
  CHECK_INT(build("creating", 0, twice), OCIHOOKS_OK);
  CHECK_HAS(text, "\"annotations\":{\"a\":\"1\",\"a\":\"2\",\"\":\"\"}}");
  char *made = strdup(text);
  CHECK_INT(fit(made, "prestart", 0), OCIHOOKS_OK);
  CHECK_TEXT(text, made);
  free(made);
}

static void further_members_stand_behind(void)
{
  CHECK_INT(build_with("creating", 0, NULL, " {\"root\" : \"/run/c\", \"x\": [1.50, \"\\u00e9 \"]} "), OCIHOOKS_OK);
  CHECK_HAS(text, "\"bundle\":\"/b\",\"root\":\"/run/c\",\"x\":[1.50,\"\\u00e9 \"]}");
  CHECK_INT(length, strlen(text));
  CHECK_INT(build_with("creating", 0, NULL, "{ }"), OCIHOOKS_OK);
  CHECK_HAS(text, "\"bundle\":\"/b\"}");
  static const char *const none[] = {"", "[]", "{\"a\":1", "1", "{\"a\":1} x", "\"\xff\""};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    CHECK_INT(build_with("creating", 0, NULL, none[i]), OCIHOOKS_ERR_INVALID_ARGUMENT);
    CHECK_HAS(test_message, "invalid argument: members must be a JSON object: ");
  }
  CHECK_INT(build_with("creating", 0, NULL, "{\"id\":\"other\"}"), OCIHOOKS_ERR_INVALID_STATE);
  CHECK_TEXT(test_message, "invalid state: /id must not be there twice");
}

static int build_small(char *buf, size_t size)
{
  length = 0;
  return ocihooks_state_new("1", "c", "creating", 0, "/b", NULL, NULL, 0, NULL, 0, buf, size, &length, test_message,
                            sizeof test_message);
}

/* A truncated state is useless, and its length would lead a run behind the buffer. */
static void a_buffer_that_is_too_small_is_an_error_that_says_the_size(void)
{
  char small[12] = "before", exact[62];
  CHECK_INT(build_small(small, sizeof small), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_TEXT(small, "");
  CHECK_TEXT(test_message, "invalid argument: buf_size is 12: the text takes 62, with its NUL");
  CHECK_INT(length, 61);
  CHECK_INT(build_small(exact, sizeof exact), OCIHOOKS_OK);
  CHECK_INT(strlen(exact), 61);
  CHECK_INT(build_small(NULL, 0), OCIHOOKS_OK);
  CHECK_INT(length, 61);
  length = 0;
  CHECK_INT(ocihooks_state_for_phase(exact, 61, "poststop", 0, small, sizeof small, &length, NULL, 0),
            OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(length, 60);
}

/* The bytes between status and pid, and behind them, are kept. */
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

/* A run accepts the result. */
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
  RUN(annotations_may_come_twice);
  RUN(further_members_stand_behind);
  RUN(a_buffer_that_is_too_small_is_an_error_that_says_the_size);
  RUN(a_state_is_fitted_to_a_phase);
  RUN(what_is_missing_is_added);
  RUN(what_is_no_state_stays_none);
  RUN(hooks_get_it);
  return test_end();
}
