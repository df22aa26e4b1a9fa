/* A library with one function; NAME and its SONAME are the builder's. */
int NAME(void);

int NAME(void)
{
  return 0;
}
