/* For tests of catalogers: runs one row of the table over bytes and shows what the sink then holds. */
#pragma once

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inventory/cataloger.h"
#include "inventory/path_set.h"
#include "inventory/sink_private.h"

struct run {
	struct bolt_sink *sink;
	struct bolt_err err;
	int r;
};

static inline struct run run_row(const char *row_name, const char *path, const void *bytes, size_t n)
{
	const struct bolt_cataloger *row = bolt_cataloger_named(row_name);
	struct run run = { .sink = bolt_sink_new(0, 64 << 20), .err = { .msg = "" } };
	uint8_t *exact = malloc(n ? n : 1); /* its own allocation, so that a sanitizer sees a read past the end */

	assert_non_null(row);
	assert_non_null(run.sink);
	assert_non_null(exact);
	if (n > 0)
		memcpy(exact, bytes, n);
	assert_int_equal(bolt_sink_begin(run.sink, row, path), 0);
	struct bolt_catalog_file file = { .path = path, .size = n, .mode = 0644, .data = bolt_cursor(exact, n) };
	run.r = row->parse(&file, run.sink, &run.err);
	free(exact);
	return run;
}

static inline struct run run_text(const char *row_name, const char *path, const char *text)
{
	return run_row(row_name, path, text, strlen(text));
}

static inline void run_done(struct run *run)
{
	bolt_sink_free(run->sink);
}

/* "name version arch source source_version modularity|licence,licence", "-" for what is not there, a line a package; the caller
 * frees it. */
static inline char *found_text(const struct run *run)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	for (size_t i = 0; i < run->sink->found_len; i++) {
		const struct bolt_found *f = &run->sink->found[i];
		const char *fields[] = { f->name, f->version, f->arch, f->source_name, f->source_version, f->modularity };

		for (size_t k = 0; k < BOLT_ARRAY_LEN(fields); k++)
			(void) fprintf(out, "%s%s", k ? " " : "", fields[k] && *fields[k] ? fields[k] : "-");
		for (size_t k = 0; k < f->licenses.len; k++)
			(void) fprintf(out, "%c%s", k ? ',' : '|', f->licenses.items[k]);
		(void) fprintf(out, "\n");
	}
	(void) fclose(out);
	return text;
}

static inline void assert_found(const struct run *run, const char *want)
{
	char *text = found_text(run);

	assert_string_equal(text, want);
	free(text);
}

/* Who installed the file at the normalised path, or NULL. */
static inline const char *owner_of(const struct run *run, const char *path)
{
	uint64_t hash = path_hash(path, strlen(path));

	for (size_t i = 0; i < run->sink->owned_len; i++) {
		if (run->sink->owned[i].path_hash == hash)
			return run->sink->owners[run->sink->owned[i].owner].name;
	}
	return NULL;
}

static inline void assert_says(const struct run *run, const char *part)
{
	if (!strstr(run->err.msg, part))
		fail_msg("'%s' does not say '%s'", run->err.msg, part);
}
