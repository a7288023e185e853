#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "detect/actions.h"

enum { BASE, RUNTIME, APPLICATION, LAYERS, NO_LAYER = -1 };

static struct bolt_layer layers[LAYERS] = {
	[BASE] = { .origin = BOLT_ORIGIN_BASE },
	[RUNTIME] = { .origin = BOLT_ORIGIN_RUNTIME },
	[APPLICATION] = { .origin = BOLT_ORIGIN_APPLICATION },
};

/* A finding of a package; many rows may name the same one. */
struct row {
	const char *type, *name;
	int layer;
	unsigned score;
	const char *fixed;
	bool exploited, suppressed;
};

enum { ROWS_MOST = 12 };

static struct bolt_report *report_of(const char *os_id, const char *os_version, const struct row *rows, size_t len)
{
	struct bolt_report *report = bolt_report_new(256 << 20);

	assert_non_null(report);
	report->os = (struct bolt_os){ .id = os_id, .version_id = os_version };
	report->subject.layers = layers;
	report->subject.layers_len = LAYERS;
	report->packages = bolt_arena_alloc(report->arena, len * sizeof(*report->packages) + 1);
	report->findings = bolt_arena_alloc(report->arena, len * sizeof(*report->findings) + 1);
	assert_true(report->packages && report->findings);
	for (size_t i = 0; i < len; i++) {
		report->packages[i] = (struct bolt_package){
			.type = rows[i].type, .name = rows[i].name, .version = "0.1", .layer = rows[i].layer
		};
		report->findings[i] = (struct bolt_finding){ .id = "CVE-2024-1",
							     .package = &report->packages[i],
							     .fixed_version = rows[i].fixed,
							     .priority.score = rows[i].score,
							     .kev.known = rows[i].exploited,
							     .suppressed.by = rows[i].suppressed ? "openvex" : NULL };
	}
	report->packages_len = report->findings_len = len;
	return report;
}

