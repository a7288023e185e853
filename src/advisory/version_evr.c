#include "advisory/version_evr.h"

struct bolt_evr bolt_evr_split(const char *text)
{
	struct bolt_cursor rest = bolt_cursor(text, strlen(text)), at = rest;
	struct bolt_evr evr = { .epoch = bolt_cursor(text, 0), .release = bolt_cursor(text, 0) };

	struct bolt_cursor digits = bolt_take_digits(&at);
	if (bolt_take_prefix(&at, ":")) {
		evr.has_epoch = true;
		evr.epoch = digits;
		rest = at;
	}
	const uint8_t *hyphen = rest.left ? memrchr(rest.p, '-', rest.left) : NULL;
	evr.has_release = hyphen;
	evr.version = bolt_cursor(rest.p, hyphen ? (size_t) (hyphen - rest.p) : rest.left);
	if (hyphen)
		evr.release = bolt_cursor(hyphen + 1, (size_t) (rest.p + rest.left - hyphen - 1));
	return evr;
}

int bolt_evr_compare(const struct bolt_evr *a, const struct bolt_evr *b,
		     int (*compare_parts)(struct bolt_cursor a, struct bolt_cursor b))
{
	int order = bolt_compare_numbers(a->epoch, b->epoch);

	if (order == 0)
		order = compare_parts(a->version, b->version);
	if (order == 0)
		order = a->has_release - b->has_release;
	return order ? order : compare_parts(a->release, b->release);
}

bool bolt_only_alnum_and(struct bolt_cursor c, const char *others)
{
	while (c.left > 0)
		if (bolt_digit_at(&c) || bolt_letter_at(&c) || (*c.p != '\0' && strchr(others, *c.p)))
			bolt_pass_byte(&c);
		else
			return false;
	return true;
}
