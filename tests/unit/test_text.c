#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/digest.h"
#include "core/text.h"

static void numbers_and_sizes(void **state)
{
	static const struct {
		const char *text;
		int want_number, want_size;
		uint64_t number, size;
	} rows[] = {
		{ "0", 0, 0, 0, 0 },
		{ "65535", 0, 0, 65535, 65535 },
		{ "65536", -ERANGE, 0, 7, 65536 },
		{ "18446744073709551615", -ERANGE, 0, 7, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, -ERANGE, 7, 7 },
		{ "999999999999999999999999999", -ERANGE, -ERANGE, 7, 7 },
		{ "64K", -EINVAL, 0, 7, 64 << 10 },
		{ "2GiB", -EINVAL, 0, 7, 2ull << 30 },
		{ "1mb", -EINVAL, -EINVAL, 7, 7 },
		{ "1mB", -EINVAL, 0, 7, 1 << 20 },
		{ "16777216T", -EINVAL, -ERANGE, 7, 7 },
		{ "16777215T", -EINVAL, 0, 7, 16777215ull << 40 },
		{ "-1", -EINVAL, -EINVAL, 7, 7 },
		{ " 1", -EINVAL, -EINVAL, 7, 7 },
		{ "1 ", -EINVAL, -EINVAL, 7, 7 },
		{ "K", -EINVAL, -EINVAL, 7, 7 },
		{ "1Kx", -EINVAL, -EINVAL, 7, 7 },
		{ "", -EINVAL, -EINVAL, 7, 7 },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		uint64_t number = 7, size = 7;

		if (bolt_parse_u64(rows[i].text, 65535, &number) != rows[i].want_number || number != rows[i].number ||
		    bolt_parse_size(rows[i].text, &size) != rows[i].want_size || size != rows[i].size)
			fail_msg("'%s': %llu %llu", rows[i].text, (unsigned long long) number, (unsigned long long) size);
	}
}

static void what_a_terminal_must_not_see_is_cleaned(void **state)
{
	static const struct {
		const char *dirty, *clean;
	} rows[] = {
		{ "plain \xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80", "plain \xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80" },
		{ "\x1b[31m\x07\n\t\x7f", "?[31m????" },
		{ "\xc2\x9bm", "??m" }, /* a control of two bytes */
		{ "\xff\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80", "??????????" },
		{ "cut \xe4\xb8", "cut ??" },
		{ "", "" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		char text[64];

		(void) snprintf(text, sizeof(text), "%s", rows[i].dirty);
		bolt_text_clean(text);
		assert_string_equal(text, rows[i].clean);
	}
}

static void paths_never_leave_the_root(void **state)
{
	static const struct {
		const char *path, *want;
		bool escaped;
	} rows[] = {
		{ "a/b", "a/b", false },
		{ "/a//b/./c/", "a/b/c", false },
		{ "./", "", false },
		{ "", "", false },
		{ "a/../b", "b", false },
		{ "a/../../b", "b", true },
		{ "../../..", "", true },
		{ "/..", "", true },
		{ "..a/...", "..a/...", false },
		{ "a/b/../..", "", false },
		{ "///", "", false },
		{ "a/..b/.c", "a/..b/.c", false },
		{ "/../../x/../y", "y", true },
		{ "\xff/\n", "\xff/\n", false },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		char out[64], same[64];
		bool escaped = !rows[i].escaped;

		assert_int_equal(bolt_path_normalise(rows[i].path, strlen(rows[i].path), out, &escaped), strlen(rows[i].want));
		assert_string_equal(out, rows[i].want);
		assert_int_equal(escaped, rows[i].escaped);
		(void) snprintf(same, sizeof(same), "%s", rows[i].path);
		bolt_path_normalise(same, strlen(same), same, NULL);
		assert_string_equal(same, rows[i].want);
	}
}

static void globs(void **state)
{
	static const struct {
		const char *glob, *path;
		bool want;
	} rows[] = {
		{ "a/b", "a/b", true },
		{ "a/*", "a/b/c", false },
		{ "**/x", "x", true },
		{ "**/x", "a/b/x", true },
		{ "**/x", "a/b/xy", false },
		{ "**/a/*.jar", "q/a/b.jar", true },
		{ "**/a/*.jar", "a.jar", false },
		{ "*a*b*", "xxaxxbxx", true },
		{ "*a*b*", "xxbxxaxx", false },
		{ "?", "", false },
		{ "*", "", true },
		{ "*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (bolt_glob_match(rows[i].glob, rows[i].path) != rows[i].want)
			fail_msg("%s %s", rows[i].glob, rows[i].path);
	}
}

static void digests(void **state)
{
	static const struct {
		const char *text;
		int want;
	} rows[] = {
		{ "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 0 },
		{ "sha256:E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", -EINVAL },
		{ "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85", -EINVAL },
		{ "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555", -EINVAL },
		{ "sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", -EINVAL },
		{ "md5:d41d8cd98f00b204e9800998ecf8427e", -EINVAL },
		{ "sha256:../../../../../../../../../../../../../../../../../../../../../etc", -EINVAL },
		{ "", -EINVAL },
	};
	struct bolt_hash *hash = bolt_hash_new(BOLT_DIGEST_SHA256);
	struct bolt_digest have;
	char text[BOLT_DIGEST_TEXT];

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_digest digest = { .algorithm = 7 };

		assert_int_equal(bolt_digest_parse(rows[i].text, &digest, NULL), rows[i].want);
		assert_int_equal(digest.algorithm, rows[i].want ? 7 : BOLT_DIGEST_SHA256);
		if (rows[i].want == 0)
			assert_string_equal(bolt_digest_text(&digest, text), rows[i].text);
	}
	for (int again = 0; again < 2; again++) { /* reusable */
		bolt_hash_update(hash, "a", 1);
		bolt_hash_update(hash, "bc", 2);
		bolt_hash_final(hash, &have);
		assert_string_equal(bolt_digest_text(&have, text),
				    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	}
	bolt_hash_final(hash, &have);
	assert_string_equal(bolt_digest_text(&have, text), rows[0].text);
	bolt_hash_free(hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_and_sizes),
		cmocka_unit_test(what_a_terminal_must_not_see_is_cleaned),
		cmocka_unit_test(paths_never_leave_the_root),
		cmocka_unit_test(globs),
		cmocka_unit_test(digests),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
