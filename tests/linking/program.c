/* Uses both archives: runs a hook by one, and lets the other catch a panic. */
#include <ocihooks.h>
#include <stdio.h>
#include <string.h>

int second_catches(void);

int main(void)
{
    const char *json = "{\"createRuntime\": [{\"path\": \"/bin/true\"}]}";
    const char *state = "{\"ociVersion\": \"1.2.0\", \"id\": \"web-1\", \"status\": \"creating\", \"bundle\": \"/run/web-1\"}";
    ocihooks *hooks = NULL;
    char errmsg[1024];
    int code = ocihooks_parse(json, strlen(json), &hooks, errmsg, sizeof errmsg);

    if (code == OCIHOOKS_OK)
        code = ocihooks_run(hooks, "createRuntime", state, strlen(state), NULL, NULL, errmsg, sizeof errmsg);
    if (code != OCIHOOKS_OK)
        fprintf(stderr, "%s\n", errmsg);
    ocihooks_free(hooks);
    return code != OCIHOOKS_OK || second_catches() != 0;
}
