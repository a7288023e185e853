/* Buffers, arenas and cursors: what everything else reads and keeps strangers' bytes with. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/cursor.h"

static void a_buffer_ends_at_its_cap_and_starts_anew(void **state)
{
	(void) state;
	for (size_t max = 0; max < 300; max += 7) {
		struct bolt_buf buf = BOLT_BUF_INIT(max);
		int r = 0;

		for (size_t i = 0; r == 0 && i < 400; i++) {
			assert_true(buf.len <= max);
			r = i % 2 ? bolt_buf_add(&buf, "x", 1) : bolt_buf_addf(&buf, "%c", 'x');
			if (r == 0)
				assert_int_equal(buf.data[buf.len], 0);
		}
		assert_int_equal(r, -E2BIG);
		assert_null(buf.data);
		assert_int_equal(bolt_buf_add(&buf, "", 0), 0);
		assert_int_equal(bolt_buf_reserve(&buf, max + 1), -E2BIG);
		char *text = NULL;
		assert_int_equal(bolt_buf_take_text(&buf, &text), 0);
		assert_string_equal(text, "");
		free(text);
	}
}

static void an_arena_hands_out_aligned_memory_up_to_its_cap(void **state)
{
	struct bolt_arena *arena = bolt_arena_new(100000), *other = bolt_arena_new(50000);
	const char *first = bolt_arena_strdup(arena, "first"), *large;

	(void) state;
	assert_null(bolt_arena_alloc(arena, 100000));
	assert_null(bolt_arena_alloc(arena, SIZE_MAX));
	assert_null(bolt_arena_text(arena, "", SIZE_MAX));
	for (size_t n = 1; n < 200; n += 13) {
		uint8_t *p = bolt_arena_alloc(arena, n);

		assert_int_equal((uintptr_t) p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, n);
	}
	large = bolt_arena_printf(other, "%40000s", "x");
	assert_int_equal(strlen(large), 40000);
	assert_null(bolt_arena_printf(other, "%10000s", "x"));
	bolt_arena_adopt(arena, other);
	bolt_arena_adopt(arena, NULL);
	assert_int_equal(strlen(large), 40000);
	assert_string_equal(first, "first");
	assert_non_null(bolt_arena_alloc(arena, 90000)); /* caps add up */
	bolt_arena_free(arena);
	bolt_arena_free(NULL);
}

static void a_failing_take_moves_nothing(void **state)
{
	static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	uint64_t u64 = 7;
	uint32_t u32 = 7;
	uint16_t u16 = 7;

	(void) state;
	for (size_t n = 0; n <= 8; n++) {
		struct bolt_cursor c = bolt_cursor(bytes, n), sub;

		assert_int_equal(bolt_take_u64be(&c, &u64), n == 8 ? 0 : -EBADMSG);
		assert_int_equal(c.left, n == 8 ? 0 : n);
		c = bolt_cursor(bytes, n);
		assert_int_equal(bolt_take_u32le(&c, &u32), n >= 4 ? 0 : -EBADMSG);
		assert_int_equal(c.left, n >= 4 ? n - 4 : n);
		c = bolt_cursor(bytes, n);
		assert_int_equal(bolt_take_u16be(&c, &u16), n >= 2 ? 0 : -EBADMSG);
		assert_int_equal(bolt_cursor_at(&c, UINT64_MAX, 2, &sub), -EBADMSG);
		assert_int_equal(bolt_cursor_at(&c, 1, UINT64_MAX, &sub), -EBADMSG);
		assert_int_equal(bolt_take_sub(&c, SIZE_MAX, &sub), -EBADMSG);
	}
	assert_true(u64 == 0x0102030405060708 && u32 == 0x04030201 && u16 == 0x0102);
}

static void varints(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		int want;
		uint64_t value;
	} rows[] = {
		{ "\x00", 1, 0, 0 },
		{ "\xac\x02", 2, 0, 300 },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, 0, UINT64_MAX },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10, -EBADMSG, 7 },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11, -EBADMSG, 7 },
		{ "\x80", 1, -EBADMSG, 7 },
		{ "", 0, -EBADMSG, 7 },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_cursor c = bolt_cursor(rows[i].bytes, rows[i].len);
		uint64_t value = 7;

		assert_int_equal(bolt_take_uvarint(&c, &value), rows[i].want);
		assert_int_equal(value, rows[i].value);
		assert_int_equal(c.left, rows[i].want ? rows[i].len : 0);
	}
}

static void lines(void **state)
{
	static const struct {
		const char *text, *want; /* lines in brackets */
	} rows[] = { { "", "" },     { "a", "[a]" },   { "a\nb\r\n\n", "[a][b][]" },
		     { "\n", "[]" }, { "a\r", "[a]" }, { "a\rb", "[a\rb]" } };

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_cursor c = bolt_cursor(rows[i].text, strlen(rows[i].text)), line;
		char have[64] = "";

		while (bolt_take_line(&c, &line))
			(void) snprintf(have + strlen(have), sizeof(have) - strlen(have), "[%.*s]", (int) line.left, line.p);
		assert_string_equal(have, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buffer_ends_at_its_cap_and_starts_anew),
		cmocka_unit_test(an_arena_hands_out_aligned_memory_up_to_its_cap),
		cmocka_unit_test(a_failing_take_moves_nothing),
		cmocka_unit_test(varints),
		cmocka_unit_test(lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
