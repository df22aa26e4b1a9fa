/*
 * minirun create|start|delete BUNDLE ID
 *
 * A small OCI runtime, to show where a runtime calls libocihooks: all six phases at their moments (runtime.md,
 * "Lifecycle"), the hooks of the container's namespaces run inside of it, hooks saved at create and read back at delete
 * by another process, and a failure handled as the specification says. It knows root.path, hostname, process.args, .env
 * and .cwd of a config.json, and always makes new mount, pid, uts, ipc and net namespaces; a user namespace too
 * where it is not run by root, or where the configuration names one.
 *
 * What it keeps of a container is in $MINIRUN_ROOT/ID, /run/minirun/ID by default.
 *
 * Exit status: 0 it went well, 1 it did not, 2 wrong usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ocihooks.h>

#define OCI_VERSION "1.2.0"

enum { FILE_BYTES = 1 << 20, STATE_BYTES = 64 * 1024, ERRMSG_SIZE = 4096, MOST_STRINGS = 256, STACK_BYTES = 256 * 1024 };

struct container {
    const char *id;
    char bundle[PATH_MAX], rootfs[PATH_MAX + 2048], kept[PATH_MAX];
    char config[FILE_BYTES];
    ocihooks *hooks;
    int user_namespace;
    pid_t pid;    /* of the container's init; 0 when there is none */
    int pidfd;    /* the same, for good */
    int talk[2];  /* while it is created: the runtime's end, the container's end */
    int listener; /* where init waits for start */
};

static int complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "minirun: ");
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return -1;
}

static int complain_errno(const char *what)
{
    return complain("%s: %s", what, strerror(errno));
}

/* ---- Files ---- */

static const char *kept_path(const struct container *box, const char *name)
{
    static char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", box->kept, name);
    return path;
}

static int read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return complain_errno(path);
    size_t length = fread(text, 1, size - 1, file);
    text[length] = '\0';
    int failed = ferror(file) || length == size - 1;
    fclose(file);
    return failed ? complain("%s can't be read, or is too long", path) : 0;
}

static int write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int failed = fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text);
    if (failed)
        complain_errno(path);
    if (fd >= 0)
        close(fd);
    return failed ? -1 : 0;
}

/* ---- As much JSON as this needs: the library has checked the text by the time it is looked at ---- */

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \t\r\n,:");
}

static const char *skip_value(const char *at)
{
    if (*at == '"') {
        for (at++; *at != '"'; at++)
            at += *at == '\\';
        return at + 1;
    }
    if (*at != '{' && *at != '[')
        return at + strcspn(at, " \t\r\n,]}");
    for (at = skip_space(at + 1); *at != '}' && *at != ']'; at = skip_space(at))
        at = skip_value(at);
    return at + 1;
}

/* The value of a member of an object, or NULL. Keys are compared as they are written. */
static const char *member(const char *object, const char *key)
{
    if (object == NULL || *(object = skip_space(object)) != '{')
        return NULL;
    for (object = skip_space(object + 1); *object != '}'; object = skip_space(object)) {
        const char *end = skip_value(object), *value = skip_space(end);
        if ((size_t)(end - object) == strlen(key) + 2 && strncmp(object + 1, key, strlen(key)) == 0)
            return value;
        object = skip_value(value);
    }
    return NULL;
}

/* A copy of a string, with the simple escapes; of anything else, the other text. It lives as long as the program. */
static char *string(const char *value, const char *otherwise)
{
    if (value == NULL || *value != '"')
        return strdup(otherwise);
    char *text = malloc((size_t)(skip_value(value) - value)), *to = text;
    for (value++; *value != '"'; value++) {
        if (*value == '\\' && *++value == 'n')
            *to++ = '\n';
        else
            *to++ = *value;
    }
    *to = '\0';
    return text;
}

