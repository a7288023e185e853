/* The content of one entry of a zip archive as a reader: stored or deflated, counted and checked. */
#include <errno.h>
#include <isa-l.h>
#include <stdlib.h>

#include "core/zip_private.h"

enum { STORED = 0, DEFLATED = 8 };

int bolt_zip_block(struct bolt_zip *zip, struct bolt_err *err)
{
	const uint8_t *bytes;

	if (zip->block.left > 0)
		return 1;
	if (!zip->source)
		return 0;
	ssize_t n = bolt_read_next(zip->source, &bytes, err);
	if (n <= 0)
		return (int) n;
	zip->block = bolt_cursor(bytes, (size_t) n);
	return 1;
}

static size_t packed_here(const struct bolt_zip *zip)
{
	size_t n = zip->block.left < zip->packed_left ? zip->block.left : (size_t) zip->packed_left;

	return n < (1u << 30) ? n : 1u << 30; /* the library counts in 32 bits */
}

/* n packed bytes have been used. */
static void advance(struct bolt_zip *zip, size_t n)
{
	zip->block.p += n;
	zip->block.left -= n;
	if (zip->packed_left != BOLT_ZIP_UNKNOWN)
		zip->packed_left -= n;
}

static int cut_off(const struct bolt_zip *zip, struct bolt_err *err)
{
	return bolt_err_set(err, -EBADMSG, "entry '%.200s' is cut off", zip->name);
}

/* Everything that leaves passes here. */
static ssize_t hand_out(struct bolt_zip *zip, const uint8_t *bytes, size_t n, struct bolt_err *err)
{
	if (n > zip->budget->bytes)
		return bolt_err_set(err, -E2BIG, "entry '%.200s' passes the bound on what one file may unpack to", zip->name);
	zip->budget->bytes -= n;
	zip->plain += n;
	zip->crc = crc32_gzip_refl(zip->crc, bytes, n);
	return (ssize_t) n;
}

static ssize_t finish(struct bolt_zip *zip, struct bolt_err *err)
{
	zip->finished = true;
	if (!zip->entry.described && zip->crc != zip->entry.crc)
		return bolt_err_set(err, -EBADMSG, "entry '%.200s' does not match its checksum", zip->name);
	return 0;
}

static ssize_t next_stored(struct bolt_zip *zip, const uint8_t **ret_block, struct bolt_err *err)
{
	if (zip->packed_left == 0)
		return finish(zip, err);
	int r = bolt_zip_block(zip, err);
	if (r <= 0)
		return r < 0 ? r : cut_off(zip, err);
	size_t n = packed_here(zip);
	*ret_block = zip->block.p;
	advance(zip, n);
	return hand_out(zip, *ret_block, n, err);
}

static ssize_t next_inflated(struct bolt_zip *zip, const uint8_t **ret_block, struct bolt_err *err)
{
	struct inflate_state *state = zip->inflate;

	state->next_out = zip->out;
	state->avail_out = BOLT_ZIP_OUT;
	for (;;) {
		int more = zip->packed_left > 0 ? bolt_zip_block(zip, err) : 0;

		if (more < 0)
			return more;
		size_t n = more ? packed_here(zip) : 0;
		state->next_in = (uint8_t *) (uintptr_t) zip->block.p; /* the library does not write there */
		state->avail_in = (uint32_t) n;
		if (isal_inflate(state) != ISAL_DECOMP_OK)
			return bolt_err_set(err, -EBADMSG, "entry '%.200s' is damaged", zip->name);
		advance(zip, n - state->avail_in);
		size_t made = BOLT_ZIP_OUT - state->avail_out;
		*ret_block = zip->out;
		if (made > 0)
			return hand_out(zip, zip->out, made, err);
		if (state->block_state == ISAL_BLOCK_FINISH)
			return finish(zip, err);
		if (!more)
			return cut_off(zip, err);
	}
}

static ssize_t content_next(struct bolt_reader *reader, const uint8_t **ret_block, struct bolt_err *err)
{
	struct bolt_zip *zip = (struct bolt_zip *) reader;

	if (zip->failed < 0)
		return bolt_err_set(err, zip->failed, "entry '%.200s' could not be read", zip->name);
	if (zip->finished)
		return 0;
	ssize_t n = zip->entry.method == STORED ? next_stored(zip, ret_block, err) : next_inflated(zip, ret_block, err);
	if (n < 0)
		zip->failed = (int) n;
	return n;
}

void bolt_zip_content_start(struct bolt_zip *zip, uint64_t packed)
{
	zip->packed_left = packed;
	zip->opened = zip->finished = false;
	zip->failed = 0;
	zip->crc = 0;
	zip->plain = 0;
}

static void content_close(struct bolt_reader *reader)
{
	(void) reader; /* the archive's own */
}

int bolt_zip_content(struct bolt_zip *zip, struct bolt_reader **ret_content, struct bolt_err *err)
{
	if (zip->entry.encrypted)
		return bolt_err_set(err, -EOPNOTSUPP, "entry '%.200s' is encrypted", zip->name);
	if (zip->entry.method != STORED && zip->entry.method != DEFLATED)
		return bolt_err_set(err, -EOPNOTSUPP, "entry '%.200s' is compressed by method %u, which Java does not know either",
				    zip->name, zip->entry.method);
	if (zip->entry.method == STORED && zip->packed_left == BOLT_ZIP_UNKNOWN)
		return bolt_err_set(err, -EOPNOTSUPP, "entry '%.200s' is stored without its length", zip->name);
	if (zip->entry.method == DEFLATED) {
		if (!zip->inflate && !(zip->inflate = malloc(sizeof(*zip->inflate))))
			return -ENOMEM;
		if (!zip->out && !(zip->out = malloc(BOLT_ZIP_OUT)))
			return -ENOMEM;
		isal_inflate_init(zip->inflate);
	}
	zip->opened = true;
	zip->content = (struct bolt_reader){ .next = content_next, .close = content_close };
	*ret_content = &zip->content;
	return 0;
}
