/*
 * A hook in a container as crun forks it: fork, setns into each namespace, a second fork for the pid namespace, execve,
 * waitpid, and the state in a pipe. In a cgroup: fork, a write to cgroup.procs, execve, waitpid. It has no deadline, no
 * capture and no clean-up of the child.
 */
#define _GNU_SOURCE
#include "contestant.h"
#include "place.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* In joining order: the user namespace grants the rights to join the others. */
static const struct {
  int kind;
  const char *name;
} kinds[] = {
  {CLONE_NEWUSER, "user"}, {CLONE_NEWIPC, "ipc"}, {CLONE_NEWUTS, "uts"},
  {CLONE_NEWNET, "net"},   {CLONE_NEWPID, "pid"}, {CLONE_NEWNS, "mnt"},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static struct place place;
static int namespaces[KINDS]; /* -1: not joined */
static int cgroup_procs = -1;

static void open_namespaces(void)
{
  char path[64];

  for (int i = 0; i < KINDS; i++) {
    namespaces[i] = -1;
    if ((place.kinds & kinds[i].kind) == 0) {
      continue;
    }
    snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)place.container, kinds[i].name);
    namespaces[i] = open(path, O_RDONLY | O_CLOEXEC);
    if (namespaces[i] < 0) {
      die_errno(path);
    }
  }
}

static void open_place(const char *mode)
{
  if (!place_make(&place, mode)) {
    die("MODE is createContainer, startContainer or cgroup:DIRECTORY");
  }
  open_namespaces();
  if (place.cgroup >= 0) {
    cgroup_procs = openat(place.cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC);
    if (cgroup_procs < 0) {
      die_errno("cgroup.procs");
    }
  }
}

static void join(void)
{
  if (cgroup_procs >= 0 && write(cgroup_procs, "0", 1) != 1) {
    die_errno("write to cgroup.procs");
  }
  for (int i = 0; i < KINDS; i++) {
    if (namespaces[i] >= 0 && setns(namespaces[i], kinds[i].kind) != 0) {
      die_errno(kinds[i].name);
    }
  }
}

static void wait_for(pid_t pid)
{
  int status;

  if (pid < 0) {
    die_errno("fork");
  }
  if (waitpid(pid, &status, 0) != pid) {
    die_errno("waitpid");
  }
  expect_success(status);
}

__attribute__((noreturn)) static void child(const struct task *task, int stdin_fd)
{
  char *argv[] = {(char *)task->hook, NULL};
  pid_t pid;

  dup2(stdin_fd, STDIN_FILENO);
  join();
  if (place.kinds & CLONE_NEWPID) {
    pid = fork();
    if (pid != 0) {
      wait_for(pid);
      _exit(0);
    }
  }
  execve(argv[0], argv, environ);
  _exit(127);
}

static void run_hook(const struct task *task)
{
  int ends[2];
  pid_t pid;

  if (pipe2(ends, O_CLOEXEC) != 0) {
    die_errno("pipe2");
  }
  /* Written before the reader exists, because a small state fits into the pipe. */
  if (write(ends[1], task->state, task->state_len) != (ssize_t)task->state_len) {
    die_errno("write");
  }
  close(ends[1]);
  pid = fork();
  if (pid == 0) {
    child(task, ends[0]);
  }
  close(ends[0]);
  wait_for(pid);
}

int main(int argc, char **argv)
{
  if (argc < 2) {
    die("arguments: MODE HOOK STATE MIB HOOKS_PER_PHASE");
  }
  open_place(argv[1]);
  run_hooks(run_hook, argc - 1, argv + 1);
  place_end(&place);
  return 0;
}
