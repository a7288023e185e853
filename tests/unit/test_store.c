#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "scan/diff.h"
#include "scan/keep.h"
#include "scan/store.h"

static char directory[] = "/tmp/test_store.XXXXXX";
static char path[64];
static const struct bolt_store_limit wide = { 1000, 64u << 20 };

static int make_directory(void **state)
{
	(void) state;
	return mkdtemp(directory) ? 0 : -1;
}

static int new_store(void **state)
{
	static unsigned n;

	(void) state;
	(void) snprintf(path, sizeof(path), "%s/%u.db", directory, n++);
	return 0;
}

static int remove_directory(void **state)
{
	char command[128];

	(void) state;
	(void) snprintf(command, sizeof(command), "%s", directory);
	for (unsigned i = 0; i < 32; i++) {
		(void) snprintf(path, sizeof(path), "%s/%u.db", directory, i);
		(void) unlink(path);
		(void) snprintf(path, sizeof(path), "%s/%u.db-lock", directory, i);
		(void) unlink(path);
	}
	return rmdir(command);
}

static const char *tags[] = { "app:1", "app:latest" }, *aliases[] = { "DSA-1", "GHSA-x" };

static struct bolt_report *sample(void)
{
	static struct bolt_layer layers[] = { { .origin = BOLT_ORIGIN_BASE, .diff_id = "sha256:aa" },
					      { .origin = BOLT_ORIGIN_APPLICATION } };
	static struct bolt_package packages[] = {
		{ .purl = "pkg:deb/debian/libssl3@3",
		  .type = "deb",
		  .name = "libssl3",
		  .version = "3",
		  .arch = "amd64",
		  .source_name = "openssl",
		  .source_version = "3.0",
		  .layer = 0,
		  .removed_layer = -1 },
		{ .purl = "pkg:npm/left@1",
		  .type = "npm",
		  .name = "left",
		  .version = "",
		  .owner = "pkg:deb/debian/left@1",
		  .layer = 1,
		  .removed_layer = -1 },
	};
	struct bolt_report *report = bolt_report_new(1 << 20);

	assert_non_null(report);
	report->subject = (struct bolt_subject){
		.kind = "oci", .name = "app", .tags = { tags, 2 }, .layers = layers, .layers_len = 2
	};
	report->os = (struct bolt_os){ .id = "debian", .version_id = "12", .name = "Debian 12" };
	report->packages = packages;
	report->packages_len = 2;
	return report;
}

static void what_is_packed_comes_out_again(void **state)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = sample(), *back = bolt_report_new(1 << 20);
	struct bolt_told told[] = {
		{ .id = "CVE-2", .package = 1, .severity = BOLT_SEVERITY_HIGH, .status = BOLT_STATUS_AFFECTED },
		{ .id = "CVE-1",
		  .fixed_version = "3.1",
		  .aliases = { aliases, 2 },
		  .package = 0,
		  .severity = BOLT_SEVERITY_LOW,
		  .status = BOLT_STATUS_FIXED,
		  .exploited = true },
	};
	struct bolt_buf packed = BOLT_BUF_INIT(1 << 20), told_packed = BOLT_BUF_INIT(1 << 20);
	struct bolt_told *told_back;
	size_t len;

	(void) state;
	assert_int_equal(bolt_record_pack(report, &packed), 0);
	assert_int_equal(bolt_told_pack(told, 2, &told_packed), 0);
	assert_int_equal(bolt_record_unpack(bolt_cursor(packed.data, packed.len), NULL, back), 0);
	assert_string_equal(back->subject.name, "app");
	assert_null(back->subject.digest);
	assert_int_equal(back->subject.tags.len, 2);
	assert_int_equal(back->subject.layers[1].origin, BOLT_ORIGIN_APPLICATION);
	assert_string_equal(back->os.version_id, "12");
	assert_int_equal(back->packages_len, 2);
	assert_string_equal(back->packages[0].source_name, "openssl");
	assert_int_equal(back->packages[0].layer, 0);
	assert_string_equal(back->packages[1].version, "");
	assert_string_equal(back->packages[1].owner, "pkg:deb/debian/left@1");
	assert_null(back->packages[1].arch);
	assert_int_equal(bolt_told_unpack(bolt_cursor(told_packed.data, told_packed.len), NULL, 2, back->arena, &told_back, &len),
			 0);
	assert_int_equal(len, 2);
	assert_string_equal(told_back[0].id, "CVE-1"); /* by package */
	assert_string_equal(told_back[0].aliases.items[1], "GHSA-x");
	assert_true(told_back[0].exploited);
	assert_null(told_back[1].fixed_version);
	/* An index that no package has. */
	assert_int_equal(bolt_told_unpack(bolt_cursor(told_packed.data, told_packed.len), NULL, 1, back->arena, &told_back, &len),
			 -EBADMSG);
	bolt_buf_done(&packed);
	bolt_buf_done(&told_packed);
}

