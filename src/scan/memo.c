#include "scan/memo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/ecosystem.h"
#include "core/arena.h"
#include "core/hash64.h"
#include "scan/record.h"

enum { ROOM = 1 << 17 }; /* slots: never more than half of them used */

struct slot {
	struct bolt_memo_key key;
	const struct bolt_told *told; /* NULL: free */
	size_t len;
};

struct key_slot {
	struct bolt_memo_key key;
	uint64_t keys[BOLT_PROBES_MOST];
	uint8_t len;
	bool used;
};

struct bolt_memo {
	struct bolt_arena *arena;
	struct slot *slots;
	struct key_slot *keys; /* a newer package takes the place of an older one */
	size_t used, bytes, max_bytes;
};

struct bolt_memo *bolt_memo_new(size_t max_bytes)
{
	struct bolt_memo *memo = calloc(1, sizeof(*memo));

	if (!memo)
		return NULL;
	memo->max_bytes = max_bytes;
	memo->arena = bolt_arena_new(SIZE_MAX / 2);
	memo->slots = calloc(ROOM, sizeof(*memo->slots));
	memo->keys = calloc(ROOM, sizeof(*memo->keys));
	if (!memo->arena || !memo->slots || !memo->keys) {
		bolt_memo_free(memo);
		return NULL;
	}
	return memo;
}

void bolt_memo_free(struct bolt_memo *memo)
{
	if (!memo)
		return;
	bolt_arena_free(memo->arena);
	free(memo->slots);
	free(memo->keys);
	free(memo);
}

static struct bolt_memo_key after(struct bolt_memo_key before, const void *bytes, size_t n)
{
	return (struct bolt_memo_key){ bolt_hash64_after(before.low, bytes, n), bolt_hash64_after(before.high, bytes, n) };
}

struct bolt_memo_key bolt_memo_key_of(const struct bolt_package *p, const struct bolt_os *os)
{
	const char *const texts[] = { os->id,  os->version_id, os->version_codename, os->variant_id,    os->id_like,   p->type,
				      p->name, p->version,     p->source_name,       p->source_version, p->modularity, p->owner,
				      p->purl, p->arch };
	struct bolt_memo_key key = { 1, 2 };
	char all[1024];
	size_t used = 0;

	for (size_t i = 0; i < BOLT_ARRAY_LEN(texts); i++) {
		const char *text = texts[i] ? texts[i] : "";
		size_t len = strlen(text) + 1;

		if (len > sizeof(all) - used) { /* hashed so far; what follows is hashed after it */
			key = after(key, all, used);
			used = 0;
		}
		if (len > sizeof(all)) {
			key = after(key, text, len);
			continue;
		}
		memcpy(all + used, text, len);
		used += len;
	}
	return after(key, all, used);
}

size_t bolt_memo_keys(struct bolt_memo *memo, struct bolt_memo_key key, const struct bolt_package *package,
		      const struct bolt_os *os, uint64_t *keys)
{
	struct key_slot *slot = &memo->keys[key.low & (ROOM - 1)];

	if (!slot->used || slot->key.low != key.low || slot->key.high != key.high) {
		slot->len = (uint8_t) bolt_keys_of_package(package, os, slot->keys);
		slot->key = key;
		slot->used = true;
	}
	memcpy(keys, slot->keys, slot->len * sizeof(*keys));
	return slot->len;
}

static struct slot *slot_of(const struct bolt_memo *memo, struct bolt_memo_key key)
{
	for (size_t at = (size_t) key.low;; at++) {
		struct slot *slot = &memo->slots[at & (ROOM - 1)];

		if (!slot->told || (slot->key.low == key.low && slot->key.high == key.high))
			return slot;
	}
}

bool bolt_memo_find(const struct bolt_memo *memo, struct bolt_memo_key key, const struct bolt_told **ret_told, size_t *ret_len)
{
	const struct slot *slot = slot_of(memo, key);

	if (!slot->told)
		return false;
	*ret_told = slot->told;
	*ret_len = slot->len;
	return true;
}

/* Roughly: what its texts and lists take. */
static size_t bytes_of(const struct bolt_told *told)
{
	size_t n = sizeof(*told) + strlen(told->id) + 1 + (told->fixed_version ? strlen(told->fixed_version) + 1 : 0);

	for (size_t i = 0; i < told->aliases.len; i++)
		n += strlen(told->aliases.items[i]) + 1 + 2 * sizeof(char *);
	return n;
}

int bolt_memo_add(struct bolt_memo *memo, struct bolt_memo_key key, const struct bolt_told *told, size_t len)
{
	struct slot *slot = slot_of(memo, key);
	struct bolt_told *copies;
	int r = 0;

	if (slot->told || memo->used >= ROOM / 2)
		return 0;
	copies = bolt_arena_alloc(memo->arena, (len + 1) * sizeof(*copies));
	if (!copies)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < len; i++) {
		r = bolt_told_copy(memo->arena, &told[i], &copies[i]);
		memo->bytes += bytes_of(&told[i]);
	}
	if (r < 0)
		return r;
	*slot = (struct slot){ key, copies, len };
	memo->used++;
	return 0;
}

int bolt_memo_trim(struct bolt_memo *memo)
{
	if (memo->bytes <= memo->max_bytes && memo->used < ROOM / 2)
		return 0;
	bolt_arena_free(memo->arena);
	memo->arena = bolt_arena_new(SIZE_MAX / 2);
	memset(memo->slots, 0, ROOM * sizeof(*memo->slots));
	memo->used = memo->bytes = 0;
	return memo->arena ? 0 : -ENOMEM;
}
