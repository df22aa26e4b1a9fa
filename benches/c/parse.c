/*
 * Parsing, through the C API of this library: FILE KIND, where KIND is "config" for a whole config.json and
 * "hooks" for the hooks object alone.
 */
#include "contestant.h"

#include <ocihooks.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int (*parse_fn)(const char *json, size_t json_len, ocihooks **hooks, char *errmsg, size_t errmsg_size);

struct input {
  char *json;
  size_t length;
  parse_fn parse;
};

static void batch(long count, void *context)
{
  const struct input *input = context;
  char errmsg[1024];

  while (count-- > 0) {
    ocihooks *hooks = NULL;

    if (input->parse(input->json, input->length, &hooks, errmsg, sizeof errmsg) != OCIHOOKS_OK) {
      die(errmsg);
    }
    ocihooks_free(hooks);
  }
}

int main(int argc, char **argv)
{
  struct input input;

  if (argc != 3) {
    die("arguments: FILE config|hooks");
  }
  input.json = read_file(argv[1], &input.length);
  input.parse = strcmp(argv[2], "config") == 0 ? ocihooks_parse_config : ocihooks_parse;
  serve(batch, &input);
  free(input.json);
  return 0;
}
