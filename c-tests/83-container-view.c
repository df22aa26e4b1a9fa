/*
 * The container sees nothing of the host's memory, environment, files and descriptors while a hook enters it. A joiner
 * that is a copy of the host, or that is dumpable in the container's user namespace (fs.suid_dumpable=1), would show
 * all of it.
 */
#include "fork.h"
#include "helpers.h"
#include "container.h"
#include "inmate.h"
#include "watcher.h"

#include <sys/mman.h>
#include <sys/prctl.h>

#define DUMPABLE "/proc/sys/fs/suid_dumpable"
#define HOST_SIZE ((size_t)1024 * 1024)

static char self[4096];
static struct box box = {.pivot = 1, .pid = -1, .pidfd = -1};
static int sight_fd;

/* Whether the attacker may trace every process that it sees, because its user namespace is the host's. */
static int sees_all;
static char dumpable_before[16];

static int map_sight(int fd)
{
  sight = mmap(NULL, sizeof *sight, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return sight != MAP_FAILED;
}

/* Runs hooks until the attacker has seen enough processes, or for some seconds. */
static void run_hooks(const ocihooks_runner *runner, const char *root)
{
  static const char *const environment[] = {"PATH=/bin", NULL}, *const args[] = {"true", NULL};
  enum { AT_ONCE = 5, A_FEW = 20, ENOUGH = 200 };
  char outside[600];
  ocihooks *hooks = test_parse("{}");
  int code = OCIHOOKS_OK;
  snprintf(outside, sizeof outside, "%s/bin/busybox", root);
  for (int i = 0; i < AT_ONCE; i++) {
    CHECK_INT(ocihooks_add_command(hooks, "startContainer", "/bin/busybox", args, environment, 20, NULL, 0),
              OCIHOOKS_OK);
    CHECK_INT(ocihooks_add_command(hooks, "createContainer", outside, args, environment, 20, NULL, 0), OCIHOOKS_OK);
  }
  double end = now() + 5;
  for (int i = 0;
       code == OCIHOOKS_OK && (sees_all ? sight->joiners : sight->seen) < ENOUGH && (i < A_FEW || now() < end); i++)
    code = ocihooks_run(hooks, i % 2 == 0 ? "startContainer" : "createContainer", STATE, strlen(STATE), runner, NULL,
                        test_message, sizeof test_message);
  CHECK_INT(code, OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  ocihooks_free(hooks);
}

/* The host: a separate program, with the mark in its memory, its environment, and a file that it has open twice. */
static int host_main(char **argv)
{
  int pidfd = atoi(argv[2]);
  sees_all = atoi(argv[5]);
  alarm(TEST_SECONDS);
  if (!map_sight(atoi(argv[3])) || getenv("SECRET") == NULL)
    return 111;
  char *volatile memory = malloc(HOST_SIZE); /* keeps the mark in memory, although the program does not read it */
  for (size_t i = 0; i + 64 < HOST_SIZE; i += 64)
    memcpy(memory + i, mark(), MARK_SIZE);
  int kept_open = open(sight->secret, O_RDWR), closed_by_execve = open(sight->secret, O_RDWR | O_CLOEXEC);
  CHECK(kept_open >= 0 && closed_by_execve >= 0);
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_container_pidfd(runner, pidfd, NULL, 0), OCIHOOKS_OK);
  run_hooks(runner, argv[4]);
  ocihooks_runner_free(runner);
  free(memory);
  fflush(stdout);
  return test_failures_of_case > 0;
}

static void exec_host(void)
{
  char secret[64], pidfd[16], fd[16];
  snprintf(secret, sizeof secret, "SECRET=%s", mark());
  snprintf(pidfd, sizeof pidfd, "%d", box.pidfd);
  snprintf(fd, sizeof fd, "%d", sight_fd);
  char *const args[] = {self, "host", pidfd, fd, box.root, sees_all ? "1" : "0", NULL}, *const environment[] = {secret,
                                                                                                                NULL};
  fcntl(box.pidfd, F_SETFD, 0);
  fcntl(sight_fd, F_SETFD, 0);
  if (chdir(place) == 0)
    execve(self, args, environment);
  _exit(112);
}

/* Whether the attacker was active and found nothing. */
static void check_sight(void)
{
  printf("  %d processes seen, %d not the container's; let through:", sight->seen, sight->joiners);
  for (int i = 0; i < ATTACKS; i++)
    printf(" %s %d", ATTACK_NAMES[i], sight->let_through[i]);
  printf("\n");
  CHECK(sight->seen > 10);
  CHECK_INT(sight->foreign, 0);
  if (sees_all) {
    CHECK(sight->joiners > 0);
    CHECK(sight->let_through[BY_PTRACE] > 0 && sight->let_through[BY_MEM] > 0 && sight->let_through[BY_VM_READV] > 0);
  }
  for (int i = 0; i < ATTACKS; i++)
    if (sight->marks[i] > 0) {
      printf("  the host's secret, by %s: %d times\n", ATTACK_NAMES[i], sight->marks[i]);
      test_failures_of_case++;
    }
  CHECK_INT(sight->written, 0);
}

static void attack(int flags)
{
  struct inmate attacker;
  sees_all = !(flags & CLONE_NEWUSER);
  memset(sight, 0, sizeof *sight);
  snprintf(sight->secret, sizeof sight->secret, "%s", place_path("secret"));
  if (!box_start(&box, flags)) {
    box_stop(&box);
    SKIP("no namespaces can be made here");
  }
  if (inmate_start(&attacker, &box, flags, watch)) {
    in_child(exec_host);
    sight->over = 1;
    check_sight();
  } else {
    printf("  SKIPPED: no process in the container's namespaces\n");
  }
  inmate_stop(&attacker);
  box_stop(&box);
}

static void a_container_of_root(void)
{
  attack(ALL_BUT_USER);
}

static void a_container_whose_root_is_the_caller(void)
{
  attack(ALL_BUT_USER | CLONE_NEWUSER);
}

/* The joiner changes its user on the way. The kernel then sets its dumpability to fs.suid_dumpable. */
static void a_container_whose_root_is_another_user(void)
{
  if (geteuid() != 0)
    SKIP("only root can map other users");
  box.remap = 1;
  attack(ALL_BUT_USER | CLONE_NEWUSER);
  box.remap = 0;
}

/* An unprivileged runtime enters the user namespace first. */
static void as_nobody(void)
{
  if (!become_nobody() || prctl(PR_SET_DUMPABLE, 1) != 0)
    SKIP("only root can give its privileges up");
  attack(ALL_BUT_USER | CLONE_NEWUSER);
}

static void a_container_of_an_unprivileged_user(void)
{
  in_child(as_nobody);
}

/* The container's own program as an unsealed memfd. */
static int execute_unsealed_memory(int ready)
{
  static char program[4 * 1024 * 1024];
  char *const args[] = {"sleep", "0.1", NULL}, *const environment[] = {NULL};
  int file = open("/bin/busybox", O_RDONLY | O_CLOEXEC), memory = memfd_create("joiner", MFD_CLOEXEC), copy;
  ssize_t size = read(file, program, sizeof program);
  char path[64];
  if (size <= 0 || write(memory, program, (size_t)size) != size || write(ready, "!", 1) != 1)
    return 1;
  snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
  copy = open(path, O_RDONLY | O_CLOEXEC);
  close(memory);
  return fexecve(copy, args, environment);
}

/* Shows that the attacker can write, because otherwise the absence of writes would prove nothing. */
static void an_executable_that_is_not_sealed_is_written(void)
{
  struct inmate attacker, victim;
  memset(sight, 0, sizeof *sight);
  if (!box_start(&box, ALL_BUT_USER)) {
    box_stop(&box);
    SKIP("no namespaces can be made here");
  }
  if (inmate_start(&attacker, &box, ALL_BUT_USER, watch)) {
    for (double end = now() + SOON; now() < end && sight->written == 0;) {
      inmate_start(&victim, &box, ALL_BUT_USER, execute_unsealed_memory); /* the attacker may read its output */
      waitpid(victim.helper, NULL, 0);
      if (victim.pidfd >= 0)
        close(victim.pidfd);
    }
    sight->over = 1;
    CHECK(sight->written > 0);
  }
  inmate_stop(&attacker);
  box_stop(&box);
}

static int set_dumpable(const char *value)
{
  int fd = open(DUMPABLE, O_WRONLY | O_CLOEXEC);
  int good = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);
  if (fd >= 0)
    close(fd);
  return good;
}

