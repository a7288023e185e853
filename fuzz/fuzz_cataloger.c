/* One row of the cataloger table (CATALOGER) over any bytes. Aborts when the row breaks cataloger.h's promises. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "inventory/cataloger.h"
#include "inventory/sink_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* A path that the row's first pattern matches: stars become "x". */
static void example_path(const struct bolt_cataloger *row, char *path, size_t room)
{
	const char *glob = row->patterns ? row->patterns[0] : "x";
	size_t used = 0;

	if (strncmp(glob, "**/", 3) == 0)
		glob += 3;
	for (; *glob && used + 1 < room; glob++)
		path[used++] = *glob == '*' || *glob == '?' ? 'x' : *glob;
	path[used] = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const struct bolt_cataloger *row = bolt_cataloger_named(CATALOGER);
	struct bolt_err err = { .msg = "" };
	char path[256];

	if (!row)
		abort();
	BOLT_CLEANUP(bolt_sink_freep) struct bolt_sink *sink = bolt_sink_new(0, 64 << 20);
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *content = bolt_reader_memory(bytes, n, 977);
	example_path(row, path, sizeof(path));
	if (!sink || !content || bolt_sink_begin(sink, row, path) < 0)
		return 0;

	struct bolt_catalog_file file = { .path = path, .size = n, .mode = 0755 };
	int r;
	if (row->parse) {
		file.data = bolt_cursor(bytes, n);
		r = row->parse(&file, sink, &err);
	} else {
		file.content = content;
		r = row->stream(&file, sink, &err);
	}
	if (r != 0 && r != -EBADMSG && r != -ENOMEM && r != -E2BIG)
		abort();
	if (r == -EBADMSG && !err.msg[0])
		abort();
	for (size_t i = 0; i < sink->found_len; i++) {
		if (!sink->found[i].name || !*sink->found[i].name || !sink->found[i].version || !sink->found[i].type)
			abort();
	}
	return 0;
}
