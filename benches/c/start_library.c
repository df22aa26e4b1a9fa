/* A library with one function. The builder sets NAME and the SONAME. */
int NAME(void);

int NAME(void)
{
  return 0;
}
