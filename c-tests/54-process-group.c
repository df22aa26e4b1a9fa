/*
 * The process group of a hook, for each setting: the owner of the terminal, and the receivers of ^C. The hooks here
 * have no limit, so the test's alarm ends an endless wait.
 */
#include "fork.h"
#include "helpers.h"
#include "process_group.h"

static void check_is_stopped(const char *role, int signal, const char *message)
{
  ocihooks_report *report = run_role(role, runner_of(OCIHOOKS_PROCESS_GROUP_OWN), OCIHOOKS_ERR_STOPPED);
  CHECK_HAS(test_message, message);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_STOPPED);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), signal);
  ocihooks_report_free(report);
}

static void own_in_the_foreground(void)
{
  CHECK(pty_take());
  check_says("group", OCIHOOKS_PROCESS_GROUP_OWN, "group: own, session: caller\n");
  check_is_stopped("read", SIGTTIN, ": stopped by SIGTTIN: it reads the terminal");
  check_is_stopped("change", SIGTTOU, ": stopped by SIGTTOU: it writes to the terminal or changes its settings");
}

static void caller_in_the_foreground(void)
{
  CHECK(pty_take());
  check_says("group", OCIHOOKS_PROCESS_GROUP_CALLER, "group: caller, session: caller\n");
  pty_type("hello\n");
  check_says("read", OCIHOOKS_PROCESS_GROUP_CALLER, "read: hello\n");
  check_says("change", OCIHOOKS_PROCESS_GROUP_CALLER, "change: done\n");
}

static void session_in_the_foreground(void)
{
  CHECK(pty_take());
  check_says("group", OCIHOOKS_PROCESS_GROUP_SESSION, "group: own, session: own\n");
  check_says("read", OCIHOOKS_PROCESS_GROUP_SESSION, "open: No such device or address\n");
  check_says("change", OCIHOOKS_PROCESS_GROUP_SESSION, "open: No such device or address\n");
}

/* The caller's group in the foreground, as under any shell, and a separate group elsewhere. */
static void automatic_in_the_foreground(void)
{
  CHECK(pty_take());
  check_says("group", OCIHOOKS_PROCESS_GROUP_AUTO, "group: caller, session: caller\n");
  pty_type("hello\n");
  check_says("read", OCIHOOKS_PROCESS_GROUP_AUTO, "read: hello\n");
}

static void automatic_without_a_terminal(void)
{
  CHECK(setsid() >= 0);
  check_says("group", OCIHOOKS_PROCESS_GROUP_AUTO, "group: own, session: caller\n");
}

static void automatic_in_a_background_group(void)
{
  CHECK_INT(setpgid(0, 0), 0);
  check_says("group", OCIHOOKS_PROCESS_GROUP_AUTO, "group: own, session: caller\n");
}

static void automatic_in_the_background(void)
{
  CHECK(pty_take());
  in_child(automatic_in_a_background_group);
}
/* The user's input once the hook runs. */
static const char *keys;

static void type_keys(size_t index, int stream, const char *data, size_t size, void *userdata)
{
  (void)index, (void)stream, (void)data, (void)size, (void)userdata;
  pty_type(keys);
}

/* Like a foreground program: its handler writes into the cancel pipe. */
static int cancel_pipe[2];
static volatile sig_atomic_t interrupts;

static void take_interrupt(int signal)
{
  interrupts += signal == SIGINT;
  if (write(cancel_pipe[1], "!", 1) != 1)
    abort();
}
static ocihooks_runner *runner_that_types(int group, const char *what)
{
  ocihooks_runner *runner = runner_of(group);
  keys = what;
  CHECK_INT(ocihooks_runner_set_output_callback(runner, type_keys, NULL, NULL, test_message, sizeof test_message),
            OCIHOOKS_OK);
  return runner;
}

/* ^C reaches only the host, which cancels: the hook and its group are killed. */
static void ctrl_c_with_own(void)
{
  CHECK(pty_take() && pipe(cancel_pipe) == 0);
  signal(SIGINT, take_interrupt);
  ocihooks_runner *runner = runner_that_types(OCIHOOKS_PROCESS_GROUP_OWN, CTRL_C);
  CHECK_INT(ocihooks_runner_set_cancel_fd(runner, cancel_pipe[0], test_message, sizeof test_message), OCIHOOKS_OK);
  ocihooks_report *report = run_role("wait", runner, OCIHOOKS_ERR_CANCELED);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_CANCELED);
  CHECK_INT(interrupts, 1);
  ocihooks_report_free(report);
}

/* ^C reaches both. */
static void ctrl_c_with_caller(void)
{
  CHECK(pty_take() && pipe(cancel_pipe) == 0);
  signal(SIGINT, take_interrupt);
  ocihooks_report *report =
    run_role("wait", runner_that_types(OCIHOOKS_PROCESS_GROUP_CALLER, CTRL_C), OCIHOOKS_ERR_SIGNAL);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGINT);
  CHECK_INT(interrupts, 1);
  ocihooks_report_free(report);
}

/* A stop kills the hook by its pidfd, because the host is in the same group and has to survive. */
static void a_timeout_with_caller(void)
{
  ocihooks_runner *runner = runner_of(OCIHOOKS_PROCESS_GROUP_CALLER);
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, 100, test_message, sizeof test_message), OCIHOOKS_OK);
  ocihooks_report *report = run_role("wait", runner, OCIHOOKS_ERR_TIMEOUT);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGKILL);
  ocihooks_report_free(report);
}
static void a_group_that_is_none(void)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_process_group(runner, 4, test_message, sizeof test_message),
            OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_HAS(test_message, "4");
  ocihooks_runner_free(runner);
}

ON_A_TERMINAL(an_own_group_is_kept_from_the_terminal, own_in_the_foreground)
ON_A_TERMINAL(the_callers_group_has_the_terminal, caller_in_the_foreground)
ON_A_TERMINAL(a_session_has_no_terminal, session_in_the_foreground)
ON_A_TERMINAL(in_the_foreground_the_default_is_the_callers_group, automatic_in_the_foreground)
ON_A_TERMINAL(in_the_background_the_default_is_an_own_group, automatic_in_the_background)
ON_A_TERMINAL(ctrl_c_reaches_the_host_of_an_own_group, ctrl_c_with_own)
ON_A_TERMINAL(ctrl_c_reaches_the_callers_group, ctrl_c_with_caller)

static void without_a_terminal_the_default_is_an_own_group(void)
{
  in_child(automatic_without_a_terminal);
}

static void a_timeout_spares_the_host(void)
{
  in_child(a_timeout_with_caller);
}
int main(int argc, char **argv)
{
  if (argc > 1)
    return hook(argv[1]);
  if (!find_self())
    return 1;
  RUN(an_own_group_is_kept_from_the_terminal);
  RUN(the_callers_group_has_the_terminal);
  RUN(a_session_has_no_terminal);
  RUN(in_the_foreground_the_default_is_the_callers_group);
  RUN(in_the_background_the_default_is_an_own_group);
  RUN(without_a_terminal_the_default_is_an_own_group);
  RUN(ctrl_c_reaches_the_host_of_an_own_group);
  RUN(ctrl_c_reaches_the_callers_group);
  RUN(a_timeout_spares_the_host);
  RUN(a_group_that_is_none);
  return test_end();
}
