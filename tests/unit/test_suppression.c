#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "detect/limits.h"
#include "detect/suppression.h"

#define TODAY "2026-06-15"

static const char *openssl_locations[] = { "var/lib/dpkg/status" }, *pad_locations[] = { "app/node_modules/left-pad/package.json" };
static const char *aliases[] = { "DSA-5417-1", "GHSA-aaaa-bbbb-cccc" };

enum { OPENSSL, LEFT_PAD, PACKAGES };
static const struct bolt_package packages[PACKAGES] = {
	[OPENSSL] = { .purl = "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl",
		      .type = "deb",
		      .name = "libssl3",
		      .version = "3.0.11-1~deb12u2",
		      .source_name = "openssl",
		      .locations = { openssl_locations, 1 } },
	[LEFT_PAD] = { .purl = "pkg:npm/%40scope/left-pad@1.3.0",
		       .type = "npm",
		       .name = "@scope/left-pad",
		       .version = "1.3.0",
		       .locations = { pad_locations, 1 } },
};

/* The report has one finding: CVE-2023-0464 of the package. */
static struct bolt_report *report_of(size_t package)
{
	struct bolt_report *report = bolt_report_new(1 << 20);

	assert_non_null(report);
	report->findings = bolt_arena_alloc(report->arena, sizeof(*report->findings));
	assert_non_null(report->findings);
	report->findings[0] = (struct bolt_finding){ .id = "CVE-2023-0464",
						     .aliases = { aliases, 2 },
						     .package = &packages[package] };
	report->findings_len = 1;
	return report;
}

static struct bolt_suppressions *new_suppressions(void)
{
	struct bolt_suppressions *suppressions = NULL;

	assert_int_equal(bolt_suppressions_new(&suppressions), 0);
	return suppressions;
}

#define SAYS .says = { .by = "ignore-file", .source = "f", .reason = "because" }

