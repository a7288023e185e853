#include "advisory/entry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/database.h"
#include "advisory/ecosystem.h"
#include "advisory/limits.h"
#include "advisory/packing.h"
#include "advisory/range.h"

enum { FLAG_WITHDRAWN = 0x80, FLAG_SEMVER = 1 };
enum { HEAD_BYTES = 12 }; /* up to modularity */

static enum bolt_version_scheme scheme_of(const struct bolt_range *range, enum bolt_version_scheme scheme)
{
	return range->semver ? BOLT_VERSION_SEMVER : scheme;
}

static void put_u32(uint8_t *to, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		to[i] = (uint8_t) (value >> (8 * i));
}

static uint32_t get_u32(const uint8_t *from)
{
	return (uint32_t) from[0] | (uint32_t) from[1] << 8 | (uint32_t) from[2] << 16 | (uint32_t) from[3] << 24;
}

/* Sorted copies of all ranges' events: `ret_events` is one block for all of them. */
static int sort_events(const struct bolt_affected *a, enum bolt_version_scheme scheme, struct bolt_event **ret_events,
		       struct bolt_err *err)
{
	size_t len = 0, at = 0;

	for (size_t i = 0; i < a->ranges_len; i++) {
		if (a->ranges[i].events_len > BOLT_RECORD_EVENTS_MAX)
			return bolt_err_set(err, -EBADMSG, "a range of more than %u events", BOLT_RECORD_EVENTS_MAX);
		len += a->ranges[i].events_len;
	}
	struct bolt_event *events = calloc(len + 1, sizeof(*events));
	if (!events)
		return -ENOMEM;
	for (size_t i = 0; i < a->ranges_len; i++) {
		const struct bolt_range *range = &a->ranges[i];

		if (range->events_len == 0)
			continue;
		memcpy(events + at, range->events, range->events_len * sizeof(*events));
		bolt_events_sort(scheme_of(range, scheme), events + at, range->events_len);
		at += range->events_len;
	}
	*ret_events = events;
	return 0;
}

static int pack_ranges(const struct bolt_affected *a, const struct bolt_event *events, struct bolt_buf *buf)
{
	int r = bolt_pack_number(buf, a->ranges_len);

	for (size_t i = 0; r == 0 && i < a->ranges_len; i++) {
		const struct bolt_range *range = &a->ranges[i];

		r = bolt_pack_number(buf, range->semver ? FLAG_SEMVER : 0);
		if (r == 0)
			r = bolt_pack_number(buf, range->events_len);
		for (size_t k = 0; r == 0 && k < range->events_len; k++, events++) {
			uint8_t kind = (uint8_t) events->kind;

			r = bolt_buf_add(buf, &kind, 1);
			if (r == 0)
				r = bolt_pack_text(buf, events->version);
		}
	}
	return r;
}

static bool is_covered(const struct bolt_affected *a, const struct bolt_event *events, enum bolt_version_scheme scheme,
		       const char *version)
{
	for (size_t i = 0; i < a->ranges_len; events += a->ranges[i++].events_len) {
		if (bolt_events_affect(scheme_of(&a->ranges[i], scheme), events, a->ranges[i].events_len, version, NULL))
			return true;
	}
	return false;
}

static int pack_versions(const struct bolt_affected *a, const struct bolt_event *events, enum bolt_version_scheme scheme,
			 struct bolt_buf *buf)
{
	const char **kept = calloc(a->versions_len + 1, sizeof(*kept));
	size_t len = 0;

	if (!kept)
		return -ENOMEM;
	for (size_t i = 0; i < a->versions_len; i++) {
		if (!is_covered(a, events, scheme, a->versions[i]))
			kept[len++] = a->versions[i];
	}
	int r = bolt_pack_number(buf, len);
	for (size_t i = 0; r == 0 && i < len; i++)
		r = bolt_pack_text(buf, kept[i]);
	free(kept);
	return r;
}

int bolt_entry_pack(const struct bolt_affected *a, uint32_t record, uint16_t part, bool withdrawn, struct bolt_buf *buf,
		    struct bolt_err *err)
{
	const struct bolt_ecosystem *ecosystem = bolt_ecosystem_find(a->ecosystem);
	uint8_t head[HEAD_BYTES] = { 0 };
	struct bolt_event *events = NULL;
	size_t start = buf->len;

	if (!ecosystem)
		return bolt_err_set(err, -EBADMSG, "no ecosystem '%.80s' is known", a->ecosystem);
	int r = sort_events(a, ecosystem->scheme, &events, err);
	if (r < 0)
		return r;
	put_u32(head + 4, record);
	head[8] = (uint8_t) part;
	head[9] = (uint8_t) (part >> 8);
	head[10] = (uint8_t) a->status;
	head[11] = (uint8_t) (a->severity | (withdrawn ? FLAG_WITHDRAWN : 0));
	r = bolt_buf_add(buf, head, sizeof(head));
	if (r == 0)
		r = bolt_pack_text(buf, a->modularity);
	if (r == 0)
		r = pack_ranges(a, events, buf);
	if (r == 0)
		r = pack_versions(a, events, ecosystem->scheme, buf);
	if (r == 0)
		put_u32(buf->data + start, (uint32_t) (buf->len - start - 4));
	free(events);
	return r;
}

