#include "inventory/sink.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bound.h"
#include "core/grow.h"
#include "core/hash64.h"
#include "core/text.h"
#include "inventory/cataloger.h"
#include "inventory/limits.h"
#include "inventory/path_set.h"
#include "inventory/sink_private.h"

struct bolt_sink *bolt_sink_new(int layer, size_t arena_max)
{
	struct bolt_sink *sink = calloc(1, sizeof(*sink));

	if (!sink)
		return NULL;
	sink->layer = layer;
	sink->arena = bolt_arena_new(arena_max);
	if (!sink->arena) {
		free(sink);
		return NULL;
	}
	return sink;
}

void bolt_sink_free(struct bolt_sink *sink)
{
	if (!sink)
		return;
	bolt_arena_free(sink->arena);
	free(sink->found);
	free(sink->licenses);
	free(sink->os);
	free(sink->warnings);
	free(sink->owned);
	free(sink->owners);
	free(sink->owner_table);
	free(sink);
}

int bolt_sink_begin(struct bolt_sink *sink, const struct bolt_cataloger *row, const char *path)
{
	sink->row = row;
	sink->file = bolt_arena_strdup(sink->arena, path);
	return sink->file ? 0 : -ENOMEM;
}

const char *bolt_sink_text(struct bolt_sink *sink, struct bolt_cursor bytes)
{
	return bolt_arena_text(sink->arena, bytes.p, bytes.left);
}

const char *bolt_sink_strdup(struct bolt_sink *sink, const char *text)
{
	return bolt_arena_strdup(sink->arena, text);
}

const char *bolt_sink_printf(struct bolt_sink *sink, const char *format, ...)
{
	va_list args;
	char *text = NULL;

	va_start(args, format);
	int n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0)
		return NULL;
	const char *kept = bolt_arena_text(sink->arena, text, (size_t) n);
	free(text);
	return kept;
}

/* Says it once a file: a hostile list goes on for millions. */
static void warn_of_licenses(struct bolt_sink *sink)
{
	static const char code[] = "limit-licenses";
	const struct bolt_warning *last = sink->warnings_len ? &sink->warnings[sink->warnings_len - 1] : NULL;

	if (last && last->path == sink->file && strcmp(last->code, code) == 0)
		return;
	bolt_sink_warn(sink, code, "a package names more than the bound of %u licences: the rest is left out", BOLT_LICENSES_MAX);
}

int bolt_sink_license(struct bolt_sink *sink, struct bolt_found *found, struct bolt_cursor license)
{
	bolt_trim(&license);
	if (license.left == 0)
		return 0;
	if (found->licenses.len >= BOLT_LICENSES_MAX) {
		warn_of_licenses(sink);
		return 0;
	}
	const char *text = bolt_sink_text(sink, license);
	return text ? bolt_texts_add(&found->licenses, sink->arena, text) : -ENOMEM;
}

int bolt_sink_add(struct bolt_sink *sink, const struct bolt_found *found, struct bolt_err *err)
{
	if (sink->found_len >= BOLT_PACKAGES_MAX)
		return bolt_err_set(err, -E2BIG, "more than the bound of %u packages in one layer", BOLT_PACKAGES_MAX);
	int r = bolt_grow(&sink->found, sink->found_len, &sink->found_room, sizeof(*sink->found));
	if (r < 0)
		return r;

	struct bolt_found *kept = &sink->found[sink->found_len++];
	*kept = *found;
	kept->cataloger = sink->row->name;
	kept->file = sink->file;
	kept->ordinal = sink->ordinal;
	if (!kept->type)
		kept->type = sink->row->type;
	if (!kept->location)
		kept->location = sink->file;
	return 0;
}

int bolt_sink_license_of(struct bolt_sink *sink, const char *type, struct bolt_cursor name, struct bolt_cursor license)
{
	bolt_trim(&license);
	if (license.left == 0)
		return 0;
	int r = bolt_grow(&sink->licenses, sink->licenses_len, &sink->licenses_room, sizeof(*sink->licenses));
	if (r < 0)
		return r;
	struct bolt_license_of fact = { type, bolt_sink_text(sink, name), bolt_sink_text(sink, license) };
	if (!fact.name || !fact.license)
		return -ENOMEM;
	sink->licenses[sink->licenses_len++] = fact;
	return 0;
}

