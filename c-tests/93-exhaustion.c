/* Hosts that run out of a resource: descriptors, processes, file size, pipe buffers. */
#include "seccomp.h"

#include <sys/resource.h>

#define TWO_HOOKS "{\"createRuntime\":[{\"path\":\"/bin/true\",\"timeout\":20},{\"path\":\"/bin/true\"}]}"

/* The valid results of a run without a resource: success, or an error with its errno. Returns the code. */
static int check_typed(const char *json, size_t state_size, ocihooks_runner *runner, int expected_errno)
{
  ocihooks_report *report = NULL;
  int before = open_descriptors();
  int code = run_with_state_of(state_size, json, runner, &report);
  CHECK(code == OCIHOOKS_OK || code == OCIHOOKS_ERR_SYSTEM || code == OCIHOOKS_ERR_SPAWN);
  CHECK((code == OCIHOOKS_OK) == (test_message[0] == '\0'));
  if (code != OCIHOOKS_OK) {
    CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_SPAWN_FAILED);
    CHECK_INT(ocihooks_report_hook_errno(report, 0), expected_errno);
    CHECK_HAS(test_message, "error running createRuntime hook #0: /bin/true: ");
  }
  CHECK_INT(open_descriptors(), before);
  CHECK(no_children());
  ocihooks_report_free(report);
  return code;
}

/* Closes all descriptors but the standard streams, so that limits mean the same in every environment. */
static void close_inherited(void)
{
  for (int fd = 3; fd < 4096; fd++)
    close(fd);
}

/* From zero available descriptors up to enough. The hook itself always gets enough. */
static void check_limits(size_t state_size, int output)
{
  struct rlimit limit;
  int failures = 0, code = OCIHOOKS_ERR_SYSTEM;
  CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_rlimit(runner, RLIMIT_NOFILE, 64, 64, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_output(runner, OCIHOOKS_STDOUT, output, NULL, 0), OCIHOOKS_OK);
  for (limit.rlim_cur = 3; limit.rlim_cur < 40; limit.rlim_cur++) {
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
    int now = check_typed(TWO_HOOKS, state_size, runner, EMFILE);
    CHECK(now == OCIHOOKS_OK || code != OCIHOOKS_OK); /* more descriptors never make it worse */
    code = now;
    failures += code != OCIHOOKS_OK;
  }
  CHECK_INT(code, OCIHOOKS_OK);
  CHECK(failures > 0);
  CHECK(failures < 12); /* the documented need of a run: a handful */
  ocihooks_runner_free(runner);
}

static void with_few_descriptors(void)
{
  close_inherited();
  check_limits(200, OCIHOOKS_OUTPUT_CAPTURE);
  check_limits(1 << 20, OCIHOOKS_OUTPUT_CAPTURE);
  check_limits(200, OCIHOOKS_OUTPUT_DISCARD);
  check_limits(1 << 20, OCIHOOKS_OUTPUT_INHERIT);
}

static void without_descriptors_the_error_is_typed_and_nothing_leaks(void)
{
  in_child(with_few_descriptors);
}

/* The library then feeds the state through a pipe, which needs other descriptors at other moments. */
static void with_few_descriptors_and_no_memory_files(void)
{
  static const struct denial NO_MEMFD = {SYS_memfd_create, ENOSYS, ANY, 0};
  close_inherited();
  if (!deny(&NO_MEMFD, 1))
    SKIP("no seccomp filter permitted");
  check_limits(1 << 20, OCIHOOKS_OUTPUT_CAPTURE);
}

static void without_descriptors_and_memory_files_nothing_leaks_either(void)
{
  in_child(with_few_descriptors_and_no_memory_files);
}

static void as_nobody_with_no_process_to_be_had(void)
{
  struct rlimit limit;
  if (!become_nobody() && geteuid() == 0)
    SKIP("can't become a user with a process limit");
  CHECK_INT(getrlimit(RLIMIT_NPROC, &limit), 0);
  rlim_t enough = limit.rlim_cur;
  limit.rlim_cur = 0;
  CHECK_INT(setrlimit(RLIMIT_NPROC, &limit), 0);
  for (int i = 0; i < 3; i++) {
    CHECK_INT(check_typed(TWO_HOOKS, 200, NULL, EAGAIN), OCIHOOKS_ERR_SYSTEM);
    CHECK_HAS(test_message, "clone: Resource temporarily unavailable (errno 11)");
  }
  limit.rlim_cur = enough;
  CHECK_INT(setrlimit(RLIMIT_NPROC, &limit), 0);
  CHECK_INT(check_typed(TWO_HOOKS, 200, NULL, 0), OCIHOOKS_OK);
}

static void without_processes_the_error_is_typed_and_nothing_leaks(void)
{
  in_child(as_nobody_with_no_process_to_be_had);
}

/* This limit applies to a memfd too, and SIGXFSZ would end the host. */
static void with_no_file_size(void)
{
  const rlim_t limits[] = {0, 1, 4096, 65537, (1 << 20) - 1, 1 << 20};
  struct rlimit limit;
  CHECK_INT(getrlimit(RLIMIT_FSIZE, &limit), 0);
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    limit.rlim_cur = limits[i];
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
    check_state_arrives(1 << 20, NULL);
    check_state_arrives(60000, NULL);
  }
}

static void a_limited_file_size_kills_nobody_and_the_state_is_complete(void)
{
  in_child(with_no_file_size);
}

/* An unprivileged user with a thousand pipes gets small ones (pipe(7), pipe-user-pages-soft). */
static int exhaust_pipes(void)
{
  struct rlimit limit;
  int ends[2];
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return 0;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  become_nobody();
  for (int i = 0; i < 3000; i++) {
    if (pipe2(ends, O_CLOEXEC) != 0)
      return 0;
    if (fcntl(ends[0], F_GETPIPE_SZ) < 16384)
      return 1;
  }
  return 0;
}

static void check_sizes(void)
{
  static const size_t SIZES[] = {200, 4096, 4097, 8192, 8193, 60000, 65536, 65537, 1 << 20};
  for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++)
    check_state_arrives(SIZES[i], NULL);
}

static void with_small_pipes(void)
{
  ocihooks_report *report = NULL;
  if (!exhaust_pipes())
    SKIP("pipes stay large here: no unprivileged user, or too few descriptors");
  check_sizes();
  CHECK_INT(test_shell("/usr/bin/head -c 1000000 /dev/zero", 20, NULL, &report), OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT), 1000000);
  ocihooks_report_free(report);
}

static void a_state_arrives_where_pipes_are_small(void)
{
  in_child(with_small_pipes);
}

static void with_small_pipes_and_no_memory_files(void)
{
  static const struct denial NO_MEMFD = {SYS_memfd_create, ENOSYS, ANY, 0};
  if (!exhaust_pipes())
    SKIP("pipes stay large here: no unprivileged user, or too few descriptors");
  if (!deny(&NO_MEMFD, 1))
    SKIP("no seccomp filter permitted");
  check_sizes();
}

static void a_state_arrives_through_a_small_pipe_too(void)
{
  in_child(with_small_pipes_and_no_memory_files);
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(without_descriptors_the_error_is_typed_and_nothing_leaks);
  RUN(without_descriptors_and_memory_files_nothing_leaks_either);
  RUN(without_processes_the_error_is_typed_and_nothing_leaks);
  RUN(a_limited_file_size_kills_nobody_and_the_state_is_complete);
  RUN(a_state_arrives_where_pipes_are_small);
  RUN(a_state_arrives_through_a_small_pipe_too);
  return test_end();
}
