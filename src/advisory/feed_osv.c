/* OSV (ossf.github.io/osv-schema): archives of one ecosystem's records, and single records as GitHub's and others' repositories
 * keep them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/limits.h"
#include "advisory/osv_record.h"
#include "core/json.h"
#include "core/json_pull.h"
#include "core/text.h"
#include "core/zip.h"

/* An archive's end-of-central-directory record (APPNOTE 4.3.16), and the most of a comment behind it that is looked through. */
enum { END_RECORD = 22, END_COMMENT = 1024, END_ROOM = END_RECORD + END_COMMENT };

/* Puts the first block back in front of a stream, and remembers the last bytes of it. */
struct replay {
	struct bolt_reader base;
	struct bolt_reader *rest; /* borrowed */
	struct bolt_cursor first;
	uint8_t end[END_ROOM];
	size_t end_len;
};

static void remember(struct replay *replay, const uint8_t *bytes, size_t n)
{
	size_t new = n < END_ROOM ? n : END_ROOM, keep = replay->end_len < END_ROOM - new ? replay->end_len : END_ROOM - new;

	memmove(replay->end, replay->end + replay->end_len - keep, keep);
	memcpy(replay->end + keep, bytes + n - new, new);
	replay->end_len = keep + new;
}

static ssize_t replay_next(struct bolt_reader *reader, const uint8_t **ret_block, struct bolt_err *err)
{
	struct replay *replay = (struct replay *) reader;
	ssize_t n = (ssize_t) replay->first.left;

	if (n > 0) {
		*ret_block = replay->first.p;
		replay->first.left = 0;
	} else {
		n = bolt_read_next(replay->rest, ret_block, err);
	}
	if (n > 0)
		remember(replay, *ret_block, (size_t) n);
	return n;
}

/* Read forwards, an archive may seem complete when the end of its directory is cut off. */
static bool ends_as_archive(const struct replay *replay)
{
	for (size_t comment = 0; comment + END_RECORD <= replay->end_len; comment++) {
		const uint8_t *at = replay->end + replay->end_len - comment - END_RECORD;

		if (memcmp(at, "PK\5\6", 4) == 0 && (at[20] | at[21] << 8) == (int) comment)
			return true;
	}
	return false;
}

struct osv_reading {
	struct bolt_feed_sink *sink;
	struct bolt_buf record;
	uint64_t records, skipped[_BOLT_OSV_SKIP_MAX];
	int64_t newest;
};

static int read_record(struct osv_reading *reading, const char *where, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_json_decrefp) json_t *record = NULL;
	struct bolt_draft draft = { .arena = NULL };
	enum bolt_osv_skip skip = BOLT_OSV_OURS;
	int r = bolt_draft_init(&draft);

	if (r < 0)
		return r;
	r = bolt_feed_load(bolt_cursor(reading->record.data, reading->record.len), &record, &draft.why);
	if (r == 0)
		r = bolt_osv_draft(record, &draft, &skip);
	if (r == 0 && draft.advisory.modified_unix > reading->newest)
		reading->newest = draft.advisory.modified_unix;
	reading->records++;
	reading->skipped[skip]++;
	if (r < 0 || skip == BOLT_OSV_OURS)
		r = bolt_draft_hand(&draft, r, where, reading->sink, err);
	bolt_draft_done(&draft);
	return r;
}

/* The record's bytes. 0 | -E2BIG (a record larger than the bound) | what the content failed with. */
static int fill_record(struct osv_reading *reading, struct bolt_reader *content, struct bolt_err *err)
{
	const uint8_t *block;
	ssize_t n;

	bolt_buf_clear(&reading->record);
	while ((n = bolt_read_next(content, &block, err)) > 0) {
		int r = bolt_buf_add(&reading->record, block, (size_t) n);

		if (r == -E2BIG)
			return bolt_err_set(err, r, "a record larger than %u bytes; " BOLT_BOUND_HINT, BOLT_FEED_RECORD_MAX);
		if (r < 0)
			return r;
	}
	return (int) n;
}

static int read_entry(struct osv_reading *reading, struct bolt_zip *zip, const char *name, struct bolt_err *err)
{
	struct bolt_reader *content = NULL;
	int r = bolt_zip_content(zip, &content, err);

	if (r == -EOPNOTSUPP)
		return bolt_err_set(err, -EBADMSG, "'%s' is compressed in a way that is not known", name);
	if (r == 0)
		r = fill_record(reading, content, err);
	return r < 0 ? bolt_err_wrap(err, r, "'%s'", name) : read_record(reading, name, err);
}

