/* RPM databases as a Berkeley DB hash (RHEL 8 and older, Amazon Linux 2): pages of key/data pairs, long data on chains of overflow
 * pages. The pages are read in file order, never by hashing, so a damaged bucket costs only itself. Layout: Berkeley DB 4.0 to 5.3,
 * the structures of its src/dbinc/db_page.h; integers are in the byte order of the machine that wrote the file. */
#include <errno.h>

#include "core/buf.h"
#include "inventory/cataloger.h"
#include "inventory/limits.h"
#include "inventory/rpm.h"

enum { PAGE_OVERFLOW = 7, PAGE_HASH_META = 8, PAGE_HASH_UNSORTED = 2, PAGE_HASH = 13 };
enum { ITEM_INLINE = 1, ITEM_OVERFLOW = 3 };
enum { PAGE_HEADER = 26, PAGE_MIN = 512, PAGE_MAX = 65536, HASH_MAGIC = 0x061561 };

struct bdb {
	struct bolt_cursor file;
	bool big_endian;
	uint32_t page_bytes, last_page;
	uint64_t chain_pages_left; /* a page belongs to one chain: all chains together are no longer than the file */
	struct bolt_rpm rpm;
	struct bolt_buf blob; /* the one being put together from overflow pages */
};

struct page {
	struct bolt_cursor all; /* with the header */
	uint32_t next;
	uint16_t entries;
	uint16_t used; /* on overflow pages: the bytes of data */
	uint8_t type;
};

static int take_u16(const struct bdb *db, struct bolt_cursor *c, uint16_t *ret_value)
{
	return db->big_endian ? bolt_take_u16be(c, ret_value) : bolt_take_u16le(c, ret_value);
}

static int take_u32(const struct bdb *db, struct bolt_cursor *c, uint32_t *ret_value)
{
	return db->big_endian ? bolt_take_u32be(c, ret_value) : bolt_take_u32le(c, ret_value);
}

static int read_page(const struct bdb *db, uint32_t number, struct page *ret_page)
{
	struct page page;
	struct bolt_cursor c;

	/* 8 bytes of log position, the page's own number, the previous one */
	if (bolt_cursor_at(&db->file, (uint64_t) number * db->page_bytes, db->page_bytes, &page.all) < 0)
		return -EBADMSG;
	c = page.all;
	if (bolt_skip(&c, 16) < 0 || take_u32(db, &c, &page.next) < 0 || take_u16(db, &c, &page.entries) < 0 ||
	    take_u16(db, &c, &page.used) < 0 || bolt_skip(&c, 1) < 0 || bolt_take_u8(&c, &page.type) < 0)
		return -EBADMSG;
	*ret_page = page;
	return 0;
}

/* Puts an overflow chain of `length` bytes into db->blob. 0 | -EBADMSG (the chain is damaged) | -ENOMEM | -E2BIG (no chain can
 * be read any more). */
static int read_chain(struct bdb *db, uint32_t number, uint32_t length)
{
	struct page page;
	struct bolt_cursor data;

	bolt_buf_clear(&db->blob);
	if (length > db->file.left)
		return -EBADMSG;
	while (number != 0 && db->blob.len < length) {
		if (db->chain_pages_left == 0)
			return -E2BIG;
		db->chain_pages_left--;
		if (read_page(db, number, &page) < 0 || page.type != PAGE_OVERFLOW || page.used == 0 ||
		    page.used > length - db->blob.len || bolt_cursor_at(&page.all, PAGE_HEADER, page.used, &data) < 0)
			return -EBADMSG;
		if (bolt_buf_add(&db->blob, data.p, data.left) < 0)
			return -ENOMEM;
		number = page.next;
	}
	return db->blob.len == length ? 0 : -EBADMSG;
}

static int add_overflow(struct bdb *db, struct bolt_cursor item, struct bolt_err *err)
{
	uint32_t number, length;

	if (bolt_skip(&item, 3) < 0 || take_u32(db, &item, &number) < 0 || take_u32(db, &item, &length) < 0) {
		bolt_rpm_damaged(&db->rpm, "an overflow item is cut short");
		return 0;
	}
	if (length > BOLT_RPM_HEADER_MAX) {
		bolt_rpm_damaged(&db->rpm, "a header of %u bytes, the bound is %u", length, BOLT_RPM_HEADER_MAX);
		return 0;
	}
	int r = read_chain(db, number, length);
	if (r == -ENOMEM)
		return bolt_err_set(err, r, "out of memory");
	if (r == -E2BIG)
		return bolt_err_set(err, -EBADMSG, "overflow pages are used twice (%zu packages read)", db->rpm.packages);
	if (r < 0) {
		bolt_rpm_damaged(&db->rpm, "the %u bytes of a package at page %u are not all there", length, number);
		return 0;
	}
	return bolt_rpm_add(&db->rpm, bolt_cursor(db->blob.data, db->blob.len), err);
}

