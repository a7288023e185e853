#include <errno.h>
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

#include "inventory/limits.h"
#include "inventory/sbom.h"
#include "lib/sample.h"
#include "report/format.h"

static struct bolt_out out;

/* What a format's writer writes, as a text the caller frees. */
static char *written(const struct bolt_report *report, const char *format)
{
	const struct bolt_report_style style = { .tool_version = "0.1.0", .created_unix = 1700000000 };
	const struct bolt_report_format *row = bolt_report_format_named(format);
	int fd = memfd_create("document", MFD_CLOEXEC);

	assert_non_null(row);
	assert_true(fd >= 0);
	bolt_out_init(&out, fd);
	assert_int_equal(row->write(report, &style, &out), 0);
	assert_int_equal(bolt_out_flush(&out), 0);
	off_t n = lseek(fd, 0, SEEK_END);
	char *text = malloc((size_t) n + 1);
	assert_non_null(text);
	assert_int_equal(pread(fd, text, (size_t) n, 0), n);
	text[n] = '\0';
	close(fd);
	return text;
}

static struct bolt_report *read_text(const char *text)
{
	struct bolt_report *report = bolt_report_new(16 << 20);
	struct bolt_err err = { .msg = "" };

	assert_non_null(report);
	int r = bolt_sbom_read(text, strlen(text), report, &err);
	if (r < 0)
		fail_msg("%d %s", r, err.msg);
	return report;
}

static void same(const char *have, const char *want)
{
	if (!want)
		assert_null(have);
	else
		assert_string_equal(have ? have : "(null)", want);
}

/* From "packages" to "findings" of our own JSON: all that packages have. */
static char *package_part(char *json)
{
	char *from = strstr(json, "  \"packages\": ["), *to = strstr(json, "  \"findings\": [");

	assert_non_null(from);
	assert_non_null(to);
	*to = '\0';
	return from;
}

static void comes_back_whole_from_every_format(void **state)
{
	static const char *const formats[] = { "json", "cyclonedx", "cyclonedx-1.6", "spdx-json", "spdx" };
	struct bolt_report *report = sample_report();

	(void) state;
	assert_non_null(report);
	/* Tag-value has no escapes in single lines: a name with control characters is the one thing it cannot carry. */
	for (size_t i = 0; i < report->packages_len; i++) {
		if (strchr(report->packages[i].name, '\n'))
			report->packages[i].name = "plain";
	}
	char *want = written(report, "json");
	for (size_t i = 0; i < BOLT_ARRAY_LEN(formats); i++) {
		char *document = written(report, formats[i]);
		struct bolt_report *again = read_text(document);
		char *have = written(again, "json");
		char *want_copy = strdup(want);

		assert_string_equal(package_part(have), package_part(want_copy));
		same(again->subject.kind, "sbom");
		same(again->subject.name, report->subject.name);
		same(again->subject.digest, report->subject.digest);
		same(again->subject.image_id, report->subject.image_id);
		same(again->subject.platform, report->subject.platform);
		same(again->os.id, "debian");
		same(again->os.version_codename, "bookworm");
		assert_int_equal(again->subject.tags.len, 2);
		assert_int_equal(again->subject.layers_len, 3);
		for (size_t k = 0; k < 3; k++) {
			const struct bolt_layer *a = &again->subject.layers[k], *b = &report->subject.layers[k];

			same(a->digest, b->digest);
			same(a->diff_id, b->diff_id);
			same(a->created_by, b->created_by);
			same(a->origin_reason, b->origin_reason);
			assert_int_equal(a->size_bytes, b->size_bytes);
			assert_int_equal(a->origin, b->origin);
		}
		assert_int_equal(again->warnings_len, 2);
		same(again->warnings[1].path, "var/lib/dpkg/status");
		assert_int_equal(again->warnings[1].layer, 0);
		free(want_copy);
		free(have);
		free(document);
		bolt_report_free(again);
	}
	free(want);
	bolt_report_free(report);
}

static void bytes_that_are_not_utf8_come_back(void **state)
{
	static const struct {
		const char *format;
		bool removed;
	} rows[] = { { "json", false }, { "json", true }, { "spdx", false }, { "spdx", true }, { "cyclonedx", true } };
	const char *paths[] = { "a b\tc\n", "a=\\xff", "a\xfe", "a\xff" };

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_report *report = sample_report();
		struct bolt_package *package = rows[i].removed ? report->removed_packages : report->packages;

		package->locations = (struct bolt_texts){ paths, BOLT_ARRAY_LEN(paths) };
		char *text = written(report, rows[i].format);
		struct bolt_report *again = read_text(text);
		const struct bolt_package *back = rows[i].removed ? again->removed_packages : again->packages;

		same(back->purl, package->purl);
		assert_int_equal(back->locations.len, BOLT_ARRAY_LEN(paths));
		for (size_t k = 0; k < BOLT_ARRAY_LEN(paths); k++)
			same(back->locations.items[k], paths[k]);
		free(text);
		bolt_report_free(report);
		bolt_report_free(again);
	}
}

