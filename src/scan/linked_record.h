/* Package records behind symbolic links are found at the link's target; one whose target no cataloger knows is told. */
#pragma once

#include "inventory/sink.h"

/* `path` (normalised) is a symbolic link whose text is `link`. Resolved by its text alone: other links on the way are not followed.
 */
void bolt_warn_linked_record(struct bolt_sink *sink, const char *path, const char *link, unsigned where_mask);
