/*
 * clone without ThreadSanitizer's interceptor. The interceptor calls into the sanitizer in the child, on the child's
 * small stack, while the parent runs in the same memory. The library's child runs no code of the C side and does not
 * need it.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdarg.h>

/* glibc's clone, by a name that sanitizers do not intercept. */
int __clone(int (*child)(void *), void *stack, int flags, void *argument, ...);

__attribute__((no_sanitize("thread"))) int clone(int (*child)(void *), void *stack, int flags, void *argument, ...)
{
  va_list rest;
  va_start(rest, argument);
  void *parent_tid = va_arg(rest, void *), *tls = va_arg(rest, void *), *child_tid = va_arg(rest, void *);
  va_end(rest);
  return __clone(child, stack, flags, argument, parent_tid, tls, child_tid);
}
