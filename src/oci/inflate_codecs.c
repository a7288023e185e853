/* The four libraries behind one shape. */
#include <bzlib.h>
#include <errno.h>
#include <isa-l/igzip_lib.h>
#include <limits.h>
#include <lzma.h>
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "oci/inflate_private.h"
#include "oci/limits.h"

static unsigned clamp(size_t n)
{
	return n > UINT_MAX / 2 ? UINT_MAX / 2 : (unsigned) n;
}

static void *gzip_open(void)
{
	struct inflate_state *state = malloc(sizeof(*state));

	if (state) {
		isal_inflate_init(state);
		state->crc_flag = ISAL_GZIP;
	}
	return state;
}

static int gzip_step(void *context, struct inflate_io *io, struct bolt_err *err)
{
	struct inflate_state *state = context;
	unsigned in = clamp(io->in_left), out = clamp(io->out_left);

	if (state->block_state == ISAL_BLOCK_FINISH) {
		isal_inflate_reset(state);
		state->crc_flag = ISAL_GZIP;
	}
	state->next_in = (uint8_t *) (uintptr_t) io->in; /* the library reads only */
	state->avail_in = in;
	state->next_out = io->out;
	state->avail_out = out;
	int r = isal_inflate(state);
	io->in += in - state->avail_in;
	io->in_left -= in - state->avail_in;
	io->out += out - state->avail_out;
	io->out_left -= out - state->avail_out;
	if (r < 0)
		return bolt_err_set(err, -EBADMSG, "damaged gzip data (%s)",
				    r == ISAL_INCORRECT_CHECKSUM ? "checksum does not match" : "not a deflate stream");
	return state->block_state == ISAL_BLOCK_FINISH;
}

const struct inflate_codec inflate_gzip = { "gzip", "\x1f\x8b\x08", 3, gzip_open, free, gzip_step };

static void *zstd_open(void)
{
	ZSTD_DCtx *state = ZSTD_createDCtx();

	if (state && ZSTD_isError(ZSTD_DCtx_setParameter(state, ZSTD_d_windowLogMax, BOLT_WINDOW_LOG_MAX))) {
		ZSTD_freeDCtx(state);
		return NULL;
	}
	return state;
}

static void zstd_close(void *state)
{
	ZSTD_freeDCtx(state);
}

static int zstd_step(void *state, struct inflate_io *io, struct bolt_err *err)
{
	ZSTD_inBuffer in = { io->in, io->in_left, 0 };
	ZSTD_outBuffer out = { io->out, io->out_left, 0 };
	size_t r = ZSTD_decompressStream(state, &out, &in);

	io->in += in.pos;
	io->in_left -= in.pos;
	io->out += out.pos;
	io->out_left -= out.pos;
	if (ZSTD_isError(r)) {
		switch (ZSTD_getErrorCode(r)) {
		case ZSTD_error_memory_allocation:
			return bolt_err_set(err, -ENOMEM, "out of memory for zstd");
		case ZSTD_error_frameParameter_windowTooLarge:
			return bolt_err_set(err, -E2BIG, "zstd window over the bound of %u MiB", BOLT_WINDOW_MAX >> 20);
		default:
			return bolt_err_set(err, -EBADMSG, "damaged zstd data (%s)", ZSTD_getErrorName(r));
		}
	}
	return r == 0;
}

const struct inflate_codec inflate_zstd = { "zstd", "\x28\xb5\x2f\xfd", 4, zstd_open, zstd_close, zstd_step };

static void *xz_open(void)
{
	lzma_stream *state = calloc(1, sizeof(*state));

	if (state && lzma_stream_decoder(state, BOLT_WINDOW_MAX + (8u << 20), LZMA_CONCATENATED) != LZMA_OK) {
		free(state);
		return NULL;
	}
	return state;
}

static void xz_close(void *state)
{
	lzma_end(state);
	free(state);
}

static int xz_step(void *context, struct inflate_io *io, struct bolt_err *err)
{
	lzma_stream *state = context;

	state->next_in = io->in;
	state->avail_in = io->in_left;
	state->next_out = io->out;
	state->avail_out = io->out_left;
	lzma_ret r = lzma_code(state, io->in_ended ? LZMA_FINISH : LZMA_RUN);
	io->in = state->next_in;
	io->in_left = state->avail_in;
	io->out = state->next_out;
	io->out_left = state->avail_out;
	if (r == LZMA_MEMLIMIT_ERROR)
		return bolt_err_set(err, -E2BIG, "xz dictionary over the bound of %u MiB", BOLT_WINDOW_MAX >> 20);
	if (r == LZMA_MEM_ERROR)
		return bolt_err_set(err, -ENOMEM, "out of memory for xz");
	if (r != LZMA_OK && r != LZMA_STREAM_END && r != LZMA_BUF_ERROR)
		return bolt_err_set(err, -EBADMSG, "damaged xz data");
	return r == LZMA_STREAM_END;
}

const struct inflate_codec inflate_xz = { "xz",
					  "\xfd"
					  "7zXZ\0",
					  6,
					  xz_open,
					  xz_close,
					  xz_step };

struct bzip2 {
	bz_stream stream;
	bool open;
};

static void *bzip2_open(void)
{
	return calloc(1, sizeof(struct bzip2));
}

static void bzip2_close(void *context)
{
	struct bzip2 *state = context;

	if (state->open)
		BZ2_bzDecompressEnd(&state->stream);
	free(state);
}

static int bzip2_step(void *context, struct inflate_io *io, struct bolt_err *err)
{
	struct bzip2 *state = context;
	unsigned in = clamp(io->in_left), out = clamp(io->out_left);

	if (!state->open) {
		state->stream = (bz_stream){ 0 };
		if (BZ2_bzDecompressInit(&state->stream, 0, 0) != BZ_OK)
			return bolt_err_set(err, -ENOMEM, "out of memory for bzip2");
		state->open = true;
	}
	state->stream.next_in = (char *) (uintptr_t) io->in; /* the library reads only */
	state->stream.avail_in = in;
	state->stream.next_out = (char *) io->out;
	state->stream.avail_out = out;
	int r = BZ2_bzDecompress(&state->stream);
	io->in += in - state->stream.avail_in;
	io->in_left -= in - state->stream.avail_in;
	io->out += out - state->stream.avail_out;
	io->out_left -= out - state->stream.avail_out;
	if (r != BZ_OK && r != BZ_STREAM_END)
		return bolt_err_set(err, r == BZ_MEM_ERROR ? -ENOMEM : -EBADMSG, "damaged bzip2 data");
	if (r == BZ_STREAM_END) {
		BZ2_bzDecompressEnd(&state->stream);
		state->open = false;
	}
	return r == BZ_STREAM_END;
}

const struct inflate_codec inflate_bzip2 = { "bzip2", "BZh", 3, bzip2_open, bzip2_close, bzip2_step };
