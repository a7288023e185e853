/* What one layer says about paths, in the order it says it: every regular file with its hash, and what the squashed view needs of
 * the rest. About 12 bytes for an empty file, 50 for another: names share their start with the one before, as archives are
 * written directory by directory. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/budget.h"
#include "core/err.h"
#include "core/macros.h"

enum bolt_file_kind {
	BOLT_FILE_REGULAR = 0,
	BOLT_FILE_HARDLINK, /* `link` is the normalised path of the file it is another name of */
	BOLT_FILE_SYMLINK,
	BOLT_FILE_DIRECTORY,
	BOLT_FILE_OTHER,    /* device, fifo */
	BOLT_FILE_WHITEOUT, /* the path does not exist any more in this layer and above */
	BOLT_FILE_OPAQUE,   /* nothing that lower layers have under this directory is seen any more */
};

struct bolt_file_record {
	enum bolt_file_kind kind;
	const char *path; /* normalised, NUL-terminated, bytes */
	size_t path_len;
	uint32_t mode;
	uint64_t size;
	bool has_sha256; /* false for a regular file: too large a sparse file to hash; never for an empty one */
	uint8_t sha256[32];
	const char *link; /* hard links only, else "" */
};

struct bolt_layer_files;

/* The budget (borrowed, may be NULL) is drawn from as the index grows and given back when it is freed. NULL: out of memory. */
struct bolt_layer_files *bolt_layer_files_new(struct bolt_budget *budget);
void bolt_layer_files_free(struct bolt_layer_files *files);
BOLT_DEFINE_CLEANUP(struct bolt_layer_files *, bolt_layer_files_free)

/* 0 | -E2BIG (the budget is used up: nothing is added from now on) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_layer_files_add(struct bolt_layer_files *files, const struct bolt_file_record *record);

/* How many records were added. */
uint64_t bolt_layer_files_count(const struct bolt_layer_files *files);

struct bolt_file_cursor {
	const struct bolt_layer_files *files;
	size_t chunk, at;
	uint64_t ordinal; /* of the record last returned, from 0 */
	bool started;
	char path[4096 + 1], link[4096 + 1];
};

/* Walks the records in order: bolt_file_next says false after the last. The record's texts are the cursor's, until the next call.
 */
void bolt_file_first(const struct bolt_layer_files *files, struct bolt_file_cursor *cursor);
bool bolt_file_next(struct bolt_file_cursor *cursor, struct bolt_file_record *ret_record);
