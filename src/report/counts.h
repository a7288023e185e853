/* How many packages of each type. */
#pragma once

#include <stddef.h>

#include "core/macros.h"
#include "model/report.h"

struct bolt_type_count {
	const char *type; /* borrowed from the report */
	size_t count;
};

/* Sorted by type; caller frees *ret_counts. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_count_types(const struct bolt_report *report, struct bolt_type_count **ret_counts, size_t *ret_len);
