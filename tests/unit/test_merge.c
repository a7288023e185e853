#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/budget.h"
#include "inventory/cataloger.h"
#include "inventory/file_view.h"
#include "inventory/merge.h"
#include "inventory/sink_private.h"

enum { LAYERS_MOST = 6 };

/* What one layer says, in order, a word each: "path" a file, "path/" a directory, "path>target" a hard link, "path@" a symbolic
 * link,
 * "-path" a whiteout, "!path" an opaque directory, "path=name:version" a file with a package record (several joined by ','),
 * "path~name" a file that the package `name` of pypi says is its own. */
struct image {
	struct bolt_part parts[LAYERS_MOST];
	size_t len;
};

static const struct bolt_cataloger row = { .name = "test", .type = "npm" };

static void add_record(struct bolt_part *part, enum bolt_file_kind kind, const char *path, const char *link, uint64_t size)
{
	struct bolt_file_record record = { .kind = kind,
					   .path = path,
					   .path_len = strlen(path),
					   .mode = 0644,
					   .size = size,
					   .has_sha256 = kind == BOLT_FILE_REGULAR,
					   .link = link };

	memset(record.sha256, (int) size, sizeof(record.sha256));
	assert_int_equal(bolt_layer_files_add(part->files, &record), 0);
}

static void add_packages(struct bolt_part *part, const char *path, char *names)
{
	part->sink->ordinal = bolt_layer_files_count(part->files);
	assert_int_equal(bolt_sink_begin(part->sink, &row, path), 0);
	for (char *rest, *name = strtok_r(names, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
		char *version = strchr(name, ':');
		struct bolt_found found = { .name = bolt_sink_text(part->sink, bolt_cursor(name, (size_t) (version - name))),
					    .version = bolt_sink_strdup(part->sink, version + 1) };

		assert_int_equal(bolt_sink_license(part->sink, &found, bolt_cursor(path, strlen(path))), 0);
		assert_int_equal(bolt_sink_add(part->sink, &found, NULL), 0);
	}
}

static void add_word(struct bolt_part *part, char *word)
{
	size_t n = strlen(word), special = strcspn(word, ">=~");
	char sign = word[special];

	word[special] = '\0';
	if (word[0] == '-') {
		add_record(part, BOLT_FILE_WHITEOUT, word + 1, "", 0);
	} else if (word[0] == '!') {
		add_record(part, BOLT_FILE_OPAQUE, word + 1, "", 0);
	} else if (sign == '>') {
		add_record(part, BOLT_FILE_HARDLINK, word, word + special + 1, 0);
	} else if (word[n - 1] == '/') {
		word[n - 1] = '\0';
		add_record(part, BOLT_FILE_DIRECTORY, word, "", 0);
	} else if (word[n - 1] == '@') {
		word[n - 1] = '\0';
		add_record(part, BOLT_FILE_SYMLINK, word, "", 0);
	} else {
		if (sign == '=')
			add_packages(part, word, word + special + 1);
		if (sign == '~')
			assert_int_equal(bolt_sink_owns(part->sink, "pypi",
							bolt_cursor(word + special + 1, strlen(word + special + 1)),
							bolt_cursor(word, special)),
					 0);
		add_record(part, BOLT_FILE_REGULAR, word, "", n);
	}
}

static void make_image(struct image *image, const char *const *layers)
{
	*image = (struct image){ .len = 0 };
	for (; layers[image->len]; image->len++) {
		struct bolt_part *part = &image->parts[image->len];
		char *words = strdup(layers[image->len]), *rest;

		*part = (struct bolt_part){ bolt_sink_new(-1, 1 << 20), bolt_layer_files_new(NULL) };
		assert_true(part->sink && part->files && words);
		for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
			add_word(part, word);
		free(words);
	}
}

static void image_done(struct image *image)
{
	for (size_t i = 0; i < image->len; i++) {
		bolt_sink_free(image->parts[i].sink);
		bolt_layer_files_free(image->parts[i].files);
	}
}

static void put_packages(FILE *out, const struct bolt_package *packages, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		(void) fprintf(out, "%s%s:%s %d", i ? "; " : "", packages[i].name, packages[i].version, packages[i].layer);
		if (packages[i].removed_layer >= 0)
			(void) fprintf(out, "-%d", packages[i].removed_layer);
		for (size_t k = 0; k < packages[i].locations.len; k++)
			(void) fprintf(out, "%c%s", k ? ',' : ' ', packages[i].locations.items[k]);
	}
}

