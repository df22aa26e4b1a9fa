/* Starts and ends, so that only its libraries cost time. */
int main(void)
{
  return 0;
}
