/* RPM databases that lie: each container and the headers in them, built byte by byte. Honest ones, made by rpm, are in
 * tests/component/rpm.bats. */
#include "run_row.h"

#include <sqlite3.h>

#include "core/buf.h"
#include "inventory/limits.h"

enum { STRING = 6, STRING_ARRAY = 8, INT32 = 4 };

struct tag {
	uint32_t number, type, count;
	const char *bytes;
	size_t len;
};

#define TEXT_TAG(number, text) \
	{ \
		number, STRING, 1, text, sizeof(text) \
	}
#define NAME(text) TEXT_TAG(1000, text)
#define VERSION(text) TEXT_TAG(1001, text)
#define RELEASE(text) TEXT_TAG(1002, text)
#define TAG(number, type, count, bytes) \
	{ \
		number, type, count, bytes, sizeof(bytes) - 1 \
	}

static void put(struct bolt_buf *buf, const void *bytes, size_t n)
{
	assert_int_equal(bolt_buf_add(buf, bytes, n), 0);
}

static void put32be(struct bolt_buf *buf, uint32_t value)
{
	const uint8_t bytes[] = { (uint8_t) (value >> 24), (uint8_t) (value >> 16), (uint8_t) (value >> 8), (uint8_t) value };

	put(buf, bytes, sizeof(bytes));
}

static void put32le(struct bolt_buf *buf, uint32_t value)
{
	put32be(buf, __builtin_bswap32(value));
}

static void pad_to(struct bolt_buf *buf, size_t len)
{
	while (buf->len < len)
		put(buf, "", 1);
}

/* A header blob of the tags up to the first with number 0. */
static struct bolt_buf make_header(const struct tag *tags)
{
	struct bolt_buf blob = BOLT_BUF_INIT(16 << 20);
	uint32_t entries = 0, offset = 0;

	for (const struct tag *tag = tags; tag->number; tag++, entries++)
		offset += (uint32_t) tag->len;
	put32be(&blob, entries);
	put32be(&blob, offset);
	offset = 0;
	for (const struct tag *tag = tags; tag->number; tag++) {
		put32be(&blob, tag->number);
		put32be(&blob, tag->type);
		put32be(&blob, offset);
		put32be(&blob, tag->count);
		offset += (uint32_t) tag->len;
	}
	for (const struct tag *tag = tags; tag->number; tag++)
		put(&blob, tag->bytes, tag->len);
	return blob;
}

static const struct tag plain[] = { NAME("good"), VERSION("1"), RELEASE("2"), { 0 } };

/* An NDB file whose slots all point at the one blob; `slots` of them. */
static struct bolt_buf make_ndb(const struct bolt_buf *blob, unsigned slots)
{
	struct bolt_buf file = BOLT_BUF_INIT(32 << 20);
	uint32_t blocks = (uint32_t) (16 + blob->len + 12 + 15) / 16;

	put(&file, "RpmP", 4);
	for (int i = 0; i < 4; i++)
		put32le(&file, i == 2 ? 1 : 0); /* version, generation, pages of slots, next number */
	pad_to(&file, 32);
	while (file.len < 4096) {
		put(&file, "Slot", 4);
		put32le(&file, 7);
		put32le(&file, slots > 0 ? 256 : 0);
		put32le(&file, blocks);
		slots -= slots > 0;
	}
	put(&file, "BlbS", 4);
	put32le(&file, 7);
	put32le(&file, 1);
	put32le(&file, (uint32_t) blob->len);
	put(&file, blob->data, blob->len);
	pad_to(&file, 4096 + blocks * 16);
	return file;
}

static struct run run_header(const struct tag *tags)
{
	struct bolt_buf blob = make_header(tags), file = make_ndb(&blob, 1);
	struct run run = run_row("rpm-ndb", "var/lib/rpm/Packages.db", file.data, file.len);

	bolt_buf_done(&blob);
	bolt_buf_done(&file);
	return run;
}

