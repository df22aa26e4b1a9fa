/* One run of the library in a situation. The subject's files share this. */
#ifndef OCIHOOKS_INJECT_SUBJECT_H
#define OCIHOOKS_INJECT_SUBJECT_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <ocihooks.h>
#include <stddef.h>

#define MOST_HOOKS 2

/* The inputs of a run. */
struct situation {
  const char *phase;
  ocihooks *hooks;
  ocihooks_runner *runner;
  char *state;
  size_t state_size;
  char found[MOST_HOOKS][512]; /* the file that each hook writes, as the subject sees it; empty: no such hook */
  int watch;                   /* an inotify descriptor that is the cancel descriptor, or -1 */
};

/* situation.c: 0 if the name is unknown; prints SKIPPED if the machine can't provide it. */
int situation_make(struct situation *situation, const char *name);
void situation_before_run(struct situation *situation);
void situation_free(struct situation *situation);

/* host.c: the state that a run has to leave unchanged, as text. */
struct host {
  char text[16384];
  size_t heap, mapped;
};
void host_look(struct host *host);
const char *host_differs(const struct host *before, const struct host *after);
int host_has_no_children(void);

/* subject.c: prints "broken TEXT". */
void broken(const char *text, const char *detail);

#endif
