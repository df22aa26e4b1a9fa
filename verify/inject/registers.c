/* The system call of a stopped process: reading it, suppressing it, and answering in the kernel's place. */
#include "tracer.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#define GET_SYSCALL_INFO 0x420e

/* A killed process leaves its stop. Any other refusal invalidates the whole run. */
static int done(long answer, const char *what)
{
  if (answer >= 0)
    return 1;
  if (errno == ESRCH)
    return 0;
  perror(what);
  exit(2);
}

int call_of(pid_t pid, struct call_info *info)
{
  return done(ptrace(GET_SYSCALL_INFO, pid, sizeof *info, info), "PTRACE_GET_SYSCALL_INFO (Linux 5.3)");
}

#if defined(__x86_64__)

static int get(pid_t pid, struct user_regs_struct *registers)
{
  return done(ptrace(PTRACE_GETREGS, pid, NULL, registers), "PTRACE_GETREGS");
}

static int set(pid_t pid, struct user_regs_struct *registers)
{
  return done(ptrace(PTRACE_SETREGS, pid, NULL, registers), "PTRACE_SETREGS");
}

int call_skip(pid_t pid)
{
  struct user_regs_struct registers;
  if (!get(pid, &registers))
    return 0;
  registers.orig_rax = (unsigned long long)-1;
  return set(pid, &registers);
}

int call_answer(pid_t pid, int error)
{
  struct user_regs_struct registers;
  if (!get(pid, &registers))
    return 0;
  registers.rax = (unsigned long long)-(long long)error;
  return set(pid, &registers);
}

int call_set_argument(pid_t pid, uint64_t first)
{
  struct user_regs_struct registers;
  if (!get(pid, &registers))
    return 0;
  registers.rdi = first;
  return set(pid, &registers);
}

#elif defined(__aarch64__)

int call_skip(pid_t pid)
{
  int number = -1;
  struct iovec value = {&number, sizeof number};
  return done(ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &value), "NT_ARM_SYSTEM_CALL");
}

/* The first argument and the answer are in the same register. */
static int set_first(pid_t pid, unsigned long long first)
{
  struct user_regs_struct registers;
  struct iovec value = {&registers, sizeof registers};
  if (!done(ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &value), "PTRACE_GETREGSET"))
    return 0;
  registers.regs[0] = first;
  return done(ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &value), "PTRACE_SETREGSET");
}

int call_answer(pid_t pid, int error)
{
  return set_first(pid, (unsigned long long)-(long long)error);
}

int call_set_argument(pid_t pid, uint64_t first)
{
  return set_first(pid, first);
}

#else
#error "this architecture needs code here that skips a system call"
#endif
