/* The advisory database: what is written in one generation is what is read, and what changed is known. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "advisory/database.h"
#include "advisory/database_format.h"
#include "advisory/database_write.h"
#include "advisory/entry.h"
#include "advisory/limits.h"
#include "advisory/record.h"

/* A database in a directory of its own. */
struct world {
	char directory[64], path[96], path_new[96], path_spool[96];
	struct bolt_writer *writer;
	struct bolt_writer_outcome outcome;
	struct bolt_database *db;
	struct bolt_err err;
	int spool_fd;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	(void) snprintf(w->directory, sizeof(w->directory), "/tmp/bolt-database-XXXXXX");
	assert_non_null(mkdtemp(w->directory));
	(void) snprintf(w->path, sizeof(w->path), "%s/db", w->directory);
	(void) snprintf(w->path_new, sizeof(w->path_new), "%s/db.new", w->directory);
	(void) snprintf(w->path_spool, sizeof(w->path_spool), "%s/db.spool", w->directory);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	bolt_database_close(w->db);
	bolt_writer_close(w->writer);
	(void) unlink(w->path);
	(void) unlink(w->path_new);
	(void) unlink(w->path_spool);
	(void) rmdir(w->directory);
	free(w);
	return 0;
}

/* What the parent of an import does: a private copy without the trailer. */
static void begin_shrinking(struct world *w, bool allow_shrink)
{
	struct bolt_trailer trailer;
	char block[65536];
	ssize_t n;
	int old = open(w->path, O_RDONLY | O_CLOEXEC), fd = open(w->path_new, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	if (old >= 0) {
		assert_int_equal(bolt_trailer_read(old, &trailer, NULL), 0);
		while ((n = read(old, block, sizeof(block))) > 0)
			assert_int_equal(write(fd, block, (size_t) n), n);
		assert_int_equal(ftruncate(fd, (off_t) trailer.length), 0);
		close(old);
	}
	close(fd);
	w->spool_fd = open(w->path_spool, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct bolt_writer_options options = { w->path_new, w->spool_fd, allow_shrink, 1700000000 };
	if (bolt_writer_open(&options, &w->writer, &w->err) < 0)
		fail_msg("%s", w->err.msg);
}

static void begin(struct world *w)
{
	begin_shrinking(w, false);
}

static void finish(struct world *w)
{
	if (bolt_writer_finish(w->writer, -1, &w->outcome, &w->err) < 0)
		fail_msg("%s", w->err.msg);
	bolt_writer_close(w->writer);
	w->writer = NULL;
	close(w->spool_fd);
	assert_int_equal(rename(w->path_new, w->path), 0);
	bolt_database_close(w->db);
	w->db = NULL;
	if (bolt_database_open(w->path, &w->db, &w->err) < 0)
		fail_msg("%s", w->err.msg);
	assert_int_equal(bolt_database_verify(w->path, NULL), 0);
}

static struct bolt_feed_sink *begin_part(struct world *w, const char *part, bool whole)
{
	struct bolt_feed_sink *sink = NULL;

	if (bolt_writer_begin(w->writer, part, whole, &sink, &w->err) < 0)
		fail_msg("%s", w->err.msg);
	return sink;
}

static struct bolt_part_result end_part(struct world *w, int r, const char *why)
{
	struct bolt_part_result result;
	struct bolt_err reason = { .msg = "" };
	const struct bolt_part_source source = {
		.url = "https://feeds.example/x.zip", .etag = "\"1\"", .sha256 = "ab", .bytes = 7
	};

	(void) snprintf(reason.msg, sizeof(reason.msg), "%s", why);
	if (bolt_writer_end(w->writer, r, &reason, &source, &result, &w->err) < 0)
		fail_msg("%s", w->err.msg);
	return result;
}

/* An advisory that says: `package` of Debian 12 is fixed in `fixed` (NULL: not yet). */
static void give(struct bolt_feed_sink *sink, const char *id, const char *package, const char *fixed, int64_t modified)
{
	struct bolt_event events[] = { { BOLT_EVENT_INTRODUCED, "0" }, { BOLT_EVENT_FIXED, fixed } };
	struct bolt_range range = { .events = events, .events_len = fixed ? 2 : 1 };
	struct bolt_affected affected = { .ecosystem = "Debian:12", .package = package, .ranges = &range, .ranges_len = 1 };
	const char *alias[] = { "CVE-2024-0001" };
	struct bolt_advisory a = {
		.id = id, .summary = "sum", .modified_unix = modified, .affected = &affected, .affected_len = 1
	};

	affected.status = fixed ? BOLT_STATUS_FIXED : BOLT_STATUS_AFFECTED;
	a.aliases = (struct bolt_texts){ alias, 1 };
	assert_int_equal(sink->advisory(sink, &a, NULL), 0);
}

/* "ID:fixed ID:fixed ..." of what affects a version, in the order of the entries; "-" where there is no fix. */
static const char *found(struct world *w, const char *package, const char *version)
{
	static char text[4096];
	struct bolt_arena *arena = bolt_arena_new(1 << 20);
	struct bolt_cursor entries;
	struct bolt_entry entry;
	struct bolt_hit hit;
	int r;

	text[0] = '\0';
	assert_int_equal(bolt_database_find(w->db, "Debian:12", package, false, &entries), 0);
	while ((r = bolt_entry_next(&entries, &entry)) == 1) {
		struct bolt_advisory a;
		size_t len = strlen(text);

		r = bolt_entry_affects(w->db, &entry, BOLT_VERSION_DPKG, version, &hit);
		assert_true(r >= 0);
		if (r == 0)
			continue;
		assert_int_equal(bolt_database_record(w->db, entry.record, arena, NULL, &a), 0);
		(void) snprintf(text + len, sizeof(text) - len, "%s%s:%s%s", len ? " " : "", a.id, hit.fixed ? hit.fixed : "-",
				entry.withdrawn ? "!" : "");
	}
	assert_int_equal(r, 0);
	bolt_arena_free(arena);
	return text;
}

static int append_change(void *context, const char *ecosystem, const char *package, bool binary)
{
	char *text = context;
	size_t len = strlen(text);

	(void) snprintf(text + len, 4096 - len, "%s%s/%s%s", len ? " " : "", ecosystem, package, binary ? "/binary" : "");
	return 0;
}

static const char *changed_since(struct world *w, uint64_t generation)
{
	static char text[4096];

	text[0] = '\0';
	int r = bolt_database_changes(w->db, generation, append_change, text);
	if (r == -ESTALE)
		return "stale";
	assert_int_equal(r, 0);
	return text;
}

/* Records */

static const char *const two_texts[] = { "CVE-2024-1", "GHSA-xxxx" };
static struct bolt_event some_events[] = { { BOLT_EVENT_FIXED, "2.0" },
					   { BOLT_EVENT_INTRODUCED, "1.0" },
					   { BOLT_EVENT_LAST_AFFECTED, "3.5" },
					   { BOLT_EVENT_INTRODUCED, "3.0" } };
static struct bolt_range some_range = { .semver = true, .events = some_events, .events_len = 4 };
static const char *some_versions[] = { "0.9", "1.5", "1.6" };
static struct bolt_affected some_affected[] = { {
	.ecosystem = "npm",
	.package = "left-pad",
	.binary = true,
	.modularity = "nodejs:18",
	.status = BOLT_STATUS_DEFERRED,
	.severity = BOLT_SEVERITY_HIGH,
	.ranges = &some_range,
	.ranges_len = 1,
	.versions = some_versions,
	.versions_len = 3,
} };
static struct bolt_rating some_ratings[] = { { NULL, "CVSS:3.1/AV:N", BOLT_SEVERITY_UNKNOWN }, { "nvd", NULL, BOLT_SEVERITY_LOW } };

static struct bolt_advisory full_advisory(void)
{
	struct bolt_texts texts = { (const char **) (uintptr_t) two_texts, 2 };

	return (struct bolt_advisory){
		.id = "GHSA-1",
		.aliases = texts,
		.upstream = texts,
		.summary = "A summary",
		.details = "Details with \xc3\xa9",
		.published_unix = -5,
		.modified_unix = 1700000000,
		.withdrawn = true,
		.cwes = texts,
		.references = texts,
		.ratings = some_ratings,
		.ratings_len = 2,
		.affected = some_affected,
		.affected_len = 1,
	};
}

static void a_record_comes_back_as_it_was(void **state)
{
	struct bolt_buf once = BOLT_BUF_INIT(1 << 20), again = BOLT_BUF_INIT(1 << 20);
	struct bolt_arena *arena = bolt_arena_new(1 << 20);
	struct bolt_advisory a = full_advisory(), b;

	(void) state;
	assert_int_equal(bolt_record_encode(&a, &once, NULL), 0);
	assert_int_equal(bolt_record_decode(bolt_cursor(once.data, once.len), true, arena, &b), 0);
	assert_string_equal(b.id, "GHSA-1");
	assert_string_equal(b.details, a.details);
	assert_int_equal(b.published_unix, -5);
	assert_true(b.withdrawn);
	assert_int_equal(b.ratings_len, 2);
	assert_null(b.ratings[0].source);
	assert_string_equal(b.ratings[0].vector, "CVSS:3.1/AV:N");
	assert_int_equal(b.affected_len, 1);
	assert_string_equal(b.affected[0].modularity, "nodejs:18");
	assert_int_equal(b.affected[0].status, BOLT_STATUS_DEFERRED);
	assert_int_equal(b.affected[0].ranges[0].events_len, 4);
	assert_string_equal(b.affected[0].versions[2], "1.6");
	assert_int_equal(bolt_record_encode(&b, &again, NULL), 0);
	assert_int_equal(once.len, again.len);
	assert_memory_equal(once.data, again.data, once.len);

	assert_int_equal(bolt_record_decode(bolt_cursor(once.data, once.len), false, arena, &b), 0);
	assert_int_equal(b.affected_len, 0);
	for (size_t n = 0; n < once.len; n++)
		assert_int_equal(bolt_record_decode(bolt_cursor(once.data, n), true, arena, &b), -EBADMSG);
	bolt_buf_done(&once);
	bolt_buf_done(&again);
	bolt_arena_free(arena);
}

static void long_texts_are_cut_at_a_character(void **state)
{
	struct bolt_buf buf = BOLT_BUF_INIT(1 << 20);
	struct bolt_arena *arena = bolt_arena_new(1 << 20);
	struct bolt_advisory a = { .id = "X-1" }, b;
	const char *references[50];
	char *details = malloc(10001);

	(void) state;
	assert_non_null(details);
	for (size_t i = 0; i < 10000; i++)
		details[i] = i % 2 ? '\xa9' : '\xc3';
	details[10000] = '\0';
	for (size_t i = 0; i < 50; i++)
		references[i] = "https://advisories.example/";
	a.details = details;
	a.references = (struct bolt_texts){ references, 50 };
	assert_int_equal(bolt_record_encode(&a, &buf, NULL), 0);
	assert_int_equal(bolt_record_decode(bolt_cursor(buf.data, buf.len), true, arena, &b), 0);
	assert_int_equal(strlen(b.details), BOLT_RECORD_DETAILS_MAX - 1); /* one byte would have split a character */
	assert_string_equal(b.details + strlen(b.details) - 5, "\xc3\xa9...");
	assert_int_equal(b.references.len, BOLT_RECORD_REFERENCES_MAX);
	free(details);
	bolt_buf_done(&buf);
	bolt_arena_free(arena);
}

static void what_cannot_be_a_record_is_refused_with_a_reason(void **state)
{
	static char long_text[3000];
	static const char *long_texts[] = { long_text };
	memset(long_text, 'x', sizeof(long_text) - 1);
	const struct {
		struct bolt_advisory advisory;
		const char *why;
	} rows[] = {
		{ { .id = "" }, "without an id" },
		{ { .id = long_text }, "too long" },
		{ { .id = "X", .summary = "\xff" }, "not UTF-8" },
		{ { .id = "X", .aliases = { long_texts, 1 } }, "too long" },
		{ { .id = "X", .affected = &(struct bolt_affected){ .ecosystem = "npm", .package = "" }, .affected_len = 1 },
		  "without a name" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_buf buf = BOLT_BUF_INIT(1 << 20);
		struct bolt_err err = { .msg = "" };

		assert_int_equal(bolt_record_encode(&rows[i].advisory, &buf, &err), -EBADMSG);
		if (!strstr(err.msg, rows[i].why))
			fail_msg("row %zu: '%s'", i, err.msg);
		bolt_buf_done(&buf);
	}
}

/* Entries */

static void an_entry_judges_as_the_advisory_says(void **state)
{
	static const struct {
		const char *version;
		int affected;
		const char *fixed, *from, *until;
	} rows[] = {
		{ "0.9.0", 1, NULL, NULL, NULL }, /* listed */
		{ "0.8.0", 0, NULL, NULL, NULL }, { "1.5.0", 1, "2.0", "1.0", NULL },
		{ "2.0.0", 0, NULL, NULL, NULL }, { "3.2.0", 1, NULL, "3.0", "3.5" },
	};
	struct bolt_buf buf = BOLT_BUF_INIT(1 << 20);
	struct bolt_entry entry;

	(void) state;
	assert_int_equal(bolt_entry_pack(&some_affected[0], 0x01020304, 0x0506, true, &buf, NULL), 0);
	assert_null(memmem(buf.data, buf.len, "1.6", 3)); /* a range has it */
	struct bolt_cursor entries = bolt_cursor(buf.data, buf.len);
	assert_int_equal(bolt_entry_next(&entries, &entry), 1);
	assert_int_equal(entry.record, 0x01020304);
	assert_int_equal(entry.part, 0x0506);
	assert_true(entry.withdrawn);
	assert_int_equal(entry.status, BOLT_STATUS_DEFERRED);
	assert_int_equal(entry.severity, BOLT_SEVERITY_HIGH);
	assert_string_equal(entry.modularity, "nodejs:18");
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_hit hit = { .fixed = "untouched" };

		assert_int_equal(bolt_entry_affects(NULL, &entry, BOLT_VERSION_SEMVER, rows[i].version, &hit), rows[i].affected);
		if (!rows[i].affected) {
			assert_string_equal(hit.fixed, "untouched");
			continue;
		}
		assert_string_equal(hit.fixed ? hit.fixed : "-", rows[i].fixed ? rows[i].fixed : "-");
		assert_string_equal(hit.from ? hit.from : "-", rows[i].from ? rows[i].from : "-");
		assert_string_equal(hit.until ? hit.until : "-", rows[i].until ? rows[i].until : "-");
	}
	assert_int_equal(bolt_entry_next(&entries, &entry), 0);
	for (size_t n = 1; n < buf.len; n++) {
		entries = bolt_cursor(buf.data, n);
		assert_int_equal(bolt_entry_next(&entries, &entry), -EBADMSG);
	}
	bolt_buf_done(&buf);
}

/* Generations */

static void what_is_written_is_read(void **state)
{
	struct world *w = *state;
	struct bolt_kev kev = { true, "2024-01-02", "2024-02-03", true }, got_kev;
	struct bolt_epss epss;
	uint32_t numbers[8];

	begin(w);
	struct bolt_feed_sink *sink = begin_part(w, "osv/Debian", true);
	give(sink, "DSA-1", "openssl", "3.0.1", 10);
	give(sink, "DSA-2", "openssl", NULL, 20);
	give(sink, "DSA-3", "zlib", "1.2", 30);
	struct bolt_part_result result = end_part(w, 0, "");
	assert_int_equal(result.outcome, BOLT_PART_NEW);
	assert_int_equal(result.added, 3);
	sink = begin_part(w, "epss", true);
	assert_int_equal(sink->epss(sink, "CVE-2024-2", 500, 60000, NULL), 0);
	assert_int_equal(sink->epss(sink, "CVE-2024-1", 400, 50000, NULL), 0);
	assert_int_equal(sink->epss(sink, "no CVE", 400, 50000, NULL), 0);
	result = end_part(w, 0, "");
	assert_int_equal(result.records, 2);
	assert_int_equal(result.damaged, 1);
	sink = begin_part(w, "kev", true);
	assert_int_equal(sink->kev(sink, "CVE-2024-1", &kev, NULL), 0);
	(void) end_part(w, 0, "");
	finish(w);

	assert_int_equal(bolt_database_generation(w->db), 1);
	assert_int_equal(bolt_database_built_unix(w->db), 1700000000);
	assert_string_equal(found(w, "openssl", "3.0.0"), "DSA-1:3.0.1 DSA-2:-");
	assert_string_equal(found(w, "openssl", "3.0.1"), "DSA-2:-");
	assert_string_equal(found(w, "nothing", "1"), "");
	assert_int_equal(bolt_database_named(w->db, "cve-2024-0001", numbers, 8), 3);
	assert_int_equal(bolt_database_named(w->db, "DSA-2", numbers, 8), 1);
	assert_int_equal(bolt_database_named(w->db, "DSA-9", numbers, 8), 0);
	assert_int_equal(bolt_database_epss(w->db, "CVE-2024-1", &epss), 0);
	assert_true(epss.known);
	assert_int_equal(epss.score, 400);
	assert_int_equal(bolt_database_epss(w->db, "CVE-2024-3", &epss), 0);
	assert_false(epss.known);
	assert_int_equal(bolt_database_kev(w->db, "CVE-2024-1", &got_kev), 0);
	assert_true(got_kev.known && got_kev.ransomware);
	assert_string_equal(got_kev.due, "2024-02-03");
	assert_int_equal(bolt_database_parts_len(w->db), 3);
	const struct bolt_part_state *part = bolt_database_part(w->db, 2);
	assert_string_equal(part->part, "osv/Debian");
	assert_int_equal(part->advisories, 3);
	assert_int_equal(part->dated_unix, 30);
	assert_string_equal(part->etag, "\"1\"");
	assert_ptr_equal(bolt_database_part_numbered(w->db, part->number), part);
}

static void an_update_changes_what_changed_and_says_what(void **state)
{
	struct world *w = *state;

	begin(w);
	struct bolt_feed_sink *sink = begin_part(w, "osv/Debian", true);
	give(sink, "DSA-1", "openssl", "3.0.1", 10);
	give(sink, "DSA-2", "zlib", "1.2", 20);
	give(sink, "DSA-3", "curl", "8.0", 30);
	(void) end_part(w, 0, "");
	finish(w);

	begin(w);
	sink = begin_part(w, "osv/Debian", true);
	give(sink, "DSA-1", "openssl", "3.0.1", 10); /* as it was */
	give(sink, "DSA-2", "zlib", "1.3", 25);      /* another fix */
	give(sink, "DSA-4", "openssl", "3.0.9", 40); /* new; DSA-3 is gone */
	struct bolt_part_result result = end_part(w, 0, "");
	assert_int_equal(result.outcome, BOLT_PART_UPDATED);
	assert_int_equal(result.added, 1);
	assert_int_equal(result.changed, 1);
	assert_int_equal(result.removed, 1);
	finish(w);
	assert_true(w->outcome.changed);
	assert_int_equal(bolt_database_generation(w->db), 2);
	assert_string_equal(found(w, "openssl", "3.0.0"), "DSA-1:3.0.1 DSA-4:3.0.9");
	assert_string_equal(found(w, "zlib", "1.2"), "DSA-2:1.3");
	assert_string_equal(found(w, "curl", "1.0"), "");
	assert_string_equal(changed_since(w, 1), "Debian:12/curl Debian:12/openssl Debian:12/zlib");
	assert_string_equal(changed_since(w, 2), "");
	assert_string_equal(changed_since(w, 0), "stale");

	begin(w);
	sink = begin_part(w, "osv/Debian", true);
	give(sink, "DSA-4", "openssl", "3.0.9", 40);
	give(sink, "DSA-2", "zlib", "1.3", 25);
	give(sink, "DSA-1", "openssl", "3.0.1", 10);
	result = end_part(w, 0, "");
	assert_int_equal(result.outcome, BOLT_PART_UNCHANGED);
	finish(w);
	assert_false(w->outcome.changed);
	assert_int_equal(bolt_database_generation(w->db), 2);
}

static int append_touched(void *context, const struct bolt_change *change)
{
	char *text = context;
	size_t len = strlen(text);

	(void) snprintf(text + len, 4096 - len, "%s%llu:%s", len ? " " : "", (unsigned long long) change->generation,
			change->name ? change->name : change->package);
	return 0;
}

static const char *touched_since(struct world *w, uint64_t generation)
{
	static char text[4096];

	text[0] = '\0';
	int r = bolt_database_each_change(w->db, generation, append_touched, text);
	if (r == -ESTALE)
		return "stale";
	assert_int_equal(r, 0);
	return text;
}

static void what_a_generation_touched_is_told_by_package_and_by_name_newest_first(void **state)
{
	struct world *w = *state;
	uint64_t first, second, none = 7;

	begin(w);
	struct bolt_feed_sink *sink = begin_part(w, "osv/Debian", true);
	give(sink, "DSA-1", "openssl", "3.0.1", 10);
	(void) end_part(w, 0, "");
	finish(w);
	assert_int_equal(bolt_database_mark(w->db, 1, &first), 0);
	assert_int_not_equal(first, 0);

	begin(w);
	sink = begin_part(w, "osv/Debian", false);
	give(sink, "DSA-1", "openssl", "3.0.1", 20); /* says the same of its package, but is not the same */
	(void) end_part(w, 0, "");
	finish(w);
	begin(w);
	sink = begin_part(w, "kev", true);
	assert_int_equal(sink->kev(sink, "CVE-2024-0009", &(struct bolt_kev){ .added = "2024-01-01" }, NULL), 0);
	(void) end_part(w, 0, "");
	finish(w);
	assert_string_equal(touched_since(w, 1), "3:CVE-2024-0009 2:openssl 2:CVE-2024-0001 2:DSA-1");
	assert_string_equal(touched_since(w, 2), "3:CVE-2024-0009");
	assert_string_equal(touched_since(w, 3), "");
	assert_string_equal(touched_since(w, 0), "stale");
	assert_int_equal(bolt_database_mark(w->db, 1, &second), 0);
	assert_int_equal(second, first);
	assert_int_equal(bolt_database_mark(w->db, 2, &second), 0);
	assert_int_not_equal(second, first);
	assert_int_equal(bolt_database_mark(w->db, 99, &none), 0);
	assert_int_equal(none, 0);
}

static void of_one_id_the_later_record_counts(void **state)
{
	struct world *w = *state;

	begin(w);
	struct bolt_feed_sink *sink = begin_part(w, "osv/Debian", true);
	give(sink, "DSA-1", "openssl", "2", 20);
	give(sink, "DSA-1", "openssl", "3", 30);
	give(sink, "DSA-1", "openssl", "1", 10);
	struct bolt_part_result result = end_part(w, 0, "");
	finish(w);
	assert_int_equal(result.records, 1);
	assert_int_equal(result.duplicates, 2);
	assert_string_equal(found(w, "openssl", "0"), "DSA-1:3");
}

static void fill(struct world *w, size_t n, size_t damaged)
{
	struct bolt_feed_sink *sink = begin_part(w, "osv/Debian", true);
	char id[32];

	for (size_t i = 0; i < n; i++) {
		(void) snprintf(id, sizeof(id), "DSA-%zu", i);
		give(sink, id, i % 2 ? "openssl" : "zlib", "2", 10);
	}
	for (size_t i = 0; i < damaged; i++)
		assert_int_equal(sink->damaged(sink, "broken.json", "no id", NULL), 0);
}

static void a_part_that_looks_wrong_leaves_the_old(void **state)
{
	static const struct {
		size_t records, damaged;
		int r;
		bool allow_shrink;
		enum bolt_part_outcome outcome;
		const char *reason;
	} rows[] = {
		{ 2000, 0, 0, false, BOLT_PART_NEW, "" },
		{ 1300, 0, 0, false, BOLT_PART_REFUSED, "only 1300 records, where there were 2000" },
		{ 2000, 21, 0, false, BOLT_PART_REFUSED, "21 of 2021 records are damaged, the first: broken.json: no id" },
		{ 2000, 20, 0, false, BOLT_PART_UNCHANGED, "broken.json: no id" },
		{ 2000, 0, -EBADMSG, false, BOLT_PART_REFUSED, "cut off" },
		{ 1999, 0, 0, false, BOLT_PART_UPDATED, "" },
		{ 5, 0, 0, true, BOLT_PART_UPDATED, "" },
		{ 0, 0, 0, false, BOLT_PART_UPDATED, "" }, /* few enough to come and go */
	};
	struct world *w = *state;
	size_t records = 0;

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		begin_shrinking(w, rows[i].allow_shrink);
		fill(w, rows[i].records, rows[i].damaged);
		struct bolt_part_result result = end_part(w, rows[i].r, "cut off");
		struct bolt_feed_sink *sink = begin_part(w, "debian", true);
		give(sink, "CVE-1", "bash", i % 2 ? "1" : "2", (int64_t) i);
		assert_int_not_equal(end_part(w, 0, "").outcome, BOLT_PART_REFUSED); /* others go in */
		finish(w);
		if (result.outcome != rows[i].outcome || !strstr(result.reason, rows[i].reason))
			fail_msg("row %zu: %s '%s'", i, bolt_part_outcome_text(result.outcome), result.reason);
		if (rows[i].outcome != BOLT_PART_REFUSED)
			records = rows[i].records;
		assert_int_equal(result.records, records);
		assert_int_equal(bolt_database_part(w->db, 1)->advisories, records);
	}
}

static void a_difference_leaves_what_it_does_not_name(void **state)
{
	struct world *w = *state;

	begin(w);
	struct bolt_feed_sink *sink = begin_part(w, "osv/Debian", true);
	give(sink, "DSA-1", "openssl", "1", 10);
	give(sink, "DSA-2", "openssl", "2", 10);
	give(sink, "DSA-3", "openssl", "3", 10);
	(void) end_part(w, 0, "");
	finish(w);
	begin(w);
	sink = begin_part(w, "osv/Debian", false);
	give(sink, "DSA-2", "openssl", "2.5", 20);
	assert_int_equal(bolt_writer_remove(w->writer, "DSA-1"), 0);
	assert_int_equal(bolt_writer_remove(w->writer, "DSA-9"), 0);
	struct bolt_part_result result = end_part(w, 0, "");
	finish(w);
	assert_int_equal(result.records, 2);
	assert_string_equal(found(w, "openssl", "0"), "DSA-2:2.5 DSA-3:3");
}

static void names_of_any_length_are_found(void **state)
{
	struct world *w = *state;
	char one[1001], other[1001];

	memset(one, 'n', sizeof(one));
	memset(other, 'n', sizeof(other));
	one[1000] = other[1000] = '\0';
	other[999] = 'x';
	begin(w);
	struct bolt_feed_sink *sink = begin_part(w, "osv/Debian", true);
	give(sink, "DSA-1", one, "1", 10);
	give(sink, "DSA-2", other, "2", 10);
	(void) end_part(w, 0, "");
	finish(w);
	assert_string_equal(found(w, one, "0"), "DSA-1:1");
	assert_string_equal(found(w, other, "0"), "DSA-2:2");
}

static void a_withdrawn_record_is_marked(void **state)
{
	struct world *w = *state;
	struct bolt_affected affected = {
		.ecosystem = "Debian:12", .package = "openssl", .versions = some_versions, .versions_len = 1
	};
	struct bolt_advisory a = { .id = "DSA-1", .withdrawn = true, .affected = &affected, .affected_len = 1 };

	begin(w);
	struct bolt_feed_sink *sink = begin_part(w, "osv/Debian", true);
	assert_int_equal(sink->advisory(sink, &a, NULL), 0);
	(void) end_part(w, 0, "");
	finish(w);
	assert_string_equal(found(w, "openssl", "0.9"), "DSA-1:-!");
}

static void an_unknown_ecosystem_is_a_damaged_record(void **state)
{
	struct world *w = *state;
	struct bolt_affected affected = { .ecosystem = "Plan 9", .package = "rc" };
	struct bolt_advisory a = { .id = "P-1", .affected = &affected, .affected_len = 1 };

	begin(w);
	struct bolt_feed_sink *sink = begin_part(w, "osv/Debian", true);
	assert_int_equal(sink->advisory(sink, &a, NULL), 0);
	struct bolt_part_result result = end_part(w, 0, "");
	assert_int_equal(result.damaged, 1);
	assert_string_equal(result.reason, "P-1: no ecosystem 'Plan 9' is known");
	finish(w);
}

static void who_has_the_old_one_open_keeps_it(void **state)
{
	struct world *w = *state;
	struct bolt_database *old = NULL;

	for (int i = 1; i <= 3; i++) {
		char fixed[8];

		(void) snprintf(fixed, sizeof(fixed), "%d", i);
		begin(w);
		struct bolt_feed_sink *sink = begin_part(w, "osv/Debian", true);
		give(sink, "DSA-1", "openssl", fixed, i);
		(void) end_part(w, 0, "");
		finish(w);
		if (i == 1)
			assert_int_equal(bolt_database_open(w->path, &old, NULL), 0);
	}
	assert_string_equal(found(w, "openssl", "0"), "DSA-1:3");
	struct bolt_database *newest = w->db;
	w->db = old;
	assert_string_equal(found(w, "openssl", "0"), "DSA-1:1");
	w->db = newest;
	bolt_database_close(old);
}

static void *ask_often(void *context)
{
	struct world *w = context;
	struct bolt_arena *arena = bolt_arena_new(64 << 20);
	uintptr_t wrong = 0;

	for (unsigned i = 0; i < 2000; i++) {
		struct bolt_cursor entries;
		struct bolt_entry entry;
		struct bolt_hit hit;
		struct bolt_advisory a;

		wrong += bolt_database_find(w->db, "Debian:12", i % 2 ? "openssl" : "zlib", false, &entries) < 0 ||
			 bolt_entry_next(&entries, &entry) != 1 ||
			 bolt_entry_affects(w->db, &entry, BOLT_VERSION_DPKG, "1", &hit) != 1 ||
			 bolt_database_record(w->db, entry.record, arena, NULL, &a) < 0 || strcmp(a.summary, "sum") != 0;
	}
	bolt_arena_free(arena);
	return (void *) wrong;
}

static void several_threads_may_ask_at_once(void **state)
{
	struct world *w = *state;
	pthread_t threads[4];
	void *wrong;

	begin(w);
	fill(w, 1000, 0); /* enough for a dictionary */
	(void) end_part(w, 0, "");
	finish(w);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_often, w), 0);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(threads); i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
}

