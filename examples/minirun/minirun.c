/*
 * minirun create|start|delete BUNDLE ID
 *
 * A small OCI runtime, to show where a runtime calls libocihooks: all six phases at their moments (runtime.md,
 * "Lifecycle"), the hooks of the container's namespaces run inside of it, hooks saved at create and read back at delete
 * by another process, and a failure handled as the specification says. It knows root.path, hostname, process.args, .env
 * and .cwd of a config.json, and always creates new mount, pid, uts, ipc and net namespaces. It also creates a user
 * namespace if it runs without root, or if the configuration names one.
 *
 * It keeps a container's data in $MINIRUN_ROOT/ID, by default /run/minirun/ID.
 *
 * Exit status: 0 success, 1 failure, 2 wrong usage.
 */
#include "minirun.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#define OCI_VERSION "1.2.0"

enum { STATE_BYTES = 64 * 1024 };

/* The state for a phase's hooks. A hook inside of the container sees init as process 1. */
static int state_for(const struct container *box, const char *phase, const char *status, char *state)
{
  char errmsg[ERRMSG_SIZE], base[STATE_BYTES];
  size_t length = 0;
  int inside = ocihooks_phase_namespace(phase, errmsg, sizeof errmsg) == OCIHOOKS_NAMESPACE_CONTAINER;
  int code = ocihooks_state_new(OCI_VERSION, box->id, status, box->pid, box->bundle, NULL, NULL, 0, NULL, 0, base,
                                sizeof base, &length, errmsg, sizeof errmsg);
  if (code == OCIHOOKS_OK)
    code =
      ocihooks_state_for_phase(base, length, phase, inside ? 1 : 0, state, STATE_BYTES, &length, errmsg, sizeof errmsg);
  return code == OCIHOOKS_OK ? 0 : complain("%s", errmsg);
}

static void print_warnings(const ocihooks_report *report)
{
  char warning[ERRMSG_SIZE];
  for (size_t i = 0; i < ocihooks_report_warning_count(report); i++) {
    ocihooks_report_warning(report, i, warning, sizeof warning);
    complain("warning: %s", warning);
  }
}

/* SIGINT and SIGTERM end a phase: the handler writes a byte, and readable data cancels the run. */
static int cancel_pipe[2] = {-1, -1};

static void cancel(int signal)
{
  int before = errno;
  (void)signal;
  if (write(cancel_pipe[1], "!", 1) < 0)
    _exit(EXIT_FAILURE);
  errno = before;
}

static int handle_signals(void)
{
  struct sigaction action = {.sa_handler = cancel, .sa_flags = SA_RESTART};
  if (pipe2(cancel_pipe, O_CLOEXEC) != 0 || sigaction(SIGINT, &action, NULL) != 0 ||
      sigaction(SIGTERM, &action, NULL) != 0)
    return complain_errno("signals");
  return 0;
}

/* Runs a phase. The runner names the container in every phase, because the library knows which hooks run inside. */
static int run_hooks(const struct container *box, const char *phase, const char *status)
{
  char errmsg[ERRMSG_SIZE], state[STATE_BYTES];
  ocihooks_runner *runner = NULL;
  ocihooks_report *report = NULL;
  if (state_for(box, phase, status, state) != 0)
    return -1;
  int code = ocihooks_runner_new(&runner, errmsg, sizeof errmsg);
  if (code == OCIHOOKS_OK && box->pid != 0)
    code = ocihooks_runner_set_container_pidfd(runner, box->pidfd, errmsg, sizeof errmsg);
  /* Clean-up is not canceled, because its hooks undo the work of canceled ones. */
  if (code == OCIHOOKS_OK && strcmp(phase, "poststop") != 0)
    code = ocihooks_runner_set_cancel_fd(runner, cancel_pipe[0], errmsg, sizeof errmsg);
  if (code == OCIHOOKS_OK)
    code = ocihooks_run(box->hooks, phase, state, strlen(state), runner, &report, errmsg, sizeof errmsg);
  print_warnings(report);
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
  return code == OCIHOOKS_OK ? 0 : complain("%s", errmsg);
}

static int open_container(struct container *box, const char *bundle, const char *id)
{
  const char *root = getenv("MINIRUN_ROOT");
  box->id = id;
  snprintf(box->kept, sizeof box->kept, "%s/%s", root != NULL ? root : "/run/minirun", id);
  if (*id == '\0' || strchr(id, '/') != NULL || realpath(bundle, box->bundle) == NULL)
    return complain("no bundle %s, or no id: %s", bundle, id);
  return read_config(box);
}

/* The end of the lifecycle, also after a failure: the container is stopped and destroyed, then poststop runs. */
static int destroy(struct container *box)
{
  stop(box);
  forget(box);
  return run_hooks(box, "poststop", "stopped");
}

static int create(struct container *box)
{
  if (mkdir(box->kept, 0700) != 0)
    return complain_errno(box->kept);
  int result = make_container(box);
  const char *phases[] = {"prestart", "createRuntime", "createContainer"};
  for (int i = 0; result == 0 && i < 3; i++)
    result = run_hooks(box, phases[i], "creating");
  if (result == 0)
    result = enter_root(box);
  if (result == 0)
    result = keep(box);
  if (result != 0)
    destroy(box);
  return result;
}

static int start(struct container *box)
{
  if (read_back(box) != 0)
    return -1;
  int result = run_hooks(box, "startContainer", "created");
  if (result == 0)
    result = release(box);
  if (result == 0)
    result = run_hooks(box, "poststart", "running");
  if (result != 0)
    destroy(box);
  return result;
}

static int delete_container(struct container *box)
{
  return read_back(box) == 0 ? destroy(box) : -1;
}

int main(int argc, char **argv)
{
  static struct container box;
  int result = 2;

  if (handle_signals() != 0 || (argc == 4 && open_container(&box, argv[2], argv[3]) != 0))
    return 1;
  if (argc == 4 && strcmp(argv[1], "create") == 0)
    result = create(&box) != 0;
  else if (argc == 4 && strcmp(argv[1], "start") == 0)
    result = start(&box) != 0;
  else if (argc == 4 && strcmp(argv[1], "delete") == 0)
    result = delete_container(&box) != 0;
  else
    fprintf(stderr, "usage: minirun create|start|delete BUNDLE ID\n");
  ocihooks_free(box.hooks);
  json_object_put(box.config);
  return result;
}
