/* The header's numbers are the permanent ones of verify/abi/numbers.h, the library knows them, and all structs are
   opaque. */
#include "test.h"

/* A retired name is free for others. A header that still has it fails to compile here. */
#define NUMBER(enum_name, name, value)
#define RETIRED(enum_name, name, value) enum { name = value };
#include "../verify/abi/numbers.h"

/* The header only declares these, so a definition compiles. */
struct ocihooks {
  int of_the_test;
};
struct ocihooks_runner {
  int of_the_test;
};
struct ocihooks_report {
  int of_the_test;
};

struct number {
  const char *enum_name;
  int present, expected, retired;
};

static const struct number NUMBERS[] = {
#define NUMBER(enum_name, name, value) {#enum_name, name, value, 0},
#define RETIRED(enum_name, name, value) {#enum_name, value, value, 1},
#include "../verify/abi/numbers.h"
};
enum { COUNT = sizeof NUMBERS / sizeof *NUMBERS };

static void every_number_is_what_it_has_always_been(void)
{
  CHECK(COUNT > 40);
  for (size_t i = 0; i < COUNT; i++)
    CHECK_INT(NUMBERS[i].present, NUMBERS[i].expected);
}

static void no_number_is_used_again(void)
{
  for (size_t i = 0; i < COUNT; i++)
    for (size_t j = 0; j < i; j++)
      if (strcmp(NUMBERS[i].enum_name, NUMBERS[j].enum_name) == 0)
        CHECK(NUMBERS[i].present != NUMBERS[j].present);
}

/* The library's list of codes, compared with the header's. */
static void the_library_knows_the_codes_that_are_not_retired(void)
{
  for (size_t i = 0; i < COUNT; i++) {
    if (strcmp(NUMBERS[i].enum_name, "ocihooks_code") != 0)
      continue;
    const int unknown = strcmp(ocihooks_strerror(NUMBERS[i].expected), "unknown error code") == 0;
    CHECK_INT(unknown, NUMBERS[i].retired);
  }
}

/* Functions take and return int instead of an enum, so the compiler's size of an enum does not matter. */
static void an_enum_is_as_large_as_an_int(void)
{
#define NUMBER(enum_name, name, value) CHECK_INT(sizeof(enum enum_name), sizeof(int));
#define RETIRED(enum_name, name, value)
#include "../verify/abi/numbers.h"
}

int main(void)
{
  RUN(every_number_is_what_it_has_always_been);
  RUN(no_number_is_used_again);
  RUN(the_library_knows_the_codes_that_are_not_retired);
  RUN(an_enum_is_as_large_as_an_int);
  return test_end();
}
