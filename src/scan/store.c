#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "advisory/database_format.h"
#include "advisory/packing.h"
#include "scan/limits.h"
#include "scan/store_private.h"

enum { STAMP_BYTES = 24, PAGE_BYTES = 4096 };

int bolt_store_fail(struct bolt_store *store, int code, struct bolt_err *err)
{
	if (code == 0)
		return 0;
	if (code == MDB_MAP_FULL || code == ENOSPC)
		return bolt_err_set(err, -ENOSPC, "store '%s': there is no room left in it", store->path);
	if (code > 0)
		return bolt_err_set(err, -code, "store '%s': %s", store->path, strerror(code));
	return bolt_err_set(err, -EBADMSG, "store '%s' is damaged (%s): remove it; the next scans fill it anew", store->path,
			    mdb_strerror(code));
}

void bolt_store_number(uint8_t key[4], uint32_t number)
{
	bolt_put_u32be(key, number);
}

int bolt_store_value(struct bolt_store *store, enum store_table table, const void *key, size_t len, struct bolt_cursor *ret_value)
{
	MDB_val name = { len, (void *) (uintptr_t) key }, value;
	int code = mdb_get(store->txn, store->tables[table], &name, &value);

	if (code != 0)
		return code == MDB_NOTFOUND ? -ENOENT : -EBADMSG;
	*ret_value = bolt_cursor(value.mv_data, value.mv_size);
	return 0;
}

static int put(struct bolt_store *store, enum store_table table, const void *key, size_t len, struct bolt_cursor value,
	       struct bolt_err *err)
{
	MDB_val name = { len, (void *) (uintptr_t) key }, data = { value.left, (void *) (uintptr_t) value.p };

	return bolt_store_fail(store, mdb_put(store->txn, store->tables[table], &name, &data, 0), err);
}

int bolt_store_put_fact(struct bolt_store *store, const char *name, uint64_t value, struct bolt_err *err)
{
	uint8_t bytes[8];

	bolt_put_u64le(bytes, value);
	return put(store, STORE_META, name, strlen(name), bolt_cursor(bytes, sizeof(bytes)), err);
}

static int get_fact(struct bolt_store *store, const char *name, uint64_t *ret_value)
{
	struct bolt_cursor value;
	int r = bolt_store_value(store, STORE_META, name, strlen(name), &value);

	return r == 0 ? bolt_take_u64le(&value, ret_value) : r;
}

static int open_tables(struct bolt_store *store, bool to_write)
{
	static const char *const names[_STORE_TABLE_MAX] = { "meta", "image", "told", "keys", "state", "digest", "index" };
	int code = 0;

	for (unsigned i = 0; code == 0 && i < _STORE_TABLE_MAX; i++) {
		unsigned flags = i == STORE_INDEX ? MDB_DUPSORT | MDB_DUPFIXED : 0;

		code = mdb_dbi_open(store->txn, names[i], flags | (to_write ? MDB_CREATE : 0), &store->tables[i]);
	}
	return code;
}

static int read_facts(struct bolt_store *store, bool to_write, struct bolt_err *err)
{
	uint64_t schema = 0;
	int r = get_fact(store, "schema", &schema);

	if (r == -ENOENT && to_write) { /* a new file */
		store->next = 1;
		r = bolt_store_put_fact(store, "schema", STORE_SCHEMA, err);
		if (r == 0)
			r = bolt_store_put_fact(store, "next", store->next, err);
		if (r == 0)
			r = bolt_store_put_fact(store, "indexed", 0, err);
		return r == 0 ? bolt_store_put_fact(store, "stale", 0, err) : r;
	}
	if (r == 0 && schema != STORE_SCHEMA)
		return bolt_err_set(err, -EBADMSG, "store '%s' is of another version: remove it; the next scans fill it anew",
				    store->path);
	if (r < 0 || get_fact(store, "next", &store->next) < 0 || get_fact(store, "indexed", &store->indexed) < 0 ||
	    get_fact(store, "stale", &store->stale) < 0 || store->indexed > UINT32_MAX)
		return bolt_store_fail(store, MDB_CORRUPTED, err);
	return 0;
}

/* LMDB's map reaches as far as its meta pages say: past the end of the file there is only SIGBUS. */
static int check_length(struct bolt_store *store, struct bolt_err *err)
{
	mdb_filehandle_t fd;
	MDB_envinfo info;
	struct stat st;
	MDB_stat stat;

	if (mdb_env_get_fd(store->env, &fd) != 0 || mdb_env_info(store->env, &info) != 0 || mdb_env_stat(store->env, &stat) != 0 ||
	    fstat(fd, &st) < 0 || (info.me_last_pgno + 1) > (uint64_t) st.st_size / stat.ms_psize)
		return bolt_store_fail(store, MDB_CORRUPTED, err);
	return 0;
}

