/*
 * The ways in which the library creates a child, each forced by refused system calls. A body runs in a forked child in
 * each.
 */
#ifndef OCIHOOKS_TEST_WAYS_H
#define OCIHOOKS_TEST_WAYS_H

#include "seccomp.h"

struct way {
  const char *name;
  size_t denials;
  struct denial denied[1];
};

static const struct way WAYS[] = {
  {"with all system calls", 0, {{0, 0, ANY, 0}}},
  {"without clone3", 1, {{SYS_clone3, ENOSYS, ANY, 0}}},
  {"without memfd_create", 1, {{SYS_memfd_create, EPERM, ANY, 0}}},
  {"without execveat", 1, {{SYS_execveat, ENOSYS, ANY, 0}}},
};

enum { WAYS_COUNT = sizeof WAYS / sizeof WAYS[0] };

static const struct way *way_taken;
static void (*way_body)(void);

static inline void way_main(void)
{
  if (way_taken->denials > 0 && !deny(way_taken->denied, way_taken->denials))
    SKIP("no seccomp filter can be set up here");
  way_body();
}

/* Runs a body in each of the first `count` ways, and names a way that fails. */
static inline void in_ways(size_t count, void (*body)(void))
{
  way_body = body;
  for (way_taken = WAYS; way_taken < WAYS + count; way_taken++) {
    int before = test_failures_of_case;
    in_child(way_main);
    if (test_failures_of_case > before)
      printf("  that was %s\n", way_taken->name);
  }
}

static inline void in_every_way(void (*body)(void))
{
  in_ways(WAYS_COUNT, body);
}

#endif
