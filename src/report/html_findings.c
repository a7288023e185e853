/* The findings of the HTML page. Everything is there without a script: what is folded is <details>. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "report/finding_groups.h"
#include "report/html.h"
#include "report/markup.h"
#include "report/table_parts.h"

void bolt_html_fact(struct bolt_out *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	bolt_outf(out, "<dt>%s</dt><dd>", name);
	bolt_put_xml(out, value);
	bolt_out_text(out, "</dd>\n");
}

static void put_link(struct bolt_out *out, const char *url, const char *text)
{
	bool link = bolt_is_web_url(url);

	if (link) {
		bolt_out_text(out, "<a rel=\"noreferrer noopener nofollow\" href=\"");
		bolt_put_xml_attribute(out, url);
		bolt_out_text(out, "\">");
	}
	bolt_put_xml(out, text);
	if (link)
		bolt_out_text(out, "</a>");
}

static void begin_fact(struct bolt_out *out, const char *name)
{
	bolt_outf(out, "<dt>%s</dt><dd>", name);
}

static void end_fact(struct bolt_out *out)
{
	bolt_out_text(out, "</dd>\n");
}

static void put_list(struct bolt_out *out, const char *name, const char *between, const struct bolt_texts *texts)
{
	if (texts->len == 0)
		return;
	begin_fact(out, name);
	for (size_t i = 0; i < texts->len; i++) {
		bolt_out_text(out, i ? between : "");
		bolt_put_xml(out, texts->items[i]);
	}
	end_fact(out);
}

static void write_rating(const struct bolt_finding *finding, struct bolt_out *out)
{
	begin_fact(out, "Severity");
	bolt_out_text(out, bolt_severity_text(finding->severity));
	if (finding->severity_source) {
		bolt_out_text(out, " by ");
		bolt_put_xml(out, finding->severity_source);
	}
	end_fact(out);
	if (finding->cvss_vector) {
		begin_fact(out, "CVSS");
		bolt_outf(out, "%u.%u <code>", finding->cvss_tenths / 10, finding->cvss_tenths % 10);
		bolt_put_xml(out, finding->cvss_vector);
		bolt_out_text(out, "</code>");
		end_fact(out);
	}
	if (finding->epss.known) {
		begin_fact(out, "EPSS");
		bolt_outf(out, "%u.%02u %% likely to be exploited within 30 days, more than %u.%02u %% of all vulnerabilities",
			  finding->epss.score / 1000, finding->epss.score % 1000 / 10, finding->epss.percentile / 1000,
			  finding->epss.percentile % 1000 / 10);
		end_fact(out);
	}
	if (finding->kev.known) {
		begin_fact(out, "Exploited");
		bolt_out_text(out, "known to be exploited");
		bolt_out_text(out, finding->kev.ransomware ? ", also by ransomware" : "");
		bolt_out_text(out, finding->kev.added ? ", listed since " : "");
		bolt_put_xml(out, finding->kev.added);
		bolt_out_text(out, finding->kev.due ? ", to be fixed by " : "");
		bolt_put_xml(out, finding->kev.due);
		end_fact(out);
	}
}

/* The packages that this vulnerability is in, each with where it was found. */
static void write_places(const struct bolt_finding_row *row, struct bolt_out *out)
{
	bolt_out_text(out, "<h4>In</h4>\n<ul>\n");
	for (size_t i = 0; i < row->in_len; i++) {
		const struct bolt_package *package = row->in[i]->package;

		bolt_out_text(out, "<li><code>");
		bolt_put_xml(out, package->purl);
		bolt_out_text(out, "</code>");
		for (size_t k = 0; k < package->locations.len; k++) {
			bolt_out_text(out, k ? ", " : " <span class=\"soft\">from ");
			bolt_put_xml(out, package->locations.items[k]);
		}
		bolt_out_text(out, package->locations.len ? "</span>" : "");
		if (package->layer >= 0)
			bolt_outf(out, " <span class=\"soft\">(layer %d)</span>", package->layer);
		bolt_out_text(out, "</li>\n");
	}
	bolt_out_text(out, "</ul>\n");
}

