/* A list of package URLs, one a line; '#' begins a comment line. */
#include <errno.h>

#include "inventory/sbom_readers.h"

int bolt_sbom_read_purls(struct bolt_sbom_builder *builder, struct bolt_cursor text, struct bolt_err *err)
{
	struct bolt_sbom_entry entry = { 0 };
	struct bolt_cursor line;
	int r = 0;

	while (r == 0 && bolt_take_line(&text, &line)) {
		bolt_trim(&line);
		if (line.left == 0 || line.p[0] == '#')
			continue;
		bolt_sbom_entry_reset(&entry);
		entry.purl = bolt_arena_text(builder->report->arena, line.p, line.left);
		entry.name = entry.purl;
		r = entry.purl ? bolt_sbom_add(builder, &entry, err) : -ENOMEM;
	}
	bolt_sbom_entry_done(&entry);
	return r;
}