static void a_record_that_was_cut_off_or_changed_is_refused(void **state)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = sample();
	struct bolt_buf packed = BOLT_BUF_INIT(1 << 20);

	(void) state;
	assert_int_equal(bolt_record_pack(report, &packed), 0);
	for (size_t n = 0; n < packed.len; n++) {
		BOLT_CLEANUP(bolt_report_freep) struct bolt_report *back = bolt_report_new(1 << 20);

		assert_int_equal(bolt_record_unpack(bolt_cursor(packed.data, n), NULL, back), -EBADMSG);
	}
	packed.data[1] ^= 0x40; /* another length */
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *back = bolt_report_new(1 << 20);
	assert_int_equal(bolt_record_unpack(bolt_cursor(packed.data, packed.len), NULL, back), -EBADMSG);
	bolt_buf_done(&packed);
}

static void what_a_worker_wrote_is_read_back_or_refused(void **state)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = sample();
	const struct bolt_stamp stamp = { 7, 8, 9 };
	struct bolt_record_map map = { .bytes = NULL };
	int fd = memfd_create("record", 0);
	struct stat st;

	(void) state;
	report->subject.digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	assert_int_equal(bolt_record_map(fd, &map), -ENODATA);
	assert_int_equal(bolt_record_write(fd, report, stamp), 0);
	assert_int_equal(bolt_record_map(fd, &map), 0);
	assert_string_equal(map.record.head.image, report->subject.digest);
	assert_int_equal(map.record.head.stamp.mark, 8);
	assert_int_equal(map.record.keys.left, 2 * 8); /* openssl, libssl3; nothing is asked about what has no version */
	bolt_record_unmap(&map);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(ftruncate(fd, st.st_size - 1), 0);
	assert_int_equal(bolt_record_map(fd, &map), -EBADMSG);
	assert_int_equal(ftruncate(fd, st.st_size + 1), 0);
	assert_int_equal(bolt_record_map(fd, &map), -EBADMSG);
	assert_int_equal(pwrite(fd, "sha256:../../etc", 16, 0), 16);
	assert_int_equal(ftruncate(fd, st.st_size), 0);
	assert_int_equal(bolt_record_map(fd, &map), -EBADMSG); /* no digest */
	close(fd);
}

/* An image of a digest that ends in n, with `bytes` of record and these keys. */
static void put(struct bolt_store *store, unsigned n, uint64_t generation, size_t bytes, const uint64_t *keys, size_t keys_len,
		uint64_t *dropped)
{
	struct bolt_record record = { .head = { .stamp = { generation, 1, 1 } } };
	uint8_t *body = malloc(bytes + 1);

	assert_non_null(body);
	for (size_t i = 0; i < bytes; i++)
		body[i] = (uint8_t) rand();
	(void) snprintf(record.head.image, sizeof(record.head.image), "sha256:%064u", n);
	record.record = bolt_cursor(body, bytes);
	record.told = bolt_cursor(body, 1);
	record.keys = bolt_cursor(keys, keys_len * sizeof(*keys));
	*dropped = 0;
	assert_int_equal(bolt_store_put(store, &record, dropped, NULL), 0);
	free(body);
}

