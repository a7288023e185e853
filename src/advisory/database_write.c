#include "advisory/database_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advisory/limits.h"
#include "advisory/packing.h"
#include "advisory/write_private.h"

/* Address space, not memory: no database comes near. */
#define MAP_BYTES (UINT64_C(64) << 30)

/* Changed pages are kept in memory until a commit; this much put may be ten times as much in pages. */
enum { COMMIT_BYTES = 8 << 20 };

int bolt_writer_fail(struct bolt_writer *w, int code, const char *what, struct bolt_err *err)
{
	if (code == 0)
		return 0;
	int r = bolt_lmdb_err(err, code, what);
	if (r != -ENOENT)
		w->failed = r;
	return r;
}

int bolt_writer_get(struct bolt_writer *w, enum bolt_table table, const void *key, size_t len, struct bolt_cursor *ret_value,
		    struct bolt_err *err)
{
	MDB_val name = { len, (void *) (uintptr_t) key }, value;
	int code = mdb_get(w->txn, w->tables[table], &name, &value);

	if (code == MDB_NOTFOUND)
		return -ENOENT;
	if (code == 0)
		*ret_value = bolt_cursor(value.mv_data, value.mv_size);
	return bolt_writer_fail(w, code, "cannot read the database", err);
}

int bolt_writer_put(struct bolt_writer *w, enum bolt_table table, const void *key, size_t len, const void *bytes, size_t n,
		    struct bolt_err *err)
{
	MDB_val name = { len, (void *) (uintptr_t) key }, value = { n, (void *) (uintptr_t) bytes };
	int code;

	w->unwritten += len + n + 64;
	if (n > 0) {
		code = mdb_put(w->txn, w->tables[table], &name, &value, 0);
	} else {
		code = mdb_del(w->txn, w->tables[table], &name, NULL);
		code = code == MDB_NOTFOUND ? 0 : code;
	}
	return bolt_writer_fail(w, code, "cannot write the database", err);
}

int bolt_writer_put_fact(struct bolt_writer *w, const char *name, uint64_t value, struct bolt_err *err)
{
	uint8_t bytes[8];

	bolt_put_u64le(bytes, value);
	return bolt_writer_put(w, BOLT_TABLE_META, name, strlen(name), bytes, sizeof(bytes), err);
}

int bolt_writer_breathe(struct bolt_writer *w, bool now, struct bolt_err *err)
{
	if (!now && w->unwritten < COMMIT_BYTES)
		return 0;
	int code = mdb_txn_commit(w->txn);

	w->txn = NULL;
	w->unwritten = 0;
	if (code == 0)
		code = mdb_txn_begin(w->env, NULL, 0, &w->txn);
	return bolt_writer_fail(w, code, "cannot write the database", err);
}

int bolt_writer_stored(struct bolt_writer *w, uint32_t number, struct bolt_stored *ret_stored, struct bolt_err *err)
{
	struct bolt_cursor value;
	uint8_t key[4];

	bolt_put_u32be(key, number);
	int r = bolt_writer_get(w, BOLT_TABLE_RECORD, key, sizeof(key), &value, err);
	if (r == 0 && bolt_stored_take(value, ret_stored) < 0)
		r = bolt_writer_fail(w, MDB_CORRUPTED, "a record is damaged", err);
	return r;
}

int bolt_writer_slot(struct bolt_writer *w, uint64_t hash, uint16_t part, const char *id, struct bolt_slot **ret_slot,
		     struct bolt_err *err)
{
	struct bolt_slot *slot;
	size_t at = 0;

	while ((slot = bolt_index_next(&w->index, hash, part, &at))) {
		struct bolt_stored stored;
		int r = bolt_writer_stored(w, slot->number, &stored, err);

		if (r < 0)
			return r == -ENOENT ? bolt_writer_fail(w, MDB_CORRUPTED, "a record is missing", err) : r;
		if (strcmp(stored.id, id) == 0) {
			*ret_slot = slot;
			return 0;
		}
	}
	return -ENOENT;
}

/* 0 for what an empty file does not have. */
static int get_fact(struct bolt_writer *w, const char *name, uint64_t *ret_value, struct bolt_err *err)
{
	struct bolt_cursor value;
	int r = bolt_writer_get(w, BOLT_TABLE_META, name, strlen(name), &value, err);

	*ret_value = 0;
	if (r == -ENOENT)
		return 0;
	if (r == 0 && bolt_take_u64le(&value, ret_value) < 0)
		r = bolt_writer_fail(w, MDB_CORRUPTED, "damaged", err);
	return r;
}

