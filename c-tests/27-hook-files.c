/* Hook files, CDI edits, lint and configs through the C API: behaviour that the shared cases lack. */
#include "test.h"

#include "helpers.h"

#define MESSAGE test_message, sizeof test_message
#define INVALID OCIHOOKS_ERR_INVALID_ARGUMENT
#define FILE_OF(path, when) \
  "{\"version\":\"1.0.0\",\"hook\":{\"path\":\"" path "\"},\"when\":" when ",\"stages\":[\"poststop\"]}"
#define ALWAYS "{\"always\":true}"
#define SHELL "{\"process\":{\"args\":[\"/bin/sh\"]}}"

/* A text from a function that fails or writes. The caller frees it. */
#define WRITTEN(result, call)             \
  do {                                    \
    char *buf = NULL;                     \
    size_t buf_size = 0, length = 0;      \
    CHECK_INT(call, OCIHOOKS_OK);         \
    buf = malloc(buf_size = length + 1);  \
    CHECK_INT(call, OCIHOOKS_OK);         \
    CHECK_INT(strlen(buf), buf_size - 1); \
    (result) = buf;                       \
  } while (0)

static ocihooks_hooksd *new_set(void)
{
  ocihooks_hooksd *set = NULL;
  CHECK_INT(ocihooks_hooksd_new(&set, MESSAGE), OCIHOOKS_OK);
  return set;
}

static void add(ocihooks_hooksd *set, const char *name, const char *json)
{
  CHECK_INT(ocihooks_hooksd_add_file(set, name, json, strlen(json), MESSAGE), OCIHOOKS_OK);
}

/* The hooks that the files add to a container, or the code if they add none. */
static int match(const ocihooks_hooksd *set, const char *config, const char *const *annotations, const char *expected)
{
  ocihooks *hooks = NULL;
  int code = ocihooks_hooksd_match(set, config, strlen(config), annotations, 0, &hooks, MESSAGE);
  if (code == OCIHOOKS_OK)
    CHECK_OWN(json_of(hooks), expected);
  CHECK((code == OCIHOOKS_OK) == (hooks != NULL));
  ocihooks_free(hooks);
  return code;
}

static const char *text_at(size_t (*function)(const ocihooks_hooksd *, size_t, char *, size_t),
                           const ocihooks_hooksd *set, size_t index)
{
  static char text[1024];
  CHECK_INT(function(set, index, text, sizeof text), strlen(text));
  return text;
}

