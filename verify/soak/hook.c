/*
 * The hooks of the soak test: one small program without libc, so that the library dominates the cost of a run. The
 * first argument selects an action, the second is a number. Most actions read stdin to its end.
 */

#define SIGCHLD 17

#if defined(__x86_64__)

enum { READ = 0, WRITE = 1, GETPID = 39, CLONE = 56, KILL = 62, UNAME = 63, EXIT_GROUP = 231, PPOLL = 271 };

__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall begin\n");

static long call(long number, long a, long b, long c, long d)
{
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = 0;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
}

#elif defined(__aarch64__)

enum { READ = 63, WRITE = 64, PPOLL = 73, EXIT_GROUP = 94, KILL = 129, UNAME = 160, GETPID = 172, CLONE = 220 };

__asm__(".globl _start\n_start:\n\tmov x0, sp\n\tbl begin\n");

static long call(long number, long a, long b, long c, long d)
{
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = 0;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
}

#else
#error "hook.c knows x86_64 and aarch64 only"
#endif

static char buffer[4096];

static long read_all(void)
{
  long total = 0, size;
  while ((size = call(READ, 0, (long)buffer, sizeof buffer, 0)) > 0)
    total += size;
  return total;
}

static long number_of(const char *text)
{
  long number = 0;
  while (*text >= '0' && *text <= '9')
    number = number * 10 + *text++ - '0';
  return number;
}

static void print_number(long number)
{
  char text[24];
  int at = sizeof text;
  do
    text[--at] = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  call(WRITE, 1, (long)(text + at), (long)sizeof text - at, 0);
}

/* For this number of milliseconds, or forever. */
static void wait_for(long milliseconds)
{
  long time[2] = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  call(PPOLL, 0, 0, milliseconds > 0 ? (long)time : 0, 0);
}

/* This number of bytes to stdout. */
static void write_much(long bytes)
{
  while (bytes > 0) {
    long size = call(WRITE, 1, (long)buffer, bytes < (long)sizeof buffer ? bytes : (long)sizeof buffer, 0);
    if (size <= 0)
      return;
    bytes -= size;
  }
}

/* A child that lives for this time, or forever, and holds the hook's descriptors. Its pid goes to stdout. */
static void leave_behind(long milliseconds)
{
  long pid = call(CLONE, SIGCHLD, 0, 0, 0);
  if (pid == 0) {
    wait_for(milliseconds);
    call(EXIT_GROUP, 42, 0, 0, 0);
  }
  print_number(pid);
}

/* The UTS namespace's host name, to stdout. */
static void print_host_name(void)
{
  enum { FIELD = 65, FIELDS = 6 }; /* the kernel's struct new_utsname, whose second member is the host name */
  static char names[FIELD * FIELDS];
  long length = 0;
  call(UNAME, (long)names, 0, 0, 0);
  while (names[FIELD + length] != '\0')
    length++;
  call(WRITE, 1, (long)(names + FIELD), length, 0);
}

/* More than the cgroup's memory limit permits, so the hook dies before the end. */
static void use_memory(void)
{
  static char memory[64 * 1024 * 1024];
  for (long i = 0; i < (long)sizeof memory; i += 4096)
    *(volatile char *)(memory + i) = 1;
}

__attribute__((noreturn, used)) void begin(long *stack)
{
  const char *role = (const char *)stack[2];
  const long number = stack[0] > 2 ? number_of((const char *)stack[3]) : 0;
  long status = 0;
  if (*role == 'e') { /* exit */
    read_all();
    status = number;
  } else if (*role == 's') { /* signal */
    call(KILL, call(GETPID, 0, 0, 0, 0), number, 0, 0);
  } else if (*role == 'w') { /* wait, after writing this number of bytes */
    write_much(number);
    wait_for(0);
  } else if (*role == 'c') { /* count */
    print_number(read_all());
  } else if (*role == 'o') { /* output */
    write_much(number);
    call(WRITE, 2, (long)"enough\n", 7, 0);
  } else if (*role == 'd') { /* daemon */
    leave_behind(number);
  } else if (*role == 't') { /* tree */
    leave_behind(0);
    wait_for(0);
  } else if (*role == 'n') { /* name */
    print_host_name();
  } else if (*role == 'm') { /* memory */
    use_memory();
  } else {
    status = 99;
  }
  for (;;)
    call(EXIT_GROUP, status, 0, 0, 0);
}
