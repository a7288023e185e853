/* When does a path of one layer stop being seen? Whiteouts, opaque directories, files over directories and the reverse, as
 * image-spec 1.1 layer.md and the overlay file system have it. Asked about the few paths that package records came from. */
#pragma once

#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"
#include "inventory/file_index.h"

struct bolt_squash;

enum { BOLT_SQUASH_STAYS = 0x7fffffff };

/* NULL: out of memory. */
struct bolt_squash *bolt_squash_new(void);
void bolt_squash_free(struct bolt_squash *squash);
BOLT_DEFINE_CLEANUP(struct bolt_squash *, bolt_squash_free)

/* First all paths that will be asked about. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_squash_watch(struct bolt_squash *squash, const char *path);

/* Then every layer once, lowest first. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_squash_layer(struct bolt_squash *squash, int layer, const struct bolt_layer_files *files);

/* The same record by record, for who walks a layer for other reasons too. `hash` is path_hash of its path. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_squash_record(struct bolt_squash *squash, int layer, const struct bolt_file_record *record, uint64_t hash,
				       uint64_t ordinal);

/* Then: the lowest layer above `layer` that hides or replaces what `layer` has at the (watched) path, or BOLT_SQUASH_STAYS. */
int bolt_squash_ends(const struct bolt_squash *squash, const char *path, int layer);

/* The ordinal of the last record for the path in that layer (a tar may hold a name twice: the last one counts), or
 * UINT64_MAX when the layer's index has none. */
uint64_t bolt_squash_last_ordinal(const struct bolt_squash *squash, const char *path, int layer);
