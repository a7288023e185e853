#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/text.h"
#include "lib/sample.h"
#include "report/format.h"
#include "report/licenses.h"

static struct bolt_out out;
static struct bolt_report *report;

static int setup(void **state)
{
	(void) state;
	report = sample_report_of_packages();
	return report ? 0 : -1;
}

static int teardown(void **state)
{
	(void) state;
	bolt_report_free(report);
	return 0;
}

/* What a writer writes, as a text the caller frees. */
static char *styled(const char *format, const struct bolt_report_style *style)
{
	const struct bolt_report_format *row = bolt_report_format_named(format);
	int fd = memfd_create("document", MFD_CLOEXEC);

	assert_non_null(row);
	assert_true(fd >= 0);
	bolt_out_init(&out, fd);
	assert_int_equal(row->write(report, style, &out), 0);
	assert_int_equal(bolt_out_flush(&out), 0);
	off_t n = lseek(fd, 0, SEEK_END);
	char *text = malloc((size_t) n + 1);
	assert_non_null(text);
	assert_int_equal(pread(fd, text, (size_t) n, 0), n);
	text[n] = '\0';
	close(fd);
	return text;
}

static char *written(const char *format)
{
	const struct bolt_report_style style = { .tool_version = "0.1.0", .created_unix = 1700000000 };

	return styled(format, &style);
}

static json_t *document(const char *format)
{
	char *text = written(format);
	struct bolt_err err;
	json_t *value = NULL;

	if (bolt_json_load(text, strlen(text), 64, &value, &err) < 0)
		fail_msg("%s: %s", format, err.msg);
	free(text);
	return value;
}

static const json_t *component_of(const json_t *list, const char *key, const char *value)
{
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		const char *text = bolt_json_text(item, key);

		if (text && strcmp(text, value) == 0)
			return item;
	}
	fail_msg("nothing has %s %s", key, value);
	return NULL;
}

static void every_row_has_a_name_of_its_own(void **state)
{
	(void) state;
	for (size_t i = 0; i < bolt_report_formats_len; i++) {
		assert_ptr_equal(bolt_report_format_named(bolt_report_formats[i].name), &bolt_report_formats[i]);
		assert_true(*bolt_report_formats[i].summary && *bolt_report_formats[i].media_type);
	}
	assert_null(bolt_report_format_named("xml"));
}

static void two_runs_give_the_same_bytes(void **state)
{
	(void) state;
	for (size_t i = 0; i < bolt_report_formats_len; i++) {
		char *first = written(bolt_report_formats[i].name), *second = written(bolt_report_formats[i].name);

		assert_string_equal(first, second);
		assert_true(bolt_utf8_valid(first, strlen(first)));
		free(first);
		free(second);
	}
}

static void another_subject_is_another_document(void **state)
{
	json_t *first = document("cyclonedx"), *second;
	const char *name = report->subject.name;

	(void) state;
	report->subject.name = "something else";
	second = document("cyclonedx");
	report->subject.name = name;
	assert_string_not_equal(bolt_json_text(first, "serialNumber"), bolt_json_text(second, "serialNumber"));
	assert_true(bolt_starts_with(bolt_json_text(first, "serialNumber"), "urn:uuid:"));
	json_decref(first);
	json_decref(second);
}

static void json_says_what_is_known_and_leaves_out_the_rest(void **state)
{
	json_t *json = document("json");
	const json_t *packages = json_object_get(json, "packages"), *stats = json_object_get(json, "stats");

	(void) state;
	assert_string_equal(bolt_json_text(json, "schema"), "boltseal.report/1");
	assert_int_equal(json_array_size(packages), report->packages_len);
	assert_int_equal(json_array_size(json_object_get(json, "removed_packages")), 2);
	assert_true(json_is_null(json_object_get(json, "verdict")));
	assert_int_equal(json_array_size(json_object_get(json, "findings")), 0);
	assert_string_equal(bolt_json_text(component_of(packages, "name", "Zope.Interface"), "owner"),
			    "pkg:deb/debian/python3-zope.interface@6.1-1?arch=amd64&distro=debian-12");

	const json_t *zlib = component_of(packages, "name", "zlib1g");
	assert_string_equal(bolt_json_text(json_object_get(zlib, "source"), "name"), "zlib");
	assert_string_equal(bolt_json_text(zlib, "ecosystem"), "deb");
	assert_int_equal(json_integer_value(json_object_get(zlib, "layer")), 0);
	assert_null(json_object_get(zlib, "modularity"));
	const json_t *serde = component_of(packages, "name", "serde");
	assert_string_equal(bolt_json_text(serde, "version"), "");
	assert_null(json_object_get(serde, "source"));

	assert_int_equal(json_integer_value(json_object_get(json_object_get(stats, "packages_by_ecosystem"), "npm")), 5);
	assert_string_equal(bolt_json_text(stats, "created"), "2023-11-14T22:13:20Z");
	json_decref(json);
}

