/*
 * The attacker: a process of the container with all capabilities in its user namespace. It watches for new processes in
 * its pid namespace without pause, and attacks each with /proc, ptrace and process_vm_readv. It looks for a mark that
 * the host keeps. Included behind helpers.h and inmate.h.
 */
#ifndef OCIHOOKS_TEST_WATCHER_H
#define OCIHOOKS_TEST_WATCHER_H

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* The attacks. Each success is counted. */
enum { BY_MEM, BY_MAPS, BY_VM_READV, BY_ENVIRON, BY_FD, BY_EXE, BY_ROOT, BY_CWD, BY_PTRACE, ATTACKS };
static const char *const ATTACK_NAMES[] = {"mem", "maps",  "process_vm_readv", "environ", "fd", "exe", "root",
                                           "cwd", "ptrace"};

/* The results, shared with the host. */
struct sight {
  atomic_int over, seen, joiners, foreign, written, let_through[ATTACKS], marks[ATTACKS];
  char secret[512]; /* a host file outside of the container's root that contains the mark */
};

static struct sight *sight;

enum { MARK_SIZE = 24, MOST_MAPPINGS = 64, KEPT = 8, CHUNK = 256 * 1024 };

/* Computes the mark, so that the program itself does not contain it. */
static inline const char *mark(void)
{
  static char text[MARK_SIZE + 1];
  unsigned number = 20251125;
  for (int i = 0; i < MARK_SIZE; i++) {
    number = number * 1103515245u + 12345u;
    text[i] = (char)('A' + (number >> 16) % 26);
  }
  return text;
}

/* Opened executables of joiners. Writing is tried again when they are no longer executed. */
static int kept[KEPT];
static unsigned kept_next;

static inline void look_for_mark(const char *data, ssize_t size, int attack)
{
  if (size >= MARK_SIZE && memmem(data, (size_t)size, mark(), MARK_SIZE) != NULL)
    sight->marks[attack]++;
}

static inline void read_and_look(const char *path, int attack)
{
  static char data[64 * 1024];
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return;
  ssize_t size = read(fd, data, sizeof data);
  sight->let_through[attack] += size >= 0;
  look_for_mark(data, size, attack);
  size = pread(fd, data, sizeof data, 0);
  look_for_mark(data, size, attack);
  close(fd);
}

struct mappings {
  unsigned long begin[MOST_MAPPINGS], end[MOST_MAPPINGS];
  int count;
};

static inline void find_mappings(pid_t pid, struct mappings *mappings)
{
  char path[64], line[512], rights[8];
  snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
  FILE *file = fopen(path, "re");
  sight->let_through[BY_MAPS] += file != NULL;
  while (file != NULL && mappings->count < MOST_MAPPINGS && fgets(line, sizeof line, file) != NULL) {
    int i = mappings->count;
    if (sscanf(line, "%lx-%lx %7s", &mappings->begin[i], &mappings->end[i], rights) == 3 && rights[0] == 'r')
      mappings->count++;
  }
  if (file != NULL)
    fclose(file);
}

/* The memory, with and without a descriptor of mem, which refers to the process's memory at the time of its open. */
static inline void look_into_memory(pid_t pid, int mem, const struct mappings *mappings)
{
  static char data[CHUNK];
  for (int i = 0; i < mappings->count; i++) {
    size_t size = mappings->end[i] - mappings->begin[i] < CHUNK ? mappings->end[i] - mappings->begin[i] : CHUNK;
    struct iovec here = {data, size}, there = {(void *)mappings->begin[i], size};
    ssize_t count = mem < 0 ? -1 : pread(mem, data, size, (off_t)mappings->begin[i]);
    sight->let_through[BY_MEM] += count > 0;
    look_for_mark(data, count, BY_MEM);
    count = process_vm_readv(pid, &here, 1, &there, 1, 0);
    sight->let_through[BY_VM_READV] += count > 0;
    look_for_mark(data, count, BY_VM_READV);
  }
}

/* Writes the first byte unchanged, so that a success is harmless. */
static inline void try_to_write(int readable)
{
  char path[64], byte;
  snprintf(path, sizeof path, "/proc/self/fd/%d", readable);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0)
    return;
  if (pread(readable, &byte, 1, 0) == 1 && pwrite(fd, &byte, 1, 0) == 1)
    sight->written++;
  close(fd);
}

static inline int is_own_program(int fd)
{
  struct stat found, own;
  return fstat(fd, &found) == 0 && stat("/bin/busybox", &own) == 0 && found.st_dev == own.st_dev &&
         found.st_ino == own.st_ino;
}

