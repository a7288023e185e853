#include <bzlib.h>
#include <errno.h>
#include <lzma.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include <cmocka.h>

#include <isa-l/igzip_lib.h>

#include "core/buf.h"
#include "oci/inflate.h"

enum { PLAIN = 3000, ROOM = 16384 };

static uint8_t plain[PLAIN];

static size_t pack_gzip(const uint8_t *from, size_t n, uint8_t *to)
{
	struct isal_zstream stream;

	isal_deflate_stateless_init(&stream);
	stream.gzip_flag = IGZIP_GZIP;
	stream.next_in = (uint8_t *) (uintptr_t) from;
	stream.avail_in = (uint32_t) n;
	stream.end_of_stream = 1;
	stream.next_out = to;
	stream.avail_out = ROOM;
	assert_int_equal(isal_deflate_stateless(&stream), COMP_OK);
	return stream.total_out;
}

static size_t pack_zstd(const uint8_t *from, size_t n, uint8_t *to)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	size_t made = ZSTD_compress2(context, to, ROOM, from, n);
	ZSTD_freeCCtx(context);
	assert_false(ZSTD_isError(made));
	return made;
}

static size_t pack_xz(const uint8_t *from, size_t n, uint8_t *to)
{
	size_t made = 0;

	assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL, from, n, to, &made, ROOM), LZMA_OK);
	return made;
}

static size_t pack_bzip2(const uint8_t *from, size_t n, uint8_t *to)
{
	unsigned made = ROOM;

	assert_int_equal(BZ2_bzBuffToBuffCompress((char *) to, &made, (char *) (uintptr_t) from, (unsigned) n, 1, 0, 0), BZ_OK);
	return made;
}

static const struct codec {
	enum bolt_compression compression;
	size_t (*pack)(const uint8_t *from, size_t n, uint8_t *to);
} codecs[] = {
	{ BOLT_GZIP, pack_gzip },
	{ BOLT_ZSTD, pack_zstd },
	{ BOLT_XZ, pack_xz },
	{ BOLT_BZIP2, pack_bzip2 },
};

/* What comes out, before whatever error ends it. */
struct outcome {
	int r;
	enum bolt_compression compression;
	struct bolt_buf out;
	struct bolt_err err;
};

static struct outcome inflate(const uint8_t *bytes, size_t n, size_t block_len)
{
	uint8_t *exact = malloc(n ? n : 1);
	struct outcome o = { .compression = 7, .out = BOLT_BUF_INIT(1 << 20), .err = { .msg = "" } };
	struct bolt_filler *filler = NULL;
	const uint8_t *block;
	ssize_t got = 0;

	memcpy(exact, bytes, n);
	struct bolt_reader *source = bolt_reader_memory(exact, n, block_len);
	o.r = bolt_inflate_open(source, &filler, &o.compression, &o.err);
	if (o.r == 0) {
		struct bolt_reader *reader = bolt_reader_pumped(filler);

		assert_non_null(reader);
		while ((got = bolt_read_next(reader, &block, &o.err)) > 0)
			assert_int_equal(bolt_buf_add(&o.out, block, (size_t) got), 0);
		o.r = (int) got;
		assert_int_equal(bolt_read_next(reader, &block, &o.err), got); /* end and failure stay */
		bolt_reader_close(reader);
	}
	bolt_reader_close(source);
	free(exact);
	return o;
}

static void assert_inflates(const uint8_t *bytes, size_t n, enum bolt_compression compression, const uint8_t *want, size_t want_len)
{
	static const size_t block_lens[] = { 0, 1, 3, 100 };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(block_lens); i++) {
		struct outcome o = inflate(bytes, n, block_lens[i]);

		if (o.r != 0)
			fail_msg("%s: %s", bolt_compression_text(compression), o.err.msg);
		assert_int_equal(o.compression, compression);
		assert_int_equal(o.out.len, want_len);
		if (want_len > 0)
			assert_memory_equal(o.out.data, want, want_len);
		bolt_buf_done(&o.out);
	}
}

static void every_codec_gives_back_what_was_packed(void **state)
{
	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(codecs); i++) {
		uint8_t packed[2 * ROOM];
		size_t n = codecs[i].pack(plain, PLAIN, packed);

		assert_inflates(packed, n, codecs[i].compression, plain, PLAIN);
		size_t more = codecs[i].pack(plain, 0, packed + n);
		more += codecs[i].pack(plain, 0, packed + n + more);
		assert_inflates(packed, n + more, codecs[i].compression, plain, PLAIN);
		n = codecs[i].pack(plain, 1000, packed);
		n += codecs[i].pack(plain + 1000, PLAIN - 1000, packed + n);
		assert_inflates(packed, n, codecs[i].compression, plain, PLAIN);
		memset(packed + n, 0, 512);
		assert_inflates(packed, n + 512, codecs[i].compression, plain, PLAIN);
		n = codecs[i].pack(plain, 0, packed);
		assert_inflates(packed, n, codecs[i].compression, NULL, 0);
	}
}

