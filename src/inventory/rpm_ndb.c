/* RPM databases in rpm's own "NDB" format (openSUSE, SUSE): a header, pages of slots, and blobs in blocks of 16 bytes that the
 * slots point to. Little-endian everywhere. The layout is that of rpm 4.13 and later, lib/backend/ndb. */
#include <errno.h>

#include "inventory/cataloger.h"
#include "inventory/limits.h"
#include "inventory/rpm.h"

enum { PAGE = 4096, BLOCK = 16, SLOT = 16, HEADER = 32, BLOB_HEAD = 16, BLOB_TAIL = 12 };

#define MAGIC(a, b, c, d) ((uint32_t) (a) | (uint32_t) (b) << 8 | (uint32_t) (c) << 16 | (uint32_t) (d) << 24)
static const uint32_t file_magic = MAGIC('R', 'p', 'm', 'P'), slot_magic = MAGIC('S', 'l', 'o', 't'),
		      blob_magic = MAGIC('B', 'l', 'b', 'S');

/* 0 | -EBADMSG when fewer are left. */
static int take_words(struct bolt_cursor *c, uint32_t *words, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		int r = bolt_take_u32le(c, &words[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

static int add_blob(struct bolt_rpm *rpm, const struct bolt_cursor *file, const uint32_t slot[4], struct bolt_err *err)
{
	uint32_t package = slot[1], first_block = slot[2], blocks = slot[3];
	uint32_t head[4]; /* magic, package, generation, length */
	struct bolt_cursor room, blob;

	if (bolt_cursor_at(file, (uint64_t) first_block * BLOCK, (uint64_t) blocks * BLOCK, &room) < 0) {
		bolt_rpm_damaged(rpm, "package %u is said to be at block %u, outside the file", package, first_block);
		return 0;
	}
	if (take_words(&room, head, 4) < 0 || head[0] != blob_magic || head[1] != package || room.left < BLOB_TAIL ||
	    head[3] > room.left - BLOB_TAIL || bolt_take_sub(&room, head[3], &blob) < 0) {
		bolt_rpm_damaged(rpm, "package %u at block %u is not there", package, first_block);
		return 0;
	}
	return bolt_rpm_add(rpm, blob, err);
}

static int parse_ndb(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_rpm rpm = bolt_rpm_begin(sink, file->data.left);
	struct bolt_cursor data = file->data, slots;
	uint32_t header[5] = { 0 }; /* magic, version, generation, pages of slots, next package number */
	uint32_t slot[4];           /* magic, package, first block (0: free), blocks */
	int r = 0;

	if (take_words(&data, header, 5) < 0 || header[0] != file_magic)
		return bolt_err_set(err, -EBADMSG, "not an RPM database in NDB format");
	if (header[1] != 0)
		return bolt_err_set(err, -EBADMSG, "NDB version %u is not known", header[1]);
	if (header[3] == 0 || (uint64_t) header[3] * PAGE > file->data.left)
		bolt_rpm_damaged(&rpm, "%u pages of slots in a file of %zu bytes", header[3], file->data.left);
	uint64_t slots_end = (uint64_t) header[3] * PAGE < file->data.left ? (uint64_t) header[3] * PAGE : file->data.left;
	if (bolt_cursor_at(&file->data, HEADER, slots_end > HEADER ? slots_end - HEADER : 0, &slots) < 0)
		return bolt_err_set(err, -EBADMSG, "the file ends in its header");

	while (r == 0 && slots.left >= SLOT && take_words(&slots, slot, 4) == 0) {
		if (slot[0] != slot_magic)
			bolt_rpm_damaged(&rpm, "a slot without its mark");
		else if (slot[2] != 0)
			r = add_blob(&rpm, &file->data, slot, err);
	}
	return r < 0 ? r : bolt_rpm_end(&rpm, err);
}

static const char *const patterns[] = {
	"var/lib/rpm/Packages.db",
	"usr/lib/sysimage/rpm/Packages.db",
	"usr/share/rpm/Packages.db",
	NULL,
};

const struct bolt_cataloger bolt_cataloger_rpm_ndb = {
	.name = "rpm-ndb",
	.type = "rpm",
	.summary = "RPM packages: databases in NDB format (SUSE)",
	.where = BOLT_CATALOG_INSTALLED,
	.patterns = patterns,
	.max_bytes = BOLT_RPM_DATABASE_MAX,
	.parse = parse_ndb,
};
