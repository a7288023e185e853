#include "scan/file_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/bound.h"
#include "core/text.h"
#include "inventory/match.h"
#include "oci/hashing.h"
#include "scan/limits.h"

/* What a cataloger said about damage, as a warning or as the end. */
static int take_outcome(const struct bolt_file_scan *s, const struct bolt_cataloger *row, const char *path, int r,
			const struct bolt_err *said, struct bolt_err *err)
{
	if (r == 0)
		return 0;
	if (r == -EBADMSG && !s->strict) {
		bolt_sink_warn(s->sink, "package-record-damaged", "%s (%s) is damaged: %s; packages may be missing", path,
			       row->name, bolt_err_text(said, r));
		return 0;
	}
	if (r == -E2BIG && !s->strict) {
		bolt_sink_warn(s->sink, "limit-packages", "%s (%s): %s; packages are missing", path, row->name,
			       bolt_err_text(said, r));
		return 0;
	}
	return bolt_err_set(err, r, "%s (%s): %s", path, row->name, bolt_err_text(said, r));
}

static void warn_too_large(const struct bolt_file_scan *s, const struct bolt_cataloger *row, const char *path, uint64_t size)
{
	char have[32], most[32];

	bolt_format_size(size, have, sizeof(have));
	if (size > BOLT_BOUND(row->max_bytes))
		bolt_sink_warn(s->sink, "limit-record-size",
			       "%s (%s) was not read: its %s are over the bound of %s; packages may be missing", path, row->name,
			       have, bolt_format_size(BOLT_BOUND(row->max_bytes), most, sizeof(most)));
	else
		bolt_sink_warn(s->sink, "limit-memory",
			       "%s (%s) was not read: no memory is left for its %s; packages may be missing, raise --memory-limit",
			       path, row->name, have);
}

static int parse_rows(const struct bolt_file_scan *s, const struct bolt_cataloger *const *rows, size_t rows_len,
		      struct bolt_catalog_file *file, struct bolt_cursor content, struct bolt_err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < rows_len; i++) {
		struct bolt_err said = { .msg = "" };

		file->data = content;
		r = bolt_sink_begin(s->sink, rows[i], file->path);
		if (r == 0)
			r = take_outcome(s, rows[i], file->path, rows[i]->parse(file, s->sink, &said), &said, err);
	}
	return r;
}

static int parse_whole(const struct bolt_file_scan *s, const struct bolt_cataloger *const *rows, size_t rows_len,
		       struct bolt_catalog_file *file, struct bolt_reader *content, struct bolt_err *err)
{
	size_t len = 0;
	const uint8_t *block = NULL;
	ssize_t n;

	uint8_t *bytes = malloc(file->size + 1);
	if (!bytes)
		return bolt_err_set(err, -ENOMEM, "out of memory for %s", file->path);
	while ((n = bolt_read_next(content, &block, err)) > 0) {
		if ((size_t) n > file->size - len) { /* a file that grows while a live tree is read */
			n = (ssize_t) (file->size - len);
			memcpy(bytes + len, block, (size_t) n);
			len += (size_t) n;
			break;
		}
		memcpy(bytes + len, block, (size_t) n);
		len += (size_t) n;
	}
	int r = n < 0 ? (int) n : 0;
	if (r == 0)
		r = parse_rows(s, rows, rows_len, file, bolt_cursor(bytes, len), err);
	if (r == 0 && s->kept)
		bolt_kept_add(s->kept, file->path, bolt_cursor(bytes, len));
	free(bytes);
	return r;
}

static int stream_rest(const struct bolt_file_scan *s, const struct bolt_cataloger *row, struct bolt_catalog_file *file,
		       const uint8_t *head, size_t head_len, struct bolt_reader *rest, struct bolt_err *err)
{
	struct bolt_err said = { .msg = "" };

	file->content = bolt_reader_after(head, head_len, rest);
	if (!file->content)
		return -ENOMEM;
	int r = bolt_sink_begin(s->sink, row, file->path);
	if (r == 0)
		r = take_outcome(s, row, file->path, row->stream(file, s->sink, &said), &said, err);
	bolt_reader_close(file->content);
	return r;
}

