/* Language packages that came with a package of the distribution: python3-yaml brings PyYAML. What the distribution patches, it
 * judges; so they are judged with the package that brought them. */
#pragma once

#include "core/macros.h"
#include "inventory/merge.h"

/* Fills `owner` of the report's packages that are no deb, apk or rpm and all of whose records are files of such packages: one that
 * was also installed in another way is nobody's but its own. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_distribution_owners_fill(struct bolt_report *report, const struct bolt_part *parts, size_t parts_len);
