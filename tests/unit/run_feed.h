/* For tests of feeds: reads bytes as a part and shows, a line each, what the sink got. */
#pragma once

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

#include "advisory/feed.h"

struct feed_run {
	struct bolt_feed_sink sink;
	FILE *out;
	char *text; /* what the sink got */
	size_t len;
	struct bolt_err err;
	int r;
};

static inline void show_list(FILE *out, const char *name, const struct bolt_texts *texts)
{
	for (size_t i = 0; i < texts->len; i++)
		(void) fprintf(out, "%s%s", i ? "," : name, texts->items[i]);
}

/* "  Debian:11 openssl (end-of-life) [low] 0..1.2 2..=3 {1,2}" */
static inline void show_affected(FILE *out, const struct bolt_affected *affected)
{
	static const char *const marks[] = { "", "..", "..=", "..|" };

	(void) fprintf(out, "  %s %s", affected->ecosystem, affected->package);
	if (affected->binary)
		(void) fprintf(out, " binary");
	if (affected->modularity)
		(void) fprintf(out, " of %s", affected->modularity);
	if (affected->status)
		(void) fprintf(out, " (%s)", bolt_status_text(affected->status));
	if (affected->severity)
		(void) fprintf(out, " [%s]", bolt_severity_text(affected->severity));
	for (size_t i = 0; i < affected->ranges_len; i++) {
		const struct bolt_range *range = &affected->ranges[i];

		(void) fprintf(out, range->semver ? " semver" : "");
		for (size_t k = 0; k < range->events_len; k++)
			(void) fprintf(out, "%s%s%s", range->events[k].kind ? "" : " ", marks[range->events[k].kind],
				       range->events[k].version);
	}
	for (size_t i = 0; i < affected->versions_len; i++)
		(void) fprintf(out, "%s%s", i ? "," : " {", affected->versions[i]);
	(void) fprintf(out, affected->versions_len ? "}\n" : "\n");
}

static inline int on_advisory(struct bolt_feed_sink *sink, const struct bolt_advisory *advisory, struct bolt_err *err)
{
	FILE *out = ((struct feed_run *) sink)->out;

	(void) err;
	(void) fprintf(out, "%s%s", advisory->id, advisory->withdrawn ? " withdrawn" : "");
	show_list(out, " =", &advisory->aliases);
	show_list(out, " <", &advisory->upstream);
	show_list(out, " ", &advisory->cwes);
	if (advisory->published_unix || advisory->modified_unix)
		(void) fprintf(out, " at %lld,%lld", (long long) advisory->published_unix, (long long) advisory->modified_unix);
	for (size_t i = 0; i < advisory->ratings_len; i++) {
		const struct bolt_rating *rating = &advisory->ratings[i];

		(void) fprintf(out, " %s:%s", rating->source ? rating->source : "-",
			       rating->vector ? rating->vector : bolt_severity_text(rating->severity));
	}
	(void) fprintf(out, "\n");
	for (size_t i = 0; i < advisory->affected_len; i++)
		show_affected(out, &advisory->affected[i]);
	return 0;
}

static inline int on_epss(struct bolt_feed_sink *sink, const char *cve, uint32_t score, uint32_t percentile, struct bolt_err *err)
{
	(void) err;
	(void) fprintf(((struct feed_run *) sink)->out, "%s %u %u\n", cve, score, percentile);
	return 0;
}

static inline int on_kev(struct bolt_feed_sink *sink, const char *cve, const struct bolt_kev *kev, struct bolt_err *err)
{
	(void) err;
	(void) fprintf(((struct feed_run *) sink)->out, "%s %s %s%s\n", cve, kev->added ? kev->added : "-",
		       kev->due ? kev->due : "-", kev->ransomware ? " ransomware" : "");
	return 0;
}

static inline int on_damaged(struct bolt_feed_sink *sink, const char *where, const char *why, struct bolt_err *err)
{
	(void) err;
	(void) fprintf(((struct feed_run *) sink)->out, "damaged %s: %s\n", where, why);
	return 0;
}

static inline void on_dated(struct bolt_feed_sink *sink, int64_t unix_seconds)
{
	(void) fprintf(((struct feed_run *) sink)->out, "dated %lld\n", (long long) unix_seconds);
}

static inline void on_skipped(struct bolt_feed_sink *sink, const char *why, uint64_t records)
{
	(void) fprintf(((struct feed_run *) sink)->out, "skipped %llu: %s\n", (unsigned long long) records, why);
}

/* The bytes come in blocks of block_len, so that every border falls everywhere in some test. */
static inline struct feed_run run_feed(const char *part, const void *bytes, size_t len, size_t block_len)
{
	const struct bolt_feed *feed = bolt_feed_of_part(part);
	struct bolt_reader *reader = bolt_reader_memory(bytes, len, block_len);
	struct feed_run run = { .sink = { on_advisory, on_epss, on_kev, on_damaged, on_dated, on_skipped } };

	assert_non_null(feed);
	assert_non_null(reader);
	run.out = open_memstream(&run.text, &run.len);
	assert_non_null(run.out);
	run.r = feed->read(reader, part, &run.sink, &run.err);
	(void) fclose(run.out);
	run.out = NULL;
	bolt_reader_close(reader);
	return run;
}

static inline void assert_feed(const char *part, const char *text, const char *want)
{
	static const size_t blocks[] = { 1, 7, 4096 };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(blocks); i++) {
		struct feed_run run = run_feed(part, text, strlen(text), blocks[i]);

		if (run.r < 0)
			fail_msg("%s: %s", part, run.err.msg);
		assert_string_equal(run.text, want);
		free(run.text);
	}
}

/* The file as a whole is refused, and why. */
static inline void assert_refused(const char *part, const char *text, int want_r, const char *says)
{
	struct feed_run run = run_feed(part, text, strlen(text), 5);

	assert_int_equal(run.r, want_r);
	if (!strstr(run.err.msg, says))
		fail_msg("'%s' does not say '%s'", run.err.msg, says);
	free(run.text);
}

/* The part that some feed takes a file for; "" when none does. */
static inline const char *recognised(const char *path, const void *head, size_t len)
{
	static char part[BOLT_PART_NAME];

	for (size_t i = 0; i < bolt_feeds_len; i++) {
		if (bolt_feeds[i]->recognise(path, bolt_cursor(head, len), part))
			return part;
	}
	return "";
}
