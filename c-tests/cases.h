/* The form of a shared case that scripts/cases_to_c.py writes. Included by 25-cases.c. */
#ifndef OCIHOOKS_CASES_H
#define OCIHOOKS_CASES_H

#include <stddef.h>

/* A property of a hook's entry in the report: a text or a number. */
struct member {
  const char *key;
  const char *text;
  size_t text_len;
  long long number;
};

struct hook {
  const struct member *members;
  size_t count;
};

struct option {
  const char *name;
  const char *text;
  long long number;
  const char *const *list;
};

struct limit {
  const char *name;
  unsigned long long soft, hard;
};

struct shared_case {
  const char *name;
  const char *read;
  int lenient; /* -1: not given */
  const char *hooks;
  size_t hooks_len;
  const char *phase;
  const char *state;
  size_t state_len;
  const struct option *options;
  size_t option_count;
  const struct limit *limits;
  size_t limit_count;
  int code;
  const char *message;
  const struct hook *expected;
  int expected_count; /* -1: no report */
  const char *const *warnings;
  size_t warning_count;
  const char *const *read_warnings;
  size_t read_warning_count;
  const char *const *phases;
  int phase_count; /* -1: not compared */
  const char *json;
  const char *libcontainer;
};

#endif
