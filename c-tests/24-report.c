/* The report: error texts that tools match, and accessors that agree with the JSON. */
#include "test.h"

#include "helpers.h"

/* One shell hook that fails in a known way. */
static void check_failure(const char *script, int timeout, int expected_code, const char *expected_cause)
{
  ocihooks_report *report = NULL;
  char expected[512];
  snprintf(expected, sizeof expected, "error running createRuntime hook #0: /bin/sh: %s", expected_cause);
  CHECK_INT(test_shell(script, timeout, NULL, &report), expected_code);
  CHECK_TEXT(test_message, expected);
  CHECK_OWN(report_message_of(report), expected);
  CHECK_INT(ocihooks_report_code(report), expected_code);
  ocihooks_report_free(report);
}

static void hooks_are_counted_from_zero_in_the_message(void)
{
  CHECK_INT(
    test_run(
      "{\"createRuntime\":[{\"path\":\"/bin/true\"},{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"echo one >&2;"
      "echo last line >&2; exit 3\"]}]}",
      "createRuntime", NULL, NULL),
    OCIHOOKS_ERR_EXIT);
  CHECK_TEXT(test_message, "error running createRuntime hook #1: /bin/sh: exited with status 3: one | last line");
}

static void a_status_is_named_with_the_last_lines(void)
{
  check_failure("exit 1", 0, OCIHOOKS_ERR_EXIT, "exited with status 1");
  check_failure("exit 255", 0, OCIHOOKS_ERR_EXIT, "exited with status 255");
  check_failure("echo 'not this'; exit 2", 0, OCIHOOKS_ERR_EXIT, "exited with status 2: not this");
  check_failure("echo why >&2; exit 2", 0, OCIHOOKS_ERR_EXIT, "exited with status 2: why");
}

static void a_signal_is_named(void)
{
  check_failure("kill -KILL $$", 0, OCIHOOKS_ERR_SIGNAL, "killed by signal 9 (SIGKILL)");
  check_failure("kill -TERM $$", 0, OCIHOOKS_ERR_SIGNAL, "killed by signal 15 (SIGTERM)");
  check_failure("ulimit -c 0; echo oh >&2; kill -SEGV $$", 0, OCIHOOKS_ERR_SIGNAL, "killed by signal 11 (SIGSEGV): oh");
  check_failure("kill -40 $$", 0, OCIHOOKS_ERR_SIGNAL, "killed by signal 40");
}

static void an_exit_that_only_looks_like_a_signal_is_an_exit(void)
{
  check_failure("exit 137", 0, OCIHOOKS_ERR_EXIT, "exited with status 137");
}

static void a_timeout_is_named(void)
{
  check_failure("echo stuck >&2; exec sleep 60", 1, OCIHOOKS_ERR_TIMEOUT, "timed out after 1 s: stuck");
}

static void the_accessors_tell_how_hooks_ended(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("echo out; echo err >&2", 0, NULL, &report), OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_hook_kind(report, 0), OCIHOOKS_KIND_COMMAND);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_EXITED);
  CHECK_INT(ocihooks_report_hook_exit_code(report, 0), 0);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), 0);
  CHECK_INT(ocihooks_report_hook_errno(report, 0), 0);
  CHECK(ocihooks_report_hook_pid(report, 0) > 1);
  CHECK(ocihooks_report_hook_duration_ns(report, 0) > 0);
  CHECK(ocihooks_report_duration_ns(report) >= ocihooks_report_hook_duration_ns(report, 0));
  CHECK_INT(ocihooks_report_message(report, NULL, 0), 0);
  CHECK_INT(ocihooks_report_hook_message(report, 0, NULL, 0), 0);
  ocihooks_report_free(report);
  CHECK_INT(test_shell("kill -USR1 $$", 0, NULL, &report), OCIHOOKS_ERR_SIGNAL);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_SIGNALED);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGUSR1);
  CHECK_INT(ocihooks_report_hook_exit_code(report, 0), -1);
  ocihooks_report_free(report);
}

static void processor_time_is_the_hooks(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done", 0, NULL, &report), OCIHOOKS_OK);
  CHECK(ocihooks_report_hook_user_time_ns(report, 0) > 0);
  CHECK(ocihooks_report_hook_user_time_ns(report, 0) < ocihooks_report_hook_duration_ns(report, 0) * 2);
  ocihooks_report_free(report);
}

typedef size_t text_of_hook(const ocihooks_report *, size_t, char *, size_t);

static const char *text_of(text_of_hook *function, const ocihooks_report *report, size_t index)
{
  static char texts[2][512];
  static int next;
  char *text = texts[next++ % 2];
  function(report, index, text, sizeof texts[0]);
  return text;
}

