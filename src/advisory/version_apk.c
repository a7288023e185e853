/* apk-version(8) of apk-tools 3: 1.2.3, a letter, _suffixes with numbers, ~hash, -rN. What does not fit this form is compared up to
 * where it stops fitting, as apk does, and from there (where apk calls both equal) as the plain scheme does. */
#include <string.h>

#include "advisory/version_parts.h"
#include "advisory/version_schemes.h"

/* In the order of the form. Where one version goes on otherwise than the other, the one further in it is the older. */
enum token {
	TOKEN_FIRST,
	TOKEN_NUMBER,
	TOKEN_LETTER,
	TOKEN_SUFFIX,
	TOKEN_SUFFIX_NUMBER,
	TOKEN_HASH,
	TOKEN_REVISION,
	TOKEN_END,
	TOKEN_WRONG
};

/* Oldest first; those before BEFORE_RELEASE are older than the version without a suffix. */
static const char *const suffixes[] = { "alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p" };
enum { BEFORE_RELEASE = 4 };

struct walk {
	struct bolt_cursor from, rest; /* this token and all behind it; what is behind it */
	enum token token;
	struct bolt_cursor value;
	size_t suffix;
};

static enum token take_number(struct walk *walk, enum token token)
{
	walk->value = bolt_take_digits(&walk->rest);
	return walk->value.left > 0 ? token : TOKEN_WRONG;
}

static enum token take_suffix(struct walk *walk)
{
	walk->value = walk->rest;
	while (bolt_take_one_of(&walk->rest, "abcdefghijklmnopqrstuvwxyz"))
		;
	walk->value.left -= walk->rest.left;
	for (walk->suffix = 0; walk->suffix < BOLT_ARRAY_LEN(suffixes); walk->suffix++)
		if (bolt_cursor_is(walk->value, suffixes[walk->suffix]))
			return TOKEN_SUFFIX;
	return TOKEN_WRONG;
}

static enum token take_hash(struct walk *walk)
{
	walk->value = walk->rest;
	while (bolt_take_one_of(&walk->rest, "0123456789abcdef"))
		;
	walk->value.left -= walk->rest.left;
	return walk->value.left > 0 ? TOKEN_HASH : TOKEN_WRONG;
}

static enum token take_token(struct walk *walk)
{
	if (walk->rest.left == 0)
		return TOKEN_END;
	if (bolt_digit_at(&walk->rest))
		return walk->token == TOKEN_SUFFIX ? take_number(walk, TOKEN_SUFFIX_NUMBER) : TOKEN_WRONG;
	if (walk->token <= TOKEN_NUMBER && bolt_take_prefix(&walk->rest, "."))
		return take_number(walk, TOKEN_NUMBER);
	if (walk->token <= TOKEN_NUMBER && *walk->rest.p >= 'a' && *walk->rest.p <= 'z') {
		walk->value = bolt_cursor(walk->rest.p, 1);
		bolt_pass_byte(&walk->rest);
		return TOKEN_LETTER;
	}
	if (walk->token <= TOKEN_SUFFIX_NUMBER && bolt_take_prefix(&walk->rest, "_"))
		return take_suffix(walk);
	if (walk->token < TOKEN_HASH && bolt_take_prefix(&walk->rest, "~"))
		return take_hash(walk);
	if (walk->token < TOKEN_REVISION && bolt_take_prefix(&walk->rest, "-r"))
		return take_number(walk, TOKEN_REVISION);
	return TOKEN_WRONG;
}

static struct walk walk_begin(const char *version)
{
	struct walk walk = { .from = bolt_cursor(version, strlen(version)) };

	walk.rest = walk.from;
	walk.token = take_number(&walk, TOKEN_FIRST);
	return walk;
}

static void walk_next(struct walk *walk)
{
	walk->from = walk->rest;
	walk->token = take_token(walk);
}

/* Of the same token. */
static int compare_values(const struct walk *a, const struct walk *b)
{
	switch (a->token) {
	case TOKEN_FIRST:
	case TOKEN_SUFFIX_NUMBER:
	case TOKEN_REVISION:
		return bolt_compare_numbers(a->value, b->value);
	case TOKEN_NUMBER: /* with a leading zero it is a decimal fraction: 1.001 is before 1.01 */
		if (*a->value.p == '0' || *b->value.p == '0')
			return bolt_compare_bytes(a->value, b->value);
		return bolt_compare_numbers(a->value, b->value);
	case TOKEN_SUFFIX:
		return (a->suffix > b->suffix) - (a->suffix < b->suffix);
	default:
		return bolt_compare_bytes(a->value, b->value);
	}
}

static bool before_release(const struct walk *walk)
{
	return walk->token == TOKEN_SUFFIX && walk->suffix < BEFORE_RELEASE;
}

int bolt_version_compare_apk(const char *a_text, const char *b_text)
{
	struct walk a = walk_begin(a_text), b = walk_begin(b_text);

	for (; a.token == b.token && a.token < TOKEN_END; walk_next(&a), walk_next(&b)) {
		int order = compare_values(&a, &b);
		if (order != 0)
			return order;
	}
	if (a.token == TOKEN_WRONG && b.token == TOKEN_WRONG)
		return bolt_version_compare_plain((const char *) a.from.p, (const char *) b.from.p);
	if (before_release(&a) || before_release(&b))
		return before_release(&b) - before_release(&a);
	return (int) b.token - (int) a.token;
}

bool bolt_version_valid_apk(const char *version)
{
	struct walk walk = walk_begin(version);

	while (walk.token < TOKEN_END)
		walk_next(&walk);
	return walk.token == TOKEN_END;
}
