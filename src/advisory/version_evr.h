/* Private to version_*.c: "[epoch:]version[-release]", as dpkg, rpm and pacman take it apart: an epoch is digits before a colon,
 * the release what follows the last hyphen. */
#pragma once

#include <stdbool.h>
#include <string.h>

#include "advisory/version_parts.h"

struct bolt_evr {
	struct bolt_cursor epoch, version, release; /* in the text; empty where there is none */
	bool has_epoch, has_release;
};
struct bolt_evr bolt_evr_split(const char *text);

/* By epoch, then version and release as the scheme does it. A missing epoch is 0, a missing release before every
 * release. */
int bolt_evr_compare(const struct bolt_evr *a, const struct bolt_evr *b,
		     int (*compare_parts)(struct bolt_cursor a, struct bolt_cursor b));

/* Are all bytes ASCII letters, digits, or in `others`? */
bool bolt_only_alnum_and(struct bolt_cursor c, const char *others);
