/* composer/semver: VersionParser::normalize, then PHP's version_compare, without writing the normal form anywhere. That form is one
 * of two. A branch, "dev-NAME", comes before every number. Otherwise numbers (four of them; dates have any number, 1.x-dev stands
 * for 1.9999999.9999999.9999999-dev), then a stability with numbers of its own, then perhaps "dev"; at each place:
 *
 *	dev < alpha < beta < RC < nothing < a number < patch
 *
 * Departures: Composer says of two branches only whether they are the same, here their names order them; it reads numbers up to
 *2^63. What it refuses comes first of all, and among its like in the order of the plain scheme. */
#include "advisory/version_parts.h"
#include "advisory/version_schemes.h"

/* "stable" is a stability only in capitals: then the tool keeps it, and PHP does not know the word. In small letters it is dropped.
 */
enum rank { RANK_UNKNOWN, RANK_DEV, RANK_ALPHA, RANK_BETA, RANK_RC, RANK_END, RANK_NUMBER, RANK_PATCH };

enum kind { KIND_INVALID, KIND_BRANCH, KIND_NUMBERS }; /* in their order */

enum { NUMBERS = 4, FIRST_NUMBER_MAX = 5, DATE_PAIRS_MAX = 6, DATE_FRACTIONS_MAX = 2, DATE_FRACTION_MAX = 3 };

static const char blanks[] = " \t\n\v\f\r";

struct composer {
	enum kind kind;
	struct bolt_cursor branch;
	struct bolt_cursor numbers;
	bool padded;   /* to four numbers */
	bool wildcard; /* with 9999999 instead of 0 */
	bool dev;
	enum rank stability; /* RANK_END: none */
	struct bolt_cursor stability_numbers;
};

/* How many bytes there are before the first of `bytes`. */
static size_t run_without(struct bolt_cursor c, const char *bytes)
{
	size_t n = 0;

	while (n < c.left && (c.p[n] == '\0' || !strchr(bytes, c.p[n])))
		n++;
	return n;
}

/* "1.0 as 2.0" is 1.0. */
static struct bolt_cursor without_alias(struct bolt_cursor c)
{
	size_t n = run_without(c, " \t\n\v\f\r,");
	struct bolt_cursor rest = bolt_cursor(c.p + n, c.left - n);

	if (n == 0 || !bolt_take_one_of(&rest, " "))
		return c;
	while (bolt_take_one_of(&rest, " "))
		;
	if (!bolt_take_prefix(&rest, "as "))
		return c;
	while (bolt_take_one_of(&rest, " "))
		;
	if (rest.left == 0 || run_without(rest, " \t\n\v\f\r,") < rest.left)
		return c;
	return bolt_cursor(c.p, n);
}

/* "1.0@beta" is 1.0: a flag for the resolver. */
static struct bolt_cursor without_flag(struct bolt_cursor c)
{
	static const char *const flags[] = { "stable", "rc", "beta", "alpha", "dev" };
	const uint8_t *at = c.left > 0 ? memrchr(c.p, '@', c.left) : NULL;

	if (!at)
		return c;
	size_t before = (size_t) (at - c.p);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(flags); i++) {
		struct bolt_cursor flag = bolt_cursor(at + 1, c.left - before - 1);
		if (bolt_take_word(&flag, flags[i]) && flag.left == 0)
			return bolt_cursor(c.p, before);
	}
	return c;
}

/* "1.0+build" is 1.0. */
static struct bolt_cursor without_metadata(struct bolt_cursor c)
{
	size_t n = run_without(c, " \t\n\v\f\r,+");

	if (n == 0 || c.left - n < 2 || c.p[n] != '+' || run_without(c, blanks) < c.left)
		return c;
	return bolt_cursor(c.p, n);
}

/* Digits, and digits after single separators, as many as `more` says. */
static struct bolt_cursor take_numbers(struct bolt_cursor *c, const char *separators, size_t more)
{
	struct bolt_cursor all = *c;

