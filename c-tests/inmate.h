/* A further process of a container, in the namespaces of its init, which runs the test's body. Included behind
   container.h. */
#ifndef OCIHOOKS_TEST_INMATE_H
#define OCIHOOKS_TEST_INMATE_H

#include <fcntl.h>
#include <sys/prctl.h>

struct inmate {
  pid_t helper; /* its parent, in our pid namespace, which ends with it */
  pid_t pid;    /* its pid in our namespace */
  int pidfd;
};

/* Joins the namespaces of the box that flags name, the user namespace first, because it grants the right to the others.
   */
static inline int inmate_join(const struct box *box, int flags)
{
  static const struct {
    int flag;
    const char *name;
  } kinds[] = {{CLONE_NEWUSER, "user"}, {CLONE_NEWUTS, "uts"}, {CLONE_NEWIPC, "ipc"},
               {CLONE_NEWNET, "net"},   {CLONE_NEWPID, "pid"}, {CLONE_NEWNS, "mnt"}};
  enum { COUNT = sizeof kinds / sizeof kinds[0] };
  int fds[COUNT], good = 1;
  char path[64];
  for (int i = 0; i < COUNT; i++) {
    snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)box->pid, kinds[i].name);
    fds[i] = flags & kinds[i].flag ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  }
  for (int i = 0; i < COUNT; i++)
    if (flags & kinds[i].flag)
      good = good && setns(fds[i], kinds[i].flag) == 0 && close(fds[i]) == 0;
  return good;
}

/*
 * Starts a process in these namespaces of the box. It runs the body, which writes a byte to its descriptor when it is
 * ready. The process ends with the body. Returns 0 on failure.
 */
static inline int inmate_start(struct inmate *inmate, const struct box *box, int flags, int (*body)(int ready))
{
  int told[2], ready[2];
  char byte;
  *inmate = (struct inmate){-1, -1, -1};
  fflush(stdout);
  if (pipe2(told, O_CLOEXEC) != 0 || pipe2(ready, O_CLOEXEC) != 0)
    return 0;
  inmate->helper = fork();
  if (inmate->helper == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pid_t pid = inmate_join(box, flags) ? fork() : -1;
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      _exit(body(ready[1]));
    }
    close(ready[1]);
    if (pid > 0 && write(told[1], &pid, sizeof pid) == (ssize_t)sizeof pid)
      waitpid(pid, NULL, 0);
    _exit(pid < 0);
  }
  close(told[1]);
  close(ready[1]);
  int good = inmate->helper > 0 && read(told[0], &inmate->pid, sizeof inmate->pid) == (ssize_t)sizeof inmate->pid &&
             read(ready[0], &byte, 1) == 1;
  close(told[0]);
  close(ready[0]);
  if (good)
    inmate->pidfd = (int)syscall(SYS_pidfd_open, inmate->pid, 0);
  return good && inmate->pidfd >= 0;
}

static inline void inmate_stop(struct inmate *inmate)
{
  if (inmate->pid > 0)
    kill(inmate->pid, SIGKILL);
  if (inmate->helper > 0)
    waitpid(inmate->helper, NULL, 0);
  if (inmate->pidfd >= 0)
    close(inmate->pidfd);
  *inmate = (struct inmate){-1, -1, -1};
}

#endif
