/* Foreign text in messages and warnings: one rule escapes every character that a terminal or a log would obey. */
#include "test.h"

#include "helpers.h"

/* One character of every escaped kind: as JSON writes it, as raw UTF-8, and as messages show it. */
#define AS_JSON "\\u001b[2J\\n\\t\x7f\\u0085\\u2028\\u2029\\u202e\\u2066"
#define AS_RAW "\x1b[2J\n\t\x7f\xc2\x85\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xae\xe2\x81\xa6"
#define AS_SHOWN "\\u001b[2J\\u000a\\u0009\\u007f\\u0085\\u2028\\u2029\\u202e\\u2066"
/* Letters of every direction, an emoji of several parts, and characters that JSON and shells escape stay unchanged. */
#define ORDINARY "\xc3\xa4 \xe4\xb8\xad \xd7\xa9\xd7\x9c \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac \\u001b '$x'"
#define FAILS "[{\"path\":\"/bin/false\"}]"

/* The first character of a text that has to be escaped, or NULL. */
static const char *what_is_obeyed(const char *text)
{
  static const char *const longer[] = {"\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xae", "\xe2\x81\xa6"};
  for (const char *at = text; *at != '\0'; at++)
    if ((unsigned char)*at < ' ' || *at == '\x7f')
      return at;
  for (size_t i = 0; i < sizeof longer / sizeof *longer; i++)
    if (strstr(text, longer[i]) != NULL)
      return strstr(text, longer[i]);
  return NULL;
}

static void check_shown(const char *text, const char *part)
{
  CHECK(what_is_obeyed(text) == NULL);
  CHECK_HAS(text, part);
}

static void a_path_is_escaped_in_messages_and_exact_in_the_report(void)
{
  ocihooks_report *report = NULL;
  char path[256];
  CHECK_INT(test_run("{\"prestart\":[{\"path\":\"/no/" AS_JSON "\"}]}", "prestart", NULL, &report), OCIHOOKS_ERR_SPAWN);
  check_shown(test_message, "error running prestart hook #0: /no/" AS_SHOWN ": could not be executed");
  char *message = report_message_of(report);
  CHECK_TEXT(message, test_message);
  free(message);
  ocihooks_report_hook_path(report, 0, path, sizeof path);
  CHECK_TEXT(path, "/no/" AS_RAW);
  char *json = report_json_of(report);
  CHECK_HAS(json, "\"path\":\"/no/\\u001b[2J\\n\\t\x7f\xc2\x85\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xae\xe2\x81\xa6\"");
  CHECK_HAS(json, "\"message\":\"error running prestart hook #0: /no/\\\\u001b[2J\\\\u000a");
  free(json);
  ocihooks_report_free(report);
}

static void a_path_is_escaped_in_warnings_too(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_run("{\"poststop\":[{\"path\":\"/no/" AS_JSON "\"}]}", "poststop", NULL, &report), OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_warning_count(report), 2); /* the other is about the state */
  check_shown(warning_of(report, 1), "error running poststop hook #0: /no/" AS_SHOWN ": could not be executed");
  ocihooks_report_free(report);
}

static void a_phase_is_escaped_wherever_it_is_named(void)
{
  ocihooks_report *report = NULL;
  char phase[256];
  CHECK_INT(test_run("{\"x" AS_JSON "\":" FAILS "}", "x" AS_RAW, NULL, &report), OCIHOOKS_ERR_EXIT);
  check_shown(test_message, "error running x" AS_SHOWN " hook #0: /bin/false: exited with status 1");
  ocihooks_report_phase(report, phase, sizeof phase);
  CHECK_TEXT(phase, "x" AS_RAW);
  ocihooks_report_free(report);
  CHECK_INT(test_run("{}", "x" AS_RAW, NULL, NULL), OCIHOOKS_ERR_UNKNOWN_PHASE);
  CHECK_TEXT(test_message, "unknown phase \"x" AS_SHOWN "\": it is none of the six, and not in the map");
}

