#include "core/json_pull.h"

#include <errno.h>
#include <string.h>

/* No text that anyone asks for is longer than the file it came from, and those are bounded by their readers. */
#define TEXT_MAX (256u << 20)

void bolt_jp_init(struct bolt_json_pull *p, struct bolt_cursor bytes, unsigned max_depth, struct bolt_err *err)
{
	p->at = bytes;
	p->start = bytes.p;
	p->depth = 0;
	p->max_depth = max_depth < BOLT_JSON_PULL_DEPTH ? max_depth : BOLT_JSON_PULL_DEPTH;
	p->fresh = false;
	p->key = (struct bolt_buf) BOLT_BUF_INIT(TEXT_MAX);
	p->text = (struct bolt_buf) BOLT_BUF_INIT(TEXT_MAX);
	p->err = err;
	if (bytes.left > 0)
		(void) bolt_take_prefix(&p->at, "\xef\xbb\xbf");
}

void bolt_jp_done(struct bolt_json_pull *p)
{
	bolt_buf_done(&p->key);
	bolt_buf_done(&p->text);
}

static int broken(struct bolt_json_pull *p, const char *want)
{
	return bolt_err_set(p->err, -EBADMSG,
			    p->at.left ? "not JSON: want %s at byte %zu" : "not JSON: it ends where %s should be (byte %zu)", want,
			    (size_t) (p->at.p - p->start));
}

/* The next byte that is no white space, not consumed; '\0' at the end (a NUL byte itself is nowhere allowed). */
static char peek(struct bolt_json_pull *p)
{
	while (p->at.left > 0) {
		char c = (char) p->at.p[0];

		if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
			return c;
		p->at.p++;
		p->at.left--;
	}
	return '\0';
}

static void step(struct bolt_json_pull *p)
{
	p->at.p++;
	p->at.left--;
}

int bolt_jp_enter(struct bolt_json_pull *p, char open)
{
	if (peek(p) != open)
		return 0;
	if (p->depth >= p->max_depth)
		return bolt_err_set(p->err, -EBADMSG, "JSON nested deeper than the bound of %u levels (at byte %zu)", p->max_depth,
				    (size_t) (p->at.p - p->start));
	step(p);
	p->open[p->depth++] = open;
	p->fresh = true;
	return 1;
}

int bolt_jp_enter_or_skip(struct bolt_json_pull *p, char open)
{
	int r = bolt_jp_enter(p, open);

	return r == 0 ? bolt_jp_skip(p, NULL) : r;
}

/* Steps to the next member of the innermost container. 1 | 0 at its end, which is left | -EBADMSG. */
static int next_member(struct bolt_json_pull *p, char close)
{
	char c = peek(p);

	if (c == close) {
		step(p);
		p->depth--;
		p->fresh = false;
		return 0;
	}
	if (!p->fresh) {
		if (c != ',')
			return broken(p, close == '}' ? "',' or '}'" : "',' or ']'");
		step(p);
	}
	p->fresh = false;
	return 1;
}

static int hex4(struct bolt_cursor *c, uint32_t *ret_value)
{
	const uint8_t *digits;
	uint32_t value = 0;

	if (bolt_take_bytes(c, 4, &digits) < 0)
		return -EBADMSG;
	for (int i = 0; i < 4; i++) {
		uint8_t d = digits[i];

		if (d >= '0' && d <= '9')
			value = value << 4 | (uint32_t) (d - '0');
		else if ((d | 0x20) >= 'a' && (d | 0x20) <= 'f')
			value = value << 4 | (uint32_t) ((d | 0x20) - 'a' + 10);
		else
			return -EBADMSG;
	}
	*ret_value = value;
	return 0;
}

static int add_code_point(struct bolt_buf *out, uint32_t c)
{
	uint8_t bytes[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = n; i-- > 1; c >>= 6)
		bytes[i] = (uint8_t) (0x80 | (c & 0x3f));
	bytes[0] = (uint8_t) (lead[n] | c);
	return bolt_buf_add(out, bytes, n);
}

/* What stands after "\u". A high surrogate wants its low half right behind it. */
static int add_unicode_escape(struct bolt_cursor *raw, struct bolt_buf *out)
{
	struct bolt_cursor ahead;
	uint32_t c, low;

	if (hex4(raw, &c) < 0)
		return -EBADMSG;
	ahead = *raw;
	if (c >= 0xd800 && c <= 0xdbff && bolt_take_prefix(&ahead, "\\u") && hex4(&ahead, &low) == 0 && low >= 0xdc00 &&
	    low <= 0xdfff) {
		*raw = ahead;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	} else if (c == 0 || (c >= 0xd800 && c <= 0xdfff)) {
		c = 0xfffd;
	}
	return add_code_point(out, c);
}

static int decode(struct bolt_cursor raw, struct bolt_buf *out)
{
	static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	struct bolt_cursor plain;
	int r = 0;

	bolt_buf_clear(out);
	while (r == 0 && raw.left > 0) {
		const uint8_t *slash = memchr(raw.p, '\\', raw.left);
		uint8_t escape = 0;

		r = bolt_take_sub(&raw, slash ? (size_t) (slash - raw.p) : raw.left, &plain);
		if (r == 0)
			r = bolt_buf_add(out, plain.p, plain.left);
		if (r < 0 || !slash)
			break;
		if (bolt_skip(&raw, 1) < 0 || bolt_take_u8(&raw, &escape) < 0)
			return -EBADMSG;
		const char *at = escape ? strchr(escapes, escape) : NULL;
		if (escape == 'u')
			r = add_unicode_escape(&raw, out);
		else
			r = at ? bolt_buf_add(out, &meanings[at - escapes], 1) : -EBADMSG;
	}
	return r;
}

