/* A thread that another thread cancels at any moment of a call: the call completes, and the thread ends after it. */
#include "seccomp.h"
#include "canceled_thread.h"

#include <sys/ioctl.h>
#include <time.h>

enum { ROUNDS = 50 };

static void *run_for_ever(void *userdata)
{
  struct seen *seen = userdata;
  pthread_setcanceltype(seen->type, NULL);
  for (;;) {
    ocihooks_run(seen->hooks, "createRuntime", STATE, strlen(STATE), NULL, NULL, NULL, 0);
    __atomic_add_fetch(&seen->went_on, 1, __ATOMIC_SEQ_CST);
    pthread_testcancel();
  }
  return NULL;
}

/* Another thread cancels at an arbitrary moment. */
static void cancel_from_outside(int type)
{
  struct seen *seen = new_seen();
  pthread_t thread;
  void *result = NULL;
  seen->type = type;
  test_add_shell(seen->hooks, "createRuntime", "echo out; exit 1", 10);
  CHECK_INT(pthread_create(&thread, NULL, run_for_ever, seen), 0);
  while (__atomic_load_n(&seen->went_on, __ATOMIC_SEQ_CST) == 0)
    sched_yield();
  CHECK_INT(pthread_cancel(thread), 0);
  CHECK_INT(pthread_join(thread, &result), 0);
  CHECK(result == PTHREAD_CANCELED);
  free_seen(seen);
}

static void body_of_canceled_from_outside(void)
{
  int descriptors = open_descriptors();
  for (int round = 0; round < ROUNDS; round++) {
    cancel_from_outside(PTHREAD_CANCEL_DEFERRED);
    cancel_from_outside(PTHREAD_CANCEL_ASYNCHRONOUS);
  }
  CHECK(no_children());
  CHECK_INT(open_descriptors(), descriptors);
}

static void canceled_from_outside_at_any_moment_nothing_is_left(void)
{
  in_child(body_of_canceled_from_outside);
}

/*
 * glibc's pthread_cancel first checks a thread's type, and sends its signal if that is asynchronous. A filter here
 * holds the sending call up, to control the events in between.
 */
static struct late {
  struct seen *seen;
  pthread_t target;
  int filter; /* the filter's notification descriptor, or -1 */
  int is_asynchronous, asked, may_run, is_running;
} late;

static void *cancel_target(void *unused)
{
  (void)unused;
  struct sock_filter code[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof code / sizeof *code, code};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  int filter = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
  __atomic_store_n(&late.filter, filter, __ATOMIC_SEQ_CST);
  __atomic_store_n(&late.asked, 1, __ATOMIC_SEQ_CST);
  if (filter >= 0)
    pthread_cancel(late.target);
  return NULL;
}

static void wait_until(const int *is_true)
{
  while (!__atomic_load_n(is_true, __ATOMIC_SEQ_CST))
    sched_yield();
}

static void *run_when_told(void *unused)
{
  (void)unused;
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
  __atomic_store_n(&late.is_asynchronous, 1, __ATOMIC_SEQ_CST);
  wait_until(&late.may_run);
  __atomic_store_n(&late.is_running, 1, __ATOMIC_SEQ_CST);
  run(late.seen);
  pthread_testcancel();
  late.seen->went_on = 1;
  return NULL;
}

/* If libc sends no signal to such a thread, nothing is held up, and the alarm ends the test visibly. */
static int is_held_up(uint64_t *id)
{
  struct seccomp_notif held;
  memset(&held, 0, sizeof held);
  if (ioctl(late.filter, SECCOMP_IOCTL_NOTIF_RECV, &held) != 0)
    return 0;
  *id = held.id;
  return 1;
}

static int let_go(uint64_t id)
{
  struct seccomp_notif_resp answer;
  memset(&answer, 0, sizeof answer);
  answer.id = id;
  answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  return ioctl(late.filter, SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0;
}

static void body_of_a_late_signal(void)
{
  const struct timespec moment = {0, 500000000}; /* by then the library waits at least for the hook's end */
  pthread_t canceler;
  void *result = NULL;
  uint64_t held;
  late.seen = new_seen();
  test_add_shell(late.seen->hooks, "createRuntime", "sleep 2", 20);
  CHECK_INT(pthread_create(&late.target, NULL, run_when_told, NULL), 0);
  wait_until(&late.is_asynchronous); /* a thread that is canceled before this change ends at once, and never runs */
  CHECK_INT(pthread_create(&canceler, NULL, cancel_target, NULL), 0);
  wait_until(&late.asked);
  if (late.filter < 0)
    SKIP("no seccomp filter that asks can be set up here");
  CHECK(is_held_up(&held));
  __atomic_store_n(&late.may_run, 1, __ATOMIC_SEQ_CST);
  wait_until(&late.is_running);
  nanosleep(&moment, NULL);
  CHECK(let_go(held));
  CHECK_INT(pthread_join(canceler, NULL), 0);
  CHECK_INT(pthread_join(late.target, &result), 0);
  CHECK(result == PTHREAD_CANCELED);
  CHECK_INT(late.seen->went_on, 0);
  CHECK(no_children());
  free_seen(late.seen);
}

static void a_signal_of_pthread_cancel_that_is_late_takes_no_call_apart(void)
{
  in_child(body_of_a_late_signal);
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(canceled_from_outside_at_any_moment_nothing_is_left);
  RUN(a_signal_of_pthread_cancel_that_is_late_takes_no_call_apart);
  return test_end();
}
