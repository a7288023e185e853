/* Compressed bytes in, plain bytes out: gzip (RFC 1952), zstd (RFC 8878), xz and bzip2, found by their first bytes;
 * anything else passes through unchanged. Several members or frames in a row are one stream, as gzip -d, zstd -d do. */
#pragma once

#include "core/err.h"
#include "core/macros.h"
#include "core/pump.h"
#include "core/reader.h"

enum bolt_compression { BOLT_PLAIN = 0, BOLT_GZIP, BOLT_ZSTD, BOLT_XZ, BOLT_BZIP2 };
const char *bolt_compression_text(enum bolt_compression compression);

/* By the first bytes; six are enough to know them all. */
enum bolt_compression bolt_compression_of(const void *bytes, size_t len);

/* Looks at the first bytes of `source` (which may be empty) and opens the matching filler. The source is borrowed and must
 * outlive it. Bounded by BOLT_EXPANSION_MAX and BOLT_WINDOW_MAX. Reading may fail with -EBADMSG (damaged) or -E2BIG (a bound).
 * 0 | -ENOMEM | what the source failed with. */
BOLT_MUST_CHECK int bolt_inflate_open(struct bolt_reader *source, struct bolt_filler **ret_filler,
				      enum bolt_compression *ret_compression, struct bolt_err *err);
