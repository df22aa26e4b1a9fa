/*
 * The shared cases (tests/cases/README.md), through the C API. scripts/cases_to_c.py writes them as tables.
 */
#include "test.h"
#include "cases.h"
#include "helpers.h"

#include <sys/resource.h>

static const struct shared_case cases[] = {
#include "cases.inc"
};

enum { CASES = sizeof cases / sizeof cases[0] };

static const char *const outcomes[] = {
  "exited",      "signaled", "timedOut",
  "spawnFailed", "canceled", "callback",
  "skipped",     "lost",     [OCIHOOKS_OUTCOME_INVALID] = "invalid",
};

/* ---- The runner ---- */

static int one_of(const char *name, const char *const *names, int count)
{
  for (int i = 0; i < count; i++)
    if (strcmp(name, names[i]) == 0)
      return i;
  CHECK_TEXT(name, "a name of the list");
  return -1;
}

static int failure_policy(const char *name)
{
  static const char *const names[] = {"spec", "specBefore1.3", "failFast", "keepGoing"};
  return one_of(name, names, 4); /* in the order of ocihooks_failure_policy */
}

static int output(const char *name)
{
  static const char *const names[] = {"capture", "discard"};
  return one_of(name, names, 2); /* in the order of ocihooks_output */
}

static int state_check(const char *name)
{
  static const char *const names[] = {"spec", "json", "off"};
  return one_of(name, names, 3); /* in the order of ocihooks_state_check */
}

static int set_environment(ocihooks_runner *runner, const struct option *option)
{
  static const char *const names[] = {"inherit", "inheritWithoutLoader"};
  if (option->text == NULL)
    return ocihooks_runner_set_environment(runner, OCIHOOKS_ENVIRONMENT_LIST, option->list, NULL, 0);
  return ocihooks_runner_set_environment(runner, one_of(option->text, names, 2), NULL, NULL, 0);
}

static int set_option(ocihooks_runner *runner, const struct option *option)
{
  const char *name = option->name, *text = option->text;
  uint64_t number = (uint64_t)option->number;
  if (strcmp(name, "cwd") == 0)
    return ocihooks_runner_set_cwd(runner, text, NULL, 0);
  if (strcmp(name, "cwdMayFail") == 0)
    return ocihooks_runner_set_cwd_may_fail(runner, (int)number, NULL, 0);
  if (strcmp(name, "environment") == 0)
    return set_environment(runner, option);
  if (strcmp(name, "phaseVariable") == 0)
    return ocihooks_runner_set_phase_variable(runner, text, NULL, 0);
  if (strcmp(name, "stateCheck") == 0)
    return ocihooks_runner_set_state_check(runner, state_check(text), NULL, 0);
  if (strcmp(name, "failurePolicy") == 0)
    return ocihooks_runner_set_failure_policy(runner, failure_policy(text), NULL, 0);
  if (strcmp(name, "stdout") == 0)
    return ocihooks_runner_set_output(runner, OCIHOOKS_STDOUT, output(text), NULL, 0);
  if (strcmp(name, "stderr") == 0)
    return ocihooks_runner_set_output(runner, OCIHOOKS_STDERR, output(text), NULL, 0);
  if (strcmp(name, "captureLimit") == 0)
    return ocihooks_runner_set_capture_limit(runner, number, NULL, 0);
  if (strcmp(name, "phaseCaptureLimit") == 0)
    return ocihooks_runner_set_phase_capture_limit(runner, number, NULL, 0);
  if (strcmp(name, "defaultTimeoutMs") == 0)
    return ocihooks_runner_set_default_timeout_ms(runner, number, NULL, 0);
  if (strcmp(name, "budgetMs") == 0)
    return ocihooks_runner_set_budget_ms(runner, number, NULL, 0);
  if (strcmp(name, "graceMs") == 0)
    return ocihooks_runner_set_grace_ms(runner, number, NULL, 0);
  if (strcmp(name, "noNewPrivileges") == 0)
    return ocihooks_runner_set_no_new_privileges(runner, (int)number, NULL, 0);
  CHECK_TEXT(name, "an option");
  return OCIHOOKS_ERR_INVALID_ARGUMENT;
}