static int open_env(struct bolt_store *store, enum bolt_store_use use, struct bolt_err *err)
{
	bool to_write = use == BOLT_STORE_WRITE;
	unsigned flags = MDB_NOSUBDIR | MDB_NOTLS | (to_write ? MDB_NOMETASYNC : MDB_RDONLY) |
			 (use == BOLT_STORE_SNAPSHOT ? MDB_NOLOCK : 0);
	int code = mdb_env_create(&store->env);
	int dead;

	if (code == 0)
		code = mdb_env_set_maxdbs(store->env, _STORE_TABLE_MAX);
	/* Pages are copied before they are changed, and readers keep old ones for a while: half as much again, and some. */
	if (code == 0 && to_write)
		code = mdb_env_set_mapsize(store->env,
					   (store->limit.bytes / 2 * 3 + BOLT_STORE_SLACK_BYTES) / PAGE_BYTES * PAGE_BYTES);
	/* A crash of the machine may cost the last scan, never the file: meta pages wait, data pages do not. */
	if (code == 0)
		code = mdb_env_open(store->env, store->path, flags, 0600);
	if (code == ENOENT && !to_write)
		return bolt_err_set(err, -ENOENT, "there is no store '%s' yet: boltseal scan makes it", store->path);
	if (code != 0)
		return bolt_store_fail(store, code, err);
	int r = check_length(store, err);
	if (r < 0)
		return r;
	if (to_write) /* readers that were killed: their slots are taken back here */
		(void) mdb_reader_check(store->env, &dead);
	code = mdb_txn_begin(store->env, NULL, to_write ? 0 : MDB_RDONLY, &store->txn);
	if (code == 0)
		code = open_tables(store, to_write);
	return bolt_store_fail(store, code == MDB_NOTFOUND ? MDB_CORRUPTED : code, err);
}

int bolt_store_open(const char *path, const struct bolt_store_limit *limit, enum bolt_store_use use, struct bolt_store **ret_store,
		    struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_store_closep) struct bolt_store *store = calloc(1, sizeof(*store));

	if (!store)
		return -ENOMEM;
	store->limit = *limit;
	store->path = strdup(path);
	if (!store->path)
		return -ENOMEM;
	int r = open_env(store, use, err);
	if (r == 0)
		r = read_facts(store, use == BOLT_STORE_WRITE, err);
	if (r == 0)
		*ret_store = BOLT_TAKE(store);
	return r;
}

void bolt_store_close(struct bolt_store *store)
{
	if (!store)
		return;
	if (store->txn)
		mdb_txn_abort(store->txn);
	if (store->env)
		mdb_env_close(store->env);
	free(store->path);
	free(store);
}

int bolt_store_commit(struct bolt_store *store, struct bolt_err *err)
{
	return bolt_store_fail(store, mdb_txn_commit(BOLT_TAKE(store->txn)), err);
}

static int take_state(struct bolt_cursor value, struct bolt_stamp *ret_stamp, const char **ret_digest)
{
	struct bolt_stamp stamp;

	if (bolt_take_u64le(&value, &stamp.generation) < 0 || bolt_take_u64le(&value, &stamp.mark) < 0 ||
	    bolt_take_u64le(&value, &stamp.parts) < 0 || bolt_take_text(&value, ret_digest) < 0)
		return -EBADMSG;
	*ret_stamp = stamp;
	return 0;
}

static int put_state(struct bolt_store *store, uint32_t number, struct bolt_stamp stamp, const char *digest, struct bolt_err *err)
{
	uint8_t key[4], value[STAMP_BYTES + BOLT_DIGEST_TEXT] = { 0 };

	bolt_store_number(key, number);
	bolt_put_u64le(value, stamp.generation);
	bolt_put_u64le(value + 8, stamp.mark);
	bolt_put_u64le(value + 16, stamp.parts);
	memcpy(value + STAMP_BYTES, digest, strlen(digest));
	return put(store, STORE_STATE, key, sizeof(key), bolt_cursor(value, STAMP_BYTES + strlen(digest) + 1), err);
}

static int drop(struct bolt_store *store, uint32_t number, struct bolt_err *err)
{
	static const enum store_table of_number[] = { STORE_IMAGE, STORE_TOLD, STORE_KEYS, STORE_STATE };
	struct bolt_stamp stamp;
	struct bolt_cursor state;
	const char *digest;
	uint8_t key[4];

	bolt_store_number(key, number);
	if (bolt_store_value(store, STORE_STATE, key, sizeof(key), &state) < 0 || take_state(state, &stamp, &digest) < 0)
		return bolt_store_fail(store, MDB_CORRUPTED, err);
	MDB_val name = { strlen(digest), (void *) (uintptr_t) digest };
	int code = mdb_del(store->txn, store->tables[STORE_DIGEST], &name, NULL);
	for (size_t i = 0; (code == 0 || code == MDB_NOTFOUND) && i < BOLT_ARRAY_LEN(of_number); i++) {
		name = (MDB_val){ sizeof(key), key };
		code = mdb_del(store->txn, store->tables[of_number[i]], &name, NULL);
	}
	if (code != 0 && code != MDB_NOTFOUND)
		return bolt_store_fail(store, code, err);
	return number <= store->indexed ? bolt_store_put_fact(store, "stale", ++store->stale, err) : 0;
}

