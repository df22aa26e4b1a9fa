/*
 * Says which hooks the files of directories add to a container, and why: hook-files CONFIG DIRECTORY...
 *
 * Directories are named in increasing precedence. The hooks go to standard output, then what explain says, each as JSON; the
 * violations of the files go to standard error.
 */
#include <ocihooks.h>

#include <stdio.h>
#include <stdlib.h>

static char errmsg[8192];

/* A whole file, to be freed; NULL where it can't be read. */
static char *read_file(const char *path, size_t *length)
{
  FILE *file = fopen(path, "rb");
  char *text = NULL;
  size_t room = 0;
  *length = 0;
  while (file != NULL && !feof(file) && !ferror(file)) {
    char *larger = realloc(text, room += 65536);
    if (larger == NULL)
      break;
    text = larger;
    *length += fread(text + *length, 1, room - *length, file);
  }
  if (file != NULL)
    fclose(file);
  return text;
}

static void print_violations(const ocihooks_hooksd *set)
{
  for (int severity = OCIHOOKS_SEVERITY_ERROR; severity <= OCIHOOKS_SEVERITY_NOTE; severity++)
    for (size_t i = 0; i < ocihooks_hooksd_violation_count(set, severity); i++) {
      char line[1024];
      ocihooks_hooksd_violation(set, severity, i, line, sizeof line);
      fprintf(stderr, "%s\n", line);
    }
}

/* The hooks that the files add, as JSON. */
static int print_hooks(const ocihooks_hooksd *set, const char *config, size_t length)
{
  ocihooks *hooks = NULL;
  int code = ocihooks_hooksd_match(set, config, length, NULL, 0, &hooks, errmsg, sizeof errmsg);
  size_t size = ocihooks_to_json(hooks, NULL, 0) + 1;
  char *text = malloc(size);
  if (code == OCIHOOKS_OK && text != NULL) {
    ocihooks_to_json(hooks, text, size);
    puts(text);
  }
  free(text);
  ocihooks_free(hooks);
  return code;
}

static int print_explanation(const ocihooks_hooksd *set, const char *config, size_t length)
{
  size_t size = 0;
  int code = ocihooks_hooksd_explain(set, config, length, NULL, 0, NULL, 0, &size, errmsg, sizeof errmsg);
  char *text = malloc(++size);
  if (code == OCIHOOKS_OK && text != NULL) {
    code = ocihooks_hooksd_explain(set, config, length, NULL, 0, text, size, NULL, errmsg, sizeof errmsg);
    puts(text);
  }
  free(text);
  return code;
}

int main(int argc, char **argv)
{
  size_t length = 0;
  ocihooks_hooksd *set = NULL;
  char *config = argc > 2 ? read_file(argv[1], &length) : NULL;
  if (config == NULL) {
    fprintf(stderr, "usage: %s CONFIG DIRECTORY...\n", argv[0]);
    return 2;
  }
  int code = ocihooks_hooksd_new(&set, errmsg, sizeof errmsg);
  for (int i = 2; i < argc && code == OCIHOOKS_OK; i++)
    code = ocihooks_hooksd_add_dir(set, argv[i], errmsg, sizeof errmsg);
  print_violations(set);
  if (code == OCIHOOKS_OK)
    code = print_hooks(set, config, length);
  if (code == OCIHOOKS_OK)
    code = print_explanation(set, config, length);
  if (code != OCIHOOKS_OK)
    fprintf(stderr, "%s\n", errmsg);
  ocihooks_hooksd_free(set);
  free(config);
  return code == OCIHOOKS_OK ? 0 : 1;
}
