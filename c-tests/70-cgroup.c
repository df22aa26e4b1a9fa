/* Hooks in the runner's cgroup (version 2): they start in it, and a stop kills the whole cgroup. */
#include "fork.h"

#include <sys/stat.h>
#include <time.h>

/* The test's cgroup, its path below the mount, and its descriptor, or -1. */
static char group_path[2200];
static char group_name[64];
static int group = -1;

static int write_file(const char *name, const char *text)
{
  int fd = openat(group, name, O_WRONLY | O_CLOEXEC);
  int good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
  close(fd);
  return good;
}

static int file_has(const char *name, const char *part)
{
  char text[4096] = "";
  int fd = openat(group, name, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || read(fd, text, sizeof text - 1) < 0)
    text[0] = '\0';
  close(fd);
  return strstr(text, part) != NULL;
}

/* Waits until a file has the text, for at most 10 s. */
static int file_will_have(const char *name, const char *part)
{
  const struct timespec moment = {0, 10000000};
  for (int i = 0; i < 1000 && !file_has(name, part); i++)
    nanosleep(&moment, NULL);
  return file_has(name, part);
}

/* This process's place in the unified hierarchy: the line "0::/path". */
static void own_group(char *path, size_t size)
{
  char line[1024];
  FILE *file = fopen("/proc/self/cgroup", "re");
  snprintf(path, size, "/");
  while (file != NULL && fgets(line, sizeof line, file) != NULL)
    if (strncmp(line, "0::", 3) == 0)
      snprintf(path, size, "%.*s", (int)strcspn(line + 3, "\n"), line + 3);
  if (file != NULL)
    fclose(file);
}

/* Creates a cgroup below our own in the first cgroup2 mount that permits it. */
static void make_group(void)
{
  char line[2048], at[1024], type[64], own[1000];
  FILE *mounts = fopen("/proc/self/mounts", "re");
  own_group(own, sizeof own);
  snprintf(group_name, sizeof group_name, "ocihooks-test-%d", (int)getpid());
  while (mounts != NULL && group < 0 && fgets(line, sizeof line, mounts) != NULL) {
    if (sscanf(line, "%*s %1023s %63s", at, type) != 2 || strcmp(type, "cgroup2") != 0)
      continue;
    snprintf(group_path, sizeof group_path, "%s%s/%.60s", at, strcmp(own, "/") == 0 ? "" : own, group_name);
    if (mkdir(group_path, 0755) == 0)
      group = open(group_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }
  if (mounts != NULL)
    fclose(mounts);
}

/* One by one, because cgroup.kill may be missing. A later round catches new children. */
static int kill_all(void)
{
  const struct timespec moment = {0, 10000000};
  for (int i = 0; i < 1000 && !file_has("cgroup.events", "populated 0"); i++) {
    int fd = openat(group, "cgroup.procs", O_RDONLY | O_CLOEXEC), pid;
    FILE *processes = fd < 0 ? NULL : fdopen(fd, "r");
    while (processes != NULL && fscanf(processes, "%d", &pid) == 1)
      kill(pid, SIGKILL);
    if (processes != NULL)
      fclose(processes);
    nanosleep(&moment, NULL);
  }
  return file_has("cgroup.events", "populated 0");
}

static void remove_group(void)
{
  if (group < 0)
    return;
  write_file("cgroup.freeze", "0");
  kill_all();
  close(group);
  rmdir(group_path);
}

static ocihooks_runner *runner_in_group(void)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_cgroup_fd(runner, group, NULL, 0), OCIHOOKS_OK);
  return runner;
}

#define NEEDS_GROUP()                                 \
  do {                                                \
    if (group < 0)                                    \
      SKIP("no cgroup (version 2) can be made here"); \
  } while (0)

static void a_hook_starts_in_the_cgroup(void)
{
  NEEDS_GROUP();
  ocihooks_runner *runner = runner_in_group();
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("cat /proc/self/cgroup", 10, runner, &report), OCIHOOKS_OK);
  char *output = test_output(report, 0, OCIHOOKS_STDOUT), own[1000];
  CHECK_HAS(output, group_name);
  own_group(own, sizeof own);
  CHECK(strstr(own, group_name) == NULL);
  CHECK(file_will_have("cgroup.events", "populated 0"));
  free(output);
  ocihooks_report_free(report);
  CHECK_INT(ocihooks_runner_set_cgroup_fd(runner, -1, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("cat /proc/self/cgroup", 10, runner, &report), OCIHOOKS_OK);
  output = test_output(report, 0, OCIHOOKS_STDOUT);
  CHECK(strstr(output, group_name) == NULL);
  free(output);
  free_all(NULL, runner, report);
}

