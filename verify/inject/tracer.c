/*
 * Runs a program with injected faults:
 *
 *   tracer SECONDS [ROLE:NUMBER:NTH:ERRNO[:happens]]... -- PROGRAM ARGUMENT...
 *
 * It counts the program's calls between the two marks (mark.h), and the calls of its children from their birth up to
 * the hook's execve. It follows the joiner, which a child may execute before the hook. It then detaches from the child,
 * so that only the parent holds its zombie. It prints the calls and the end: "end exited N", "end signaled N", or "end
 * hang", which ends everything. It reports processes left running as "left", and kills them.
 */
#include "tracer.h"
#include "mark.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_TRACEES 16
/* Killed hooks have this time to exit before they count as left. */
#define SECONDS_TO_VANISH 5
/* /proc/PID/exe of a process that executes the joiner. src/run/process/spawn/joiner_file.rs names the file. */
#define CHILD_PROGRAM "/memfd:oci-hook"
/* A child that closes a million descriptors one by one is detached, because a stop at each would take half a minute. */
#define MOST_CALLS 5000

#define BEFORE_BEGIN (PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD)
#define WITH_CHILDREN                                                                                   \
  (BEFORE_BEGIN | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | \
   PTRACE_O_TRACEEXIT)

struct tracee {
  pid_t pid; /* 0: none */
  int role;  /* ROLES: seen before its parent reported it, and held until then */
  long number;
  struct fault *fault; /* of the current call */
  uint64_t first;      /* the argument that was changed */
};

static struct tracee tracees[MOST_TRACEES];
static pid_t subject;
static int counting, ended;
static volatile sig_atomic_t late;

static void at_alarm(int signal)
{
  (void)signal;
  late = 1;
}

static struct tracee *find(pid_t pid)
{
  for (int i = 0; i < MOST_TRACEES; i++)
    if (tracees[i].pid == pid)
      return &tracees[i];
  return NULL;
}

static struct tracee *add(pid_t pid, int role)
{
  struct tracee *tracee = find(0);
  if (tracee == NULL) {
    fprintf(stderr, "tracer: more than %d processes\n", MOST_TRACEES);
    exit(2);
  }
  *tracee = (struct tracee){pid, role, -1, NULL, 0};
  return tracee;
}

/* Resumes a process, with a signal or none. ESRCH from a killed process is harmless, because waitpid reports its end.
   */
static void go_on(const struct tracee *tracee, int signal)
{
  int watched = !ended || tracee->role != PARENT;
  ptrace(watched ? PTRACE_SYSCALL : PTRACE_CONT, tracee->pid, NULL, (long)signal);
}

static void let_go(struct tracee *tracee)
{
  ptrace(PTRACE_DETACH, tracee->pid, NULL, 0L);
  tracee->pid = 0;
}

/* A process has created another one, which may have been seen already. */
static void born(const struct tracee *maker)
{
  unsigned long pid = 0;
  if (ptrace(PTRACE_GETEVENTMSG, maker->pid, NULL, &pid) != 0)
    return;
  int role = maker->role == PARENT ? CHILD : SUCCESSOR;
  struct tracee *seen = find((pid_t)pid);
  if (seen == NULL) {
    add((pid_t)pid, role);
  } else {
    seen->role = role;
    go_on(seen, 0);
  }
}

/* The program's marks are not calls of the library. */
static int is_mark(const struct call_info *info)
{
  if (info->number != SYS_prctl || info->arguments[0] != MARK)
    return 0;
  counting = info->arguments[1] == MARK_BEGIN;
  ended = !counting;
  if (counting)
    ptrace(PTRACE_SETOPTIONS, subject, NULL, (long)WITH_CHILDREN);
  return 1;
}

/* Suppresses a call. brk has no errno: a failing brk returns the current break, as brk(0) does. */
static void fail(struct tracee *tracee, const struct call_info *info)
{
  tracee->first = info->arguments[0];
  if (tracee->number == SYS_brk)
    call_set_argument(tracee->pid, 0);
  else if (!tracee->fault->happens)
    call_skip(tracee->pid);
}

/* Answers in the kernel's place. brk has answered already, and needs its argument restored if that has its own
   register. */
static void answer(const struct tracee *tracee)
{
  if (tracee->number != SYS_brk)
    call_answer(tracee->pid, tracee->fault->error);
#ifdef __x86_64__
  else
    call_set_argument(tracee->pid, tracee->first);
#endif
}

