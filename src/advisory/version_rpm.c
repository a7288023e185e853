/* rpm-version(7). */
#include "advisory/version_evr.h"
#include "advisory/version_schemes.h"

/* What a version goes on with, oldest first. Separators part segments and mean nothing else. */
enum next { NEXT_TILDE, NEXT_END, NEXT_CARET, NEXT_LETTERS, NEXT_DIGITS };

static enum next find_next(struct bolt_cursor *c)
{
	for (; c->left > 0; bolt_pass_byte(c)) {
		if (bolt_digit_at(c))
			return NEXT_DIGITS;
		if (bolt_letter_at(c))
			return NEXT_LETTERS;
		if (*c->p == '~')
			return NEXT_TILDE;
		if (*c->p == '^')
			return NEXT_CARET;
	}
	return NEXT_END;
}

static int compare_parts(struct bolt_cursor a, struct bolt_cursor b)
{
	for (int order = 0;;) {
		enum next next = find_next(&a), other = find_next(&b);

		if (next != other)
			return (int) next - (int) other;
		if (next == NEXT_END)
			return 0;
		if (next == NEXT_DIGITS)
			order = bolt_compare_numbers(bolt_take_digits(&a), bolt_take_digits(&b));
		else if (next == NEXT_LETTERS)
			order = bolt_compare_bytes(bolt_take_letters(&a), bolt_take_letters(&b));
		else
			(void) (bolt_take_one_of(&a, "~^") && bolt_take_one_of(&b, "~^"));
		if (order != 0)
			return order;
	}
}

int bolt_version_compare_rpm(const char *a_text, const char *b_text)
{
	struct bolt_evr a = bolt_evr_split(a_text), b = bolt_evr_split(b_text);

	return bolt_evr_compare(&a, &b, compare_parts);
}

bool bolt_version_valid_rpm(const char *version)
{
	struct bolt_evr evr = bolt_evr_split(version);

	return (!evr.has_epoch || evr.epoch.left > 0) && evr.version.left > 0 && bolt_only_alnum_and(evr.version, "._+~^") &&
	       (!evr.has_release || evr.release.left > 0) && bolt_only_alnum_and(evr.release, "._+~^");
}
