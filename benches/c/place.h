/*
 * The place where a contestant's hooks run: on the host, in a container, or in a cgroup.
 *
 * The container is a process in new namespaces that shares the root file system, so a hook's path means the same file
 * inside. It pauses until the contestant ends it. The kernel kills it if the contestant dies first.
 */
#ifndef BENCH_PLACE_H
#define BENCH_PLACE_H

#include <sys/types.h>

struct place {
  const char *phase; /* the phase of the hooks */
  int kinds;         /* the container's namespaces, CLONE_NEW*; 0: no container */
  pid_t container;   /* the process in them; -1: none */
  int cgroup;        /* the cgroup's directory; -1: none */
};

/*
 * Makes the place that a mode names: createContainer (five namespaces), startContainer (a user namespace as well) or
 * cgroup:DIRECTORY. Returns 0 if the mode names none.
 *
 * Call it before memory is touched, because the container is a fork of this process and would share those pages.
 */
int place_make(struct place *place, const char *mode);

/* Ends the container, if there is one. */
void place_end(struct place *place);

#endif