static void an_empty_report_is_whole_in_every_format(void **state)
{
	struct bolt_report *rich = report;

	(void) state;
	report = bolt_report_new(1 << 16);
	assert_non_null(report);
	report->subject.kind = "dir";
	json_t *json = document("json");
	assert_true(json_is_null(json_object_get(json, "os")));
	json_decref(json);
	json_decref(document("cyclonedx"));
	json_decref(document("spdx-json"));
	free(written("spdx"));
	char *purls = written("purls"), *table = written("table");
	assert_string_equal(purls, "");
	assert_non_null(strstr(table, "0 packages"));
	free(purls);
	free(table);
	bolt_report_free(report);
	report = rich;
}

static void cyclonedx_refs_are_unique(void **state)
{
	json_t *bom = document("cyclonedx"), *item, *other;
	const json_t *components = json_object_get(bom, "components");
	size_t i, k;

	(void) state;
	assert_int_equal(json_array_size(components), report->packages_len + 1);
	json_array_foreach(components, i, item)
	{
		json_array_foreach(components, k, other)
		{
			if (i != k)
				assert_string_not_equal(bolt_json_text(item, "bom-ref"), bolt_json_text(other, "bom-ref"));
		}
	}
	json_decref(bom);
}

/* A scanner that reads the document takes each component for installed, whatever its scope. */
static void removed_packages_are_no_components(void **state)
{
	static const struct {
		const char *format, *list;
	} rows[] = { { "cyclonedx", "components" }, { "cyclonedx-1.6", "components" }, { "spdx-json", "packages" } };
	size_t i;
	json_t *item;

	(void) state;
	for (size_t k = 0; k < BOLT_ARRAY_LEN(rows); k++) {
		json_t *bom = document(rows[k].format);

		json_array_foreach(json_object_get(bom, rows[k].list), i, item)
			assert_string_not_equal(bolt_json_text(item, "name"), "curl");
		json_decref(bom);
	}
	char *tags = written("spdx");
	assert_null(strstr(tags, "PackageName: curl"));
	assert_non_null(
		strstr(tags, "boltseal:removed:0=purl=pkg:deb/debian/curl@7.88.1-10?arch=amd64&distro=debian-12 name=curl "));
	free(tags);
}

static const char *property_of(const json_t *component, const char *name)
{
	size_t i;
	json_t *item;

	json_array_foreach(json_object_get(component, "properties"), i, item)
	{
		if (strcmp(bolt_json_text(item, "name"), name) == 0)
			return bolt_json_text(item, "value");
	}
	return "(none)";
}

static void syft_reads_the_source_package(void **state)
{
	static const struct {
		const char *package, *property, *want;
	} rows[] = {
		{ "zlib1g", "syft:package:metadataType", "dpkg-db-entry" },
		{ "zlib1g", "syft:metadata:source", "zlib" },
		{ "zlib1g", "syft:metadata:sourceVersion", "1:1.2.13.dfsg-1" },
		{ "nodejs", "syft:package:metadataType", "rpm-db-entry" },
		{ "nodejs", "syft:metadata:sourceRpm", "nodejs-18.19.0-1.module+el9.src.rpm" },
		{ "gpg-pubkey", "syft:package:metadataType", "rpm-db-entry" },
		{ "gpg-pubkey", "syft:metadata:sourceRpm", "(none)" },
		{ "JSONStream", "syft:package:metadataType", "(none)" },
		{ "busybox-binsh", "syft:package:metadataType", "apk-db-entry" },
		{ "busybox-binsh", "syft:metadata:originPackage", "busybox" },
	};
	struct bolt_package kept = report->packages[0];

	(void) state;
	report->packages[0] = (struct bolt_package){ .purl = "pkg:apk/alpine/busybox-binsh@1.36.1-r5?upstream=busybox",
						     .type = "apk",
						     .name = "busybox-binsh",
						     .version = "1.36.1-r5",
						     .source_name = "busybox",
						     .layer = -1,
						     .removed_layer = -1 };
	json_t *bom = document("cyclonedx");
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		const json_t *component = component_of(json_object_get(bom, "components"), "name", rows[i].package);

		assert_string_equal(property_of(component, rows[i].property), rows[i].want);
	}
	json_decref(bom);
	report->packages[0] = kept;
}

