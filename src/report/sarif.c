/* SARIF 2.1.0 (OASIS sarif-v2.1.0): a rule for each vulnerability, a result for each vulnerability of a package. What code hosts
 * make of it (GitHub: "SARIF support for code scanning") decides where the standard leaves a choice. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/json_writer.h"
#include "core/text.h"
#include "report/findings.h"
#include "report/identity.h"
#include "report/writers.h"

static void put_message(struct bolt_json_writer *w, const char *key, const char *text)
{
	bolt_jw_key(w, key);
	bolt_jw_object(w);
	bolt_jw_member(w, "text", text);
	bolt_jw_end_object(w);
}

static const char *level_of(enum bolt_severity severity)
{
	return severity >= BOLT_SEVERITY_HIGH ? "error" : severity == BOLT_SEVERITY_MEDIUM ? "warning" : "note";
}

/* Code hosts sort by this number alone, so it must say the severity that was believed: the score of the vector where it lies in
 * that severity's band (CVSS 3.1, section 5), else the middle of the band. NULL when nothing is known. */
static const char *security_severity(const struct bolt_finding *finding, char *scratch, size_t room)
{
	static const struct {
		unsigned from, to, middle; /* tenths */
	} bands[_BOLT_SEVERITY_MAX] = {
		[BOLT_SEVERITY_NEGLIGIBLE] = { 1, 19, 10 }, [BOLT_SEVERITY_LOW] = { 1, 39, 25 },
		[BOLT_SEVERITY_MEDIUM] = { 40, 69, 55 },    [BOLT_SEVERITY_HIGH] = { 70, 89, 80 },
		[BOLT_SEVERITY_CRITICAL] = { 90, 100, 95 },
	};
	unsigned tenths = finding->cvss_vector ? finding->cvss_tenths : 0;

	if (finding->severity == BOLT_SEVERITY_UNKNOWN)
		return NULL;
	if (tenths < bands[finding->severity].from || tenths > bands[finding->severity].to)
		tenths = bands[finding->severity].middle;
	(void) snprintf(scratch, room, "%u.%u", tenths / 10, tenths % 10);
	return scratch;
}

static void write_rule_properties(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	char score[16];
	const char *number = security_severity(finding, score, sizeof(score));

	bolt_jw_key(w, "properties");
	bolt_jw_object(w);
	bolt_jw_member(w, "precision", "very-high");
	bolt_jw_member_opt(w, "security-severity", number);
	bolt_jw_key(w, "tags");
	bolt_jw_array(w);
	bolt_jw_text(w, "security");
	bolt_jw_text(w, "vulnerability");
	bolt_jw_text(w, bolt_severity_text(finding->severity));
	if (finding->kev.known)
		bolt_jw_text(w, "exploited");
	bolt_jw_end_array(w);
	bolt_jw_end_object(w);
}

static void write_rule(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	const char *title = bolt_finding_title(finding);

	bolt_jw_object(w);
	bolt_jw_member(w, "id", finding->id);
	bolt_jw_member(w, "name", "KnownVulnerability");
	put_message(w, "shortDescription", *title ? title : finding->id);
	put_message(w, "fullDescription", finding->description ? finding->description : *title ? title : finding->id);
	bolt_jw_member_opt(w, "helpUri", bolt_finding_url(finding));
	put_message(w, "help", finding->description ? finding->description : *title ? title : finding->id);
	bolt_jw_key(w, "defaultConfiguration");
	bolt_jw_object(w);
	bolt_jw_member(w, "level", level_of(finding->severity));
	bolt_jw_end_object(w);
	write_rule_properties(w, finding);
	bolt_jw_end_object(w);
}

/* Rules in the order of their names; rule_of[finding] becomes the index of its rule. */
static void write_rules(struct bolt_json_writer *w, const struct bolt_report *report, const size_t *order, size_t *rule_of)
{
	size_t rules = 0;

	bolt_jw_key(w, "rules");
	bolt_jw_array(w);
	for (size_t i = 0; i < report->findings_len; i++) {
		const struct bolt_finding *finding = &report->findings[order[i]];

		if (i == 0 || strcmp(report->findings[order[i - 1]].id, finding->id) != 0) {
			write_rule(w, finding);
			rules++;
		}
		rule_of[order[i]] = rules - 1;
	}
	bolt_jw_end_array(w);
}

static int put_result_message(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	BOLT_CLEANUP(bolt_buf_done) struct bolt_buf text = BOLT_BUF_INIT(SIZE_MAX / 4);
	const struct bolt_package *package = finding->package;
	const char *title = bolt_finding_title(finding);
	int r = bolt_buf_addf(&text, "%s %s has %s (%s)%s%s", package->name, package->version, finding->id,
			      bolt_severity_text(finding->severity), *title ? ": " : "", title);

	if (r == 0 && finding->fixed_version)
		r = bolt_buf_addf(&text, "\nFixed in %s.", finding->fixed_version);
	else if (r == 0)
		r = bolt_buf_addf(&text, "\nNo fixed version (%s).", bolt_finding_fix(finding));
	if (r == 0 && finding->kev.known)
		r = bolt_buf_addf(&text, "\nKnown to be exploited.");
	if (r == 0)
		put_message(w, "message", (const char *) text.data);
	return r;
}

