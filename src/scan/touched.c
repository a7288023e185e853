#include "scan/touched.h"

#include <errno.h>
#include <stdlib.h>

#include "scan/record.h"

enum { ROOM_FIRST = 4096 };

static struct bolt_touched_key *slot_of(const struct bolt_touched *touched, uint64_t key)
{
	for (size_t at = (size_t) key;; at++) { /* keys are hashes */
		struct bolt_touched_key *slot = &touched->slots[at & (touched->room - 1)];

		if (slot->generation == 0 || slot->key == key)
			return slot;
	}
}

static int grow(struct bolt_touched *touched)
{
	struct bolt_touched larger = { .len = touched->len, .room = touched->room ? touched->room * 2 : ROOM_FIRST };

	larger.slots = calloc(larger.room, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < touched->room; i++) {
		if (touched->slots[i].generation)
			*slot_of(&larger, touched->slots[i].key) = touched->slots[i];
	}
	free(touched->slots);
	*touched = larger;
	return 0;
}

static int add(void *context, const struct bolt_change *change)
{
	struct bolt_touched *touched = context;
	uint64_t key = change->name ? bolt_key_of_name(change->name)
				    : bolt_key_of_package(change->ecosystem, change->package, change->binary);

	if (touched->len * 2 >= touched->room && grow(touched) < 0)
		return -ENOMEM;
	struct bolt_touched_key *slot = slot_of(touched, key);
	if (slot->generation == 0) { /* the newest comes first */
		*slot = (struct bolt_touched_key){ key, change->generation };
		touched->len++;
	}
	return 0;
}

int bolt_touched_collect(struct bolt_database *database, uint64_t generation, struct bolt_touched *touched)
{
	return bolt_database_each_change(database, generation, add, touched);
}

void bolt_touched_done(struct bolt_touched *touched)
{
	free(touched->slots);
	*touched = (struct bolt_touched){ .slots = NULL };
}

uint64_t bolt_touched_at(const struct bolt_touched *touched, uint64_t key)
{
	return touched->room > 0 ? slot_of(touched, key)->generation : 0;
}
