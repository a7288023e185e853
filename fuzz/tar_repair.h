/* A fuzzer's changes to a tar header spoil its checksum, and then nothing behind it is reached. */
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A copy (the caller frees it; NULL: out of memory) in which every block that has a header's magic has its checksum too. */
static inline uint8_t *tar_repaired(const uint8_t *bytes, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	if (copy && n > 0)
		memcpy(copy, bytes, n);
	for (size_t at = 0; copy && at + 512 <= n; at += 512) {
		unsigned sum = 0;

		if (memcmp(copy + at + 257, "ustar", 5) != 0)
			continue;
		memset(copy + at + 148, ' ', 8);
		for (size_t i = 0; i < 512; i++)
			sum += copy[at + i];
		(void) snprintf((char *) copy + at + 148, 8, "%06o", sum);
	}
	return copy;
}
