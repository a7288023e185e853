#include "advisory/database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advisory/database_private.h"
#include "advisory/limits.h"
#include "advisory/packing.h"

int bolt_database_get(struct bolt_database *db, enum bolt_table table, const void *key, size_t key_len,
		      struct bolt_cursor *ret_value)
{
	MDB_val name = { key_len, (void *) (uintptr_t) key }, value;
	int code = key_len > 0 ? mdb_get(db->txn, db->tables[table], &name, &value) : MDB_NOTFOUND;

	if (code != 0)
		return code == MDB_NOTFOUND ? -ENOENT : -EBADMSG;
	*ret_value = bolt_cursor(value.mv_data, value.mv_size);
	return 0;
}

static int get_fact(struct bolt_database *db, const char *name, uint64_t *ret_value)
{
	struct bolt_cursor value;
	int r = bolt_database_get(db, BOLT_TABLE_META, name, strlen(name), &value);

	return r == 0 ? bolt_take_u64le(&value, ret_value) : -EBADMSG;
}

static int open_tables(struct bolt_database *db)
{
	MDB_stat stat;
	int code = mdb_txn_begin(db->env, NULL, MDB_RDONLY, &db->txn);

	for (unsigned i = 0; code == 0 && i < _BOLT_TABLE_MAX; i++) {
		code = mdb_dbi_open(db->txn, bolt_table_name(i), 0, &db->tables[i]);
		if (code == 0) /* the look that later ones are spared */
			code = mdb_stat(db->txn, db->tables[i], &stat);
	}
	return code;
}

static int read_facts(struct bolt_database *db)
{
	uint64_t built, schema;

	if (get_fact(db, BOLT_META_SCHEMA, &schema) < 0 || schema != BOLT_DATABASE_SCHEMA ||
	    get_fact(db, BOLT_META_GENERATION, &db->generation) < 0 || get_fact(db, BOLT_META_CHANGES, &db->changes_after) < 0 ||
	    get_fact(db, BOLT_META_BUILT, &built) < 0 || built > INT64_MAX)
		return -EBADMSG;
	db->built_unix = (int64_t) built;
	int r = bolt_database_get(db, BOLT_TABLE_SCORE, "epss", strlen("epss"), &db->scores);
	return r == -ENOENT ? 0 : r;
}

static int read_parts(struct bolt_database *db)
{
	MDB_cursor *cursor;
	MDB_stat stat;
	MDB_val name, value;
	uint8_t dictionary;
	int code = mdb_stat(db->txn, db->tables[BOLT_TABLE_PART], &stat);

	if (code != 0 || stat.ms_entries > BOLT_PARTS_MAX)
		return -EBADMSG;
	db->parts = calloc(stat.ms_entries + 1, sizeof(*db->parts));
	if (!db->parts)
		return -ENOMEM;
	if (mdb_cursor_open(db->txn, db->tables[BOLT_TABLE_PART], &cursor) != 0)
		return -ENOMEM;
	while ((code = mdb_cursor_get(cursor, &name, &value, MDB_NEXT)) == 0) {
		if (db->parts_len == stat.ms_entries ||
		    bolt_part_state_take(bolt_cursor(value.mv_data, value.mv_size), &db->parts[db->parts_len], &dictionary) < 0)
			break;
		db->parts_len++;
	}
	mdb_cursor_close(cursor);
	return code == MDB_NOTFOUND ? 0 : -EBADMSG;
}

/* LMDB's map reaches as far as its meta pages say: past the end of the file there is only SIGBUS. */
static int check_length(struct bolt_database *db, struct bolt_err *err)
{
	MDB_envinfo info;
	MDB_stat stat;
	mdb_filehandle_t fd;

	if (mdb_env_get_fd(db->env, &fd) != 0 || mdb_env_info(db->env, &info) != 0 || mdb_env_stat(db->env, &stat) != 0)
		return bolt_err_set(err, -EBADMSG, "damaged");
	int r = bolt_trailer_read(fd, &db->trailer, err);
	if (r == 0 && (stat.ms_psize != db->trailer.page_bytes || info.me_last_pgno >= db->trailer.length / stat.ms_psize))
		r = bolt_err_set(err, -EBADMSG, "damaged: it is shorter than its pages");
	return r;
}

static int open_file(struct bolt_database *db, const char *path, struct bolt_err *err)
{
	int code = mdb_env_create(&db->env);

	if (code == 0)
		code = mdb_env_set_maxdbs(db->env, _BOLT_TABLE_MAX);
	if (code == 0)
		code = mdb_env_set_mapsize(db->env, 1); /* LMDB makes it as large as the file is */
	if (code == 0)
		code = mdb_env_open(db->env, path, MDB_RDONLY | MDB_NOLOCK | MDB_NOSUBDIR | MDB_NOTLS, 0);
	if (code == ENOENT)
		return bolt_err_set(err, -ENOENT, "there is none: 'boltseal db update' or 'boltseal db import' makes one");
	if (code != 0)
		return bolt_lmdb_err(err, code, "not an advisory database");
	int r = check_length(db, err);
	if (r < 0)
		return r;
	code = open_tables(db);
	if (code != 0)
		return bolt_lmdb_err(err, code, "damaged");
	r = read_facts(db);
	if (r == 0)
		r = read_parts(db);
	return r < 0 ? bolt_err_set(err, r, r == -ENOMEM ? "out of memory" : "damaged") : 0;
}

