/* A hook without libc: it writes three bytes and exits; with an argument, after a second or two. */
static void say(void)
{
#if defined(__x86_64__)
  long answer;
  __asm__ volatile("syscall" : "=a"(answer) : "a"(1L), "D"(1L), "S"("ok\n"), "d"(3L) : "rcx", "r11", "memory");
#elif defined(__aarch64__)
  register long number __asm__("x8") = 64, fd __asm__("x0") = 1, size __asm__("x2") = 3;
  register const char *text __asm__("x1") = "ok\n";
  __asm__ volatile("svc 0" : "+r"(fd) : "r"(number), "r"(text), "r"(size) : "memory");
#endif
}

static void leave(void)
{
#if defined(__x86_64__)
  __asm__ volatile("syscall" : : "a"(231L), "D"(0L) : "rcx", "r11", "memory");
#elif defined(__aarch64__)
  register long number __asm__("x8") = 94, status __asm__("x0") = 0;
  __asm__ volatile("svc 0" : : "r"(number), "r"(status) : "memory");
#else
#error "say how a process exits here"
#endif
}

__attribute__((used)) static void begin(const long *stack)
{
  for (volatile long rounds = stack[0] > 1 ? 3000000000 : 0; rounds > 0; rounds--)
    ;
  say();
  for (;;)
    leave();
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start: mov %rsp, %rdi\nand $-16, %rsp\ncall begin");
#else
__asm__(".globl _start\n_start: mov x0, sp\nbl begin");
#endif
