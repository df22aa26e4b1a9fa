/* Output that goes to the caller's descriptor and into the report; and output into a file in memory, for daemons. */
#include "test.h"

#include "helpers.h"

#include <poll.h>
#include <sys/socket.h>

static ocihooks_report *report;

static ocihooks_runner *with_tee(int fd)
{
  ocihooks_runner *runner = NULL;
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_output_tee(runner, OCIHOOKS_STDERR, fd, NULL, 0), OCIHOOKS_OK);
  return runner;
}

/* Reads all that is there now. */
static size_t take(int fd, char *buf, size_t size)
{
  size_t filled = 0;
  struct pollfd ready = {fd, POLLIN, 0};
  while (filled < size - 1 && poll(&ready, 1, 0) == 1 && (ready.revents & POLLIN) != 0) {
    ssize_t count = read(fd, buf + filled, size - 1 - filled);
    if (count <= 0)
      break;
    filled += (size_t)count;
  }
  buf[filled] = '\0';
  return filled;
}

static void check_tee(int write_to, int read_from)
{
  char text[256];
  ocihooks_runner *runner = with_tee(write_to);
  CHECK_INT(test_shell("echo one >&2; echo two >&2; exit 3", 10, runner, &report), OCIHOOKS_ERR_EXIT);
  CHECK_TEXT(test_message, "error running createRuntime hook #0: /bin/sh: exited with status 3: one | two");
  CHECK_INT(take(read_from, text, sizeof text), 8);
  CHECK_TEXT(text, "one\ntwo\n");
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDERR), "one\ntwo\n");
  CHECK_INT(ocihooks_report_warning_count(report), 0);
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
}

static void a_pipe_and_the_message_have_the_words(void)
{
  int ends[2];
  CHECK_INT(pipe(ends), 0);
  check_tee(ends[1], ends[0]);
  close(ends[0]);
  close(ends[1]);
}

static void a_socket_and_the_message_have_the_words(void)
{
  int ends[2];
  CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  check_tee(ends[1], ends[0]);
  close(ends[0]);
  close(ends[1]);
}

static void a_file_and_the_message_have_the_words(void)
{
  char text[64];
  const int fd = open(place_path("log"), O_CREAT | O_RDWR | O_TRUNC | O_APPEND, 0600);
  ocihooks_runner *runner = with_tee(fd);
  CHECK_INT(test_shell("echo one >&2; exit 3", 10, runner, NULL), OCIHOOKS_ERR_EXIT);
  CHECK_INT(pread(fd, text, sizeof text, 0), 4);
  close(fd);
  ocihooks_runner_free(runner);
}

/* More than a pipe holds, and nobody reads: the run ends, and says how much is missing. */
static void check_full(int write_to, int read_from)
{
  enum { WRITTEN = 1 << 20 };
  static char text[2 * WRITTEN];
  char warning[256], expected[256];
  ocihooks_runner *runner = with_tee(write_to);
  CHECK_INT(test_shell("head -c 1048576 /dev/zero >&2", 20, runner, &report), OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDERR), WRITTEN);
  const size_t got = take(read_from, text, sizeof text);
  CHECK(got > 0 && got < WRITTEN);
  snprintf(expected, sizeof expected,
           "createRuntime hook #0: stderr: %zu bytes were not written to the tee's descriptor: it was full",
           WRITTEN - got);
  CHECK_INT(ocihooks_report_warning_count(report), 1);
  ocihooks_report_warning(report, 0, warning, sizeof warning);
  CHECK_TEXT(warning, expected);
  CHECK_INT(ocihooks_report_warning_kind(report, 0), OCIHOOKS_WARNING_OUTPUT);
  CHECK_INT(ocihooks_report_warning_hook(report, 0), 0);
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
}

static void a_full_pipe_holds_nobody_up(void)
{
  int ends[2];
  CHECK_INT(pipe(ends), 0);
  check_full(ends[1], ends[0]);
  close(ends[0]);
  close(ends[1]);
}