/* A path as a URI below the root of what was scanned. */
static int put_uri(struct bolt_json_writer *w, const char *path)
{
	BOLT_CLEANUP(bolt_buf_done) struct bolt_buf uri = BOLT_BUF_INIT(SIZE_MAX / 4);
	int r = *path ? 0 : bolt_buf_addf(&uri, ".");

	for (const unsigned char *p = (const unsigned char *) path; *p && r == 0; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
			     strchr("-._~/", *p);

		r = plain ? bolt_buf_add(&uri, p, 1) : bolt_buf_addf(&uri, "%%%02X", *p);
	}
	if (r == 0)
		bolt_jw_member(w, "uri", (const char *) uri.data);
	return r;
}

static int write_location(struct bolt_json_writer *w, const struct bolt_finding *finding, const char *path)
{
	bolt_jw_object(w);
	bolt_jw_key(w, "physicalLocation");
	bolt_jw_object(w);
	bolt_jw_key(w, "artifactLocation");
	bolt_jw_object(w);
	int r = put_uri(w, path);
	bolt_jw_member(w, "uriBaseId", "ROOT");
	bolt_jw_end_object(w);
	bolt_jw_key(w, "region");
	bolt_jw_object(w);
	bolt_jw_member_u64(w, "startLine", 1); /* without one, code hosts show nothing */
	bolt_jw_end_object(w);
	bolt_jw_end_object(w);
	bolt_jw_key(w, "logicalLocations");
	bolt_jw_array(w);
	bolt_jw_object(w);
	bolt_jw_member(w, "name", finding->package->name);
	bolt_jw_member(w, "fullyQualifiedName", finding->package->purl);
	bolt_jw_member(w, "kind", "package");
	bolt_jw_end_object(w);
	bolt_jw_end_array(w);
	bolt_jw_end_object(w);
	return r;
}

static int write_locations(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	const struct bolt_texts *paths = &finding->package->locations;
	int r = 0;

	bolt_jw_key(w, "locations");
	bolt_jw_array(w);
	if (paths->len == 0)
		r = write_location(w, finding, finding->package->name);
	for (size_t i = 0; i < paths->len && r == 0; i++)
		r = write_location(w, finding, paths->items[i]);
	bolt_jw_end_array(w);
	return r;
}

/* The same for the same vulnerability in the same package at the same place, whatever its version: a result that an update did not
 * remove is not a new one. */
static int write_fingerprints(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	BOLT_CLEANUP(bolt_buf_done) struct bolt_buf text = BOLT_BUF_INIT(SIZE_MAX / 4);
	const struct bolt_texts *paths = &finding->package->locations;
	char hex[17];
	int r = bolt_buf_addf(&text, "%s\n%s\n%s\n%s", finding->id, finding->package->type, finding->package->name,
			      paths->len ? paths->items[0] : "");

	if (r == 0)
		r = bolt_short_digest((const char *) text.data, hex);
	if (r < 0)
		return r;
	bolt_jw_key(w, "partialFingerprints");
	bolt_jw_object(w);
	bolt_jw_member(w, "boltsealFinding/v1", hex);
	bolt_jw_member(w, "primaryLocationLineHash", hex);
	bolt_jw_end_object(w);
	return 0;
}

static void write_suppressions(struct bolt_json_writer *w, const struct bolt_suppression *suppressed)
{
	bolt_jw_key(w, "suppressions");
	bolt_jw_array(w);
	if (suppressed->by) {
		bolt_jw_object(w);
		bolt_jw_member(w, "kind", "external");
		bolt_jw_member(w, "status", "accepted");
		bolt_jw_member_opt(w, "justification", suppressed->reason ? suppressed->reason : suppressed->justification);
		bolt_jw_key(w, "properties");
		bolt_jw_object(w);
		bolt_jw_member(w, "by", suppressed->by);
		bolt_jw_member_opt(w, "source", suppressed->source);
		bolt_jw_member_opt(w, "vexStatus", suppressed->status);
		bolt_jw_member_opt(w, "vexJustification", suppressed->justification);
		bolt_jw_member_opt(w, "expires", suppressed->expires);
		bolt_jw_end_object(w);
		bolt_jw_end_object(w);
	}
	bolt_jw_end_array(w);
}