static void headers_give_packages(void **state)
{
	(void) state;
	static const struct {
		struct tag tags[8];
		const char *want;
	} rows[] = {
		{ { NAME("a"), VERSION("1.0"), RELEASE("2.el9"), TEXT_TAG(1022, "x86_64"),
		    TEXT_TAG(1044, "a-b-1.0-2.el9.src.rpm") },
		  "a 1.0-2.el9 x86_64 a-b 1.0-2.el9 -\n" },
		{ { NAME("a"), VERSION("1"), RELEASE("2"), TAG(1003, INT32, 1, "\0\0\0\7"), TEXT_TAG(1014, "MIT and BSD") },
		  "a 7:1-2 - - - -|MIT and BSD\n" },
		{ { NAME("a"), VERSION("1"), RELEASE("2"), TAG(1003, INT32, 1, "\0\0\0\0") }, "a 1-2 - - - -\n" },
		{ { NAME("a"), VERSION("1"), RELEASE("2"), TAG(1003, INT32, 1, "\xff\xff\xff\xff") },
		  "a 4294967295:1-2 - - - -\n" },
		{ { NAME("a"), VERSION("1~rc1^git"), RELEASE("2"), TEXT_TAG(5096, "nodejs:18:8:dead") },
		  "a 1~rc1^git-2 - - - nodejs:18:8:dead\n" },
		{ { NAME("a"), VERSION("1"), RELEASE("2"), TEXT_TAG(1044, "k-1-2.nosrc.rpm") }, "a 1-2 - k 1-2 -\n" },
		{ { NAME("a"), VERSION("1"), RELEASE("2"), TEXT_TAG(1044, "(none)") }, "a 1-2 - - - -\n" },
		{ { NAME("a"), VERSION("1"), RELEASE("2"), TEXT_TAG(1044, "-1-2.src.rpm") }, "a 1-2 - - - -\n" },
		{ { NAME("a"), VERSION("1"), RELEASE("2"), TEXT_TAG(1044, "nodashes.src.rpm") }, "a 1-2 - - - -\n" },
		{ { NAME("a"), VERSION("1") }, "a 1 - - - -\n" },
		{ { NAME("old"), VERSION("1"), RELEASE("2"), NAME("new") }, "new 1-2 - - - -\n" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_header(rows[i].tags);

		assert_string_equal(run.err.msg, "");
		assert_int_equal(run.r, 0);
		assert_found(&run, rows[i].want);
		run_done(&run);
	}
}

static void files_belong_to_their_package(void **state)
{
	(void) state;
	static const struct tag tags[] = { NAME("a"),
					   VERSION("1"),
					   TAG(1116, INT32, 3, "\0\0\0\1\0\0\0\0\0\0\0\1"),
					   TAG(1117, STRING_ARRAY, 3, "one\0two\0three\0"),
					   TAG(1118, STRING_ARRAY, 2, "/usr/bin/\0/etc/\0"),
					   { 0 } };
	struct run run = run_header(tags);

	assert_int_equal(run.r, 0);
	assert_string_equal(owner_of(&run, "etc/one"), "a");
	assert_string_equal(owner_of(&run, "usr/bin/two"), "a");
	assert_string_equal(owner_of(&run, "etc/three"), "a");
	assert_int_equal(run.sink->owned_len, 3);
	run_done(&run);
}

static void damaged_headers_are_named(void **state)
{
	(void) state;
	static char long_text[BOLT_RPM_TEXT_MAX + 2];
	memset(long_text, 'x', sizeof(long_text) - 1);
	const struct {
		struct tag tags[8];
		const char *says, *want;
	} rows[] = {
		{ { NAME("a") }, "without NAME or VERSION", "" },
		{ { VERSION("1") }, "without NAME or VERSION", "" },
		{ { { 0 } }, "without NAME or VERSION", "" },
		{ { NAME(""), VERSION("1") }, "without NAME or VERSION", "" },
		{ { VERSION("1"), TAG(1000, STRING, 1, "abc") }, "NAME has no end", "" },
		{ { NAME("a"), { 1001, STRING, 1, long_text, sizeof(long_text) } }, "VERSION has no end within 65536 bytes", "" },
		{ { NAME("a"), VERSION("1"), TAG(1003, STRING, 1, "1\0") }, "tag EPOCH has type 6", "" },
		{ { NAME("a"), VERSION("1"), TAG(1003, INT32, 1, "\0\0") }, "tag EPOCH is cut short", "" },
		{ { NAME("a"), VERSION("1"), TAG(1117, STRING_ARRAY, 0x7fffffff, "x\0") },
		  "tag BASENAMES (2147483647 values at 4)",
		  "" },
		{ { NAME("a"), VERSION("1"), TAG(1117, STRING_ARRAY, 0, "x\0") }, "tag BASENAMES (0 values", "" },
		{ { NAME("a"), VERSION("1"), TAG(1022, STRING, 1, "") }, "tag ARCH (1 values at 4) lies outside", "" },
		{ { NAME("a"), VERSION("1"), TAG(1117, STRING_ARRAY, 1, "x\0") },
		  "1 file names with 0 directory indexes",
		  "a 1 - - - -\n" },
		{ { NAME("a"), VERSION("1"), TAG(1117, STRING_ARRAY, 1, "x\0"), TAG(1118, STRING_ARRAY, 1, "/\0"),
		    TAG(1116, INT32, 1, "\0\0\0\1") },
		  "the list of 1 files is damaged at entry 0",
		  "a 1 - - - -\n" },
		{ { NAME("a"), VERSION("1"), TAG(1118, STRING_ARRAY, 1, "/\0"), TAG(1116, INT32, 2, "\0\0\0\0\0\0\0\0"),
		    TAG(1117, STRING_ARRAY, 2, "x\0y") },
		  "the list of 2 files is damaged at entry 1",
		  "a 1 - - - -\n" },
		{ { NAME("a"), VERSION("1"), TAG(1117, STRING_ARRAY, 1, "x\0"), TAG(1116, INT32, 1, "\0\0\0\0"),
		    TAG(1118, STRING_ARRAY, 3, "/\0/a") },
		  "DIRNAMES holds 1 of the 3 directories",
		  "a 1 - - - -\n" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_header(rows[i].tags);

		assert_int_equal(run.r, -EBADMSG);
		assert_says(&run, rows[i].says);
		assert_found(&run, rows[i].want);
		run_done(&run);
	}
}

static void the_bound_on_directories_is_met(void **state)
{
	(void) state;
	struct bolt_buf names = BOLT_BUF_INIT(1 << 20);

	pad_to(&names, BOLT_RPM_DIRECTORIES_MAX + 1);
	const struct tag tags[] = { NAME("a"),
				    VERSION("1"),
				    TAG(1117, STRING_ARRAY, 1, "x\0"),
				    TAG(1116, INT32, 1, "\0\0\0\0"),
				    { 1118, STRING_ARRAY, BOLT_RPM_DIRECTORIES_MAX + 1, (const char *) names.data, names.len },
				    { 0 } };
	struct run run = run_header(tags);

	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "262145 directories, the bound is 262144");
	run_done(&run);
	bolt_buf_done(&names);
}

/* 70,000 files in one directory with a name of 4,000 bytes: 280 MB of names out of less than 1 MB. */
static void the_bound_on_all_file_names_is_met(void **state)
{
	(void) state;
	enum { FILES = 70000 };
	struct bolt_buf bases = BOLT_BUF_INIT(1 << 20), indexes = BOLT_BUF_INIT(1 << 20);
	static char directory[4001] = "/";

	memset(directory, 'd', sizeof(directory) - 1);
	for (int i = 0; i < FILES; i++)
		put(&bases, "f", 2);
	pad_to(&indexes, FILES * 4);
	const struct tag tags[] = { NAME("a"),
				    VERSION("1"),
				    { 1117, STRING_ARRAY, FILES, (const char *) bases.data, bases.len },
				    { 1116, INT32, FILES, (const char *) indexes.data, indexes.len },
				    { 1118, STRING_ARRAY, 1, directory, sizeof(directory) },
				    { 0 } };
	struct run run = run_header(tags);

	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "the file lists pass the bound of 268435456 bytes");
	assert_found(&run, "a 1 - - - -\n");
	run_done(&run);
	bolt_buf_done(&bases);
	bolt_buf_done(&indexes);
}

