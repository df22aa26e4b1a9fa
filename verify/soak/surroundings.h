/* The surroundings of some kinds of hooks: cgroups with a memory limit, and a container. Without the rights for both,
   these kinds print SKIPPED. */
#ifndef OCIHOOKS_SOAK_SURROUNDINGS_H
#define OCIHOOKS_SOAK_SURROUNDINGS_H

#include "kinds.h"

#include "../../c-tests/container.h"
#include "../../c-tests/limited.h"

#include <pthread.h>
#include <sys/mman.h>

static const char *const LIMITS[GROUPS] = {[ROOMY] = "67108864", [TIGHT] = "16777216", [TINY] = "262144"};

/* The host is larger than each, so the OOM killer would kill a child that joined with the host's memory or a copy. */
#define HOST_BYTES (96L * 1024 * 1024)

static struct limited groups[GROUPS];
static struct box box = {.pivot = 1, .pid = -1, .pidfd = -1};
static int has_groups, has_box;

/* Held for a hook in a cgroup that takes one at a time. */
static pthread_mutex_t taken[GROUPS] = {[TIGHT] = PTHREAD_MUTEX_INITIALIZER, [TINY] = PTHREAD_MUTEX_INITIALIZER};

/* Whether a kind's surroundings exist. */
static int can_run(const struct kind *kind)
{
  return (kind->group == NO_GROUP || has_groups) && (kind->phase == NULL || has_box);
}

static void say_what_is_left_out(const char *missing)
{
  int count = 0;
  for (size_t i = 0; i < KINDS; i++)
    count += !can_run(&kinds[i]);
  printf("SKIPPED: %s: %d kinds of hooks are left out\n", missing, count);
}

/* Removes the cgroups below this one, the last first. */
static void remove_groups(int end)
{
  for (int i = end - 1; i > NO_GROUP; i--)
    limited_remove(&groups[i]);
}

static int make_groups(void)
{
  for (int i = ROOMY; i < GROUPS; i++)
    if (!limited_make(&groups[i], LIMITS[i])) {
      remove_groups(i);
      return 0;
    }
  return 1;
}

static int make_host_large(void)
{
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
  return mmap(NULL, HOST_BYTES, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED;
}

/* `root` is the directory that becomes the container's root, with the hook, proc and tmp in it. */
static void make_surroundings(const char *root)
{
  snprintf(box.root, sizeof box.root, "%s", root);
  has_groups = has_box = 1;
  has_box = box_start(&box, ALL_BUT_USER);
  if (!has_box)
    say_what_is_left_out("no namespaces can be made here");
  has_groups = make_groups();
  if (!has_groups)
    say_what_is_left_out("no cgroup with a memory limit can be made here");
}

static void remove_surroundings(void)
{
  box_stop(&box);
  if (has_groups)
    remove_groups(GROUPS);
}

#endif