static void packages_through_the_layers(void **state)
{
	static const struct {
		const char *layers[LAYERS_MOST], *want; /* "name:version layer[-removed] locations; .. | those removed" */
	} rows[] = {
		{ { "db=a:1,b:2" }, "a:1 0 db; b:2 0 db | " },
		{ { "d/db=a:1", "-d/db" }, " | a:1 0-1 d/db" },
		{ { "d/db=a:1", "-d" }, " | a:1 0-1 d/db" },
		{ { "d/db=a:1", "!d" }, " | a:1 0-1 d/db" },
		{ { "d/db=a:1", "!" }, " | a:1 0-1 d/db" },
		{ { "d/db=a:1", "d/" }, "a:1 0 d/db | " },
		{ { "d/db=a:1", "d" }, " | a:1 0-1 d/db" },
		{ { "d/db=a:1", "d@" }, " | a:1 0-1 d/db" },
		{ { "d/db=a:1", "d/db/" }, " | a:1 0-1 d/db" },
		{ { "d/db=a:1", "d/db>other" }, " | a:1 0-1 d/db" },
		{ { "d/db=a:1", "!d d/db=b:1" }, "b:1 1 d/db | a:1 0-1 d/db" },
		{ { "d/db=a:1", "d/db=b:1 !d" },
		  "b:1 1 d/db | a:1 0-1 d/db" }, /* an opaque mark hides what is below, wherever it stands */
		{ { "d/db=a:1", "-e -dd d/dbx -d/db/x" }, "a:1 0 d/db | " },
		{ { "db=a:1,b:1", "db=a:2,b:1" }, "a:2 1 db; b:1 0 db | a:1 0-1 db" },
		{ { "db=a:1", "db=b:1", "db=a:1,b:1" }, "a:1 2 db; b:1 1 db | " },
		{ { "db=a:1", "-db", "x", "db=a:1", "-db" }, " | a:1 3-4 db" },
		{ { "db=a:1 db=b:1" }, "b:1 0 db | " },       /* the second of a name is what gets extracted */
		{ { "x=a:1", "y=a:1", "-x" }, "a:1 1 y | " }, /* rebuilding layer 0 would not change what is there */
		{ { "x=a:1 y=a:1" }, "a:1 0 x,y | " },
		{ { "x=a:1", "y", "x=a:1" }, "a:1 0 x | " },
		{ { "x=a:1 -x" }, "a:1 0 x | " }, /* a layer's whiteouts are about those below it */
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_report *report = bolt_report_new(1 << 20);
		struct bolt_err err = { .msg = "" };
		struct image image;
		char *text;
		size_t len;
		FILE *out = open_memstream(&text, &len);

		make_image(&image, rows[i].layers);
		assert_int_equal(bolt_merge(report, image.parts, image.len, true, &err), 0);
		put_packages(out, report->packages, report->packages_len);
		(void) fputs(" | ", out);
		put_packages(out, report->removed_packages, report->removed_packages_len);
		(void) fclose(out);
		if (strcmp(text, rows[i].want) != 0)
			fail_msg("row %zu: '%s' is not '%s'", i, text, rows[i].want);
		free(text);
		image_done(&image);
		bolt_report_free(report);
	}
}

