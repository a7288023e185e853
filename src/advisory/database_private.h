/* The open database, for the files that read from it. */
#pragma once

#include <pthread.h>
#include <zstd.h>

#include "advisory/database_format.h"

struct bolt_database {
	MDB_env *env;
	MDB_txn *txn; /* one for everybody: a read-only transaction whose tables have been looked at once is never written to */
	MDB_dbi tables[_BOLT_TABLE_MAX];
	struct bolt_trailer trailer;
	uint64_t generation, changes_after;
	int64_t built_unix;
	struct bolt_part_state *parts; /* sorted by name */
	size_t parts_len;
	struct bolt_cursor scores;
	pthread_mutex_t lock; /* unpacking */
	ZSTD_DCtx *unpacker;
	ZSTD_DDict *dictionaries[UINT8_MAX + 1]; /* made when first needed */
};

/* A record's canonical bytes (advisory/record.h) in place of the buffer's content. 0 | -ENOENT | -EBADMSG | -E2BIG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_database_canonical(struct bolt_database *database, uint32_t record, struct bolt_buf *buf);

/* 0 | -ENOENT | -EBADMSG. The value lies in the map. */
BOLT_MUST_CHECK int bolt_database_get(struct bolt_database *database, enum bolt_table table, const void *key, size_t key_len,
				      struct bolt_cursor *ret_value);
