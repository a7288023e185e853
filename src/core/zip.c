#include "core/zip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/zip_private.h"

enum { FLAG_ENCRYPTED = 1, FLAG_DESCRIBED = 8, END_BYTES = 22, LOCATOR_BYTES = 20, LOCAL_BYTES = 30, COMMENT_MAX = 65535 };

void bolt_zip_close(struct bolt_zip *zip)
{
	if (!zip)
		return;
	free(zip->inflate);
	free(zip->out);
	free(zip);
}

int bolt_zip_take_facts(struct bolt_cursor *c, struct bolt_zip_entry *ret_entry)
{
	uint16_t flags, method;
	uint32_t crc, packed, size;

	if (bolt_take_u16le(c, &flags) < 0 || bolt_take_u16le(c, &method) < 0 || bolt_skip(c, 4) < 0 ||
	    bolt_take_u32le(c, &crc) < 0 || bolt_take_u32le(c, &packed) < 0 || bolt_take_u32le(c, &size) < 0)
		return -EBADMSG;
	*ret_entry = (struct bolt_zip_entry){
		.packed = packed,
		.size = size,
		.crc = crc,
		.method = method,
		.encrypted = flags & FLAG_ENCRYPTED,
		.described = flags & FLAG_DESCRIBED,
	};
	return 0;
}

void bolt_zip_take_zip64(struct bolt_cursor extra, struct bolt_zip_entry *entry, uint64_t *offset)
{
	struct bolt_cursor field;
	uint16_t id, len;

	while (bolt_take_u16le(&extra, &id) == 0 && bolt_take_u16le(&extra, &len) == 0 && bolt_take_sub(&extra, len, &field) == 0) {
		if (id != 1)
			continue;
		/* Each value is there only when its 32 bits were not enough; a missing one leaves what the header says. */
		if (entry->size == UINT32_MAX)
			BOLT_IGNORE(bolt_take_u64le(&field, &entry->size));
		if (entry->packed == UINT32_MAX)
			BOLT_IGNORE(bolt_take_u64le(&field, &entry->packed));
		if (offset && *offset == UINT32_MAX)
			BOLT_IGNORE(bolt_take_u64le(&field, offset));
		return;
	}
}

int bolt_zip_keep_name(struct bolt_zip *zip, const uint8_t *name, size_t n, struct bolt_err *err)
{
	if (n > BOLT_ZIP_NAME_MAX)
		return bolt_err_set(err, -EBADMSG, "an entry's name is longer than %d bytes", BOLT_ZIP_NAME_MAX);
	memcpy(zip->name, name, n);
	zip->name[n] = '\0';
	return 0;
}

/* The end record is the last thing in the file but for a comment. NULL when there is none. */
static const uint8_t *find_end(struct bolt_cursor bytes)
{
	static const uint8_t signature[] = { 'P', 'K', 5, 6 };
	size_t lowest = bytes.left > END_BYTES + COMMENT_MAX ? bytes.left - END_BYTES - COMMENT_MAX : 0;

	if (bytes.left < END_BYTES)
		return NULL;
	for (size_t at = bytes.left - END_BYTES + 1; at-- > lowest;) {
		if (memcmp(bytes.p + at, signature, sizeof(signature)) == 0)
			return bytes.p + at;
	}
	return NULL;
}

/* Size and offset of the central directory from the zip64 end record, and where that record stands; nothing changes without one. */
static void take_end64(struct bolt_cursor whole, uint64_t *end_at, uint64_t *size, uint64_t *offset)
{
	struct bolt_cursor c;
	uint32_t signature;
	uint64_t at, size64, offset64;

	if (*end_at < LOCATOR_BYTES || bolt_cursor_at(&whole, *end_at - LOCATOR_BYTES, LOCATOR_BYTES, &c) < 0 ||
	    bolt_take_u32le(&c, &signature) < 0 || signature != BOLT_ZIP_LOCATOR64 || bolt_skip(&c, 4) < 0 ||
	    bolt_take_u64le(&c, &at) < 0 || bolt_cursor_at(&whole, at, 56, &c) < 0 || bolt_take_u32le(&c, &signature) < 0 ||
	    signature != BOLT_ZIP_END64 || bolt_skip(&c, 36) < 0 || bolt_take_u64le(&c, &size64) < 0 ||
	    bolt_take_u64le(&c, &offset64) < 0)
		return;
	*end_at = at;
	*size = size64;
	*offset = offset64;
}

