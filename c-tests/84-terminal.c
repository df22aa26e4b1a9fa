/*
 * The host has a controlling terminal, with a user's shell. A hook that enters a container must not have it, because
 * the user's shell executes text that the hook types there (TIOCSTI). Other hooks keep it.
 */
#include "ways.h"
#include "helpers.h"
#include "container.h"

#include <sys/ioctl.h>
#include <termios.h>

static char self[4096];
static struct box box = {.pid = -1, .pidfd = -1};
static const char *phase;
static int box_flags;

/*
 * The hook: opens its terminal and types into it. A session from outside of its pid namespace has the number 0 inside.
 * The terminal shows its owner.
 */
static int attack(void)
{
  int terminal = open("/dev/tty", O_RDWR);
  const char *session = getsid(0) == getpid() ? "own" : getsid(0) == 0 ? "outside" : "another";
  printf("terminal: %s, session: %s, group: %s\n", terminal < 0 ? strerror(errno) : "open", session,
         getpgid(0) == getpid() ? "own" : "another");
  return terminal >= 0 && ioctl(terminal, TIOCSTI, "x") == 0 ? 2 : 0;
}

/* Makes this process the leader of a session with a terminal, and returns the terminal or -1. */
static int get_terminal(void)
{
  struct termios raw;
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 || setsid() < 0)
    return -1;
  int terminal = open(ptsname(master), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0) != 0 || tcgetattr(terminal, &raw) != 0)
    return -1;
  cfmakeraw(&raw);
  return tcsetattr(terminal, TCSANOW, &raw) == 0 ? terminal : -1;
}

static int there_are_terminals(void)
{
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master >= 0)
    close(master);
  return master >= 0;
}

/* Runs the hook and returns its output. The caller frees it. */
static char *run_attack(int enters)
{
  const char *const args[] = {self, "attack", NULL};
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  if (enters)
    CHECK_INT(ocihooks_runner_set_container_pidfd(runner, box.pidfd, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_add_command(hooks, phase, self, args, NULL, 20, NULL, 0), OCIHOOKS_OK);
  ocihooks_run(hooks, phase, STATE, strlen(STATE), runner, &report, test_message, sizeof test_message);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_EXITED);
  char *said = test_output(report, 0, OCIHOOKS_STDOUT);
  free_all(hooks, runner, report);
  return said;
}

static void a_host_with_a_terminal(void)
{
  char typed;
  int terminal = get_terminal();
  CHECK(terminal >= 0);
  CHECK_OWN(run_attack(1), box_flags & CLONE_NEWPID
                             ? "terminal: No such device or address, session: outside, group: own\n"
                             : "terminal: No such device or address, session: own, group: own\n");
  CHECK_TEXT(test_message, "");
  CHECK_INT(read(terminal, &typed, 1), -1); /* nothing was typed */
  CHECK_INT(errno, EAGAIN);
  /* The host still has its terminal. */
  int again = open("/dev/tty", O_RDWR | O_CLOEXEC);
  CHECK(again >= 0);
  close(again);
}

static void check_phase(const char *name, size_t ways)
{
  static const int flags[] = {ALL_BUT_USER, ALL_BUT_USER | CLONE_NEWUSER, CLONE_NEWNS | CLONE_NEWUTS};
  if (!there_are_terminals())
    SKIP("no pseudoterminal can be had here");
  phase = name;
  for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
    box_flags = flags[i];
    if (!box_start(&box, box_flags)) {
      box_stop(&box);
      SKIP("no namespaces can be made here");
    }
    in_ways(ways, a_host_with_a_terminal);
    box_stop(&box);
  }
}

/* This program is found in the container, whose root is the host's. */
static void a_hook_of_startcontainer_has_no_terminal(void)
{
  check_phase("startContainer", WAYS_COUNT);
}

static void a_hook_of_createcontainer_has_no_terminal(void)
{
  check_phase("createContainer", WAYS_COUNT - 1); /* not without execveat, because the program is open */
}

static void a_host_whose_hook_stays_outside(void)
{
  CHECK(get_terminal() >= 0);
  CHECK_OWN(run_attack(0), "terminal: open, session: another, group: another\n");
}

static void a_hook_of_createruntime_keeps_the_terminal(void)
{
  if (!there_are_terminals())
    SKIP("no pseudoterminal can be had here");
  phase = "createRuntime";
  in_child(a_host_whose_hook_stays_outside);
}

int main(int argc, char **argv)
{
  if (argc > 1)
    return strcmp(argv[1], "attack") == 0 ? attack() : 1;
  if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
    return 1;
  place_make();
  if (!box_make_root_in(&box, place))
    return test_end();
  RUN(a_hook_of_startcontainer_has_no_terminal);
  RUN(a_hook_of_createcontainer_has_no_terminal);
  RUN(a_hook_of_createruntime_keeps_the_terminal);
  return test_end();
}
