/* A document takes at most the multiple of its size that SECURITY.md names, whatever its content. */
#include "test.h"

#include "helpers.h"

#include <sys/resource.h>

enum {
  SIZE = 2 * 1000 * 1000, /* the size of each document, in bytes */
  FACTOR = 24,            /* bytes of memory per byte of text, as SECURITY.md, README.md and the header say */
  SLACK = 1000 * 1000,    /* bytes independent of the document */
};

typedef int function(const char *text, size_t size);

static char text[SIZE + 4096];
static size_t size;

static void put(const char *part)
{
  const size_t length = strlen(part);
  memcpy(text + size, part, length);
  size += length;
}

/* Fills the text: a beginning, one part again and again, an end. */
static void fill(const char *begin, const char *part, const char *end)
{
  size = 0;
  put(begin);
  while (size + strlen(part) + strlen(end) < SIZE)
    put(part);
  put(end);
}

/* A short key, unique for each number. */
static const char *key(unsigned number)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'()*+,-.:;<=>?@[]^_{|}";
  static char key[16];
  char *end = key;
  for (; number > 0 || end == key; number /= sizeof digits - 1)
    *end++ = digits[number % (sizeof digits - 1)];
  *end = '\0';
  return key;
}

/* The same with members `"KEY":value,` and unique keys. */
static void fill_members(const char *begin, const char *value, const char *end)
{
  size = 0;
  put(begin);
  for (unsigned i = 0; size + strlen(value) + strlen(end) + 16 < SIZE; i++) {
    put("\""), put(key(i)), put("\":"), put(value), put(",");
  }
  put(end);
}

/* Hooks with this number of properties each. */
static void fill_properties(unsigned count, const char *end)
{
  static char hook[4096];
  int length = sprintf(hook, "{\"path\":\"/\"");
  for (unsigned i = 0; i < count; i++)
    length += sprintf(hook + length, ",\"%s\":0", key(i));
  sprintf(hook + length, "},");
  fill("{\"prestart\":[", hook, end);
}

static long peak(void)
{
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * 1024;
}

/* Calls in a child, because a process's peak memory never sinks. The child exits with 1 on a different code. */
static void check(const char *what, function *call, int code)
{
  int pipe_of_peak[2], status = -1;
  long most = 0;
  CHECK_INT(pipe(pipe_of_peak), 0);
  fflush(stdout);
  const pid_t pid = fork();
  if (pid == 0) {
    const long before = peak();
    const int came = call(text, size);
    most = peak() - before;
    _exit(write(pipe_of_peak[1], &most, sizeof most) != sizeof most || came != code);
  }
  close(pipe_of_peak[1]);
  CHECK_INT(read(pipe_of_peak[0], &most, sizeof most), sizeof most);
  close(pipe_of_peak[0]);
  CHECK_INT(waitpid(pid, &status, 0), pid);
  CHECK_INT(status, 0);
  CHECK(most < (long)size * FACTOR + SLACK);
  if (getenv("OCIHOOKS_TEST_FIGURES") != NULL || most >= (long)size * FACTOR + SLACK)
    printf("  %s: %.1f bytes a byte\n", what, (double)most / (double)size);
}

static int parse(const char *json, size_t length)
{
  ocihooks *hooks = NULL; /* not freed: the child ends */
  return ocihooks_parse(json, length, &hooks, test_message, sizeof test_message);
}

static int parse_config(const char *json, size_t length)
{
  ocihooks *hooks = NULL;
  return ocihooks_parse_config(json, length, &hooks, test_message, sizeof test_message);
}

static int parse_libcontainer(const char *json, size_t length)
{
  ocihooks *hooks = NULL;
  return ocihooks_parse_libcontainer(json, length, &hooks, test_message, sizeof test_message);
}

static int parse_leniently(const char *json, size_t length)
{
  ocihooks *hooks = NULL;
  return ocihooks_read(OCIHOOKS_DOCUMENT_HOOKS, OCIHOOKS_READ_LENIENT, json, length, &hooks, test_message,
                       sizeof test_message);
}

static int run(const char *json, size_t length)
{
  ocihooks *hooks = test_parse("{}");
  return ocihooks_run(hooks, "poststop", json, length, NULL, NULL, test_message, sizeof test_message);
}

