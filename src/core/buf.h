/* A growing byte buffer that is born with a cap. After any error it has freed itself. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/macros.h"

struct bolt_buf {
	uint8_t *data; /* owned; a NUL stands after data[len - 1] whenever data is not NULL */
	size_t len, room, max;
};

#define BOLT_BUF_INIT(max_bytes) \
	{ \
		.data = NULL, .len = 0, .room = 0, .max = (max_bytes) \
	}

/* 0 | -E2BIG (would pass max) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_buf_add(struct bolt_buf *buf, const void *bytes, size_t n);
BOLT_MUST_CHECK int bolt_buf_addf(struct bolt_buf *buf, const char *format, ...) BOLT_PRINTF(2, 3);

/* Room for at least n bytes in all, without changing len. Same errors. */
BOLT_MUST_CHECK int bolt_buf_reserve(struct bolt_buf *buf, size_t n);

/* Keeps the memory, forgets the content. */
void bolt_buf_clear(struct bolt_buf *buf);

/* Frees; the buffer can be used again. */
void bolt_buf_done(struct bolt_buf *buf);

/* Hands over the bytes as a NUL-terminated string the caller frees (never NULL on success). 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_buf_take_text(struct bolt_buf *buf, char **ret_text);
