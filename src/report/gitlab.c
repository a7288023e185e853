/* GitLab's security report for container scanning, schema 15 (security-report-schemas, container-scanning-report-format.json).
 * Suppressed findings are left out: the format has no word for them. */
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

enum {
	/* The schema's bounds, in characters; bytes are never fewer. */
	NAME_MAX_BYTES = 255,
	SOLUTION_MAX_BYTES = 7000,
	DESCRIPTION_MAX_BYTES = 1048576,
};

/* At most `max` bytes of text, cut between characters; "..." stands for the rest. */
static int put_cut(struct bolt_json_writer *w, const char *key, const char *text, size_t max)
{
	size_t n = strlen(text), keep = n;
	char *copy = NULL;

	if (n > max) {
		for (keep = max - 3; keep > 0 && ((unsigned char) text[keep] & 0xc0) == 0x80;)
			keep--;
	}
	if (asprintf(&copy, "%.*s%s", (int) keep, text, n > max ? "..." : "") < 0)
		return -ENOMEM;
	bolt_jw_member(w, key, copy);
	free(copy);
	return 0;
}

static const char *severity_text(enum bolt_severity severity)
{
	static const char *const texts[_BOLT_SEVERITY_MAX] = { "Unknown", "Info", "Low", "Medium", "High", "Critical" };

	return texts[severity];
}

static void write_tool(struct bolt_json_writer *w, const char *key, const struct bolt_report_style *style)
{
	bolt_jw_key(w, key);
	bolt_jw_object(w);
	bolt_jw_member(w, "id", "boltseal");
	bolt_jw_member(w, "name", "boltseal");
	bolt_jw_member(w, "version", style->tool_version);
	bolt_jw_key(w, "vendor");
	bolt_jw_object(w);
	bolt_jw_member(w, "name", "boltseal");
	bolt_jw_end_object(w);
	bolt_jw_end_object(w);
}

/* Warnings, and that nobody looked, are messages of the scan. */
static void write_message(struct bolt_json_writer *w, const char *text)
{
	bolt_jw_object(w);
	bolt_jw_member(w, "level", "warn");
	bolt_jw_member(w, "value", *text ? text : "-");
	bolt_jw_end_object(w);
}

static void write_scan(struct bolt_json_writer *w, const struct bolt_report *report, const struct bolt_report_style *style)
{
	char when[BOLT_TIMESTAMP_TEXT], gap[80];
	const char *why = bolt_judgement_gap(report, gap, sizeof(gap));

	(void) bolt_timestamp(style->created_unix, when);
	when[strlen(when) - 1] = '\0'; /* the schema wants UTC without the letter that says so */
	bolt_jw_key(w, "scan");
	bolt_jw_object(w);
	write_tool(w, "analyzer", style);
	write_tool(w, "scanner", style);
	bolt_jw_member(w, "type", "container_scanning");
	bolt_jw_member(w, "start_time", when);
	bolt_jw_member(w, "end_time", when);
	bolt_jw_member(w, "status", "success");
	bolt_jw_key(w, "messages");
	bolt_jw_array(w);
	if (why)
		write_message(w, why);
	for (size_t i = 0; i < report->warnings_len; i++)
		write_message(w, report->warnings[i].message);
	bolt_jw_end_array(w);
	bolt_jw_end_object(w);
}

static void write_identifier(struct bolt_json_writer *w, const char *id, const char *url)
{
	static const struct {
		const char *prefix, *type;
	} rows[] = {
		{ "CVE-", "cve" },   { "GHSA-", "ghsa" }, { "CWE-", "cwe" },
		{ "RHSA-", "rhsa" }, { "USN-", "usn" },   { "ELSA-", "elsa" },
	};
	const char *type = "advisory";

	if (!*id)
		return;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (bolt_starts_with(id, rows[i].prefix))
			type = rows[i].type;
	}
	bolt_jw_object(w);
	bolt_jw_member(w, "type", type);
	bolt_jw_member(w, "name", id);
	bolt_jw_member(w, "value", id);
	bolt_jw_member_opt(w, "url", url);
	bolt_jw_end_object(w);
}

static void write_identifiers(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	bolt_jw_key(w, "identifiers");
	bolt_jw_array(w);
	write_identifier(w, *finding->id ? finding->id : "unnamed", bolt_finding_url(finding));
	for (size_t i = 0; i < finding->aliases.len; i++)
		write_identifier(w, finding->aliases.items[i], NULL);
	for (size_t i = 0; i < finding->cwes.len; i++)
		write_identifier(w, finding->cwes.items[i], NULL);
	bolt_jw_end_array(w);
	bolt_jw_key(w, "links");
	bolt_jw_array(w);
	for (size_t i = 0; i < finding->references.len; i++) {
		if (!bolt_is_web_url(finding->references.items[i]))
			continue;
		bolt_jw_object(w);
		bolt_jw_member(w, "url", finding->references.items[i]);
		bolt_jw_end_object(w);
	}
	bolt_jw_end_array(w);
}

