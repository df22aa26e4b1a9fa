/* The runner's output options: destination, limits, callback. */
#include "fork.h"
#include "helpers.h"

#include <sched.h>
#include <sys/mount.h>

static char directory[] = "/tmp/ocihooks-test-XXXXXX";
static char file_path[64];

/* A new empty file, open for reading and writing at the lowest free number. */
static int new_file(void)
{
  snprintf(file_path, sizeof file_path, "%s/out", directory);
  return open(file_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_APPEND, 0600);
}

/* Compares the file's content, and closes and removes the file. */
static void check_file(int fd, const char *expected)
{
  char text[4096] = "";
  CHECK(pread(fd, text, sizeof text - 1, 0) >= 0);
  CHECK_TEXT(text, expected);
  close(fd);
  unlink(file_path);
}

static void a_discarded_stream_is_dev_null(void)
{
  static const char SCRIPT[] = "[ /proc/self/fd/1 -ef /dev/null ] && [ ! /proc/self/fd/2 -ef /dev/null ] && "
                               "echo lost && echo kept >&2";
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_output(runner, OCIHOOKS_STDOUT, OCIHOOKS_OUTPUT_DISCARD, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell(SCRIPT, 10, runner, &report), OCIHOOKS_OK);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, "");
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT), 0);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDERR, "kept\n");
  free_all(NULL, runner, report);
}

/* The message then lacks the last line of stderr, because the library did not read it. */
static void told(size_t index, int stream, const char *data, size_t size, void *userdata)
{
  (void)index, (void)stream, (void)data;
  *(size_t *)userdata += size;
}

/* A container in the making may have no /dev yet. */
static void without_a_dev(void)
{
  size_t bytes = 0;
  ocihooks_report *report = NULL;
  ocihooks_runner *runner = NULL;
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount("empty", "/dev", "tmpfs", 0, NULL) != 0)
    SKIP("no mount namespace can be made here");
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  for (int stream = OCIHOOKS_STDOUT; stream <= OCIHOOKS_STDERR; stream++)
    CHECK_INT(ocihooks_runner_set_output(runner, stream, OCIHOOKS_OUTPUT_DISCARD, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_output_callback(runner, told, &bytes, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("echo some; echo more >&2; exit 3", 10, runner, &report), OCIHOOKS_ERR_EXIT);
  CHECK_TEXT(test_message, "error running createRuntime hook #0: /bin/sh: exited with status 3");
  CHECK_INT(bytes, 0);
  for (int stream = OCIHOOKS_STDOUT; stream <= OCIHOOKS_STDERR; stream++)
    CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, stream), 0);
  CHECK_OWN_HAS(report_json_of(report), "\"stdoutBytes\":0,\"stdoutTruncated\":false");
  CHECK_OWN_HAS(report_json_of(report), "\"stderrBytes\":0,\"stderrTruncated\":false");
  free_all(NULL, runner, report);
}

static void a_discarded_stream_without_a_dev_null_is_neither_told_nor_counted(void)
{
  in_child(without_a_dev);
}

static void a_discarded_stderr_is_not_in_the_message(void)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_output(runner, OCIHOOKS_STDERR, OCIHOOKS_OUTPUT_DISCARD, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("echo secret >&2; exit 3", 10, runner, NULL), OCIHOOKS_ERR_EXIT);
  CHECK_TEXT(test_message, "error running createRuntime hook #0: /bin/sh: exited with status 3");
  ocihooks_runner_free(runner);
}

static void with_stdout_and_stderr_in_a_file(void)
{
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  int fd = new_file(), real = dup(1);
  CHECK_INT(ocihooks_runner_set_output(runner, OCIHOOKS_STDOUT, OCIHOOKS_OUTPUT_INHERIT, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_output(runner, OCIHOOKS_STDERR, OCIHOOKS_OUTPUT_INHERIT, NULL, 0), OCIHOOKS_OK);
  dup2(fd, 1);
  dup2(fd, 2);
  int code = test_shell("echo one; echo two >&2; exit 0", 10, runner, &report);
  dup2(real, 1);
  CHECK_INT(code, OCIHOOKS_OK);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, "");
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDERR, "");
  free_all(NULL, runner, report);
  check_file(fd, "one\ntwo\n");
}

static void inherited_streams_are_the_callers_own(void)
{
  in_child(with_stdout_and_stderr_in_a_file);
}

static void without_a_stdout_to_inherit(void)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_output(runner, OCIHOOKS_STDOUT, OCIHOOKS_OUTPUT_INHERIT, NULL, 0), OCIHOOKS_OK);
  int real = fcntl(1, F_DUPFD, 10);
  close(1);
  int code = test_shell("exit 0", 10, runner, NULL);
  dup2(real, 1);
  CHECK(code == OCIHOOKS_ERR_SPAWN || code == OCIHOOKS_ERR_SYSTEM);
  CHECK_HAS(test_message, "Bad file descriptor (errno 9)");
  ocihooks_runner_free(runner);
}

/* 1 is then the lowest free number, which the first pipe would take. */
static void an_inherited_stream_that_is_closed_is_an_error(void)
{
  in_child(without_a_stdout_to_inherit);
}

