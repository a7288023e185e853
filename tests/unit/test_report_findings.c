/* What the formats say of findings. */
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
#include "report/cyclonedx_vulnerabilities.h"
#include "report/finding_groups.h"
#include "report/format.h"
#include "report/markup.h"

static struct bolt_out out;
static struct bolt_report *report;

static int setup(void **state)
{
	(void) state;
	report = sample_report();
	return report ? 0 : -1;
}

static int teardown(void **state)
{
	(void) state;
	bolt_report_free(report);
	return 0;
}

static char *finished(int fd)
{
	assert_int_equal(bolt_out_flush(&out), 0);
	off_t n = lseek(fd, 0, SEEK_END);
	char *text = malloc((size_t) n + 1);

	assert_non_null(text);
	assert_int_equal(pread(fd, text, (size_t) n, 0), n);
	text[n] = '\0';
	close(fd);
	return text;
}

static char *styled(const struct bolt_report *of, const char *format, unsigned columns, bool color)
{
	const struct bolt_report_style style = {
		.columns = columns, .color = color, .tool_version = "0.1.0", .created_unix = 1700000000
	};
	int fd = memfd_create("document", MFD_CLOEXEC);

	bolt_out_init(&out, fd);
	assert_int_equal(bolt_report_format_named(format)->write(of, &style, &out), 0);
	return finished(fd);
}