/* The executable of a foreign process is either the joiner or the host. */
static inline void look_at_executable(pid_t pid)
{
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  sight->let_through[BY_EXE] += fd >= 0;
  if (fd >= 0 && !is_own_program(fd)) {
    sight->joiners++;
    try_to_write(fd);
    if (kept[kept_next] > 0)
      close(kept[kept_next]);
    kept[kept_next] = fd;
    kept_next = (kept_next + 1) % KEPT;
  } else if (fd >= 0) {
    close(fd);
  }
}

static inline void look_at_files(pid_t pid)
{
  char path[1024];
  snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
  read_and_look(path, BY_ENVIRON);
  snprintf(path, sizeof path, "/proc/%d/root%s", (int)pid, sight->secret);
  read_and_look(path, BY_ROOT);
  snprintf(path, sizeof path, "/proc/%d/cwd%s", (int)pid, strrchr(sight->secret, '/'));
  read_and_look(path, BY_CWD);
  snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
  DIR *directory = opendir(path);
  for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;)
    if (entry->d_name[0] != '.' && atoi(entry->d_name) > 2) { /* else the hook's own streams */
      int length = snprintf(path, sizeof path, "/proc/%d/fd/%.32s", (int)pid, entry->d_name);
      read_and_look(path, BY_FD);
      snprintf(path + length, sizeof path - (size_t)length, "%s", sight->secret); /* the host's root */
      read_and_look(path, BY_FD);
      snprintf(path + length, sizeof path - (size_t)length, "%s", strrchr(sight->secret, '/')); /* its directory */
      read_and_look(path, BY_FD);
    }
  if (directory != NULL)
    closedir(directory);
}

/* A process of the container in a foreign namespace. A tracer of it could act there. */
static inline void look_at_namespaces(pid_t pid)
{
  static const char *const kinds[] = {"mnt", "net", "uts", "ipc"};
  enum { COUNT = sizeof kinds / sizeof kinds[0] };
  static char own[COUNT][64];
  for (int i = 0; i < COUNT; i++) {
    char path[64], other[64];
    snprintf(path, sizeof path, "/proc/self/ns/%s", kinds[i]);
    if (own[i][0] == '\0' && readlink(path, own[i], sizeof own[i]) < 0)
      continue;
    snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)pid, kinds[i]);
    ssize_t size = readlink(path, other, sizeof other);
    sight->foreign += size > 0 && memcmp(own[i], other, (size_t)size) != 0;
  }
}

static inline void look_at(pid_t pid)
{
  struct mappings mappings = {.count = 0};
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
  int mem = open(path, O_RDWR | O_CLOEXEC), first = pid % 3;
  for (int turn = 0; turn < 3; turn++)
    switch ((first + turn) % 3) {
    case 0:
      find_mappings(pid, &mappings);
      look_into_memory(pid, mem, &mappings);
      break;
    case 1:
      look_at_namespaces(pid);
      look_at_executable(pid);
      break;
    case 2:
      look_at_files(pid);
      break;
    }
  look_into_memory(pid, mem, &mappings); /* the old memory, if it has executed a program since */
  if (mem >= 0)
    close(mem);
}

/* Stops the process for inspection, if that is permitted. */
static inline void stop_and_look_at(pid_t pid)
{
  int status = 0;
  if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0 || ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0 ||
      waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
    return;
  sight->let_through[BY_PTRACE]++;
  look_at(pid);
  ptrace(PTRACE_DETACH, pid, NULL, NULL);
}

/* The last assigned pid in this pid namespace. */
static inline pid_t last_number(void)
{
  static int fd = -1;
  char text[128];
  if (fd < 0)
    fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
  ssize_t size = pread(fd, text, sizeof text - 1, 0);
  text[size < 0 ? 0 : size] = '\0';
  const char *number = strrchr(text, ' ');
  return number == NULL ? 0 : atoi(number);
}

/*
 * The attacker's main loop. Pids are assigned in order, so the next process has one of the next pids, unless the
 * attacker had to wait for its processor.
 */
static inline int watch(int ready)
{
  enum { AHEAD = 8, VISITS = 4 };
  alarm(3 * TEST_SECONDS);
  /* Becomes root of the user namespace, which clears the parent-death signal. */
  if (setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
      write(ready, "!", 1) != 1)
    return 1;
  unsigned turn = 0;
  for (pid_t next = getpid() + 1; !sight->over; turn++) {
    for (pid_t pid = next; pid < next + AHEAD; pid++) {
      if (kill(pid, 0) != 0)
        continue;
      sight->seen++;
      for (int visit = 0; visit < VISITS && kill(pid, 0) == 0; visit++)
        if ((pid + visit) % 2 == 0)
          stop_and_look_at(pid);
        else
          look_at(pid);
      next = pid + 1;
      break;
    }
    if (turn % 16 == 0 && last_number() >= next + AHEAD)
      next = last_number();
    for (int i = 0; i < KEPT && turn % 64 == 0; i++)
      if (kept[i] > 0)
        try_to_write(kept[i]);
  }
  return 0;
}

#endif
