/* One run of one kind of hook, compared with its row. Documents that are read and refused. */
#ifndef OCIHOOKS_SOAK_RUN_H
#define OCIHOOKS_SOAK_RUN_H

#include "surroundings.h"

/* A map with one hook for each kind, which all threads share, and the large state. */
static ocihooks *maps[KINDS];
static char *large_state;

/* Reports an error, once per check, for the first few only. */
static int wrong(const char *kind, const char *what, long long is, long long expected)
{
  static int said;
  if (is == expected)
    return 0;
  if (__atomic_add_fetch(&said, 1, __ATOMIC_RELAXED) <= 20)
    printf("  a hook that %s: %s is %lld, not %lld\n", kind, what, is, expected);
  return 1;
}

static const char *phase_of(const struct kind *kind)
{
  return kind->phase != NULL ? kind->phase : kind->name;
}

/* The hook's path is resolved inside of the container at startContainer, and outside at createContainer. */
static const char *path_of(const struct kind *kind, const char *hook)
{
  if (kind->role == NULL)
    return "/nowhere/hook";
  return strcmp(phase_of(kind), "startContainer") == 0 ? INSIDE : hook;
}

/* The map of each kind. `hook` is the path of the hook program. */
static int make_maps(const char *hook)
{
  static char long_arg[LONG_ARG + 1];
  int code = OCIHOOKS_OK;
  memset(long_arg, 'x', LONG_ARG);
  for (size_t i = 0; i < KINDS && code == OCIHOOKS_OK; i++) {
    const struct kind *kind = &kinds[i];
    const char *args[4 + MANY_ARGS] = {"hook", kind->role, kind->number};
    for (int arg = 0; arg < kind->many_args; arg++)
      args[3 + arg] = long_arg;
    code = ocihooks_new(&maps[i], NULL, 0);
    if (kind->callback != NULL)
      code |= ocihooks_add_callback(maps[i], phase_of(kind), kind->callback, NULL, NULL, NULL, 0);
    else
      code |= ocihooks_add_command(maps[i], phase_of(kind), path_of(kind, hook), args, NULL, 0, NULL, 0);
  }
  large_state = malloc(LARGE_STATE + 1);
  memset(large_state, 'x', LARGE_STATE);
  memcpy(large_state, STATE_HEAD, sizeof STATE_HEAD - 1);
  memcpy(large_state + LARGE_STATE - (sizeof STATE_TAIL - 1), STATE_TAIL, sizeof STATE_TAIL);
  return code;
}

static void free_maps(void)
{
  for (size_t i = 0; i < KINDS; i++)
    ocihooks_free(maps[i]);
  free(large_state);
}

/* The first output of a hook that is to be canceled shows that it runs. */
static void cancel_at_output(size_t index, int stream, const char *data, size_t size, void *userdata)
{
  (void)index, (void)stream, (void)data;
  if (size > 0 && write(*(int *)userdata, "!", 1) != 1)
    abort();
}

static ocihooks_runner *make_runner(const struct kind *kind, int *cancel)
{
  ocihooks_runner *runner = NULL;
  int code = ocihooks_runner_new(&runner, NULL, 0);
  if (kind->discard) {
    code |= ocihooks_runner_set_output(runner, OCIHOOKS_STDOUT, OCIHOOKS_OUTPUT_DISCARD, NULL, 0);
    code |= ocihooks_runner_set_output(runner, OCIHOOKS_STDERR, OCIHOOKS_OUTPUT_DISCARD, NULL, 0);
  }
  /* Long enough for every good run, so that a hang becomes an error. */
  code |=
    ocihooks_runner_set_default_timeout_ms(runner, kind->timeout_ms > 0 ? (uint64_t)kind->timeout_ms : 60000, NULL, 0);
  if (kind->budget_ms > 0)
    code |= ocihooks_runner_set_budget_ms(runner, (uint64_t)kind->budget_ms, NULL, 0);
  if (kind->grace_ms > 0)
    code |= ocihooks_runner_set_grace_ms(runner, (uint64_t)kind->grace_ms, NULL, 0);
  if (kind->cancels) {
    if (pipe2(cancel, O_CLOEXEC) != 0)
      abort();
    code |= ocihooks_runner_set_cancel_fd(runner, cancel[0], NULL, 0);
    code |= ocihooks_runner_set_output_callback(runner, cancel_at_output, &cancel[1], NULL, NULL, 0);
  }
  if (kind->group != NO_GROUP)
    code |= ocihooks_runner_set_cgroup_fd(runner, groups[kind->group].fd, NULL, 0);
  if (kind->phase != NULL)
    code |= ocihooks_runner_set_container_pidfd(runner, box.pidfd, NULL, 0);
  if (code != OCIHOOKS_OK)
    abort();
  return runner;
}

