#include "oci/inflate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "oci/inflate_private.h"
#include "oci/limits.h"

enum { MAGIC_MOST = 6 };

static const struct inflate_codec *const codecs[] = {
	[BOLT_GZIP] = &inflate_gzip,
	[BOLT_ZSTD] = &inflate_zstd,
	[BOLT_XZ] = &inflate_xz,
	[BOLT_BZIP2] = &inflate_bzip2,
};

struct inflater {
	struct bolt_filler base;
	struct bolt_reader *source;
	const struct inflate_codec *codec; /* NULL: plain */
	void *state;
	struct inflate_io io;
	bool member_ended, ended;
	uint64_t total_in, total_out;
	uint8_t head[MAGIC_MOST]; /* the first bytes, when the first blocks of the source are shorter than any magic */
	const uint8_t *waiting;   /* a block of the source that comes after the head */
	size_t waiting_len;
	int failed; /* told once what was made before it has been handed out */
	struct bolt_err failed_text;
};

const char *bolt_compression_text(enum bolt_compression compression)
{
	return compression == BOLT_PLAIN ? "none" : codecs[compression]->name;
}

static int more_input(struct inflater *f, struct bolt_err *err)
{
	const uint8_t *block = f->waiting;
	ssize_t n = f->waiting_len ? (ssize_t) f->waiting_len : bolt_read_next(f->source, &block, err);

	f->waiting_len = 0;
	if (n < 0)
		return (int) n;
	f->io.in = block;
	f->io.in_left = (size_t) n;
	f->io.in_ended = n == 0;
	f->total_in += (uint64_t) n;
	return 0;
}

/* A pipe may hand out its first bytes one by one. */
static int first_input(struct inflater *f, struct bolt_err *err)
{
	size_t have = 0;
	int r = more_input(f, err);

	while (r == 0 && !f->io.in_ended && (have > 0 || f->io.in_left < MAGIC_MOST) && have < MAGIC_MOST) {
		size_t n = f->io.in_left < MAGIC_MOST - have ? f->io.in_left : MAGIC_MOST - have;

		memcpy(f->head + have, f->io.in, n);
		have += n;
		f->waiting = f->io.in + n;
		f->waiting_len = f->io.in_left - n;
		if (have < MAGIC_MOST)
			r = more_input(f, err);
	}
	if (have > 0) {
		f->io.in = f->head;
		f->io.in_left = have;
		f->io.in_ended = false; /* the source will say so again */
	}
	return r;
}

enum bolt_compression bolt_compression_of(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = BOLT_GZIP; i < BOLT_ARRAY_LEN(codecs); i++) {
		if (len >= codecs[i]->magic_len && memcmp(p, codecs[i]->magic, codecs[i]->magic_len) == 0)
			return (enum bolt_compression) i;
	}
	bool skippable = len >= 4 && (p[0] & 0xf0) == 0x50 && memcmp(p + 1, "\x2a\x4d\x18", 3) == 0;
	return skippable ? BOLT_ZSTD : BOLT_PLAIN; /* RFC 8878 3.1.2: pzstd writes such a frame first */
}

static ssize_t plain_fill(struct bolt_filler *base, uint8_t *room, size_t room_len, struct bolt_err *err)
{
	struct inflater *f = (struct inflater *) base;
	size_t used = 0;

	while (used < room_len && !f->io.in_ended) {
		if (f->io.in_left == 0) {
			int r = more_input(f, err);

			if (r < 0)
				return r;
			continue;
		}
		size_t n = f->io.in_left < room_len - used ? f->io.in_left : room_len - used;
		memcpy(room + used, f->io.in, n);
		used += n;
		f->io.in += n;
		f->io.in_left -= n;
	}
	return (ssize_t) used;
}

