/* boltseal.report/1 (docs/schema/report-1.schema.json). A member whose value is not known is left out; the members of the report
 * itself are always there. Bytes that are not UTF-8 become U+FFFD, but in lists of texts and in paths \xNN. All but `stats` is the
 * same for the same subject. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_writer.h"
#include "report/counts.h"
#include "report/identity.h"
#include "report/json_findings.h"
#include "report/writers.h"

static void write_path(struct bolt_json_writer *w, const char *key, const char *path)
{
	if (!path)
		return;
	bolt_jw_key(w, key);
	bolt_jw_bytes(w, path);
}

static void write_index(struct bolt_json_writer *w, const char *key, int index)
{
	if (index >= 0)
		bolt_jw_member_u64(w, key, (uint64_t) index);
}

static void write_layer(struct bolt_json_writer *w, const struct bolt_layer *layer, size_t index)
{
	bolt_jw_object(w);
	bolt_jw_member_u64(w, "index", index);
	bolt_jw_member_opt(w, "digest", layer->digest);
	bolt_jw_member_opt(w, "diff_id", layer->diff_id);
	bolt_jw_member_u64(w, "size", layer->size_bytes);
	bolt_jw_member_opt(w, "created_by", layer->created_by);
	bolt_jw_member(w, "origin", bolt_origin_text(layer->origin));
	bolt_jw_member_opt(w, "origin_reason", layer->origin_reason);
	bolt_jw_end_object(w);
}

static void write_subject(struct bolt_json_writer *w, const struct bolt_subject *subject)
{
	bolt_jw_key(w, "subject");
	bolt_jw_object(w);
	bolt_jw_member(w, "kind", subject->kind);
	bolt_jw_member_opt(w, "name", subject->name);
	bolt_jw_member_opt(w, "digest", subject->digest);
	bolt_jw_member_opt(w, "image_id", subject->image_id);
	bolt_jw_member_opt(w, "platform", subject->platform);
	bolt_json_texts(w, "tags", &subject->tags);
	bolt_jw_key(w, "layers");
	bolt_jw_array(w);
	for (size_t i = 0; i < subject->layers_len; i++)
		write_layer(w, &subject->layers[i], i);
	bolt_jw_end_array(w);
	bolt_jw_end_object(w);
}

static void write_os(struct bolt_json_writer *w, const struct bolt_os *os)
{
	bolt_jw_key(w, "os");
	if (!os->id) {
		bolt_jw_text(w, NULL);
		return;
	}
	bolt_jw_object(w);
	bolt_jw_member(w, "id", os->id);
	bolt_jw_member_opt(w, "name", os->name);
	bolt_jw_member_opt(w, "version_id", os->version_id);
	bolt_jw_member_opt(w, "version_codename", os->version_codename);
	bolt_jw_member_opt(w, "variant_id", os->variant_id);
	bolt_jw_member_opt(w, "id_like", os->id_like);
	write_path(w, "location", os->location);
	bolt_jw_end_object(w);
}

static void write_package(struct bolt_json_writer *w, const struct bolt_package *package)
{
	bolt_jw_object(w);
	bolt_jw_member(w, "purl", package->purl);
	bolt_jw_member(w, "name", package->name);
	bolt_jw_member(w, "version", package->version);
	bolt_jw_member_opt(w, "arch", package->arch);
	if (package->source_name) {
		bolt_jw_key(w, "source");
		bolt_jw_object(w);
		bolt_jw_member(w, "name", package->source_name);
		bolt_jw_member_opt(w, "version", package->source_version);
		bolt_jw_end_object(w);
	}
	bolt_jw_member_opt(w, "modularity", package->modularity);
	bolt_jw_member_opt(w, "owner", package->owner);
	bolt_jw_member(w, "ecosystem", package->type);
	write_index(w, "layer", package->layer);
	write_index(w, "removed_layer", package->removed_layer);
	bolt_json_texts(w, "locations", &package->locations);
	bolt_json_texts(w, "licenses", &package->licenses);
	bolt_jw_member_opt(w, "cataloger", package->cataloger);
	bolt_jw_end_object(w);
}

static void write_packages(struct bolt_json_writer *w, const char *key, const struct bolt_package *packages, size_t n)
{
	bolt_jw_key(w, key);
	bolt_jw_array(w);
	for (size_t i = 0; i < n; i++)
		write_package(w, &packages[i]);
	bolt_jw_end_array(w);
}

static int write_stats(struct bolt_json_writer *w, const struct bolt_report *report, const struct bolt_report_style *style)
{
	const struct bolt_stats *stats = &report->stats;
	struct bolt_type_count *counts;
	char created[BOLT_TIMESTAMP_TEXT];
	size_t n;

	if (bolt_count_types(report, &counts, &n) < 0)
		return -ENOMEM;
	bolt_jw_key(w, "stats");
	bolt_jw_object(w);
	bolt_jw_member(w, "created", bolt_timestamp(style->created_unix, created));
	bolt_jw_member_u64(w, "packages", report->packages_len);
	bolt_jw_member_u64(w, "removed_packages", report->removed_packages_len);
	bolt_jw_key(w, "packages_by_ecosystem");
	bolt_jw_object(w);
	for (size_t i = 0; i < n; i++)
		bolt_jw_member_u64(w, counts[i].type, counts[i].count);
	bolt_jw_end_object(w);
	bolt_jw_member_u64(w, "files", stats->files);
	bolt_jw_member_u64(w, "directories", stats->directories);
	bolt_jw_member_u64(w, "bytes_read", stats->bytes_read);
	bolt_jw_member_u64(w, "bytes_uncompressed", stats->bytes_uncompressed);
	bolt_jw_member_u64(w, "elapsed_usec", stats->elapsed_usec);
	bolt_jw_member_u64(w, "peak_rss_bytes", stats->peak_rss_bytes);
	bolt_jw_end_object(w);
	free(counts);
	return 0;
}

static void write_warnings(struct bolt_json_writer *w, const struct bolt_report *report)
{
	bolt_jw_key(w, "warnings");
	bolt_jw_array(w);
	for (size_t i = 0; i < report->warnings_len; i++) {
		const struct bolt_warning *warning = &report->warnings[i];

		bolt_jw_object(w);
		bolt_jw_member(w, "code", warning->code);
		bolt_jw_member(w, "message", warning->message);
		write_path(w, "path", warning->path);
		write_index(w, "layer", warning->layer);
		bolt_jw_end_object(w);
	}
	bolt_jw_end_array(w);
}

int bolt_write_json(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	struct bolt_json_writer w;

	bolt_json_writer_init(&w, out);
	bolt_jw_object(&w);
	bolt_jw_member(&w, "schema", "boltseal.report/1");
	bolt_jw_key(&w, "tool");
	bolt_jw_object(&w);
	bolt_jw_member(&w, "name", "boltseal");
	bolt_jw_member(&w, "version", style->tool_version);
	bolt_jw_end_object(&w);
	write_subject(&w, &report->subject);
	write_os(&w, &report->os);
	write_packages(&w, "packages", report->packages, report->packages_len);
	write_packages(&w, "removed_packages", report->removed_packages, report->removed_packages_len);
	bolt_json_findings(&w, report);
	bolt_json_actions(&w, report);
	bolt_json_advisories(&w, &report->advisories);
	bolt_jw_member(&w, "verdict", NULL);
	int r = write_stats(&w, report, style);
	write_warnings(&w, report);
	bolt_jw_end_object(&w);
	return r;
}
