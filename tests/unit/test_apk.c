/* Alpine's record of installed packages. */
#include "run_row.h"

#include "inventory/limits.h"

static const char path[] = "lib/apk/db/installed";

static const char two_packages[] =
	"C:Q1p78yvTLG094tHE1+dToJGbmYzQE=\n"
	"P:musl\nV:1.2.4_git20230717-r4\nA:x86_64\nS:407278\nT:the musl c library (libc) implementation\n"
	"L:MIT\no:musl\nt:1699267865\nF:lib\nR:ld-musl-x86_64.so.1\na:0:0:755\nZ:Q1x=\nR:libc.musl-x86_64.so.1\n\n"
	"P:libcrypto3\nV:3.1.4-r5\nA:x86_64\nL:Apache-2.0\no:openssl\nF:\nM:0:0:1777\nR:at-the-root\nF:etc/ssl\n"
	"R:openssl.cnf\nR:ct_log_list.cnf\n\n";

static void packages_with_their_origins(void **state)
{
	(void) state;
	struct run run = run_text("apk", path, two_packages);

	assert_int_equal(run.r, 0);
	assert_found(&run, "musl 1.2.4_git20230717-r4 x86_64 musl 1.2.4_git20230717-r4 -|MIT\n"
			   "libcrypto3 3.1.4-r5 x86_64 openssl 3.1.4-r5 -|Apache-2.0\n");
	assert_string_equal(run.sink->found[0].type, "apk");
	run_done(&run);
}

static void files_with_their_owners(void **state)
{
	(void) state;
	struct run run = run_text("apk", path, two_packages);

	assert_string_equal(owner_of(&run, "lib/ld-musl-x86_64.so.1"), "musl");
	assert_string_equal(owner_of(&run, "lib/libc.musl-x86_64.so.1"), "musl");
	assert_string_equal(owner_of(&run, "at-the-root"), "libcrypto3");
	assert_string_equal(owner_of(&run, "etc/ssl/ct_log_list.cnf"), "libcrypto3");
	assert_int_equal(run.sink->owned_len, 5);
	run_done(&run);
}

static void less_usual_files(void **state)
{
	(void) state;
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ "\n\n\n", "" },
		{ "P:a\nV:1", "a 1 - - - -\n" },
		{ "P:a\r\nV:1\r\n\r\nP:b\nV:2\n", "a 1 - - - -\nb 2 - - - -\n" },
		{ "C:x\n\nP:.build-deps\nV:20240101.000000\nA:noarch\nL:\nD:gcc musl-dev\n",
		  ".build-deps 20240101.000000 noarch - - -\n" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_text("apk", path, rows[i].text);

		assert_int_equal(run.r, 0);
		assert_found(&run, rows[i].want);
		run_done(&run);
	}
}

static void damage_is_named_and_the_rest_is_kept(void **state)
{
	(void) state;
	static const struct {
		const char *text;
		size_t n;
		const char *says, *want;
	} rows[] = {
#define ROW(text, says, want) { text, sizeof(text) - 1, says, want }
		ROW("P:a\n\nP:b\nV:1\n", "a package without a version: 'a' (1 packages read)", "b 1 - - - -\n"),
		ROW("P:a\nV:1\nnonsense\n", "not of the form X:value: 'nonsense'", "a 1 - - - -\n"),
		ROW("P:a\nV:1\nL:M\0T\n", "not of the form X:value", "a 1 - - - -\n"),
		ROW("R:file\n\nP:a\nV:1\n", "a file of no package: 'file'", "a 1 - - - -\n"),
		ROW("\0\0\0\0", "(0 packages read)", ""),
		ROW("x", "not of the form", ""),
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_row("apk", path, rows[i].text, rows[i].n);

		assert_int_equal(run.r, -EBADMSG);
		assert_says(&run, rows[i].says);
		assert_found(&run, rows[i].want);
		run_done(&run);
	}
}

static void bounds_on_file_names_are_met(void **state)
{
	(void) state;
	enum { DIRECTORY = 4000, FILES = 70000 };
	size_t room = DIRECTORY + FILES * 4 + 8192, n;
	char *text = malloc(room);

	assert_non_null(text);
	n = (size_t) snprintf(text, room, "P:a\nV:1\nF:%0*d\n", DIRECTORY, 0);
	for (int i = 0; i < FILES; i++, n += 4)
		memcpy(text + n, "R:f\n", 4);
	struct run run = run_row("apk", path, text, n);
	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "past the bound of all file names");
	assert_in_range(run.sink->owned_len, 1, BOLT_OWNED_PATH_BYTES_MAX / DIRECTORY);
	run_done(&run);

	n = (size_t) snprintf(text, room, "P:a\nV:1\nF:x\nR:%05000d\n", 0);
	run = run_row("apk", path, text, n);
	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "a file name too long");
	assert_found(&run, "a 1 - - - -\n");
	run_done(&run);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packages_with_their_origins),
		cmocka_unit_test(files_with_their_owners),
		cmocka_unit_test(less_usual_files),
		cmocka_unit_test(damage_is_named_and_the_rest_is_kept),
		cmocka_unit_test(bounds_on_file_names_are_met),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
