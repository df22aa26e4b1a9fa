#include "contestant.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void die(const char *what)
{
  fprintf(stderr, "%s\n", what);
  exit(1);
}

void die_errno(const char *what)
{
  perror(what);
  exit(1);
}

void unavailable(const char *why)
{
  printf("unavailable: %s (%s)\n", why, strerror(errno));
  exit(0);
}

long number(const char *text, long least)
{
  char *end;
  long value;

  errno = 0;
  value = strtol(text, &end, 10);
  if (errno != 0 || end == text || (*end != '\0' && *end != '\n') || value < least) {
    fprintf(stderr, "not a number of at least %ld: %s\n", least, text);
    exit(1);
  }
  return value;
}

char *read_file(const char *path, size_t *length)
{
  FILE *file = fopen(path, "rb");
  char *text;
  long size;

  if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
    die_errno(path);
  }
  rewind(file);
  text = malloc((size_t)size + 1);
  if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size) {
    die_errno(path);
  }
  fclose(file);
  text[size] = '\0';
  *length = (size_t)size;
  return text;
}

/* Private memory in small pages, written to, so that a fork has to copy its page tables. */
static void touch_memory(size_t mebibytes)
{
  size_t size = mebibytes << 20;
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *memory;

  if (size == 0) {
    return;
  }
  memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    die_errno("mmap");
  }
  madvise(memory, size, MADV_NOHUGEPAGE);
  for (size_t offset = 0; offset < size; offset += page) {
    memory[offset] = 1;
  }
}

void task_load(struct task *task, int count, char **args)
{
  if (count != 4) {
    die("arguments: HOOK STATE MIB HOOKS_PER_PHASE");
  }
  task->hook = args[0];
  task->state = read_file(args[1], &task->state_len);
  touch_memory((size_t)number(args[2], 0));
  task->hooks_per_phase = number(args[3], 1);
}

static long long now_ns(void)
{
  struct timespec now;

  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void (*before_batch)(void);

int serve(batch_fn batch, void *context)
{
  char line[32];

  while (fgets(line, sizeof line, stdin) != NULL) {
    long count = number(line, 1);
    long long begin;

    if (before_batch != NULL) {
      before_batch();
    }
    begin = now_ns();
    batch(count, context);
    printf("%lld\n", now_ns() - begin);
    fflush(stdout);
  }
  return 0;
}

void expect_success(int status)
{
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fprintf(stderr, "the hook failed: wait status %#x\n", (unsigned)status);
    exit(1);
  }
}

struct hook_by_hook {
  void (*run_hook)(const struct task *);
  struct task task;
};

static void batch_of_hooks(long count, void *context)
{
  const struct hook_by_hook *work = context;

  while (count-- > 0) {
    work->run_hook(&work->task);
  }
}

int run_hooks(void (*run_hook)(const struct task *), int argc, char **argv)
{
  struct hook_by_hook work = {.run_hook = run_hook};

  task_load(&work.task, argc - 1, argv + 1);
  return serve(batch_of_hooks, &work);
}
