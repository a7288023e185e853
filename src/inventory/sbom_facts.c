#include "inventory/sbom_facts.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "inventory/limits.h"
#include "inventory/sbom_builder.h"

/* A member of type const char * and the end of the fact's name. */
struct text_row {
	const char *name;
	size_t offset;
};

static const struct text_row package_rows[] = {
	{ "arch", offsetof(struct bolt_package, arch) },
	{ "source:name", offsetof(struct bolt_package, source_name) },
	{ "source:version", offsetof(struct bolt_package, source_version) },
	{ "modularity", offsetof(struct bolt_package, modularity) },
	{ "cataloger", offsetof(struct bolt_package, cataloger) },
	{ "owner", offsetof(struct bolt_package, owner) },
};

static const struct text_row subject_rows[] = {
	{ "subject:kind", offsetof(struct bolt_subject, kind) },
	{ "subject:name", offsetof(struct bolt_subject, name) },
	{ "subject:digest", offsetof(struct bolt_subject, digest) },
	{ "subject:image_id", offsetof(struct bolt_subject, image_id) },
	{ "subject:platform", offsetof(struct bolt_subject, platform) },
};

static const struct text_row layer_rows[] = {
	{ "digest", offsetof(struct bolt_layer, digest) },
	{ "diff_id", offsetof(struct bolt_layer, diff_id) },
	{ "created_by", offsetof(struct bolt_layer, created_by) },
	{ "origin_reason", offsetof(struct bolt_layer, origin_reason) },
};

static const struct text_row warning_rows[] = {
	{ "code", offsetof(struct bolt_warning, code) },
	{ "message", offsetof(struct bolt_warning, message) },
	{ "path", offsetof(struct bolt_warning, path) },
};

static const struct text_row os_rows[] = {
	{ "os:id", offsetof(struct bolt_os, id) },
	{ "os:version_id", offsetof(struct bolt_os, version_id) },
	{ "os:version_codename", offsetof(struct bolt_os, version_codename) },
	{ "os:variant_id", offsetof(struct bolt_os, variant_id) },
	{ "os:id_like", offsetof(struct bolt_os, id_like) },
	{ "os:name", offsetof(struct bolt_os, name) },
	{ "os:location", offsetof(struct bolt_os, location) },
};

static const char prefix[] = "boltseal:";

static void put_rows(const struct text_row *rows, size_t n, const void *object, const char *group, bolt_fact_put *put,
		     void *context)
{
	char name[80];

	for (size_t i = 0; i < n; i++) {
		const char *value;

		memcpy(&value, (const char *) object + rows[i].offset, sizeof(value));
		if (!value)
			continue;
		(void) snprintf(name, sizeof(name), "%s%s%s", prefix, group, rows[i].name);
		put(context, name, value);
	}
}

static void put_number(const char *name, uint64_t value, bolt_fact_put *put, void *context)
{
	char text[24];

	(void) snprintf(text, sizeof(text), "%" PRIu64, value);
	put(context, name, text);
}

static void put_texts(const char *group, const struct bolt_texts *texts, bolt_fact_put *put, void *context)
{
	char name[64];

	for (size_t i = 0; i < texts->len; i++) {
		(void) snprintf(name, sizeof(name), "%s%s:%zu", prefix, group, i);
		put(context, name, texts->items[i]);
	}
}

void bolt_facts_of_package(const struct bolt_package *package, const struct bolt_report *report, bolt_fact_put *put, void *context)
{
	if (package->layer >= 0) {
		put_number("boltseal:layer:index", (uint64_t) package->layer, put, context);
		if ((size_t) package->layer < report->subject.layers_len && report->subject.layers[package->layer].diff_id)
			put(context, "boltseal:layer:diff_id", report->subject.layers[package->layer].diff_id);
	}
	if (package->removed_layer >= 0)
		put_number("boltseal:removed:layer:index", (uint64_t) package->removed_layer, put, context);
	put_rows(package_rows, BOLT_ARRAY_LEN(package_rows), package, "", put, context);
	put_texts("location", &package->locations, put, context);
	put_texts("license", &package->licenses, put, context);
}

void bolt_facts_of_subject(const struct bolt_report *report, bolt_fact_put *put, void *context)
{
	char name[64];

	put_rows(subject_rows, BOLT_ARRAY_LEN(subject_rows), &report->subject, "", put, context);
	put_texts("subject:tag", &report->subject.tags, put, context);
	for (size_t i = 0; i < report->subject.layers_len; i++) {
		const struct bolt_layer *layer = &report->subject.layers[i];

		(void) snprintf(name, sizeof(name), "layer:%zu:", i);
		put_rows(layer_rows, BOLT_ARRAY_LEN(layer_rows), layer, name, put, context);
		(void) snprintf(name, sizeof(name), "%slayer:%zu:size", prefix, i);
		put_number(name, layer->size_bytes, put, context);
		(void) snprintf(name, sizeof(name), "%slayer:%zu:origin", prefix, i);
		put(context, name, bolt_origin_text(layer->origin));
	}
	for (size_t i = 0; i < report->warnings_len; i++) {
		(void) snprintf(name, sizeof(name), "warning:%zu:", i);
		put_rows(warning_rows, BOLT_ARRAY_LEN(warning_rows), &report->warnings[i], name, put, context);
		(void) snprintf(name, sizeof(name), "%swarning:%zu:layer", prefix, i);
		if (report->warnings[i].layer >= 0)
			put_number(name, (uint64_t) report->warnings[i].layer, put, context);
	}
}

