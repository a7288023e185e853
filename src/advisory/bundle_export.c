#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "advisory/bundle.h"
#include "advisory/bundle_content.h"
#include "advisory/bundle_key.h"
#include "advisory/bundle_payload.h"
#include "advisory/limits.h"
#include "core/digest.h"
#include "core/text.h"
#include "core/write_all.h"

/* A whole bundle is large and made seldom; a difference is small and fetched by many. */
enum { LEVEL_FULL = 9, LEVEL_DIFFERENCE = 19, BLOCK = 1 << 20 };

struct export
{
	const struct bolt_bundle_export *options;
	struct bolt_database *database;
	struct bolt_bundle_content content;
	struct bolt_bundle_header header;
	EVP_PKEY *key;
	ZSTD_CCtx *packer;
	struct bolt_hash *hash;
	struct bolt_buf plain, record;
	uint8_t *packed;
	char path_new[PATH_MAX];
	int fd;
	struct bolt_err *err;
};

/* What was put into `plain` goes out. */
static int drain(struct export *x, bool all)
{
	ZSTD_inBuffer in = { x->plain.data, x->plain.len, 0 };
	size_t left;
	int r = 0;

	if (!all && x->plain.len < BLOCK)
		return 0;
	do {
		ZSTD_outBuffer out = { x->packed, BLOCK, 0 };

		left = ZSTD_compressStream2(x->packer, &out, &in, all ? ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(left))
			return bolt_err_set(x->err, -EIO, "cannot compress: %s", ZSTD_getErrorName(left));
		bolt_hash_update(x->hash, x->packed, out.pos);
		x->header.payload_bytes += out.pos;
		r = bolt_write_all(x->fd, x->packed, out.pos);
	} while (r == 0 && (all ? left > 0 : in.pos < in.size));
	bolt_buf_clear(&x->plain);
	return r < 0 ? bolt_err_set(x->err, r, "cannot write '%s': %s", x->path_new, strerror(-r)) : 0;
}

static int put_records(struct export *x, const struct bolt_part_state *part)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < x->content.records_len; i++) {
		const struct bolt_bundle_record *one = &x->content.records[i];

		if (one->part != part->number)
			continue;
		if (one->gone) {
			r = bolt_payload_gone(&x->plain, one->id);
		} else {
			r = bolt_database_canonical(x->database, one->number, &x->record);
			if (r == 0)
				r = bolt_payload_record(&x->plain, x->record.data, x->record.len);
		}
		if (r == 0)
			r = drain(x, false);
	}
	return r;
}

static int put_kev(struct export *x)
{
	struct bolt_database *db = x->database;
	MDB_cursor *cursor;
	MDB_val key, value;
	int r = 0;

	if (mdb_cursor_open(db->txn, db->tables[BOLT_TABLE_KEV], &cursor) != 0)
		return -ENOMEM;
	while (r == 0 && mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
		char cve[BOLT_RECORD_ID_MAX + 1];
		struct bolt_kev kev;

		(void) snprintf(cve, sizeof(cve), "%.*s", (int) key.mv_size, (const char *) key.mv_data);
		r = bolt_database_kev(db, cve, &kev);
		if (r == 0)
			r = bolt_payload_kev(&x->plain, cve, &kev);
	}
	mdb_cursor_close(cursor);
	return r;
}

static bool has_records(const struct export *x, const struct bolt_part_state *part)
{
	for (size_t i = 0; i < x->content.records_len; i++) {
		if (x->content.records[i].part == part->number)
			return true;
	}
	return false;
}

static int put_part(struct export *x, const struct bolt_part_state *state)
{
	bool full = x->options->since == 0, epss = strcmp(state->part, "epss") == 0, kev = strcmp(state->part, "kev") == 0;
	const struct bolt_bundle_part part = {
		.name = state->part,
		.whole = full,
		.content = full || (epss && x->content.scores_len > 0) || (kev && state->generation > x->options->since) ||
			   has_records(x, state),
		.url = state->url,
		.etag = state->etag,
		.last_modified = state->last_modified,
		.sha256 = state->sha256,
		.bytes = state->bytes,
		.dated_unix = state->dated_unix,
		.fetched_unix = state->fetched_unix,
	};
	int r = bolt_payload_part(&x->plain, &part);

	if (r == 0 && part.content)
		r = put_records(x, state);
	if (r == 0 && part.content && epss)
		r = bolt_payload_scores(&x->plain, x->content.scores, x->content.scores_len);
	if (r == 0 && part.content && kev)
		r = put_kev(x);
	if (r == 0)
		r = bolt_payload_part_end(&x->plain);
	return r == 0 ? drain(x, false) : r;
}

static int put_payload(struct export *x)
{
	int r = bolt_bundle_content_find(x->database, x->options->since, &x->content, x->err);

	for (size_t i = 0; r == 0 && i < bolt_database_parts_len(x->database); i++)
		r = put_part(x, bolt_database_part(x->database, i));
	if (r == 0)
		r = bolt_payload_end(&x->plain);
	return r == 0 ? drain(x, true) : r;
}

