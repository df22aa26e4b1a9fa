/*
 * run-phase CONFIG.json PHASE STATE.json
 *
 * Runs the hooks of one phase of an OCI runtime configuration, like a container runtime, and prints the result of each
 * hook. A file named "-" is stdin.
 *
 * Exit status: 0 success, 1 the phase failed or a file could not be read, 2 wrong usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ocihooks.h>

enum {
  EXIT_USAGE = 2,
  TAIL_LINES = 5,
  LINE_BYTES = 200,
  /* One message lists all violations of a configuration. A longer message is cut. */
  ERRMSG_SIZE = 4096
};

/* Bytes with a NUL behind them. A hook's output may contain NULs too, so the length counts. */
struct text {
  char *data;
  size_t len;
};

static void *allocate(void *old, size_t size)
{
  void *memory = realloc(old, size);
  if (memory == NULL) {
    fprintf(stderr, "run-phase: out of memory\n");
    exit(EXIT_FAILURE);
  }
  return memory;
}

/* ---- Reading a file ---- */

static int read_stream(FILE *stream, struct text *content)
{
  size_t capacity = 16384;

  content->data = allocate(NULL, capacity);
  content->len = 0;
  for (;;) {
    content->len += fread(content->data + content->len, 1, capacity - content->len - 1, stream);
    if (ferror(stream) || feof(stream))
      break;
    capacity *= 2;
    content->data = allocate(content->data, capacity);
  }
  content->data[content->len] = '\0';
  return ferror(stream) ? -1 : 0;
}

/* "-" is stdin. Returns 0, or -1 after printing the reason. The caller frees content->data in both cases. */
static int read_file(const char *path, struct text *content)
{
  int is_stdin = strcmp(path, "-") == 0;
  FILE *stream = is_stdin ? stdin : fopen(path, "rb");
  int result;

  if (stream == NULL) {
    fprintf(stderr, "run-phase: cannot open %s: %s\n", path, strerror(errno));
    return -1;
  }
  result = read_stream(stream, content);
  if (result != 0)
    fprintf(stderr, "run-phase: cannot read %s: %s\n", is_stdin ? "stdin" : path, strerror(errno));
  if (!is_stdin)
    fclose(stream);
  return result;
}

/* ---- Text out of a report ---- */

/*
 * Text accessors behave like snprintf: they return the full length for any buffer size. The first call measures, and
 * the second one copies. Most have the signature below. The small functions that follow adapt the others.
 */
typedef size_t (*text_accessor)(const ocihooks_report *report, size_t index, char *buf, size_t buf_size);

static struct text get_text(text_accessor accessor, const ocihooks_report *report, size_t index)
{
  struct text text;

  text.len = accessor(report, index, NULL, 0);
  text.data = allocate(NULL, text.len + 1);
  text.data[0] = '\0';
  accessor(report, index, text.data, text.len + 1);
  return text;
}

static size_t report_message(const ocihooks_report *report, size_t unused, char *buf, size_t buf_size)
{
  (void)unused;
  return ocihooks_report_message(report, buf, buf_size);
}

static size_t hook_stdout(const ocihooks_report *report, size_t index, char *buf, size_t buf_size)
{
  return ocihooks_report_hook_output(report, index, OCIHOOKS_STDOUT, buf, buf_size);
}

static size_t hook_stderr(const ocihooks_report *report, size_t index, char *buf, size_t buf_size)
{
  return ocihooks_report_hook_output(report, index, OCIHOOKS_STDERR, buf, buf_size);
}

/* ---- Printing ---- */

static void print_duration(uint64_t ns)
{
  if (ns < 1000000)
    printf("%" PRIu64 " us", ns / 1000);
  else if (ns < 1000000000)
    printf("%.2f ms", (double)ns / 1e6);
  else
    printf("%.2f s", (double)ns / 1e9);
}

/* Hooks may write any bytes, so control characters are kept from the terminal. */
static void print_bytes(const char *bytes, size_t len)
{
  size_t i;

  for (i = 0; i < len; i++) {
    unsigned char byte = (unsigned char)bytes[i];
    int harmless = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    putchar(harmless ? byte : '?');
  }
}

/* The start of the last `lines` lines of text[0..len). */
static size_t tail_start(const char *text, size_t len, int lines)
{
  size_t start = len;

  /* A final newline ends the last line and does not begin another. */
  if (start > 0 && text[start - 1] == '\n')
    start--;
  while (start > 0) {
    if (text[start - 1] == '\n' && --lines == 0)
      break;
    start--;
  }
  return start;
}

static void print_line(const char *line, size_t len)
{
  size_t shown = len > LINE_BYTES ? LINE_BYTES : len;

  /* Cuts between UTF-8 characters, whose later bytes are 10xxxxxx. */
  while (shown > 0 && shown < len && ((unsigned char)line[shown] & 0xc0) == 0x80)
    shown--;
  print_bytes(line, shown);
  puts(shown < len ? "..." : "");
}

static void print_output(const char *label, const struct text *output, uint64_t bytes_written)
{
  const char *line = output->data + tail_start(output->data, output->len, TAIL_LINES);
  const char *end = output->data + output->len;

  if (line != output->data)
    printf("          %s: [... the end of %" PRIu64 " bytes:]\n", label, bytes_written);
  while (line < end) {
    const char *newline = memchr(line, '\n', (size_t)(end - line));
    const char *line_end = newline != NULL ? newline : end;

    printf("          %s: ", label);
    print_line(line, (size_t)(line_end - line));
    line = line_end + 1;
  }
}