	bolt_take_digits(c);
	for (; more > 0; more--) {
		struct bolt_cursor rest = *c;
		bolt_take_one_of(&rest, separators);
		if (bolt_take_digits(&rest).left == 0)
			break;
		*c = rest;
	}
	all.left = (size_t) (c->p - all.p);
	return all;
}

/* [._-] STABILITY NUMBERS [.-] dev, all of them optional; true when that is all there is. */
static bool take_modifier(struct bolt_cursor *c, struct composer *v)
{
	static const struct {
		const char *word; /* before the words that begin it */
		enum rank rank;
	} words[] = {
		{ "stable", RANK_UNKNOWN }, { "beta", RANK_BETA },   { "b", RANK_BETA },
		{ "rc", RANK_RC },          { "alpha", RANK_ALPHA }, { "a", RANK_ALPHA },
		{ "patch", RANK_PATCH },    { "pl", RANK_PATCH },    { "p", RANK_PATCH },
	};

	bolt_take_one_of(c, "._-");
	v->stability = RANK_END;
	struct bolt_cursor word = *c;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(words) && v->stability == RANK_END; i++)
		if (bolt_take_word(c, words[i].word))
			v->stability = words[i].rank;
	if (v->stability != RANK_END)
		v->stability_numbers = take_numbers(c, ".-", SIZE_MAX);

	struct bolt_cursor rest = *c;
	bolt_take_one_of(&rest, ".-");
	v->dev = bolt_take_word(&rest, "dev");
	if (v->dev)
		*c = rest;

	if (bolt_cursor_starts(word, "stable")) {
		v->stability = RANK_END;
		v->stability_numbers.left = 0;
		v->dev = false;
	}
	return c->left == 0;
}

/* v?N[.N[.N[.N]]] */
static bool parse_classical(struct bolt_cursor c, struct composer *v)
{
	bolt_take_word(&c, "v");

	struct bolt_cursor first = c;
	size_t digits = bolt_take_digits(&first).left;
	if (digits == 0 || digits > FIRST_NUMBER_MAX)
		return false;
	v->numbers = take_numbers(&c, ".", NUMBERS - 1);
	v->padded = true;
	return take_modifier(&c, v);
}

/* Is the rest of a date pairs of digits, then up to two groups of one to three? A pair may be read as a group, so both are tried:
 * no deeper than the pairs and groups there may be. */
static bool date_goes_on(struct bolt_cursor c, int pairs, int groups)
{
	if (c.left == 0)
		return pairs > 0;
	bolt_take_one_of(&c, ".:-");
	for (size_t n = 1; n <= DATE_FRACTION_MAX && bolt_digit_at(&c); n++) {
		bolt_pass_byte(&c);
		if (n == 2 && groups == 0 && pairs < DATE_PAIRS_MAX && date_goes_on(c, pairs + 1, 0))
			return true;
		if (pairs > 0 && groups < DATE_FRACTIONS_MAX && date_goes_on(c, pairs, groups + 1))
			return true;
	}
	return false;
}

/* v?YYYY and pairs of digits, with or without separators. */
static bool parse_date(struct bolt_cursor c, struct composer *v)
{
	enum { YEAR = 4 };

	bolt_take_word(&c, "v");
	v->numbers = take_numbers(&c, ".:-", SIZE_MAX);
	v->padded = false;

	struct bolt_cursor year = v->numbers;
	if (bolt_take_digits(&year).left < YEAR)
		return false;
	return date_goes_on(bolt_cursor(v->numbers.p + YEAR, v->numbers.left - YEAR), 0, 0) && take_modifier(&c, v);
}

