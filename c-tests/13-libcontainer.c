/* libcontainer's dialect, as runc keeps hooks in its state from create to delete. */
#include "test.h"

#include "helpers.h"

static ocihooks *parse(const char *json)
{
  ocihooks *hooks = NULL;
  CHECK_INT(ocihooks_parse_libcontainer(json, strlen(json), &hooks, test_message, sizeof test_message), OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  return hooks;
}

static void check_refused(const char *json, const char *part)
{
  ocihooks *hooks = NULL;
  CHECK_INT(ocihooks_read(OCIHOOKS_DOCUMENT_LIBCONTAINER, 0, json, strlen(json), &hooks, test_message,
                          sizeof test_message),
            OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK(hooks == NULL);
  CHECK_HAS(test_message, part);
}

static void all_six_phases_are_written_null_where_empty(void)
{
  ocihooks *hooks = test_parse("{}");
  CHECK_OWN(libcontainer_of(hooks), "{\"prestart\":null,\"createRuntime\":null,\"createContainer\":null,"
                                    "\"startContainer\":null,\"poststart\":null,\"poststop\":null}");
  ocihooks_free(hooks);
}

static void every_property_is_written_and_timeouts_are_nanoseconds(void)
{
  ocihooks *hooks =
    test_parse("{\"poststop\":[{\"path\":\"/a\"},{\"path\":\"/b\",\"args\":[\"b\",\"1\"],\"env\":[],\"timeout\":5}]}");
  CHECK_OWN_HAS(libcontainer_of(hooks),
                "\"poststop\":[{\"path\":\"/a\",\"args\":null,\"env\":null,\"dir\":\"\",\"timeout\":null},"
                "{\"path\":\"/b\",\"args\":[\"b\",\"1\"],\"env\":[],\"dir\":\"\",\"timeout\":5000000000}]}");
  ocihooks_free(hooks);
}

static void what_runc_saved_is_read(void)
{
  ocihooks *hooks = parse(
    "{\"createContainer\":null,\"createRuntime\":null,\"poststart\":null,"
    "\"poststop\":[{\"path\":\"/bin/true\",\"args\":[\"true\"],\"env\":null,\"dir\":\"\",\"timeout\":10000000000}],"
    "\"prestart\":[{\"path\":\"/bin/false\",\"args\":null,\"env\":[\"A=1\"],\"dir\":\"\",\"timeout\":null}],"
    "\"startContainer\":null}");
  CHECK_OWN(json_of(hooks), "{\"prestart\":[{\"path\":\"/bin/false\",\"env\":[\"A=1\"]}],"
                            "\"poststop\":[{\"path\":\"/bin/true\",\"args\":[\"true\"],\"timeout\":10}]}");
  ocihooks_free(hooks);
}

static void what_one_process_saves_another_reads(void)
{
  static const char json[] =
    "{\"prestart\":[{\"path\":\"/a\",\"args\":[],\"env\":[\"B=1\",\"B=1\"],\"timeout\":2147483647,\"x\":1.50}],"
    "\"poststop\":[{\"path\":\"/b\"}],\"own\":[{\"path\":\"/c\",\"timeout\":7}],\"v\":1e400}";
  ocihooks *hooks = test_parse(json);
  char *saved = libcontainer_of(hooks);
  ocihooks *read = parse(saved);
  CHECK_OWN(json_of(read), json);
  CHECK_OWN(libcontainer_of(read), saved);
  ocihooks_free(read);
  ocihooks_free(hooks);
  free(saved);
}

static void a_saved_hook_runs_in_its_directory(void)
{
  ocihooks *hooks = parse("{\"poststart\":[{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"pwd\"],\"dir\":\"/usr\"}]}");
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_run(hooks, "poststart", STATE, strlen(STATE), NULL, &report, NULL, 0), OCIHOOKS_OK);
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDOUT), "/usr\n");
  CHECK_OWN_HAS(libcontainer_of(hooks), "\"dir\":\"/usr\"");
  CHECK_OWN(json_of(hooks), "{\"poststart\":[{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"pwd\"]}]}");
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

