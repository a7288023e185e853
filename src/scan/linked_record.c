#include "scan/linked_record.h"

#include <stdio.h>
#include <string.h>

#include "inventory/match.h"
#include "inventory/sink_private.h"
#include "oci/archive.h"
#include "oci/limits.h"

void bolt_warn_linked_record(struct bolt_sink *sink, const char *path, enum bolt_link_kind kind, const char *target)
{
	sink->file = bolt_sink_strdup(sink, path);
	bolt_sink_warn(sink, "package-record-linked", "%.300s is a %s link to '%.300s' and was not read: packages may be missing",
		       path, kind == BOLT_LINK_HARD ? "hard" : "symbolic", target);
}

static bool is_wanted(const char *path, unsigned where_mask)
{
	const struct bolt_cataloger *rows[BOLT_MATCH_MOST];

	return bolt_match_path(path, where_mask, rows) > 0;
}

/* Is `glob` for something in the directory `path`, with no star before? Then what of it comes after the directory, else NULL. */
static const char *beneath(const char *glob, const char *path, size_t path_len)
{
	return strncmp(glob, path, path_len) == 0 && glob[path_len] == '/' ? glob + path_len : NULL;
}

/* A pattern of an unread place, or NULL: every place under the link is also known under its target. */
static const char *unread_beneath(const char *path, const char *target, unsigned where_mask)
{
	char moved[2 * BOLT_PATH_MAX];
	size_t path_len = strlen(path);

	for (size_t i = 0; i < bolt_catalogers_len; i++) {
		const struct bolt_cataloger *row = bolt_catalogers[i];

		for (size_t k = 0; (row->where & where_mask) && row->patterns && row->patterns[k]; k++) {
			const char *rest = beneath(row->patterns[k], path, path_len);

			if (!rest)
				continue;
			/* The pattern itself is a path that it matches: stars match stars. */
			(void) snprintf(moved, sizeof(moved), "%s%s", target, *target ? rest : rest + 1);
			if (!is_wanted(moved, where_mask))
				return row->patterns[k];
		}
	}
	return NULL;
}

void bolt_judge_symlink(struct bolt_sink *sink, const char *path, const char *link, unsigned where_mask)
{
	char target[BOLT_PATH_MAX + 1];
	bool record = is_wanted(path, where_mask);

	bolt_archive_link_target(path, link, false, target);
	if (record && !is_wanted(target, where_mask))
		bolt_warn_linked_record(sink, path, BOLT_LINK_SYMBOLIC, link);
	const char *pattern = unread_beneath(path, target, where_mask);
	if (!pattern)
		return;
	sink->file = bolt_sink_strdup(sink, path);
	bolt_sink_warn(
		sink, "package-record-linked",
		"%.300s is a symbolic link to '%.300s': package records behind it, such as %s, are not looked for there; packages "
		"may be missing",
		path, link, pattern);
}
