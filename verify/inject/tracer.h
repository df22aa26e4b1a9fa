/* Running a program with failing system calls. The tracer's files share this. */
#ifndef OCIHOOKS_INJECT_TRACER_H
#define OCIHOOKS_INJECT_TRACER_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stdint.h>
#include <sys/types.h>

/* The roles of callers: the process that runs the hooks, the child on its way to execve, and the child's successor. */
enum role { PARENT, CHILD, SUCCESSOR, ROLES };

extern const char *const role_names[ROLES];

/* One call that fails: that of a role and number, for the nth time (0: every time). */
struct fault {
  int role;
  long number;
  long nth;
  int error;
  int happens; /* the call takes effect, and only its result is replaced */
  long times;  /* number of uses */
};

/* faults.c: the faults to inject, and the number of calls of each kind. */
int faults_add(const char *text);
struct fault *faults_next(enum role role, long number);
long faults_count(enum role role, long number);
void faults_print(void);

/* The struct that PTRACE_GET_SYSCALL_INFO fills. Some libcs lack it, and others name it differently. */
struct call_info {
  uint8_t op;
  uint8_t padding[3];
  uint32_t architecture;
  uint64_t instruction;
  uint64_t stack;
  uint64_t number; /* at its entry; the result at its exit */
  uint64_t arguments[6];
  uint64_t more[2];
};

#define AT_ENTRY 1
#define AT_EXIT 2

/* registers.c: these return 0 if the process is gone. */
int call_of(pid_t pid, struct call_info *info);
int call_skip(pid_t pid);
int call_answer(pid_t pid, int error);
int call_set_argument(pid_t pid, uint64_t first);

#endif
