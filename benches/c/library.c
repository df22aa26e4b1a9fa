/*
 * This library, through its C API, as a runtime would use it: hooks with a timeout, a report of each phase.
 *
 * The first argument is the mode: "default" captures the hook's output, "discard" discards it. A mode that names a
 * place (place.h) captures the output and runs the hooks there.
 */
#include "contestant.h"
#include "place.h"

#include <ocihooks.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TIMEOUT_SECONDS 5
#define ERRMSG_SIZE 1024

struct library {
  struct task task;
  struct place place;
  ocihooks *hooks;
  ocihooks_runner *runner; /* NULL: the defaults */
  char errmsg[ERRMSG_SIZE];
};

static void check(const struct library *library, int code, const char *what)
{
  if (code != OCIHOOKS_OK) {
    fprintf(stderr, "%s: %s: %s\n", what, ocihooks_strerror(code), library->errmsg);
    exit(1);
  }
}

static void new_runner(struct library *library)
{
  check(library, ocihooks_runner_new(&library->runner, library->errmsg, ERRMSG_SIZE), "runner_new");
}

static void discard_output(struct library *library)
{
  new_runner(library);
  check(library,
        ocihooks_runner_set_output(library->runner, OCIHOOKS_STDOUT, OCIHOOKS_OUTPUT_DISCARD, library->errmsg,
                                   ERRMSG_SIZE),
        "set_output of stdout");
  check(library,
        ocihooks_runner_set_output(library->runner, OCIHOOKS_STDERR, OCIHOOKS_OUTPUT_DISCARD, library->errmsg,
                                   ERRMSG_SIZE),
        "set_output of stderr");
}

static void enter_place(struct library *library)
{
  const struct place *place = &library->place;
  int pidfd;

  new_runner(library);
  check(library, ocihooks_runner_set_cgroup_fd(library->runner, place->cgroup, library->errmsg, ERRMSG_SIZE),
        "set_cgroup_fd");
  if (place->container >= 0) {
    pidfd = (int)syscall(SYS_pidfd_open, place->container, 0);
    if (pidfd < 0) {
      unavailable("no pidfd here");
    }
    check(library, ocihooks_runner_set_container_pidfd(library->runner, pidfd, library->errmsg, ERRMSG_SIZE),
          "set_container_pidfd");
  }
}

static void set_mode(struct library *library, const char *mode)
{
  if (place_make(&library->place, mode)) {
    enter_place(library);
    return;
  }
  library->place.phase = "createRuntime";
  if (strcmp(mode, "discard") == 0) {
    discard_output(library);
  } else if (strcmp(mode, "default") != 0) {
    die("MODE is default, discard, createContainer, startContainer or cgroup:DIRECTORY");
  }
}

static void add_hooks(struct library *library)
{
  check(library, ocihooks_new(&library->hooks, library->errmsg, ERRMSG_SIZE), "new");
  for (long i = 0; i < library->task.hooks_per_phase; i++) {
    check(library,
          ocihooks_add_command(library->hooks, library->place.phase, library->task.hook, NULL, NULL, TIMEOUT_SECONDS,
                               library->errmsg, ERRMSG_SIZE),
          "add_command");
  }
}

static void run_phase(struct library *library)
{
  ocihooks_report *report = NULL;
  int code = ocihooks_run(library->hooks, library->place.phase, library->task.state, library->task.state_len,
                          library->runner, &report, library->errmsg, ERRMSG_SIZE);

  check(library, code, "run");
  ocihooks_report_free(report);
}

/* Runs whole phases only, so `count` has to be a multiple of the hooks in a phase. */
static void batch(long count, void *context)
{
  struct library *library = context;

  for (; count > 0; count -= library->task.hooks_per_phase) {
    run_phase(library);
  }
}

int main(int argc, char **argv)
{
  static struct library library;

  if (argc < 2) {
    die("arguments: MODE HOOK STATE MIB HOOKS_PER_PHASE");
  }
  set_mode(&library, argv[1]);
  task_load(&library.task, argc - 2, argv + 2);
  add_hooks(&library);
  serve(batch, &library);
  place_end(&library.place);
  ocihooks_runner_free(library.runner);
  ocihooks_free(library.hooks);
  free(library.task.state);
  return 0;
}
