/* Threads: many threads share a map and a runner, a host with threads forks, and runs nest. */
#include "test.h"

#include "helpers.h"

#include <pthread.h>

enum { THREADS = 16, ROUNDS = 10 };

static ocihooks *shared;
static ocihooks_runner *shared_runner;

/* The observations of one thread, which is their only writer. */
struct thread {
  pthread_t handle;
  char id[16];
  int calls, failures;
};

static __thread struct thread *current;

static int count_call(const char *phase, const char *state, size_t state_len, char *errmsg, size_t errmsg_size,
                      void *userdata)
{
  (void)errmsg, (void)errmsg_size, (void)userdata;
  if (strcmp(phase, "own") != 0 || strlen(state) != state_len || strstr(state, current->id) == NULL)
    current->failures++;
  current->calls++;
  return 0;
}

/* Runs the shared phase with the thread's state, and checks that its hooks got that state. */
static void run_once(struct thread *thread)
{
  char state[256];
  ocihooks_report *report = NULL;
  snprintf(state, sizeof state, "{\"ociVersion\":\"1.2.0\",\"id\":\"%s\",\"status\":\"stopped\",\"bundle\":\"/b\"}",
           thread->id);
  const int code = ocihooks_run(shared, "own", state, strlen(state), shared_runner, &report, NULL, 0);
  char *output = test_output(report, 1, OCIHOOKS_STDOUT);
  if (code != OCIHOOKS_ERR_EXIT || strcmp(output, state) != 0 || ocihooks_report_hook_exit_code(report, 3) != 4)
    thread->failures++;
  free(output);
  ocihooks_report_free(report);
}

static void *run_many(void *userdata)
{
  current = userdata;
  for (int round = 0; round < ROUNDS; round++)
    run_once(current);
  return NULL;
}

static void make_shared(void)
{
  shared = test_parse("{}");
  CHECK_INT(ocihooks_runner_new(&shared_runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_add_callback(shared, "own", count_call, NULL, NULL, NULL, 0), OCIHOOKS_OK);
  test_add_shell(shared, "own", "exec cat", 30);
  CHECK_INT(ocihooks_add_callback(shared, "own", count_call, NULL, NULL, NULL, 0), OCIHOOKS_OK);
  test_add_shell(shared, "own", "exit 4", 30);
  test_add_shell(shared, "own", "exit 5", 30);
}

static void free_shared(void)
{
  ocihooks_runner_free(shared_runner);
  ocihooks_free(shared);
}

static void sixteen_threads_run_phases_of_one_map_at_once(void)
{
  static struct thread threads[THREADS];
  const int descriptors = open_descriptors();
  make_shared();
  for (int i = 0; i < THREADS; i++) {
    snprintf(threads[i].id, sizeof threads[i].id, "thread-%d-", i);
    CHECK_INT(pthread_create(&threads[i].handle, NULL, run_many, &threads[i]), 0);
  }
  for (int i = 0; i < THREADS; i++) {
    CHECK_INT(pthread_join(threads[i].handle, NULL), 0);
    CHECK_INT(threads[i].failures, 0);
    CHECK_INT(threads[i].calls, 2 * ROUNDS);
  }
  CHECK_INT(open_descriptors(), descriptors);
  CHECK(has_no_child());
  free_shared();
}

/* field note 14: two waits for one hook race for its end. One of the two hooks is always killed, and the other ends
   close to * its timeout. Both outcomes are valid, and each run has exactly one. */
static void *time_out_many(void *userdata)
{
  struct thread *thread = userdata;
  for (int round = 0; round < ROUNDS; round++) {
    const int killed = ocihooks_run(shared, "killed", STATE, strlen(STATE), shared_runner, NULL, NULL, 0);
    const int close_run = ocihooks_run(shared, "close", STATE, strlen(STATE), shared_runner, NULL, NULL, 0);
    thread->failures += killed != OCIHOOKS_ERR_TIMEOUT;
    thread->failures += close_run != OCIHOOKS_OK && close_run != OCIHOOKS_ERR_TIMEOUT;
  }
  return NULL;
}

static void hooks_of_many_threads_that_end_with_their_time_hang_nobody(void)
{
  static struct thread threads[THREADS];
  shared = test_parse("{}");
  CHECK_INT(ocihooks_runner_new(&shared_runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(shared_runner, 20, NULL, 0), OCIHOOKS_OK);
  test_add_shell(shared, "killed", "exec sleep 60", 0);
  test_add_shell(shared, "close", "exec sleep 0.02", 0);
  for (int i = 0; i < THREADS; i++)
    CHECK_INT(pthread_create(&threads[i].handle, NULL, time_out_many, &threads[i]), 0);
  for (int i = 0; i < THREADS; i++) {
    CHECK_INT(pthread_join(threads[i].handle, NULL), 0);
    CHECK_INT(threads[i].failures, 0);
  }
  CHECK(has_no_child());
  free_shared();
}

static void *run_alone(void *userdata)
{
  int *failures = userdata;
  *failures += test_shell("exit 0", 30, NULL, NULL) != OCIHOOKS_OK;
  *failures += test_shell("sleep 60", 1, NULL, NULL) != OCIHOOKS_ERR_TIMEOUT;
  return NULL;
}

static void a_thread_that_began_later_can_run_hooks_too(void)
{
  pthread_t handle;
  int failures = 0;
  CHECK_INT(pthread_create(&handle, NULL, run_alone, &failures), 0);
  CHECK_INT(pthread_join(handle, NULL), 0);
  CHECK_INT(failures, 0);
}

static volatile int stop;

static void *run_until_stopped(void *userdata)
{
  current = userdata;
  while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST))
    run_once(current);
  return NULL;
}

