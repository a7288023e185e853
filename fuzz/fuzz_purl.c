/* Package URLs: whatever is taken apart has a canonical text, which taken apart again is the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/purl.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(16 << 20);
	struct bolt_package package, again;
	struct bolt_os os;
	struct bolt_err err = { .msg = "" };

	const char *text = arena ? bolt_arena_text(arena, bytes, n) : NULL;
	if (!text)
		return 0;
	int r = bolt_purl_parse(arena, text, &package, &os, &err);
	if (r < 0) {
		if (!err.msg[0])
			abort();
		return 0;
	}
	if (!*package.name || !package.version || !*package.type || (os.id && !os.name))
		abort();
	/* Encoding makes it up to three times as long: it may then pass the bound. */
	r = strlen(package.purl) > 60000 ? -1 : bolt_purl_parse(arena, package.purl, &again, NULL, &err);
	if (r == 0 && strcmp(package.purl, again.purl) != 0)
		abort();
	if (r < 0 && strlen(package.purl) <= 60000)
		abort();
	if (!bolt_purl_make(arena, &package, &os))
		abort();
	return 0;
}
