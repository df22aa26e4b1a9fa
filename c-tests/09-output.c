/* What hooks write: bounded, counted, raw. */
#include "test.h"

#include <unistd.h>

#define KIB 1024

static long memory_kib(const char *field)
{
  char line[256];
  long value = -1;
  FILE *status = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof line, status) != NULL)
    if (strncmp(line, field, strlen(field)) == 0)
      value = atol(line + strlen(field) + 1);
  fclose(status);
  return value;
}

/* field note 10 */
static void output_of_200_mib_leaves_the_host_as_large_as_it_was(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("head -c 70000 /dev/zero", 0, NULL, NULL), OCIHOOKS_OK);
  long before = memory_kib("VmHWM");
  CHECK_INT(test_shell("head -c 209715200 /dev/zero", 0, NULL, &report), OCIHOOKS_OK);
  CHECK(memory_kib("VmHWM") - before < 8 * KIB);
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT), 209715200);
  CHECK_INT(ocihooks_report_hook_output_truncated(report, 0, OCIHOOKS_STDOUT), 1);
  CHECK(ocihooks_report_hook_output(report, 0, OCIHOOKS_STDOUT, NULL, 0) < 66 * KIB);
  ocihooks_report_free(report);
}

static void the_first_and_the_last_32_kib_are_kept(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("i=0; while [ $i -lt 10000 ]; do echo line $i; i=$((i+1)); done", 0, NULL, &report), OCIHOOKS_OK);
  char *text = test_output(report, 0, OCIHOOKS_STDOUT);
  unsigned long long total = ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT);
  char marker[64];
  sprintf(marker, "\n[... %llu bytes left out ...]\n", total - 64 * KIB);
  CHECK(strncmp(text, "line 0\nline 1\n", 14) == 0);
  CHECK_HAS(text, marker);
  CHECK_TEXT(text + strlen(text) - 10, "line 9999\n");
  free(text);
  ocihooks_report_free(report);
}

static void bytes_are_raw_in_c_and_unicode_in_json(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("printf 'a\\377b\\000c'; echo caf\\303\\251 >&2", 0, NULL, &report), OCIHOOKS_OK);
  char raw[8], json[4096];
  CHECK_INT(ocihooks_report_hook_output(report, 0, OCIHOOKS_STDOUT, raw, sizeof raw), 5);
  CHECK(memcmp(raw, "a\377b\000c", 6) == 0);
  ocihooks_report_json(report, json, sizeof json);
  CHECK_HAS(json, "\"stdout\":\"a\357\277\275b\\u0000c\",\"stdoutBytes\":5,\"stdoutTruncated\":false");
  ocihooks_report_free(report);
}

static void the_last_line_of_stderr_is_in_the_message(void)
{
  CHECK_INT(test_shell("echo first >&2; echo 'no such bridge: br0' >&2; echo >&2; exit 3", 0, NULL, NULL), OCIHOOKS_ERR_EXIT);
  CHECK_TEXT(test_message, "error running createRuntime hook #0: /bin/sh: exited with status 3: no such bridge: br0");
}

/* field note 16: a grandchild holds the pipe, and writes to it for ever. */
static void a_daemon_that_writes_for_ever_changes_nothing(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("yes & echo $! >&2; exit 0", 0, NULL, &report), OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_EXITED);
  ocihooks_report_free(report);
}

/* The grandchild takes from the pipe what poll promised to the host. */
static void a_reader_of_its_own_output_does_not_block_the_host(void)
{
  CHECK_INT(test_shell("i=0; (while read -r x; do :; done) </dev/stdout & while [ $i -lt 3000 ]; do echo $i; i=$((i+1)); "
                       "done; kill $!",
                       20, NULL, NULL),
            OCIHOOKS_OK);
}

static void everything_that_a_hook_wrote_before_its_end_counts(void)
{
  for (int i = 0; i < 50; i++) {
    ocihooks_report *report = NULL;
    CHECK_INT(test_shell("head -c 60000 /dev/zero; head -c 50000 /dev/zero >&2", 0, NULL, &report), OCIHOOKS_OK);
    CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT), 60000);
    CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDERR), 50000);
    ocihooks_report_free(report);
  }
}

int main(void)
{
  alarm(120);
  RUN(output_of_200_mib_leaves_the_host_as_large_as_it_was);
  RUN(the_first_and_the_last_32_kib_are_kept);
  RUN(bytes_are_raw_in_c_and_unicode_in_json);
  RUN(the_last_line_of_stderr_is_in_the_message);
  RUN(a_daemon_that_writes_for_ever_changes_nothing);
  RUN(a_reader_of_its_own_output_does_not_block_the_host);
  RUN(everything_that_a_hook_wrote_before_its_end_counts);
  return test_end();
}
