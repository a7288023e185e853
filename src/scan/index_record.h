/* One record into the file index of a layer or tree, and a warning when the index takes no more. */
#pragma once

#include <stdbool.h>

#include "core/macros.h"
#include "inventory/merge.h"

/* *told: whether that was said of this part already. 0 (also when the index is full) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_index_record(const struct bolt_part *part, bool *told, const struct bolt_file_record *record);
