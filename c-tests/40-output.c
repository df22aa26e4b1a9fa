/* Hooks' output: both streams are kept, bounded and counted, and never delay the return. */
#include "test.h"

#include "helpers.h"

enum { HALF = 32 * 1024 };

/* Writes `count` of a character to stdout. */
#define MANY(count, character) "head -c " #count " /dev/zero | tr '\\0' " #character ";"

static ocihooks_report *report;

static void run(const char *script, int expected)
{
  CHECK_INT(test_shell(script, 0, NULL, &report), expected);
}

static void both_streams_are_captured_apart(void)
{
  run("echo one; echo two >&2; echo three; printf four >&2", OCIHOOKS_OK);
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDOUT), "one\nthree\n");
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDERR), "two\nfour");
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT), 10);
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDERR), 8);
  CHECK_INT(ocihooks_report_hook_output_truncated(report, 0, OCIHOOKS_STDOUT), 0);
  ocihooks_report_free(report);
}

static void each_hook_has_its_own_output(void)
{
  ocihooks *hooks = test_parse("{}");
  test_add_shell(hooks, "createRuntime", "echo one", 0);
  test_add_shell(hooks, "createRuntime", ":", 0);
  test_add_shell(hooks, "createRuntime", "echo three", 0);
  CHECK_INT(ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), NULL, &report, NULL, 0), OCIHOOKS_OK);
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDOUT), "one\n");
  CHECK_OWN(test_output(report, 1, OCIHOOKS_STDOUT), "");
  CHECK_OWN(test_output(report, 2, OCIHOOKS_STDOUT), "three\n");
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

/* Checks a run of one character in a text, and returns the rest. */
static const char *check_all(const char *text, char character, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    if (text[i] != character) {
      CHECK(!"another character");
      return text + i;
    }
  }
  return text + count;
}

static void check_truncated(int stream, size_t total, const char *marker)
{
  char *output = test_output(report, 0, stream);
  const char *place = check_all(output, 'a', HALF);
  CHECK(strncmp(place, marker, strlen(marker)) == 0);
  place = check_all(place + strlen(marker), 'b', HALF);
  CHECK_TEXT(place, "");
  CHECK_INT(ocihooks_report_hook_output(report, 0, stream, NULL, 0), 2 * HALF + strlen(marker));
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, stream), total);
  CHECK_INT(ocihooks_report_hook_output_truncated(report, 0, stream), 1);
  free(output);
}

static void of_much_the_first_and_the_last_part_are_kept(void)
{
  run(MANY(50000, a) MANY(50000, b), OCIHOOKS_OK);
  check_truncated(OCIHOOKS_STDOUT, 100000, "\n[... 34464 bytes left out ...]\n");
  CHECK_OWN_HAS(report_json_of(report), "a\\n[... 34464 bytes left out ...]\\nb");
  CHECK_OWN_HAS(report_json_of(report), "\"stdoutBytes\":100000,\"stdoutTruncated\":true");
  ocihooks_report_free(report);
  run("exec >&2;" MANY(32768, a) "echo x;" MANY(32768, b), OCIHOOKS_OK);
  check_truncated(OCIHOOKS_STDERR, 65538, "\n[... 2 bytes left out ...]\n");
  ocihooks_report_free(report);
}

/* Numbered lines behind `first`. The marker is a separate line, whether or not the first part ends one. */
static void check_parts(const char *first, int ends_a_line)
{
  char *all = malloc(200000), *expected = malloc(200000), script[64];
  size_t size = (size_t)sprintf(all, "%s", first);
  for (int number = 1; number <= 30000; number++)
    size += (size_t)sprintf(all + size, "%d\n", number);
  CHECK_INT(all[HALF - 1] == '\n', ends_a_line);
  sprintf(expected, "%.*s%s[... %zu bytes left out ...]\n%s", HALF, all, ends_a_line ? "" : "\n", size - 2 * HALF,
          all + size - HALF);
  snprintf(script, sizeof script, "printf '%s'; exec seq 1 30000", first);
  run(script, OCIHOOKS_OK);
  char *output = test_output(report, 0, OCIHOOKS_STDOUT);
  CHECK(strcmp(output, expected) == 0);
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT), size);
  free(output);
  free(expected);
  free(all);
  ocihooks_report_free(report);
}

static void the_two_parts_are_right_to_the_byte(void)
{
  check_parts("", 1);
  check_parts("x", 0);
}

static void what_fits_just_so_is_kept_whole(void)
{
  run(MANY(32768, a) MANY(32768, b), OCIHOOKS_OK);
  char *output = test_output(report, 0, OCIHOOKS_STDOUT);
  CHECK_TEXT(check_all(check_all(output, 'a', HALF), 'b', HALF), "");
  CHECK_INT(ocihooks_report_hook_output_truncated(report, 0, OCIHOOKS_STDOUT), 0);
  free(output);
  ocihooks_report_free(report);
  run(MANY(32768, a) "printf x;" MANY(32768, b), OCIHOOKS_OK);
  check_truncated(OCIHOOKS_STDOUT, 65537, "\n[... 1 bytes left out ...]\n");
  ocihooks_report_free(report);
}

