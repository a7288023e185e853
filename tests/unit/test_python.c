/* Python distributions as installed, and what requirements.txt pins. */
#include "run_row.h"

static const char metadata_path[] = "usr/lib/python3/site-packages/a-1.dist-info/METADATA";

static void metadata_in_every_form(void **state)
{
	(void) state;
	static const struct {
		const char *what, *text, *want;
	} rows[] = {
		{ "the name stays as it is written", "Metadata-Version: 2.1\nName: Ruamel.YAML_x\nVersion: 0.17.21\n\n",
		  "Ruamel.YAML_x 0.17.21 - - - -\n" },
		{ "an SPDX expression goes before all else",
		  "Name: a\nVersion: 1\nLicense: old\nClassifier: License :: OSI Approved :: BSD License\nLicense-Expression: MIT "
		  "OR ISC\n",
		  "a 1 - - - -|MIT OR ISC\n" },
		{ "a short License field goes before classifiers",
		  "Name: a\nVersion: 1\nClassifier: License :: OSI Approved :: BSD License\nLicense: BSD-3-Clause\n",
		  "a 1 - - - -|BSD-3-Clause\n" },
		{ "a License field with the whole text does not",
		  "Name: a\nVersion: 1\nLicense: Copyright (c)\n        Permission is hereby\n\tgranted\n"
		  "Classifier: License :: OSI Approved :: MIT License\n",
		  "a 1 - - - -|MIT License\n" },
		{ "nor does UNKNOWN", "Name: a\nVersion: 1\nLicense: UNKNOWN\nClassifier: License :: OSI Approved\n",
		  "a 1 - - - -\n" },
		{ "several classifiers",
		  "Name: a\nVersion: 1\nClassifier: License :: Public Domain\nClassifier: Topic :: License\n"
		  "Classifier: License :: OSI Approved :: Zope Public License\n",
		  "a 1 - - - -|Public Domain,Zope Public License\n" },
		{ "the description is no header", "Name: a\nVersion: 1\n\nName: b\nVersion: 2\n", "a 1 - - - -\n" },
		{ "the first of two counts", "Name: a\nName: b\nVersion: 1\nVersion: 2\n", "a 1 - - - -\n" },
		{ "carriage returns, any case, no last newline", "name: a\r\nVERSION: 1\r\nLicense: MIT", "a 1 - - - -|MIT\n" },
		{ "a continuation is no header", "Name: a\nSummary: x\n Version: 9\nVersion: 1\n", "a 1 - - - -\n" },
		{ "no version", "Name: a\n", "a - - - - -\n" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_text("python", metadata_path, rows[i].text);

		print_message("%s\n", rows[i].what);
		assert_int_equal(run.r, 0);
		assert_found(&run, rows[i].want);
		run_done(&run);
	}
}

static void metadata_without_a_name_is_damaged(void **state)
{
	(void) state;
	static const char *const rows[] = { "", "\nName: a\n", "Name:\nVersion: 1\n", "garbage" };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_text("python", metadata_path, rows[i]);

		assert_int_equal(run.r, -EBADMSG);
		assert_says(&run, "no Name");
		assert_int_equal(run.sink->found_len, 0);
		run_done(&run);
	}
}

static void files_belong_to_the_normalised_name(void **state)
{
	(void) state;
	static const char record[] =
		"jinja2/__init__.py,sha256=x,1\n\"odd,name.py\",sha256=x,1\r\n../../../bin/tool,,\n/etc/tool.conf,,\n,,\n"
		"../../../../../../../../etc/passwd,,\n";
	struct run run = run_text("python-files", "usr/lib/py/site-packages/Ruamel._YAML_x-0.17-1.dist-info/RECORD", record);

	assert_int_equal(run.r, 0);
	assert_int_equal(run.sink->owned_len, 5);
	assert_string_equal(owner_of(&run, "usr/lib/py/site-packages/jinja2/__init__.py"), "ruamel-yaml-x");
	assert_string_equal(owner_of(&run, "usr/lib/py/site-packages/odd,name.py"), "ruamel-yaml-x");
	assert_string_equal(owner_of(&run, "usr/bin/tool"), "ruamel-yaml-x");
	assert_string_equal(owner_of(&run, "etc/tool.conf"), "ruamel-yaml-x");
	assert_string_equal(owner_of(&run, "etc/passwd"), "ruamel-yaml-x");
	assert_string_equal(run.sink->owners[0].type, "pypi");
	run_done(&run);

	run = run_text("python-files", "a-1.dist-info/RECORD", "a.py,,\n");
	assert_string_equal(owner_of(&run, "a.py"), "a");
	run_done(&run);
}

static void a_path_too_long_is_named(void **state)
{
	(void) state;
	char record[9000];

	memset(record, 'x', sizeof(record));
	struct run run = run_row("python-files", "a-1.dist-info/RECORD", record, sizeof(record));
	assert_int_equal(run.r, 0);
	assert_int_equal(run.sink->owned_len, 0);
	assert_string_equal(run.sink->warnings[0].code, "path-too-long");
	run_done(&run);
}

static void requirements_that_pin(void **state)
{
	(void) state;
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "flask==3.1.3\n", "flask 3.1.3 - - - -\n" },
		{ "\xef\xbb\xbf Flask_X.y == 1!2.0.post1+local.7 \r\n", "Flask_X.y 1!2.0.post1+local.7 - - - -\n" },
		{ "requests[socks, security]==2.0", "requests 2.0 - - - -\n" },
		{ "a===1.0-weird\n", "a 1.0-weird - - - -\n" },
		{ "a==1 # why\nb==2;python_version<'3'\nc==3 ; x\n", "a 1 - - - -\nb 2 - - - -\nc 3 - - - -\n" },
		{ "a==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\nb==2\n", "a 1 - - - -\nb 2 - - - -\n" },
		{ "a==1\\\n\nb==2", "a 1 - - - -\nb 2 - - - -\n" },
		{ "# a comment is not continued \\\na==1\n", "a 1 - - - -\n" },
		{ "a==1 --hash=sha256:00\n", "a 1 - - - -\n" },
		{ "#a==1\n-r b==1\n--index-url==1\n-e c==1\n", "" },
		{ "a\na>=1\na~=1.0\na!=1\na==1.*\na==1,<2\na==1 b\na @ https://example.org/a==1.whl\n==1\na==\n./a==1\n", "" },
		{ "", "" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_text("python-requirements", "requirements.txt", rows[i].text);

		print_message("%s\n", rows[i].text);
		assert_int_equal(run.r, 0);
		assert_found(&run, rows[i].want);
		run_done(&run);
	}
	struct run run = run_row("python-requirements", "requirements.txt", "a\0=\0=\0", 6);
	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "save it as UTF-8");
	run_done(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(metadata_in_every_form),
		cmocka_unit_test(metadata_without_a_name_is_damaged),
		cmocka_unit_test(files_belong_to_the_normalised_name),
		cmocka_unit_test(a_path_too_long_is_named),
		cmocka_unit_test(requirements_that_pin),
	};

	return cmocka_run_group_tests_name("python", tests, NULL, NULL);
}
