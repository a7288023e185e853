/* Private to version_*.c: the few steps that every scheme's reading of a version is made of. A cursor over the version's text is
 * eaten from the front; a take that does not fit moves nothing. ASCII only: other bytes are neither digits nor letters. */
#pragma once

#include <stdbool.h>

#include "core/cursor.h"

static inline bool bolt_digit_at(const struct bolt_cursor *c)
{
	return c->left > 0 && c->p[0] >= '0' && c->p[0] <= '9';
}

bool bolt_letter_at(const struct bolt_cursor *c);

/* The whole text, without what it has of `blanks` on both ends. */
struct bolt_cursor bolt_version_trimmed(const char *text, const char *blanks);

/* The longest run of digits, or letters, at the cursor; may be empty. */
struct bolt_cursor bolt_take_digits(struct bolt_cursor *c);
struct bolt_cursor bolt_take_letters(struct bolt_cursor *c);

/* One byte, if it is one of these. */
bool bolt_take_one_of(struct bolt_cursor *c, const char *bytes);

/* Moves past one byte, which there must be. */
static inline void bolt_pass_byte(struct bolt_cursor *c)
{
	c->p++;
	c->left--;
}

/* A word given in lower case, met in any case. */
bool bolt_take_word(struct bolt_cursor *c, const char *word);

/* Runs of digits of any length as numbers; an empty one counts as 0. -1, 0 or 1. */
int bolt_compare_numbers(struct bolt_cursor a, struct bolt_cursor b);
bool bolt_number_is_zero(struct bolt_cursor digits);

/* Byte by byte, the shorter first where one begins the other; the other two as if all letters were lower, or upper, case (which
 * differ in where they put '_' and its neighbours). -1, 0 or 1. */
int bolt_compare_bytes(struct bolt_cursor a, struct bolt_cursor b);
int bolt_compare_lowered(struct bolt_cursor a, struct bolt_cursor b);
int bolt_compare_uppered(struct bolt_cursor a, struct bolt_cursor b);

static inline int bolt_compare_ints(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}