static char **strings(const char *array)
{
    static char *none[] = {NULL};
    if (array == NULL || *array != '[')
        return none;
    char **list = calloc(MOST_STRINGS + 1, sizeof *list);
    size_t count = 0;
    for (array = skip_space(array + 1); *array != ']' && count < MOST_STRINGS; array = skip_space(skip_value(array)))
        list[count++] = string(array, "");
    return list;
}

/* ---- Hooks ---- */

/* The state as a phase's hooks are to see it: a hook inside the container knows its init as process 1. */
static int state_for(const struct container *box, const char *phase, const char *status, char *state)
{
    char errmsg[ERRMSG_SIZE], base[STATE_BYTES];
    size_t length = 0;
    int inside = ocihooks_phase_namespace(phase, errmsg, sizeof errmsg) == OCIHOOKS_NAMESPACE_CONTAINER;
    int code = ocihooks_state_new(OCI_VERSION, box->id, status, box->pid, box->bundle, NULL, base, sizeof base, &length,
                                  errmsg, sizeof errmsg);
    if (code == OCIHOOKS_OK)
        code = ocihooks_state_for_phase(base, length, phase, inside ? 1 : 0, state, STATE_BYTES, &length, errmsg,
                                        sizeof errmsg);
    return code == OCIHOOKS_OK && length < STATE_BYTES ? 0 : complain("%s", errmsg);
}

static void print_warnings(const ocihooks_report *report)
{
    char warning[ERRMSG_SIZE];
    for (size_t i = 0; i < ocihooks_report_warning_count(report); i++) {
        ocihooks_report_warning(report, i, warning, sizeof warning);
        complain("warning: %s", warning);
    }
}

/* Runs a phase. The runner is told of the container in every phase: the library knows in which hooks belong inside. */
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
    if (code == OCIHOOKS_OK)
        code = ocihooks_run(box->hooks, phase, state, strlen(state), runner, &report, errmsg, sizeof errmsg);
    print_warnings(report);
    ocihooks_report_free(report);
    ocihooks_runner_free(runner);
    return code == OCIHOOKS_OK ? 0 : complain("%s", errmsg);
}

/* ---- Inside the container ---- */

static int say(int fd)
{
    return write(fd, "!", 1) == 1 ? 0 : -1;
}

static int hear(int fd)
{
    char word;
    return read(fd, &word, 1) == 1 ? 0 : -1;
}

static int make_mounts(const struct container *box)
{
    char proc[sizeof box->rootfs + 8];
    snprintf(proc, sizeof proc, "%s/proc", box->rootfs);
    mkdir(proc, 0555);
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount(box->rootfs, box->rootfs, NULL, MS_BIND | MS_REC, NULL) != 0)
        return complain_errno("mounting the root");
    return mount("proc", proc, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0 ? 0 : complain_errno(proc);
}

static int change_root(const struct container *box)
{
    /* The old root lands on top of the new one, and goes. */
    if (chdir(box->rootfs) != 0 || syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0)
        return complain_errno("pivot_root");
    return chdir("/");
}

/* Waits for `start`, and becomes the container's process. What keeps it from that goes back to `start`. */
static int wait_and_execute(const struct container *box)
{
    const char *process = member(box->config, "process");
    char **arguments = strings(member(process, "args"));
    signal(SIGCHLD, SIG_IGN); /* what hooks leave behind in the pid namespace is reaped */
    int starter = accept4(box->listener, NULL, NULL, SOCK_CLOEXEC);
    signal(SIGCHLD, SIG_DFL);
    if (starter < 0 || hear(starter) != 0)
        return 1;
    environ = strings(member(process, "env"));
    if (arguments[0] == NULL)
        errno = EINVAL;
    else if (chdir(string(member(process, "cwd"), "/")) == 0)
        execvp(arguments[0], arguments);
    int why = errno;
    (void)!write(starter, &why, sizeof why);
    return 1;
}

