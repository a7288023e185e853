#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "oci/limits.h"
#include "oci/tar.h"

/* A tar in the making. Numbers a header does not name are zero. */
struct tar {
	struct bolt_buf bytes;
};

static void pad(struct tar *t)
{
	static const uint8_t zeros[512];

	assert_int_equal(bolt_buf_add(&t->bytes, zeros, -t->bytes.len & 511), 0);
}

static void add_checksum(uint8_t *block)
{
	unsigned sum = 0;

	memset(block + 148, ' ', 8);
	for (size_t i = 0; i < 512; i++)
		sum += block[i];
	(void) snprintf((char *) block + 148, 8, "%06o", sum);
}

/* magic: "ustar" (POSIX), "gnu", or "" (v7) */
static uint8_t *add_header(struct tar *t, const char *magic, char type, const char *name, uint64_t size)
{
	uint8_t block[512] = { 0 };

	memcpy(block, name, strnlen(name, 100));
	memcpy(block + 100, "0100644", 7);
	(void) snprintf((char *) block + 124, 12, "%011llo", (unsigned long long) size);
	block[156] = (uint8_t) type;
	if (strcmp(magic, "ustar") == 0)
		memcpy(block + 257, "ustar\00000", 8);
	else if (strcmp(magic, "gnu") == 0)
		memcpy(block + 257, "ustar  ", 8);
	add_checksum(block);
	assert_int_equal(bolt_buf_add(&t->bytes, block, sizeof(block)), 0);
	return t->bytes.data + t->bytes.len - 512;
}

static void add_content(struct tar *t, const void *bytes, size_t n)
{
	assert_int_equal(bolt_buf_add(&t->bytes, bytes, n), 0);
	pad(t);
}

static void add_file(struct tar *t, const char *magic, char type, const char *name, const char *content)
{
	add_header(t, magic, type, name, strlen(content));
	add_content(t, content, strlen(content));
}

static void add_end(struct tar *t)
{
	static const uint8_t zeros[1024];

	assert_int_equal(bolt_buf_add(&t->bytes, zeros, sizeof(zeros)), 0);
}

static void add_pax(struct tar *t, char type, const char *const *records)
{
	struct bolt_buf text = BOLT_BUF_INIT(1 << 20);

	for (size_t i = 0; records[i]; i++) {
		size_t n = strlen(records[i]) + 2, digits = 1;

		while (snprintf(NULL, 0, "%zu", n + digits) > (int) digits)
			digits++;
		assert_int_equal(bolt_buf_addf(&text, "%zu %s\n", n + digits, records[i]), 0);
	}
	add_header(t, "ustar", type, "pax", text.len);
	add_content(t, text.data, text.len);
	bolt_buf_done(&text);
}

static void start(struct tar *t)
{
	*t = (struct tar){ .bytes = BOLT_BUF_INIT(64 << 20) };
}

/* "kind name>link size mode [content]" a line, then "end", or the errno and what is said. The caller frees it. */
static char *read_all(const void *bytes, size_t n, size_t block_len)
{
	struct bolt_reader *source = bolt_reader_memory(bytes, n, block_len);
	struct bolt_tar *tar = bolt_tar_new(source);
	struct bolt_tar_entry entry;
	struct bolt_err err = { .msg = "" };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int r;

	while ((r = bolt_tar_next(tar, &entry, &err)) > 0) {
		const uint8_t *block;
		ssize_t got = 0;

		(void) fprintf(out, "%c %s%s%s %llu %o", "?fhsdbpo"[entry.kind], entry.name_too_long ? "LONG" : entry.name,
			       *entry.link ? ">" : "", entry.link, (unsigned long long) entry.size, entry.mode);
		if (entry.kind == BOLT_TAR_FILE && entry.size > 0 && entry.size < 4096) {
			(void) fputc(' ', out);
			while ((got = bolt_read_next(bolt_tar_content(tar), &block, &err)) > 0) {
				for (ssize_t i = 0; i < got; i++)
					(void) fputc(block[i] ? block[i] : '.', out);
			}
		}
		(void) fputc('\n', out);
		if (got < 0) {
			r = (int) got;
			break;
		}
	}
	if (r < 0)
		(void) fprintf(out, "%s: %s\n", strerrorname_np(-r), err.msg);
	else
		(void) fputs("end\n", out);
	(void) fclose(out);
	bolt_tar_free(tar);
	bolt_reader_close(source);
	return text;
}

