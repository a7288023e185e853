#include "core/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/write_all.h"

void bolt_out_init(struct bolt_out *out, int fd)
{
	out->fd = fd;
	out->failed = 0;
	out->used = 0;
	out->written = 0;
}

static void write_all(struct bolt_out *out, const void *bytes, size_t n)
{
	if (out->failed == 0)
		out->failed = bolt_write_all(out->fd, bytes, n);
}

int bolt_out_flush(struct bolt_out *out)
{
	write_all(out, out->bytes, out->used);
	out->used = 0;
	return out->failed;
}

void bolt_out_bytes(struct bolt_out *out, const void *bytes, size_t n)
{
	out->written += n;
	if (n > sizeof(out->bytes) - out->used)
		BOLT_IGNORE(bolt_out_flush(out)); /* the failure sticks */
	if (n > sizeof(out->bytes)) {
		write_all(out, bytes, n);
		return;
	}
	memcpy(out->bytes + out->used, bytes, n);
	out->used += n;
}

void bolt_out_text(struct bolt_out *out, const char *text)
{
	bolt_out_bytes(out, text, strlen(text));
}

void bolt_out_char(struct bolt_out *out, char c)
{
	bolt_out_bytes(out, &c, 1);
}

void bolt_outf(struct bolt_out *out, const char *format, ...)
{
	char small[256];
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(small, sizeof(small), format, args);
	va_end(args);
	if (n >= 0 && (size_t) n < sizeof(small)) {
		bolt_out_bytes(out, small, (size_t) n);
	} else if (n >= 0) {
		char *large = malloc((size_t) n + 1);

		if (large) {
			(void) vsnprintf(large, (size_t) n + 1, format, again);
			bolt_out_bytes(out, large, (size_t) n);
			free(large);
		} else if (out->failed == 0) {
			out->failed = -ENOMEM;
		}
	}
	va_end(again);
}