int bolt_entry_next(struct bolt_cursor *entries, struct bolt_entry *ret_entry)
{
	struct bolt_cursor rest = *entries;
	struct bolt_entry entry;
	const uint8_t *head; /* taken at once: this is run for every entry of every package */

	if (rest.left == 0)
		return 0;
	if (bolt_take_bytes(&rest, HEAD_BYTES, &head) < 0)
		return -EBADMSG;
	uint32_t length = get_u32(head);
	if (length < HEAD_BYTES - 4 || bolt_take_sub(&rest, length - (HEAD_BYTES - 4), &entry.body) < 0 ||
	    bolt_take_text(&entry.body, &entry.modularity) < 0)
		return -EBADMSG;
	uint8_t status = head[10], severity = head[11] & (uint8_t) ~FLAG_WITHDRAWN;
	if (status >= _BOLT_STATUS_MAX || severity >= _BOLT_SEVERITY_MAX)
		return -EBADMSG;
	entry.record = get_u32(head + 4);
	entry.part = (uint16_t) (head[8] | head[9] << 8);
	entry.status = (enum bolt_status) status;
	entry.severity = (enum bolt_severity) severity;
	entry.withdrawn = head[11] & FLAG_WITHDRAWN;
	if (!*entry.modularity)
		entry.modularity = NULL;
	*entries = rest;
	*ret_entry = entry;
	return 1;
}

static int take_events(struct bolt_cursor *body, struct bolt_event *events, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t kind;

		if (bolt_take_u8(body, &kind) < 0 || kind > BOLT_EVENT_LIMIT || bolt_take_text(body, &events[i].version) < 0)
			return -EBADMSG;
		events[i].kind = (enum bolt_event_kind) kind;
	}
	return 0;
}

/* Between which events of its range an affected version lies. */
static void tell_between(enum bolt_version_scheme scheme, const struct bolt_event *events, size_t len, const char *version,
			 struct bolt_hit *hit)
{
	for (size_t i = 0; i < len; i++) {
		const struct bolt_event *e = &events[i];
		bool no_limit = e->kind == BOLT_EVENT_LIMIT && strchr(e->version, '*');
		bool before_all = e->kind == BOLT_EVENT_INTRODUCED && strcmp(e->version, "0") == 0;

		if (e->version == hit->fixed) /* what comes after it bounds others */
			return;
		if (e->kind == BOLT_EVENT_FIXED || no_limit)
			continue;
		int order = before_all ? -1 : bolt_version_compare(scheme, e->version, version);
		if (e->kind == BOLT_EVENT_INTRODUCED && order <= 0)
			hit->from = e->version;
		if ((e->kind == BOLT_EVENT_LAST_AFFECTED && order >= 0) || (e->kind == BOLT_EVENT_LIMIT && order > 0)) {
			hit->until = e->version;
			return;
		}
	}
}

/* One range. 1 (hit filled) | 0 | -EBADMSG. `events` is room for `len`. */
static int judge_events(struct bolt_cursor *body, enum bolt_version_scheme scheme, struct bolt_event *events, size_t len,
			const char *version, struct bolt_hit *hit)
{
	const char *fixed = NULL;

	if (take_events(body, events, len) < 0)
		return -EBADMSG;
	if (!bolt_events_affect(scheme, events, len, version, &fixed))
		return 0;
	*hit = (struct bolt_hit){ .fixed = fixed };
	tell_between(scheme, events, len, version, hit);
	return 1;
}

enum { EVENTS_FEW = 16 }; /* nearly all ranges; what is on the stack is zeroed at every call */

static __attribute__((noinline)) int judge_many(struct bolt_cursor *body, enum bolt_version_scheme scheme, size_t len,
						const char *version, struct bolt_hit *hit)
{
	struct bolt_event events[BOLT_RECORD_EVENTS_MAX];

	return judge_events(body, scheme, events, len, version, hit);
}

static int judge_range(struct bolt_cursor *body, enum bolt_version_scheme scheme, const char *version, struct bolt_hit *hit)
{
	struct bolt_event events[EVENTS_FEW];
	uint64_t flags, len;

	if (bolt_take_number(body, FLAG_SEMVER, &flags) < 0 || bolt_take_number(body, BOLT_RECORD_EVENTS_MAX, &len) < 0)
		return -EBADMSG;
	if (flags & FLAG_SEMVER)
		scheme = BOLT_VERSION_SEMVER;
	return len <= EVENTS_FEW ? judge_events(body, scheme, events, (size_t) len, version, hit)
				 : judge_many(body, scheme, (size_t) len, version, hit);
}

int bolt_entry_affects(struct bolt_database *database, const struct bolt_entry *entry, enum bolt_version_scheme scheme,
		       const char *version, struct bolt_hit *ret_hit)
{
	struct bolt_cursor body = entry->body;
	struct bolt_hit hit = { .fixed = NULL };
	const char *listed;
	uint64_t ranges, versions;
	int r = 0;

	(void) database; /* entries are complete in themselves */
	if (bolt_take_number(&body, UINT32_MAX, &ranges) < 0)
		return -EBADMSG;
	for (uint64_t i = 0; r == 0 && i < ranges; i++)
		r = judge_range(&body, scheme, version, &hit);
	if (r == 0) {
		if (bolt_take_number(&body, UINT32_MAX, &versions) < 0)
			return -EBADMSG;
		for (uint64_t i = 0; r == 0 && i < versions; i++) {
			if (bolt_take_text(&body, &listed) < 0)
				return -EBADMSG;
			r = strcmp(listed, version) == 0 || bolt_version_compare(scheme, listed, version) == 0;
		}
	}
	if (r == 1)
		*ret_hit = hit;
	return r;
}