static void assert_reads(struct tar *t, const char *want)
{
	static const size_t block_lens[] = { 0, 512, 511, 1000, 7 };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(block_lens); i++) {
		char *text = read_all(t->bytes.data, t->bytes.len, block_lens[i]);

		assert_string_equal(text, want);
		free(text);
	}
	bolt_buf_done(&t->bytes);
}

/* The last line begins with `want`. */
static void assert_fails(struct tar *t, const char *want)
{
	char *text = read_all(t->bytes.data, t->bytes.len, 0), *last = text + strlen(text) - 1;

	while (last > text && last[-1] != '\n')
		last--;
	if (strncmp(last, want, strlen(want)) != 0)
		fail_msg("'%s' does not begin with '%s'", last, want);
	free(text);
	bolt_buf_done(&t->bytes);
}

static void every_kind_of_entry(void **state)
{
	static const struct {
		const char *magic;
		char type;
		const char *name, *want;
	} rows[] = {
		{ "", '\0', "v7", "f v7 2 644 xy\nend\n" },
		{ "ustar", '0', "file", "f file 2 644 xy\nend\n" },
		{ "ustar", '0', "file-with-slash/", "f file-with-slash/ 2 644 xy\nend\n" },
		{ "ustar", '7', "contiguous", "f contiguous 2 644 xy\nend\n" },
		{ "gnu", 'V', "label", "o label 0 644\nend\n" },
		{ "gnu", 'Z', "unknown", "o unknown 0 644\nend\n" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct tar t;

		start(&t);
		add_file(&t, rows[i].magic, rows[i].type, rows[i].name, "xy");
		add_end(&t);
		assert_reads(&t, rows[i].want);
	}
}

static void what_has_no_content_has_none_whatever_its_size_says(void **state)
{
	static const struct {
		char type, kind;
		const char *name;
	} rows[] = { { '1', 'h', "x" }, { '2', 's', "x" }, { '3', 'b', "x" },  { '4', 'b', "x" },
		     { '5', 'd', "x" }, { '6', 'p', "x" }, { '\0', 'd', "x/" } };

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct tar t;
		char want[64];

		start(&t);
		add_header(&t, "ustar", rows[i].type, rows[i].name, 5000);
		add_file(&t, "ustar", '0', "next", "1");
		add_end(&t);
		(void) snprintf(want, sizeof(want), "%c %s 0 644\nf next 1 644 1\nend\n", rows[i].kind, rows[i].name);
		assert_reads(&t, want);
	}
}

static void long_names(void **state)
{
	char deep[301], want[400];
	struct tar t;
	uint8_t *header;

	(void) state;
	memset(deep, 'd', 300);
	deep[300] = '\0';

	start(&t);
	header = add_header(&t, "ustar", '0', "name", 0);
	memcpy(header + 345, "prefix/of", 9);
	add_checksum(header);
	add_end(&t);
	assert_reads(&t, "f prefix/of/name 0 644\nend\n");

	start(&t); /* access times in GNU's form are no prefix, text in their place is */
	header = add_header(&t, "gnu", '0', "name", 0);
	memcpy(header + 345, "00000001234", 12);
	add_checksum(header);
	header = add_header(&t, "gnu", '0', "name", 0);
	memcpy(header + 345, "go/wrote/this", 13);
	add_checksum(header);
	add_end(&t);
	assert_reads(&t, "f name 0 644\nf go/wrote/this/name 0 644\nend\n");

	start(&t);
	add_file(&t, "gnu", 'L', "././@LongLink", deep);
	add_file(&t, "gnu", 'K', "././@LongLink", "target");
	add_header(&t, "gnu", '2', "short", 0);
	add_header(&t, "gnu", '0', "after", 0);
	add_end(&t);
	(void) snprintf(want, sizeof(want), "s %s>target 0 644\nf after 0 644\nend\n", deep);
	assert_reads(&t, want);
}

