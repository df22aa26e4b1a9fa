/*
 * The code of a careful C programmer: posix_spawn with a process group, a mask and dispositions for the child, the
 * state through a pipe, both outputs captured, a deadline of 5 s.
 */
#define _GNU_SOURCE
#include "contestant.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CAPTURE_SIZE (64 * 1024)
#define TIMEOUT_MS 5000

extern char **environ;

/* The pipes to the hook's descriptors 0, 1 and 2. */
struct pipes {
  int in[2];
  int out[2];
  int err[2];
};

struct capture {
  size_t length;
  char text[CAPTURE_SIZE];
};

static void open_pipes(struct pipes *pipes)
{
  if (pipe2(pipes->in, O_CLOEXEC) != 0 || pipe2(pipes->out, O_CLOEXEC) != 0 || pipe2(pipes->err, O_CLOEXEC) != 0) {
    die_errno("pipe2");
  }
}

static void set_attributes(posix_spawnattr_t *attributes)
{
  sigset_t none;
  sigset_t all;

  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_init(attributes);
  posix_spawnattr_setpgroup(attributes, 0);
  posix_spawnattr_setsigmask(attributes, &none);
  posix_spawnattr_setsigdefault(attributes, &all);
  posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static pid_t spawn(const char *hook, const struct pipes *pipes)
{
  char *argv[] = {(char *)hook, NULL};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  pid_t pid;

  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipes->in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, pipes->out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, pipes->err[1], STDERR_FILENO);
  set_attributes(&attributes);
  errno = posix_spawn(&pid, hook, &actions, &attributes, argv, environ);
  if (errno != 0) {
    die_errno("posix_spawn");
  }
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

static long long now_ms(void)
{
  struct timespec now;

  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* One read of a readable stream; false at its end. Drops output beyond the buffer. */
static int drain(int fd, struct capture *capture)
{
  char overflow[4096];
  size_t room = sizeof capture->text - capture->length;
  ssize_t got = room > 0 ? read(fd, capture->text + capture->length, room) : read(fd, overflow, sizeof overflow);

  if (got < 0) {
    die_errno("read");
  }
  if (room > 0) {
    capture->length += (size_t)got;
  }
  return got > 0;
}

/* Reads both streams to their ends, and kills the hook's process group at the deadline. */
static void collect(pid_t pid, const struct pipes *pipes, struct capture captures[2])
{
  struct pollfd fds[] = {{pipes->out[0], POLLIN, 0}, {pipes->err[0], POLLIN, 0}};
  long long deadline = now_ms() + TIMEOUT_MS;
  int open = 2;

  while (open > 0) {
    long long left = deadline - now_ms();

    if (left <= 0 || poll(fds, 2, (int)left) <= 0) {
      kill(-pid, SIGKILL);
      return;
    }
    for (int i = 0; i < 2; i++) {
      if (fds[i].revents != 0 && !drain(fds[i].fd, &captures[i])) {
        fds[i].fd = -1; /* poll ignores negative descriptors */
        open--;
      }
    }
  }
}

static void run_hook(const struct task *task)
{
  static struct capture captures[2];
  struct pipes pipes;
  int status;
  pid_t pid;

  open_pipes(&pipes);
  captures[0].length = captures[1].length = 0;
  if (write(pipes.in[1], task->state, task->state_len) != (ssize_t)task->state_len) {
    die_errno("write");
  }
  close(pipes.in[1]);
  pid = spawn(task->hook, &pipes);
  close(pipes.in[0]);
  close(pipes.out[1]);
  close(pipes.err[1]);
  collect(pid, &pipes, captures);
  close(pipes.out[0]);
  close(pipes.err[0]);
  if (waitpid(pid, &status, 0) != pid) {
    die_errno("waitpid");
  }
  expect_success(status);
}

int main(int argc, char **argv)
{
  return run_hooks(run_hook, argc, argv);
}
