#include "advisory/json_items.h"

#include <errno.h>
#include <string.h>

#include "advisory/limits.h"
#include "core/text.h"

/* A member's name: the longest in use, of packages and CVEs, are below 100 bytes. */
enum { NAME_MAX_BYTES = 4096 };

void bolt_json_items_init(struct bolt_json_items *items, struct bolt_reader *reader)
{
	*items = (struct bolt_json_items){
		.reader = reader,
		.outer = BOLT_BUF_INIT(NAME_MAX_BYTES),
		.inner = BOLT_BUF_INIT(NAME_MAX_BYTES),
		.value = BOLT_BUF_INIT(BOLT_FEED_RECORD_MAX),
	};
}

void bolt_json_items_done(struct bolt_json_items *items)
{
	bolt_buf_done(&items->outer);
	bolt_buf_done(&items->inner);
	bolt_buf_done(&items->value);
}

static unsigned long long offset(const struct bolt_json_items *items)
{
	return items->blocks_end - items->block.left;
}

/* 1: a byte is there | 0 at the end | negative. */
static int fill(struct bolt_json_items *items, struct bolt_err *err)
{
	const uint8_t *bytes = NULL;

	if (items->block.left > 0)
		return 1;
	ssize_t n = bolt_read_next(items->reader, &bytes, err);
	if (n <= 0)
		return (int) n;
	items->block = bolt_cursor(bytes, (size_t) n);
	items->blocks_end += (uint64_t) n;
	return 1;
}

static int cut_off(const struct bolt_json_items *items, struct bolt_err *err)
{
	return bolt_err_set(err, -EBADMSG, "cut off: the JSON ends in the middle, after %llu bytes", offset(items));
}

static int broken(const struct bolt_json_items *items, const char *want, struct bolt_err *err)
{
	return bolt_err_set(err, -EBADMSG, "not JSON: want %s at byte %llu", want, offset(items));
}

static char step(struct bolt_json_items *items)
{
	char c = (char) items->block.p[0];

	items->block.p++;
	items->block.left--;
	return c;
}

/* The next byte that is no white space, not consumed. 1 | 0 at the end | negative. */
static int peek(struct bolt_json_items *items, char *ret_char, struct bolt_err *err)
{
	int r;

	while ((r = fill(items, err)) > 0) {
		char c = (char) items->block.p[0];

		if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
			*ret_char = c;
			return 1;
		}
		(void) step(items);
	}
	return r;
}

/* As peek, where a document may not end. */
static int want_more(struct bolt_json_items *items, char *ret_char, struct bolt_err *err)
{
	int r = peek(items, ret_char, err);

	return r == 0 ? cut_off(items, err) : r;
}

static int expect(struct bolt_json_items *items, char c, const char *want, struct bolt_err *err)
{
	char next;
	int r = want_more(items, &next, err);

	if (r < 0)
		return r;
	if (next != c)
		return broken(items, want, err);
	(void) step(items);
	return 0;
}

static int keep(struct bolt_json_items *items, struct bolt_buf *into, size_t n, struct bolt_err *err)
{
	int r = bolt_buf_add(into, items->block.p, n);

	if (r == -E2BIG)
		return bolt_err_set(err, r, "the record at byte %llu is larger than %zu bytes; " BOLT_BOUND_HINT, offset(items),
				    into->max);
	items->block.p += n;
	items->block.left -= n;
	return r;
}

/* Where a value's bytes stand with respect to its end. */
struct extent {
	unsigned depth;
	bool in_text, escaped;
};

/* How many of the bytes belong to the value (text or container); *ret_ended tells whether its end is among them. */
static size_t scan(struct extent *at, struct bolt_cursor bytes, bool *ret_ended)
{
	for (size_t i = 0; i < bytes.left; i++) {
		char c = (char) bytes.p[i];

		if (at->in_text) {
			if (at->escaped)
				at->escaped = false;
			else if (c == '\\')
				at->escaped = true;
			else if (c == '"')
				at->in_text = false;
			if (at->in_text || at->depth > 0)
				continue;
		} else if (c == '"') {
			at->in_text = true;
			continue;
		} else if (c == '{' || c == '[') {
			at->depth++;
			continue;
		} else if ((c != '}' && c != ']') || --at->depth > 0) {
			continue;
		}
		*ret_ended = true;
		return i + 1;
	}
	return bytes.left;
}

