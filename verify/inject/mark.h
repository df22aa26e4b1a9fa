/* The protocol of tracer and subject: a system call that no kernel knows marks the begin and the end of the run. */
#ifndef OCIHOOKS_INJECT_MARK_H
#define OCIHOOKS_INJECT_MARK_H

/* prctl(MARK, MARK_BEGIN) and prctl(MARK, MARK_END) fail harmlessly with EINVAL. */
#define MARK 0x6f636968
#define MARK_BEGIN 1
#define MARK_END 2

#endif
