#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "advisory/range.h"

enum { EVENTS_MOST = 32 };

/* "introduced 0, fixed 1.0": kinds by their first two letters. Returns how many. */
static size_t read_events(char *text, struct bolt_event events[EVENTS_MOST])
{
	static const char *const kinds[] = {
		[BOLT_EVENT_INTRODUCED] = "introduced",
		[BOLT_EVENT_FIXED] = "fixed",
		[BOLT_EVENT_LAST_AFFECTED] = "last",
		[BOLT_EVENT_LIMIT] = "limit",
	};
	size_t len = 0;

	for (char *word; (word = strsep(&text, ", "));) {
		size_t kind = 0;

		if (!*word)
			continue;
		while (kind < BOLT_ARRAY_LEN(kinds) && strcmp(word, kinds[kind]) != 0)
			kind++;
		assert_true(kind < BOLT_ARRAY_LEN(kinds) && text && len < EVENTS_MOST);
		events[len++] = (struct bolt_event){ (enum bolt_event_kind) kind, strsep(&text, ", ") };
	}
	return len;
}

/* "1.0 1.1>1.2": affected versions, with the fix they wait for after '>'. */
static void expect_versions(enum bolt_version_scheme scheme, const struct bolt_event *events, size_t len, const char *words,
			    bool want)
{
	char text[512], *rest = text;

	assert_true(snprintf(text, sizeof(text), "%s", words) < (int) sizeof(text));
	for (char *version; (version = strsep(&rest, " "));) {
		const char *fixed = "untouched", *want_fixed = strchr(version, '>');

		version[strcspn(version, ">")] = '\0';
		want_fixed = !want ? "untouched" : want_fixed ? want_fixed + 1 : "none";
		if (bolt_events_affect(scheme, events, len, version, &fixed) != want ||
		    strcmp(fixed ? fixed : "none", want_fixed) != 0 ||
		    bolt_events_affect(scheme, events, len, version, NULL) != want)
			fail_msg("'%s' is%s affected; fixed in %s, want %s", version, want ? " not" : "", fixed ? fixed : "none",
				 want_fixed);
	}
}

