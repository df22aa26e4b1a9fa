/* Captured output of a whole phase: its bound for any number of hooks, and the part that a message quotes. */
#include "fork.h"

#include <malloc.h>

enum {
  HOOKS = 300,            /* the sum of their stream limits exceeds the phase's limit */
  WRITTEN = 70 * 1000,    /* bytes of each hook before its last line: more than a stream keeps */
  LEAST = 1024,           /* the minimum that every stream keeps */
  STREAM_LIMIT = 65536,   /* the default of a stream */
  PHASE_LIMIT = 16777216, /* the default of a phase */
  QUOTED = 512,           /* the part of the last line that a message quotes */
  PER_HOOK = 4096         /* further bytes of a failing hook's entry and its warning */
};

static const char STOPPED[] = "{\"ociVersion\":\"1.2.0\",\"id\":\"c1\",\"status\":\"stopped\",\"bundle\":\"/b\"}";

/* Scripts that fail with the hook's number after this many bytes, with a last line behind them or as a single line. */
#define LINE_BEHIND "printf '%%%ds\\nlast line of %d\\n' x >&2; exit 3"
#define SINGLE_LINE "printf '%%%ds' %d | tr ' ' y >&2; exit 3"

/* Used bytes of the heap, or 0 if unknown. */
static size_t heap(void)
{
#if defined __GLIBC__ && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

static ocihooks *many_that_fail(int count, const char *format)
{
  ocihooks *hooks = test_parse("{}");
  char script[128];
  for (int i = 0; i < count; i++) {
    snprintf(script, sizeof script, format, WRITTEN, i);
    test_add_shell(hooks, "poststop", script, 20);
  }
  return hooks;
}

static void check_last_line(const ocihooks_report *report, int index)
{
  char line[64], warning[1024];
  int length = snprintf(line, sizeof line, "last line of %d\n", index);
  char *output = test_output(report, (size_t)index, OCIHOOKS_STDERR);
  CHECK_TEXT(output + strlen(output) - (size_t)length, line);
  free(output);
  CHECK_INT(ocihooks_report_hook_output_bytes(report, (size_t)index, OCIHOOKS_STDERR), WRITTEN + 1 + length);
  CHECK_INT(ocihooks_report_hook_output_truncated(report, (size_t)index, OCIHOOKS_STDERR), 1);
  snprintf(line, sizeof line, "exited with status 3: last line of %d", index);
  ocihooks_report_warning(report, (size_t)index, warning, sizeof warning);
  CHECK_HAS(warning, line);
}

static void run_poststop(const ocihooks *hooks, const ocihooks_runner *runner, ocihooks_report **report)
{
  CHECK_INT(ocihooks_run(hooks, "poststop", STOPPED, sizeof STOPPED - 1, runner, report, NULL, 0), OCIHOOKS_OK);
}

/* A report of many failing hooks holds at most this number of bytes. */
static ocihooks_report *check_bounded(const char *format, ocihooks_runner *runner, size_t limit)
{
  ocihooks_report *report = NULL;
  ocihooks *hooks = many_that_fail(HOOKS, format);
  size_t before = heap();
  run_poststop(hooks, runner, &report);
  size_t used = heap() - before;
  printf("  a report of %d failing hooks, %d bytes of stderr each, holds %zu bytes; the limit of the phase is %zu\n",
         HOOKS, WRITTEN, used, limit);
  CHECK(used < limit + (size_t)HOOKS * PER_HOOK);
  CHECK_INT(ocihooks_report_warning_count(report), HOOKS);
  ocihooks_free(hooks);
  return report;
}

static void a_phase_of_failing_hooks_has_a_bound_by_default(void)
{
  ocihooks_report *report = check_bounded(LINE_BEHIND, NULL, PHASE_LIMIT);
  for (int i = 0; i < HOOKS; i++)
    check_last_line(report, i);
  ocihooks_report_free(report);
}

/* A warning quotes the last line, which is the whole output here. */
static void a_phase_of_long_lines_has_the_same_bound(void)
{
  ocihooks_report_free(check_bounded(SINGLE_LINE, NULL, PHASE_LIMIT));
}

static void the_bound_can_be_set(void)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_phase_capture_limit(runner, 1 << 20, NULL, 0), OCIHOOKS_OK);
  ocihooks_report_free(check_bounded(LINE_BEHIND, runner, 1 << 20));
  ocihooks_runner_free(runner);
}

/* The length of the kept output, without the marker line. */
static size_t kept(const ocihooks_report *report, size_t index, int stream)
{
  char *output = test_output(report, index, stream);
  char *from = strstr(output, "[... "), *to = from == NULL ? NULL : strchr(from, '\n');
  size_t size = strlen(output);
  if (to != NULL)
    size -= (size_t)(to - from) + 1;
  if (from != NULL && from > output && from[-1] == '\n')
    size--; /* the library's, since the first part here ends within a line */
  free(output);
  return size;
}