static int set_limit(ocihooks_runner *runner, const struct limit *limit)
{
  static const char *const names[] = {"nofile", "core", "fsize"};
  static const int resources[] = {RLIMIT_NOFILE, RLIMIT_CORE, RLIMIT_FSIZE};
  int which = one_of(limit->name, names, 3);
  return which < 0 ? which : ocihooks_runner_set_rlimit(runner, resources[which], limit->soft, limit->hard, NULL, 0);
}

/* ends[0] is the cancel descriptor. */
static ocihooks_runner *make_runner(const struct shared_case *given, int ends[2])
{
  ocihooks_runner *runner = NULL;
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(pipe(ends), 0);
  for (size_t i = 0; i < given->option_count; i++) {
    if (strcmp(given->options[i].name, "canceled") == 0) {
      CHECK_INT(write(ends[1], "", 1), 1);
      CHECK_INT(ocihooks_runner_set_cancel_fd(runner, ends[0], NULL, 0), OCIHOOKS_OK);
    } else {
      CHECK_INT(set_option(runner, &given->options[i]), OCIHOOKS_OK);
    }
  }
  for (size_t i = 0; i < given->limit_count; i++)
    CHECK_INT(set_limit(runner, &given->limits[i]), OCIHOOKS_OK);
  return runner;
}

/* ---- The report ---- */

static void check_output(const ocihooks_report *report, size_t index, int stream, const struct member *expected)
{
  const char *rest = expected->key + strlen("stdout"); /* or stderr, which has the same length */
  if (strcmp(rest, "Bytes") == 0) {
    CHECK_INT(ocihooks_report_hook_output_bytes(report, index, stream), expected->number);
  } else if (strcmp(rest, "Truncated") == 0) {
    CHECK_INT(ocihooks_report_hook_output_truncated(report, index, stream), expected->number);
  } else {
    size_t size = ocihooks_report_hook_output(report, index, stream, NULL, 0);
    char *text = test_output(report, index, stream);
    CHECK_INT(size, expected->text_len);
    CHECK(size != expected->text_len || memcmp(text, expected->text, size) == 0);
    free(text);
  }
}

static void check_member(const ocihooks_report *report, size_t index, const struct member *expected)
{
  static const char *const kinds[] = {"command", "callback"};
  const char *key = expected->key;
  char text[4096];
  if (strcmp(key, "kind") == 0) {
    CHECK_TEXT(kinds[ocihooks_report_hook_kind(report, index) != OCIHOOKS_KIND_COMMAND], expected->text);
  } else if (strcmp(key, "outcome") == 0) {
    CHECK_TEXT(outcomes[ocihooks_report_hook_outcome(report, index)], expected->text);
  } else if (strcmp(key, "path") == 0) {
    ocihooks_report_hook_path(report, index, text, sizeof text);
    CHECK_TEXT(text, expected->text);
  } else if (strcmp(key, "message") == 0) {
    ocihooks_report_hook_message(report, index, text, sizeof text);
    CHECK_TEXT(text, expected->text);
  } else if (strcmp(key, "exitCode") == 0) {
    CHECK_INT(ocihooks_report_hook_exit_code(report, index), expected->number);
  } else if (strcmp(key, "signal") == 0) {
    CHECK_INT(ocihooks_report_hook_signal(report, index), expected->number);
  } else if (strcmp(key, "errno") == 0) {
    CHECK_INT(ocihooks_report_hook_errno(report, index), expected->number);
  } else if (strncmp(key, "stdout", strlen("stdout")) == 0) {
    check_output(report, index, OCIHOOKS_STDOUT, expected);
  } else if (strncmp(key, "stderr", strlen("stderr")) == 0) {
    check_output(report, index, OCIHOOKS_STDERR, expected);
  } else {
    CHECK_TEXT(key, "a property of a hook");
  }
}

