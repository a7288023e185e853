#include <errno.h>

#include "advisory/database_private.h"
#include "advisory/packing.h"

enum { KEY_BYTES = 9 }; /* generation, kind */

int bolt_database_mark(struct bolt_database *db, uint64_t generation, uint64_t *ret_mark)
{
	uint8_t key[KEY_BYTES];
	struct bolt_cursor value;

	bolt_put_u64be(key, generation);
	key[8] = 'm';
	int r = bolt_database_get(db, BOLT_TABLE_CHANGE, key, sizeof(key), &value);
	if (r == 0)
		return bolt_take_u64le(&value, ret_mark);
	if (r == -ENOENT) {
		*ret_mark = 0;
		r = 0;
	}
	return r;
}

static int take_list(struct bolt_cursor list, char kind, struct bolt_change change,
		     int (*each)(void *context, const struct bolt_change *change), void *context)
{
	uint8_t binary;
	int r = 0;

	while (r == 0 && list.left > 0) {
		if (kind == 'n') {
			if (bolt_take_text(&list, &change.name) < 0)
				return -EBADMSG;
		} else {
			if (bolt_take_text(&list, &change.ecosystem) < 0 || bolt_take_u8(&list, &binary) < 0 ||
			    bolt_take_text(&list, &change.package) < 0)
				return -EBADMSG;
			change.binary = binary == 'b';
		}
		r = each(context, &change);
	}
	return r;
}

int bolt_database_each_change(struct bolt_database *db, uint64_t generation,
			      int (*each)(void *context, const struct bolt_change *change), void *context)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	int r = 0;

	if (generation >= db->generation)
		return 0;
	if (generation < db->changes_after)
		return -ESTALE;
	if (mdb_cursor_open(db->txn, db->tables[BOLT_TABLE_CHANGE], &cursor) != 0)
		return -ENOMEM;
	int code = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
	while (code == 0 && r == 0) {
		struct bolt_cursor name = bolt_cursor(key.mv_data, key.mv_size);
		struct bolt_change change = { .name = NULL };
		uint8_t kind;

		if (bolt_take_u64be(&name, &change.generation) < 0 || bolt_take_u8(&name, &kind) < 0) {
			r = -EBADMSG;
			break;
		}
		if (change.generation <= generation)
			break;
		if (kind == 'p' || kind == 'n')
			r = take_list(bolt_cursor(value.mv_data, value.mv_size), (char) kind, change, each, context);
		code = mdb_cursor_get(cursor, &key, &value, MDB_PREV);
	}
	mdb_cursor_close(cursor);
	return r != 0 ? r : code == 0 || code == MDB_NOTFOUND ? 0 : -EBADMSG;
}
