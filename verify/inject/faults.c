/* The faults to inject, and the number of calls of each kind. */
#include "tracer.h"

#include <stdio.h>
#include <string.h>

#define MOST_FAULTS 8
#define MOST_NUMBERS 1024

const char *const role_names[ROLES] = {"parent", "child", "successor"};

static struct fault faults[MOST_FAULTS];
static int fault_count;
static long counts[ROLES][MOST_NUMBERS];

/* Reads ROLE:NUMBER:NTH:ERRNO or ROLE:NUMBER:NTH:ERRNO:happens. */
int faults_add(const char *text)
{
  struct fault fault = {ROLES, 0, 0, 0, 0, 0};
  char role[16], how[16] = "";
  int fields = sscanf(text, "%15[a-z]:%ld:%ld:%d:%15s", role, &fault.number, &fault.nth, &fault.error, how);
  for (int i = 0; i < ROLES; i++)
    if (fields >= 4 && strcmp(role, role_names[i]) == 0)
      fault.role = i;
  fault.happens = strcmp(how, "happens") == 0;
  if (fault.role == ROLES || fault_count == MOST_FAULTS || (fields == 5 && !fault.happens))
    return 0;
  faults[fault_count++] = fault;
  return 1;
}

/* Counts a call that is about to be made. Returns its fault, or NULL. */
struct fault *faults_next(enum role role, long number)
{
  if (number < 0 || number >= MOST_NUMBERS)
    return NULL;
  long nth = ++counts[role][number];
  for (struct fault *fault = faults; fault < faults + fault_count; fault++)
    if (fault->role == (int)role && fault->number == number && (fault->nth == 0 || fault->nth == nth)) {
      fault->times++;
      return fault;
    }
  return NULL;
}

long faults_count(enum role role, long number)
{
  return number < 0 || number >= MOST_NUMBERS ? 0 : counts[role][number];
}

/* A line for each kind of call with its count, and one for each fault with the number of its uses. */
void faults_print(void)
{
  for (int role = 0; role < ROLES; role++)
    for (long number = 0; number < MOST_NUMBERS; number++)
      if (counts[role][number] > 0)
        printf("call %s %ld %ld\n", role_names[role], number, counts[role][number]);
  for (int i = 0; i < fault_count; i++)
    printf("fault %d %ld\n", i, faults[i].times);
}
