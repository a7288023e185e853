#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/pump.h"

/* Makes `blocks` blocks of its own number, then ends or fails. */
struct counting {
	struct bolt_filler base;
	unsigned made, blocks;
	int failure;
	unsigned *closed;
};

static ssize_t counting_fill(struct bolt_filler *base, uint8_t *room, size_t room_len, struct bolt_err *err)
{
	struct counting *c = (struct counting *) base;

	if (c->made == c->blocks)
		return c->failure ? bolt_err_set(err, c->failure, "block %u is bad", c->made) : 0;
	memset(room, (int) c->made++, room_len < 1000 ? room_len : 1000);
	return 1000;
}

static void counting_close(struct bolt_filler *base)
{
	++*((struct counting *) base)->closed;
	free(base);
}

static struct bolt_reader *make(unsigned blocks, int failure, unsigned *closed)
{
	struct counting *c = malloc(sizeof(*c));

	*c = (struct counting){ { counting_fill, counting_close }, 0, blocks, failure, closed };
	return bolt_reader_pumped(&c->base);
}

static void blocks_come_in_order_and_the_end_stays(void **state)
{
	static const struct {
		unsigned blocks;
		int failure;
	} rows[] = { { 0, 0 }, { 1, 0 }, { 100, 0 }, { 0, -EIO }, { 1, -EBADMSG }, { 8, -EBADMSG }, { 50, -E2BIG } };

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		unsigned closed = 0;
		struct bolt_reader *reader = make(rows[i].blocks, rows[i].failure, &closed);
		struct bolt_err err = { .msg = "" };
		const uint8_t *block;

		for (unsigned k = 0; k < rows[i].blocks; k++) {
			assert_int_equal(bolt_read_next(reader, &block, &err), 1000);
			assert_int_equal(block[0], k & 0xff);
			assert_int_equal(block[999], k & 0xff);
		}
		for (int again = 0; again < 3; again++) {
			assert_int_equal(bolt_read_next(reader, &block, &err), rows[i].failure);
			assert_int_equal(err.msg[0] != '\0', rows[i].failure != 0);
		}
		bolt_reader_close(reader);
		assert_int_equal(closed, 1);
	}
}

static void closing_early_stops_the_thread(void **state)
{
	(void) state;
	for (unsigned taken = 0; taken < 12; taken++) {
		unsigned closed = 0;
		struct bolt_reader *reader = make(UINT32_MAX, 0, &closed);
		const uint8_t *block;

		for (unsigned k = 0; k < taken; k++)
			assert_int_equal(bolt_read_next(reader, &block, NULL), 1000);
		bolt_reader_close(reader);
		assert_int_equal(closed, 1);
	}
}

static void ranges_of_a_file(void **state)
{
	static const struct {
		uint64_t offset, len;
		const char *want; /* NULL: truncated */
	} rows[] = { { 0, 10, "0123456789" }, { 3, 4, "3456" }, { 10, 0, "" },
		     { 9, 2, NULL },          { 100, 1, NULL }, { 0, UINT64_MAX, NULL } };
	FILE *file = tmpfile();

	(void) state;
	assert_non_null(file);
	assert_int_equal(write(fileno(file), "0123456789", 10), 10);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_reader *reader = bolt_reader_range(fileno(file), rows[i].offset, rows[i].len);
		struct bolt_err err = { .msg = "" };
		uint8_t *bytes = NULL;
		size_t len = 7;
		int r = bolt_reader_slurp(reader, 100, "it", &bytes, &len, &err);

		assert_int_equal(r, rows[i].want ? 0 : -EBADMSG);
		assert_int_equal(len, rows[i].want ? strlen(rows[i].want) : 7);
		if (rows[i].want)
			assert_string_equal((char *) bytes, rows[i].want);
		else
			assert_non_null(strstr(err.msg, "truncated"));
		free(bytes);
		bolt_reader_close(reader);
	}
	(void) fclose(file);
}

static void slurping_stops_at_its_bound(void **state)
{
	(void) state;
	for (size_t max = 0; max < 12; max++) {
		struct bolt_reader *reader = bolt_reader_memory("0123456789", 10, 3);
		struct bolt_err err = { .msg = "" };
		uint8_t *bytes = NULL;
		size_t len = 7;
		int r = bolt_reader_slurp(reader, max, "the thing", &bytes, &len, &err);

		assert_int_equal(r, max < 10 ? -E2BIG : 0);
		assert_int_equal(len, max < 10 ? 7 : 10);
		if (r < 0)
			assert_non_null(strstr(err.msg, "the thing is larger than the bound of"));
		free(bytes);
		bolt_reader_close(reader);
	}
}

static void a_stream_ends_or_fails(void **state)
{
	struct bolt_err err = { .msg = "" };
	uint64_t total = 7;
	int ends[2];

	(void) state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "abc", 3), 3);
	close(ends[1]);
	struct bolt_reader *reader = bolt_reader_fd(ends[0]);
	assert_int_equal(bolt_reader_drain(reader, &total, &err), 0);
	assert_int_equal(total, 3);
	bolt_reader_close(reader);
	reader = bolt_reader_fd(-1);
	assert_int_equal(bolt_reader_drain(reader, &total, &err), -EBADF);
	assert_int_equal(total, 3);
	assert_non_null(strstr(err.msg, "read failed"));
	bolt_reader_close(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_come_in_order_and_the_end_stays),
		cmocka_unit_test(closing_early_stops_the_thread),
		cmocka_unit_test(ranges_of_a_file),
		cmocka_unit_test(slurping_stops_at_its_bound),
		cmocka_unit_test(a_stream_ends_or_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
