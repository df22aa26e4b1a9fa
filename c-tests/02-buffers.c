/* Text in the caller's buffers is cut between characters, NUL-terminated, and never exceeds the buffer. */
#include "test.h"

#include "helpers.h"

enum { ROOM = 4096, GUARD = 0x7e };

static char buffer[ROOM + 1];

/* Whether a text ends with a complete character. */
static int ends_between_characters(const char *text)
{
  size_t size = strlen(text), back = 0;
  while (back < size && back < 3 && ((unsigned char)text[size - 1 - back] & 0xc0) == 0x80)
    back++;
  const unsigned char lead = size > back ? (unsigned char)text[size - 1 - back] : 0;
  const size_t wanted = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
  return back == wanted;
}

/* A buffer of this size has to hold the part of `whole` that fits, and nothing behind it. */
static void check_buffer(const char *whole, size_t size, int cut_anywhere)
{
  CHECK(memchr(buffer, '\0', size) != NULL);
  const size_t length = strlen(buffer), fits = strlen(whole) < size ? strlen(whole) : size - 1;
  CHECK(strncmp(buffer, whole, length) == 0);
  CHECK(length <= fits && length + 3 >= fits);
  CHECK(cut_anywhere ? length == fits : ends_between_characters(buffer));
  if (size > strlen(whole))
    CHECK_INT(length, strlen(whole));
  for (size_t place = size; place <= ROOM; place++)
    if (buffer[place] != GUARD)
      CHECK(!"written behind the buffer");
}

typedef size_t text_function(const void *handle, char *buf, size_t buf_size);

/* A buffer at the end of its memory, so that sanitizers (make sanitize) detect accesses one byte too far. */
static void check_exact_buffer(text_function *function, const void *handle, size_t size)
{
  char *exact = malloc(size);
  function(handle, exact, size);
  CHECK(memcmp(exact, buffer, strlen(buffer) + 1) == 0);
  free(exact);
}

/* A function that writes text, with buffers of every size. */
static void check_text_function(text_function *function, const void *handle, int cut_anywhere)
{
  static char whole[ROOM];
  const size_t length = function(handle, whole, sizeof whole);
  CHECK(length > 0 && length < sizeof whole);
  CHECK_INT(strlen(whole), length);
  CHECK_INT(function(handle, NULL, 0), length);
  CHECK_INT(function(handle, NULL, 10), length);
  memset(buffer, GUARD, sizeof buffer);
  CHECK_INT(function(handle, buffer, 0), length);
  CHECK_INT(buffer[0], GUARD);
  for (size_t size = 1; size <= length + 2; size++) {
    memset(buffer, GUARD, sizeof buffer);
    CHECK_INT(function(handle, buffer, size), length);
    check_buffer(whole, size, cut_anywhere);
    check_exact_buffer(function, handle, size);
  }
}

static size_t to_json(const void *handle, char *buf, size_t size)
{
  return ocihooks_to_json(handle, buf, size);
}

static size_t to_libcontainer(const void *handle, char *buf, size_t size)
{
  return ocihooks_to_libcontainer(handle, buf, size);
}

static size_t report_json(const void *handle, char *buf, size_t size)
{
  return ocihooks_report_json(handle, buf, size);
}

static size_t phase(const void *handle, char *buf, size_t size)
{
  return ocihooks_report_phase(handle, buf, size);
}

static size_t message(const void *handle, char *buf, size_t size)
{
  return ocihooks_report_message(handle, buf, size);
}

static size_t warning(const void *handle, char *buf, size_t size)
{
  return ocihooks_report_warning(handle, 0, buf, size);
}

static size_t hook_path(const void *handle, char *buf, size_t size)
{
  return ocihooks_report_hook_path(handle, 0, buf, size);
}

static size_t hook_message(const void *handle, char *buf, size_t size)
{
  return ocihooks_report_hook_message(handle, 0, buf, size);
}

static size_t output(const void *handle, char *buf, size_t size)
{
  return ocihooks_report_hook_output(handle, 0, OCIHOOKS_STDOUT, buf, size);
}

/* One-, two-, three- and four-byte characters. */
#define CHARACTERS "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z"

static void a_map_as_text_is_cut_between_characters(void)
{
  ocihooks *hooks = test_parse("{\"prestart\":[{\"path\":\"/" CHARACTERS "\"}]}");
  check_text_function(to_json, hooks, 0);
  check_text_function(to_libcontainer, hooks, 0);
  ocihooks_free(hooks);
}

static void the_texts_of_a_report_are_cut_between_characters(void)
{
  ocihooks *hooks = test_parse("{\"" CHARACTERS "\":[{\"path\":\"/bin/" CHARACTERS "\"}]}");
  ocihooks_report *report = NULL;
  ocihooks_run(hooks, CHARACTERS, STATE, strlen(STATE), NULL, &report, NULL, 0);
  check_text_function(phase, report, 0);
  check_text_function(message, report, 0);
  check_text_function(hook_path, report, 0);
  check_text_function(hook_message, report, 0);
  check_text_function(report_json, report, 0);
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

static void a_warning_is_cut_between_characters(void)
{
  static const char state[] = "{\"ociVersion\":\"1\",\"id\":\"c\",\"status\":\"" CHARACTERS "\",\"bundle\":\"/b\"}";
  ocihooks *hooks = test_parse("{}");
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_run(hooks, "poststop", state, strlen(state), NULL, &report, NULL, 0), OCIHOOKS_OK);
  check_text_function(warning, report, 0);
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

static void output_is_raw_and_cut_anywhere(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("printf '" CHARACTERS "'", 0, NULL, &report), OCIHOOKS_OK);
  check_text_function(output, report, 1);
  ocihooks_report_free(report);
}