static void a_part_must_have_a_name(void **state)
{
	static const char *const names[] = { "", "/", "a/", "/a", "a//b", "a b", "..\n" };
	struct world *w = *state;
	struct bolt_feed_sink *sink;

	begin(w);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(names); i++)
		assert_int_equal(bolt_writer_begin(w->writer, names[i], true, &sink, NULL), -EINVAL);
	close(w->spool_fd);
}

static void what_is_no_database_is_told(void **state)
{
	struct world *w = *state;
	struct bolt_database *db = (struct bolt_database *) w;
	struct stat st;

	assert_int_equal(bolt_database_open(w->path, &db, &w->err), -ENOENT);
	assert_non_null(strstr(w->err.msg, "db update"));
	int fd = open(w->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(bolt_database_open(w->path, &db, &w->err), -EBADMSG);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(write(fd, "no database ", 12), 12);
	assert_int_equal(bolt_database_open(w->path, &db, &w->err), -EBADMSG);
	close(fd);
	assert_int_equal(unlink(w->path), 0);

	begin(w);
	struct bolt_feed_sink *sink = begin_part(w, "osv/Debian", true);
	give(sink, "DSA-1", "openssl", "1", 10);
	(void) end_part(w, 0, "");
	finish(w);
	assert_int_equal(stat(w->path, &st), 0);
	for (off_t length = st.st_size - 1; length > 0; length = length / 3 * 2) {
		assert_int_equal(truncate(w->path, length), 0);
		assert_int_equal(bolt_database_open(w->path, &db, &w->err), -EBADMSG);
	}
	assert_ptr_equal(db, w); /* written only on success */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_comes_back_as_it_was),
		cmocka_unit_test(long_texts_are_cut_at_a_character),
		cmocka_unit_test(what_cannot_be_a_record_is_refused_with_a_reason),
		cmocka_unit_test(an_entry_judges_as_the_advisory_says),
		cmocka_unit_test_setup_teardown(what_is_written_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(an_update_changes_what_changed_and_says_what, setup, teardown),
		cmocka_unit_test_setup_teardown(what_a_generation_touched_is_told_by_package_and_by_name_newest_first, setup,
						teardown),
		cmocka_unit_test_setup_teardown(of_one_id_the_later_record_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(a_part_that_looks_wrong_leaves_the_old, setup, teardown),
		cmocka_unit_test_setup_teardown(a_difference_leaves_what_it_does_not_name, setup, teardown),
		cmocka_unit_test_setup_teardown(names_of_any_length_are_found, setup, teardown),
		cmocka_unit_test_setup_teardown(a_withdrawn_record_is_marked, setup, teardown),
		cmocka_unit_test_setup_teardown(an_unknown_ecosystem_is_a_damaged_record, setup, teardown),
		cmocka_unit_test_setup_teardown(who_has_the_old_one_open_keeps_it, setup, teardown),
		cmocka_unit_test_setup_teardown(several_threads_may_ask_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(a_part_must_have_a_name, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_database_is_told, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
