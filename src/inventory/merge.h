/* From what catalogers found in each layer to what the image holds: packages with the layer that brought them, those a later layer
 * took away again, the operating system, licences, warnings. */
#pragma once

#include <stddef.h>

#include "core/err.h"
#include "core/macros.h"
#include "inventory/file_index.h"
#include "inventory/sink.h"
#include "model/report.h"

struct bolt_part {
	struct bolt_sink *sink;
	struct bolt_layer_files *files;
};

/* `layered`: part i is layer i, lowest first, and later layers hide what earlier ones have. Otherwise the parts are one tree read
 * by several threads. Fills os, packages, removed_packages and appends warnings; texts move from the sinks' memory to the
 * report's (the sinks keep their ownership lists and can only be freed or used by bolt_file_view afterwards).
 * 0 | -ENOMEM | -E2BIG. */
BOLT_MUST_CHECK int bolt_merge(struct bolt_report *report, struct bolt_part *parts, size_t parts_len, bool layered,
			       struct bolt_err *err);
