/* Readable data cancels a run. The close of the other side does not, because a copy of it in another process would
   delay * it. */
#include "cancel.h"

#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static void a_byte_cancels_and_the_end_of_a_pipe_does_not(void)
{
  int ends[2];
  CHECK_INT(pipe(ends), 0);
  check_deed_cancels(write_byte, ends[0], ends[1]);
  close(ends[0]);
  close(ends[1]);
  CHECK_INT(pipe(ends), 0);
  check_deed_cancels(write_byte_and_close, ends[0], ends[1]);
  close(ends[0]);
  CHECK_INT(pipe(ends), 0);
  check_deed_does_not_cancel(close_end, ends[0], ends[1]);
  close(ends[0]);
}

static void the_end_of_a_pipe_that_came_before_does_not_cancel_either(void)
{
  int ends[2];
  ocihooks_report *report = NULL;
  CHECK_INT(pipe(ends), 0);
  close(ends[1]);
  ocihooks_runner *runner = runner_with(ends[0]);
  CHECK_INT(test_run("{\"createRuntime\":[{\"path\":\"/bin/true\"},{\"path\":\"/bin/true\"}]}", "createRuntime", runner,
                     &report),
            OCIHOOKS_OK);
  for (size_t i = 0; i < 2; i++)
    CHECK_INT(ocihooks_report_hook_outcome(report, i), OCIHOOKS_OUTCOME_EXITED);
  CHECK_INT(ocihooks_report_warning_count(report), 0);
  free_all(NULL, runner, report);
  close(ends[0]);
}

/* A process between fork and exec, or one that never executes, holds the write end. */
static pid_t holder;

static void fork_holder(int *ends)
{
  holder = fork();
  if (holder == 0)
    for (;;)
      pause();
  write_byte_and_close(ends);
}

