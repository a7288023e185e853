/* Names of a layer that lead through a symbolic link of a lower one, such as lib/x over `lib -> usr/lib`. Runtimes differ: those
 * that unpack a layer by itself (Docker's and containerd's overlay drivers, the default) get a directory in the link's place, which
 * is what the squashed view has; those that unpack it over the lower ones (Docker's vfs, containerd's native) write through the
 * link. So it is told. */
#pragma once

#include <stdint.h>

#include "core/macros.h"
#include "inventory/merge.h"

struct bolt_lower_links;

/* NULL: out of memory. */
struct bolt_lower_links *bolt_lower_links_new(void);
void bolt_lower_links_free(struct bolt_lower_links *links);
BOLT_DEFINE_CLEANUP(struct bolt_lower_links *, bolt_lower_links_free)

/* Every record of every layer, lowest first. `hash` is path_hash of its path. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_lower_links_record(struct bolt_lower_links *links, int layer, const struct bolt_file_record *record,
					    uint64_t hash);

/* Then: appends a warning for each link and each layer that has such names. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_lower_links_warn(const struct bolt_lower_links *links, struct bolt_report *report,
					  const struct bolt_part *parts, size_t parts_len);