/* A value of /proc/self/status, in KiB. */
static long memory(const char *name)
{
  const char *line = strstr(file_text("/proc/self/status"), name);
  return line == NULL ? 0 : atol(line + strlen(name) + 1);
}

static void two_hundred_megabytes_leave_the_host_small(void)
{
  /* field note 10 */
  run(":", OCIHOOKS_OK);
  ocihooks_report_free(report);
  const long most = memory("VmHWM"), before = memory("VmRSS");
  run("exec head -c 209715200 /dev/zero", OCIHOOKS_OK);
  CHECK(most > 0 && memory("VmHWM") - most < 8 * 1024);
  CHECK(before > 0 && memory("VmRSS") - before < 8 * 1024);
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT), 209715200);
  ocihooks_report_free(report);
}

static void what_is_not_utf8_is_raw_for_c_and_replaced_in_json(void)
{
  static const char raw[] = "a\377\000\303b\200\n";
  run("printf 'a\\377\\000\\303b\\200\\n'", OCIHOOKS_OK);
  char *output = test_output(report, 0, OCIHOOKS_STDOUT);
  CHECK_INT(ocihooks_report_hook_output(report, 0, OCIHOOKS_STDOUT, NULL, 0), sizeof raw - 1);
  CHECK(memcmp(output, raw, sizeof raw) == 0);
  CHECK_OWN_HAS(report_json_of(report), "\"stdout\":\"a\xef\xbf\xbd\\u0000\xef\xbf\xbd"
                                        "b\xef\xbf\xbd\\n\",\"stdoutBytes\":7,");
  free(output);
  ocihooks_report_free(report);
}

static void a_hook_may_close_its_streams_and_go_on(void)
{
  run("echo before; exec >&- 2>&- <&-; sleep 0.2; exit 3", OCIHOOKS_ERR_EXIT);
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDOUT), "before\n");
  CHECK_INT(ocihooks_report_hook_exit_code(report, 0), 3);
  ocihooks_report_free(report);
}

static void a_daemon_that_goes_on_writing_is_not_waited_for(void)
{
  /* field note 16: a hook that keeps writing must not delay the caller */
  const double begin = now();
  run("yes >&2 & echo $!; exit 0", OCIHOOKS_OK);
  CHECK(now() - begin < SOON);
  char *output = test_output(report, 0, OCIHOOKS_STDOUT);
  const pid_t daemon = atoi(output);
  CHECK(daemon > 0);
  if (daemon > 0)
    CHECK(dies_soon(daemon)); /* of the first write behind the hook's end */
  free(output);
  ocihooks_report_free(report);
}

static void the_output_up_to_the_hooks_end_is_whole(void)
{
  /* Written just before the exit, more than one read takes, and while another process holds the pipe. */
  for (int times = 0; times < 20; times++) {
    run("sleep 60 & echo $!; head -c 60000 /dev/zero >&2; exit 0", OCIHOOKS_OK);
    CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDERR), 60000);
    char *output = test_output(report, 0, OCIHOOKS_STDOUT);
    if (atoi(output) > 0)
      kill(atoi(output), SIGKILL);
    CHECK(atoi(output) > 0);
    free(output);
    ocihooks_report_free(report);
  }
}

static void the_last_lines_of_stderr_are_in_the_message(void)
{
  static const char *cases[][2] = {
    {"printf 'one\\ntwo'", ": one | two"},
    {"printf 'one\\ntwo\\n'", ": one | two"},
    {"printf 'two\\n\\n \\n'", ": two"},
    {"printf '  two\\r\\n'", ": two"},
    {"printf '\\n\\n'", ""},
    {"printf 'a\\377b\\n'", ": a\xef\xbf\xbd"
                            "b"},
    {"head -c 100000 /dev/zero; printf '\\nlast\\n'", ": last"},
    {"printf 'a\\033[31mb\\007\\n\\033\\n'", ": a\\u001b[31mb\\u0007"}, /* no characters that a terminal obeys */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char script[256], expected[256];
    snprintf(script, sizeof script, "exec >&2; %s; exit 3", cases[i][0]);
    snprintf(expected, sizeof expected, "error running createRuntime hook #0: /bin/sh: exited with status 3%s",
             cases[i][1]);
    run(script, OCIHOOKS_ERR_EXIT);
    CHECK_TEXT(test_message, expected);
    ocihooks_report_free(report);
  }
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(both_streams_are_captured_apart);
  RUN(each_hook_has_its_own_output);
  RUN(of_much_the_first_and_the_last_part_are_kept);
  RUN(the_two_parts_are_right_to_the_byte);
  RUN(what_fits_just_so_is_kept_whole);
  RUN(two_hundred_megabytes_leave_the_host_small);
  RUN(what_is_not_utf8_is_raw_for_c_and_replaced_in_json);
  RUN(a_hook_may_close_its_streams_and_go_on);
  RUN(a_daemon_that_goes_on_writing_is_not_waited_for);
  RUN(the_output_up_to_the_hooks_end_is_whole);
  RUN(the_last_lines_of_stderr_are_in_the_message);
  return test_end();
}
