/* run_row.h for rows that read a stream: the bytes arrive in blocks of a chosen length, and the file may claim any size. */
#pragma once

#include "run_row.h"

static inline struct run run_stream(const char *row_name, const char *path, struct bolt_cursor bytes, size_t block_len,
				    uint64_t size)
{
	const struct bolt_cataloger *row = bolt_cataloger_named(row_name);
	struct run run = { .sink = bolt_sink_new(0, 64 << 20), .err = { .msg = "" } };
	uint8_t *exact = malloc(bytes.left ? bytes.left : 1); /* its own allocation, so that a sanitizer sees a read past the end */

	assert_non_null(row);
	assert_non_null(run.sink);
	assert_non_null(exact);
	if (bytes.left > 0)
		memcpy(exact, bytes.p, bytes.left);
	struct bolt_reader *content = bolt_reader_memory(exact, bytes.left, block_len);
	assert_non_null(content);
	assert_int_equal(bolt_sink_begin(run.sink, row, path), 0);
	char *lent = strdup(path); /* the path is only lent: it is gone when the records are looked at */
	assert_non_null(lent);
	struct bolt_catalog_file file = { .path = lent, .size = size, .mode = 0755, .content = content };
	run.r = row->stream(&file, run.sink, &run.err);
	bolt_reader_close(content);
	memset(lent, '!', strlen(lent));
	free(lent);
	free(exact);
	return run;
}

/* "name version" a line, then "@location" where it is not the file itself, in the order of finding; the caller frees it. */
static inline char *names_text(const struct run *run)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	for (size_t i = 0; i < run->sink->found_len; i++) {
		const struct bolt_found *f = &run->sink->found[i];
		bool inside = strcmp(f->location, f->file) != 0;

		(void) fprintf(out, "%s %s%s%s\n", f->name, f->version, inside ? " @" : "", inside ? f->location : "");
	}
	(void) fclose(out);
	return text;
}

static inline void assert_names(const struct run *run, const char *want)
{
	char *text = names_text(run);

	assert_string_equal(text, want);
	free(text);
}

static inline void assert_warned(const struct run *run, const char *code, const char *part)
{
	for (size_t i = 0; i < run->sink->warnings_len; i++) {
		if (strcmp(run->sink->warnings[i].code, code) == 0 && strstr(run->sink->warnings[i].message, part))
			return;
	}
	fail_msg("no warning %s with '%s' among %zu", code, part, run->sink->warnings_len);
}
