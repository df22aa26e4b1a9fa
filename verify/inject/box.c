/*
 * A container for hooks to enter, until the end of this program's stdin:
 *
 *   box start ROOT      makes a root of busybox there; init is in it, in namespaces of its own, the user's too
 *   box create ROOT     the same before its root is entered, and without a user namespace
 *
 * Prints init's pid, or why there is none.
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
    printf("no busybox to make a container's root of\n");
  } else if (!box_start(&box, box.pivot ? ALL_BUT_USER | CLONE_NEWUSER : ALL_BUT_USER)) {
    printf("no namespaces can be made here\n");
  } else {
    printf("pid %d\n", (int)box.pid);
  }
  fflush(stdout);
  while (read(0, &byte, 1) > 0)
    ;
  box_stop(&box);
  return 0;
}