static char *written(const char *format)
{
	return styled(report, format, 0, false);
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

/* The first item of a list the member `key` of which is `value`. */
static const json_t *item_with(const json_t *list, const char *key, const char *value)
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

static const json_t *at(const json_t *value, const char *path)
{
	char copy[128], *save = NULL;

	(void) snprintf(copy, sizeof(copy), "%s", path);
	for (char *part = strtok_r(copy, "/", &save); part; part = strtok_r(NULL, "/", &save))
		value = json_is_array(value) ? json_array_get(value, strtoul(part, NULL, 10)) : json_object_get(value, part);
	return value;
}

static const char *text_at(const json_t *value, const char *path)
{
	const char *text = json_string_value(at(value, path));

	return text ? text : "(none)";
}

static struct bolt_finding *finding_named(const char *id)
{
	for (size_t i = 0; i < report->findings_len; i++) {
		if (strcmp(report->findings[i].id, id) == 0)
			return &report->findings[i];
	}
	fail_msg("no finding %s", id);
	return NULL;
}

static void json_has_all_of_a_finding(void **state)
{
	static const struct {
		const char *path, *want;
	} rows[] = {
		{ "id", "CVE-2021-44228" },
		{ "kind", "vulnerability" },
		{ "severity", "critical" },
		{ "severity_source", "ghsa" },
		{ "cvss/vector", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H" },
		{ "title", "Remote code injection in Log4j" },
		{ "package", "pkg:maven/org.apache.logging.log4j/log4j-core@2.17.1" },
		{ "package_name", "org.apache.logging.log4j:log4j-core" },
		{ "installed_version", "2.17.1" },
		{ "fixed_version", "2.17.2" },
		{ "status", "fixed" },
		{ "locations/0", "app/app.jar!/BOOT-INF/lib/log4j-core-2.17.1.jar" },
		{ "aliases/0", "GHSA-jfh8-c2jp-5v3q" },
		{ "cwes/2", "CWE-502" },
		{ "references/0", "https://logging.apache.org/security.html" },
		{ "evidence/0/advisory", "GHSA-jfh8-c2jp-5v3q" },
		{ "evidence/0/part", "osv/Maven" },
		{ "evidence/0/url", "https://github.com/advisories/GHSA-jfh8-c2jp-5v3q" },
		{ "evidence/1/url", "(none)" },
		{ "published", "2021-12-10T00:40:56Z" },
		{ "kev/due", "2021-12-24" },
		{ "priority/reasons/2", "a fix is there" },
	};
	json_t *json = document("json");
	const json_t *finding = item_with(json_object_get(json, "findings"), "id", "CVE-2021-44228");

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++)
		assert_string_equal(text_at(finding, rows[i].path), rows[i].want);
	assert_int_equal(json_integer_value(at(finding, "layer")), 2);
	assert_int_equal(json_integer_value(at(finding, "priority/score")), 990);
	assert_true(json_is_true(at(finding, "kev/ransomware")));
	assert_true(json_real_value(at(finding, "cvss/score")) == 10.0);
	assert_true(json_real_value(at(finding, "epss/score")) == 0.94358);
	const json_t *ignored = item_with(json_object_get(json, "findings"), "id", "CVE-2018-20796");
	assert_string_equal(text_at(ignored, "suppressed_by/by"), "ignore-file");
	assert_string_equal(text_at(ignored, "suppressed_by/expires"), "2027-01-31");
	assert_null(at(ignored, "kev"));
	json_decref(json);
}

static void json_tells_that_nobody_looked_from_nothing_found(void **state)
{
	struct bolt_report *rich = report;

	(void) state;
	report = sample_report_of_packages();
	json_t *json = document("json");
	assert_true(json_is_false(at(json, "advisories/used")));
	assert_null(at(json, "advisories/feeds"));
	json_decref(json);

	report->advisories.used = true;
	json = document("json");
	assert_true(json_is_true(at(json, "advisories/used")));
	assert_int_equal(json_array_size(at(json, "findings")), 0);
	json_decref(json);
	char *table = written("table");
	assert_non_null(strstr(table, "none known, but see below")); /* no feed was asked */
	assert_null(strstr(table, "bash"));
	free(table);
	bolt_report_free(report);
	report = rich;

	json = document("json");
	assert_string_equal(text_at(json, "actions/0/kind"), "bump-dependency");
	assert_string_equal(text_at(json, "actions/2/packages/0"), "bash");
	assert_string_equal(text_at(json, "advisories/feeds/1/part"), "kev");
	assert_true(json_is_true(at(json, "advisories/feeds/1/stale")));
	assert_string_equal(text_at(json, "advisories/built"), "2023-11-14T21:56:40Z");
	json_decref(json);
}

static void sarif_has_a_rule_a_vulnerability_and_a_result_a_finding(void **state)
{
	json_t *sarif = document("sarif");
	const json_t *rules = at(sarif, "runs/0/tool/driver/rules"), *results = at(sarif, "runs/0/results");
	size_t i;
	json_t *result;

	(void) state;
	assert_int_equal(json_array_size(results), report->findings_len);
	json_array_foreach(results, i, result)
	{
		size_t index = (size_t) json_integer_value(json_object_get(result, "ruleIndex"));

		assert_string_equal(bolt_json_text(json_array_get(rules, index), "id"), bolt_json_text(result, "ruleId"));
	}
	const json_t *rule = item_with(rules, "id", "CVE-2021-44228");
	assert_string_equal(text_at(rule, "properties/security-severity"), "10.0");
	assert_string_equal(text_at(rule, "helpUri"), "https://github.com/advisories/GHSA-jfh8-c2jp-5v3q");
	/* 5.0-ish vectors must not make a "high" of the distribution look medium. */
	assert_string_equal(text_at(item_with(rules, "id", "GHSA-67hx-6x53-jw92"), "properties/security-severity"), "2.5");
	assert_string_equal(text_at(item_with(rules, "id", "CVE-2024-9999"), "properties/security-severity"), "(none)");
	result = json_incref((json_t *) (uintptr_t) item_with(results, "ruleId", "CVE-2021-44228"));
	assert_string_equal(text_at(result, "level"), "error");
	assert_string_equal(text_at(result, "locations/0/physicalLocation/artifactLocation/uri"),
			    "app/app.jar%21/BOOT-INF/lib/log4j-core-2.17.1.jar");
	assert_string_equal(text_at(result, "locations/0/logicalLocations/0/fullyQualifiedName"),
			    "pkg:maven/org.apache.logging.log4j/log4j-core@2.17.1");
	assert_int_equal(json_array_size(at(result, "suppressions")), 0);
	json_decref(result);
	const json_t *suppressed = item_with(results, "ruleId", "CVE-2022-0563");
	assert_string_equal(text_at(suppressed, "suppressions/0/status"), "accepted");
	assert_string_equal(text_at(suppressed, "suppressions/0/justification"), "no setuid here");
	json_decref(sarif);
}

static void sarif_fingerprints_outlive_a_version(void **state)
{
	struct bolt_finding *finding = finding_named("CVE-2022-3715");
	struct bolt_package newer = *finding->package;
	const struct bolt_package *kept = finding->package;
	json_t *before = document("sarif");

	(void) state;
	newer.version = "5.2.15-2+b3";
	newer.purl = "pkg:deb/debian/bash@5.2.15-2%2Bb3";
	finding->package = &newer;
	json_t *after = document("sarif");
	finding->package = kept;
	const json_t *a = at(item_with(at(before, "runs/0/results"), "ruleId", "CVE-2022-3715"), "partialFingerprints");
	const json_t *b = at(item_with(at(after, "runs/0/results"), "ruleId", "CVE-2022-3715"), "partialFingerprints");
	const json_t *other = at(item_with(at(after, "runs/0/results"), "ruleId", "CVE-2018-20796"), "partialFingerprints");
	assert_int_equal(json_object_size(a), 2);
	assert_true(json_equal(a, b));
	assert_false(json_equal(a, other));
	json_decref(before);
	json_decref(after);
}

static void cyclonedx_says_what_was_suppressed_and_how(void **state)
{
	static const struct {
		const char *id, *path, *want;
	} rows[] = {
		{ "CVE-2022-0563", "analysis/state", "not_affected" },
		{ "CVE-2022-0563", "analysis/justification", "code_not_reachable" },
		{ "CVE-2022-0563", "analysis/detail", "no setuid here" },
		{ "CVE-2018-20796", "analysis/state", "exploitable" }, /* ignored is not denied */
		{ "CVE-2018-20796", "analysis/response/0", "will_not_fix" },
		{ "CVE-2024-9999", "analysis/state", "in_triage" },
		{ "CVE-2021-44228", "analysis/state", "(none)" },
		{ "CVE-2021-44228", "ratings/0/method", "CVSSv31" },
		{ "CVE-2023-45853", "ratings/0/method", "CVSSv3" },
		{ "CVE-2022-3715", "ratings/0/method", "CVSSv4" },
		{ "CVE-2023-39333", "ratings/0/method", "CVSSv2" },
		{ "CVE-2019-0001", "ratings/0/severity", "info" },
		{ "CVE-2021-44228", "affects/0/ref", "pkg:maven/org.apache.logging.log4j/log4j-core@2.17.1" },
		{ "CVE-2024-9999", "published", "(none)" }, /* "yesterday" is no date */
	};
	static const char *const formats[] = { "cyclonedx-1.6", "cyclonedx-1.7" };

	(void) state;
	for (size_t f = 0; f < BOLT_ARRAY_LEN(formats); f++) {
		json_t *bom = document(formats[f]);

		for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
			const json_t *finding = item_with(at(bom, "vulnerabilities"), "id", rows[i].id);

			assert_string_equal(text_at(finding, rows[i].path), rows[i].want);
		}
		assert_int_equal(json_integer_value(at(item_with(at(bom, "vulnerabilities"), "id", "CVE-2021-44228"), "cwes/1")),
				 400);
		json_decref(bom);
	}
}

