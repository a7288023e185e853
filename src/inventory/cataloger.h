/* One row a kind of package record. To add an ecosystem: write one file with one `const struct bolt_cataloger`, and name it in
 * catalogers.c (the table) and meson.build. Documentation, --list-catalogers, the fuzz targets and the test index come from the
 * row. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"
#include "core/reader.h"
#include "inventory/sink.h"

/* A regular file that matched a row's pattern. */
struct bolt_catalog_file {
	const char *path; /* normalised, no leading slash */
	uint64_t size;
	uint32_t mode;               /* permission bits */
	struct bolt_cursor data;     /* the whole content, for rows with `parse` */
	struct bolt_reader *content; /* the content as a stream, for rows with `stream`; need not be read to its end */
};

enum bolt_catalog_where {
	BOLT_CATALOG_INSTALLED = 1, /* says what is installed: read in images, root filesystems and source trees */
	BOLT_CATALOG_DECLARED = 2,  /* says what would be installed (lock files): read in source trees (dir:) only */
};

struct bolt_cataloger {
	const char *name;    /* "dpkg", kebab-case */
	const char *type;    /* purl type of what it finds; "" for rows that find none (os-release) */
	const char *summary; /* one clause for people: "Debian packages installed by dpkg" */
	enum bolt_catalog_where where;
	const char *const *patterns; /* NULL-terminated globs (core/text.h bolt_glob_match) */
	const char *magic;           /* or NULL; a row without patterns takes every file that begins so (magic_len bytes) */
	size_t magic_len;
	size_t max_bytes; /* bound on a `parse` row's file: larger ones cost a warning. 0 for `stream` rows */

	/* Exactly one of the two. They put what they find into the sink and return 0; -EBADMSG with err set when the file is
	 * damaged (what was found before the damage stays, a warning names file and reason); -ENOMEM; -E2BIG when a bound of the
	 * sink was met (its message in err). Anything a stranger can write into a file must end in one of these. No globals, no I/O
	 * but `content`: they run in parallel and under a fuzzer. */
	int (*parse)(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err);
	int (*stream)(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err);
};

/* The table, in the order of documentation. */
extern const struct bolt_cataloger *const bolt_catalogers[];
extern const size_t bolt_catalogers_len;

/* NULL when there is none of that name. */
const struct bolt_cataloger *bolt_cataloger_named(const char *name);
