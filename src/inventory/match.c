#include "inventory/match.h"

#include <stdbool.h>
#include <string.h>

#include "core/text.h"

/* Almost every file matches no row: comparing what follows a pattern's last star with the path's end tells so in a few ns. */
static bool tail_matches(const char *glob, const char *path, size_t path_len)
{
	size_t glob_len = strlen(glob), tail = 0;

	while (tail < glob_len && glob[glob_len - 1 - tail] != '*' && glob[glob_len - 1 - tail] != '?')
		tail++;
	if (bolt_starts_with(glob, "**/") && tail == glob_len - 2)
		tail--; /* the slash belongs to the stars, which may stand for nothing */
	return path_len >= tail && memcmp(path + path_len - tail, glob + glob_len - tail, tail) == 0;
}

static bool row_matches(const struct bolt_cataloger *row, const char *path, size_t len)
{
	for (size_t i = 0; row->patterns && row->patterns[i]; i++) {
		const char *glob = row->patterns[i];

		if (len > 0 && glob[strlen(glob) - 1] != path[len - 1] && glob[strlen(glob) - 1] != '*')
			continue;
		if (tail_matches(glob, path, len) && bolt_glob_match(glob, path))
			return true;
	}
	return false;
}

size_t bolt_match_path(const char *path, unsigned where_mask, const struct bolt_cataloger *ret_rows[BOLT_MATCH_MOST])
{
	size_t n = 0, len = strlen(path);

	for (size_t i = 0; i < bolt_catalogers_len && n < BOLT_MATCH_MOST; i++) {
		if ((bolt_catalogers[i]->where & where_mask) && row_matches(bolt_catalogers[i], path, len))
			ret_rows[n++] = bolt_catalogers[i];
	}
	return n;
}

const struct bolt_cataloger *bolt_match_magic(const void *bytes, size_t len, unsigned where_mask)
{
	for (size_t i = 0; i < bolt_catalogers_len; i++) {
		const struct bolt_cataloger *row = bolt_catalogers[i];

		if (row->magic && (row->where & where_mask) && len >= row->magic_len &&
		    memcmp(bytes, row->magic, row->magic_len) == 0)
			return row;
	}
	return NULL;
}
