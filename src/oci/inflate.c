#include "oci/inflate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "oci/inflate_private.h"
#include "oci/limits.h"

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
};

const char *bolt_compression_text(enum bolt_compression compression)
{
	return compression == BOLT_PLAIN ? "none" : codecs[compression]->name;
}

static int more_input(struct inflater *f, struct bolt_err *err)
{
	const uint8_t *block = NULL;
	ssize_t n = bolt_read_next(f->source, &block, err);

	if (n < 0)
		return (int) n;
	f->io.in = block;
	f->io.in_left = (size_t) n;
	f->io.in_ended = n == 0;
	f->total_in += (uint64_t) n;
	return 0;
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

static ssize_t inflate_fill(struct bolt_filler *base, uint8_t *room, size_t room_len, struct bolt_err *err)
{
	struct inflater *f = (struct inflater *) base;

	f->io.out = room;
	f->io.out_left = room_len;
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
	size_t made = room_len - f->io.out_left;
	f->total_out += made;
	int r = check_ratio(f, err);
	return r < 0 ? r : (ssize_t) made;
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
	int r = more_input(f, err);
	for (size_t i = BOLT_GZIP; r == 0 && i < BOLT_ARRAY_LEN(codecs); i++) {
		if (f->io.in_left >= codecs[i]->magic_len && memcmp(f->io.in, codecs[i]->magic, codecs[i]->magic_len) == 0) {
			compression = (enum bolt_compression) i;
			f->codec = codecs[i];
			f->state = codecs[i]->open();
			f->base.fill = inflate_fill;
			if (!f->state)
				r = bolt_err_set(err, -ENOMEM, "out of memory for %s", codecs[i]->name);
		}
	}
	if (r < 0) {
		inflate_close(&f->base);
		return r;
	}
	*ret_compression = compression;
	*ret_filler = &f->base;
	return 0;
}
