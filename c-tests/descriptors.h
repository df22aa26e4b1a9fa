/* Counting descriptors, for tests that compare the open ones before and after a run. */
#ifndef OCIHOOKS_TEST_DESCRIPTORS_H
#define OCIHOOKS_TEST_DESCRIPTORS_H

#include "test.h"

#include <fcntl.h>

/* The number of open descriptors. Works without /proc, which may be missing. */
static inline int open_descriptors(void)
{
  int count = 0;
  for (int fd = 0; fd < 4096; fd++)
    count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

#endif
