/*
 * Hooks that join a cgroup or a container execute the embedded program first. Without it in the library, forks would do
 * the same work and pass every other test.
 */
#include "seccomp.h"
#include "helpers.h"

#include <sys/utsname.h>

#if defined(__x86_64__) || defined(__aarch64__)
enum { HAS_PROGRAM = 1 };
#else
enum { HAS_PROGRAM = 0 };
#endif

static int group;

/* A lack of memory does not select the fallback: the hook fails. */
static const struct denial DENIED[] = {{SYS_execveat, ENOMEM, ANY, 0}};

static void check_hook(int joins, int executes_program)
{
  ocihooks *hooks = test_parse("{\"createRuntime\":[{\"path\":\"/bin/true\"}]}");
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  if (joins)
    CHECK_INT(ocihooks_runner_set_cgroup_fd(runner, group, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), runner, &report, test_message,
                         sizeof test_message),
            executes_program ? OCIHOOKS_ERR_SPAWN : OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_hook_errno(report, 0), executes_program ? ENOMEM : 0);
  free_all(hooks, runner, report);
}

/* Before Linux 5.16 all hooks do. */
static int all_execute_it(void)
{
  struct utsname name;
  int major = 0, minor = 0;
  return uname(&name) == 0 && sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
         (major < 5 || (major == 5 && minor < 16));
}

static void body_of_the_program_is_executed(void)
{
  if (!deny(DENIED, 1))
    SKIP("no seccomp filter can be set up here");
  check_hook(1, 1);
  check_hook(0, all_execute_it());
}

static void the_program_is_executed_where_something_is_joined(void)
{
  if (!HAS_PROGRAM)
    SKIP("the program lacks this architecture");
  if (unsetenv("OCIHOOKS_CHILD") == 0)
    in_child(body_of_the_program_is_executed);
}

static void body_of_forks(void)
{
  if (!deny(DENIED, 1))
    SKIP("no seccomp filter can be set up here");
  check_hook(1, 0);
  check_hook(0, 0);
}

static void the_environment_asks_for_forks(void)
{
  if (setenv("OCIHOOKS_CHILD", "fork", 1) == 0)
    in_child(body_of_forks);
}

int main(void)
{
  place_make();
  place_write("cgroup.procs", "",
              0644); /* not a cgroup: joining is a write to a file, which is all that the library sees */
  group = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  RUN(the_program_is_executed_where_something_is_joined);
  RUN(the_environment_asks_for_forks);
  return test_end();
}