static void a_version_is_in_the_range_or_not(void **state)
{
	static const struct {
		enum bolt_version_scheme scheme;
		const char *events, *affected, *unaffected;
	} rows[] = {
		/* the examples of the OSV schema */
		{ BOLT_VERSION_SEMVER, "introduced 0", "0 0.0.0-alpha 0.0.1 99.0.0", NULL },
		{ BOLT_VERSION_SEMVER, "introduced 0, fixed 1.0.2", "0>1.0.2 1.0.1>1.0.2 1.0.2-rc.1>1.0.2",
		  "1.0.2 1.0.2+build 1.0.3 2.0.0" },
		{ BOLT_VERSION_SEMVER, "introduced 1.0.0, fixed 1.0.2, introduced 3.0.0, fixed 3.2.5",
		  "1.0.0>1.0.2 1.0.1>1.0.2 3.0.0>3.2.5 3.2.4>3.2.5", "0.9.0 1.0.0-rc.1 1.0.2 2.0.0 2.9.9 3.2.5 4.0.0" },
		{ BOLT_VERSION_MAVEN, "introduced 0, last 2.1.214", "1.0 2.1.214", "2.1.215 2.2.0" },
		{ BOLT_VERSION_SEMVER, "introduced 1.0.0, last 1.4.0, introduced 2.0.0, fixed 2.1.0", "1.4.0>2.1.0 2.0.9>2.1.0",
		  "0.1.0 1.4.1 2.1.0" },
		/* as written in the file, in no order */
		{ BOLT_VERSION_DPKG, "fixed 2:1.2-1, introduced 3:1.0-1, fixed 3:1.0-2, introduced 0",
		  "1:9>2:1.2-1 2:1.2-1~bpo1>2:1.2-1 3:1.0-1>3:1.0-2", "2:1.2-1 2:1.3 3:1.0-2 4:0" },
		{ BOLT_VERSION_RPM, "fixed 1.0-1, introduced 2.0-1", "2.0-1 3.0-1", "0.9-1 1.0-1 1.5-1" },
		/* no events, nothing introduced */
		{ BOLT_VERSION_SEMVER, "", NULL, "0 1.0.0" },
		{ BOLT_VERSION_SEMVER, "fixed 1.0.0, last 2.0.0, limit *", NULL, "0 0.9.0 1.0.0 3.0.0" },
		/* "0" is before everything that the scheme puts before 0, and so is only what was introduced */
		{ BOLT_VERSION_DPKG, "introduced 0, fixed 0", "0~1>0", "0 1" },
		{ BOLT_VERSION_DPKG, "introduced 0, fixed 1.0", "~>1.0 0~~>1.0 0>1.0", "1.0" },
		{ BOLT_VERSION_APK, "introduced 0, last 0", "0_alpha 0", "0-r0 1-r0" },
		/* several events at one version */
		{ BOLT_VERSION_SEMVER, "introduced 5.15.12, last 5.15.12", "5.15.12", "5.15.11 5.15.13" },
		{ BOLT_VERSION_SEMVER, "last 1.0.0, introduced 1.0.0, last 1.0.1, introduced 1.0.1", "1.0.0 1.0.1", "0.9.0 1.0.2" },
		{ BOLT_VERSION_SEMVER, "introduced 1.0.0, fixed 1.0.0", NULL, "0.9.0 1.0.0 1.0.1" },
		{ BOLT_VERSION_SEMVER, "introduced 1.0.0, introduced 1.0, fixed 2.0.0, fixed 2.0", "1.0.0>2.0 1.9.0>2.0",
		  "0.1.0 2.0.0" },
		{ BOLT_VERSION_SEMVER, "introduced 0, fixed 1.0.0, introduced 1.0.0", "0.9.0 1.0.0 2.0.0", NULL },
		/* PYSEC-2022-236, PYSEC-2022-42972, PYSEC-2023-72: spans that touch are one, and what lies between them is no fix
		 */
		{ BOLT_VERSION_PEP440, "introduced 0, fixed 3.1.1, introduced 3.2.0, fixed 3.2.2, introduced 3.1.1, fixed 3.1.3",
		  "3.1.0>3.1.3 3.1.1>3.1.3 3.1.2>3.1.3 3.2.0>3.2.2 3.2.1>3.2.2", "3.1.3 3.2.2 4.0" },
		{ BOLT_VERSION_PEP440, "introduced 0.13.0, fixed 0.14.0rc1, introduced 0.12.2, fixed 0.13.0",
		  "0.12.2>0.14.0rc1 0.13.1>0.14.0rc1", "0.12.1 0.14.0rc1 0.14.0" },
		{ BOLT_VERSION_PEP440, "introduced 0, fixed 3.1.1, introduced 3.2.0, fixed 3.2.2, introduced 3.1.1, fixed 3.2.0",
		  "3.1.0>3.2.2 3.1.5>3.2.2 3.2.0>3.2.2", "3.2.2 4.0" },
		/* last affected and fixed together (the schema forbids it): whichever is first ends it */
		{ BOLT_VERSION_SEMVER, "introduced 0, last 1.4.0, fixed 1.6.0", "1.4.0>1.6.0", "1.5.0 1.6.0 1.7.0" },
		{ BOLT_VERSION_SEMVER, "introduced 0, fixed 1.4.0, last 1.6.0", "1.3.0>1.4.0", "1.4.0 1.5.0 1.7.0" },
		{ BOLT_VERSION_SEMVER, "introduced 0, fixed 1.4.0, last 1.4.0", "1.3.0>1.4.0", "1.4.0 1.5.0" },
		/* introduced twice */
		{ BOLT_VERSION_SEMVER, "introduced 0, introduced 1.0.0, fixed 1.2.0", "0.5.0>1.2.0 1.1.0>1.2.0", "1.2.0" },
		/* limits: before any of them */
		{ BOLT_VERSION_SEMVER, "introduced 0, limit 2.0.0", "0.1.0 1.9.9 2.0.0-rc.1", "2.0.0 3.0.0" },
		{ BOLT_VERSION_SEMVER, "introduced 0, limit 2.0.0, limit 3.0.0", "2.5.0", "3.0.0" },
		{ BOLT_VERSION_SEMVER, "introduced 0, limit 2.0.0, limit *, fixed 9.0.0", "2.5.0>9.0.0", "9.0.0" },
		{ BOLT_VERSION_SEMVER, "introduced 2.0.0, limit 2.0.0", NULL, "1.0.0 2.0.0" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_event events[EVENTS_MOST];
		char text[512];

		assert_true(snprintf(text, sizeof(text), "%s", rows[i].events) < (int) sizeof(text));
		size_t len = read_events(text, events);
		bolt_events_sort(rows[i].scheme, events, len);
		if (rows[i].affected)
			expect_versions(rows[i].scheme, events, len, rows[i].affected, true);
		if (rows[i].unaffected)
			expect_versions(rows[i].scheme, events, len, rows[i].unaffected, false);
	}
}

static void sorted_events_do_not_depend_on_the_order_they_came_in(void **state)
{
	static const struct bolt_event want[] = {
		{ BOLT_EVENT_INTRODUCED, "0" },        { BOLT_EVENT_FIXED, "0" },          { BOLT_EVENT_INTRODUCED, "1.0" },
		{ BOLT_EVENT_INTRODUCED, "1.0.0" },    { BOLT_EVENT_FIXED, "1.1.0" },      { BOLT_EVENT_INTRODUCED, "1.1.0" },
		{ BOLT_EVENT_LAST_AFFECTED, "1.2.0" }, { BOLT_EVENT_INTRODUCED, "2.0.0" }, { BOLT_EVENT_FIXED, "2.0.0" },
		{ BOLT_EVENT_LIMIT, "2.0.0" },         { BOLT_EVENT_LIMIT, "*" },
	};
	enum { LEN = BOLT_ARRAY_LEN(want) };
	unsigned seed = 1;

	(void) state;
	for (int round = 0; round < 2000; round++) {
		struct bolt_event events[LEN];

		memcpy(events, want, sizeof(want));
		for (size_t i = LEN - 1; i > 0; i--) {
			struct bolt_event saved = events[i];
			seed = seed * 1103515245 + 12345;
			events[i] = events[(seed >> 16) % (i + 1)];
			events[(seed >> 16) % (i + 1)] = saved;
		}
		bolt_events_sort(BOLT_VERSION_SEMVER, events, LEN);
		for (size_t i = 0; i < LEN; i++)
			if (events[i].kind != want[i].kind || strcmp(events[i].version, want[i].version) != 0)
				fail_msg("round %d: event %zu is %d %s", round, i, events[i].kind, events[i].version);
	}
	bolt_events_sort(BOLT_VERSION_SEMVER, NULL, 0);
}

/* Quadratic work would not end before the test's time does. */
static void many_events_at_one_version_are_sorted_in_time(void **state)
{
	enum { LEN = 1 << 20 };
	struct bolt_event *events = calloc(LEN, sizeof(*events));

	(void) state;
	assert_non_null(events);
	for (size_t i = 0; i < LEN; i++)
		events[i] = i % 2   ? (struct bolt_event){ BOLT_EVENT_INTRODUCED, "1" }
			    : i % 4 ? (struct bolt_event){ BOLT_EVENT_FIXED, "2" }
				    : (struct bolt_event){ BOLT_EVENT_INTRODUCED, "2" };
	bolt_events_sort(BOLT_VERSION_SEMVER, events, LEN);
	assert_true(bolt_events_affect(BOLT_VERSION_SEMVER, events, LEN, "2.5", NULL));
	assert_false(bolt_events_affect(BOLT_VERSION_SEMVER, events, LEN, "0.5", NULL));
	free(events);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_version_is_in_the_range_or_not),
		cmocka_unit_test(sorted_events_do_not_depend_on_the_order_they_came_in),
		cmocka_unit_test(many_events_at_one_version_are_sorted_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
