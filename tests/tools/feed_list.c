/* feed_list [--count] FILE [PATH [PART]]: reads a file of a feed as `db import` would, and prints what the sink got, a line of JSON
 * each; --count: how many of each kind instead. PATH is what the file is recognised by; with PART it need not be. For component
 * tests and for eyes. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advisory/feed.h"
#include "core/json.h"
#include "oci/inflate.h"

struct listing {
	struct bolt_feed_sink sink;
	bool count;
	uint64_t advisories, affected, epss, kev, damaged, skipped;
	int64_t dated;
};

static void print(json_t *line)
{
	if (line)
		(void) json_dumpf(line, stdout, JSON_COMPACT);
	(void) putchar('\n');
	json_decref(line);
}

static void set_text(json_t *object, const char *key, const char *text)
{
	if (text)
		(void) json_object_set_new(object, key, json_string(text));
}

static void set_texts(json_t *object, const char *key, const char *const *texts, size_t len)
{
	json_t *list = json_array();

	for (size_t i = 0; i < len; i++)
		(void) json_array_append_new(list, json_string(texts[i]));
	if (len > 0)
		(void) json_object_set(object, key, list);
	json_decref(list);
}

static void set_severity(json_t *object, enum bolt_severity severity)
{
	if (severity != BOLT_SEVERITY_UNKNOWN)
		set_text(object, "severity", bolt_severity_text(severity));
}

static json_t *range_json(const struct bolt_range *range)
{
	static const char *const kinds[] = { "introduced", "fixed", "last_affected", "limit" };
	json_t *list = json_array();

	if (range->semver)
		(void) json_array_append_new(list, json_string("semver"));
	for (size_t i = 0; i < range->events_len; i++) {
		json_t *event = json_object();

		set_text(event, kinds[range->events[i].kind], range->events[i].version);
		(void) json_array_append_new(list, event);
	}
	return list;
}

static json_t *affected_json(const struct bolt_affected *affected)
{
	json_t *object = json_object(), *ranges = json_array();

	set_text(object, "ecosystem", affected->ecosystem);
	set_text(object, "package", affected->package);
	if (affected->binary)
		(void) json_object_set_new(object, "binary", json_true());
	set_text(object, "modularity", affected->modularity);
	if (affected->status != BOLT_STATUS_AFFECTED)
		set_text(object, "status", bolt_status_text(affected->status));
	set_severity(object, affected->severity);
	for (size_t i = 0; i < affected->ranges_len; i++)
		(void) json_array_append_new(ranges, range_json(&affected->ranges[i]));
	if (affected->ranges_len > 0)
		(void) json_object_set(object, "ranges", ranges);
	json_decref(ranges);
	set_texts(object, "versions", affected->versions, affected->versions_len);
	return object;
}

static json_t *rating_json(const struct bolt_rating *rating)
{
	json_t *object = json_object();

	set_text(object, "source", rating->source);
	set_text(object, "vector", rating->vector);
	set_severity(object, rating->severity);
	return object;
}

static json_t *advisory_json(const struct bolt_advisory *advisory)
{
	json_t *object = json_object(), *ratings = json_array(), *affected = json_array();

	set_text(object, "id", advisory->id);
	set_texts(object, "aliases", advisory->aliases.items, advisory->aliases.len);
	set_texts(object, "upstream", advisory->upstream.items, advisory->upstream.len);
	set_text(object, "summary", advisory->summary);
	set_text(object, "details", advisory->details);
	if (advisory->published_unix)
		(void) json_object_set_new(object, "published", json_integer(advisory->published_unix));
	if (advisory->modified_unix)
		(void) json_object_set_new(object, "modified", json_integer(advisory->modified_unix));
	if (advisory->withdrawn)
		(void) json_object_set_new(object, "withdrawn", json_true());
	set_texts(object, "cwes", advisory->cwes.items, advisory->cwes.len);
	set_texts(object, "references", advisory->references.items, advisory->references.len);
	for (size_t i = 0; i < advisory->ratings_len; i++)
		(void) json_array_append_new(ratings, rating_json(&advisory->ratings[i]));
	for (size_t i = 0; i < advisory->affected_len; i++)
		(void) json_array_append_new(affected, affected_json(&advisory->affected[i]));
	if (advisory->ratings_len > 0)
		(void) json_object_set(object, "ratings", ratings);
	(void) json_object_set(object, "affected", affected);
	json_decref(ratings);
	json_decref(affected);
	return object;
}

static int on_advisory(struct bolt_feed_sink *sink, const struct bolt_advisory *advisory, struct bolt_err *err)
{
	struct listing *listing = (struct listing *) sink;

	(void) err;
	listing->advisories++;
	listing->affected += advisory->affected_len;
	if (!listing->count)
		print(advisory_json(advisory));
	return 0;
}

static int on_epss(struct bolt_feed_sink *sink, const char *cve, uint32_t score, uint32_t percentile, struct bolt_err *err)
{
	struct listing *listing = (struct listing *) sink;

	(void) err;
	listing->epss++;
	if (!listing->count)
		print(json_pack("{s:s, s:i, s:i}", "epss", cve, "score", (int) score, "percentile", (int) percentile));
	return 0;
}

static int on_kev(struct bolt_feed_sink *sink, const char *cve, const struct bolt_kev *kev, struct bolt_err *err)
{
	struct listing *listing = (struct listing *) sink;

	(void) err;
	listing->kev++;
	if (!listing->count)
		print(json_pack("{s:s, s:s?, s:s?, s:b}", "kev", cve, "added", kev->added, "due", kev->due, "ransomware",
				kev->ransomware));
	return 0;
}

static int on_damaged(struct bolt_feed_sink *sink, const char *where, const char *why, struct bolt_err *err)
{
	struct listing *listing = (struct listing *) sink;

	(void) err;
	listing->damaged++;
	if (!listing->count)
		print(json_pack("{s:s, s:s}", "damaged", where, "why", why));
	return 0;
}

static void on_dated(struct bolt_feed_sink *sink, int64_t unix_seconds)
{
	((struct listing *) sink)->dated = unix_seconds;
	if (!((struct listing *) sink)->count)
		print(json_pack("{s:I}", "dated", (json_int_t) unix_seconds));
}

static void on_skipped(struct bolt_feed_sink *sink, const char *why, uint64_t records)
{
	((struct listing *) sink)->skipped += records;
	if (!((struct listing *) sink)->count)
		print(json_pack("{s:s, s:I}", "skipped", why, "records", (json_int_t) records));
}

/* The plain bytes of a file from its beginning. NULL: said why. */
static struct bolt_reader *open_plain(struct bolt_reader *file)
{
	struct bolt_filler *filler = NULL;
	enum bolt_compression compression;
	struct bolt_err err = { .msg = "" };
	int r = bolt_inflate_open(file, &filler, &compression, &err);

