/*
 * A host in the foreground of a pseudoterminal, like a runtime that a user starts from a shell. Included behind
 * helpers.h.
 */
#ifndef OCIHOOKS_TEST_PTY_H
#define OCIHOOKS_TEST_PTY_H

#include <sys/ioctl.h>
#include <termios.h>

#define CTRL_C "\003"
#define CTRL_Z "\032"

/* The user's side. */
static int pty_master = -1;

static inline int pty_open(void)
{
  pty_master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  return pty_master >= 0 && grantpt(pty_master) == 0 && unlockpt(pty_master) == 0;
}

/* Makes this process a session leader in the foreground of its controlling terminal. */
static inline int pty_take(void)
{
  if (!pty_open() || setsid() < 0)
    return 0;
  int terminal = open(ptsname(pty_master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  return terminal >= 0 && ioctl(terminal, TIOCSCTTY, 0) == 0 && close(terminal) == 0;
}

/* Types a text as the user. */
static inline void pty_type(const char *keys)
{
  CHECK_INT(write(pty_master, keys, strlen(keys)), strlen(keys));
}

static inline int pty_is_there(void)
{
  int there = pty_open();
  if (pty_master >= 0)
    close(pty_master);
  pty_master = -1;
  return there;
}

#endif
