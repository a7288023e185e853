#include "inventory/byte_pair.h"

#include <stdbool.h>
#include <string.h>

/* Portable vectors (gcc and clang): one AVX2 register where there are some, else two of SSE2 or NEON, else plain words. */
typedef uint8_t lanes __attribute__((vector_size(32)));

static bool is_match(const uint8_t *p, const struct bolt_byte_pair *pair)
{
	uint8_t second = p[pair->distance];

	return p[0] == pair->first &&
	       (second == pair->second[0] || second == pair->second[1] || second == pair->second[2] || second == pair->second[3]);
}

/* p[from..end) and `distance` bytes behind it are readable. */
static inline __attribute__((always_inline)) size_t find(const uint8_t *p, size_t from, size_t end,
							 const struct bolt_byte_pair *pair)
{
	lanes first = pair->first - (lanes){ 0 }, s0 = pair->second[0] - (lanes){ 0 }, s1 = pair->second[1] - (lanes){ 0 },
	      s2 = pair->second[2] - (lanes){ 0 }, s3 = pair->second[3] - (lanes){ 0 }, a, b;
	size_t i = from;

	for (; i + sizeof(lanes) <= end; i += sizeof(lanes)) {
		uint64_t words[4];

		memcpy(&a, p + i, sizeof(a));
		memcpy(&b, p + i + pair->distance, sizeof(b));
		a = (lanes) (a == first) & (lanes) ((b == s0) | (b == s1) | (b == s2) | (b == s3));
		memcpy(words, &a, sizeof(words));
		if (__builtin_expect((words[0] | words[1] | words[2] | words[3]) == 0, 1))
			continue;
		while (!is_match(p + i, pair))
			i++;
		return i;
	}
	for (; i < end; i++) {
		if (is_match(p + i, pair))
			return i;
	}
	return SIZE_MAX;
}

static size_t find_baseline(const uint8_t *p, size_t from, size_t end, const struct bolt_byte_pair *pair)
{
	return find(p, from, end, pair);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static size_t find_avx2(const uint8_t *p, size_t from, size_t end,
							const struct bolt_byte_pair *pair)
{
	return find(p, from, end, pair);
}
#endif

size_t bolt_find_pair(const uint8_t *p, size_t n, size_t from, size_t end, const struct bolt_byte_pair *pair)
{
	if (n < pair->distance)
		return SIZE_MAX;
	if (end > n - pair->distance)
		end = n - pair->distance;
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2"))
		return find_avx2(p, from, end, pair);
#endif
	return find_baseline(p, from, end, pair);
}