/* Each stream gets half of the remaining limit, because a hook has two streams, but at least the minimum. */
static void later_hooks_keep_what_is_left_and_then_the_least(void)
{
  static const size_t EXPECTED[] = {STREAM_LIMIT, STREAM_LIMIT / 2, STREAM_LIMIT / 4, STREAM_LIMIT / 8};
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  ocihooks *hooks = many_that_fail(12, LINE_BEHIND);
  CHECK_INT(ocihooks_runner_set_phase_capture_limit(runner, 2 * STREAM_LIMIT, NULL, 0), OCIHOOKS_OK);
  for (int round = 0; round < 2; round++) { /* each run has the whole limit */
    run_poststop(hooks, runner, &report);
    for (size_t i = 0; i < 4; i++)
      CHECK_INT(kept(report, i, OCIHOOKS_STDERR), EXPECTED[i]);
    for (int i = 0; i < 12; i++) {
      CHECK(kept(report, (size_t)i, OCIHOOKS_STDERR) >= LEAST);
      check_last_line(report, i);
    }
    CHECK_INT(kept(report, 11, OCIHOOKS_STDERR), LEAST);
    ocihooks_report_free(report);
  }
  free_all(hooks, runner, NULL);
}

static size_t seen;

static void see(size_t index, int stream, const char *data, size_t size, void *userdata)
{
  (void)index, (void)stream, (void)data, (void)userdata;
  seen += size;
}

/* With an exhausted limit, output below the minimum is complete, all output is counted, and the callback gets all of
   it. */
static void of_a_phase_without_room_the_least_is_kept(void)
{
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_phase_capture_limit(runner, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_output_callback(runner, see, NULL, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("printf '%1023s\\n' x; printf '%9999s\\n' x >&2", 20, runner, &report), OCIHOOKS_OK);
  CHECK_INT(kept(report, 0, OCIHOOKS_STDOUT), 1024);
  CHECK_INT(ocihooks_report_hook_output_truncated(report, 0, OCIHOOKS_STDOUT), 0);
  CHECK_INT(kept(report, 0, OCIHOOKS_STDERR), LEAST);
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDERR), 10000);
  CHECK_INT(ocihooks_report_hook_output_truncated(report, 0, OCIHOOKS_STDERR), 1);
  CHECK_INT(seen, 11024);
  free_all(NULL, runner, report);
}

/* A stream's limit below the minimum stays in force. */
static void a_lower_limit_of_a_stream_stays(void)
{
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_phase_capture_limit(runner, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_capture_limit(runner, 4, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("printf abcdefgh", 10, runner, &report), OCIHOOKS_OK);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, "ab\n[... 4 bytes left out ...]\ngh");
  free_all(NULL, runner, report);
}

static void check_quoted(const char *script, const char *begin, size_t bytes)
{
  CHECK_INT(test_shell(script, 10, NULL, NULL), OCIHOOKS_ERR_EXIT);
  static const char PREFIX[] = "error running createRuntime hook #0: /bin/sh: exited with status 1: ";
  CHECK(strncmp(test_message, PREFIX, sizeof PREFIX - 1) == 0);
  const char *line = test_message + sizeof PREFIX - 1;
  CHECK(strncmp(line, begin, strlen(begin)) == 0);
  CHECK_INT(strlen(line), bytes);
  CHECK_INT(strcmp(line + strlen(line) - 3, "...") == 0, bytes > QUOTED);
}

/* A longer line keeps its beginning, cut between characters, with a mark behind it. */
static void a_message_quotes_a_long_line_in_part(void)
{
  check_quoted("echo a$(printf '%511s' b | tr ' ' x) >&2; exit 1", "axxx", QUOTED);
  check_quoted("echo a$(printf '%512s' b | tr ' ' x) >&2; exit 1", "axxx", QUOTED + 3);
  check_quoted("echo a$(printf '%60000s' b | tr ' ' x) >&2; exit 1", "", QUOTED + 3);
  check_quoted("echo a$(printf '%600s' b | sed 's/ /\303\244/g') >&2; exit 1", "a\303\244", QUOTED - 1 + 3);
}

int main(void)
{
  alarm(2 * TEST_SECONDS);
  RUN(a_phase_of_failing_hooks_has_a_bound_by_default);
  RUN(a_phase_of_long_lines_has_the_same_bound);
  RUN(the_bound_can_be_set);
  RUN(later_hooks_keep_what_is_left_and_then_the_least);
  RUN(of_a_phase_without_room_the_least_is_kept);
  RUN(a_lower_limit_of_a_stream_stays);
  RUN(a_message_quotes_a_long_line_in_part);
  return test_end();
}
