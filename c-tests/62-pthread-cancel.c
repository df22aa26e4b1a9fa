/* A thread that cancels itself during a call: the call completes unaffected, and the thread ends after it. */
#include "canceled_thread.h"

/* Starts a thread, joins it, and returns whether it was canceled. */
static int is_canceled(void *(*body)(void *), struct seen *seen)
{
  pthread_t thread;
  void *result = NULL;
  CHECK_INT(pthread_create(&thread, NULL, body, seen), 0);
  CHECK_INT(pthread_join(thread, &result), 0);
  return result == PTHREAD_CANCELED;
}

/* Returns the cancel state without changing it. */
static int cancel_state(void)
{
  int state = -1, disabled = -1;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
  pthread_setcancelstate(state, &disabled);
  return state;
}

static int cancel_type(void)
{
  int type = -1, deferred = -1;
  pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &type);
  pthread_setcanceltype(type, &deferred);
  return type;
}

static void look_inside(void *userdata)
{
  struct seen *seen = userdata;
  seen->calls_inside++;
  seen->enabled_inside += cancel_state() != PTHREAD_CANCEL_DISABLE;
}

/* The hook has reported that it runs. Cancels the calling thread, while the library still waits for the hook's end. */
static void cancel_running_thread(size_t index, int stream, const char *data, size_t size, void *userdata)
{
  (void)index, (void)stream, (void)data, (void)size;
  look_inside(userdata);
  pthread_cancel(pthread_self());
}

static void add_hook_that_is_canceled(struct seen *seen)
{
  test_add_shell(seen->hooks, "createRuntime", "echo runs; cat >/dev/null; echo why >&2; exit 3", 0);
  CHECK_INT(ocihooks_runner_set_output_callback(seen->runner, cancel_running_thread, seen, NULL, NULL, 0), OCIHOOKS_OK);
}

static void check_ended_normally(const struct seen *seen)
{
  CHECK_INT(seen->code, OCIHOOKS_ERR_EXIT);
  CHECK_TEXT(seen->message, "error running createRuntime hook #0: /bin/sh: exited with status 3: why");
  CHECK_INT(ocihooks_report_hook_exit_code(seen->report, 0), 3);
  CHECK_OUTPUT(seen->report, 0, OCIHOOKS_STDOUT, "runs\n");
  CHECK(seen->calls_inside > 0);
  CHECK_INT(seen->enabled_inside, 0);
  CHECK(no_children());
}

static void *run_once(void *userdata)
{
  struct seen *seen = userdata;
  run(seen);
  seen->state = cancel_state();
  seen->type = cancel_type();
  pthread_testcancel();
  seen->went_on = 1;
  return NULL;
}

static void body_of_canceled_during_a_hook(void)
{
  struct seen *seen = new_seen();
  int descriptors = open_descriptors();
  add_hook_that_is_canceled(seen);
  CHECK(is_canceled(run_once, seen));
  check_ended_normally(seen);
  CHECK_INT(seen->state, PTHREAD_CANCEL_ENABLE);
  CHECK_INT(seen->type, PTHREAD_CANCEL_DEFERRED);
  CHECK_INT(seen->went_on, 0);
  CHECK_INT(open_descriptors(), descriptors);
  free_seen(seen);
}

static void canceled_during_a_hook_the_call_returns_and_the_thread_ends_after_it(void)
{
  in_child(body_of_canceled_during_a_hook);
}

static void *run_once_disabled(void *userdata)
{
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
  struct seen *seen = userdata;
  run_once(seen);
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
  pthread_testcancel();
  seen->went_on++;
  return NULL;
}

static void body_of_disabled_before(void)
{
  struct seen *seen = new_seen();
  add_hook_that_is_canceled(seen);
  CHECK(is_canceled(run_once_disabled, seen));
  check_ended_normally(seen);
  CHECK_INT(seen->state, PTHREAD_CANCEL_DISABLE);
  CHECK_INT(seen->went_on, 1);
  free_seen(seen);
}

static void where_the_caller_has_disabled_it_it_stays_disabled(void)
{
  in_child(body_of_disabled_before);
}

static void note_end(int event, const char *phase, size_t index, const char *path, int outcome, const char *message,
                     uint64_t duration_ns, void *userdata)
{
  (void)phase, (void)index, (void)path, (void)message, (void)duration_ns;
  struct seen *seen = userdata;
  look_inside(seen);
  if (event == OCIHOOKS_EVENT_AFTER && outcome == OCIHOOKS_OUTCOME_EXITED)
    seen->event++;
}

/* glibc ends such a thread as soon as the call restores its state, musl at the next cancellation point. */
static void *run_once_asynchronous(void *userdata)
{
  struct seen *seen = userdata;
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
  run(seen);
  pthread_testcancel();
  seen->went_on = 1;
  return NULL;
}

