/*
 * Runs one hook with one system call taken away, and says what came of it, in a line for each situation.
 * probe HOOK NUMBER ERRNO OLD: ERRNO 0 kills for the call. OLD 1: ocihooks_runner_set_old_calls().
 */
#include <ocihooks.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct situation {
  const char *name;
  size_t state_bytes;
  int stops; /* the hook goes over its time */
};

static const struct situation SITUATIONS[] = {{"small", 200, 0}, {"large", 200000, 0}, {"stop", 200, 1}};

struct answer {
  int code, signal, ended;
  char message[1024], warning[512];
};

static int deny(long number, int error)
{
  const unsigned refusal = error != 0 ? SECCOMP_RET_ERRNO | (unsigned)error : SECCOMP_RET_KILL_PROCESS;
  struct sock_filter code[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, refusal),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof code / sizeof *code, code};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static char *state_of(size_t bytes)
{
  static const char head[] =
    "{\"ociVersion\":\"1.2.0\",\"id\":\"c\",\"status\":\"creating\",\"bundle\":\"/b\",\"x\":\"";
  char *state = malloc(bytes + 1);
  memset(state, 'x', bytes);
  memcpy(state, head, sizeof head - 1);
  memcpy(state + bytes - 2, "\"}", 3);
  return state;
}

static void run(const struct situation *in, const char *hook, long number, int error, int old, struct answer *to)
{
  const char *const slow[] = {hook, "slow", NULL};
  ocihooks *hooks = NULL;
  ocihooks_runner *runner = NULL;
  ocihooks_report *report = NULL;
  char *state = state_of(in->state_bytes);
  ocihooks_new(&hooks, NULL, 0);
  ocihooks_add_command(hooks, "createRuntime", hook, in->stops ? slow : NULL, NULL, 0, NULL, 0);
  ocihooks_runner_new(&runner, NULL, 0);
  ocihooks_runner_set_process_group(runner, OCIHOOKS_PROCESS_GROUP_OWN, NULL, 0);
  ocihooks_runner_set_default_timeout_ms(runner, in->stops ? 200 : 5000, NULL, 0);
  ocihooks_runner_set_old_calls(runner, old, NULL, 0);
  alarm(20);
  if (!deny(number, error))
    _exit(2);
  to->code =
    ocihooks_run(hooks, "createRuntime", state, in->state_bytes, runner, &report, to->message, sizeof to->message);
  to->signal = ocihooks_report_hook_signal(report, 0);
  ocihooks_report_warning(report, 0, to->warning, sizeof to->warning);
  to->ended = 1;
  _exit(0);
}

/* The part behind the hook's path: that is another on each machine. */
static const char *cause(const char *message, const char *hook)
{
  const char *at = strstr(message, hook);
  return at == NULL ? message : at + strlen(hook) + 2;
}

static void tell(const struct situation *in, const char *hook, const struct answer *answer, int status)
{
  const int expected = in->stops ? OCIHOOKS_ERR_TIMEOUT : OCIHOOKS_OK;
  printf("%s\t", in->name);
  if (WIFSIGNALED(status))
    printf("host killed by signal %d", WTERMSIG(status));
  else if (!answer->ended)
    printf("no filter");
  else if (answer->code == OCIHOOKS_ERR_SIGNAL && answer->signal == SIGSYS)
    printf("hook killed");
  else if (answer->code != expected)
    printf("fails: %s", cause(answer->message, hook));
  else if (answer->warning[0] != '\0')
    printf("runs, warns: %s", strchr(answer->warning, ':') + 2);
  else
    printf("runs");
  printf("\n");
}

int main(int argc, char **argv)
{
  if (argc != 5)
    return 2;
  for (size_t i = 0; i < sizeof SITUATIONS / sizeof *SITUATIONS; i++) {
    struct answer *answer = mmap(NULL, sizeof *answer, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status = 0;
    if (answer == MAP_FAILED)
      return 1;
    const pid_t child = fork();
    if (child == 0)
      run(&SITUATIONS[i], argv[1], atol(argv[2]), atoi(argv[3]), atoi(argv[4]), answer);
    waitpid(child, &status, 0);
    tell(&SITUATIONS[i], argv[1], answer, status);
  }
  return 0;
}
