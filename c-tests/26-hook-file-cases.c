/*
 * The shared cases of hook files, filters and patterns (tests/cases/hooksd/README.md), through the C API.
 * scripts/hooksd_to_c.py writes them as tables.
 */
#include "test.h"
#include "helpers.h"

enum made { REGULAR, LINK, DIRECTORY };

struct file {
  const char *path;
  enum made made;
  const char *content;
  size_t length;
};

struct files_case {
  const char *name;
  const struct file *files;
  size_t file_count;
  const char *const *dirs;
  const char *const *stages;
  const char *config;
  const char *const *annotations;
  int has_bind_mounts;
  const char *hooks;
  const char *const *violations;
};

struct filter_case {
  const char *name, *hooks, *config;
  int code;
  const char *message, *expected;
};

struct pattern_case {
  const char *file;
  const char *rule; /* NULL: the pattern is accepted */
  const char *const *configs;
  const int *matches;
};

#include "hooksd.inc"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define MESSAGE test_message, sizeof test_message

TEXT_OF(violations_of, ocihooks_hooksd, ocihooks_hooksd_violations_json)
TEXT_OF(config_of, ocihooks_report, ocihooks_report_config)

/* A text with $ROOT replaced by a directory. The caller frees it. */
static char *rooted(const char *text, const char *root)
{
  size_t size = strlen(text) + 1;
  for (const char *at = text; (at = strstr(at, "$ROOT")) != NULL; at++)
    size += strlen(root);
  char *result = malloc(size), *end = result;
  for (const char *at = text; *at != '\0';) {
    if (strncmp(at, "$ROOT", 5) == 0) {
      end = stpcpy(end, root);
      at += 5;
    } else {
      *end++ = *at++;
    }
  }
  *end = '\0';
  return result;
}

static void make_directories(char *path)
{
  for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(path, 0755);
    *slash = '/';
  }
}

static void make_file(const struct file *file, const char *root)
{
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", root, file->path);
  make_directories(path);
  if (strlen(file->content) != file->length) { /* bytes with a NUL are not a text */
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    CHECK(fd >= 0 && write(fd, file->content, file->length) == (ssize_t)file->length);
    close(fd);
    return;
  }
  char *content = rooted(file->content, root);
  if (file->made == LINK) {
    CHECK_INT(symlink(content, path), 0);
  } else if (file->made == DIRECTORY) {
    CHECK_INT(mkdir(path, 0755), 0);
  } else {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    CHECK(fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content));
    close(fd);
  }
  free(content);
}

static ocihooks_hooksd *read_files(const struct files_case *given, const char *root)
{
  ocihooks_hooksd *set = NULL;
  CHECK_INT(ocihooks_hooksd_new(&set, MESSAGE), OCIHOOKS_OK);
  for (size_t i = 0; given->stages[i] != NULL; i++)
    CHECK_INT(ocihooks_hooksd_add_stage(set, given->stages[i], MESSAGE), OCIHOOKS_OK);
  for (size_t i = 0; given->dirs[i] != NULL; i++) {
    char *dir = rooted(given->dirs[i], root);
    CHECK_INT(ocihooks_hooksd_add_dir(set, dir, MESSAGE), OCIHOOKS_OK);
    free(dir);
  }
  CHECK_INT(ocihooks_hooksd_set_check_host(set, 1, MESSAGE), OCIHOOKS_OK);
  return set;
}

/* The violations are exactly the expected ones, in order. */
static void check_violations(const ocihooks_hooksd *set, const char *const *expected, const char *root)
{
  char *all = violations_of(set);
  const char *at = all;
  size_t found = 0, count = 0;
  for (const char *each = all; (each = strstr(each, "{\"severity\":")) != NULL; each++)
    found++;
  for (; expected[count] != NULL; count++) {
    char *part = rooted(expected[count], root);
    const char *place = strstr(at, part);
    if (place == NULL)
      CHECK_HAS(at, part);
    else
      at = place + 1;
    free(part);
  }
  CHECK_INT(found, count);
  size_t counted = 0;
  for (int severity = OCIHOOKS_SEVERITY_ERROR; severity <= OCIHOOKS_SEVERITY_NOTE; severity++)
    counted += ocihooks_hooksd_violation_count(set, severity);
  CHECK_INT(counted, count);
  free(all);
}