static const struct {
	const char *os_id, *os_version;
	struct row rows[ROWS_MOST];
	const char *want[BOLT_ACTIONS_MOST];
} reports[] = {
	{ "debian", "11", { { 0 } }, { NULL } },
	/* nothing to do about what has no fix or does not count */
	{ "debian",
	  "11",
	  { { "deb", "a", BASE, 900, NULL, true, false }, { "npm", "b", APPLICATION, 900, "2", false, true } },
	  { NULL } },
	/* one of each kind, by the sum of what they remove */
	{ "debian",
	  "11",
	  { { "deb", "libssl1.1", BASE, 900, "1.1.1n-0+deb11u5", true, false },
	    { "deb", "zlib1g", BASE, 300, "1:1.2.11.dfsg-2+deb11u2", false, false },
	    { "deb", "curl", APPLICATION, 200, "7.74.0-1.3+deb11u9", false, false },
	    { "deb", "git", RUNTIME, 250, "1:2.30.2-1+deb11u2", false, false },
	    { "deb", "wget", RUNTIME, 150, "1.21-1+deb11u1", false, false },
	    { "npm", "lodash", APPLICATION, 400, "4.17.9", false, false },
	    { "npm", "lodash", APPLICATION, 300, "4.17.21", true, false },
	    { "npm", "lodash", APPLICATION, 1, "4.17.5", true, false } },
	  { "rebuild on a current debian:11: removes 2 findings, 1 of them exploited",
	    "update lodash to 4.17.21: removes 3 findings, 2 of them exploited",
	    "upgrade git and 2 other packages (apt-get upgrade): removes 3 findings" } },
	/* without layers there is no base; one package is named with its version, by dpkg's order */
	{ "debian",
	  "12",
	  { { "deb", "curl", NO_LAYER, 200, "7.88.1-10+deb12u9", false, false },
	    { "deb", "curl", NO_LAYER, 200, "7.88.1-10+deb12u12", true, false } },
	  { "upgrade curl to 7.88.1-10+deb12u12 (apt-get upgrade): removes 2 findings, 1 of them exploited" } },
	{ "alpine",
	  "3.18.4",
	  { { "apk", "musl", BASE, 1, "1.2.4-r2", true, false },
	    { "apk", "curl", RUNTIME, 2, "8.4.0-r0", false, false },
	    { "apk", "git", RUNTIME, 2, "2.40.1-r1", false, false } },
	  { "upgrade curl and 1 other package (apk upgrade): removes 2 findings",
	    "rebuild on a current alpine:3.18: removes 1 finding, which is exploited" } },
	{ "rhel", "9.3", { { "rpm", "a", BASE, 1, "1-1.el9", false, false } }, { "rebuild on a current ubi9: removes 1 finding" } },
	{ "novel", "7.1", { { "rpm", "a", BASE, 1, "1", false, false } }, { "rebuild on a current novel:7.1: removes 1 finding" } },
	{ NULL, NULL, { { "deb", "a", BASE, 1, "1", false, false } }, { "rebuild on a current base image: removes 1 finding" } },
	{ "sles",
	  "15.5",
	  { { "rpm", "a", RUNTIME, 1, "1-1", false, false }, { "rpm", "b", RUNTIME, 1, "1-1", false, false } },
	  { "upgrade a and 1 other package (zypper update): removes 2 findings" } },
	/* a language's package is updated where its files are, whoever brought it; Go's library comes with Go */
	{ "debian",
	  "12",
	  { { "pypi", "pip", BASE, 5, "23.3", false, false },
	    { "golang", "stdlib", APPLICATION, 7, "1.21.9", false, false },
	    { "golang", "stdlib", APPLICATION, 7, "1.21.10", false, false } },
	  { "build with Go 1.21.10: removes 2 findings", "update pip to 23.3: removes 1 finding" } },
	/* what is lower, the ecosystem says */
	{ "debian",
	  "12",
	  { { "deb", "a", RUNTIME, 9, "1.0~rc1-1", false, false },
	    { "deb", "a", RUNTIME, 9, "1.0-1", false, false },
	    { "npm", "b", APPLICATION, 5, "2.0.0-rc.1", false, false },
	    { "npm", "b", APPLICATION, 5, "2.0.0", false, false } },
	  { "upgrade a to 1.0-1 (apt-get upgrade): removes 2 findings", "update b to 2.0.0: removes 2 findings" } },
	/* equal sums: more findings first, then kinds and names in their order; names of two ecosystems are two packages */
	{ "debian",
	  "12",
	  { { "npm", "d", APPLICATION, 6, "1", false, false },
	    { "npm", "c", APPLICATION, 6, "1", false, false },
	    { "pypi", "c", APPLICATION, 6, "1", false, false },
	    { "npm", "z", APPLICATION, 3, "1", false, false },
	    { "npm", "z", APPLICATION, 3, "2", false, false } },
	  { "update z to 2: removes 2 findings", "update c to 1: removes 1 finding", "update c to 1: removes 1 finding" } },
};

static void what_removes_most_is_said_first(void **state)
{
	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(reports); i++) {
		size_t len = 0, want = 0;

		while (len < ROWS_MOST && reports[i].rows[len].name)
			len++;
		while (want < BOLT_ACTIONS_MOST && reports[i].want[want])
			want++;
		BOLT_CLEANUP(bolt_report_freep)
		struct bolt_report *report = report_of(reports[i].os_id, reports[i].os_version, reports[i].rows, len);
		assert_int_equal(bolt_actions_of(report), 0);
		for (size_t a = 0; a < report->actions_len; a++) {
			if (a >= want || strcmp(report->actions[a].text, reports[i].want[a]) != 0)
				fail_msg("report %zu: %s", i, report->actions[a].text);
		}
		assert_int_equal(report->actions_len, want);
	}
}

