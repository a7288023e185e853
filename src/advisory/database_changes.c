#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/database_private.h"
#include "advisory/limits.h"
#include "advisory/packing.h"
#include "core/grow.h"

/* One touched package, as it lies in the map: ecosystem NUL, 's' or 'b', package NUL. */
struct touched {
	const char *ecosystem, *package;
	uint8_t binary;
};

struct list {
	struct touched *items;
	size_t len, room;
};

static int take_packages(struct bolt_cursor value, struct list *list)
{
	while (value.left > 0) {
		struct touched one;

		int r = bolt_grow(&list->items, list->len, &list->room, sizeof(*list->items));
		if (r < 0)
			return r;
		if (bolt_take_text(&value, &one.ecosystem) < 0 || bolt_take_u8(&value, &one.binary) < 0 ||
		    bolt_take_text(&value, &one.package) < 0)
			return -EBADMSG;
		list->items[list->len++] = one;
	}
	return 0;
}

static int collect(struct bolt_database *db, uint64_t generation, struct list *list)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	uint8_t from[9];
	int r = 0;

	bolt_put_u64be(from, generation + 1);
	from[8] = 0;
	key = (MDB_val){ sizeof(from), from };
	if (mdb_cursor_open(db->txn, db->tables[BOLT_TABLE_CHANGE], &cursor) != 0)
		return -ENOMEM;
	int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
	while (code == 0 && r == 0) {
		if (key.mv_size == sizeof(from) && ((const uint8_t *) key.mv_data)[8] == 'p')
			r = take_packages(bolt_cursor(value.mv_data, value.mv_size), list);
		code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
	return r < 0 ? r : code == MDB_NOTFOUND ? 0 : -EBADMSG;
}

static int compare(const void *left, const void *right)
{
	const struct touched *a = left, *b = right;
	int order = strcmp(a->ecosystem, b->ecosystem);

	if (order == 0)
		order = strcmp(a->package, b->package);
	return order != 0 ? order : (int) a->binary - (int) b->binary;
}

int bolt_database_changes(struct bolt_database *db, uint64_t generation,
			  int (*each)(void *context, const char *ecosystem, const char *package, bool binary), void *context)
{
	struct list list = { .items = NULL };

	if (generation >= db->generation)
		return 0;
	if (generation < db->changes_after)
		return -ESTALE;
	int r = collect(db, generation, &list);
	if (r == 0 && list.len > 0)
		qsort(list.items, list.len, sizeof(*list.items), compare);
	for (size_t i = 0; r == 0 && i < list.len; i++) {
		if (i == 0 || compare(&list.items[i - 1], &list.items[i]) != 0)
			r = each(context, list.items[i].ecosystem, list.items[i].package, list.items[i].binary == 'b');
	}
	free(list.items);
	return r;
}