static void a_removed_package_does_not_come_back_installed(void **state)
{
	static const char *const values[] = {
		"purl=pkg:npm/a@1",
		"purl=pkg:npm/a@1 removed:layer:index=7",
		"purl=pkg:npm/a@1 removed:layer:index=x",
		"",
		"  =",
		"name=a removed:layer:index=0",
	};
	char text[1024];

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(values); i++) {
		(void) snprintf(text, sizeof(text),
				"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"metadata\":{\"component\":{\"name\":\"x\","
				"\"properties\":[{\"name\":\"boltseal:layer:0:size\",\"value\":\"1\"},"
				"{\"name\":\"boltseal:removed:0\",\"value\":\"%s\"}]}}}",
				values[i]);
		struct bolt_report *report = read_text(text);

		assert_int_equal(report->packages_len, 0);
		assert_int_equal(report->removed_packages_len, 0);
		same(report->warnings[0].code, "sbom-without-identity");
		bolt_report_free(report);
	}
}

/* Found by fuzzing: the name swallowed the packages after it. */
static void a_name_that_begins_several_lines_hides_nothing(void **state)
{
	struct bolt_report *report = read_text("pkg:npm/%20%3Ctext%3Ea@1\npkg:npm/%3Ctext%3Eb@1\npkg:npm/c@1\n");
	char *tags = written(report, "spdx");
	struct bolt_report *again = read_text(tags);

	(void) state;
	assert_int_equal(report->packages_len, 3);
	assert_int_equal(again->packages_len, 3);
	free(tags);
	bolt_report_free(report);
	bolt_report_free(again);
}

static void a_purl_list_gives_identity(void **state)
{
	struct bolt_report *report = read_text(
		"# ours\n\npkg:deb/debian/b@1?arch=amd64&distro=debian-12\r\npkg:npm/a@2\nnonsense\n");

	(void) state;
	assert_int_equal(report->packages_len, 2);
	same(report->packages[0].name, "b");
	same(report->packages[0].source_name, "b");
	same(report->packages[1].type, "npm");
	same(report->os.id, "debian");
	same(report->os.version_id, "12");
	assert_int_equal(report->warnings_len, 1);
	same(report->warnings[0].code, "sbom-without-identity");
	assert_non_null(strstr(report->warnings[0].message, "nonsense"));
	bolt_report_free(report);
}

static struct bolt_report *read_seed(const char *name)
{
	static char text[64 << 10];
	char path[4096];
	const char *root = getenv("BOLT_SOURCE_ROOT");

	(void) snprintf(path, sizeof(path), "%s/fuzz/corpus/sbom/%s", root ? root : ".", name);
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	size_t n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[n] = '\0';
	return read_text(text);
}

#define DIFF_B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void understands_what_others_write(void **state)
{
	static const struct {
		const char *seed, *name, *version, *source_name, *source_version, *location, *license, *os_id, *os_version;
		bool layer;
		size_t packages;
	} rows[] = {
		{ "trivy-cyclonedx", "zlib1g", "1:1.2.13.dfsg-1", "zlib", "1:1.2.13.dfsg-1", NULL, "Zlib", "debian", "12.5", true,
		  2 },
		{ "syft-cyclonedx", "libattr1", "1:2.5.1-4", "attr", "1:2.5.1-4", "usr/share/doc/libattr1/copyright",
		  "GPL-2.0-only OR MIT", "debian", "12", true, 2 },
		{ "foreign-spdx-json", "bash", "5.2.15-2+b2", "bash", "5.2.15-2", "var/lib/dpkg/info/bash.list", "GPL-3.0-or-later",
		  "debian", "12", false, 1 },
		{ "foreign-spdx-tags", "zlib1g", "1:1.2.13.dfsg-1", "zlib", "1:1.2.13.dfsg-1", NULL, "Zlib", "debian", "12", true,
		  1 },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_report *report = read_seed(rows[i].seed);
		const struct bolt_package *package = report->packages;

		assert_int_equal(report->packages_len, rows[i].packages);
		same(package->name, rows[i].name);
		same(package->version, rows[i].version);
		same(package->arch, "amd64");
		same(package->source_name, rows[i].source_name);
		same(package->source_version, rows[i].source_version);
		same(package->locations.len ? package->locations.items[0] : NULL, rows[i].location);
		same(package->licenses.items[0], rows[i].license);
		same(report->os.id, rows[i].os_id);
		same(report->os.version_id, rows[i].os_version);
		assert_int_equal(package->layer, rows[i].layer ? 0 : -1);
		if (rows[i].layer)
			same(report->subject.layers[0].diff_id, DIFF_B);
		bolt_report_free(report);
	}
}