static void the_bound_on_one_header_is_met(void **state)
{
	(void) state;
	struct bolt_buf blob = make_header(plain), file = make_ndb(&blob, 2);
	const uint32_t len = BOLT_RPM_HEADER_MAX + 1, blocks = (16 + len + 12 + 15) / 16;
	const size_t at = file.len; /* the second slot points behind the first package */

	file.max = 80 << 20;
	put(&file, "BlbS", 4);
	put32le(&file, 7);
	put32le(&file, 1);
	put32le(&file, len);
	assert_int_equal(bolt_buf_reserve(&file, at + (size_t) blocks * 16), 0);
	memset(file.data + file.len, 0, at + (size_t) blocks * 16 - file.len);
	file.len = at + (size_t) blocks * 16;
	for (int k = 0; k < 4; k++) {
		file.data[48 + 8 + k] = (uint8_t) ((uint32_t) at / 16 >> 8 * k);
		file.data[48 + 12 + k] = (uint8_t) (blocks >> 8 * k);
	}
	struct run run = run_row("rpm-ndb", "var/lib/rpm/Packages.db", file.data, file.len);
	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "a header of 67108865 bytes, the bound is 67108864 (1 packages read)");
	run_done(&run);
	bolt_buf_done(&blob);
	bolt_buf_done(&file);
}

