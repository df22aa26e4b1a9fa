/*
 * The hook: writes its environment into a file, as a line with its descriptors, signals, limits, namespaces and the
 * state's checksum. The line of a run that returns OK is compared with that of a run without a fault.
 *
 *   hook MODE FILE     MODE: quick, loud (200 KB of output), stay (until it is killed), later (stay, if the
 *                      environment has INJECT_DISTURBED), three (exit status 3)
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

static char line[2048];
static size_t length;

static void say(const char *text, unsigned long long number)
{
  length += (size_t)snprintf(line + length, sizeof line - length, "%s %llx ", text, number);
}

/* By raw system calls, because libc hides signals 32 and 33. */
static void say_signals(void)
{
  uint64_t blocked = 0, changed = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &blocked, sizeof blocked);
  for (int number = 1; number <= 64; number++) {
    uintptr_t action[8] = {0};
    if (syscall(SYS_rt_sigaction, number, NULL, action, sizeof blocked) == 0 && action[0] != 0)
      changed |= 1ULL << (number - 1);
  }
  say("blocked", blocked);
  say("not default", changed);
}

static unsigned long long sum_of(const char *text, unsigned long long sum)
{
  for (; *text != '\0'; text++)
    sum = (sum ^ (unsigned char)*text) * 1099511628211ULL;
  return sum;
}

/* Arguments and environment, without the variable that distinguishes the two runs of a subject. */
static void say_strings(char **arguments)
{
  unsigned long long sum = 14695981039346656037ULL;
  for (char **argument = arguments; *argument != NULL; argument++)
    sum = sum_of(*argument, sum * 3);
  say("arguments", sum);
  for (char **entry = environ; *entry != NULL; entry++)
    if (strncmp(*entry, "INJECT_DISTURBED=", 17) != 0)
      sum = sum_of(*entry, sum * 3);
  say("environment", sum);
}

/* Its namespaces and its cgroup. */
static void say_place(void)
{
  static const char *const kinds[] = {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};
  char path[64], text[512];
  unsigned long long sum = 14695981039346656037ULL;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    snprintf(path, sizeof path, "/proc/self/ns/%s", kinds[i]);
    ssize_t length = readlink(path, text, sizeof text - 1);
    text[length < 0 ? 0 : length] = '\0';
    sum = sum_of(text, sum * 3);
  }
  say("namespaces", sum);
  FILE *cgroups = fopen("/proc/self/cgroup", "re");
  while (cgroups != NULL && fgets(text, sizeof text, cgroups) != NULL)
    sum = sum_of(text, sum * 3);
  if (cgroups != NULL)
    fclose(cgroups);
  say("cgroups", sum);
}

static void say_process(void)
{
  struct rlimit files = {0, 0};
  char directory[512] = "?";
  int loader = 0;
  for (char **entry = environ; *entry != NULL; entry++)
    loader += strncmp(*entry, "LD_", 3) == 0;
  getrlimit(RLIMIT_NOFILE, &files);
  say("leads its group", getpgrp() == getpid());
  say("leads its session", getsid(0) == getpid());
  say("files", files.rlim_cur);
  say("no new privileges", (unsigned long long)prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  say("loader", (unsigned long long)loader);
  say("user", getuid());
  if (getcwd(directory, sizeof directory) != NULL)
    length += (size_t)snprintf(line + length, sizeof line - length, "in %s ", directory);
}

static void say_descriptors(void)
{
  for (unsigned fd = 0; fd < 1024; fd++)
    if (fcntl((int)fd, F_GETFD) >= 0)
      say("open", fd);
}

/* The state, to its end: FNV-1a. */
static void say_state(void)
{
  static unsigned char part[65536];
  unsigned long long sum = 14695981039346656037ULL, size = 0;
  ssize_t count;
  while ((count = read(0, part, sizeof part)) > 0)
    for (ssize_t i = 0; i < count; i++, size++)
      sum = (sum ^ part[i]) * 1099511628211ULL;
  say("state", size);
  say(count == 0 ? "sum" : "no end", sum);
}

static void write_all(int fd, const char *text, size_t size)
{
  while (size > 0) {
    ssize_t count = write(fd, text, size);
    if (count <= 0)
      exit(9);
    text += count;
    size -= (size_t)count;
  }
}

int main(int count, char **arguments)
{
  if (count != 3)
    return 2;
  const char *mode = arguments[1];
  alarm(60); /* an orphaned hook ends by itself */
  if (strcmp(mode, "stay") == 0)
    signal(SIGTERM, SIG_IGN);
  say_descriptors();
  say_signals();
  say_process();
  say_strings(arguments);
  say_place();
  say_state();
  line[length++] = '\n';
  /* Before the file, which cancels the run: the message of a failure quotes the line. That of an exit with 3 does not depend on
   * reading output. */
  if (strcmp(mode, "three") != 0)
    write_all(1, "a line of output\n", 17);
  int file = open(arguments[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  write_all(file, line, length);
  close(file);
  if (strcmp(mode, "loud") == 0) {
    static char noise[100000];
    memset(noise, 'n', sizeof noise);
    write_all(1, noise, sizeof noise);
    write_all(2, noise, sizeof noise);
  }
  while (strcmp(mode, "stay") == 0 || (strcmp(mode, "later") == 0 && getenv("INJECT_DISTURBED") != NULL))
    pause();
  return strcmp(mode, "three") == 0 ? 3 : 0;
}
