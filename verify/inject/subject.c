/*
 * Runs hooks twice in one situation: first undisturbed, then between the marks, where the tracer makes calls fail.
 * Prints the outcome and the broken promises of the library:
 *
 *   undisturbed N TEXT  code and message of the first run
 *   code N              code of the second run
 *   message TEXT        its message, followed by a line "warning TEXT" for each warning
 *   broken TEXT         a broken promise
 *   done
 */
#include "subject.h"
#include "mark.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define MOST_WARNINGS 8

/* The outcome of a run: all values that are compared after its report is freed. */
struct outcome {
  int code;
  size_t hook_count, warning_count;
  char message[1024], warnings[MOST_WARNINGS][512];
  int kinds[MOST_HOOKS];
  unsigned long long bytes[MOST_HOOKS][2];
  char found[MOST_HOOKS][2048]; /* the hook's line, or empty */
};

static struct situation situation;
static struct outcome undisturbed, disturbed;
static struct host before, after;

void broken(const char *text, const char *detail)
{
  printf("broken %s%s\n", text, detail);
}

static void read_found(const char *path, char *text, size_t size)
{
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t count = file < 0 ? 0 : read(file, text, size - 1);
  text[count < 0 ? 0 : count] = '\0';
  if (file >= 0)
    close(file);
}

/* Checks that a report agrees with the code and the message. */
static void read_report(struct outcome *outcome, const ocihooks_report *report)
{
  static char text[1024];
  if (report == NULL || ocihooks_report_code(report) != outcome->code)
    broken("report: another code, or none", "");
  ocihooks_report_message(report, text, sizeof text);
  if (strcmp(text, outcome->message) != 0)
    broken("report: another message: ", text);
  outcome->hook_count = ocihooks_report_count(report);
  outcome->warning_count = ocihooks_report_warning_count(report);
  for (size_t i = 0; i < outcome->warning_count && i < MOST_WARNINGS; i++)
    ocihooks_report_warning(report, i, outcome->warnings[i], sizeof outcome->warnings[i]);
  for (size_t i = 0; i < outcome->hook_count && i < MOST_HOOKS; i++) {
    outcome->kinds[i] = ocihooks_report_hook_outcome(report, i);
    for (int stream = 0; stream < 2; stream++)
      outcome->bytes[i][stream] = ocihooks_report_hook_output_bytes(report, i, stream + 1);
  }
}

static void mark(int which)
{
  prctl(MARK, which, 0, 0, 0);
}

/* One run. It creates and frees its report, so that the heap can be compared. */
static void run(struct outcome *outcome, int marked)
{
  ocihooks_report *report = NULL;
  situation_before_run(&situation);
  if (marked)
    mark(MARK_BEGIN);
  outcome->code = ocihooks_run(situation.hooks, situation.phase, situation.state, situation.state_size,
                               situation.runner, &report, outcome->message, sizeof outcome->message);
  if (marked)
    mark(MARK_END);
  read_report(outcome, report);
  ocihooks_report_free(report);
  for (int i = 0; i < MOST_HOOKS; i++)
    read_found(situation.found[i], outcome->found[i], sizeof outcome->found[i]);
}

/* One hook of a disturbed run. OK has to mean the same as undisturbed, and "not executed" that the hook did not run. */
static void check_hook(size_t i)
{
  int kind = disturbed.kinds[i];
  if (kind == OCIHOOKS_OUTCOME_EXITED && strcmp(disturbed.found[i], undisturbed.found[i]) != 0)
    broken("hook: it found something else: ", disturbed.found[i]);
  if ((kind == OCIHOOKS_OUTCOME_SPAWN_FAILED || kind == OCIHOOKS_OUTCOME_SKIPPED) && disturbed.found[i][0] != '\0')
    broken("hook: it ran, but is said not to have", "");
  for (int stream = 0;
       stream < 2 && kind == OCIHOOKS_OUTCOME_EXITED && disturbed.warning_count == undisturbed.warning_count; stream++)
    if (disturbed.bytes[i][stream] < undisturbed.bytes[i][stream])
      broken("output: not all of it, without a warning", "");
}

/* The code, the message or a warning has to report a hook with a different outcome. */
static void check_told(void)
{
  int told = disturbed.code != undisturbed.code || strcmp(disturbed.message, undisturbed.message) != 0 ||
             memcmp(disturbed.warnings, undisturbed.warnings, sizeof disturbed.warnings) != 0;
  for (int i = 0; i < MOST_HOOKS && !told; i++)
    if (disturbed.kinds[i] != undisturbed.kinds[i])
      broken("report: another outcome, without a warning", "");
}

static void check(void)
{
  int code = disturbed.code;
  if (code > OCIHOOKS_OK || code < OCIHOOKS_ERR_LOST || code == OCIHOOKS_ERR_INTERNAL ||
      code == OCIHOOKS_ERR_INVALID_ARGUMENT)
    broken("code: a run must not return it", "");
  if ((code == OCIHOOKS_OK) != (disturbed.message[0] == '\0'))
    broken("message: it is there with OK, or missing without", "");
  if (disturbed.hook_count != undisturbed.hook_count)
    broken("report: another number of hooks", "");
  for (size_t i = 0; i < disturbed.hook_count && i < MOST_HOOKS; i++)
    check_hook(i);
  check_told();
  if (!host_has_no_children())
    broken("children: one is left", "");
  const char *difference = host_differs(&before, &after);
  if (difference != NULL)
    broken(difference, "");
}

static void on_signal(int number)
{
  (void)number;
}

/* A host with other than default settings: signals ignored and handled, descriptors that hooks must not see. */
static void be_a_host(void)
{
  signal(SIGHUP, SIG_IGN);
  signal(SIGUSR1, on_signal);
  signal(SIGRTMAX, SIG_IGN);
  for (int i = 0; i < 3; i++)
    if (dup(2) < 0)
      exit(1);
}

int main(int count, char **arguments)
{
  static char output[16384];
  setvbuf(stdout, output, _IOFBF, sizeof output);
  be_a_host();
  if (count != 2 || !situation_make(&situation, arguments[1])) {
    printf("broken situation: unknown name\n");
    return 1;
  }
  run(&undisturbed, 0);
  setenv("INJECT_DISTURBED", "1", 1);
  host_look(&before);
  malloc_trim(0);
  host_look(&before);
  run(&disturbed, 1);
  host_look(&after);
  check();
  printf("undisturbed %d %s\n", undisturbed.code, undisturbed.message);
  printf("code %d\nmessage %s\n", disturbed.code, disturbed.message);
  for (size_t i = 0; i < disturbed.warning_count && i < MOST_WARNINGS; i++)
    printf("warning %s\n", disturbed.warnings[i]);
  for (int i = 0; i < MOST_HOOKS; i++)
    printf("found %s", undisturbed.found[i][0] != '\0' ? undisturbed.found[i] : "\n");
  situation_free(&situation);
  printf("done\n");
  return 0;
}