static void cyclonedx_refers_to_the_component_that_is_meant(void **state)
{
	struct bolt_finding *finding = finding_named("CVE-2019-0001");
	const struct bolt_package *kept = finding->package;

	(void) state;
	finding->package = kept + 1; /* the same left-pad in another place */
	assert_string_equal(finding->package->name, "left-pad");
	json_t *bom = document("cyclonedx");
	const char *ref = text_at(item_with(at(bom, "vulnerabilities"), "id", "CVE-2019-0001"), "affects/0/ref");
	assert_string_equal(ref, "pkg:npm/left-pad@1.3.0|2");
	(void) item_with(at(bom, "components"), "bom-ref", ref);
	json_decref(bom);
	finding->package = kept;
}

static void openvex_states_what_is_known(void **state)
{
	static const struct {
		const char *id, *path, *want;
	} rows[] = {
		{ "CVE-2021-44228", "status", "affected" },
		{ "CVE-2021-44228", "action_statement", "Update org.apache.logging.log4j:log4j-core to 2.17.2." },
		{ "CVE-2023-45853", "action_statement", "No fixed version of zlib1g (will not fix)." },
		{ "CVE-2024-9999", "status", "under_investigation" },
		{ "CVE-2022-0563", "status", "not_affected" },
		{ "CVE-2022-0563", "justification", "vulnerable_code_not_in_execute_path" },
		{ "CVE-2022-0563", "impact_statement", "(none)" },
		{ "CVE-2018-20796", "status", "affected" }, /* ignored is not denied */
		{ "CVE-2021-44228", "products/0/@id", "pkg:maven/org.apache.logging.log4j/log4j-core@2.17.1" },
	};
	json_t *vex = document("openvex");

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		json_t *item;
		size_t k;
		bool found = false;

		json_array_foreach(at(vex, "statements"), k, item)
		{
			if (strcmp(text_at(item, "vulnerability/name"), rows[i].id) != 0)
				continue;
			assert_string_equal(text_at(item, rows[i].path), rows[i].want);
			found = true;
		}
		assert_true(found);
	}
	char *id = strdup(text_at(vex, "@id"));
	json_decref(vex);
	finding_named("CVE-2024-9999")->status = BOLT_STATUS_AFFECTED;
	vex = document("openvex");
	assert_string_not_equal(text_at(vex, "@id"), id); /* other content, other name */
	finding_named("CVE-2024-9999")->status = BOLT_STATUS_UNDER_INVESTIGATION;
	free(id);
	json_decref(vex);
}