static void what_no_codec_knows_passes_through(void **state)
{
	static const char *const rows[] = { "", "x", "\x1f\x8b", "BZ", "\x28\xb5\x2f", "no magic at all", "\xfd\x37zX" };

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++)
		assert_inflates((const uint8_t *) rows[i], strlen(rows[i]), BOLT_PLAIN, (const uint8_t *) rows[i], strlen(rows[i]));
	assert_inflates(plain, PLAIN, BOLT_PLAIN, plain, PLAIN);
}

static void a_skippable_frame_in_front_is_zstd(void **state)
{
	uint8_t packed[ROOM] = "\x5a\x2a\x4d\x18\x04\0\0\0seek";

	(void) state;
	size_t n = 12 + pack_zstd(plain, PLAIN, packed + 12);
	assert_inflates(packed, n, BOLT_ZSTD, plain, PLAIN);
	memcpy(packed + n, "\x50\x2a\x4d\x18\x02\0\0\0xx", 10);
	assert_inflates(packed, n + 10, BOLT_ZSTD, plain, PLAIN);
}

/* Every beginning fails, and what it gives until then is right. */
static void what_is_truncated_anywhere_is_told(void **state)
{
	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(codecs); i++) {
		uint8_t packed[ROOM];
		size_t n = codecs[i].pack(plain, PLAIN, packed);

		for (size_t k = 6; k < n; k++) {
			struct outcome o = inflate(packed, k, k % 2 ? 0 : 5);

			if (o.r != -EBADMSG || !o.err.msg[0])
				fail_msg("%s cut at %zu of %zu: %d", bolt_compression_text(codecs[i].compression), k, n, o.r);
			assert_true(o.out.len <= PLAIN);
			if (o.out.len > 0)
				assert_memory_equal(o.out.data, plain, o.out.len);
			bolt_buf_done(&o.out);
		}
	}
}

static void garbage_behind_the_end_is_told_after_the_content(void **state)
{
	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(codecs); i++) {
		uint8_t packed[ROOM];
		size_t n = codecs[i].pack(plain, PLAIN, packed);

		memcpy(packed + n, "\0\0\0\0garbage garbage", 20);
		struct outcome o = inflate(packed, n + 20, 0);
		assert_int_equal(o.r, -EBADMSG);
		assert_int_equal(o.out.len, PLAIN);
		bolt_buf_done(&o.out);
	}
}

static void no_flipped_bit_gives_other_content(void **state)
{
	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(codecs); i++) {
		uint8_t packed[ROOM];
		size_t n = codecs[i].pack(plain, PLAIN, packed);

		for (size_t bit = 48; bit < 8 * n; bit += 3) {
			packed[bit / 8] = (uint8_t) (packed[bit / 8] ^ 1u << bit % 8);
			struct outcome o = inflate(packed, n, 0);
			if (o.r == 0 && (o.out.len != PLAIN || memcmp(o.out.data, plain, PLAIN) != 0))
				fail_msg("%s: bit %zu", bolt_compression_text(codecs[i].compression), bit);
			bolt_buf_done(&o.out);
			packed[bit / 8] = (uint8_t) (packed[bit / 8] ^ 1u << bit % 8);
		}
	}
}

static int make_plain(void **state)
{
	uint32_t x = 12345;

	(void) state;
	for (size_t i = 0; i < PLAIN; i++) {
		x = x * 1103515245 + 12345;
		plain[i] = (uint8_t) ("abcdefgh"[x >> 29] + (i % 50 == 0 ? (int) (x >> 27) : 0));
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_codec_gives_back_what_was_packed),
		cmocka_unit_test(what_no_codec_knows_passes_through),
		cmocka_unit_test(a_skippable_frame_in_front_is_zstd),
		cmocka_unit_test(what_is_truncated_anywhere_is_told),
		cmocka_unit_test(garbage_behind_the_end_is_told_after_the_content),
		cmocka_unit_test(no_flipped_bit_gives_other_content),
	};
	return cmocka_run_group_tests(tests, make_plain, NULL);
}
