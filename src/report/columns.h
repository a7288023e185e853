/* A table for a terminal: cells are measured, then printed aligned. On a terminal the flexible columns share what room there is
 * and what does not fit ends in '…'; in a pipe nothing is cut. Whatever a cell holds, only printable UTF-8 comes out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/out.h"
#include "report/format.h"

enum { BOLT_COLUMNS_MAX = 8 };

struct bolt_column {
	const char *title;
	size_t min;    /* on a terminal it never gets narrower than this */
	bool right;    /* numbers */
	bool flexible; /* may be cut */
};

struct bolt_columns {
	const struct bolt_column *columns;
	size_t columns_len;
	size_t rows;
	/* The text of a cell: borrowed until the next call, never NULL. */
	const char *(*cell)(const void *context, size_t row, size_t column, char *scratch, size_t scratch_len);
	const void *context;
	const char *indent;
	/* Either may be NULL. The SGR code of a cell, or NULL; whole lines that come before a row. */
	const char *(*color)(const void *context, size_t row, size_t column);
	void (*before_row)(const void *context, size_t row, const struct bolt_report_style *style, struct bolt_out *out);
};

void bolt_columns_write(const struct bolt_columns *table, const struct bolt_report_style *style, struct bolt_out *out);

/* One text made harmless: control characters, bytes that are not UTF-8 and characters that reorder or hide text become '?'.
 * At most max columns (0: all), the last of which is '…' when something was cut. Returns the columns written. */
size_t bolt_put_clean(struct bolt_out *out, const char *text, size_t max);

/* The next character of a text, made harmless, and its columns. Moves on; false at the end. */
bool bolt_next_shown(const char **text, size_t *left, char shown[5], size_t *ret_columns);

/* How many columns bolt_put_clean needs for all of it. */
size_t bolt_clean_columns(const char *text);

/* All of one text, made harmless, on lines of at most `room` columns, each of which begins with `indent` (a line feed and blanks).
 */
void bolt_put_folded(struct bolt_out *out, const char *text, const char *indent, size_t room);

/* Bold, dim, ... when the style has colours; "" puts everything back. */
void bolt_put_color(struct bolt_out *out, const struct bolt_report_style *style, const char *code);