/* Between members: zeros are padding (tar blocks, tape records), the magic starts another member, anything else is damage. */
static int next_member(struct inflater *f, struct bolt_err *err)
{
	while (f->io.in_left > 0 && f->io.in[0] == 0) {
		f->io.in++;
		f->io.in_left--;
	}
	if (f->io.in_left == 0)
		return 0;
	if (f->io.in[0] != (uint8_t) f->codec->magic[0] && !(f->codec == &inflate_zstd && (f->io.in[0] & 0xf0) == 0x50))
		return bolt_err_set(err, -EBADMSG, "bytes that are not %s follow the end of the %s data", f->codec->name,
				    f->codec->name);
	f->member_ended = false;
	return 0;
}

static int check_ratio(const struct inflater *f, struct bolt_err *err)
{
	if (f->total_out <= BOLT_EXPANSION_FREE_BYTES || f->total_out / BOLT_EXPANSION_MAX <= f->total_in)
		return 0;
	return bolt_err_set(err, -E2BIG, "expands more than the bound of %u:1 after %llu GiB: a decompression bomb",
			    BOLT_EXPANSION_MAX, BOLT_EXPANSION_FREE_BYTES >> 30);
}

static int inflate_some(struct inflater *f, struct bolt_err *err)
{
	while (f->io.out_left > 0 && !f->ended) {
		int r = f->io.in_left == 0 && !f->io.in_ended ? more_input(f, err) : 0;

		if (r == 0 && f->member_ended)
			r = next_member(f, err);
		if (r < 0)
			return r;
		if (f->member_ended) { /* still: only padding so far */
			f->ended = f->io.in_ended;
			continue;
		}
		size_t in_before = f->io.in_left, out_before = f->io.out_left;
		r = f->codec->step(f->state, &f->io, err);
		if (r < 0)
			return r;
		f->member_ended = r > 0;
		if (r == 0 && f->io.in_ended && f->io.in_left == in_before && f->io.out_left == out_before)
			return bolt_err_set(err, -EBADMSG, "truncated %s data", f->codec->name);
	}
	return 0;
}

/* What came out before the damage is handed out first: a damaged layer is read up to there, not up to the block before. */
static ssize_t inflate_fill(struct bolt_filler *base, uint8_t *room, size_t room_len, struct bolt_err *err)
{
	struct inflater *f = (struct inflater *) base;
	size_t made = 0;

	if (!f->failed) {
		f->io.out = room;
		f->io.out_left = room_len;
		f->failed = inflate_some(f, &f->failed_text);
		made = room_len - f->io.out_left;
		f->total_out += made;
	}
	if (!f->failed)
		f->failed = check_ratio(f, &f->failed_text);
	if (f->failed && made == 0)
		return bolt_err_set(err, f->failed, "%s", bolt_err_text(&f->failed_text, f->failed));
	return (ssize_t) made;
}

static void inflate_close(struct bolt_filler *base)
{
	struct inflater *f = (struct inflater *) base;

	if (f->codec && f->state)
		f->codec->close(f->state);
	free(f);
}

int bolt_inflate_open(struct bolt_reader *source, struct bolt_filler **ret_filler, enum bolt_compression *ret_compression,
		      struct bolt_err *err)
{
	struct inflater *f = calloc(1, sizeof(*f));
	enum bolt_compression compression = BOLT_PLAIN;

	if (!f)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	f->base = (struct bolt_filler){ .fill = plain_fill, .close = inflate_close };
	f->source = source;
	int r = first_input(f, err);
	if (r == 0)
		compression = bolt_compression_of(f->io.in, f->io.in_left);
	if (compression != BOLT_PLAIN) {
		f->codec = codecs[compression];
		f->state = f->codec->open();
		f->base.fill = inflate_fill;
		if (!f->state)
			r = bolt_err_set(err, -ENOMEM, "out of memory for %s", f->codec->name);
	}
	if (r < 0) {
		inflate_close(&f->base);
		return r;
	}
	*ret_compression = compression;
	*ret_filler = &f->base;
	return 0;
}