/* A file whose name says nothing, but whose content looks like a record. */
static int keep_rest(const struct bolt_file_scan *s, const struct bolt_catalog_file *file, const uint8_t *head, size_t head_len,
		     struct bolt_reader *rest, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *whole = bolt_reader_after(head, head_len, rest);
	uint8_t *bytes;
	size_t len;
	int r = whole ? bolt_reader_slurp(whole, BOLT_KEPT_FILE_MAX, file->path, &bytes, &len, err) : -ENOMEM;

	if (r < 0)
		return r;
	bolt_kept_add(s->kept, file->path, bolt_cursor(bytes, len));
	free(bytes);
	return 0;
}

/* Rows that parse whole files first; a stream row only when none of those took it. */
static int catalog(const struct bolt_file_scan *s, struct bolt_catalog_file *file, struct bolt_reader *content,
		   struct bolt_err *err)
{
	const struct bolt_cataloger *rows[BOLT_MATCH_MOST], *parse[BOLT_MATCH_MOST], *stream = NULL;
	size_t n = bolt_match_path(file->path, s->where_mask, rows), parse_len = 0;
	const uint8_t *head = NULL;

	for (size_t i = 0; i < n; i++) {
		if (rows[i]->stream) {
			stream = rows[i];
		} else if (file->size > BOLT_BOUND(rows[i]->max_bytes)) {
			BOLT_IGNORE(bolt_sink_begin(s->sink, rows[i], file->path)); /* out of memory will be met again */
			warn_too_large(s, rows[i], file->path, file->size);
		} else {
			parse[parse_len++] = rows[i];
		}
	}
	if (parse_len > 0) {
		if (bolt_budget_take(s->budget, file->size)) {
			int r = parse_whole(s, parse, parse_len, file, content, err);

			bolt_budget_give(s->budget, file->size);
			return r;
		}
		BOLT_IGNORE(bolt_sink_begin(s->sink, parse[0], file->path)); /* as above */
		warn_too_large(s, parse[0], file->path, file->size);
	}

	ssize_t head_len = bolt_read_next(content, &head, err);
	if (head_len <= 0)
		return (int) head_len;
	if (!stream)
		stream = bolt_match_magic(head, (size_t) head_len, s->where_mask);
	if (stream)
		return stream_rest(s, stream, file, head, (size_t) head_len, content, err);
	if (s->kept && bolt_kept_wants(file->size, head, (size_t) head_len))
		return keep_rest(s, file, head, (size_t) head_len, content, err);
	return 0;
}

int bolt_file_scan(const struct bolt_file_scan *s, const char *path, uint32_t mode, uint64_t size, uint64_t ordinal,
		   struct bolt_reader *content, uint8_t ret_sha256[32], struct bolt_err *err)
{
	struct bolt_catalog_file file = { .path = path, .size = size, .mode = mode };
	struct bolt_digest digest;

	s->sink->ordinal = ordinal;
	struct bolt_reader *hashed = bolt_reader_hashing(content, s->hash);
	if (!hashed)
		return -ENOMEM;
	int r = catalog(s, &file, hashed, err);
	if (r == 0)
		r = bolt_reader_drain(hashed, NULL, err);
	bolt_hash_final(s->hash, &digest);
	bolt_reader_close(hashed);
	if (r == 0)
		memcpy(ret_sha256, digest.bytes, 32);
	return r;
}

int bolt_file_scan_link(const struct bolt_file_scan *s, const char *path, const char *target, uint32_t mode, uint64_t ordinal,
			struct bolt_err *err)
{
	const struct bolt_cataloger *rows[BOLT_MATCH_MOST], *parse[BOLT_MATCH_MOST], *target_rows[BOLT_MATCH_MOST];
	struct bolt_catalog_file file = { .path = path, .mode = mode };
	size_t n = bolt_match_path(path, s->where_mask, rows), parse_len = 0;
	struct bolt_cursor content;

	for (size_t i = 0; i < n; i++) {
		if (rows[i]->parse)
			parse[parse_len++] = rows[i];
	}
	if (n == 0 || (parse_len == 0 && bolt_match_path(target, s->where_mask, target_rows) > 0))
		return 1; /* nobody's, or an archive that was read under its first name */
	if (parse_len == 0 || !bolt_kept_find(s->kept, target, &content))
		return 0;
	file.size = content.left;
	s->sink->ordinal = ordinal;
	int r = parse_rows(s, parse, parse_len, &file, content, err);
	if (r == 0)
		bolt_kept_add(s->kept, path, content); /* a link may be linked to */
	return r < 0 ? r : 1;
}
