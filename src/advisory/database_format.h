/* What the reader and the writer of the database agree on. The file is an LMDB environment, and after its last page a trailer with
 * its length and checksums: LMDB trusts what it maps, so a file that was cut off or damaged must be known before.
 *
 * Numbers in keys are big-endian (LMDB sorts by bytes), in values little-endian. */
#pragma once

#include <lmdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <zstd.h>

#include "advisory/database.h"
#include "core/arena.h"
#include "core/buf.h"
#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"

enum { BOLT_DATABASE_SCHEMA = 1 };

enum bolt_table {
	BOLT_TABLE_META,     /* name of a fact -> number */
	BOLT_TABLE_PART,     /* part's name -> its state */
	BOLT_TABLE_RECORD,   /* u32 number -> struct bolt_stored */
	BOLT_TABLE_NAME,     /* id or alias in upper case -> u32 (big-endian) numbers, rising */
	BOLT_TABLE_AFFECTED, /* bolt_key_package -> entries (advisory/entry.h), by rising record number */
	BOLT_TABLE_SCORE,    /* "epss" -> all scores in one sorted list (struct bolt_score) */
	BOLT_TABLE_KEV,      /* CVE -> added NUL due NUL u8 ransomware */
	BOLT_TABLE_CHANGE, /* u64 generation, kind -> packages ('p'), records ('r'), names ('n'), scores ('s') it touched; its mark
			      ('m') */
	BOLT_TABLE_DICTIONARY, /* u8 number -> label NUL, zstd dictionary */
	_BOLT_TABLE_MAX
};
const char *bolt_table_name(enum bolt_table table);

/* Facts of META. */
#define BOLT_META_SCHEMA "schema"
#define BOLT_META_GENERATION "generation"
#define BOLT_META_BUILT "built"
#define BOLT_META_NEXT "next"       /* number of the next new record */
#define BOLT_META_CHANGES "changes" /* what changed is known for every generation after this one */

#define BOLT_META_COPIED "copied" /* no number: struct bolt_copied */

/* What the last bundle brought, and as which generation of this database. */
struct bolt_copied {
	uint64_t generation, mark, here;
};
enum { BOLT_COPIED_BYTES = 24 };
void bolt_copied_put(uint8_t to[BOLT_COPIED_BYTES], const struct bolt_copied *copied);
BOLT_MUST_CHECK int bolt_copied_take(struct bolt_cursor value, struct bolt_copied *ret_copied); /* 0 | -EBADMSG */

/* LMDB's own bound (MDB_MAXKEYSIZE). */
enum { BOLT_KEY_MAX = 511 };
struct bolt_key {
	uint8_t bytes[BOLT_KEY_MAX];
	size_t len;
};

/* A package's full name as bytes: ecosystem NUL, 's' or 'b', package. Returns the length. */
enum { BOLT_FULL_NAME_MAX = 4200 };
size_t bolt_full_name(const char *ecosystem, const char *package, bool binary, uint8_t name[BOLT_FULL_NAME_MAX]);
/* The key of such a name: itself, or when that is too long its beginning and the SHA-256 of all of it. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_key_package(const uint8_t *name, size_t len, struct bolt_key *ret_key);
/* The key of an id: upper case, and cut at BOLT_RECORD_ID_MAX, which no id passes. */
void bolt_key_id(const char *id, struct bolt_key *ret_key);

void bolt_put_u16le(uint8_t *to, uint16_t value);
void bolt_put_u32le(uint8_t *to, uint32_t value);
void bolt_put_u64le(uint8_t *to, uint64_t value);
void bolt_put_u32be(uint8_t *to, uint32_t value);
void bolt_put_u64be(uint8_t *to, uint64_t value);

/* A record as it lies in the database. */
struct bolt_stored {
	uint16_t part;
	uint8_t dictionary;        /* number of the dictionary it is packed with; 0: none */
	uint8_t hash[16];          /* XXH3-128 of its canonical bytes */
	uint32_t length;           /* of the canonical bytes after the id */
	const char *id;            /* borrowed */
	struct bolt_cursor packed; /* zstd frame of those bytes */
};
BOLT_MUST_CHECK int bolt_stored_put(struct bolt_buf *buf, const struct bolt_stored *stored);
/* 0 | -EBADMSG. */
BOLT_MUST_CHECK int bolt_stored_take(struct bolt_cursor value, struct bolt_stored *ret_stored);

/* Unpacks a record's canonical bytes, its id first, with `dictionary` (NULL: none). `to` has room for strlen(id) + 1 + length.
 * 0 | -EBADMSG. */
BOLT_MUST_CHECK int bolt_stored_unpack(const struct bolt_stored *stored, ZSTD_DCtx *unpacker, const ZSTD_DDict *dictionary,
				       char *to);

/* A part's state; texts point into the value. */
BOLT_MUST_CHECK int bolt_part_state_put(struct bolt_buf *buf, const struct bolt_part_state *state, uint8_t dictionary);
BOLT_MUST_CHECK int bolt_part_state_take(struct bolt_cursor value, struct bolt_part_state *ret_state, uint8_t *ret_dictionary);

/* One EPSS score. */
struct bolt_score {
	uint64_t cve; /* year << 32 | number */
	uint32_t score, percentile;
};
enum { BOLT_SCORE_BYTES = 16 };
BOLT_MUST_CHECK int bolt_cve_number(const char *cve, uint64_t *ret_number); /* 0 | -EINVAL: not "CVE-YYYY-N..." */

/* The end of the file. */
struct bolt_trailer {
	uint64_t length;  /* bytes before it */
	uint64_t hash[2]; /* XXH3-128 of them */
	uint64_t head;    /* XXH3-64 of LMDB's two meta pages, which are looked at first */
	uint32_t page_bytes, schema;
};
enum { BOLT_TRAILER_BYTES = 48 };
/* Both look at the file as it is; neither moves its offset. 0 | -EBADMSG (no database, cut off, meta pages damaged, another
 * version) | negative errno. */
BOLT_MUST_CHECK int bolt_trailer_read(int fd, struct bolt_trailer *ret_trailer, struct bolt_err *err);
/* `length` bytes are kept and the trailer is written after them. 0 | negative errno. */
BOLT_MUST_CHECK int bolt_trailer_write(int fd, uint64_t length, uint32_t page_bytes, struct bolt_err *err);
/* Reads it all. 0 | -EBADMSG: not what was written | negative errno. */
BOLT_MUST_CHECK int bolt_trailer_verify(int fd, const struct bolt_trailer *trailer, struct bolt_err *err);

/* What LMDB says, as ours: -EBADMSG for damage, its errno otherwise, with err set: "what: LMDB's words". 0 stays 0. */
int bolt_lmdb_err(struct bolt_err *err, int code, const char *what);
