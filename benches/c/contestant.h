/*
 * The code that all contestants in C share: arguments, ballast and the line protocol.
 *
 * The protocol: for each line "N" on stdin, do N units of work and answer one line with the nanoseconds that they took.
 * A line that begins with "unavailable: " has the reason why the contestant can't take part here.
 */
#ifndef BENCH_CONTESTANT_H
#define BENCH_CONTESTANT_H

#include <stddef.h>

/* The task of a runner of hooks. */
struct task {
  const char *hook; /* absolute path of the hook */
  char *state;      /* the state, NUL-terminated */
  size_t state_len; /* its length, without the NUL */
  long hooks_per_phase;
};

/* The work of one batch of `count` units. `context` comes from `serve`. */
typedef void (*batch_fn)(long count, void *context);

/* Reads HOOK STATE MIB HOOKS_PER_PHASE from `args`, and touches MIB MiB of memory. */
void task_load(struct task *task, int count, char **args);

/* A whole file, NUL-terminated, on the heap; its length in `*length`. */
char *read_file(const char *path, size_t *length);

/* The main of a contestant that runs one hook after the other. */
int run_hooks(void (*run_hook)(const struct task *), int argc, char **argv);

/* Answers batches until stdin ends. */
int serve(batch_fn batch, void *context);

/* Runs before the clock starts for a batch; may be NULL. */
extern void (*before_batch)(void);

/* Prints the reason, with or without errno's text, and exits with 1. */
__attribute__((noreturn)) void die_errno(const char *what);
__attribute__((noreturn)) void die(const char *what);

/* Answers that the contestant can't take part, with the reason and errno's text, and exits with 0. */
__attribute__((noreturn)) void unavailable(const char *why);

/* Reads a number of at least `least`, or ends the program. */
long number(const char *text, long least);

/* Ends the program unless `status`, from waitpid, is an exit with 0. */
void expect_success(int status);

#endif