	if (r < 0)
		(void) fprintf(stderr, "feed_list: %s\n", bolt_err_text(&err, r));
	return r < 0 ? NULL : bolt_reader_pumped(filler);
}

/* Up to 64 KiB of the plain bytes. */
static size_t read_head(const char *path, uint8_t head[65536])
{
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *file = bolt_reader_fd(open(path, O_RDONLY | O_CLOEXEC));
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *plain = file ? open_plain(file) : NULL;
	const uint8_t *block;
	size_t used = 0;
	ssize_t n;

	while (plain && used < 65536 && (n = bolt_read_next(plain, &block, NULL)) > 0) {
		size_t step = (size_t) n < 65536 - used ? (size_t) n : 65536 - used;

		memcpy(head + used, block, step);
		used += step;
	}
	return used;
}

static const struct bolt_feed *recognise(const char *file, const char *path, char part[BOLT_PART_NAME])
{
	static uint8_t head[65536];
	size_t n = read_head(file, head);

	for (size_t i = 0; i < bolt_feeds_len; i++) {
		if (bolt_feeds[i]->recognise(path, bolt_cursor(head, n), part))
			return bolt_feeds[i];
	}
	return NULL;
}

static int list(struct listing *listing, const char *path, const struct bolt_feed *feed, const char *part)
{
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *file = bolt_reader_fd(open(path, O_RDONLY | O_CLOEXEC));
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *plain = file ? open_plain(file) : NULL;
	struct bolt_err err = { .msg = "" };

	if (!plain)
		return 1;
	int r = feed->read(plain, part, &listing->sink, &err);
	if (r < 0)
		(void) fprintf(stderr, "feed_list: %s: %s\n", path, bolt_err_text(&err, r));
	return r < 0;
}

int main(int argc, char **argv)
{
	bool count = argc > 1 && strcmp(argv[1], "--count") == 0;
	struct listing listing = {
		.sink = { on_advisory, on_epss, on_kev, on_damaged, on_dated, on_skipped },
		.count = count,
	};
	char part[BOLT_PART_NAME] = "";

	argv += count;
	argc -= count;
	if (argc < 2 || argc > 4) {
		(void) fprintf(stderr, "usage: feed_list [--count] FILE [PATH [PART]]\n");
		return 2;
	}
	if (argc > 3)
		(void) snprintf(part, sizeof(part), "%s", argv[3]);
	const struct bolt_feed *feed = argc > 3 ? bolt_feed_of_part(part) : recognise(argv[1], argv[argc > 2 ? 2 : 1], part);
	if (!feed) {
		(void) fprintf(stderr, "feed_list: %s: of no feed\n", argv[1]);
		return 3;
	}
	int r = list(&listing, argv[1], feed, part);
	if (count)
		printf("%s advisories=%llu affected=%llu epss=%llu kev=%llu damaged=%llu skipped=%llu dated=%lld\n", part,
		       (unsigned long long) listing.advisories, (unsigned long long) listing.affected,
		       (unsigned long long) listing.epss, (unsigned long long) listing.kev, (unsigned long long) listing.damaged,
		       (unsigned long long) listing.skipped, (long long) listing.dated);
	return r;
}
