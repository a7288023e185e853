/* The only way untrusted bytes are read: every take checks what is left, and a failing take moves nothing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/macros.h"

struct bolt_cursor {
	const uint8_t *p; /* borrowed */
	size_t left;
};

static inline struct bolt_cursor bolt_cursor(const void *bytes, size_t len)
{
	return (struct bolt_cursor){ .p = bytes, .left = len };
}

/* All return 0 or -EBADMSG (too few bytes). ret pointers point into the bytes the cursor was made from. */
BOLT_MUST_CHECK int bolt_take_bytes(struct bolt_cursor *c, size_t n, const uint8_t **ret_bytes);
BOLT_MUST_CHECK int bolt_take_sub(struct bolt_cursor *c, size_t n, struct bolt_cursor *ret_sub);
BOLT_MUST_CHECK int bolt_skip(struct bolt_cursor *c, size_t n);
BOLT_MUST_CHECK int bolt_take_u8(struct bolt_cursor *c, uint8_t *ret_value);
BOLT_MUST_CHECK int bolt_take_u16le(struct bolt_cursor *c, uint16_t *ret_value);
BOLT_MUST_CHECK int bolt_take_u32le(struct bolt_cursor *c, uint32_t *ret_value);
BOLT_MUST_CHECK int bolt_take_u64le(struct bolt_cursor *c, uint64_t *ret_value);
BOLT_MUST_CHECK int bolt_take_u16be(struct bolt_cursor *c, uint16_t *ret_value);
BOLT_MUST_CHECK int bolt_take_u32be(struct bolt_cursor *c, uint32_t *ret_value);
BOLT_MUST_CHECK int bolt_take_u64be(struct bolt_cursor *c, uint64_t *ret_value);

/* Unsigned LEB128 of at most 10 bytes (Go's uvarint). 0 | -EBADMSG. */
BOLT_MUST_CHECK int bolt_take_uvarint(struct bolt_cursor *c, uint64_t *ret_value);

/* A cursor over n bytes at an absolute offset of `whole` (which is not moved). 0 | -EBADMSG. */
BOLT_MUST_CHECK int bolt_cursor_at(const struct bolt_cursor *whole, uint64_t offset, uint64_t n, struct bolt_cursor *ret_sub);

/* The next line without its '\n' (a '\r' before it stays out too); the last one may lack the newline.
 * false when nothing is left. */
bool bolt_take_line(struct bolt_cursor *c, struct bolt_cursor *ret_line);

/* Up to the next `separator`, which is consumed but not returned; the rest when there is none. false when nothing is left. */
bool bolt_take_until(struct bolt_cursor *c, char separator, struct bolt_cursor *ret_part);

/* Drops spaces and tabs on both ends. */
void bolt_trim(struct bolt_cursor *c);

bool bolt_cursor_is(struct bolt_cursor c, const char *text);
bool bolt_cursor_starts(struct bolt_cursor c, const char *prefix);

/* If c starts with prefix, moves past it and says true. */
bool bolt_take_prefix(struct bolt_cursor *c, const char *prefix);
