/* Buffered output to a file descriptor. The first failure sticks and everything after it does nothing, so that writers
 * need not check each call: they check bolt_out_flush. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/macros.h"

struct bolt_out {
	int fd;     /* borrowed */
	int failed; /* 0 or the negative errno of the first failed write */
	size_t used;
	uint64_t written; /* bytes accepted in all */
	char bytes[32 * 1024];
};

void bolt_out_init(struct bolt_out *out, int fd);
void bolt_out_bytes(struct bolt_out *out, const void *bytes, size_t n);
void bolt_out_text(struct bolt_out *out, const char *text);
void bolt_out_char(struct bolt_out *out, char c);
void bolt_outf(struct bolt_out *out, const char *format, ...) BOLT_PRINTF(2, 3);

/* 0 | the first failure. */
BOLT_MUST_CHECK int bolt_out_flush(struct bolt_out *out);
