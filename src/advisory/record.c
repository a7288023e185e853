#include "advisory/record.h"

#include <errno.h>
#include <string.h>

#include "advisory/limits.h"
#include "advisory/packing.h"
#include "core/text.h"

enum { FLAG_WITHDRAWN = 1, FLAG_BINARY = 1, FLAG_SEMVER = 1 };

struct encoder {
	struct bolt_buf *buf;
	struct bolt_err *err;
	int r; /* the first failure; everything after it does nothing */
};

static void fail(struct encoder *e, const char *what)
{
	e->r = bolt_err_set(e->err, -EBADMSG, "%s", what);
}

static void put_number(struct encoder *e, uint64_t value)
{
	if (e->r == 0)
		e->r = bolt_pack_number(e->buf, value);
}

static void put_bytes(struct encoder *e, const void *bytes, size_t n)
{
	if (e->r == 0)
		e->r = bolt_buf_add(e->buf, bytes, n);
}

static void put_text_up_to(struct encoder *e, const char *text, size_t most)
{
	size_t len = text ? strnlen(text, most + 1) : 0;

	if (e->r < 0)
		return;
	if (len > most)
		return fail(e, "a text is too long");
	if (len > 0 && !bolt_utf8_valid(text, len))
		return fail(e, "a text is not UTF-8");
	put_bytes(e, text ? text : "", len + 1);
}

static void put_text(struct encoder *e, const char *text)
{
	put_text_up_to(e, text, BOLT_RECORD_TEXT_MAX);
}

static void put_cut_text(struct encoder *e, const char *text, size_t most)
{
	size_t len = text ? strnlen(text, most + 1) : 0;

	if (len <= most)
		return put_text_up_to(e, text, most);
	len = most - strlen("...");
	while (len > 0 && ((unsigned char) text[len] & 0xc0) == 0x80) /* inside a character */
		len--;
	if (!bolt_utf8_valid(text, len))
		return fail(e, "a text is not UTF-8");
	put_bytes(e, text, len);
	put_bytes(e, "...", sizeof("..."));
}

static void put_count(struct encoder *e, size_t len, size_t most)
{
	if (e->r == 0 && len > most)
		return fail(e, "a list is too long");
	put_number(e, len);
}

/* Small either way round: 0, -1, 1, -2 ... are 0, 1, 2, 3 ... */
static void put_time(struct encoder *e, int64_t time)
{
	put_number(e, ((uint64_t) time << 1) ^ (time < 0 ? UINT64_MAX : 0));
}

static void put_texts(struct encoder *e, const char *const *items, size_t len)
{
	put_count(e, len, BOLT_RECORD_ITEMS_MAX);
	for (size_t i = 0; e->r == 0 && i < len; i++)
		put_text(e, items[i]);
}

static void put_affected(struct encoder *e, const struct bolt_affected *a)
{
	if (e->r == 0 && (!a->ecosystem || !*a->ecosystem || !a->package || !*a->package))
		return fail(e, "a package without a name");
	put_text(e, a->ecosystem);
	put_text(e, a->package);
	put_number(e, a->binary ? FLAG_BINARY : 0);
	put_text(e, a->modularity);
	put_number(e, a->status);
	put_number(e, a->severity);
	put_count(e, a->ranges_len, BOLT_RECORD_ITEMS_MAX);
	for (size_t i = 0; e->r == 0 && i < a->ranges_len; i++) {
		const struct bolt_range *range = &a->ranges[i];

		put_number(e, range->semver ? FLAG_SEMVER : 0);
		put_count(e, range->events_len, BOLT_RECORD_EVENTS_MAX);
		for (size_t k = 0; e->r == 0 && k < range->events_len; k++) {
			put_number(e, range->events[k].kind);
			put_text(e, range->events[k].version);
		}
	}
	put_texts(e, a->versions, a->versions_len);
}

int bolt_record_encode(const struct bolt_advisory *a, struct bolt_buf *buf, struct bolt_err *err)
{
	struct encoder e = { .buf = buf, .err = err };

	if (!a->id || !*a->id)
		return bolt_err_set(err, -EBADMSG, "a record without an id");
	put_text_up_to(&e, a->id, BOLT_RECORD_ID_MAX);
	put_number(&e, a->withdrawn ? FLAG_WITHDRAWN : 0);
	put_time(&e, a->published_unix);
	put_time(&e, a->modified_unix);
	put_cut_text(&e, a->summary, BOLT_RECORD_SUMMARY_MAX);
	put_cut_text(&e, a->details, BOLT_RECORD_DETAILS_MAX);
	put_texts(&e, a->aliases.items, a->aliases.len);
	put_texts(&e, a->upstream.items, a->upstream.len);
	put_texts(&e, a->cwes.items, a->cwes.len);
	put_texts(&e, a->references.items,
		  a->references.len < BOLT_RECORD_REFERENCES_MAX ? a->references.len : BOLT_RECORD_REFERENCES_MAX);
	put_count(&e, a->ratings_len, BOLT_RECORD_ITEMS_MAX);
	for (size_t i = 0; e.r == 0 && i < a->ratings_len; i++) {
		put_text(&e, a->ratings[i].source);
		put_text(&e, a->ratings[i].vector);
		put_number(&e, a->ratings[i].severity);
	}
	put_count(&e, a->affected_len, BOLT_RECORD_ITEMS_MAX);
	for (size_t i = 0; e.r == 0 && i < a->affected_len; i++)
		put_affected(&e, &a->affected[i]);
	return e.r;
}