/* v?N[.x[.x[.x]]]-dev: a branch that has a place among the numbers. */
static bool parse_numeric_branch(struct bolt_cursor c, struct composer *v)
{
	static const char dev[] = "dev";

	if (c.left < strlen(dev))
		return false;
	struct bolt_cursor ending = bolt_cursor(c.p + c.left - strlen(dev), strlen(dev));
	if (!bolt_take_word(&ending, dev))
		return false;
	c.left -= strlen(dev);
	if (c.left > 0 && (c.p[c.left - 1] == '.' || c.p[c.left - 1] == '-'))
		c.left--;
	while (c.left > 0 && run_without(c, blanks) == 0)
		bolt_pass_byte(&c);
	while (c.left > 0 && strchr(blanks, c.p[c.left - 1]))
		c.left--;

	bolt_take_word(&c, "v");
	v->numbers = c;
	if (bolt_take_digits(&c).left == 0)
		return false;
	for (int i = 1; i < NUMBERS && bolt_take_one_of(&c, "."); i++)
		if (bolt_take_digits(&c).left == 0 && !bolt_take_one_of(&c, "xX*"))
			return false;
	v->padded = v->wildcard = v->dev = true;
	return c.left == 0;
}

static bool parse_branch(struct bolt_cursor c, struct composer *v)
{
	static const char *const defaults[] = { "master", "trunk", "default" };

	v->branch = c;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(defaults); i++)
		if (bolt_cursor_is(c, defaults[i]))
			return true;
	return bolt_take_word(&v->branch, "dev-");
}

static struct composer parse(const char *text)
{
	static bool (*const forms[])(struct bolt_cursor c, struct composer * v) = { parse_classical, parse_date,
										    parse_numeric_branch };
	const struct composer nothing = { .stability = RANK_END };
	struct composer v = nothing;
	struct bolt_cursor c = without_flag(without_alias(bolt_version_trimmed(text, " \t\n\r\v")));

	if (parse_branch(c, &v)) {
		v.kind = KIND_BRANCH;
		return v;
	}
	c = without_metadata(c);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(forms); i++) {
		v = nothing;
		if (forms[i](c, &v)) {
			v.kind = KIND_NUMBERS;
			return v;
		}
	}
	return nothing;
}

/* The normal form's parts, one after the other; RANK_END for ever after the last. */
struct parts {
	struct composer v;
	size_t count;
};

struct part {
	enum rank rank;
	struct bolt_cursor number;
};

static struct part next_part(struct parts *parts)
{
	static const char wildcard[] = "9999999";
	struct composer *v = &parts->v;
	struct part number = { .rank = RANK_NUMBER };

	parts->count++;
	if (v->numbers.left > 0) {
		number.number = bolt_take_digits(&v->numbers);
		if (bolt_take_one_of(&v->numbers, "xX*"))
			number.number = bolt_cursor(wildcard, strlen(wildcard));
		bolt_take_one_of(&v->numbers, ".:-");
		return number;
	}
	if (v->padded && parts->count <= NUMBERS) {
		if (v->wildcard)
			number.number = bolt_cursor(wildcard, strlen(wildcard));
		return number;
	}
	if (v->stability != RANK_END) {
		enum rank rank = v->stability;
		v->stability = RANK_END;
		return (struct part){ .rank = rank };
	}
	if (v->stability_numbers.left > 0) {
		bolt_take_one_of(&v->stability_numbers, ".-");
		number.number = bolt_take_digits(&v->stability_numbers);
		return number;
	}
	if (v->dev) {
		v->dev = false;
		return (struct part){ .rank = RANK_DEV };
	}
	return (struct part){ .rank = RANK_END };
}

int bolt_version_compare_composer(const char *a, const char *b)
{
	struct parts left = { .v = parse(a) }, right = { .v = parse(b) };

	if (left.v.kind != right.v.kind)
		return bolt_compare_ints(left.v.kind, right.v.kind);
	if (left.v.kind == KIND_INVALID)
		return bolt_version_compare_plain(a, b);
	if (left.v.kind == KIND_BRANCH)
		return bolt_compare_bytes(left.v.branch, right.v.branch);
	for (;;) {
		struct part l = next_part(&left), r = next_part(&right);
		int order = l.rank == r.rank ? bolt_compare_numbers(l.number, r.number) : bolt_compare_ints(l.rank, r.rank);
		if (order != 0 || l.rank == RANK_END)
			return order;
	}
}

bool bolt_version_valid_composer(const char *version)
{
	return parse(version).kind != KIND_INVALID;
}
