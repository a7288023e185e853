/* Lock files: what would be installed from a source tree. The project's own directories are never among it. */
#include "run_row.h"

#include "inventory/limits.h"

struct row {
	const char *what, *cataloger, *text, *want;
};

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct bolt_cataloger *row = bolt_cataloger_named(rows[i].cataloger);
		struct run run = run_text(rows[i].cataloger, strstr(row->patterns[0], "**/") + 3, rows[i].text);

		print_message("%s: %s %s\n", rows[i].cataloger, rows[i].what, run.err.msg);
		assert_int_equal(row->where, BOLT_CATALOG_DECLARED);
		assert_int_equal(run.r, 0);
		assert_found(&run, rows[i].want);
		run_done(&run);
	}
}

#define PACKAGES(members) "{\"lockfileVersion\":3,\"packages\":{\"\":{\"name\":\"root\",\"version\":\"9\"}," members "}}"
#define DEPENDENCIES(members) "{\"lockfileVersion\":1,\"dependencies\":{" members "}}"

static void locked_by_npm(void **state)
{
	(void) state;
	static const struct row rows[] = {
		{ "version 3: every directory", "npm-lock",
		  PACKAGES("\"node_modules/a\":{\"version\":\"1.0.0\",\"license\":\"MIT\"},"
			   "\"node_modules/a/node_modules/@s/b\":{\"version\":\"2.0.0\",\"inBundle\":true},"
			   "\"packages/w/node_modules/c\":{\"version\":\"3.0.0\"}"),
		  "a 1.0.0 - - - -|MIT\n@s/b 2.0.0 - - - -\nc 3.0.0 - - - -\n" },
		{ "version 3: workspaces and links are the project's own", "npm-lock",
		  PACKAGES("\"packages/w\":{\"name\":\"w\",\"version\":\"1\"},\"node_modules/w\":{\"resolved\":\"packages/"
			   "w\",\"link\":true},"
			   "\"x_node_modules/y\":{\"version\":\"1\"}"),
		  "" },
		{ "version 3: an alias has its real name", "npm-lock",
		  PACKAGES("\"node_modules/alias\":{\"name\":\"real\",\"version\":\"1.2.3\"}"), "real 1.2.3 - - - -\n" },
		{ "version 3: from a repository, and one never installed", "npm-lock",
		  PACKAGES("\"node_modules/g\":{\"resolved\":\"git+ssh://git@git.example/g.git#abc\"},\"node_modules/"
			   "o\":{\"optional\":true}"),
		  "g - - - - -\n" },
		{ "version 2: packages, not dependencies, whatever comes first", "npm-lock",
		  "{\"dependencies\":{\"b\":{\"version\":\"2\"}},\"packages\":{\"node_modules/a\":{\"version\":\"1\"}}}",
		  "a 1 - - - -\n" },
		{ "version 1: nested", "npm-lock",
		  DEPENDENCIES("\"a\":{\"version\":\"1\",\"requires\":{\"b\":\"^2\"},\"dependencies\":{\"b\":{\"version\":\"2\","
			       "\"bundled\":true,"
			       "\"dependencies\":{\"@s/c\":{\"version\":\"3\"}}}}},\"d\":{\"version\":\"4\"}"),
		  "@s/c 3 - - - -\nb 2 - - - -\na 1 - - - -\nd 4 - - - -\n" },
		{ "version 1: aliases, tarballs and repositories", "npm-lock",
		  DEPENDENCIES("\"x\":{\"version\":\"npm:@s/real@1.2.3\"},\"t\":{\"version\":\"file:t-1.0.0.tgz\"},"
			       "\"g\":{\"version\":\"git+https://git.example/g.git#abc\"}"),
		  "@s/real 1.2.3 - - - -\nt file:t-1.0.0.tgz - - - -\ng git+https://git.example/g.git#abc - - - -\n" },
		{ "version 1: directories are the project's own, but not what they need", "npm-lock",
		  DEPENDENCIES("\"w\":{\"version\":\"file:packages/w\",\"dependencies\":{\"a\":{\"version\":\"1\"}}},"
			       "\"l\":{\"version\":\"link:l\"}"),
		  "a 1 - - - -\n" },
		{ "nothing locked", "npm-lock", "{\"lockfileVersion\":3}", "" },
		{ "members of the wrong kind", "npm-lock", "{\"packages\":[{\"node_modules/a\":{\"version\":\"1\"}}]}", "" },
	};

	check(rows, BOLT_ARRAY_LEN(rows));
}

