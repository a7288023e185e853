#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "detect/ignore_file.h"
#include "detect/limits.h"

static struct bolt_suppressions *new_suppressions(void)
{
	struct bolt_suppressions *suppressions = NULL;

	assert_int_equal(bolt_suppressions_new(&suppressions), 0);
	return suppressions;
}

static int read_text(struct bolt_suppressions *suppressions, const char *text, struct bolt_err *err)
{
	return bolt_ignore_file_read(suppressions, "F", text, strlen(text), err);
}

/* One line for each statement: "id package version path reason expires", what is missing as -. */
static void describe(const struct bolt_suppressions *suppressions, struct bolt_buf *text)
{
	for (size_t i = 0; i < bolt_suppressions_len(suppressions); i++) {
		const struct bolt_statement *s = bolt_suppressions_at(suppressions, i);
		const char *fields[] = { s->id, s->package, s->version, s->path, s->says.reason, s->says.expires };

		assert_int_equal(bolt_buf_addf(text, "%u", s->line), 0);
		for (size_t f = 0; f < BOLT_ARRAY_LEN(fields); f++)
			assert_int_equal(bolt_buf_addf(text, "|%s", fields[f] ? fields[f] : "-"), 0);
		assert_int_equal(bolt_buf_addf(text, "\n"), 0);
		assert_string_equal(s->says.by, "ignore-file");
		assert_string_equal(s->says.source, "F");
		assert_true(s->stated_unix == INT64_MAX && !s->counts);
	}
}

static void what_a_file_says(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ "# nothing yet\n\n", "" },
		{ "ignore:\n", "" },
		{ "ignore: []\n", "" },
		{ "---\n# remark\nignore:\n- id: CVE-1\n  reason: no\n", "4|CVE-1|-|-|-|no|-\n" },
		{ "ignore:\n"
		  "  - id: CVE-2023-0464\n"
		  "    package: openssl\n"
		  "    version: 3.0.11-1~deb12u2\n"
		  "    path: \"**/status\"\n"
		  "    reason: >-\n"
		  "      policy checks are\n"
		  "      not enabled\n"
		  "    expires: 2026-12-31\n"
		  "  - {id: GHSA-1, reason: 'it''s a test', package: 'pkg:npm/%40a/b@1'}\n",
		  "2|CVE-2023-0464|openssl|3.0.11-1~deb12u2|**/status|policy checks are not enabled|2026-12-31\n"
		  "10|GHSA-1|pkg:npm/%40a/b@1|-|-|it's a test|-\n" },
		{ "\xef\xbb\xbf"
		  "ignore:\r\n- id: CVE-1\r\n  reason: no\r\n",
		  "2|CVE-1|-|-|-|no|-\n" },
		{ "CVE-2023-1\n", "1|CVE-2023-1|-|-|-|-|-\n" },
		{ "# why\nCVE-2023-1\n\n  GHSA-a-b-c   # no such call\r\nCVE-2 exp:2027-01-01 # soon\nCVE-3 exp:2027-01-01",
		  "2|CVE-2023-1|-|-|-|-|-\n4|GHSA-a-b-c|-|-|-|no such call|-\n5|CVE-2|-|-|-|soon|2027-01-01\n"
		  "6|CVE-3|-|-|-|-|2027-01-01\n" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		BOLT_CLEANUP(bolt_suppressions_freep) struct bolt_suppressions *suppressions = new_suppressions();
		struct bolt_buf text = BOLT_BUF_INIT(1 << 16);
		struct bolt_err err = { .msg = "" };

		if (read_text(suppressions, rows[i].text, &err) != 0)
			fail_msg("row %zu: %s", i, err.msg);
		assert_int_equal(bolt_buf_add(&text, "", 0), 0);
		describe(suppressions, &text);
		if (text.len != strlen(rows[i].want) || (text.len > 0 && memcmp(text.data, rows[i].want, text.len) != 0))
			fail_msg("row %zu: %s", i, text.data ? (const char *) text.data : "nothing");
		bolt_buf_done(&text);
	}
}