/* Writes `value` at `at` of an honest file: what does the reader say? */
struct lie {
	size_t at;
	uint32_t value;
	const char *says;
	int packages;
};

static void check_lies(const char *row, const char *path, struct bolt_buf (*make)(void), const struct lie *lies, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct bolt_buf file = make();

		for (int k = 0; k < 4; k++)
			file.data[lies[i].at + k] = (uint8_t) (lies[i].value >> 8 * k);
		struct run run = run_row(row, path, file.data, file.len);
		assert_int_equal(run.r, -EBADMSG);
		assert_says(&run, lies[i].says);
		assert_int_equal(run.sink->found_len, lies[i].packages);
		run_done(&run);
		bolt_buf_done(&file);
	}
}

static struct bolt_buf honest_ndb(void)
{
	struct bolt_buf blob = make_header(plain), file = make_ndb(&blob, 1);

	bolt_buf_done(&blob);
	return file;
}

static void ndb_lies(void **state)
{
	(void) state;
	static const struct lie lies[] = {
		{ 0, 0, "not an RPM database in NDB format", 0 },
		{ 4, 1, "NDB version 1 is not known", 0 },
		{ 12, 0, "0 pages of slots", 0 },
		{ 12, 0xffffffff, "4294967295 pages of slots in a file of 4192 bytes (1 packages read)",
		  1 }, /* the slots are still there, the blob is taken for slots too */
		{ 32, 0, "a slot without its mark", 0 },
		{ 36, 8, "package 8 at block 256 is not there", 0 },
		{ 40, 0xffffffff, "package 7 is said to be at block 4294967295, outside the file", 0 },
		{ 44, 0xffffffff, "outside the file", 0 },
		{ 44, 1, "is not there", 0 },
		{ 4096, 0, "is not there", 0 },
		{ 4108, 0xffffffff, "is not there", 0 },
		{ 4108, 1, "a header of 1 bytes", 0 },
		{ 4112, 0xffffffff, "a header says 4294967295 entries and", 0 },
		{ 4116, 0xffffffff, "a header says 3 entries and 4294967295 bytes", 0 },
	};

	struct bolt_buf file = honest_ndb();
	struct run run = run_row("rpm-ndb", "var/lib/rpm/Packages.db", file.data, file.len);
	assert_int_equal(run.r, 0);
	assert_found(&run, "good 1-2 - - - -\n");
	run_done(&run);
	bolt_buf_done(&file);
	check_lies("rpm-ndb", "var/lib/rpm/Packages.db", honest_ndb, lies, BOLT_ARRAY_LEN(lies));
}

