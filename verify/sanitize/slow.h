/*
 * Included first when a program runs many times slower than usual. Its watchdogs wait that much longer. unistd.h comes
 * before the macro, which would otherwise change the declaration.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <unistd.h>

#define alarm(seconds) alarm(8 * (seconds))
