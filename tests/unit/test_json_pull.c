/* The JSON reader that builds nothing: what it accepts, what it refuses and where, and what texts become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "core/json_pull.h"

enum { DEPTH = 4 };

static void documents_that_are_json_and_not(void **state)
{
	(void) state;
	static const struct {
		const char *text;
		int want_r;
		const char *says;
	} rows[] = {
		{ "{}", 0, "" },
		{ " [ 1 , -0.5e+3 , 0 , true , false , null , \"x\" ] \r\n\t", 0, "" },
		{ "{\"a\":{\"b\":[{}]}}", 0, "" },
		{ "\xef\xbb\xbf{}", 0, "" },
		{ "7", 0, "" },
		{ "", -EBADMSG, "ends where a value should be (byte 0)" },
		{ "{", -EBADMSG, "ends" },
		{ "[1,]", -EBADMSG, "at byte 3" },
		{ "{\"a\":1,}", -EBADMSG, "a member's name at byte 7" },
		{ "{\"a\" 1}", -EBADMSG, "':' at byte 5" },
		{ "{\"a\":1 \"b\":2}", -EBADMSG, "',' or '}' at byte 7" },
		{ "[1 2]", -EBADMSG, "',' or ']' at byte 3" },
		{ "{a:1}", -EBADMSG, "a member's name" },
		{ "[}", -EBADMSG, "a value at byte 1" },
		{ "01", -EBADMSG, "the end at byte 1" },
		{ "1.", -EBADMSG, "a digit" },
		{ "1e", -EBADMSG, "a digit" },
		{ "-", -EBADMSG, "a value" },
		{ "tru", -EBADMSG, "a value" },
		{ "NaN", -EBADMSG, "a value" },
		{ "\"a", -EBADMSG, "a closing quote" },
		{ "\"a\\\"", -EBADMSG, "a closing quote" },
		{ "\"a\nb\"", -EBADMSG, "control character at byte 2" },
		{ "{} {}", -EBADMSG, "the end at byte 3" },
		{ "{\"\\q\":1}", -EBADMSG, "escape" },
		{ "[[[[[]]]]]", -EBADMSG, "deeper than the bound of 4 levels (at byte 4)" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_err err = { .msg = "" };
		struct bolt_json_pull p;

		bolt_jp_init(&p, bolt_cursor(rows[i].text, strlen(rows[i].text)), DEPTH, &err);
		int r = bolt_jp_skip(&p, NULL);
		if (r == 0)
			r = bolt_jp_end(&p);
		bolt_jp_done(&p);
		print_message("%s: %s\n", rows[i].text, err.msg);
		assert_int_equal(r, rows[i].want_r);
		assert_non_null(strstr(err.msg, rows[i].says));
	}
}

static void texts_with_escapes(void **state)
{
	(void) state;
	static const struct {
		const char *json, *want; /* NULL: refused */
	} rows[] = {
		{ "\"plain\"", "plain" },
		{ "\"\"", "" },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t" },
		{ "\"n\\u0061me\"", "name" },
		{ "\"\\u00e9\\u20AC\"", "\xc3\xa9\xe2\x82\xac" },
		{ "\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80" },
		{ "\"\\ud83d-\\ude00\"", "\xef\xbf\xbd-\xef\xbf\xbd" },
		{ "\"a\\u0000b\"", "a\xef\xbf\xbd"
				   "b" },
		{ "\"\\u12\"", NULL },
		{ "\"\\u12x4\"", NULL },
		{ "\"\\x41\"", NULL },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_cursor text;
		struct bolt_json_pull p;

		bolt_jp_init(&p, bolt_cursor(rows[i].json, strlen(rows[i].json)), DEPTH, NULL);
		int r = bolt_jp_text(&p, &text);
		print_message("%s\n", rows[i].json);
		assert_int_equal(r, rows[i].want ? 1 : -EBADMSG);
		if (rows[i].want)
			assert_true(bolt_cursor_is(text, rows[i].want));
		bolt_jp_done(&p);
	}
}

static void members_are_taken_or_passed_over(void **state)
{
	(void) state;
	static const char json[] =
		"{\"skip\":[{\"name\":\"no\"},true],\"t\":true,\"f\":[true],\"n\\u0061me\":\"yes\",\"number\":7}";
	struct bolt_cursor key, name = { 0 }, untouched = bolt_cursor("7", 1);
	struct bolt_json_pull p;
	bool is_true[2] = { false, true };
	int r, members = 0;

	bolt_jp_init(&p, bolt_cursor(json, strlen(json)), DEPTH, NULL);
	assert_int_equal(bolt_jp_enter(&p, '['), 0);
	assert_int_equal(bolt_jp_enter(&p, '{'), 1);
	while ((r = bolt_jp_key(&p, &key)) > 0) {
		members++;
		if (bolt_cursor_is(key, "name"))
			assert_int_equal(bolt_jp_text(&p, &name), 1);
		else if (bolt_cursor_is(key, "t"))
			assert_int_equal(bolt_jp_skip(&p, &is_true[0]), 0);
		else if (bolt_cursor_is(key, "f"))
			assert_int_equal(bolt_jp_skip(&p, &is_true[1]), 0);
		else if (bolt_cursor_is(key, "number"))
			assert_int_equal(bolt_jp_text_or_skip(&p, &untouched), 0);
		else
			assert_int_equal(bolt_jp_enter_or_skip(&p, '{'), 0);
	}
	assert_int_equal(r, 0);
	assert_int_equal(members, 5);
	assert_int_equal(bolt_jp_end(&p), 0);
	assert_true(bolt_cursor_is(name, "yes"));
	assert_true(bolt_cursor_is(untouched, "7"));
	assert_true(is_true[0]);
	assert_false(is_true[1]);
	bolt_jp_done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_that_are_json_and_not),
		cmocka_unit_test(texts_with_escapes),
		cmocka_unit_test(members_are_taken_or_passed_over),
	};

	return cmocka_run_group_tests_name("json_pull", tests, NULL, NULL);
}
