/* SPDX 2.2 and 2.3: what a package says in either spelling, and the JSON spelling (spdx-spec 2.3, chapters 6 to 11). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/text.h"
#include "inventory/sbom_facts.h"
#include "inventory/sbom_readers.h"

typedef int take_fact(struct bolt_sbom_builder *builder, void *entry, const char *name, const char *value);

static int take_package_fact(struct bolt_sbom_builder *builder, void *entry, const char *name, const char *value)
{
	return bolt_fact_take_package(builder, entry, name, value);
}

static int take_subject_fact(struct bolt_sbom_builder *builder, void *entry, const char *name, const char *value)
{
	(void) entry;
	return bolt_fact_take_subject(builder, name, value);
}

static int take_os_fact(struct bolt_sbom_builder *builder, void *entry, const char *name, const char *value)
{
	(void) entry;
	return bolt_fact_take_os(builder, name, value);
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;

	return at ? (int) (at - digits) : -1;
}

/* Undoes the writer's escapes in place: a backslash and two hex digits. */
static void unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		int high = *from == '\\' ? hex_digit(from[1]) : -1, low = high >= 0 ? hex_digit(from[2]) : -1;

		if (low >= 0 && high * 16 + low != 0) {
			*to++ = (char) (high * 16 + low);
			from += 2;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
}

