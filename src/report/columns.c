#include "report/columns.h"

#include <string.h>

#include "core/text.h"

enum {
	SCRATCH = 64,
	GAP = 2,
	/* A stranger's megabyte-long name must not pad every other row to a megabyte. */
	WIDEST = 100,
};

/* Bidirectional controls (U+202A-202E, U+2066-2069, U+200E-200F), zero-width characters (U+200B-200D, U+FEFF) and line separators
 * (U+2028-2029) make a terminal show something else than is there; C1 controls (U+0080-009F) steer it. */
static bool is_deceptive(const uint8_t *p, size_t n)
{
	if (n == 2)
		return p[0] == 0xc2 && p[1] < 0xa0;
	if (n != 3)
		return n == 0 || p[0] < 0x20 || p[0] == 0x7f;
	if (p[0] == 0xe2 && p[1] == 0x80)
		return (p[2] >= 0x8b && p[2] <= 0x8f) || (p[2] >= 0xa8 && p[2] <= 0xae);
	if (p[0] == 0xe2 && p[1] == 0x81)
		return p[2] >= 0xa6 && p[2] <= 0xa9;
	return p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf;
}

bool bolt_next_shown(const char **text, size_t *left, char shown[5], size_t *ret_columns)
{
	const uint8_t *p = (const uint8_t *) *text;
	size_t n = *left ? bolt_utf8_len(p, *left) : 0, taken = n ? n : 1;

	if (*left == 0)
		return false;
	if (is_deceptive(p, n)) {
		memcpy(shown, "?", 2);
	} else {
		memcpy(shown, p, n);
		shown[n] = '\0';
	}
	*ret_columns = bolt_text_columns(shown);
	*text += taken;
	*left -= taken;
	return true;
}

static size_t columns_of(const char *text, size_t most)
{
	size_t left = strlen(text), columns = 0, n;
	char shown[5];

	while (columns < most && bolt_next_shown(&text, &left, shown, &n))
		columns += n;
	return columns;
}

size_t bolt_put_clean(struct bolt_out *out, const char *text, size_t max)
{
	size_t left = strlen(text), used = 0, n;
	bool cut = max > 0 && columns_of(text, max + 1) > max;
	size_t room = cut ? max - 1 : SIZE_MAX;
	char shown[5];

	while (bolt_next_shown(&text, &left, shown, &n)) {
		if (n > room - used)
			break;
		bolt_out_text(out, shown);
		used += n;
	}
	if (cut)
		bolt_out_text(out, "…");
	return used + cut;
}

size_t bolt_clean_columns(const char *text)
{
	return columns_of(text, SIZE_MAX);
}

void bolt_put_folded(struct bolt_out *out, const char *text, const char *indent, size_t room)
{
	size_t left = strlen(text), used = room, n;
	char shown[5];

	while (bolt_next_shown(&text, &left, shown, &n)) {
		if (n > room - used || used == room) {
			bolt_out_text(out, indent);
			used = 0;
		}
		bolt_out_text(out, shown);
		used += n < room - used ? n : room - used;
	}
}

void bolt_put_color(struct bolt_out *out, const struct bolt_report_style *style, const char *code)
{
	if (style->color)
		bolt_outf(out, "\033[%sm", *code ? code : "0");
}

static void spaces(struct bolt_out *out, size_t n)
{
	while (n-- > 0)
		bolt_out_char(out, ' ');
}

static void measure(const struct bolt_columns *table, size_t *widths)
{
	char scratch[SCRATCH];

	for (size_t c = 0; c < table->columns_len; c++) {
		widths[c] = columns_of(table->columns[c].title, WIDEST);
		for (size_t row = 0; row < table->rows; row++) {
			size_t width = columns_of(table->cell(table->context, row, c, scratch, sizeof(scratch)), WIDEST);

			widths[c] = width > widths[c] ? width : widths[c];
		}
	}
}

/* Takes from the widest flexible column, one by one, until the table fits or nothing more can be taken. */
static void fit(const struct bolt_columns *table, size_t room, size_t *widths)
{
	for (;;) {
		size_t total = 0, widest = table->columns_len;

		for (size_t c = 0; c < table->columns_len; c++) {
			total += widths[c] + (c ? GAP : 0);
			if (table->columns[c].flexible && widths[c] > table->columns[c].min &&
			    (widest == table->columns_len || widths[c] > widths[widest]))
				widest = c;
		}
		if (total <= room || widest == table->columns_len)
			return;
		widths[widest]--;
	}
}

static void write_cell(const struct bolt_columns *table, size_t c, const char *text, size_t width, bool cut, struct bolt_out *out)
{
	bool last = c + 1 == table->columns_len;
	size_t natural = columns_of(text, width + 1), pad = natural < width ? width - natural : 0;

	if (table->columns[c].right)
		spaces(out, pad);
	(void) bolt_put_clean(out, text, cut ? width : 0);
	if (!table->columns[c].right && !last)
		spaces(out, pad);
	if (!last)
		spaces(out, GAP);
}

void bolt_columns_write(const struct bolt_columns *table, const struct bolt_report_style *style, struct bolt_out *out)
{
	size_t widths[BOLT_COLUMNS_MAX], indent = strlen(table->indent);
	bool cut = style->columns > 0;
	char scratch[SCRATCH];

	measure(table, widths);
	if (cut)
		fit(table, style->columns > indent ? style->columns - indent : 1, widths);
	bolt_out_text(out, table->indent);
	bolt_put_color(out, style, "2");
	for (size_t c = 0; c < table->columns_len; c++)
		write_cell(table, c, table->columns[c].title, widths[c], cut, out);
	bolt_put_color(out, style, "");
	bolt_out_char(out, '\n');
	for (size_t row = 0; row < table->rows; row++) {
		if (table->before_row)
			table->before_row(table->context, row, style, out);
		bolt_out_text(out, table->indent);
		for (size_t c = 0; c < table->columns_len; c++) {
			const char *color = table->color ? table->color(table->context, row, c) : NULL;

			if (color)
				bolt_put_color(out, style, color);
			write_cell(table, c, table->cell(table->context, row, c, scratch, sizeof(scratch)), widths[c], cut, out);
			if (color)
				bolt_put_color(out, style, "");
		}
		bolt_out_char(out, '\n');
	}
}