/* The schema wants "name:tag", where the name may begin with "host:port/"; a path, or a name without a tag or with more colons than
 * that, has to be brought into the form. */
static int image_name(const struct bolt_report *report, struct bolt_buf *buf)
{
	const char *name = report->subject.name && *report->subject.name ? report->subject.name : "unknown";
	const char *slash = strrchr(name, '/'), *tag = strrchr(name, ':'), *port = strchr(name, ':');
	bool tagged = tag && tag > name && (!slash || tag > slash) && tag[1];
	bool ported = port && port > name && slash && port < slash && port[1] >= '0' && port[1] <= '9';
	int r = 0;

	for (const char *p = name; *p && r == 0; p++) {
		bool keep = *p != ':' || (tagged && p == tag) || (ported && p == port);

		r = bolt_buf_add(buf, keep ? p : "_", 1);
	}
	return r == 0 && !tagged ? bolt_buf_addf(buf, ":latest") : r;
}

static int write_location(struct bolt_json_writer *w, const struct bolt_report *report, const struct bolt_finding *finding,
			  const char *image)
{
	BOLT_CLEANUP(bolt_buf_done) struct bolt_buf os = BOLT_BUF_INIT(SIZE_MAX / 4);
	const char *id = report->os.id, *version = report->os.version_id;
	int r = bolt_buf_addf(&os, "%s%s%s", id && *id ? id : "unknown", version ? " " : "", version ? version : "");

	if (r < 0)
		return r;
	bolt_jw_key(w, "location");
	bolt_jw_object(w);
	bolt_jw_key(w, "dependency");
	bolt_jw_object(w);
	bolt_jw_key(w, "package");
	bolt_jw_object(w);
	bolt_jw_member(w, "name", finding->package->name);
	bolt_jw_end_object(w);
	bolt_jw_member(w, "version", finding->package->version);
	bolt_jw_end_object(w);
	bolt_jw_member(w, "operating_system", (const char *) os.data);
	bolt_jw_member(w, "image", image);
	bolt_jw_end_object(w);
	return 0;
}

static int write_solution(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	BOLT_CLEANUP(bolt_buf_done) struct bolt_buf text = BOLT_BUF_INIT(SIZE_MAX / 4);

	if (!finding->fixed_version)
		return 0;
	int r = bolt_buf_addf(&text, "Update %s from %s to %s", finding->package->name, finding->package->version,
			      finding->fixed_version);
	return r < 0 ? r : put_cut(w, "solution", (const char *) text.data, SOLUTION_MAX_BYTES);
}

/* Names a finding for GitLab; the same in every run. */
static int write_id(struct bolt_json_writer *w, const struct bolt_finding *finding)
{
	BOLT_CLEANUP(bolt_buf_done) struct bolt_buf text = BOLT_BUF_INIT(SIZE_MAX / 4);
	const struct bolt_texts *paths = &finding->package->locations;
	char hex[17];
	int r = bolt_buf_addf(&text, "%s\n%s\n%s", finding->id, finding->package->purl, paths->len ? paths->items[0] : "");

	if (r == 0)
		r = bolt_short_digest((const char *) text.data, hex);
	if (r == 0)
		bolt_jw_member(w, "id", hex);
	return r;
}

static int write_vulnerability(struct bolt_json_writer *w, const struct bolt_report *report, const struct bolt_finding *finding,
			       const char *image)
{
	const char *title = bolt_finding_title(finding);

	bolt_jw_object(w);
	int r = write_id(w, finding);
	if (r == 0)
		r = put_cut(w, "name", *title ? title : finding->id, NAME_MAX_BYTES);
	if (r == 0)
		r = put_cut(w, "description", finding->description ? finding->description : title, DESCRIPTION_MAX_BYTES);
	bolt_jw_member(w, "severity", severity_text(finding->severity));
	if (r == 0)
		r = write_solution(w, finding);
	write_identifiers(w, finding);
	if (r == 0)
		r = write_location(w, report, finding, image);
	bolt_jw_end_object(w);
	return r;
}

int bolt_write_gitlab(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	BOLT_CLEANUP(bolt_buf_done) struct bolt_buf image = BOLT_BUF_INIT(SIZE_MAX / 4);
	struct bolt_json_writer w;
	int r = image_name(report, &image);

	if (r < 0)
		return r;
	bolt_json_writer_init(&w, out);
	bolt_jw_object(&w);
	bolt_jw_member(&w, "version", "15.0.7");
	write_scan(&w, report, style);
	bolt_jw_key(&w, "vulnerabilities");
	bolt_jw_array(&w);
	for (size_t i = 0; i < report->findings_len && r == 0; i++) {
		if (!report->findings[i].suppressed.by)
			r = write_vulnerability(&w, report, &report->findings[i], (const char *) image.data);
	}
	bolt_jw_end_array(&w);
	bolt_jw_end_object(&w);
	return r;
}