static int container_main(void *argument)
{
    struct container *box = argument;
    char *name = string(member(box->config, "hostname"), box->id);
    close(box->talk[0]);
    if (hear(box->talk[1]) != 0) /* our user is known by now */
        return 1;
    if (setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0 || sethostname(name, strlen(name)) != 0)
        return complain_errno("setting up the container");
    if (make_mounts(box) != 0 || say(box->talk[1]) != 0)
        return 1;
    if (hear(box->talk[1]) != 0) /* prestart, createRuntime and createContainer are over */
        return 1;
    if (change_root(box) != 0 || say(box->talk[1]) != 0)
        return 1;
    close(box->talk[1]);
    return wait_and_execute(box);
}

/* ---- The runtime's side ---- */

static int open_container(struct container *box, const char *bundle, const char *id)
{
    char errmsg[ERRMSG_SIZE], path[PATH_MAX + 16];
    const char *root = getenv("MINIRUN_ROOT");
    box->id = id;
    snprintf(box->kept, sizeof box->kept, "%s/%s", root != NULL ? root : "/run/minirun", id);
    if (*id == '\0' || strchr(id, '/') != NULL || realpath(bundle, box->bundle) == NULL)
        return complain("no bundle %s, or no id: %s", bundle, id);
    snprintf(path, sizeof path, "%s/config.json", box->bundle);
    if (read_file(path, box->config, sizeof box->config) != 0)
        return -1;
    if (ocihooks_parse_config(box->config, strlen(box->config), &box->hooks, errmsg, sizeof errmsg) != OCIHOOKS_OK)
        return complain("%s: %s", path, errmsg);
    const char *rootfs = string(member(member(box->config, "root"), "path"), "rootfs");
    snprintf(box->rootfs, sizeof box->rootfs, "%s%s%s", *rootfs == '/' ? "" : box->bundle, *rootfs == '/' ? "" : "/", rootfs);
    const char *namespaces = member(member(box->config, "linux"), "namespaces");
    const char *end = namespaces != NULL ? skip_value(namespaces) : NULL, *user = namespaces != NULL ? strstr(namespaces, "\"user\"") : NULL;
    box->user_namespace = geteuid() != 0 || (user != NULL && user < end);
    return 0;
}

/* Root in the container is who runs this; nobody else is known there. */
static int map_user(const struct container *box)
{
    char path[64], line[64];
    const char *files[] = {"setgroups", "uid_map", "gid_map"};
    for (int i = 0; box->user_namespace && i < 3; i++) {
        snprintf(path, sizeof path, "/proc/%d/%s", (int)box->pid, files[i]);
        snprintf(line, sizeof line, "0 %u 1", i == 1 ? geteuid() : getegid());
        if (write_file(path, i == 0 ? "deny" : line) != 0)
            return -1;
    }
    return 0;
}

static int listen_for_start(struct container *box)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path, sizeof address.sun_path, "%s", kept_path(box, "start.sock"));
    box->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (length >= (int)sizeof address.sun_path || bind(box->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(box->listener, 1) != 0)
        return complain_errno(kept_path(box, "start.sock"));
    return 0;
}

static int make_container(struct container *box)
{
    static char stack[STACK_BYTES] __attribute__((aligned(16)));
    int flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | SIGCHLD;
    flags |= box->user_namespace ? CLONE_NEWUSER : 0;
    if (listen_for_start(box) != 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, box->talk) != 0)
        return -1;
    box->pid = clone(container_main, stack + sizeof stack, flags, box);
    if (box->pid < 0) {
        box->pid = 0;
        return complain_errno("clone");
    }
    close(box->talk[1]);
    close(box->listener);
    box->pidfd = (int)syscall(SYS_pidfd_open, box->pid, 0);
    return map_user(box) == 0 && say(box->talk[0]) == 0 && hear(box->talk[0]) == 0 ? 0 : -1;
}

/* When a process was started: with its number, that says which it is. */
static unsigned long long start_time(pid_t pid)
{
    char path[64], text[4096];
    unsigned long long time = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    if (access(path, F_OK) == 0 && read_file(path, text, sizeof text) == 0 && strrchr(text, ')') != NULL)
        sscanf(strrchr(text, ')') + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &time);
    return time;
}

