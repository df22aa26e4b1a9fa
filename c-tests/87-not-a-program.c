/*
 * The targets of createContainer's path. The program is opened in the runtime's namespaces and executed in the
 * container's. The error has to be that of execve, and only a regular file may be opened, because opening a device has
 * effects.
 */
#include "fork.h"
#include "helpers.h"
#include "container.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>

static struct box box = {.pivot = 1, .pid = -1, .pidfd = -1};

/* execve's error in a process that has only the three streams. */
static int errno_of_execve(const char *path)
{
  char *const args[] = {"hook", NULL}, *const environment[] = {NULL};
  int status = 0;
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    int ends[2];
    if (pipe(ends) != 0)
      _exit(0);
    for (int fd = 0; fd < 3; fd++)
      dup2(ends[fd != 0], fd);
    for (int fd = 3; fd < 256; fd++)
      close(fd);
    execve(path, args, environment);
    _exit(errno);
  }
  waitpid(pid, &status, 0);
  return WEXITSTATUS(status);
}

/* Runs a program in createContainer and returns its output. The caller frees it. */
static char *run_program(const char *path, const char *const *args, int *code, int *error)
{
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_container_pidfd(runner, box.pidfd, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_add_command(hooks, "createContainer", path, args, NULL, 20, NULL, 0), OCIHOOKS_OK);
  *code =
    ocihooks_run(hooks, "createContainer", STATE, strlen(STATE), runner, &report, test_message, sizeof test_message);
  *error = ocihooks_report_hook_errno(report, 0);
  char *said = test_output(report, 0, OCIHOOKS_STDOUT);
  free_all(hooks, runner, report);
  return said;
}

static void check_refused(const char *path, int expected)
{
  int code, error, failures = test_failures_of_case;
  char cause[200];
  snprintf(cause, sizeof cause, ": could not be executed: %s (errno %d)", strerror(expected), expected);
  free(run_program(path, NULL, &code, &error));
  CHECK_INT(code, OCIHOOKS_ERR_SPAWN);
  CHECK_INT(error, expected);
  CHECK_HAS(test_message, cause);
  if (test_failures_of_case > failures)
    printf("  that was %s\n", path);
}

#define START(flags)                          \
  do {                                        \
    if (!box_start(&box, flags)) {            \
      box_stop(&box);                         \
      SKIP("no namespaces can be made here"); \
    }                                         \
  } while (0)

static const char *make_socket(void)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *path = place_path("socket");
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  snprintf(address.sun_path, sizeof address.sun_path, "%.100s", path);
  CHECK_INT(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
  close(fd);
  return path;
}

static const char *make_link(const char *name, const char *target)
{
  const char *path = place_path(name);
  CHECK_INT(symlink(target, path), 0);
  return path;
}

static void the_error_is_that_of_execve(void)
{
  char long_name[400];
  START(ALL_BUT_USER);
  CHECK_INT(mkfifo(place_path("fifo"), 0755), 0);
  check_refused(place_path("fifo"), EACCES);
  CHECK_INT(mkdir(place_path("directory"), 0755), 0);
  check_refused(place_path("directory"), EACCES);
  check_refused("/", EACCES);
  check_refused(make_socket(), EACCES);
  check_refused("/dev/null", EACCES);
  check_refused("/dev/zero", EACCES);
  check_refused("/dev/full", EACCES);
  check_refused("/dev/ptmx", EACCES);
  memset(long_name, 'x', sizeof long_name);
  memcpy(long_name, "/tmp/", 5);
  long_name[sizeof long_name - 1] = '\0';
  const char *paths[] = {
    make_link("loop", "loop"),
    make_link("dangling", "/no/such/file"),
    place_write("not-executable", "#!/bin/sh\n", 0644),
    place_write("neither-script-nor-program", "hello\n", 0755),
    place_write("one-byte", "#", 0755),
    place_write("empty", "", 0755),
    place_write("no-interpreter", "#!/no/such/interpreter\n", 0755),
  };
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
    check_refused(paths[i], errno_of_execve(paths[i]));
  check_refused("/dev/null/below", ENOTDIR);
  check_refused(long_name, ENAMETOOLONG);
  box_stop(&box);
}

/* Such a path names a descriptor of the process that opens it. The hook has only its streams. */
static void check_is_no_program(const char *path)
{
  int code, error, failures = test_failures_of_case;
  free(run_program(path, NULL, &code, &error));
  CHECK_INT(code, OCIHOOKS_ERR_SPAWN);
  CHECK(error == ENOENT || error == EACCES);
  if (test_failures_of_case > failures)
    printf("  that was %s: %s\n", path, test_message);
}