static int read_archive(struct osv_reading *reading, struct replay *source, struct bolt_err *err)
{
	struct bolt_zip_budget budget = { .bytes = BOLT_OSV_ARCHIVE_BYTES_MAX, .entries = BOLT_OSV_ARCHIVE_ENTRIES_MAX };
	BOLT_CLEANUP(bolt_zip_closep) struct bolt_zip *zip = NULL;
	struct bolt_zip_entry entry;
	uint64_t entries = 0;
	int r = bolt_zip_open_stream(&source->base, &budget, &zip, err);

	while (r >= 0 && (r = bolt_zip_next(zip, &entry, err)) > 0) {
		entries++;
		if (bolt_ends_with(entry.name, ".json"))
			r = read_entry(reading, zip, entry.name, err);
	}
	if (r < 0)
		return bolt_err_wrap(err, r, "archive of OSV records");
	if (entries > 0 && reading->records == 0)
		return bolt_err_set(err, -EBADMSG, "an archive of %llu entries, none of which is a .json",
				    (unsigned long long) entries);
	r = bolt_reader_drain(&source->base, NULL, err); /* a failure to decompress may come after the last entry */
	if (r == 0 && !ends_as_archive(source))
		return bolt_err_set(err, -EBADMSG, "archive of OSV records: cut off in its directory");
	return r;
}

static int read_single(struct osv_reading *reading, struct bolt_reader *source, const char *part, struct bolt_err *err)
{
	int r = fill_record(reading, source, err);
	json_t *record = NULL;

	if (r < 0)
		return r;
	/* Here the record is the file: what is no JSON is a damaged file. */
	r = bolt_feed_load(bolt_cursor(reading->record.data, reading->record.len), &record, err);
	json_decref(record);
	return r < 0 ? bolt_err_wrap(err, r, "OSV record") : read_record(reading, part, err);
}

static int read_osv(struct bolt_reader *reader, const char *part, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	struct osv_reading reading = { .sink = sink, .record = BOLT_BUF_INIT(BOLT_FEED_RECORD_MAX) };
	const uint8_t *first;
	ssize_t n = bolt_read_next(reader, &first, err);

	if (n <= 0)
		return n < 0 ? (int) n : bolt_err_set(err, -EBADMSG, "an empty file");
	struct replay replay = { .base.next = replay_next, .rest = reader, .first = bolt_cursor(first, (size_t) n) };
	int r = first[0] == 'P' ? read_archive(&reading, &replay, err) : read_single(&reading, &replay.base, part, err);
	bolt_buf_done(&reading.record);
	if (r < 0)
		return r;
	if (reading.newest > 0)
		sink->dated(sink, reading.newest);
	for (int i = BOLT_OSV_OURS + 1; i < _BOLT_OSV_SKIP_MAX; i++)
		bolt_feed_skipped(sink, bolt_osv_skip_text((enum bolt_osv_skip) i), reading.skipped[i]);
	return 0;
}

static bool part_of_ecosystem(const char *ecosystem, char part[BOLT_PART_NAME])
{
	const struct bolt_ecosystem *row = bolt_ecosystem_find(ecosystem);

	return row && bolt_feed_part(part, "osv/%s", row->name);
}

/* Inside the list `affected`: the first ecosystem we know. */
static bool ecosystem_in(struct bolt_json_pull *p, char part[BOLT_PART_NAME])
{
	struct bolt_cursor key, text = { .left = 0 };
	char ecosystem[BOLT_ECOSYSTEM_NAME];

	while (bolt_jp_item(p) > 0 && bolt_jp_enter(p, '{') > 0) {
		while (bolt_jp_key(p, &key) > 0) {
			if (!bolt_cursor_is(key, "package") || bolt_jp_enter(p, '{') <= 0) {
				if (bolt_jp_skip(p, NULL) < 0)
					return false;
				continue;
			}
			while (bolt_jp_key(p, &key) > 0) {
				bool wanted = bolt_cursor_is(key, "ecosystem");

				if (bolt_jp_text_or_skip(p, &text) < 0)
					return false;
				if (!wanted || text.left >= sizeof(ecosystem))
					continue;
				(void) snprintf(ecosystem, sizeof(ecosystem), "%.*s", (int) text.left, (const char *) text.p);
				if (part_of_ecosystem(ecosystem, part))
					return true;
			}
		}
	}
	return false;
}

