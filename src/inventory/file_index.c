#include "inventory/file_index.h"

#include "core/grow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 128 * 1024, PATH_MOST = 4096, RECORD_MOST = 2 * PATH_MOST + 96, FLAG_SHA256 = 0x80 };

struct chunk {
	size_t used;
	uint8_t bytes[CHUNK_BYTES];
};

struct bolt_layer_files {
	struct bolt_budget *budget;
	struct chunk **chunks;
	size_t len, room;
	uint64_t count;
	bool full;
	size_t path_len; /* of the last record: names are stored as what differs from it */
	char path[PATH_MOST + 1];
};

struct bolt_layer_files *bolt_layer_files_new(struct bolt_budget *budget)
{
	struct bolt_layer_files *files = calloc(1, sizeof(*files));

	if (files)
		files->budget = budget;
	return files;
}

void bolt_layer_files_free(struct bolt_layer_files *files)
{
	if (!files)
		return;
	for (size_t i = 0; i < files->len; i++)
		free(files->chunks[i]);
	bolt_budget_give(files->budget, files->len * sizeof(struct chunk));
	free(files->chunks);
	free(files);
}

uint64_t bolt_layer_files_count(const struct bolt_layer_files *files)
{
	return files->count;
}

static int add_chunk(struct bolt_layer_files *files)
{
	if (!bolt_budget_take(files->budget, sizeof(struct chunk))) {
		files->full = true;
		return -E2BIG;
	}
	struct chunk *chunk = malloc(sizeof(*chunk));
	if (!chunk || bolt_grow(&files->chunks, files->len, &files->room, sizeof(struct chunk *)) < 0) {
		free(chunk);
		bolt_budget_give(files->budget, sizeof(struct chunk));
		return -ENOMEM;
	}
	chunk->used = 0;
	files->chunks[files->len++] = chunk;
	files->path_len = 0; /* a chunk can be read without the one before */
	return 0;
}

static uint8_t *put_varint(uint8_t *p, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		*p++ = (uint8_t) (value | 0x80);
	*p++ = (uint8_t) value;
	return p;
}

static const uint8_t *get_varint(const uint8_t *p, uint64_t *ret_value)
{
	uint64_t value = 0;

	for (unsigned shift = 0;; shift += 7) {
		uint8_t byte = *p++;

		value |= (uint64_t) (byte & 0x7f) << shift;
		if (!(byte & 0x80))
			break;
	}
	*ret_value = value;
	return p;
}

static size_t shared_start(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t most = a_len < b_len ? a_len : b_len, n = 0;

	while (n < most && a[n] == b[n])
		n++;
	return n;
}

int bolt_layer_files_add(struct bolt_layer_files *files, const struct bolt_file_record *record)
{
	size_t link_len = record->kind == BOLT_FILE_HARDLINK ? strlen(record->link) : 0;

	if (files->full)
		return -E2BIG;
	if (record->path_len > PATH_MOST || link_len > PATH_MOST)
		return 0; /* cannot exist on Linux; the reader of the layer has warned */
	if (files->len == 0 || CHUNK_BYTES - files->chunks[files->len - 1]->used < RECORD_MOST) {
		int r = add_chunk(files);

		if (r < 0)
			return r;
	}

	struct chunk *chunk = files->chunks[files->len - 1];
	size_t shared = shared_start(files->path, files->path_len, record->path, record->path_len);
	uint8_t *p = chunk->bytes + chunk->used;
	*p++ = (uint8_t) (record->kind | (record->has_sha256 && record->size > 0 ? FLAG_SHA256 : 0));
	p = put_varint(p, shared);
	p = put_varint(p, record->path_len - shared);
	memcpy(p, record->path + shared, record->path_len - shared);
	p = put_varint(p + (record->path_len - shared), record->mode);
	p = put_varint(p, record->size);
	if (record->has_sha256 && record->size > 0) {
		memcpy(p, record->sha256, sizeof(record->sha256));
		p += sizeof(record->sha256);
	}
	if (record->kind == BOLT_FILE_HARDLINK) {
		p = put_varint(p, link_len);
		memcpy(p, record->link, link_len);
		p += link_len;
	}
	chunk->used = (size_t) (p - chunk->bytes);
	memcpy(files->path + shared, record->path + shared, record->path_len - shared);
	files->path_len = record->path_len;
	files->count++;
	return 0;
}

void bolt_file_first(const struct bolt_layer_files *files, struct bolt_file_cursor *cursor)
{
	cursor->files = files;
	cursor->chunk = cursor->at = 0;
	cursor->ordinal = 0;
	cursor->started = false;
}

bool bolt_file_next(struct bolt_file_cursor *cursor, struct bolt_file_record *ret_record)
{
	static const uint8_t empty_sha256[32] = { 0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
						  0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
						  0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55 };
	const struct bolt_layer_files *files = cursor->files;
	uint64_t shared, more, value;

	while (cursor->chunk < files->len && cursor->at == files->chunks[cursor->chunk]->used) {
		cursor->chunk++;
		cursor->at = 0;
	}
	if (cursor->chunk == files->len)
		return false;

	const uint8_t *start = files->chunks[cursor->chunk]->bytes, *p = start + cursor->at;
	uint8_t head = *p++;
	*ret_record = (struct bolt_file_record){ .kind = (enum bolt_file_kind)(head & 0x0f),
						 .path = cursor->path,
						 .link = cursor->link };
	p = get_varint(p, &shared);
	p = get_varint(p, &more);
	memcpy(cursor->path + shared, p, more);
	cursor->path[shared + more] = '\0';
	ret_record->path_len = shared + more;
	p = get_varint(p + more, &value);
	ret_record->mode = (uint32_t) value;
	p = get_varint(p, &ret_record->size);
	ret_record->has_sha256 = (head & FLAG_SHA256) || (ret_record->kind == BOLT_FILE_REGULAR && ret_record->size == 0);
	memcpy(ret_record->sha256, head & FLAG_SHA256 ? p : empty_sha256, sizeof(empty_sha256));
	if (head & FLAG_SHA256)
		p += sizeof(ret_record->sha256);
	cursor->link[0] = '\0';
	if (ret_record->kind == BOLT_FILE_HARDLINK) {
		p = get_varint(p, &value);
		memcpy(cursor->link, p, value);
		cursor->link[value] = '\0';
		p += value;
	}
	cursor->at = (size_t) (p - start);
	cursor->ordinal += cursor->started;
	cursor->started = true;
	return true;
}
