/* Compares versions in bulk, for tests that hold the ecosystems' own tools against boltseal. Standard input: lines
 * "SCHEME<TAB>A<TAB>B"; prints -1, 0 or 1 a line. "SCHEME<TAB>A" alone: prints whether it is valid, 1 or 0. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/version.h"

static enum bolt_version_scheme scheme_named(const char *name)
{
	for (enum bolt_version_scheme scheme = 0; scheme < _BOLT_VERSION_SCHEME_MAX; scheme++)
		if (strcmp(name, bolt_version_scheme_text(scheme)) == 0)
			return scheme;
	fprintf(stderr, "version_compare: no scheme '%s'\n", name);
	exit(2);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;

	for (ssize_t n; (n = getline(&line, &size, stdin)) >= 0;) {
		if (n > 0 && line[n - 1] == '\n')
			line[n - 1] = '\0';

		char *rest = line;
		enum bolt_version_scheme scheme = scheme_named(strsep(&rest, "\t"));
		const char *a = strsep(&rest, "\t"), *b = rest;
		if (!a) {
			fprintf(stderr, "version_compare: '%s': want SCHEME<TAB>A[<TAB>B]\n", line);
			exit(2);
		}
		int order = b ? bolt_version_compare(scheme, a, b) : bolt_version_valid(scheme, a);
		printf("%d\n", (order > 0) - (order < 0));
	}
	free(line);
	return ferror(stdin) || fflush(stdout) ? 1 : 0;
}
