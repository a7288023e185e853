/* Why the database says what it says: for `boltseal db explain`. Plain text; names and versions come from publishers and are
 * cleaned of what could steer a terminal. */
#pragma once

#include "advisory/database.h"
#include "core/err.h"
#include "core/macros.h"
#include "core/out.h"

/* Every record that has `id` as its name or alias, and what it says of which packages.
 * 0 | -ENOENT (nobody speaks of it) | -EBADMSG (the database is damaged) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_explain_id(struct bolt_database *database, const char *id, struct bolt_out *out, struct bolt_err *err);

/* What was asked about a package, given as a package URL; which vulnerabilities it has, by which records, ranges and comparisons;
 * who was overruled by whom; and which records do not count its version, and why. 0 | -EINVAL (not a package URL, or one without a
 * version) | -ENOENT (nobody publishes advisories for such packages) | -EBADMSG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_explain_package(struct bolt_database *database, const char *purl, struct bolt_out *out,
					 struct bolt_err *err);
