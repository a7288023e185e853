#include "inventory/path_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash64.h"

#define MARKS UINT64_C(3)

uint64_t path_hash_start(void)
{
	return bolt_hash64("", 0);
}

size_t path_hashes(const char *path, size_t len, uint64_t ret_hashes[PATH_PARTS_MOST])
{
	uint64_t hash = path_hash_start();
	size_t n = 0;

	ret_hashes[n++] = path_hash_finish(hash);
	for (size_t at = 0; at < len && n < PATH_PARTS_MOST;) {
		const char *slash = memchr(path + at, '/', len - at);
		size_t end = slash ? (size_t) (slash - path) : len;

		hash = bolt_hash64_after(hash, path + at, end - at);
		ret_hashes[n++] = path_hash_finish(hash);
		at = end + 1;
	}
	return n;
}

uint64_t path_hash(const char *path, size_t len)
{
	uint64_t hash = path_hash_start();

	for (size_t at = 0; at < len;) {
		const char *slash = memchr(path + at, '/', len - at);
		size_t end = slash ? (size_t) (slash - path) : len;

		hash = bolt_hash64_after(hash, path + at, end - at);
		at = end + 1;
	}
	return path_hash_finish(hash);
}

static uint64_t *slot(const struct path_set *set, uint64_t hash)
{
	size_t at = (size_t) (hash >> 8) & (set->room - 1);

	while (set->slots[at] && (set->slots[at] & ~MARKS) != (hash & ~MARKS))
		at = (at + 1) & (set->room - 1);
	return &set->slots[at];
}

unsigned path_set_get(const struct path_set *set, uint64_t hash)
{
	return set->room ? (unsigned) (*slot(set, hash) & MARKS) : 0;
}

static int grow(struct path_set *set)
{
	struct path_set bigger = { .used = set->used, .room = set->room ? set->room * 2 : 1024 };

	bigger.slots = calloc(bigger.room, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < set->room; i++) {
		if (set->slots[i])
			*slot(&bigger, set->slots[i]) = set->slots[i];
	}
	free(set->slots);
	*set = bigger;
	return 0;
}

int path_set_add(struct path_set *set, uint64_t hash, unsigned marks, unsigned *ret_before)
{
	int r = set->used + set->used / 3 >= set->room ? grow(set) : 0;

	if (r < 0)
		return r;
	uint64_t *at = slot(set, hash);
	if (ret_before)
		*ret_before = (unsigned) (*at & MARKS);
	set->used += *at == 0;
	*at = (*at ? *at : hash & ~MARKS) | marks;
	return 0;
}

void path_set_done(struct path_set *set)
{
	free(set->slots);
	*set = (struct path_set){ .slots = NULL };
}