static void keeps_the_letters_of_go_modules(void **state)
{
	struct bolt_report *report = read_seed("syft-cyclonedx");

	(void) state;
	same(report->packages[1].name, "github.com/BurntSushi/toml");
	same(report->packages[1].purl, "pkg:golang/github.com/burntsushi/toml@v1.3.2");
	bolt_report_free(report);
}

static void refuses_clearly(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "", "not a bill of materials" },
		{ "hello", "not a bill of materials" },
		{ "<bom/>", "XML is not read" },
		{ "{", "not JSON" },
		{ "{}", "neither CycloneDX" },
		{ "{\"@context\":\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\"}", "SPDX 3" },
		{ "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.1\"}", "CycloneDX 1.1 is not read" },
		{ "{\"bomFormat\":\"CycloneDX\"}", "without specVersion" },
		{ "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":{}}", "not a list" },
		{ "{\"spdxVersion\":\"SPDX-2.1\"}", "SPDX-2.1 is not read" },
		{ "{\"spdxVersion\":\"SPDX-2.3\",\"packages\":7}", "not a list" },
		{ "SPDXVersion: SPDX-2.1\n", "SPDX-2.1 is not read" },
		{ "{\"schema\":\"boltseal.report/1\"}", "without a list of packages" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_report *report = bolt_report_new(1 << 20);
		struct bolt_err err = { .msg = "" };

		assert_int_equal(bolt_sbom_read(rows[i].text, strlen(rows[i].text), report, &err), -EBADMSG);
		if (!strstr(err.msg, rows[i].says))
			fail_msg("'%s' lacks '%s'", err.msg, rows[i].says);
		bolt_report_free(report);
	}
}

static void meets_its_bounds(void **state)
{
	struct bolt_report *report = bolt_report_new(64 << 20);
	struct bolt_err err = { .msg = "" };
	static char text[4096];
	size_t n = (size_t) snprintf(text, sizeof(text), "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":");

	(void) state;
	assert_int_equal(bolt_sbom_read("", (size_t) BOLT_SBOM_MAX + 1, report, &err), -E2BIG);
	assert_non_null(strstr(err.msg, "256 MiB"));

	memset(text + n, '[', BOLT_SBOM_DEPTH_MAX + 1);
	assert_int_equal(bolt_sbom_read(text, n + BOLT_SBOM_DEPTH_MAX + 1, report, &err), -EBADMSG);
	assert_non_null(strstr(err.msg, "bound of 128"));
	bolt_report_free(report);

	/* A layer index past the bound says nothing, and makes no list of that length. */
	report = read_text(
		"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"metadata\":{\"component\":{\"name\":\"x\",\"properties\":["
		"{\"name\":\"boltseal:layer:4000000000:diff_id\",\"value\":\"x\"}]}},\"components\":[{\"type\":\"library\","
		"\"name\":\"a\",\"purl\":\"pkg:npm/a@1\",\"properties\":[{\"name\":\"boltseal:layer:index\",\"value\":\"5\"}]}]}");
	assert_int_equal(report->subject.layers_len, 0);
	assert_int_equal(report->packages[0].layer, -1);
	bolt_report_free(report);
}

static void a_full_arena_is_an_error(void **state)
{
	struct bolt_report *report = bolt_report_new(64), *sample = sample_report();
	struct bolt_err err = { .msg = "" };
	char *text = written(sample, "cyclonedx");

	(void) state;
	assert_int_equal(bolt_sbom_read(text, strlen(text), report, &err), -ENOMEM);
	assert_non_null(strstr(err.msg, "out of memory"));
	free(text);
	bolt_report_free(sample);
	bolt_report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_whole_from_every_format),
		cmocka_unit_test(bytes_that_are_not_utf8_come_back),
		cmocka_unit_test(a_removed_package_does_not_come_back_installed),
		cmocka_unit_test(a_name_that_begins_several_lines_hides_nothing),
		cmocka_unit_test(a_purl_list_gives_identity),
		cmocka_unit_test(understands_what_others_write),
		cmocka_unit_test(keeps_the_letters_of_go_modules),
		cmocka_unit_test(refuses_clearly),
		cmocka_unit_test(meets_its_bounds),
		cmocka_unit_test(a_full_arena_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
