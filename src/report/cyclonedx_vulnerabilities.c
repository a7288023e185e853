/* CycloneDX 1.6 and 1.7, "vulnerabilities" (CycloneDX/specification, schema/bom-1.{6,7}.schema.json). */
#include "report/cyclonedx_vulnerabilities.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "report/findings.h"
#include "report/identity.h"

const char *bolt_cvss_method(const char *vector)
{
	static const struct {
		const char *prefix, *method;
	} rows[] = {
		{ "CVSS:4.0/", "CVSSv4" },
		{ "CVSS:3.1/", "CVSSv31" },
		{ "CVSS:3.0/", "CVSSv3" },
		{ "AV:", "CVSSv2" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (bolt_starts_with(vector, rows[i].prefix))
			return rows[i].method;
	}
	return "other";
}

static void put_property(struct bolt_json_writer *w, const char *name, const char *value)
{
	bolt_jw_object(w);
	bolt_jw_member(w, "name", name);
	bolt_jw_member(w, "value", value);
	bolt_jw_end_object(w);
}

/* The format has no word for "negligible". */
static const char *severity_text(enum bolt_severity severity)
{
	return severity == BOLT_SEVERITY_NEGLIGIBLE ? "info" : bolt_severity_text(severity);
}

/* The severity that was believed, with the score of the vector beside it: the two may have different sources. */
static void write_ratings(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	bolt_jw_key(w, "ratings");
	bolt_jw_array(w);
	bolt_jw_object(w);
	if (finding->severity_source) {
		bolt_jw_key(w, "source");
		bolt_jw_object(w);
		bolt_jw_member(w, "name", finding->severity_source);
		bolt_jw_end_object(w);
	}
	if (finding->cvss_vector) {
		bolt_jw_key(w, "score");
		bolt_jw_decimal(w, finding->cvss_tenths, 1);
	}
	bolt_jw_member(w, "severity", severity_text(finding->severity));
	if (finding->cvss_vector) {
		bolt_jw_member(w, "method", bolt_cvss_method(finding->cvss_vector));
		bolt_jw_member(w, "vector", finding->cvss_vector);
	}
	bolt_jw_end_object(w);
	bolt_jw_end_array(w);
}

/* "CWE-79" is 79 here. */
static void write_cwes(struct bolt_json_writer *w, const struct bolt_texts *cwes)
{
	bool begun = false;

	for (size_t i = 0; i < cwes->len; i++) {
		uint64_t number;

		if (!bolt_starts_with(cwes->items[i], "CWE-") || bolt_parse_u64(cwes->items[i] + 4, 1000000, &number) < 0 ||
		    number == 0)
			continue;
		if (!begun) {
			bolt_jw_key(w, "cwes");
			bolt_jw_array(w);
			begun = true;
		}
		bolt_jw_u64(w, number);
	}
	if (begun)
		bolt_jw_end_array(w);
}

static void write_aliases(struct bolt_json_writer *w, const struct bolt_texts *aliases)
{
	if (aliases->len == 0)
		return;
	bolt_jw_key(w, "references");
	bolt_jw_array(w);
	for (size_t i = 0; i < aliases->len; i++) {
		bolt_jw_object(w);
		bolt_jw_member(w, "id", aliases->items[i]);
		bolt_jw_key(w, "source");
		bolt_jw_object(w);
		bolt_jw_end_object(w);
		bolt_jw_end_object(w);
	}
	bolt_jw_end_array(w);
}

static void write_advisories(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	bolt_jw_key(w, "advisories");
	bolt_jw_array(w);
	for (size_t i = 0; i < finding->evidence_len; i++) {
		if (!bolt_is_web_url(finding->evidence[i].url))
			continue;
		bolt_jw_object(w);
		bolt_jw_member(w, "title", finding->evidence[i].advisory);
		bolt_jw_member(w, "url", finding->evidence[i].url);
		bolt_jw_end_object(w);
	}
	for (size_t i = 0; i < finding->references.len; i++) {
		if (!bolt_is_web_url(finding->references.items[i]))
			continue;
		bolt_jw_object(w);
		bolt_jw_member(w, "url", finding->references.items[i]);
		bolt_jw_end_object(w);
	}
	bolt_jw_end_array(w);
}

/* VEX labels in CycloneDX's words; its own stay. NULL for what it has no word for. */
static const char *justification_text(const char *justification)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{ "component_not_present", "code_not_present" },
		{ "vulnerable_code_not_present", "code_not_present" },
		{ "vulnerable_code_not_in_execute_path", "code_not_reachable" },
		{ "vulnerable_code_cannot_be_controlled_by_adversary", "requires_environment" },
		{ "inline_mitigations_already_exist", "protected_by_mitigating_control" },
		{ "code_not_present", "code_not_present" },
		{ "code_not_reachable", "code_not_reachable" },
		{ "requires_configuration", "requires_configuration" },
		{ "requires_dependency", "requires_dependency" },
		{ "requires_environment", "requires_environment" },
		{ "protected_by_compiler", "protected_by_compiler" },
		{ "protected_at_runtime", "protected_at_runtime" },
		{ "protected_at_perimeter", "protected_at_perimeter" },
		{ "protected_by_mitigating_control", "protected_by_mitigating_control" },
	};

	for (size_t i = 0; justification && i < BOLT_ARRAY_LEN(rows); i++) {
		if (strcmp(justification, rows[i].from) == 0)
			return rows[i].to;
	}
	return NULL;
}

