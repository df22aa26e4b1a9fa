/* A hook that can't be executed: typed, with errno, phase, number and path. field note 7 */
#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char directory[] = "/tmp/ocihooks-spawn-XXXXXX";

/* A file of the test's directory; content NULL makes a directory. */
static const char *make(const char *name, const char *content, mode_t mode)
{
  static char path[512];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  if (content == NULL) {
    CHECK_INT(mkdir(path, mode), 0);
    return path;
  }
  FILE *file = fopen(path, "w");
  fputs(content, file);
  fclose(file);
  CHECK_INT(chmod(path, mode), 0);
  return path;
}

static int descriptors(void)
{
  int count = 0;
  for (int fd = 0; fd < 256; fd++)
    count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

/* Runs /bin/true and then the path in createRuntime: the second hook, #1, fails with that errno. */
static void check_fails(const char *path, int expected)
{
  ocihooks_report *report = NULL;
  ocihooks *hooks = test_parse("{\"createRuntime\":[{\"path\":\"/bin/true\"}]}");
  char message[1024];
  int before = descriptors();
  CHECK_INT(ocihooks_add_command(hooks, "createRuntime", path, NULL, NULL, 5, NULL, 0), OCIHOOKS_OK);
  int code = ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), NULL, &report, test_message, sizeof test_message);
  CHECK_INT(code, OCIHOOKS_ERR_SPAWN);
  CHECK_INT(ocihooks_report_hook_outcome(report, 1), OCIHOOKS_OUTCOME_SPAWN_FAILED);
  CHECK_INT(ocihooks_report_hook_errno(report, 1), expected);
  snprintf(message, sizeof message, "error running createRuntime hook #1: %.300s: could not be executed: %s (errno %d)", path,
           strerror(expected), expected);
  if (strlen(path) < 300)
    CHECK_TEXT(test_message, message);
  ocihooks_report_free(report);
  ocihooks_free(hooks);
  CHECK_INT(descriptors(), before);
  CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

static void every_reason_of_execve_has_its_errno(void)
{
  check_fails("/no/such/program", ENOENT);
  check_fails(make("plain", "#!/bin/sh\n", 0644), EACCES);
  check_fails(make("folder", NULL, 0755), EACCES);
  check_fails(make("script", "#!/no/such/interpreter\n", 0755), ENOENT);
  check_fails(make("garbage", "echo no interpreter\n", 0755), ENOEXEC);
  check_fails("/etc/passwd/below", ENOTDIR);
}

static void a_loop_and_a_name_too_long(void)
{
  char path[512], name[8192];
  snprintf(path, sizeof path, "%s/loop", directory);
  CHECK_INT(symlink(path, path), 0);
  check_fails(path, ELOOP);
  memset(name, 'x', sizeof name - 1);
  name[0] = '/';
  name[sizeof name - 1] = '\0';
  check_fails(name, ENAMETOOLONG);
}

static void a_program_that_is_being_written(void)
{
  const char *path = make("busy", "#!/bin/sh\nexit 0\n", 0755);
  int fd = open(path, O_WRONLY);
  check_fails(path, ETXTBSY);
  close(fd);
}

static void arguments_too_long(void)
{
  size_t size = 4 * 1024 * 1024;
  char *large = malloc(size);
  const char *args[] = {"true", large, NULL};
  ocihooks *hooks = test_parse("{}");
  memset(large, 'x', size - 1);
  large[size - 1] = '\0';
  CHECK_INT(ocihooks_add_command(hooks, "poststart", "/bin/true", args, NULL, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "poststart", STATE, strlen(STATE), NULL, NULL, test_message, sizeof test_message), OCIHOOKS_ERR_SPAWN);
  CHECK_HAS(test_message, "could not be executed: Argument list too long (errno 7)");
  ocihooks_free(hooks);
  free(large);
}

static void exit_127_is_an_exit(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("exit 127", 0, NULL, &report), OCIHOOKS_ERR_EXIT);
  CHECK_INT(ocihooks_report_hook_exit_code(report, 0), 127);
  CHECK_TEXT(test_message, "error running createRuntime hook #0: /bin/sh: exited with status 127");
  ocihooks_report_free(report);
}

int main(void)
{
  char command[128];
  alarm(60);
  if (mkdtemp(directory) == NULL)
    return 1;
  RUN(every_reason_of_execve_has_its_errno);
  RUN(a_loop_and_a_name_too_long);
  RUN(a_program_that_is_being_written);
  RUN(arguments_too_long);
  RUN(exit_127_is_an_exit);
  snprintf(command, sizeof command, "rm -rf %s", directory);
  return system(command) != 0 || test_end();
}
