/* Hooks that abuse their streams: no output is lost, no wait is added, and memory stays bounded. */
#include "fork.h"

#include <time.h>

static char self[4096];

/* A hook: enlarges its stdout pipe to 1 MiB, and exits with the pipe full. */
static int enlarge(void)
{
  static char data[1 << 20];
  size_t done = 0;
  memset(data, 'x', sizeof data);
  fcntl(1, F_SETPIPE_SZ, sizeof data); /* the kernel refuses it to a user over quota; the pipe then keeps its size */
  while (done < sizeof data) {
    ssize_t count = write(1, data + done, sizeof data - done);
    if (count < 0)
      return 1;
    done += (size_t)count;
  }
  return 0;
}

static void a_hook_that_closes_its_streams_is_waited_for_without_spinning(void)
{
  ocihooks_report *report = NULL;
  clock_t before = clock();
  CHECK_INT(test_shell("exec <&- >&- 2>&-; sleep 1; exit 3", 20, NULL, &report), OCIHOOKS_ERR_EXIT);
  CHECK_INT(ocihooks_report_hook_exit_code(report, 0), 3);
  CHECK(ocihooks_report_duration_ns(report) >= 1000000000u);
  CHECK(clock() - before < CLOCKS_PER_SEC / 3); /* our processor time, not the clock on the wall */
  ocihooks_report_free(report);
}

static void a_hook_that_closes_its_stdin_at_once_succeeds(void)
{
  const char *json = "{\"createRuntime\":[{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"exec <&-; exit 0\"]}]}";
  for (size_t size = 200; size <= 1 << 20; size *= 8)
    CHECK_INT(run_with_state_of(size, json, NULL, NULL), OCIHOOKS_OK);
}

/* Another process takes the data that poll promised the host, so a blocking read would wait forever. */
static void a_grandchild_that_reads_the_hooks_stdout_blocks_nobody(void)
{
  static const char SCRIPT[] = "cat </proc/self/fd/1 >/dev/null 2>&1 & i=0; "
                               "while [ $i -lt 3000 ]; do echo 12345678 || exit 1; i=$((i+1)); done; exit 0";
  if (access("/proc/self/fd", X_OK) != 0)
    SKIP("no /proc");
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell(SCRIPT, 20, NULL, &report), OCIHOOKS_OK);
  CHECK(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT) <= 27000);
  ocihooks_report_free(report);
}

static void nothing_is_lost_of_a_pipe_that_the_hook_enlarged(void)
{
  const char *const args[] = {self, "enlarge", NULL};
  ocihooks *hooks = test_parse("{}");
  CHECK_INT(ocihooks_add_command(hooks, "prestart", self, args, NULL, 20, NULL, 0), OCIHOOKS_OK);
  for (int i = 0; i < 20; i++) {
    ocihooks_report *report = NULL;
    CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, &report, NULL, 0), OCIHOOKS_OK);
    CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT), 1 << 20);
    ocihooks_report_free(report);
  }
  ocihooks_free(hooks);
}

/* field notes 9 and 16. `yes` dies of SIGPIPE once the run is over. */
static void a_daemon_that_writes_for_ever_does_not_delay_the_return(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("/usr/bin/yes & exit 0", 0, NULL, &report), OCIHOOKS_OK);
  ocihooks_report_free(report);
  CHECK_INT(test_shell("/usr/bin/yes >&2 & /usr/bin/yes & exit 3", 20, NULL, &report), OCIHOOKS_ERR_EXIT);
  CHECK_INT(ocihooks_report_hook_exit_code(report, 0), 3);
  ocihooks_report_free(report);
}

/* The deadline holds for a hook that never stops writing. */
static void a_hook_that_writes_for_ever_times_out(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("exec /usr/bin/yes", 1, NULL, &report), OCIHOOKS_ERR_TIMEOUT);
  CHECK(ocihooks_report_duration_ns(report) < 15000000000u);
  CHECK(ocihooks_report_hook_output(report, 0, OCIHOOKS_STDOUT, NULL, 0) < 66000);
  ocihooks_report_free(report);
}