static void a_statement_is_about_what_it_names(void **state)
{
	static const struct {
		struct bolt_statement statement;
		bool openssl, left_pad; /* suppressed? */
	} rows[] = {
		{ { .id = "CVE-2023-0464", SAYS }, true, true },
		{ { .id = "cve-2023-0464", SAYS }, true, true },
		{ { .id = "DSA-5417-1", SAYS }, true, true },
		{ { .id = "ghsa-AAAA-bbbb-cccc", SAYS }, true, true },
		{ { .id = "CVE-2023-046", SAYS }, false, false },
		{ { .id = "CVE-2023-04640", SAYS }, false, false },
		{ { .id = "CVE-2023-0464", .package = "libssl3", SAYS }, true, false },
		{ { .id = "CVE-2023-0464", .package = "openssl", SAYS }, true, false },
		{ { .id = "CVE-2023-0464", .package = "openssl", .version = "3.0.11-1~deb12u2", SAYS }, true, false },
		{ { .id = "CVE-2023-0464", .package = "openssl", .version = "3.0.11", SAYS }, false, false },
		{ { .id = "CVE-2023-0464", .version = "1.3.0", SAYS }, false, true },
		{ { .id = "CVE-2023-0464", .package = "ssl", SAYS }, false, false },
		{ { .id = "CVE-2023-0464", .package = "@scope/left-pad", SAYS }, false, true },
		{ { .id = "CVE-2023-0464", .package = "left-pad", SAYS }, false, false },
		{ { .id = "CVE-2023-0464", .package = "pkg:npm/%40scope/left-pad", SAYS }, false, true },
		{ { .id = "CVE-2023-0464", .package = "pkg:npm/@scope/left-pad@1.3.0", SAYS }, false, true },
		{ { .id = "CVE-2023-0464", .package = "pkg:npm/%40scope/left-pad@1.3.1", SAYS }, false, false },
		{ { .id = "CVE-2023-0464", .package = "pkg:npm/left-pad", SAYS }, false, false },
		{ { .id = "CVE-2023-0464", .package = "pkg:npm/%40scope/left-pad", .version = "1.3.0", SAYS }, false, true },
		{ { .id = "CVE-2023-0464", .package = "pkg:npm/%40scope/left-pad", .version = "1.3.1", SAYS }, false, false },
		{ { .id = "CVE-2023-0464", .package = "pkg:deb/debian/libssl3", SAYS }, true, false },
		{ { .id = "CVE-2023-0464", .package = "pkg:deb/debian/libssl3?distro=debian-12", SAYS }, true, false },
		{ { .id = "CVE-2023-0464", .package = "pkg:deb/debian/libssl3?distro=debian-1", SAYS }, false, false },
		{ { .id = "CVE-2023-0464", .package = "pkg:deb/debian/libssl3?arch=amd64&distro=debian-12", SAYS }, true, false },
		{ { .id = "CVE-2023-0464", .package = "pkg:deb/debian/libssl3?arch=arm64", SAYS }, false, false },
		{ { .id = "CVE-2023-0464", .package = "pkg:deb/debian/libssl", SAYS }, false, false },
		{ { .id = "CVE-2023-0464", .package = "pkg:deb/ubuntu/libssl3", SAYS }, false, false },
		{ { .id = "CVE-2023-0464", .path = "**/package.json", SAYS }, false, true },
		{ { .id = "CVE-2023-0464", .path = "/app/node_modules/*/package.json", SAYS }, false, true },
		{ { .id = "CVE-2023-0464", .path = "app/*", SAYS }, false, false },
		{ { .id = "CVE-2023-0464", .says = { .by = "a", .source = "f", .expires = "2026-06-14" } }, false, false },
		{ { .id = "CVE-2023-0464", .says = { .by = "a", .source = "f", .expires = TODAY } }, true, true },
		{ { .id = "CVE-2023-0464", .counts = true, SAYS }, false, false },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows) * PACKAGES; i++) {
		size_t row = i / PACKAGES;
		bool want = i % PACKAGES == OPENSSL ? rows[row].openssl : rows[row].left_pad;
		BOLT_CLEANUP(bolt_suppressions_freep) struct bolt_suppressions *suppressions = new_suppressions();
		BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = report_of(i % PACKAGES);

		assert_int_equal(bolt_suppressions_add(suppressions, &rows[row].statement, NULL), 0);
		assert_int_equal(bolt_suppressions_apply(suppressions, report, TODAY), 0);
		if ((report->findings[0].suppressed.by != NULL) != want)
			fail_msg("row %zu, %s: want %d", row, packages[i % PACKAGES].name, want);
		if (bolt_suppressions_at(suppressions, 0)->used != (want || (row + 1 == BOLT_ARRAY_LEN(rows))))
			fail_msg("row %zu: used %zu times", row, bolt_suppressions_at(suppressions, 0)->used);
	}
}

