/* Texts that are not JSON, and very deep or very long texts. */
#include "test.h"

#include "helpers.h"

enum { MANY = 100000 };

static void check_no_json(const char *text, size_t size)
{
  int marker;
  ocihooks *hooks = (ocihooks *)(void *)&marker;
  CHECK_INT(ocihooks_parse(text, size, &hooks, test_message, sizeof test_message), OCIHOOKS_ERR_INVALID_JSON);
  CHECK(hooks == NULL);
  CHECK_HAS(test_message, "line ");
  CHECK_HAS(test_message, "column ");
}

/* `part` repeated between a beginning and an end. The caller frees it. */
static char *repeated(const char *begin, const char *part, size_t times, const char *end)
{
  size_t size = strlen(part), place = strlen(begin);
  char *text = malloc(place + size * times + strlen(end) + 1);
  strcpy(text, begin);
  for (size_t i = 0; i < times; i++, place += size)
    memcpy(text + place, part, size);
  strcpy(text + place, end);
  return text;
}

static void what_is_not_json_is_refused(void)
{
  static const char *texts[] = {"",
                                " ",
                                "{",
                                "{\"prestart\":[",
                                "{} x",
                                "{}{}",
                                "nul",
                                "{\"a\":01}",
                                "{\"a\":+1}",
                                "{a:1}",
                                "{'a':1}",
                                "{\"a\":1,}",
                                "[1,]",
                                "{\"a\":NaN}",
                                "{\"a\":\"\t\"}",
                                "{\"a\":\"\\x\"}",
                                "// x\n{}",
                                "\xef\xbb\xbf{}",
                                "{\"a\":.5}",
                                "{\"a\":1.}",
                                "{\"a\" 1}",
                                "{\"a\":\"\\u12\"}"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    check_no_json(texts[i], strlen(texts[i]));
}

static void what_is_not_utf8_is_refused(void)
{
  static const char *bytes[] = {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"};
  for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
    char text[64];
    snprintf(text, sizeof text, "{\n\"v\":\"%s\"}", bytes[i]);
    check_no_json(text, strlen(text));
    CHECK_HAS(test_message, "line 2, column 6");
    CHECK_HAS(test_message, "UTF-8");
  }
}

static void a_nul_is_no_end_of_the_text(void)
{
  check_no_json("{}\0", 3);
  check_no_json("\0", 1);
}

static void no_byte_behind_the_length_is_read(void)
{
  /* Allocated without a NUL behind it, so that memory checkers detect reads beyond the end. */
  static const char text[] = "{\"prestart\":[{\"path\":\"/a\"}]}";
  char *exact = malloc(sizeof text - 1);
  memcpy(exact, text, sizeof text - 1);
  ocihooks *hooks = NULL;
  CHECK_INT(ocihooks_parse(exact, sizeof text - 1, &hooks, NULL, 0), OCIHOOKS_OK);
  free(exact);
  CHECK_OWN(json_of(hooks), text);
  ocihooks_free(hooks);
  CHECK_INT(ocihooks_parse("{}garbage", 2, &hooks, NULL, 0), OCIHOOKS_OK);
  ocihooks_free(hooks);
}

static void a_hundred_thousand_levels_are_refused(void)
{
  static const char *openings[] = {"[", "{\"a\":", "[{\"a\":"},
                    *begins[] = {"", "{\"v\":", "{\"prestart\":[{\"path\":\"/a\",\"x\":"};
  for (size_t i = 0; i < 3; i++) {
    for (size_t j = 0; j < 3; j++) {
      char *text = repeated(begins[j], openings[i], MANY, "");
      check_no_json(text, strlen(text));
      ocihooks *hooks = NULL;
      CHECK_INT(ocihooks_parse_config(text, strlen(text), &hooks, NULL, 0), OCIHOOKS_ERR_INVALID_JSON);
      CHECK_INT(ocihooks_parse_libcontainer(text, strlen(text), &hooks, NULL, 0), OCIHOOKS_ERR_INVALID_JSON);
      CHECK_INT(ocihooks_run(NULL, "prestart", text, strlen(text), NULL, NULL, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
      hooks = test_parse("{}");
      CHECK_INT(ocihooks_run(hooks, "prestart", text, strlen(text), NULL, NULL, NULL, 0), OCIHOOKS_ERR_INVALID_STATE);
      ocihooks_free(hooks);
      free(text);
    }
  }
}

static void brackets_in_text_are_no_levels(void)
{
  char *text = repeated("{\"v\":\"\\\"", "[{", MANY, "\"}");
  ocihooks *hooks = test_parse(text);
  CHECK_OWN(json_of(hooks), text);
  ocihooks_free(hooks);
  free(text);
}

static void levels_that_anybody_may_need_are_fine(void)
{
  char *opened = repeated("{\"v\":", "[", 100, ""), *text = repeated(opened, "]", 100, "}");
  ocihooks *hooks = test_parse(text);
  CHECK_OWN(json_of(hooks), text);
  ocihooks_free(hooks);
  free(opened);
  free(text);
}

static void a_hundred_thousand_hooks_are_read_and_written(void)
{
  static const char hook[] = "{\"path\":\"/usr/bin/hook\",\"args\":[\"hook\",\"x\"],\"env\":[\"A=1\"],\"timeout\":5},";
  char *text = repeated("{\"prestart\":[", hook, MANY, "{\"path\":\"/last\"}]}");
  const double begin = now();
  ocihooks *hooks = test_parse(text);
  CHECK(now() - begin < test_seconds(2));
  CHECK_INT(ocihooks_count(hooks, "prestart"), MANY + 1);
  char *written = json_of(hooks);
  CHECK(strcmp(written, text) == 0);
  ocihooks_free(hooks);
  free(written);
  free(text);
}

static void a_hundred_thousand_faults_are_no_hang(void)
{
  char *text = repeated("{\"prestart\":[", "{},\n", MANY, "{\"path\":\"/last\"}]}");
  ocihooks *hooks = NULL;
  const double begin = now();
  enum { ROOM = 4096 };
  CHECK_INT(ocihooks_parse(text, strlen(text), &hooks, test_message, ROOM), OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK(now() - begin < SOON);
  CHECK_HAS(test_message, "/prestart/0/path (line 1, column 14)");
  CHECK_HAS(test_message, "/prestart/9/path (line 10, column 1)");
  CHECK_INT(strlen(test_message), ROOM - 1);
  free(text);
}

/* The message about this number of hooks without a path. The caller frees it. */
static char *message_of_faults(size_t count)
{
  enum { SIZE = 1024 * 1024 };
  char *text = repeated("{\"prestart\":[", "{},", count - 1, "{}]}"), *message = malloc(SIZE);
  ocihooks *hooks = NULL;
  CHECK_INT(ocihooks_parse(text, strlen(text), &hooks, message, SIZE), OCIHOOKS_ERR_INVALID_HOOKS);
  free(text);
  return message;
}

static void check_end(const char *text, const char *end)
{
  const size_t length = strlen(text), size = strlen(end);
  CHECK_TEXT(text + (length < size ? 0 : length - size), end);
}

static void of_a_hundred_faults_all_are_named_of_more_the_number(void)
{
  char *message = message_of_faults(100);
  check_end(message, "; /prestart/99/path (line 1, column 311) must be there: a hook needs a path");
  free(message);
  message = message_of_faults(101);
  check_end(message, "; /prestart/99/path (line 1, column 311) must be there: a hook needs a path; and 1 more");
  free(message);
  message = message_of_faults(MANY);
  CHECK_HAS(message, "invalid hooks: /prestart/0/path (line 1, column 14)");
  check_end(message, "/prestart/99/path (line 1, column 311) must be there: a hook needs a path; and 99900 more");
  free(message);
}

static void a_hundred_thousand_members_are_no_hang(void)
{
  enum { MEMBER = 16 };
  char *text = malloc(3 + MANY * MEMBER + MEMBER), *end = text;
  const double begin = now();
  end += sprintf(end, "{");
  for (int i = 0; i < MANY; i++)
    end += sprintf(end, "\"m%d\":1,", i);
  strcpy(end, "\"x\":1}");
  ocihooks *hooks = test_parse(text);
  CHECK_OWN(json_of(hooks), text);
  ocihooks_free(hooks);
  strcpy(end, "\"m7\":1}"); /* and a duplicate, far from the first */
  CHECK_INT(ocihooks_parse(text, strlen(text), &hooks, test_message, sizeof test_message), OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK_HAS(test_message, "/m7 ");
  CHECK(now() - begin < SOON);
  free(text);
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(what_is_not_json_is_refused);
  RUN(what_is_not_utf8_is_refused);
  RUN(a_nul_is_no_end_of_the_text);
  RUN(no_byte_behind_the_length_is_read);
  RUN(a_hundred_thousand_levels_are_refused);
  RUN(brackets_in_text_are_no_levels);
  RUN(levels_that_anybody_may_need_are_fine);
  RUN(a_hundred_thousand_hooks_are_read_and_written);
  RUN(a_hundred_thousand_faults_are_no_hang);
  RUN(of_a_hundred_faults_all_are_named_of_more_the_number);
  RUN(a_hundred_thousand_members_are_no_hang);
  return test_end();
}