static void openvex_says_a_thing_once(void **state)
{
	struct bolt_finding *twin = finding_named("CVE-2024-9999"), kept = *twin;

	(void) state;
	twin->id = "CVE-2019-0001";
	twin->package = finding_named("CVE-2019-0001")->package + 1; /* the same package in another place */
	json_t *vex = document("openvex");
	assert_int_equal(json_array_size(at(vex, "statements")), report->findings_len - 1);
	json_decref(vex);
	*twin = kept;
}

static void gitlab_has_what_it_requires(void **state)
{
	static const struct {
		const char *name, *want;
	} images[] = {
		{ "shop/web:1.4", "shop/web:1.4" },
		{ "shop/web", "shop/web:latest" },
		{ "registry:5000/a/b:c", "registry:5000/a/b:c" },
		{ "registry:5000/a", "registry:5000/a:latest" },
		{ ":x", "_x:latest" },
		{ "a:b:c", "a_b:c" },
		{ "a:b/c:d", "a_b/c:d" },
		{ "images/web.tar", "images/web.tar:latest" },
		{ "", "unknown:latest" },
		{ NULL, "unknown:latest" },
	};
	json_t *gitlab = document("gitlab");

	(void) state;
	/* Suppressed findings have no place in it. */
	assert_int_equal(json_array_size(at(gitlab, "vulnerabilities")), report->findings_len - 2);
	assert_string_equal(text_at(gitlab, "vulnerabilities/0/identifiers/0/type"), "cve");
	assert_string_equal(text_at(gitlab, "vulnerabilities/0/severity"), "Critical");
	assert_string_equal(text_at(gitlab, "vulnerabilities/0/solution"),
			    "Update org.apache.logging.log4j:log4j-core from 2.17.1 to 2.17.2");
	assert_string_equal(text_at(gitlab, "vulnerabilities/0/location/operating_system"), "debian 12");
	assert_string_equal(text_at(gitlab, "scan/end_time"), "2023-11-14T22:13:20");
	assert_string_equal(text_at(gitlab, "scan/messages/0/value"), "1 of 3 feeds is out of date");
	json_decref(gitlab);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(images); i++) {
		report->subject.name = images[i].name;
		gitlab = document("gitlab");
		assert_string_equal(text_at(gitlab, "vulnerabilities/0/location/image"), images[i].want);
		json_decref(gitlab);
	}
	report->subject.name = "shop/web:1.4";
}

static void gitlab_texts_are_cut_between_characters(void **state)
{
	struct bolt_finding *finding = finding_named("CVE-2021-44228");
	const char *kept = finding->title;
	char long_title[600];

	(void) state;
	for (size_t i = 0; i + 2 < sizeof(long_title); i += 2)
		memcpy(long_title + i, "\xc3\xa4", 2);
	long_title[sizeof(long_title) - 2] = '\0';
	finding->title = long_title;
	json_t *gitlab = document("gitlab");
	const char *name = text_at(gitlab, "vulnerabilities/0/name");
	assert_true(strlen(name) <= 255);
	assert_true(bolt_ends_with(name, "\xc3\xa4..."));
	assert_null(strstr(name, "\xef\xbf\xbd"));
	json_decref(gitlab);
	finding->title = kept;
}