static void write_evidence(const struct bolt_finding *finding, struct bolt_out *out)
{
	if (finding->evidence_len == 0)
		return;
	bolt_out_text(out, "<h4>Evidence</h4>\n<ul>\n");
	for (size_t i = 0; i < finding->evidence_len; i++) {
		const struct bolt_evidence *evidence = &finding->evidence[i];

		bolt_out_text(out, "<li>");
		put_link(out, evidence->url, evidence->advisory);
		bolt_out_text(out, " <span class=\"soft\">(");
		bolt_put_xml(out, evidence->part);
		bolt_out_text(out, ")</span>: ");
		bolt_put_xml(out, evidence->why);
		bolt_out_text(out, "</li>\n");
	}
	bolt_out_text(out, "</ul>\n");
}

static void write_references(const struct bolt_finding *finding, struct bolt_out *out)
{
	if (finding->references.len == 0)
		return;
	bolt_out_text(out, "<h4>References</h4>\n<ul>\n");
	for (size_t i = 0; i < finding->references.len; i++) {
		bolt_out_text(out, "<li>");
		put_link(out, finding->references.items[i], finding->references.items[i]);
		bolt_out_text(out, "</li>\n");
	}
	bolt_out_text(out, "</ul>\n");
}

static void write_more(const struct bolt_finding_row *row, struct bolt_out *out)
{
	const struct bolt_finding *finding = row->finding;

	bolt_out_text(out, "<div class=\"more\">\n");
	if (finding->description) {
		bolt_out_text(out, "<p>");
		bolt_put_xml(out, finding->description);
		bolt_out_text(out, "</p>\n");
	}
	bolt_out_text(out, "<dl class=\"facts small\">\n");
	put_list(out, "Priority", "\n", &finding->priority.reasons);
	write_rating(finding, out);
	bolt_html_fact(out, "Status", bolt_status_text(finding->status));
	put_list(out, "Also called", ", ", &finding->aliases);
	put_list(out, "Weakness", ", ", &finding->cwes);
	bolt_html_fact(out, "Published", finding->published);
	bolt_out_text(out, "</dl>\n");
	write_places(row, out);
	write_evidence(finding, out);
	write_references(finding, out);
	bolt_out_text(out, "</div>\n");
}

static void write_finding(const struct bolt_finding_row *row, struct bolt_out *out)
{
	const struct bolt_finding *finding = row->finding;
	const char *severity = bolt_severity_text(finding->severity);

	bolt_outf(out, "<details class=\"finding\" data-severity=\"%s\" data-kind=\"%s%s\">\n<summary>", severity,
		  finding->fixed_version ? "fixable" : "unfixed", finding->kev.known ? " exploited" : "");
	bolt_outf(out, "<span class=\"score\">%u</span> <span class=\"sev %s\">%s</span> <span class=\"mono\">",
		  finding->priority.score, severity, severity);
	bolt_put_xml_attribute(out, finding->id);
	bolt_outf(out, "</span> <span class=\"%s\">", finding->fixed_version ? "fix" : "nofix");
	bolt_out_text(out, finding->fixed_version ? "fixed in " : "");
	bolt_put_xml_attribute(out, bolt_finding_fix(finding));
	bolt_out_text(out, "</span> <span class=\"title\">");
	bolt_out_text(out, finding->kev.known ? "<span class=\"tag hot\">exploited</span> " : "");
	bolt_put_xml_attribute(out, bolt_finding_title(finding));
	bolt_out_text(out, "</span></summary>\n");
	write_more(row, out);
	bolt_out_text(out, "</details>\n");
}

struct names {
	struct bolt_out *out;
	const char *but; /* the group's own name says nothing new */
	size_t n;
};

static void put_name(void *context, const char *name)
{
	struct names *names = context;

	if (names->n++ == 0 && strcmp(name, names->but) == 0)
		return;
	bolt_out_text(names->out, names->n == 1 ? " · in " : ", ");
	bolt_put_xml(names->out, name);
}