/* The text whose opening quote is next. Escapes are checked and resolved into `decoded`, or only passed over when it is NULL. */
static int take_text(struct bolt_json_pull *p, struct bolt_buf *decoded, struct bolt_cursor *ret_text)
{
	size_t n = 1;
	bool escaped = false;

	for (; n < p->at.left && p->at.p[n] != '"'; n++) {
		if (p->at.p[n] < 0x20) {
			p->at = bolt_cursor(p->at.p + n, p->at.left - n);
			return broken(p, "no bare control character");
		}
		if (p->at.p[n] == '\\') {
			escaped = true;
			n++;
		}
	}
	if (n >= p->at.left) {
		p->at = bolt_cursor(p->at.p + p->at.left, 0);
		return broken(p, "a closing quote");
	}
	struct bolt_cursor text = bolt_cursor(p->at.p + 1, n - 1);
	p->at = bolt_cursor(p->at.p + n + 1, p->at.left - n - 1);
	if (escaped && decoded) {
		int r = decode(text, decoded);

		if (r == -EBADMSG)
			return broken(p, "a valid escape before here");
		if (r < 0)
			return -ENOMEM;
		text = bolt_cursor(decoded->data, decoded->len);
	}
	*ret_text = text;
	return 0;
}

int bolt_jp_key(struct bolt_json_pull *p, struct bolt_cursor *ret_key)
{
	int r = next_member(p, '}');

	if (r <= 0)
		return r;
	if (peek(p) != '"')
		return broken(p, "a member's name");
	r = take_text(p, &p->key, ret_key);
	if (r < 0)
		return r;
	if (peek(p) != ':')
		return broken(p, "':'");
	step(p);
	return 1;
}

int bolt_jp_item(struct bolt_json_pull *p)
{
	return next_member(p, ']');
}

int bolt_jp_text(struct bolt_json_pull *p, struct bolt_cursor *ret_text)
{
	if (peek(p) != '"')
		return 0;
	int r = take_text(p, &p->text, ret_text);
	return r < 0 ? r : 1;
}

int bolt_jp_text_or_skip(struct bolt_json_pull *p, struct bolt_cursor *ret_text)
{
	int r = bolt_jp_text(p, ret_text);

	if (r == 0)
		r = bolt_jp_skip(p, NULL);
	return r < 0 ? r : 0;
}

static size_t digits(struct bolt_json_pull *p)
{
	size_t n = 0;

	for (; p->at.left > 0 && p->at.p[0] >= '0' && p->at.p[0] <= '9'; n++)
		step(p);
	return n;
}

/* RFC 8259 section 6. */
static int skip_number(struct bolt_json_pull *p)
{
	(void) bolt_take_prefix(&p->at, "-");
	if (!bolt_take_prefix(&p->at, "0") && digits(p) == 0)
		return broken(p, "a value");
	if (bolt_take_prefix(&p->at, ".") && digits(p) == 0)
		return broken(p, "a digit");
	if (bolt_take_prefix(&p->at, "e") || bolt_take_prefix(&p->at, "E")) {
		if (!bolt_take_prefix(&p->at, "-"))
			(void) bolt_take_prefix(&p->at, "+");
		if (digits(p) == 0)
			return broken(p, "a digit");
	}
	return 0;
}

static int skip_scalar(struct bolt_json_pull *p, bool *ret_true)
{
	struct bolt_cursor text;

	*ret_true = false;
	switch (peek(p)) {
	case '"':
		return take_text(p, NULL, &text);
	case 't':
		*ret_true = true;
		return bolt_take_prefix(&p->at, "true") ? 0 : broken(p, "a value");
	case 'f':
		return bolt_take_prefix(&p->at, "false") ? 0 : broken(p, "a value");
	case 'n':
		return bolt_take_prefix(&p->at, "null") ? 0 : broken(p, "a value");
	default:
		return skip_number(p);
	}
}

int bolt_jp_skip(struct bolt_json_pull *p, bool *ret_true)
{
	unsigned outside = p->depth;
	struct bolt_cursor key;
	bool is_true = false;
	int r;

	do {
		char c = peek(p);

		r = c == '{' || c == '[' ? bolt_jp_enter(p, c) : skip_scalar(p, &is_true);
		while (r >= 0 && p->depth > outside) {
			r = p->open[p->depth - 1] == '{' ? bolt_jp_key(p, &key) : bolt_jp_item(p);
			if (r != 0)
				break; /* a value comes, or it is broken */
			is_true = false;
		}
	} while (r >= 0 && p->depth > outside);
	if (r < 0)
		return r;
	if (ret_true)
		*ret_true = is_true;
	return 0;
}

int bolt_jp_end(struct bolt_json_pull *p)
{
	return peek(p) == '\0' && p->at.left == 0 ? 0 : broken(p, "the end");
}