static void the_last_word_holds(void **state)
{
	static const struct {
		struct {
			int64_t stated;
			bool counts;
			const char *package, *source;
		} said[3];
		const char *want; /* whose; NULL: it counts */
	} rows[] = {
		{ { { 1, false, NULL, "a" }, { 2, false, NULL, "b" } }, "b" },
		{ { { 2, false, NULL, "a" }, { 1, false, NULL, "b" } }, "a" },
		{ { { 1, false, NULL, "a" }, { 1, false, NULL, "b" } }, "b" },
		{ { { 1, false, NULL, "a" }, { 2, true, NULL, "b" } }, NULL },
		{ { { 1, false, "openssl", "a" }, { 2, true, "libssl3", "b" }, { 3, false, NULL, "c" } }, "c" },
		{ { { 3, false, "openssl", "a" }, { 2, true, "libssl3", "b" }, { 1, false, NULL, "c" } }, "a" },
		{ { { INT64_MAX, false, NULL, "a" }, { 2, true, NULL, "b" } }, "a" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		BOLT_CLEANUP(bolt_suppressions_freep) struct bolt_suppressions *suppressions = new_suppressions();
		BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = report_of(OPENSSL);

		for (size_t s = 0; s < 3 && rows[i].said[s].source; s++) {
			struct bolt_statement statement = { .id = "CVE-2023-0464",
							    .package = rows[i].said[s].package,
							    .counts = rows[i].said[s].counts,
							    .stated_unix = rows[i].said[s].stated,
							    .says = { .by = "openvex", .source = rows[i].said[s].source } };
			assert_int_equal(bolt_suppressions_add(suppressions, &statement, NULL), 0);
		}
		assert_int_equal(bolt_suppressions_apply(suppressions, report, TODAY), 0);
		const char *source = report->findings[0].suppressed.source;
		if (!source != !rows[i].want || (source && strcmp(source, rows[i].want) != 0))
			fail_msg("row %zu: %s", i, source ? source : "counts");
	}
}

static void what_a_finding_says_outlives_the_statements(void **state)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = report_of(OPENSSL);
	struct bolt_suppressions *suppressions = new_suppressions();
	char reason[] = "not reachable";
	struct bolt_statement statement = { .id = "CVE-2023-0464",
					    .says = { "openvex", "a.json", "not_affected", "component_not_present", reason,
						      "2030-01-01" } };

	(void) state;
	assert_int_equal(bolt_suppressions_add(suppressions, &statement, NULL), 0);
	memset(reason, 'x', strlen(reason));
	assert_int_equal(bolt_suppressions_apply(suppressions, report, TODAY), 0);
	bolt_suppressions_free(suppressions);
	const struct bolt_suppression *said = &report->findings[0].suppressed;
	assert_string_equal(said->by, "openvex");
	assert_string_equal(said->source, "a.json");
	assert_string_equal(said->status, "not_affected");
	assert_string_equal(said->justification, "component_not_present");
	assert_string_equal(said->reason, "not reachable");
	assert_string_equal(said->expires, "2030-01-01");
}

static void expired_statements_are_told_and_the_rest_counted(void **state)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = report_of(OPENSSL);
	BOLT_CLEANUP(bolt_suppressions_freep) struct bolt_suppressions *suppressions = new_suppressions();

	(void) state;
	for (unsigned i = 0; i < BOLT_EXPIRED_TOLD + 5; i++) {
		struct bolt_statement statement = { .id = "CVE-1",
						    .line = i + 1,
						    .says = { .by = "ignore-file", .source = "f", .expires = "2020-02-29" } };
		assert_int_equal(bolt_suppressions_add(suppressions, &statement, NULL), 0);
	}
	assert_int_equal(bolt_suppressions_apply(suppressions, report, TODAY), 0);
	assert_int_equal(report->warnings_len, BOLT_EXPIRED_TOLD + 1);
	assert_string_equal(report->warnings[0].code, "suppression-expired");
	assert_string_equal(report->warnings[0].path, "f");
	assert_string_equal(report->warnings[0].message,
			    "line 1: what it says of CVE-1 has expired (2020-02-29), so it counts again; renew or remove it");
	assert_string_equal(report->warnings[BOLT_EXPIRED_TOLD].message, "5 more statements have expired");
	assert_true(bolt_suppressions_at(suppressions, 0)->expired);
}

static void what_is_no_statement_is_refused(void **state)
{
	static char long_text[BOLT_STATEMENT_TEXT_MAX + 2];
	static const struct {
		struct bolt_statement statement;
		int want;
	} rows[] = {
		{ { .id = NULL, SAYS }, -EINVAL },
		{ { .id = "", SAYS }, -EINVAL },
		{ { .id = "CVE-1", .package = "pkg:", SAYS }, -EINVAL },
		{ { .id = "CVE-1", .package = "pkg:npm/a@1", .version = "1", SAYS }, -EINVAL },
		{ { .id = "CVE-1", .says = { .by = "a", .source = "f", .expires = "2026-02-29" } }, -EINVAL },
		{ { .id = "CVE-1", .says = { .by = "a", .source = "f", .reason = long_text } }, -E2BIG },
	};

	(void) state;
	memset(long_text, 'a', sizeof(long_text) - 1);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		BOLT_CLEANUP(bolt_suppressions_freep) struct bolt_suppressions *suppressions = new_suppressions();
		struct bolt_err err = { .msg = "" };

		assert_int_equal(bolt_suppressions_add(suppressions, &rows[i].statement, &err), rows[i].want);
		assert_true(err.msg[0]);
		assert_int_equal(bolt_suppressions_len(suppressions), 0);
	}
}