static void one_ndb_blob_cannot_be_read_more_often_than_the_file_is_long(void **state)
{
	(void) state;
	struct tag tags[] = { NAME("a"), VERSION("1"), { 1, 0, 1, NULL, 4096 }, { 0 } };
	static char filler[4096];
	tags[2].bytes = filler;
	struct bolt_buf blob = make_header(tags), file = make_ndb(&blob, 200);
	struct run run = run_row("rpm-ndb", "var/lib/rpm/Packages.db", file.data, file.len);

	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "its records are longer than the file itself");
	assert_in_range(run.sink->found_len, 1, 2);
	run_done(&run);
	bolt_buf_done(&blob);
	bolt_buf_done(&file);
}

/* Two pages of 512 bytes in front, little-endian: the file's header, and a hash page with one key and one overflow item; then
 * pages with the blob, 100 bytes on each. */
static struct bolt_buf honest_bdb(void)
{
	enum { PAGE = 512, PART = 40 };
	struct bolt_buf blob = make_header(plain), file = BOLT_BUF_INIT(1 << 20);
	uint32_t parts = (uint32_t) (blob.len + PART - 1) / PART;

	pad_to(&file, 12);
	put32le(&file, 0x061561);
	put32le(&file, 9);
	put32le(&file, PAGE);
	put(&file, "\0\10", 2);
	pad_to(&file, 32);
	put32le(&file, 1 + parts);
	pad_to(&file, PAGE + 20);
	put(&file, "\2\0\0\0\0\15", 6);    /* two items; level; type */
	put(&file, "\xfb\x01\xef\x01", 4); /* at 507 and 495 */
	pad_to(&file, PAGE + 495);
	put(&file, "\3\0\0\0", 4);
	put32le(&file, 2);
	put32le(&file, (uint32_t) blob.len);
	put(&file, "\1\7\0\0\0", 5);
	for (uint32_t i = 0; i < parts; i++) {
		size_t n = blob.len - i * PART < PART ? blob.len - i * PART : PART;

		pad_to(&file, (2 + i) * PAGE + 16);
		put32le(&file, i + 1 < parts ? 3 + i : 0);
		put32le(&file, 1 | (uint32_t) n << 16);
		put(&file, "\0\7", 2);
		put(&file, blob.data + (size_t) i * PART, n);
	}
	pad_to(&file, (2 + parts) * PAGE);
	bolt_buf_done(&blob);
	return file;
}