static void the_standard_library_of_go_has_a_cpe(void **state)
{
	static const struct {
		const char *name, *version, *want; /* NULL: none */
	} rows[] = {
		{ "stdlib", "1.22.0", "cpe:2.3:a:golang:go:1.22.0:*:*:*:*:*:*:*" },
		{ "stdlib", "go1.23rc1", "cpe:2.3:a:golang:go:1.23:rc1:*:*:*:*:*:*" },
		{ "stdlib", "1.22.1 X:boringcrypto", "cpe:2.3:a:golang:go:1.22.1:*:*:*:*:*:*:*" },
		{ "stdlib", "1.22:*", NULL },
		{ "stdlib", "", NULL },
		{ "golang.org/x/net", "1.22.0", NULL },
	};
	struct bolt_package kept = report->packages[0];

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		report->packages[0] = (struct bolt_package){ .purl = "pkg:golang/x",
							     .type = "golang",
							     .name = rows[i].name,
							     .version = rows[i].version,
							     .layer = -1,
							     .removed_layer = -1 };
		json_t *bom = document("cyclonedx");
		const char *cpe = bolt_json_text(component_of(json_object_get(bom, "components"), "name", rows[i].name), "cpe");

		assert_int_equal(cpe != NULL, rows[i].want != NULL);
		if (cpe)
			assert_string_equal(cpe, rows[i].want);
		json_decref(bom);
	}
	report->packages[0] = kept;
}

/* Lists are sets by our own schema: two paths must not become one text. */
static void json_keeps_paths_apart_that_are_not_utf8(void **state)
{
	const char *paths[] = { "a\\xff", "a\xfe", "a\xff" };
	struct bolt_package kept = report->packages[0];

	(void) state;
	report->packages[0].locations = report->packages[0].licenses = (struct bolt_texts){ paths, BOLT_ARRAY_LEN(paths) };
	json_t *json = document("json");
	const json_t *package = json_array_get(json_object_get(json, "packages"), 0);
	const json_t *lists[] = { json_object_get(package, "locations"), json_object_get(package, "licenses") };
	for (size_t i = 0; i < BOLT_ARRAY_LEN(lists); i++) {
		assert_string_equal(json_string_value(json_array_get(lists[i], 0)), "a\\\\xff");
		assert_string_equal(json_string_value(json_array_get(lists[i], 1)), "a\\xfe");
		assert_string_equal(json_string_value(json_array_get(lists[i], 2)), "a\\xff");
	}
	json_decref(json);
	report->packages[0] = kept;
}

static void cyclonedx_licences_are_ids_names_or_one_expression(void **state)
{
	static const struct {
		const char *package, *key, *want; /* of the first licence */
	} rows[] = {
		{ "bash", "id", "GPL-3.0-or-later" },
		{ "log4j-core", "id", "Apache-2.0" },
		{ "JSONStream", "expression", "(MIT OR Apache-2.0)" },
		{ "zlib1g", "name", "GPL-2+ and Expat" }, /* two texts: an expression may stand only alone */
		{ "left-pad", "id", "WTFPL" },
	};
	json_t *bom = document("cyclonedx-1.6");

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		const json_t *component = component_of(json_object_get(bom, "components"), "name", rows[i].package);
		const json_t *first = json_array_get(json_object_get(component, "licenses"), 0);
		const json_t *license = json_object_get(first, "license");
		const char *have = bolt_json_text(license ? license : first, rows[i].key);

		assert_string_equal(have ? have : "(null)", rows[i].want);
	}
	json_decref(bom);
}

