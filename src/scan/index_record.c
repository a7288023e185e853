#include "scan/index_record.h"

#include <errno.h>

#include "inventory/sink_private.h"

int bolt_index_record(const struct bolt_part *part, bool *told, const struct bolt_file_record *record)
{
	int r = bolt_layer_files_add(part->files, record);

	if (r == -E2BIG && !*told) {
		*told = true;
		part->sink->file = NULL;
		bolt_sink_warn(
			part->sink, "limit-file-index",
			"the file index stops after %llu entries: raise --memory-limit; files are missing from it, and what a "
			"layer removes may be missed",
			(unsigned long long) bolt_layer_files_count(part->files));
	}
	return r == -E2BIG ? 0 : r;
}