static void bdb_lies(void **state)
{
	(void) state;
	static const struct lie lies[] = {
		{ 12, 0x053162, "not a Berkeley DB hash file", 0 }, /* a B-tree */
		{ 20, 0, "a page size of 0 bytes", 0 },
		{ 20, 1000, "a page size of 1000 bytes", 0 },
		{ 20, 131072, "a page size of 131072 bytes", 0 },
		{ 24, 0x0801, "encrypted", 0 },
		{ 24, 0x0900, "not a Berkeley DB hash file", 0 },
		{ 32, 100, "the file ends at page 4 of 100", 1 },
		{ 512 + 26, 0x01efffff, "page 1 is damaged at item 0", 0 },
		{ 512 + 26, 0x01f00000, "page 1 is damaged at item 0", 0 },
		{ 512 + 26, 0x01fb01fb, "page 1 is damaged at item 0", 0 },
		{ 512 + 495, 9, "page 1 holds an item of kind 9", 0 },
		{ 512 + 495 + 4, 0, "are not all there", 0 },
		{ 512 + 495 + 4, 1, "are not all there", 0 }, /* not an overflow page */
		{ 512 + 495 + 4, 1000, "bytes of a package at page 1000 are not all there", 0 },
		{ 512 + 495 + 8, 0xffffffff, "a header of 4294967295 bytes, the bound is 67108864", 0 },
		{ 512 + 495 + 8, 1000, "the 1000 bytes of a package", 0 },
		{ 1024 + 16, 2, "are not all there", 0 }, /* the first overflow page is its own successor */
		{ 1024 + 20, 1, "are not all there", 0 }, /* and says that it holds nothing */
		{ 1024 + 20, 0xffff0001, "are not all there", 0 },
	};

	struct bolt_buf file = honest_bdb();
	struct run run = run_row("rpm-bdb", "var/lib/rpm/Packages", file.data, file.len);
	assert_string_equal(run.err.msg, "");
	assert_int_equal(run.r, 0);
	assert_found(&run, "good 1-2 - - - -\n");
	run_done(&run);
	bolt_buf_done(&file);
	check_lies("rpm-bdb", "var/lib/rpm/Packages", honest_bdb, lies, BOLT_ARRAY_LEN(lies));
}

/* A loop of one page that gives a byte a turn, wanted by every item of the page before it: only as many turns as pages. */
static void bdb_page_loops_end(void **state)
{
	(void) state;
	struct bolt_buf file = BOLT_BUF_INIT(1 << 20);

	pad_to(&file, 12);
	put32le(&file, 0x061561);
	put32le(&file, 9);
	put32le(&file, 512);
	put(&file, "\0\10", 2);
	pad_to(&file, 512 + 20);
	put(&file, "\36\0\0\0\0\15", 6); /* thirty items */
	for (unsigned i = 0, at = 512; i < 30; i++) {
		at -= i % 2 ? 12 : 5;
		put(&file, (const uint8_t[]){ (uint8_t) at, (uint8_t) (at >> 8) }, 2);
	}
	pad_to(&file, 1024);
	for (unsigned i = 0, at = 1024; i < 15; i++) {
		at -= 17;
		memcpy(file.data + at, "\3\0\0\0\2\0\0\0\0\2\0\0\1\7\0\0\0", 17); /* 512 bytes from page 2 on */
	}
	pad_to(&file, 1024 + 16);
	put(&file, "\2\0\0\0\1\0\1\0\0\7", 10);
	pad_to(&file, 1536);
	struct run run = run_row("rpm-bdb", "var/lib/rpm/Packages", file.data, file.len);
	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "overflow pages are used twice");
	run_done(&run);
	bolt_buf_done(&file);
}

/* A database made by the statements, with one honest header put in where they say ?1. */
static struct bolt_buf make_sqlite(const char *const *statements)
{
	struct bolt_buf blob = make_header(plain), file = BOLT_BUF_INIT(32 << 20);
	sqlite3_int64 len = 0;
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	for (; *statements; statements++) {
		sqlite3_stmt *statement = NULL;

		assert_int_equal(sqlite3_prepare_v2(db, *statements, -1, &statement, NULL), SQLITE_OK);
		if (sqlite3_bind_parameter_count(statement) > 0)
			assert_int_equal(sqlite3_bind_blob(statement, 1, blob.data, (int) blob.len, SQLITE_STATIC), SQLITE_OK);
		while (sqlite3_step(statement) == SQLITE_ROW)
			;
		assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
	}
	unsigned char *bytes = sqlite3_serialize(db, "main", &len, 0);
	assert_non_null(bytes);
	put(&file, bytes, (size_t) len);
	sqlite3_free(bytes);
	sqlite3_close(db);
	bolt_buf_done(&blob);
	return file;
}

#define TABLE "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL)"
#define INSERT "INSERT INTO Packages(blob) VALUES(?1)"
#define MANY "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<"