struct decoder {
	struct bolt_cursor c;
	struct bolt_arena *arena;
	int r;
};

static uint64_t get_number(struct decoder *d, uint64_t most)
{
	uint64_t value = 0;

	if (d->r == 0)
		d->r = bolt_take_number(&d->c, most, &value);
	return d->r == 0 ? value : 0;
}

static const char *get_text(struct decoder *d)
{
	const char *text = "";

	if (d->r == 0)
		d->r = bolt_take_text(&d->c, &text);
	return text;
}

static const char *get_optional_text(struct decoder *d)
{
	const char *text = get_text(d);

	return *text ? text : NULL;
}

static int64_t get_time(struct decoder *d)
{
	uint64_t value = get_number(d, UINT64_MAX);

	return (int64_t) ((value >> 1) ^ (value & 1 ? UINT64_MAX : 0));
}

/* Room for as many items as are announced, of which each has at least `least` bytes to come. NULL, with *ret_len 0, for none. */
static void *get_list(struct decoder *d, size_t most, size_t least, size_t item_size, size_t *ret_len)
{
	size_t len = (size_t) get_number(d, most);
	void *items = NULL;

	*ret_len = 0;
	if (d->r == 0 && len > d->c.left / least)
		d->r = -EBADMSG;
	if (d->r < 0 || len == 0)
		return NULL;
	items = bolt_arena_alloc(d->arena, len * item_size);
	if (!items)
		d->r = -ENOMEM;
	*ret_len = items ? len : 0;
	return items;
}

static const char **get_texts(struct decoder *d, size_t most, size_t *ret_len)
{
	const char **items = get_list(d, most, 1, sizeof(*items), ret_len);

	for (size_t i = 0; d->r == 0 && i < *ret_len; i++)
		items[i] = get_text(d);
	return items;
}

static void get_affected(struct decoder *d, struct bolt_affected *a)
{
	a->ecosystem = get_text(d);
	a->package = get_text(d);
	if (d->r == 0 && (!*a->ecosystem || !*a->package))
		d->r = -EBADMSG;
	a->binary = get_number(d, FLAG_BINARY);
	a->modularity = get_optional_text(d);
	a->status = (enum bolt_status) get_number(d, _BOLT_STATUS_MAX - 1);
	a->severity = (enum bolt_severity) get_number(d, _BOLT_SEVERITY_MAX - 1);
	a->ranges = get_list(d, BOLT_RECORD_ITEMS_MAX, 2, sizeof(*a->ranges), &a->ranges_len);
	for (size_t i = 0; d->r == 0 && i < a->ranges_len; i++) {
		struct bolt_range *range = &a->ranges[i];

		range->semver = get_number(d, FLAG_SEMVER);
		range->events = get_list(d, BOLT_RECORD_EVENTS_MAX, 2, sizeof(*range->events), &range->events_len);
		for (size_t k = 0; d->r == 0 && k < range->events_len; k++) {
			range->events[k].kind = (enum bolt_event_kind) get_number(d, BOLT_EVENT_LIMIT);
			range->events[k].version = get_text(d);
		}
	}
	a->versions = get_texts(d, BOLT_RECORD_ITEMS_MAX, &a->versions_len);
}

int bolt_record_decode(struct bolt_cursor bytes, bool affected, struct bolt_arena *arena, struct bolt_advisory *ret_advisory)
{
	struct decoder d = { .c = bytes, .arena = arena };
	struct bolt_advisory a = { .id = get_text(&d) };

	if (d.r == 0 && !*a.id)
		return -EBADMSG;
	a.withdrawn = get_number(&d, FLAG_WITHDRAWN);
	a.published_unix = get_time(&d);
	a.modified_unix = get_time(&d);
	a.summary = get_optional_text(&d);
	a.details = get_optional_text(&d);
	a.aliases.items = get_texts(&d, BOLT_RECORD_ITEMS_MAX, &a.aliases.len);
	a.upstream.items = get_texts(&d, BOLT_RECORD_ITEMS_MAX, &a.upstream.len);
	a.cwes.items = get_texts(&d, BOLT_RECORD_ITEMS_MAX, &a.cwes.len);
	a.references.items = get_texts(&d, BOLT_RECORD_REFERENCES_MAX, &a.references.len);
	a.ratings = get_list(&d, BOLT_RECORD_ITEMS_MAX, 3, sizeof(*a.ratings), &a.ratings_len);
	for (size_t i = 0; d.r == 0 && i < a.ratings_len; i++) {
		a.ratings[i].source = get_optional_text(&d);
		a.ratings[i].vector = get_optional_text(&d);
		a.ratings[i].severity = (enum bolt_severity) get_number(&d, _BOLT_SEVERITY_MAX - 1);
	}
	if (affected) {
		a.affected = get_list(&d, BOLT_RECORD_ITEMS_MAX, 8, sizeof(*a.affected), &a.affected_len);
		for (size_t i = 0; d.r == 0 && i < a.affected_len; i++)
			get_affected(&d, &a.affected[i]);
		if (d.r == 0 && d.c.left > 0)
			return -EBADMSG;
	}
	if (d.r < 0)
		return d.r;
	*ret_advisory = a;
	return 0;
}
