/* Where a name of a layer leads. Container runtimes resolve the directories on the way to an entry inside the root when they unpack
 * it: after `a -> var/lib/dpkg`, an entry `a/status` is the file var/lib/dpkg/status. This remembers the symbolic links that the
 * layer has set so far; those of lower layers are inventory/lower_links.h. */
#pragma once

#include <stddef.h>

#include "core/budget.h"
#include "core/macros.h"

struct bolt_layer_links;

/* The budget (borrowed) is drawn from as links come. NULL: out of memory. */
struct bolt_layer_links *bolt_layer_links_new(struct bolt_budget *budget);
void bolt_layer_links_free(struct bolt_layer_links *links);
BOLT_DEFINE_CLEANUP(struct bolt_layer_links *, bolt_layer_links_free)

/* From now on `path` (normalised, resolved) is a link to `target` (as stored; copied). 0 | -E2BIG: BOLT_LAYER_LINKS_MAX or the
 * budget is used up, and this link is not known. */
BOLT_MUST_CHECK int bolt_layer_links_set(struct bolt_layer_links *links, const char *path, const char *target);

/* From now on `path` is something else, or nothing. */
void bolt_layer_links_end(struct bolt_layer_links *links, const char *path);

/* What the link at `path` leads to, or NULL: it is none. Borrowed until it is set or ended. */
const char *bolt_layer_links_target(const struct bolt_layer_links *links, const char *path);

/* Where a normalised path (BOLT_PATH_MAX bytes at most) leads: every component but the last is followed, never above the root.
 * 1: ret_path is filled, BOLT_PATH_MAX + 1 bytes of room; 0: nothing to follow; -ELOOP (more than BOLT_LINK_HOPS_MAX links),
 * -ENAMETOOLONG, -E2BIG (BOLT_LINK_STEPS_MAX in this layer). */
BOLT_MUST_CHECK int bolt_layer_links_resolve(struct bolt_layer_links *links, const char *path, char *ret_path);
