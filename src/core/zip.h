/* Zip archives (PKWARE APPNOTE 6.3.10), read where they lie: no list of entries is ever built, a stored archive in an archive is a
 * part of the same bytes, and only what is asked for is inflated. Two ways in: over bytes in memory, led by the central directory
 * as java.util.zip is; or over a stream, by the local headers, in constant memory. libarchive keeps every entry of a central
 * directory in memory (a 64 MiB archive can name 1.4 million), which is why it is not used here. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"
#include "core/reader.h"

struct bolt_zip;

#define BOLT_ZIP_UNKNOWN UINT64_MAX

struct bolt_zip_entry {
	const char *name;      /* NUL-terminated, as stored; valid until the next entry */
	uint64_t packed, size; /* bytes; UNKNOWN in a stream whose writer did not know them either */
	uint32_t crc;
	uint16_t method; /* 0 stored, 8 deflate */
	bool encrypted;
	bool described; /* sizes and checksum follow the content */
};

/* What an archive and those inside it may still cost together; counted down. Entries of one directory may all point to the same
 * bytes, so neither sizes nor counts of the archives themselves bound the work. */
struct bolt_zip_budget {
	uint64_t bytes;   /* handed out as content, and searched for end records */
	uint64_t entries; /* looked at */
};

/* `bytes`, `source` and `budget` are borrowed. 0 | -EBADMSG (no end-of-central-directory record; memory only) | -E2BIG (budget) |
 * -ENOMEM. */
BOLT_MUST_CHECK int bolt_zip_open_memory(struct bolt_cursor bytes, struct bolt_zip_budget *budget, struct bolt_zip **ret_zip,
					 struct bolt_err *err);
BOLT_MUST_CHECK int bolt_zip_open_stream(struct bolt_reader *source, struct bolt_zip_budget *budget, struct bolt_zip **ret_zip,
					 struct bolt_err *err);
void bolt_zip_close(struct bolt_zip *zip);
BOLT_DEFINE_CLEANUP(struct bolt_zip *, bolt_zip_close)

/* The next entry. 1 | 0 at the end | -EBADMSG (damaged: nothing more can be read) | -E2BIG (the budget is used
 * up) | -ENOMEM | what the source failed with. */
BOLT_MUST_CHECK int bolt_zip_next(struct bolt_zip *zip, struct bolt_zip_entry *ret_entry, struct bolt_err *err);

/* The current entry's content, once; the reader is the archive's own and ends with the next bolt_zip_next. It fails with -EBADMSG
 * (damaged, wrong checksum), -E2BIG (budget), -ENOMEM. 0 | -EOPNOTSUPP (encrypted, unknown method, stored without a length) |
 * -ENOMEM. */
BOLT_MUST_CHECK int bolt_zip_content(struct bolt_zip *zip, struct bolt_reader **ret_content, struct bolt_err *err);

/* The current entry's bytes without copying; false when it is not stored plainly in memory. */
bool bolt_zip_stored(const struct bolt_zip *zip, struct bolt_cursor *ret_bytes);
