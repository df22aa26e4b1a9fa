/*
 * A process of a root container may trace the joiner, and so write the memory through which a joiner reports to the
 * host. The host must not use such a value as one of its descriptors or processes, because others would be closed or
 * killed. The same holds for the joiner's code, which every process that shares its memory executes.
 */
#include "fork.h"
#include "helpers.h"
#include "container.h"
#include "inmate.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/ptrace.h>

enum { DESCRIPTORS = 48, HOOKS_AT_ONCE = 4, PAGE = 4096, ENOUGH = 10 };

static struct box box = {.pivot = 1, .pid = -1, .pidfd = -1};

struct sight {
  atomic_int over, seen, written, innocent, code;
};

static struct sight *sight;

/* close_range(3, ~0u, 0), exit_group(0). It is harmless if the descriptor tables are separate. */
#if defined(__x86_64__)
static const unsigned char NOP[] = {0x90};
static const unsigned char CODE[] = {0xb8, 0xb4, 1,    0,    0, 0xbf, 3,    0, 0, 0, 0xbe, 0xff, 0xff, 0xff,
                                     0xff, 0x31, 0xd2, 0x0f, 5, 0xb8, 0xe7, 0, 0, 0, 0x31, 0xff, 0x0f, 5};
#elif defined(__aarch64__)
static const unsigned char NOP[] = {0x1f, 0x20, 3, 0xd5};
static const unsigned char CODE[] = {0x88, 0x36, 0x80, 0xd2, 0x60, 0,    0x80, 0xd2, 1,    0,    0x80,
                                     0x12, 2,    0,    0x80, 0xd2, 1,    0,    0,    0xd4, 0xc8, 0x0b,
                                     0x80, 0xd2, 0,    0,    0x80, 0xd2, 1,    0,    0,    0xd4};
#else
static const unsigned char NOP[1], CODE[1];
#endif

/* Plausible values for a shared page. */
static void fill_with_words(unsigned char *page, unsigned round)
{
  for (unsigned i = 0; i < PAGE / sizeof(int); i++) {
    int word = (i + round) % 2 == 0 ? sight->innocent : (int)(3 + round % (DESCRIPTORS - 3));
    memcpy(page + i * sizeof word, &word, sizeof word);
  }
}

/* From every place in the page, execution reaches the code. */
static void fill_with_code(unsigned char *page)
{
  for (unsigned i = 0; i < PAGE; i++)
    page[i] = NOP[i % sizeof NOP];
  memcpy(page + PAGE - sizeof CODE, CODE, sizeof CODE);
}

/* Overwrites every page of a stopped process that has these rights. Large mappings belong to a fork of ours. */
static void scribble(pid_t pid, const char *wanted, const unsigned char *page)
{
  enum { LARGE = 64 * 1024 };
  char path[64], line[512], rights[8];
  unsigned long begin, end;
  snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
  int mem = open(path, O_RDWR | O_CLOEXEC);
  snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
  FILE *file = fopen(path, "re");
  while (file != NULL && fgets(line, sizeof line, file) != NULL)
    if (sscanf(line, "%lx-%lx %7s", &begin, &end, rights) == 3 && strcmp(rights, wanted) == 0 && end - begin <= LARGE &&
        begin != (unsigned long)sight) /* which a joiner that is a fork of ours has too */
      for (; begin < end; begin += PAGE)
        sight->written += pwrite(mem, page, PAGE, (off_t)begin) > 0;
  if (file != NULL)
    fclose(file);
  if (mem >= 0)
    close(mem);
}

static void scribble_all(pid_t pid, unsigned round)
{
  unsigned char page[PAGE];
  if (sight->code)
    fill_with_code(page);
  else
    fill_with_words(page, round);
  scribble(pid, sight->code ? "r-xp" : "rw-s", page);
}

static pid_t last_number(void)
{
  const char *number = strrchr(file_text("/proc/loadavg"), ' ');
  return number == NULL ? 0 : atoi(number);
}

