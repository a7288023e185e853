/* Every regular file of a subject, with the package that owns it and whether later layers leave it in sight: made from the layers'
 * indexes when somebody asks, in memory of about 16 bytes a path. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/macros.h"
#include "inventory/file_index.h"
#include "inventory/merge.h"
#include "model/report.h"

/* What a report's `files` points to. */
struct bolt_file_index {
	const struct bolt_part *parts; /* borrowed */
	size_t parts_len;
	bool layered; /* part i is layer i */
};

struct bolt_file_entry {
	const struct bolt_file_record *record; /* regular files and hard links; of the latter, size and hash of the file it names,
						  where that is in the same layer or below */
	int layer;                             /* -1: the subject has none */
	bool live;                             /* seen in the finished image */
	const char *owner;                     /* purl of the package that installed it, or NULL */
};

/* Calls `each` in order, lowest layer first; a negative return ends the walk and is returned. 0 | -ENOMEM | what `each` returned.
 */
BOLT_MUST_CHECK int bolt_file_view(const struct bolt_report *report, const struct bolt_file_index *index,
				   int (*each)(void *context, const struct bolt_file_entry *entry), void *context);
