#include "report/markup.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "report/columns.h"

/* U+FDD0 to U+FDEF and the last two of every plane: XML 1.0 refuses some of them, HTML calls all of them errors. */
static bool is_noncharacter(const char *shown)
{
	const uint8_t *p = (const uint8_t *) shown;
	size_t n = strlen(shown);

	if (n == 3)
		return p[0] == 0xef && ((p[1] == 0xb7 && p[2] >= 0x90 && p[2] <= 0xaf) || (p[1] == 0xbf && p[2] >= 0xbe));
	return n == 4 && (p[1] & 0x0f) == 0x0f && p[2] == 0xbf && p[3] >= 0xbe;
}

static bool next_character(const char **text, size_t *left, char shown[5])
{
	size_t columns;

	if (!bolt_next_shown(text, left, shown, &columns))
		return false;
	if (is_noncharacter(shown))
		memcpy(shown, "?", 2);
	return true;
}

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void put_xml(struct bolt_out *out, const char *text, bool lines)
{
	size_t left = text ? strlen(text) : 0;
	char shown[5];

	while (left > 0) {
		char c = *text;

		if (c == '\n' || c == '\t' || c == '\r') {
			bolt_out_char(out, c == '\n' && lines ? '\n' : ' ');
			text++;
			left--;
			continue;
		}
		if (!next_character(&text, &left, shown))
			return;
		const char *escaped = shown[1] ? NULL : entity(shown[0]);
		bolt_out_text(out, escaped ? escaped : shown);
	}
}

void bolt_put_xml(struct bolt_out *out, const char *text)
{
	put_xml(out, text, true);
}

void bolt_put_xml_attribute(struct bolt_out *out, const char *text)
{
	put_xml(out, text, false);
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Punctuation by number is never markup. A mention or an issue's number would be one even so, but not in <code>; a dot after 'w'
 * begins a link. */
static void put_markdown_character(struct bolt_out *out, const char *shown, char before, char after)
{
	char c = shown[0];

	if (shown[1] || is_word(c) || (c != '.' && strchr(" ,-/", c)) || (c == '.' && before != 'w' && before != 'W'))
		bolt_out_text(out, shown);
	else if ((c == '@' || c == '#') && is_word(after))
		bolt_outf(out, "<code>&#%d;</code>", c);
	else
		bolt_outf(out, "&#%d;", c);
}

void bolt_put_markdown(struct bolt_out *out, const char *text, size_t max)
{
	size_t left = text ? strlen(text) : 0, used = 0, n;
	bool cut = text && max > 0 && bolt_clean_columns(text) > max;
	char shown[5], before = ' ';

	while (left > 0) {
		if (strchr("\r\n\t", *text)) {
			memcpy(shown, " ", 2);
			text++;
			left--;
			n = 1;
		} else if (!bolt_next_shown(&text, &left, shown, &n)) {
			break;
		}
		if (cut && used + n > max - 1)
			break;
		put_markdown_character(out, shown, before, left > 0 ? *text : ' ');
		before = shown[0];
		used += n;
	}
	if (cut)
		bolt_out_text(out, "…");
}