static int read_facts(struct bolt_writer *w, struct bolt_err *err)
{
	uint64_t next, schema;
	int r = get_fact(w, BOLT_META_SCHEMA, &schema, err);

	if (r == 0 && schema != BOLT_DATABASE_SCHEMA && schema != 0)
		return bolt_err_set(err, -EBADMSG, "made by another version of boltseal");
	if (r == 0)
		r = get_fact(w, BOLT_META_GENERATION, &w->generation, err);
	if (r == 0)
		r = get_fact(w, BOLT_META_CHANGES, &w->changes_after, err);
	if (r == 0)
		r = get_fact(w, BOLT_META_BUILT, &w->built_unix, err);
	if (r == 0)
		r = get_fact(w, BOLT_META_NEXT, &next, err);
	if (r == 0)
		w->next_record = (uint32_t) next;
	return r;
}

/* Calls `each` for all of a table. */
static int walk(struct bolt_writer *w, enum bolt_table table,
		int (*each)(struct bolt_writer *w, struct bolt_cursor key, struct bolt_cursor value), struct bolt_err *err)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	int r = 0, code = mdb_cursor_open(w->txn, w->tables[table], &cursor);

	if (code != 0)
		return bolt_writer_fail(w, code, "cannot read the database", err);
	while (r == 0 && (code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0)
		r = each(w, bolt_cursor(key.mv_data, key.mv_size), bolt_cursor(value.mv_data, value.mv_size));
	mdb_cursor_close(cursor);
	if (r < 0)
		return bolt_err_set(err, r, r == -ENOMEM ? "out of memory" : "damaged");
	return code == MDB_NOTFOUND ? 0 : bolt_writer_fail(w, code, "cannot read the database", err);
}

static int index_record(struct bolt_writer *w, struct bolt_cursor key, struct bolt_cursor value)
{
	struct bolt_stored stored;
	uint32_t number;

	if (bolt_take_u32be(&key, &number) < 0 || bolt_stored_take(value, &stored) < 0)
		return -EBADMSG;
	return bolt_index_add(&w->index, bolt_index_hash(stored.part, stored.id), stored.part, number);
}

static int learn_dictionary(struct bolt_writer *w, struct bolt_cursor key, struct bolt_cursor value)
{
	const char *label;
	uint8_t number;

	if (bolt_take_u8(&key, &number) < 0 || number == 0 || w->packer.dictionaries[number].pack ||
	    bolt_take_text(&value, &label) < 0)
		return -EBADMSG;
	return bolt_packer_learn(&w->packer, number, label, value.p, value.left);
}

static int open_env(struct bolt_writer *w, struct bolt_err *err)
{
	/* No syncing at every commit: nobody sees the file before the last one. No readers, hence no locks. */
	const unsigned flags = MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOSYNC | MDB_NOTLS | MDB_NORDAHEAD | MDB_NOMEMINIT;
	int code = mdb_env_create(&w->env);

	if (code == 0)
		code = mdb_env_set_maxdbs(w->env, _BOLT_TABLE_MAX);
	if (code == 0)
		code = mdb_env_set_mapsize(w->env, MAP_BYTES);
	if (code == 0)
		code = mdb_env_open(w->env, w->options.path, flags, 0600);
	if (code == 0)
		code = mdb_txn_begin(w->env, NULL, 0, &w->txn);
	for (unsigned i = 0; code == 0 && i < _BOLT_TABLE_MAX; i++)
		code = mdb_dbi_open(w->txn, bolt_table_name(i), MDB_CREATE, &w->tables[i]);
	return bolt_writer_fail(w, code, "cannot open the new database", err);
}

int bolt_writer_open(const struct bolt_writer_options *options, struct bolt_writer **ret_writer, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_writer_closep) struct bolt_writer *w = calloc(1, sizeof(*w));

	if (!w)
		return -ENOMEM;
	w->options = *options;
	w->record = (struct bolt_buf) BOLT_BUF_INIT(BOLT_RECORD_BYTES_MAX);
	w->value = (struct bolt_buf) BOLT_BUF_INIT(BOLT_ENTRIES_BYTES_MAX);
	w->touched_packages = w->touched_records = w->touched_names = w->touched_scores = (struct bolt_buf) BOLT_BUF_INIT(
		BOLT_CHANGES_BYTES_MAX / 4);
	bolt_batch_init(&w->batch);
	bolt_spool_init(&w->spool, options->spool_fd);
	int r = bolt_packer_init(&w->packer);
	if (r == 0)
		r = open_env(w, err);
	if (r == 0)
		r = read_facts(w, err);
	if (r == 0)
		r = walk(w, BOLT_TABLE_RECORD, index_record, err);
	if (r == 0)
		r = walk(w, BOLT_TABLE_DICTIONARY, learn_dictionary, err);
	if (r < 0)
		return r;
	*ret_writer = BOLT_TAKE(w);
	return 0;
}

