/*
 * For tests of cancelling: a hook that reports that it runs, and a deed of the host at that moment. A program that
 * calls make_place() calls remove_place() at its end.
 */
#ifndef OCIHOOKS_TEST_CANCEL_H
#define OCIHOOKS_TEST_CANCEL_H

#include "fork.h"

#include <sys/stat.h>

/* A hook that reports that it runs, then that it still runs, and ends. It continues when its fifo is opened and closed.
   */
static char place[] = "/tmp/ocihooks-test-XXXXXX", go[64], script[256];

static inline void make_place(void)
{
  if (mkdtemp(place) == NULL)
    exit(1);
  snprintf(go, sizeof go, "%s/go", place);
  snprintf(script, sizeof script, "echo runs; cat %s; echo still; cat %s", go, go);
  if (mkfifo(go, 0600) != 0)
    exit(1);
}

static inline void remove_place(void)
{
  unlink(go);
  rmdir(place);
}

/* Lets the hook continue. */
static inline void let_go(void)
{
  int fd = open(go, O_WRONLY | O_CLOEXEC);
  CHECK(fd >= 0);
  close(fd);
}

/* The host's deed once the hook reports that it runs. The library polls again before it reads that the hook still runs.
   */
struct deed {
  void (*what)(int *ends);
  int ends[2], done;
};

static inline void do_it(size_t index, int stream, const char *data, size_t size, void *userdata)
{
  (void)index, (void)stream, (void)data, (void)size;
  struct deed *deed = userdata;
  if (deed->done++ == 0)
    deed->what(deed->ends);
  else
    let_go();
}

static inline ocihooks_runner *runner_with(int cancel)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, 20000, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_cancel_fd(runner, cancel, NULL, 0), OCIHOOKS_OK);
  return runner;
}

/* Runs the hook of the fifo, or one that waits forever, with a deed while it runs. */
static inline int run_with_deed(struct deed *deed, const char *hook, ocihooks_runner *runner, ocihooks_report **report)
{
  CHECK_INT(ocihooks_runner_set_output_callback(runner, do_it, deed, NULL, NULL, 0), OCIHOOKS_OK);
  int code = test_shell(hook, 0, runner, report);
  CHECK(no_children());
  return code;
}

#define WAITS "echo runs; exec sleep 1000"

static inline void check_deed_cancels(void (*what)(int *), int from, int to)
{
  struct deed deed = {what, {from, to}, 0};
  ocihooks_runner *runner = runner_with(from);
  CHECK_INT(run_with_deed(&deed, WAITS, runner, NULL), OCIHOOKS_ERR_CANCELED);
  CHECK_INT(test_shell("exit 0", 0, runner, NULL), OCIHOOKS_ERR_CANCELED); /* the library read nothing from it */
  ocihooks_runner_free(runner);
}

static inline void check_deed_does_not_cancel(void (*what)(int *), int from, int to)
{
  struct deed deed = {what, {from, to}, 0};
  ocihooks_report *report = NULL;
  ocihooks_runner *runner = runner_with(from);
  CHECK_INT(run_with_deed(&deed, script, runner, &report), OCIHOOKS_OK);
  CHECK_INT(deed.done, 2);
  CHECK_TEXT(test_message, "");
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_EXITED);
  ocihooks_report_free(report);
  CHECK_INT(test_shell("exit 0", 0, runner, NULL), OCIHOOKS_OK);
  ocihooks_runner_free(runner);
}

static inline void write_byte(int *ends)
{
  CHECK_INT(write(ends[1], "", 1), 1);
}

static inline void write_byte_and_close(int *ends)
{
  write_byte(ends);
  close(ends[1]);
}

static inline void close_end(int *ends)
{
  close(ends[1]);
  let_go();
}

#endif
