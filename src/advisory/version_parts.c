#include "advisory/version_parts.h"

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t) (c + ('a' - 'A')) : c;
}

static uint8_t upper(uint8_t c)
{
	return c >= 'a' && c <= 'z' ? (uint8_t) (c - ('a' - 'A')) : c;
}

static uint8_t same(uint8_t c)
{
	return c;
}

bool bolt_letter_at(const struct bolt_cursor *c)
{
	return c->left > 0 && lower(c->p[0]) >= 'a' && lower(c->p[0]) <= 'z';
}

static bool is_one_of(uint8_t c, const char *bytes)
{
	return c != '\0' && strchr(bytes, c) != NULL;
}

static struct bolt_cursor take(struct bolt_cursor *c, size_t n)
{
	struct bolt_cursor taken = bolt_cursor(c->p, n);
	c->p += n;
	c->left -= n;
	return taken;
}

struct bolt_cursor bolt_version_trimmed(const char *text, const char *blanks)
{
	struct bolt_cursor c = bolt_cursor(text, strlen(text));

	while (c.left > 0 && is_one_of(c.p[0], blanks))
		take(&c, 1);
	while (c.left > 0 && is_one_of(c.p[c.left - 1], blanks))
		c.left--;
	return c;
}

struct bolt_cursor bolt_take_digits(struct bolt_cursor *c)
{
	struct bolt_cursor rest = *c;

	while (bolt_digit_at(&rest))
		take(&rest, 1);
	return take(c, c->left - rest.left);
}

struct bolt_cursor bolt_take_letters(struct bolt_cursor *c)
{
	struct bolt_cursor rest = *c;

	while (bolt_letter_at(&rest))
		take(&rest, 1);
	return take(c, c->left - rest.left);
}

bool bolt_take_one_of(struct bolt_cursor *c, const char *bytes)
{
	if (c->left == 0 || !is_one_of(c->p[0], bytes))
		return false;
	take(c, 1);
	return true;
}

bool bolt_take_word(struct bolt_cursor *c, const char *word)
{
	size_t n = strlen(word);

	if (c->left < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (lower(c->p[i]) != (uint8_t) word[i])
			return false;
	take(c, n);
	return true;
}

static int compare_mapped(struct bolt_cursor a, struct bolt_cursor b, uint8_t (*map)(uint8_t c))
{
	for (size_t i = 0; i < a.left && i < b.left; i++)
		if (map(a.p[i]) != map(b.p[i]))
			return map(a.p[i]) < map(b.p[i]) ? -1 : 1;
	return (a.left > b.left) - (a.left < b.left);
}

int bolt_compare_bytes(struct bolt_cursor a, struct bolt_cursor b)
{
	return compare_mapped(a, b, same);
}

int bolt_compare_lowered(struct bolt_cursor a, struct bolt_cursor b)
{
	return compare_mapped(a, b, lower);
}

int bolt_compare_uppered(struct bolt_cursor a, struct bolt_cursor b)
{
	return compare_mapped(a, b, upper);
}

static struct bolt_cursor without_leading_zeros(struct bolt_cursor digits)
{
	while (digits.left > 0 && digits.p[0] == '0')
		take(&digits, 1);
	return digits;
}

int bolt_compare_numbers(struct bolt_cursor a, struct bolt_cursor b)
{
	a = without_leading_zeros(a);
	b = without_leading_zeros(b);
	if (a.left != b.left)
		return a.left < b.left ? -1 : 1;
	return bolt_compare_bytes(a, b);
}

bool bolt_number_is_zero(struct bolt_cursor digits)
{
	return without_leading_zeros(digits).left == 0;
}
