/* Callbacks in the map: ownership of their data, and the time of its destruction. */
#include "test.h"

#include "helpers.h"

static int destroyed;
static void *destroyed_last;

static void count_destroy(void *userdata)
{
  destroyed++;
  destroyed_last = userdata;
}

static int do_nothing(const char *phase, const char *state, size_t state_len, char *errmsg, size_t errmsg_size,
                      void *userdata)
{
  (void)phase, (void)state, (void)state_len, (void)errmsg, (void)errmsg_size, (void)userdata;
  return 0;
}

/* A map with one callback in createRuntime. */
static ocihooks *with_callback(void *userdata)
{
  ocihooks *hooks = test_parse("{}");
  destroyed = 0;
  CHECK_INT(ocihooks_add_callback(hooks, "createRuntime", do_nothing, userdata, count_destroy, test_message,
                                  sizeof test_message),
            OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  return hooks;
}

static void a_callback_is_destroyed_with_its_map(void)
{
  int data;
  ocihooks *hooks = with_callback(&data);
  CHECK_INT(destroyed, 0);
  ocihooks_free(hooks);
  CHECK_INT(destroyed, 1);
  CHECK(destroyed_last == &data);
}

static void a_run_destroys_nothing(void)
{
  ocihooks *hooks = with_callback(NULL);
  for (int times = 0; times < 3; times++)
    CHECK_INT(ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), NULL, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(destroyed, 0);
  ocihooks_free(hooks);
  CHECK_INT(destroyed, 1);
}

static void a_callback_lives_until_the_last_copy_is_freed(void)
{
  for (int original_first = 0; original_first <= 1; original_first++) {
    ocihooks *hooks = with_callback(NULL), *copy = NULL;
    CHECK_INT(ocihooks_clone(hooks, &copy, NULL, 0), OCIHOOKS_OK);
    CHECK_INT(ocihooks_count(copy, "createRuntime"), 1);
    ocihooks_free(original_first ? hooks : copy);
    CHECK_INT(destroyed, 0);
    ocihooks_free(original_first ? copy : hooks);
    CHECK_INT(destroyed, 1);
  }
}

static void a_merged_callback_is_shared(void)
{
  ocihooks *from = with_callback(NULL), *hooks = test_parse("{}");
  CHECK_INT(ocihooks_merge(hooks, from, NULL, 0), OCIHOOKS_OK);
  ocihooks_free(from);
  CHECK_INT(destroyed, 0);
  CHECK_INT(ocihooks_count(hooks, "createRuntime"), 1);
  CHECK_INT(ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), NULL, NULL, NULL, 0), OCIHOOKS_OK);
  ocihooks_free(hooks);
  CHECK_INT(destroyed, 1);
}

static void a_callback_merged_with_itself_is_destroyed_once(void)
{
  ocihooks *hooks = with_callback(NULL);
  CHECK_INT(ocihooks_merge(hooks, hooks, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_count(hooks, "createRuntime"), 2);
  ocihooks_free(hooks);
  CHECK_INT(destroyed, 1);
}

static void a_merge_that_conflicts_keeps_no_callback(void)
{
  ocihooks *from = with_callback(NULL), *hooks = test_parse("{\"x\":1}"), *other = test_parse("{\"x\":2}");
  CHECK_INT(ocihooks_merge(from, other, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_merge(hooks, from, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_count(hooks, "createRuntime"), 0);
  ocihooks_free(from);
  CHECK_INT(destroyed, 1);
  ocihooks_free(other);
  ocihooks_free(hooks);
}

static void each_addition_is_destroyed_for_itself(void)
{
  int data;
  ocihooks *hooks = with_callback(&data);
  CHECK_INT(ocihooks_add_callback(hooks, "own", do_nothing, &data, count_destroy, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_add_callback(hooks, "own", do_nothing, &data, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_count(hooks, "own"), 2);
  ocihooks_free(hooks);
  CHECK_INT(destroyed, 2);
}

static void after_a_failure_the_data_is_still_the_callers(void)
{
  ocihooks *hooks = test_parse("{\"v\":1}");
  destroyed = 0;
  CHECK_INT(ocihooks_add_callback(hooks, "", do_nothing, NULL, count_destroy, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_add_callback(hooks, "v", do_nothing, NULL, count_destroy, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_add_callback(hooks, "\xff", do_nothing, NULL, count_destroy, NULL, 0),
            OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_add_callback(hooks, NULL, do_nothing, NULL, count_destroy, NULL, 0),
            OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_add_callback(hooks, "own", NULL, NULL, count_destroy, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_add_callback(NULL, "own", do_nothing, NULL, count_destroy, NULL, 0),
            OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_OWN(json_of(hooks), "{\"v\":1}");
  ocihooks_free(hooks);
  CHECK_INT(destroyed, 0);
}

static void callbacks_are_never_written(void)
{
  ocihooks *hooks = with_callback(NULL);
  CHECK_OWN(json_of(hooks), "{}");
  CHECK_INT(ocihooks_add_command(hooks, "createRuntime", "/a", NULL, NULL, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_count(hooks, "createRuntime"), 2);
  CHECK_OWN(json_of(hooks), "{\"createRuntime\":[{\"path\":\"/a\"}]}");
  ocihooks_free(hooks);
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(a_callback_is_destroyed_with_its_map);
  RUN(a_run_destroys_nothing);
  RUN(a_callback_lives_until_the_last_copy_is_freed);
  RUN(a_merged_callback_is_shared);
  RUN(a_callback_merged_with_itself_is_destroyed_once);
  RUN(a_merge_that_conflicts_keeps_no_callback);
  RUN(each_addition_is_destroyed_for_itself);
  RUN(after_a_failure_the_data_is_still_the_callers);
  RUN(callbacks_are_never_written);
  return test_end();
}
