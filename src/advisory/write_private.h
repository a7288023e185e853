/* The writer's inside, for the files it is made of: database_write.c (open, finish), write_part.c (a part comes in), write_apply.c
 * (its records go into the tables), write_scores.c (EPSS, KEV), write_changes.c (what a generation touched). */
#pragma once

#include <lmdb.h>

#include "advisory/database_format.h"
#include "advisory/database_write.h"
#include "advisory/write_batch.h"
#include "advisory/write_index.h"
#include "advisory/write_packer.h"
#include "advisory/write_spool.h"
#include "core/arena.h"

/* A record that came. */
struct bolt_incoming {
	const char *id;
	int64_t modified_unix;
	uint64_t hash;   /* bolt_index_hash */
	uint32_t number; /* in the database, or NEW */
	uint32_t item;   /* in the spool, counted from 1; 0: as the database has it */
};
#define BOLT_INCOMING_NEW UINT32_MAX

struct bolt_incoming_kev {
	struct bolt_key cve;
	const char *added, *due;
	bool ransomware;
};

/* The part that is being read. */
struct bolt_part_run {
	struct bolt_feed_sink sink; /* first: the sink is the run */
	struct bolt_writer *writer;
	struct bolt_arena *arena;
	char part[BOLT_PART_NAME];
	bool whole, known;            /* known: the database has it */
	struct bolt_part_state state; /* as it was */
	uint8_t dictionary;
	struct bolt_incoming *incoming;
	size_t incoming_len, incoming_room;
	uint32_t *table; /* of incoming, by hash: index + 1; 0: free */
	size_t table_mask;
	uint32_t items;           /* in the spool */
	const char **removed_ids; /* asked to go (not whole) */
	size_t removed_ids_len, removed_ids_room;
	struct bolt_score *scores;
	size_t scores_len, scores_room;
	struct bolt_incoming_kev *kev;
	size_t kev_len, kev_room;
	uint64_t damaged, duplicates;
	char first_damaged[256];
	int64_t dated_unix, newest_unix;
	uint64_t added, changed, removed;
};

struct bolt_writer {
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi tables[_BOLT_TABLE_MAX];
	struct bolt_writer_options options;
	uint64_t generation; /* of the file; what changes now will be the next */
	uint64_t changes_after;
	uint64_t built_unix;
	uint32_t next_record;
	bool changed, changes_lost;
	int failed;       /* the file can no longer be used */
	size_t unwritten; /* bytes put since the last commit, roughly */
	struct bolt_index index;
	struct bolt_packer packer;
	struct bolt_batch batch;
	struct bolt_spool spool;
	struct bolt_buf record, value;                                                    /* scratch */
	struct bolt_buf touched_packages, touched_records, touched_names, touched_scores; /* of this generation */
	uint64_t adopted_mark;                                                            /* or 0 */
	struct bolt_part_run *run;
};

/* What LMDB said, remembered: from now on nothing works. */
int bolt_writer_fail(struct bolt_writer *w, int code, const char *what, struct bolt_err *err);
/* A value in the map, valid until the next change. 0 | -ENOENT | as bolt_writer_fail. */
BOLT_MUST_CHECK int bolt_writer_get(struct bolt_writer *w, enum bolt_table table, const void *key, size_t len,
				    struct bolt_cursor *ret_value, struct bolt_err *err);
/* An empty value removes the key. */
BOLT_MUST_CHECK int bolt_writer_put(struct bolt_writer *w, enum bolt_table table, const void *key, size_t len, const void *value,
				    size_t value_len, struct bolt_err *err);
BOLT_MUST_CHECK int bolt_writer_put_fact(struct bolt_writer *w, const char *name, uint64_t value, struct bolt_err *err);
/* Commits when much has been put, so that little memory is held. What was got is no longer valid. */
BOLT_MUST_CHECK int bolt_writer_breathe(struct bolt_writer *w, bool now, struct bolt_err *err);

/* The record's header. 0 | -ENOENT | failure. */
BOLT_MUST_CHECK int bolt_writer_stored(struct bolt_writer *w, uint32_t number, struct bolt_stored *ret_stored,
				       struct bolt_err *err);
/* The slot of an id in a part. 0 | -ENOENT | failure. */
BOLT_MUST_CHECK int bolt_writer_slot(struct bolt_writer *w, uint64_t hash, uint16_t part, const char *id,
				     struct bolt_slot **ret_slot, struct bolt_err *err);

/* write_part.c. NULL is accepted. */
void bolt_part_run_free(struct bolt_part_run *run);

/* write_apply.c: the run's records. write_scores.c: its scores and its KEV entries. All count into the run. */
BOLT_MUST_CHECK int bolt_apply_records(struct bolt_part_run *run, struct bolt_err *err);
BOLT_MUST_CHECK int bolt_apply_scores(struct bolt_part_run *run, struct bolt_err *err);
BOLT_MUST_CHECK int bolt_apply_kev(struct bolt_part_run *run, struct bolt_err *err);

/* write_changes.c */
BOLT_MUST_CHECK int bolt_note_package(struct bolt_writer *w, const uint8_t *full_name, size_t len);
BOLT_MUST_CHECK int bolt_note_record(struct bolt_writer *w, uint16_t part, const char *id, bool gone);
/* An id or alias (bolt_key_id) of a record that changed, or a CVE that KEV says something else of. */
BOLT_MUST_CHECK int bolt_note_name(struct bolt_writer *w, const uint8_t *name, size_t len);
/* Rising by CVE. rescored: not only its percentile is another. */
BOLT_MUST_CHECK int bolt_note_score(struct bolt_writer *w, uint64_t cve_after_last, bool rescored);
BOLT_MUST_CHECK int bolt_write_changes(struct bolt_writer *w, struct bolt_err *err);