static void a_full_socket_holds_nobody_up(void)
{
  int ends[2];
  CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  check_full(ends[1], ends[0]);
  close(ends[0]);
  close(ends[1]);
}

/* SIGPIPE has its default disposition here, and would end this program. */
static void a_tee_without_a_reader_raises_no_signal(void)
{
  char warning[256];
  int ends[2];
  sigset_t pending;
  CHECK_INT(pipe(ends), 0);
  close(ends[0]);
  ocihooks_runner *runner = with_tee(ends[1]);
  CHECK_INT(test_shell("echo one >&2", 10, runner, &report), OCIHOOKS_OK);
  ocihooks_report_warning(report, 0, warning, sizeof warning);
  CHECK_TEXT(warning, "createRuntime hook #0: stderr: 4 bytes were not written to the tee's descriptor: Broken pipe "
                      "(errno 32)");
  CHECK_INT(sigpending(&pending), 0);
  CHECK_INT(sigismember(&pending, SIGPIPE), 0);
  close(ends[1]);
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
}

static ocihooks_runner *in_memory(void)
{
  ocihooks_runner *runner = NULL;
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  for (int stream = OCIHOOKS_STDOUT; stream <= OCIHOOKS_STDERR; stream++)
    CHECK_INT(ocihooks_runner_set_output(runner, stream, OCIHOOKS_OUTPUT_MEMORY, NULL, 0), OCIHOOKS_OK);
  return runner;
}

static void memory_has_the_words(void)
{
  ocihooks_runner *runner = in_memory();
  CHECK_INT(test_shell("echo out; echo one >&2; echo two >&2; exit 3", 10, runner, &report), OCIHOOKS_ERR_EXIT);
  CHECK_TEXT(test_message, "error running createRuntime hook #0: /bin/sh: exited with status 3: one | two");
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDOUT), "out\n");
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDERR), "one\ntwo\n");
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDERR), 8);
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
}

/* The hook is over when the daemon has gone on to wait for the FIFO; what it writes then raises no signal. */
static void a_daemon_survives_its_later_writes(void)
{
  char script[2048], fifo[512], done[512], text[16] = "";
  snprintf(fifo, sizeof fifo, "%s", place_path("fifo"));
  snprintf(done, sizeof done, "%s", place_path("done"));
  CHECK_INT(mkfifo(fifo, 0600), 0);
  CHECK_INT(mkfifo(done, 0600), 0);
  snprintf(script, sizeof script,
           "echo early >&2; (read go <%s; echo late >&2 && echo wrote >%s || echo failed >%s) & exit 0", fifo, done,
           done);
  ocihooks_runner *runner = in_memory();
  CHECK_INT(test_shell(script, 10, runner, &report), OCIHOOKS_OK);
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDERR), "early\n");
  int fd = open(fifo, O_WRONLY);
  CHECK_INT(write(fd, "go\n", 3), 3);
  close(fd);
  fd = open(done, O_RDONLY);
  CHECK(read(fd, text, sizeof text - 1) > 0);
  CHECK_TEXT(text, "wrote\n");
  close(fd);
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
}

/* The kernel refuses what is beyond the file's size; `head` says so, and is not killed. */
static void the_file_is_bounded(void)
{
  ocihooks_runner *runner = in_memory();
  CHECK_INT(test_shell("head -c 3000000 /dev/zero; test $? -eq 1", 10, runner, &report), OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT), 1 << 20);
  CHECK_INT(ocihooks_report_hook_output_truncated(report, 0, OCIHOOKS_STDOUT), 1);
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
}

int main(void)
{
  alarm(TEST_SECONDS);
  place_make();
  RUN(a_pipe_and_the_message_have_the_words);
  RUN(a_socket_and_the_message_have_the_words);
  RUN(a_file_and_the_message_have_the_words);
  RUN(a_full_pipe_holds_nobody_up);
  RUN(a_full_socket_holds_nobody_up);
  RUN(a_tee_without_a_reader_raises_no_signal);
  RUN(memory_has_the_words);
  RUN(a_daemon_survives_its_later_writes);
  RUN(the_file_is_bounded);
  return test_end();
}