/* A record's beginning, or all of it. */
static bool part_of_record(struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	char id[BOLT_PART_NAME];
	struct bolt_json_pull p;
	struct bolt_cursor key;
	bool found = false;

	if (!bolt_feed_head_text(head, "id", id, sizeof(id)))
		return false;
	bolt_jp_init(&p, head, BOLT_ADVISORY_DEPTH_MAX, NULL);
	if (bolt_jp_enter(&p, '{') > 0) {
		while (!found && bolt_jp_key(&p, &key) > 0) {
			if (bolt_cursor_is(key, "affected") && bolt_jp_enter(&p, '[') > 0) {
				found = ecosystem_in(&p, part);
				break;
			}
			if (bolt_jp_skip(&p, NULL) < 0)
				break;
		}
	}
	bolt_jp_done(&p);
	return found;
}

/* By its first record, as much of it as the head holds. */
static bool part_of_archive(struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	struct osv_reading reading = { .record = BOLT_BUF_INIT(BOLT_FEED_RECORD_MAX) };
	struct bolt_zip_budget budget = { .bytes = BOLT_FEED_RECORD_MAX, .entries = 1 };
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *source = bolt_reader_memory(head.p, head.left, 0);
	BOLT_CLEANUP(bolt_zip_closep) struct bolt_zip *zip = NULL;
	struct bolt_reader *content = NULL;
	struct bolt_zip_entry entry;

	if (!source || bolt_zip_open_stream(source, &budget, &zip, NULL) < 0 || bolt_zip_next(zip, &entry, NULL) <= 0 ||
	    !bolt_ends_with(entry.name, ".json") || bolt_zip_content(zip, &content, NULL) < 0)
		return false;
	BOLT_IGNORE(fill_record(&reading, content, NULL)); /* the head may end in the middle of it */
	bool found = reading.record.data && part_of_record(bolt_cursor(reading.record.data, reading.record.len), part);
	bolt_buf_done(&reading.record);
	return found;
}

/* "osv/Debian/all.zip", as in OSV.dev's bucket. */
static bool part_of_path(const char *path, char part[BOLT_PART_NAME])
{
	const char *name = bolt_basename(path), *parent = name;
	char ecosystem[BOLT_ECOSYSTEM_NAME];

	if (strcmp(name, "all.zip") != 0 || name == path)
		return false;
	for (parent--; parent > path && parent[-1] != '/'; parent--)
		;
	int n = snprintf(ecosystem, sizeof(ecosystem), "%.*s", (int) (name - 1 - parent), parent);
	return n > 0 && (size_t) n < sizeof(ecosystem) && part_of_ecosystem(ecosystem, part);
}

static bool recognise_osv(const char *path, struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	if (bolt_cursor_starts(head, "PK\3\4"))
		return part_of_path(path, part) || part_of_archive(head, part);
	return part_of_record(head, part);
}

#define OSV_URL "https://osv-vulnerabilities.storage.googleapis.com/"

static const struct bolt_feed_source sources[] = {
	{ "osv/{}", OSV_URL "{}/all.zip",
	  "npm PyPI Go crates.io Maven RubyGems Packagist NuGet Hex Pub SwiftURL Bitnami Debian Ubuntu AlmaLinux", true,
	  "osv/{}/all.zip" },
	{ "osv/Rocky-Linux", OSV_URL "Rocky%20Linux/all.zip", NULL, true, "osv/Rocky%20Linux/all.zip" },
	{ "osv/GitHub-Actions", OSV_URL "GitHub%20Actions/all.zip", NULL, true, "osv/GitHub%20Actions/all.zip" },
	/* The same as other feeds say it. */
	{ "osv/{}", OSV_URL "{}/all.zip", "Alpine Wolfi Chainguard SUSE openSUSE", false, "osv/{}/all.zip" },
	{ "osv/Red-Hat", OSV_URL "Red%20Hat/all.zip", NULL, false, "osv/Red%20Hat/all.zip" },
};

const struct bolt_feed bolt_feed_osv = {
	.name = "osv",
	.publisher = "OSV.dev",
	.summary = "Advisories of languages' and distributions' packages in OSV's format, GitHub's among them",
	.sources = sources,
	.sources_len = BOLT_ARRAY_LEN(sources),
	.recognise = recognise_osv,
	.read = read_osv,
};