/* Neither the host's descriptors, one of which is a program here, nor the library's. */
static void no_descriptor_is_a_program(void)
{
  char outside[600];
  START(ALL_BUT_USER);
  snprintf(outside, sizeof outside, "%s/bin/busybox", box.root);
  int program = open(outside, O_RDONLY);
  CHECK(program >= 0);
  for (int fd = 3; fd < 40; fd++) {
    char name[32], target[32];
    snprintf(target, sizeof target, "/proc/self/fd/%d", fd);
    check_is_no_program(target);
    snprintf(name, sizeof name, "descriptor-%d", fd);
    check_is_no_program(make_link(name, target));
  }
  close(program);
  box_stop(&box);
}

/* A device without a driver fails only when it is opened. */
static void a_device_is_not_opened(void)
{
  enum { MAJOR_FOR_EXPERIMENTS = 240 };
  static const mode_t kinds[] = {S_IFCHR, S_IFBLK};
  for (int i = 0; i < 2; i++) {
    char name[16];
    snprintf(name, sizeof name, "device-%d", i);
    const char *path = place_path(name);
    if (mknod(path, kinds[i] | 0755, MAJOR_FOR_EXPERIMENTS << 8 | 77) != 0)
      SKIP("only root can make devices");
    START(ALL_BUT_USER);
    check_refused(path, EACCES);
    box_stop(&box);
  }
}

/* An open for writing waits for an open for reading. */
static void a_pipe_is_not_opened(void)
{
  enum { ROUNDS = 20 };
  char path[64], state = 0;
  const char *fifo = place_path("fifo-with-a-writer");
  atomic_int *opened = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK_INT(mkfifo(fifo, 0755), 0);
  START(ALL_BUT_USER);
  pid_t writer = fork();
  if (writer == 0) {
    alarm(TEST_SECONDS);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    open(fifo, O_WRONLY | O_CLOEXEC);
    *opened = 1;
    for (;;)
      pause();
  }
  snprintf(path, sizeof path, "/proc/%d/stat", (int)writer);
  for (int i = 0; i < ROUNDS && !*opened; i++)
    check_refused(fifo, EACCES);
  /* The sleeping process waits for a reader, or has met one. */
  for (double end = now() + SOON; now() < end && state != 'S'; nap()) {
    const char *at = strrchr(file_text(path), ')');
    state = at == NULL ? 'S' : at[2];
  }
  CHECK(state == 'S');
  CHECK_INT(*opened, 0);
  kill(writer, SIGKILL);
  waitpid(writer, NULL, 0);
  box_stop(&box);
}

static void a_script_and_a_program_run(void)
{
  const char *script = place_write("script", "#!/bin/sh\necho script in $(hostname)\n", 0755), *const applet[] =
                                                                                                 {"hostname", NULL};
  char outside[600];
  int code, error;
  snprintf(outside, sizeof outside, "%s/bin/busybox", box.root);
  START(ALL_BUT_USER);
  CHECK_OWN(run_program(script, NULL, &code, &error), "script in " BOX_NAME "\n");
  CHECK_INT(code, OCIHOOKS_OK);
  CHECK_OWN(run_program(outside, applet, &code, &error), BOX_NAME "\n");
  CHECK_OWN(run_program(make_link("link-to-a-script", script), NULL, &code, &error), "script in " BOX_NAME "\n");
  box_stop(&box);
}

static void as_nobody(void)
{
  const char *const applet[] = {"hostname", NULL};
  int code, error;
  if (!become_nobody() || prctl(PR_SET_DUMPABLE, 1) != 0)
    SKIP("only root can drop its privileges");
  CHECK(open(place_path("unreadable"), O_RDONLY) < 0);
  START(ALL_BUT_USER | CLONE_NEWUSER);
  CHECK_OWN(run_program(place_path("unreadable"), applet, &code, &error), BOX_NAME "\n");
  CHECK_TEXT(test_message, "");
  box_stop(&box);
}

static void a_program_that_can_not_be_read_runs(void)
{
  char command[2048];
  snprintf(command, sizeof command, "chmod 755 %s && cp %s/bin/busybox %s/unreadable && chmod 0111 %s/unreadable",
           place, box.root, place, place);
  CHECK_INT(system(command), 0);
  in_child(as_nobody);
}

int main(void)
{
  alarm(TEST_SECONDS);
  place_make();
  if (!box_make_root_in(&box, place))
    return test_end();
  RUN(the_error_is_that_of_execve);
  RUN(no_descriptor_is_a_program);
  RUN(a_device_is_not_opened);
  RUN(a_pipe_is_not_opened);
  RUN(a_script_and_a_program_run);
  RUN(a_program_that_can_not_be_read_runs);
  return test_end();
}