static void an_action_says_what_it_touches(void **state)
{
	static const struct row rows[] = {
		{ "deb", "zlib1g", BASE, 300, "2", false, false }, { "deb", "bash", BASE, 100, "2", true, false },
		{ "deb", "zlib1g", BASE, 200, "3", false, false }, { "rpm", "bash", BASE, 100, "2", false, false },
		{ "deb", "apt", BASE, 1, "2", false, true },
	};
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = report_of("debian", "12", rows, BOLT_ARRAY_LEN(rows));

	(void) state;
	assert_int_equal(bolt_actions_of(report), 0);
	assert_int_equal(report->actions_len, 1);
	const struct bolt_action *action = &report->actions[0];
	assert_int_equal(action->kind, BOLT_ACTION_REBUILD_BASE);
	assert_int_equal(action->removes, 4);
	assert_int_equal(action->exploited, 1);
	assert_int_equal(action->priority, 700);
	assert_int_equal(action->packages.len, 2);
	assert_string_equal(action->packages.items[0], "bash");
	assert_string_equal(action->packages.items[1], "zlib1g");
}

static void the_order_of_findings_does_not_matter(void **state)
{
	static const struct row rows[] = {
		{ "npm", "a", APPLICATION, 3, "1.0", false, false }, { "npm", "a", APPLICATION, 3, "1.0.0", false, false },
		{ "npm", "b", APPLICATION, 6, "9", false, false },   { "deb", "x", RUNTIME, 3, "1", false, false },
		{ "deb", "y", RUNTIME, 3, "1", false, false },
	};
	enum { LEN = BOLT_ARRAY_LEN(rows) };
	struct row turned[LEN];
	char first[3][128];

	(void) state;
	for (size_t by = 0; by < LEN; by++) {
		for (size_t i = 0; i < LEN; i++)
			turned[i] = rows[(i + by) % LEN];
		BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = report_of("debian", "12", turned, LEN);
		assert_int_equal(bolt_actions_of(report), 0);
		assert_int_equal(report->actions_len, 3);
		for (size_t a = 0; a < 3; a++) {
			if (by == 0)
				(void) snprintf(first[a], sizeof(first[a]), "%s", report->actions[a].text);
			assert_string_equal(report->actions[a].text, first[a]);
		}
	}
}

/* A hundred thousand findings: of as many packages, of one package, and all at once of the distribution. The sum is of scores as
 * high as their type takes. */
static void many_findings_are_quick_and_do_not_overflow(void **state)
{
	enum { MANY = 100000 };
	static struct row rows[MANY];
	static char names[MANY][16], versions[MANY][16];

	(void) state;
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < MANY; i++) {
			(void) snprintf(names[i], sizeof(names[i]), "n%zu", round == 1 ? 0 : i * 7919 % MANY);
			(void) snprintf(versions[i], sizeof(versions[i]), "1.%zu", i * 7919 % MANY);
			rows[i] = (struct row){ round == 2 ? "deb" : "npm", names[i], BASE, UINT_MAX, versions[i], true, false };
		}
		BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = report_of("debian", "12", rows, MANY);
		clock_t begin = clock();

		assert_int_equal(bolt_actions_of(report), 0);
		double seconds = (double) (clock() - begin) / CLOCKS_PER_SEC;
		if (seconds > 5)
			fail_msg("round %d: %.1f s", round, seconds);
		assert_int_equal(report->actions_len, round == 0 ? 3 : 1);
		if (round > 0)
			assert_true(report->actions[0].priority == (unsigned long long) MANY * UINT_MAX);
		if (round == 1)
			assert_string_equal(report->actions[0].text,
					    "update n0 to 1.99999: removes 100000 findings, 100000 of them exploited");
	}
}

static void a_full_arena_is_told_and_leaves_no_action(void **state)
{
	struct bolt_package package = { .type = "npm", .name = "a", .version = "0" };
	struct bolt_finding finding = { .package = &package, .fixed_version = "1", .priority.score = 1 };
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = bolt_report_new(16);

	(void) state;
	report->findings = &finding;
	report->findings_len = 1;
	assert_int_equal(bolt_actions_of(report), -ENOMEM);
	assert_int_equal(report->actions_len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_removes_most_is_said_first),
		cmocka_unit_test(an_action_says_what_it_touches),
		cmocka_unit_test(the_order_of_findings_does_not_matter),
		cmocka_unit_test(many_findings_are_quick_and_do_not_overflow),
		cmocka_unit_test(a_full_arena_is_told_and_leaves_no_action),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
