/* Bringing advisories into the database: from files and directories, or from what was downloaded. Two processes, as in a scan: the
 * caller's, which opens files and waits, and one in a sandbox, which reads them and writes a new database beside the old one. When
 * it is whole and on the disk, the caller's renames it over the old one. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advisory/database_write.h"
#include "core/err.h"
#include "core/macros.h"

/* How far it is, in memory that both processes share. */
struct bolt_import_progress {
	uint64_t bytes_done, bytes_total; /* of the files as they are stored; read atomically */
	uint64_t records;
	char part[BOLT_PART_NAME]; /* that is being read; may change while it is looked at */
};

struct bolt_import_options {
	const char *database; /* path */
	bool allow_shrink;    /* a part may lose more than a third of its records */
	uint64_t memory_limit_bytes;
	int64_t now_unix;

	/* Called about ten times a second in the caller's process; may be NULL. */
	void (*tick)(void *context, const struct bolt_import_progress *progress);
	/* Something people should know and that is no failure ("waiting for another import"); may be NULL. */
	void (*note)(void *context, const char *text);
	void *context;
	const volatile int *cancelled; /* becomes non-zero (from a signal handler) to stop; may be NULL */
};

/* One thing to import. */
struct bolt_import_input {
	const char *path;               /* a file or a directory of files; also its name in messages when there is a descriptor */
	int fd;                         /* an open file to read from its beginning, borrowed; -1: open path */
	const char *part;               /* what part it is; NULL: found out by looking at it */
	struct bolt_part_source source; /* for files with a known part; sha256 and bytes are found out */
	/* No file: its publisher says that what is in the database is what there is. Only the source is noted; nothing, when the
	 * database has no such part. */
	bool unchanged;
};

struct bolt_import_result {
	struct bolt_part_result *parts; /* sorted by name */
	size_t parts_len;
	size_t files, passed_over; /* read; and in directories, of no feed we know */
	bool changed;              /* there is a new generation */
	uint64_t generation;
};
void bolt_import_result_done(struct bolt_import_result *result);

/* The importing process's memory, if nothing else is said: what the largest known feeds need, twice. */
#define BOLT_IMPORT_MEMORY_BYTES (UINT64_C(512) << 20)

/* Blocks until the new database is in place; waits for another import of the same database. Sets SIGCHLD to its default. On failure
 * the old database is what it was and nothing is left beside it. 0 (parts may have been refused: look at each) | -EINTR (cancelled)
 * | -ENOENT (no such input, or nothing in it that is a feed) | -EINVAL (a file named by itself that is no feed's) | -EBADMSG (the
 * old database is damaged) | -ENOSPC | -ENOMEM | other negative errno. err always says what, on what, why. */
BOLT_MUST_CHECK int bolt_import(const struct bolt_import_options *options, const char *const *paths, size_t paths_len,
				struct bolt_import_result *ret_result, struct bolt_err *err);
BOLT_MUST_CHECK int bolt_import_inputs(const struct bolt_import_options *options, const struct bolt_import_input *inputs,
				       size_t inputs_len, struct bolt_import_result *ret_result, struct bolt_err *err);