/* A call that fails with a message, with buffers of every size. */
#define CHECK_MESSAGE(call)                                                  \
  do {                                                                       \
    static char whole[ROOM];                                                 \
    char *errmsg = whole;                                                    \
    size_t errmsg_size = sizeof whole;                                       \
    const int code = (call);                                                 \
    CHECK(code < 0);                                                         \
    CHECK(strlen(whole) > 10 && strlen(whole) < sizeof whole - 1);           \
    errmsg = buffer;                                                         \
    memset(buffer, GUARD, sizeof buffer);                                    \
    errmsg_size = 0;                                                         \
    CHECK_INT((call), code);                                                 \
    CHECK_INT(buffer[0], GUARD);                                             \
    for (errmsg_size = 1; errmsg_size <= strlen(whole) + 2; errmsg_size++) { \
      memset(buffer, GUARD, sizeof buffer);                                  \
      CHECK_INT((call), code);                                               \
      check_buffer(whole, errmsg_size, 0);                                   \
    }                                                                        \
  } while (0)

static void messages_of_refused_text_are_cut_between_characters(void)
{
  static const char json[] = "{\"prestart\":[{\"path\":\"" CHARACTERS "\"}]}", broken[] = "{\"" CHARACTERS "\"}";
  ocihooks *hooks = NULL;
  CHECK_MESSAGE(ocihooks_parse(json, strlen(json), &hooks, errmsg, errmsg_size));
  CHECK_MESSAGE(ocihooks_parse(broken, strlen(broken), &hooks, errmsg, errmsg_size));
  CHECK_MESSAGE(ocihooks_read(OCIHOOKS_DOCUMENT_LIBCONTAINER, 0, json, strlen(json), &hooks, errmsg, errmsg_size));
  CHECK_MESSAGE(ocihooks_parse_config("[]", 2, &hooks, errmsg, errmsg_size));
}

static void messages_of_refused_calls_are_cut_between_characters(void)
{
  ocihooks *hooks = test_parse("{\"" CHARACTERS "\":1}"), *other = test_parse("{\"" CHARACTERS "\":2}");
  CHECK_MESSAGE(ocihooks_add_command(hooks, "x", CHARACTERS, NULL, NULL, 0, errmsg, errmsg_size));
  CHECK_MESSAGE(ocihooks_merge(hooks, other, errmsg, errmsg_size));
  CHECK_MESSAGE(ocihooks_run(hooks, CHARACTERS, STATE, strlen(STATE), NULL, NULL, errmsg, errmsg_size));
  CHECK_MESSAGE(ocihooks_run(hooks, "prestart", "{\"id\":\"\"}", 9, NULL, NULL, errmsg, errmsg_size));
  CHECK_MESSAGE(ocihooks_new(NULL, errmsg, errmsg_size));
  CHECK_MESSAGE(ocihooks_phase_namespace(CHARACTERS, errmsg, errmsg_size));
  ocihooks_free(other);
  ocihooks_free(hooks);
}

static int fail_with_text(const char *phase, const char *state, size_t state_len, char *errmsg, size_t errmsg_size,
                          void *userdata)
{
  (void)phase, (void)state, (void)state_len, (void)userdata;
  snprintf(errmsg, errmsg_size, "%s", CHARACTERS CHARACTERS);
  return 1;
}

static void the_message_of_a_failed_hook_is_cut_between_characters(void)
{
  ocihooks *hooks = test_parse("{}");
  CHECK_INT(ocihooks_add_callback(hooks, "prestart", fail_with_text, NULL, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_MESSAGE(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, NULL, errmsg, errmsg_size));
  ocihooks_free(hooks);
}

static void messages_of_refused_options_are_cut_between_characters(void)
{
  ocihooks_runner *runner = NULL;
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  CHECK_MESSAGE(ocihooks_runner_set_phase_variable(runner, CHARACTERS "=", errmsg, errmsg_size));
  CHECK_MESSAGE(ocihooks_runner_set_cwd(runner, "", errmsg, errmsg_size));
  ocihooks_runner_free(runner);
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(a_map_as_text_is_cut_between_characters);
  RUN(the_texts_of_a_report_are_cut_between_characters);
  RUN(a_warning_is_cut_between_characters);
  RUN(output_is_raw_and_cut_anywhere);
  RUN(messages_of_refused_text_are_cut_between_characters);
  RUN(messages_of_refused_calls_are_cut_between_characters);
  RUN(messages_of_refused_options_are_cut_between_characters);
  RUN(the_message_of_a_failed_hook_is_cut_between_characters);
  return test_end();
}