/* In a fresh child: every operation that takes memory or a lock. */
static int run_in_child(void)
{
  struct thread own = {0};
  strcpy(own.id, "child");
  current = &own;
  alarm(TEST_SECONDS / 2); /* a lock that another thread held at the fork would block here */
  run_once(&own);
  static const char json[] = "{\"prestart\":[{\"path\":\"/bin/true\"}]}";
  ocihooks *hooks = NULL;
  if (ocihooks_parse(json, strlen(json), &hooks, NULL, 0) != OCIHOOKS_OK)
    return 2;
  if (ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, NULL, NULL, 0) != OCIHOOKS_OK)
    return 3;
  ocihooks_free(hooks);
  return own.failures == 0 && own.calls == 2 && has_no_child() ? 0 : 4;
}

static void a_freshly_forked_child_of_a_host_with_threads_runs_hooks(void)
{
  static struct thread threads[2];
  make_shared();
  stop = 0;
  for (int i = 0; i < 2; i++) {
    snprintf(threads[i].id, sizeof threads[i].id, "thread-%d-", i);
    CHECK_INT(pthread_create(&threads[i].handle, NULL, run_until_stopped, &threads[i]), 0);
  }
  for (int round = 0; round < ROUNDS; round++) {
    int status = -1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
      _exit(run_in_child());
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0); /* 256 times what the child returned, or its signal */
  }
  __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
  for (int i = 0; i < 2; i++) {
    CHECK_INT(pthread_join(threads[i].handle, NULL), 0);
    CHECK_INT(threads[i].failures, 0);
  }
  free_shared();
}

/* Runs another phase of the running map. */
static int run_within(const char *phase, const char *state, size_t state_len, char *errmsg, size_t errmsg_size,
                      void *userdata)
{
  return ocihooks_run(userdata, strcmp(phase, "outer") == 0 ? "inner" : "innermost", state, state_len, NULL, NULL,
                      errmsg, errmsg_size) != OCIHOOKS_OK;
}

static void a_callback_may_run_other_phases_of_the_same_map(void)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_report *report = NULL;
  test_add_shell(hooks, "outer", "exit 0", 30);
  CHECK_INT(ocihooks_add_callback(hooks, "outer", run_within, hooks, NULL, NULL, 0), OCIHOOKS_OK);
  test_add_shell(hooks, "outer", "exec cat", 30);
  CHECK_INT(ocihooks_add_callback(hooks, "inner", run_within, hooks, NULL, NULL, 0), OCIHOOKS_OK);
  test_add_shell(hooks, "innermost", "cat >/dev/null", 30);
  CHECK_INT(ocihooks_run(hooks, "outer", STATE, strlen(STATE), NULL, &report, test_message, sizeof test_message),
            OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  CHECK_OWN(test_output(report, 2, OCIHOOKS_STDOUT), STATE);
  ocihooks_report_free(report);
  test_add_shell(hooks, "innermost", "echo deep >&2; exit 9", 30);
  CHECK_INT(ocihooks_run(hooks, "outer", STATE, strlen(STATE), NULL, NULL, test_message, sizeof test_message),
            OCIHOOKS_ERR_CALLBACK);
  CHECK_TEXT(test_message,
             "error running outer hook #1: callback returned 1: error running inner hook #0: callback returned 1: "
             "error running innermost hook #1: /bin/sh: exited with status 9: deep");
  ocihooks_free(hooks);
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(sixteen_threads_run_phases_of_one_map_at_once);
  RUN(hooks_of_many_threads_that_end_with_their_time_hang_nobody);
  RUN(a_thread_that_began_later_can_run_hooks_too);
  RUN(a_freshly_forked_child_of_a_host_with_threads_runs_hooks);
  RUN(a_callback_may_run_other_phases_of_the_same_map);
  return test_end();
}
