/* CycloneDX 1.6 and 1.7 JSON (CycloneDX/specification, schema/bom-1.{6,7}.schema.json). What it has no fields for travels in
 * properties "boltseal:..." (inventory/sbom_facts.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_writer.h"
#include "inventory/sbom_facts.h"
#include "model/purl.h"
#include "report/cyclonedx_vulnerabilities.h"
#include "report/identity.h"
#include "report/licenses.h"
#include "report/writers.h"

static const char subject_ref[] = "subject", os_ref[] = "operating-system";

static void put_property(void *context, const char *name, const char *value)
{
	struct bolt_json_writer *w = context;

	bolt_jw_object(w);
	bolt_jw_member(w, "name", name);
	bolt_jw_member(w, "value", value);
	bolt_jw_end_object(w);
}

static void begin_properties(struct bolt_json_writer *w)
{
	bolt_jw_key(w, "properties");
	bolt_jw_array(w);
}

/* An image has layers or a digest, also when it was read from another bill of materials. */
static const char *subject_type(const struct bolt_subject *subject)
{
	return subject->layers_len > 0 || subject->digest || subject->image_id ? "container" : "application";
}

static int write_metadata(struct bolt_json_writer *w, const struct bolt_report *report, const struct bolt_report_style *style)
{
	const struct bolt_subject *subject = &report->subject;
	char created[BOLT_TIMESTAMP_TEXT];

	bolt_jw_key(w, "metadata");
	bolt_jw_object(w);
	bolt_jw_member(w, "timestamp", bolt_timestamp(style->created_unix, created));
	bolt_jw_key(w, "tools");
	bolt_jw_object(w);
	bolt_jw_key(w, "components");
	bolt_jw_array(w);
	bolt_jw_object(w);
	bolt_jw_member(w, "type", "application");
	bolt_jw_member(w, "name", "boltseal");
	bolt_jw_member(w, "version", style->tool_version);
	bolt_jw_end_object(w);
	bolt_jw_end_array(w);
	bolt_jw_end_object(w);

	bolt_jw_key(w, "component");
	bolt_jw_object(w);
	bolt_jw_member(w, "type", subject_type(subject));
	bolt_jw_member(w, "bom-ref", subject_ref);
	bolt_jw_member(w, "name", subject->name ? subject->name : "unknown");
	bolt_jw_member_opt(w, "version", subject->digest);
	begin_properties(w);
	bolt_facts_of_subject(report, put_property, w);
	int r = bolt_facts_of_removed(report, put_property, w);
	bolt_jw_end_array(w);
	bolt_jw_end_object(w);
	bolt_jw_end_object(w);
	return r;
}

static void write_os(struct bolt_json_writer *w, const struct bolt_os *os)
{
	bolt_jw_object(w);
	bolt_jw_member(w, "type", "operating-system");
	bolt_jw_member(w, "bom-ref", os_ref);
	bolt_jw_member(w, "name", os->id);
	bolt_jw_member_opt(w, "version", os->version_id ? os->version_id : os->version_codename);
	bolt_jw_member_opt(w, "description", os->name);
	begin_properties(w);
	bolt_facts_of_os(os, put_property, w);
	bolt_jw_end_array(w);
	bolt_jw_end_object(w);
}

/* An expression may stand only alone, so a package with several texts has them as ids and names. */
static int write_licenses(struct bolt_json_writer *w, const struct bolt_texts *licenses)
{
	BOLT_CLEANUP(bolt_buf_done) struct bolt_buf expression = BOLT_BUF_INIT(SIZE_MAX / 4);
	bool compound = false;
	int r = licenses->len == 1 ? bolt_license_expression(licenses->items[0], &expression, &compound) : 0;

	if (r == -ENOMEM || licenses->len == 0)
		return r;
	bolt_jw_key(w, "licenses");
	bolt_jw_array(w);
	for (size_t i = 0; i < licenses->len; i++) {
		const char *id = bolt_license_id(licenses->items[i]);

		bolt_jw_object(w);
		if (compound) {
			bolt_jw_member(w, "expression", (const char *) expression.data);
		} else {
			bolt_jw_key(w, "license");
			bolt_jw_object(w);
			bolt_jw_member(w, id ? "id" : "name", id ? id : licenses->items[i]);
			bolt_jw_end_object(w);
		}
		bolt_jw_end_object(w);
	}
	bolt_jw_end_array(w);
	return 0;
}