static void write_group(const struct bolt_finding_group *group, size_t order, struct bolt_out *out)
{
	struct names names = { .out = out, .but = group->name };

	bolt_outf(out, "<article class=\"group card\" data-order=\"%zu\" data-count=\"%zu\" data-name=\"", order, group->rows_len);
	bolt_put_xml_attribute(out, group->name);
	bolt_out_text(out, "\">\n<h3>");
	bolt_put_xml(out, group->name);
	bolt_out_text(out, " <span class=\"mono soft\">");
	bolt_put_xml(out, group->version);
	bolt_out_text(out, "</span> <span class=\"tag\">");
	bolt_put_xml(out, group->type);
	bolt_out_text(out, "</span> ");
	if (group->origin)
		bolt_outf(out, "<span class=\"tag\">%s layer</span> ", group->origin);
	bolt_outf(out, "<span class=\"soft small\">%zu vulnerabilit%s, %zu fixable", group->rows_len,
		  group->rows_len == 1 ? "y" : "ies", group->fixable);
	bolt_finding_group_packages(group, put_name, &names);
	bolt_out_text(out, "</span></h3>\n");
	for (size_t i = 0; i < group->rows_len; i++)
		write_finding(&group->rows[i], out);
	bolt_out_text(out, "</article>\n");
}

/* Its controls do nothing without the script, which is why the script shows it. */
static void write_filter(struct bolt_out *out)
{
	bolt_out_text(
		out, "<div id=\"filter\" class=\"card\" hidden>\n"
		     "<input type=\"search\" placeholder=\"Filter: package, CVE, words\" aria-label=\"Filter findings\">\n"
		     "<select aria-label=\"Least severity\"><option value=\"0\">any severity</option><option value=\"2\">low and "
		     "up</option><option value=\"3\">medium and up</option><option value=\"4\">high and up</option><option "
		     "value=\"5\">critical</option></select>\n"
		     "<select aria-label=\"Kind\"><option value=\"\">all</option><option value=\"fixable\">fixable</option><option "
		     "value=\"unfixed\">no fix</option><option value=\"exploited\">exploited</option></select>\n"
		     "<select aria-label=\"Order of packages\"><option value=\"priority\">by priority</option><option "
		     "value=\"name\">by name</option><option value=\"count\">by number</option></select>\n"
		     "<button type=\"button\">Open or close all</button>\n<output></output>\n</div>\n");
}

int bolt_html_findings(const struct bolt_report *report, struct bolt_out *out)
{
	struct bolt_finding_groups groups;
	int r = bolt_finding_groups_make(report, &groups);

	if (r < 0)
		return r;
	if (groups.len > 0) {
		bolt_out_text(out, "<section>\n<h2>Findings by package</h2>\n");
		write_filter(out);
		bolt_out_text(out, "<div>\n");
		for (size_t i = 0; i < groups.len; i++)
			write_group(&groups.items[i], i, out);
		bolt_out_text(out, "</div>\n</section>\n");
	}
	bolt_finding_groups_done(&groups);
	return 0;
}

static void write_suppressed_row(const struct bolt_finding *finding, struct bolt_out *out)
{
	const struct bolt_suppression *suppressed = &finding->suppressed;
	const char *cells[] = { finding->package->name,    suppressed->by,     suppressed->source, suppressed->status,
				suppressed->justification, suppressed->reason, suppressed->expires };

	bolt_out_text(out, "<tr><th scope=\"row\" class=\"mono\">");
	bolt_put_xml(out, finding->id);
	bolt_outf(out, "</th><td class=\"sev %s\">%s</td>", bolt_severity_text(finding->severity),
		  bolt_severity_text(finding->severity));
	for (size_t i = 0; i < BOLT_ARRAY_LEN(cells); i++) {
		bolt_out_text(out, "<td>");
		bolt_put_xml(out, cells[i]);
		bolt_out_text(out, "</td>");
	}
	bolt_out_text(out, "</tr>\n");
}

void bolt_html_suppressed(const struct bolt_report *report, struct bolt_out *out)
{
	const size_t n = bolt_count_findings(report).suppressed;

	if (n == 0)
		return;
	bolt_out_text(out, "<section>\n<h2>Suppressed</h2>\n<div class=\"card tablebox\">\n<table>\n<thead><tr><th>ID</th>"
			   "<th>Severity</th><th>Package</th><th>By</th><th>Source</th><th>Status</th><th>Justification</th>"
			   "<th>Reason</th><th>Expires</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < report->findings_len; i++) {
		if (report->findings[i].suppressed.by)
			write_suppressed_row(&report->findings[i], out);
	}
	bolt_out_text(out, "</tbody>\n</table>\n</div>\n</section>\n");
}
