/* The container: its process, its namespaces and its root, and the dialogue of both sides during its creation. */
#include "minirun.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

enum { STACK_BYTES = 256 * 1024 };

static int say(int fd)
{
  return write(fd, "!", 1) == 1 ? 0 : -1;
}

static int hear(int fd)
{
  char word;
  return read(fd, &word, 1) == 1 ? 0 : -1;
}

/* ---- Inside the container ---- */

static int make_mounts(const struct container *box)
{
  char proc[sizeof box->rootfs + 8];
  snprintf(proc, sizeof proc, "%s/proc", box->rootfs);
  mkdir(proc, 0555);
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount(box->rootfs, box->rootfs, NULL, MS_BIND | MS_REC, NULL) != 0)
    return complain_errno("mounting the root");
  return mount("proc", proc, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0 ? 0 : complain_errno(proc);
}

static int change_root(const struct container *box)
{
  /* The old root is mounted on top of the new one, and is detached. */
  if (chdir(box->rootfs) != 0 || syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0)
    return complain_errno("pivot_root");
  return chdir("/");
}

/* Waits for `start`, and becomes the container's process. A failure is reported back to `start`. */
static int wait_and_execute(const struct container *box)
{
  json_object *process = NULL;
  json_object_object_get_ex(box->config, "process", &process);
  char **arguments = config_strings(process, "args");
  signal(SIGCHLD, SIG_IGN); /* processes that hooks leave in the pid namespace are reaped */
  int starter = accept4(box->listener, NULL, NULL, SOCK_CLOEXEC);
  signal(SIGCHLD, SIG_DFL);
  if (starter < 0 || hear(starter) != 0)
    return 1;
  environ = config_strings(process, "env");
  if (arguments[0] == NULL)
    errno = EINVAL;
  else if (chdir(config_text(process, "cwd", "/")) == 0)
    execvp(arguments[0], arguments);
  int why = errno;
  (void)!write(starter, &why, sizeof why);
  return 1;
}

static int container_main(void *argument)
{
  struct container *box = argument;
  const char *name = config_text(box->config, "hostname", box->id);
  close(box->talk[0]);
  if (hear(box->talk[1]) != 0) /* the user is mapped by now */
    return 1;
  if (setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0 || sethostname(name, strlen(name)) != 0)
    return complain_errno("setting up the container");
  if (make_mounts(box) != 0 || say(box->talk[1]) != 0)
    return 1;
  if (hear(box->talk[1]) != 0) /* prestart, createRuntime and createContainer are over */
    return 1;
  if (change_root(box) != 0 || say(box->talk[1]) != 0)
    return 1;
  close(box->talk[1]);
  return wait_and_execute(box);
}

/* ---- The runtime's side ---- */

/* Root in the container is the caller. Other users are not mapped. */
static int map_user(const struct container *box)
{
  char path[64], line[64];
  const char *files[] = {"setgroups", "uid_map", "gid_map"};
  for (int i = 0; box->user_namespace && i < 3; i++) {
    snprintf(path, sizeof path, "/proc/%d/%s", (int)box->pid, files[i]);
    snprintf(line, sizeof line, "0 %u 1", i == 1 ? geteuid() : getegid());
    if (write_file(path, i == 0 ? "deny" : line) != 0)
      return -1;
  }
  return 0;
}

static int listen_for_start(struct container *box)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int length = snprintf(address.sun_path, sizeof address.sun_path, "%s", kept_path(box, "start.sock"));
  box->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (length >= (int)sizeof address.sun_path || bind(box->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
      listen(box->listener, 1) != 0)
    return complain_errno(kept_path(box, "start.sock"));
  return 0;
}

int make_container(struct container *box)
{
  static char stack[STACK_BYTES] __attribute__((aligned(16)));
  int flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | SIGCHLD;
  flags |= box->user_namespace ? CLONE_NEWUSER : 0;
  if (listen_for_start(box) != 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, box->talk) != 0)
    return -1;
  box->pid = clone(container_main, stack + sizeof stack, flags, box);
  if (box->pid < 0) {
    box->pid = 0;
    return complain_errno("clone");
  }
  close(box->talk[1]);
  close(box->listener);
  box->pidfd = (int)syscall(SYS_pidfd_open, box->pid, 0);
  return map_user(box) == 0 && say(box->talk[0]) == 0 && hear(box->talk[0]) == 0 ? 0 : -1;
}

/* Makes init change its root, and returns afterwards. */
int enter_root(const struct container *box)
{
  return say(box->talk[0]) == 0 && hear(box->talk[0]) == 0 ? 0 : -1;
}

/* Lets init execute the process. Init sends a failure back; the end of the file means success. */
int release(const struct container *box)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int starter = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), why = 0;
  snprintf(address.sun_path, sizeof address.sun_path, "%.*s", (int)sizeof address.sun_path - 1,
           kept_path(box, "start.sock"));
  if (connect(starter, (struct sockaddr *)&address, sizeof address) != 0 || say(starter) != 0)
    return complain_errno("the container does not wait for start");
  ssize_t answer = read(starter, &why, sizeof why);
  close(starter);
  errno = why;
  return answer == 0 ? 0 : complain_errno("the container's process");
}

void stop(struct container *box)
{
  struct pollfd end = {.fd = box->pidfd, .events = POLLIN};
  if (box->pid != 0 && syscall(SYS_pidfd_send_signal, box->pidfd, SIGKILL, NULL, 0) == 0) {
    while (poll(&end, 1, -1) < 0 && errno == EINTR)
      ;
    waitpid(box->pid, NULL, 0); /* if it is our child */
  }
  box->pid = 0;
}
