#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "detect/priority.h"
#include "detect/reach.h"

enum { BASE, RUNTIME, APPLICATION, LAYERS };

static struct bolt_report *new_report(size_t max_bytes)
{
	static struct bolt_layer layers[LAYERS] = {
		[BASE] = { .origin = BOLT_ORIGIN_BASE },
		[RUNTIME] = { .origin = BOLT_ORIGIN_RUNTIME },
		[APPLICATION] = { .origin = BOLT_ORIGIN_APPLICATION },
	};
	struct bolt_report *report = bolt_report_new(max_bytes);

	assert_non_null(report);
	report->subject.layers = layers;
	report->subject.layers_len = LAYERS;
	return report;
}

static struct bolt_package deb(const char *name, const char *source, int layer)
{
	return (struct bolt_package){ .type = "deb", .name = name, .version = "1", .source_name = source, .layer = layer };
}

static unsigned score_of(struct bolt_finding finding, const struct bolt_package *package, struct bolt_report *report)
{
	finding.package = package;
	assert_int_equal(bolt_priority_of(&finding, report), 0);
	assert_true(finding.priority.score <= BOLT_PRIORITY_MOST);
	return finding.priority.score;
}

static bool all_said(const struct bolt_finding *finding, const char *const *want, size_t len)
{
	bool same = finding->priority.reasons.len == len;

	for (size_t i = 0; same && i < len; i++)
		same = strcmp(finding->priority.reasons.items[i], want[i]) == 0;
	for (size_t i = 0; !same && i < finding->priority.reasons.len; i++)
		print_error("said: %s\n", finding->priority.reasons.items[i]);
	return same;
}

static void the_reasons_are_told_weightiest_first(void **state)
{
	static const struct {
		struct bolt_finding finding;
		const char *name, *source;
		int layer;
		unsigned score;
		const char *want[7];
	} rows[] = {
		{ { .severity = BOLT_SEVERITY_HIGH,
		    .severity_source = "debian",
		    .cvss_tenths = 75,
		    .cvss_vector = "CVSS:3.1/...",
		    .fixed_version = "1.1.1n-0+deb11u5",
		    .status = BOLT_STATUS_FIXED,
		    .epss = { true, 94200, 99871 },
		    .kev = { true, "2023-05-11", "2023-06-01", true } },
		  "libssl1.1",
		  "openssl",
		  BASE,
		  984,
		  { "known to be exploited (CISA, due 2023-06-01; used by ransomware)",
		    "99.8 % of vulnerabilities are less likely to be exploited (EPSS 0.94)", "high severity (debian; CVSS 7.5)",
		    "a fix is there: 1.1.1n-0+deb11u5", "in reach of the network: TLS and cryptography",
		    "in the base image: rebuild on a current one" } },
		{ { .severity = BOLT_SEVERITY_LOW, .epss = { true, 5250, 93000 }, .status = BOLT_STATUS_WILL_NOT_FIX },
		  "tool",
		  NULL,
		  APPLICATION,
		  125,
		  { "93 % of vulnerabilities are less likely to be exploited (EPSS 0.05)", "low severity (its publisher)",
		    "in the application's own layers", "its publisher will not fix it" } },
		{ { .severity = BOLT_SEVERITY_CRITICAL,
		    .severity_source = "nvd",
		    .cvss_tenths = 98,
		    .cvss_vector = "CVSS:3.1/...",
		    .epss = { true, 43, 9000 },
		    .status = BOLT_STATUS_END_OF_LIFE },
		  "linux-libc-dev",
		  "linux",
		  -1,
		  104,
		  { "critical severity (nvd; CVSS 9.8)", "counts half, for it is not run: headers, documentation or build tools",
		    "exploitation is unlikely (EPSS below 0.01)", "no fix will come: the release is no longer maintained" } },
		{ { .severity = BOLT_SEVERITY_UNKNOWN, .kev = { .known = true } },
		  "tool",
		  NULL,
		  RUNTIME,
		  814,
		  { "known to be exploited (CISA)", "nobody says yet how severe it is",
		    "in a layer of the run-time: for whoever maintains that", "no fix yet" } },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = new_report(1 << 20);
		struct bolt_package package = deb(rows[i].name, rows[i].source, rows[i].layer);
		struct bolt_finding finding = rows[i].finding;
		size_t len = 0;

		finding.package = &package;
		assert_int_equal(bolt_priority_of(&finding, report), 0);
		while (len < 7 && rows[i].want[len])
			len++;
		if (!all_said(&finding, rows[i].want, len) || finding.priority.score != rows[i].score)
			fail_msg("row %zu: score %u, want %u", i, finding.priority.score, rows[i].score);
	}
}

