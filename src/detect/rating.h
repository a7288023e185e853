/* How bad a finding is, and who says so. */
#pragma once

#include "core/arena.h"
#include "core/macros.h"
#include "detect/candidates.h"
#include "model/finding.h"

struct bolt_rater;

/* `arena` takes what findings point to. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_rater_new(struct bolt_database *database, struct bolt_arena *arena, struct bolt_rater **ret_rater);
void bolt_rater_free(struct bolt_rater *rater);

/* Fills severity, severity_source, cvss_*, title and description of a finding whose id and aliases are there. The severity is the
 * distribution's own for the release; without one, that of a CVSS vector: of the group's own publisher, of NVD, GHSA, Red Hat, the
 * CNA, of anybody else, the newest version of CVSS first; without one, a word in the same order. 0 | -EBADMSG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_rate_finding(struct bolt_rater *rater, const struct bolt_candidate_group *group,
				      struct bolt_finding *finding);