/* field note 21: a process with a separate session is out of reach of a group's signals. */
static void a_timeout_takes_what_left_the_process_group(void)
{
  NEEDS_GROUP();
  if (access("/usr/bin/setsid", X_OK) != 0 || !file_has("cgroup.events", "populated"))
    SKIP("needs setsid and cgroup.events");
  ocihooks_runner *runner = runner_in_group();
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("/usr/bin/setsid sh -c 'echo escaped; exec sleep 300' & exec sleep 300", 3, runner, &report),
            OCIHOOKS_ERR_TIMEOUT);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, "escaped\n");
  CHECK(file_will_have("cgroup.events", "populated 0"));
  free_all(NULL, runner, report);
}

/* field note 9: only a stop kills. Success spares a daemon. */
static void a_success_kills_nobody_in_the_cgroup(void)
{
  NEEDS_GROUP();
  ocihooks_runner *runner = runner_in_group();
  CHECK_INT(test_shell("sleep 300 & exit 0", 10, runner, NULL), OCIHOOKS_OK);
  CHECK(file_has("cgroup.events", "populated 1"));
  CHECK_INT(test_shell("exit 3", 10, runner, NULL), OCIHOOKS_ERR_EXIT);
  CHECK(file_has("cgroup.events", "populated 1"));
  CHECK(kill_all());
  ocihooks_runner_free(runner);
}

/* The child freezes on its way to execve, so a wait for the execve would last forever. */
static void check_frozen(uint64_t grace)
{
  ocihooks_runner *runner = runner_in_group();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_grace_ms(runner, grace, NULL, 0), OCIHOOKS_OK);
  int before = open_descriptors();
  CHECK(write_file("cgroup.freeze", "1"));
  CHECK_INT(test_shell("exit 0", 1, runner, &report), OCIHOOKS_ERR_TIMEOUT);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_TIMED_OUT);
  /* A child made without clone3 blocks all signals, and only SIGKILL reaches it. */
  int signal = ocihooks_report_hook_signal(report, 0);
  CHECK(signal == SIGKILL || (grace > 0 && signal == SIGTERM));
  CHECK(ocihooks_report_duration_ns(report) < 15000000000u);
  CHECK(write_file("cgroup.freeze", "0"));
  CHECK_INT(open_descriptors(), before);
  CHECK(no_children());
  CHECK_INT(test_shell("exit 0", 10, runner, NULL), OCIHOOKS_OK);
  free_all(NULL, runner, report);
}

static void a_frozen_cgroup_is_a_timeout(void)
{
  NEEDS_GROUP();
  if (faccessat(group, "cgroup.freeze", W_OK, 0) != 0)
    SKIP("no cgroup.freeze");
  check_frozen(0);
  check_frozen(200);
}

static void check_refused(int fd, int expected_errno)
{
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_cgroup_fd(runner, fd, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("exit 0", 10, runner, &report), OCIHOOKS_ERR_SPAWN);
  CHECK_HAS(test_message, "/bin/sh: could not join its cgroup: ");
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_SPAWN_FAILED);
  if (expected_errno != 0)
    CHECK_INT(ocihooks_report_hook_errno(report, 0), expected_errno);
  CHECK(ocihooks_report_hook_errno(report, 0) > 0);
  CHECK(no_children());
  free_all(NULL, runner, report);
}

static void a_descriptor_that_is_no_cgroup_is_a_spawn_error_that_names_the_step(void)
{
  int directory = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  check_refused(directory, ENOENT);
  check_refused(file, ENOTDIR);
  close(directory);
  close(file);
  check_refused(900, EBADF);
  check_refused(file, 0); /* a closed low number, which the library may get for a pipe */
}

/* A stop would kill the host with all other members. */
static void in_the_hosts_own_cgroup(void)
{
  CHECK(write_file("cgroup.procs", "0"));
  check_refused(group, EBUSY);
}

static void a_cgroup_that_holds_the_host_is_refused(void)
{
  NEEDS_GROUP();
  pid_t host = fork();
  if (host == 0) {
    test_failures_of_case = 0;
    in_the_hosts_own_cgroup();
    fflush(stdout);
    _exit(test_failures_of_case);
  }
  int status = 0;
  CHECK_INT(waitpid(host, &status, 0), host);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
  alarm(TEST_SECONDS);
  make_group();
  RUN(a_hook_starts_in_the_cgroup);
  RUN(a_timeout_takes_what_left_the_process_group);
  RUN(a_success_kills_nobody_in_the_cgroup);
  RUN(a_frozen_cgroup_is_a_timeout);
  RUN(a_descriptor_that_is_no_cgroup_is_a_spawn_error_that_names_the_step);
  RUN(a_cgroup_that_holds_the_host_is_refused);
  remove_group();
  return test_end();
}