static void a_phase_that_the_map_can_not_take_is_escaped(void)
{
  ocihooks *hooks = test_parse("{\"x" AS_JSON "\":1}"), *other = test_parse("{\"x" AS_JSON "\":2}");
  CHECK_INT(ocihooks_add_command(hooks, "x" AS_RAW, "/a", NULL, NULL, 0, test_message, sizeof test_message),
            OCIHOOKS_ERR_INVALID_ARGUMENT);
  check_shown(test_message, "\"x" AS_SHOWN "\"");
  CHECK_INT(ocihooks_merge(hooks, other, test_message, sizeof test_message), OCIHOOKS_ERR_INVALID_ARGUMENT);
  check_shown(test_message, "\"x" AS_SHOWN "\"");
  ocihooks_free(other);
  ocihooks_free(hooks);
}

static int say_raw(const char *phase, const char *state, size_t state_len, char *errmsg, size_t errmsg_size,
                   void *userdata)
{
  (void)phase, (void)state, (void)state_len, (void)userdata;
  snprintf(errmsg, errmsg_size, "%s", AS_RAW);
  return 7;
}

static char observed[256];

static void observe(int event, const char *phase, size_t index, const char *path, int outcome, const char *message,
                    uint64_t duration, void *userdata)
{
  (void)phase, (void)index, (void)path, (void)outcome, (void)duration, (void)userdata;
  if (event == OCIHOOKS_EVENT_AFTER)
    snprintf(observed, sizeof observed, "%s", message);
}

static void what_a_callback_says_is_escaped(void)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = NULL;
  ocihooks_report *report = NULL;
  char cause[256];
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_observer(runner, observe, NULL, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_add_callback(hooks, "prestart", say_raw, NULL, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), runner, &report, test_message, sizeof test_message),
            OCIHOOKS_ERR_CALLBACK);
  CHECK_TEXT(test_message, "error running prestart hook #0: callback returned 7: " AS_SHOWN);
  ocihooks_report_hook_message(report, 0, cause, sizeof cause);
  CHECK_TEXT(cause, "callback returned 7: " AS_SHOWN);
  CHECK_TEXT(observed, cause);
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
  ocihooks_free(hooks);
}

static void the_last_line_of_stderr_is_escaped(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("printf 'one\\n a\\033[2J\\tb\\177\\302\\205c\\342\\200\\256 \\r\\n\\033\\n\\n' >&2; exit 3", 0,
                       NULL, &report),
            OCIHOOKS_ERR_EXIT);
  CHECK_TEXT(test_message, "error running createRuntime hook #0: /bin/sh: exited with status 3: "
                           "one | a\\u001b[2J\\u0009b\\u007f\\u0085c\\u202e");
  char *output = test_output(report, 0, OCIHOOKS_STDERR);
  CHECK_HAS(output, " a\x1b[2J\tb\x7f\xc2\x85"
                    "c\xe2\x80\xae"); /* the output itself is exact */
  free(output);
  ocihooks_report_free(report);
}

static void keys_and_values_of_a_document_are_escaped(void)
{
  ocihooks *hooks = NULL;
  static const char *const documents[] = {"{\"x" AS_JSON "\":1,\"x" AS_JSON "\":1}",
                                          "{\"prestart\":[{\"path\":\"/a\",\"x" AS_JSON "\":1,\"x" AS_JSON "\":1}]}"};
  for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
    CHECK_INT(ocihooks_parse(documents[i], strlen(documents[i]), &hooks, test_message, sizeof test_message),
              OCIHOOKS_ERR_INVALID_HOOKS);
    check_shown(test_message, "/x" AS_SHOWN " (line 1, column ");
  }
  static const char value[] = "{\"prestart\":[{\"path\":\"a\x7f\xc2\x85\xe2\x80\xa8\xe2\x80\xae\\n\"}]}";
  CHECK_INT(ocihooks_parse(value, strlen(value), &hooks, test_message, sizeof test_message),
            OCIHOOKS_ERR_INVALID_HOOKS);
  check_shown(test_message, ", not \"a\\u007f\\u0085\\u2028\\u202e\\n\"");
  hooks = test_parse("{}");
  CHECK_INT(ocihooks_add_command(hooks, "x" AS_RAW, "a" AS_RAW, NULL, NULL, 0, test_message, sizeof test_message),
            OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK_TEXT(test_message, "invalid hooks: /x" AS_SHOWN "/0/path must be an absolute path, not \"a" AS_SHOWN "\"");
  CHECK_INT(ocihooks_add_command(hooks, "x" AS_RAW, "/a", NULL, NULL, -1, test_message, sizeof test_message),
            OCIHOOKS_ERR_INVALID_HOOKS);
  check_shown(test_message, "/x" AS_SHOWN "/0/timeout");
  ocihooks_free(hooks);
}