static void licences_of_all_records_are_joined(void **state)
{
	static const char *const layers[] = { "x=a:1 y=a:1", NULL };
	struct bolt_report *report = bolt_report_new(1 << 20);
	struct image image;

	(void) state;
	make_image(&image, layers);
	assert_int_equal(bolt_sink_license_of(image.parts[0].sink, "npm", bolt_cursor("a", 1), bolt_cursor("MIT", 3)), 0);
	assert_int_equal(bolt_sink_license_of(image.parts[0].sink, "npm", bolt_cursor("b", 1), bolt_cursor("GPL", 3)), 0);
	assert_int_equal(bolt_merge(report, image.parts, 1, true, NULL), 0);
	assert_int_equal(report->packages[0].licenses.len, 3);
	assert_string_equal(report->packages[0].licenses.items[0], "MIT");
	assert_string_equal(report->packages[0].licenses.items[1], "x");
	assert_string_equal(report->packages[0].licenses.items[2], "y");
	image_done(&image);
	bolt_report_free(report);
}

static int put_file(void *context, const struct bolt_file_entry *entry)
{
	FILE *out = context;

	(void) fprintf(out, "%s%s %d %llu%s%s%s", ftell(out) ? "; " : "", entry->record->path, entry->layer,
		       (unsigned long long) entry->record->size, entry->live ? "" : " hidden", entry->owner ? " " : "",
		       entry->owner ? entry->owner : "");
	return 0;
}

