/* boltseal.report/1 (docs/schema/report-1.schema.json), read back. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "core/text.h"
#include "inventory/sbom_readers.h"

struct member {
	const char *key;
	size_t offset; /* of a const char * */
	bool path;     /* escaped as lists of texts are */
};

/* Undoes what keeps texts apart that are not UTF-8. */
static int keep_unescaped(struct bolt_sbom_builder *builder, const char *text, const char **ret_text)
{
	char *copy = bolt_arena_strdup(builder->report->arena, text);

	if (!copy)
		return -ENOMEM;
	bolt_text_unescape(copy);
	*ret_text = copy;
	return 0;
}

static int take_members(struct bolt_sbom_builder *builder, const json_t *object, const struct member *members, size_t n, void *into)
{
	for (size_t i = 0; i < n; i++) {
		const char *text = NULL;
		int r = bolt_sbom_keep_member(builder, object, members[i].key, &text);

		if (r == 0 && text && members[i].path)
			r = keep_unescaped(builder, text, &text);
		if (r < 0)
			return r;
		memcpy((char *) into + members[i].offset, &text, sizeof(text));
	}
	return 0;
}

static int take_list(struct bolt_sbom_builder *builder, const json_t *array, struct bolt_text_list *list)
{
	size_t i;
	json_t *item;
	int r = 0;

	json_array_foreach(array, i, item)
	{
		const char *text = json_string_value(item);

		if (r == 0 && text && strchr(text, '\\'))
			r = keep_unescaped(builder, text, &text);
		if (r == 0 && text)
			r = bolt_sbom_list_add(builder, list, text);
	}
	return r;
}

static int index_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	json_int_t index = json_is_integer(value) ? json_integer_value(value) : -1;

	return index >= 0 && index < INT_MAX ? (int) index : -1;
}

static int take_layers(struct bolt_sbom_builder *builder, const json_t *layers)
{
	static const struct member members[] = {
		{ "digest", offsetof(struct bolt_layer, digest), false },
		{ "diff_id", offsetof(struct bolt_layer, diff_id), false },
		{ "created_by", offsetof(struct bolt_layer, created_by), false },
		{ "origin_reason", offsetof(struct bolt_layer, origin_reason), false },
	};
	size_t i;
	json_t *item;

	json_array_foreach(layers, i, item)
	{
		struct bolt_layer *layer;
		const char *origin = bolt_json_text(item, "origin");
		json_int_t size = json_integer_value(json_object_get(item, "size"));
		int r = bolt_sbom_layer(builder, i, &layer);

		if (r == 0)
			r = take_members(builder, item, members, BOLT_ARRAY_LEN(members), layer);
		if (r < 0)
			return r;
		layer->size_bytes = size > 0 ? (uint64_t) size : 0;
		for (int o = BOLT_ORIGIN_UNKNOWN; origin && o <= BOLT_ORIGIN_APPLICATION; o++) {
			if (strcmp(origin, bolt_origin_text(o)) == 0)
				layer->origin = o;
		}
	}
	return 0;
}

static int take_package(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, const json_t *item)
{
	static const struct member own[] = {
		{ "purl", offsetof(struct bolt_sbom_entry, purl), false },
		{ "name", offsetof(struct bolt_sbom_entry, name), false },
		{ "version", offsetof(struct bolt_sbom_entry, version), false },
	};
	static const struct member facts[] = {
		{ "arch", offsetof(struct bolt_package, arch), false },
		{ "modularity", offsetof(struct bolt_package, modularity), false },
		{ "cataloger", offsetof(struct bolt_package, cataloger), false },
		{ "owner", offsetof(struct bolt_package, owner), false },
	};
	const json_t *source = json_object_get(item, "source");

	bolt_sbom_entry_reset(entry);
	int r = take_members(builder, item, own, BOLT_ARRAY_LEN(own), entry);
	if (r == 0)
		r = take_members(builder, item, facts, BOLT_ARRAY_LEN(facts), &entry->facts);
	if (r == 0)
		r = bolt_sbom_keep_member(builder, source, "name", &entry->facts.source_name);
	if (r == 0)
		r = bolt_sbom_keep_member(builder, source, "version", &entry->facts.source_version);
	if (r == 0)
		r = take_list(builder, json_object_get(item, "locations"), &entry->locations);
	if (r == 0)
		r = take_list(builder, json_object_get(item, "licenses"), &entry->licenses);
	entry->facts.layer = index_of(item, "layer");
	entry->facts.removed_layer = index_of(item, "removed_layer");
	return r;
}