static void what_is_null_is_refused_or_empty(void)
{
  char text[4] = "old";
  size_t length = 7;
  ocihooks *hooks = NULL;
  ocihooks_report *report = NULL;
  ocihooks_hooksd *set = new_set();
  CHECK_INT(ocihooks_hooksd_new(NULL, MESSAGE), INVALID);
  CHECK_INT(ocihooks_hooksd_add_stage(NULL, "a", MESSAGE), INVALID);
  CHECK_INT(ocihooks_hooksd_add_stage(set, NULL, MESSAGE), INVALID);
  CHECK_INT(ocihooks_hooksd_add_dir(NULL, "/", MESSAGE), INVALID);
  CHECK_INT(ocihooks_hooksd_add_dir(set, NULL, MESSAGE), INVALID);
  CHECK_INT(ocihooks_hooksd_add_dir(set, "", MESSAGE), INVALID);
  CHECK_INT(ocihooks_hooksd_add_file(NULL, "a.json", "", 0, MESSAGE), INVALID);
  CHECK_INT(ocihooks_hooksd_add_file(set, NULL, "", 0, MESSAGE), INVALID);
  CHECK_INT(ocihooks_hooksd_add_file(set, "a.json", NULL, 0, MESSAGE), INVALID);
  CHECK_INT(ocihooks_hooksd_add_file(set, "a", "", 0, MESSAGE), INVALID);
  CHECK_INT(ocihooks_hooksd_add_file(set, "a/b.json", "", 0, MESSAGE), INVALID);
  CHECK_INT(ocihooks_hooksd_set_strict(NULL, 1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_hooksd_set_check_host(NULL, 1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_hooksd_refresh(NULL, NULL, NULL, 0), INVALID);
  CHECK_INT(ocihooks_hooksd_match(NULL, "{}", 2, NULL, 0, &hooks, NULL, 0), INVALID);
  CHECK_INT(ocihooks_hooksd_match(set, NULL, 0, NULL, 0, &hooks, NULL, 0), INVALID);
  CHECK_INT(ocihooks_hooksd_match(set, "{}", 2, NULL, 0, NULL, NULL, 0), INVALID);
  CHECK_INT(ocihooks_hooksd_explain(NULL, "{}", 2, NULL, 0, text, sizeof text, &length, NULL, 0), INVALID);
  CHECK_TEXT(text, "old");
  CHECK_INT(length, 7);
  CHECK_INT(ocihooks_hooksd_explain(set, NULL, 2, NULL, 0, NULL, 0, NULL, NULL, 0), INVALID);
  CHECK_INT(ocihooks_add_cdi_edits(NULL, "{}", 2, NULL, 0), INVALID);
  CHECK_INT(ocihooks_config_set_hooks("{}", 2, NULL, NULL, 0, NULL, NULL, 0), INVALID);
  CHECK_INT(ocihooks_lint(OCIHOOKS_DOCUMENT_CONFIG, NULL, NULL, 0, NULL, 0, NULL, 0, NULL, NULL, 0), INVALID);
  CHECK_INT(ocihooks_filter(NULL, "precreate", "{}", 2, NULL, &report, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_filter_limit(NULL, 1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_runner_set_filter_may_write_nothing(NULL, 1, NULL, 0), INVALID);
  CHECK_INT(ocihooks_hooksd_count(NULL) + ocihooks_hooksd_violation_count(NULL, 0), 0);
  CHECK_INT(ocihooks_hooksd_name(NULL, 0, text, sizeof text) + ocihooks_hooksd_file(set, 0, text, sizeof text), 0);
  CHECK_INT(ocihooks_hooksd_violation(NULL, 0, 0, text, sizeof text), 0);
  CHECK_INT(ocihooks_hooksd_violations_json(NULL, text, sizeof text) + ocihooks_report_config(NULL, NULL, 0), 0);
  CHECK_TEXT(text, "");
  ocihooks_hooksd_free(set);
  ocihooks_hooksd_free(NULL);
}

static void files_are_listed_in_the_order_of_injection(void)
{
  ocihooks_hooksd *set = new_set();
  add(set, "b.json", FILE_OF("/b", ALWAYS));
  add(set, "A.json", FILE_OF("/a", ALWAYS));
  add(set, "broken.json", "{");
  CHECK_INT(ocihooks_hooksd_count(set), 2);
  CHECK_TEXT(text_at(ocihooks_hooksd_name, set, 0), "A.json");
  CHECK_TEXT(text_at(ocihooks_hooksd_name, set, 1), "b.json");
  CHECK_TEXT(text_at(ocihooks_hooksd_file, set, 1), "b.json");
  CHECK_TEXT(text_at(ocihooks_hooksd_name, set, 2), "");
  CHECK_INT(match(set, "{}", NULL, "{\"poststop\":[{\"path\":\"/a\"},{\"path\":\"/b\"}]}"), OCIHOOKS_OK);
  add(set, "0.json", FILE_OF("/0", ALWAYS));
  CHECK_TEXT(text_at(ocihooks_hooksd_name, set, 0), "0.json");
  ocihooks_hooksd_free(set);
}

static void a_violation_is_a_line_and_strict_makes_it_an_error(void)
{
  char text[256];
  ocihooks_hooksd *set = new_set();
  add(set, "a.json", FILE_OF("/a", ALWAYS));
  add(set, "b.json", "{\"hook\": \"b\", \"stages\": [\"poststop\"], \"cmd\": [\".*\"]}");
  CHECK_INT(ocihooks_hooksd_violation_count(set, OCIHOOKS_SEVERITY_ERROR), 1);
  CHECK_INT(ocihooks_hooksd_violation_count(set, 3) + ocihooks_hooksd_violation_count(set, -1), 0);
  CHECK_INT(ocihooks_hooksd_violation(set, OCIHOOKS_SEVERITY_ERROR, 0, text, sizeof text), strlen(text));
  CHECK_HAS(text, "b.json:1:10: error: ");
  CHECK_HAS(text, "[hook-path-relative]");
  CHECK_INT(ocihooks_hooksd_violation(set, OCIHOOKS_SEVERITY_ERROR, 1, text, sizeof text), 0);
  CHECK_INT(ocihooks_hooksd_violation(set, 3, 0, text, sizeof text), 0);
  CHECK_INT(match(set, "{}", NULL, "{\"poststop\":[{\"path\":\"/a\"}]}"), OCIHOOKS_OK);
  CHECK_INT(ocihooks_hooksd_set_strict(set, 1, MESSAGE), OCIHOOKS_OK);
  CHECK_INT(match(set, "{}", NULL, ""), OCIHOOKS_ERR_INVALID_FILES);
  CHECK_HAS(test_message, "invalid hook files: b.json:1:10: error: ");
  ocihooks_hooksd_free(set);
}

static void stages_are_offered_before_files_are_read(void)
{
  ocihooks_hooksd *set = new_set();
  CHECK_INT(ocihooks_hooksd_add_stage(set, "", MESSAGE), INVALID);
  CHECK_INT(ocihooks_hooksd_add_stage(set, "precreate", MESSAGE), OCIHOOKS_OK);
  add(set, "a.json",
      "{\"version\":\"1.0.0\",\"hook\":{\"path\":\"/a\"},\"when\":" ALWAYS ",\"stages\":[\"precreate\",\"prestart\"]}");
  CHECK_INT(match(set, "{}", NULL, "{\"createRuntime\":[{\"path\":\"/a\"}],\"precreate\":[{\"path\":\"/a\"}]}"),
            OCIHOOKS_OK);
  CHECK_INT(ocihooks_hooksd_add_stage(set, "later", MESSAGE), INVALID);
  ocihooks_hooksd_free(set);
}

static void annotations_are_the_callers_or_the_configs(void)
{
  static const char config[] = "{\"annotations\":{\"key\":\"config\"}}";
  static const char *const callers[] = {"key", "caller", NULL}, *const odd[] = {"key", NULL}, *const none[] = {NULL};
  ocihooks_hooksd *set = new_set();
  add(set, "a.json", FILE_OF("/a", "{\"annotations\":{\"^key$\":\"^config$\"}}"));
  CHECK_INT(match(set, config, NULL, "{\"poststop\":[{\"path\":\"/a\"}]}"), OCIHOOKS_OK);
  CHECK_INT(match(set, config, callers, "{}"), OCIHOOKS_OK);
  CHECK_INT(match(set, config, none, "{}"), OCIHOOKS_OK);
  CHECK_INT(match(set, config, odd, ""), INVALID);
  CHECK_INT(match(set, "[]", NULL, ""), OCIHOOKS_ERR_INVALID_CONFIG);
  CHECK_INT(match(set, "{", NULL, ""), OCIHOOKS_ERR_INVALID_JSON);
  ocihooks_hooksd_free(set);
}

static void explain_says_of_each_file_what_became_of_it(void)
{
  for (int second = 0; second < 2; second++) {
    mkdir(place_path(second ? "two" : "one"), 0755);
    place_write(second ? "two/a.json" : "one/a.json", FILE_OF("/a", ALWAYS), 0644);
  }
  place_write("two/b.json", "{", 0644);
  place_write("two/c.json", FILE_OF("/c", "{\"commands\":[\"^/bin/bash$\"]}"), 0644);
  ocihooks_hooksd *set = new_set();
  CHECK_INT(ocihooks_hooksd_add_dir(set, place_path("one"), MESSAGE), OCIHOOKS_OK);
  CHECK_INT(ocihooks_hooksd_add_dir(set, place_path("two"), MESSAGE), OCIHOOKS_OK);
  CHECK_INT(ocihooks_hooksd_add_dir(set, place_path("missing"), MESSAGE), OCIHOOKS_OK);
  char *text = NULL;
  WRITTEN(text, ocihooks_hooksd_explain(set, SHELL, strlen(SHELL), NULL, 0, buf, buf_size, &length, MESSAGE));
  CHECK_HAS(text, "\"result\":\"masked\"");
  CHECK_HAS(text, "two/a.json\"");
  CHECK_HAS(text, "\"result\":\"injected\"");
  CHECK_HAS(text, "\"result\":\"unusable\"");
  CHECK_HAS(text, "\"result\":\"not-matched\"");
  CHECK_HAS(text, "\"/bin/sh\"");
  free(text);
  ocihooks_hooksd_free(set);
}

static void refresh_sees_what_has_changed(void)
{
  int changed = 7;
  mkdir(place_path("fresh"), 0755);
  ocihooks_hooksd *set = new_set();
  place_write("fresh/a.json", FILE_OF("/a", ALWAYS), 0644);
  CHECK_INT(ocihooks_hooksd_add_dir(set, place_path("fresh"), MESSAGE), OCIHOOKS_OK);
  CHECK_INT(ocihooks_hooksd_refresh(set, &changed, MESSAGE), OCIHOOKS_OK);
  CHECK_INT(changed, 0);
  place_write("fresh/0.json", FILE_OF("/0", ALWAYS), 0644);
  CHECK_TEXT(text_at(ocihooks_hooksd_name, set, 0), "a.json");
  CHECK_INT(ocihooks_hooksd_refresh(set, &changed, MESSAGE), OCIHOOKS_OK);
  CHECK_INT(changed, 1);
  CHECK_TEXT(text_at(ocihooks_hooksd_name, set, 0), "0.json");
  CHECK_TEXT(text_at(ocihooks_hooksd_file, set, 0), place_path("fresh/0.json"));
  place_write("fresh/0.json", "{", 0644);
  CHECK_INT(ocihooks_hooksd_refresh(set, NULL, MESSAGE), OCIHOOKS_OK);
  CHECK_INT(ocihooks_hooksd_count(set), 2);
  CHECK_INT(ocihooks_hooksd_violation_count(set, OCIHOOKS_SEVERITY_WARNING), 1);
  ocihooks_hooksd_free(set);
}

static void cdi_edits_are_added_or_none_of_them(void)
{
  static const char good[] = "{\"hooks\":[{\"hookName\":\"prestart\",\"path\":\"/a\",\"args\":[\"a\"],\"timeout\":3}]}";
  static const char bad[] =
    "{\"hooks\":[{\"hookName\":\"prestart\",\"path\":\"/a\"},{\"hookName\":\"none\",\"path\":\"/b\"}]}";
  ocihooks *hooks = test_parse("{}");
  CHECK_INT(ocihooks_add_cdi_edits(hooks, good, strlen(good), MESSAGE), OCIHOOKS_OK);
  CHECK_INT(ocihooks_add_cdi_edits(hooks, bad, strlen(bad), MESSAGE), OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK_HAS(test_message, "/hooks/1/hookName");
  CHECK_INT(ocihooks_add_cdi_edits(hooks, "{", 1, MESSAGE), OCIHOOKS_ERR_INVALID_JSON);
  CHECK_OWN(json_of(hooks), "{\"prestart\":[{\"path\":\"/a\",\"args\":[\"a\"],\"timeout\":3}]}");
  ocihooks_free(hooks);
}

static void a_config_keeps_all_but_its_hooks(void)
{
  static const char config[] = "{ \"x\" : 1.50, \"hooks\": null }", twice[] = "{\"a\":1,\"a\":2}";
  char small[8], *text = NULL;
  size_t whole = 0;
  ocihooks *hooks = test_parse("{\"poststop\":[{\"path\":\"/a\"}]}");
  WRITTEN(text, ocihooks_config_set_hooks(config, strlen(config), hooks, buf, buf_size, &length, MESSAGE));
  CHECK_TEXT(text, "{ \"x\" : 1.50, \"hooks\": {\"poststop\":[{\"path\":\"/a\"}]} }");
  CHECK_INT(ocihooks_config_set_hooks(config, strlen(config), hooks, small, sizeof small, &whole, MESSAGE), INVALID);
  CHECK_TEXT(small, "");
  CHECK_INT(whole, strlen(text));
  CHECK_INT(ocihooks_config_set_hooks(twice, strlen(twice), hooks, small, sizeof small, &whole, MESSAGE),
            OCIHOOKS_ERR_INVALID_CONFIG);
  CHECK_INT(whole, strlen(text));
  free(text);
  ocihooks_free(hooks);
}

static char *lint(int kind, const char *document, const char *const *stages)
{
  char *text = NULL;
  WRITTEN(text, ocihooks_lint(kind, "it.json", document, strlen(document), stages, 0, buf, buf_size, &length, MESSAGE));
  return text;
}

static void lint_finds_what_is_wrong_in_each_kind_of_document(void)
{
  static const char *const stages[] = {"precreate", NULL};
  static const char file[] =
    "{\"version\":\"1.0.0\",\"hook\":{\"path\":\"/a\",\"timeout\":1},\"when\":" ALWAYS ",\"stages\":[\"precreate\"]}";
  CHECK_OWN(lint(OCIHOOKS_DOCUMENT_HOOKS, "{\"poststop\":[{\"path\":\"/a\",\"timeout\":1}]}", NULL), "[]");
  CHECK_OWN_HAS(lint(OCIHOOKS_DOCUMENT_HOOKS, "{\"poststop\":[{\"path\":\"/a\"}]}", NULL), "\"rule\":\"no-timeout\"");
  CHECK_OWN_HAS(lint(OCIHOOKS_DOCUMENT_CONFIG, "{\"ociVersion\":\"1.0.0\",\"hooks\":{\"prestart\":[{}]}}", NULL),
                "\"pointer\":\"/hooks/prestart/0/path\"");
  CHECK_OWN_HAS(lint(OCIHOOKS_DOCUMENT_HOOK_FILE, file, NULL), "\"rule\":\"stage-unknown\"");
  CHECK_OWN(lint(OCIHOOKS_DOCUMENT_HOOK_FILE, file, stages), "[]");
  CHECK_OWN_HAS(lint(OCIHOOKS_DOCUMENT_CDI, "{\"containerEdits\":{\"hooks\":[{}]}}", NULL), "\"severity\":\"error\"");
  CHECK_OWN_HAS(lint(OCIHOOKS_DOCUMENT_CDI, "{", NULL), "\"rule\":\"not-json\"");
  CHECK_INT(ocihooks_lint(OCIHOOKS_DOCUMENT_LIBCONTAINER, NULL, "{}", 2, NULL, 0, NULL, 0, NULL, MESSAGE), INVALID);
  CHECK_HAS(test_message, "kind is 2: 0, 1, 3 and 4 name documents that can be linted");
}

int main(void)
{
  alarm(TEST_SECONDS);
  place_make();
  RUN(what_is_null_is_refused_or_empty);
  RUN(files_are_listed_in_the_order_of_injection);
  RUN(a_violation_is_a_line_and_strict_makes_it_an_error);
  RUN(stages_are_offered_before_files_are_read);
  RUN(annotations_are_the_callers_or_the_configs);
  RUN(explain_says_of_each_file_what_became_of_it);
  RUN(refresh_sees_what_has_changed);
  RUN(cdi_edits_are_added_or_none_of_them);
  RUN(a_config_keeps_all_but_its_hooks);
  RUN(lint_finds_what_is_wrong_in_each_kind_of_document);
  return test_end();
}
