/* Text for people about a failure, in an object the caller owns (usually on its stack). The code travels beside it
 * as the negative errno that the function returns. */
#pragma once

#include "core/macros.h"

struct bolt_err {
	char msg[768]; /* NUL-terminated UTF-8 without control characters; empty when nothing was said */
};

/* Both write at most sizeof(msg) bytes, replace control characters and invalid UTF-8 by '?' (names in messages come
 * from attackers and end on terminals), accept err == NULL and return `code` unchanged. */
int bolt_err_set(struct bolt_err *err, int code, const char *format, ...) BOLT_PRINTF(3, 4);

/* Puts context before what is already there: "context: what was there". */
int bolt_err_wrap(struct bolt_err *err, int code, const char *format, ...) BOLT_PRINTF(3, 4);

/* What was said, or the errno's own text when nothing was. Valid as long as err is. */
const char *bolt_err_text(const struct bolt_err *err, int code);
