/*
 * The cheapest hook: it reads its stdin to the end and exits with 0.
 *
 * It is static and without libc (-nostdlib), so that the benchmark measures the runner and not the hook's dynamic
 * linker.
 */

#define READ_SIZE 4096

#if defined(__x86_64__)

enum { SYS_READ = 0, SYS_EXIT_GROUP = 231 };

static long syscall3(long number, long a, long b, long c)
{
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}

#elif defined(__aarch64__)

enum { SYS_READ = 63, SYS_EXIT_GROUP = 94 };

static long syscall3(long number, long a, long b, long c)
{
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}

#else
#error "noop.c knows x86_64 and aarch64 only"
#endif

/* The kernel enters here without a return address, so this never returns. It calls nothing that needs an aligned stack,
   and the buffer is static. */
__attribute__((noreturn, used)) void _start(void)
{
  static char buffer[READ_SIZE];
  long got;

  do {
    got = syscall3(SYS_READ, 0, (long)buffer, READ_SIZE);
  } while (got > 0);
  for (;;) {
    syscall3(SYS_EXIT_GROUP, got < 0, 0, 0);
  }
}