static void body_of_asynchronous(void)
{
  struct seen *seen = new_seen();
  int descriptors = open_descriptors();
  add_hook_that_is_canceled(seen);
  CHECK_INT(ocihooks_runner_set_observer(seen->runner, note_end, seen, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK(is_canceled(run_once_asynchronous, seen));
  CHECK_INT(seen->went_on, 0);
  CHECK_INT(seen->event, 1);
  seen->code = OCIHOOKS_ERR_EXIT; /* it may have ended before it took it */
  check_ended_normally(seen);
  CHECK_INT(open_descriptors(), descriptors);
  free_seen(seen);
}

static void an_asynchronously_canceled_thread_finishes_its_call_too(void)
{
  in_child(body_of_asynchronous);
}

/* Canceled before the calls. Each opens, reads, waits or writes without becoming a cancellation point. */
static void *call_all(void *userdata)
{
  struct seen *seen = userdata;
  pthread_cancel(pthread_self());
  test_add_shell(seen->hooks, "createRuntime", "echo out; echo err >&2", 10);
  CHECK_INT(ocihooks_runner_set_output(seen->runner, OCIHOOKS_STDERR, OCIHOOKS_OUTPUT_DISCARD, NULL, 0), OCIHOOKS_OK);
  run(seen);
  seen->went_on = (int)ocihooks_report_json(seen->report, seen->message, sizeof seen->message);
  CHECK_INT(ocihooks_run(NULL, NULL, NULL, 0, NULL, NULL, seen->message, sizeof seen->message),
            OCIHOOKS_ERR_INVALID_ARGUMENT);
  seen->state = cancel_state();
  pthread_testcancel();
  seen->went_on = -1;
  return NULL;
}

static void body_of_calls_of_a_canceled_thread(void)
{
  struct seen *seen = new_seen();
  CHECK(is_canceled(call_all, seen));
  CHECK_INT(seen->code, OCIHOOKS_OK);
  CHECK_OUTPUT(seen->report, 0, OCIHOOKS_STDOUT, "out\n");
  CHECK(seen->went_on > 0);
  CHECK_TEXT(seen->message, "invalid argument: hooks is NULL");
  CHECK_INT(seen->state, PTHREAD_CANCEL_ENABLE);
  free_seen(seen);
}

static void no_call_is_a_cancellation_point(void)
{
  in_child(body_of_calls_of_a_canceled_thread);
}

static int call_back(const char *phase, const char *state, size_t state_len, char *errmsg, size_t errmsg_size,
                     void *userdata)
{
  (void)phase, (void)state, (void)state_len, (void)errmsg, (void)errmsg_size;
  look_inside(userdata);
  return 0;
}

/* Host functions run with cancellation disabled: observer, callback, and their destroy functions. */
static void check_state_and_type(int state, int type)
{
  struct seen *seen = new_seen();
  int other;
  CHECK_INT(ocihooks_add_callback(seen->hooks, "createRuntime", call_back, seen, look_inside, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_observer(seen->runner, note_end, seen, look_inside, NULL, 0), OCIHOOKS_OK);
  pthread_setcancelstate(state, &other);
  pthread_setcanceltype(type, &other);
  run(seen);
  CHECK_INT(cancel_state(), state);
  CHECK_INT(cancel_type(), type);
  ocihooks_free(seen->hooks);
  ocihooks_runner_free(seen->runner);
  CHECK_INT(cancel_state(), state);
  CHECK_INT(cancel_type(), type);
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
  pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, NULL);
  CHECK_INT(seen->code, OCIHOOKS_OK);
  CHECK_INT(seen->calls_inside, 5);
  CHECK_INT(seen->enabled_inside, 0);
  seen->hooks = NULL;
  seen->runner = NULL;
  free_seen(seen);
}

static void state_and_type_are_as_before(void)
{
  check_state_and_type(PTHREAD_CANCEL_ENABLE, PTHREAD_CANCEL_DEFERRED);
  check_state_and_type(PTHREAD_CANCEL_DISABLE, PTHREAD_CANCEL_DEFERRED);
  check_state_and_type(PTHREAD_CANCEL_ENABLE, PTHREAD_CANCEL_ASYNCHRONOUS);
  check_state_and_type(PTHREAD_CANCEL_DISABLE, PTHREAD_CANCEL_ASYNCHRONOUS);
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(canceled_during_a_hook_the_call_returns_and_the_thread_ends_after_it);
  RUN(where_the_caller_has_disabled_it_it_stays_disabled);
  RUN(an_asynchronously_canceled_thread_finishes_its_call_too);
  RUN(no_call_is_a_cancellation_point);
  RUN(state_and_type_are_as_before);
  return test_end();
}
