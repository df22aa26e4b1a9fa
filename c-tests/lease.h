/*
 * A process that holds a lease on a file. The kernel makes an execve of the file wait until the lease is released, for
 * /proc/sys/fs/lease-break-time seconds at most.
 */
#ifndef OCIHOOKS_TEST_LEASE_H
#define OCIHOOKS_TEST_LEASE_H

#include "test.h"

/* Holds a lease on the file until it is killed, and reports on `ready` whether it got one. */
static inline void hold_lease(const char *file, int ready)
{
  alarm(TEST_SECONDS);
  signal(SIGIO, SIG_IGN); /* the kernel's request to release it */
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  const char answer = fd >= 0 && fcntl(fd, F_SETLEASE, F_WRLCK) == 0 ? 'y' : 'n';
  while (write(ready, &answer, 1) == 1)
    pause();
  _exit(1);
}

/* A process that holds the lease, or 0 if leases are unavailable. */
static inline pid_t lease_holder(const char *file)
{
  int ready[2];
  char answer = 'n';
  if (pipe(ready) != 0)
    return 0;
  pid_t holder = fork();
  if (holder == 0)
    hold_lease(file, ready[1]);
  close(ready[1]);
  if (read(ready[0], &answer, 1) != 1)
    answer = 'n';
  close(ready[0]);
  if (answer == 'y')
    return holder;
  kill(holder, SIGKILL);
  waitpid(holder, NULL, 0);
  return 0;
}

#endif
