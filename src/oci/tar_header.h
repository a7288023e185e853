/* One 512-byte tar header, decoded. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"

enum { TAR_BLOCK = 512 };

struct tar_header {
	char type;
	char name[256 + 1]; /* ustar prefix joined */
	char link[100 + 1];
	uint64_t size;
	uint32_t mode;
	bool gnu;
};

bool tar_block_is_zero(const uint8_t *block);

/* 0 | -EBADMSG (checksum or number wrong). */
BOLT_MUST_CHECK int tar_header_parse(const uint8_t *block, struct tar_header *ret_header, struct bolt_err *err);

/* A numeric field: octal text, or GNU base-256. 0 | -EBADMSG (neither, negative, or over 2^63 - 1). */
BOLT_MUST_CHECK int tar_number(const uint8_t *field, size_t len, uint64_t *ret_value);

/* The next "LEN KEY=VALUE\n" record of a pax header. 1 | 0 at the end | -EBADMSG. */
BOLT_MUST_CHECK int tar_pax_next(struct bolt_cursor *records, struct bolt_cursor *ret_key, struct bolt_cursor *ret_value);
