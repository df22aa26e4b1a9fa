/*
 * A container for tests: its init waits in separate namespaces, in a root made of busybox, until it is stopped.
 * Included behind test.h and a header that has place_make().
 */
#ifndef OCIHOOKS_TEST_CONTAINER_H
#define OCIHOOKS_TEST_CONTAINER_H

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define BOX_NAME "box"
#define ALL_BUT_USER (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET)

struct box {
  char root[512];
  int pivot;   /* whether init leaves the host's root */
  int remap;   /* whether root inside is another user than the caller outside, which needs root */
  int ends[2]; /* init reports that it is ready, then waits for the end of the file */
  int lives[2];
  pid_t pid;
  int pidfd;
};

/* Makes the root. It has /dev/fd, and busybox's sh. Returns 0 without busybox. */
static inline int box_make_root(const char *root)
{
  static const char script[] =
    "busybox=$(command -v busybox) && mkdir -p '%s' && cd '%s' && mkdir bin proc dev tmp && cp \"$busybox\" bin/busybox && "
    "for name in sh cat ls readlink sleep id stat echo grep hostname pwd ps wc kill true; do ln -s busybox bin/$name; done && "
    "ln -s /proc/self/fd dev/fd && : > dev/null";
  char command[2048];
  snprintf(command, sizeof command, script, root, root);
  return system(command) == 0;
}

/* The same in the test's folder. Prints SKIPPED without busybox. */
static inline int box_make_root_in(struct box *box, const char *folder)
{
  snprintf(box->root, sizeof box->root, "%s/root", folder);
  if (box_make_root(box->root))
    return 1;
  printf("  SKIPPED: busybox, which a container's root needs, is missing\n");
  return 0;
}

static inline int box_init(void *argument)
{
  struct box *box = argument;
  char proc[600], byte = 0;
  close(box->lives[1]);
  if (read(box->lives[0], &byte, 1) != 1) /* the user is mapped */
    return 1;
  snprintf(proc, sizeof proc, "%s/proc", box->root);
  sethostname(BOX_NAME, strlen(BOX_NAME));
  signal(SIGCHLD, SIG_IGN); /* processes that hooks leave are reaped */
  mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL);
  mount(box->root, box->root, "none", MS_BIND | MS_REC, NULL);
  mount("proc", proc, "proc", 0, NULL);
  if (box->pivot && (chdir(box->root) != 0 || syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 ||
                     chdir("/tmp") != 0))
    return 1;
  if (write(box->ends[1], "!", 1) != 1)
    return 1;
  close(box->ends[1]);
  return (int)read(box->lives[0], &byte, 1);
}

static inline int box_write(pid_t pid, const char *file, const char *text)
{
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  int good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
  close(fd);
  return good;
}

/* Root inside is the caller outside. If the caller is root, other users inside are those from 100000 on outside. */
static inline int box_map(const struct box *box)
{
  const pid_t pid = box->pid;
  char line[64];
  const char *files[] = {"uid_map", "gid_map"};
  if (geteuid() != 0 && !box_write(pid, "setgroups", "deny"))
    return 0;
  for (int i = 0; i < 2; i++) {
    int length = snprintf(line, sizeof line, "0 %u 1", i == 0 ? geteuid() : getegid());
    if (geteuid() == 0)
      snprintf(line + length, sizeof line - (size_t)length, "\n1 100000 65535");
    if (box->remap)
      snprintf(line, sizeof line, "0 100000 65536");
    if (!box_write(pid, files[i], line))
      return 0;
  }
  return 1;
}

/* Starts init in the namespaces that flags name. CLONE_NEWNS is one of them, because init mounts. Returns 0 if that is
   refused. */
static inline int box_start(struct box *box, int flags)
{
  static char stack[128 * 1024] __attribute__((aligned(16)));
  char byte;
  box->pid = -1;
  box->pidfd = -1;
  if (!(flags & CLONE_NEWNS) || pipe2(box->ends, O_CLOEXEC) != 0 || pipe2(box->lives, O_CLOEXEC) != 0)
    return 0;
  box->pid = clone(box_init, stack + sizeof stack, flags | SIGCHLD, box);
  close(box->ends[1]);
  close(box->lives[0]);
  int ready = box->pid > 0 && (!(flags & CLONE_NEWUSER) || box_map(box)) && write(box->lives[1], "!", 1) == 1 &&
              read(box->ends[0], &byte, 1) == 1;
  close(box->ends[0]);
  if (box->pid > 0)
    box->pidfd = (int)syscall(SYS_pidfd_open, box->pid, 0);
  return ready;
}

static inline void box_stop(struct box *box)
{
  close(box->lives[1]);
  if (box->pid > 0) {
    kill(box->pid, SIGKILL);
    waitpid(box->pid, NULL, 0);
    close(box->pidfd);
  }
  box->pid = -1;
}

#endif
