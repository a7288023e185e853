/* EPSS in bundles. Nearly every percentile changes every day, because it is a rank among all; told apart from what the scores'
 * order says anyway, little is left of it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "advisory/database_format.h"
#include "core/err.h"
#include "core/macros.h"

enum bolt_rescore_kind { BOLT_RESCORE_GONE = 0, BOLT_RESCORE_RANK = 1, BOLT_RESCORE_SCORE = 2, _BOLT_RESCORE_MAX };

/* What became of one CVE's score. */
struct bolt_rescore {
	uint64_t cve;
	uint32_t kind;
	uint32_t score;   /* SCORE: the new one */
	int32_t residual; /* RANK, SCORE: the new percentile less the one that all scores together let expect */
};

/* What to expect of each score among these. `ret_expected` has a place for every score from 0 to BOLT_SCORE_MAX; the caller frees
 * it. 0 | -ENOMEM. */
enum { BOLT_SCORE_MAX = 100000 };
BOLT_MUST_CHECK int bolt_scores_expect(const struct bolt_score *scores, size_t len, uint32_t **ret_expected);

/* The list with the changes made; both sorted by CVE without doubles. The caller frees *ret_scores.
 * 0 | -EBADMSG (a change to what is not there, or to what cannot be) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_scores_change(const struct bolt_score *old, size_t old_len, const struct bolt_rescore *changes,
				       size_t changes_len, struct bolt_score **ret_scores, size_t *ret_len, struct bolt_err *err);

/* The list in the database's value. 0 | -EBADMSG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_scores_take(struct bolt_cursor value, struct bolt_score **ret_scores, size_t *ret_len);
