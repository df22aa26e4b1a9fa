/*
 * A container for hooks to enter, until the end of this program's stdin:
 *
 *   box start ROOT      makes a root of busybox there; init is inside, in new namespaces, a user namespace among them
 *   box create ROOT     the same, but before init enters its root, and without a user namespace
 *
 * Prints init's pid, or the reason why there is no container.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../c-tests/container.h"

int main(int count, char **arguments)
{
  static struct box box;
  char byte;
  if (count != 3)
    return 2;
  box.pivot = strcmp(arguments[1], "start") == 0;
  snprintf(box.root, sizeof box.root, "%s", arguments[2]);
  if (!box_make_root(box.root)) {
    printf("busybox, which a container's root needs, is missing\n");
  } else if (!box_start(&box, box.pivot ? ALL_BUT_USER | CLONE_NEWUSER : ALL_BUT_USER)) {
    printf("namespaces are refused here\n");
  } else {
    printf("pid %d\n", (int)box.pid);
  }
  fflush(stdout);
  while (read(0, &byte, 1) > 0)
    ;
  box_stop(&box);
  return 0;
}
