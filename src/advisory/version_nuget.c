/* NuGet: one to four numbers, then -LABELS as in SemVer but without case, then +METADATA, which does not count. A label is a number
 * only if it fits 32 bits with its sign; larger ones, as in 1.0.0-ci.20240131120000, are words, and words come after numbers. (The
 * sign is no part of SemVer, but the tool reads "-1" in 1.0.0--1 as minus one.)
 *
 * Read more widely than the tool: numbers of any length, labels of any bytes. What does not begin with such numbers comes before
 * all that do, and among its like in the order of the plain scheme. Source: learn.microsoft.com, NuGet package version reference.
 */
#include "advisory/version_parts.h"
#include "advisory/version_schemes.h"

enum { NUMBERS = 4 };

static const char blanks[] = " \t\n\v\f\r";

struct nuget {
	bool readable;
	bool prerelease;
	bool metadata_given;
	struct bolt_cursor number[NUMBERS];
	struct bolt_cursor labels;
	struct bolt_cursor metadata;
};

static void skip_blanks(struct bolt_cursor *c)
{
	while (bolt_take_one_of(c, blanks))
		;
}

static bool take_numbers(struct bolt_cursor *c, struct bolt_cursor number[NUMBERS])
{
	for (int i = 0; i < NUMBERS; i++) {
		skip_blanks(c);
		number[i] = bolt_take_digits(c);
		if (number[i].left == 0)
			return false;
		skip_blanks(c);
		if (!bolt_take_one_of(c, "."))
			return c->left == 0 || c->p[0] == '-' || c->p[0] == '+';
	}
	return false;
}

static struct nuget parse(const char *text)
{
	struct nuget v = { .readable = false };
	struct bolt_cursor c = bolt_version_trimmed(text, blanks);

	v.readable = take_numbers(&c, v.number);
	v.prerelease = bolt_take_one_of(&c, "-");
	if (v.prerelease) {
		size_t until = c.left;
		const uint8_t *plus = memchr(c.p, '+', c.left);
		if (plus)
			until = (size_t) (plus - c.p);
		v.labels = bolt_cursor(c.p, until);
		c = bolt_cursor(c.p + until, c.left - until);
	}
	v.metadata_given = bolt_take_one_of(&c, "+");
	v.metadata = c;
	return v;
}

/* false when it is not a number of 32 bits. */
static bool label_number(struct bolt_cursor label, int64_t *ret_value)
{
	bool negative = bolt_take_one_of(&label, "-");
	int64_t limit = negative ? -(int64_t) INT32_MIN : INT32_MAX, value = 0;

	if (!bolt_digit_at(&label))
		return false;
	for (; bolt_digit_at(&label) && value <= limit; bolt_pass_byte(&label))
		value = value * 10 + (label.p[0] - '0');
	if (label.left > 0 || value > limit)
		return false;
	*ret_value = negative ? -value : value;
	return true;
}

static int compare_label(struct bolt_cursor a, struct bolt_cursor b)
{
	int64_t left = 0, right = 0;
	bool left_is_number = label_number(a, &left), right_is_number = label_number(b, &right);

	if (left_is_number != right_is_number)
		return left_is_number ? -1 : 1;
	return left_is_number ? bolt_compare_ints(left, right) : bolt_compare_uppered(a, b);
}

/* The next label; the last is the one after which nothing is left, not even an empty one. */
static bool take_label(struct bolt_cursor *rest, bool *more, struct bolt_cursor *ret_label)
{
	if (!*more)
		return false;

	const uint8_t *dot = rest->left > 0 ? memchr(rest->p, '.', rest->left) : NULL;
	size_t n = dot ? (size_t) (dot - rest->p) : rest->left;
	*ret_label = bolt_cursor(rest->p, n);
	*more = dot != NULL;
	n += dot != NULL;
	*rest = bolt_cursor(rest->p + n, rest->left - n);
	return true;
}

static int compare_labels(const struct nuget *l, const struct nuget *r)
{
	struct bolt_cursor left = l->labels, right = r->labels, a, b;
	bool left_more = l->prerelease, right_more = r->prerelease;

	if (left_more != right_more)
		return left_more ? -1 : 1;
	for (;;) {
		bool left_there = take_label(&left, &left_more, &a), right_there = take_label(&right, &right_more, &b);
		if (!left_there || !right_there)
			return bolt_compare_ints(left_there, right_there);

		int order = compare_label(a, b);
		if (order != 0)
			return order;
	}
}

int bolt_version_compare_nuget(const char *a, const char *b)
{
	struct nuget l = parse(a), r = parse(b);

	if (l.readable != r.readable)
		return l.readable ? 1 : -1;
	if (!l.readable)
		return bolt_version_compare_plain(a, b);
	for (int i = 0; i < NUMBERS; i++) {
		int order = bolt_compare_numbers(l.number[i], r.number[i]);
		if (order != 0)
			return order;
	}
	return compare_labels(&l, &r);
}

static bool label_is_valid(struct bolt_cursor label, bool leading_zeros)
{
	struct bolt_cursor rest = label;

	while (bolt_digit_at(&rest) || bolt_letter_at(&rest) || (rest.left > 0 && rest.p[0] == '-'))
		bolt_pass_byte(&rest);
	if (label.left == 0 || rest.left > 0)
		return false;
	rest = label;
	return leading_zeros || label.left == 1 || label.p[0] != '0' || (bolt_take_digits(&rest).left > 0 && rest.left > 0);
}

static bool labels_are_valid(struct bolt_cursor labels, bool given, bool leading_zeros)
{
	struct bolt_cursor label;
	bool more = given;

	while (take_label(&labels, &more, &label))
		if (!label_is_valid(label, leading_zeros))
			return false;
	return true;
}

bool bolt_version_valid_nuget(const char *version)
{
	struct nuget v = parse(version);
	static const char largest[] = "2147483647";

	if (!v.readable)
		return false;
	for (int i = 0; i < NUMBERS; i++)
		if (bolt_compare_numbers(v.number[i], bolt_cursor(largest, strlen(largest))) > 0)
			return false;
	return labels_are_valid(v.labels, v.prerelease, false) && labels_are_valid(v.metadata, v.metadata_given, true);
}