static size_t count_of(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
		n++;
	return n;
}

static void junit_counts_what_it_holds(void **state)
{
	char *xml = written("junit");

	(void) state;
	assert_non_null(strstr(xml, "<testsuites name=\"shop/web:1.4\" tests=\"14\" failures=\"8\" errors=\"0\">"));
	assert_int_equal(count_of(xml, "<testcase "), 14);
	assert_int_equal(count_of(xml, "<failure "), 8);
	assert_int_equal(count_of(xml, "<skipped "), 4); /* two suppressed, two warnings */
	assert_non_null(strstr(xml, "name=\"1 package without a known vulnerability\"/>"));
	free(xml);

	struct bolt_report *packages = sample_report_of_packages();
	xml = styled(packages, "junit", 0, false);
	assert_non_null(strstr(xml, "<skipped message=\"nobody looked for vulnerabilities\"/>"));
	free(xml);
	bolt_report_free(packages);
}

/* What an attacker wrote into an advisory or a package's name is text in every format. */
static void hostile_texts_stay_texts(void **state)
{
	static const struct {
		const char *format, *never;
	} rows[] = {
		{ "html", "<script>alert" },
		{ "html", "<img " },
		{ "html", "href=\"javascript:" },
		{ "html", "href=\"https://evil.example/&quot;" },
		{ "html", "<name>" },
		{ "html", "style=" }, /* the policy would refuse it */
		{ "html", "onerror=\"" },
		{ "junit", "<script" },
		{ "junit", "]]>" },
		{ "junit", "<name>" },
		{ "markdown", "<script" },
		{ "markdown", "<img" },
		{ "markdown", "](javascript" },
		{ "markdown", "](<javascript" },
		{ "markdown", "@everyone" },
		{ "markdown", "**bold**" },
		{ "markdown", "`x`" },
		{ "table", "\x1b" },
	};
	static const char *const marked[] = { "html", "junit", "markdown", "table" };

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		char *text = written(rows[i].format);

		if (strstr(text, rows[i].never))
			fail_msg("%s has %s", rows[i].format, rows[i].never);
		free(text);
	}
	for (size_t i = 0; i < BOLT_ARRAY_LEN(marked); i++) {
		char *text = written(marked[i]);

		assert_true(bolt_utf8_valid(text, strlen(text)));
		assert_null(strstr(text, "\xe2\x80\xae")); /* right-to-left override */
		for (const char *p = text; *p; p++)
			assert_true((unsigned char) *p >= 0x20 || *p == '\n');
		free(text);
	}
}

static void html_needs_nothing_else(void **state)
{
	char *html = written("html");

	(void) state;
	assert_non_null(strstr(html, "default-src 'none'; style-src 'sha256-"));
	assert_int_equal(count_of(html, "<script>"), 1);
	assert_int_equal(count_of(html, "<style>"), 1);
	assert_null(strstr(html, "<link"));
	assert_null(strstr(html, "@import"));
	assert_null(strstr(html, "url("));
	assert_int_equal(count_of(html, "class=\"finding\""), 8);
	assert_non_null(strstr(html, "Remote code injection in Log4j"));
	assert_non_null(strstr(html, "vulnerable_code_not_in_execute_path"));
	assert_non_null(strstr(html, "1 of 3 feeds is out of date"));
	free(html);
}

static void a_markdown_comment_fits_its_host(void **state)
{
	struct bolt_report *many = sample_report_of_many(400, 10);
	char *text = styled(many, "markdown", 0, false);

	(void) state;
	assert_true(strlen(text) < 65536);
	assert_non_null(strstr(text, "1900 more are not shown here"));
	assert_int_equal(count_of(text, "<details>"), count_of(text, "</details>"));
	free(text);
	bolt_report_free(many);
}