static void locked_by_yarn(void **state)
{
	(void) state;
	static const struct row rows[] = {
		{ "classic", "yarn-lock",
		  "# yarn lockfile v1\n\n\n\"@s/a@^1.0.0\", \"@s/a@^1.1.0\":\n  version \"1.2.3\"\n  resolved "
		  "\"https://r.example/a.tgz#00\"\n"
		  "  dependencies:\n    version \"9\"\n\nb@2:\n  version \"2.0.0\"\n",
		  "@s/a 1.2.3 - - - -\nb 2.0.0 - - - -\n" },
		{ "classic: aliases", "yarn-lock",
		  "\"x@npm:@s/real@^1\", \"y@npm:@s/real@^1\":\n  version \"1.5.0\"\n\"z@npm:whole\":\n  version \"2\"\n",
		  "@s/real 1.5.0 - - - -\nwhole 2 - - - -\n" },
		{ "classic: own directories, but not tarballs", "yarn-lock",
		  "\"d@file:./d\":\n  version \"0.1\"\n\"l@link:../l\":\n  version \"0.0.0\"\n\"t@file:t.tgz\":\n  version \"1\"\n",
		  "t 1 - - - -\n" },
		{ "berry", "yarn-lock",
		  "__metadata:\n  version: 8\n  cacheKey: 10c0\n\n\"@s/a@npm:^1.0.0, @s/a@npm:^1.1.0\":\n  version: 1.2.3\n"
		  "  resolution: \"@s/a@npm:1.2.3\"\n  dependencies:\n    b: \"npm:^2\"\n  checksum: 10c0/00\n  languageName: "
		  "node\n"
		  "  linkType: hard\n\n\"x@npm:real@^1\":\n  version: 1.0.0\n  resolution: \"real@npm:1.0.0\"\n",
		  "@s/a 1.2.3 - - - -\nreal 1.0.0 - - - -\n" },
		{ "berry: workspaces, patches, own directories", "yarn-lock",
		  "\"w@npm:*, w@workspace:packages/w\":\n  version: 0.0.0-use.local\n  resolution: \"w@workspace:packages/w\"\n  "
		  "linkType: soft\n"
		  "\"p@patch:p@npm%3A^1#builtin\":\n  version: 1.1.1\n  resolution: "
		  "\"p@patch:p@npm%3A1.1.1#builtin::version=1.1.1&hash=0\"\n"
		  "\"d@file:./d::locator=r%40workspace%3A.\":\n  version: 0.0.1\n  resolution: "
		  "\"d@file:./d#./d::hash=0&locator=r\"\n",
		  "p 1.1.1 - - - -\n" },
		{ "berry: a key too long for one line of YAML", "yarn-lock",
		  "? \"a@npm:^1, a@npm:^2\"\n:\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n", "a 1.0.0 - - - -\n" },
		{ "empty", "yarn-lock", "# yarn lockfile v1\r\n\r\n", "" },
	};

	check(rows, BOLT_ARRAY_LEN(rows));
}

static void locked_by_pnpm(void **state)
{
	(void) state;
	static const struct row rows[] = {
		{ "version 5", "pnpm-lock",
		  "lockfileVersion: 5.4\npackages:\n\n  /a/1.0.0:\n    resolution: {integrity: x}\n    dependencies:\n      "
		  "version: 9\n"
		  "  /@s/b/2.0.0_react@17.0.0:\n    dev: true\n  registry.example/@s/c/3.0.0:\n    dev: false\n"
		  "  github.com/u/d/0123456:\n    name: d\n    version: 4.0.0\n  file:own:\n    resolution: {directory: own, type: "
		  "directory}\n"
		  "    name: own\n    version: 0.1.0\n",
		  "a 1.0.0 - - - -\n@s/b 2.0.0 - - - -\n@s/c 3.0.0 - - - -\nd 4.0.0 - - - -\n" },
		{ "version 6", "pnpm-lock",
		  "lockfileVersion: '6.0'\ndependencies:\n  a:\n    specifier: ^1\n    version: 1.0.0\npackages:\n  /a@1.0.0:\n    "
		  "dev: false\n"
		  "  /@s/b@2.0.0(a@1.0.0)(@s/c@3.0.0):\n    dev: false\n  file:own:\n    resolution: {directory: own, type: "
		  "directory}\n",
		  "a 1.0.0 - - - -\n@s/b 2.0.0 - - - -\n" },
		{ "version 9", "pnpm-lock",
		  "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies: {}\npackages:\n  a@1.0.0:\n    resolution: "
		  "{integrity: x}\n"
		  "  '@s/b@2.0.0':\n    resolution: {integrity: x}\n    peerDependencies:\n      name: '*'\n"
		  "  d@https://git.example/d.tgz:\n    resolution: {tarball: https://git.example/d.tgz}\n    version: 4.0.0\n"
		  "snapshots:\n  a@1.0.0: {}\n",
		  "a 1.0.0 - - - -\n@s/b 2.0.0 - - - -\nd 4.0.0 - - - -\n" },
		{ "a document in front", "pnpm-lock", "---\npackages: {}\n---\nlockfileVersion: '9.0'\npackages:\n  a@1.0.0: {}\n",
		  "a 1.0.0 - - - -\n" },
		{ "a byte order mark", "pnpm-lock", "\xef\xbb\xbfpackages:\n  a@1: {}\n", "a 1 - - - -\n" },
		{ "other shapes", "pnpm-lock", "- packages:\n    a@1: {}\n", "" },
		{ "empty", "pnpm-lock", "", "" },
	};

	check(rows, BOLT_ARRAY_LEN(rows));
}

