/* Packages that a later layer took away. A reader of a bill of materials takes every component for installed, so these are none:
 * each is one fact of the subject, "boltseal:removed:<n>", whose value is "NAME=VALUE" parts with a blank between them: purl, name,
 * version and the facts of the package without their prefix. In a part blanks, control characters, '\' and bytes outside ASCII are
 * \xNN. */
#include "inventory/sbom_facts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/cursor.h"
#include "core/text.h"
#include "inventory/sbom_builder.h"

static const char prefix[] = "boltseal:";

struct parts {
	struct bolt_buf text;
	int failed;
};

static void put_part(void *context, const char *name, const char *value)
{
	struct parts *parts = context;
	const char *after = bolt_starts_with(name, prefix) ? name + strlen(prefix) : name;

	if (strcmp(after, "layer:diff_id") == 0) /* the layer's index says it */
		return;
	if (parts->failed == 0)
		parts->failed = bolt_buf_addf(&parts->text, "%s%s=", parts->text.len ? " " : "", after);
	for (const char *p = value; *p && parts->failed == 0; p++) {
		bool plain = *p > 0x20 && *p < 0x7f && *p != '\\';

		parts->failed = plain ? bolt_buf_add(&parts->text, p, 1)
				      : bolt_buf_addf(&parts->text, "\\x%02x", (unsigned) (unsigned char) *p);
	}
}

int bolt_facts_of_removed(const struct bolt_report *report, bolt_fact_put *put, void *context)
{
	char name[48];

	for (size_t i = 0; i < report->removed_packages_len; i++) {
		const struct bolt_package *package = &report->removed_packages[i];
		struct parts parts = { .text = BOLT_BUF_INIT(SIZE_MAX / 4) };

		put_part(&parts, "purl", package->purl);
		put_part(&parts, "name", package->name);
		put_part(&parts, "version", package->version);
		bolt_facts_of_package(package, report, put_part, &parts);
		(void) snprintf(name, sizeof(name), "%sremoved:%zu", prefix, i);
		if (parts.failed == 0)
			put(context, name, (const char *) parts.text.data);
		bolt_buf_done(&parts.text);
		if (parts.failed < 0)
			return parts.failed;
	}
	return 0;
}

static int take_part(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, struct bolt_cursor part)
{
	struct bolt_arena *arena = builder->report->arena;
	struct bolt_cursor name;

	if (!bolt_take_until(&part, '=', &name))
		return 0;
	char *value = bolt_arena_text(arena, part.p, part.left);
	const char *fact = bolt_arena_printf(arena, "%s%.*s", prefix, (int) (name.left < 80 ? name.left : 80),
					     (const char *) name.p);
	if (!value || !fact)
		return -ENOMEM;
	bolt_text_unescape(value);
	if (bolt_cursor_is(name, "purl"))
		entry->purl = value;
	else if (bolt_cursor_is(name, "name"))
		entry->name = value;
	else if (bolt_cursor_is(name, "version"))
		entry->version = value;
	else
		return bolt_fact_take_package(builder, entry, fact, value);
	return 0;
}

static int take_removed(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, const char *text, struct bolt_err *err)
{
	struct bolt_cursor c = bolt_cursor(text, strlen(text)), part;
	int r = 0;

	bolt_sbom_entry_reset(entry);
	while (r == 0 && bolt_take_until(&c, ' ', &part))
		r = take_part(builder, entry, part);
	if (r < 0)
		return r;
	/* What does not say which layer removed it must not come back as installed. */
	if (entry->facts.removed_layer < 0 || (size_t) entry->facts.removed_layer >= builder->report->subject.layers_len)
		entry->purl = NULL;
	return bolt_sbom_add(builder, entry, err);
}

int bolt_fact_take_removed(struct bolt_sbom_builder *builder, struct bolt_err *err)
{
	struct bolt_sbom_entry entry = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < builder->removed.len; i++)
		r = take_removed(builder, &entry, builder->removed.items[i], err);
	bolt_sbom_entry_done(&entry);
	return r;
}
