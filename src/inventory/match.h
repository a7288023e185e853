/* Which catalogers want a file, by its path. */
#pragma once

#include <stddef.h>

#include "inventory/cataloger.h"

enum { BOLT_MATCH_MOST = 4 };

/* Writes the rows (of those whose `where` is in the mask) that have a pattern for the path into ret_rows; returns how many, at most
 * BOLT_MATCH_MOST. */
size_t bolt_match_path(const char *path, unsigned where_mask, const struct bolt_cataloger *ret_rows[BOLT_MATCH_MOST]);

/* The row whose magic the bytes begin with, or NULL. */
const struct bolt_cataloger *bolt_match_magic(const void *bytes, size_t len, unsigned where_mask);