#define CRATES "source = \"registry+https://git.example/crates\"\n"

static void locked_by_cargo_uv_poetry_and_pipenv(void **state)
{
	(void) state;
	static const struct row rows[] = {
		{ "crates but not the workspace's own", "cargo-lock",
		  "# @generated\nversion = 3\n\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\ndependencies = [\n \"a "
		  "1.0.0\",\n]\n\n"
		  "[[package]]\nname = \"a\"\nversion = \"1.0.0+b.1\"\n" CRATES "checksum = \"00\"\n",
		  "a 1.0.0+b.1 - - - -\n" },
		{ "version 1, with checksums in a table of their own", "cargo-lock",
		  "[root]\nname = \"own\"\nversion = \"0\"\n[[package]]\r\nname = \"a\"\r\nversion = \"1\"\r\n" CRATES
		  "[metadata]\n\"checksum a 1 (x)\" = \"00\"\nname = \"b\"\n",
		  "a 1 - - - -\n" },
		{ "nothing locked", "cargo-lock", "version = 4\n", "" },
		{ "uv", "python-lock",
		  "version = 1\n[[package]]\nname = \"a\"\nversion = \"1.0\"\nsource = { registry = \"https://r.example/simple\" "
		  "}\n"
		  "sdist = { url = \"x\" }\nwheels = [\n    { url = \"x\", size = 1 "
		  "},\n]\n[package.optional-dependencies]\nversion = [\n"
		  "    { name = \"z\" },\n]\n[[package]]\nname = \"own\"\nversion = \"0\"\nsource = { editable = \".\" }\n"
		  "[[package]]\nname = \"own2\"\nsource = {virtual = \".\"}\n",
		  "a 1.0 - - - -\n" },
		{ "poetry", "python-lock",
		  "[[package]]\nname = \"a\" # comment\nversion = '1.0'\ndescription = \"say "
		  "\\\"x\\\"\"\n[package.dependencies]\nversion = \"9\"\n"
		  "[[package]]\nname = \"own\"\nversion = \"0\"\n[package.source]\ntype = \"directory\"\nurl = \"own\"\n"
		  "[[package]]\nname = \"g\"\nversion = \"2\"\n[package.source]\ntype = \"git\"\n[metadata]\nversion = \"9\"\n",
		  "a 1.0 - - - -\ng 2 - - - -\n" },
		{ "a long text hides no package and shows none", "python-lock",
		  "[[package]]\nname = \"a\"\ndescription = \"\"\"\n[[package]]\nname = \"x\"\n\"\"\"\nversion = \"1\"\nmore = "
		  "'''one line'''\n"
		  "[[package]]\nname = \"b\"\nversion = \"2\"\n",
		  "a 1 - - - -\nb 2 - - - -\n" },
		{ "pipenv", "pipfile-lock",
		  "{\"_meta\":{\"requires\":{\"version\":\"==3\"}},\"default\":{\"a\":{\"version\":\"==1.0\",\"hashes\":[\"x\"]},"
		  "\"own\":{\"path\":\".\",\"editable\":true},\"g\":{\"git\":\"x\",\"ref\":\"abc\"}},\"develop\":{\"b\":{"
		  "\"version\":\"===2\"}}}",
		  "a 1.0 - - - -\ng abc - - - -\nb 2 - - - -\n" },
	};

	check(rows, BOLT_ARRAY_LEN(rows));
}