static void mistakes_are_told_with_their_place(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "ignore:\n- id: CVE-1\n", "F:2:3: an entry without reason" },
		{ "ignore:\n- reason: no\n", "F:2:3: an entry without id" },
		{ "ignore:\n- id: CVE-1\n  reason: no\n- id: CVE-2\n  reson: no\n",
		  "F:5:3: 'reson' is not a key of an entry (id, package, version, path, reason, expires)" },
		{ "ignore:\n- id: CVE-1\n  id: CVE-2\n  reason: no\n", "F:3:3: the key is there twice" },
		{ "ignore:\n- id:\n  reason: no\n", "F:2:6: an empty value" },
		{ "ignore:\n- id: [CVE-1]\n  reason: no\n", "F:2:7: want a text" },
		{ "ignore:\n- id: CVE-2023-*\n  reason: no\n", "F:2:3: an id is the whole name of one vulnerability" },
		{ "ignore:\n- id: CVE-1\n  reason: no\n  expires: soon\n", "F:2:3: 'soon' is no date (YYYY-MM-DD)" },
		{ "ignore:\n- id: CVE-1\n  reason: no\n  path: a/**/b\n", "F:2:3: '**' stands only at the beginning of a path" },
		{ "ignore:\n- id: CVE-1\n  reason: \"a\\0b\"\n", "F:3:11: a value with a NUL byte" },
		{ "ignore:\n- CVE-1\n", "F:2:3: want an entry: keys with values" },
		{ "ignore: CVE-1\n", "F:1:9: want a list of entries" },
		{ "ignored:\n- id: CVE-1\n  reason: no\n", "F:1:1: nothing but one 'ignore:' stands here" },
		{ "ignore: []\nignore: []\n", "F:2:1: nothing but one 'ignore:' stands here" },
		{ "- id: CVE-1\n  reason: no\n", "F:1:1: want 'ignore:' and a list of entries" },
		{ "ignore:\n- &a {id: CVE-1, reason: no}\n", "F:2:3: YAML anchors and aliases are refused" },
		{ "ignore:\n- id: &a CVE-1\n  reason: *a\n", "F:2:7: YAML anchors and aliases are refused" },
		{ "ignore: *a\n", "F:1:9: YAML anchors and aliases are refused" },
		{ "%TAG ! tag:a,2000:\n---\nignore: []\n", "F:1:1: YAML directives are refused" },
		{ "---\nignore: []\r%TAG", "F:2:1: a line break that is none everywhere (CR, NEL, LS or PS)" },
		{ "ignore: []\n---\nignore: []\n", "F:2:1: a second document" },
		{ "ignore: [\n", NULL },
		{ "ignore:\n\t- id: x\n", NULL },
		{ "\xff", "F: not UTF-8" },
		{ "CVE-1\nCVE-2 because\n", "F:2:1: want nothing behind an id but exp:YYYY-MM-DD and a # with a reason" },
		{ "CVE-1\nCVE-2 exp:2026-01-01 x\n", "F:2:1: want nothing behind exp:YYYY-MM-DD but a # with a reason" },
		{ "CVE-1\nCVE-2 exp:2026-13-01\n", "F:2:1: '2026-13-01' is no date (YYYY-MM-DD)" },
		{ "CVE-1\nCVE-*\n", "F:2:1: want the id of one vulnerability a line" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		BOLT_CLEANUP(bolt_suppressions_freep) struct bolt_suppressions *suppressions = new_suppressions();
		struct bolt_err err = { .msg = "" };

		assert_int_equal(read_text(suppressions, "CVE-0 # from another file\n", &err), 0);
		if (read_text(suppressions, rows[i].text, &err) != -EBADMSG)
			fail_msg("row %zu is taken", i);
		if (rows[i].want ? strcmp(err.msg, rows[i].want) != 0 : strncmp(err.msg, "F:", 2) != 0)
			fail_msg("row %zu: %s", i, err.msg);
		assert_int_equal(bolt_suppressions_len(suppressions), 1); /* all or nothing */
	}
}

static void deep_and_large_files_end_early(void **state)
{
	BOLT_CLEANUP(bolt_suppressions_freep) struct bolt_suppressions *suppressions = new_suppressions();
	size_t len = BOLT_IGNORE_FILE_MAX + 1;
	char *text = malloc(len);
	struct bolt_err err = { .msg = "" };

	(void) state;
	assert_non_null(text);
	memset(text, '#', len);
	assert_int_equal(bolt_ignore_file_read(suppressions, "F", text, len, &err), -E2BIG);
	assert_int_equal(bolt_ignore_file_read(suppressions, "F", text, len - 1, &err), 0);
	memset(text, '[', len);
	assert_int_equal(bolt_ignore_file_read(suppressions, "F", text, len - 1, &err), -EBADMSG);
	memcpy(text, "ignore: ", 8);
	assert_int_equal(bolt_ignore_file_read(suppressions, "F", text, len - 1, &err), -EBADMSG);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_file_says),
		cmocka_unit_test(mistakes_are_told_with_their_place),
		cmocka_unit_test(deep_and_large_files_end_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
