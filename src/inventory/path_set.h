/* A set of path hashes with two marks each. 64 keyed bits stand for a path; two of them are the marks. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/macros.h"

enum { PATH_TAKEN = 1, PATH_HIDES = 2 };

struct path_set {
	uint64_t *slots; /* open addressing, 0 is empty */
	size_t used, room;
};

/* Of a normalised path: each component's hash goes on from its parent's, so that a path's and all its ancestors' take one walk. */
uint64_t path_hash(const char *path, size_t len);

/* The same component by component: from the start, bolt_hash64_after each, and finished. */
uint64_t path_hash_start(void);
static inline uint64_t path_hash_finish(uint64_t hash)
{
	return hash | 4; /* never empty, whatever the marks */
}

enum { PATH_PARTS_MOST = 2049 }; /* components of the longest path, and the root */

/* Hashes of the root (""), every ancestor, and the path itself, in that order. Returns how many. */
size_t path_hashes(const char *path, size_t len, uint64_t ret_hashes[PATH_PARTS_MOST]);

/* The marks, 0 when the path is not in the set. */
unsigned path_set_get(const struct path_set *set, uint64_t hash);

/* Adds marks; ret_before (may be NULL) gets those it had. 0 | -ENOMEM. */
BOLT_MUST_CHECK int path_set_add(struct path_set *set, uint64_t hash, unsigned marks, unsigned *ret_before);

void path_set_done(struct path_set *set);
