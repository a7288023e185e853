/* The store's inside, for store.c (opening, images) and store_index.c. Numbers in keys are big-endian, in values little-endian.
 *
 * A scan writes as few pages as it can: a record, what was told, the keys. The index over those is brought up to date by whoever
 * judges them again, many images at once and in the order of the keys. */
#pragma once

#include <lmdb.h>

#include "scan/store.h"

enum store_table {
	STORE_META,   /* name of a fact -> u64 */
	STORE_IMAGE,  /* u32 number -> record */
	STORE_TOLD,   /* u32 number -> what was told */
	STORE_KEYS,   /* u32 number -> keys, sorted */
	STORE_STATE,  /* u32 number -> stamp, digest NUL */
	STORE_DIGEST, /* digest -> u32 number */
	STORE_INDEX,  /* u64 key -> u32 numbers (big-endian) */
	_STORE_TABLE_MAX
};

enum { STORE_SCHEMA = 1 };

struct bolt_store {
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi tables[_STORE_TABLE_MAX];
	char *path;
	struct bolt_store_limit limit;
	uint64_t next;    /* number of the next image */
	uint64_t indexed; /* images up to this number are in the index */
	uint64_t stale;   /* images that have left and are in it all the same */
};

/* What LMDB said, with the path and what to do. 0 stays 0. */
int bolt_store_fail(struct bolt_store *store, int code, struct bolt_err *err);
BOLT_MUST_CHECK int bolt_store_put_fact(struct bolt_store *store, const char *name, uint64_t value, struct bolt_err *err);
void bolt_store_number(uint8_t key[4], uint32_t number);
BOLT_MUST_CHECK int bolt_store_value(struct bolt_store *store, enum store_table table, const void *key, size_t len,
				     struct bolt_cursor *ret_value);

/* store_index.c: an image that is in the index has other keys now. `before` must not lie where is written. 0 | -ENOSPC ... */
BOLT_MUST_CHECK int bolt_store_reindex(struct bolt_store *store, uint32_t number, struct bolt_cursor before, struct bolt_cursor now,
				       struct bolt_err *err);