static struct bolt_store *open_store(const struct bolt_store_limit *limit, enum bolt_store_use use)
{
	struct bolt_store *store = NULL;
	struct bolt_err err = { .msg = "" };

	if (bolt_store_open(path, limit, use, &store, &err) < 0)
		fail_msg("%s", err.msg);
	return store;
}

static size_t items_of(struct bolt_store *store, uint32_t *numbers, size_t most)
{
	struct bolt_store_item *items;
	size_t len;

	assert_int_equal(bolt_store_items(store, &items, &len), 0);
	assert_true(len <= most);
	for (size_t i = 0; i < len; i++)
		numbers[i] = items[i].number;
	free(items);
	return len;
}

static void images_beyond_the_limit_go_oldest_first(void **state)
{
	const struct bolt_store_limit limit = { 3, 64u << 20 };
	BOLT_CLEANUP(bolt_store_closep) struct bolt_store *store = open_store(&limit, BOLT_STORE_WRITE);
	uint32_t numbers[8];
	uint64_t dropped;

	(void) state;
	for (unsigned n = 1; n <= 3; n++) {
		put(store, n, 1, 10, NULL, 0, &dropped);
		assert_int_equal(dropped, 0);
	}
	put(store, 1, 1, 10, NULL, 0, &dropped); /* scanned again: now the newest, and none too many */
	assert_int_equal(dropped, 0);
	put(store, 4, 1, 10, NULL, 0, &dropped);
	assert_int_equal(dropped, 1);
	assert_int_equal(items_of(store, numbers, 8), 3);
	assert_int_equal(numbers[0], 3); /* 2, the oldest, is gone */
	assert_int_equal(numbers[2], 5);
}

static void a_store_never_holds_more_bytes_than_it_may(void **state)
{
	const struct bolt_store_limit limit = { 1000, 1u << 20 };
	uint32_t numbers[64];
	struct stat st;
	uint64_t dropped, all = 0;

	(void) state;
	for (unsigned n = 1; n <= 60; n++) {
		BOLT_CLEANUP(bolt_store_closep) struct bolt_store *store = open_store(&limit, BOLT_STORE_WRITE);

		put(store, n, 1, 60000, NULL, 0, &dropped);
		all += dropped;
		assert_int_equal(bolt_store_commit(store, NULL), 0);
	}
	BOLT_CLEANUP(bolt_store_closep) struct bolt_store *store = open_store(&limit, BOLT_STORE_READ);
	size_t left = items_of(store, numbers, 64);
	assert_int_equal(left + all, 60);
	assert_in_range(left, 8, 17);
	assert_int_equal(numbers[left - 1], 60);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size <= 3 << 20);
	struct bolt_record large = { .record = bolt_cursor(path, 1 << 20) };
	large.head.image[0] = 's';
	assert_int_equal(bolt_store_put(store, &large, &dropped, NULL), -E2BIG);
}

static void an_unjudged_scan_does_not_replace_a_judgement(void **state)
{
	BOLT_CLEANUP(bolt_store_closep) struct bolt_store *store = open_store(&wide, BOLT_STORE_WRITE);
	uint32_t numbers[8];
	uint64_t dropped;

	(void) state;
	put(store, 1, 5, 10, NULL, 0, &dropped);
	put(store, 1, 0, 10, NULL, 0, &dropped);
	assert_int_equal(items_of(store, numbers, 8), 1);
	assert_int_equal(numbers[0], 1);
	put(store, 1, 6, 10, NULL, 0, &dropped);
	assert_int_equal(items_of(store, numbers, 8), 1);
	assert_int_equal(numbers[0], 2);
}

struct found {
	uint32_t numbers[16];
	size_t len;
};

static int note(void *context, uint32_t number)
{
	struct found *found = context;

	assert_true(found->len < 16);
	found->numbers[found->len++] = number;
	return 0;
}

