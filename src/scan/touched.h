/* What advisories touched lately, by the keys that stored images are found by. */
#pragma once

#include <stdint.h>

#include "advisory/database.h"
#include "core/macros.h"

struct bolt_touched {
	struct bolt_touched_key {
		uint64_t key, generation; /* the last that touched it; 0: a free slot */
	} * slots;
	size_t len, room; /* room: a power of two, or 0 */
};

/* All that changed after `generation`. 0 | -ESTALE (no longer known) | -EBADMSG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_touched_collect(struct bolt_database *database, uint64_t generation, struct bolt_touched *touched);
void bolt_touched_done(struct bolt_touched *touched);

/* The last generation that touched it, or 0. */
uint64_t bolt_touched_at(const struct bolt_touched *touched, uint64_t key);
