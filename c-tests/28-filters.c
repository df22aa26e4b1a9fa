/* Hooks as filters of a config: what the shared cases don't have. */
#include "test.h"

#include <unistd.h>

#define MESSAGE test_message, sizeof test_message

static void filters_have_a_limit_and_an_option(void)
{
  ocihooks_report *report = NULL;
  ocihooks_runner *runner = NULL;
  CHECK_INT(ocihooks_runner_new(&runner, MESSAGE), OCIHOOKS_OK);
  ocihooks *hooks = test_parse("{\"precreate\":[{\"path\":\"/bin/true\"}]}");
  CHECK_INT(ocihooks_filter(hooks, "precreate", "{\"a\":1}", 7, runner, NULL, MESSAGE), OCIHOOKS_ERR_INVALID_OUTPUT);
  CHECK_INT(ocihooks_runner_set_filter_may_write_nothing(runner, 1, MESSAGE), OCIHOOKS_OK);
  CHECK_INT(ocihooks_filter(hooks, "precreate", "{ \"a\": 1 }", 10, runner, &report, MESSAGE), OCIHOOKS_OK);
  char text[16];
  CHECK_INT(ocihooks_report_config(report, text, sizeof text), 7);
  CHECK_TEXT(text, "{\"a\":1}");
  ocihooks_report_free(report);
  ocihooks_free(hooks);
  hooks = test_parse("{\"precreate\":[{\"path\":\"/bin/cat\"}]}");
  CHECK_INT(ocihooks_runner_set_filter_limit(runner, 6, MESSAGE), OCIHOOKS_OK);
  CHECK_INT(ocihooks_filter(hooks, "precreate", "{\"a\":1}", 7, runner, &report, MESSAGE), OCIHOOKS_ERR_INVALID_OUTPUT);
  CHECK_HAS(test_message, "more than 6 bytes");
  CHECK_INT(ocihooks_report_config(report, text, sizeof text), 0);
  ocihooks_report_free(report);
  CHECK_INT(ocihooks_filter(hooks, "precreate", "[]", 2, runner, &report, MESSAGE), OCIHOOKS_ERR_INVALID_CONFIG);
  CHECK(report == NULL);
  ocihooks_free(hooks);
  ocihooks_runner_free(runner);
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(filters_have_a_limit_and_an_option);
  return test_end();
}
