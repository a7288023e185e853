#include "report/json_findings.h"

#include "report/identity.h"

void bolt_json_texts(struct bolt_json_writer *w, const char *key, const struct bolt_texts *texts)
{
	bolt_jw_key(w, key);
	bolt_jw_array(w);
	for (size_t i = 0; i < texts->len; i++)
		bolt_jw_bytes(w, texts->items[i]);
	bolt_jw_end_array(w);
}

/* Text for people: what is not UTF-8 in it does not matter. */
static void write_words(struct bolt_json_writer *w, const char *key, const struct bolt_texts *texts)
{
	bolt_jw_key(w, key);
	bolt_jw_array(w);
	for (size_t i = 0; i < texts->len; i++)
		bolt_jw_text(w, texts->items[i]);
	bolt_jw_end_array(w);
}

static void write_rating(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	bolt_jw_member(w, "severity", bolt_severity_text(finding->severity));
	bolt_jw_member_opt(w, "severity_source", finding->severity_source);
	if (!finding->cvss_vector)
		return;
	bolt_jw_key(w, "cvss");
	bolt_jw_object(w);
	bolt_jw_key(w, "score");
	bolt_jw_decimal(w, finding->cvss_tenths, 1);
	bolt_jw_member(w, "vector", finding->cvss_vector);
	bolt_jw_end_object(w);
}

static void write_package(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	const struct bolt_package *package = finding->package;

	bolt_jw_member(w, "package", package->purl);
	bolt_jw_member(w, "package_name", package->name);
	bolt_jw_member(w, "installed_version", package->version);
	bolt_jw_member_opt(w, "fixed_version", finding->fixed_version);
	bolt_jw_member(w, "status", bolt_status_text(finding->status));
	if (package->layer >= 0)
		bolt_jw_member_u64(w, "layer", (uint64_t) package->layer);
	bolt_json_texts(w, "locations", &package->locations);
}

static void write_evidence(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	bolt_jw_key(w, "evidence");
	bolt_jw_array(w);
	for (size_t i = 0; i < finding->evidence_len; i++) {
		const struct bolt_evidence *evidence = &finding->evidence[i];

		bolt_jw_object(w);
		bolt_jw_member(w, "advisory", evidence->advisory);
		bolt_jw_member(w, "part", evidence->part);
		bolt_jw_member(w, "why", evidence->why);
		bolt_jw_member_opt(w, "url", evidence->url);
		bolt_jw_end_object(w);
	}
	bolt_jw_end_array(w);
}

static void write_exploitation(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	if (finding->epss.known) {
		bolt_jw_key(w, "epss");
		bolt_jw_object(w);
		bolt_jw_key(w, "score");
		bolt_jw_decimal(w, finding->epss.score, 5);
		bolt_jw_key(w, "percentile");
		bolt_jw_decimal(w, finding->epss.percentile, 5);
		bolt_jw_end_object(w);
	}
	if (finding->kev.known) {
		bolt_jw_key(w, "kev");
		bolt_jw_object(w);
		bolt_jw_member_opt(w, "added", finding->kev.added);
		bolt_jw_member_opt(w, "due", finding->kev.due);
		bolt_jw_key(w, "ransomware");
		bolt_jw_bool(w, finding->kev.ransomware);
		bolt_jw_end_object(w);
	}
}

static void write_priority(struct bolt_json_writer *w, const struct bolt_priority *priority)
{
	bolt_jw_key(w, "priority");
	bolt_jw_object(w);
	bolt_jw_member_u64(w, "score", priority->score);
	write_words(w, "reasons", &priority->reasons);
	bolt_jw_end_object(w);
}

static void write_suppression(struct bolt_json_writer *w, const struct bolt_suppression *suppressed)
{
	if (!suppressed->by)
		return;
	bolt_jw_key(w, "suppressed_by");
	bolt_jw_object(w);
	bolt_jw_member(w, "by", suppressed->by);
	bolt_jw_member_opt(w, "source", suppressed->source);
	bolt_jw_member_opt(w, "status", suppressed->status);
	bolt_jw_member_opt(w, "justification", suppressed->justification);
	bolt_jw_member_opt(w, "reason", suppressed->reason);
	bolt_jw_member_opt(w, "expires", suppressed->expires);
	bolt_jw_end_object(w);
}

static void write_finding(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	bolt_jw_object(w);
	bolt_jw_member(w, "id", finding->id);
	bolt_jw_member(w, "kind", "vulnerability");
	write_rating(w, finding);
	bolt_jw_member_opt(w, "title", finding->title);
	bolt_jw_member_opt(w, "description", finding->description);
	write_package(w, finding);
	write_words(w, "aliases", &finding->aliases);
	write_words(w, "cwes", &finding->cwes);
	write_words(w, "references", &finding->references);
	write_evidence(w, finding);
	bolt_jw_member_opt(w, "published", finding->published);
	write_exploitation(w, finding);
	write_priority(w, &finding->priority);
	write_suppression(w, &finding->suppressed);
	bolt_jw_end_object(w);
}

void bolt_json_findings(struct bolt_json_writer *w, const struct bolt_report *report)
{
	bolt_jw_key(w, "findings");
	bolt_jw_array(w);
	for (size_t i = 0; i < report->findings_len; i++)
		write_finding(w, &report->findings[i]);
	bolt_jw_end_array(w);
}

void bolt_json_actions(struct bolt_json_writer *w, const struct bolt_report *report)
{
	bolt_jw_key(w, "actions");
	bolt_jw_array(w);
	for (size_t i = 0; i < report->actions_len; i++) {
		const struct bolt_action *action = &report->actions[i];

		bolt_jw_object(w);
		bolt_jw_member(w, "kind", bolt_action_kind_text(action->kind));
		bolt_jw_member(w, "text", action->text);
		bolt_jw_member_u64(w, "removes", action->removes);
		bolt_jw_member_u64(w, "exploited", action->exploited);
		bolt_jw_member_u64(w, "priority", action->priority);
		write_words(w, "packages", &action->packages);
		bolt_jw_end_object(w);
	}
	bolt_jw_end_array(w);
}

void bolt_json_advisories(struct bolt_json_writer *w, const struct bolt_advisories_used *used)
{
	char text[BOLT_TIMESTAMP_TEXT];

	bolt_jw_key(w, "advisories");
	bolt_jw_object(w);
	bolt_jw_key(w, "used");
	bolt_jw_bool(w, used->used);
	if (used->used) {
		bolt_jw_member_u64(w, "generation", used->generation);
		bolt_jw_member(w, "built", bolt_timestamp(used->built_unix, text));
		bolt_jw_key(w, "feeds");
		bolt_jw_array(w);
		for (size_t i = 0; i < used->feeds_len; i++) {
			bolt_jw_object(w);
			bolt_jw_member(w, "part", used->feeds[i].part);
			bolt_jw_member(w, "updated", bolt_timestamp(used->feeds[i].updated_unix, text));
			bolt_jw_member_u64(w, "advisories", used->feeds[i].advisories);
			bolt_jw_key(w, "stale");
			bolt_jw_bool(w, used->feeds[i].stale);
			bolt_jw_end_object(w);
		}
		bolt_jw_end_array(w);
	}
	bolt_jw_end_object(w);
}
