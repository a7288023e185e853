/* Three versions, a line each, in every scheme: whatever they are, the order is total (advisory/version.h). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/version.h"

enum { VERSIONS = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check(enum bolt_version_scheme scheme, char *const versions[VERSIONS])
{
	int order[VERSIONS][VERSIONS];

	for (int a = 0; a < VERSIONS; a++)
		for (int b = 0; b < VERSIONS; b++) {
			int r = bolt_version_compare(scheme, versions[a], versions[b]);
			order[a][b] = (r > 0) - (r < 0);
		}
	for (int a = 0; a < VERSIONS; a++)
		for (int b = 0; b < VERSIONS; b++) {
			int c = VERSIONS - a - b; /* the third, when a and b are two */
			bool broken = a == b ? order[a][b] != 0
					     : order[a][b] != -order[b][a] ||
						       (order[a][b] == order[b][c] && order[a][c] != order[a][b]) ||
						       (order[a][b] == 0 && order[a][c] != order[b][c]);
			if (broken) {
				fprintf(stderr, "%s: '%s' '%s' '%s'\n", bolt_version_scheme_text(scheme), versions[a], versions[b],
					versions[3 - a - (a == b ? (a + 1) % 3 : b)]);
				abort();
			}
		}
	for (int a = 0; a < VERSIONS; a++)
		(void) bolt_version_valid(scheme, versions[a]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *text = malloc(n + 1), *rest = text, *versions[VERSIONS];

	if (!text)
		return 0;
	memcpy(text, bytes, n);
	text[n] = '\0';
	for (int i = 0; i < VERSIONS; i++) {
		char *line = rest ? strsep(&rest, "\n") : text + n;
		versions[i] = strdup(line); /* of its own, so that reading past it is noticed */
	}
	for (enum bolt_version_scheme scheme = 0; scheme < _BOLT_VERSION_SCHEME_MAX; scheme++)
		if (versions[0] && versions[1] && versions[2])
			check(scheme, versions);
	for (int i = 0; i < VERSIONS; i++)
		free(versions[i]);
	free(text);
	return 0;
}
