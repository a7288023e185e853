/* semver.org 2.0.0, section 11, and what people write instead of it: a leading v or =, parts missing (they are 0) or more than
 * three of them, a pre-release without its hyphen. One of those is a name of its own: "1.22rc1" in a program that Go built is what
 * Go's vulnerability database calls 1.22.0-rc.1. */
#include "advisory/version_evr.h"
#include "advisory/version_schemes.h"

struct semver {
	struct bolt_cursor numbers; /* digits and dots */
	struct bolt_cursor before;  /* identifiers of the pre-release */
	bool is_before;
	bool is_go_candidate;     /* the pre-release is a word and a number, with nothing between */
	struct bolt_cursor build; /* with its '+' */
};

static bool only_digits(struct bolt_cursor c)
{
	return c.left > 0 && bolt_take_digits(&c).left > 0 && c.left == 0;
}

static bool is_go_candidate(struct bolt_cursor numbers, struct bolt_cursor before)
{
	return bolt_take_digits(&numbers).left > 0 && bolt_take_prefix(&numbers, ".") && only_digits(numbers) &&
	       (bolt_take_prefix(&before, "rc") || bolt_take_prefix(&before, "beta")) && only_digits(before);
}

static struct semver split(const char *text)
{
	struct bolt_cursor rest = bolt_cursor(text, strlen(text));
	struct semver semver = { .build = bolt_cursor(text, 0) };

	while (bolt_take_one_of(&rest, "vV= "))
		;

	struct bolt_cursor at = rest, end = rest;
	do {
		if (bolt_take_digits(&at).left == 0)
			break;
		end = at;
	} while (bolt_take_prefix(&at, "."));
	semver.numbers = bolt_cursor(rest.p, rest.left - end.left);

	const uint8_t *plus = end.left > 0 ? memchr(end.p, '+', end.left) : NULL;
	semver.before = bolt_cursor(end.p, plus ? (size_t) (plus - end.p) : end.left);
	if (plus)
		semver.build = bolt_cursor(plus, (size_t) (end.p + end.left - plus));
	semver.is_before = semver.before.left > 0;
	semver.is_go_candidate = !plus && is_go_candidate(semver.numbers, semver.before);
	(void) bolt_take_one_of(&semver.before, "-.");
	return semver;
}

static int compare_numbers(struct bolt_cursor a, struct bolt_cursor b)
{
	int order = 0;

	while (order == 0 && (a.left > 0 || b.left > 0)) {
		order = bolt_compare_numbers(bolt_take_digits(&a), bolt_take_digits(&b));
		(void) bolt_take_one_of(&a, ".");
		(void) bolt_take_one_of(&b, ".");
	}
	return order;
}

static bool take_identifier(struct semver *semver, struct bolt_cursor *ret_identifier)
{
	if (!semver->is_go_candidate)
		return bolt_take_until(&semver->before, '.', ret_identifier);
	*ret_identifier = bolt_letter_at(&semver->before) ? bolt_take_letters(&semver->before) : bolt_take_digits(&semver->before);
	return ret_identifier->left > 0;
}

/* Numbers are before words; fewer identifiers before more. */
static int compare_identifiers(struct semver *a, struct semver *b)
{
	struct bolt_cursor word, other;
	int order = 0;

	while (order == 0) {
		bool has_word = take_identifier(a, &word), has_other = take_identifier(b, &other);

		if (!has_word || !has_other)
			return has_word - has_other;
		if (only_digits(word) != only_digits(other))
			return only_digits(word) ? -1 : 1;
		order = only_digits(word) ? bolt_compare_numbers(word, other) : bolt_compare_bytes(word, other);
	}
	return order;
}

int bolt_version_compare_semver(const char *a_text, const char *b_text)
{
	struct semver a = split(a_text), b = split(b_text);

	int order = compare_numbers(a.numbers, b.numbers);
	if (order == 0)
		order = b.is_before - a.is_before;
	return order ? order : compare_identifiers(&a, &b);
}

static bool leading_zero(struct bolt_cursor word)
{
	return word.left > 1 && *word.p == '0' && only_digits(word);
}

static bool valid_identifiers(struct bolt_cursor c, bool zeros_matter)
{
	struct bolt_cursor word;

	if (c.left == 0 || c.p[c.left - 1] == '.')
		return false;
	while (bolt_take_until(&c, '.', &word))
		if (word.left == 0 || !bolt_only_alnum_and(word, "-") || (zeros_matter && leading_zero(word)))
			return false;
	return true;
}

/* What npm's semver or Go's golang.org/x/mod/semver takes: npm forgives "=v", Go that the last parts are missing when nothing
 * follows them. */
bool bolt_version_valid_semver(const char *version)
{
	struct semver semver = split(version);
	bool plus = semver.build.left > 0;
	struct bolt_cursor number;
	size_t numbers = 0;

	while (bolt_take_until(&semver.numbers, '.', &number)) {
		if (leading_zero(number))
			return false;
		numbers++;
	}
	if (numbers == 0 || numbers > 3)
		return false;
	if (semver.is_go_candidate)
		return true;
	if (semver.is_before && (semver.before.p[-1] != '-' || !valid_identifiers(semver.before, true)))
		return false;
	if (plus) {
		bolt_pass_byte(&semver.build); /* the '+' */
		if (!valid_identifiers(semver.build, false))
			return false;
	}
	return numbers == 3 || (!semver.is_before && !plus);
}
