#include "core/hash64.h"

#include <stdlib.h>
#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static uint64_t seed;

__attribute__((constructor)) static void draw_seed(void)
{
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		abort(); /* Linux gives 8 bytes whole or is older than 3.17 */
}

uint64_t bolt_hash64(const void *bytes, size_t n)
{
	return XXH3_64bits_withSeed(bytes, n, seed);
}

uint64_t bolt_hash64_after(uint64_t before, const void *bytes, size_t n)
{
	return XXH3_64bits_withSeed(bytes, n, before ^ seed);
}
