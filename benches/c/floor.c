/*
 * The floor: the minimal work to run a hook. The state in a pipe, a bare clone(CLONE_VM|CLONE_VFORK), execve, waitpid.
 * No deadline, no capture, no clean-up of the child.
 */
#define _GNU_SOURCE
#include "contestant.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE (64 * 1024)

extern char **environ;

/* The child's inputs. It shares the parent's memory until execve. */
struct spawn {
  char *argv[2];
  int stdin_fd;
};

static int child(void *argument)
{
  struct spawn *spawn = argument;

  dup2(spawn->stdin_fd, STDIN_FILENO);
  execve(spawn->argv[0], spawn->argv, environ);
  _exit(127);
}

static void run_hook(const struct task *task)
{
  static char stack[STACK_SIZE] __attribute__((aligned(16)));
  struct spawn spawn = {.argv = {(char *)task->hook, NULL}};
  int ends[2];
  int status;
  pid_t pid;

  if (pipe2(ends, O_CLOEXEC) != 0) {
    die_errno("pipe2");
  }
  /* Written before the reader exists, because a small state fits into the pipe. */
  if (write(ends[1], task->state, task->state_len) != (ssize_t)task->state_len) {
    die_errno("write");
  }
  close(ends[1]);
  spawn.stdin_fd = ends[0];
  pid = clone(child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &spawn);
  if (pid < 0) {
    die_errno("clone");
  }
  close(ends[0]);
  if (waitpid(pid, &status, 0) != pid) {
    die_errno("waitpid");
  }
  expect_success(status);
}

int main(int argc, char **argv)
{
  return run_hooks(run_hook, argc, argv);
}