/* The attacker: stops each new process of its pid namespace once, and overwrites its pages. */
static int attack(int ready)
{
  int status;
  alarm(2 * TEST_SECONDS);
  if (write(ready, "!", 1) != 1)
    return 1;
  for (pid_t known = getpid(); !sight->over;) {
    pid_t pid = last_number();
    if (pid == known || ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0)
      continue;
    known = pid;
    sight->seen++;
    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
    if (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
      scribble_all(pid, (unsigned)sight->seen);
      ptrace(PTRACE_DETACH, pid, NULL, NULL);
    }
  }
  return 0;
}

/* Whether the attacker reached processes. A shared page may be missing. */
static int has_seen_enough(void)
{
  return sight->seen > ENOUGH && (!sight->code || sight->written > ENOUGH);
}

/*
 * Phases of several hooks, every other of which fails on its way, so that a hook could mistake leftovers of the
 * previous one for its own. They repeat for an attacker that gets little processor time. The last time limit is a
 * safety net.
 */
static void run_hooks(void)
{
  enum { PHASES = 500 };
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_container_pidfd(runner, box.pidfd, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_failure_policy(runner, OCIHOOKS_FAILURE_POLICY_KEEP_GOING, NULL, 0), OCIHOOKS_OK);
  for (int i = 0; i < HOOKS_AT_ONCE; i++)
    CHECK_INT(ocihooks_add_command(hooks, "startContainer", i % 2 == 0 ? "/bin/true" : "/bin/no-such", NULL, NULL, 2,
                                   NULL, 0),
              OCIHOOKS_OK);
  const double end = now() + 8, last = now() + 4 * SOON;
  for (int i = 0; i < PHASES && (now() < end || (now() < last && !has_seen_enough())); i++)
    CHECK_INT(ocihooks_run(hooks, "startContainer", STATE, strlen(STATE), runner, NULL, NULL, 0), OCIHOOKS_OK);
  free_all(hooks, runner, NULL);
}

static void a_host(void)
{
  struct stat before[DESCRIPTORS], after;
  int fd = 0, status;
  pid_t innocent = fork();
  if (innocent == 0) {
    alarm(TEST_SECONDS);
    setpgid(0, 0);
    for (;;)
      pause();
  }
  sight->innocent = innocent;
  for (int i = 0; i < 20; i++) /* pidfds would do most harm */
    fd = (int)syscall(SYS_pidfd_open, innocent, 0);
  CHECK(fd > 20);
  for (int i = 0; i < DESCRIPTORS; i++)
    if (fstat(i, &before[i]) != 0)
      before[i].st_ino = 0;
  run_hooks();
  for (int i = 0; i < DESCRIPTORS; i++)
    if (before[i].st_ino != 0)
      CHECK(fstat(i, &after) == 0 && after.st_ino == before[i].st_ino && after.st_dev == before[i].st_dev);
  CHECK_INT(waitpid(innocent, &status, WNOHANG), 0);
  CHECK(!is_dead(innocent));
  kill(innocent, SIGKILL);
  waitpid(innocent, NULL, 0);
}

static void check_host(int with_code)
{
  struct inmate attacker;
  memset(sight, 0, sizeof *sight);
  sight->code = with_code;
  if (!box_start(&box, ALL_BUT_USER)) {
    box_stop(&box);
    SKIP("no namespaces can be made here");
  }
  if (inmate_start(&attacker, &box, ALL_BUT_USER, attack)) {
    in_child(a_host);
    sight->over = 1;
    printf("  %d processes stopped, %d pages written\n", sight->seen, sight->written);
    CHECK(has_seen_enough());
  }
  inmate_stop(&attacker);
  box_stop(&box);
}

static void the_host_believes_no_word(void)
{
  check_host(0);
}

static void nobody_executes_the_joiners_code_for_the_host(void)
{
  if (sizeof CODE == 1)
    SKIP("the code is not written for this architecture");
  check_host(1);
}

int main(void)
{
  place_make();
  sight = mmap(NULL, sizeof *sight, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (sight == MAP_FAILED || !box_make_root_in(&box, place))
    return test_end();
  RUN(the_host_believes_no_word);
  RUN(nobody_executes_the_joiners_code_for_the_host);
  return test_end();
}
