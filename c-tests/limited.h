/*
 * A cgroup with a memory limit, of the version (1 or 2) that has the memory controller here. Included behind test.h. It
 * is created below the mount's root if that is permitted, else below our own cgroup.
 */
#ifndef OCIHOOKS_TEST_LIMITED_H
#define OCIHOOKS_TEST_LIMITED_H

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct limited {
  int version;
  int fd; /* the directory, or -1 */
  char parent[1100], path[1200];
  int enabled_by_us; /* version 2: the parent's children lacked the memory controller before */
};

static inline int limited_write(int directory, const char *name, const char *text)
{
  int fd = openat(directory, name, O_WRONLY | O_CLOEXEC);
  int good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
  if (fd >= 0)
    close(fd);
  return good;
}

static inline void limited_read(int directory, const char *name, char *text, size_t size)
{
  int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
  ssize_t count = fd < 0 ? -1 : read(fd, text, size - 1);
  text[count < 0 ? 0 : count] = '\0';
  if (fd >= 0)
    close(fd);
}

/* This process's place in the hierarchy of the memory controller, or of version 2. */
static inline void limited_own(int version, char *path, size_t size)
{
  char line[1024];
  FILE *file = fopen("/proc/self/cgroup", "re");
  snprintf(path, size, "%s", "");
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    const char *at = version == 2 ? strstr(line, "0::") : strstr(line, ":memory:");
    if (at != NULL && (version == 1 || at == line))
      snprintf(path, size, "%.*s", (int)strcspn(strchr(at, '/'), "\n"), strchr(at, '/'));
  }
  if (file != NULL)
    fclose(file);
}

/* Gives the children of a cgroup of version 2 the memory controller. */
static inline int limited_enable(struct limited *group, int parent)
{
  char controllers[512];
  limited_read(parent, "cgroup.subtree_control", controllers, sizeof controllers);
  if (strstr(controllers, "memory") != NULL)
    return 1;
  group->enabled_by_us = limited_write(parent, "cgroup.subtree_control", "+memory");
  return group->enabled_by_us;
}

static inline void limited_give_back(const struct limited *group)
{
  int parent = open(group->parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (group->enabled_by_us)
    limited_write(parent, "cgroup.subtree_control", "-memory");
  if (parent >= 0)
    close(parent);
}

static inline int limited_make_in(struct limited *group, const char *limit)
{
  static int made;
  int parent = open(group->parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int good = parent >= 0 && (group->version == 1 || limited_enable(group, parent));
  if (parent >= 0)
    close(parent);
  snprintf(group->path, sizeof group->path, "%s/ocihooks-test-%d-%d", group->parent, (int)getpid(), made++);
  if (!good || mkdir(group->path, 0755) != 0) {
    limited_give_back(group);
    return 0;
  }
  group->fd = open(group->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (limited_write(group->fd, group->version == 1 ? "memory.limit_in_bytes" : "memory.max", limit)) {
    /* Disables swap, if the machine has any. */
    limited_write(group->fd, group->version == 1 ? "memory.memsw.limit_in_bytes" : "memory.swap.max",
                  group->version == 1 ? limit : "0");
    return 1;
  }
  if (group->fd >= 0)
    close(group->fd);
  rmdir(group->path);
  limited_give_back(group);
  return 0;
}

/* Creates the cgroup. Returns 0 if that is refused. */
static inline int limited_make(struct limited *group, const char *limit)
{
  char line[2048], at[512], type[64], options[1024], own[500];
  int made = 0;
  FILE *mounts = fopen("/proc/self/mounts", "re");
  while (mounts != NULL && !made && fgets(line, sizeof line, mounts) != NULL) {
    if (sscanf(line, "%*s %511s %63s %1023s", at, type, options) != 3)
      continue;
    *group = (struct limited){.version = strcmp(type, "cgroup2") == 0 ? 2 : 1, .fd = -1};
    if (group->version == 1 && (strcmp(type, "cgroup") != 0 || strstr(options, "memory") == NULL))
      continue;
    snprintf(group->parent, sizeof group->parent, "%s", at);
    made = limited_make_in(group, limit);
    limited_own(group->version, own, sizeof own);
    if (!made && strlen(own) > 1) {
      snprintf(group->parent, sizeof group->parent, "%s%s", at, own);
      made = limited_make_in(group, limit);
    }
  }
  if (mounts != NULL)
    fclose(mounts);
  return made;
}

/* Sets the limit to the current usage plus `more` bytes. */
static inline int limited_tighten(const struct limited *group, long more)
{
  char text[64];
  limited_read(group->fd, group->version == 1 ? "memory.usage_in_bytes" : "memory.current", text, sizeof text);
  snprintf(text, sizeof text, "%ld", atol(text) + more);
  return limited_write(group->fd, group->version == 1 ? "memory.limit_in_bytes" : "memory.max", text);
}

/* The number of its processes that the OOM killer has killed, or -1 if the kernel does not report it. */
static inline int limited_kills(const struct limited *group)
{
  char text[1024];
  limited_read(group->fd, group->version == 1 ? "memory.oom_control" : "memory.events", text, sizeof text);
  const char *at = strstr(text, "oom_kill ");
  return at == NULL ? -1 : atoi(at + strlen("oom_kill "));
}

/* Kills its processes and removes it. Of several, the first one created is removed last, because it may have to disable
   the * memory controller. */
static inline void limited_remove(const struct limited *group)
{
  const struct timespec moment = {0, 10000000};
  for (int i = 0; i < 500 && rmdir(group->path) != 0 && errno == EBUSY; i++) {
    int fd = openat(group->fd, "cgroup.procs", O_RDONLY | O_CLOEXEC), pid;
    FILE *processes = fd < 0 ? NULL : fdopen(fd, "r");
    while (processes != NULL && fscanf(processes, "%d", &pid) == 1)
      kill(pid, SIGKILL);
    if (processes != NULL)
      fclose(processes);
    nanosleep(&moment, NULL);
  }
  close(group->fd);
  limited_give_back(group);
}

#endif