static void write_result_properties(struct bolt_json_writer *w, const struct bolt_report *report,
				    const struct bolt_finding *finding)
{
	bolt_jw_key(w, "properties");
	bolt_jw_object(w);
	bolt_jw_member(w, "installedVersion", finding->package->version);
	bolt_jw_member_opt(w, "fixedVersion", finding->fixed_version);
	bolt_jw_member(w, "status", bolt_status_text(finding->status));
	bolt_jw_member_u64(w, "priority", finding->priority.score);
	bolt_jw_member_opt(w, "layerOrigin", bolt_finding_origin(report, finding));
	bolt_jw_key(w, "exploited");
	bolt_jw_bool(w, finding->kev.known);
	bolt_jw_end_object(w);
}

static int write_result(struct bolt_json_writer *w, const struct bolt_report *report, const struct bolt_finding *finding,
			size_t rule)
{
	bolt_jw_object(w);
	bolt_jw_member(w, "ruleId", finding->id);
	bolt_jw_member_u64(w, "ruleIndex", rule);
	bolt_jw_member(w, "kind", "fail");
	bolt_jw_member(w, "level", level_of(finding->severity));
	int r = put_result_message(w, finding);
	if (r == 0)
		r = write_locations(w, finding);
	if (r == 0)
		r = write_fingerprints(w, finding);
	write_suppressions(w, &finding->suppressed);
	bolt_jw_key(w, "rank"); /* 0.0 to 100.0 */
	bolt_jw_decimal(w, finding->priority.score < 1000 ? finding->priority.score : 1000, 1);
	write_result_properties(w, report, finding);
	bolt_jw_end_object(w);
	return r;
}

/* What was scanned, and whether the scan may be taken for whole. */
static void write_run_facts(struct bolt_json_writer *w, const struct bolt_report *report)
{
	bolt_jw_key(w, "originalUriBaseIds");
	bolt_jw_object(w);
	bolt_jw_key(w, "ROOT");
	bolt_jw_object(w);
	put_message(w, "description", "The root of the file tree that was scanned.");
	bolt_jw_end_object(w);
	bolt_jw_end_object(w);
	bolt_jw_key(w, "invocations");
	bolt_jw_array(w);
	bolt_jw_object(w);
	bolt_jw_key(w, "executionSuccessful");
	bolt_jw_bool(w, true);
	bolt_jw_key(w, "toolExecutionNotifications");
	bolt_jw_array(w);
	for (size_t i = 0; i < report->warnings_len; i++) {
		bolt_jw_object(w);
		bolt_jw_member(w, "level", "warning");
		put_message(w, "message", report->warnings[i].message);
		bolt_jw_end_object(w);
	}
	bolt_jw_end_array(w);
	bolt_jw_end_object(w);
	bolt_jw_end_array(w);
	bolt_jw_key(w, "properties");
	bolt_jw_object(w);
	bolt_jw_member_opt(w, "subject", report->subject.name);
	bolt_jw_member_opt(w, "digest", report->subject.digest);
	bolt_jw_member_opt(w, "imageID", report->subject.image_id);
	bolt_jw_key(w, "vulnerabilitiesLookedFor");
	bolt_jw_bool(w, bolt_report_judged(report));
	bolt_jw_end_object(w);
}

static int write_run(struct bolt_json_writer *w, const struct bolt_report *report, const struct bolt_report_style *style,
		     const size_t *order, size_t *rule_of)
{
	int r = 0;

	bolt_jw_object(w);
	bolt_jw_key(w, "tool");
	bolt_jw_object(w);
	bolt_jw_key(w, "driver");
	bolt_jw_object(w);
	bolt_jw_member(w, "name", "boltseal");
	bolt_jw_member(w, "version", style->tool_version);
	write_rules(w, report, order, rule_of);
	bolt_jw_end_object(w);
	bolt_jw_end_object(w);
	bolt_jw_key(w, "results");
	bolt_jw_array(w);
	for (size_t i = 0; i < report->findings_len && r == 0; i++)
		r = write_result(w, report, &report->findings[i], rule_of[i]);
	bolt_jw_end_array(w);
	bolt_jw_member(w, "columnKind", "utf16CodeUnits");
	write_run_facts(w, report);
	bolt_jw_end_object(w);
	return r;
}

int bolt_write_sarif(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	struct bolt_json_writer w;
	size_t *order = NULL, *rule_of = calloc(report->findings_len + 1, sizeof(*rule_of));
	int r = rule_of ? bolt_findings_order(report, bolt_finding_key_id, &order) : -ENOMEM;

	if (r == 0) {
		bolt_json_writer_init(&w, out);
		bolt_jw_object(&w);
		bolt_jw_member(&w, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
		bolt_jw_member(&w, "version", "2.1.0");
		bolt_jw_key(&w, "runs");
		bolt_jw_array(&w);
		r = write_run(&w, report, style, order, rule_of);
		bolt_jw_end_array(&w);
		bolt_jw_end_object(&w);
	}
	free(order);
	free(rule_of);
	return r;
}
