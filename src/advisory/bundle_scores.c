#include "advisory/bundle_scores.h"

#include <errno.h>
#include <stdlib.h>

int bolt_scores_expect(const struct bolt_score *scores, size_t len, uint32_t **ret_expected)
{
	uint32_t *expected = calloc(BOLT_SCORE_MAX + 1, sizeof(*expected));
	uint64_t below = 0;

	if (!expected)
		return -ENOMEM;
	for (size_t i = 0; i < len; i++)
		expected[scores[i].score]++;
	for (size_t i = 0; i <= BOLT_SCORE_MAX; i++) {
		below += expected[i];
		expected[i] = len > 0 ? (uint32_t) ((below * BOLT_SCORE_MAX + len / 2) / len) : 0;
	}
	*ret_expected = expected;
	return 0;
}

int bolt_scores_take(struct bolt_cursor value, struct bolt_score **ret_scores, size_t *ret_len)
{
	size_t len = value.left / BOLT_SCORE_BYTES;
	struct bolt_score *scores = calloc(len + 1, sizeof(*scores));
	int r = 0;

	if (!scores)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < len; i++) {
		if (bolt_take_u64le(&value, &scores[i].cve) < 0 || bolt_take_u32le(&value, &scores[i].score) < 0 ||
		    bolt_take_u32le(&value, &scores[i].percentile) < 0 || scores[i].score > BOLT_SCORE_MAX ||
		    (i > 0 && scores[i].cve <= scores[i - 1].cve))
			r = -EBADMSG;
	}
	if (r < 0 || value.left > 0) {
		free(scores);
		return -EBADMSG;
	}
	*ret_scores = scores;
	*ret_len = len;
	return 0;
}

static int misfit(struct bolt_err *err)
{
	return bolt_err_set(err, -EBADMSG, "the EPSS scores do not fit those that are here");
}

/* The new list; of what changed, without percentiles. */
static int merge(const struct bolt_score *old, size_t old_len, const struct bolt_rescore *changes, size_t changes_len,
		 struct bolt_score *list, size_t *ret_len)
{
	size_t a = 0, b = 0, len = 0;

	while (a < old_len || b < changes_len) {
		if (b == changes_len || (a < old_len && old[a].cve < changes[b].cve)) {
			list[len++] = old[a++];
			continue;
		}
		const struct bolt_rescore *change = &changes[b++];
		bool known = a < old_len && old[a].cve == change->cve;
		if (b > 1 && change->cve <= changes[b - 2].cve)
			return -EBADMSG;
		if ((!known && change->kind != BOLT_RESCORE_SCORE) || change->kind >= _BOLT_RESCORE_MAX ||
		    (change->kind == BOLT_RESCORE_SCORE && change->score > BOLT_SCORE_MAX))
			return -EBADMSG;
		if (change->kind != BOLT_RESCORE_GONE)
			list[len++] = (struct bolt_score){ .cve = change->cve,
							   .score = change->kind == BOLT_RESCORE_SCORE ? change->score
												       : old[a].score };
		a += known;
	}
	*ret_len = len;
	return 0;
}

/* The percentiles of what changed. */
static int rank(struct bolt_score *list, size_t len, const struct bolt_rescore *changes, size_t changes_len)
{
	uint32_t *expected;
	size_t at = 0;
	int r = bolt_scores_expect(list, len, &expected);

	for (size_t i = 0; r == 0 && i < changes_len; i++) {
		if (changes[i].kind == BOLT_RESCORE_GONE)
			continue;
		while (list[at].cve != changes[i].cve)
			at++;
		int64_t percentile = (int64_t) expected[list[at].score] + changes[i].residual;
		if (percentile < 0 || percentile > BOLT_SCORE_MAX)
			r = -EBADMSG;
		else
			list[at].percentile = (uint32_t) percentile;
	}
	if (r != -ENOMEM)
		free(expected);
	return r;
}

int bolt_scores_change(const struct bolt_score *old, size_t old_len, const struct bolt_rescore *changes, size_t changes_len,
		       struct bolt_score **ret_scores, size_t *ret_len, struct bolt_err *err)
{
	struct bolt_score *list = calloc(old_len + changes_len + 1, sizeof(*list));
	size_t len = 0;
	int r = list ? merge(old, old_len, changes, changes_len, list, &len) : -ENOMEM;

	if (r == 0)
		r = rank(list, len, changes, changes_len);
	if (r < 0) {
		free(list);
		return r == -ENOMEM ? r : misfit(err);
	}
	*ret_scores = list;
	*ret_len = len;
	return 0;
}