static void files_with_their_owners_and_whether_they_are_seen(void **state)
{
	static const struct {
		const char *layers[LAYERS_MOST], *type, *want; /* "path layer size [hidden] [owner]" */
	} rows[] = {
		{ { "a b", "-a" }, "npm", "a 0 1 hidden; b 0 1" },
		{ { "d/a d/b", "!d d/c" }, "npm", "d/a 0 3 hidden; d/b 0 3 hidden; d/c 1 3" },
		{ { "d/a", "d" }, "npm", "d/a 0 3 hidden; d 1 1" },
		{ { "d", "d/ d/a" }, "npm", "d 0 1 hidden; d/a 1 3" },
		{ { "aa=x:1 aa" }, "npm", "aa 0 6 hidden; aa 0 2" },
		{ { "file", "link>file", "-file" }, "npm", "file 0 4 hidden; link 1 4" },
		{ { "file one>file two>one" }, "npm", "file 0 4; one 0 4; two 0 4" },
		{ { "link>nowhere" }, "npm", "link 0 0" },
		{ { "node_modules/x/package.json=x:1 node_modules/x/y node_modules/xy" },
		  "npm",
		  "node_modules/x/package.json 0 31 pkg:npm/x@1; node_modules/x/y 0 16 pkg:npm/x@1; node_modules/xy 0 15" },
		{ { "m/METADATA=Zope.Interface_X:1 z.py~zope-interface-x q.py~other" },
		  "pypi",
		  "m/METADATA 0 29; z.py 0 21 pkg:pypi/zope-interface-x@1; q.py 0 10" },
		{ { "m/METADATA=ruamel.yaml:1 bin/r~ruamel_yaml usr/bin/r" },
		  "pypi",
		  "m/METADATA 0 24; bin/r 0 17 pkg:pypi/ruamel-yaml@1; usr/bin/r 0 9 pkg:pypi/ruamel-yaml@1" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_report *report = bolt_report_new(1 << 20);
		struct image image;
		char *text;
		size_t len;
		FILE *out = open_memstream(&text, &len);

		make_image(&image, rows[i].layers);
		for (size_t k = 0; k < image.parts[0].sink->found_len; k++)
			image.parts[0].sink->found[k].type = rows[i].type;
		assert_int_equal(bolt_merge(report, image.parts, image.len, true, NULL), 0);
		struct bolt_file_index index = { image.parts, image.len, true };
		assert_int_equal(bolt_file_view(report, &index, put_file, out), 0);
		(void) fclose(out);
		if (strcmp(text, rows[i].want) != 0)
			fail_msg("row %zu: '%s' is not '%s'", i, text, rows[i].want);
		free(text);
		image_done(&image);
		bolt_report_free(report);
	}
}

/* Names that share their start, across many of the index's blocks. */
static void records_come_back_as_they_were_put_in(void **state)
{
	struct bolt_budget budget = { 64 << 20 };
	struct bolt_layer_files *files = bolt_layer_files_new(&budget);
	struct bolt_file_cursor cursor;
	struct bolt_file_record record;
	char path[4097], link[4097];
	unsigned i;

	(void) state;
	for (i = 0; i < 20000; i++) {
		int n = snprintf(path, sizeof(path), "usr/share/%u/%0*u", i / 100, (int) (i % 97 == 0 ? 4080 : i % 50), i);
		struct bolt_file_record put = {
			.kind = i % 7, .path = path, .path_len = (size_t) n, .mode = i & 07777, .link = ""
		};

		assert_true(n <= 4096);
		put.size = put.kind == BOLT_FILE_REGULAR ? (uint64_t) i << i % 40 : 0;
		put.has_sha256 = put.kind == BOLT_FILE_REGULAR && i % 3;
		memset(put.sha256, (int) i, 32);
		memset(link, 'l', i % 4097);
		link[i % 4097] = '\0';
		if (put.kind == BOLT_FILE_HARDLINK)
			put.link = link;
		assert_int_equal(bolt_layer_files_add(files, &put), 0);
	}
	assert_int_equal(bolt_layer_files_count(files), i);
	bolt_file_first(files, &cursor);
	for (i = 0; bolt_file_next(&cursor, &record); i++) {
		(void) snprintf(path, sizeof(path), "usr/share/%u/%0*u", i / 100, (int) (i % 97 == 0 ? 4080 : i % 50), i);
		assert_string_equal(record.path, path);
		assert_int_equal(record.path_len, strlen(path));
		assert_int_equal(record.kind, i % 7);
		assert_int_equal(record.mode, i & 07777);
		assert_int_equal(cursor.ordinal, i);
		assert_int_equal(strlen(record.link), record.kind == BOLT_FILE_HARDLINK ? i % 4097 : 0);
		if (record.kind == BOLT_FILE_REGULAR) {
			assert_int_equal(record.size, (uint64_t) i << i % 40);
			assert_int_equal(record.has_sha256, i % 3 || i == 0);
			if (i % 3 && i)
				assert_int_equal(record.sha256[31], (uint8_t) i);
		}
	}
	assert_int_equal(i, 20000);
	bolt_layer_files_free(files);
	assert_int_equal(budget.left, 64 << 20);
}

static void an_index_without_budget_refuses_and_keeps_what_it_has(void **state)
{
	struct bolt_budget budget = { 300000 };
	struct bolt_layer_files *files = bolt_layer_files_new(&budget);
	struct bolt_file_record record = { .path = "p", .path_len = 1, .link = "" };
	struct bolt_file_cursor cursor;
	uint64_t kept = 0, walked = 0;

	(void) state;
	while (bolt_layer_files_add(files, &record) == 0)
		kept++;
	assert_true(kept > 1000);
	assert_int_equal(bolt_layer_files_add(files, &record), -E2BIG);
	assert_int_equal(bolt_layer_files_count(files), kept);
	bolt_file_first(files, &cursor);
	while (bolt_file_next(&cursor, &record))
		walked++;
	assert_int_equal(walked, kept);
	bolt_layer_files_free(files);
	assert_int_equal(budget.left, 300000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packages_through_the_layers),
		cmocka_unit_test(licences_of_all_records_are_joined),
		cmocka_unit_test(files_with_their_owners_and_whether_they_are_seen),
		cmocka_unit_test(records_come_back_as_they_were_put_in),
		cmocka_unit_test(an_index_without_budget_refuses_and_keeps_what_it_has),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