/* Pages that hold something. */
static int measure(struct bolt_store *store, uint64_t *ret_images, uint64_t *ret_bytes, struct bolt_err *err)
{
	uint64_t bytes = 0;
	MDB_stat stat;

	for (unsigned i = 0; i < _STORE_TABLE_MAX; i++) {
		int code = mdb_stat(store->txn, store->tables[i], &stat);

		if (code != 0)
			return bolt_store_fail(store, code, err);
		bytes += (uint64_t) stat.ms_psize * (stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages);
		if (i == STORE_IMAGE)
			*ret_images = stat.ms_entries;
	}
	*ret_bytes = bytes;
	return 0;
}

/* Numbers rise: the first is the one scanned longest ago. */
static int drop_oldest(struct bolt_store *store, struct bolt_err *err)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	uint32_t number = 0;
	int code = mdb_cursor_open(store->txn, store->tables[STORE_STATE], &cursor);

	if (code != 0)
		return bolt_store_fail(store, code, err);
	code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
	if (code == 0) {
		struct bolt_cursor name = bolt_cursor(key.mv_data, key.mv_size);

		code = bolt_take_u32be(&name, &number) < 0 ? MDB_CORRUPTED : 0;
	}
	mdb_cursor_close(cursor);
	return code != 0 ? bolt_store_fail(store, code, err) : drop(store, number, err);
}

/* Room for one more. */
static int make_room(struct bolt_store *store, uint64_t bytes_wanted, uint64_t *dropped, struct bolt_err *err)
{
	uint64_t images = 0, bytes;
	int r = measure(store, &images, &bytes, err);

	while (r == 0 && images > 0 && (images >= store->limit.images || bytes + bytes_wanted > store->limit.bytes)) {
		/* Pages are only counted as free when all in them is gone: without an image the index alone may be too large. */
		r = drop_oldest(store, err);
		++*dropped;
		if (r == 0)
			r = measure(store, &images, &bytes, err);
		if (r == 0 && store->stale * 2 > images + 1 && bytes + bytes_wanted > store->limit.bytes) {
			r = bolt_store_fail(store, mdb_drop(store->txn, store->tables[STORE_INDEX], 0), err);
			store->indexed = store->stale = 0;
			if (r == 0)
				r = bolt_store_put_fact(store, "indexed", 0, err);
			if (r == 0)
				r = bolt_store_put_fact(store, "stale", 0, err);
			if (r == 0)
				r = measure(store, &images, &bytes, err);
		}
	}
	return r;
}

/* 1: what is there of the digest stays. */
static int replace(struct bolt_store *store, const struct bolt_record *record, struct bolt_err *err)
{
	struct bolt_stamp stamp;
	struct bolt_cursor value;
	const char *digest;
	uint32_t number;
	int r = bolt_store_value(store, STORE_DIGEST, record->head.image, strlen(record->head.image), &value);

	if (r == -ENOENT)
		return 0;
	if (r == 0)
		r = bolt_take_u32be(&value, &number);
	if (r < 0)
		return bolt_store_fail(store, MDB_CORRUPTED, err);
	uint8_t key[4];
	bolt_store_number(key, number);
	if (bolt_store_value(store, STORE_STATE, key, sizeof(key), &value) < 0 || take_state(value, &stamp, &digest) < 0)
		return bolt_store_fail(store, MDB_CORRUPTED, err);
	return record->head.stamp.generation == 0 && stamp.generation != 0 ? 1 : drop(store, number, err);
}

int bolt_store_put(struct bolt_store *store, const struct bolt_record *record, uint64_t *ret_dropped, struct bolt_err *err)
{
	const char *image = record->head.image;
	uint64_t wanted = record->record.left + record->told.left + record->keys.left + 4 * PAGE_BYTES, dropped = 0;
	uint8_t key[4];

	if (!*image || wanted > store->limit.bytes / 2)
		return bolt_err_set(err, -E2BIG, "store '%s': the image is too large for it", store->path);
	if (store->next > UINT32_MAX)
		return bolt_store_fail(store, MDB_CORRUPTED, err);
	int r = replace(store, record, err);
	if (r != 0)
		return r < 0 ? r : 0;
	r = make_room(store, wanted, &dropped, err);
	uint32_t number = (uint32_t) store->next;
	bolt_store_number(key, number);
	if (r == 0)
		r = put(store, STORE_IMAGE, key, sizeof(key), record->record, err);
	if (r == 0)
		r = put(store, STORE_TOLD, key, sizeof(key), record->told, err);
	if (r == 0)
		r = put(store, STORE_KEYS, key, sizeof(key), record->keys, err);
	if (r == 0)
		r = put_state(store, number, record->head.stamp, image, err);
	if (r == 0)
		r = put(store, STORE_DIGEST, image, strlen(image), bolt_cursor(key, sizeof(key)), err);
	if (r == 0)
		r = bolt_store_put_fact(store, "next", ++store->next, err);
	if (r == 0)
		*ret_dropped = dropped;
	return r;
}