static int owner_table_grow(struct bolt_sink *sink)
{
	size_t room = sink->owner_table_room ? sink->owner_table_room * 2 : 1024;
	uint32_t *table = calloc(room, sizeof(*table));

	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < sink->owners_len; i++) {
		size_t at = sink->owners[i].hash & (room - 1);

		while (table[at])
			at = (at + 1) & (room - 1);
		table[at] = (uint32_t) i + 1;
	}
	free(sink->owner_table);
	sink->owner_table = table;
	sink->owner_table_room = room;
	return 0;
}

static int owner_index(struct bolt_sink *sink, const char *type, struct bolt_cursor name, uint32_t *ret_index)
{
	int r = sink->owners_len * 2 >= sink->owner_table_room ? owner_table_grow(sink) : 0;

	if (r < 0)
		return r;
	uint64_t hash = bolt_hash64(name.p, name.left);
	size_t at = hash & (sink->owner_table_room - 1);
	for (; sink->owner_table[at]; at = (at + 1) & (sink->owner_table_room - 1)) {
		const struct bolt_owner *owner = &sink->owners[sink->owner_table[at] - 1];

		if (owner->hash == hash && strcmp(owner->type, type) == 0 && bolt_cursor_is(name, owner->name)) {
			*ret_index = sink->owner_table[at] - 1;
			return 0;
		}
	}
	r = bolt_grow(&sink->owners, sink->owners_len, &sink->owners_room, sizeof(*sink->owners));
	if (r < 0)
		return r;
	struct bolt_owner owner = { type, bolt_sink_text(sink, name), hash };
	if (!owner.name)
		return -ENOMEM;
	*ret_index = (uint32_t) sink->owners_len;
	sink->owners[sink->owners_len++] = owner;
	sink->owner_table[at] = (uint32_t) sink->owners_len;
	return 0;
}

int bolt_sink_owns(struct bolt_sink *sink, const char *type, struct bolt_cursor name, struct bolt_cursor path)
{
	char normal[4096 + 1];
	uint32_t owner;

	if (path.left >= sizeof(normal) || sink->owned_len >= BOLT_OWNED_FILES_MAX) {
		sink->owned_dropped++;
		return 0;
	}
	int r = owner_index(sink, type, name, &owner);
	if (r == 0)
		r = bolt_grow(&sink->owned, sink->owned_len, &sink->owned_room, sizeof(*sink->owned));
	if (r < 0)
		return r;
	size_t n = bolt_path_normalise((const char *) path.p, path.left, normal, NULL);
	if (n > 0)
		sink->owned[sink->owned_len++] = (struct bolt_owned){ path_hash(normal, n), owner };
	return 0;
}

int bolt_sink_os(struct bolt_sink *sink, const struct bolt_os *os, unsigned rank)
{
	int r = bolt_grow(&sink->os, sink->os_len, &sink->os_room, sizeof(*sink->os));

	if (r < 0)
		return r;
	sink->os[sink->os_len] = (struct bolt_os_candidate){ *os, rank };
	sink->os[sink->os_len++].os.location = sink->file;
	return 0;
}

void bolt_sink_warn(struct bolt_sink *sink, const char *code, const char *format, ...)
{
	struct bolt_err text;
	va_list args;

	if (sink->warnings_len >= BOLT_WARNINGS_MAX ||
	    bolt_grow(&sink->warnings, sink->warnings_len, &sink->warnings_room, sizeof(*sink->warnings)) < 0) {
		sink->warnings_dropped++;
		return;
	}
	va_start(args, format);
	(void) vsnprintf(text.msg, sizeof(text.msg), format, args);
	va_end(args);
	size_t used = strlen(text.msg);
	if (bolt_starts_with(code, "limit-") && !strstr(text.msg, "--memory-limit"))
		(void) snprintf(text.msg + used, sizeof(text.msg) - used, " (" BOLT_BOUND_HINT ")");
	bolt_text_clean(text.msg);

	struct bolt_warning warning = { .code = bolt_sink_strdup(sink, code),
					.message = bolt_sink_strdup(sink, text.msg),
					.path = sink->file,
					.layer = sink->layer };
	if (warning.code && warning.message)
		sink->warnings[sink->warnings_len++] = warning;
	else
		sink->warnings_dropped++;
}