/* The process that a hook left is our child now. A daemon ends by itself; a canceled hook's child has been killed. */
static int check_left(const struct kind *kind, const char *output)
{
  int status = 0;
  pid_t pid = (pid_t)atol(output);
  if (wrong(kind->name, "whether its child is ours", pid > 0 && waitpid(pid, &status, 0) == pid, 1))
    return 1;
  if (kind->leaves == DAEMON)
    return wrong(kind->name, "its daemon's status", status, DAEMON_STATUS << 8);
  return wrong(kind->name, "its child's status", status, SIGKILL);
}

static int check_report(const struct kind *kind, const ocihooks_report *report)
{
  char output[64];
  int failures = wrong(kind->name, "count", (long long)ocihooks_report_count(report), 1);
  failures += wrong(kind->name, "report's code", ocihooks_report_code(report), kind->code);
  failures += wrong(kind->name, "outcome", ocihooks_report_hook_outcome(report, 0), kind->outcome);
  failures += wrong(kind->name, "exit code", ocihooks_report_hook_exit_code(report, 0), kind->exit_code);
  if (kind->signal != ANY)
    failures += wrong(kind->name, "signal", ocihooks_report_hook_signal(report, 0), kind->signal);
  failures += wrong(kind->name, "errno", ocihooks_report_hook_errno(report, 0), kind->error);
  ocihooks_report_hook_output(report, 0, OCIHOOKS_STDOUT, output, sizeof output);
  if (kind->output != NULL)
    failures += wrong(kind->name, "difference of stdout", strcmp(output, kind->output), 0);
  if (kind->output != NULL || kind->bytes > 0) {
    const uint64_t bytes = ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT);
    failures += wrong(kind->name, "bytes on stdout", (long long)bytes, (long long)kind->bytes);
  }
  if (kind->leaves)
    failures += check_left(kind, output);
  return failures;
}

/* Whether there is a message, and whether it says that the hook ran out of memory. */
static int check_message(const struct kind *kind, const char *message)
{
  const int out_of_memory = strstr(message, "killed by signal 9 (SIGKILL): out of memory in its cgroup") != NULL;
  int failures = wrong(kind->name, "whether there is a message", message[0] != '\0', kind->code != OCIHOOKS_OK);
  failures += wrong(kind->name, "whether its message says \"out of memory\"", out_of_memory, kind->out_of_memory);
  return failures;
}

/* Runs one hook and returns the number of errors. */
static int run_kind(const struct kind *kind)
{
  static const char small[] = STATE_HEAD STATE_TAIL;
  int cancel[2] = {-1, -1};
  char message[256], *json;
  ocihooks_report *report = NULL;
  ocihooks_runner *runner = make_runner(kind, cancel);
  const char *state = kind->large ? large_state : small;
  const size_t size = kind->large ? LARGE_STATE : sizeof small - 1;
  if (kind->group > ROOMY)
    pthread_mutex_lock(&taken[kind->group]);
  const int code =
    ocihooks_run(maps[kind - kinds], phase_of(kind), state, size, runner, &report, message, sizeof message);
  if (kind->group > ROOMY)
    pthread_mutex_unlock(&taken[kind->group]);
  int failures = wrong(kind->name, "code", code, kind->code);
  failures += check_message(kind, message);
  failures += check_report(kind, report);
  const size_t length = ocihooks_report_json(report, NULL, 0);
  json = malloc(length + 1);
  failures +=
    wrong(kind->name, "length of JSON", (long long)ocihooks_report_json(report, json, length + 1), (long long)length);
  free(json);
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
  if (kind->cancels) {
    close(cancel[0]);
    close(cancel[1]);
  }
  return failures;
}

/* Documents: one that is read and written unchanged, one that is invalid JSON, one that the runtime-spec forbids. */
static int read_documents(void)
{
  static const char good[] =
    "{\"prestart\":[{\"path\":\"/a\",\"args\":[\"a\",\"b\"],\"env\":[\"X=1\"],\"timeout\":5,\"own\":[1]}]}";
  static const char broken[] = "{\"prestart\":[{\"path\":\"/a\",}]}",
                    forbidden[] = "{\"prestart\":[{\"path\":\"a\"},{\"timeout\":0}]}";
  char text[512];
  ocihooks *hooks = NULL;
  int failures =
    wrong("is good", "code", ocihooks_parse(good, sizeof good - 1, &hooks, text, sizeof text), OCIHOOKS_OK);
  ocihooks_to_json(hooks, text, sizeof text);
  failures += wrong("is good", "difference", strcmp(text, good), 0);
  ocihooks_free(hooks);
  int code = ocihooks_parse(broken, sizeof broken - 1, &hooks, text, sizeof text);
  failures +=
    wrong("is broken", "code", code, OCIHOOKS_ERR_INVALID_JSON) + wrong("is broken", "handle", hooks != NULL, 0);
  code = ocihooks_parse(forbidden, sizeof forbidden - 1, &hooks, text, sizeof text);
  failures +=
    wrong("is forbidden", "code", code, OCIHOOKS_ERR_INVALID_HOOKS) + wrong("is forbidden", "handle", hooks != NULL, 0);
  return failures;
}

#endif
