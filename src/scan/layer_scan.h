/* One layer blob in one pass: digest, inflate, diff ID, tar, every file. Two threads: one reads and inflates ahead, the caller's
 * does the rest. */
#pragma once

#include <stdbool.h>

#include "core/budget.h"
#include "core/digest.h"
#include "core/err.h"
#include "core/macros.h"
#include "core/reader.h"
#include "inventory/merge.h"
#include "scan/progress.h"

struct bolt_scan_context {
	struct bolt_budget *budget;            /* of memory */
	struct bolt_budget *holes, *expansion; /* of all layers: BOLT_IMAGE_HOLES_MAX, BOLT_IMAGE_EXPANSION_MAX; trees have none */
	struct bolt_progress *progress;
	unsigned where_mask;
	bool strict;
	bool plan_only; /* layers are listed, not read */
};

struct bolt_layer_result {
	struct bolt_digest digest;  /* of the blob as stored */
	struct bolt_digest diff_id; /* of the plain tar */
	uint64_t size_bytes;        /* of the blob */
	struct bolt_part part;      /* what is in it */
	bool shared;                /* another result owns the part */
	int damage;                 /* 0, or why the layer could not be read to its end: then diff_id is not known */
	struct bolt_err damage_text;
};

/* Borrows the blob; the algorithms are those of the digest and the diff ID it will be held against. On success *ret_result is
 * filled and bolt_layer_result_done must be called on it; the whole blob was read, even if its content is damaged, so that `digest`
 * can be judged first. 0 | -ENOMEM | -EBADMSG (strict) | -EFBIG (the image is a bomb) | what the blob failed with. */
BOLT_MUST_CHECK int bolt_layer_scan(const struct bolt_scan_context *context, struct bolt_reader *blob,
				    enum bolt_digest_algorithm algorithm, enum bolt_digest_algorithm diff_algorithm,
				    struct bolt_layer_result *ret_result, struct bolt_err *err);
void bolt_layer_result_done(struct bolt_layer_result *result);
