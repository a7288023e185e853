#include "advisory/bundle_content.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/packing.h"
#include "core/grow.h"

static int compare_records(const void *left, const void *right)
{
	const struct bolt_bundle_record *a = left, *b = right;

	return a->part != b->part ? (a->part < b->part ? -1 : 1) : strcmp(a->id, b->id);
}

static int add_record(struct bolt_bundle_content *t, struct bolt_bundle_record record)
{
	int r = bolt_grow(&t->records, t->records_len, &t->records_room, sizeof(record));

	if (r == 0)
		t->records[t->records_len++] = record;
	return r;
}

static int find_all(struct bolt_database *db, struct bolt_bundle_content *t)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	int r = 0, code;

	if (mdb_cursor_open(db->txn, db->tables[BOLT_TABLE_RECORD], &cursor) != 0)
		return -ENOMEM;
	while (r == 0 && (code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		struct bolt_cursor name = bolt_cursor(key.mv_data, key.mv_size);
		struct bolt_stored stored;
		uint32_t number;

		if (bolt_take_u32be(&name, &number) < 0 || bolt_stored_take(bolt_cursor(value.mv_data, value.mv_size), &stored) < 0)
			r = -EBADMSG;
		else
			r = add_record(t, (struct bolt_bundle_record){ stored.id, number, stored.part, false });
	}
	mdb_cursor_close(cursor);
	if (r == 0 && t->records_len > 0)
		qsort(t->records, t->records_len, sizeof(*t->records), compare_records);
	return r < 0 ? r : code == MDB_NOTFOUND ? 0 : -EBADMSG;
}

/* u16 part, u8 gone, id NUL: whether it is there now is for the caller to see. */
static int take_records(struct bolt_cursor list, struct bolt_bundle_content *t)
{
	int r = 0;

	while (r == 0 && list.left > 0) {
		struct bolt_bundle_record one = { .gone = true };
		uint8_t gone;

		if (bolt_take_u16le(&list, &one.part) < 0 || bolt_take_u8(&list, &gone) < 0 || bolt_take_text(&list, &one.id) < 0)
			return -EBADMSG;
		r = add_record(t, one);
	}
	return r;
}

static int add_score(struct bolt_bundle_content *t, uint64_t cve, bool rescored)
{
	int r = bolt_grow(&t->scores, t->scores_len, &t->scores_room, sizeof(*t->scores));

	if (r == 0)
		t->scores[t->scores_len++] = (struct bolt_rescore){ .cve = cve,
								    .kind = rescored ? BOLT_RESCORE_SCORE : BOLT_RESCORE_RANK };
	return r;
}

static int take_scores(struct bolt_cursor list, struct bolt_bundle_content *t)
{
	uint64_t cve = 0, head;
	int r = 0;

	while (r == 0 && list.left > 0) {
		if (bolt_take_uvarint(&list, &head) < 0)
			return -EBADMSG;
		cve += head >> 1;
		r = add_score(t, cve, head & 1);
	}
	return r;
}

static int find_noted(struct bolt_database *db, uint64_t since, struct bolt_bundle_content *t)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	uint8_t from[9] = { 0 };
	int r = 0;

	if (mdb_cursor_open(db->txn, db->tables[BOLT_TABLE_CHANGE], &cursor) != 0)
		return -ENOMEM;
	bolt_put_u64be(from, since + 1);
	key = (MDB_val){ sizeof(from), from };
	int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
	for (; r == 0 && code == 0; code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
		uint8_t kind = key.mv_size == sizeof(from) ? ((const uint8_t *) key.mv_data)[8] : 0;

		if (kind == 'r')
			r = take_records(bolt_cursor(value.mv_data, value.mv_size), t);
		else if (kind == 's')
			r = take_scores(bolt_cursor(value.mv_data, value.mv_size), t);
	}
	mdb_cursor_close(cursor);
	return r < 0 ? r : code == MDB_NOTFOUND ? 0 : -EBADMSG;
}