static void damaged_locks(void **state)
{
	(void) state;
	static const struct {
		const char *cataloger, *text, *says, *want;
	} rows[] = {
		{ "npm-lock", "", "not a lock file", "" },
		{ "npm-lock", "[]", "not a lock file", "" },
		{ "npm-lock", "{\"packages\":{\"node_modules/a\":{\"version\":\"1\"},\"node_modules/b\":{\"ver", "not JSON",
		  "a 1 - - - -\n" },
		{ "npm-lock", "{\"packages\":{\"node_modules/a\":{\"version\":\"1\"}}} <<<<<<< HEAD", "the end at byte",
		  "a 1 - - - -\n" },
		{ "yarn-lock", "a@1:\n  version \"1\"\n<<<<<<< HEAD\nb@2:\n  version \"2\"\n=======\n", "2 lines are neither",
		  "a 1 - - - -\nb 2 - - - -\n" },
		{ "yarn-lock", "a@1:\n  resolved \"x\"\nb@2:\n  version \"2\"\n", "'a@1' has no name or no version",
		  "b 2 - - - -\n" },
		{ "pnpm-lock", "packages:\n  a@1: {}\n  b@2: &x {}\n  c@3: *x\n", "aliases are refused (line 4)",
		  "a 1 - - - -\nb 2 - - - -\n" },
		{ "pnpm-lock", "%TAG ! tag:x\n---\npackages: {}\n", "directives (%) are refused", "" },
		{ "pnpm-lock", "packages:\n  a@1: {}\n  b@2: {\n", "not YAML", "a 1 - - - -\n" },
		{ "pnpm-lock", "{[a]: b}\n", "where a key should be", "" },
		{ "cargo-lock", "[[package]]\nname = \"a\"\nversion = \"1\"\n" CRATES "[[package]]\nname = 7\n",
		  "line 6: want 'name' as a text", "a 1 - - - -\n" },
		{ "cargo-lock", "[[package]]\nname = \"a\\u0062\"\n", "without escapes", "" },
		{ "cargo-lock", "[[package]]\nname = \"a\n", "on one line", "" },
		{ "cargo-lock", "[[package]]\nname = \"a\"\n" CRATES, "no name or no version", "" },
		{ "python-lock", "[[package]]\nversion = \"1\"\n", "a package has no name", "" },
		{ "pipfile-lock", "{\"default\":{\"a\":{\"version\":\"==1\"},", "not JSON", "a 1 - - - -\n" },
		{ "pipfile-lock", "7", "not a lock file", "" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_text(rows[i].cataloger, "some.lock", rows[i].text);

		print_message("%s: %s -> %s\n", rows[i].cataloger, rows[i].text, run.err.msg);
		assert_int_equal(run.r, -EBADMSG);
		assert_says(&run, rows[i].says);
		assert_found(&run, rows[i].want);
		run_done(&run);
	}
}

static void deep_locks_meet_the_bound(void **state)
{
	(void) state;
	static const struct {
		const char *cataloger, *start, *level, *says;
	} rows[] = {
		{ "npm-lock", "{\"dependencies\":", "{\"a\":{\"dependencies\":", "bound of 200 levels" },
		{ "npm-lock", "{\"packages\":", "[", "bound of 200 levels" },
		{ "pnpm-lock", "packages: ", "[", "bound of 32 levels" },
		{ "pnpm-lock", "", "- ", "bound of 32 levels" },
		{ "pipfile-lock", "{\"default\":", "{\"a\":", "bound of 200 levels" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		char *text = NULL;
		size_t n = 0;
		FILE *out = open_memstream(&text, &n);

		(void) fprintf(out, "%s", rows[i].start);
		for (int level = 0; level < 100000; level++)
			(void) fprintf(out, "%s", rows[i].level);
		(void) fclose(out);
		struct run run = run_text(rows[i].cataloger, "some.lock", text);
		free(text);
		assert_int_equal(run.r, -EBADMSG);
		assert_says(&run, rows[i].says);
		run_done(&run);
	}
}

static void locks_that_came_with_a_package_are_not_read(void **state)
{
	(void) state;
	static const struct {
		const char *cataloger, *path, *text;
	} rows[] = {
		{ "npm-lock", "node_modules/a/npm-shrinkwrap.json", PACKAGES("\"node_modules/b\":{\"version\":\"1\"}") },
		{ "yarn-lock", "x/node_modules/a/yarn.lock", "b@1:\n  version \"1\"\n" },
		{ "pnpm-lock", "x/node_modules/@s/a/pnpm-lock.yaml", "packages:\n  b@1: {}\n" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_text(rows[i].cataloger, rows[i].path, rows[i].text);

		assert_int_equal(run.r, 0);
		assert_int_equal(run.sink->found_len, 0);
		run_done(&run);
		run = run_text(rows[i].cataloger, "x/my_node_modules/lock", rows[i].text);
		assert_int_equal(run.sink->found_len, 1);
		run_done(&run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(locked_by_npm),
		cmocka_unit_test(locked_by_yarn),
		cmocka_unit_test(locked_by_pnpm),
		cmocka_unit_test(locked_by_cargo_uv_poetry_and_pipenv),
		cmocka_unit_test(damaged_locks),
		cmocka_unit_test(deep_locks_meet_the_bound),
		cmocka_unit_test(locks_that_came_with_a_package_are_not_read),
	};

	return cmocka_run_group_tests_name("locks", tests, NULL, NULL);
}