/* Every line of a text, and how wide the widest is. */
static size_t lines_of(char *text, size_t *ret_widest)
{
	size_t n = 0;

	*ret_widest = 0;
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), n++) {
		size_t columns = bolt_text_columns(line);

		*ret_widest = columns > *ret_widest ? columns : *ret_widest;
	}
	return n;
}

static void hundreds_of_findings_stay_readable(void **state)
{
	struct bolt_report *many = sample_report_of_many(200, 8);
	size_t widest;

	(void) state;
	for (unsigned columns = 60; columns <= 160; columns += 20) {
		char *text = styled(many, "table", columns, false);

		/* Nothing is left out in silence. */
		assert_non_null(strstr(text, "and 70 more packages with 560; everything: --format html or json"));
		assert_true(lines_of(text, &widest) < 100);
		if (columns >= 80)
			assert_true(widest <= columns);
		free(text);
	}
	char *pipe = styled(many, "table", 0, false);
	assert_int_equal(count_of(pipe, "CVE-"), 800); /* one for each vulnerability of a source package */
	assert_null(strstr(pipe, "…"));
	free(pipe);
	bolt_report_free(many);
}

static void the_table_ends_with_what_to_do(void **state)
{
	char *text = written("table");
	const char *warnings = strstr(text, "\nWarnings\n"), *actions = strstr(text, "\nDo first\n");

	(void) state;
	assert_non_null(strstr(text, "  2 critical · 2 high · 1 medium · 1 low · 1 negligible · 1 unknown\n"
				     "  8 findings · 2 known to be exploited · 4 fixable · 2 suppressed\n"));
	assert_true(warnings && actions && warnings < actions);
	assert_non_null(
		strstr(actions, "  1. update org.apache.logging.log4j:log4j-core to 2.17.2: removes 1 finding, exploited\n"));
	assert_non_null(strstr(actions, "Advisories of 2023-11-14 (less than a day old) · 3 feeds asked, 80547 advisories\n"
					"  ! kev is stale (115 days old): run boltseal db update\n"));
	assert_null(strstr(text, "Zope.Interface")); /* packages are counted, not listed */
	free(text);

	text = styled(report, "table", 80, true);
	assert_non_null(strstr(text, "\x1b[1;31m2 critical"));
	assert_null(strstr(text, "\x1b[31m\n"));
	free(text);
}

static void groups_are_what_one_update_fixes(void **state)
{
	struct bolt_report *many = sample_report_of_many(10, 3);
	struct bolt_finding_groups groups;

	(void) state;
	assert_int_equal(bolt_finding_groups_make(many, &groups), 0);
	assert_int_equal(groups.len, 5);
	for (size_t i = 0; i < groups.len; i++) {
		const struct bolt_finding_group *group = &groups.items[i];

		assert_int_equal(group->all_len, 6);
		assert_int_equal(group->rows_len, 3);
		for (size_t k = 0; k < group->rows_len; k++) {
			assert_int_equal(group->rows[k].in_len, 2); /* both packages of the source */
			assert_string_equal(group->rows[k].in[1]->id, group->rows[k].finding->id);
		}
		if (i > 0)
			assert_true(group->rows[0].finding->priority.score <= groups.items[i - 1].rows[0].finding->priority.score);
		for (size_t k = 1; k < group->rows_len; k++)
			assert_true(group->rows[k].finding->priority.score <= group->rows[k - 1].finding->priority.score);
	}
	bolt_finding_groups_done(&groups);
	bolt_report_free(many);
}

static void web_urls_are_told_from_others(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{ "https://example.org/a?b=c#d%20e", true },
		{ "http://1.example/", true },
		{ "HTTPS://example.org", false },
		{ "https://", false },
		{ "https:///x", false },
		{ "https://[::1]/", false },
		{ "javascript:alert(1)", false },
		{ "https://a/\"onclick=", false },
		{ "https://a/ b", false },
		{ "https://a/%zz", false },
		{ "https://a/%2", false },
		{ "https://a/\xc3\xa4", false },
		{ "https://a/<", false },
		{ "https://a/|", false },
		{ "//a", false },
		{ "", false },
		{ NULL, false },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (bolt_is_web_url(rows[i].text) != rows[i].want)
			fail_msg("%s", rows[i].text);
	}
}