static int fit(const char *json, size_t length)
{
  return ocihooks_state_for_phase(json, length, "poststop", 0, NULL, 0, NULL, test_message, sizeof test_message);
}

static void hooks_of_the_usual_properties(void)
{
  static const char *const hooks[] = {"{\"path\":\"/\"},", "{\"path\":\"/\",\"\":0},",
                                      "{\"path\":\"/\",\"args\":[\"a\"],\"env\":[\"a\"]},",
                                      "{\"path\":\"/\",\"args\":[],\"dir\":\"a\"},"};
  for (size_t i = 0; i < sizeof hooks / sizeof *hooks; i++) {
    fill("{\"prestart\":[", hooks[i], "{\"path\":\"/\"}]}");
    check(hooks[i], parse, OCIHOOKS_OK);
    check(hooks[i], parse_libcontainer, OCIHOOKS_OK);
    fill("{\"hooks\":{\"prestart\":[", hooks[i], "{\"path\":\"/\"}]}}");
    check("the same in a config", parse_config, OCIHOOKS_OK);
  }
  fill("{\"prestart\":[{\"path\":\"/\",\"args\":[", "\"a\",", "\"\"]}]}");
  check("one hook with many arguments", parse, OCIHOOKS_OK);
  fill("{\"prestart\":[{\"path\":\"/\",\"args\":[", "\"a\",", "0]}]}");
  check("the same, the last wrong", parse, OCIHOOKS_ERR_INVALID_HOOKS);
}

static void properties_and_members_that_nobody_knows(void)
{
  for (unsigned count = 1; count <= 65; count = 2 * count - (count > 1)) {
    char what[64];
    sprintf(what, "hooks with %u properties that nobody knows", count);
    fill_properties(count, "{\"path\":\"/\"}]}");
    check(what, parse, OCIHOOKS_OK);
    fill_properties(count, "{}]}");
    check("the same, the last hook wrong", parse, OCIHOOKS_ERR_INVALID_HOOKS);
  }
  fill_members("{\"prestart\":[{", "0", "\"path\":\"/\"}]}");
  check("one hook with many properties", parse, OCIHOOKS_OK);
  fill_members("{", "0", "\"last\":0}");
  check("many members", parse, OCIHOOKS_OK);
  fill_members("{", "[]", "\"last\":0}");
  check("many phases without hooks", parse, OCIHOOKS_OK);
  fill_members("{", "[{\"path\":\"/\"}]", "\"last\":0}");
  check("many phases with a hook", parse, OCIHOOKS_OK);
  fill_members("{", "0", "\"prestart\":0}");
  check("many members, the last wrong", parse, OCIHOOKS_ERR_INVALID_HOOKS);
}

static void hooks_that_are_wrong(void)
{
  static const char *const elements[] =
    {"0,", "{},", "[],", "\"\",", "{\"path\":0},", "0\n,", "{\"path\":\"/\",\"path\":\"/\"},", "{\"\":0,\"\":0},"};
  for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
    fill("{\"prestart\":[", elements[i], "{}]}");
    check(elements[i], parse, OCIHOOKS_ERR_INVALID_HOOKS);
    check("the same, read leniently", parse_leniently, OCIHOOKS_ERR_INVALID_HOOKS);
    fill("{\"hooks\":{\"prestart\":[", elements[i], "{}]}}");
    check("the same in a config", parse_config, OCIHOOKS_ERR_INVALID_HOOKS);
    fill("{\"own\":[", elements[i], "{}]}");
    check("the same as a value that nobody knows", parse, OCIHOOKS_OK);
    fill("{\"prestart\":[{\"path\":\"/\",\"args\":[", elements[i], "0]}]}");
    check("the same as arguments", parse, OCIHOOKS_ERR_INVALID_HOOKS);
  }
  static const char *const good[] = {"{\"path\":\"/\"},", "{\"path\":\"/\",\"args\":[\"a\"],\"env\":[\"a\"]},"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    fill("{\"prestart\":[", good[i], "{}]}");
    check("the last hook wrong", parse, OCIHOOKS_ERR_INVALID_HOOKS);
    fill("{\"prestart\":[", good[i], "x");
    check("no JSON at the end", parse, OCIHOOKS_ERR_INVALID_JSON);
  }
}

