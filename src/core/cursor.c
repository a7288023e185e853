#include "core/cursor.h"

#include <errno.h>

int bolt_take_bytes(struct bolt_cursor *c, size_t n, const uint8_t **ret_bytes)
{
	if (n > c->left)
		return -EBADMSG;
	*ret_bytes = c->p;
	c->p += n;
	c->left -= n;
	return 0;
}

int bolt_take_sub(struct bolt_cursor *c, size_t n, struct bolt_cursor *ret_sub)
{
	const uint8_t *p;
	int r = bolt_take_bytes(c, n, &p);

	if (r < 0)
		return r;
	*ret_sub = bolt_cursor(p, n);
	return 0;
}

int bolt_skip(struct bolt_cursor *c, size_t n)
{
	const uint8_t *p;

	return bolt_take_bytes(c, n, &p);
}

static int take_int(struct bolt_cursor *c, unsigned n, bool big_endian, uint64_t *ret_value)
{
	const uint8_t *p;
	uint64_t value = 0;
	int r = bolt_take_bytes(c, n, &p);

	if (r < 0)
		return r;
	for (unsigned i = 0; i < n; i++)
		value |= (uint64_t) p[i] << 8 * (big_endian ? n - 1 - i : i);
	*ret_value = value;
	return 0;
}

#define DEFINE_TAKE(name, type, big_endian) \
	int name(struct bolt_cursor *c, type *ret_value) \
	{ \
		uint64_t value; \
		int r = take_int(c, sizeof(type), big_endian, &value); \
		if (r < 0) \
			return r; \
		*ret_value = (type) value; \
		return 0; \
	}

DEFINE_TAKE(bolt_take_u8, uint8_t, false)
DEFINE_TAKE(bolt_take_u16le, uint16_t, false)
DEFINE_TAKE(bolt_take_u32le, uint32_t, false)
DEFINE_TAKE(bolt_take_u64le, uint64_t, false)
DEFINE_TAKE(bolt_take_u16be, uint16_t, true)
DEFINE_TAKE(bolt_take_u32be, uint32_t, true)
DEFINE_TAKE(bolt_take_u64be, uint64_t, true)

int bolt_take_uvarint(struct bolt_cursor *c, uint64_t *ret_value)
{
	struct bolt_cursor at = *c;
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 70; shift += 7) {
		uint8_t byte;

		if (bolt_take_u8(&at, &byte) < 0 || (shift == 63 && byte > 1))
			return -EBADMSG;
		value |= (uint64_t) (byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			*c = at;
			*ret_value = value;
			return 0;
		}
	}
	return -EBADMSG;
}

int bolt_cursor_at(const struct bolt_cursor *whole, uint64_t offset, uint64_t n, struct bolt_cursor *ret_sub)
{
	if (offset > whole->left || n > whole->left - offset)
		return -EBADMSG;
	*ret_sub = bolt_cursor(whole->p + offset, (size_t) n);
	return 0;
}

bool bolt_take_until(struct bolt_cursor *c, char separator, struct bolt_cursor *ret_part)
{
	if (c->left == 0)
		return false;
	const uint8_t *at = memchr(c->p, separator, c->left);
	size_t n = at ? (size_t) (at - c->p) : c->left;

	*ret_part = bolt_cursor(c->p, n);
	n += at != NULL;
	c->p += n;
	c->left -= n;
	return true;
}

bool bolt_take_line(struct bolt_cursor *c, struct bolt_cursor *ret_line)
{
	if (!bolt_take_until(c, '\n', ret_line))
		return false;
	if (ret_line->left > 0 && ret_line->p[ret_line->left - 1] == '\r')
		ret_line->left--;
	return true;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

void bolt_trim(struct bolt_cursor *c)
{
	while (c->left > 0 && is_blank(c->p[0])) {
		c->p++;
		c->left--;
	}
	while (c->left > 0 && is_blank(c->p[c->left - 1]))
		c->left--;
}

bool bolt_cursor_is(struct bolt_cursor c, const char *text)
{
	size_t n = strlen(text);

	return c.left == n && (n == 0 || memcmp(c.p, text, n) == 0); /* an empty cursor may have no bytes to point to */
}

bool bolt_cursor_starts(struct bolt_cursor c, const char *prefix)
{
	size_t n = strlen(prefix);

	return c.left >= n && (n == 0 || memcmp(c.p, prefix, n) == 0);
}

bool bolt_take_prefix(struct bolt_cursor *c, const char *prefix)
{
	if (!bolt_cursor_starts(*c, prefix))
		return false;
	c->p += strlen(prefix);
	c->left -= strlen(prefix);
	return true;
}
