/*
 * Included before all else where a program runs many times slower than by itself: its watchdogs wait as much longer.
 * unistd.h first, so that its declaration is not taken for a call.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <unistd.h>

#define alarm(seconds) alarm(8 * (seconds))
