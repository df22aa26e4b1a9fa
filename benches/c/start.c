/* Starts and ends: nothing but what its libraries cost. */
int main(void)
{
  return 0;
}
