#include "core/json_writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

void bolt_json_writer_init(struct bolt_json_writer *w, struct bolt_out *out)
{
	*w = (struct bolt_json_writer){ .out = out };
}

static void indent(struct bolt_json_writer *w)
{
	static const char spaces[] = "\n                                                                ";

	bolt_out_bytes(w->out, spaces, 1 + 2 * (size_t) w->depth);
}

static void before_value(struct bolt_json_writer *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if (w->depth == 0)
		return;
	if (w->filled[w->depth - 1])
		bolt_out_char(w->out, ',');
	w->filled[w->depth - 1] = true;
	indent(w);
}

static void begin(struct bolt_json_writer *w, char bracket)
{
	before_value(w);
	bolt_out_char(w->out, bracket);
	if (w->depth == BOLT_JSON_WRITER_DEPTH)
		abort();
	w->filled[w->depth++] = false;
}

static void end(struct bolt_json_writer *w, char bracket)
{
	w->depth--;
	if (w->filled[w->depth])
		indent(w);
	bolt_out_char(w->out, bracket);
	if (w->depth == 0)
		bolt_out_char(w->out, '\n');
}

void bolt_jw_object(struct bolt_json_writer *w)
{
	begin(w, '{');
}

void bolt_jw_array(struct bolt_json_writer *w)
{
	begin(w, '[');
}

void bolt_jw_end_object(struct bolt_json_writer *w)
{
	end(w, '}');
}

void bolt_jw_end_array(struct bolt_json_writer *w)
{
	end(w, ']');
}

static void quoted(struct bolt_out *out, const char *text, bool bytes)
{
	const uint8_t *p = (const uint8_t *) text;
	size_t left = strlen(text), plain = 0;

	bolt_out_char(out, '"');
	while (plain < left) {
		uint8_t c = p[plain];
		size_t n = bolt_utf8_len(p + plain, left - plain);

		if (n > 0 && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
			plain += n;
			continue;
		}
		bolt_out_bytes(out, p, plain);
		if (n == 0 && bytes)
			bolt_outf(out, "\\\\x%02x", c);
		else if (n == 0)
			bolt_out_text(out, "\xef\xbf\xbd");
		else if (c == '\\' && bytes)
			bolt_out_text(out, "\\\\\\\\");
		else if (c == '"' || c == '\\')
			bolt_outf(out, "\\%c", c);
		else if (c == '\n')
			bolt_out_text(out, "\\n");
		else if (c == '\t')
			bolt_out_text(out, "\\t");
		else
			bolt_outf(out, "\\u%04x", c);
		p += plain + 1;
		left -= plain + 1;
		plain = 0;
	}
	bolt_out_bytes(out, p, plain);
	bolt_out_char(out, '"');
}

void bolt_jw_key(struct bolt_json_writer *w, const char *key)
{
	before_value(w);
	quoted(w->out, key, false);
	bolt_out_text(w->out, ": ");
	w->after_key = true;
}

void bolt_jw_text(struct bolt_json_writer *w, const char *text)
{
	before_value(w);
	if (text)
		quoted(w->out, text, false);
	else
		bolt_out_text(w->out, "null");
}

void bolt_jw_bytes(struct bolt_json_writer *w, const char *text)
{
	before_value(w);
	quoted(w->out, text, true);
}

void bolt_jw_u64(struct bolt_json_writer *w, uint64_t value)
{
	before_value(w);
	bolt_outf(w->out, "%" PRIu64, value);
}

void bolt_jw_decimal(struct bolt_json_writer *w, uint64_t value, unsigned places)
{
	uint64_t unit = 1;

	for (unsigned i = 0; i < places; i++)
		unit *= 10;
	before_value(w);
	bolt_outf(w->out, "%" PRIu64, value / unit);
	if (places > 0)
		bolt_outf(w->out, ".%0*" PRIu64, (int) places, value % unit);
}

void bolt_jw_bool(struct bolt_json_writer *w, bool value)
{
	before_value(w);
	bolt_out_text(w->out, value ? "true" : "false");
}

void bolt_jw_member(struct bolt_json_writer *w, const char *key, const char *text)
{
	bolt_jw_key(w, key);
	bolt_jw_text(w, text);
}

void bolt_jw_member_opt(struct bolt_json_writer *w, const char *key, const char *text)
{
	if (text)
		bolt_jw_member(w, key, text);
}

void bolt_jw_member_u64(struct bolt_json_writer *w, const char *key, uint64_t value)
{
	bolt_jw_key(w, key);
	bolt_jw_u64(w, value);
}