static int find_directory(struct bolt_zip *zip, struct bolt_err *err)
{
	const uint8_t *end = find_end(zip->whole);
	uint32_t size32, offset32;

	if (!end)
		return bolt_err_set(err, -EBADMSG, "not a zip archive, or cut off: it has no end-of-central-directory record");
	uint64_t end_at = (uint64_t) (end - zip->whole.p), size, offset;
	struct bolt_cursor c = bolt_cursor(end, zip->whole.left - (size_t) end_at);
	if (bolt_skip(&c, 12) < 0 || bolt_take_u32le(&c, &size32) < 0 || bolt_take_u32le(&c, &offset32) < 0)
		return bolt_err_set(err, -EBADMSG, "the end-of-central-directory record is cut off");
	size = size32;
	offset = offset32;
	if (size32 == UINT32_MAX || offset32 == UINT32_MAX)
		take_end64(zip->whole, &end_at, &size, &offset);
	if (size > end_at || offset > end_at - size)
		return bolt_err_set(err, -EBADMSG, "the central directory lies outside of the archive");
	zip->base = end_at - size - offset;
	return bolt_cursor_at(&zip->whole, end_at - size, size, &zip->directory);
}

int bolt_zip_open_memory(struct bolt_cursor bytes, struct bolt_zip_budget *budget, struct bolt_zip **ret_zip, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_zip_closep) struct bolt_zip *zip = calloc(1, sizeof(*zip));

	if (!zip)
		return -ENOMEM;
	if (budget->bytes < END_BYTES + COMMENT_MAX)
		return bolt_err_set(err, -E2BIG, "too many archives in the archive");
	budget->bytes -= END_BYTES + COMMENT_MAX;
	zip->whole = bytes;
	zip->budget = budget;
	int r = find_directory(zip, err);
	if (r < 0)
		return r;
	*ret_zip = BOLT_TAKE(zip);
	return 0;
}

/* The packed bytes of an entry begin behind its local header, whose name and extra field may differ in length. */
static int find_content(struct bolt_zip *zip, uint64_t offset, struct bolt_err *err)
{
	struct bolt_cursor local;
	uint32_t signature;
	uint16_t name_len, extra_len;
	uint64_t at;

	if (__builtin_add_overflow(zip->base, offset, &at) || bolt_cursor_at(&zip->whole, at, LOCAL_BYTES, &local) < 0 ||
	    bolt_take_u32le(&local, &signature) < 0 || signature != BOLT_ZIP_LOCAL || bolt_skip(&local, 22) < 0 ||
	    bolt_take_u16le(&local, &name_len) < 0 || bolt_take_u16le(&local, &extra_len) < 0 ||
	    bolt_cursor_at(&zip->whole, at + LOCAL_BYTES + name_len + extra_len, zip->entry.packed, &zip->block) < 0)
		return bolt_err_set(err, -EBADMSG, "entry '%.200s' lies outside of the archive", zip->name);
	bolt_zip_content_start(zip, zip->entry.packed);
	return 0;
}

static int memory_next(struct bolt_zip *zip, struct bolt_err *err)
{
	struct bolt_cursor *c = &zip->directory, extra;
	uint16_t name_len, extra_len, comment_len;
	uint32_t signature, offset32;
	const uint8_t *name;

	if (c->left == 0)
		return 0;
	if (bolt_take_u32le(c, &signature) < 0 || signature != BOLT_ZIP_CENTRAL || bolt_skip(c, 4) < 0 ||
	    bolt_zip_take_facts(c, &zip->entry) < 0 || bolt_take_u16le(c, &name_len) < 0 || bolt_take_u16le(c, &extra_len) < 0 ||
	    bolt_take_u16le(c, &comment_len) < 0 || bolt_skip(c, 8) < 0 || bolt_take_u32le(c, &offset32) < 0 ||
	    bolt_take_bytes(c, name_len, &name) < 0 || bolt_take_sub(c, extra_len, &extra) < 0 || bolt_skip(c, comment_len) < 0)
		return bolt_err_set(err, -EBADMSG, "the central directory is damaged after %llu entries",
				    (unsigned long long) zip->entries);
	uint64_t offset = offset32;
	bolt_zip_take_zip64(extra, &zip->entry, &offset);
	zip->entry.described = false; /* the directory knows */
	int r = bolt_zip_keep_name(zip, name, name_len, err);
	if (r == 0)
		r = find_content(zip, offset, err);
	return r < 0 ? r : 1;
}

int bolt_zip_next(struct bolt_zip *zip, struct bolt_zip_entry *ret_entry, struct bolt_err *err)
{
	if (zip->budget->entries == 0)
		return bolt_err_set(err, -E2BIG, "more entries than an archive and those in it may hold");
	int r = zip->source ? bolt_zip_stream_next(zip, err) : memory_next(zip, err);
	if (r <= 0)
		return r;
	zip->entries++;
	zip->budget->entries--;
	zip->entry.name = zip->name;
	*ret_entry = zip->entry;
	return 1;
}

bool bolt_zip_stored(const struct bolt_zip *zip, struct bolt_cursor *ret_bytes)
{
	if (zip->source || zip->entry.method != 0 || zip->entry.encrypted || zip->opened)
		return false;
	*ret_bytes = zip->block;
	return true;
}