static void warnings_make_the_list_incomplete(void **state)
{
	json_t *bom = document("cyclonedx");

	(void) state;
	assert_string_equal(bolt_json_text(json_array_get(json_object_get(bom, "compositions"), 0), "aggregate"), "incomplete");
	json_decref(bom);
}

static void spdx_declares_valid_expressions(void **state)
{
	json_t *bom = document("spdx-json");
	const json_t *packages = json_object_get(bom, "packages"), *foreign = json_object_get(bom, "hasExtractedLicensingInfos");

	(void) state;
	assert_string_equal(bolt_json_text(component_of(packages, "name", "zlib1g"), "licenseDeclared"),
			    "(GPL-2.0-or-later AND MIT) AND Zlib");
	/* "ASL 2.0" inside a longer text is no word of an expression: a reference to the text stands for it. */
	const char *declared = bolt_json_text(component_of(packages, "name", "nodejs"), "licenseDeclared");
	assert_true(bolt_starts_with(declared, "LicenseRef-MIT-and-ASL-2.0-"));
	assert_string_equal(bolt_json_text(component_of(foreign, "licenseId", declared), "extractedText"), "MIT and ASL 2.0");
	assert_string_equal(bolt_json_text(component_of(packages, "name", "serde"), "licenseDeclared"), "NOASSERTION");
	json_decref(bom);
}

static void tag_value_lets_nobody_forge_a_line(void **state)
{
	char *text = written("spdx");

	(void) state;
	assert_null(strstr(text, "\n<name>"));
	assert_null(strstr(text, "\x1b"));
	/* Only ours close texts: each line that opens one is closed. */
	size_t opened = 0, closed = 0;
	for (const char *p = text; (p = strstr(p, "<text>")); p++)
		opened++;
	for (const char *p = text; (p = strstr(p, "</text>")); p++)
		closed++;
	assert_true(opened > 0);
	assert_int_equal(opened, closed);
	free(text);
}

/* Of all but the warnings: those are never cut, and a terminal folds them. */
static size_t widest_row(char *text)
{
	size_t widest = 0;

	*strstr(text, "\nWarnings") = '\0';
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		size_t n = bolt_text_columns(line);

		widest = n > widest ? n : widest;
	}
	return widest;
}

static void the_table_fits_the_terminal(void **state)
{
	(void) state;
	for (unsigned columns = 60; columns <= 200; columns += 20) {
		const struct bolt_report_style style = { .columns = columns, .tool_version = "0" };
		char *text = styled("table", &style);

		assert_true(widest_row(text) <= columns);
		free(text);
	}
}

static void the_table_cuts_nothing_in_a_pipe(void **state)
{
	char *text = written("table");

	(void) state;
	assert_non_null(strstr(text, "org.apache.logging.log4j:log4j-core"));
	assert_null(strstr(text, "…"));
	assert_null(strchr(text, '\x1b'));
	assert_non_null(strstr(text, "14 packages · 2 removed · 3 layers · 8412 files · 2 warnings · 1.23 s\n"));
	free(text);
}

static void the_table_has_colours_only_when_asked(void **state)
{
	const struct bolt_report_style style = { .columns = 80, .color = true, .tool_version = "0" };
	char *text = styled("table", &style);

	(void) state;
	assert_non_null(strstr(text, "\x1b[1m"));
	/* The package that is called after an escape sequence does not get to use it. */
	assert_null(strstr(text, "\x1b[31m"));
	free(text);
}

static void the_table_of_an_sbom_is_about_packages(void **state)
{
	const struct bolt_report_style style = { .sbom = true, .tool_version = "0" };
	char *text = styled("table", &style);

	(void) state;
	assert_null(strstr(text, "Layers"));
	assert_null(strstr(text, "Removed by"));
	assert_non_null(strstr(text, "bash"));
	assert_non_null(strstr(text, "Warnings")); /* what was not seen is always said */
	free(text);
}

static void purls_are_listed_once(void **state)
{
	char *text = written("purls");
	const char *first = strstr(text, "pkg:npm/left-pad@1.3.0\n");

	(void) state;
	assert_non_null(first);
	assert_null(strstr(first + 1, "pkg:npm/left-pad@1.3.0\n"));
	free(text);
}