/* A hook's JSON, built from the accessors. Its output has nothing to escape. */
static size_t expect_hook(char *json, const ocihooks_report *report, size_t index)
{
  static const char *outcomes[] = {"exited",   "signaled", "timedOut", "spawnFailed",
                                   "canceled", "callback", "skipped",  "lost"};
  const int command = ocihooks_report_hook_kind(report, index) == OCIHOOKS_KIND_COMMAND;
  const int outcome = ocihooks_report_hook_outcome(report, index);
  const char *message = text_of(ocihooks_report_hook_message, report, index);
  char *end = json;
  end +=
    sprintf(end, "%s{\"index\":%zu,\"kind\":\"%s\",", index == 0 ? "" : ",", index, command ? "command" : "callback");
  if (command)
    end += sprintf(end, "\"path\":\"%s\",", text_of(ocihooks_report_hook_path, report, index));
  end += sprintf(end, "\"outcome\":\"%s\"", outcomes[outcome]);
  if (outcome == OCIHOOKS_OUTCOME_EXITED || outcome == OCIHOOKS_OUTCOME_CALLBACK)
    end += sprintf(end, ",\"exitCode\":%d", ocihooks_report_hook_exit_code(report, index));
  if (outcome == OCIHOOKS_OUTCOME_SIGNALED || outcome == OCIHOOKS_OUTCOME_TIMED_OUT)
    end += sprintf(end, ",\"signal\":%d", ocihooks_report_hook_signal(report, index));
  if (outcome == OCIHOOKS_OUTCOME_SPAWN_FAILED)
    end += sprintf(end, ",\"errno\":%d", ocihooks_report_hook_errno(report, index));
  if (*message != '\0')
    end += sprintf(end, ",\"message\":\"%s\"", message);
  if (ocihooks_report_hook_pid(report, index) != 0)
    end += sprintf(end, ",\"pid\":%d", ocihooks_report_hook_pid(report, index));
  if (outcome != OCIHOOKS_OUTCOME_SKIPPED)
    end += sprintf(end, ",\"durationNs\":%llu", (unsigned long long)ocihooks_report_hook_duration_ns(report, index));
  return (size_t)(end - json);
}

static size_t expect_streams(char *json, const ocihooks_report *report, size_t index)
{
  static const char *names[] = {"stdout", "stderr"};
  char *end = json;
  for (int stream = OCIHOOKS_STDOUT; stream <= OCIHOOKS_STDERR; stream++) {
    const char *name = names[stream - 1];
    char *output = test_output(report, index, stream);
    end += sprintf(end, ",\"%s\":\"%s\",\"%sBytes\":%llu,\"%sTruncated\":%s", name, output, name,
                   (unsigned long long)ocihooks_report_hook_output_bytes(report, index, stream), name,
                   ocihooks_report_hook_output_truncated(report, index, stream) ? "true" : "false");
    free(output);
  }
  end += sprintf(end, ",\"userTimeNs\":%llu,\"systemTimeNs\":%llu",
                 (unsigned long long)ocihooks_report_hook_user_time_ns(report, index),
                 (unsigned long long)ocihooks_report_hook_system_time_ns(report, index));
  return (size_t)(end - json);
}

/* The whole report: its accessors against its JSON. */
static void check_json(const ocihooks_report *report)
{
  static char json[16384], phase[64];
  char *end = json, *message = report_message_of(report);
  ocihooks_report_phase(report, phase, sizeof phase);
  end += sprintf(end, "{\"phase\":\"%s\",\"code\":%d", phase, ocihooks_report_code(report));
  if (*message != '\0')
    end += sprintf(end, ",\"message\":\"%s\"", message);
  end += sprintf(end, ",\"durationNs\":%llu,\"hooks\":[", (unsigned long long)ocihooks_report_duration_ns(report));
  for (size_t index = 0; index < ocihooks_report_count(report); index++) {
    end += expect_hook(end, report, index);
    const int skipped = ocihooks_report_hook_outcome(report, index) == OCIHOOKS_OUTCOME_SKIPPED;
    if (!skipped && ocihooks_report_hook_kind(report, index) == OCIHOOKS_KIND_COMMAND)
      end += expect_streams(end, report, index);
    end += sprintf(end, "}");
  }
  end += sprintf(end, "],\"warnings\":[");
  for (size_t index = 0; index < ocihooks_report_warning_count(report); index++)
    end += sprintf(end, "%s\"%s\"", index == 0 ? "" : ",", warning_of(report, index));
  sprintf(end, "]}");
  CHECK_OWN(report_json_of(report), json);
  free(message);
}

static int fail(const char *phase, const char *state, size_t state_len, char *errmsg, size_t errmsg_size,
                void *userdata)
{
  (void)phase, (void)state, (void)state_len, (void)userdata;
  snprintf(errmsg, errmsg_size, "no luck");
  return 7;
}

static void the_json_and_the_accessors_agree(void)
{
  static const char stopped[] = "{\"ociVersion\":\"1.2.0\",\"id\":\"c1\",\"status\":\"stopped\",\"bundle\":\"/b\"}";
  static const char *phases[] = {"poststop", "own"}; /* all run in the first, and the first failure ends the second */
  for (size_t i = 0; i < 2; i++) {
    ocihooks *hooks = test_parse("{}");
    ocihooks_report *report = NULL;
    test_add_shell(hooks, phases[i], "printf out; printf error >&2", 0);
    CHECK_INT(ocihooks_add_callback(hooks, phases[i], fail, NULL, NULL, NULL, 0), OCIHOOKS_OK);
    CHECK_INT(ocihooks_add_command(hooks, phases[i], "/nonexistent", NULL, NULL, 0, NULL, 0), OCIHOOKS_OK);
    test_add_shell(hooks, phases[i], "kill -TERM $$", 0);
    test_add_shell(hooks, phases[i], "exec sleep 60", 1);
    test_add_shell(hooks, phases[i], "exit 3", 0);
    CHECK_INT(ocihooks_run(hooks, phases[i], stopped, strlen(stopped), NULL, &report, NULL, 0),
              i == 0 ? OCIHOOKS_OK : OCIHOOKS_ERR_CALLBACK);
    CHECK_INT(ocihooks_report_count(report), 6);
    check_json(report);
    ocihooks_report_free(report);
    ocihooks_free(hooks);
  }
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(hooks_are_counted_from_zero_in_the_message);
  RUN(a_status_is_named_with_the_last_lines);
  RUN(a_signal_is_named);
  RUN(an_exit_that_only_looks_like_a_signal_is_an_exit);
  RUN(a_timeout_is_named);
  RUN(the_accessors_tell_how_hooks_ended);
  RUN(processor_time_is_the_hooks);
  RUN(the_json_and_the_accessors_agree);
  return test_end();
}
