/* deb-version(7), "Sorting algorithm". */
#include "advisory/version_evr.h"
#include "advisory/version_schemes.h"

/* A tilde is before the end of the part (which a digit counts as here), that before letters, those before anything else. */
static int weight(struct bolt_cursor c)
{
	if (c.left == 0 || bolt_digit_at(&c))
		return 0;
	if (*c.p == '~')
		return -1;
	return bolt_letter_at(&c) ? *c.p : *c.p + 256;
}

static int compare_parts(struct bolt_cursor a, struct bolt_cursor b)
{
	int order = 0;

	while (order == 0 && (a.left > 0 || b.left > 0))
		if (weight(a) != weight(b)) {
			order = weight(a) - weight(b);
		} else if (weight(a) == 0) {
			order = bolt_compare_numbers(bolt_take_digits(&a), bolt_take_digits(&b));
		} else {
			bolt_pass_byte(&a);
			bolt_pass_byte(&b);
		}
	return order;
}

int bolt_version_compare_dpkg(const char *a_text, const char *b_text)
{
	struct bolt_evr a = bolt_evr_split(a_text), b = bolt_evr_split(b_text);

	a.has_release = b.has_release = true; /* a missing revision is the same as 0 */
	return bolt_evr_compare(&a, &b, compare_parts);
}

/* What `dpkg --validate-version` accepts, which asks for a digit at the beginning and for an epoch that fits an int. */
bool bolt_version_valid_dpkg(const char *version)
{
	struct bolt_evr evr = bolt_evr_split(version);
	static const char epoch_max[] = "2147483647";

	return (!evr.has_epoch ||
		(evr.epoch.left > 0 && bolt_compare_numbers(evr.epoch, bolt_cursor(epoch_max, strlen(epoch_max))) <= 0)) &&
	       bolt_digit_at(&evr.version) && bolt_only_alnum_and(evr.version, "-.+~:") &&
	       (!evr.has_release || evr.release.left > 0) && bolt_only_alnum_and(evr.release, ".+~");
}
