#include "scan/linked_record.h"

#include "inventory/match.h"
#include "inventory/sink_private.h"
#include "oci/archive.h"
#include "oci/limits.h"

void bolt_warn_linked_record(struct bolt_sink *sink, const char *path, const char *link, unsigned where_mask)
{
	const struct bolt_cataloger *rows[BOLT_MATCH_MOST], *target_rows[BOLT_MATCH_MOST];
	char target[BOLT_PATH_MAX + 1];

	if (bolt_match_path(path, where_mask, rows) == 0)
		return;
	bolt_archive_link_target(path, link, false, target);
	if (bolt_match_path(target, where_mask, target_rows) > 0)
		return;
	sink->file = bolt_sink_strdup(sink, path);
	bolt_sink_warn(sink, "package-record-linked",
		       "%.300s is a symbolic link to '%.300s' and was not read: packages may be missing", path, link);
}