/* As many invalid hooks as are kept, then valid ones, and the same number of warnings. */
static void hooks_that_are_wrong_and_kept(void)
{
  static const char *const good[] = {"{\"path\":\"/\"},", "{\"path\":\"/\",\"PATH\":0},"};
  static char begin[64 * 1024];
  char *end = begin + sprintf(begin, "{\"prestart\":[");
  for (int i = 0; i < 500; i++)
    end += sprintf(end, "{\"path\":\"\x7f\x7f\x7f\x7f\x7f\x7f\",\"env\":[0,0,0,0,0,0,0,0]},");
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    fill(begin, good[i], "{\"path\":\"/\"}]}");
    check(good[i], parse_leniently, OCIHOOKS_OK);
    fill("{\"prestart\":[{\"path\":\"/\"},", good[i], "{\"path\":\"/\"}]}");
    check("the same without wrong ones", parse, OCIHOOKS_OK);
    fill("{\"own\":[", good[i], "{\"path\":\"/\"}]}");
    check("the same in a phase that nobody knows", parse, OCIHOOKS_OK);
  }
  fill_members("{\"Prestart\":0,", "0", "\"last\":0}");
  check("many members, and a warning", parse, OCIHOOKS_OK);
}

static void keys_that_stand_twice(void)
{
  static const char *const members[] = {"\"\":0,", "\"\\n\":0,", "\"a\":[],"};
  for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
    fill("{", members[i], "\"prestart\":[]}");
    check(members[i], parse, OCIHOOKS_ERR_INVALID_HOOKS);
    check("the same as a state", run, OCIHOOKS_ERR_INVALID_STATE);
  }
  size = 0; /* one key of half the text, each byte of which takes six in the message */
  put("{\"");
  memset(text + size, '\x7f', SIZE / 2), size += SIZE / 2;
  put("\":0,\"");
  memset(text + size, '\x7f', SIZE / 2), size += SIZE / 2;
  put("\":0}");
  check("one long key, twice", parse, OCIHOOKS_ERR_INVALID_HOOKS);
}

static void texts_that_are_deep_or_empty(void)
{
  static char nested[1200] = "0,";
  for (int i = 0; i < 500; i++)
    memmove(nested + 1, nested, strlen(nested) + 1), nested[0] = '[';
  nested[strlen(nested) - 1] = '\0';
  for (int i = 0; i < 500; i++)
    strcat(nested, "]");
  strcat(nested, ",");
  fill("{\"own\":[", nested, "0]}");
  check("deep, again and again", parse, OCIHOOKS_OK);
  fill("{", "\n", "\"prestart\":0}");
  check("lines without anything", parse, OCIHOOKS_ERR_INVALID_HOOKS);
}

static void states(void)
{
#define REQUIRED "{\"ociVersion\":\"1\",\"id\":\"c\",\"status\":\"stopped\",\"bundle\":\"/b\","
  fill_members(REQUIRED, "0", "\"last\":0}");
  check("a state with many members", run, OCIHOOKS_OK);
  check("the same, fitted to a phase", fit, OCIHOOKS_OK);
  fill_members(REQUIRED "\"annotations\":{", "\"\"", "\"last\":\"\"}}");
  check("a state with many annotations", run, OCIHOOKS_OK);
  check("the same, fitted to a phase", fit, OCIHOOKS_OK);
  fill_members("{", "0", "\"id\":0}");
  check("many members that are no state", run, OCIHOOKS_ERR_INVALID_STATE);
  check("the same, fitted to a phase", fit, OCIHOOKS_ERR_INVALID_STATE);
}

int main(void)
{
  alarm(2 * TEST_SECONDS);
  RUN(hooks_of_the_usual_properties);
  RUN(properties_and_members_that_nobody_knows);
  RUN(hooks_that_are_wrong);
  RUN(hooks_that_are_wrong_and_kept);
  RUN(keys_that_stand_twice);
  RUN(texts_that_are_deep_or_empty);
  RUN(states);
  return test_end();
}