/* Restores the machine's value after the end of this program, whatever ends it. */
static void guard_dumpable(void)
{
  sigset_t ended;
  int number;
  sigemptyset(&ended);
  sigaddset(&ended, SIGTERM);
  pid_t test = getpid();
  if (fork() != 0)
    return;
  sigprocmask(SIG_BLOCK, &ended, NULL);
  setsid();
  if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == test)
    sigwait(&ended, &number);
  set_dumpable(dumpable_before);
  _exit(0);
}

int main(int argc, char **argv)
{
  if (argc == 6)
    return host_main(argv);
  if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
    return 1;
  place_make();
  place_write("secret", mark(), 0666);
  sight_fd = memfd_create("sight", MFD_CLOEXEC);
  if (ftruncate(sight_fd, sizeof *sight) != 0 || !map_sight(sight_fd) || !box_make_root_in(&box, place))
    return test_end();
  char command[1200];
  snprintf(command, sizeof command, "chmod 755 %s && chmod -R a+rwX %s", place, box.root);
  CHECK_INT(system(command), 0);
  snprintf(dumpable_before, sizeof dumpable_before, "%d", atoi(file_text(DUMPABLE)));
  guard_dumpable();
  RUN(an_executable_that_is_not_sealed_is_written);
  for (const char *value = "0\0001\0002\0"; *value != '\0'; value += 2) {
    if (!set_dumpable(value))
      printf("  SKIPPED: only root can set fs.suid_dumpable to %s\n", value);
    printf("fs.suid_dumpable is %d\n", atoi(file_text(DUMPABLE)));
    RUN(a_container_of_root);
    RUN(a_container_whose_root_is_the_caller);
    RUN(a_container_whose_root_is_another_user);
    RUN(a_container_of_an_unprivileged_user);
  }
  return test_end();
}
