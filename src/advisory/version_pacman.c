/* vercmp(8), made a total order where it is none:
 * - it calls a version without a release equal to every release of it, which are not equal to each other: here it is before them;
 * - for separators at the end (no package has them) its answers go round in a circle: 1.1 < 1..a < 1. < 1.1. */
#include "advisory/version_evr.h"
#include "advisory/version_schemes.h"

enum next { NEXT_LETTERS, NEXT_END, NEXT_DIGITS };

struct step {
	size_t separators; /* before it; more of them are newer, whatever follows */
	enum next next;
};

static struct step find_step(struct bolt_cursor *c)
{
	struct step step = { 0, NEXT_END };

	for (; c->left > 0 && !bolt_digit_at(c) && !bolt_letter_at(c); bolt_pass_byte(c))
		step.separators++;
	if (c->left > 0)
		step.next = bolt_digit_at(c) ? NEXT_DIGITS : NEXT_LETTERS;
	return step;
}

static int compare_parts(struct bolt_cursor a, struct bolt_cursor b)
{
	for (int order = 0;;) {
		struct step step = find_step(&a), other = find_step(&b);

		if (step.separators != other.separators)
			return step.separators < other.separators ? -1 : 1;
		if (step.next != other.next)
			return (int) step.next - (int) other.next;
		if (step.next == NEXT_END)
			return 0;
		if (step.next == NEXT_DIGITS)
			order = bolt_compare_numbers(bolt_take_digits(&a), bolt_take_digits(&b));
		else
			order = bolt_compare_bytes(bolt_take_letters(&a), bolt_take_letters(&b));
		if (order != 0)
			return order;
	}
}

int bolt_version_compare_pacman(const char *a_text, const char *b_text)
{
	struct bolt_evr a = bolt_evr_split(a_text), b = bolt_evr_split(b_text);

	return bolt_evr_compare(&a, &b, compare_parts);
}

/* PKGBUILD(5): pkgver without colon, slash, hyphen or blank, pkgrel a number, perhaps with a second one. */
bool bolt_version_valid_pacman(const char *version)
{
	struct bolt_evr evr = bolt_evr_split(version);

	if ((evr.has_epoch && evr.epoch.left == 0) || evr.version.left == 0 || (evr.has_release && !bolt_digit_at(&evr.release)))
		return false;
	for (; evr.version.left > 0; bolt_pass_byte(&evr.version))
		if (*evr.version.p <= ' ' || *evr.version.p >= 0x7f || strchr(":/-", *evr.version.p))
			return false;
	(void) bolt_take_digits(&evr.release);
	if (bolt_take_prefix(&evr.release, ".") && bolt_take_digits(&evr.release).left == 0)
		return false;
	return evr.release.left == 0;
}
