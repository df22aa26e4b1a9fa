/* config.json: the library reads the hooks, and json-c the other members. */
#include "minirun.h"

static json_object *member(json_object *object, const char *key)
{
  json_object *value = NULL;
  json_object_object_get_ex(object, key, &value);
  return value;
}

const char *config_text(json_object *object, const char *key, const char *otherwise)
{
  json_object *value = member(object, key);
  return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : otherwise;
}

char **config_strings(json_object *object, const char *key)
{
  json_object *array = member(object, key);
  size_t count = json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
  char **list = calloc(count + 1, sizeof *list);
  for (size_t i = 0; i < count; i++) {
    const char *text = json_object_get_string(json_object_array_get_idx(array, i));
    list[i] = strdup(text != NULL ? text : "");
  }
  return list;
}

static int names_user_namespace(json_object *config)
{
  json_object *namespaces = member(member(config, "linux"), "namespaces");
  size_t count = json_object_is_type(namespaces, json_type_array) ? json_object_array_length(namespaces) : 0;
  for (size_t i = 0; i < count; i++)
    if (strcmp(config_text(json_object_array_get_idx(namespaces, i), "type", ""), "user") == 0)
      return 1;
  return 0;
}

/* The library names the error of invalid JSON, with line and column. */
static int parse(struct container *box, const char *path, const char *text)
{
  char errmsg[ERRMSG_SIZE];
  if (ocihooks_parse_config(text, strlen(text), &box->hooks, errmsg, sizeof errmsg) != OCIHOOKS_OK)
    return complain("%s: %s", path, errmsg);
  box->config = json_tokener_parse(text);
  return box->config != NULL ? 0 : complain("%s: json-c does not read it", path);
}

int read_config(struct container *box)
{
  char path[PATH_MAX + 16];
  snprintf(path, sizeof path, "%s/config.json", box->bundle);
  char *text = read_file(path);
  int result = text != NULL ? parse(box, path, text) : -1;
  free(text);
  if (result != 0)
    return -1;
  const char *rootfs = config_text(member(box->config, "root"), "path", "rootfs");
  snprintf(box->rootfs, sizeof box->rootfs, "%s%s%s", *rootfs == '/' ? "" : box->bundle, *rootfs == '/' ? "" : "/",
           rootfs);
  box->user_namespace = geteuid() != 0 || names_user_namespace(box->config);
  return 0;
}
