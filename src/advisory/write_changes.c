#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "advisory/limits.h"
#include "advisory/packing.h"
#include "advisory/write_private.h"

/* When a generation touches too much to be listed, what came before it is no longer known: everything has to be asked again. */
static int note(struct bolt_writer *w, int r)
{
	if (r == -E2BIG) {
		w->changes_lost = true;
		return 0;
	}
	return r;
}

/* ecosystem NUL, 's' or 'b', package NUL */
int bolt_note_package(struct bolt_writer *w, const uint8_t *full_name, size_t len)
{
	if (w->generation == 0 || w->changes_lost)
		return 0;
	int r = bolt_buf_add(&w->touched_packages, full_name, len);
	return note(w, r == 0 ? bolt_buf_add(&w->touched_packages, "", 1) : r);
}

/* u16 part, u8 gone, id NUL */
int bolt_note_record(struct bolt_writer *w, uint16_t part, const char *id, bool gone)
{
	uint8_t head[3];

	if (w->generation == 0 || w->changes_lost)
		return 0;
	bolt_put_u16le(head, part);
	head[2] = gone;
	int r = bolt_buf_add(&w->touched_records, head, sizeof(head));
	return note(w, r == 0 ? bolt_pack_text(&w->touched_records, id) : r);
}

/* name NUL */
int bolt_note_name(struct bolt_writer *w, const uint8_t *name, size_t len)
{
	if (w->generation == 0 || w->changes_lost)
		return 0;
	int r = bolt_buf_add(&w->touched_names, name, len);
	return note(w, r == 0 ? bolt_buf_add(&w->touched_names, "", 1) : r);
}

/* A number each: how much after the last one, times two, and whether it is rescored. */
int bolt_note_score(struct bolt_writer *w, uint64_t cve_after_last, bool rescored)
{
	if (w->generation == 0 || w->changes_lost)
		return 0;
	return note(w, bolt_pack_number(&w->touched_scores, cve_after_last << 1 | rescored));
}

static int put_list(struct bolt_writer *w, uint64_t generation, char kind, const struct bolt_buf *list, struct bolt_err *err)
{
	uint8_t key[9];

	bolt_put_u64be(key, generation);
	key[8] = (uint8_t) kind;
	return list->len > 0 ? bolt_writer_put(w, BOLT_TABLE_CHANGE, key, sizeof(key), list->data, list->len, err) : 0;
}

/* Forgets the oldest generations (all, when `all`) until the rest is within the bounds. */
static int forget_old(struct bolt_writer *w, bool all, struct bolt_err *err)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	uint64_t bytes = 0, generation;
	int r = 0, code = mdb_cursor_open(w->txn, w->tables[BOLT_TABLE_CHANGE], &cursor);

	if (code != 0)
		return bolt_writer_fail(w, code, "cannot read the database", err);
	/* From the newest back, as far as there is room; what is older goes. */
	for (code = mdb_cursor_get(cursor, &key, &value, MDB_LAST); code == 0 && r == 0;
	     code = mdb_cursor_get(cursor, &key, &value, MDB_PREV)) {
		struct bolt_cursor name = bolt_cursor(key.mv_data, key.mv_size);

		if (bolt_take_u64be(&name, &generation) < 0) {
			r = bolt_writer_fail(w, MDB_CORRUPTED, "the list of changes is damaged", err);
			break;
		}
		bytes += value.mv_size;
		if (!all && bytes <= BOLT_CHANGES_BYTES_MAX && w->generation - generation < BOLT_CHANGES_GENERATIONS_MAX)
			continue;
		if (generation > w->changes_after)
			w->changes_after = generation;
		if (mdb_cursor_del(cursor, 0) != 0)
			r = bolt_writer_fail(w, MDB_CORRUPTED, "the list of changes is damaged", err);
	}
	mdb_cursor_close(cursor);
	return r;
}

/* Drawn anew each time, so that two databases' generations of one number are told apart. */
static int put_mark(struct bolt_writer *w, uint64_t generation, struct bolt_err *err)
{
	uint64_t drawn = 0;
	uint8_t key[9], mark[8];

	if (getrandom(&drawn, sizeof(drawn), 0) != sizeof(drawn))
		return bolt_err_set(err, -errno, "no random number: %m");
	bolt_put_u64be(key, generation);
	key[8] = 'm';
	bolt_put_u64le(mark, w->adopted_mark ? w->adopted_mark : drawn | 1);
	return bolt_writer_put(w, BOLT_TABLE_CHANGE, key, sizeof(key), mark, sizeof(mark), err);
}

void bolt_writer_adopt(struct bolt_writer *w, uint64_t generation, uint64_t mark)
{
	if (generation <= w->generation)
		return;
	if (w->generation == 0) /* everything is new: there is nothing that it is a change to */
		w->changes_lost = true;
	w->generation = generation - 1;
	w->adopted_mark = mark;
	w->changed = true;
}

int bolt_write_changes(struct bolt_writer *w, struct bolt_err *err)
{
	int r = forget_old(w, w->changes_lost, err);

	if (r == 0)
		r = put_mark(w, w->generation + 1, err);
	if (r < 0)
		return r;
	if (w->generation == 0 || w->changes_lost) {
		w->changes_after = w->generation + 1;
		return 0;
	}
	r = put_list(w, w->generation + 1, 'p', &w->touched_packages, err);
	if (r == 0)
		r = put_list(w, w->generation + 1, 'n', &w->touched_names, err);
	if (r == 0)
		r = put_list(w, w->generation + 1, 's', &w->touched_scores, err);
	return r == 0 ? put_list(w, w->generation + 1, 'r', &w->touched_records, err) : r;
}
