/*
 * What every contestant in C has in common: its arguments, its ballast and the line protocol.
 *
 * The protocol: for each line "N" on stdin do N units of work, answer one line with the nanoseconds it took. A line that
 * begins with "unavailable: " says why the contestant can't take part here.
 */
#ifndef BENCH_CONTESTANT_H
#define BENCH_CONTESTANT_H

#include <stddef.h>

/* What a runner of hooks is asked to do. */
struct task {
  const char *hook; /* absolute path of the hook */
  char *state;      /* the state, NUL-terminated */
  size_t state_len; /* its length, without the NUL */
  long hooks_per_phase;
};

/* The work of one batch of `count` units; `context` is what `serve` was given. */
typedef void (*batch_fn)(long count, void *context);

/* Reads HOOK STATE MIB HOOKS_PER_PHASE from `args`, and touches MIB MiB of memory. */
void task_load(struct task *task, int count, char **args);

/* A whole file, NUL-terminated, on the heap; its length in `*length`. */
char *read_file(const char *path, size_t *length);

/* A whole contestant that runs one hook after the other: its main. */
int run_hooks(void (*run_hook)(const struct task *), int argc, char **argv);

/* Answers batches until stdin ends. */
int serve(batch_fn batch, void *context);

/* What is done before the clock starts for a batch; NULL: nothing. */
extern void (*before_batch)(void);

/* Prints the reason with errno's text, or as it is, and exits with 1. */
__attribute__((noreturn)) void die_errno(const char *what);
__attribute__((noreturn)) void die(const char *what);

/* Answers that the contestant can't take part, and why, with errno's text; then ends with 0. */
__attribute__((noreturn)) void unavailable(const char *why);

/* A number of at least `least`, or the end of the program. */
long number(const char *text, long least);

/* Ends the program unless `status`, as of waitpid, is that of an exit with 0. */
void expect_success(int status);

#endif
