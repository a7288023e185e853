/* The findings for people: by package, because a package is what somebody can update; the most urgent first. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "report/columns.h"
#include "report/finding_groups.h"
#include "report/table_parts.h"

enum {
	/* What a terminal shows: so many packages with so many of their vulnerabilities, then so many packages in a line each. The
	 * rest is counted; a pipe, json and html have everything. */
	OPEN_GROUPS = 10,
	OPEN_ROWS = 3,
	LISTED_GROUPS = 20,
};

static const char bold[] = "1", dim[] = "2", green[] = "32", alarm[] = "1;31";

const char *bolt_severity_color(enum bolt_severity severity)
{
	static const char *const codes[_BOLT_SEVERITY_MAX] = { "2", "2", "36", "33", "31", "1;31" };

	return codes[severity];
}

/* "12 critical · 40 high · 3 low", each in its colour, and what else there is to know of all of them. */
static void write_summary(const struct bolt_finding_counts *counts, const struct bolt_report_style *style, struct bolt_out *out)
{
	struct bolt_table_line severities = { .indent = 2 }, others = { .indent = 2 };

	for (int i = _BOLT_SEVERITY_MAX - 1; i >= 0; i--) {
		enum bolt_severity severity = (enum bolt_severity) i;

		if (counts->by_severity[i] > 0)
			bolt_table_part(out, style, &severities, bolt_severity_color(severity), "%zu %s", counts->by_severity[i],
					bolt_severity_text(severity));
	}
	if (counts->total > 0)
		bolt_out_char(out, '\n');
	bolt_table_part(out, style, &others, "", "%zu finding%s", counts->total, bolt_plural(counts->total));
	if (counts->exploited > 0)
		bolt_table_part(out, style, &others, alarm, "%zu known to be exploited", counts->exploited);
	if (counts->total > 0)
		bolt_table_part(out, style, &others, "", "%zu fixable", counts->fixable);
	if (counts->suppressed > 0)
		bolt_table_part(out, style, &others, "", "%zu suppressed", counts->suppressed);
	bolt_out_char(out, '\n');
}

/* One line of the findings' table. */
struct row {
	const struct bolt_finding_group *group;
	const struct bolt_finding *finding;
	char *title; /* owned */
	bool first;  /* of its group */
	size_t left; /* of the group, after this row, that are not shown */
};

struct rows {
	struct row *items;
	size_t len;
};

static void rows_done(struct rows *rows)
{
	for (size_t i = 0; i < rows->len; i++)
		free(rows->items[i].title);
	free(rows->items);
}

/* "exploited: first line of the title". */
static char *row_title(const struct bolt_finding *finding)
{
	const char *title = bolt_finding_title(finding);
	char *text = NULL;

	if (asprintf(&text, "%s%.*s", finding->kev.known ? "exploited: " : "", (int) strcspn(title, "\r\n"), title) < 0)
		return NULL;
	return text;
}

static int add_rows(struct rows *rows, const struct bolt_finding_group *group, size_t shown)
{
	for (size_t i = 0; i < shown; i++) {
		struct row *row = &rows->items[rows->len];

		*row = (struct row){ .group = group, .finding = group->rows[i].finding, .first = i == 0 };
		row->left = i + 1 == shown ? group->rows_len - shown : 0;
		row->title = row_title(row->finding);
		if (!row->title)
			return -ENOMEM;
		rows->len++;
	}
	return 0;
}

static const char *finding_cell(const void *context, size_t index, size_t column, char *scratch, size_t room)
{
	const struct row *row = &((const struct rows *) context)->items[index];

	switch (column) {
	case 0:
		(void) snprintf(scratch, room, "%u", row->finding->priority.score);
		return scratch;
	case 1:
		return bolt_severity_text(row->finding->severity);
	case 2:
		return row->finding->id;
	case 3:
		return bolt_finding_fix(row->finding);
	default:
		return row->title;
	}
}

static const char *finding_color(const void *context, size_t index, size_t column)
{
	const struct bolt_finding *finding = ((const struct rows *) context)->items[index].finding;

	if (column == 1 || (column == 2 && finding->severity >= BOLT_SEVERITY_HIGH))
		return bolt_severity_color(finding->severity);
	if (column == 3 && !finding->fixed_version)
		return dim;
	return column == 4 && finding->kev.known ? alarm : NULL;
}

