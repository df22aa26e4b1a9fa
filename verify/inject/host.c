/* The process state that a run has to leave unchanged: descriptors, signals, threads, limits, directory, heap,
   mappings. */
#include "subject.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char *end;
static size_t room;

static void add(const char *text)
{
  size_t size = strlen(text);
  if (size < room) {
    memcpy(end, text, size + 1);
    end += size;
    room -= size;
  }
}

/* Each descriptor with its flags. */
static void add_descriptors(void)
{
  for (int fd = 0; fd < 64; fd++) {
    int flags = fcntl(fd, F_GETFD), status = flags < 0 ? 0 : fcntl(fd, F_GETFL);
    char text[64];
    snprintf(text, sizeof text, "descriptor %d with %d %#x\n", fd, flags, (unsigned)status);
    if (flags >= 0)
      add(text);
  }
}

/* The lines of a file that begin with one of these words, or all lines if there are no words. */
static void add_lines(const char *path, const char *const *words)
{
  static char text[65536], *rest;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t size = 0, count;
  while (file >= 0 && (count = read(file, text + size, sizeof text - 1 - (size_t)size)) > 0)
    size += count;
  close(file);
  text[size] = '\0';
  for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
    int wanted = words == NULL;
    for (const char *const *word = words; word != NULL && *word != NULL; word++)
      wanted |= strncmp(line, *word, strlen(*word)) == 0;
    if (wanted)
      add(line), add("\n");
  }
}

/* Mapped bytes, without the heap and the stack, which grow freely. Mappings of malloc are excluded, because they count
   as heap. */
static size_t mapped(void)
{
  char line[1024];
  size_t bytes = 0;
  FILE *maps = fopen("/proc/self/maps", "re");
  while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
    unsigned long from, to;
    if (strstr(line, "[heap]") == NULL && strstr(line, "[stack]") == NULL && sscanf(line, "%lx-%lx", &from, &to) == 2)
      bytes += to - from;
  }
  if (maps != NULL)
    fclose(maps);
  return bytes - (size_t)mallinfo2().hblkhd;
}

void host_look(struct host *host)
{
  static const char *const status[] = {"Threads:", "SigBlk:", "SigIgn:", "SigCgt:",     "Umask:",
                                       "Uid:",     "Gid:",    "CapEff:", "NoNewPrivs:", NULL};
  char text[1024] = "";
  struct mallinfo2 memory = mallinfo2();
  host->heap = memory.uordblks + memory.hblkhd;
  host->mapped = mapped();
  end = host->text;
  room = sizeof host->text;
  add_descriptors();
  add_lines("/proc/self/status", status);
  add_lines("/proc/self/limits", NULL);
  add(getcwd(text, sizeof text) != NULL ? text : "no directory");
  snprintf(text, sizeof text, "\ngroup %d, dumpable %d\n", (int)getpgrp(), prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
  add(text);
}

/* The first difference, or NULL. */
const char *host_differs(const struct host *before, const struct host *after)
{
  static char text[512];
  const char *was = before->text, *is = after->text;
  if (after->heap != before->heap) {
    snprintf(text, sizeof text, "heap: %lld bytes more", (long long)after->heap - (long long)before->heap);
    return text;
  }
  if (after->mapped != before->mapped) {
    snprintf(text, sizeof text, "mappings: %lld bytes more", (long long)after->mapped - (long long)before->mapped);
    return text;
  }
  while (*was != '\0' || *is != '\0') {
    size_t size = strcspn(was, "\n"), now = strcspn(is, "\n");
    if (size != now || memcmp(was, is, size) != 0) {
      snprintf(text, sizeof text, "host: \"%.*s\" where there was \"%.*s\"", (int)now, is, (int)size, was);
      return text;
    }
    was += size + (was[size] != '\0');
    is += now + (is[now] != '\0');
  }
  return NULL;
}

int host_has_no_children(void)
{
  return waitpid(-1, NULL, WNOHANG | __WALL) == -1 && errno == ECHILD;
}
