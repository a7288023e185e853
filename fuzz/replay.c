/* Runs a fuzz target over its seeds without libFuzzer, so that every build checks them. No seed is a failure. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void replay(const char *directory, const char *name)
{
	char path[4096];
	static uint8_t bytes[32 << 20];

	(void) snprintf(path, sizeof(path), "%s/%s", directory, name);
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		exit(1);
	}
	size_t n = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);

	uint8_t *exact = malloc(n ? n : 1); /* its own allocation, so that a sanitizer sees a read past the end */
	if (!exact)
		exit(1);
	for (size_t i = 0; i < n; i++)
		exact[i] = bytes[i];
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
}

int main(int argc, char **argv)
{
	struct dirent **names;
	int ran = 0, n = argc == 2 ? scandir(argv[1], &names, NULL, alphasort) : -1;

	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.') {
			replay(argv[1], names[i]->d_name);
			ran++;
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	if (ran == 0) {
		(void) fprintf(stderr, "no seeds in %s\n", argc == 2 ? argv[1] : "(no directory given)");
		return 1;
	}
	printf("%d seeds replayed\n", ran);
	return 0;
}
