#include "advisory/write_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash64.h"

enum { SLOTS_FIRST = 4096 };

uint64_t bolt_index_hash(uint16_t part, const char *id)
{
	return bolt_hash64_after(part, id, strlen(id));
}

/* Where a slot lies is found in the lower bits of its tag alone, so that the table can grow without the ids: more than 2^32 slots
 * there are never. */
static void place(struct bolt_index *index, struct bolt_slot slot)
{
	size_t at = slot.tag & index->mask;

	while (index->slots[at].state != BOLT_SLOT_FREE)
		at = (at + 1) & index->mask;
	index->slots[at] = slot;
}

static int make_room(struct bolt_index *index)
{
	struct bolt_index larger = { .mask = index->slots ? index->mask * 2 + 1 : SLOTS_FIRST - 1 };

	if (index->slots && index->used < (index->mask + 1) / 4 * 3)
		return 0;
	larger.slots = calloc(larger.mask + 1, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (size_t i = 0; index->slots && i <= index->mask; i++) {
		if (index->slots[i].state == BOLT_SLOT_USED) {
			place(&larger, index->slots[i]);
			larger.used++;
		}
	}
	free(index->slots);
	*index = larger;
	return 0;
}

int bolt_index_add(struct bolt_index *index, uint64_t hash, uint16_t part, uint32_t number)
{
	int r = make_room(index);

	if (r < 0)
		return r;
	place(index, (struct bolt_slot){ .tag = (uint32_t) hash, .number = number, .part = part, .state = BOLT_SLOT_USED });
	index->used++;
	return 0;
}

struct bolt_slot *bolt_index_next(struct bolt_index *index, uint64_t hash, uint16_t part, size_t *at)
{
	while (index->slots && *at <= index->mask) {
		struct bolt_slot *slot = &index->slots[((uint32_t) hash + (*at)++) & index->mask];

		if (slot->state == BOLT_SLOT_FREE)
			return NULL;
		if (slot->state == BOLT_SLOT_USED && slot->tag == (uint32_t) hash && slot->part == part)
			return slot;
	}
	return NULL;
}

void bolt_index_done(struct bolt_index *index)
{
	free(index->slots);
	*index = (struct bolt_index){ .slots = NULL };
}