void bolt_facts_of_os(const struct bolt_os *os, bolt_fact_put *put, void *context)
{
	put_rows(os_rows, BOLT_ARRAY_LEN(os_rows), os, "", put, context);
}

/* 1 when a row took it, 0 when none has that name | -ENOMEM. */
static int take_row(struct bolt_sbom_builder *builder, const struct text_row *rows, size_t n, void *object, const char *name,
		    const char *value)
{
	for (size_t i = 0; i < n; i++) {
		const char *kept;

		if (strcmp(name, rows[i].name) != 0)
			continue;
		int r = bolt_sbom_keep(builder, value, &kept);
		if (r < 0)
			return r;
		memcpy((char *) object + rows[i].offset, &kept, sizeof(kept));
		return 1;
	}
	return 0;
}

/* An index as a fact's value; what is none says nothing. */
static void take_index(const char *value, int *index)
{
	uint64_t number;

	if (bolt_parse_u64(value, INT_MAX, &number) == 0)
		*index = (int) number;
}

/* "GROUP:<index>:REST" or "GROUP:<index>": is it that, and what are index and rest? */
static bool split_indexed(const char *name, const char *group, uint64_t max, uint64_t *ret_index, const char **ret_rest)
{
	char digits[16];

	if (!bolt_starts_with(name, group))
		return false;
	name += strlen(group);
	size_t n = strspn(name, "0123456789");
	if (n == 0 || n >= sizeof(digits) || (name[n] && name[n] != ':'))
		return false;
	memcpy(digits, name, n);
	digits[n] = '\0';
	*ret_rest = name[n] ? name + n + 1 : name + n;
	return bolt_parse_u64(digits, max, ret_index) == 0;
}

int bolt_fact_take_package(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, const char *name, const char *value)
{
	uint64_t index;
	const char *rest;

	if (!bolt_starts_with(name, prefix))
		return 0;
	name += strlen(prefix);
	if (strcmp(name, "layer:index") == 0) {
		take_index(value, &entry->facts.layer);
		return 0;
	}
	if (strcmp(name, "removed:layer:index") == 0) {
		take_index(value, &entry->facts.removed_layer);
		return 0;
	}
	if (strcmp(name, "layer:diff_id") == 0)
		return bolt_sbom_keep(builder, value, &entry->layer_diff_id);
	if (split_indexed(name, "location:", UINT32_MAX, &index, &rest))
		return bolt_sbom_list_add(builder, &entry->locations, value);
	if (split_indexed(name, "license:", UINT32_MAX, &index, &rest))
		return bolt_sbom_list_add(builder, &entry->exact_licenses, value);
	int r = take_row(builder, package_rows, BOLT_ARRAY_LEN(package_rows), &entry->facts, name, value);
	return r < 0 ? r : 0;
}

static int take_layer(struct bolt_sbom_builder *builder, size_t index, const char *name, const char *value)
{
	struct bolt_layer *layer;
	uint64_t size;
	int r = bolt_sbom_layer(builder, index, &layer);

	if (r == 0)
		r = take_row(builder, layer_rows, BOLT_ARRAY_LEN(layer_rows), layer, name, value);
	if (r != 0)
		return r < 0 ? r : 0;
	if (strcmp(name, "size") == 0 && bolt_parse_u64(value, UINT64_MAX, &size) == 0)
		layer->size_bytes = size;
	for (int origin = BOLT_ORIGIN_UNKNOWN; strcmp(name, "origin") == 0 && origin <= BOLT_ORIGIN_APPLICATION; origin++) {
		if (strcmp(value, bolt_origin_text(origin)) == 0)
			layer->origin = origin;
	}
	return 0;
}

static int take_warning(struct bolt_sbom_builder *builder, size_t index, const char *name, const char *value)
{
	struct bolt_warning *warning;
	int r = bolt_sbom_warning(builder, index, &warning);

	if (r < 0)
		return r;
	if (strcmp(name, "layer") == 0)
		take_index(value, &warning->layer);
	r = take_row(builder, warning_rows, BOLT_ARRAY_LEN(warning_rows), warning, name, value);
	return r < 0 ? r : 0;
}

int bolt_fact_take_subject(struct bolt_sbom_builder *builder, const char *name, const char *value)
{
	uint64_t index;
	const char *rest;

	if (!bolt_starts_with(name, prefix))
		return 0;
	name += strlen(prefix);
	if (split_indexed(name, "layer:", BOLT_SBOM_LAYERS_MAX - 1, &index, &rest))
		return take_layer(builder, (size_t) index, rest, value);
	if (split_indexed(name, "warning:", BOLT_SBOM_WARNINGS_MAX - 1, &index, &rest))
		return take_warning(builder, (size_t) index, rest, value);
	if (split_indexed(name, "subject:tag:", UINT32_MAX, &index, &rest))
		return bolt_sbom_list_add(builder, &builder->tags, value);
	if (split_indexed(name, "removed:", UINT32_MAX, &index, &rest))
		return bolt_sbom_list_add(builder, &builder->removed, value);
	int r = take_row(builder, subject_rows, BOLT_ARRAY_LEN(subject_rows), &builder->report->subject, name, value);
	return r < 0 ? r : 0;
}

int bolt_fact_take_os(struct bolt_sbom_builder *builder, const char *name, const char *value)
{
	if (!bolt_starts_with(name, prefix))
		return 0;
	int r = take_row(builder, os_rows, BOLT_ARRAY_LEN(os_rows), &builder->report->os, name + strlen(prefix), value);
	return r < 0 ? r : 0;
}
