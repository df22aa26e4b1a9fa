/* Maps with very many unknown members and phases. Quadratic work would take minutes. */
#include "test.h"

#include "helpers.h"

enum { MANY = 200000, NAME = 16 };

/* The name of a member: a letter and a number. */
static const char *name_of(char letter, int number)
{
  static char name[NAME];
  sprintf(name, "%c%d", letter, number);
  return name;
}

/* An object with MANY members of one value. The caller frees it. */
static char *object(char letter, const char *value)
{
  char *text = malloc(MANY * (strlen(value) + NAME + 4) + 4), *end = text;
  for (int i = 0; i < MANY; i++)
    end += sprintf(end, "%c\"%s\":%s", i == 0 ? '{' : ',', name_of(letter, i), value);
  strcpy(end, "}");
  return text;
}

static void check_written(const ocihooks *hooks, const char *expected)
{
  char *written = json_of(hooks);
  CHECK(strcmp(written, expected) == 0); /* too long to be shown */
  free(written);
}

static void members_are_merged_in_their_order(void)
{
  char *first = object('a', "1"), *second = object('b', "[{\"path\":\"/b\"}]");
  ocihooks *hooks = test_parse(first), *same = NULL, *other = test_parse(second);
  CHECK_INT(ocihooks_clone(hooks, &same, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_merge(hooks, same, test_message, sizeof test_message), OCIHOOKS_OK);
  check_written(hooks, first);
  CHECK_INT(ocihooks_merge(hooks, other, test_message, sizeof test_message), OCIHOOKS_OK);
  char *both = malloc(strlen(first) + strlen(second));
  sprintf(both, "%.*s,%s", (int)strlen(first) - 1, first, second + 1);
  check_written(hooks, both);
  free(both);
  free(second);
  free(first);
  ocihooks_free(other);
  ocihooks_free(same);
  ocihooks_free(hooks);
}

static void the_last_of_many_members_can_keep_maps_apart(void)
{
  char *first = object('a', "1"), *second = object('a', "1");
  second[strlen(second) - 2] = '2';
  ocihooks *hooks = test_parse(first), *other = test_parse(second);
  CHECK_INT(ocihooks_merge(hooks, other, test_message, sizeof test_message), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_HAS(test_message, "\"a199999\"");
  check_written(hooks, first);
  CHECK_INT(ocihooks_add_command(hooks, "a199999", "/a", NULL, NULL, 0, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  ocihooks_free(other);
  ocihooks_free(hooks);
  free(second);
  free(first);
}

static int do_nothing(const char *phase, const char *state, size_t state_len, char *errmsg, size_t errmsg_size,
                      void *userdata)
{
  (void)phase, (void)state, (void)state_len, (void)errmsg, (void)errmsg_size, (void)userdata;
  return 0;
}

static void phases_of_ones_own_are_added_counted_and_merged(void)
{
  ocihooks *hooks = test_parse("{}");
  char *expected = object('p', "[{\"path\":\"/a\"}]");
  int failed = 0;
  for (int i = 0; i < MANY; i++)
    failed += ocihooks_add_command(hooks, name_of('p', i), "/a", NULL, NULL, 0, NULL, 0) != OCIHOOKS_OK;
  check_written(hooks, expected);
  for (int i = 0; i < MANY; i++)
    failed += ocihooks_add_callback(hooks, name_of('p', i), do_nothing, NULL, NULL, NULL, 0) != OCIHOOKS_OK;
  CHECK_INT(ocihooks_merge(hooks, hooks, NULL, 0), OCIHOOKS_OK);
  for (int i = 0; i < MANY; i++)
    failed += ocihooks_count(hooks, name_of('p', i)) != 4;
  CHECK_INT(failed, 0);
  CHECK_INT(ocihooks_count(hooks, "p200000"), 0);
  CHECK_INT(ocihooks_run(hooks, "p200000", STATE, strlen(STATE), NULL, NULL, NULL, 0), OCIHOOKS_ERR_UNKNOWN_PHASE);
  free(expected);
  ocihooks_free(hooks);
}

static void small_maps_are_merged_into_one_again_and_again(void)
{
  ocihooks *hooks = test_parse("{}");
  char *expected = object('m', "{}"), json[NAME + 8];
  int failed = 0;
  for (int i = 0; i < MANY; i++) {
    sprintf(json, "{\"%s\":{}}", name_of('m', i));
    ocihooks *small = test_parse(json);
    failed += ocihooks_merge(hooks, small, NULL, 0) != OCIHOOKS_OK;
    ocihooks_free(small);
  }
  for (int i = 0; i < MANY; i++) /* one of the six phases, beside many unknown ones */
    failed += ocihooks_add_callback(hooks, "prestart", do_nothing, NULL, NULL, NULL, 0) != OCIHOOKS_OK;
  CHECK_INT(failed, 0);
  CHECK_INT(ocihooks_count(hooks, "prestart"), MANY);
  check_written(hooks, expected);
  free(expected);
  ocihooks_free(hooks);
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(members_are_merged_in_their_order);
  RUN(the_last_of_many_members_can_keep_maps_apart);
  RUN(phases_of_ones_own_are_added_counted_and_merged);
  RUN(small_maps_are_merged_into_one_again_and_again);
  return test_end();
}