static int take_packages(struct bolt_sbom_builder *builder, const json_t *packages, struct bolt_err *err)
{
	struct bolt_sbom_entry entry = { 0 };
	size_t i;
	json_t *item;
	int r = 0;

	json_array_foreach(packages, i, item)
	{
		if (r == 0)
			r = take_package(builder, &entry, item);
		if (r == 0)
			r = bolt_sbom_add(builder, &entry, err);
	}
	bolt_sbom_entry_done(&entry);
	return r;
}

static int take_warnings(struct bolt_sbom_builder *builder, const json_t *warnings)
{
	static const struct member members[] = {
		{ "code", offsetof(struct bolt_warning, code), false },
		{ "message", offsetof(struct bolt_warning, message), false },
		{ "path", offsetof(struct bolt_warning, path), true },
	};
	size_t i;
	json_t *item;
	int r = 0;

	json_array_foreach(warnings, i, item)
	{
		struct bolt_warning *warning;

		if (r == 0)
			r = bolt_sbom_warning(builder, i, &warning);
		if (r == 0)
			r = take_members(builder, item, members, BOLT_ARRAY_LEN(members), warning);
		if (r == 0)
			warning->layer = index_of(item, "layer");
	}
	return r;
}

int bolt_sbom_read_report(struct bolt_sbom_builder *builder, const json_t *document, struct bolt_err *err)
{
	static const struct member subject_members[] = {
		{ "name", offsetof(struct bolt_subject, name), false },
		{ "digest", offsetof(struct bolt_subject, digest), false },
		{ "image_id", offsetof(struct bolt_subject, image_id), false },
		{ "platform", offsetof(struct bolt_subject, platform), false },
	};
	static const struct member os_members[] = {
		{ "id", offsetof(struct bolt_os, id), false },
		{ "version_id", offsetof(struct bolt_os, version_id), false },
		{ "version_codename", offsetof(struct bolt_os, version_codename), false },
		{ "variant_id", offsetof(struct bolt_os, variant_id), false },
		{ "id_like", offsetof(struct bolt_os, id_like), false },
		{ "name", offsetof(struct bolt_os, name), false },
		{ "location", offsetof(struct bolt_os, location), true },
	};
	const json_t *subject = json_object_get(document, "subject");
	struct bolt_report *report = builder->report;

	builder->ours = true;
	if (!json_is_array(json_object_get(document, "packages")))
		return bolt_err_set(err, -EBADMSG, "a boltseal.report/1 without a list of packages");
	int r = take_members(builder, subject, subject_members, BOLT_ARRAY_LEN(subject_members), &report->subject);
	if (r == 0)
		r = take_list(builder, json_object_get(subject, "tags"), &builder->tags);
	if (r == 0)
		r = take_members(builder, json_object_get(document, "os"), os_members, BOLT_ARRAY_LEN(os_members), &report->os);
	if (r == 0)
		r = take_layers(builder, json_object_get(subject, "layers"));
	if (r == -E2BIG)
		return bolt_err_set(err, r, "more layers than the bound");
	if (r == 0)
		r = take_packages(builder, json_object_get(document, "packages"), err);
	if (r == 0)
		r = take_packages(builder, json_object_get(document, "removed_packages"), err);
	return r == 0 ? take_warnings(builder, json_object_get(document, "warnings")) : r;
}