static void timestamps_are_told_from_others(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{ "2023-10-14T02:15:09Z", true },
		{ "2023-10-14T02:15:09.323Z", true },
		{ "2023-10-14T02:15:09+02:00", true },
		{ "2023-10-14T02:15:09", false },
		{ "2023-13-14T02:15:09Z", false },
		{ "2023-10-32T02:15:09Z", false },
		{ "2023-10-14T24:15:09Z", false },
		{ "2023-10-14T02:15:09.Z", false },
		{ "2023-10-14T02:15:09Zx", false },
		{ "2023-10-14", false },
		{ "yesterday", false },
		{ "", false },
		{ NULL, false },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (bolt_is_timestamp(rows[i].text) != rows[i].want)
			fail_msg("%s", rows[i].text);
	}
}

static void markup_is_escaped(void **state)
{
	static const struct {
		const char *text, *xml, *attribute, *markdown;
	} rows[] = {
		{ "a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c&#39;", "a&lt;b&gt;&amp;&quot;c&#39;", "a&#60;b&#62;&#38;&#34;c&#39;" },
		{ "1\n2\t3\r", "1\n2 3 ", "1 2 3 ", "1 2 3 " },
		{ "\x01\x7f\xff", "???", "???", "&#63;&#63;&#63;" },
		{ "\xef\xbf\xbe\xef\xb7\x90\xf0\x9f\xbf\xbf", "???", "???", NULL },
		{ "\xe2\x80\xae\xef\xbb\xbf", "??", "??", "&#63;&#63;" },
		{ "\xc3\xa4\xe4\xb8\xad\xf0\x9f\x94\x92", "\xc3\xa4\xe4\xb8\xad\xf0\x9f\x94\x92", NULL,
		  "\xc3\xa4\xe4\xb8\xad\xf0\x9f\x94\x92" },
		{ "a@b #1 @ # www.x v1.2", NULL, NULL, "a<code>&#64;</code>b <code>&#35;</code>1 &#64; &#35; www&#46;x v1.2" },
		{ "", "", "", "" },
		{ NULL, "", "", "" },
	};
	void (*const puts[])(struct bolt_out *, const char *) = { bolt_put_xml, bolt_put_xml_attribute };

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		const char *const wants[] = { rows[i].xml, rows[i].attribute, rows[i].markdown };

		for (size_t k = 0; k < BOLT_ARRAY_LEN(wants); k++) {
			int fd = memfd_create("text", MFD_CLOEXEC);

			bolt_out_init(&out, fd);
			if (k < BOLT_ARRAY_LEN(puts))
				puts[k](&out, rows[i].text);
			else
				bolt_put_markdown(&out, rows[i].text, 0);
			char *have = finished(fd);
			if (wants[k])
				assert_string_equal(have, wants[k]);
			free(have);
		}
	}
}

static void every_format_is_the_same_twice(void **state)
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_has_all_of_a_finding),
		cmocka_unit_test(json_tells_that_nobody_looked_from_nothing_found),
		cmocka_unit_test(sarif_has_a_rule_a_vulnerability_and_a_result_a_finding),
		cmocka_unit_test(sarif_fingerprints_outlive_a_version),
		cmocka_unit_test(cyclonedx_says_what_was_suppressed_and_how),
		cmocka_unit_test(cyclonedx_refers_to_the_component_that_is_meant),
		cmocka_unit_test(openvex_states_what_is_known),
		cmocka_unit_test(openvex_says_a_thing_once),
		cmocka_unit_test(gitlab_has_what_it_requires),
		cmocka_unit_test(gitlab_texts_are_cut_between_characters),
		cmocka_unit_test(junit_counts_what_it_holds),
		cmocka_unit_test(hostile_texts_stay_texts),
		cmocka_unit_test(html_needs_nothing_else),
		cmocka_unit_test(a_markdown_comment_fits_its_host),
		cmocka_unit_test(hundreds_of_findings_stay_readable),
		cmocka_unit_test(the_table_ends_with_what_to_do),
		cmocka_unit_test(groups_are_what_one_update_fixes),
		cmocka_unit_test(web_urls_are_told_from_others),
		cmocka_unit_test(timestamps_are_told_from_others),
		cmocka_unit_test(markup_is_escaped),
		cmocka_unit_test(every_format_is_the_same_twice),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
