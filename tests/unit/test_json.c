#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/json_writer.h"

static void what_is_json_and_how_deep(void **state)
{
	static const struct {
		const char *text;
		int want;
		const char *says;
	} rows[] = {
		{ "{}", 0, "" },
		{ "[[[[]]]]", 0, "" },
		{ "\"[[[[[[[[\"", 0, "" },
		{ "\"\\\"[[[[[[[[\"", 0, "" },
		{ "[[[[[]]]]]", -EBADMSG, "deeper than the bound of 4 levels (at byte 4)" },
		{ "{\"a\":{\"b\":{\"c\":{\"d\":{}}}}}", -EBADMSG, "deeper than the bound of 4" },
		{ "", -EBADMSG, "not JSON" },
		{ "{}x", -EBADMSG, "not JSON" },
		{ "\"\xff\"", -EBADMSG, "not JSON" },
		{ "{\"a\":", -EBADMSG, "not JSON" },
		{ "\"\\", -EBADMSG, "not JSON" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		size_t n = strlen(rows[i].text);
		char *exact = malloc(n ? n : 1);
		json_t *value = NULL;
		struct bolt_err err = { .msg = "" };

		memcpy(exact, rows[i].text, n);
		int r = bolt_json_load(exact, n, 4, &value, &err);
		if (r != rows[i].want || !strstr(err.msg, rows[i].says) || (r == 0) != (value != NULL))
			fail_msg("%s: %d '%s'", rows[i].text, r, err.msg);
		bolt_json_decref(value);
		free(exact);
	}
	assert_null(bolt_json_text(NULL, "a"));
}

static void any_text_is_written_as_json_that_reads_back(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "plain \xc3\xa9", "plain \xc3\xa9" },
		{ "\"\\\b\x01\x1f\x7f\n\t\r", "\"\\\b\x01\x1f\x7f\n\t\r" },
		{ "\xff", "\xef\xbf\xbd" },
		{ "a\xed\xa0\x80z", "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz" },
		{ "cut \xe4\xb8", "cut \xef\xbf\xbd\xef\xbf\xbd" },
		{ "", "" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		FILE *file = tmpfile();
		struct bolt_out out;
		struct bolt_json_writer w;
		char text[512];
		json_t *value = NULL;

		bolt_out_init(&out, fileno(file));
		bolt_json_writer_init(&w, &out);
		bolt_jw_object(&w);
		bolt_jw_member(&w, rows[i].text, rows[i].text);
		bolt_jw_member_opt(&w, "none", NULL);
		bolt_jw_key(&w, "list");
		bolt_jw_array(&w);
		bolt_jw_u64(&w, UINT64_MAX);
		bolt_jw_bool(&w, true);
		bolt_jw_text(&w, NULL);
		bolt_jw_end_array(&w);
		bolt_jw_end_object(&w);
		assert_int_equal(bolt_out_flush(&out), 0);
		ssize_t n = pread(fileno(file), text, sizeof(text) - 1, 0);
		assert_int_equal(n, out.written);
		text[n] = '\0';
		char *max = strstr(text, "18446744073709551615"); /* jansson's integers end at 2^63 */
		assert_non_null(max);
		max[0] = '1';
		memset(max + 1, ' ', 19);
		assert_int_equal(bolt_json_load(text, (size_t) n, 4, &value, NULL), 0);
		assert_string_equal(bolt_json_text(value, rows[i].want), rows[i].want);
		assert_int_equal(json_object_size(value), 2);
		bolt_json_decref(value);
		(void) fclose(file);
	}
}

static void the_first_failed_write_sticks(void **state)
{
	struct bolt_out out;
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void) state;
	bolt_out_init(&out, full);
	for (int i = 0; i < 100; i++)
		bolt_outf(&out, "%2000d", i);
	assert_int_equal(bolt_out_flush(&out), -ENOSPC);
	out.fd = STDOUT_FILENO;
	bolt_out_text(&out, "this must not be seen\n");
	assert_int_equal(bolt_out_flush(&out), -ENOSPC);
	close(full);
}

static void more_than_the_buffer_holds_is_written_whole(void **state)
{
	FILE *file = tmpfile();
	struct bolt_out out;
	char *large = malloc(100001);
	uint64_t total = 0;

	(void) state;
	memset(large, 'x', 100000);
	large[100000] = '\0';
	bolt_out_init(&out, fileno(file));
	for (size_t n = 1; n <= 100000; n = n * 3 + 1) {
		bolt_out_bytes(&out, large, n);
		total += n;
	}
	bolt_outf(&out, "%s", large);
	bolt_out_char(&out, 'x');
	total += 100001;
	assert_int_equal(bolt_out_flush(&out), 0);
	assert_int_equal(out.written, total);
	assert_int_equal(lseek(fileno(file), 0, SEEK_END), total);
	free(large);
	(void) fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_json_and_how_deep),
		cmocka_unit_test(any_text_is_written_as_json_that_reads_back),
		cmocka_unit_test(the_first_failed_write_sticks),
		cmocka_unit_test(more_than_the_buffer_holds_is_written_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
