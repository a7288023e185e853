#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/packing.h"
#include "advisory/write_private.h"

static int compare_scores(const void *left, const void *right)
{
	const struct bolt_score *a = left, *b = right;

	return a->cve < b->cve ? -1 : a->cve > b->cve;
}

static void put_score(uint8_t *to, const struct bolt_score *score)
{
	bolt_put_u64le(to, score->cve);
	bolt_put_u32le(to + 8, score->score);
	bolt_put_u32le(to + 12, score->percentile);
}

static uint64_t cve_at(struct bolt_cursor list, size_t index)
{
	struct bolt_cursor one;
	uint64_t cve = UINT64_MAX;

	if (bolt_cursor_at(&list, index * BOLT_SCORE_BYTES, BOLT_SCORE_BYTES, &one) == 0)
		BOLT_IGNORE(bolt_take_u64le(&one, &cve)); /* past the end: after all others */
	return cve;
}

/* Both lists are sorted. */
static int note_differences(struct bolt_part_run *run, struct bolt_cursor old, struct bolt_cursor new)
{
	size_t a = 0, b = 0, old_len = old.left / BOLT_SCORE_BYTES, new_len = new.left / BOLT_SCORE_BYTES;
	uint64_t last = 0;
	int r = 0;

	while (r == 0 && (a < old_len || b < new_len)) {
		uint64_t before = cve_at(old, a), now = cve_at(new, b), cve = now;
		const uint8_t *old_one = old.p + a * BOLT_SCORE_BYTES, *new_one = new.p + b *BOLT_SCORE_BYTES;
		bool rescored = true;

		if (before == now && a < old_len && b < new_len) {
			a++;
			b++;
			if (memcmp(old_one, new_one, BOLT_SCORE_BYTES) == 0)
				continue;
			rescored = memcmp(old_one + 8, new_one + 8, 4) != 0;
			run->changed++;
		} else if (b == new_len || (a < old_len && before < now)) {
			cve = before;
			run->removed++;
			a++;
		} else {
			run->added++;
			b++;
		}
		r = bolt_note_score(run->writer, cve - last, rescored);
		last = cve;
	}
	return r;
}

/* All scores are one sorted list: a day's change touches nearly all of them. */
int bolt_apply_scores(struct bolt_part_run *run, struct bolt_err *err)
{
	struct bolt_cursor old = bolt_cursor("", 0);
	size_t len = 0;
	int r = bolt_writer_get(run->writer, BOLT_TABLE_SCORE, "epss", strlen("epss"), &old, err);

	if (r < 0 && r != -ENOENT)
		return r;
	qsort(run->scores, run->scores_len, sizeof(*run->scores), compare_scores);
	for (size_t i = 0; i < run->scores_len; i++) {
		if (len > 0 && run->scores[len - 1].cve == run->scores[i].cve)
			run->duplicates++;
		else
			run->scores[len++] = run->scores[i];
	}
	run->scores_len = len;
	uint8_t *bytes = malloc(len * BOLT_SCORE_BYTES + 1);
	if (!bytes)
		return -ENOMEM;
	for (size_t i = 0; i < len; i++)
		put_score(bytes + i * BOLT_SCORE_BYTES, &run->scores[i]);
	r = note_differences(run, old, bolt_cursor(bytes, len * BOLT_SCORE_BYTES));
	if (r == 0 && run->added + run->changed + run->removed > 0)
		r = bolt_writer_put(run->writer, BOLT_TABLE_SCORE, "epss", strlen("epss"), bytes, len * BOLT_SCORE_BYTES, err);
	free(bytes);
	return r;
}

static int compare_kev(const void *left, const void *right)
{
	const struct bolt_incoming_kev *a = left, *b = right;
	size_t n = a->cve.len < b->cve.len ? a->cve.len : b->cve.len;
	int order = memcmp(a->cve.bytes, b->cve.bytes, n);

	return order != 0 ? order : a->cve.len < b->cve.len ? -1 : a->cve.len > b->cve.len;
}

static int put_kev(struct bolt_part_run *run, const struct bolt_incoming_kev *kev, struct bolt_err *err)
{
	struct bolt_writer *w = run->writer;
	struct bolt_cursor old;
	const uint8_t ransomware = kev->ransomware;

	bolt_buf_clear(&w->value);
	int r = bolt_pack_text(&w->value, kev->added);
	if (r == 0)
		r = bolt_pack_text(&w->value, kev->due);
	if (r == 0)
		r = bolt_buf_add(&w->value, &ransomware, 1);
	if (r < 0)
		return r;
	r = bolt_writer_get(w, BOLT_TABLE_KEV, kev->cve.bytes, kev->cve.len, &old, err);
	if (r == 0 && old.left == w->value.len && memcmp(old.p, w->value.data, old.left) == 0)
		return 0;
	if (r < 0 && r != -ENOENT)
		return r;
	run->added += r == -ENOENT;
	run->changed += r == 0;
	r = bolt_note_name(w, kev->cve.bytes, kev->cve.len);
	if (r < 0)
		return r;
	return bolt_writer_put(w, BOLT_TABLE_KEV, kev->cve.bytes, kev->cve.len, w->value.data, w->value.len, err);
}

static int remove_kev(struct bolt_part_run *run, struct bolt_err *err)
{
	struct bolt_writer *w = run->writer;
	struct bolt_incoming_kev one = { .added = NULL };
	MDB_cursor *cursor;
	MDB_val key, value;
	int r = 0, code = mdb_cursor_open(w->txn, w->tables[BOLT_TABLE_KEV], &cursor);

	if (code != 0)
		return bolt_writer_fail(w, code, "cannot read the database", err);
	while (r == 0 && (code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		one.cve.len = key.mv_size <= BOLT_KEY_MAX ? key.mv_size : BOLT_KEY_MAX;
		memcpy(one.cve.bytes, key.mv_data, one.cve.len);
		if (bsearch(&one, run->kev, run->kev_len, sizeof(one), compare_kev))
			continue;
		r = bolt_note_name(w, one.cve.bytes, one.cve.len);
		code = mdb_cursor_del(cursor, 0);
		if (code != 0)
			break;
		run->removed++;
	}
	mdb_cursor_close(cursor);
	return r < 0 ? r : code == MDB_NOTFOUND ? 0 : bolt_writer_fail(w, code, "cannot write the database", err);
}

int bolt_apply_kev(struct bolt_part_run *run, struct bolt_err *err)
{
	size_t len = 0;
	int r = 0;

	qsort(run->kev, run->kev_len, sizeof(*run->kev), compare_kev);
	for (size_t i = 0; i < run->kev_len; i++) {
		if (len > 0 && compare_kev(&run->kev[len - 1], &run->kev[i]) == 0)
			run->duplicates++;
		else
			run->kev[len++] = run->kev[i];
	}
	run->kev_len = len;
	r = remove_kev(run, err);
	for (size_t i = 0; r == 0 && i < run->kev_len; i++)
		r = put_kev(run, &run->kev[i], err);
	return r;
}
