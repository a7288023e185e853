/* When distributions stop publishing fixes for a release. */
#pragma once

#include "model/report.h"

struct bolt_end_of_life {
	const char *release; /* "debian 10" */
	const char *date;    /* YYYY-MM-DD: the last day of the longest support that costs nothing */
	const char *paid;    /* of what can be bought beyond that, or NULL */
};

/* NULL: not known, or not over on `today` (YYYY-MM-DD). Static. */
const struct bolt_end_of_life *bolt_end_of_life_of(const struct bolt_os *os, const char *today);
