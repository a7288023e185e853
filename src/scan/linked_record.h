/* Package records behind links are found under the file's other name; where no cataloger knows that one, it is told. */
#pragma once

#include "inventory/sink.h"

enum bolt_link_kind { BOLT_LINK_SYMBOLIC, BOLT_LINK_HARD };

/* Says that the record at `path` (normalised), a link to `target`, was not read. */
void bolt_warn_linked_record(struct bolt_sink *sink, const char *path, enum bolt_link_kind kind, const char *target);

/* `path` is a symbolic link whose text is `link`: says so if a record, or a directory that records are looked for in, is behind it
 * under a name that no cataloger knows. Resolved by its text alone: other links on the way are not followed. */
void bolt_judge_symlink(struct bolt_sink *sink, const char *path, const char *link, unsigned where_mask);