static void dates(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} rows[] = {
		{ "2026-01-31", true },  { "2024-02-29", true },  { "2000-02-29", true },  { "2023-02-29", false },
		{ "1900-02-29", false }, { "2026-04-31", false }, { "2026-00-01", false }, { "2026-13-01", false },
		{ "2026-01-00", false }, { "2026-1-01", false },  { "2026-01-1", false },  { "2026-01-011", false },
		{ "", false },           { "2026/01/01", false }, { "tomorrow!!", false },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (bolt_date_valid(rows[i].text) != rows[i].valid)
			fail_msg("%s", rows[i].text);
	}
}

static void the_bound_on_statements_is_told(void **state)
{
	BOLT_CLEANUP(bolt_suppressions_freep) struct bolt_suppressions *suppressions = new_suppressions();
	struct bolt_statement statement = { .id = "C", .says = { .by = "a" } };
	struct bolt_err err = { .msg = "" };

	(void) state;
	for (size_t i = 0; i < BOLT_STATEMENTS_MAX; i++) {
		if (bolt_suppressions_add(suppressions, &statement, NULL) != 0)
			fail_msg("statement %zu", i);
	}
	assert_int_equal(bolt_suppressions_add(suppressions, &statement, &err), -E2BIG);
	assert_non_null(strstr(err.msg, "--bounds"));
}

static void many_findings_and_statements_are_quick(void **state)
{
	enum { MANY = 100000 };
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = bolt_report_new(256 << 20);
	BOLT_CLEANUP(bolt_suppressions_freep) struct bolt_suppressions *suppressions = new_suppressions();
	static struct bolt_finding findings[MANY];
	static char names[MANY][16];

	(void) state;
	assert_non_null(report);
	for (size_t i = 0; i < MANY; i++) { /* all of one vulnerability, each of a package of its own */
		(void) snprintf(names[i], sizeof(names[i]), "n%zu", i);
		struct bolt_package *package = bolt_arena_alloc(report->arena, sizeof(*package));
		struct bolt_statement statement = { .id = "CVE-1", .package = names[i], SAYS };

		assert_non_null(package);
		*package = (struct bolt_package){ .type = "npm", .name = names[i], .version = "1" };
		findings[i] = (struct bolt_finding){ .id = "CVE-1", .package = package };
		assert_int_equal(bolt_suppressions_add(suppressions, &statement, NULL), 0);
	}
	report->findings = findings;
	report->findings_len = MANY;
	clock_t begin = clock();
	assert_int_equal(bolt_suppressions_apply(suppressions, report, TODAY), 0);
	double seconds = (double) (clock() - begin) / CLOCKS_PER_SEC;
	if (seconds > 5)
		fail_msg("%.1f s", seconds);
	for (size_t i = 0; i < MANY; i++)
		assert_non_null(findings[i].suppressed.by);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_statement_is_about_what_it_names),
		cmocka_unit_test(the_last_word_holds),
		cmocka_unit_test(what_a_finding_says_outlives_the_statements),
		cmocka_unit_test(expired_statements_are_told_and_the_rest_counted),
		cmocka_unit_test(what_is_no_statement_is_refused),
		cmocka_unit_test(dates),
		cmocka_unit_test(the_bound_on_statements_is_told),
		cmocka_unit_test(many_findings_and_statements_are_quick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