/* Each once, with what it is now: a record of the database, or gone. */
static void settle_records(struct bolt_bundle_content *t, const struct bolt_bundle_content *all)
{
	size_t len = 0;

	if (t->records_len > 0)
		qsort(t->records, t->records_len, sizeof(*t->records), compare_records);
	for (size_t i = 0; i < t->records_len; i++) {
		if (len > 0 && compare_records(&t->records[len - 1], &t->records[i]) == 0)
			continue;
		const struct bolt_bundle_record *now = all->records_len > 0
							       ? bsearch(&t->records[i], all->records, all->records_len,
									 sizeof(*all->records), compare_records)
							       : NULL;
		t->records[len++] = now ? *now : t->records[i];
	}
	t->records_len = len;
}

static int compare_scores(const void *left, const void *right)
{
	const struct bolt_rescore *a = left, *b = right;

	return a->cve < b->cve ? -1 : a->cve > b->cve;
}

/* Each once, with what it is now. `now` is the whole list, sorted. */
static int settle_scores(struct bolt_bundle_content *t, const struct bolt_score *now, size_t now_len)
{
	uint32_t *expected;
	size_t len = 0, at = 0;
	int r = bolt_scores_expect(now, now_len, &expected);

	if (r < 0)
		return r;
	if (t->scores_len > 0)
		qsort(t->scores, t->scores_len, sizeof(*t->scores), compare_scores);
	for (size_t i = 0; i < t->scores_len; i++) {
		struct bolt_rescore *one = &t->scores[i];

		if (len > 0 && t->scores[len - 1].cve == one->cve) {
			if (one->kind == BOLT_RESCORE_SCORE && t->scores[len - 1].kind == BOLT_RESCORE_RANK)
				t->scores[len - 1].kind = BOLT_RESCORE_SCORE;
			continue;
		}
		t->scores[len++] = *one;
	}
	t->scores_len = len;
	for (size_t i = 0; i < len; i++) {
		struct bolt_rescore *one = &t->scores[i];

		while (at < now_len && now[at].cve < one->cve)
			at++;
		if (at == now_len || now[at].cve != one->cve) {
			one->kind = BOLT_RESCORE_GONE;
			continue;
		}
		one->score = now[at].score;
		one->residual = (int32_t) now[at].percentile - (int32_t) expected[now[at].score];
	}
	free(expected);
	return 0;
}

static int find_scores(struct bolt_database *db, uint64_t since, struct bolt_bundle_content *t)
{
	struct bolt_score *now;
	size_t now_len;
	int r = bolt_scores_take(db->scores, &now, &now_len);

	if (r < 0)
		return r;
	for (size_t i = 0; since == 0 && r == 0 && i < now_len; i++)
		r = add_score(t, now[i].cve, true);
	if (r == 0)
		r = settle_scores(t, now, now_len);
	free(now);
	return r;
}

int bolt_bundle_content_find(struct bolt_database *db, uint64_t since, struct bolt_bundle_content *ret_content,
			     struct bolt_err *err)
{
	struct bolt_bundle_content all = { .records = NULL }, t = { .records = NULL };
	int r = find_all(db, &all);

	if (r == 0 && since > 0)
		r = find_noted(db, since, &t);
	if (r == 0 && since > 0)
		settle_records(&t, &all);
	if (r == 0 && since == 0) {
		t = all;
		all = (struct bolt_bundle_content){ .records = NULL };
	}
	if (r == 0)
		r = find_scores(db, since, &t);
	bolt_bundle_content_done(&all);
	if (r < 0) {
		bolt_bundle_content_done(&t);
		return bolt_err_set(err, r, r == -ENOMEM ? "out of memory" : "the advisory database is damaged");
	}
	*ret_content = t;
	return 0;
}

void bolt_bundle_content_done(struct bolt_bundle_content *content)
{
	free(content->records);
	free(content->scores);
	*content = (struct bolt_bundle_content){ .records = NULL };
}
