#include "report/changes.h"

#include <inttypes.h>
#include <string.h>

#include "report/columns.h"
#include "report/table_parts.h"

static const char bold[] = "1", dim[] = "2", green[] = "32";

void bolt_json_told(struct bolt_json_writer *w, const struct bolt_told *told, const struct bolt_package *package)
{
	bolt_jw_member(w, "id", told->id);
	if (told->aliases.len > 0) {
		bolt_jw_key(w, "aliases");
		bolt_jw_array(w);
		for (size_t i = 0; i < told->aliases.len; i++)
			bolt_jw_text(w, told->aliases.items[i]);
		bolt_jw_end_array(w);
	}
	if (package) {
		bolt_jw_key(w, "package");
		bolt_jw_object(w);
		bolt_jw_member(w, "purl", package->purl);
		bolt_jw_member(w, "type", package->type);
		bolt_jw_member(w, "name", package->name);
		bolt_jw_member(w, "version", package->version);
		bolt_jw_end_object(w);
	}
	bolt_jw_member(w, "severity", bolt_severity_text(told->severity));
	bolt_jw_member(w, "status", bolt_status_text(told->status));
	bolt_jw_member_opt(w, "fixed_version", told->fixed_version);
	bolt_jw_key(w, "exploited");
	bolt_jw_bool(w, told->exploited);
}

void bolt_put_told(struct bolt_out *out, const struct bolt_report_style *style, const struct bolt_told *told,
		   const struct bolt_package *package)
{
	bolt_put_color(out, style, bolt_severity_color(told->severity));
	bolt_outf(out, "%-10s", bolt_severity_text(told->severity));
	bolt_put_color(out, style, "");
	bolt_out_char(out, ' ');
	size_t used = bolt_put_clean(out, told->id, 0);
	bolt_outf(out, "%*s ", used < 19 ? (int) (19 - used) : 0, "");
	(void) bolt_put_clean(out, package->name, 0);
	bolt_out_char(out, ' ');
	(void) bolt_put_clean(out, package->version, 0);
	if (told->fixed_version) {
		bolt_out_text(out, ", fixed in ");
		(void) bolt_put_clean(out, told->fixed_version, 0);
	} else if (told->status != BOLT_STATUS_AFFECTED) {
		bolt_outf(out, ", %s", bolt_status_text(told->status));
	}
	if (told->exploited)
		bolt_out_text(out, ", exploited");
}

static const char *change_text(const struct bolt_told_change *change)
{
	return !change->before ? "new" : change->now ? "changed" : "gone";
}

static void put_altered(struct bolt_out *out, const struct bolt_told_change *change)
{
	const struct bolt_told *before = change->before, *now = change->now;

	if (change->what & BOLT_CHANGED_SEVERITY)
		bolt_outf(out, "; was %s", bolt_severity_text(before->severity));
	if (change->what & BOLT_CHANGED_FIX)
		bolt_out_text(out, !before->fixed_version ? "; a fix is there now"
				   : now->fixed_version   ? "; the fix is another"
							  : "; the fix is gone");
	if (change->what & BOLT_CHANGED_STATUS)
		bolt_outf(out, "; was %s", bolt_status_text(before->status));
	if (change->what & BOLT_CHANGED_EXPLOITED)
		bolt_out_text(out, now->exploited ? "; now known to be exploited" : "; no longer known to be exploited");
}

static void put_image_name(struct bolt_out *out, const struct bolt_report_style *style, const struct bolt_subject *subject)
{
	const char *name = subject->name ? subject->name : "(no name)", *id = subject->digest ? subject->digest : subject->image_id;

	bolt_put_color(out, style, bold);
	(void) bolt_put_clean(out, name, 0);
	bolt_put_color(out, style, "");
	for (size_t i = 0; i < subject->tags.len; i++) {
		if (strcmp(subject->tags.items[i], name) == 0)
			continue;
		bolt_out_text(out, "  ");
		(void) bolt_put_clean(out, subject->tags.items[i], 0);
	}
	bolt_put_color(out, style, dim);
	if (id) {
		bolt_out_text(out, "  ");
		(void) bolt_put_clean(out, id, 0);
	}
	bolt_put_color(out, style, "");
	bolt_out_char(out, '\n');
}

static void table_image(struct bolt_rescan_writer *w, const struct bolt_image_changes *image)
{
	if (w->begun)
		bolt_out_char(&w->out, '\n');
	w->begun = true;
	put_image_name(&w->out, &w->style, &image->report->subject);
	for (size_t i = 0; i < image->changes_len; i++) {
		const struct bolt_told_change *change = &image->changes[i];
		const struct bolt_told *told = change->now ? change->now : change->before;

		bolt_put_color(&w->out, &w->style, change->now ? "" : green);
		bolt_outf(&w->out, "  %-8s ", change_text(change));
		bolt_put_color(&w->out, &w->style, "");
		bolt_put_told(&w->out, &w->style, told, &image->report->packages[told->package]);
		if (change->before && change->now)
			put_altered(&w->out, change);
		bolt_out_char(&w->out, '\n');
	}
}

