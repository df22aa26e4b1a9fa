/* Errors, files, and the data that a container's folder keeps between create, start and delete. */
#include "minirun.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/syscall.h>

int complain(const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "minirun: ");
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return -1;
}

int complain_errno(const char *what)
{
  return complain("%s: %s", what, strerror(errno));
}

const char *kept_path(const struct container *box, const char *name)
{
  static char path[PATH_MAX + 64];
  snprintf(path, sizeof path, "%s/%s", box->kept, name);
  return path;
}

char *read_file(const char *path)
{
  FILE *file = fopen(path, "rbe");
  char *text = NULL;
  size_t room = 0;
  errno = file != NULL ? ENODATA : errno; /* an empty file sets none */
  if (file == NULL || getdelim(&text, &room, '\0', file) < 0) {
    complain_errno(path);
    free(text);
    text = NULL;
  }
  if (file != NULL)
    fclose(file);
  return text;
}

int write_file(const char *path, const char *text)
{
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  int failed = fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text);
  if (failed)
    complain_errno(path);
  if (fd >= 0)
    close(fd);
  return failed ? -1 : 0;
}

/* The start time of a process. A pid and this time identify one process. */
static unsigned long long start_time(pid_t pid)
{
  char path[64];
  unsigned long long time = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  char *text = access(path, F_OK) == 0 ? read_file(path) : NULL;
  if (text != NULL && strrchr(text, ')') != NULL)
    sscanf(strrchr(text, ')') + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
           &time);
  free(text);
  return time;
}

/* Keeps the data for start and delete: the identity of init, and the hooks as of create. */
int keep(const struct container *box)
{
  char number[64];
  size_t size = ocihooks_to_libcontainer(box->hooks, NULL, 0) + 1;
  char *hooks = malloc(size);
  ocihooks_to_libcontainer(box->hooks, hooks, size);
  snprintf(number, sizeof number, "%d %llu", (int)box->pid, start_time(box->pid));
  int result = write_file(kept_path(box, "hooks.json"), hooks) == 0 ? write_file(kept_path(box, "pid"), number) : -1;
  free(hooks);
  return result;
}

static int read_process(struct container *box)
{
  unsigned long long started = 0;
  char *number = read_file(kept_path(box, "pid"));
  if (number == NULL)
    return -1;
  sscanf(number, "%d %llu", &box->pid, &started);
  free(number);
  box->pidfd = (int)syscall(SYS_pidfd_open, box->pid, 0);
  if (box->pidfd < 0 || start_time(box->pid) != started)
    box->pid = 0; /* init has ended, and its pid may be reused */
  return 0;
}

/* Replaces the hooks of config.json, which may have changed, with those of create. */
int read_back(struct container *box)
{
  char errmsg[ERRMSG_SIZE];
  char *hooks = read_process(box) == 0 ? read_file(kept_path(box, "hooks.json")) : NULL;
  if (hooks == NULL)
    return -1;
  ocihooks_free(box->hooks);
  box->hooks = NULL;
  int code = ocihooks_parse_libcontainer(hooks, strlen(hooks), &box->hooks, errmsg, sizeof errmsg);
  free(hooks);
  return code == OCIHOOKS_OK ? 0 : complain("%s", errmsg);
}

void forget(const struct container *box)
{
  const char *files[] = {"hooks.json", "pid", "start.sock"};
  for (int i = 0; i < 3; i++)
    unlink(kept_path(box, files[i]));
  rmdir(box->kept);
}
