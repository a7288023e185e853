/* OpenVEX 0.2.0 (openvex/spec, OPENVEX-SPEC.md): a statement for each finding. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/json_writer.h"
#include "report/findings.h"
#include "report/identity.h"
#include "report/writers.h"

static const char *status_of(const struct bolt_finding *finding)
{
	const struct bolt_suppression *suppressed = &finding->suppressed;

	if (suppressed->by && suppressed->status)
		return strcmp(suppressed->status, "fixed") == 0 ? "fixed" : "not_affected";
	return finding->status == BOLT_STATUS_UNDER_INVESTIGATION ? "under_investigation" : "affected";
}

static bool is_vex_justification(const char *text)
{
	static const char *const labels[] = { "component_not_present", "vulnerable_code_not_present",
					      "vulnerable_code_not_in_execute_path",
					      "vulnerable_code_cannot_be_controlled_by_adversary",
					      "inline_mitigations_already_exist" };

	for (size_t i = 0; text && i < BOLT_ARRAY_LEN(labels); i++) {
		if (strcmp(text, labels[i]) == 0)
			return true;
	}
	return false;
}

/* The schema wants a label or words, not both; beside the label the words are notes. */
static void write_not_affected(struct bolt_json_writer *w, const struct bolt_suppression *suppressed)
{
	if (is_vex_justification(suppressed->justification)) {
		bolt_jw_member_opt(w, "status_notes", suppressed->reason);
		bolt_jw_member(w, "justification", suppressed->justification);
		return;
	}
	const char *words = suppressed->reason ? suppressed->reason : suppressed->justification;
	bolt_jw_member(w, "impact_statement", words ? words : "The statement it rests on gives no reason.");
}

static int write_action(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	BOLT_CLEANUP(bolt_buf_done) struct bolt_buf text = BOLT_BUF_INIT(SIZE_MAX / 4);
	int r;

	if (finding->suppressed.by)
		bolt_jw_member_opt(w, "status_notes", finding->suppressed.reason);
	if (finding->fixed_version)
		r = bolt_buf_addf(&text, "Update %s to %s.", finding->package->name, finding->fixed_version);
	else
		r = bolt_buf_addf(&text, "No fixed version of %s (%s).", finding->package->name, bolt_finding_fix(finding));
	if (r == 0)
		bolt_jw_member(w, "action_statement", (const char *) text.data);
	return r;
}

static void write_vulnerability(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	bolt_jw_key(w, "vulnerability");
	bolt_jw_object(w);
	bolt_jw_member(w, "name", finding->id);
	if (finding->title)
		bolt_jw_member(w, "description", finding->title);
	if (finding->aliases.len > 0) {
		bolt_jw_key(w, "aliases");
		bolt_jw_array(w);
		for (size_t i = 0; i < finding->aliases.len; i++)
			bolt_jw_text(w, finding->aliases.items[i]);
		bolt_jw_end_array(w);
	}
	bolt_jw_end_object(w);
}

static void write_component(struct bolt_json_writer *w, const char *purl)
{
	bolt_jw_member(w, "@id", purl);
	bolt_jw_key(w, "identifiers");
	bolt_jw_object(w);
	bolt_jw_member(w, "purl", purl);
	bolt_jw_end_object(w);
}

/* The package is the product: a statement holds wherever the same package is. */
static int write_statement(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	const char *status = status_of(finding);
	int r = 0;

	bolt_jw_object(w);
	write_vulnerability(w, finding);
	bolt_jw_key(w, "products");
	bolt_jw_array(w);
	bolt_jw_object(w);
	write_component(w, finding->package->purl);
	bolt_jw_end_object(w);
	bolt_jw_end_array(w);
	bolt_jw_member(w, "status", status);
	if (strcmp(status, "not_affected") == 0)
		write_not_affected(w, &finding->suppressed);
	else if (strcmp(status, "affected") == 0)
		r = write_action(w, finding);
	bolt_jw_end_object(w);
	return r;
}

/* By name, so that two documents can be compared; a finding's address is its place in the order of urgency. */
static int compare_statements(const void *left, const void *right)
{
	const struct bolt_finding *const *a = left, *const *b = right;
	int r = strcmp((*a)->id, (*b)->id);

	if (r == 0)
		r = strcmp((*a)->package->purl, (*b)->package->purl);
	return r ? r : (*a > *b) - (*a < *b);
}

/* The same package in two places makes one statement: that of the more urgent finding, so that nothing suppressed hides it. */
static int write_statements(struct bolt_json_writer *w, const struct bolt_report *report)
{
	const struct bolt_finding **sorted = calloc(report->findings_len + 1, sizeof(*sorted));
	int r = 0;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < report->findings_len; i++)
		sorted[i] = &report->findings[i];
	qsort(sorted, report->findings_len, sizeof(*sorted), compare_statements);
	for (size_t i = 0; i < report->findings_len && r == 0; i++) {
		bool again = i > 0 && strcmp(sorted[i - 1]->id, sorted[i]->id) == 0 &&
			     strcmp(sorted[i - 1]->package->purl, sorted[i]->package->purl) == 0;

		if (!again)
			r = write_statement(w, sorted[i]);
	}
	free(sorted);
	return r;
}

int bolt_write_openvex(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	struct bolt_json_writer w;
	char uuid[BOLT_UUID_TEXT], text[80], created[BOLT_TIMESTAMP_TEXT];
	int r = bolt_report_uuid(report, uuid);

	if (r < 0)
		return r;
	bolt_json_writer_init(&w, out);
	bolt_jw_object(&w);
	bolt_jw_member(&w, "@context", "https://openvex.dev/ns/v0.2.0");
	(void) snprintf(text, sizeof(text), "urn:uuid:%s", uuid);
	bolt_jw_member(&w, "@id", text);
	bolt_jw_member(&w, "author", "boltseal");
	bolt_jw_member(&w, "role", "vulnerability scanner");
	bolt_jw_member(&w, "timestamp", bolt_timestamp(style->created_unix, created));
	bolt_jw_member_u64(&w, "version", 1);
	(void) snprintf(text, sizeof(text), "boltseal/%s", style->tool_version);
	bolt_jw_member(&w, "tooling", text);
	bolt_jw_key(&w, "statements");
	bolt_jw_array(&w);
	r = write_statements(&w, report);
	bolt_jw_end_array(&w);
	bolt_jw_end_object(&w);
	return r;
}
