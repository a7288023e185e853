/* Which number the record of an id in a part has: all records of the database, 12 bytes each, looked up by a keyed hash and then
 * compared in the database. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/macros.h"

enum { BOLT_SLOT_FREE = 0, BOLT_SLOT_GONE, BOLT_SLOT_USED };

struct bolt_slot {
	uint32_t tag, number;
	uint16_t part;
	uint8_t state;
	bool seen; /* came again in the part that is being read */
};

struct bolt_index {
	struct bolt_slot *slots;
	size_t mask, used; /* one less than the number of slots; those not FREE */
};

uint64_t bolt_index_hash(uint16_t part, const char *id);

/* 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_index_add(struct bolt_index *index, uint64_t hash, uint16_t part, uint32_t number);
/* The next slot that may be the one; *at must be 0 at first. NULL: no more. */
struct bolt_slot *bolt_index_next(struct bolt_index *index, uint64_t hash, uint16_t part, size_t *at);
void bolt_index_done(struct bolt_index *index);
