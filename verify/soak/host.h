/* The state of the host that a soak has to leave unchanged. */
#ifndef OCIHOOKS_SOAK_HOST_H
#define OCIHOOKS_SOAK_HOST_H

#include "kinds.h"

#include <dirent.h>
#include <malloc.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define SIGNALS 64

/* The kernel's struct sigaction, because libc's hides signals 32 and 33. */
struct action {
  unsigned long words[4];
};

struct host {
  long heap, resident; /* bytes */
  int descriptors, threads;
  struct action actions[SIGNALS + 1];
  unsigned long mask;
  mode_t umask;
  char directory[256];
};

static int count_entries(const char *path)
{
  int count = 0;
  DIR *directory = opendir(path);
  while (directory != NULL && readdir(directory) != NULL)
    count++;
  if (directory != NULL)
    closedir(directory);
  return count;
}

static long resident_bytes(void)
{
  long pages = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "re");
  if (file == NULL || fscanf(file, "%ld %ld", &pages, &resident) != 2)
    resident = -1;
  if (file != NULL)
    fclose(file);
  return resident * sysconf(_SC_PAGESIZE);
}

static unsigned long signal_mask(void)
{
  unsigned long mask = 0;
  syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask, sizeof mask);
  return mask;
}

static void look_at_host(struct host *host)
{
  memset(host, 0, sizeof *host);
  host->descriptors = count_entries("/proc/self/fd");
  host->threads = count_entries("/proc/self/task") - 2;
  host->resident = resident_bytes();
  for (int signal = 1; signal <= SIGNALS; signal++)
    syscall(SYS_rt_sigaction, signal, NULL, &host->actions[signal], (size_t)8);
  host->mask = signal_mask();
  host->umask = umask(0);
  umask(host->umask);
  if (getcwd(host->directory, sizeof host->directory) == NULL)
    host->directory[0] = '\0';
  host->heap = (long)mallinfo2().uordblks;
}

#endif