static void pax_records(void **state)
{
	static const struct {
		const char *records[4], *want;
	} rows[] = {
		{ { "path=a/b", "mtime=1.5", "SCHILY.xattr.user.x=y" }, "f a/b 2 644 xy\nend\n" },
		{ { "linkpath=l" }, "f plain>l 2 644 xy\nend\n" },
		{ { "size=1" }, "f plain 1 644 x\nend\n" },
		{ { "path=" }, "f plain 2 644 xy\nend\n" },
		{ { "path=a", "path=" }, "f plain 2 644 xy\nend\n" },
		{ { "size=" }, "f plain 2 644 xy\nend\n" },
		{ { "path=\xff\xfe" }, "f \xff\xfe 2 644 xy\nend\n" },
		{ { "GNU.sparse.name=s", "path=p" }, "f p 2 644 xy\nend\n" }, /* not of a sparse file */
		{ { "size=+1" }, "f plain 1 644 x\nend\n" },
		{ { "size=00000000000000000000000001" }, "f plain 1 644 x\nend\n" },
		{ { "GNU.sparse.realsize=2" }, "f plain 2 644 xy\nend\n" }, /* a size alone makes no sparse file */
		{ { "GNU.sparse.major=7", "GNU.sparse.minor=0", "GNU.sparse.realsize=9" }, "f plain 2 644 xy\nend\n" },
	};
	static const char *const global[] = { "path=everywhere", "size=1", NULL };
	struct tar t;

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		start(&t);
		add_pax(&t, 'x', rows[i].records);
		add_file(&t, "ustar", '0', "plain", "xy");
		add_end(&t);
		assert_reads(&t, rows[i].want);
	}
	start(&t); /* runtimes ignore them */
	add_pax(&t, 'g', global);
	add_file(&t, "ustar", '0', "plain", "xy");
	add_end(&t);
	assert_reads(&t, "f plain 2 644 xy\nend\n");

	start(&t); /* GNU's long name beats pax in either order */
	add_file(&t, "gnu", 'L', "l", "long");
	add_pax(&t, 'x', rows[0].records);
	add_file(&t, "ustar", '0', "plain", "xy");
	add_end(&t);
	assert_reads(&t, "f long 2 644 xy\nend\n");
}

static void what_overrides_are_dropped_or_replaced_as_in_go(void **state)
{
	static const char *const path[] = { "path=p", "size=1", NULL }, *const time[] = { "mtime=1", NULL };
	struct tar t;

	(void) state;
	start(&t); /* a global header in between drops what was said before it */
	add_file(&t, "gnu", 'L', "l", "long");
	add_pax(&t, 'x', path);
	add_pax(&t, 'g', time);
	add_file(&t, "ustar", '0', "plain", "xy");
	add_end(&t);
	assert_reads(&t, "f plain 2 644 xy\nend\n");

	start(&t); /* the second of two replaces the first */
	add_pax(&t, 'x', path);
	add_pax(&t, 'x', time);
	add_file(&t, "ustar", '0', "plain", "xy");
	add_end(&t);
	assert_reads(&t, "f plain 2 644 xy\nend\n");

	start(&t); /* an empty long name leaves pax its say */
	add_pax(&t, 'x', path);
	add_file(&t, "gnu", 'L', "l", "");
	add_file(&t, "ustar", '0', "plain", "x");
	add_end(&t);
	assert_reads(&t, "f p 1 644 x\nend\n");
}

static void bad_pax_records(void **state)
{
	static const char *const rows[] = { "x",
					    "5 a=b\n",
					    "99 a=b\n",
					    "6 a=b",
					    "7 ab=c",
					    "0 a=b\n",
					    "-6 a=b\n",
					    "999999999 a=b\n",
					    "6 abc\n",
					    "12 size=-1\n",
					    "12 size=1x\n",
					    "30 size=99999999999999999999\n",
					    "27 GNU.sparse.numbytes=1\n" };

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct tar t;

		start(&t);
		add_file(&t, "ustar", 'x', "pax", rows[i]);
		add_file(&t, "ustar", '0', "plain", "xy");
		add_end(&t);
		assert_fails(&t, "EBADMSG: damaged tar at byte");
	}
}

