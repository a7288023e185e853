/* EPSS (first.org/epss): how probable it is that a vulnerability is exploited within 30 days. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/feed_private.h"
#include "advisory/limits.h"

enum { UNITS = 100000, DIGITS_MAX = 40 };

struct decimal {
	uint64_t value; /* the digits, as many as count */
	int scale;      /* tens to multiply it with */
	int digits;
};

static void take_digits(struct bolt_cursor *text, struct decimal *number, bool fraction)
{
	while (text->left > 0 && isdigit(text->p[0])) {
		if (number->value < UINT64_MAX / 100) {
			number->value = number->value * 10 + (uint64_t) (text->p[0] - '0');
			number->scale -= fraction;
		} else {
			number->scale += !fraction;
		}
		number->digits++;
		text->p++;
		text->left--;
	}
}

/* "0.03351", "1", "4.2e-05" in 1/100000, half up. */
static bool parse_units(struct bolt_cursor text, uint32_t *ret_units)
{
	struct decimal number = { 0 }, exponent = { 0 };

	if (text.left > DIGITS_MAX)
		return false;
	take_digits(&text, &number, false);
	if (bolt_take_prefix(&text, "."))
		take_digits(&text, &number, true);
	if (bolt_take_prefix(&text, "e-") || bolt_take_prefix(&text, "E-")) {
		take_digits(&text, &exponent, false);
		if (exponent.digits == 0 || exponent.digits > 3)
			return false;
	}
	if (number.digits == 0 || text.left > 0)
		return false;
	int scale = number.scale + 5 - (int) exponent.value;
	for (; scale > 0 && number.value <= UNITS; scale--)
		number.value *= 10;
	for (; scale < 0 && number.value > 0; scale++)
		number.value = scale == -1 ? (number.value + 5) / 10 : number.value / 10;
	if (number.value > UNITS)
		return false;
	*ret_units = (uint32_t) number.value;
	return true;
}

/* 0 | what the sink failed with. */
static int read_line(struct bolt_cursor line, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor cve, score_text, rest = line;
	uint32_t score, percentile;
	char id[32];

	bool three = bolt_take_until(&rest, ',', &cve) && bolt_take_until(&rest, ',', &score_text);
	int n = three && cve.left < sizeof(id) ? snprintf(id, sizeof(id), "%.*s", (int) cve.left, (const char *) cve.p) : -1;
	if (n < 0 || !bolt_feed_is_cve(id) || !parse_units(score_text, &score) || !parse_units(rest, &percentile)) {
		char where[64];

		(void) snprintf(where, sizeof(where), "line '%.*s'", line.left < 48 ? (int) line.left : 48, (const char *) line.p);
		return sink->damaged(sink, where, "want CVE,SCORE,PERCENTILE with numbers from 0 to 1", err);
	}
	return sink->epss(sink, id, score, percentile, err);
}

/* "#model_version:v2025.03.14,score_date:2026-08-16T02:43:54Z" */
static void read_comment(struct bolt_cursor line, struct bolt_feed_sink *sink)
{
	struct bolt_cursor field;
	char date[40];

	while (bolt_take_until(&line, ',', &field)) {
		if (!bolt_take_prefix(&field, "score_date:") || field.left >= sizeof(date))
			continue;
		(void) snprintf(date, sizeof(date), "%.*s", (int) field.left, (const char *) field.p);
		if (bolt_feed_time(date) > 0)
			sink->dated(sink, bolt_feed_time(date));
	}
}

static int read_lines(struct bolt_cursor text, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor line;
	bool titled = false;
	int r = 0;

	if (text.left == 0 || text.p[text.left - 1] != '\n')
		return bolt_err_set(err, -EBADMSG, "cut off: the last line of EPSS scores has no end");
	while (r == 0 && bolt_take_line(&text, &line)) {
		if (line.left == 0)
			continue;
		if (bolt_cursor_starts(line, "#"))
			read_comment(line, sink);
		else if (titled)
			r = read_line(line, sink, err);
		else if (bolt_cursor_is(line, "cve,epss,percentile"))
			titled = true;
		else
			return bolt_err_set(err, -EBADMSG, "not EPSS scores: want the line 'cve,epss,percentile' first");
	}
	return r;
}

static int read_epss(struct bolt_reader *reader, const char *part, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	int r = bolt_reader_slurp(reader, BOLT_EPSS_BYTES_MAX, part, &bytes, &len, err);

	if (r == 0)
		r = read_lines(bolt_cursor(bytes, len), sink, err);
	free(bytes);
	return r;
}

static bool recognise_epss(const char *path, struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	(void) path;
	return (bolt_cursor_starts(head, "#model_version:") || bolt_cursor_starts(head, "cve,epss,percentile")) &&
	       bolt_feed_part(part, "epss");
}

static const struct bolt_feed_source sources[] = {
	{ "epss", "https://epss.cyentia.com/epss_scores-current.csv.gz", NULL, true, "epss/epss_scores.csv.gz" },
};

const struct bolt_feed bolt_feed_epss = {
	.name = "epss",
	.publisher = "FIRST.org",
	.summary = "How probable it is that a vulnerability is exploited within 30 days",
	.sources = sources,
	.sources_len = BOLT_ARRAY_LEN(sources),
	.recognise = recognise_epss,
	.read = read_epss,
};