/* CycloneDX has a field for what stands before a name: npm scope, maven group. */
static int write_name(struct bolt_json_writer *w, const struct bolt_package *package)
{
	char separator = strcmp(package->type, "maven") == 0 ? ':' : '/';
	bool grouped = separator == ':' || strcmp(package->type, "npm") == 0;
	const char *at = grouped ? strchr(package->name, separator) : NULL;

	if (at && at > package->name && at[1]) {
		char *group = strndup(package->name, (size_t) (at - package->name));

		if (!group)
			return -ENOMEM;
		bolt_jw_member(w, "group", group);
		free(group);
		bolt_jw_member(w, "name", at + 1);
		return 0;
	}
	bolt_jw_member(w, "name", package->name);
	return 0;
}

/* Vulnerabilities of Go's standard library are filed under a CPE, the purl of which nobody can guess: "1.22.0", "1.23rc1" (CPE has
 * "rc1" as the update). */
static void write_cpe(struct bolt_json_writer *w, const struct bolt_package *package)
{
	const char *version = package->version;
	char cpe[128];

	if (strcmp(package->type, "golang") != 0 || strcmp(package->name, "stdlib") != 0)
		return;
	version += strncmp(version, "go", 2) == 0 ? 2 : 0;
	size_t numbers = strspn(version, "0123456789."), update = strspn(version + numbers, "abcdefghijklmnopqrstuvwxyz0123456789");
	const char *after = version + numbers + update;
	if (numbers == 0 || numbers + update > 40 || (*after && *after != ' ')) /* "1.22.1 X:boringcrypto" */
		return;
	(void) snprintf(cpe, sizeof(cpe), "cpe:2.3:a:golang:go:%.*s:%.*s:*:*:*:*:*:*", (int) numbers, version,
			update ? (int) update : 1, update ? version + numbers : "*");
	bolt_jw_member(w, "cpe", cpe);
}

/* Syft, and Grype by it, learn the source package from these properties alone, not from the purl. */
static int put_for_syft(struct bolt_json_writer *w, const struct bolt_package *package)
{
	static const struct {
		const char *type, *metadata, *source, *version;
	} rows[] = {
		{ "apk", "apk-db-entry", "syft:metadata:originPackage", NULL },
		{ "deb", "dpkg-db-entry", "syft:metadata:source", "syft:metadata:sourceVersion" },
		{ "rpm", "rpm-db-entry", "syft:metadata:sourceRpm", NULL },
	};
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (strcmp(package->type, rows[i].type) != 0)
			continue;
		put_property(w, "syft:package:metadataType", rows[i].metadata);
		if (!package->source_name)
			break;
		char *file = strcmp(package->type, "rpm") == 0 ? bolt_purl_source_rpm(package) : strdup(package->source_name);
		if (!file)
			return -ENOMEM;
		put_property(w, rows[i].source, file);
		free(file);
		if (rows[i].version && package->source_version)
			put_property(w, rows[i].version, package->source_version);
	}
	return 0;
}