/* Ignoring a finding accepts the risk; it does not say that there is none. */
static void write_analysis(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	const struct bolt_suppression *suppressed = &finding->suppressed;
	bool vex = suppressed->status != NULL, fixed = vex && strcmp(suppressed->status, "fixed") == 0;

	if (!suppressed->by && finding->status != BOLT_STATUS_UNDER_INVESTIGATION)
		return;
	bolt_jw_key(w, "analysis");
	bolt_jw_object(w);
	if (!suppressed->by) {
		bolt_jw_member(w, "state", "in_triage");
		bolt_jw_end_object(w);
		return;
	}
	bolt_jw_member(w, "state", fixed ? "resolved" : vex ? "not_affected" : "exploitable");
	if (vex && !fixed)
		bolt_jw_member_opt(w, "justification", justification_text(suppressed->justification));
	if (!vex) {
		bolt_jw_key(w, "response");
		bolt_jw_array(w);
		bolt_jw_text(w, "will_not_fix");
		bolt_jw_end_array(w);
	}
	bolt_jw_member_opt(w, "detail", suppressed->reason);
	bolt_jw_end_object(w);
}

static int write_affects(struct bolt_json_writer *w, const struct bolt_report *report, const struct bolt_finding *finding,
			 const size_t *ordinals)
{
	size_t index = (size_t) (finding->package - report->packages);
	struct bolt_package_walk walk = { .report = report, .package = finding->package, .ordinal = ordinals[index] };
	char *ref = bolt_package_ref(&walk);

	if (!ref)
		return -ENOMEM;
	bolt_jw_key(w, "affects");
	bolt_jw_array(w);
	bolt_jw_object(w);
	bolt_jw_member(w, "ref", ref);
	free(ref);
	if (*finding->package->version) {
		bolt_jw_key(w, "versions");
		bolt_jw_array(w);
		bolt_jw_object(w);
		bolt_jw_member(w, "version", finding->package->version);
		bolt_jw_member(w, "status", finding->status == BOLT_STATUS_UNDER_INVESTIGATION ? "unknown" : "affected");
		bolt_jw_end_object(w);
		bolt_jw_end_array(w);
	}
	bolt_jw_end_object(w);
	bolt_jw_end_array(w);
	return 0;
}

static void write_properties(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	char text[24];

	bolt_jw_key(w, "properties");
	bolt_jw_array(w);
	(void) snprintf(text, sizeof(text), "%u", finding->priority.score);
	put_property(w, "boltseal:priority", text);
	put_property(w, "boltseal:status", bolt_status_text(finding->status));
	if (finding->fixed_version)
		put_property(w, "boltseal:fixed_version", finding->fixed_version);
	if (finding->kev.known)
		put_property(w, "boltseal:exploited", finding->kev.added ? finding->kev.added : "true");
	if (finding->suppressed.by) {
		put_property(w, "boltseal:suppressed:by", finding->suppressed.by);
		if (finding->suppressed.source)
			put_property(w, "boltseal:suppressed:source", finding->suppressed.source);
	}
	bolt_jw_end_array(w);
}

static int write_finding(struct bolt_json_writer *w, const struct bolt_report *report, const struct bolt_finding *finding,
			 const size_t *ordinals)
{
	bolt_jw_object(w);
	bolt_jw_member(w, "id", finding->id);
	write_aliases(w, &finding->aliases);
	write_ratings(w, finding);
	write_cwes(w, &finding->cwes);
	bolt_jw_member_opt(w, "description", finding->title ? finding->title : finding->description);
	if (finding->title)
		bolt_jw_member_opt(w, "detail", finding->description);
	write_advisories(w, finding);
	if (bolt_is_timestamp(finding->published))
		bolt_jw_member(w, "published", finding->published);
	write_analysis(w, finding);
	int r = write_affects(w, report, finding, ordinals);
	write_properties(w, finding);
	bolt_jw_end_object(w);
	return r;
}

/* For each package how many of the same purl came before it, and one: what tells their references apart. */
static size_t *package_ordinals(const struct bolt_report *report)
{
	struct bolt_package_walk walk = { .report = report };
	size_t *ordinals = calloc(report->packages_len + 1, sizeof(*ordinals));

	while (ordinals && bolt_package_walk_next(&walk))
		ordinals[walk.next - 1] = walk.ordinal;
	return ordinals;
}

int bolt_cyclonedx_vulnerabilities(struct bolt_json_writer *w, const struct bolt_report *report)
{
	if (!bolt_report_judged(report))
		return 0;
	size_t *ordinals = package_ordinals(report);
	int r = ordinals ? 0 : -ENOMEM;

	bolt_jw_key(w, "vulnerabilities");
	bolt_jw_array(w);
	for (size_t i = 0; i < report->findings_len && r == 0; i++)
		r = write_finding(w, report, &report->findings[i], ordinals);
	bolt_jw_end_array(w);
	free(ordinals);
	return r;
}