struct names {
	struct bolt_buf buf;
	int failed;
};

static void add_name(void *context, const char *name)
{
	struct names *names = context;

	if (names->failed == 0)
		names->failed = bolt_buf_addf(&names->buf, "%s%s", names->buf.len ? ", " : "", name);
}

/* "base layer · in libssl1.1, openssl · 4 of 5 fixable" */
static int group_details(const struct bolt_finding_group *group, struct bolt_buf *buf)
{
	struct names names = { .buf = BOLT_BUF_INIT(SIZE_MAX / 4) };
	int r = 0;

	bolt_finding_group_packages(group, add_name, &names);
	if (names.failed == 0 && strcmp((const char *) names.buf.data, group->name) != 0)
		r = bolt_buf_addf(buf, " · in %s", (const char *) names.buf.data);
	r = names.failed ? names.failed : r;
	bolt_buf_done(&names.buf);
	if (r == 0 && group->fixable == group->rows_len)
		r = bolt_buf_addf(buf, " · %s", group->rows_len == 1 ? "fixable" : "all fixable");
	else if (r == 0)
		r = bolt_buf_addf(buf, " · %zu of %zu fixable", group->fixable, group->rows_len);
	return r;
}

/* The details are the first to go where there is no room. */
static void group_heading(const struct bolt_finding_group *group, const struct bolt_report_style *style, struct bolt_out *out)
{
	BOLT_CLEANUP(bolt_buf_done) struct bolt_buf details = BOLT_BUF_INIT(SIZE_MAX / 4);
	size_t room = style->columns > 4 ? style->columns - 2 : 0, used;

	bolt_out_text(out, "\n  ");
	bolt_put_color(out, style, bold);
	used = bolt_put_clean(out, group->name, room / 2);
	if (*group->version) {
		bolt_out_char(out, ' ');
		used += 1 + bolt_put_clean(out, group->version, room / 4);
	}
	bolt_put_color(out, style, "");
	bolt_put_color(out, style, dim);
	if (group->origin) {
		bolt_outf(out, " · %s layer", group->origin);
		used += strlen(group->origin) + strlen(" - layer") + 1;
	}
	if (group_details(group, &details) == 0 && (room == 0 || used + 4 < room))
		(void) bolt_put_clean(out, (const char *) details.data, room ? room - used : 0);
	bolt_put_color(out, style, "");
	bolt_out_char(out, '\n');
}

static void write_left(const struct row *row, const struct bolt_report_style *style, struct bolt_out *out)
{
	if (row->left == 0)
		return;
	bolt_put_color(out, style, dim);
	bolt_outf(out, "            … and %zu more\n", row->left);
	bolt_put_color(out, style, "");
}

static void before_finding(const void *context, size_t index, const struct bolt_report_style *style, struct bolt_out *out)
{
	const struct row *row = &((const struct rows *) context)->items[index];

	if (!row->first)
		return;
	if (index > 0)
		write_left(row - 1, style, out);
	group_heading(row->group, style, out);
}

static int write_open(const struct bolt_finding_group *groups, size_t n, const struct bolt_report_style *style,
		      struct bolt_out *out)
{
	/* "GHSA-jfh8-c2jp-5v3q" must be there to be copied. */
	const size_t id_min = style->columns >= 78 ? 19 : 12;
	const struct bolt_column columns[] = {
		{ .title = "PRIORITY", .right = true },
		{ .title = "SEVERITY" },
		{ .title = "ID", .min = id_min, .flexible = true },
		{ .title = "FIXED IN", .min = 12, .flexible = true },
		{ .title = "TITLE", .min = 8, .flexible = true },
	};
	struct rows rows = { 0 };
	size_t most = 0;
	int r = 0;