static void licences_become_spdx_expressions(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: foreign */
	} rows[] = {
		{ "MIT", "MIT" },
		{ "mit", "MIT" },
		{ "Expat", "MIT" },
		{ "GPL-2+", "GPL-2.0-or-later" },
		{ "GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0" },
		{ "gpl-2 or (Artistic and ISC)", "GPL-2.0-only OR (Artistic-1.0-Perl AND ISC)" },
		{ "((MIT))", "((MIT))" },
		{ "Apache License, Version 2.0", "Apache-2.0" },
		{ "GPLv2+ and MIT", "GPL-2.0-or-later AND MIT" },
		{ "Artistic", "Artistic-1.0-Perl" },
		{ "ISC License (ISCL)", "ISC" },
		{ "Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0" },
		{ "MIT License", "MIT" },
		{ "GNU General Public License v2 or later (GPLv2+)", "GPL-2.0-or-later" },
		{ "The Apache Software License, Version 2.0", "Apache-2.0" },
		{ "Zero-Clause BSD (0BSD)", "0BSD" },
		{ "", NULL },
		{ "Apache Software License", NULL }, /* of which version? */
		{ "BSD License", NULL },
		{ "BSD", NULL },
		{ "MIT OR", NULL },
		{ "MIT MIT", NULL },
		{ "(MIT", NULL },
		{ "MIT)", NULL },
		{ "MIT WITH MIT", NULL },
		{ "(MIT) WITH Classpath-exception-2.0", NULL },
		{ "GPL-2+ with OpenSSL exception", NULL },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		BOLT_CLEANUP(bolt_buf_done) struct bolt_buf buf = BOLT_BUF_INIT(1024);
		int r = bolt_license_expression(rows[i].text, &buf, NULL);

		if (rows[i].want && r == 0)
			assert_string_equal((const char *) buf.data, rows[i].want);
		if ((r == 0) != (rows[i].want != NULL))
			fail_msg("'%s' gave %d", rows[i].text, r);
	}
}

static void licence_tables_are_sorted(void **state)
{
	(void) state;
	for (size_t i = 1; i < bolt_license_ids_len; i++)
		assert_true(strcasecmp(bolt_license_ids[i - 1], bolt_license_ids[i]) < 0);
	for (size_t i = 1; i < bolt_license_exceptions_len; i++)
		assert_true(strcasecmp(bolt_license_exceptions[i - 1], bolt_license_exceptions[i]) < 0);
	/* The aliases are searched in the same way: each must be found. */
	static const char *const some[] = { "AGPL-3",
					    "Zero-Clause BSD (0BSD)",
					    "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication",
					    "ASL 2.0",
					    "Boost",
					    "Expat",
					    "GFDL-NIV-1.3+",
					    "GPLv2+",
					    "LPPL-1.3+",
					    "ZPLv2.1" };
	for (size_t i = 0; i < BOLT_ARRAY_LEN(some); i++)
		assert_non_null(bolt_license_id(some[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_has_a_name_of_its_own),
		cmocka_unit_test(two_runs_give_the_same_bytes),
		cmocka_unit_test(another_subject_is_another_document),
		cmocka_unit_test(json_says_what_is_known_and_leaves_out_the_rest),
		cmocka_unit_test(an_empty_report_is_whole_in_every_format),
		cmocka_unit_test(cyclonedx_refs_are_unique),
		cmocka_unit_test(removed_packages_are_no_components),
		cmocka_unit_test(syft_reads_the_source_package),
		cmocka_unit_test(the_standard_library_of_go_has_a_cpe),
		cmocka_unit_test(json_keeps_paths_apart_that_are_not_utf8),
		cmocka_unit_test(cyclonedx_licences_are_ids_names_or_one_expression),
		cmocka_unit_test(warnings_make_the_list_incomplete),
		cmocka_unit_test(spdx_declares_valid_expressions),
		cmocka_unit_test(tag_value_lets_nobody_forge_a_line),
		cmocka_unit_test(the_table_fits_the_terminal),
		cmocka_unit_test(the_table_cuts_nothing_in_a_pipe),
		cmocka_unit_test(the_table_has_colours_only_when_asked),
		cmocka_unit_test(the_table_of_an_sbom_is_about_packages),
		cmocka_unit_test(purls_are_listed_once),
		cmocka_unit_test(licences_become_spdx_expressions),
		cmocka_unit_test(licence_tables_are_sorted),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
