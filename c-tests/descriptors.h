/* Counting descriptors, for tests that compare what was open before and after a run. */
#ifndef OCIHOOKS_TEST_DESCRIPTORS_H
#define OCIHOOKS_TEST_DESCRIPTORS_H

#include "test.h"

#include <fcntl.h>

/* How many descriptors are open; without /proc, which may not be there. */
static inline int open_descriptors(void)
{
  int count = 0;
  for (int fd = 0; fd < 4096; fd++)
    count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

#endif