/* The comment of a package of ours: a line "boltseal:NAME=VALUE" a fact. */
static int take_comment(struct bolt_sbom_builder *builder, void *entry, const char *comment, take_fact *take)
{
	struct bolt_cursor text = bolt_cursor(comment, comment ? strlen(comment) : 0), line, name;

	while (bolt_take_line(&text, &line)) {
		if (!bolt_cursor_starts(line, "boltseal:") || !bolt_take_until(&line, '=', &name))
			continue;
		char *key = bolt_arena_text(builder->report->arena, name.p, name.left);
		char *value = bolt_arena_text(builder->report->arena, line.p, line.left);
		if (!key || !value)
			return -ENOMEM;
		unescape(value);
		int r = take(builder, entry, key, value);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Trivy: "LayerDiffID: sha256:..." in an annotation or attribution text. */
static int take_notes(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, const struct bolt_text_list *notes)
{
	static const char diff_id[] = "LayerDiffID: ";
	int r = 0;

	for (size_t i = 0; r == 0 && i < notes->len; i++) {
		if (bolt_starts_with(notes->items[i], diff_id))
			r = bolt_fact_take_package(builder, entry, "boltseal:layer:diff_id", notes->items[i] + strlen(diff_id));
	}
	return r;
}

/* Syft: "acquired package info from KIND: /path, /path"; Trivy: "built package from: NAME VERSION". */
static int take_source_info(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, const char *info)
{
	struct bolt_cursor text = bolt_cursor(info, info ? strlen(info) : 0), part;
	int r = 0;

	if (bolt_take_prefix(&text, "built package from: ")) {
		if (!bolt_take_until(&text, ' ', &part) || text.left == 0)
			return 0;
		entry->facts.source_name = bolt_arena_text(builder->report->arena, part.p, part.left);
		entry->facts.source_version = bolt_arena_text(builder->report->arena, text.p, text.left);
		return entry->facts.source_name && entry->facts.source_version ? 0 : -ENOMEM;
	}
	if (!bolt_take_prefix(&text, "acquired package info from ") || !bolt_take_until(&text, ':', &part))
		return 0;
	while (r == 0 && bolt_take_until(&text, ',', &part)) {
		bolt_trim(&part);
		(void) bolt_take_prefix(&part, "/");
		char *path = bolt_arena_text(builder->report->arena, part.p, part.left);
		r = !path ? -ENOMEM : *path ? bolt_sbom_list_add(builder, &entry->locations, path) : 0;
	}
	return r;
}

static int take_subject(struct bolt_sbom_builder *builder, const struct bolt_spdx_package *package)
{
	struct bolt_subject *subject = &builder->report->subject;
	int r = 0;

	if (!builder->ours && package->name && !subject->name)
		r = bolt_sbom_keep(builder, package->name, &subject->name);
	if (r == 0 && !builder->ours && package->version && bolt_starts_with(package->version, "sha256:"))
		r = bolt_sbom_keep(builder, package->version, &subject->digest);
	return r == 0 ? take_comment(builder, NULL, package->comment, take_subject_fact) : r;
}

static int take_os(struct bolt_sbom_builder *builder, const struct bolt_spdx_package *package)
{
	struct bolt_os *os = &builder->report->os;
	int r = take_comment(builder, NULL, package->comment, take_os_fact);

	if (r == 0 && !os->id && package->name)
		r = bolt_sbom_keep(builder, package->name, &os->id);
	if (r == 0 && !os->version_id && package->version && !builder->ours)
		r = bolt_sbom_keep(builder, package->version, &os->version_id);
	return r;
}

int bolt_spdx_take(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, const struct bolt_spdx_package *package,
		   struct bolt_err *err)
{
	const char *purpose = package->purpose ? package->purpose : "", *license = package->license;
	const char *comment = package->comment ? package->comment : "";

	if (strcmp(purpose, "OPERATING-SYSTEM") == 0 || strcmp(purpose, "OPERATING_SYSTEM") == 0)
		return take_os(builder, package);
	if (strcmp(purpose, "CONTAINER") == 0 || bolt_starts_with(comment, "boltseal:subject:"))
		return take_subject(builder, package);

	bolt_sbom_entry_reset(entry);
	entry->version = "";
	int r = package->purl ? bolt_sbom_keep(builder, package->purl, &entry->purl) : 0;
	if (r == 0 && package->name)
		r = bolt_sbom_keep(builder, package->name, &entry->name);
	if (r == 0 && package->version)
		r = bolt_sbom_keep(builder, package->version, &entry->version);
	if (r == 0 && license && *license && strcmp(license, "NOASSERTION") != 0 && strcmp(license, "NONE") != 0)
		r = bolt_sbom_list_add(builder, &entry->licenses, license);
	if (r == 0)
		r = take_source_info(builder, entry, package->source_info);
	if (r == 0)
		r = take_notes(builder, entry, &package->notes);
	if (r == 0)
		r = take_comment(builder, entry, package->comment, take_package_fact);
	return r == 0 ? bolt_sbom_add(builder, entry, err) : r;
}

static const char *purl_of(const json_t *item)
{
	size_t i;
	json_t *ref;

	json_array_foreach(json_object_get(item, "externalRefs"), i, ref)
	{
		const char *type = bolt_json_text(ref, "referenceType");

		if (type && strcmp(type, "purl") == 0)
			return bolt_json_text(ref, "referenceLocator");
	}
	return NULL;
}

static int take_json_package(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, struct bolt_spdx_package *package,
			     const json_t *item, struct bolt_err *err)
{
	size_t i;
	json_t *note;
	int r = 0;

	package->name = bolt_json_text(item, "name");
	package->version = bolt_json_text(item, "versionInfo");
	package->purl = purl_of(item);
	package->purpose = bolt_json_text(item, "primaryPackagePurpose");
	package->comment = bolt_json_text(item, "comment");
	package->source_info = bolt_json_text(item, "sourceInfo");
	package->license = bolt_json_text(item, "licenseDeclared");
	package->notes.len = 0;
	json_array_foreach(json_object_get(item, "annotations"), i, note)
	{
		if (r == 0 && bolt_json_text(note, "comment"))
			r = bolt_sbom_list_add(builder, &package->notes, bolt_json_text(note, "comment"));
	}
	json_array_foreach(json_object_get(item, "attributionTexts"), i, note)
	{
		if (r == 0 && json_is_string(note))
			r = bolt_sbom_list_add(builder, &package->notes, json_string_value(note));
	}
	return r == 0 ? bolt_spdx_take(builder, entry, package, err) : r;
}

int bolt_sbom_read_spdx_json(struct bolt_sbom_builder *builder, const json_t *document, struct bolt_err *err)
{
	const char *version = bolt_json_text(document, "spdxVersion");
	const json_t *packages = json_object_get(document, "packages");
	struct bolt_sbom_entry entry = { 0 };
	struct bolt_spdx_package package = { 0 };
	size_t i;
	json_t *item;
	int r = 0;

	if (strcmp(version, "SPDX-2.2") != 0 && strcmp(version, "SPDX-2.3") != 0)
		return bolt_err_set(err, -EBADMSG, "%.20s is not read; SPDX-2.2 and SPDX-2.3 are", version);
	if (packages && !json_is_array(packages))
		return bolt_err_set(err, -EBADMSG, "SPDX: 'packages' is not a list");
	json_array_foreach(json_object_get(json_object_get(document, "creationInfo"), "creators"), i, item)
	{
		if (json_is_string(item))
			builder->ours |= bolt_starts_with(json_string_value(item), "Tool: boltseal-");
	}
	json_array_foreach(packages, i, item)
	{
		if (r == 0)
			r = take_json_package(builder, &entry, &package, item, err);
	}
	bolt_sbom_entry_done(&entry);
	free(package.notes.items);
	return r;
}