void bolt_writer_close(struct bolt_writer *w)
{
	if (!w)
		return;
	bolt_part_run_free(w->run);
	if (w->txn)
		mdb_txn_abort(w->txn);
	if (w->env)
		mdb_env_close(w->env);
	bolt_index_done(&w->index);
	bolt_packer_done(&w->packer);
	bolt_batch_done(&w->batch);
	bolt_spool_done(&w->spool);
	bolt_buf_done(&w->record);
	bolt_buf_done(&w->value);
	bolt_buf_done(&w->touched_packages);
	bolt_buf_done(&w->touched_records);
	bolt_buf_done(&w->touched_names);
	bolt_buf_done(&w->touched_scores);
	free(w);
}

static int write_facts(struct bolt_writer *w, struct bolt_err *err)
{
	int r = 0;

	if (w->changed || w->generation == 0) {
		r = bolt_write_changes(w, err); /* as one more generation */
		if (r == 0)
			r = bolt_writer_put_fact(w, BOLT_META_GENERATION, ++w->generation, err);
		if (r == 0)
			r = bolt_writer_put_fact(w, BOLT_META_BUILT, (uint64_t) w->options.now_unix, err);
	}
	if (r == 0)
		r = bolt_writer_put_fact(w, BOLT_META_CHANGES, w->changes_after, err);
	if (r == 0)
		r = bolt_writer_put_fact(w, BOLT_META_NEXT, w->next_record, err);
	if (r == 0)
		r = bolt_writer_put_fact(w, BOLT_META_SCHEMA, BOLT_DATABASE_SCHEMA, err);
	return r;
}

/* Pages that nobody uses: the values of LMDB's own first table, each a list of page numbers with its length before it. */
static int count_free(struct bolt_writer *w, uint64_t *ret_pages)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	uint64_t pages = 0;

	mdb_txn_abort(w->txn); /* has nothing in it; only one that reads is let into that table */
	w->txn = NULL;
	int code = mdb_txn_begin(w->env, NULL, MDB_RDONLY, &w->txn);
	if (code == 0)
		code = mdb_cursor_open(w->txn, 0, &cursor);

	while (code == 0 && (code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		size_t n = 0;

		if (value.mv_size >= sizeof(n))
			memcpy(&n, value.mv_data, sizeof(n));
		pages += n;
	}
	if (code == MDB_NOTFOUND)
		mdb_cursor_close(cursor);
	*ret_pages = pages;
	return code == MDB_NOTFOUND ? 0 : code;
}

/* The trailer, and all of it on the disk. */
static int seal(int fd, uint64_t length, uint32_t page_bytes, struct bolt_err *err)
{
	int r = bolt_trailer_write(fd, length, page_bytes, err);

	if (r == 0 && fsync(fd) < 0)
		r = bolt_err_set(err, -errno, "cannot write the new database to the disk: %m");
	return r;
}

static int compact(struct bolt_writer *w, int compact_fd, uint32_t page_bytes, struct bolt_err *err)
{
	int code = mdb_env_copyfd2(w->env, compact_fd, MDB_CP_COMPACT);

	if (code != 0)
		return bolt_writer_fail(w, code, "cannot write a compact copy", err);
	off_t end = lseek(compact_fd, 0, SEEK_END);
	return end < 0 ? bolt_err_set(err, -errno, "cannot write a compact copy: %m")
		       : seal(compact_fd, (uint64_t) end, page_bytes, err);
}

int bolt_writer_finish(struct bolt_writer *w, int compact_fd, struct bolt_writer_outcome *ret_outcome, struct bolt_err *err)
{
	struct bolt_writer_outcome outcome = { .changed = w->changed };
	MDB_envinfo info;
	MDB_stat stat;
	mdb_filehandle_t fd;
	uint64_t free_pages = 0;

	if (w->failed < 0)
		return bolt_err_set(err, w->failed, "the new database could not be written");
	int r = write_facts(w, err);
	if (r == 0)
		r = bolt_writer_breathe(w, true, err);
	if (r < 0)
		return r;
	int code = count_free(w, &free_pages);
	if (w->txn)
		mdb_txn_abort(w->txn);
	w->txn = NULL;
	if (code == 0)
		code = mdb_env_info(w->env, &info);
	if (code == 0)
		code = mdb_env_stat(w->env, &stat);
	if (code == 0)
		code = mdb_env_get_fd(w->env, &fd);
	if (code != 0)
		return bolt_writer_fail(w, code, "cannot look at what was written", err);
	outcome.generation = w->generation;
	outcome.compacted = compact_fd >= 0 && free_pages > (info.me_last_pgno + 1) / 3;
	r = outcome.compacted ? compact(w, compact_fd, stat.ms_psize, err)
			      : seal(fd, (info.me_last_pgno + 1) * (uint64_t) stat.ms_psize, stat.ms_psize, err);
	if (r == 0)
		*ret_outcome = outcome;
	return r;
}