static int describe(struct export *x)
{
	struct bolt_bundle_header *h = &x->header;
	uint64_t since = x->options->since;

	h->kind = since > 0 ? BOLT_BUNDLE_DIFFERENCE : BOLT_BUNDLE_FULL;
	h->from_generation = since;
	h->to_generation = bolt_database_generation(x->database);
	h->created_unix = x->options->now_unix;
	if (since > h->to_generation)
		return bolt_err_set(x->err, -EINVAL, "there is no generation %llu yet; the database is at %llu",
				    (unsigned long long) since, (unsigned long long) h->to_generation);
	int r = bolt_database_mark(x->database, h->to_generation, &h->to_mark);
	if (r == 0 && since > 0)
		r = bolt_database_mark(x->database, since, &h->from_mark);
	if (r < 0 || h->to_mark == 0)
		return bolt_err_set(x->err, -EBADMSG, "the advisory database is damaged");
	if (since > 0 && (since < x->database->changes_after || h->from_mark == 0))
		return bolt_err_set(x->err, -ESTALE, "what changed since generation %llu is no longer known: export everything",
				    (unsigned long long) since);
	return x->key ? bolt_bundle_key_id(x->key, h->key) : 0;
}

static int prepare(struct export *x)
{
	int level = x->options->since > 0 ? LEVEL_DIFFERENCE : LEVEL_FULL;

	x->packer = ZSTD_createCCtx();
	x->hash = bolt_hash_new(BOLT_DIGEST_SHA256);
	x->packed = malloc(BLOCK);
	if (!x->packer || !x->hash || !x->packed ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(x->packer, ZSTD_c_compressionLevel, level)) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(x->packer, ZSTD_c_checksumFlag, 1)))
		return -ENOMEM;
	if (snprintf(x->path_new, sizeof(x->path_new), "%s.new", x->options->output) >= (int) sizeof(x->path_new))
		return bolt_err_set(x->err, -ENAMETOOLONG, "the output's name is too long");
	BOLT_IGNORE(unlink(x->path_new)); /* of a run that was killed */
	x->fd = open(x->path_new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (x->fd < 0)
		return bolt_err_set(x->err, -errno, "cannot write '%s': %m", x->path_new);
	if (lseek(x->fd, BOLT_BUNDLE_HEADER + BOLT_BUNDLE_SIGNATURE, SEEK_SET) < 0)
		return bolt_err_set(x->err, -errno, "cannot write '%s': %m", x->path_new);
	return 0;
}

/* The head comes last: it has the hash of what is behind it. */
static int finish(struct export *x)
{
	uint8_t head[BOLT_BUNDLE_HEADER + BOLT_BUNDLE_SIGNATURE] = { 0 };
	struct bolt_digest digest;
	int r = 0;

	bolt_hash_final(x->hash, &digest);
	memcpy(x->header.payload_hash, digest.bytes, BOLT_BUNDLE_HASH);
	bolt_bundle_header_put(&x->header, head);
	if (x->key)
		r = bolt_bundle_sign(x->key, head, BOLT_BUNDLE_HEADER, head + BOLT_BUNDLE_HEADER);
	if (r < 0)
		return bolt_err_set(x->err, r, "cannot sign");
	if (pwrite(x->fd, head, sizeof(head), 0) != (ssize_t) sizeof(head) || fsync(x->fd) < 0 ||
	    rename(x->path_new, x->options->output) < 0)
		return bolt_err_set(x->err, errno ? -errno : -EIO, "cannot write '%s': %m", x->options->output);
	return 0;
}

int bolt_bundle_export(const struct bolt_bundle_export *options, struct bolt_bundle_header *ret_header, struct bolt_err *err)
{
	struct export x = {
		.options = options,
		.fd = -1,
		.err = err,
		.plain = BOLT_BUF_INIT((size_t) 256 << 20), /* one record, or all scores */
		.record = BOLT_BUF_INIT(BOLT_RECORD_BYTES_MAX + 1),
	};
	int r = options->sign_key ? bolt_bundle_key_private(options->sign_key, &x.key, err) : 0;

	if (r == 0)
		r = bolt_database_open(options->database, &x.database, err);
	if (r == 0)
		r = describe(&x);
	if (r == 0)
		r = prepare(&x);
	if (r == 0)
		r = put_payload(&x);
	if (r == 0)
		r = finish(&x);
	if (r < 0 && x.fd >= 0)
		BOLT_IGNORE(unlink(x.path_new)); /* nothing half-written stays */
	if (x.fd >= 0)
		close(x.fd);
	bolt_bundle_content_done(&x.content);
	bolt_buf_done(&x.plain);
	bolt_buf_done(&x.record);
	ZSTD_freeCCtx(x.packer);
	bolt_hash_free(x.hash);
	free(x.packed);
	bolt_bundle_key_free(x.key);
	bolt_database_close(x.database);
	if (r == 0 && ret_header)
		*ret_header = x.header;
	return r < 0 && err && !err->msg[0]
		       ? bolt_err_set(err, r, r == -ENOMEM ? "out of memory" : "the advisory database is damaged")
		       : r;
}

int bolt_bundle_base(struct bolt_database *db, uint64_t *ret_generation, uint64_t *ret_mark)
{
	struct bolt_copied copied;
	struct bolt_cursor value;
	int r = bolt_database_get(db, BOLT_TABLE_META, BOLT_META_COPIED, strlen(BOLT_META_COPIED), &value);

	if (r == 0)
		r = bolt_copied_take(value, &copied);
	if (r == 0) {
		*ret_generation = copied.generation;
		*ret_mark = copied.mark;
	}
	if (r != -ENOENT)
		return r;
	*ret_generation = bolt_database_generation(db);
	return bolt_database_mark(db, *ret_generation, ret_mark);
}
