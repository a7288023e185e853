/* What a product of a Red Hat CSAF document is: a package, its module and its release, followed from relationship to relationship.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advisory/csaf.h"
#include "core/arena.h"
#include "core/macros.h"
#include "model/purl_parts.h"

struct bolt_csaf_package {
	struct bolt_purl_parts purl; /* of a package, if it is `named` */
	bool named;
	const char *module;  /* "nodejs:16", or NULL */
	const char *release; /* digits of Red Hat Enterprise Linux's, in the tree's text */
	size_t release_len;  /* 0: of another product, or of an extended stream */
};

/* Texts live in the arena and the tree's. A product that the tree lacks is nothing. 0 | -ENOMEM (the arena is full). */
BOLT_MUST_CHECK int bolt_csaf_describe(const struct bolt_csaf_tree *tree, uint64_t id, struct bolt_arena *arena,
				       struct bolt_csaf_package *ret_package);

/* "1:2.3-4" as packages are written: version and release from the purl, which must have them, the epoch from its qualifier. NULL
 * when the arena is full. */
const char *bolt_csaf_evr(struct bolt_arena *arena, const struct bolt_csaf_package *package);