static int write_package(struct bolt_json_writer *w, const struct bolt_package_walk *walk)
{
	const struct bolt_package *package = walk->package;
	char *ref = bolt_package_ref(walk);

	if (!ref)
		return -ENOMEM;
	bolt_jw_object(w);
	bolt_jw_member(w, "type", "library");
	bolt_jw_member(w, "bom-ref", ref);
	free(ref);
	int r = write_name(w, package);
	if (*package->version)
		bolt_jw_member(w, "version", package->version);
	if (r == 0)
		r = write_licenses(w, &package->licenses);
	write_cpe(w, package);
	bolt_jw_member(w, "purl", package->purl);
	begin_properties(w);
	bolt_facts_of_package(package, walk->report, put_property, w);
	if (r == 0)
		r = put_for_syft(w, package);
	bolt_jw_end_array(w);
	bolt_jw_end_object(w);
	return r;
}

static int write_components(struct bolt_json_writer *w, const struct bolt_report *report)
{
	struct bolt_package_walk walk = { .report = report };
	int r = 0;

	bolt_jw_key(w, "components");
	bolt_jw_array(w);
	if (report->os.id)
		write_os(w, &report->os);
	while (r == 0 && bolt_package_walk_next(&walk))
		r = write_package(w, &walk);
	bolt_jw_end_array(w);
	return r;
}

/* The subject holds everything. What packages need of each other is not known here, and not claimed. */
static int write_dependencies(struct bolt_json_writer *w, const struct bolt_report *report)
{
	struct bolt_package_walk walk = { .report = report };

	bolt_jw_key(w, "dependencies");
	bolt_jw_array(w);
	bolt_jw_object(w);
	bolt_jw_member(w, "ref", subject_ref);
	bolt_jw_key(w, "dependsOn");
	bolt_jw_array(w);
	if (report->os.id)
		bolt_jw_text(w, os_ref);
	while (bolt_package_walk_next(&walk)) {
		char *ref = bolt_package_ref(&walk);

		if (!ref)
			return -ENOMEM;
		bolt_jw_text(w, ref);
		free(ref);
	}
	bolt_jw_end_array(w);
	bolt_jw_end_object(w);
	bolt_jw_end_array(w);
	return 0;
}

/* Warnings say that something could not be read: then the list is not whole, and says so. */
static void write_compositions(struct bolt_json_writer *w, const struct bolt_report *report)
{
	bolt_jw_key(w, "compositions");
	bolt_jw_array(w);
	bolt_jw_object(w);
	bolt_jw_member(w, "aggregate", report->warnings_len > 0 ? "incomplete" : "unknown");
	bolt_jw_key(w, "assemblies");
	bolt_jw_array(w);
	bolt_jw_text(w, subject_ref);
	bolt_jw_end_array(w);
	bolt_jw_end_object(w);
	bolt_jw_end_array(w);
}

static int write_document(const struct bolt_report *report, const struct bolt_report_style *style, const char *version,
			  struct bolt_out *out)
{
	struct bolt_json_writer w;
	char uuid[BOLT_UUID_TEXT], text[80];
	int r = bolt_report_uuid(report, uuid);

	if (r < 0)
		return r;
	bolt_json_writer_init(&w, out);
	bolt_jw_object(&w);
	(void) snprintf(text, sizeof(text), "http://cyclonedx.org/schema/bom-%s.schema.json", version);
	bolt_jw_member(&w, "$schema", text);
	bolt_jw_member(&w, "bomFormat", "CycloneDX");
	bolt_jw_member(&w, "specVersion", version);
	(void) snprintf(text, sizeof(text), "urn:uuid:%s", uuid);
	bolt_jw_member(&w, "serialNumber", text);
	bolt_jw_member_u64(&w, "version", 1);
	r = write_metadata(&w, report, style);
	if (r == 0)
		r = write_components(&w, report);
	if (r == 0)
		r = write_dependencies(&w, report);
	if (r < 0)
		return r;
	write_compositions(&w, report);
	r = bolt_cyclonedx_vulnerabilities(&w, report);
	bolt_jw_end_object(&w);
	return r;
}

int bolt_write_cyclonedx_1_7(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	return write_document(report, style, "1.7", out);
}

int bolt_write_cyclonedx_1_6(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	return write_document(report, style, "1.6", out);
}
