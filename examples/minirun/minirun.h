/* Shared by the parts of minirun: a container, its configuration, its files and its processes. */
#ifndef MINIRUN_H
#define MINIRUN_H

#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <json.h>
#include <ocihooks.h>

enum { ERRMSG_SIZE = 4096 };

struct container {
  const char *id;
  char bundle[PATH_MAX], rootfs[PATH_MAX + 2048], kept[PATH_MAX];
  json_object *config; /* config.json, read by json-c */
  ocihooks *hooks;     /* its hooks, read by the library */
  int user_namespace;
  pid_t pid;    /* of the container's init; 0 if there is none */
  int pidfd;    /* of the same process */
  int talk[2];  /* during creation: the runtime's end, the container's end */
  int listener; /* the fifo on which init waits for start */
};

/* files.c: errors and files. All int functions return 0, or -1 after printing the reason. */
int complain(const char *format, ...);
int complain_errno(const char *what);
char *read_file(const char *path); /* the caller frees it; NULL after printing the reason */
int write_file(const char *path, const char *text);
const char *kept_path(const struct container *box, const char *name); /* valid until the next call */
int keep(const struct container *box);
int read_back(struct container *box);
void forget(const struct container *box);

/* config.c: config.json. Its lists and texts live as long as the program. */
int read_config(struct container *box);
const char *config_text(json_object *object, const char *key, const char *otherwise);
char **config_strings(json_object *object, const char *key);

/* container.c: the container's process. */
int make_container(struct container *box);
int enter_root(const struct container *box);
int release(const struct container *box);
void stop(struct container *box);

#endif