static void sqlite_databases(void **state)
{
	(void) state;
	static const struct {
		const char *statements[6];
		int want_r;
		const char *says;
		int packages;
	} rows[] = {
		{ { TABLE, INSERT, INSERT }, 0, "", 2 },
		{ { TABLE }, 0, "", 0 },
		{ { "CREATE TABLE Packages(hnum, blob BLOB) ", INSERT }, 0, "", 1 },
		{ { "CREATE TABLE other(a)" }, -EBADMSG, "it has no table of packages", 0 },
		{ { "CREATE TABLE Packages(a)" }, -EBADMSG, "its packages cannot be read: no such column: blob", 0 },
		{ { "CREATE TABLE t(blob)", "CREATE VIEW Packages AS SELECT blob FROM t" },
		  -EBADMSG,
		  "it has no table of packages",
		  0 },
		{ { "CREATE VIRTUAL TABLE Packages USING fts5(blob)" }, -EBADMSG, "it has no table of packages", 0 },
		{ { "CREATE TABLE Packages(a INTEGER PRIMARY KEY, b, blob AS (zeroblob(100000000)))",
		    "INSERT INTO Packages(b) VALUES(?1)" },
		  -EBADMSG,
		  "computed, not stored",
		  0 },
		{ { TABLE, INSERT, "INSERT INTO Packages(blob) VALUES(x'00')", "INSERT INTO Packages(blob) VALUES('text')",
		    INSERT },
		  -EBADMSG,
		  "2 damaged records, the first: a header of 1 bytes (2 packages read)",
		  2 },
		{ { TABLE, MANY "20000) INSERT INTO Packages(blob) SELECT x'' FROM n" },
		  -EBADMSG,
		  "longer than the file itself",
		  0 },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_buf file = make_sqlite(rows[i].statements);
		file.data[18] = file.data[19] = 2; /* as rpm leaves it: in write-ahead mode */
		struct run run = run_row("rpm-sqlite", "var/lib/rpm/rpmdb.sqlite", file.data, file.len);

		assert_int_equal(run.r, rows[i].want_r);
		assert_says(&run, rows[i].says);
		assert_int_equal(run.sink->found_len, rows[i].packages);
		run_done(&run);
		bolt_buf_done(&file);
	}
}

static void a_schema_of_thousands_of_tables_is_not_read(void **state)
{
	(void) state;
	static char texts[5001][48];
	static const char *statements[5004] = { TABLE, INSERT };

	for (int i = 0; i < 5000; i++) {
		(void) snprintf(texts[i], sizeof(texts[i]), "CREATE TABLE t%d(a)", i);
		statements[2 + i] = texts[i];
	}
	struct bolt_buf file = make_sqlite(statements);
	struct run run = run_row("rpm-sqlite", "var/lib/rpm/rpmdb.sqlite", file.data, file.len);

	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "takes more steps than an RPM database needs");
	run_done(&run);
	bolt_buf_done(&file);
}

static void sqlite_files_that_are_cut_or_none(void **state)
{
	(void) state;
	static const char *const statements[] = { TABLE, MANY "2000) INSERT INTO Packages(blob) SELECT ?1 FROM n", NULL };
	struct bolt_buf file = make_sqlite(statements);
	struct run run = run_row("rpm-sqlite", "var/lib/rpm/rpmdb.sqlite", file.data, file.len / 2);

	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "packages read");
	assert_in_range(run.sink->found_len, 500, 1500);
	run_done(&run);

	static const size_t lengths[] = { 0, 15, 99, 511 };
	for (size_t i = 0; i < BOLT_ARRAY_LEN(lengths); i++) {
		run = run_row("rpm-sqlite", "var/lib/rpm/rpmdb.sqlite", file.data, lengths[i]);
		assert_int_equal(run.r, -EBADMSG);
		assert_says(&run, "not an SQLite database");
		run_done(&run);
	}
	file.data[0] ^= 1;
	run = run_row("rpm-sqlite", "var/lib/rpm/rpmdb.sqlite", file.data, file.len);
	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "not an SQLite database");
	run_done(&run);
	bolt_buf_done(&file);
}

