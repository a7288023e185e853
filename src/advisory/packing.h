/* How numbers and texts lie in the database: unsigned LEB128, and NUL-terminated texts that are used where they lie. */
#pragma once

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "core/buf.h"
#include "core/cursor.h"
#include "core/macros.h"

/* 0 | -E2BIG | -ENOMEM. */
BOLT_MUST_CHECK static inline int bolt_pack_number(struct bolt_buf *buf, uint64_t value)
{
	uint8_t bytes[10];
	size_t n = 0;

	for (; value >= 0x80; value >>= 7)
		bytes[n++] = (uint8_t) (value | 0x80);
	bytes[n++] = (uint8_t) value;
	return bolt_buf_add(buf, bytes, n);
}

/* NULL is written as the empty text. */
BOLT_MUST_CHECK static inline int bolt_pack_text(struct bolt_buf *buf, const char *text)
{
	return bolt_buf_add(buf, text ? text : "", text ? strlen(text) + 1 : 1);
}

/* 0 | -EBADMSG: no NUL before the end. */
BOLT_MUST_CHECK static inline int bolt_take_text(struct bolt_cursor *c, const char **ret_text)
{
	const uint8_t *end = c->left > 0 ? memchr(c->p, '\0', c->left) : NULL;

	if (!end)
		return -EBADMSG;
	*ret_text = (const char *) c->p;
	c->left -= (size_t) (end - c->p) + 1;
	c->p = end + 1;
	return 0;
}

/* A number of at most `most`. 0 | -EBADMSG. */
BOLT_MUST_CHECK static inline int bolt_take_number(struct bolt_cursor *c, uint64_t most, uint64_t *ret_value)
{
	uint64_t value;

	if (bolt_take_uvarint(c, &value) < 0 || value > most)
		return -EBADMSG;
	*ret_value = value;
	return 0;
}