	for (size_t i = 0; i < n; i++)
		most += groups[i].rows_len;
	rows.items = calloc(most + 1, sizeof(*rows.items));
	if (!rows.items)
		return -ENOMEM;
	for (size_t i = 0; i < n && r == 0; i++) {
		bool all = style->columns == 0 || groups[i].rows_len <= OPEN_ROWS + 1;

		r = add_rows(&rows, &groups[i], all ? groups[i].rows_len : OPEN_ROWS);
	}
	struct bolt_columns table = { .columns = columns,
				      .columns_len = BOLT_ARRAY_LEN(columns),
				      .rows = rows.len,
				      .cell = finding_cell,
				      .context = &rows,
				      .indent = "  ",
				      .color = finding_color,
				      .before_row = before_finding };
	if (r == 0)
		bolt_columns_write(&table, style, out);
	if (r == 0 && rows.len > 0)
		write_left(&rows.items[rows.len - 1], style, out);
	rows_done(&rows);
	return r;
}

static const char *group_cell(const void *context, size_t index, size_t column, char *scratch, size_t room)
{
	const struct bolt_finding_group *group = &((const struct bolt_finding_group *) context)[index];

	switch (column) {
	case 0:
		(void) snprintf(scratch, room, "%u", group->rows[0].finding->priority.score);
		return scratch;
	case 1:
		return bolt_severity_text(group->rows[0].finding->severity);
	case 2:
		return group->name;
	case 3:
		return *group->version ? group->version : "-";
	case 4:
		return group->origin ? group->origin : "-";
	case 5:
		(void) snprintf(scratch, room, "%zu", group->rows_len);
		return scratch;
	default:
		return group->rows[0].finding->id;
	}
}

static const char *group_color(const void *context, size_t index, size_t column)
{
	return column == 1 ? bolt_severity_color(((const struct bolt_finding_group *) context)[index].rows[0].finding->severity)
			   : NULL;
}

/* Packages in a line each. */
static void write_listed(const struct bolt_finding_group *groups, size_t n, const struct bolt_report_style *style,
			 struct bolt_out *out)
{
	static const struct bolt_column columns[] = {
		{ .title = "PRIORITY", .right = true },
		{ .title = "SEVERITY" },
		{ .title = "PACKAGE", .min = 12, .flexible = true },
		{ .title = "INSTALLED", .min = 10, .flexible = true },
		{ .title = "ORIGIN" },
		{ .title = "VULNS", .right = true },
		{ .title = "WORST", .min = 14, .flexible = true },
	};
	/* A narrow terminal has room for what is wrong with a package, not for one example of it. */
	size_t columns_len = BOLT_ARRAY_LEN(columns) - (style->columns > 0 && style->columns < 74);
	struct bolt_columns table = { .columns = columns,
				      .columns_len = columns_len,
				      .rows = n,
				      .cell = group_cell,
				      .context = groups,
				      .indent = "  ",
				      .color = group_color };

	bolt_table_heading(out, style, "  Less urgent packages");
	bolt_columns_write(&table, style, out);
}

static void write_unlisted(const struct bolt_finding_groups *groups, size_t from, struct bolt_out *out)
{
	size_t rows = 0;

	for (size_t i = from; i < groups->len; i++)
		rows += groups->items[i].rows_len;
	if (rows > 0)
		bolt_outf(out, "  … and %zu more package%s with %zu; everything: --format html or json\n", groups->len - from,
			  bolt_plural(groups->len - from), rows);
}

int bolt_table_findings(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	const struct bolt_finding_counts counts = bolt_count_findings(report);
	struct bolt_finding_groups groups;
	char scratch[80];

	bolt_table_heading(out, style, "Vulnerabilities");
	if (report->findings_len == 0) {
		bool whole = !bolt_judgement_gap(report, scratch, sizeof(scratch));

		bolt_put_color(out, style, whole ? green : "33");
		bolt_outf(out, "  none known%s\n", whole ? "" : ", but see below");
		bolt_put_color(out, style, "");
		return 0;
	}
	write_summary(&counts, style, out);
	int r = bolt_finding_groups_make(report, &groups);
	if (r < 0)
		return r;
	size_t open = style->columns > 0 && groups.len > OPEN_GROUPS ? OPEN_GROUPS : groups.len;
	size_t listed = groups.len - open > LISTED_GROUPS ? LISTED_GROUPS : groups.len - open;
	bolt_out_char(out, '\n');
	if (open > 0)
		r = write_open(groups.items, open, style, out);
	if (r == 0 && listed > 0)
		write_listed(groups.items + open, listed, style, out);
	if (r == 0)
		write_unlisted(&groups, open + listed, out);
	bolt_finding_groups_done(&groups);
	return r;
}
