/* The report for people: what was looked at, its layers, its packages or what is wrong with them, what could not be read, what to
 * do first, and one line that sums it up. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "report/columns.h"
#include "report/counts.h"
#include "report/table_parts.h"
#include "report/writers.h"

static const char bold[] = "1", dim[] = "2", yellow[] = "33";

/* Never cut: a digest is there to be copied. Where it does not fit beside its name it has lines of its own. */
static void field(struct bolt_out *out, const struct bolt_report_style *style, const char *name, const char *value)
{
	static const char indent[] = "\n    ";
	const size_t name_columns = 12, indent_columns = sizeof(indent) - 2;
	size_t room = style->columns > indent_columns ? style->columns - indent_columns : 1;

	if (!value || !*value)
		return;
	bool beside = style->columns == 0 || name_columns + bolt_clean_columns(value) <= style->columns;
	bolt_put_color(out, style, dim);
	bolt_outf(out, beside ? "  %-8s  " : "  %s", name);
	bolt_put_color(out, style, "");
	if (beside)
		(void) bolt_put_clean(out, value, 0);
	else
		bolt_put_folded(out, value, indent, room);
	bolt_out_char(out, '\n');
}

static void write_subject(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	const struct bolt_subject *subject = &report->subject;

	bolt_put_color(out, style, bold);
	(void) bolt_put_clean(out, subject->name ? subject->name : "(no name)", style->columns);
	bolt_put_color(out, style, "");
	bolt_out_char(out, '\n');
	field(out, style, "kind", subject->kind);
	field(out, style, "digest", subject->digest);
	field(out, style, "image id", subject->image_id);
	field(out, style, "platform", subject->platform);
	field(out, style, "system", report->os.name ? report->os.name : report->os.id);
}

/* "sha256:0123456789ab...": twelve digits are what other tools show. */
static const char *short_digest(const char *digest, char *scratch, size_t room)
{
	const char *hex = digest ? strchr(digest, ':') : NULL;

	(void) snprintf(scratch, room, "%.12s", hex ? hex + 1 : digest ? digest : "-");
	return scratch;
}

/* The shell wrapper and BuildKit's notes tell nothing about a layer. */
static const char *short_command(const char *command)
{
	static const char *const wrappers[] = { "/bin/sh -c #(nop) ", "/bin/sh -c ", "|0 /bin/sh -c ", "RUN /bin/sh -c " };

	for (size_t i = 0; command && i < BOLT_ARRAY_LEN(wrappers); i++) {
		if (bolt_starts_with(command, wrappers[i])) {
			command += strlen(wrappers[i]);
			break;
		}
	}
	return command ? command + strspn(command, " \t") : "-";
}

static const char *layer_cell(const void *context, size_t row, size_t column, char *scratch, size_t room)
{
	const struct bolt_layer *layer = &((const struct bolt_subject *) context)->layers[row];

	switch (column) {
	case 0:
		(void) snprintf(scratch, room, "%zu", row);
		return scratch;
	case 1:
		return bolt_origin_text(layer->origin);
	case 2:
		return layer->size_bytes ? bolt_format_size(layer->size_bytes, scratch, room) : "-";
	case 3:
		return short_digest(layer->diff_id ? layer->diff_id : layer->digest, scratch, room);
	default:
		return short_command(layer->created_by);
	}
}

static void write_layers(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	static const struct bolt_column columns[] = {
		{ .title = "#", .right = true },
		{ .title = "ORIGIN" },
		{ .title = "SIZE", .right = true },
		{ .title = "DIFF ID" },
		{ .title = "CREATED BY", .min = 10, .flexible = true },
	};
	struct bolt_columns table = { columns,    BOLT_ARRAY_LEN(columns), report->subject.layers_len,
				      layer_cell, &report->subject,        "  " };

	if (report->subject.layers_len == 0)
		return;
	bolt_table_heading(out, style, "Layers");
	bolt_columns_write(&table, style, out);
}

static const char *index_text(int index, char *scratch, size_t room)
{
	if (index < 0)
		return "-";
	(void) snprintf(scratch, room, "%d", index);
	return scratch;
}

static const char *package_cell(const void *context, size_t row, size_t column, char *scratch, size_t room)
{
	const struct bolt_package *package = &((const struct bolt_package *) context)[row];

	switch (column) {
	case 0:
		return package->name;
	case 1:
		return *package->version ? package->version : "-";
	case 2:
		return package->type;
	case 3:
		return index_text(package->layer, scratch, room);
	default:
		return index_text(package->removed_layer, scratch, room);
	}
}

