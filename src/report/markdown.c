/* For a comment on a change, as GitHub and GitLab show it: what to do, the most urgent findings, the rest folded. A comment may
 * have 65,536 characters, so it is bounded, and says what it leaves out. */
#include <errno.h>
#include <stdlib.h>

#include "report/finding_groups.h"
#include "report/identity.h"
#include "report/markup.h"
#include "report/table_parts.h"
#include "report/writers.h"

enum {
	OPEN_ROWS = 10,
	/* With the widths below about 500 characters a row at the most when texts are hostile, about 200 when they are not. */
	ALL_ROWS = 100,
	NAME_COLUMNS = 40,
	VERSION_COLUMNS = 30,
	TITLE_COLUMNS = 80,
	ACTION_COLUMNS = 300,
	WARNINGS = 10,
};

static void write_counts(const struct bolt_finding_counts *counts, struct bolt_out *out)
{
	const char *between = "";

	for (int i = _BOLT_SEVERITY_MAX - 1; i >= 0; i--) {
		if (counts->by_severity[i] == 0)
			continue;
		bolt_outf(out, "%s**%zu %s**", between, counts->by_severity[i], bolt_severity_text((enum bolt_severity) i));
		between = ", ";
	}
	if (counts->total == 0)
		bolt_out_text(out, "**No known vulnerabilities**");
	if (counts->exploited > 0)
		bolt_outf(out, " · **%zu known to be exploited**", counts->exploited);
	if (counts->total > 0)
		bolt_outf(out, " · %zu fixable", counts->fixable);
	if (counts->suppressed > 0)
		bolt_outf(out, " · %zu suppressed", counts->suppressed);
	bolt_out_text(out, "\n\n");
}

static void write_actions(const struct bolt_report *report, struct bolt_out *out)
{
	if (report->actions_len == 0)
		return;
	bolt_out_text(out, "**Do first**\n\n");
	for (size_t i = 0; i < report->actions_len; i++) {
		bolt_outf(out, "%zu. ", i + 1);
		bolt_put_markdown(out, report->actions[i].text, ACTION_COLUMNS);
		bolt_out_char(out, '\n');
	}
	bolt_out_char(out, '\n');
}

static void put_code(struct bolt_out *out, const char *text, size_t max)
{
	if (!*text)
		return;
	bolt_out_text(out, "<code>");
	bolt_put_markdown(out, text, max);
	bolt_out_text(out, "</code>");
}

static void write_row(const struct bolt_finding_group *group, const struct bolt_finding *finding, struct bolt_out *out)
{
	const char *url = bolt_finding_url(finding);

	bolt_outf(out, "| %u | %s%s | ", finding->priority.score, bolt_severity_text(finding->severity),
		  finding->kev.known ? ", **exploited**" : "");
	bolt_out_text(out, url ? "[" : "");
	bolt_put_markdown(out, finding->id, NAME_COLUMNS);
	if (url)
		bolt_outf(out, "](<%s>)", url);
	bolt_out_text(out, " | ");
	put_code(out, group->name, NAME_COLUMNS);
	bolt_out_text(out, " | ");
	put_code(out, group->version, VERSION_COLUMNS);
	bolt_out_text(out, " | ");
	if (finding->fixed_version)
		put_code(out, finding->fixed_version, VERSION_COLUMNS);
	else
		bolt_out_text(out, bolt_finding_fix(finding));
	bolt_outf(out, " | %s | ", group->origin ? group->origin : "");
	bolt_put_markdown(out, bolt_finding_title(finding), TITLE_COLUMNS);
	bolt_out_text(out, " |\n");
}

static void begin_table(struct bolt_out *out)
{
	bolt_out_text(out, "| Priority | Severity | ID | Package | Installed | Fixed in | Layer | Title |\n"
			   "|---:|---|---|---|---|---|---|---|\n");
}

/* A row of a group, and which. */
struct row {
	const struct bolt_finding_group *group;
	const struct bolt_finding *finding;
};

