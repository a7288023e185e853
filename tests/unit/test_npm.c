/* Installed Node packages: what is one, what it is called, and what its licences are. */
#include "run_row.h"

#include "inventory/limits.h"
#include "inventory/match.h"

static void package_json_in_every_form(void **state)
{
	(void) state;
	static const struct {
		const char *what, *text, *want;
	} rows[] = {
		{ "an SPDX expression", "{\"name\":\"a\",\"version\":\"1.2.3\",\"license\":\"(MIT OR Apache-2.0)\"}",
		  "a 1.2.3 - - - -|(MIT OR Apache-2.0)\n" },
		{ "a scoped name", "{\"name\":\"@s/a\",\"version\":\"1.0.0-rc.1+b\"}", "@s/a 1.0.0-rc.1+b - - - -\n" },
		{ "the licence as an object", "{\"license\":{\"type\":\"BSD\",\"url\":\"x\"},\"name\":\"a\",\"version\":\"1\"}",
		  "a 1 - - - -|BSD\n" },
		{ "the old list of licences", "{\"name\":\"a\",\"version\":\"1\",\"licenses\":[{\"type\":\"MIT\"},\"ISC\",7,{}]}",
		  "a 1 - - - -|ISC,MIT\n" },
		{ "escapes hide nothing", "{\"n\\u0061me\":\"l\\u006fdash\",\"version\":\"1\"}", "lodash 1 - - - -\n" },
		{ "the last of two members counts, as in JavaScript", "{\"name\":\"a\",\"version\":\"1\",\"version\":\"2\"}",
		  "a 2 - - - -\n" },
		{ "a byte order mark", "\xef\xbb\xbf{\"name\":\"a\",\"version\":\"1\"}", "a 1 - - - -\n" },
		{ "no name: a directory's settings, no package", "{\"version\":\"1\",\"type\":\"module\"}", "" },
		{ "no version", "{\"name\":\"a\"}", "" },
		{ "empty name", "{\"name\":\"\",\"version\":\"1\"}", "" },
		{ "a version that is no text", "{\"name\":\"a\",\"version\":1}", "" },
		{ "no object", "[\"name\"]", "" },
		{ "members of members are not the package's", "{\"a\":{\"name\":\"x\",\"version\":\"1\"}}", "" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_text("npm", "app/node_modules/a/package.json", rows[i].text);

		print_message("%s\n", rows[i].what);
		assert_int_equal(run.r, 0);
		assert_found(&run, rows[i].want);
		assert_int_equal(run.sink->warnings_len, 0);
		run_done(&run);
	}
}

static void damaged_package_json(void **state)
{
	(void) state;
	static const struct {
		const char *text, *says, *want;
	} rows[] = {
		{ "", "not JSON", "" },
		{ "{'name': 'a'}", "a member's name at byte 1", "" },
		{ "{\"name\":\"a\",\"version\":\"1\"", "not JSON: it ends", "a 1 - - - -\n" },
		{ "{\"name\":\"a\",\"version\":\"1\"} x", "the end at byte", "a 1 - - - -\n" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_text("npm", "node_modules/a/package.json", rows[i].text);

		assert_int_equal(run.r, -EBADMSG);
		assert_says(&run, rows[i].says);
		assert_found(&run, rows[i].want);
		run_done(&run);
	}
}

static void deep_json_meets_the_bound(void **state)
{
	(void) state;
	char text[1024];
	size_t n = (size_t) snprintf(text, sizeof(text), "{\"x\":");

	memset(text + n, '[', BOLT_RECORD_DEPTH_MAX);
	text[n + BOLT_RECORD_DEPTH_MAX] = '\0';
	struct run run = run_text("npm", "node_modules/a/package.json", text);
	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "deeper than the bound of 200 levels");
	run_done(&run);
}

static void a_list_of_licences_without_end_meets_the_bound(void **state)
{
	(void) state;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	(void) fprintf(out, "{\"name\":\"a\",\"version\":\"1\",\"license\":[\"L\"");
	for (int i = 0; i < 100000; i++)
		(void) fprintf(out, ",\"L%d\"", i);
	(void) fprintf(out, "]}");
	(void) fclose(out);
	struct run run = run_text("npm", "node_modules/a/package.json", text);
	free(text);
	assert_int_equal(run.r, 0);
	assert_int_equal(run.sink->found[0].licenses.len, BOLT_LICENSES_MAX);
	assert_int_equal(run.sink->warnings_len, 1);
	assert_string_equal(run.sink->warnings[0].code, "limit-licenses");
	run_done(&run);
}

static bool is_read(const char *path)
{
	static const char text[] = "{\"name\":\"a\",\"version\":\"1\"}";
	const struct bolt_cataloger *rows[BOLT_MATCH_MOST];
	size_t n = bolt_match_path(path, BOLT_CATALOG_INSTALLED, rows);
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(rows[i]->name, "npm") != 0)
			continue;
		struct run run = run_text("npm", path, text);
		found = run.sink->found_len == 1;
		run_done(&run);
	}
	return found;
}

static void places_where_packages_are(void **state)
{
	(void) state;
	static const struct {
		const char *path;
		bool want;
	} rows[] = {
		{ "node_modules/a/package.json", true },
		{ "usr/local/lib/node_modules/npm/node_modules/@s/a/package.json", true },
		{ "app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json", true },
		{ "usr/share/nodejs/a/package.json", true },
		{ "usr/share/nodejs/@types/node/package.json", true },
		{ "app/package.json", false },
		{ "node_modules/package.json", false },
		{ "node_modules/a/lib/package.json", false },
		{ "node_modules/@s/a/esm/package.json", false },
		{ "node_modules/@s/package.json", false },
		{ "node_modules/.cache/package.json", false },
		{ "node_modules/@s/.a-K2rFz/package.json", false },
		{ "my_node_modules/a/package.json", false },
		{ "opt/usr/share/nodejs/a/package.json", false },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		print_message("%s\n", rows[i].path);
		assert_int_equal(is_read(rows[i].path), rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(package_json_in_every_form), cmocka_unit_test(damaged_package_json),
		cmocka_unit_test(deep_json_meets_the_bound),  cmocka_unit_test(a_list_of_licences_without_end_meets_the_bound),
		cmocka_unit_test(places_where_packages_are),
	};

	return cmocka_run_group_tests_name("npm", tests, NULL, NULL);
}
