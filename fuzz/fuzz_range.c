/* A range and a version: the first byte says the scheme, the first line is the version, each other line an event ("i1.0"
 * introduced, "f" fixed, "a" last affected, "l" limit). The answer has to be that of the slow reading of OSV's algorithm below, in
 * whatever order the events come. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/range.h"

enum { EVENTS_MOST = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static bool is_start(const struct bolt_event *e)
{
	return e->kind == BOLT_EVENT_INTRODUCED && strcmp(e->version, "0") == 0;
}

/* Both by their places: the beginning of all versions is before "0" written as anything else. */
static int compare(enum bolt_version_scheme scheme, const struct bolt_event *a, const struct bolt_event *b)
{
	return is_start(a) || is_start(b) ? is_start(b) - is_start(a) : bolt_version_compare(scheme, a->version, b->version);
}

/* Goes from version to version upwards, looking for the next one each time, and notes whether a span is open. */
static bool slow_affects(enum bolt_version_scheme scheme, const struct bolt_event *events, size_t len,
			 const struct bolt_event *version)
{
	bool open = false;

	for (const struct bolt_event *last = NULL;;) {
		const struct bolt_event *next = NULL;
		bool introduced = false, fixed = false, ends = false;

		for (size_t i = 0; i < len; i++)
			if (events[i].kind != BOLT_EVENT_LIMIT && (!last || compare(scheme, last, &events[i]) < 0) &&
			    (!next || compare(scheme, &events[i], next) < 0))
				next = &events[i];
		if (!next || compare(scheme, next, version) > 0)
			return open;
		for (size_t i = 0; i < len; i++)
			if (events[i].kind != BOLT_EVENT_LIMIT && compare(scheme, next, &events[i]) == 0) {
				introduced |= events[i].kind == BOLT_EVENT_INTRODUCED;
				fixed |= events[i].kind == BOLT_EVENT_FIXED;
				ends |= events[i].kind != BOLT_EVENT_INTRODUCED;
			}
		if (compare(scheme, next, version) == 0)
			return open ? introduced || !fixed : introduced && !fixed;
		open = open ? introduced || !ends : introduced && !ends;
		last = next;
	}
}

static bool within_limits(enum bolt_version_scheme scheme, const struct bolt_event *events, size_t len, const char *version)
{
	bool limited = false;

	for (size_t i = 0; i < len; i++)
		if (events[i].kind == BOLT_EVENT_LIMIT) {
			limited = true;
			if (strchr(events[i].version, '*') || bolt_version_compare(scheme, version, events[i].version) < 0)
				return true;
		}
	return !limited;
}

/* The smallest fix behind the version at which nothing is affected. */
static const char *slow_fix(enum bolt_version_scheme scheme, const struct bolt_event *events, size_t len, const char *version)
{
	const struct bolt_event *best = NULL;

	for (size_t i = 0; i < len; i++)
		if (events[i].kind == BOLT_EVENT_FIXED && bolt_version_compare(scheme, version, events[i].version) < 0 &&
		    !slow_affects(scheme, events, len, &events[i]) && (!best || compare(scheme, &events[i], best) < 0))
			best = &events[i];
	return best ? best->version : NULL;
}

static void check(enum bolt_version_scheme scheme, struct bolt_event *events, size_t len, const char *version)
{
	struct bolt_event asked = { BOLT_EVENT_LAST_AFFECTED, version };
	const char *fixed = "untouched", *want_fix = slow_fix(scheme, events, len, version);
	bool want = slow_affects(scheme, events, len, &asked) && within_limits(scheme, events, len, version);

	for (int turn = 0; turn < 2; turn++) {
		bolt_events_sort(scheme, events, len);
		if (bolt_events_affect(scheme, events, len, version, NULL) != want ||
		    bolt_events_affect(scheme, events, len, version, &fixed) != want)
			abort();
		if (!want && strcmp(fixed, "untouched") != 0)
			abort();
		if (want && (!fixed != !want_fix || (fixed && bolt_version_compare(scheme, fixed, want_fix) != 0)))
			abort();
		for (size_t i = 0; i < len / 2; i++) {
			struct bolt_event saved = events[i];
			events[i] = events[len - 1 - i];
			events[len - 1 - i] = saved;
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const char kinds[] = "ifal";
	struct bolt_event events[EVENTS_MOST];
	size_t len = 0;

	char *text = n > 0 ? malloc(n) : NULL, *rest = text;
	if (!text)
		return 0;
	memcpy(text, bytes + 1, n - 1);
	text[n - 1] = '\0';

	const char *version = strsep(&rest, "\n");
	while (rest && len < EVENTS_MOST) {
		const char *line = strsep(&rest, "\n"), *kind = *line ? strchr(kinds, *line) : NULL;
		if (kind)
			events[len++] = (struct bolt_event){ (enum bolt_event_kind)(kind - kinds), line + 1 };
	}
	check((enum bolt_version_scheme)(bytes[0] % _BOLT_VERSION_SCHEME_MAX), events, len, version);
	free(text);
	return 0;
}
