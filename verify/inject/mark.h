/* What the tracer and the subject agree on: a system call that no kernel knows stands before and behind the run. */
#ifndef OCIHOOKS_INJECT_MARK_H
#define OCIHOOKS_INJECT_MARK_H

/* prctl(MARK, MARK_BEGIN) and prctl(MARK, MARK_END): EINVAL, which nobody minds. */
#define MARK 0x6f636968
#define MARK_BEGIN 1
#define MARK_END 2

#endif