static void check_report(const struct shared_case *given, const ocihooks_report *report)
{
  CHECK_INT(report != NULL, given->expected_count >= 0);
  if (report == NULL || given->expected_count < 0)
    return;
  CHECK_INT(ocihooks_report_code(report), given->code);
  CHECK_INT(ocihooks_report_count(report), given->expected_count);
  for (size_t index = 0; index < (size_t)given->expected_count; index++)
    for (size_t i = 0; i < given->expected[index].count; i++)
      check_member(report, index, &given->expected[index].members[i]);
  CHECK_INT(ocihooks_report_warning_count(report), given->warning_count);
  for (size_t i = 0; i < given->warning_count; i++)
    CHECK_TEXT(warning_of(report, i), given->warnings[i]);
}

/* ---- A case ---- */

static int read_hooks(const struct shared_case *given, ocihooks **hooks)
{
  static const char *const names[] = {"hooks", "config", "libcontainer"};
  if (given->lenient >= 0) /* the names are in the order of ocihooks_document */
    return ocihooks_read(one_of(given->read, names, 3), given->lenient ? OCIHOOKS_READ_LENIENT : 0, given->hooks,
                         given->hooks_len, hooks, test_message, sizeof test_message);
  int (*reader)(const char *, size_t, ocihooks **, char *, size_t) = ocihooks_parse;
  if (strcmp(given->read, "config") == 0)
    reader = ocihooks_parse_config;
  if (strcmp(given->read, "libcontainer") == 0)
    reader = ocihooks_parse_libcontainer;
  return reader(given->hooks, given->hooks_len, hooks, test_message, sizeof test_message);
}

static void check_read(const struct shared_case *given, const ocihooks *hooks)
{
  char text[1024];
  CHECK_INT(ocihooks_warning_count(hooks), given->read_warning_count);
  for (size_t i = 0; i < given->read_warning_count; i++) {
    ocihooks_warning(hooks, i, text, sizeof text);
    CHECK_TEXT(text, given->read_warnings[i]);
  }
  if (given->phase_count >= 0)
    CHECK_INT(ocihooks_hooks_phase_count(hooks), given->phase_count);
  for (int i = 0; i < given->phase_count; i++) {
    ocihooks_hooks_phase_name(hooks, (size_t)i, text, sizeof text);
    CHECK_TEXT(text, given->phases[i]);
  }
}

static int run_phase(const struct shared_case *given, const ocihooks *hooks)
{
  int ends[2];
  ocihooks_report *report = NULL;
  ocihooks_runner *runner = make_runner(given, ends);
  int code = ocihooks_run(hooks, given->phase, given->state, given->state_len, runner, &report, test_message,
                          sizeof test_message);
  check_report(given, report);
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
  close(ends[0]);
  close(ends[1]);
  return code;
}

static void run_case(const struct shared_case *given)
{
  ocihooks *hooks = NULL;
  int code = read_hooks(given, &hooks);
  if (code == OCIHOOKS_OK) {
    check_read(given, hooks);
    if (given->json != NULL)
      CHECK_OWN(json_of(hooks), given->json);
    if (given->libcontainer != NULL)
      CHECK_OWN(libcontainer_of(hooks), given->libcontainer);
    if (given->phase != NULL)
      code = run_phase(given, hooks);
  }
  CHECK_INT(code, given->code);
  CHECK_TEXT(test_message, given->message);
  ocihooks_free(hooks);
}

int main(void)
{
  setenv("CASE_HOST", "host", 1);
  setenv("LD_CASE_HOST", "loader", 1);
  size_t wanted = CASES;
  for (size_t i = 0; i < CASES; i++) {
    test_failures_of_case = 0;
    if (test_left_out(cases[i].name)) {
      printf("left out: %s\n", cases[i].name);
      wanted--;
      continue;
    }
    run_case(&cases[i]);
    printf("%s %s\n", test_failures_of_case == 0 ? "ok  " : "FAIL", cases[i].name);
    if (test_failures_of_case == 0)
      test_passed++;
  }
  printf("shared cases (C): %d of %d passed\n", test_passed, (int)wanted);
  return test_passed == (int)wanted ? 0 : 1;
}