static int compare_rows(const void *left, const void *right)
{
	const struct row *a = left, *b = right;

	return (a->finding > b->finding) - (a->finding < b->finding);
}

static struct row *all_rows(const struct bolt_finding_groups *groups, size_t *ret_len)
{
	size_t n = 0, at = 0;

	for (size_t i = 0; i < groups->len; i++)
		n += groups->items[i].rows_len;
	struct row *rows = calloc(n + 1, sizeof(*rows));
	for (size_t i = 0; i < groups->len && rows; i++) {
		for (size_t k = 0; k < groups->items[i].rows_len; k++)
			rows[at++] = (struct row){ &groups->items[i], groups->items[i].rows[k].finding };
	}
	if (rows)
		qsort(rows, n, sizeof(*rows), compare_rows);
	*ret_len = n;
	return rows;
}

static int write_findings(const struct bolt_report *report, struct bolt_out *out)
{
	struct bolt_finding_groups groups;
	size_t n = 0;
	int r = bolt_finding_groups_make(report, &groups);
	if (r < 0)
		return r;
	struct row *rows = all_rows(&groups, &n);
	size_t shown = n < ALL_ROWS ? n : ALL_ROWS;

	if (rows && n > 0)
		begin_table(out);
	for (size_t i = 0; rows && i < shown; i++) {
		if (i == OPEN_ROWS) {
			bolt_outf(out, "\n<details>\n<summary>%zu more</summary>\n\n", n - i);
			begin_table(out);
		}
		write_row(rows[i].group, rows[i].finding, out);
	}
	if (shown < n)
		bolt_outf(out, "\n%zu more are not shown here: see the report in JSON or HTML.\n", n - shown);
	if (shown > OPEN_ROWS)
		bolt_out_text(out, "\n</details>\n");
	r = rows ? 0 : -ENOMEM;
	free(rows);
	bolt_finding_groups_done(&groups);
	return r;
}

static void write_warnings(const struct bolt_report *report, struct bolt_out *out)
{
	if (report->warnings_len == 0)
		return;
	bolt_outf(out, "\n<details>\n<summary>%zu warning%s: not everything could be seen</summary>\n\n", report->warnings_len,
		  bolt_plural(report->warnings_len));
	for (size_t i = 0; i < report->warnings_len && i < WARNINGS; i++) {
		bolt_out_text(out, "- ");
		put_code(out, report->warnings[i].code, NAME_COLUMNS);
		bolt_out_char(out, ' ');
		bolt_put_markdown(out, report->warnings[i].message, ACTION_COLUMNS);
		bolt_out_char(out, '\n');
	}
	if (report->warnings_len > WARNINGS)
		bolt_outf(out, "- and %zu more\n", report->warnings_len - WARNINGS);
	bolt_out_text(out, "\n</details>\n");
}

static void write_footer(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	char built[BOLT_TIMESTAMP_TEXT], gap[80];
	const char *why = bolt_judgement_gap(report, gap, sizeof(gap));

	bolt_outf(out, "\n<sub>%zu packages", report->packages_len);
	if (report->advisories.used)
		bolt_outf(out, " · advisories of %.10s", bolt_timestamp(report->advisories.built_unix, built));
	if (why)
		bolt_outf(out, " · **%s**", why);
	bolt_outf(out, " · boltseal %s</sub>\n", style->tool_version);
}

int bolt_write_markdown(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	const struct bolt_finding_counts counts = bolt_count_findings(report);
	int r = 0;

	bolt_out_text(out, "### Vulnerabilities in ");
	put_code(out, report->subject.name ? report->subject.name : "the subject", TITLE_COLUMNS);
	bolt_out_text(out, "\n\n");
	if (bolt_report_judged(report)) {
		write_counts(&counts, out);
		write_actions(report, out);
		r = write_findings(report, out);
	} else {
		bolt_out_text(out, "Nobody looked for vulnerabilities.\n");
	}
	write_warnings(report, out);
	write_footer(report, style, out);
	return r;
}
