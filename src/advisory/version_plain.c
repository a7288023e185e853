#include <string.h>

#include "advisory/version_parts.h"
#include "advisory/version_schemes.h"

/* Numbers stand where their first digit would among the other bytes; the end is before everything. */
int bolt_version_compare_plain(const char *a_text, const char *b_text)
{
	struct bolt_cursor a = bolt_cursor(a_text, strlen(a_text)), b = bolt_cursor(b_text, strlen(b_text));
	int order = 0;

	while (order == 0 && a.left > 0 && b.left > 0)
		if (bolt_digit_at(&a) && bolt_digit_at(&b))
			order = bolt_compare_numbers(bolt_take_digits(&a), bolt_take_digits(&b));
		else
			order = *a.p++ - *b.p++, a.left--, b.left--;
	return order ? order : (a.left > 0) - (b.left > 0);
}

bool bolt_version_valid_plain(const char *version)
{
	return *version;
}
