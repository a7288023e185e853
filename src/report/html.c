/* One HTML page that needs nothing else: no other file, no network, no script to be read. It holds strangers' texts, so its policy
 * allows nothing but its own style sheet and script, by their digests. */
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "core/digest.h"
#include "core/text.h"
#include "report/html.h"
#include "report/identity.h"
#include "report/markup.h"
#include "report/table_parts.h"
#include "report/writers.h"

/* "'sha256-<base64>'" as a policy wants it (Content Security Policy level 3). */
static int put_source(struct bolt_out *out, const char *name, const char *text)
{
	unsigned char base64[64];
	struct bolt_digest digest;
	int r = bolt_digest_of(BOLT_DIGEST_SHA256, text, strlen(text), &digest);

	if (r < 0)
		return r;
	(void) EVP_EncodeBlock(base64, digest.bytes, 32);
	bolt_outf(out, "; %s 'sha256-%s'", name, (const char *) base64);
	return 0;
}

static int write_head(const struct bolt_report *report, struct bolt_out *out)
{
	bolt_out_text(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
			   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'");
	int r = put_source(out, "style-src", bolt_html_style);
	if (r == 0)
		r = put_source(out, "script-src", bolt_html_script);
	bolt_out_text(out, "; base-uri 'none'; form-action 'none'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
			   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
	bolt_put_xml_attribute(out, report->subject.name ? report->subject.name : "report");
	bolt_outf(out, " - boltseal</title>\n<style>%s</style>\n</head>\n<body>\n", bolt_html_style);
	return r;
}

static void write_subject(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	const struct bolt_subject *subject = &report->subject;
	char created[BOLT_TIMESTAMP_TEXT];

	bolt_out_text(out, "<header>\n<p class=\"brand\">boltseal vulnerability report</p>\n<h1>");
	bolt_put_xml(out, subject->name ? subject->name : "(no name)");
	bolt_out_text(out, "</h1>\n<dl class=\"facts small\">\n");
	bolt_html_fact(out, "Digest", subject->digest);
	bolt_html_fact(out, "Image ID", subject->image_id);
	bolt_html_fact(out, "Platform", subject->platform);
	bolt_html_fact(out, "System", report->os.name ? report->os.name : report->os.id);
	bolt_html_fact(out, "Written", bolt_timestamp(style->created_unix, created));
	bolt_out_text(out, "</dl>\n</header>\n");
}

static void write_tile(struct bolt_out *out, const char *class, size_t n, const char *text)
{
	bolt_outf(out, "<div class=\"card tile %s%s\"><b>%zu</b>%s</div>\n", class, n ? "" : " none", n, text);
}

static void write_bar(const struct bolt_finding_counts *counts, struct bolt_out *out)
{
	size_t at = 0;

	bolt_out_text(out, "<svg class=\"bar\" viewBox=\"0 0 10000 12\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
	for (int i = _BOLT_SEVERITY_MAX - 1; i >= 0; i--) {
		size_t width = counts->by_severity[i] * 10000 / counts->total;

		if (counts->by_severity[i] > 0)
			bolt_outf(out, "<rect class=\"%s\" x=\"%zu\" y=\"0\" width=\"%zu\" height=\"12\"/>",
				  bolt_severity_text((enum bolt_severity) i), at, width);
		at += width;
	}
	bolt_out_text(out, "</svg>\n");
}

static void write_summary(const struct bolt_finding_counts *counts, struct bolt_out *out)
{
	bolt_out_text(out, "<section aria-label=\"Summary\">\n<div class=\"tiles\">\n");
	for (int i = _BOLT_SEVERITY_MAX - 1; i >= 0; i--)
		write_tile(out, bolt_severity_text((enum bolt_severity) i), counts->by_severity[i],
			   bolt_severity_text((enum bolt_severity) i));
	write_tile(out, "critical", counts->exploited, "exploited");
	write_tile(out, "good", counts->fixable, "fixable");
	bolt_out_text(out, "</div>\n");
	if (counts->total > 0)
		write_bar(counts, out);
	bolt_outf(out, "<p class=\"soft small\">%zu finding%s in all", counts->total, bolt_plural(counts->total));
	if (counts->suppressed > 0)
		bolt_outf(out, ", and %zu that somebody suppressed", counts->suppressed);
	bolt_out_text(out, ".</p>\n</section>\n");
}

/* Nothing found is told apart from nobody looked. */
static void write_verdict(const struct bolt_report *report, const struct bolt_finding_counts *counts, struct bolt_out *out)
{
	char gap[80];
	const char *why = bolt_judgement_gap(report, gap, sizeof(gap));

	if (why)
		bolt_outf(out, "<p class=\"card warn\">This report is not the whole story: %s.</p>\n", why);
	else if (counts->total == 0)
		bolt_out_text(out, "<p class=\"card clean\">No known vulnerabilities.</p>\n");
}

static void write_actions(const struct bolt_report *report, struct bolt_out *out)
{
	if (report->actions_len == 0)
		return;
	bolt_out_text(out, "<section>\n<h2>Do first</h2>\n<ol class=\"actions\">\n");
	for (size_t i = 0; i < report->actions_len; i++) {
		const struct bolt_action *action = &report->actions[i];

		bolt_out_text(out, "<li class=\"card\"><p>");
		bolt_put_xml(out, action->text);
		bolt_outf(out, "</p><p class=\"soft small\">%s · %zu finding%s", bolt_action_kind_text(action->kind),
			  action->removes, bolt_plural(action->removes));
		if (action->exploited > 0)
			bolt_outf(out, ", %zu exploited", action->exploited);
		bolt_out_text(out, "</p></li>\n");
	}
	bolt_out_text(out, "</ol>\n</section>\n");
}

static void write_warnings(const struct bolt_report *report, struct bolt_out *out)
{
	if (report->warnings_len == 0)
		return;
	bolt_out_text(out, "<section>\n<h2>Warnings</h2>\n");
	for (size_t i = 0; i < report->warnings_len; i++) {
		const struct bolt_warning *warning = &report->warnings[i];

		bolt_out_text(out, "<div class=\"card warn\"><p>");
		bolt_put_xml(out, warning->message);
		bolt_out_text(out, "</p><p class=\"soft small mono\">");
		bolt_put_xml(out, warning->code);
		bolt_out_text(out, warning->path ? " · " : "");
		bolt_put_xml(out, warning->path);
		if (warning->layer >= 0)
			bolt_outf(out, " · layer %d", warning->layer);
		bolt_out_text(out, "</p></div>\n");
	}
	bolt_out_text(out, "</section>\n");
}

static void write_layers(const struct bolt_subject *subject, struct bolt_out *out)
{
	char size[24];

	if (subject->layers_len == 0)
		return;
	bolt_out_text(out, "<section>\n<h2>Layers</h2>\n<div class=\"card tablebox\">\n<table>\n<thead><tr><th class=\"num\">#</th>"
			   "<th>Origin</th><th class=\"num\">Size</th><th>Created by</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < subject->layers_len; i++) {
		const struct bolt_layer *layer = &subject->layers[i];

		bolt_outf(out, "<tr><td class=\"num\">%zu</td><td>%s</td><td class=\"num\">%s</td><td class=\"mono\">", i,
			  bolt_origin_text(layer->origin), bolt_format_size(layer->size_bytes, size, sizeof(size)));
		bolt_put_xml(out, layer->created_by);
		bolt_out_text(out, "</td></tr>\n");
	}
	bolt_out_text(out, "</tbody>\n</table>\n</div>\n</section>\n");
}

static void write_feeds(const struct bolt_advisories_used *used, struct bolt_out *out)
{
	char text[BOLT_TIMESTAMP_TEXT];

	if (!used->used)
		return;
	bolt_outf(out, "<section>\n<h2>Advisories</h2>\n<p class=\"soft small\">Generation %llu of the database, of %s.</p>\n",
		  (unsigned long long) used->generation, bolt_timestamp(used->built_unix, text));
	if (used->feeds_len > 0)
		bolt_out_text(out, "<div class=\"card tablebox\">\n<table>\n<thead><tr><th>Feed</th><th>Last changed</th>"
				   "<th class=\"num\">Advisories</th><th>State</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < used->feeds_len; i++) {
		bolt_out_text(out, "<tr><td class=\"mono\">");
		bolt_put_xml(out, used->feeds[i].part);
		bolt_outf(out, "</td><td>%s</td><td class=\"num\">%llu</td><td class=\"sev %s\">%s</td></tr>\n",
			  bolt_timestamp(used->feeds[i].updated_unix, text), (unsigned long long) used->feeds[i].advisories,
			  used->feeds[i].stale ? "medium" : "good", used->feeds[i].stale ? "out of date" : "current");
	}
	bolt_out_text(out, used->feeds_len > 0 ? "</tbody>\n</table>\n</div>\n</section>\n" : "</section>\n");
}

static void write_packages(const struct bolt_report *report, struct bolt_out *out)
{
	bolt_outf(out,
		  "<section>\n<h2>Packages</h2>\n<details class=\"packages card\">\n<summary>%zu package%s</summary>\n"
		  "<div class=\"tablebox\">\n<table>\n<thead><tr><th>Name</th><th>Version</th><th>Type</th><th "
		  "class=\"num\">Layer</th>"
		  "<th>Licences</th></tr></thead>\n<tbody>\n",
		  report->packages_len, bolt_plural(report->packages_len));
	for (size_t i = 0; i < report->packages_len; i++) {
		const struct bolt_package *package = &report->packages[i];

		bolt_out_text(out, "<tr><th scope=\"row\">");
		bolt_put_xml(out, package->name);
		bolt_out_text(out, "</th><td class=\"mono\">");
		bolt_put_xml(out, package->version);
		bolt_out_text(out, "</td><td>");
		bolt_put_xml(out, package->type);
		bolt_out_text(out, "</td><td class=\"num\">");
		if (package->layer >= 0)
			bolt_outf(out, "%d", package->layer);
		bolt_out_text(out, "</td><td>");
		for (size_t k = 0; k < package->licenses.len; k++) {
			bolt_out_text(out, k ? "; " : "");
			bolt_put_xml(out, package->licenses.items[k]);
		}
		bolt_out_text(out, "</td></tr>\n");
	}
	bolt_out_text(out, "</tbody>\n</table>\n</div>\n</details>\n</section>\n");
}

int bolt_write_html(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	const struct bolt_finding_counts counts = bolt_count_findings(report);
	int r = write_head(report, out);

	write_subject(report, style, out);
	bolt_out_text(out, "<main>\n");
	if (bolt_report_judged(report))
		write_summary(&counts, out);
	write_verdict(report, &counts, out);
	write_actions(report, out);
	if (r == 0)
		r = bolt_html_findings(report, out);
	bolt_html_suppressed(report, out);
	write_warnings(report, out);
	write_layers(&report->subject, out);
	write_feeds(&report->advisories, out);
	write_packages(report, out);
	bolt_outf(out,
		  "</main>\n<footer>Written by boltseal %s. The page holds no link to anything it needs and runs no script but its "
		  "own.</footer>\n"
		  "<script>%s</script>\n</body>\n</html>\n",
		  style->tool_version, bolt_html_script);
	return r;
}