int bolt_store_items(struct bolt_store *store, struct bolt_store_item **ret_items, size_t *ret_len)
{
	struct bolt_store_item *items;
	const char *digest;
	MDB_cursor *cursor;
	MDB_val key, value;
	MDB_stat stat;
	size_t len = 0;

	if (mdb_stat(store->txn, store->tables[STORE_STATE], &stat) != 0 || stat.ms_entries > BOLT_STORE_IMAGES_MAX)
		return -EBADMSG;
	items = calloc(stat.ms_entries + 1, sizeof(*items));
	if (!items || mdb_cursor_open(store->txn, store->tables[STORE_STATE], &cursor) != 0) {
		free(items);
		return -ENOMEM;
	}
	int code;
	while ((code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		struct bolt_cursor name = bolt_cursor(key.mv_data, key.mv_size);

		if (len == stat.ms_entries || bolt_take_u32be(&name, &items[len].number) < 0 ||
		    take_state(bolt_cursor(value.mv_data, value.mv_size), &items[len].stamp, &digest) < 0)
			break;
		len++;
	}
	mdb_cursor_close(cursor);
	if (code != MDB_NOTFOUND) {
		free(items);
		return -EBADMSG;
	}
	*ret_items = items;
	*ret_len = len;
	return 0;
}

int bolt_store_get(struct bolt_store *store, uint32_t number, struct bolt_cursor *ret_record, struct bolt_cursor *ret_told,
		   struct bolt_cursor *ret_keys)
{
	struct bolt_cursor record, told;
	uint8_t key[4];

	bolt_store_number(key, number);
	int r = bolt_store_value(store, STORE_IMAGE, key, sizeof(key), &record);
	if (r == 0)
		r = bolt_store_value(store, STORE_TOLD, key, sizeof(key), &told);
	if (r == 0)
		r = bolt_store_value(store, STORE_KEYS, key, sizeof(key), ret_keys);
	if (r == 0) {
		*ret_record = record;
		*ret_told = told;
	}
	return r;
}

/* Most judgements change no key at all. */
static int change_keys(struct bolt_store *store, uint32_t number, struct bolt_cursor keys, struct bolt_err *err)
{
	struct bolt_cursor before;
	uint8_t key[4], *copy;
	int r;

	bolt_store_number(key, number);
	if (bolt_store_value(store, STORE_KEYS, key, sizeof(key), &before) < 0)
		return bolt_store_fail(store, MDB_CORRUPTED, err);
	if (before.left == keys.left && memcmp(before.p, keys.p, keys.left) == 0)
		return 0;
	copy = malloc(before.left + 1); /* it lies where is written now */
	if (!copy)
		return -ENOMEM;
	memcpy(copy, before.p, before.left);
	r = put(store, STORE_KEYS, key, sizeof(key), keys, err);
	if (r == 0)
		r = bolt_store_reindex(store, number, bolt_cursor(copy, before.left), keys, err);
	free(copy);
	return r;
}

int bolt_store_judged(struct bolt_store *store, uint32_t number, struct bolt_stamp stamp, struct bolt_cursor told,
		      struct bolt_cursor keys, struct bolt_err *err)
{
	char digest[BOLT_DIGEST_TEXT];
	struct bolt_cursor state;
	struct bolt_stamp before;
	const char *text;
	uint8_t key[4];
	int r;

	bolt_store_number(key, number);
	r = bolt_store_value(store, STORE_STATE, key, sizeof(key), &state);
	if (r == -ENOENT)
		return 0;
	if (r < 0 || take_state(state, &before, &text) < 0 || strlen(text) >= sizeof(digest))
		return bolt_store_fail(store, MDB_CORRUPTED, err);
	(void) snprintf(digest, sizeof(digest), "%s", text); /* it lies where is written now */
	r = put_state(store, number, stamp, digest, err);
	if (r == 0 && told.left > 0)
		r = put(store, STORE_TOLD, key, sizeof(key), told, err);
	return r == 0 && told.left > 0 ? change_keys(store, number, keys, err) : r;
}