/* The bytes of item `i`: items grow down from the end of the page, so each ends where the one before it begins. */
static int read_item(const struct bdb *db, const struct page *page, unsigned i, struct bolt_cursor *ret_item)
{
	struct bolt_cursor offsets;
	uint16_t start = 0, previous = 0;

	if (bolt_cursor_at(&page->all, PAGE_HEADER + 2 * (uint64_t) (i ? i - 1 : 0), i ? 4 : 2, &offsets) < 0)
		return -EBADMSG;
	if (i > 0 && take_u16(db, &offsets, &previous) < 0)
		return -EBADMSG;
	uint32_t end = i > 0 ? previous : db->page_bytes;
	if (take_u16(db, &offsets, &start) < 0 || start < PAGE_HEADER || start >= end)
		return -EBADMSG;
	return bolt_cursor_at(&page->all, start, end - start, ret_item);
}

/* Record 0 holds the next free record number, not a package. */
static bool is_counter(struct bolt_cursor key)
{
	uint8_t kind;
	uint32_t number;

	return key.left == 5 && bolt_take_u8(&key, &kind) == 0 && bolt_take_u32le(&key, &number) == 0 && number == 0;
}

static int add_items(struct bdb *db, const struct page *page, uint32_t number, struct bolt_err *err)
{
	for (unsigned i = 0; i + 1 < page->entries; i += 2) {
		struct bolt_cursor key, value;
		uint8_t kind;
		int r = 0;

		if (read_item(db, page, i, &key) < 0 || read_item(db, page, i + 1, &value) < 0 || bolt_take_u8(&value, &kind) < 0) {
			bolt_rpm_damaged(&db->rpm, "page %u is damaged at item %u", number, i);
			return 0; /* where one item begins says where the next ends */
		}
		if (is_counter(key))
			continue;
		if (kind == ITEM_INLINE)
			r = bolt_rpm_add(&db->rpm, value, err);
		else if (kind == ITEM_OVERFLOW)
			r = add_overflow(db, value, err);
		else
			bolt_rpm_damaged(&db->rpm, "page %u holds an item of kind %u", number, kind);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_meta(struct bdb *db, struct bolt_err *err)
{
	struct bolt_cursor c = db->file;
	uint32_t magic = 0, version = 0;
	uint8_t encryption = 0, type = 0;

	if (bolt_skip(&c, 12) < 0 || bolt_take_u32le(&c, &magic) < 0)
		return bolt_err_set(err, -EBADMSG, "not a Berkeley DB file");
	db->big_endian = magic == __builtin_bswap32(HASH_MAGIC);
	if ((magic != HASH_MAGIC && !db->big_endian) || take_u32(db, &c, &version) < 0 || take_u32(db, &c, &db->page_bytes) < 0 ||
	    bolt_take_u8(&c, &encryption) < 0 || bolt_take_u8(&c, &type) < 0 || type != PAGE_HASH_META)
		return bolt_err_set(err, -EBADMSG, "not a Berkeley DB hash file");
	if (encryption != 0)
		return bolt_err_set(err, -EBADMSG, "the Berkeley DB file is encrypted");
	if (bolt_skip(&c, 6) < 0 || take_u32(db, &c, &db->last_page) < 0) /* flags, first free page */
		return bolt_err_set(err, -EBADMSG, "the file ends in its header");
	if (db->page_bytes < PAGE_MIN || db->page_bytes > PAGE_MAX || (db->page_bytes & (db->page_bytes - 1)))
		return bolt_err_set(err, -EBADMSG, "a page size of %u bytes", db->page_bytes);
	return 0;
}

static int read_pages(struct bdb *db, struct bolt_err *err)
{
	uint64_t pages = db->file.left / db->page_bytes;

	db->chain_pages_left = pages;
	if (db->last_page >= pages)
		bolt_rpm_damaged(&db->rpm, "the file ends at page %llu of %u", (unsigned long long) pages, db->last_page);
	for (uint32_t number = 1; number < pages; number++) {
		struct page page;
		int r = read_page(db, number, &page);

		if (r < 0)
			return bolt_err_set(err, r, "page %u cannot be read", number);
		if (page.type != PAGE_HASH && page.type != PAGE_HASH_UNSORTED)
			continue;
		r = add_items(db, &page, number, err);
		if (r < 0)
			return r;
	}
	return bolt_rpm_end(&db->rpm, err);
}

static int parse_bdb(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bdb db = {
		.file = file->data,
		.rpm = bolt_rpm_begin(sink, file->data.left),
		.blob = BOLT_BUF_INIT(BOLT_RPM_HEADER_MAX),
	};
	int r = read_meta(&db, err);

	if (r == 0)
		r = read_pages(&db, err);
	bolt_buf_done(&db.blob);
	return r;
}

static const char *const patterns[] = {
	"var/lib/rpm/Packages",
	"usr/lib/sysimage/rpm/Packages",
	"usr/share/rpm/Packages",
	NULL,
};

const struct bolt_cataloger bolt_cataloger_rpm_bdb = {
	.name = "rpm-bdb",
	.type = "rpm",
	.summary = "RPM packages: Berkeley DB databases (RHEL 8 and older)",
	.where = BOLT_CATALOG_INSTALLED,
	.patterns = patterns,
	.max_bytes = BOLT_RPM_DATABASE_MAX,
	.parse = parse_bdb,
};
