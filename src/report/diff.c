#include "report/diff.h"

#include <string.h>

#include "report/changes.h"
#include "report/columns.h"
#include "report/markup.h"
#include "report/table_parts.h"

enum {
	/* Of a comment, which may have 65,536 characters: rows of each list, columns of a name. */
	MARKDOWN_ROWS = 60,
	MARKDOWN_COLUMNS = 60,
};

static const char *const fates[] = { "added", "fixed", "removed" };

static const char *name_of(const struct bolt_diff_side *side)
{
	return side->report->subject.name ? side->report->subject.name : "(no name)";
}

static const char *change_of(const struct bolt_package_change *change)
{
	return !change->before ? "added" : change->now ? "changed" : "removed";
}

static const char *version_of(const struct bolt_package *package)
{
	return package && *package->version ? package->version : "-";
}

static void table_packages(const struct bolt_diff *diff, const struct bolt_report_style *style, struct bolt_out *out)
{
	bolt_table_heading(out, style, "Packages");
	bolt_outf(out, "  %zu added, %zu removed, %zu changed\n", diff->packages_added, diff->packages_removed,
		  diff->packages_changed);
	for (size_t i = 0; i < diff->packages_len; i++) {
		const struct bolt_package_change *change = &diff->packages[i];
		const struct bolt_package *package = change->now ? change->now : change->before;

		bolt_outf(out, "  %-8s ", change_of(change));
		(void) bolt_put_clean(out, package->type, 0);
		bolt_out_char(out, ' ');
		(void) bolt_put_clean(out, package->name, 0);
		bolt_out_char(out, ' ');
		(void) bolt_put_clean(out, version_of(change->before ? change->before : change->now), 0);
		if (change->before && change->now) {
			bolt_out_text(out, " -> ");
			(void) bolt_put_clean(out, version_of(change->now), 0);
		}
		bolt_out_char(out, '\n');
	}
}

static void table_findings(const struct bolt_diff *diff, const struct bolt_report_style *style, struct bolt_out *out)
{
	bolt_table_heading(out, style, "Findings");
	if (!diff->judged) {
		bolt_out_text(out, "  not looked for: there is no advisory database\n");
		return;
	}
	bolt_outf(out, "  %zu added, %zu fixed, %zu removed, %zu in both\n", diff->added, diff->fixed, diff->removed, diff->kept);
	for (size_t i = 0; i < diff->findings_len; i++) {
		bolt_outf(out, "  %-8s ", fates[diff->findings[i].fate]);
		bolt_put_told(out, style, diff->findings[i].told, diff->findings[i].package);
		bolt_out_char(out, '\n');
	}
}

static void write_table(const struct bolt_diff *diff, const struct bolt_report_style *style, struct bolt_out *out)
{
	bolt_put_color(out, style, "1");
	(void) bolt_put_clean(out, name_of(&diff->before), 0);
	bolt_out_text(out, " -> ");
	(void) bolt_put_clean(out, name_of(&diff->now), 0);
	bolt_put_color(out, style, "");
	bolt_out_char(out, '\n');
	table_packages(diff, style, out);
	table_findings(diff, style, out);
}

static void json_side(struct bolt_json_writer *w, const char *key, const struct bolt_diff_side *side)
{
	const struct bolt_subject *subject = &side->report->subject;

	bolt_jw_key(w, key);
	bolt_jw_object(w);
	bolt_jw_member_opt(w, "kind", subject->kind);
	bolt_jw_member_opt(w, "name", subject->name);
	bolt_jw_member_opt(w, "digest", subject->digest);
	bolt_jw_member_opt(w, "image_id", subject->image_id);
	bolt_jw_member_opt(w, "platform", subject->platform);
	bolt_jw_member_opt(w, "system", side->report->os.name);
	bolt_jw_member_u64(w, "packages", side->report->packages_len);
	bolt_jw_end_object(w);
}

static void json_packages(struct bolt_json_writer *w, const struct bolt_diff *diff)
{
	bolt_jw_key(w, "packages");
	bolt_jw_array(w);
	for (size_t i = 0; i < diff->packages_len; i++) {
		const struct bolt_package_change *change = &diff->packages[i];
		const struct bolt_package *package = change->now ? change->now : change->before;

		bolt_jw_object(w);
		bolt_jw_member(w, "change", change_of(change));
		bolt_jw_member(w, "type", package->type);
		bolt_jw_member(w, "name", package->name);
		bolt_jw_member_opt(w, "before", change->before ? change->before->version : NULL);
		bolt_jw_member_opt(w, "before_purl", change->before ? change->before->purl : NULL);
		bolt_jw_member_opt(w, "now", change->now ? change->now->version : NULL);
		bolt_jw_member_opt(w, "now_purl", change->now ? change->now->purl : NULL);
		bolt_jw_end_object(w);
	}
	bolt_jw_end_array(w);
}

static void json_findings(struct bolt_json_writer *w, const struct bolt_diff *diff)
{
	bolt_jw_key(w, "findings");
	bolt_jw_array(w);
	for (size_t i = 0; i < diff->findings_len; i++) {
		bolt_jw_object(w);
		bolt_jw_member(w, "change", fates[diff->findings[i].fate]);
		bolt_json_told(w, diff->findings[i].told, diff->findings[i].package);
		bolt_jw_end_object(w);
	}
	bolt_jw_end_array(w);
}