static void what_a_state_holds_is_escaped(void)
{
  static const char unusual[] =
    "{\"ociVersion\":\"1\",\"id\":\"c\",\"status\":\"x" AS_JSON "\",\"bundle\":\"b" AS_JSON "\"}";
  static const char wrong[] =
    "{\"ociVersion\":\"1\",\"id\":{\"\x7f\xc2\x85\xe2\x80\xa8\":1},\"status\":\"stopped\",\"bundle\":\"/b\"}";
  ocihooks *hooks = test_parse("{}");
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_run(hooks, "prestart", unusual, strlen(unusual), NULL, &report, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_warning_count(report), 2);
  check_shown(warning_of(report, 0),
              "state: status is \"x" AS_SHOWN "\"; the spec expects \"creating\" or \"created\" in prestart");
  check_shown(warning_of(report, 1), "state: bundle is \"b" AS_SHOWN "\"; the spec expects an absolute path");
  ocihooks_report_free(report);
  CHECK_INT(ocihooks_run(hooks, "prestart", wrong, strlen(wrong), NULL, NULL, test_message, sizeof test_message),
            OCIHOOKS_ERR_INVALID_STATE);
  check_shown(test_message, "not {\"\\u007f\\u0085\\u2028\":1}");
  ocihooks_free(hooks);
  static const char odd[] =
    "{\"ociVersion\":\"1\",\"id\":\"c\",\"status\":\"stopped\",\"bundle\":\"/b\",\"annotations\":{\"x" AS_JSON "\":1}}";
  CHECK_INT(ocihooks_state_for_phase(odd, strlen(odd), "poststop", 0, NULL, 0, NULL, test_message, sizeof test_message),
            OCIHOOKS_ERR_INVALID_STATE);
  check_shown(test_message, "/annotations/x" AS_SHOWN " (line 1");
}

static void other_text_is_shown_as_it_is(void)
{
  ocihooks *hooks = test_parse("{}");
  CHECK_INT(ocihooks_add_command(hooks, ORDINARY, "/no/" ORDINARY, NULL, NULL, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, ORDINARY, STATE, strlen(STATE), NULL, NULL, test_message, sizeof test_message),
            OCIHOOKS_ERR_SPAWN);
  CHECK_HAS(test_message, "error running " ORDINARY " hook #0: /no/" ORDINARY ": could not be executed");
  ocihooks_free(hooks);
}

static void a_text_in_quotes_has_its_own_quotes_escaped(void)
{
  CHECK_INT(test_run("{}", "a\"b\\c'", NULL, NULL), OCIHOOKS_ERR_UNKNOWN_PHASE);
  CHECK_HAS(test_message, "unknown phase \"a\\\"b\\\\c'\": ");
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(a_path_is_escaped_in_messages_and_exact_in_the_report);
  RUN(a_path_is_escaped_in_warnings_too);
  RUN(a_phase_is_escaped_wherever_it_is_named);
  RUN(a_phase_that_the_map_can_not_take_is_escaped);
  RUN(what_a_callback_says_is_escaped);
  RUN(the_last_line_of_stderr_is_escaped);
  RUN(keys_and_values_of_a_document_are_escaped);
  RUN(what_a_state_holds_is_escaped);
  RUN(other_text_is_shown_as_it_is);
  RUN(a_text_in_quotes_has_its_own_quotes_escaped);
  return test_end();
}
