/* SPDX 2.2 and 2.3 tag-value: "Tag: value" lines, values over several lines between <text> and </text>. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "inventory/sbom_readers.h"

/* Tags whose value is a member of bolt_spdx_package. */
static const struct tag {
	const char *name;
	size_t offset;
} tags[] = {
	{ "PackageName", offsetof(struct bolt_spdx_package, name) },
	{ "PackageVersion", offsetof(struct bolt_spdx_package, version) },
	{ "PrimaryPackagePurpose", offsetof(struct bolt_spdx_package, purpose) },
	{ "PackageComment", offsetof(struct bolt_spdx_package, comment) },
	{ "PackageSourceInfo", offsetof(struct bolt_spdx_package, source_info) },
	{ "PackageLicenseDeclared", offsetof(struct bolt_spdx_package, license) },
};

struct reading {
	struct bolt_sbom_builder *builder;
	struct bolt_sbom_entry entry;
	struct bolt_spdx_package package; /* being read; name is NULL between packages */
};

/* The next tag and its value; false at the end. */
static bool next_tag(struct bolt_cursor *text, struct bolt_cursor *ret_tag, struct bolt_cursor *ret_value)
{
	struct bolt_cursor line;

	while (bolt_take_line(text, &line)) {
		struct bolt_cursor value = line;

		if (line.left == 0 || line.p[0] == '#' || !bolt_take_until(&value, ':', ret_tag) || ret_tag->left == line.left)
			continue;
		bolt_trim(&value);
		if (bolt_take_prefix(&value, "<text>")) {
			/* From the value's start to the closing mark, which may be many lines on. */
			size_t left = value.left + (size_t) (text->p - (value.p + value.left)) + text->left;
			const uint8_t *end = memmem(value.p, left, "</text>", strlen("</text>"));
			const uint8_t *stop = end ? end : value.p + left;

			value = bolt_cursor(value.p, (size_t) (stop - value.p));
			if (stop > text->p)
				BOLT_IGNORE(bolt_skip(text, (size_t) (stop - text->p))); /* it lies within what is left */
			if (end && end >= text->p)
				(void) bolt_take_line(text, &line);
		}
		*ret_value = value;
		return true;
	}
	return false;
}

static int flush_package(struct reading *reading, struct bolt_err *err)
{
	struct bolt_spdx_package *package = &reading->package;
	struct bolt_text_list notes = package->notes;
	int r = package->name ? bolt_spdx_take(reading->builder, &reading->entry, package, err) : 0;

	notes.len = 0;
	*package = (struct bolt_spdx_package){ .notes = notes };
	return r;
}

static int take_member(struct reading *reading, struct bolt_cursor tag, const char *value)
{
	for (size_t i = 0; i < BOLT_ARRAY_LEN(tags); i++) {
		if (bolt_cursor_is(tag, tags[i].name))
			memcpy((char *) &reading->package + tags[i].offset, &value, sizeof(value));
	}
	static const char reference[] = "PACKAGE-MANAGER purl ", older_reference[] = "PACKAGE_MANAGER purl ";
	if (bolt_cursor_is(tag, "ExternalRef") && bolt_starts_with(value, reference))
		reading->package.purl = value + strlen(reference);
	if (bolt_cursor_is(tag, "ExternalRef") && bolt_starts_with(value, older_reference))
		reading->package.purl = value + strlen(older_reference);
	if (bolt_cursor_is(tag, "AnnotationComment") || bolt_cursor_is(tag, "PackageAttributionText"))
		return bolt_sbom_list_add(reading->builder, &reading->package.notes, value);
	return 0;
}

static int take_tag(struct reading *reading, struct bolt_cursor tag, struct bolt_cursor raw, struct bolt_err *err)
{
	/* A package ends where the next one, a file, a snippet, a licence or a relationship begins. */
	static const char *const ends[] = { "PackageName", "FileName", "SnippetSPDXID", "LicenseID", "Relationship" };
	char *value = bolt_arena_text(reading->builder->report->arena, raw.p, raw.left);
	int r = value ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < BOLT_ARRAY_LEN(ends); i++) {
		if (bolt_cursor_is(tag, ends[i]))
			r = flush_package(reading, err);
	}
	if (r < 0)
		return r;
	if (bolt_cursor_is(tag, "Creator"))
		reading->builder->ours |= bolt_starts_with(value, "Tool: boltseal-");
	if (bolt_cursor_is(tag, "SPDXVersion") && strcmp(value, "SPDX-2.2") != 0 && strcmp(value, "SPDX-2.3") != 0)
		return bolt_err_set(err, -EBADMSG, "%.20s is not read; SPDX-2.2 and SPDX-2.3 are", value);
	return reading->package.name || bolt_cursor_is(tag, "PackageName") ? take_member(reading, tag, value) : 0;
}

int bolt_sbom_read_spdx_tags(struct bolt_sbom_builder *builder, struct bolt_cursor text, struct bolt_err *err)
{
	struct reading reading = { .builder = builder };
	struct bolt_cursor tag, value;
	int r = 0;

	while (r == 0 && next_tag(&text, &tag, &value))
		r = take_tag(&reading, tag, value, err);
	if (r == 0)
		r = flush_package(&reading, err);
	bolt_sbom_entry_done(&reading.entry);
	free(reading.package.notes.items);
	return r;
}