static void json_counts(struct bolt_json_writer *w, const struct bolt_diff *diff)
{
	bolt_jw_key(w, "counts");
	bolt_jw_object(w);
	bolt_jw_member_u64(w, "packages_added", diff->packages_added);
	bolt_jw_member_u64(w, "packages_removed", diff->packages_removed);
	bolt_jw_member_u64(w, "packages_changed", diff->packages_changed);
	if (diff->judged) {
		bolt_jw_member_u64(w, "findings_added", diff->added);
		bolt_jw_member_u64(w, "findings_fixed", diff->fixed);
		bolt_jw_member_u64(w, "findings_removed", diff->removed);
		bolt_jw_member_u64(w, "findings_kept", diff->kept);
	}
	bolt_jw_end_object(w);
}

static void write_json(const struct bolt_diff *diff, const struct bolt_report_style *style, struct bolt_out *out)
{
	struct bolt_json_writer w;

	bolt_json_writer_init(&w, out);
	bolt_jw_object(&w);
	bolt_jw_member(&w, "schema", "boltseal.diff/1");
	bolt_jw_key(&w, "tool");
	bolt_jw_object(&w);
	bolt_jw_member(&w, "name", "boltseal");
	bolt_jw_member(&w, "version", style->tool_version);
	bolt_jw_end_object(&w);
	json_side(&w, "before", &diff->before);
	json_side(&w, "now", &diff->now);
	json_packages(&w, diff);
	if (diff->judged) {
		json_findings(&w, diff);
		bolt_jw_member_u64(&w, "generation", diff->now.stamp.generation);
	}
	json_counts(&w, diff);
	bolt_jw_end_object(&w);
	bolt_out_char(out, '\n');
}

static void markdown_more(struct bolt_out *out, size_t len)
{
	if (len > MARKDOWN_ROWS)
		bolt_outf(out, "\n… and %zu more\n", len - MARKDOWN_ROWS);
	bolt_out_char(out, '\n');
}

static void cell(struct bolt_out *out, const char *text)
{
	bolt_out_text(out, " | ");
	bolt_put_markdown(out, text, MARKDOWN_COLUMNS);
}

static void markdown_findings(const struct bolt_diff *diff, struct bolt_out *out)
{
	bolt_outf(out, "**Findings:** %zu added, %zu fixed, %zu removed, %zu in both\n\n", diff->added, diff->fixed, diff->removed,
		  diff->kept);
	if (diff->findings_len > 0)
		bolt_out_text(out, "| | Severity | Vulnerability | Package | Version | Fixed in |\n|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < diff->findings_len && i < MARKDOWN_ROWS; i++) {
		const struct bolt_finding_change *change = &diff->findings[i];

		bolt_outf(out, "| %s | %s%s", fates[change->fate], bolt_severity_text(change->told->severity),
			  change->told->exploited ? ", **exploited**" : "");
		cell(out, change->told->id);
		cell(out, change->package->name);
		cell(out, version_of(change->package));
		cell(out, change->told->fixed_version ? change->told->fixed_version : "-");
		bolt_out_text(out, " |\n");
	}
	markdown_more(out, diff->findings_len);
}

static void markdown_packages(const struct bolt_diff *diff, struct bolt_out *out)
{
	bolt_outf(out, "**Packages:** %zu added, %zu removed, %zu changed\n\n", diff->packages_added, diff->packages_removed,
		  diff->packages_changed);
	if (diff->packages_len > 0)
		bolt_out_text(out, "| | Package | Type | Before | Now |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < diff->packages_len && i < MARKDOWN_ROWS; i++) {
		const struct bolt_package_change *change = &diff->packages[i];
		const struct bolt_package *package = change->now ? change->now : change->before;

		bolt_outf(out, "| %s", change_of(change));
		cell(out, package->name);
		cell(out, package->type);
		cell(out, version_of(change->before));
		cell(out, version_of(change->now));
		bolt_out_text(out, " |\n");
	}
	markdown_more(out, diff->packages_len);
}

static void write_markdown(const struct bolt_diff *diff, const struct bolt_report_style *style, struct bolt_out *out)
{
	(void) style;
	bolt_out_text(out, "### ");
	bolt_put_markdown(out, name_of(&diff->before), MARKDOWN_COLUMNS);
	bolt_out_text(out, " → ");
	bolt_put_markdown(out, name_of(&diff->now), MARKDOWN_COLUMNS);
	bolt_out_text(out, "\n\n");
	if (diff->judged)
		markdown_findings(diff, out);
	markdown_packages(diff, out);
}

static const struct bolt_diff_format formats[] = { { "table", write_table },
						   { "json", write_json },
						   { "markdown", write_markdown } };
const char bolt_diff_formats[] = "table, json, markdown";

const struct bolt_diff_format *bolt_diff_format_named(const char *name)
{
	for (size_t i = 0; i < BOLT_ARRAY_LEN(formats); i++) {
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	}
	return NULL;
}