/* field notes 10 and 19: none of it is kept, all of it is read */
static void of_50_megabytes_each_byte_is_counted_and_little_is_kept(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("/usr/bin/head -c 50000000 /dev/zero; /usr/bin/head -c 50000000 /dev/zero >&2; exit 1", 50, NULL,
                       &report),
            OCIHOOKS_ERR_EXIT);
  for (int stream = OCIHOOKS_STDOUT; stream <= OCIHOOKS_STDERR; stream++) {
    CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, stream), 50000000);
    CHECK_INT(ocihooks_report_hook_output_truncated(report, 0, stream), 1);
    CHECK(ocihooks_report_hook_output(report, 0, stream, NULL, 0) < 66000);
  }
  CHECK(strlen(test_message) < sizeof test_message);
  ocihooks_report_free(report);
}

/* 5000 characters of 2 bytes, on one line. */
static const char TEN_KILOBYTES[] = "i=0; while [ $i -lt 5000 ]; do printf '\303\251'; i=$((i+1)); done >&2; exit 3";

static void check_cut(size_t size)
{
  char message[128];
  memset(message, '#', sizeof message);
  ocihooks *hooks = test_parse("{}");
  test_add_shell(hooks, "poststart", TEN_KILOBYTES, 20);
  CHECK_INT(ocihooks_run(hooks, "poststart", STATE, strlen(STATE), NULL, NULL, message, size), OCIHOOKS_ERR_EXIT);
  ocihooks_free(hooks);
  for (size_t i = size; i < sizeof message; i++)
    CHECK(message[i] == '#');
  if (size == 0)
    return;
  const char *end = memchr(message, '\0', size);
  CHECK(end != NULL && (size_t)(end - message) + 2 >= size);
  /* Whole characters only: each first byte is followed by a second. */
  CHECK(end != NULL && (end == message || end[-1] != '\303'));
}

static void a_long_line_is_cut_between_characters_to_fit_any_buffer(void)
{
  for (size_t size = 0; size < 4; size++)
    check_cut(size);
  for (size_t size = 96; size < 104; size++)
    check_cut(size);
}

static void a_long_line_is_whole_in_the_report(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell(TEN_KILOBYTES, 20, NULL, &report), OCIHOOKS_ERR_EXIT);
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDERR), 10000);
  CHECK_INT(ocihooks_report_hook_output(report, 0, OCIHOOKS_STDERR, NULL, 0), 10000);
  /* The message quotes a part of it, whose size 43-capture-phase tests. */
  CHECK_INT(ocihooks_report_message(report, NULL, 0), strlen(test_message));
  CHECK(strlen(test_message) < 1000);
  ocihooks_report_free(report);
}

int main(int argc, char **argv)
{
  if (argc > 1 && strcmp(argv[1], "enlarge") == 0)
    return enlarge();
  alarm(2 * TEST_SECONDS);
  if (readlink("/proc/self/exe", self, sizeof self - 1) < 0) {
    printf("FAIL: needs /proc to find itself\n");
    return 1;
  }
  RUN(a_hook_that_closes_its_streams_is_waited_for_without_spinning);
  RUN(a_hook_that_closes_its_stdin_at_once_succeeds);
  RUN(a_grandchild_that_reads_the_hooks_stdout_blocks_nobody);
  RUN(nothing_is_lost_of_a_pipe_that_the_hook_enlarged);
  RUN(a_daemon_that_writes_for_ever_does_not_delay_the_return);
  RUN(a_hook_that_writes_for_ever_times_out);
  RUN(of_50_megabytes_each_byte_is_counted_and_little_is_kept);
  RUN(a_long_line_is_cut_between_characters_to_fit_any_buffer);
  RUN(a_long_line_is_whole_in_the_report);
  return test_end();
}
