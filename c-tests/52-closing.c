/* Host descriptors that are hard to find or to close: a hook still has only 0, 1 and 2. */
#include "seccomp.h"
#include "roles.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

static const struct denial NO_CLOSE_RANGE = {SYS_close_range, ENOSYS, ANY, 0};

/* A descriptor above the soft limit, which was lowered after the open. */
static void with_a_high_descriptor(void)
{
  struct rlimit limit;
  CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
  if (limit.rlim_cur < 1000)
    SKIP("descriptors above 900 are unavailable");
  CHECK_INT(fcntl(0, F_DUPFD, 900), 900);
  limit.rlim_cur = 100;
  CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
  check_only_0_1_2_are_open();
  if (!deny(&NO_CLOSE_RANGE, 1))
    SKIP("no seccomp filter permitted");
  check_only_0_1_2_are_open();
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount("none", "/proc", "tmpfs", 0, NULL) != 0)
    SKIP("no mount namespace permitted");
  check_only_0_1_2_are_open();
}

static void a_descriptor_above_the_limit_is_closed_too(void)
{
  in_child(with_a_high_descriptor);
}

/* Like Valgrind's descriptors: listed, but impossible to close. */
static void with_one_that_nobody_can_close(void)
{
  static const struct denial DENIED[] = {{SYS_close_range, ENOSYS, ANY, 0}, {SYS_close, EBADF, 0, 500}};
  if (fcntl(0, F_DUPFD_CLOEXEC, 500) != 500)
    SKIP("descriptor 500 is unavailable");
  if (!deny(DENIED, 2))
    SKIP("no seccomp filter permitted");
  check_only_0_1_2_are_open();
}

static void a_descriptor_that_can_not_be_closed_does_not_stop_the_child(void)
{
  in_child(with_one_that_nobody_can_close);
}

int main(int argc, char **argv)
{
  int role = role_main(argc, argv);
  if (role >= 0)
    return role;
  alarm(TEST_SECONDS);
  RUN(a_descriptor_above_the_limit_is_closed_too);
  RUN(a_descriptor_that_can_not_be_closed_does_not_stop_the_child);
  return test_end();
}
