/* The end of the table: what to do, and what the judgement rests on. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/columns.h"
#include "report/identity.h"
#include "report/table_parts.h"

static const char yellow[] = "33", dim[] = "2", bold[] = "1";

void bolt_table_heading(struct bolt_out *out, const struct bolt_report_style *style, const char *text)
{
	bolt_out_char(out, '\n');
	bolt_put_color(out, style, bold);
	bolt_out_text(out, text);
	bolt_put_color(out, style, "");
	bolt_out_char(out, '\n');
}

const char *bolt_plural(size_t n)
{
	return n == 1 ? "" : "s";
}

void bolt_table_part(struct bolt_out *out, const struct bolt_report_style *style, struct bolt_table_line *line, const char *color,
		     const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	(void) vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	size_t width = bolt_clean_columns(text);
	if (line->used == 0 || (style->columns > 0 && line->used + 3 + width > style->columns)) {
		bolt_outf(out, "%s%*s", line->used ? "\n" : "", (int) line->indent, "");
		line->used = line->indent;
	} else {
		bolt_out_text(out, " · ");
		line->used += 3;
	}
	bolt_put_color(out, style, color);
	line->used += bolt_put_clean(out, text, 0);
	bolt_put_color(out, style, "");
}

int bolt_table_wrapped(struct bolt_out *out, const struct bolt_report_style *style, size_t indent, const char *text)
{
	size_t room = style->columns == 0 ? SIZE_MAX : style->columns > indent + 20 ? style->columns - indent : 20, used = 0;

	for (text += strspn(text, " \n\t"); *text; text += strspn(text, " \n\t")) {
		size_t n = strcspn(text, " \n\t");
		char *word = strndup(text, n);

		if (!word)
			return -ENOMEM;
		size_t width = bolt_clean_columns(word);
		if (used > 0 && width + 1 > room - used) {
			bolt_outf(out, "\n%*s", (int) indent, "");
			used = 0;
		} else if (used > 0) {
			bolt_out_char(out, ' ');
			used++;
		}
		(void) bolt_put_clean(out, word, 0); /* a word that is too long is for the terminal to fold */
		used += width < room - used ? width : room - used;
		free(word);
		text += n;
	}
	bolt_out_char(out, '\n');
	return 0;
}

int bolt_table_actions(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	int r = 0;

	if (report->actions_len == 0)
		return 0;
	bolt_table_heading(out, style, "Do first");
	for (size_t i = 0; i < report->actions_len && r == 0; i++) {
		bolt_put_color(out, style, bold);
		bolt_outf(out, "  %zu. ", i + 1);
		bolt_put_color(out, style, "");
		r = bolt_table_wrapped(out, style, 5, report->actions[i].text);
	}
	return r;
}

static const char *age_text(int64_t then_unix, int64_t now_unix, char *scratch, size_t room)
{
	int64_t days = (now_unix - then_unix) / 86400;

	if (then_unix <= 0)
		return "of unknown age";
	if (days < 1)
		return "less than a day old";
	(void) snprintf(scratch, room, "%" PRId64 " day%s old", days, bolt_plural((size_t) days));
	return scratch;
}

/* "osv/Debian 9 days old, kev 30 days old": what to update. */
static void write_stale(const struct bolt_advisories_used *used, const struct bolt_report_style *style, struct bolt_out *out)
{
	char age[40];

	for (size_t i = 0; i < used->feeds_len; i++) {
		if (!used->feeds[i].stale)
			continue;
		bolt_put_color(out, style, yellow);
		bolt_out_text(out, "  ! ");
		(void) bolt_put_clean(out, used->feeds[i].part, 0);
		bolt_outf(out, " is stale (%s): run boltseal db update\n",
			  age_text(used->feeds[i].updated_unix, style->created_unix, age, sizeof(age)));
		bolt_put_color(out, style, "");
	}
}

void bolt_table_advisories(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	const struct bolt_advisories_used *used = &report->advisories;
	char built[BOLT_TIMESTAMP_TEXT], age[40];
	uint64_t advisories = 0;

	if (!used->used)
		return;
	for (size_t i = 0; i < used->feeds_len; i++)
		advisories += used->feeds[i].advisories;
	struct bolt_table_line line = { 0 };
	bolt_out_char(out, '\n');
	bolt_table_part(out, style, &line, dim, "Advisories of %.10s (%s)", bolt_timestamp(used->built_unix, built),
			age_text(used->built_unix, style->created_unix, age, sizeof(age)));
	bolt_table_part(out, style, &line, dim, "%zu feed%s asked, %" PRIu64 " advisories", used->feeds_len,
			bolt_plural(used->feeds_len), advisories);
	bolt_out_char(out, '\n');
	if (used->feeds_len == 0) {
		bolt_put_color(out, style, yellow);
		bolt_out_text(out, "  ! no feed of the database covers these packages: run boltseal db status\n");
		bolt_put_color(out, style, "");
	}
	write_stale(used, style, out);
}