static void who_holds_a_copy_of_the_pipe_delays_nothing(void)
{
  int ends[2], status = 0;
  CHECK_INT(pipe(ends), 0);
  struct deed deed = {fork_holder, {ends[0], ends[1]}, 0};
  ocihooks_runner *runner = runner_with(ends[0]);
  CHECK_INT(ocihooks_runner_set_output_callback(runner, do_it, &deed, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell(WAITS, 0, runner, NULL), OCIHOOKS_ERR_CANCELED);
  CHECK_INT(waitpid(holder, &status, WNOHANG), 0);
  CHECK_INT(kill(holder, SIGKILL), 0);
  CHECK_INT(waitpid(holder, &status, 0), holder);
  ocihooks_runner_free(runner);
  close(ends[0]);
}

static double thread_seconds(void)
{
  struct rusage usage;
  CHECK_INT(getrusage(RUSAGE_THREAD, &usage), 0);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* poll reports a hang-up for such a pipe on every call. */
static void who_waits_with_a_hung_up_pipe_does_not_spin(void)
{
  int ends[2];
  CHECK_INT(pipe(ends), 0);
  close(ends[1]);
  ocihooks_runner *runner = runner_with(ends[0]);
  double before = thread_seconds();
  CHECK_INT(test_shell("exec sleep 2", 0, runner, NULL), OCIHOOKS_OK);
  CHECK(thread_seconds() - before < 0.5);
  ocihooks_runner_free(runner);
  close(ends[0]);
}

/* A fifo hangs up when its last writer closes it, and a new writer may still come. */
static void a_fifo_that_hung_up_is_asked_again_at_the_next_hook(void)
{
  char path[64];
  snprintf(path, sizeof path, "%s/stop", place);
  CHECK_INT(mkfifo(path, 0600), 0);
  int reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  check_deed_does_not_cancel(close_end, reader, open(path, O_WRONLY | O_CLOEXEC));
  int writer = open(path, O_WRONLY | O_CLOEXEC);
  check_deed_cancels(write_byte_and_close, reader, writer);
  close(reader);
  unlink(path);
}

static void add_to_event(int *ends)
{
  uint64_t one = 1;
  CHECK_INT(write(ends[0], &one, sizeof one), sizeof one);
}

static void an_eventfd_cancels(void)
{
  int event = eventfd(0, EFD_CLOEXEC);
  check_deed_cancels(add_to_event, event, -1);
  close(event);
}

static void end_process(int *ends)
{
  CHECK_INT(kill(ends[1], SIGKILL), 0);
  CHECK_INT(waitpid(ends[1], NULL, 0), ends[1]);
}

/* A pidfd reports its process's end on every kernel that can poll pidfds, reaped or not. */
static void the_end_of_a_process_cancels_by_its_pidfd(void)
{
  pid_t pid = fork();
  if (pid == 0)
    for (;;)
      pause();
  int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
  if (pidfd < 0) {
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    SKIP("pidfd_open is missing");
  }
  check_deed_cancels(end_process, pidfd, pid);
  close(pidfd);
}

static void check_sockets(int type)
{
  int ends[2];
  CHECK_INT(socketpair(AF_UNIX, type, 0, ends), 0);
  check_deed_cancels(write_byte, ends[0], ends[1]);
  close(ends[0]);
  close(ends[1]);
  CHECK_INT(socketpair(AF_UNIX, type, 0, ends), 0);
  check_deed_cancels(write_byte_and_close, ends[0], ends[1]);
  close(ends[0]);
  CHECK_INT(socketpair(AF_UNIX, type, 0, ends), 0);
  check_deed_does_not_cancel(close_end, ends[0], ends[1]);
  close(ends[0]);
}

/* poll calls the end of a connection readable, so only bytes count there. */
static void a_socket_cancels_by_a_byte_only(void)
{
  check_sockets(SOCK_STREAM);
  check_sockets(SOCK_SEQPACKET);
}

/* Each of several descriptors stops the run. Setting one replaces all. */
static void any_of_several_cancels(void)
{
  int events[3], ends[2];
  CHECK_INT(pipe(ends), 0);
  close(ends[1]);
  for (int i = 0; i < 3; i++)
    events[i] = eventfd(0, EFD_CLOEXEC);
  for (int i = 0; i < 3; i++) {
    struct deed deed = {add_to_event, {events[i], -1}, 0};
    ocihooks_runner *runner = runner_with(events[0]);
    CHECK_INT(ocihooks_runner_add_cancel_fd(runner, ends[0], NULL, 0), OCIHOOKS_OK);
    CHECK_INT(ocihooks_runner_add_cancel_fd(runner, events[1], NULL, 0), OCIHOOKS_OK);
    CHECK_INT(ocihooks_runner_add_cancel_fd(runner, events[2], NULL, 0), OCIHOOKS_OK);
    CHECK_INT(run_with_deed(&deed, WAITS, runner, NULL), OCIHOOKS_ERR_CANCELED);
    CHECK_INT(test_shell("exit 0", 0, runner, NULL), OCIHOOKS_ERR_CANCELED);
    CHECK_INT(ocihooks_runner_set_cancel_fd(runner, i < 2 ? events[i + 1] : -1, NULL, 0), OCIHOOKS_OK);
    CHECK_INT(test_shell("exit 0", 0, runner, NULL), OCIHOOKS_OK);
    ocihooks_runner_free(runner);
    eventfd_t value;
    CHECK_INT(eventfd_read(events[i], &value), 0);
  }
  for (int i = 0; i < 3; i++)
    close(events[i]);
  close(ends[0]);
}

static void close_reader(int *ends)
{
  close(ends[0]);
}

/* The hook is killed, but without a cancel the run is an error. */
static void a_descriptor_that_is_closed_while_the_hook_runs_is_an_error(void)
{
  ocihooks_report *report = NULL;
  int event = eventfd(0, EFD_CLOEXEC);
  struct deed deed = {close_reader, {event, -1}, 0};
  ocihooks_runner *runner = runner_with(event);
  CHECK_INT(run_with_deed(&deed, WAITS, runner, &report), OCIHOOKS_ERR_SYSTEM);
  CHECK_HAS(test_message, "cancel descriptor: Bad file descriptor (errno 9)");
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_LOST);
  free_all(NULL, runner, report);
}

int main(void)
{
  alarm(2 * TEST_SECONDS);
  signal(SIGPIPE, SIG_IGN);
  make_place();
  RUN(a_byte_cancels_and_the_end_of_a_pipe_does_not);
  RUN(the_end_of_a_pipe_that_came_before_does_not_cancel_either);
  RUN(who_holds_a_copy_of_the_pipe_delays_nothing);
  RUN(who_waits_with_a_hung_up_pipe_does_not_spin);
  RUN(a_fifo_that_hung_up_is_asked_again_at_the_next_hook);
  RUN(an_eventfd_cancels);
  RUN(the_end_of_a_process_cancels_by_its_pidfd);
  RUN(a_socket_cancels_by_a_byte_only);
  RUN(any_of_several_cancels);
  RUN(a_descriptor_that_is_closed_while_the_hook_runs_is_an_error);
  remove_place();
  return test_end();
}