static void an_empty_directory_is_none(void)
{
  ocihooks *hooks =
    parse("{\"poststart\":[{\"path\":\"/bin/true\",\"dir\":\"\"},{\"path\":\"/bin/true\",\"dir\":null}]}");
  CHECK_INT(ocihooks_run(hooks, "poststart", STATE, strlen(STATE), NULL, NULL, NULL, 0), OCIHOOKS_OK);
  ocihooks_free(hooks);
}

static void a_property_dir_of_the_specs_form_does_nothing(void)
{
  ocihooks *hooks = test_parse("{\"poststart\":[{\"path\":\"/bin/true\",\"dir\":\"/nonexistent\"}]}");
  CHECK_INT(ocihooks_run(hooks, "poststart", STATE, strlen(STATE), NULL, NULL, NULL, 0), OCIHOOKS_OK);
  char *saved = libcontainer_of(hooks);
  CHECK_HAS(saved, "\"dir\":\"\"");
  CHECK(strstr(saved, "/nonexistent") == NULL);
  free(saved);
  CHECK_OWN_HAS(json_of(hooks), "\"dir\":\"/nonexistent\"");
  ocihooks_free(hooks);
}

static void parts_of_a_second_are_rounded_up_for_the_spec_only(void)
{
  ocihooks *hooks = parse("{\"prestart\":[{\"path\":\"/a\",\"timeout\":1},{\"path\":\"/b\",\"timeout\":1500000000},"
                          "{\"path\":\"/c\",\"timeout\":2000000000}]}");
  CHECK_OWN(
    json_of(hooks),
    "{\"prestart\":[{\"path\":\"/a\",\"timeout\":1},{\"path\":\"/b\",\"timeout\":2},{\"path\":\"/c\",\"timeout\":2}]}");
  char *saved = libcontainer_of(hooks);
  CHECK_HAS(saved, "\"timeout\":1}");
  CHECK_HAS(saved, "\"timeout\":1500000000}");
  CHECK_HAS(saved, "\"timeout\":2000000000}");
  free(saved);
  ocihooks_free(hooks);
}

static void the_rules_are_the_specs(void)
{
  check_refused("{\"prestart\":[{\"path\":\"a\"}]}", "/prestart/0/path (line 1, column 22) must be an absolute path");
  check_refused("{\"prestart\":[{\"path\":\"/a\",\"timeout\":0}]}",
                "/prestart/0/timeout (line 1, column 37) must be greater than zero");
  check_refused("{\"prestart\":[{\"path\":\"/a\",\"timeout\":-1}]}", "/prestart/0/timeout");
  check_refused("{\"prestart\":[{\"path\":\"/a\",\"timeout\":2147483647000000001}]}", "/prestart/0/timeout");
  check_refused("{\"prestart\":[{\"path\":\"/a\",\"timeout\":1.0}]}", "/prestart/0/timeout");
  check_refused("{\"prestart\":[{\"path\":\"/a\",\"dir\":1}]}", "/prestart/0/dir");
  check_refused("{\"prestart\":[{\"path\":\"/a\",\"dir\":\"/\\u0000\"}]}", "/prestart/0/dir");
  check_refused("{\"prestart\":[{\"path\":\"/a\"}],\"prestart\":null}", "/prestart");
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(all_six_phases_are_written_null_where_empty);
  RUN(every_property_is_written_and_timeouts_are_nanoseconds);
  RUN(what_runc_saved_is_read);
  RUN(what_one_process_saves_another_reads);
  RUN(a_saved_hook_runs_in_its_directory);
  RUN(an_empty_directory_is_none);
  RUN(a_property_dir_of_the_specs_form_does_nothing);
  RUN(parts_of_a_second_are_rounded_up_for_the_spec_only);
  RUN(the_rules_are_the_specs);
  return test_end();
}
