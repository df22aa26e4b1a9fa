/* System calls that return an error: a permanent seccomp filter for this process and its descendants. */
#ifndef OCIHOOKS_TEST_SECCOMP_H
#define OCIHOOKS_TEST_SECCOMP_H

#include "fork.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define ANY (-1)

/* A call that returns `error`, always or only if the argument at this place (from 0) is `value`. */
struct denial {
  long number;
  int error;
  int argument; /* ANY: for all arguments */
  uint32_t value;
};

#define DENIALS_MOST 32

/* The low half of an argument's 64 bits. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARGUMENT_AT(place) (offsetof(struct seccomp_data, args) + 8 * (size_t)(place))
#else
#define ARGUMENT_AT(place) (offsetof(struct seccomp_data, args) + 8 * (size_t)(place) + 4)
#endif

/* Installs the filter. Returns 0 if that is refused. */
static inline int deny(const struct denial *denials, size_t count)
{
  struct sock_filter code[DENIALS_MOST * 5 + 1];
  struct sock_fprog program = {0, code};
  if (count > DENIALS_MOST)
    return 0;
  for (size_t i = 0; i < count; i++) {
    int place = denials[i].argument;
    struct sock_filter part[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)denials[i].number, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, place == ANY ? offsetof(struct seccomp_data, nr) : ARGUMENT_AT(place)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, place == ANY ? (uint32_t)denials[i].number : denials[i].value, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)denials[i].error),
    };
    memcpy(code + program.len, part, sizeof part);
    program.len += 5;
  }
  code[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

#endif