/* Who has nothing to tell says nothing. */
static void table_finish(struct bolt_rescan_writer *w, const struct bolt_rescan_counts *counts)
{
	if (counts->changed == 0)
		return;
	bolt_outf(&w->out,
		  "\n%" PRIu64 " of %" PRIu64 " image%s changed: %" PRIu64 " new, %" PRIu64 " changed, %" PRIu64
		  " gone; advisories of generation %" PRIu64 "\n",
		  counts->changed, counts->images, bolt_plural(counts->images), counts->added, counts->altered, counts->gone,
		  counts->generation);
}

static void json_begin(struct bolt_rescan_writer *w)
{
	if (w->begun)
		return;
	w->begun = true;
	bolt_json_writer_init(&w->json, &w->out);
	bolt_jw_object(&w->json);
	bolt_jw_member(&w->json, "schema", "boltseal.rescan/1");
	bolt_jw_key(&w->json, "tool");
	bolt_jw_object(&w->json);
	bolt_jw_member(&w->json, "name", "boltseal");
	bolt_jw_member(&w->json, "version", w->style.tool_version);
	bolt_jw_end_object(&w->json);
	bolt_jw_key(&w->json, "images");
	bolt_jw_array(&w->json);
}

static void json_what(struct bolt_json_writer *w, unsigned what)
{
	static const struct {
		unsigned bit;
		const char *name;
	} names[] = { { BOLT_CHANGED_SEVERITY, "severity" },
		      { BOLT_CHANGED_FIX, "fixed_version" },
		      { BOLT_CHANGED_STATUS, "status" },
		      { BOLT_CHANGED_EXPLOITED, "exploited" } };

	bolt_jw_key(w, "what");
	bolt_jw_array(w);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(names); i++) {
		if (what & names[i].bit)
			bolt_jw_text(w, names[i].name);
	}
	bolt_jw_end_array(w);
}

static void json_change(struct bolt_json_writer *w, const struct bolt_told_change *change, const struct bolt_report *report)
{
	const struct bolt_told *told = change->now ? change->now : change->before;

	bolt_jw_object(w);
	bolt_jw_member(w, "change", change_text(change));
	bolt_json_told(w, told, &report->packages[told->package]);
	if (change->before && change->now) {
		json_what(w, change->what);
		bolt_jw_key(w, "before");
		bolt_jw_object(w);
		bolt_json_told(w, change->before, NULL);
		bolt_jw_end_object(w);
	}
	bolt_jw_end_object(w);
}

static void json_image(struct bolt_rescan_writer *w, const struct bolt_image_changes *image)
{
	const struct bolt_subject *subject = &image->report->subject;
	struct bolt_json_writer *json = &w->json;

	json_begin(w);
	bolt_jw_object(json);
	bolt_jw_member_opt(json, "kind", subject->kind);
	bolt_jw_member_opt(json, "name", subject->name);
	bolt_jw_member_opt(json, "digest", subject->digest);
	bolt_jw_member_opt(json, "image_id", subject->image_id);
	bolt_jw_member_opt(json, "platform", subject->platform);
	bolt_jw_key(json, "tags");
	bolt_jw_array(json);
	for (size_t i = 0; i < subject->tags.len; i++)
		bolt_jw_text(json, subject->tags.items[i]);
	bolt_jw_end_array(json);
	bolt_jw_member_u64(json, "judged_before", image->generation);
	bolt_jw_key(json, "changes");
	bolt_jw_array(json);
	for (size_t i = 0; i < image->changes_len; i++)
		json_change(json, &image->changes[i], image->report);
	bolt_jw_end_array(json);
	bolt_jw_end_object(json);
}

static void json_finish(struct bolt_rescan_writer *w, const struct bolt_rescan_counts *counts)
{
	json_begin(w);
	bolt_jw_end_array(&w->json);
	bolt_jw_member_u64(&w->json, "generation", counts->generation);
	bolt_jw_key(&w->json, "counts");
	bolt_jw_object(&w->json);
	bolt_jw_member_u64(&w->json, "images", counts->images);
	bolt_jw_member_u64(&w->json, "asked", counts->asked);
	bolt_jw_member_u64(&w->json, "changed", counts->changed);
	bolt_jw_member_u64(&w->json, "findings_new", counts->added);
	bolt_jw_member_u64(&w->json, "findings_changed", counts->altered);
	bolt_jw_member_u64(&w->json, "findings_gone", counts->gone);
	bolt_jw_end_object(&w->json);
	bolt_jw_end_object(&w->json);
	bolt_out_char(&w->out, '\n');
}

static const struct bolt_rescan_format formats[] = { { "table", table_image, table_finish }, { "json", json_image, json_finish } };
const char bolt_rescan_formats[] = "table, json";

const struct bolt_rescan_format *bolt_rescan_format_named(const char *name)
{
	for (size_t i = 0; i < BOLT_ARRAY_LEN(formats); i++) {
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	}
	return NULL;
}
