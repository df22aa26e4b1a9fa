/*
 * Helpers for tests that need files, a clock, other processes, or the library's texts. Included behind test.h. A
 * program that calls place_make() has a separate directory, which is removed when the program ends.
 */
#ifndef OCIHOOKS_HELPERS_H
#define OCIHOOKS_HELPERS_H

#include "descriptors.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The limit for a condition that must come true, in seconds. It is generous, because only failures wait for it. */
#define SOON ((double)test_seconds(10))

static char place[256];
static pid_t place_owner;

static inline int place_remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
  (void)status, (void)type, (void)ftw;
  return remove(path);
}

static inline void place_remove(void)
{
  if (getpid() == place_owner) /* not a forked child */
    nftw(place, place_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void place_make(void)
{
  const char *directory = getenv("TMPDIR");
  snprintf(place, sizeof place, "%s/ocihooks-test-XXXXXX", directory != NULL && *directory == '/' ? directory : "/tmp");
  if (mkdtemp(place) == NULL) {
    printf("FAIL: no directory %s\n", place);
    exit(1);
  }
  place_owner = getpid();
  atexit(place_remove);
}

/* The path of a file in the directory, valid until the eighth next call. */
static inline const char *place_path(const char *name)
{
  static char paths[8][512];
  static unsigned next;
  char *path = paths[next++ % 8];
  snprintf(path, sizeof paths[0], "%s/%s", place, name);
  return path;
}

/* Writes a file into the directory and returns its path. */
static inline const char *place_write(const char *name, const char *text, mode_t mode)
{
  const char *path = place_path(name);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || fchmod(fd, mode) != 0) {
    printf("FAIL: %s can't be written\n", path);
    exit(1);
  }
  close(fd);
  return path;
}

/* The beginning of a file, empty if the file is missing. */
static inline const char *file_text(const char *path)
{
  static char text[64 * 1024];
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t size = 0, count = 1;
  while (fd >= 0 && count > 0 && size < (ssize_t)sizeof text - 1) {
    count = read(fd, text + size, sizeof text - 1 - (size_t)size);
    size += count > 0 ? count : 0;
  }
  text[size] = '\0';
  if (fd >= 0)
    close(fd);
  return text;
}

/* Monotonic time, in seconds. */
static inline double now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static inline void nap(void)
{
  struct timespec time = {0, 5 * 1000 * 1000};
  nanosleep(&time, NULL);
}

/* Whether a process is dead. A zombie counts as dead. */
static inline int is_dead(pid_t pid)
{
  char path[64];
  if (kill(pid, 0) != 0)
    return errno == ESRCH;
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  const char *state = strrchr(file_text(path), ')');
  return state == NULL || state[2] == 'Z' || state[2] == 'X';
}

/* Waits until a process is dead, child or not. */
static inline int dies_soon(pid_t pid)
{
  for (double end = now() + SOON; now() < end; nap())
    if (is_dead(pid))
      return 1;
  return 0;
}

/* Whether this process has no child, zombies included. */
static inline int has_no_child(void)
{
  return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD;
}

/* A text of the library, from a function that writes like snprintf. The caller frees it. */
#define TEXT_OF(name, type, function)            \
  static inline char *name(const type *handle)   \
  {                                              \
    size_t size = function(handle, NULL, 0) + 1; \
    char *text = malloc(size);                   \
    function(handle, text, size);                \
    return text;                                 \
  }
TEXT_OF(json_of, ocihooks, ocihooks_to_json)
TEXT_OF(libcontainer_of, ocihooks, ocihooks_to_libcontainer)
TEXT_OF(report_json_of, ocihooks_report, ocihooks_report_json)
TEXT_OF(report_message_of, ocihooks_report, ocihooks_report_message)

/* Checks a text and frees it. */
#define CHECK_OWN(text, expected) \
  do {                            \
    char *own_ = (text);          \
    CHECK_TEXT(own_, expected);   \
    free(own_);                   \
  } while (0)

#define CHECK_OWN_HAS(text, part) \
  do {                            \
    char *own_ = (text);          \
    CHECK_HAS(own_, part);        \
    free(own_);                   \
  } while (0)

/* A warning of a report, valid until the next call. */
static inline const char *warning_of(const ocihooks_report *report, size_t index)
{
  static char text[4096];
  ocihooks_report_warning(report, index, text, sizeof text);
  return text;
}

/* The path of this program, to run it as a hook. */
static inline const char *own_path(void)
{
  static char path[4096];
  ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
  path[size < 0 ? 0 : size] = '\0';
  return path;
}

/* A state for poststop of at least the given size. The caller frees it. */
static inline char *large_state(size_t size)
{
  static const char head[] =
    "{\"ociVersion\":\"1.2.0\",\"id\":\"c1\",\"status\":\"stopped\",\"bundle\":\"/b\",\"annotations\":{\"a\":\"";
  char *state = malloc(sizeof head + size + 4);
  strcpy(state, head);
  size_t length = strlen(head);
  while (length < size)
    state[length] = (char)('a' + length % 26), length++;
  strcpy(state + length, "\"}}");
  return state;
}

#endif