/* Keeps what start and delete need: which process init is, and the hooks as they were at create. */
static int keep(const struct container *box)
{
    char number[64];
    size_t size = ocihooks_to_libcontainer(box->hooks, NULL, 0) + 1;
    char *hooks = malloc(size);
    ocihooks_to_libcontainer(box->hooks, hooks, size);
    snprintf(number, sizeof number, "%d %llu", (int)box->pid, start_time(box->pid));
    int result = write_file(kept_path(box, "hooks.json"), hooks) == 0 ? write_file(kept_path(box, "pid"), number) : -1;
    free(hooks);
    return result;
}

static int read_back(struct container *box)
{
    static char hooks[FILE_BYTES];
    char errmsg[ERRMSG_SIZE], number[64];
    unsigned long long started = 0;
    ocihooks_free(box->hooks);
    box->hooks = NULL;
    if (read_file(kept_path(box, "hooks.json"), hooks, sizeof hooks) != 0 ||
        read_file(kept_path(box, "pid"), number, sizeof number) != 0)
        return -1;
    sscanf(number, "%d %llu", &box->pid, &started);
    box->pidfd = (int)syscall(SYS_pidfd_open, box->pid, 0);
    if (box->pidfd < 0 || start_time(box->pid) != started)
        box->pid = 0; /* it is gone; the number may be another's */
    if (ocihooks_parse_libcontainer(hooks, strlen(hooks), &box->hooks, errmsg, sizeof errmsg) != OCIHOOKS_OK)
        return complain("%s", errmsg);
    return 0;
}

static void stop(struct container *box)
{
    struct pollfd end = {.fd = box->pidfd, .events = POLLIN};
    if (box->pid != 0 && syscall(SYS_pidfd_send_signal, box->pidfd, SIGKILL, NULL, 0) == 0) {
        while (poll(&end, 1, -1) < 0 && errno == EINTR)
            ;
        waitpid(box->pid, NULL, 0); /* where it is our child */
    }
    box->pid = 0;
}

/* The end of the lifecycle, also after a failure: the container is stopped and destroyed, then poststop runs. */
static int destroy(struct container *box)
{
    const char *files[] = {"hooks.json", "pid", "start.sock"};
    stop(box);
    for (int i = 0; i < 3; i++)
        unlink(kept_path(box, files[i]));
    rmdir(box->kept);
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
    if (result == 0 && (say(box->talk[0]) != 0 || hear(box->talk[0]) != 0)) /* pivot_root */
        result = -1;
    if (result == 0)
        result = keep(box);
    if (result != 0)
        destroy(box);
    return result;
}

/* Lets init execute the process; what keeps it from that comes back. The end of the file means that it did. */
static int release(const struct container *box)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int starter = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), why = 0;
    snprintf(address.sun_path, sizeof address.sun_path, "%.*s", (int)sizeof address.sun_path - 1, kept_path(box, "start.sock"));
    if (connect(starter, (struct sockaddr *)&address, sizeof address) != 0 || say(starter) != 0)
        return complain_errno("the container does not wait for start");
    ssize_t answer = read(starter, &why, sizeof why);
    close(starter);
    errno = why;
    return answer == 0 ? 0 : complain_errno("the container's process");
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

static int delete(struct container *box)
{
    return read_back(box) == 0 ? destroy(box) : -1;
}

int main(int argc, char **argv)
{
    static struct container box;
    int result = 2;

    if (argc == 4 && open_container(&box, argv[2], argv[3]) != 0)
        return 1;
    if (argc == 4 && strcmp(argv[1], "create") == 0)
        result = create(&box) != 0;
    else if (argc == 4 && strcmp(argv[1], "start") == 0)
        result = start(&box) != 0;
    else if (argc == 4 && strcmp(argv[1], "delete") == 0)
        result = delete(&box) != 0;
    else
        fprintf(stderr, "usage: minirun create|start|delete BUNDLE ID\n");
    ocihooks_free(box.hooks);
    return result;
}