/* A text or container, whose first byte comes next. */
static int take_enclosed(struct bolt_json_items *items, struct bolt_buf *into, struct bolt_err *err)
{
	struct extent at = { 0 };
	bool ended = false;

	bolt_buf_clear(into);
	while (!ended) {
		int r = fill(items, err);

		if (r == 0)
			return cut_off(items, err);
		if (r > 0)
			r = keep(items, into, scan(&at, items->block, &ended), err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* A number or a word: up to what may follow one. */
static int take_bare(struct bolt_json_items *items, struct bolt_buf *into, struct bolt_err *err)
{
	int r;

	bolt_buf_clear(into);
	while ((r = fill(items, err)) > 0) {
		if (!items->block.p[0] || strchr(",]} \t\r\n", items->block.p[0]))
			return into->len > 0 ? 0 : broken(items, "a value", err);
		r = keep(items, into, 1, err);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : cut_off(items, err);
}

static int take_value(struct bolt_json_items *items, char first, struct bolt_err *err)
{
	if (first == '"' || first == '{' || first == '[')
		return take_enclosed(items, &items->value, err);
	return take_bare(items, &items->value, err);
}

/* A member's name and the colon. The quotes are taken off. */
static int take_name(struct bolt_json_items *items, struct bolt_buf *into, struct bolt_err *err)
{
	char c;
	int r = want_more(items, &c, err);

	if (r > 0 && c != '"')
		r = broken(items, "a member's name", err);
	if (r > 0)
		r = take_enclosed(items, into, err);
	if (r < 0)
		return r;
	into->len -= 2;
	memmove(into->data, into->data + 1, into->len);
	into->data[into->len] = '\0';
	return expect(items, ':', "':'", err);
}

/* Steps to the next member of the container that is being read. 1 | 0: it ended | negative. */
static int next_member(struct bolt_json_items *items, char close, struct bolt_err *err)
{
	bool fresh = items->fresh;
	char c;
	int r = want_more(items, &c, err);

	if (r < 0)
		return r;
	items->fresh = false;
	if (c == close) {
		(void) step(items);
		return 0;
	}
	if (fresh)
		return 1;
	if (c != ',')
		return broken(items, close == '}' ? "',' or '}'" : "',' or ']'", err);
	(void) step(items);
	return 1;
}

/* The next member of the top-level object. 1: it is no container, and was taken | 0: see items->inside | negative. */
static int next_outer(struct bolt_json_items *items, struct bolt_err *err)
{
	char c;
	int r = next_member(items, '}', err);

	if (r == 0)
		items->inside = 'e';
	if (r <= 0)
		return r;
	r = take_name(items, &items->outer, err);
	if (r == 0)
		r = want_more(items, &c, err);
	if (r < 0)
		return r;
	if (c != '{' && c != '[') {
		r = take_value(items, c, err);
		return r < 0 ? r : 1;
	}
	items->inside = step(items);
	items->fresh = true;
	return 0;
}

/* The next member or item of the container in the top-level object. 1 | 0: it ended | negative. */
static int next_inner(struct bolt_json_items *items, struct bolt_err *err)
{
	char c;
	int r = next_member(items, items->inside == '{' ? '}' : ']', err);

	if (r == 0)
		items->inside = 'o';
	if (r <= 0)
		return r;
	r = items->inside == '{' ? take_name(items, &items->inner, err) : 0;
	if (r == 0)
		r = want_more(items, &c, err);
	if (r > 0)
		r = take_value(items, c, err);
	return r < 0 ? r : 1;
}

static int begin(struct bolt_json_items *items, struct bolt_err *err)
{
	items->inside = 'o';
	items->fresh = true;
	return expect(items, '{', "an object", err);
}

static int end(struct bolt_json_items *items, struct bolt_err *err)
{
	char c;
	int r = peek(items, &c, err);

	return r > 0 ? broken(items, "the end", err) : r;
}

int bolt_json_items_next(struct bolt_json_items *items, struct bolt_json_item *ret_item, struct bolt_err *err)
{
	int r = items->inside ? 0 : begin(items, err);
	bool member = false;

	while (r == 0 && items->inside != 'e') {
		member = items->inside == '{';
		r = items->inside == 'o' ? next_outer(items, err) : next_inner(items, err);
	}
	if (r == 0)
		return end(items, err);
	if (r < 0)
		return r;
	*ret_item = (struct bolt_json_item){
		.outer = (const char *) items->outer.data,
		.inner = member ? (const char *) items->inner.data : NULL,
		.value = bolt_cursor(items->value.data, items->value.len),
	};
	return 1;
}

bool bolt_json_item_text(const struct bolt_json_item *item, char *ret_text, size_t room)
{
	struct bolt_cursor text = item->value;

	if (!bolt_take_prefix(&text, "\"") || text.left == 0 || text.left > room || memchr(text.p, '\\', text.left) ||
	    memchr(text.p, '\0', text.left) || !bolt_utf8_valid((const char *) text.p, text.left - 1))
		return false;
	memcpy(ret_text, text.p, text.left - 1);
	ret_text[text.left - 1] = '\0';
	return true;
}