static void numbers_in_headers(void **state)
{
	static const struct {
		const char *field;
		const char *want; /* NULL: refused */
	} rows[] = {
		{ "00000000002\0", "2" },
		{ "          2\0", "2" },
		{ "2          \0", "2" },
		{ "\0\0000000002 \0", "2" }, /* Go drops NULs in front */
		{ "\200\0\0\0\0\0\0\0\0\0\0\002", "2" },
		{ "2 2\0\0\0\0\0\0\0\0\0", NULL },
		{ "0000000002x\0", NULL },
		{ "-0000000002\0", NULL },
		{ "\377\377\377\377\377\377\377\377\377\377\377\377", NULL },
		{ "\300\0\0\0\0\0\0\0\0\0\0\002", NULL },
		{ "\200\0\0\0\200\0\0\0\0\0\0\0", NULL },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct tar t;
		uint8_t *header;

		start(&t);
		header = add_header(&t, "gnu", '0', "n", 0);
		memcpy(header + 124, rows[i].field, 12);
		add_checksum(header);
		add_content(&t, "xy", 2);
		add_end(&t);
		if (rows[i].want)
			assert_reads(&t, "f n 2 644 xy\nend\n");
		else
			assert_fails(&t, "EBADMSG: damaged tar at byte 0: size is not a number");
	}
}

static void names_and_headers_over_the_bound(void **state)
{
	char *name = malloc(BOLT_TAR_EXTENSION_MAX + 2);
	struct tar t;

	(void) state;
	memset(name, 'n', BOLT_TAR_EXTENSION_MAX + 1);
	name[BOLT_TAR_EXTENSION_MAX + 1] = '\0';
	start(&t);
	add_file(&t, "gnu", 'L', "l", name);
	add_file(&t, "gnu", '0', "short", "xy");
	add_end(&t);
	assert_fails(&t, "E2BIG: damaged tar at byte 512: an extended tar header is larger than the bound");

	name[BOLT_PATH_MAX + 1] = '\0';
	start(&t);
	add_file(&t, "gnu", 'L', "l", name);
	add_file(&t, "gnu", '0', "short", "xy");
	add_file(&t, "gnu", '0', "next", "z");
	add_end(&t);
	assert_reads(&t, "f LONG 2 644 xy\nf next 1 644 z\nend\n");
	free(name);
}

static void add_old_sparse(struct tar *t, const uint64_t (*map)[2], size_t len, uint64_t real_size, const char *content)
{
	uint8_t *header = add_header(t, "gnu", 'S', "sparse", strlen(content));

	for (size_t i = 0; i < len; i++) {
		(void) snprintf((char *) header + 386 + 24 * i, 12, "%011llo", (unsigned long long) map[i][0]);
		(void) snprintf((char *) header + 398 + 24 * i, 12, "%011llo", (unsigned long long) map[i][1]);
	}
	(void) snprintf((char *) header + 483, 12, "%011llo", (unsigned long long) real_size);
	add_checksum(header);
	add_content(t, content, strlen(content));
}

static void sparse_files_in_all_four_forms(void **state)
{
	static const char *const pax[][10] = {
		{ "GNU.sparse.size=9", "GNU.sparse.numblocks=2", "GNU.sparse.offset=1", "GNU.sparse.numbytes=2",
		  "GNU.sparse.offset=6", "GNU.sparse.numbytes=1" },
		{ "GNU.sparse.size=9", "GNU.sparse.numblocks=2", "GNU.sparse.map=1,2,6,1" },
		{ "GNU.sparse.major=0", "GNU.sparse.minor=1", "GNU.sparse.realsize=9", "GNU.sparse.numblocks=2",
		  "GNU.sparse.map=1,2,6,1" },
	};
	static const char *const v1[] = { "GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.realsize=9",
					  "GNU.sparse.name=sparse", NULL };
	static const char want[] = "f sparse 9 644 .ab...c..\nf next 1 644 z\nend\n";
	static const uint64_t map[][2] = { { 1, 2 }, { 6, 1 } };
	struct tar t;

	(void) state;
	start(&t);
	add_old_sparse(&t, map, 2, 9, "abc");
	add_file(&t, "gnu", '0', "next", "z");
	add_end(&t);
	assert_reads(&t, want);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(pax); i++) {
		start(&t);
		add_pax(&t, 'x', pax[i]);
		add_file(&t, "ustar", '0', "sparse", "abc");
		add_file(&t, "ustar", '0', "next", "z");
		add_end(&t);
		assert_reads(&t, want);
	}
	start(&t);
	add_pax(&t, 'x', v1);
	add_header(&t, "ustar", '0', "GNUSparseFile.0/sparse", 515);
	add_content(&t, "2\n1\n2\n6\n1\n", 10);
	add_content(&t, "abc", 3);
	add_file(&t, "ustar", '0', "next", "z");
	add_end(&t);
	assert_reads(&t, want);
}