static void write_package_list(const struct bolt_package *packages, size_t n, bool layers, bool removed,
			       const struct bolt_report_style *style, struct bolt_out *out)
{
	static const struct bolt_column columns[] = {
		{ .title = "NAME", .min = 12, .flexible = true },
		{ .title = "VERSION", .min = 10, .flexible = true },
		{ .title = "TYPE" },
		{ .title = "LAYER", .right = true },
		{ .title = "REMOVED BY", .right = true },
	};
	struct bolt_columns table = { columns, removed ? 5 : layers ? 4 : 3, n, package_cell, packages, "  " };

	bolt_columns_write(&table, style, out);
}

/* "deb 88 · npm 214 · golang 3" */
static int write_counts(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	struct bolt_type_count *counts;
	size_t n, used = 2;

	if (bolt_count_types(report, &counts, &n) < 0)
		return -ENOMEM;
	bolt_out_text(out, "  ");
	for (size_t i = 0; i < n; i++) {
		char number[24];
		int width = snprintf(number, sizeof(number), " %zu", counts[i].count);
		size_t next = bolt_text_columns(counts[i].type) + (size_t) width;

		if (i > 0 && style->columns > 0 && used + 3 + next > style->columns) {
			bolt_out_text(out, "\n  ");
			used = 2;
		} else if (i > 0) {
			bolt_out_text(out, " · ");
			used += 3;
		}
		used += bolt_put_clean(out, counts[i].type, 0) + (size_t) width;
		bolt_out_text(out, number);
	}
	bolt_out_text(out, n ? "\n" : "none\n");
	free(counts);
	return 0;
}

static void write_warnings(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	bool headed = false;

	for (size_t i = 0; i < report->warnings_len; i++) {
		const struct bolt_warning *warning = &report->warnings[i];

		if (strcmp(warning->code, "feed-stale") == 0) /* the last lines tell the age of each feed */
			continue;
		if (!headed)
			bolt_table_heading(out, style, "Warnings");
		headed = true;
		bolt_put_color(out, style, yellow);
		bolt_out_text(out, "  ! ");
		(void) bolt_put_clean(out, warning->code, 0);
		bolt_put_color(out, style, "");
		if (warning->layer >= 0)
			bolt_outf(out, "  layer %d", warning->layer);
		if (warning->path) {
			bolt_out_text(out, "  ");
			(void) bolt_put_clean(out, warning->path, 0);
		}
		/* Never cut: it says what is not seen. */
		bolt_out_text(out, "\n    ");
		(void) bolt_put_clean(out, warning->message, 0);
		bolt_out_char(out, '\n');
	}
}

static void write_footer(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	const struct bolt_finding_counts counts = bolt_count_findings(report);
	const struct bolt_stats *stats = &report->stats;
	struct bolt_table_line line = { 0 };

	bolt_out_char(out, '\n');
	bolt_table_part(out, style, &line, bold, "%zu package%s", report->packages_len, bolt_plural(report->packages_len));
	if (bolt_report_judged(report) && !style->sbom)
		bolt_table_part(out, style, &line, bold, "%zu finding%s", counts.total, bolt_plural(counts.total));
	if (report->removed_packages_len > 0)
		bolt_table_part(out, style, &line, "", "%zu removed", report->removed_packages_len);
	if (report->subject.layers_len > 0)
		bolt_table_part(out, style, &line, "", "%zu layer%s", report->subject.layers_len,
				bolt_plural(report->subject.layers_len));
	if (stats->files > 0)
		bolt_table_part(out, style, &line, "", "%" PRIu64 " files", stats->files);
	if (report->warnings_len > 0)
		bolt_table_part(out, style, &line, yellow, "%zu warning%s", report->warnings_len,
				bolt_plural(report->warnings_len));
	if (stats->elapsed_usec > 0)
		bolt_table_part(out, style, &line, "", "%.2f s", (double) stats->elapsed_usec / 1e6);
	bolt_out_char(out, '\n');
}

static void write_packages(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	if (report->packages_len > 0) {
		bolt_out_char(out, '\n');
		write_package_list(report->packages, report->packages_len, report->subject.layers_len > 0, false, style, out);
	}
	if (report->removed_packages_len > 0 && !style->sbom) {
		bolt_table_heading(out, style, "Removed by a later layer, still in the image");
		write_package_list(report->removed_packages, report->removed_packages_len, true, true, style, out);
	}
}

int bolt_write_table(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	/* Nobody wants three hundred packages above what is wrong with them. */
	bool judged = bolt_report_judged(report) && !style->sbom;

	write_subject(report, style, out);
	if (!style->sbom)
		write_layers(report, style, out);
	bolt_table_heading(out, style, "Packages");
	int r = write_counts(report, style, out);
	if (r == 0 && judged)
		r = bolt_table_findings(report, style, out);
	else if (r == 0)
		write_packages(report, style, out);
	write_warnings(report, style, out);
	if (r == 0 && judged)
		r = bolt_table_actions(report, style, out);
	if (judged)
		bolt_table_advisories(report, style, out);
	write_footer(report, style, out);
	return r;
}
