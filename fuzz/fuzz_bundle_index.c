/* The index of published bundles, and the small texts that say where a feed's file is. Aborts when a name in an index could lead
 * out of its directory, or a resolved address away from its server. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/bundle_index.h"
#include "advisory/update_resolve.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must_be(bool promise)
{
	if (!promise)
		abort();
}

static void check_file(const struct bolt_index_file *file)
{
	must_be(file->file[0] && file->file[0] != '.' && !strchr(file->file, '/') && !strchr(file->file, '%'));
	must_be(strlen(file->sha256) == 64 && file->bytes > 0);
}

static void check_index(const uint8_t *bytes, size_t n)
{
	struct bolt_bundle_index *index = calloc(1, sizeof(*index));
	struct bolt_err err = { .msg = "" };

	if (!index)
		return;
	int r = bolt_bundle_index_read(bolt_cursor(bytes, n), index, &err);
	must_be(r == 0 || r == -ENOMEM || (r == -EBADMSG && err.msg[0]));
	if (r == 0) {
		check_file(&index->full);
		must_be(index->generation > 0 && index->mark > 0 && index->differences_len <= BOLT_INDEX_DIFFERENCES_MAX);
		for (size_t i = 0; i < index->differences_len; i++) {
			check_file(&index->differences[i]);
			must_be(index->differences[i].from < index->generation);
		}
	}
	free(index);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const char base[] = "https://feeds.example/a/", repository[] = "https://feeds.example/a/repodata/repomd.xml";
	int (*const resolvers[])(struct bolt_cursor, const char *, struct bolt_arena *,
				 const char **) = { bolt_resolve_file_name, bolt_resolve_first_mirror, bolt_resolve_updateinfo };
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(1u << 20);

	check_index(bytes, n);
	for (size_t i = 0; arena && i < BOLT_ARRAY_LEN(resolvers); i++) {
		const char *url = NULL;

		if (resolvers[i](bolt_cursor(bytes, n), repository, arena, &url) < 0) {
			must_be(!url);
			continue;
		}
		must_be(strncmp(url, base, strlen("https://feeds.example")) == 0 && !strstr(url, ".."));
		must_be(url[strlen("https://feeds.example")] == '/' || url[strlen("https://feeds.example")] == ':');
	}
	return 0;
}
