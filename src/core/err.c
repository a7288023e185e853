#include "core/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

BOLT_PRINTF(2, 0) static void say(struct bolt_err *err, const char *format, va_list args)
{
	char text[sizeof(err->msg)];

	(void) vsnprintf(text, sizeof(text), format, args); /* truncation is fine: the start of a message says most */
	bolt_text_clean(text);
	memcpy(err->msg, text, sizeof(text));
}

int bolt_err_set(struct bolt_err *err, int code, const char *format, ...)
{
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	say(err, format, args);
	va_end(args);
	return code;
}

int bolt_err_wrap(struct bolt_err *err, int code, const char *format, ...)
{
	va_list args;
	char inner[sizeof(err->msg)];

	if (!err)
		return code;
	(void) snprintf(inner, sizeof(inner), "%s", bolt_err_text(err, code));
	va_start(args, format);
	say(err, format, args);
	va_end(args);

	size_t used = strlen(err->msg);
	(void) snprintf(err->msg + used, sizeof(err->msg) - used, ": %s", inner);
	return code;
}

const char *bolt_err_text(const struct bolt_err *err, int code)
{
	if (err && err->msg[0])
		return err->msg;
	return code < 0 ? strerror(-code) : "no error";
}