static void run_files_case(const struct files_case *given)
{
  char root[512];
  snprintf(root, sizeof root, "%s/%s", place, given->name);
  CHECK_INT(mkdir(root, 0755), 0);
  for (size_t i = 0; i < given->file_count; i++)
    make_file(&given->files[i], root);
  ocihooks_hooksd *set = read_files(given, root);
  ocihooks *hooks = NULL, *added = NULL;
  size_t length = strlen(given->config);
  CHECK_INT(ocihooks_parse_config(given->config, length, &hooks, MESSAGE), OCIHOOKS_OK);
  CHECK_INT(ocihooks_hooksd_match(set, given->config, length, given->annotations, given->has_bind_mounts, &added,
                                  MESSAGE),
            OCIHOOKS_OK);
  CHECK_INT(ocihooks_merge(hooks, added, MESSAGE), OCIHOOKS_OK);
  char *expected = rooted(given->hooks, root);
  CHECK_OWN(json_of(hooks), expected);
  check_violations(set, given->violations, root);
  free(expected);
  ocihooks_free(added);
  ocihooks_free(hooks);
  ocihooks_hooksd_free(set);
}

static void run_filter_case(const struct filter_case *given)
{
  ocihooks *hooks = test_parse(given->hooks);
  ocihooks_report *report = NULL;
  int code = ocihooks_filter(hooks, "precreate", given->config, strlen(given->config), NULL, &report, MESSAGE);
  CHECK_INT(code, given->code);
  CHECK_TEXT(test_message, given->message);
  CHECK_OWN(config_of(report), given->expected);
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

static void run_pattern_case(const struct pattern_case *given)
{
  ocihooks_hooksd *set = NULL;
  CHECK_INT(ocihooks_hooksd_new(&set, MESSAGE), OCIHOOKS_OK);
  CHECK_INT(ocihooks_hooksd_add_file(set, "a.json", given->file, strlen(given->file), MESSAGE), OCIHOOKS_OK);
  CHECK_INT(ocihooks_hooksd_count(set), given->rule == NULL);
  if (given->rule != NULL)
    CHECK_OWN_HAS(violations_of(set), given->rule);
  for (size_t i = 0; given->rule == NULL && given->configs[i] != NULL; i++) {
    const char *config = given->configs[i];
    ocihooks *hooks = NULL;
    CHECK_INT(ocihooks_hooksd_match(set, config, strlen(config), NULL, 0, &hooks, MESSAGE), OCIHOOKS_OK);
    if ((int)ocihooks_count(hooks, "poststop") != given->matches[i])
      printf("  %s\n  %s\n", given->file, config);
    CHECK_INT(ocihooks_count(hooks, "poststop"), given->matches[i]);
    ocihooks_free(hooks);
  }
  ocihooks_hooksd_free(set);
}

/* Counts a case, and names one that fails. */
static void end_case(const char *name)
{
  if (test_failures_of_case == 0) {
    test_passed++;
  } else {
    test_failed++;
    printf("FAIL %s\n", name);
  }
  test_failures_of_case = 0;
}

int main(void)
{
  alarm(TEST_SECONDS);
  place_make();
  for (size_t i = 0; i < COUNT(files_cases); i++) {
    run_files_case(&files_cases[i]);
    end_case(files_cases[i].name);
  }
  for (size_t i = 0; i < COUNT(filter_cases); i++) {
    run_filter_case(&filter_cases[i]);
    end_case(filter_cases[i].name);
  }
  for (size_t i = 0; i < COUNT(pattern_cases); i++) {
    run_pattern_case(&pattern_cases[i]);
    end_case(pattern_cases[i].file);
  }
  const size_t all = COUNT(files_cases) + COUNT(filter_cases) + COUNT(pattern_cases);
  printf("shared cases of hook files (C): %d of %d passed\n", test_passed, (int)all);
  return test_passed == (int)all ? 0 : 1;
}