/* At the entry or the exit of a call. Returns 0 if the process needs no more watching. */
static int at_call(struct tracee *tracee)
{
  struct call_info info = {0};
  if (!call_of(tracee->pid, &info))
    return 1;
  if (info.op == AT_EXIT) {
    if (tracee->fault != NULL)
      answer(tracee);
    tracee->fault = NULL;
    tracee->number = -1;
    return 1;
  }
  tracee->number = (long)info.number;
  if (tracee->role == PARENT && (is_mark(&info) || !counting))
    return 1;
  tracee->fault = faults_next((enum role)tracee->role, tracee->number);
  if (tracee->fault != NULL)
    fail(tracee, &info);
  return tracee->role == PARENT || tracee->fault != NULL ||
         faults_count((enum role)tracee->role, tracee->number) < MOST_CALLS;
}

/* Whether a process that has executed a program is still on its way to the hook. */
static int executes_the_librarys_program(pid_t pid)
{
  char path[64], file[sizeof CHILD_PROGRAM] = "";
  snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
  return readlink(path, file, sizeof file - 1) > 0 && strcmp(file, CHILD_PROGRAM) == 0;
}

static void at_stop(pid_t pid, int status)
{
  struct tracee *tracee = find(pid);
  int event = status >> 16, signal = WSTOPSIG(status);
  if (tracee == NULL) {
    add(pid, ROLES);
    return;
  }
  if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE)
    born(tracee);
  int executed = event == PTRACE_EVENT_EXEC && !executes_the_librarys_program(pid);
  int last = (executed || event == PTRACE_EVENT_EXIT) && tracee->role != PARENT;
  int call = event == 0 && signal == (SIGTRAP | 0x80);
  if (last || (call && !at_call(tracee)))
    let_go(tracee);
  else
    go_on(tracee, event != 0 || call ? 0 : signal);
}

/* Kills the processes that the program left running. They are our children now. */
static void kill_the_left(void)
{
  char path[64], text[4096] = "";
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  FILE *list = fopen(path, "re");
  size_t size = list != NULL ? fread(text, 1, sizeof text - 1, list) : 0;
  if (list != NULL)
    fclose(list);
  text[size] = '\0';
  for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) {
    printf("left %s\n", word);
    kill(atoi(word), SIGKILL);
  }
}

/* The time is up: the program hangs, or a process that it left is still alive. */
static void at_the_limit(void)
{
  static int limits;
  if (limits++ > 2)
    exit(2);
  for (int i = 0; i < MOST_TRACEES; i++)
    if (tracees[i].pid != 0 && tracees[i].role < ROLES)
      printf("stuck %s %ld\n", role_names[tracees[i].role], tracees[i].number);
  if (subject != 0)
    printf("end hang\n");
  subject = 0;
  kill_the_left();
  late = 0;
  alarm(SECONDS_TO_VANISH);
}

static void at_end(pid_t pid, int status)
{
  struct tracee *tracee = find(pid);
  if (tracee != NULL)
    tracee->pid = 0;
  if (pid != subject)
    return;
  printf(WIFEXITED(status) ? "end exited %d\n" : "end signaled %d\n",
         WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
  subject = 0;
  alarm(SECONDS_TO_VANISH);
}

/* Starts the program, which waits for a byte until it is traced. */
static void start(char **command)
{
  int ends[2];
  if (pipe(ends) != 0)
    exit(2);
  subject = fork();
  if (subject == 0) {
    char byte;
    close(ends[1]);
    if (read(ends[0], &byte, 1) == 1)
      close(ends[0]), execvp(command[0], command);
    perror(command[0]);
    _exit(127);
  }
  add(subject, PARENT);
  if (ptrace(PTRACE_SEIZE, subject, NULL, (long)BEFORE_BEGIN) != 0 ||
      ptrace(PTRACE_INTERRUPT, subject, NULL, 0L) != 0) {
    perror("tracing is refused");
    kill(subject, SIGKILL);
    exit(3);
  }
  if (write(ends[1], "!", 1) != 1)
    exit(2);
  close(ends[0]);
  close(ends[1]);
}

int main(int count, char **arguments)
{
  int at = 2;
  while (at < count && strcmp(arguments[at], "--") != 0)
    if (!faults_add(arguments[at++]))
      at = count;
  if (at + 1 >= count) {
    fprintf(stderr, "usage: tracer SECONDS [ROLE:NUMBER:NTH:ERRNO[:happens]]... -- PROGRAM ARGUMENT...\n");
    return 2;
  }
  /* Processes that the program leaves behind become our children. */
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  sigaction(SIGALRM, &(struct sigaction){.sa_handler = at_alarm}, NULL);
  alarm((unsigned)atoi(arguments[1]));
  start(arguments + at + 1);
  for (;;) {
    int status;
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno == ECHILD)
      break;
    if (late)
      at_the_limit();
    if (pid > 0 && WIFSTOPPED(status))
      at_stop(pid, status);
    else if (pid > 0)
      at_end(pid, status);
  }
  faults_print();
  return 0;
}