/* Every combination of what a score depends on. */
struct combination {
	struct bolt_finding finding;
	struct bolt_package package;
	unsigned score;
};
enum { EPSS_VALUES = 6 };
static const uint32_t epss_values[EPSS_VALUES] = { 0, 50, 1000, 10000, 50000, 100000 };

static size_t all_combinations(struct combination *list, struct bolt_report *report)
{
	static const char *const names[] = { "openssl", "other", "other-dev" };
	size_t n = 0;

	for (size_t i = 0; i < _BOLT_SEVERITY_MAX * EPSS_VALUES * 3 * 2 * 2 * 3 * 2; i++) {
		size_t rest = i;
		struct combination *c = &list[n++];

		*c = (struct combination){ .finding.cvss_vector = "CVSS:3.1/..." };
		c->finding.severity = (enum bolt_severity)(rest % _BOLT_SEVERITY_MAX);
		rest /= _BOLT_SEVERITY_MAX;
		c->finding.epss = (struct bolt_epss){ epss_values[rest % EPSS_VALUES] > 0, epss_values[rest % EPSS_VALUES], 0 };
		rest /= EPSS_VALUES;
		c->package = deb(names[rest % 3], NULL, APPLICATION);
		rest /= 3;
		c->finding.fixed_version = rest % 2 ? "2" : NULL;
		rest /= 2;
		c->finding.cvss_tenths = rest % 2 ? 100 : 0;
		rest /= 2;
		c->finding.kev = (struct bolt_kev){ .known = rest % 3 > 0, .ransomware = rest % 3 > 1 };
		rest /= 3;
		c->package.layer = rest % 2 ? BASE : APPLICATION;
		c->score = score_of(c->finding, &c->package, report);
	}
	return n;
}

static bool is_little(const struct bolt_finding *finding)
{
	return finding->severity == BOLT_SEVERITY_LOW || finding->severity == BOLT_SEVERITY_NEGLIGIBLE;
}

static void orders_that_always_hold(void **state)
{
	static struct combination list[_BOLT_SEVERITY_MAX * EPSS_VALUES * 72];
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = new_report(64 << 20);
	size_t n = all_combinations(list, report);
	unsigned least_exploited = 1000, most_other = 0, most_little = 0, least_medium = 1000, most_severe = 0, least_likely = 1000;

	(void) state;
	for (size_t i = 0; i < n; i++) {
		const struct bolt_finding *finding = &list[i].finding;
		bool run = strcmp(list[i].package.name, "other-dev") != 0;
		unsigned score = list[i].score;

		if (finding->kev.known) {
			least_exploited = score < least_exploited ? score : least_exploited;
			continue;
		}
		most_other = score > most_other ? score : most_other;
		if (!finding->epss.known && is_little(finding))
			most_little = score > most_little ? score : most_little;
		if (!finding->epss.known && run && finding->severity >= BOLT_SEVERITY_MEDIUM)
			least_medium = score < least_medium ? score : least_medium;
		if (!finding->epss.known)
			most_severe = score > most_severe ? score : most_severe;
		if (finding->epss.score == 100000 && run)
			least_likely = score < least_likely ? score : least_likely;
	}
	assert_true(least_exploited >= BOLT_PRIORITY_EXPLOITED);
	assert_true(most_other < BOLT_PRIORITY_EXPLOITED);
	assert_true(most_little < least_medium); /* low and negligible ones without EPSS are at the bottom */
	assert_true(least_likely > most_severe); /* what is as good as sure to be exploited is above any severity */
}