/* The trailer is looked at before LMDB is let near the file. */
static int check_file(const char *path, bool whole, struct bolt_err *err)
{
	struct bolt_trailer trailer;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0 && errno == ENOENT)
		return bolt_err_set(err, -ENOENT, "there is none: 'boltseal db update' or 'boltseal db import' makes one");
	if (fd < 0)
		return bolt_err_set(err, -errno, "cannot open it: %m");
	int r = bolt_trailer_read(fd, &trailer, err);
	if (r == 0 && whole)
		r = bolt_trailer_verify(fd, &trailer, err);
	close(fd);
	return r;
}

int bolt_database_open(const char *path, struct bolt_database **ret_database, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_database_closep) struct bolt_database *db = NULL;
	int r = check_file(path, false, err);

	if (r == 0) {
		db = calloc(1, sizeof(*db));
		r = db && pthread_mutex_init(&db->lock, NULL) == 0 ? open_file(db, path, err) : -ENOMEM;
	}
	if (r < 0)
		return bolt_err_wrap(err, r, "advisory database '%s'", path);
	*ret_database = BOLT_TAKE(db);
	return 0;
}

int bolt_database_verify(const char *path, struct bolt_err *err)
{
	int r = check_file(path, true, err);

	return r < 0 ? bolt_err_wrap(err, r, "advisory database '%s'", path) : 0;
}

void bolt_database_close(struct bolt_database *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(db->dictionaries); i++)
		ZSTD_freeDDict(db->dictionaries[i]);
	ZSTD_freeDCtx(db->unpacker);
	if (db->txn)
		mdb_txn_abort(db->txn);
	if (db->env)
		mdb_env_close(db->env);
	pthread_mutex_destroy(&db->lock);
	free(db->parts);
	free(db);
}

uint64_t bolt_database_generation(const struct bolt_database *db)
{
	return db->generation;
}

int64_t bolt_database_built_unix(const struct bolt_database *db)
{
	return db->built_unix;
}

size_t bolt_database_parts_len(const struct bolt_database *db)
{
	return db->parts_len;
}

const struct bolt_part_state *bolt_database_part(const struct bolt_database *db, size_t index)
{
	return &db->parts[index];
}

const struct bolt_part_state *bolt_database_part_numbered(const struct bolt_database *db, uint16_t number)
{
	for (size_t i = 0; i < db->parts_len; i++) {
		if (db->parts[i].number == number)
			return &db->parts[i];
	}
	return NULL;
}

int bolt_database_find(struct bolt_database *db, const char *ecosystem, const char *package, bool binary,
		       struct bolt_cursor *ret_entries)
{
	uint8_t name[BOLT_FULL_NAME_MAX];
	struct bolt_key key;
	size_t len = bolt_full_name(ecosystem, package, binary, name);

	/* What is too long for a key comes out of the hash; running out of memory there is told as damage would be. */
	if (bolt_key_package(name, len, &key) < 0)
		return -EBADMSG;
	int r = bolt_database_get(db, BOLT_TABLE_AFFECTED, key.bytes, key.len, ret_entries);
	if (r == -ENOENT) {
		*ret_entries = bolt_cursor("", 0);
		return 0;
	}
	return r;
}

int bolt_database_epss(struct bolt_database *db, const char *cve, struct bolt_epss *ret_epss)
{
	uint64_t wanted, low = 0, high = db->scores.left / BOLT_SCORE_BYTES;

	*ret_epss = (struct bolt_epss){ .known = false };
	if (bolt_cve_number(cve, &wanted) < 0)
		return 0;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2, here;
		uint32_t score, percentile;
		struct bolt_cursor one;

		if (bolt_cursor_at(&db->scores, middle * BOLT_SCORE_BYTES, BOLT_SCORE_BYTES, &one) < 0 ||
		    bolt_take_u64le(&one, &here) < 0 || bolt_take_u32le(&one, &score) < 0 || bolt_take_u32le(&one, &percentile) < 0)
			return -EBADMSG;
		if (here == wanted) {
			*ret_epss = (struct bolt_epss){ true, score, percentile };
			return 0;
		}
		if (here < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

int bolt_database_kev(struct bolt_database *db, const char *cve, struct bolt_kev *ret_kev)
{
	struct bolt_key key;
	struct bolt_cursor value;
	struct bolt_kev kev = { .known = true };
	uint8_t ransomware;

	*ret_kev = (struct bolt_kev){ .known = false };
	bolt_key_id(cve, &key);
	int r = bolt_database_get(db, BOLT_TABLE_KEV, key.bytes, key.len, &value);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (bolt_take_text(&value, &kev.added) < 0 || bolt_take_text(&value, &kev.due) < 0 || bolt_take_u8(&value, &ransomware) < 0)
		return -EBADMSG;
	kev.ransomware = ransomware;
	if (!*kev.due)
		kev.due = NULL;
	if (!*kev.added)
		kev.added = NULL;
	*ret_kev = kev;
	return 0;
}