static struct found find(struct bolt_store *store, uint64_t key)
{
	struct found found = { .len = 0 };

	assert_int_equal(bolt_store_find(store, key, note, &found), 0);
	return found;
}

static void the_index_finds_images_by_their_keys_after_it_was_brought_up_to_date(void **state)
{
	static const uint64_t first[] = { 10, 20, 30 }, second[] = { 20, 40 }, other[] = { 50 };
	BOLT_CLEANUP(bolt_store_closep) struct bolt_store *store = open_store(&wide, BOLT_STORE_WRITE);
	uint64_t dropped;

	(void) state;
	put(store, 1, 1, 10, first, 3, &dropped);
	put(store, 2, 1, 10, second, 2, &dropped);
	assert_int_equal(find(store, 20).len, 0);
	assert_int_equal(bolt_store_indexed(store), 0);
	assert_int_equal(bolt_store_index(store, NULL), 0);
	assert_int_equal(bolt_store_commit(store, NULL), 0);
	bolt_store_close(store);

	store = open_store(&wide, BOLT_STORE_WRITE);
	assert_int_equal(bolt_store_indexed(store), 2);
	struct found both = find(store, 20);
	assert_int_equal(both.len, 2);
	assert_int_equal(both.numbers[0], 1);
	assert_int_equal(both.numbers[1], 2);
	assert_int_equal(find(store, 40).len, 1);
	assert_int_equal(find(store, 11).len, 0);
	/* Other keys after a new judgement; the old ones may stay. */
	assert_int_equal(bolt_store_judged(store, 2, (struct bolt_stamp){ 2, 2, 2 }, bolt_cursor("x", 1),
					   bolt_cursor(other, sizeof(other)), NULL),
			 0);
	assert_int_equal(find(store, 50).len, 1);
	assert_int_equal(
		bolt_store_judged(store, 99, (struct bolt_stamp){ 2, 2, 2 }, bolt_cursor("x", 1), bolt_cursor("", 0), NULL), 0);
	/* Most of what it knows is gone: made anew, from what is there. */
	put(store, 1, 1, 10, other, 1, &dropped);
	put(store, 2, 1, 10, other, 1, &dropped);
	assert_int_equal(bolt_store_index(store, NULL), 0);
	assert_int_equal(find(store, 20).len, 0);
	assert_int_equal(find(store, 50).len, 2);
}

static void a_reader_sees_the_store_as_it_was(void **state)
{
	BOLT_CLEANUP(bolt_store_closep) struct bolt_store *writer = open_store(&wide, BOLT_STORE_WRITE);
	uint32_t numbers[8];
	uint64_t dropped;

	(void) state;
	put(writer, 1, 1, 10, NULL, 0, &dropped);
	assert_int_equal(bolt_store_commit(writer, NULL), 0);
	bolt_store_close(writer);
	writer = NULL;
	BOLT_CLEANUP(bolt_store_closep) struct bolt_store *reader = open_store(&wide, BOLT_STORE_READ);
	pid_t child = fork();
	if (child == 0) {
		writer = NULL;
		if (bolt_store_open(path, &wide, BOLT_STORE_WRITE, &writer, NULL) < 0)
			_exit(1);
		put(writer, 2, 1, 10, NULL, 0, &dropped);
		_exit(bolt_store_commit(writer, NULL) < 0);
	}
	int status = 1;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(items_of(reader, numbers, 8), 1);
	bolt_store_close(reader);
	reader = open_store(&wide, BOLT_STORE_READ);
	assert_int_equal(items_of(reader, numbers, 8), 2);
}

