/*
 * Very many hooks in one process: soak HOOK ROOT COUNT. HOOK is the program of hook.c, and ROOT a container's root.
 * Eight threads run hooks of every kind and compare each report with its row. Afterwards the host has to be unchanged.
 * A storm of signals to the host's process group lasts for the whole run.
 */
#include "host.h"
#include "run.h"
#include "storm.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <time.h>

enum { THREADS = 8, WARM_UP = 2000 };

/* The script disables glibc's thread caches, so the heap is exact. The allowance is less than one block of the smallest
 * size per hook of the rarest kind. */
#define HEAP_BYTES 1024
#define RESIDENT_BYTES (2 * 1024 * 1024)

static int passed, failed;

static void check(const char *what, long long is, long long expected)
{
  if (is == expected) {
    passed++;
    return;
  }
  failed++;
  printf("FAIL %s: %lld, not %lld\n", what, is, expected);
}

static void check_at_most(const char *what, long long is, long long most)
{
  if (is <= most) {
    passed++;
    return;
  }
  failed++;
  printf("FAIL %s: %lld, and %lld at the most\n", what, is, most);
}

struct worker {
  pthread_t thread;
  unsigned seed;
  long count, failures, documents;
  long of_kind[KINDS];
};

static int weight_of(const struct kind *kind)
{
  return can_run(kind) ? kind->weight : 0;
}

/* By weight, in an order that is the same in every run with the same kinds. */
static size_t next_kind(unsigned *seed)
{
  int total = 0, at;
  size_t kind = 0;
  for (size_t i = 0; i < KINDS; i++)
    total += weight_of(&kinds[i]);
  *seed = *seed * 1664525u + 1013904223u;
  at = (int)((*seed >> 8) % (unsigned)total);
  while ((at -= weight_of(&kinds[kind])) >= 0)
    kind++;
  return kind;
}

static void *work(void *userdata)
{
  struct worker *worker = userdata;
  storm_reaches_me();
  const unsigned long mask = signal_mask();
  for (long i = 0; i < worker->count; i++) {
    const size_t kind = next_kind(&worker->seed);
    worker->failures += run_kind(&kinds[kind]) != 0;
    worker->of_kind[kind]++;
    if (i % 16 == 0) {
      worker->failures += read_documents() != 0;
      worker->documents += 3;
    }
  }
  worker->failures += wrong("ran in a thread", "mask of the thread", (long long)signal_mask(), (long long)mask);
  return NULL;
}

/* Runs `count` hooks in eight threads. The sums are in `sum`. */
static void run_all(long count, struct worker *sum)
{
  static struct worker workers[THREADS];
  memset(workers, 0, sizeof workers);
  memset(sum, 0, sizeof *sum);
  for (int i = 0; i < THREADS; i++) {
    workers[i].seed = (unsigned)i;
    workers[i].count = count / THREADS + (i < count % THREADS);
    if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
      abort();
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(workers[i].thread, NULL);
    sum->count += workers[i].count;
    sum->failures += workers[i].failures;
    sum->documents += workers[i].documents;
    for (size_t kind = 0; kind < KINDS; kind++)
      sum->of_kind[kind] += workers[i].of_kind[kind];
  }
}

static void compare(const struct host *before, const struct host *after)
{
  check_at_most("bytes more on the heap", after->heap - before->heap, HEAP_BYTES);
  check_at_most("bytes more in memory", after->resident - before->resident, RESIDENT_BYTES);
  check("descriptors", after->descriptors, before->descriptors);
  check("threads", after->threads, before->threads);
  check("signal mask", (long long)after->mask, (long long)before->mask);
  check("dispositions", memcmp(after->actions, before->actions, sizeof after->actions), 0);
  check("umask", after->umask, before->umask);
  check("directory", strcmp(after->directory, before->directory), 0);
  check("whether there are no children", waitpid(-1, NULL, WNOHANG | __WALL) == -1 && errno == ECHILD, 1);
}

int main(int argc, char **argv)
{
  static char lines[BUFSIZ]; /* static, because the heap is compared */
  struct host before, after;
  struct worker sum;
  struct timespec begin, end;
  if (argc != 4)
    return 2;
  setvbuf(stdout, lines, _IOLBF, sizeof lines);
  const long count = atol(argv[3]);
  alarm(3600); /* ends a hanging test */
  /* Processes that a hook leaves become our children, so that the test finds all of them. */
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 || make_maps(argv[1]) != OCIHOOKS_OK)
    return 2;
  make_surroundings(argv[2]);
  if (!make_host_large() || !storm_begin())
    return 2;
  run_all(count < WARM_UP ? count : WARM_UP, &sum);
  check("hooks of the warm-up that were not as they must be", sum.failures, 0);
  malloc_trim(0);
  look_at_host(&before);
  clock_gettime(CLOCK_MONOTONIC, &begin);
  run_all(count, &sum);
  clock_gettime(CLOCK_MONOTONIC, &end);
  malloc_trim(0);
  look_at_host(&after);
  storm_end();
  remove_surroundings();
  check("hooks that were not as they must be", sum.failures, 0);
  for (size_t kind = 0; kind < KINDS; kind++)
    printf("%8ld  %s\n", sum.of_kind[kind], kinds[kind].name);
  compare(&before, &after);
  check("signals sent at a time when none reached the host", storm_taken == 0, 0);
  const double seconds = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
  printf("soak: %ld hooks and %ld documents in %.0f s by %d threads; heap %+ld bytes, resident %+ld KiB of %ld, "
         "descriptors %+d, threads %+d\n",
         sum.count, sum.documents, seconds, THREADS, after.heap - before.heap,
         (after.resident - before.resident) / 1024, before.resident / 1024, after.descriptors - before.descriptors,
         after.threads - before.threads);
  printf("soak: %ld signals to the host's group, of which it took %ld\n", *storm_sent, storm_taken);
  free_maps();
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
