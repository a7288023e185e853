/* What a bundle since a generation has to carry: records as they are now, ids that are gone, scores. Texts point into the map. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advisory/bundle_scores.h"
#include "advisory/database_private.h"

struct bolt_bundle_record {
	const char *id;
	uint32_t number;
	uint16_t part;
	bool gone; /* number is 0 */
};

struct bolt_bundle_content {
	struct bolt_bundle_record *records; /* sorted by part number, then id */
	size_t records_len, records_room;
	struct bolt_rescore *scores; /* sorted by CVE */
	size_t scores_len, scores_room;
};

/* since 0: everything. 0 | -EBADMSG (damaged) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_bundle_content_find(struct bolt_database *database, uint64_t since,
					     struct bolt_bundle_content *ret_content, struct bolt_err *err);
void bolt_bundle_content_done(struct bolt_bundle_content *content);
