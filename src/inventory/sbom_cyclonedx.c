/* CycloneDX JSON 1.2 to 1.7 (CycloneDX/specification, schema/bom-*.schema.json), with the properties Syft and Trivy add. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "inventory/limits.h"
#include "inventory/sbom_facts.h"
#include "inventory/sbom_readers.h"

/* Others' properties that say what a fact of ours says. */
static const struct alias {
	const char *name, *fact;
} aliases[] = {
	{ "syft:metadata:source", "boltseal:source:name" },
	{ "syft:metadata:sourceVersion", "boltseal:source:version" },
	{ "syft:metadata:originPackage", "boltseal:source:name" },
	{ "aquasecurity:trivy:SrcName", "boltseal:source:name" },
	{ "aquasecurity:trivy:SrcVersion", "boltseal:source:version" },
	{ "aquasecurity:trivy:Modularitylabel", "boltseal:modularity" },
	{ "aquasecurity:trivy:LayerDiffID", "boltseal:layer:diff_id" },
	{ "aquasecurity:trivy:FilePath", "boltseal:location:0" },
};

static const struct alias subject_aliases[] = {
	{ "aquasecurity:trivy:ImageID", "boltseal:subject:image_id" },
	{ "aquasecurity:trivy:RepoTag", "boltseal:subject:tag:0" },
};

static const char *fact_named(const struct alias *rows, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(name, rows[i].name) == 0)
			return rows[i].fact;
	}
	return name;
}

/* "syft:location:<n>:path" and "syft:location:<n>:layerID". */
static const char *syft_location(const char *name)
{
	if (!bolt_starts_with(name, "syft:location:"))
		return name;
	if (bolt_ends_with(name, ":path"))
		return "boltseal:location:0";
	return bolt_ends_with(name, ":layerID") ? "boltseal:layer:diff_id" : name;
}

static int take_property(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, const char *name, const char *value)
{
	if (strcmp(name, "aquasecurity:trivy:SrcRelease") == 0)
		return bolt_sbom_keep(builder, value, &entry->source_release);
	if (strcmp(name, "aquasecurity:trivy:SrcEpoch") == 0)
		return bolt_sbom_keep(builder, value, &entry->source_epoch);
	const char *fact = fact_named(aliases, BOLT_ARRAY_LEN(aliases), syft_location(name));

	/* Foreign tools write paths with the leading slash. */
	bool path = fact != name && bolt_starts_with(fact, "boltseal:location:");
	return bolt_fact_take_package(builder, entry, fact, path && *value == '/' ? value + 1 : value);
}

/* One licence choice: {license: {id | name}} or {expression}. */
static int take_license(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, const json_t *choice)
{
	const json_t *license = json_object_get(choice, "license");
	const char *text = bolt_json_text(license, "id");

	if (!text)
		text = bolt_json_text(license, "name");
	if (!text)
		text = bolt_json_text(choice, "expression");
	return text && *text ? bolt_sbom_list_add(builder, &entry->licenses, text) : 0;
}

/* "@scope" + "name", "group" + "artifact": as the ecosystem writes the name. */
static int take_name(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, const json_t *component)
{
	const char *group = bolt_json_text(component, "group"), *name = bolt_json_text(component, "name");

	if (!name)
		return 0;
	bool maven = entry->purl && bolt_starts_with(entry->purl, "pkg:maven/");
	if (group && *group)
		entry->name = bolt_arena_printf(builder->report->arena, "%s%c%s", group, maven ? ':' : '/', name);
	else
		entry->name = bolt_arena_strdup(builder->report->arena, name);
	return entry->name ? 0 : -ENOMEM;
}

static int take_package(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, const json_t *component,
			struct bolt_err *err)
{
	size_t i;
	json_t *item;

	bolt_sbom_entry_reset(entry);
	int r = bolt_sbom_keep_member(builder, component, "purl", &entry->purl);
	if (r == 0)
		r = take_name(builder, entry, component);
	if (r == 0)
		r = bolt_sbom_keep_member(builder, component, "version", &entry->version);
	if (!entry->version)
		entry->version = "";
	json_array_foreach(json_object_get(component, "licenses"), i, item)
	{
		if (r == 0)
			r = take_license(builder, entry, item);
	}
	json_array_foreach(json_object_get(component, "properties"), i, item)
	{
		const char *name = bolt_json_text(item, "name"), *value = bolt_json_text(item, "value");

		if (r == 0 && name && value)
			r = take_property(builder, entry, name, value);
	}
	return r == 0 ? bolt_sbom_add(builder, entry, err) : r;
}

