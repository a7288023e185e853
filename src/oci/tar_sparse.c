#include "oci/tar_sparse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "oci/limits.h"
#include "oci/tar_header.h"

static const uint8_t zeros[64 * 1024];

int tar_decimal(struct bolt_cursor text, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (text.left > 0 && *text.p == '+') { /* a sign and any number of zeros, as Go's ParseInt has it */
		text.p++;
		text.left--;
	}
	if (text.left == 0)
		return -EBADMSG;
	for (size_t i = 0; i < text.left; i++) {
		if (text.p[i] < '0' || text.p[i] > '9' || value > INT64_MAX / 10)
			return -EBADMSG;
		value = value * 10 + (uint64_t) (text.p[i] - '0');
		if (value > INT64_MAX)
			return -EBADMSG;
	}
	*ret_value = value;
	return 0;
}

static int push(struct tar_fragment **list, size_t *len, size_t *room, struct tar_fragment fragment)
{
	if (*len >= BOLT_TAR_SPARSE_MAX)
		return -E2BIG;
	if (bolt_grow(list, *len, room, sizeof(**list)) < 0)
		return -ENOMEM;
	(*list)[(*len)++] = fragment;
	return 0;
}

static int pax_number(struct tar_sparse_hints *h, bool is_offset, struct bolt_cursor text)
{
	uint64_t value;

	if (tar_decimal(text, &value) < 0 || is_offset == h->half)
		return -EBADMSG; /* offsets and lengths come in turn */
	h->half = is_offset;
	h->has_map = true;
	if (is_offset)
		return push(&h->fragments, &h->len, &h->room, (struct tar_fragment){ value, 0 });
	h->fragments[h->len - 1].len = value;
	return 0;
}

