/* GNU sparse files in tar: the old GNU header form and the pax forms 0.0, 0.1 and 1.0 (GNU tar manual, "Storing Sparse Files").
 * Whatever the form, the outcome is a list of data fragments in a file of real_size bytes; the rest are zeros. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"

struct tar_fragment {
	uint64_t offset, len;
};

struct tar_sparse {
	uint64_t real_size, at;         /* at: how far it was read */
	struct tar_fragment *fragments; /* ascending, not overlapping, inside real_size */
	size_t len, room, current;
};

/* What pax records said, zeroed at first. The 0.x map comes as records; the 1.0 map stands before the data. */
struct tar_sparse_hints {
	bool has_size, has_real_size, has_map, has_count;
	char version[2]; /* major and minor digit; '?' is one that nobody knows, NUL not said */
	uint64_t size, real_size, count;
	struct tar_fragment *fragments;
	size_t len, room;
	bool half; /* an offset without its length yet */
};

/* Where more 512-byte blocks come from: 1 | 0 at the end | negative errno. */
struct tar_sparse_source {
	void *context;
	int (*take_block)(void *context, const uint8_t **ret_block, struct bolt_err *err);
};

BOLT_MUST_CHECK int tar_decimal(struct bolt_cursor text, uint64_t *ret_value); /* 0 | -EBADMSG */

/* One GNU.sparse.KEY record. 0 | -EBADMSG | -E2BIG | -ENOMEM. */
BOLT_MUST_CHECK int tar_sparse_pax(struct tar_sparse_hints *hints, struct bolt_cursor key, struct bolt_cursor value);
void tar_sparse_hints_clear(struct tar_sparse_hints *hints);

/* Make *sparse the current file. 1: it has holes, 0: it is not sparse (second form only), negative errno. What makes a file sparse
 * is what does for Go's archive/tar, which runtimes use: a known version, or a map. The second form takes the 1.0 map's blocks off
 * *stored_left; a file whose records name no size is as long as what is stored. */
BOLT_MUST_CHECK int tar_sparse_old_gnu(struct tar_sparse *sparse, const uint8_t *header, const struct tar_sparse_source *source,
				       struct bolt_err *err);
BOLT_MUST_CHECK int tar_sparse_from_hints(struct tar_sparse *sparse, struct tar_sparse_hints *hints,
					  const struct tar_sparse_source *source, uint64_t *stored_left, struct bolt_err *err);

/* At a hole: true, with a run of zeros at *ret_zeros (already counted as read). Otherwise false, and *ret_run says how many stored
 * bytes come next (0: end of file). */
bool tar_sparse_hole(struct tar_sparse *sparse, const uint8_t **ret_zeros, uint64_t *ret_run);
void tar_sparse_advance(struct tar_sparse *sparse, uint64_t n);
void tar_sparse_done(struct tar_sparse *sparse);
