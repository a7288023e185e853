/* Gem::Version: runs of digits and runs of letters are segments, all other bytes only separate them, and '-' stands for a segment
 * "pre". A word comes before any number, what is missing counts as 0, and zeros right before the first word do not count:
 * 1.0.a = 1.a < 1 = 1.0 < 1.0.1.
 *
 * No departure for what the tool takes as a version; anything else, which it refuses, is read by the same rule. */
#include "advisory/version_parts.h"
#include "advisory/version_schemes.h"

struct segments {
	struct bolt_cursor rest;
	bool word_seen;
	const uint8_t *zeros_count_until; /* a number follows there, or nothing */
};

struct segment {
	bool word;
	struct bolt_cursor text; /* empty: the 0 of what is missing */
};

/* false at the end. */
static bool next_raw(struct bolt_cursor *rest, struct segment *ret_segment)
{
	for (; rest->left > 0; bolt_pass_byte(rest)) {
		if (bolt_digit_at(rest)) {
			*ret_segment = (struct segment){ .word = false, .text = bolt_take_digits(rest) };
			return true;
		}
		if (bolt_letter_at(rest)) {
			*ret_segment = (struct segment){ .word = true, .text = bolt_take_letters(rest) };
			return true;
		}
		if (bolt_take_one_of(rest, "-")) {
			*ret_segment = (struct segment){ .word = true, .text = bolt_cursor("pre", strlen("pre")) };
			return true;
		}
	}
	return false;
}

static bool is_zero(const struct segment *segment)
{
	return !segment->word && bolt_number_is_zero(segment->text);
}

/* Zeros before the first word are passed over only when that word is what they lead to; those before a number are segments. How
 * far that is known is kept: each byte is looked at twice, not once for every zero before it. */
static struct segment next(struct segments *s)
{
	struct segment first = { .word = false };

	if (!next_raw(&s->rest, &first) || s->word_seen || !is_zero(&first) || s->rest.p <= s->zeros_count_until) {
		s->word_seen |= first.word;
		return first;
	}

	struct bolt_cursor ahead = s->rest;
	struct segment after = { .word = false };
	while (next_raw(&ahead, &after) && is_zero(&after))
		;
	if (!after.word) {
		s->zeros_count_until = ahead.p;
		return first;
	}
	s->rest = ahead;
	s->word_seen = true;
	return after;
}

static int compare_segments(const struct segment *a, const struct segment *b)
{
	if (a->word != b->word)
		return a->word ? -1 : 1;
	return a->word ? bolt_compare_bytes(a->text, b->text) : bolt_compare_numbers(a->text, b->text);
}

int bolt_version_compare_gem(const char *a, const char *b)
{
	struct segments left = { .rest = bolt_cursor(a, strlen(a)), .zeros_count_until = (const uint8_t *) a };
	struct segments right = { .rest = bolt_cursor(b, strlen(b)), .zeros_count_until = (const uint8_t *) b };

	while (left.rest.left > 0 || right.rest.left > 0) {
		struct segment l = next(&left), r = next(&right);
		int order = compare_segments(&l, &r);
		if (order != 0)
			return order;
	}
	return 0;
}

/* [0-9A-Za-z], and '-' where it is allowed, at least one. */
static bool take_segment(struct bolt_cursor *c, bool dashes)
{
	struct bolt_cursor before = *c;

	while (bolt_take_digits(c).left > 0 || bolt_take_letters(c).left > 0 || (dashes && bolt_take_one_of(c, "-")))
		;
	return c->left < before.left;
}

bool bolt_version_valid_gem(const char *version)
{
	struct bolt_cursor c = bolt_version_trimmed(version, " \t\r\n\f\v");

	if (c.left == 0)
		return true; /* as 0 */
	if (bolt_take_digits(&c).left == 0)
		return false;

	bool dashes = false;
	while (c.left > 0) {
		if (!dashes && bolt_take_one_of(&c, "-"))
			dashes = true;
		else if (!bolt_take_one_of(&c, "."))
			return false;
		if (!take_segment(&c, dashes))
			return false;
	}
	return true;
}