static void a_descriptor_gets_a_stream_and_stays_open(void)
{
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  int fd = new_file();
  CHECK_INT(ocihooks_runner_set_output_fd(runner, OCIHOOKS_STDERR, fd, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("echo out; echo err >&2", 10, runner, &report), OCIHOOKS_OK);
  CHECK_INT(test_shell("echo again >&2", 10, runner, NULL), OCIHOOKS_OK);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, "out\n");
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDERR, "");
  CHECK_INT(fcntl(fd, F_GETFD), FD_CLOEXEC);
  free_all(NULL, runner, report);
  check_file(fd, "err\nagain\n");
}

static void both_streams_may_share_one_descriptor(void)
{
  ocihooks_runner *runner = new_runner();
  int fd = new_file();
  CHECK_INT(ocihooks_runner_set_output_fd(runner, OCIHOOKS_STDOUT, fd, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_output_fd(runner, OCIHOOKS_STDERR, fd, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("echo 1; echo 2 >&2; echo 3; echo 4 >&2", 10, runner, NULL), OCIHOOKS_OK);
  ocihooks_runner_free(runner);
  check_file(fd, "1\n2\n3\n4\n");
}

/* Puts two files at numbers below 3, crosswise or not, and directs the hook's streams to them. */
static void check_low_descriptors(int out_number, int err_number)
{
  ocihooks_runner *runner = new_runner();
  int real = fcntl(1, F_DUPFD, 20), spare[2], out = new_file(), err;
  unlink(file_path);
  CHECK_INT(pipe(spare), 0);
  err = spare[1];
  dup2(out, out_number);
  dup2(err, err_number);
  CHECK_INT(ocihooks_runner_set_output_fd(runner, OCIHOOKS_STDOUT, out_number, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_output_fd(runner, OCIHOOKS_STDERR, err_number, NULL, 0), OCIHOOKS_OK);
  int code = test_shell("cat; echo to err >&2", 10, runner, NULL);
  dup2(real, 1);
  CHECK_INT(code, OCIHOOKS_OK);
  char text[64] = "";
  CHECK_INT(read(spare[0], text, sizeof text - 1), 7);
  CHECK_TEXT(text, "to err\n");
  check_file(out, STATE);
  ocihooks_runner_free(runner);
}

static void in_0_and_1(void)
{
  check_low_descriptors(0, 1);
}
static void in_1_and_0(void)
{
  check_low_descriptors(1, 0);
}
static void in_0_and_2(void)
{
  check_low_descriptors(0, 2);
}
static void in_2_and_0(void)
{
  check_low_descriptors(2, 0);
}
static void in_1_and_2(void)
{
  check_low_descriptors(1, 2);
}
static void in_2_and_1(void)
{
  check_low_descriptors(2, 1);
}

/* A child that fills 0, 1 and 2 one after another would overwrite descriptors that it still needs. */
static void descriptors_0_1_and_2_can_be_given_in_any_order(void)
{
  void (*const orders[])(void) = {in_0_and_1, in_1_and_0, in_0_and_2, in_2_and_0, in_1_and_2, in_2_and_1};
  for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
    in_child(orders[i]);
}

/* The library's pipes get the lowest free numbers. A closed number of the host must not become one of these. */
static void a_closed_descriptor_is_an_error_whatever_its_number(void)
{
  int lowest = dup(2);
  close(lowest);
  for (int fd = lowest; fd < lowest + 10; fd++) {
    if (fcntl(fd, F_GETFD) >= 0)
      continue; /* inherited from this program's parent */
    ocihooks_runner *runner = new_runner();
    ocihooks_report *report = NULL;
    int stream = fd % 2 ? OCIHOOKS_STDOUT : OCIHOOKS_STDERR;
    CHECK_INT(ocihooks_runner_set_output_fd(runner, stream, fd, NULL, 0), OCIHOOKS_OK);
    int code = test_shell("exit 0", 10, runner, &report);
    CHECK(code == OCIHOOKS_ERR_SPAWN || code == OCIHOOKS_ERR_SYSTEM);
    CHECK_HAS(test_message, "Bad file descriptor (errno 9)");
    CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_SPAWN_FAILED);
    CHECK_INT(ocihooks_report_hook_errno(report, 0), EBADF);
    free_all(NULL, runner, report);
  }
}

int main(void)
{
  alarm(TEST_SECONDS);
  if (mkdtemp(directory) == NULL)
    return 1;
  RUN(a_discarded_stream_is_dev_null);
  RUN(a_discarded_stream_without_a_dev_null_is_neither_told_nor_counted);
  RUN(a_discarded_stderr_is_not_in_the_message);
  RUN(inherited_streams_are_the_callers_own);
  RUN(an_inherited_stream_that_is_closed_is_an_error);
  RUN(a_descriptor_gets_a_stream_and_stays_open);
  RUN(both_streams_may_share_one_descriptor);
  RUN(descriptors_0_1_and_2_can_be_given_in_any_order);
  RUN(a_closed_descriptor_is_an_error_whatever_its_number);
  rmdir(directory);
  return test_end();
}
