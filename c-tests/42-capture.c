/* Captured output: the kept part, the output callback's view, and a daemon's later writes. */
#include "fork.h"

#include <sys/stat.h>

/* The callback's pieces, in order. Each must belong to the hook and the stream that it names. */
static char seen[1 << 20];
static size_t seen_size;
static size_t seen_err;
static size_t largest_index;
static int destroyed;

static void see(size_t index, int stream, const char *data, size_t size, void *userdata)
{
  CHECK(userdata == seen);
  CHECK(size > 0);
  largest_index = index > largest_index ? index : largest_index;
  if (stream == OCIHOOKS_STDERR)
    seen_err += size;
  else if (seen_size + size <= sizeof seen)
    memcpy(seen + seen_size, data, size), seen_size += size;
  else
    CHECK(!"more output than was written");
}

static void destroy(void *userdata)
{
  CHECK(userdata == seen);
  destroyed++;
}

static ocihooks_runner *runner_that_sees(void)
{
  ocihooks_runner *runner = new_runner();
  seen_size = seen_err = largest_index = 0;
  destroyed = 0;
  CHECK_INT(ocihooks_runner_set_output_callback(runner, see, seen, destroy, NULL, 0), OCIHOOKS_OK);
  return runner;
}

static void check_limit(size_t limit, const char *expected, int truncated)
{
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_capture_limit(runner, limit, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("printf abcdefgh; printf E >&2", 10, runner, &report), OCIHOOKS_OK);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, expected);
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT), 8);
  CHECK_INT(ocihooks_report_hook_output_truncated(report, 0, OCIHOOKS_STDOUT), truncated);
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDERR), 1);
  CHECK_INT(ocihooks_report_hook_output_truncated(report, 0, OCIHOOKS_STDERR), limit == 0);
  free_all(NULL, runner, report);
}

/* field note 10 */
static void what_is_kept_is_the_first_and_last_half_of_the_limit(void)
{
  check_limit(0, "[... 8 bytes left out ...]\n", 1);
  check_limit(1, "a\n[... 7 bytes left out ...]\n", 1);
  check_limit(2, "a\n[... 6 bytes left out ...]\nh", 1);
  check_limit(7, "abcd\n[... 1 bytes left out ...]\nfgh", 1);
  check_limit(8, "abcdefgh", 0);
  check_limit(9, "abcdefgh", 0);
  check_limit((size_t)-1, "abcdefgh", 0);
}

/* A limit of 0 still gives an error with its cause. */
static void a_failure_is_told_without_anything_kept(void)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_capture_limit(runner, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("echo why >&2; exit 3", 10, runner, NULL), OCIHOOKS_ERR_EXIT);
  CHECK_TEXT(test_message, "error running createRuntime hook #0: /bin/sh: exited with status 3");
  ocihooks_runner_free(runner);
}

/* 60000 numbers, 348894 bytes: many reads, and far more than a report keeps. */
static void the_callback_gets_every_byte_in_order(void)
{
  ocihooks_runner *runner = runner_that_sees();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_capture_limit(runner, 10, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("/usr/bin/seq 1 60000; echo e >&2", 30, runner, &report), OCIHOOKS_OK);
  size_t at = 0;
  char line[16];
  for (int number = 1; number <= 60000 && at < seen_size; number++) {
    size_t length = (size_t)snprintf(line, sizeof line, "%d\n", number);
    if (at + length > seen_size || memcmp(seen + at, line, length) != 0)
      break;
    at += length;
  }
  CHECK_INT(at, 348894);
  CHECK_INT(seen_size, at);
  CHECK_INT(seen_err, 2);
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT), at);
  free_all(NULL, runner, report);
  CHECK_INT(destroyed, 1);
}

static void the_callback_is_told_which_hook_wrote(void)
{
  ocihooks_runner *runner = runner_that_sees();
  ocihooks *hooks = test_parse("{}");
  test_add_shell(hooks, "poststop", "printf a", 10);
  test_add_shell(hooks, "poststop", "exit 1", 10);
  test_add_shell(hooks, "poststop", "printf b; printf cc >&2", 10);
  CHECK_INT(ocihooks_run(hooks, "poststop", STATE, strlen(STATE), runner, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(largest_index, 2);
  CHECK_INT(seen_size, 2);
  CHECK(memcmp(seen, "ab", 2) == 0);
  CHECK_INT(seen_err, 2);
  free_all(hooks, runner, NULL);
}

/* Output before the kill is kept. */
static void the_callback_gets_output_of_a_hook_that_times_out(void)
{
  ocihooks_runner *runner = runner_that_sees();
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, 300, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("printf before; exec sleep 30", 0, runner, NULL), OCIHOOKS_ERR_TIMEOUT);
  CHECK_INT(seen_size, 6);
  ocihooks_runner_free(runner);
}

static void userdata_is_destroyed_once_when_the_option_changes(void)
{
  ocihooks_runner *runner = runner_that_sees();
  CHECK_INT(ocihooks_runner_set_output_callback(runner, NULL, NULL, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(destroyed, 1);
  CHECK_INT(test_shell("echo x", 10, runner, NULL), OCIHOOKS_OK);
  CHECK_INT(seen_size, 0);
  ocihooks_runner_free(runner);
  CHECK_INT(destroyed, 1);
  CHECK_INT(ocihooks_runner_set_output_callback(NULL, see, seen, destroy, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(destroyed, 1);
}

/* field notes 9 and 16: the daemon neither delays the return nor is killed, and its later write fails with EPIPE. The
   fifos hold it back until the run is over, and report the result of its write. */
static void a_daemons_later_write_fails_and_harms_nobody(void)
{
  char directory[] = "/tmp/ocihooks-test-XXXXXX", go[64], told[64], script[512], answer[16] = "";
  CHECK(mkdtemp(directory) != NULL);
  snprintf(go, sizeof go, "%s/go", directory);
  snprintf(told, sizeof told, "%s/told", directory);
  CHECK_INT(mkfifo(go, 0600), 0);
  CHECK_INT(mkfifo(told, 0600), 0);
  snprintf(script, sizeof script, "(trap '' PIPE; read line <%s; echo late 2>/dev/null; echo $? >%s) & echo soon", go,
           told);
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell(script, 20, NULL, &report), OCIHOOKS_OK);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, "soon\n");
  int fd = open(go, O_WRONLY);
  CHECK_INT(write(fd, "\n", 1), 1);
  close(fd);
  fd = open(told, O_RDONLY);
  CHECK(read(fd, answer, sizeof answer - 1) > 0);
  CHECK(strcmp(answer, "0\n") != 0);
  close(fd);
  unlink(go);
  unlink(told);
  rmdir(directory);
  ocihooks_report_free(report);
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(what_is_kept_is_the_first_and_last_half_of_the_limit);
  RUN(a_failure_is_told_without_anything_kept);
  RUN(the_callback_gets_every_byte_in_order);
  RUN(the_callback_is_told_which_hook_wrote);
  RUN(the_callback_gets_output_of_a_hook_that_times_out);
  RUN(userdata_is_destroyed_once_when_the_option_changes);
  RUN(a_daemons_later_write_fails_and_harms_nobody);
  return test_end();
}
