#include "advisory/range.h"

#include <string.h>

static bool is_before_all(const struct bolt_event *event)
{
	return event->kind == BOLT_EVENT_INTRODUCED && strcmp(event->version, "0") == 0;
}

static bool is_after_all(const struct bolt_event *event)
{
	return event->kind == BOLT_EVENT_LIMIT && strchr(event->version, '*');
}

/* -1, 0 or 1 for a version before, at, or after the event. */
static int compare_to(enum bolt_version_scheme scheme, const char *version, const struct bolt_event *event)
{
	if (is_before_all(event))
		return 1;
	return is_after_all(event) ? -1 : bolt_version_compare(scheme, version, event->version);
}

static int compare_places(enum bolt_version_scheme scheme, const struct bolt_event *a, const struct bolt_event *b)
{
	if (is_before_all(a) || is_before_all(b))
		return is_before_all(b) - is_before_all(a);
	if (is_after_all(a) || is_after_all(b))
		return is_after_all(a) - is_after_all(b);
	return bolt_version_compare(scheme, a->version, b->version);
}

/* Nothing but identical events are equal, so that the result does not depend on the order they came in. */
static int compare_events(enum bolt_version_scheme scheme, const struct bolt_event *a, const struct bolt_event *b)
{
	int order = compare_places(scheme, a, b);

	if (order == 0)
		order = (int) a->kind - (int) b->kind;
	return order ? order : strcmp(a->version, b->version);
}

static void swap(struct bolt_event *a, struct bolt_event *b)
{
	struct bolt_event saved = *a;

	*a = *b;
	*b = saved;
}

/* Heap sort: events[root] sinks to where both below it are smaller. */
static void sink(enum bolt_version_scheme scheme, struct bolt_event *events, size_t root, size_t len)
{
	for (size_t child; (child = 2 * root + 1) < len; root = child) {
		if (child + 1 < len && compare_events(scheme, &events[child], &events[child + 1]) < 0)
			child++;
		if (compare_events(scheme, &events[root], &events[child]) >= 0)
			return;
		swap(&events[root], &events[child]);
	}
}

static void reverse(struct bolt_event *events, size_t len)
{
	for (size_t i = 0; i < len / 2; i++)
		swap(&events[i], &events[len - 1 - i]);
}

/* Of events at one version, introduced first: where one span ends at the version another begins with, the end has to come first,
 * or it would end the other. Returns whether a span is open behind them. */
static bool join_spans(struct bolt_event *events, size_t len, bool open)
{
	size_t introduced = 0, ends = 0;

	for (size_t i = 0; i < len; i++) {
		introduced += events[i].kind == BOLT_EVENT_INTRODUCED;
		ends += events[i].kind == BOLT_EVENT_FIXED || events[i].kind == BOLT_EVENT_LAST_AFFECTED;
	}
	if (!open || introduced == 0)
		return ends == 0 && (open || introduced > 0);
	reverse(events, introduced);
	reverse(events + introduced, len - introduced);
	reverse(events, len);
	return true;
}

void bolt_events_sort(enum bolt_version_scheme scheme, struct bolt_event *events, size_t len)
{
	bool open = false;

	for (size_t i = len / 2; i > 0; i--)
		sink(scheme, events, i - 1, len);
	for (size_t left = len; left > 1; left--) {
		swap(&events[0], &events[left - 1]);
		sink(scheme, events, 0, left - 1);
	}
	for (size_t begin = 0, end; begin < len; begin = end) {
		for (end = begin + 1; end < len && compare_places(scheme, &events[begin], &events[end]) == 0; end++)
			;
		open = join_spans(events + begin, end - begin, open);
	}
}

/* The first fix after events[0..], unless that version is where it is introduced again. */
static const char *first_fix(enum bolt_version_scheme scheme, const struct bolt_event *events, size_t len, const char *version)
{
	const struct bolt_event *fix = NULL;

	for (size_t i = 0; i < len; i++) {
		if (fix && compare_places(scheme, fix, &events[i]) != 0)
			break;
		if (fix && events[i].kind == BOLT_EVENT_INTRODUCED)
			fix = NULL;
		else if (!fix && events[i].kind == BOLT_EVENT_FIXED && compare_to(scheme, version, &events[i]) < 0)
			fix = &events[i];
	}
	return fix ? fix->version : NULL;
}

bool bolt_events_affect(enum bolt_version_scheme scheme, const struct bolt_event *events, size_t len, const char *version,
			const char **ret_fixed)
{
	bool affected = false, limited = false, in_limits = false;

	for (size_t i = 0; i < len; i++) {
		int order = compare_to(scheme, version, &events[i]);

		switch (events[i].kind) {
		case BOLT_EVENT_INTRODUCED:
			affected = affected || order >= 0;
			break;
		case BOLT_EVENT_FIXED:
			affected = affected && order < 0;
			break;
		case BOLT_EVENT_LAST_AFFECTED:
			affected = affected && order <= 0;
			break;
		case BOLT_EVENT_LIMIT:
			limited = true;
			in_limits = in_limits || order < 0;
			break;
		}
	}
	if (!affected || (limited && !in_limits))
		return false;
	if (ret_fixed)
		*ret_fixed = first_fix(scheme, events, len, version);
	return true;
}