static int take_os(struct bolt_sbom_builder *builder, const json_t *component)
{
	struct bolt_os *os = &builder->report->os;
	size_t i;
	json_t *item;
	int r = 0;

	if (os->id)
		return 0;
	json_array_foreach(json_object_get(component, "properties"), i, item)
	{
		const char *name = bolt_json_text(item, "name"), *value = bolt_json_text(item, "value");

		if (r == 0 && name && value)
			r = bolt_fact_take_os(builder, name, value);
	}
	if (r == 0 && !os->id) {
		r = bolt_sbom_keep_member(builder, component, "name", &os->id);
		if (r == 0)
			r = bolt_sbom_keep_member(builder, component, "version", &os->version_id);
	}
	return r;
}

/* Components nest; the document's depth was bounded when it was loaded. */
static int take_components(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, const json_t *components,
			   struct bolt_err *err)
{
	static const char *const packages[] = { "library", "application", "framework", "platform", "container", "firmware" };
	size_t i;
	json_t *item;
	int r = 0;

	json_array_foreach(components, i, item)
	{
		const char *type = bolt_json_text(item, "type");
		bool package = !type || bolt_json_text(item, "purl");

		for (size_t k = 0; type && k < BOLT_ARRAY_LEN(packages); k++)
			package |= strcmp(type, packages[k]) == 0;
		if (type && strcmp(type, "operating-system") == 0)
			r = take_os(builder, item);
		else if (package)
			r = take_package(builder, entry, item, err);
		if (r == 0)
			r = take_components(builder, entry, json_object_get(item, "components"), err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* 1.2 to 1.4 (and 1.5 by choice) list tools; since 1.5 they are components. */
static bool written_by_us(const json_t *metadata)
{
	const json_t *tools = json_object_get(metadata, "tools"), *components = json_object_get(tools, "components");
	size_t i;
	json_t *tool;

	json_array_foreach(components ? components : tools, i, tool)
	{
		const char *name = bolt_json_text(tool, "name");

		if (name && strcmp(name, "boltseal") == 0)
			return true;
	}
	return false;
}

static int take_subject_property(struct bolt_sbom_builder *builder, const char *name, const char *value)
{
	struct bolt_layer *layer;

	if (strcmp(name, "aquasecurity:trivy:DiffID") != 0)
		return bolt_fact_take_subject(builder, fact_named(subject_aliases, BOLT_ARRAY_LEN(subject_aliases), name), value);

	/* Trivy lists the image's diff IDs in order, all under this one name. */
	int r = bolt_sbom_layer(builder, builder->report->subject.layers_len, &layer);
	return r == 0 ? bolt_sbom_keep(builder, value, &layer->diff_id) : r;
}

static int take_subject(struct bolt_sbom_builder *builder, const json_t *component)
{
	struct bolt_subject *subject = &builder->report->subject;
	size_t i;
	json_t *item;
	const char *version = bolt_json_text(component, "version");
	int r = 0;

	/* Ours says these by facts, which unlike the component's own fields may be missing. */
	if (!builder->ours)
		r = bolt_sbom_keep_member(builder, component, "name", &subject->name);
	if (r == 0 && !builder->ours && version && bolt_starts_with(version, "sha256:"))
		r = bolt_sbom_keep(builder, version, &subject->digest);
	json_array_foreach(json_object_get(component, "properties"), i, item)
	{
		const char *name = bolt_json_text(item, "name"), *value = bolt_json_text(item, "value");

		if (r == 0 && name && value)
			r = take_subject_property(builder, name, value);
	}
	return r;
}

int bolt_sbom_read_cyclonedx(struct bolt_sbom_builder *builder, const json_t *document, struct bolt_err *err)
{
	static const char *const versions[] = { "1.2", "1.3", "1.4", "1.5", "1.6", "1.7" };
	const char *version = bolt_json_text(document, "specVersion");
	const json_t *metadata = json_object_get(document, "metadata"), *components = json_object_get(document, "components");
	struct bolt_sbom_entry entry = { 0 };
	bool known = false;

	for (size_t i = 0; version && i < BOLT_ARRAY_LEN(versions); i++)
		known |= strcmp(version, versions[i]) == 0;
	if (!known)
		return bolt_err_set(err, -EBADMSG, "CycloneDX %.20s is not read; 1.2 to 1.7 are",
				    version ? version : "without specVersion");
	if (components && !json_is_array(components))
		return bolt_err_set(err, -EBADMSG, "CycloneDX: 'components' is not a list");
	builder->ours = written_by_us(metadata);
	int r = take_subject(builder, json_object_get(metadata, "component"));
	if (r == -E2BIG)
		return bolt_err_set(err, r, "more than the bound of %u layers", BOLT_SBOM_LAYERS_MAX);
	if (r == 0)
		r = take_components(builder, &entry, components, err);
	bolt_sbom_entry_done(&entry);
	return r;
}
