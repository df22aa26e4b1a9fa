/*
 * Another thread of the host forks, and its children never execute: each holds all descriptors that were open at the
 * fork. A hook that reads its stdin to the end must not wait for them.
 */
#include "seccomp.h"
#include "helpers.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { KEPT = 16, HOOKS = 3000, A_FEW = 50, MOST_FAILURES = 2 };

static atomic_int hooks_done, forks, over;

/* Holds its descriptors until it is killed. */
static void hold(void)
{
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm(TEST_SECONDS);
  for (;;)
    pause();
}

/* Every child lives until the hook that ran at its fork has ended. */
static void *fork_without_end(void *unused)
{
  pid_t children[KEPT];
  int born[KEPT] = {0};
  (void)unused;
  for (int i = 0; !over; i++) {
    int place = i % KEPT;
    while (i >= KEPT && !over && hooks_done < born[place] + 2)
      sched_yield();
    if (i >= KEPT) {
      kill(children[place], SIGKILL);
      waitpid(children[place], NULL, 0);
    }
    born[place] = hooks_done;
    children[place] = fork();
    if (children[place] == 0)
      hold();
    if (children[place] < 0) {
      printf("FAIL: fork: %s\n", strerror(errno));
      _exit(1);
    }
    forks++;
  }
  for (int i = 0; i < KEPT && i < forks; i++) {
    kill(children[i], SIGKILL);
    waitpid(children[i], NULL, 0);
  }
  return NULL;
}

static void a_host_that_forks(void)
{
  static const size_t sizes[] = {200, 40000, 100000};
  enum { SIZES = sizeof sizes / sizeof sizes[0] };
  char *states[SIZES];
  pthread_t thread;
  int failures = 0;
  ocihooks *hooks = test_parse("{\"createRuntime\":[{\"path\":\"/bin/cat\",\"timeout\":10}]}");
  for (int i = 0; i < SIZES; i++)
    states[i] = state_of(sizes[i]);
  CHECK_INT(pthread_create(&thread, NULL, fork_without_end, NULL), 0);
  double end = now() + 12;
  for (int i = 0; i < HOOKS && failures < MOST_FAILURES && (i < A_FEW || now() < end); i++) {
    ocihooks_report *report = NULL;
    int code = ocihooks_run(hooks, "createRuntime", states[i % SIZES], sizes[i % SIZES], NULL, &report, test_message,
                            sizeof test_message);
    CHECK_INT(code, OCIHOOKS_OK);
    CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT), sizes[i % SIZES]);
    if (code != OCIHOOKS_OK) {
      printf("  %d bytes: %s\n", (int)sizes[i % SIZES], test_message);
      failures++;
    }
    ocihooks_report_free(report);
    hooks_done++;
  }
  over = 1;
  CHECK_INT(pthread_join(thread, NULL), 0);
  printf("  %d hooks, %d forks\n", hooks_done, forks);
  CHECK(forks > KEPT);
  for (int i = 0; i < SIZES; i++)
    free(states[i]);
  free_all(hooks, NULL, NULL);
}

static void the_end_of_the_state_depends_on_nobody_else(void)
{
  in_child(a_host_that_forks);
}

int main(void)
{
  RUN(the_end_of_the_state_depends_on_nobody_else);
  return test_end();
}
