/* SPDX 2.3 as JSON (spdx-spec 2.3, schemas/spdx-schema.json). */
#include "core/json_writer.h"
#include "report/spdx.h"
#include "report/writers.h"

static void head(void *context, const struct bolt_spdx_head *head)
{
	struct bolt_json_writer *w = context;

	bolt_jw_object(w);
	bolt_jw_member(w, "spdxVersion", "SPDX-2.3");
	bolt_jw_member(w, "dataLicense", "CC0-1.0");
	bolt_jw_member(w, "SPDXID", "SPDXRef-DOCUMENT");
	bolt_jw_member(w, "name", head->name);
	bolt_jw_member(w, "documentNamespace", head->space);
	bolt_jw_key(w, "creationInfo");
	bolt_jw_object(w);
	bolt_jw_member(w, "created", head->created);
	bolt_jw_key(w, "creators");
	bolt_jw_array(w);
	bolt_jw_text(w, head->creator);
	bolt_jw_end_array(w);
	bolt_jw_end_object(w);
	bolt_jw_key(w, "packages");
	bolt_jw_array(w);
}

static void package(void *context, const struct bolt_spdx_item *item)
{
	struct bolt_json_writer *w = context;

	bolt_jw_object(w);
	bolt_jw_member(w, "SPDXID", item->id);
	bolt_jw_member(w, "name", item->name);
	bolt_jw_member_opt(w, "versionInfo", item->version);
	bolt_jw_member_opt(w, "primaryPackagePurpose", item->purpose);
	bolt_jw_member(w, "supplier", "NOASSERTION");
	bolt_jw_member(w, "downloadLocation", "NOASSERTION");
	bolt_jw_key(w, "filesAnalyzed");
	bolt_jw_bool(w, false);
	bolt_jw_member(w, "licenseConcluded", "NOASSERTION");
	bolt_jw_member(w, "licenseDeclared", item->license);
	bolt_jw_member(w, "copyrightText", "NOASSERTION");
	if (item->purl) {
		bolt_jw_key(w, "externalRefs");
		bolt_jw_array(w);
		bolt_jw_object(w);
		bolt_jw_member(w, "referenceCategory", "PACKAGE-MANAGER");
		bolt_jw_member(w, "referenceType", "purl");
		bolt_jw_member(w, "referenceLocator", item->purl);
		bolt_jw_end_object(w);
		bolt_jw_end_array(w);
	}
	bolt_jw_member_opt(w, "comment", item->comment);
	bolt_jw_end_object(w);
}

static void begin_relationships(void *context)
{
	bolt_jw_end_array(context);
	bolt_jw_key(context, "relationships");
	bolt_jw_array(context);
}

static void relationship(void *context, const char *from, const char *type, const char *to)
{
	struct bolt_json_writer *w = context;

	bolt_jw_object(w);
	bolt_jw_member(w, "spdxElementId", from);
	bolt_jw_member(w, "relationshipType", type);
	bolt_jw_member(w, "relatedSpdxElement", to);
	bolt_jw_end_object(w);
}

static void begin_licenses(void *context)
{
	bolt_jw_end_array(context);
	bolt_jw_key(context, "hasExtractedLicensingInfos");
	bolt_jw_array(context);
}

static void license(void *context, const char *id, const char *text)
{
	struct bolt_json_writer *w = context;

	bolt_jw_object(w);
	bolt_jw_member(w, "licenseId", id);
	bolt_jw_member(w, "extractedText", text);
	bolt_jw_end_object(w);
}

static void end(void *context)
{
	bolt_jw_end_array(context);
	bolt_jw_end_object(context);
}

int bolt_write_spdx_json(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	static const struct bolt_spdx_emitter emitter = { head,    package, begin_relationships, relationship, begin_licenses,
							  license, end };
	struct bolt_json_writer w;

	bolt_json_writer_init(&w, out);
	return bolt_spdx_tell(report, style, &emitter, &w);
}