static void what_changes_one_thing_changes_the_order(void **state)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = new_report(1 << 20);
	struct bolt_package openssl = deb("libssl3", "openssl", BASE), other = deb("other", "other", BASE),
			    own = deb("other", "other", APPLICATION);
	struct bolt_finding medium = { .severity = BOLT_SEVERITY_MEDIUM }, fixed = medium, likely = medium, high = medium,
			    worse = medium;
	unsigned plain = score_of(medium, &other, report);

	(void) state;
	fixed.fixed_version = "2";
	likely.epss = (struct bolt_epss){ true, 100, 30000 };
	high.severity = BOLT_SEVERITY_HIGH;
	worse.cvss_vector = "...";
	worse.cvss_tenths = 69;
	assert_true(score_of(fixed, &other, report) > plain);
	assert_true(score_of(likely, &other, report) > plain);
	assert_true(score_of(high, &other, report) > plain);
	assert_true(score_of(worse, &other, report) > plain);
	assert_true(score_of(medium, &openssl, report) > plain);
	assert_true(score_of(medium, &own, report) > plain);
	assert_int_equal(score_of(medium, &other, report), plain);
}

static void numbers_beyond_their_scale_do_no_harm(void **state)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = new_report(1 << 20);
	struct bolt_package package = deb("openssl", NULL, 77);
	struct bolt_finding finding = { .severity = BOLT_SEVERITY_CRITICAL,
					.cvss_vector = "...",
					.cvss_tenths = UINT32_MAX,
					.fixed_version = "2",
					.epss = { true, UINT32_MAX, UINT32_MAX } };

	(void) state;
	assert_true(score_of(finding, &package, report) < BOLT_PRIORITY_EXPLOITED);
	finding.kev = (struct bolt_kev){ .known = true, .ransomware = true };
	package.layer = APPLICATION;
	assert_int_equal(score_of(finding, &package, report), BOLT_PRIORITY_MOST);
}

static void a_full_arena_is_told_and_leaves_the_finding(void **state)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = new_report(16);
	struct bolt_package package = deb("openssl", NULL, BASE);
	struct bolt_finding finding = { .severity = BOLT_SEVERITY_LOW, .package = &package, .priority.score = 7 };

	(void) state;
	assert_int_equal(bolt_priority_of(&finding, report), -ENOMEM);
	assert_int_equal(finding.priority.score, 7);
}

static void packages_are_known_by_their_source_and_without_its_version(void **state)
{
	static const struct {
		const char *type, *name, *source;
		enum bolt_reach reach;
	} rows[] = {
		{ "deb", "libssl1.1", "openssl", BOLT_REACH_TLS },
		{ "deb", "libgnutls30", "gnutls28", BOLT_REACH_TLS },
		{ "deb", "libpython3.11-stdlib", "python3.11", BOLT_REACH_RUNTIME },
		{ "deb", "openjdk-17-jre-headless", "openjdk-17", BOLT_REACH_RUNTIME },
		{ "apk", "nginx", "nginx", BOLT_REACH_SERVER },
		{ "rpm", "libxml2", NULL, BOLT_REACH_PARSER },
		{ "deb", "libcurl4", "curl", BOLT_REACH_HTTP },
		{ "deb", "libcurl4-openssl-dev", "curl", BOLT_REACH_NOT_RUN },
		{ "rpm", "kernel-headers", "kernel", BOLT_REACH_NOT_RUN },
		{ "deb", "g++-12", "gcc-12", BOLT_REACH_NOT_RUN },
		{ "deb", "tzdata", "tzdata", BOLT_REACH_UNKNOWN },
		{ "npm", "express", NULL, BOLT_REACH_SERVER },
		{ "npm", "openssl", NULL, BOLT_REACH_UNKNOWN },
		{ "npm", "web-dev", NULL, BOLT_REACH_UNKNOWN },
		{ "golang", "stdlib", NULL, BOLT_REACH_RUNTIME },
		{ "maven", "org.apache.logging.log4j:log4j-core", NULL, BOLT_REACH_PARSER },
		{ "deb", "", NULL, BOLT_REACH_UNKNOWN },
		{ "deb", "3.14", NULL, BOLT_REACH_UNKNOWN },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_package package = { .type = rows[i].type, .name = rows[i].name, .source_name = rows[i].source };

		if (bolt_reach_of(&package) != rows[i].reach)
			fail_msg("%s %s: %d", rows[i].type, rows[i].name, bolt_reach_of(&package));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_reasons_are_told_weightiest_first),
		cmocka_unit_test(orders_that_always_hold),
		cmocka_unit_test(what_changes_one_thing_changes_the_order),
		cmocka_unit_test(numbers_beyond_their_scale_do_no_harm),
		cmocka_unit_test(a_full_arena_is_told_and_leaves_the_finding),
		cmocka_unit_test(packages_are_known_by_their_source_and_without_its_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
