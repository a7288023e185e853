/* Finding rare two-byte patterns in a lot of bytes, at memory speed: every byte of every program in an image passes here. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct bolt_byte_pair {
	uint8_t first;
	uint8_t distance;  /* of the second byte from the first, 1-15 */
	uint8_t second[4]; /* any of these; repeat one when there are fewer */
};

/* The first i in from..end-1 where p[i] is pair->first and p[i + distance] one of pair->second; SIZE_MAX when there is none.
 * p[0..n) is readable and end <= n; matches whose second byte lies beyond n are none. */
size_t bolt_find_pair(const uint8_t *p, size_t n, size_t from, size_t end, const struct bolt_byte_pair *pair);
