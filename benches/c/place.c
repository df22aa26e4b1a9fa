#define _GNU_SOURCE
#include "place.h"
#include "contestant.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CGROUP_MODE "cgroup:"
#define FIVE_KINDS (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC)

static int kinds_of(const char *mode)
{
  if (strcmp(mode, "createContainer") == 0) {
    return FIVE_KINDS;
  }
  return strcmp(mode, "startContainer") == 0 ? FIVE_KINDS | CLONE_NEWUSER : 0;
}

/* The container's process. The contestant sees a failure as the end of the socket. */
__attribute__((noreturn)) static void container(int contestant)
{
  char byte;

  close(STDIN_FILENO);
  close(STDOUT_FILENO);
  /* The byte says that the user is mapped. The kernel clears the parent-death signal when credentials change, so it is
     set afterwards. If the contestant has died before, the send raises SIGPIPE. */
  if (recv(contestant, &byte, 1, 0) != 1 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
      prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || send(contestant, "!", 1, 0) != 1) {
    _exit(1);
  }
  for (;;) {
    pause();
  }
}

static int write_file(pid_t pid, const char *name, const char *text)
{
  char path[64];
  ssize_t written;
  int fd;

  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) {
    return 0;
  }
  written = write(fd, text, strlen(text));
  close(fd);
  return written == (ssize_t)strlen(text);
}

/* Root inside is this process's user outside. */
static int map_user(pid_t pid)
{
  char user[32];
  char group[32];

  snprintf(user, sizeof user, "0 %u 1", geteuid());
  snprintf(group, sizeof group, "0 %u 1", getegid());
  return (geteuid() == 0 || write_file(pid, "setgroups", "deny")) && write_file(pid, "uid_map", user) &&
         write_file(pid, "gid_map", group);
}

static pid_t start_container(int kinds)
{
  char byte;
  int ends[2];
  pid_t pid;

  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    die_errno("socketpair");
  }
  pid = (pid_t)syscall(SYS_clone, kinds | SIGCHLD, NULL, NULL, NULL, NULL);
  if (pid < 0) {
    unavailable("no namespaces here");
  }
  if (pid == 0) {
    close(ends[0]);
    container(ends[1]);
  }
  close(ends[1]);
  if ((kinds & CLONE_NEWUSER) && !map_user(pid)) {
    unavailable("no users can be mapped here");
  }
  if (send(ends[0], "!", 1, MSG_NOSIGNAL) != 1 || recv(ends[0], &byte, 1, 0) != 1) {
    unavailable("no container here");
  }
  close(ends[0]);
  return pid;
}

/* One process joins the cgroup outside of the measured time. After about 20 ms without a join, the next process that
 * joins any cgroup waits 15 ms for a grace period of RCU (cgroup_threadgroup_rwsem, Linux 6.18), and later processes
 * don't. Without this process, the preceding row of the round would influence the result. */
static int joined_first = -1;

static void join_first(void)
{
  pid_t pid = vfork();

  if (pid == 0) {
    _exit(write(joined_first, "0", 1) == 1 ? 0 : 1);
  }
  waitpid(pid, NULL, 0);
}

static int open_cgroup(const char *directory)
{
  int cgroup = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);

  if (cgroup < 0) {
    die_errno(directory);
  }
  joined_first = openat(cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC);
  if (joined_first < 0) {
    die_errno("cgroup.procs");
  }
  before_batch = join_first;
  return cgroup;
}

int place_make(struct place *place, const char *mode)
{
  *place = (struct place){.phase = mode, .kinds = kinds_of(mode), .container = -1, .cgroup = -1};
  if (place->kinds != 0) {
    place->container = start_container(place->kinds);
    return 1;
  }
  if (strncmp(mode, CGROUP_MODE, strlen(CGROUP_MODE)) != 0) {
    return 0;
  }
  place->phase = "createRuntime";
  place->cgroup = open_cgroup(mode + strlen(CGROUP_MODE));
  return 1;
}

void place_end(struct place *place)
{
  if (place->container > 0) {
    kill(place->container, SIGKILL);
    waitpid(place->container, NULL, 0);
    place->container = -1;
  }
}
