/* What zip.c (memory), zip_stream.c and zip_content.c share. */
#pragma once

#include "core/zip.h"

struct inflate_state;

/* PREFIX: a shell script before an executable jar (Spring Boot's launch script is 10 kB; Jenkins-like bundles put more). */
enum { BOLT_ZIP_NAME_MAX = 4096, BOLT_ZIP_OUT = 32 * 1024, BOLT_ZIP_PREFIX_MAX = 1 << 20 };

enum bolt_zip_signature {
	BOLT_ZIP_LOCAL = 0x04034b50,
	BOLT_ZIP_CENTRAL = 0x02014b50,
	BOLT_ZIP_END = 0x06054b50,
	BOLT_ZIP_END64 = 0x06064b50,
	BOLT_ZIP_LOCATOR64 = 0x07064b50,
};

struct bolt_zip {
	struct bolt_reader content; /* first: handed out as the current entry's reader */
	struct bolt_zip_budget *budget;
	uint64_t entries; /* seen so far */
	struct bolt_zip_entry entry;

	/* The current entry's packed bytes: `packed_left` of them, in `block` and then in `source` (NULL: all are in block). */
	struct bolt_cursor block;
	struct bolt_reader *source;
	uint64_t packed_left;
	bool opened;   /* as content */
	bool finished; /* content was read to its end */
	int failed;    /* what reading it failed with, once and for all */
	uint32_t crc;
	uint64_t plain; /* bytes handed out */
	struct inflate_state *inflate;
	uint8_t *out;

	/* Memory: */
	struct bolt_cursor whole, directory;
	uint64_t base; /* of all offsets: what stands before the archive, a shell script for instance */

	/* Stream: */
	bool started;

	char name[BOLT_ZIP_NAME_MAX + 1];
};

/* Makes the packed bytes ready to be read as content. */
void bolt_zip_content_start(struct bolt_zip *zip, uint64_t packed);

/* The next 1..n packed bytes, 0 at the end of the source, or what it failed with. */
BOLT_MUST_CHECK int bolt_zip_block(struct bolt_zip *zip, struct bolt_err *err);

/* Stream: passes over what is left of the current entry and reads the next local header. As bolt_zip_next. */
BOLT_MUST_CHECK int bolt_zip_stream_next(struct bolt_zip *zip, struct bolt_err *err);

/* Sizes that stand in the zip64 extra field (APPNOTE 4.5.3) because their 32 bits are all ones; offset may be NULL. */
void bolt_zip_take_zip64(struct bolt_cursor extra, struct bolt_zip_entry *entry, uint64_t *offset);

/* Takes flags, method, time, date, checksum and sizes: the same 22 bytes in both kinds of header. 0 | -EBADMSG. */
BOLT_MUST_CHECK int bolt_zip_take_facts(struct bolt_cursor *c, struct bolt_zip_entry *ret_entry);

/* Keeps a name. 0 | -EBADMSG (longer than BOLT_ZIP_NAME_MAX). */
BOLT_MUST_CHECK int bolt_zip_keep_name(struct bolt_zip *zip, const uint8_t *name, size_t n, struct bolt_err *err);