static void bad_sparse_maps(void **state)
{
	static const struct {
		uint64_t map[2][2], real_size;
		const char *want;
	} rows[] = {
		{ { { 1, 2 }, { 2, 1 } }, 9, "EBADMSG: sparse file's map overlaps" },
		{ { { 6, 1 }, { 1, 2 } }, 9, "EBADMSG: sparse file's map overlaps" },
		{ { { 1, 2 }, { 9, 1 } }, 9, "EBADMSG: sparse file's map overlaps or passes its end" },
		{ { { 1, 2 }, { 3, 5 } }, 9, "EBADMSG: sparse file's map asks for more data than are stored" },
	};
	static const char *const counts[][4] = { { "GNU.sparse.size=9", "GNU.sparse.numblocks=3", "GNU.sparse.map=1,2" },
						 { "GNU.sparse.size=9", "GNU.sparse.map=1,2" },
						 { "GNU.sparse.size=9", "GNU.sparse.numblocks=1", "GNU.sparse.map=1" },
						 { "GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.size=9" } };
	struct tar t;

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		start(&t);
		add_old_sparse(&t, rows[i].map, 2, rows[i].real_size, "abc");
		add_end(&t);
		assert_fails(&t, rows[i].want);
	}
	for (size_t i = 0; i < BOLT_ARRAY_LEN(counts); i++) {
		start(&t);
		add_pax(&t, 'x', counts[i]);
		add_file(&t, "ustar", '0', "sparse", "abc");
		add_end(&t);
		assert_fails(&t, "EBADMSG: sparse file's map is damaged or too long");
	}
}

static void ends_and_damage(void **state)
{
	struct tar t;

	(void) state;
	start(&t);
	add_file(&t, "ustar", '0', "a", "x");
	assert_reads(&t, "f a 1 644 x\nend\n"); /* without its end mark */

	start(&t);
	add_end(&t);
	bolt_buf_clear(&t.bytes);
	assert_reads(&t, "end\n");

	start(&t);
	add_end(&t);
	t.bytes.len = 512;
	add_file(&t, "ustar", '0', "a", "x");
	assert_fails(&t, "EBADMSG: entries follow the end mark, at byte 1024");

	start(&t);
	add_file(&t, "ustar", '0', "a", "x");
	t.bytes.data[0] ^= 1;
	assert_fails(&t, "EBADMSG: damaged tar at byte 0: header checksum does not match");

	start(&t);
	add_file(&t, "gnu", 'L', "l", "name");
	assert_fails(&t, "EBADMSG: truncated tar: it ends inside an entry, at byte 1024");
}

static void every_prefix_of_a_tar_ends(void **state)
{
	static const char *const records[] = { "path=long", "GNU.sparse.size=9", "GNU.sparse.numblocks=1", "GNU.sparse.map=1,3",
					       NULL };
	struct tar t;

	(void) state;
	start(&t);
	add_file(&t, "gnu", 'L', "l", "name");
	add_file(&t, "gnu", '0', "a", "content");
	add_pax(&t, 'x', records);
	add_file(&t, "ustar", '0', "sparse", "abc");
	add_header(&t, "ustar", '5', "dir/", 0);
	add_end(&t);
	for (size_t n = 0; n <= t.bytes.len; n++) {
		uint8_t *exact = malloc(n ? n : 1);

		memcpy(exact, t.bytes.data, n);
		char *text = read_all(exact, n, 0), *last = strstr(text, "EBADMSG: ");
		if (!last && strcmp(text + strlen(text) - 4, "end\n") != 0)
			fail_msg("%zu bytes: %s", n, text);
		free(text);
		free(exact);
	}
	bolt_buf_done(&t.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_entry),
		cmocka_unit_test(what_has_no_content_has_none_whatever_its_size_says),
		cmocka_unit_test(long_names),
		cmocka_unit_test(pax_records),
		cmocka_unit_test(what_overrides_are_dropped_or_replaced_as_in_go),
		cmocka_unit_test(bad_pax_records),
		cmocka_unit_test(numbers_in_headers),
		cmocka_unit_test(names_and_headers_over_the_bound),
		cmocka_unit_test(sparse_files_in_all_four_forms),
		cmocka_unit_test(bad_sparse_maps),
		cmocka_unit_test(ends_and_damage),
		cmocka_unit_test(every_prefix_of_a_tar_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
