#include "core/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int bolt_buf_reserve(struct bolt_buf *buf, size_t n)
{
	if (n > buf->max) {
		bolt_buf_done(buf);
		return -E2BIG;
	}
	if (buf->data && n < buf->room)
		return 0;

	size_t room = buf->room ? buf->room : 64;
	while (room < n + 1)
		room = room > SIZE_MAX / 2 ? n + 1 : room * 2;
	if (room > buf->max + 1)
		room = buf->max + 1;
	uint8_t *data = realloc(buf->data, room);
	if (!data) {
		bolt_buf_done(buf);
		return -ENOMEM;
	}
	data[buf->len] = 0;
	buf->data = data;
	buf->room = room;
	return 0;
}

int bolt_buf_add(struct bolt_buf *buf, const void *bytes, size_t n)
{
	if (n > buf->max - buf->len) {
		bolt_buf_done(buf);
		return -E2BIG;
	}
	int r = bolt_buf_reserve(buf, buf->len + n);
	if (r < 0)
		return r;
	if (n > 0)
		memcpy(buf->data + buf->len, bytes, n);
	buf->len += n;
	buf->data[buf->len] = 0;
	return 0;
}

int bolt_buf_addf(struct bolt_buf *buf, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	int r = n < 0 ? -EINVAL : 0;
	if (r == 0 && (size_t) n > buf->max - buf->len) {
		bolt_buf_done(buf);
		r = -E2BIG;
	}
	if (r == 0)
		r = bolt_buf_reserve(buf, buf->len + (size_t) n);
	if (r == 0) {
		(void) vsnprintf((char *) buf->data + buf->len, (size_t) n + 1, format, again);
		buf->len += (size_t) n;
	}
	va_end(again);
	return r;
}

void bolt_buf_clear(struct bolt_buf *buf)
{
	buf->len = 0;
	if (buf->data)
		buf->data[0] = 0;
}

void bolt_buf_done(struct bolt_buf *buf)
{
	free(buf->data);
	buf->data = NULL;
	buf->len = buf->room = 0;
}

int bolt_buf_take_text(struct bolt_buf *buf, char **ret_text)
{
	int r = bolt_buf_reserve(buf, buf->len);

	if (r < 0)
		return r;
	*ret_text = (char *) buf->data;
	buf->data = NULL;
	buf->len = buf->room = 0;
	return 0;
}