static void a_write_ahead_log_with_content_is_warned_about(void **state)
{
	(void) state;
	struct run run = run_text("rpm-sqlite", "usr/lib/sysimage/rpm/rpmdb.sqlite-wal", "log");

	assert_int_equal(run.r, 0);
	assert_int_equal(run.sink->warnings_len, 1);
	assert_string_equal(run.sink->warnings[0].code, "rpm-wal-ignored");
	run_done(&run);
	run = run_text("rpm-sqlite", "usr/lib/sysimage/rpm/rpmdb.sqlite-wal", "");
	assert_int_equal(run.r, 0);
	assert_int_equal(run.sink->warnings_len, 0);
	run_done(&run);
}

static void azure_linux_manifests(void **state)
{
	(void) state;
	static const struct {
		const char *text;
		int want_r;
		const char *says, *want;
	} rows[] = {
		{ "filesystem\t1.1-8.cm2\t1653816591\t1653628955\tMicrosoft "
		  "Corporation\t(none)\t7564\tx86_64\t0\tfilesystem-1.1-8.cm2.src.rpm\n"
		  "libs\t1-2\t1\t1\tV\t(none)\t1\tnoarch\t3\tbig-libs-1-2.src.rpm\n",
		  0, "", "filesystem 1.1-8.cm2 x86_64 filesystem 1.1-8.cm2 -\nlibs 3:1-2 noarch big-libs 1-2 -\n" },
		{ "a\t1-2\t1\t1\tV\t(none)\t1\t(none)\t(none)\t(none)", 0, "", "a 1-2 - - - -\n" },
		{ "\na\t1\n\t1-2\t1\t1\tV\t(none)\t1\tx\t0\ts\nb\t1-2\t1\t1\tV\t(none)\t1\tx\t0\ts\n", -EBADMSG,
		  "2 of 4 lines do not describe a package, the first is line 2", "b 1-2 x - - -\n" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_text("rpm-manifest", "var/lib/rpmmanifest/container-manifest-2", rows[i].text);

		assert_int_equal(run.r, rows[i].want_r);
		assert_says(&run, rows[i].says);
		assert_found(&run, rows[i].want);
		run_done(&run);
	}
}

static void a_manifest_line_with_a_nul_byte_is_damaged(void **state)
{
	(void) state;
	static const char text[] = "\0a\t1-2\t1\t1\tV\t(none)\t1\tx\t0\ts\nb\t1-2\t1\t1\tV\t(none)\t1\tx\t0\ts\n";
	struct run run = run_row("rpm-manifest", "var/lib/rpmmanifest/container-manifest-2", text, sizeof(text) - 1);

	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "1 of 2 lines");
	assert_found(&run, "b 1-2 x - - -\n");
	run_done(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_give_packages),
		cmocka_unit_test(files_belong_to_their_package),
		cmocka_unit_test(damaged_headers_are_named),
		cmocka_unit_test(the_bound_on_directories_is_met),
		cmocka_unit_test(the_bound_on_all_file_names_is_met),
		cmocka_unit_test(the_bound_on_one_header_is_met),
		cmocka_unit_test(ndb_lies),
		cmocka_unit_test(one_ndb_blob_cannot_be_read_more_often_than_the_file_is_long),
		cmocka_unit_test(bdb_lies),
		cmocka_unit_test(bdb_page_loops_end),
		cmocka_unit_test(sqlite_databases),
		cmocka_unit_test(a_schema_of_thousands_of_tables_is_not_read),
		cmocka_unit_test(sqlite_files_that_are_cut_or_none),
		cmocka_unit_test(a_write_ahead_log_with_content_is_warned_about),
		cmocka_unit_test(azure_linux_manifests),
		cmocka_unit_test(a_manifest_line_with_a_nul_byte_is_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
