/* One row of the table of feeds (FEED) over any bytes. Aborts when the row breaks feed.h's promises. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/feed.h"
#include "core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must_be(bool promise)
{
	if (!promise)
		abort();
}

static void check_text(const char *text)
{
	must_be(text && *text && bolt_utf8_valid(text, strlen(text)));
}

static void check_affected(const struct bolt_affected *affected)
{
	check_text(affected->ecosystem);
	check_text(affected->package);
	must_be(affected->status < _BOLT_STATUS_MAX && affected->severity < _BOLT_SEVERITY_MAX);
	for (size_t i = 0; i < affected->ranges_len; i++) {
		for (size_t k = 0; k < affected->ranges[i].events_len; k++)
			check_text(affected->ranges[i].events[k].version);
	}
	for (size_t i = 0; i < affected->versions_len; i++)
		check_text(affected->versions[i]);
}

static int on_advisory(struct bolt_feed_sink *sink, const struct bolt_advisory *advisory, struct bolt_err *err)
{
	const struct bolt_texts *lists[] = { &advisory->aliases, &advisory->upstream, &advisory->cwes, &advisory->references };

	(void) sink;
	(void) err;
	check_text(advisory->id);
	must_be(advisory->published_unix >= 0 && advisory->modified_unix >= 0);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(lists); i++) {
		for (size_t k = 0; k < lists[i]->len; k++) {
			check_text(lists[i]->items[k]);
			must_be(k == 0 || strcmp(lists[i]->items[k - 1], lists[i]->items[k]) < 0);
		}
	}
	for (size_t i = 0; i < advisory->ratings_len; i++)
		must_be(advisory->ratings[i].vector || advisory->ratings[i].severity);
	for (size_t i = 0; i < advisory->affected_len; i++)
		check_affected(&advisory->affected[i]);
	return 0;
}

static int on_epss(struct bolt_feed_sink *sink, const char *cve, uint32_t score, uint32_t percentile, struct bolt_err *err)
{
	(void) sink;
	(void) err;
	check_text(cve);
	must_be(score <= 100000 && percentile <= 100000);
	return 0;
}

static int on_kev(struct bolt_feed_sink *sink, const char *cve, const struct bolt_kev *kev, struct bolt_err *err)
{
	(void) sink;
	(void) err;
	check_text(cve);
	must_be(kev->known && (!kev->due || strlen(kev->due) == 10) && (!kev->added || strlen(kev->added) == 10));
	return 0;
}

static int on_damaged(struct bolt_feed_sink *sink, const char *where, const char *why, struct bolt_err *err)
{
	(void) sink;
	(void) err;
	must_be(where && why && *why);
	return 0;
}

static void on_dated(struct bolt_feed_sink *sink, int64_t unix_seconds)
{
	(void) sink;
	must_be(unix_seconds > 0);
}

static void on_skipped(struct bolt_feed_sink *sink, const char *why, uint64_t records)
{
	(void) sink;
	must_be(*why && records > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const struct bolt_feed *feed = bolt_feed_of_part(FEED);
	struct bolt_feed_sink sink = { on_advisory, on_epss, on_kev, on_damaged, on_dated, on_skipped };
	struct bolt_err err = { .msg = "" };
	char part[BOLT_PART_NAME] = FEED;

	must_be(feed != NULL);
	size_t head = n < 65536 ? n : 65536;
	if (feed->recognise("x", bolt_cursor(bytes, head), part))
		must_be(bolt_feed_of_part(part) == feed && strlen(part) < BOLT_PART_NAME);
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *reader = bolt_reader_memory(bytes, n, 977);
	if (!reader)
		return 0;
	int r = feed->read(reader, part, &sink, &err);
	must_be(r == 0 || r == -EBADMSG || r == -E2BIG || r == -ENOMEM);
	must_be(r == 0 || r == -ENOMEM || err.msg[0]);
	return 0;
}
