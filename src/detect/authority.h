/* Who is believed about which ecosystem. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "advisory/database.h"
#include "advisory/ecosystem.h"
#include "core/err.h"
#include "core/macros.h"
#include "model/report.h"

/* 0: the ecosystem's first authority, 1: its second ...; where several may speak and none is above the other, all are 0. What the
 * better one says of a vulnerability hides what others say of it. */
unsigned bolt_authority_rank(const struct bolt_ecosystem *ecosystem, const char *part);

/* "debian" of "debian/tracker" and of "osv/Debian": whose severity it is. Static text, or part of `part`'s own. */
const char *bolt_authority_name(const struct bolt_ecosystem *ecosystem, const char *part);

/* Are there feeds in the database that speak of it? */
bool bolt_authority_present(const struct bolt_ecosystem *ecosystem, const struct bolt_database *database);

/* Lists in report->advisories the parts that speak of the ecosystems of `report`, and warns about stale and missing ones. A part is
 * as old as its download, or, when it was imported from a file, as what is newest in it. 0 | -ESTALE (one is older than
 * max_age_seconds, unless that is 0) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_authorities_used(struct bolt_report *report, const struct bolt_database *database, int64_t now_unix,
					  int64_t max_age_seconds, struct bolt_err *err);