int tar_sparse_pax(struct tar_sparse_hints *h, struct bolt_cursor key, struct bolt_cursor value)
{
	struct bolt_cursor number;

	if (bolt_cursor_is(key, "size")) {
		h->has_size = true;
		return tar_decimal(value, &h->size);
	}
	if (bolt_cursor_is(key, "realsize")) {
		h->has_real_size = true;
		return tar_decimal(value, &h->real_size);
	}
	if (bolt_cursor_is(key, "numblocks")) {
		h->has_count = true;
		return tar_decimal(value, &h->count);
	}
	if (bolt_cursor_is(key, "major") || bolt_cursor_is(key, "minor")) {
		h->version[key.p[1] == 'i'] = value.left == 1 && (value.p[0] == '0' || value.p[0] == '1') ? (char) value.p[0] : '?';
		return 0;
	}
	if (bolt_cursor_is(key, "offset"))
		return pax_number(h, true, value);
	if (bolt_cursor_is(key, "numbytes"))
		return pax_number(h, false, value);
	if (bolt_cursor_is(key, "map")) {
		while (bolt_take_until(&value, ',', &number)) {
			int r = pax_number(h, !h->half, number);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

void tar_sparse_hints_clear(struct tar_sparse_hints *h)
{
	free(h->fragments);
	*h = (struct tar_sparse_hints){ .has_map = false };
}

void tar_sparse_done(struct tar_sparse *s)
{
	free(s->fragments);
	*s = (struct tar_sparse){ .real_size = 0 };
}

static int check_map(const struct tar_sparse *s, struct bolt_err *err)
{
	uint64_t end = 0;

	for (size_t i = 0; i < s->len; i++) {
		const struct tar_fragment *f = &s->fragments[i];

		if (f->offset < end || f->offset > s->real_size || f->len > s->real_size - f->offset)
			return bolt_err_set(err, -EBADMSG, "sparse file's map overlaps or passes its end");
		end = f->offset + f->len;
	}
	return 1;
}

/* Up to `count` 24-byte offset/length pairs; an empty one ends them. */
static int old_gnu_pairs(struct tar_sparse *s, const uint8_t *pairs, size_t count)
{
	for (size_t i = 0; i < count && pairs[24 * i] != 0; i++) {
		struct tar_fragment f;

		if (tar_number(pairs + 24 * i, 12, &f.offset) < 0 || tar_number(pairs + 24 * i + 12, 12, &f.len) < 0)
			return -EBADMSG;
		int r = push(&s->fragments, &s->len, &s->room, f);
		if (r < 0)
			return r;
	}
	return 0;
}

int tar_sparse_old_gnu(struct tar_sparse *s, const uint8_t *header, const struct tar_sparse_source *source, struct bolt_err *err)
{
	const uint8_t *block = header;
	bool extended = header[482] != 0;

	tar_sparse_done(s);
	int r = tar_number(header + 483, 12, &s->real_size);
	if (r == 0)
		r = old_gnu_pairs(s, header + 386, 4);
	while (r == 0 && extended) {
		r = source->take_block(source->context, &block, err);
		if (r <= 0)
			return r < 0 ? r : bolt_err_set(err, -EBADMSG, "truncated tar: it ends inside a sparse file's map");
		extended = block[504] != 0;
		r = old_gnu_pairs(s, block, 21);
	}
	return r < 0 ? bolt_err_set(err, r, "sparse file's map is damaged or too long") : check_map(s, err);
}

/* A decimal line of the 1.0 map, which may cross blocks. */
struct map_lines {
	const struct tar_sparse_source *source;
	uint64_t *stored_left;
	struct bolt_cursor block;
};

static int map_number(struct map_lines *lines, uint64_t *ret_value, struct bolt_err *err)
{
	uint8_t digits[24];
	size_t n = 0;

	for (;;) {
		uint8_t byte;

		if (lines->block.left == 0) {
			const uint8_t *block;

			if (*lines->stored_left < TAR_BLOCK)
				return -EBADMSG;
			int r = lines->source->take_block(lines->source->context, &block, err);
			if (r <= 0)
				return r < 0 ? r : -EBADMSG;
			*lines->stored_left -= TAR_BLOCK;
			lines->block = bolt_cursor(block, TAR_BLOCK);
		}
		if (bolt_take_u8(&lines->block, &byte) < 0 || n == sizeof(digits))
			return -EBADMSG;
		if (byte == '\n')
			return tar_decimal(bolt_cursor(digits, n), ret_value);
		digits[n++] = byte;
	}
}

static int read_v1_map(struct tar_sparse *s, const struct tar_sparse_source *source, uint64_t *stored_left, struct bolt_err *err)
{
	struct map_lines lines = { source, stored_left, { NULL, 0 } };
	uint64_t count;
	int r = map_number(&lines, &count, err);

	if (r == 0 && count > BOLT_TAR_SPARSE_MAX)
		r = -E2BIG;
	for (uint64_t i = 0; r == 0 && i < count; i++) {
		struct tar_fragment f;

		r = map_number(&lines, &f.offset, err);
		if (r == 0)
			r = map_number(&lines, &f.len, err);
		if (r == 0)
			r = push(&s->fragments, &s->len, &s->room, f);
	}
	return r;
}

int tar_sparse_from_hints(struct tar_sparse *s, struct tar_sparse_hints *h, const struct tar_sparse_source *source,
			  uint64_t *stored_left, struct bolt_err *err)
{
	bool v1 = h->version[0] == '1' && h->version[1] == '0';
	bool v0 = h->version[0] == '0' && (h->version[1] == '0' || h->version[1] == '1');
	bool guessed = !h->version[0] && !h->version[1] && h->has_map;
	int r = 0;

	if (!v1 && !v0 && !guessed)
		return 0;
	tar_sparse_done(s);
	s->real_size = h->has_size ? h->size : h->has_real_size ? h->real_size : *stored_left;
	if (v1) {
		r = read_v1_map(s, source, stored_left, err);
	} else {
		s->fragments = h->fragments;
		s->len = h->len;
		s->room = h->room;
		h->fragments = NULL;
		r = h->half || !h->has_count || h->count != h->len ? -EBADMSG : 0;
	}
	tar_sparse_hints_clear(h);
	return r < 0 ? bolt_err_set(err, r, "sparse file's map is damaged or too long") : check_map(s, err);
}

bool tar_sparse_hole(struct tar_sparse *s, const uint8_t **ret_zeros, uint64_t *ret_run)
{
	while (s->current < s->len && s->at >= s->fragments[s->current].offset + s->fragments[s->current].len)
		s->current++;

	bool in_data = s->current < s->len && s->at >= s->fragments[s->current].offset;
	if (in_data) {
		*ret_run = s->fragments[s->current].offset + s->fragments[s->current].len - s->at;
		return false;
	}
	uint64_t end = s->current < s->len ? s->fragments[s->current].offset : s->real_size;
	uint64_t run = end - s->at;
	*ret_run = run < sizeof(zeros) ? run : sizeof(zeros);
	*ret_zeros = zeros;
	s->at += *ret_run;
	return *ret_run > 0;
}

void tar_sparse_advance(struct tar_sparse *s, uint64_t n)
{
	s->at += n;
}