static void what_is_told_of_two_judgements(void **state)
{
	static const char *old_names[] = { "GHSA-1" };
	static const struct bolt_told before[] = {
		{ .id = "CVE-1", .package = 0, .severity = BOLT_SEVERITY_LOW },
		{ .id = "CVE-2", .package = 0, .severity = BOLT_SEVERITY_LOW },
		{ .id = "GHSA-1", .package = 0 },
		{ .id = "CVE-1", .package = 3 },
	};
	static const struct bolt_told now[] = {
		{ .id = "CVE-1", .package = 0, .severity = BOLT_SEVERITY_HIGH, .fixed_version = "2", .status = BOLT_STATUS_FIXED },
		{ .id = "CVE-2", .package = 0, .severity = BOLT_SEVERITY_LOW },
		{ .id = "CVE-9", .package = 0, .aliases = { old_names, 1 } }, /* GHSA-1 under another name */
		{ .id = "CVE-8", .package = 4, .severity = BOLT_SEVERITY_LOW },
		{ .id = "CVE-7", .package = 5, .severity = BOLT_SEVERITY_CRITICAL },
	};
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(1 << 20);
	struct bolt_told_change *changes;
	size_t len;

	(void) state;
	assert_int_equal(bolt_told_compare(before, 4, now, 5, arena, &changes, &len), 0);
	assert_int_equal(len, 4);
	assert_string_equal(changes[0].now->id, "CVE-7");
	assert_null(changes[0].before);
	assert_string_equal(changes[1].now->id, "CVE-8");
	assert_int_equal(changes[2].what, BOLT_CHANGED_SEVERITY | BOLT_CHANGED_FIX);
	assert_null(changes[3].now);
	assert_int_equal(changes[3].before->package, 3);
}

static struct bolt_diff diff_of(struct bolt_package *a, size_t a_len, struct bolt_package *b, size_t b_len,
				struct bolt_arena *arena)
{
	const struct bolt_report before = { .packages = a, .packages_len = a_len }, now = { .packages = b, .packages_len = b_len };
	const struct bolt_diff_side sides[] = { { .report = &before }, { .report = &now } };
	struct bolt_diff diff;

	assert_int_equal(bolt_diff_of(&sides[0], &sides[1], arena, &diff), 0);
	return diff;
}

static void versions_that_both_have_are_no_difference(void **state)
{
	struct bolt_package a[] = { { .type = "npm", .name = "x", .version = "1" },
				    { .type = "npm", .name = "x", .version = "2" },
				    { .type = "deb", .name = "libc6", .version = "9" },
				    { .type = "deb", .name = "libc6", .version = "9" } };
	struct bolt_package b[] = { { .type = "npm", .name = "x", .version = "3" },
				    { .type = "npm", .name = "x", .version = "2" },
				    { .type = "deb", .name = "libc6", .version = "9" } };
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(1 << 20);
	struct bolt_diff diff = diff_of(a, 4, b, 3, arena);

	(void) state;
	assert_int_equal(diff.packages_len, 1);
	assert_string_equal(diff.packages[0].before->version, "1");
	assert_string_equal(diff.packages[0].now->version, "3");
	assert_int_equal(diff_of(a, 4, a, 4, arena).packages_len, 0);
	assert_int_equal(diff_of(a, 4, NULL, 0, arena).packages_removed, 4);
	assert_int_equal(diff_of(NULL, 0, b, 3, arena).packages_added, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_packed_comes_out_again),
		cmocka_unit_test(a_record_that_was_cut_off_or_changed_is_refused),
		cmocka_unit_test(what_a_worker_wrote_is_read_back_or_refused),
		cmocka_unit_test_setup(images_beyond_the_limit_go_oldest_first, new_store),
		cmocka_unit_test_setup(a_store_never_holds_more_bytes_than_it_may, new_store),
		cmocka_unit_test_setup(an_unjudged_scan_does_not_replace_a_judgement, new_store),
		cmocka_unit_test_setup(the_index_finds_images_by_their_keys_after_it_was_brought_up_to_date, new_store),
		cmocka_unit_test_setup(a_reader_sees_the_store_as_it_was, new_store),
		cmocka_unit_test(what_is_told_of_two_judgements),
		cmocka_unit_test(versions_that_both_have_are_no_difference),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
