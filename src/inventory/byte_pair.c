#include "inventory/byte_pair.h"

#include <stdbool.h>
#include <string.h>

/* Portable vectors (gcc and clang): one SSE2 register on x86-64, NEON on arm64, plain words elsewhere. */
typedef uint8_t lanes __attribute__((vector_size(16)));

static bool is_match(const uint8_t *p, const struct bolt_byte_pair *pair)
{
	uint8_t second = p[pair->distance];

	return p[0] == pair->first &&
	       (second == pair->second[0] || second == pair->second[1] || second == pair->second[2] || second == pair->second[3]);
}

static lanes load(const uint8_t *p)
{
	lanes v;

	memcpy(&v, p, sizeof(v));
	return v;
}

size_t bolt_find_pair(const uint8_t *p, size_t n, size_t from, size_t end, const struct bolt_byte_pair *pair)
{
	lanes first = pair->first - (lanes){ 0 }, second[4];
	size_t i = from;

	for (int k = 0; k < 4; k++)
		second[k] = pair->second[k] - (lanes){ 0 };
	if (n < pair->distance)
		return SIZE_MAX;
	if (end > n - pair->distance)
		end = n - pair->distance;
	for (; i + 2 * sizeof(lanes) <= end; i += 2 * sizeof(lanes)) {
		lanes a = load(p + i + pair->distance), b = load(p + i + sizeof(lanes) + pair->distance);
		lanes hit = (lanes) (load(p + i) == first) &
			    (lanes) ((a == second[0]) | (a == second[1]) | (a == second[2]) | (a == second[3]));
		hit |= (lanes) (load(p + i + sizeof(lanes)) == first) &
		       (lanes) ((b == second[0]) | (b == second[1]) | (b == second[2]) | (b == second[3]));
		uint64_t words[2];
		memcpy(words, &hit, sizeof(words));
		if ((words[0] | words[1]) == 0)
			continue;
		for (size_t k = i; k < i + 2 * sizeof(lanes); k++) {
			if (is_match(p + k, pair))
				return k;
		}
	}
	for (; i < end; i++) {
		if (is_match(p + i, pair))
			return i;
	}
	return SIZE_MAX;
}
