#include <errno.h>
#include <stdlib.h>

#include "advisory/database_format.h"
#include "core/grow.h"
#include "scan/limits.h"
#include "scan/store_private.h"

uint32_t bolt_store_indexed(const struct bolt_store *store)
{
	return (uint32_t) store->indexed;
}

int bolt_store_find(struct bolt_store *store, uint64_t key, int (*each)(void *context, uint32_t number), void *context)
{
	MDB_cursor *cursor;
	MDB_val value;
	uint8_t bytes[8];
	int r = 0;

	bolt_put_u64be(bytes, key);
	MDB_val name = { sizeof(bytes), bytes };
	if (mdb_cursor_open(store->txn, store->tables[STORE_INDEX], &cursor) != 0)
		return -ENOMEM;
	int code = mdb_cursor_get(cursor, &name, &value, MDB_SET);
	if (code == 0)
		code = mdb_cursor_get(cursor, &name, &value, MDB_GET_MULTIPLE);
	while (code == 0 && r == 0) { /* a page of numbers at a time */
		struct bolt_cursor numbers = bolt_cursor(value.mv_data, value.mv_size);
		uint32_t number;

		while (r == 0 && bolt_take_u32be(&numbers, &number) == 0)
			r = each(context, number);
		if (r == 0)
			code = mdb_cursor_get(cursor, &name, &value, MDB_NEXT_MULTIPLE);
	}
	mdb_cursor_close(cursor);
	return r != 0 ? r : code == 0 || code == MDB_NOTFOUND ? 0 : -EBADMSG;
}

static int put_pair(struct bolt_store *store, MDB_cursor *cursor, uint64_t key, uint32_t number, struct bolt_err *err)
{
	uint8_t name[8], value[4];
	MDB_val from = { sizeof(name), name }, to = { sizeof(value), value };

	bolt_put_u64be(name, key);
	bolt_put_u32be(value, number);
	int code = mdb_cursor_put(cursor, &from, &to, MDB_NODUPDATA);
	return code == MDB_KEYEXIST ? 0 : bolt_store_fail(store, code, err);
}

/* Both sorted: what is in `now` and not in `before`. */
static bool next_new_key(struct bolt_cursor *before, struct bolt_cursor *now, uint64_t *ret_key)
{
	struct bolt_cursor peeked = *before;
	uint64_t key, old;

	while (bolt_take_u64le(now, &key) == 0) {
		while (bolt_take_u64le(&peeked, &old) == 0 && old < key)
			*before = peeked;
		peeked = *before;
		if (bolt_take_u64le(&peeked, &old) < 0 || old != key) {
			*ret_key = key;
			return true;
		}
		*before = peeked;
	}
	return false;
}

int bolt_store_reindex(struct bolt_store *store, uint32_t number, struct bolt_cursor before, struct bolt_cursor now,
		       struct bolt_err *err)
{
	MDB_cursor *cursor;
	uint64_t key;
	int r = 0;

	if (number > store->indexed)
		return 0;
	if (mdb_cursor_open(store->txn, store->tables[STORE_INDEX], &cursor) != 0)
		return -ENOMEM;
	while (r == 0 && next_new_key(&before, &now, &key))
		r = put_pair(store, cursor, key, number, err);
	mdb_cursor_close(cursor);
	return r;
}

struct pair {
	uint64_t key;
	uint32_t number;
};

static int compare(const void *left, const void *right)
{
	const struct pair *a = left, *b = right;

	return a->key != b->key ? (a->key > b->key) - (a->key < b->key) : (a->number > b->number) - (a->number < b->number);
}

struct pairs {
	struct pair *items;
	size_t len, room;
};

static int put_pairs(struct bolt_store *store, struct pairs *pairs, struct bolt_err *err)
{
	MDB_cursor *cursor;
	int r = 0;

	if (pairs->len > 0)
		qsort(pairs->items, pairs->len, sizeof(*pairs->items), compare);
	if (mdb_cursor_open(store->txn, store->tables[STORE_INDEX], &cursor) != 0)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < pairs->len; i++)
		r = put_pair(store, cursor, pairs->items[i].key, pairs->items[i].number, err);
	mdb_cursor_close(cursor);
	pairs->len = 0;
	return r;
}

/* All images after `from`, in batches that fit into memory: written in the order of the keys, each page of the index is touched
 * once a batch. */
static int add_images(struct bolt_store *store, uint64_t from, struct pairs *pairs, struct bolt_err *err)
{
	MDB_cursor *cursor;
	MDB_val name, value;
	uint8_t first[4];
	int r = 0, code = mdb_cursor_open(store->txn, store->tables[STORE_KEYS], &cursor);

	if (code != 0)
		return bolt_store_fail(store, code, err);
	bolt_store_number(first, (uint32_t) from + 1);
	name = (MDB_val){ sizeof(first), first };
	for (code = mdb_cursor_get(cursor, &name, &value, MDB_SET_RANGE); code == 0 && r == 0;
	     code = mdb_cursor_get(cursor, &name, &value, MDB_NEXT)) {
		struct bolt_cursor number = bolt_cursor(name.mv_data, name.mv_size),
				   keys = bolt_cursor(value.mv_data, value.mv_size);
		struct pair pair;

		if (bolt_take_u32be(&number, &pair.number) < 0) {
			r = bolt_store_fail(store, MDB_CORRUPTED, err);
			break;
		}
		while (r == 0 && bolt_take_u64le(&keys, &pair.key) == 0) {
			r = bolt_grow(&pairs->items, pairs->len, &pairs->room, sizeof(*pairs->items));
			if (r == 0)
				pairs->items[pairs->len++] = pair;
		}
		if (r == 0 && pairs->len >= BOLT_STORE_PAIRS)
			r = put_pairs(store, pairs, err);
	}
	mdb_cursor_close(cursor);
	if (r == 0 && code != MDB_NOTFOUND)
		r = bolt_store_fail(store, code, err);
	return r == 0 ? put_pairs(store, pairs, err) : r;
}

int bolt_store_index(struct bolt_store *store, struct bolt_err *err)
{
	struct pairs pairs = { .items = NULL };
	MDB_stat stat;
	int r = bolt_store_fail(store, mdb_stat(store->txn, store->tables[STORE_IMAGE], &stat), err);

	/* Numbers that mean nothing any more cost little until they are many. */
	if (r == 0 && store->stale > stat.ms_entries / 2) {
		r = bolt_store_fail(store, mdb_drop(store->txn, store->tables[STORE_INDEX], 0), err);
		store->indexed = store->stale = 0;
	}
	if (r == 0)
		r = add_images(store, store->indexed, &pairs, err);
	free(pairs.items);
	if (r == 0)
		r = bolt_store_put_fact(store, "indexed", store->next - 1, err);
	return r == 0 ? bolt_store_put_fact(store, "stale", store->stale, err) : r;
}