static void print_outputs(const ocihooks_report *report, size_t index)
{
  struct text out = get_text(hook_stdout, report, index);
  struct text err = get_text(hook_stderr, report, index);

  print_output("stdout", &out, ocihooks_report_hook_output_bytes(report, index, OCIHOOKS_STDOUT));
  print_output("stderr", &err, ocihooks_report_hook_output_bytes(report, index, OCIHOOKS_STDERR));
  free(out.data);
  free(err.data);
}

static void print_hook(const ocihooks_report *report, size_t index)
{
  struct text path = get_text(ocihooks_report_hook_path, report, index);
  struct text cause = get_text(ocihooks_report_hook_message, report, index);
  int skipped = ocihooks_report_hook_outcome(report, index) == OCIHOOKS_OUTCOME_SKIPPED;
  /* Exactly the failed hooks have a cause. */
  int failed = cause.len > 0;

  printf("  %s  #%zu ", skipped ? "skip" : failed ? "FAIL" : "ok  ", index);
  print_bytes(path.data, path.len);
  printf(": ");
  if (skipped) {
    printf("skipped");
  } else {
    if (failed)
      print_bytes(cause.data, cause.len);
    else
      printf("exited 0");
    printf(", ");
    print_duration(ocihooks_report_hook_duration_ns(report, index));
  }
  putchar('\n');
  print_outputs(report, index);
  free(path.data);
  free(cause.data);
}

static void print_report(const char *phase, const ocihooks_report *report)
{
  size_t hooks = ocihooks_report_count(report);
  size_t warnings = ocihooks_report_warning_count(report);
  size_t i;

  printf("%s: %zu %s\n", phase, hooks, hooks == 1 ? "hook" : "hooks");
  for (i = 0; i < hooks; i++)
    print_hook(report, i);
  for (i = 0; i < warnings; i++) {
    struct text warning = get_text(ocihooks_report_warning, report, i);

    printf("  warning: ");
    print_bytes(warning.data, warning.len);
    putchar('\n');
    free(warning.data);
  }
}

/* The library's message, unchanged. The report has the whole message, and errmsg the part that fits. */
static void print_error(int code, const ocihooks_report *report, const char *errmsg)
{
  struct text whole = get_text(report_message, report, 0);

  fflush(stdout); /* so that the error comes last even if both streams go to one file */
  if (whole.len > 0)
    fprintf(stderr, "%s\n", whole.data);
  else
    fprintf(stderr, "%s\n", errmsg[0] != '\0' ? errmsg : ocihooks_strerror(code));
  free(whole.data);
}

/* ---- Running ---- */

/* SIGINT and SIGTERM end the phase: the handler writes a byte, and readable data cancels the run. */
static int cancel_pipe[2];

static void cancel(int signal)
{
  int before = errno;

  (void)signal;
  if (write(cancel_pipe[1], "!", 1) < 0)
    _exit(EXIT_FAILURE);
  errno = before;
}

/* Returns a runner with the defaults, which capture the hooks' output, and with the cancel descriptor. */
static ocihooks_runner *new_runner(char *errmsg)
{
  ocihooks_runner *runner = NULL;
  struct sigaction action = {.sa_handler = cancel, .sa_flags = SA_RESTART};

  if (ocihooks_runner_new(&runner, errmsg, ERRMSG_SIZE) != OCIHOOKS_OK)
    return NULL;
  if (pipe2(cancel_pipe, O_CLOEXEC) == 0 && sigaction(SIGINT, &action, NULL) == 0 &&
      sigaction(SIGTERM, &action, NULL) == 0 &&
      ocihooks_runner_set_cancel_fd(runner, cancel_pipe[0], errmsg, ERRMSG_SIZE) == OCIHOOKS_OK)
    return runner;
  if (errmsg[0] == '\0')
    snprintf(errmsg, ERRMSG_SIZE, "signals cannot be handled: %s", strerror(errno));
  ocihooks_runner_free(runner);
  return NULL;
}

static int run_phase(const ocihooks *hooks, const char *phase, const struct text *state)
{
  ocihooks_report *report = NULL;
  char errmsg[ERRMSG_SIZE] = "";
  ocihooks_runner *runner = new_runner(errmsg);
  int code = OCIHOOKS_ERR_SYSTEM;

  if (runner != NULL)
    code = ocihooks_run(hooks, phase, state->data, state->len, runner, &report, errmsg, sizeof errmsg);

  /* A failed run has a report too, unless it ended before its first hook: bad state, unknown phase. */
  if (report != NULL)
    print_report(phase, report);
  if (code == OCIHOOKS_OK) {
    printf("ok, ");
    print_duration(ocihooks_report_duration_ns(report));
    putchar('\n');
  } else {
    print_error(code, report, errmsg);
  }
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
  return code == OCIHOOKS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
  struct text config = {NULL, 0}, state = {NULL, 0};
  ocihooks *hooks = NULL;
  char errmsg[ERRMSG_SIZE] = "";
  int status = EXIT_FAILURE;

  if (argc != 4) {
    fprintf(stderr, "usage: run-phase CONFIG.json PHASE STATE.json   (- for STATE.json: stdin)\n");
    return EXIT_USAGE;
  }
  if (read_file(argv[1], &config) == 0 && read_file(argv[3], &state) == 0) {
    if (ocihooks_parse_config(config.data, config.len, &hooks, errmsg, sizeof errmsg) == OCIHOOKS_OK)
      status = run_phase(hooks, argv[2], &state);
    else
      fprintf(stderr, "run-phase: %s: %s\n", argv[1], errmsg);
  }
  ocihooks_free(hooks);
  free(config.data);
  free(state.data);
  return status;
}
