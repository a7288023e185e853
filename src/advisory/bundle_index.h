/* The index of published bundles, boltseal-advisories.json:
 * {"format": 1, "generation", "mark", "full": {file, sha256, bytes}, "differences": [{from, mark, to, file, sha256, bytes} ...]} */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"
#include "core/out.h"

struct bolt_index_file {
	uint64_t from, from_mark; /* 0: the full one */
	char file[128];           /* a name without any '/' */
	char sha256[65];
	uint64_t bytes;
};

enum { BOLT_INDEX_DIFFERENCES_MAX = 256 };

struct bolt_bundle_index {
	uint64_t generation, mark;
	struct bolt_index_file full;
	struct bolt_index_file differences[BOLT_INDEX_DIFFERENCES_MAX]; /* newest `from` first */
	size_t differences_len;
};

/* 0 | -EBADMSG (not such an index). */
BOLT_MUST_CHECK int bolt_bundle_index_read(struct bolt_cursor json, struct bolt_bundle_index *ret_index, struct bolt_err *err);
void bolt_bundle_index_write(const struct bolt_bundle_index *index, struct bolt_out *out);
